import { z } from 'zod'
import { BasisView } from './refusal.ts'
import { ParametersBody } from './workspace.ts'
import { Id, LongText, Named, PageQuery, ShortText, pageOf } from './names.ts'

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
  /** Columns that together name one entity; empty where the rows are about none. */
  entity_key: z.array(z.string()),
  /** A sentence that stands wherever the table does; null where the provider declared none. */
  notice: z.string().nullable(),
  columns: z.array(z.strictObject({
    name: z.string(), title: z.string(), type: z.string(), role: z.string(), category: z.string().nullable(), grade: z.string().nullable(), unit: z.string().nullable(),
    /** Whether a value may be missing. */
    nullable: z.boolean(),
    authorized: z.boolean(),
    /** What the provider declared of its values: a list of codes, bounds that belong to them; empty and null where it declared nothing. */
    domain: z.strictObject({ one_of: z.array(z.string()), from: z.string().nullable(), to: z.string().nullable() }),
  })),
  /** Synthetic sample rows, made from declared types, code lists and bounds alone. */
  samples: z.array(z.array(z.json())),
})
export type EnvironmentTable = z.infer<typeof EnvironmentTable>
export const EnvironmentView = z.strictObject({
  tables: z.array(EnvironmentTable),
  /** What isolation is in force, and what is missing, in Chinese. */
  posture: z.array(z.strictObject({ title: z.string(), in_force: z.boolean(), text: z.string() })),
})
export type EnvironmentView = z.infer<typeof EnvironmentView>

/** `background`: answer at once with the job in its queue, instead of after its end. */
export const JobBody = z.strictObject({ agreement: Id, scenario: ShortText.min(1), purpose: ShortText.min(1), sql: LongText.min(1), parameters: ParametersBody.optional(), background: z.boolean().optional() })
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
/** A threshold under which a layer judged, with its source: a platform default is never shown as the law's. */
export const ThresholdView = z.strictObject({
  layer: z.string(), id: z.string(), title: z.string(), value: z.string(), basis: BasisView,
  /** Where a provider asked for more than the pack: for which of its entries, in which version. */
  provider: z.strictObject({ entry: z.string(), version: z.int() }).nullable(),
})
export type ThresholdView = z.infer<typeof ThresholdView>

/** A column of the result and the columns from which it is computed; none for a mere count. */
export const ColumnLineage = z.strictObject({ output: z.string(), sources: z.array(z.strictObject({ table: z.string(), column: z.string(), title: z.string(), role: z.string() })) })

/** How a result differs from what left last for the same agreement and scenario. Rows are counted, never shown. */
export const PreviousRelease = z.strictObject({
  title: z.string(),
  job: z.string(),
  case_id: z.string(),
  released_on: z.string(),
  row_count: z.int(),
  columns_added: z.array(z.string()),
  columns_removed: z.array(z.string()),
  rows: z.strictObject({ same: z.int(), added: z.int(), removed: z.int() }).nullable(),
  /** For each column of figures: groups in both results, how many have another figure now, and how many of these changed by less than `few`. */
  cells: z.array(z.strictObject({ column: z.string(), compared: z.int(), changed: z.int(), by_few: z.int() })).nullable(),
  few: z.number(),
  sql: z.array(z.strictObject({ sign: z.enum([' ', '+', '-']), text: z.string() })),
})
export type PreviousRelease = z.infer<typeof PreviousRelease>

export const JobView = z.strictObject({
  id: z.string(),
  agreement: z.string(),
  scenario: z.string(),
  purpose: z.string(),
  /** A statement of the operator's own, or a question that the platform answered with noise: then `sql` is the platform's. */
  kind: z.enum(['statement', 'noisy-statistic']),
  sql: z.string(),
  author: Named,
  status: z.enum(['queued', 'running', 'cancelling', 'succeeded', 'failed', 'cancelled', 'withheld']),
  /** For a job that waits: how many begin up to and with this one. */
  queue_position: z.int().nullable(),
  /** For a job under way: which part, and how many of how many runs are done (0 of 0 where they cannot be told). */
  progress: z.strictObject({ step: z.enum(['preparing', 'running', 'checking', 'committing']), done: z.int(), total: z.int() }).nullable(),
  begun_at: z.string().nullable(),
  ended_at: z.string().nullable(),
  failure: z.strictObject({ code: z.string(), message: z.string(), cure: z.string() }).nullable(),
  started_at: z.string(),
  elapsed_ms: z.int().nullable(),
  tables: z.array(z.string()),
  verdict: z.enum(['pass', 'review', 'block']).nullable(),
  /** One sentence above the findings; null where no checks ran. */
  summary: z.string().nullable(),
  /** The headings of the report in their order, each with the gravest verdict below it; null where nothing was looked at. */
  headings: z.array(z.strictObject({ title: z.string(), verdict: z.enum(['pass', 'review', 'block']).nullable() })),
  /** Why the report has these headings; null where the law of the agreement asks for none. */
  headings_basis: BasisView.nullable(),
  layers: z.array(LayerView),
  /** What names an entity in each table that was read. */
  entity_keys: z.array(z.strictObject({ table: z.string(), columns: z.array(z.string()) })),
  thresholds: z.array(ThresholdView),
  lineage: z.array(ColumnLineage),
  previous: PreviousRelease.nullable(),
  columns: z.array(z.strictObject({ name: z.string(), type: z.string() })),
  row_count: z.int().nullable(),
  /** Why the rows of a released result are out of reach: its release is suspended or revoked; null where it stands. */
  held: z.string().nullable(),
  /** Rows are shown inside the environment only where the automatic checks do not block; else only why. */
  rows: z.array(z.array(z.json())).nullable(),
  digest: z.string().nullable(),
  release: z.string().nullable(),
  /** For those who review it: what its organisation was told of the data lately by being held back, and from how much on a person must look. */
  tries: z.strictObject({ days: z.int(), answers: z.int(), most: z.int(), of_its_shape: z.int(), most_of_one_shape: z.int() }).nullable(),
})
export type JobView = z.infer<typeof JobView>
export const JobRow = JobView.pick({ id: true, kind: true, scenario: true, purpose: true, status: true, queue_position: true, progress: true, verdict: true, started_at: true, row_count: true, release: true })
export type JobRow = z.infer<typeof JobRow>
export const JobPage = pageOf(JobRow)

/** What a list of jobs is narrowed to. `mine`: only those of the signed-in person; `words`: what stands in purpose or statement. */
export const JobQuery = z.strictObject({
  ...PageQuery, status: JobView.shape.status.optional(), verdict: z.enum(['pass', 'review', 'block']).optional(), scenario: ShortText.min(1).optional(),
  schedule: Id.optional(), mine: z.enum(['true', 'false']).optional(), words: ShortText.optional(),
})
