import { z } from 'zod'
import { DateText, Id, LongText, Named, Titled } from './names.ts'

/** Who shall act for whom, in which office, from and to which day. */
export const DelegationBody = z.strictObject({ principal: Id, deputy: Id, office: Id, from: DateText, until: DateText, reason: LongText })
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
})
export const DelegationList = z.strictObject({ rows: z.array(DelegationView) })
export type DelegationList = z.infer<typeof DelegationList>
/** The delegation, and the evidence entry that proves it was made or ended. */
export const DelegationDone = z.strictObject({ id: z.string(), entry: z.string() })
