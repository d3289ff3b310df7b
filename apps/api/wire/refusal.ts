import { z } from 'zod'

/** On what a rule rests, for the screen: which of the five kinds, the place in the text and the sentence. */
export const BasisView = z.strictObject({
  kind: z.enum(['provision', 'interpretation', 'platform-default', 'order', 'agreement']),
  provision: z.string().nullable(),
  /** e.g. 《实施细则》第二十条第二款 */
  label: z.string().nullable(),
  says: z.string().nullable(),
  reads: z.string().nullable(),
  because: z.string().nullable(),
})
export type BasisView = z.infer<typeof BasisView>

/** RFC 9457 problem of every refusal and error. `code` is the broken rule; `detail` and `cure` are Chinese. */
export const Problem = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  provision: z.string().nullable(),
  cure: z.string(),
  basis: BasisView.nullable(),
  details: z.record(z.string(), z.json()).optional(),
})
export type Problem = z.infer<typeof Problem>

/** A refusal shown beside a disabled button. */
export const RefusalView = z.strictObject({
  code: z.string(),
  message: z.string(),
  cure: z.string(),
  provision: z.string().nullable(),
  basis: BasisView.nullable(),
})
export type RefusalView = z.infer<typeof RefusalView>
