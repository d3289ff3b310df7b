import { z } from 'zod'
import { Id, ShortText } from './names.ts'

/** unit: columns and thousandths of ε; source: far beyond what rules grant, so that a wrong number is refused as such */
const COLUMNS_MAX = 20
const MILLI_EPSILON_MAX = 1_000_000

/** What an analyst asks of one table: how many entities, or the total of a column, in each of the declared groups. */
export const NoisyStatisticBody = z.strictObject({
  agreement: Id, scenario: ShortText.min(1), purpose: ShortText.min(1), entry: Id,
  statistic: z.enum(['count', 'sum']), column: ShortText.min(1).nullable().default(null),
  groups: z.array(ShortText.min(1)).max(COLUMNS_MAX).default([]),
  /** Thousandths of ε that the answer may cost. */
  milli_epsilon: z.int().min(1).max(MILLI_EPSILON_MAX),
})
export type NoisyStatisticBody = z.infer<typeof NoisyStatisticBody>

const Question = z.strictObject({ statistic: z.enum(['count', 'sum']), column: z.string().nullable(), groups: z.array(z.string()), milli_epsilon: z.int() })

/** An answer: each declared group with its noisy figure, a whole number as text. */
export const NoisyAnswerView = z.strictObject({
  id: z.string(),
  /** The job under which it is reviewed and may leave. */
  job: z.string(),
  entry: z.string(),
  table: z.string(),
  question: Question,
  /** Titles of what the columns of the answer are. */
  group_titles: z.array(z.string()),
  figure_title: z.string(),
  cells: z.array(z.strictObject({ groups: z.array(z.string()), value: z.string() })),
  /** How far off a figure is at most, nineteen times out of twenty. */
  margin: z.int(),
  rules: z.strictObject({ version: z.int(), digest: z.string() }),
  layer: z.strictObject({ layer: z.string(), verdict: z.string(), message: z.string(), evidence: z.record(z.string(), z.json()) }),
  answered_at: z.string(),
  /** The same question had been answered; nothing was spent. */
  repeated: z.boolean(),
})
export type NoisyAnswerView = z.infer<typeof NoisyAnswerView>

/** A table of the scenario of which noisy figures may be asked, and the terms. */
export const NoisyTable = z.strictObject({
  entry: z.string(),
  title: z.string(),
  rules_version: z.int(),
  budget: z.strictObject({ milli_epsilon: z.int(), spent: z.int(), left: z.int() }),
  groups: z.array(z.strictObject({ name: z.string(), title: z.string(), values: z.array(z.string()) })),
  sums: z.array(z.strictObject({ name: z.string(), title: z.string(), least: z.int(), most: z.int() })),
  groups_per_entity: z.int(),
})
export type NoisyTable = z.infer<typeof NoisyTable>

export const NoisyStatistics = z.strictObject({ tables: z.array(NoisyTable), answers: z.array(NoisyAnswerView) })
export type NoisyStatistics = z.infer<typeof NoisyStatistics>
