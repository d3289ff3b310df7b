import { z } from 'zod'
import { BasisView } from './refusal.ts'

/** How long something is kept: every rule that asks for it, and the latest end of all. */
export const KeepingView = z.strictObject({
  /** The last day on which it must be kept; null where no rule has begun. */
  until: z.string().nullable(),
  /** The first day on which a person may dispose of it. */
  prunable_from: z.string().nullable(),
  state: z.enum(['unruled', 'keeping', 'due', 'disposed']),
  rules: z.array(z.strictObject({ title: z.string(), from: z.string(), length: z.string(), until: z.string(), decides: z.boolean(), case_id: z.string(), basis: BasisView })),
})
export type KeepingView = z.infer<typeof KeepingView>
export const RetentionList = z.strictObject({ rows: z.array(z.strictObject({ subject: z.strictObject({ id: z.string(), number: z.string(), title: z.string() }), keeping: KeepingView })) })
export type RetentionList = z.infer<typeof RetentionList>
