import { z } from 'zod'
import { DateText, Id, LongText, Named, Titled } from './names.ts'

/** unit: offices of one person; more than any city has */
const OFFICES_MAX = 50

/** Who shall act for whom, in which offices, from and to which day: one delegation for each office, all or none. */
export const DelegationBody = z.strictObject({ principal: Id, deputy: Id, offices: z.array(Id).min(1).max(OFFICES_MAX), from: DateText, until: DateText, reason: LongText })
export type DelegationBody = z.infer<typeof DelegationBody>

export const DelegationView = z.strictObject({
  id: z.string(),
  principal: Named,
  deputy: Named,
  office: Titled,
  from: z.string(),
  until: z.string(),
  reason: z.string(),
  ended_on: z.string().nullable(),
  /** Whether the reader may end it: who gave it, who has it, or a colleague of the same office. */
  may_end: z.boolean(),
})
export type DelegationView = z.infer<typeof DelegationView>
export const DelegationList = z.strictObject({ rows: z.array(DelegationView) })
export type DelegationList = z.infer<typeof DelegationList>
/** What was made or ended: each delegation with the evidence entry that proves it. */
export const DelegationDone = z.strictObject({ rows: z.array(z.strictObject({ id: z.string(), entry: z.string() })) })
export type DelegationDone = z.infer<typeof DelegationDone>
