import { z } from 'zod'
import type { Person } from '#adapters/identity/persons.ts'
import { paged, readCursor } from '../cursor.ts'
import { readingAs } from '../parts.ts'
import type { ApiParts } from '../parts.ts'
import type { NoticePage } from '../wire/task.ts'

const Position = z.tuple([z.iso.datetime(), z.string()])

/** What was told to the person's organisation, the newest first. */
export async function listNotices(parts: ApiParts, person: Person, query: { cursor?: string | undefined; limit: number }): Promise<z.infer<typeof NoticePage>> {
  const after = readCursor(query.cursor, Position)
  const found = await readingAs(parts, person, (tx) => {
    let rows = tx.selectFrom('notice').innerJoin('legal_case', 'legal_case.id', 'notice.case_id')
      .select(['notice.id', 'notice.case_id', 'legal_case.number', 'notice.notice', 'notice.text', 'notice.legal_date', 'notice.received_at', 'notice.at'])
      .where('notice.organization', '=', person.organization.id)
      .orderBy('notice.at', 'desc').orderBy('notice.id').limit(query.limit + 1)
    if (after !== null) {
      // The cursor holds milliseconds, the table microseconds: the first millisecond is read again and cut by the id.
      const [at, id] = [new Date(Date.parse(after[0]) + 1), after[1]]
      rows = rows.where('notice.at', '<', at).where((where) => where.or([where('notice.at', '<', new Date(after[0])), where('notice.id', '>', id)]))
    }
    return rows.execute()
  })
  const { rows, next } = paged(found, query.limit, (row) => [row.at.toISOString(), row.id])
  return {
    next,
    rows: rows.map((row) => ({ id: row.id, case_id: row.case_id, number: row.number, notice: row.notice, text: row.text, legal_date: row.legal_date, received: row.received_at !== null })),
  }
}
