import { z } from 'zod'
import { BasisView } from './refusal.ts'

/** One provision and what rests on it: rules, obligations with their scenarios, open cases of the reader's organisation. */
export const ProvisionView = z.strictObject({
  pack: z.string(),
  id: z.string(),
  label: z.string(),
  heading: z.string(),
  text: z.string(),
  rules: z.array(z.strictObject({ kind: z.string(), id: z.string(), place: z.array(z.string()), basis: BasisView })),
  obligations: z.array(z.strictObject({
    id: z.string(),
    provision: z.string(),
    text: z.string(),
    platform: z.string(),
    status: z.string(),
    tests: z.array(z.strictObject({ title: z.string(), file: z.string(), how: z.string() })),
    reading: z.strictObject({ reads: z.string(), because: z.string() }).nullable(),
  })),
  cases: z.array(z.strictObject({ id: z.string(), number: z.string(), title: z.string(), opened: z.string() })),
  cases_total: z.int(),
})
export type ProvisionView = z.infer<typeof ProvisionView>
