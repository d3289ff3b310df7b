import { z } from 'zod'
import { parameterTypes } from '#core/boundary/statement-parameters.ts'
import { Id, LongText, ShortText } from './names.ts'

const PARAMETERS_MOST = 50

/** Values for the `$name` parameters of a statement, by name. */
export const ParametersBody = z.record(z.string().regex(/^[A-Za-z_]\w{0,60}$/), z.strictObject({ type: z.enum(parameterTypes), value: z.string().max(500) }))
  .refine((all) => Object.keys(all).length <= PARAMETERS_MOST, `参数不得多于 ${PARAMETERS_MOST} 个`)

export const ExplainBody = z.strictObject({ agreement: Id, scenario: ShortText.min(1), sql: LongText.min(1), parameters: ParametersBody.optional() })
export type ExplainBody = z.infer<typeof ExplainBody>

const Column = z.strictObject({ table: z.string(), column: z.string() })

/** What would become of a statement if it were run. */
export const ExplainView = z.strictObject({
  allowed: z.boolean(),
  /** Why not, with the place in the text where it is known (line and column from 1). */
  refusal: z.strictObject({ code: z.string(), message: z.string(), cure: z.string(), line: z.int().nullable(), column: z.int().nullable() }).nullable(),
  /** The statement with its parameters' values, as it would be run and shown to reviewers. */
  sql: z.string().nullable(),
  tables: z.array(z.string()),
  reads: z.array(Column),
  outputs: z.array(z.strictObject({ name: z.string(), sources: z.array(Column) })),
  /** The engine's plan over empty tables; null where there is none. */
  plan: z.string().nullable(),
  /** Whether the statement is within the portable profile, and if not why: then it runs on the reference engine only. Null where it may not run at all. */
  portable: z.strictObject({ yes: z.boolean(), reason: z.strictObject({ code: z.string(), message: z.string(), cure: z.string() }).nullable() }).nullable(),
})
export type ExplainView = z.infer<typeof ExplainView>

/** What an editor completes with: the whole language that the gate lets through. Tables and columns stand in EnvironmentView. */
export const LanguageView = z.strictObject({
  keywords: z.array(z.string()),
  functions: z.array(z.strictObject({ name: z.string(), kind: z.enum(['scalar', 'aggregate', 'window']), purpose: z.string() })),
  parameter_types: z.array(z.enum(parameterTypes)),
  /** Characters of a statement and of one literal. */
  statement_length: z.int(),
  literal_length: z.int(),
})
export type LanguageView = z.infer<typeof LanguageView>
