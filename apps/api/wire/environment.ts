import { z } from 'zod'
import { Id, LongText, Named, ShortText, pageOf } from './names.ts'

/** A table that the signed-in operator may use under an agreement and a demand: schema and synthetic rows, never raw ones. */
export const EnvironmentTable = z.strictObject({
  /** Name to use in SQL. */
  table: z.string(),
  entry: z.string(),
  title: z.string(),
  provider: Named,
  scenario: z.string(),
  agreement: z.string(),
  rows: z.int(),
  version: z.string(),
  supplied_on: z.string(),
  standing: z.string(),
  entity: z.string(),
  columns: z.array(z.strictObject({ name: z.string(), title: z.string(), type: z.string(), role: z.string(), grade: z.string().nullable(), authorized: z.boolean() })),
  /** Synthetic sample rows, made from the schema alone. */
  samples: z.array(z.array(z.json())),
})
export type EnvironmentTable = z.infer<typeof EnvironmentTable>
export const EnvironmentView = z.strictObject({
  tables: z.array(EnvironmentTable),
  /** What isolation is in force, and what is missing, in Chinese. */
  posture: z.array(z.strictObject({ title: z.string(), in_force: z.boolean(), text: z.string() })),
})
export type EnvironmentView = z.infer<typeof EnvironmentView>

export const JobBody = z.strictObject({ agreement: Id, scenario: ShortText.min(1), purpose: ShortText.min(1), sql: LongText.min(1) })
export type JobBody = z.infer<typeof JobBody>

export const LayerView = z.strictObject({
  layer: z.string(),
  title: z.string(),
  heading: z.string(),
  verdict: z.enum(['pass', 'review', 'block']),
  explanation: z.string(),
  cure: z.string(),
  evidence: z.record(z.string(), z.json()),
})
export const JobView = z.strictObject({
  id: z.string(),
  agreement: z.string(),
  scenario: z.string(),
  purpose: z.string(),
  sql: z.string(),
  author: Named,
  status: z.enum(['running', 'succeeded', 'failed']),
  failure: z.strictObject({ code: z.string(), message: z.string(), cure: z.string() }).nullable(),
  started_at: z.string(),
  elapsed_ms: z.int().nullable(),
  tables: z.array(z.string()),
  verdict: z.enum(['pass', 'review', 'block']).nullable(),
  layers: z.array(LayerView),
  columns: z.array(z.strictObject({ name: z.string(), type: z.string() })),
  row_count: z.int().nullable(),
  /** Rows are shown inside the environment only where the automatic checks do not block; else only why. */
  rows: z.array(z.array(z.json())).nullable(),
  digest: z.string().nullable(),
  release: z.string().nullable(),
})
export type JobView = z.infer<typeof JobView>
export const JobRow = JobView.pick({ id: true, scenario: true, purpose: true, status: true, verdict: true, started_at: true, row_count: true, release: true })
export type JobRow = z.infer<typeof JobRow>
export const JobPage = pageOf(JobRow)
