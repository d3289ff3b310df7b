import type { Kysely, Transaction } from 'kysely'
import { z } from 'zod'
import type { Tables } from '#adapters/postgres/tables.ts'

const findingsSchema = z.array(z.strictObject({ kind: z.enum(['fault', 'obstacle', 'note']), code: z.string(), message: z.string() }))
const outcomeSchema = z.enum(['identical', 'differs', 'impossible'])

/** What was found, and where: a stable code and a sentence. A `fault` makes a release differ, an `obstacle` makes it impossible to say. */
export type RederivationFinding = z.infer<typeof findingsSchema>[number]
export type RecordedRederivation = { id: string; outcome: z.infer<typeof outcomeSchema>; findings: RederivationFinding[]; by: string; organization: string; on: string; entry: string }

/** Each time a release was derived anew, the last first. */
export async function rederivationsOf(tx: Kysely<Tables> | Transaction<Tables>, release: string): Promise<RecordedRederivation[]> {
  const rows = await tx.selectFrom('rederivation').selectAll().where('release', '=', release).orderBy('at', 'desc').orderBy('id').execute()
  return rows.map((row) => ({
    id: row.id, outcome: outcomeSchema.parse(row.outcome), findings: findingsSchema.parse(row.findings), by: row.asked_by, organization: row.asked_for, on: row.legal_date, entry: row.entry,
  }))
}
