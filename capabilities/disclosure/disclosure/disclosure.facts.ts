import { sql } from '#adapters/postgres/kysely.ts'
import type { Kysely, Transaction } from 'kysely'
import type { Json, JsonObject } from '#core/json.ts'
import { textArg } from '#adapters/cases/capability-port.ts'
import type { FactReader } from '#adapters/cases/capability-port.ts'
import type { Tables } from '#adapters/postgres/tables.ts'

type Reading = Transaction<Tables> | Kysely<Tables>

/** How a product was used in a period: calls that were answered, by how many consumers, and how many of them free. */
export type ProductUse = { product: string; name: string; calls: number; consumers: number; free: number }

/**
 * Counts answered calls from the evidence log, not from self-reports, for the legal dates `from` to `to`.
 * A product without calls is listed with zero.
 */
export async function productUse(tx: Reading, from: string, to: string): Promise<ProductUse[]> {
  const { rows } = await sql<{ product: string; record: JsonObject; calls: number; consumers: number; free: number }>`
    with used as (
      select object_id as product, convert_from(bytes, 'UTF8')::jsonb as entry from evidence_entry
       where type = 'delivery' and object_kind = 'product'
    ), allowed as (
      select u.product, u.entry->>'onBehalfOf' as consumer from used u
       where u.entry->>'decision' = 'allow' and (u.entry->>'legalDate') between ${from} and ${to}
    )
    select p.key as product, p.record, count(a.product)::int as calls, count(distinct a.consumer)::int as consumers,
           (count(a.product) filter (where coalesce((select min(g.price) from service_grant g where g.product = p.key and g.consumer = a.consumer), 0) = 0))::int as free
      from register_record p left join allowed a on a.product = p.key
     where p.register = 'products' and p.version = (select max(v.version) from register_record v where v.register = p.register and v.key = p.key)
     group by p.key, p.record order by p.key`.execute(tx)
  return rows.map((row) => ({ product: row.product, name: typeof row.record['name'] === 'string' ? row.record['name'] : row.product, calls: row.calls, consumers: row.consumers, free: row.free }))
}

/** The last version of every record of a register, also of ended ones, with the date of its end. */
export async function allRecords(tx: Reading, register: string): Promise<{ key: string; record: JsonObject; from: string; endedOn: string | null; caseId: string }[]> {
  const rows = await tx.selectFrom('register_record').select(['key', 'version', 'record', 'from_date', 'ended_on', 'current', 'case_id'])
    .where('register', '=', register).orderBy('key').orderBy('version', 'desc').execute()
  const newest = rows.filter((row, index) => rows[index - 1]?.key !== row.key)
  return newest.map((row) => ({ key: row.key, record: row.record, from: row.from_date, endedOn: row.current ? null : row.ended_on, caseId: row.case_id }))
}

/** What a disclosure must name for a period: authorizations with object, content, scope and term; products; use. */
export const DISCLOSURE_FACTS: Readonly<Record<string, FactReader>> = {
  'disclosure.of-period': async (args, { tx }): Promise<Json> => {
    const [from, to] = [textArg(args, 'from'), textArg(args, 'to')]
    const authorizations = await allRecords(tx, 'authorizations')
    const products = await allRecords(tx, 'products')
    const use = await productUse(tx, from, to)
    return {
      from,
      to,
      authorizations: authorizations.map((one) => ({ id: one.key, ...one.record, 'ended-on': one.endedOn })),
      products: products.map((one) => ({ id: one.key, ...one.record })),
      use: use.map((one) => ({ ...one })),
      calls: use.reduce((total, one) => total + one.calls, 0),
      consumers: use.reduce((total, one) => total + one.consumers, 0),
      'free-calls': use.reduce((total, one) => total + one.free, 0),
    }
  },
}
