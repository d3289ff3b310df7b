import { sql } from '#adapters/postgres/kysely.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import type { Granted } from './notice-words.ts'

/** One thing of which a change is felt: what was changed itself (depth 0), or what rests on it. */
type Felt = Granted & { depth: number; organization: string; case_id: string }

/** unit: steps from what was changed: a supply, its result, the product, its use; one more for what a pack puts between */
const DEPTH_MAX = 5

/**
 * Who took part in granting these things and all that rests on them and still stood: opened the case or had a task in it.
 * The nearest first. What rests on what is what the tables of access ask: things granted under another (`standing.under`),
 * results made of a supply, products made of a result; and behind a product the result that it was made of.
 *
 * @param changed in the order of the change
 */
export async function feltBy(tx: Tx, changed: readonly { kind: string; id: string }[]): Promise<Felt[]> {
  const { rows } = await sql<Felt>`
    with recursive felt (kind, id, depth, place) as (
      select c.kind, c.id, 0, c.place::int
        from jsonb_to_recordset(${JSON.stringify(changed.map((one, place) => ({ ...one, place })))}::jsonb) as c (kind text, id text, place int)
      union
      select n.kind, n.id, f.depth + 1, f.place from felt f cross join lateral (
        select s.kind, s.id from standing s where s.under = f.id and s.state in ('granted', 'suspended')
        union all
        select 'product', p.key from release r join register_record p on p.register = 'products' and p.record->>'job' = r.job
          join standing s on s.kind = 'product' and s.id = p.key and s.state in ('granted', 'suspended')
         where f.kind = 'release' and r.case_id = f.id
        union all
        select 'release', r.case_id from job j join release r on r.job = j.id where f.kind = 'supply' and j.tables ? f.id
        union all
        select 'product-of', r.case_id from register_record p join release r on r.job = p.record->>'job'
         where f.kind = 'product' and f.depth = 0 and p.register = 'products' and p.key = f.id
      ) n where f.depth < ${DEPTH_MAX}
    ), nearest as (
      select distinct on (kind, id) kind, id, depth, place from felt order by kind, id, depth, place
    ), granted as (
      select distinct on (kind, thing) kind, thing, case_id from standing_change where state = 'granted' order by kind, thing, id
    )
    select n.kind, c.number, c.title, n.depth, c.id as case_id, o.organization
      from nearest n
      left join granted g on g.kind = case n.kind when 'product-of' then 'release' else n.kind end and g.thing = n.id
      join legal_case c on c.id = coalesce(g.case_id, n.id)
      cross join lateral (select c.opened_by as organization union select t.organization from task t where t.case_id = c.id) o
     where o.organization <> 'platform'
     order by n.depth, n.place, c.number, o.organization`.execute(tx)
  return rows
}
