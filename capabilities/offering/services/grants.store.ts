import type { Pool } from 'pg'
import type { JsonObject } from '#core/json.ts'
import type { GrantSeen } from './service-call.ts'

type Row = {
  city_day: string | null
  asked: number
  key: string | null
  revoked: boolean
  subscription: string
  product: string
  consumer: string
  scenario: string
  purpose: string
  ends: string
  price: string
  quota_left: number
  case_id: string
  subscription_standing: string
  product_standing: string
  agreement: string
  agreement_standing: string
  release: string
  release_standing: string
  usable_until: string | null
  suspended: string[]
  ended: number
  pack: string
  pack_digest: string
  record: JsonObject
}

const READ = `
    select (select today::text from city_clock) as city_day, asked.place::int as asked, k.id as key, k.revoked_at is not null as revoked, g.subscription, g.product, g.consumer, g.scenario, g.purpose,
           g.ends::text as ends, g.price::text as price, (g.quota - g.used)::int as quota_left, g.case_id,
           coalesce(ss.state, 'none') as subscription_standing, coalesce(ps.state, 'none') as product_standing,
           coalesce(rel.agreement, '') as agreement, coalesce(ags.state, 'none') as agreement_standing, coalesce(rel.id, '') as release, coalesce(rs.state, 'none') as release_standing, rel.usable_until::text as usable_until,
           coalesce((select array_agg(t.id) from jsonb_array_elements_text(j.tables) as t(id)
              left join standing su on su.kind = 'supply' and su.id = t.id where coalesce(su.state, 'none') <> 'granted'), '{}') as suspended,
           (select count(*)::int from jsonb_array_elements_text(j.tables) as t(id) join standing su on su.kind = 'supply' and su.id = t.id where su.state in ('revoked', 'ended')) as ended,
           c.pack, c.pack_digest, p.record
      from unnest($1::bytea[]) with ordinality as asked(hash, place)
      left join (service_key k
        join service_grant g on g.subscription = k.subscription
        join legal_case c on c.id = g.case_id) on k.key_sha256 = asked.hash
      left join register_record p on p.register = 'products' and p.key = g.product and p.current
      left join release rel on rel.job = p.record->>'job'
      left join job j on j.id = rel.job
      left join standing ss on ss.kind = 'subscription' and ss.id = g.subscription
      left join standing ps on ps.kind = 'product' and ps.id = g.product
      left join standing ags on ags.kind = 'agreement' and ags.id = rel.agreement
      left join standing rs on rs.kind = 'release' and rs.id = rel.case_id`

/** Stands where nobody's key is asked for: no hash is empty. */
const NO_KEY = Buffer.alloc(0)

/**
 * Reads the grants behind keys (by the SHA-256 of each), null for a key nobody has, and beside them the day of the city's
 * clock where there is one: all in one statement. Prepared once on each connection. The pool reads as the system.
 */
export async function readGrants(pool: Pool, keys: readonly Buffer[]): Promise<{ cityDay: string | null; grants: (GrantSeen | null)[] }> {
  const { rows } = await pool.query<Row>({ name: 'service-grants', text: READ, values: [keys.length === 0 ? [NO_KEY] : keys] })
  const found = new Map(rows.map((row) => [row.asked, row]))
  return { cityDay: rows[0]?.city_day ?? null, grants: keys.map((_, index) => seen(found.get(index + 1))) }
}

function seen(row: Row | undefined): GrantSeen | null {
  if (!row || row.key === null) return null
  return {
    key: row.key, keyRevoked: row.revoked, subscription: row.subscription, product: row.product, consumer: row.consumer, scenario: row.scenario,
    purpose: row.purpose, ends: row.ends, price: Number(row.price), quotaLeft: row.quota_left, caseId: row.case_id,
    subscriptionStanding: row.subscription_standing, productStanding: row.product_standing, agreement: row.agreement, agreementStanding: row.agreement_standing,
    release: row.release, releaseStanding: row.release_standing, usableUntil: row.usable_until, suspendedSupplies: row.suspended, endedSupplies: row.ended, pack: row.pack, packDigest: row.pack_digest, productRecord: row.record ?? {},
  }
}

const COUNT = `
    with asked as (select * from unnest($1::text[], $2::bigint[]) as a(subscription, calls)),
         held as (select g.subscription, g.used, g.quota from service_grant g join asked using (subscription) order by g.subscription for update of g),
         counted as (update service_grant g set used = least(g.quota, h.used + a.calls) from held h join asked a using (subscription) where g.subscription = h.subscription)
    select subscription, used::int as before, quota::int as quota from held`

/**
 * Counts one call on each subscription and answers what is left of the quota for each; null where the quota is used up.
 * Calls of one batch on the same subscription are counted one by one, never past the quota. One statement, one commit;
 * it need not be flushed by itself, for the entry that follows it in the log of the database is, before any answer leaves.
 */
export async function countCalls(pool: Pool, subscriptions: readonly string[]): Promise<(number | null)[]> {
  const wanted = new Map<string, number>()
  for (const one of subscriptions) wanted.set(one, (wanted.get(one) ?? 0) + 1)
  const names = [...wanted.keys()].toSorted()
  const { rows } = await pool.query<{ subscription: string; before: number; quota: number }>({
    name: 'service-count', text: COUNT, values: [names, names.map((name) => wanted.get(name) ?? 0)],
  })
  const state = new Map(rows.map((row) => [row.subscription, row]))
  return subscriptions.map((one) => {
    const row = state.get(one)
    if (!row || row.before >= row.quota) return null
    row.before += 1
    return row.quota - row.before
  })
}
