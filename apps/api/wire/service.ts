import { z } from 'zod'
import { Id, Named, ShortText } from './names.ts'
import { RefusalView } from './refusal.ts'

/** A product on the public list, and what the signed-in person's organisation may do with it. */
export const ProductView = z.strictObject({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  operator: Named,
  sources: z.array(z.string()),
  price_class: z.string(),
  price: z.string(),
  registration: z.string(),
  standing: z.string(),
  columns: z.array(z.strictObject({ name: z.string(), title: z.string(), type: z.string() })),
  contact: z.string(),
  published_on: z.string(),
  /** Empty for an organisation that is no party of the case. */
  case_id: z.string(),
})
export type ProductView = z.infer<typeof ProductView>
export const ProductList = z.strictObject({ rows: z.array(ProductView) })

/** A consumer's grant: scenario, quota and what is used of it. Keys are shown once, at their making. */
export const SubscriptionView = z.strictObject({
  id: z.string(),
  product: z.strictObject({ id: z.string(), name: z.string() }),
  consumer: Named,
  scenario: z.string(),
  purpose: z.string(),
  quota: z.int(),
  used: z.int(),
  ends: z.string(),
  standing: z.string(),
  key_hint: z.string().nullable(),
  /** Why no key can be made now; null where one can. */
  key_refused: RefusalView.nullable(),
  case_id: z.string(),
})
export type SubscriptionView = z.infer<typeof SubscriptionView>
export const SubscriptionList = z.strictObject({ rows: z.array(SubscriptionView) })
export const IssuedKey = z.strictObject({ subscription: z.string(), key: z.string(), curl: z.string() })
export type IssuedKey = z.infer<typeof IssuedKey>

const scalar = z.union([z.string().max(500), z.number(), z.boolean()])
/** A query of a product's released rows: equalities and ranges on its columns. */
export const QueryBody = z.strictObject({
  scenario: ShortText.min(1),
  fields: z.array(Id).min(1).max(100),
  where: z.array(z.strictObject({ field: Id, is: z.enum(['equal', 'at-least', 'at-most']), value: scalar })).max(20).default([]),
  limit: z.int().min(1).max(1000).default(100),
})
export type QueryBody = z.infer<typeof QueryBody>
/** A verification answers yes or no: does the released version hold a row with these values? */
export const VerifyBody = z.strictObject({
  scenario: ShortText.min(1),
  where: z.array(z.strictObject({ field: Id, is: z.enum(['equal', 'at-least', 'at-most']), value: scalar })).min(1).max(20),
})
export type VerifyBody = z.infer<typeof VerifyBody>
const metered = { evidence: z.string(), product: z.string(), release: z.string(), quota_left: z.int() }
export const QueryAnswer = z.strictObject({ fields: z.array(z.string()), rows: z.array(z.array(z.json())), ...metered })
export const VerifyAnswer = z.strictObject({ answer: z.enum(['yes', 'no']), ...metered })
