import { sql } from 'kysely'
import { z } from 'zod'
import type { Person } from '#adapters/identity/persons.ts'
import { organizationNames } from '#adapters/identity/organizations.ts'
import { paged, readCursor } from '../cursor.ts'
import { readingAs, readingAsSystem } from '../parts.ts'
import type { ApiParts } from '../parts.ts'
import type { CasePage, CaseQuery } from '../wire/case.ts'

const Position = z.tuple([z.string().regex(/^\d{4}-\d{2}-\d{2}$/), z.string()])

/** The cases of which the person's organisation is a party, the newest first. */
export async function listCases(parts: ApiParts, person: Person, query: z.output<typeof CaseQuery>): Promise<CasePage> {
  const after = readCursor(query.cursor, Position)
  const found = await readingAs(parts, person, (tx) => {
    let rows = tx.selectFrom('case_party').innerJoin('legal_case', 'legal_case.id', 'case_party.case_id')
      .select(['case_party.opened', 'case_party.case_id', 'legal_case.number', 'legal_case.title', 'legal_case.procedure', 'legal_case.status', 'legal_case.over', 'legal_case.opened_by', 'legal_case.pack', 'legal_case.pack_digest'])
      .select((select) => select.selectFrom('task').select(sql<string | null>`min(due)`.as('next_due')).whereRef('task.case_id', '=', 'case_party.case_id').where('task.open', '=', true).as('next_due'))
      .where('case_party.organization', '=', person.organization.id)
      .orderBy('case_party.opened', 'desc').orderBy('case_party.case_id')
      .limit(query.limit + 1)
    if (after !== null) {
      const [opened, id] = after
      rows = rows.where('case_party.opened', '<=', opened).where((where) => where.or([where('case_party.opened', '<', opened), where('case_party.case_id', '>', id)]))
    }
    if (query.procedure !== undefined) rows = rows.where('legal_case.procedure', '=', query.procedure)
    if (query.status !== undefined) rows = rows.where('legal_case.status', '=', query.status)
    if (query.over !== undefined) rows = rows.where('legal_case.over', '=', query.over === 'true')
    if (query.q !== undefined && query.q !== '') {
      const like = `%${query.q.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`
      rows = rows.where((where) => where.or([where('legal_case.number', 'like', like), where('legal_case.title', 'like', like)]))
    }
    return rows.execute()
  })
  const { rows, next } = paged(found, query.limit, (row) => [row.opened, row.case_id])
  const names = await readingAsSystem(parts, (tx) => organizationNames(tx, rows.map((row) => row.opened_by)))
  return {
    next,
    rows: rows.map((row) => {
      const procedure = parts.packs.lawOf({ id: row.pack, digest: row.pack_digest }).pack.procedures[row.procedure]
      return {
        id: row.case_id,
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
