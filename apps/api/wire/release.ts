import { z } from 'zod'
import { Named } from './names.ts'

/** One re-derivation of a released output: what was found, without a value of any row. */
export const RederivationView = z.strictObject({
  id: z.string(),
  outcome: z.enum(['identical', 'differs', 'impossible']),
  /** The outcome as a sentence. */
  summary: z.string(),
  findings: z.array(z.strictObject({ kind: z.enum(['fault', 'obstacle', 'note']), code: z.string(), message: z.string() })),
  by: Named,
  organization: Named,
  on: z.string(),
  /** Its entry of evidence. */
  entry: z.string(),
})
export type RederivationView = z.infer<typeof RederivationView>

/** What a released output is bound to, and how it came out each time it was derived anew. */
export const ReleaseView = z.strictObject({
  id: z.string(),
  case_id: z.string(),
  job: z.string(),
  title: z.string(),
  released_on: z.string(),
  /** Standing of the release: granted, suspended, revoked, or none where it was never set. */
  standing: z.string(),
  digest: z.string(),
  binding_digest: z.string().nullable(),
  /** What it rests on, each with its digest; empty where nothing was bound when it left. */
  bound: z.array(z.strictObject({ title: z.string(), name: z.string(), digest: z.string().nullable() })),
  rederivations: z.array(RederivationView),
})
export type ReleaseView = z.infer<typeof ReleaseView>
