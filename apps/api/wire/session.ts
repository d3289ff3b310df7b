import { z } from 'zod'
import { Named, ShortText, Titled } from './names.ts'

export const LoginBody = z.strictObject({ login: z.string().min(1).max(100), password: z.string().min(1).max(200) })
export type LoginBody = z.infer<typeof LoginBody>

/** One's own new password; what it must be is said by the refusal. */
export const PasswordBody = z.strictObject({ old: z.string().min(1).max(200), wanted: z.string().min(1).max(200) })
export type PasswordBody = z.infer<typeof PasswordBody>

/** Who is signed in, and what the page must always show: the mode, the city's date, name for the watermark. */
export const SessionView = z.strictObject({
  person: Named,
  organization: Named,
  offices: z.array(Titled),
  demonstration: z.boolean(),
  /** Legal date of today (city clock in the demonstration). */
  today: z.string(),
  city: z.string(),
  /** Echoed in the header `x-csrf-token` of every request that changes something. */
  csrf_token: z.string(),
  /** Whether there is a preview space. */
  preview: z.boolean(),
  /** The delegations that run today: in whose name, in which office and until when the person may act. */
  acts_for: z.array(z.strictObject({ delegation: z.string(), principal: Named, office: Titled, until: z.string() })),
  /** The first password is good for choosing another and for nothing else. */
  must_change_password: z.boolean(),
})
export type SessionView = z.infer<typeof SessionView>

/** Demonstration only: the accounts that the login page offers. */
export const DemonstrationAccounts = z.strictObject({
  demonstration: z.boolean(),
  password: z.string().nullable(),
  accounts: z.array(z.strictObject({ login: z.string(), name: z.string(), organization: ShortText, offices: z.array(ShortText) })),
})
export type DemonstrationAccounts = z.infer<typeof DemonstrationAccounts>
