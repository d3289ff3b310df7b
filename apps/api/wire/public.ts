import { z } from 'zod'
import { BasisView } from './refusal.ts'

/** What anybody may read without an account. */
export const PublicAuthorization = z.strictObject({
  id: z.string(),
  operator: z.string(),
  credit_code: z.string(),
  selection_method: z.string(),
  agreement_date: z.string(),
  mode: z.string(),
  content: z.string(),
  resources: z.array(z.strictObject({ title: z.string(), provider: z.string() })),
  starts: z.string(),
  ends: z.string(),
  status: z.string(),
  ended_on: z.string().nullable(),
})
export const PublicProduct = z.strictObject({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  operator: z.string(),
  sources: z.array(z.string()),
  price: z.string(),
  registration: z.string(),
  contact: z.string(),
})
export const PublicUse = z.strictObject({ product: z.string(), name: z.string(), calls: z.int(), consumers: z.int(), free_calls: z.int() })
export const Publication = z.strictObject({ id: z.string(), kind: z.string(), title: z.string(), legal_date: z.string(), body: z.record(z.string(), z.json()) })
export const LateDisclosureView = z.strictObject({
  number: z.string(),
  procedure: z.string(),
  step: z.string(),
  office: z.string(),
  organization: z.string(),
  due: z.string(),
  provisional: z.boolean(),
  working_days: z.int(),
  basis: BasisView,
  due_basis: BasisView,
})
export const PortalView = z.strictObject({
  city: z.string(),
  demonstration: z.boolean(),
  today: z.string(),
  rules: z.array(z.strictObject({ pack: z.string(), title: z.string(), document_number: z.string() })),
  authorizations: z.array(PublicAuthorization),
  products: z.array(PublicProduct),
  use: z.array(PublicUse),
  publications: z.array(Publication),
  /** Duties to publish that are overdue, and the days of lateness together, by the office that owes them. */
  disclosure_debt: z.array(z.strictObject({ office: z.string(), organization: z.string(), count: z.int(), days: z.int() })),
  /** Each of them: what should have been made public, by whom, until when, how late it is, and on which provision it rests. */
  late_disclosures: z.array(LateDisclosureView),
})
export type PortalView = z.infer<typeof PortalView>
