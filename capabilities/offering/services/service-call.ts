import { refuse } from '#core/decision/refusal.ts'
import type { Refusal } from '#core/decision/refusal.ts'
import type { Verdict } from '#core/decision/policy.ts'
import type { Cell } from '#core/disclosure-control/typed-result.ts'
import type { CommonOfEntries } from '#core/evidence/prepared-entry.ts'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { JsonObject } from '#core/json.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { mayBeServed, releaseInput } from './access.ts'
import type { Condition } from './query.ts'

/** All that decides about a call, read together: the key, what it was granted for, and the standing of everything below. */
export type GrantSeen = {
  key: string
  keyRevoked: boolean
  subscription: string
  product: string
  consumer: string
  scenario: string
  purpose: string
  ends: string
  price: number
  quotaLeft: number
  caseId: string
  subscriptionStanding: string
  productStanding: string
  agreement: string
  agreementStanding: string
  release: string
  releaseStanding: string
  /** The last day on which a waiver lets the result be used; null where it needs none. */
  usableUntil: string | null
  /** Supplies behind the release that do not stand now. */
  suspendedSupplies: string[]
  /** How many of the supplies behind the product have ended for good. */
  endedSupplies: number
  packDigest: string
  pack: string
  productRecord: JsonObject
}

export type Call = { product: string; key: string | null; scenario: string; fields: string[]; where: Condition[]; mode: 'query' | 'verify'; limit: number }
export type Metered = { evidence: string; product: string; release: string; quotaLeft: number }
export type Answer =
  | { served: true; mode: 'query'; fields: string[]; rows: Cell[][]; metered: Metered }
  | { served: true; mode: 'verify'; answer: 'yes' | 'no'; metered: Metered }
  | { served: false; status: 'unknown-key' | 'denied' | 'quota'; refusal: Refusal; evidence: string }

/** A call that is not answered: why, and what is entered about it. */
export type Denied = { allowed: false; status: 'unknown-key' | 'denied' | 'quota'; refusal: Refusal; entry: CommonOfEntries; detail: JsonObject }
/** A call of a known key, with the law that governs it and the day on which it is made. */
export type KnownCall = { call: Call; grant: GrantSeen; law: CaseLaw; today: LegalDate }

/** What the pack's table says about a call; `quotaLeft` in the place of the grant's where another count is known. */
export function verdictOn({ call, grant, law, today }: KnownCall, quotaLeft = grant.quotaLeft): Verdict {
  return mayBeServed(law, {
    today,
    identity_verified: true,
    key_revoked: grant.keyRevoked,
    subscription: grant.subscriptionStanding,
    product: grant.productStanding,
    agreement: grant.agreementStanding,
    ...releaseInput({ ...grant, released: grant.release !== '' }, today),
    ended_supplies: grant.endedSupplies,
    suspended_supplies: grant.suspendedSupplies.length,
    ends: grant.ends,
    scenario: grant.scenario,
    declared_scenario: call.scenario,
    purpose: grant.purpose,
    mode: call.mode,
    kind: grant.productRecord['kind'] ?? null,
    fields: [...new Set([...call.fields, ...call.where.map((one) => one.field)])],
    allowed_fields: grant.productRecord['fields'] ?? [],
    quota_left: quotaLeft,
    price: grant.price,
  })
}

/** A denial of a known key's call. */
export function deny(known: KnownCall, refusal: Refusal, status: 'denied' | 'quota' = 'denied'): Denied {
  return { allowed: false, status, refusal, entry: entryOf(known, 'deny', refusal.provision), detail: { code: refusal.code, mode: known.call.mode } }
}

/** The denial of a call beyond the quota, in the words of the pack where it has any. */
export function denyBeyondQuota(known: KnownCall): Denied {
  const over = verdictOn(known, 0)
  return deny(known, over.allow ? refuse('quota-must-not-be-used-up', over.basis, '调用次数已用完。', '请申请增加次数。') : over.refusal, 'quota')
}

/** The denial of a call without a key, or with one that is not this product's: nothing is told about either. */
export function denyUnknownKey(call: Call, today: LegalDate): Denied {
  return {
    allowed: false,
    status: 'unknown-key',
    refusal: refuse('key-must-be-known', null, '密钥无效，或者不属于这一产品。', '请在“我的使用”中生成密钥，并放在 Authorization 请求头中。'),
    entry: {
      type: 'data-access', legalDate: today, actor: 'anonymous', onBehalfOf: 'anonymous', office: 'anonymous', action: 'service-call',
      object: { kind: 'product', id: 'unknown' }, decision: 'deny',
    },
    detail: { code: 'key-must-be-known', mode: call.mode },
  }
}

/** What is entered about a known key's call, but for the detail. */
export function entryOf({ call, grant, law, today }: KnownCall, decision: 'allow' | 'deny', provision: string | null): CommonOfEntries {
  return {
    type: 'delivery', legalDate: today, actor: grant.key, onBehalfOf: grant.consumer, office: 'consumer', action: `service-call/${call.mode}`,
    object: { kind: 'product', id: grant.product }, ...(grant.purpose === '' ? {} : { purpose: grant.purpose }),
    pack: { id: law.ref.id, version: String(law.ref.version), digest: `sha256:${law.ref.digest}` },
    decision, ...(provision === null ? {} : { provision }),
  }
}
