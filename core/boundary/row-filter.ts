/** Which rows of a table may be used: typed conditions that must all hold. No SQL can be written in it. */
import { z } from 'zod'

const conditionSchema = z.union([
  z.strictObject({ column: z.string(), equals: z.string() }),
  z.strictObject({ column: z.string(), oneOf: z.array(z.string()).min(1) }),
  /** Both ends belong to the range. */
  z.strictObject({ column: z.string(), from: z.string(), to: z.string() }),
  z.strictObject({ column: z.string(), from: z.string() }),
  z.strictObject({ column: z.string(), to: z.string() }),
])

/** Values are written as in the source file: 2014-01-01, 12.5, 锦江区. A missing value fulfils no condition. */
export const rowFilterSchema = z.array(conditionSchema)
export type RowFilter = z.infer<typeof rowFilterSchema>
