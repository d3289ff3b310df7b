import { sql } from '#adapters/postgres/kysely.ts'
import { z } from 'zod'
import type { Tx } from '#adapters/cases/case-store.ts'
import type { Person } from '#adapters/identity/persons.ts'
import { organizationNames } from '#adapters/identity/organizations.ts'
import { paged, readCursor } from '../cursor.ts'
import { inSpace, isPartyOfMany, SEARCHED_MAX } from './breadth.ts'
import { readingAs, readingAsSystem } from '../parts.ts'
import type { ApiParts } from '../parts.ts'
import type { CasePage, CaseQuery } from '../wire/case.ts'

const Position = z.tuple([z.string().regex(/^\d{4}-\d{2}-\d{2}$/), z.string()])

/** A word with the bracket of a number is looked up among all numbers by its beginning; any other is looked for in titles and numbers of the newest cases. */
const NUMBER = /〔/
/** unit: numbers that begin alike and are looked at; more than a page, and still read at once */
const ALIKE_MAX = 1_000

type Query = z.output<typeof CaseQuery>
type After = [string, string] | null

/** The cases of which the person's organisation is a party, the newest first. */
export async function listCases(parts: ApiParts, person: Person, query: Query): Promise<CasePage> {
  const after = readCursor(query.cursor, Position)
  const work = async (tx: Tx) => {
    if (isSearch(query) && !NUMBER.test(query.q ?? '')) await walkOnly(tx)
    return (await pageQuery(tx, person.organization.id, query, after)).execute()
  }
  // A search reads thousands of rows, each of them by way of the organisation's own parties: asking row-level security for each again took ten times as long.
  const found = await (isSearch(query) ? readingAsSystem(parts, work) : readingAs(parts, person, work))
  const { rows, next } = paged(found, query.limit, (row) => [row.opened, row.id])
  const names = await readingAsSystem(parts, (tx) => organizationNames(tx, rows.map((row) => row.opened_by)))
  return {
    next,
    rows: rows.map((row) => {
      const procedure = parts.packs.lawOf({ id: row.pack, digest: row.pack_digest }).pack.procedures[row.procedure]
      return {
        id: row.id,
        number: row.number,
        title: row.title,
        procedure: { id: row.procedure, title: procedure?.title ?? row.procedure },
        status: { id: row.status, title: procedure?.statuses[row.status] ?? row.status },
        opened: row.opened,
        opened_by: { id: row.opened_by, name: names.get(row.opened_by) ?? row.opened_by },
        over: row.over,
        next_due: row.next_due,
      }
    }),
  }
}

/** The newest cases are visited one by one along the index: PostgreSQL, which knows not how many there are, would rather read and sort every case of the city. */
async function walkOnly(tx: Tx): Promise<void> {
  const settings = ['enable_hashjoin', 'enable_mergejoin', 'enable_seqscan', 'enable_bitmapscan', 'enable_sort', 'jit']
  await sql`select set_config(name, 'off', true) from unnest(${settings}::text[]) as settings (name)`.execute(tx)
  await sql`select set_config('max_parallel_workers_per_gather', '0', true)`.execute(tx)
}

function isSearch({ q }: Query): boolean {
  return q !== undefined && q !== ''
}

async function pageQuery(tx: Tx, organization: string, query: Query, after: After) {
  const searching = isSearch(query)
  const filtered = query.procedure !== undefined || query.status !== undefined
  // Row-level security shows the organisation's own; a filter that few cases pass has an index over all.
  const preview = query.preview === 'true'
  const overAll = filtered && !searching && !preview && (await isPartyOfMany(tx, organization))
  let rows = tx.selectFrom('legal_case as c')
    .select(['c.id', 'c.number', 'c.title', 'c.procedure', 'c.status', 'c.over', 'c.opened', 'c.opened_by', 'c.pack', 'c.pack_digest'])
    .select((select) => select.selectFrom('task as t').select((one) => one.fn.min('t.due').as('due')).whereRef('t.case_id', '=', 'c.id').where('t.open', '=', true).as('next_due'))
    .where('c.preview', '=', preview)
    .limit(query.limit + 1)
  if (overAll) rows = rows.orderBy('c.opened', 'desc').orderBy('c.id')
  else {
    const cut = searching ? (NUMBER.test(query.q ?? '') ? null : SEARCHED_MAX) : filtered || query.over !== undefined ? null : query.limit + 1
    const own = ownCases(tx, organization, { cut, after, preview })
    rows = rows.innerJoin(own.as('p'), 'p.case_id', 'c.id').orderBy('p.opened', 'desc').orderBy('p.case_id')
  }
  if (overAll && after !== null) rows = rows.where('c.opened', '<=', after[0]).where((where) => where.or([where('c.opened', '<', after[0]), where('c.id', '>', after[1])]))
  if (query.procedure !== undefined) rows = rows.where('c.procedure', '=', query.procedure)
  if (query.status !== undefined) rows = rows.where('c.status', '=', query.status)
  if (query.over !== undefined) rows = rows.where('c.over', '=', query.over === 'true')
  if (!searching) return rows
  if (NUMBER.test(query.q ?? '')) return rows.where('c.id', 'in', numberedAlike(tx, query.q ?? ''))
  const like = `%${(query.q ?? '').replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`
  return rows.where((where) => where.or([where('c.number', 'like', like), where('c.title', 'like', like)]))
}

/** The cases whose numbers begin with this, from the index over all numbers. */
function numberedAlike(tx: Tx, beginning: string) {
  return tx.selectFrom('legal_case').select('id')
    .where(sql<boolean>`number ~>=~ ${beginning}`).where(sql<boolean>`number ~<~ ${beginning + LAST_CHARACTER}`)
    .orderBy(sql`number using ~<~`).limit(ALIKE_MAX)
}

/** After every character that a number may have. */
const LAST_CHARACTER = '\u{10FFFF}'

function ownCases(tx: Tx, organization: string, { cut, after, preview }: { cut: number | null; after: After; preview: boolean }) {
  let own = tx.selectFrom('case_party').select(['case_id', 'opened']).where('organization', '=', organization).where(inSpace(sql`case_id`, preview))
  if (after !== null) own = own.where('opened', '<=', after[0]).where((where) => where.or([where('opened', '<', after[0]), where('case_id', '>', after[1])]))
  return cut === null ? own : own.orderBy('opened', 'desc').orderBy('case_id').limit(cut)
}
