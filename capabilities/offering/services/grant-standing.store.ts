import { sql } from '#adapters/postgres/kysely.ts'
import type { Kysely, Transaction } from 'kysely'
import type { Verdict } from '#core/decision/policy.ts'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { JsonObject } from '#core/json.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { mayBeServed, releaseInput } from './access.ts'

type Reading = Transaction<Tables> | Kysely<Tables>

/** How everything stands on which a consumer's grant rests, and under which law it was given. */
export type GrantStanding = {
  subscription: string
  scenario: string
  purpose: string
  ends: string
  price: number
  subscriptionStanding: string
  productStanding: string
  agreementStanding: string
  released: boolean
  releaseStanding: string
  /** The last day on which a waiver lets the result be used; null where it needs none. */
  usableUntil: string | null
  suspendedSupplies: number
  endedSupplies: number
  kind: string | null
  fields: string[]
  pack: string
  packDigest: string
}

/** The standings behind these grants; a grant that does not exist is left out. */
export async function grantStandings(tx: Reading, subscriptions: readonly string[]): Promise<GrantStanding[]> {
  if (subscriptions.length === 0) return []
  const { rows } = await sql<Omit<GrantStanding, 'fields'> & { record: JsonObject | null }>`
    select g.subscription, g.scenario, g.purpose, g.ends::text as ends, g.price::float8 as price,
           coalesce(ss.state, 'none') as "subscriptionStanding", coalesce(ps.state, 'none') as "productStanding", coalesce(ags.state, 'none') as "agreementStanding",
           rel.id is not null as released, coalesce(rs.state, 'none') as "releaseStanding", rel.usable_until::text as "usableUntil", p.record->>'kind' as kind, c.pack, c.pack_digest as "packDigest", p.record,
           (select count(*)::int from jsonb_array_elements_text(j.tables) as t(id) left join standing su on su.kind = 'supply' and su.id = t.id where coalesce(su.state, 'none') <> 'granted') as "suspendedSupplies",
           (select count(*)::int from jsonb_array_elements_text(j.tables) as t(id) join standing su on su.kind = 'supply' and su.id = t.id where su.state in ('revoked', 'ended')) as "endedSupplies"
      from service_grant g
      join legal_case c on c.id = g.case_id
      left join register_record p on p.register = 'products' and p.key = g.product
        and p.version = (select max(v.version) from register_record v where v.register = p.register and v.key = p.key)
      left join release rel on rel.job = p.record->>'job'
      left join job j on j.id = rel.job
      left join standing ss on ss.kind = 'subscription' and ss.id = g.subscription
      left join standing ps on ps.kind = 'product' and ps.id = g.product
      left join standing ags on ags.kind = 'agreement' and ags.id = rel.agreement
      left join standing rs on rs.kind = 'release' and rs.id = rel.case_id
     where g.subscription = any(${[...subscriptions]})`.execute(tx)
  return rows.map(({ record, ...row }) => ({ ...row, fields: Array.isArray(record?.['fields']) ? record['fields'].map(String) : [] }))
}

/**
 * Whether a key may be made for this grant: whether the pack's table `service-access` would serve a call as it was
 * granted, today, by a new key. The quota is not asked: a lost key may be replaced though the calls are used up.
 */
export function mayHaveKey(law: CaseLaw, grant: GrantStanding, today: LegalDate): Verdict {
  return mayBeServed(law, {
    today, identity_verified: true, key_revoked: false,
    subscription: grant.subscriptionStanding, product: grant.productStanding, agreement: grant.agreementStanding,
    ...releaseInput(grant, today), ended_supplies: grant.endedSupplies, suspended_supplies: grant.suspendedSupplies, ends: grant.ends,
    scenario: grant.scenario, declared_scenario: grant.scenario, purpose: grant.purpose,
    // Every product answers a verification; the fields are those that it offers.
    mode: 'verify', kind: grant.kind, fields: grant.fields, allowed_fields: grant.fields, quota_left: 1, price: grant.price,
  })
}
