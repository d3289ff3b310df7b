import type { Pool } from 'pg'
import { refuse } from '#core/decision/refusal.ts'
import { prepareEntry } from '#core/evidence/prepared-entry.ts'
import type { PreparedEntry } from '#core/evidence/prepared-entry.ts'
import { provisionOf } from '#core/pack/basis.ts'
import type { Basis } from '#core/pack/basis.ts'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import { legalDayOf } from '#adapters/clock/legal-clock.ts'
import type { LegalClock } from '#adapters/clock/legal-clock.ts'
import type { Committer } from '#adapters/evidence/committer.ts'
import { preparedEntry } from '#adapters/evidence/new-entry.ts'
import type { PackLibrary } from '#adapters/packs/pack-library.ts'
import { NaturalBatch } from '#adapters/services/natural-batch.ts'
import { countCalls, readGrants } from './grants.store.ts'
import { anyMatches, select, unknownField } from './query.ts'
import type { ReleasedTable, ReleasedTables } from './released-rows.store.ts'
import { deny, denyBeyondQuota, denyUnknownKey, entryOf, verdictOn } from './service-call.ts'
import type { Answer, Call, Denied, GrantSeen, KnownCall } from './service-call.ts'
import { hashOfKey } from './service-keys.store.ts'

export type ServiceDeskParts = {
  /** Reads as the system, and leaves the flush of a count to the entry that follows it. */
  pool: Pool
  packs: PackLibrary
  clock: LegalClock
  tables: ReleasedTables
  evidence: Pick<Committer, 'append' | 'enter'>
}

/** A call that may be answered if the quota has room for it. */
type Allowed = KnownCall & { allowed: true; table: ReleasedTable; basis: Basis }

/** unit: calls read, counted and entered together; source: platform's own bound */
const BATCH = 500

/**
 * Answers service calls, all that wait at once as one batch: key → standing of everything below → scenario, fields and
 * quota by the pack's table → count → entry → answer. Standings are read anew for each batch, after its calls have come
 * in, so that what was suspended before a call is refused. No answer leaves before its entry is durable; a denial is
 * entered as well. While one batch becomes durable the next is prepared, not more: so batches are as large as can be.
 */
export class ServiceDesk {
  readonly #parts: ServiceDeskParts
  readonly #calls = new NaturalBatch<Call, Answer>((calls) => this.#answerAll(calls), BATCH)
  /** Settles when the entries of the batch before are durable. */
  #before: Promise<unknown> = Promise.resolve()

  constructor(parts: ServiceDeskParts) {
    this.#parts = parts
  }

  answer(call: Call): Promise<Answer> {
    return this.#calls.ask(call)
  }

  /** Hands a batch's entries over and, when the next batch may begin, gives the answers as they will be. */
  async #answerAll(calls: readonly Call[]): Promise<Promise<Answer>[]> {
    const decided = await this.#decideAll(calls)
    const allowed = decided.filter((one): one is Allowed => !(one instanceof Error) && one.allowed)
    const left = allowed.length === 0 ? [] : await countCalls(this.#parts.pool, allowed.map((one) => one.grant.subscription))
    const quotas = new Map(allowed.map((one, index) => [one, left[index] ?? null]))
    const prepared = new Map<string, PreparedEntry>()
    const answers = decided.map(async (one) => {
      if (one instanceof Error) throw one
      if (!one.allowed) return this.#refuse(one)
      const quotaLeft = quotas.get(one) ?? null
      return quotaLeft === null ? this.#refuse(denyBeyondQuota(one)) : this.#serve(one, quotaLeft, prepared)
    })
    const before = this.#before
    this.#before = Promise.allSettled(answers)
    await before
    return answers
  }

  /** Decides each call by what stands now; an error is that call's alone. */
  async #decideAll(calls: readonly Call[]): Promise<(Allowed | Denied | Error)[]> {
    const keys = [...new Set(calls.flatMap(({ key }) => (key === null ? [] : [key])))]
    const read = await readGrants(this.#parts.pool, keys.map(hashOfKey))
    const today = legalDayOf(this.#parts.clock, read.cityDay)
    const grants = new Map(keys.map((key, index) => [key, read.grants[index] ?? null]))
    const decide = (call: Call) => this.#decide(call, call.key === null ? null : (grants.get(call.key) ?? null), today)
    return Promise.all(calls.map((call) => decide(call).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))))))
  }

  async #decide(call: Call, grant: GrantSeen | null, today: LegalDate): Promise<Allowed | Denied> {
    if (grant === null || grant.product !== call.product) return denyUnknownKey(call, today)
    const known = { call, grant, today, law: this.#parts.packs.lawOf({ id: grant.pack, digest: grant.packDigest }) }
    const verdict = verdictOn(known)
    if (!verdict.allow) return deny(known, verdict.refusal)
    const table = await this.#parts.tables.table(grant.release)
    const unknown = unknownField(table.columns, [...call.fields, ...call.where.map((one) => one.field)])
    if (unknown === null) return { ...known, allowed: true, table, basis: verdict.basis }
    return deny(known, refuse('field-must-be-released', verdict.basis, `产品没有字段“${unknown}”。`, '请在产品说明列出的字段中选择。'))
  }

  async #refuse({ status, refusal, entry, detail }: Denied): Promise<Answer> {
    const { id } = await this.#parts.evidence.append({ ...entry, detail })
    return { served: false, status, refusal, evidence: id }
  }

  /** @param prepared what the entries of this batch have in common, by key, mode and provision. */
  async #serve(known: Allowed, left: number, prepared: Map<string, PreparedEntry>): Promise<Answer> {
    const { call, grant, table, basis } = known
    const rows = call.mode === 'query' ? select(table.columns, table.rows, call.where, call.fields, call.limit) : []
    const yes = call.mode === 'verify' && anyMatches(table.columns, table.rows, call.where)
    const provision = provisionOf(basis)
    const kind = `${grant.key} ${call.mode} ${provision}`
    const write = prepared.get(kind) ?? prepareEntry(entryOf(known, 'allow', provision))
    prepared.set(kind, write)
    const detail = { scenario: grant.scenario, mode: call.mode, rows: rows.length, release: grant.release, left }
    const entry = await this.#parts.evidence.enter(preparedEntry(write, detail, this.#parts.clock.now()))
    const metered = { evidence: entry.id, product: call.product, release: grant.release, quotaLeft: left }
    return call.mode === 'query' ? { served: true, mode: 'query', fields: call.fields, rows, metered } : { served: true, mode: 'verify', answer: yes ? 'yes' : 'no', metered }
  }
}
