import type { Kysely } from 'kysely'
import type { Pool } from 'pg'
import { refuse } from '#core/decision/refusal.ts'
import type { Refusal } from '#core/decision/refusal.ts'
import type { Cell } from '#core/disclosure-control/typed-result.ts'
import { provisionOf } from '#core/pack/basis.ts'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { JsonObject } from '#core/json.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import type { LegalClock } from '#adapters/clock/legal-clock.ts'
import type { PackLibrary } from '#adapters/packs/pack-library.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { NaturalBatch } from '#adapters/services/natural-batch.ts'
import type { EvidenceDraft } from '#core/evidence/entry.ts'
import { mayBeServed } from './access.ts'
import { countCalls, readGrants } from './grants.store.ts'
import type { GrantSeen } from './grants.store.ts'
import { anyMatches, select, unknownField } from './query.ts'
import type { Condition } from './query.ts'
import type { ReleasedTables } from './released-rows.store.ts'
import { hashOfKey } from './service-keys.store.ts'

export type ServiceDeskParts = {
  db: Kysely<Tables>
  /** Reads as the system, and leaves the flush of a count to the entry that follows it. */
  pool: Pool
  packs: PackLibrary
  clock: LegalClock
  tables: ReleasedTables
  append(draft: EvidenceDraft): Promise<{ id: string; seq: number }>
}

export type Call = { product: string; key: string | null; scenario: string; fields: string[]; where: Condition[]; mode: 'query' | 'verify'; limit: number }
export type Metered = { evidence: string; product: string; release: string; quotaLeft: number }
export type Answer =
  | { served: true; mode: 'query'; fields: string[]; rows: Cell[][]; metered: Metered }
  | { served: true; mode: 'verify'; answer: 'yes' | 'no'; metered: Metered }
  | { served: false; status: 'unknown-key' | 'denied' | 'quota'; refusal: Refusal; evidence: string }

/** unit: calls read or counted in one statement; source: platform's own bound */
const BATCH = 500

/**
 * Answers service calls: key → standing of everything below → scenario, fields and quota by the pack's table → count →
 * answer with an evidence id. No answer leaves before its entry is durable; a denial is entered as well.
 */
export class ServiceDesk {
  readonly #parts: ServiceDeskParts
  readonly #grants: NaturalBatch<Buffer, { grant: GrantSeen | null; today: LegalDate }>
  readonly #count: NaturalBatch<string, { left: number | null }>

  constructor(parts: ServiceDeskParts) {
    this.#parts = parts
    this.#grants = new NaturalBatch(async (keys) => {
      // The city's day is public: it is read beside the grants, not after them.
      const distinct = new Map(keys.map((key) => [key.toString('hex'), key]))
      const [today, grants] = await Promise.all([parts.clock.today(parts.db), readGrants(parts.pool, [...distinct.values()])])
      const found = new Map([...distinct.keys()].map((key, index) => [key, grants[index] ?? null]))
      return keys.map((key) => ({ grant: found.get(key.toString('hex')) ?? null, today }))
    }, BATCH)
    this.#count = new NaturalBatch(async (subscriptions) => (await countCalls(parts.pool, subscriptions)).map((left) => ({ left })), BATCH)
  }

  async answer(call: Call): Promise<Answer> {
    if (call.key === null) return this.#unknownKey(call)
    const { grant, today } = await this.#grants.ask(hashOfKey(call.key))
    if (grant === null || grant.product !== call.product) return this.#unknownKey(call)
    const law = this.#parts.packs.lawOf({ id: grant.pack, digest: grant.packDigest })
    const verdict = mayBeServed(law, inputOf(call, grant, today))
    if (!verdict.allow) return this.#denied(call, grant, law, today, verdict.refusal, 'denied')
    const table = await this.#parts.tables.table(grant.release)
    const unknown = unknownField(table.columns, [...call.fields, ...call.where.map((one) => one.field)])
    if (unknown !== null) {
      return this.#denied(call, grant, law, today, refuse('field-must-be-released', verdict.basis, `产品没有字段“${unknown}”。`, '请在产品说明列出的字段中选择。'), 'denied')
    }
    const { left } = await this.#count.ask(grant.subscription)
    if (left === null) {
      const over = mayBeServed(law, { ...inputOf(call, grant, today), quota_left: 0 })
      const refusal = over.allow ? refuse('quota-must-not-be-used-up', over.basis, '调用次数已用完。', '请申请增加次数。') : over.refusal
      return this.#denied(call, grant, law, today, refusal, 'quota')
    }
    const rows = call.mode === 'query' ? select(table.columns, table.rows, call.where, call.fields, call.limit) : []
    const yes = call.mode === 'verify' && anyMatches(table.columns, table.rows, call.where)
    const entry = await this.#parts.append({
      ...entryOf(call, grant, law, today), decision: 'allow', ...provision(provisionOf(verdict.basis)),
      detail: { scenario: grant.scenario, mode: call.mode, rows: call.mode === 'query' ? rows.length : 0, release: grant.release, left },
    })
    const metered = { evidence: entry.id, product: call.product, release: grant.release, quotaLeft: left }
    return call.mode === 'query' ? { served: true, mode: 'query', fields: call.fields, rows, metered } : { served: true, mode: 'verify', answer: yes ? 'yes' : 'no', metered }
  }

  async #denied(call: Call, grant: GrantSeen, law: CaseLaw, today: LegalDate, refusal: Refusal, status: 'denied' | 'quota'): Promise<Answer> {
    const entry = await this.#parts.append({ ...entryOf(call, grant, law, today), decision: 'deny', ...provision(refusal.provision), detail: { code: refusal.code, mode: call.mode } })
    return { served: false, status, refusal, evidence: entry.id }
  }

  async #unknownKey(call: Call): Promise<Answer> {
    const today = await this.#parts.clock.today(this.#parts.db)
    const entry = await this.#parts.append({
      type: 'data-access', legalDate: today, actor: 'anonymous', onBehalfOf: 'anonymous', office: 'anonymous', action: 'service-call',
      object: { kind: 'product', id: 'unknown' }, decision: 'deny', detail: { code: 'key-must-be-known', mode: call.mode },
    })
    return { served: false, status: 'unknown-key', refusal: refuse('key-must-be-known', null, '密钥无效，或者不属于这一产品。', '请在“我的使用”中生成密钥，并放在 Authorization 请求头中。'), evidence: entry.id }
  }
}

/** What the pack's table `service-access` may look at. */
function inputOf(call: Call, grant: GrantSeen, today: LegalDate): JsonObject {
  const allowed = grant.productRecord['fields']
  const asked = [...new Set([...call.fields, ...call.where.map((one) => one.field)])]
  return {
    today,
    identity_verified: true,
    key_revoked: grant.keyRevoked,
    subscription: grant.subscriptionStanding,
    product: grant.productStanding,
    agreement: grant.agreementStanding,
    released: grant.release !== '',
    ended_supplies: grant.endedSupplies,
    suspended_supplies: grant.suspendedSupplies.length,
    ends: grant.ends,
    scenario: grant.scenario,
    declared_scenario: call.scenario,
    purpose: grant.purpose,
    mode: call.mode,
    kind: grant.productRecord['kind'] ?? null,
    fields: asked,
    allowed_fields: allowed ?? [],
    quota_left: grant.quotaLeft,
    price: grant.price,
  }
}

function entryOf(call: Call, grant: GrantSeen, law: CaseLaw, today: LegalDate): Omit<EvidenceDraft, 'decision' | 'detail'> {
  return {
    type: 'delivery', legalDate: today, actor: grant.key, onBehalfOf: grant.consumer, office: 'consumer', action: `service-call/${call.mode}`,
    object: { kind: 'product', id: grant.product }, ...(grant.purpose === '' ? {} : { purpose: grant.purpose }),
    pack: { id: law.ref.id, version: String(law.ref.version), digest: `sha256:${law.ref.digest}` },
  }
}

function provision(of: string | null): { provision: string } | Record<string, never> {
  return of === null ? {} : { provision: of }
}
