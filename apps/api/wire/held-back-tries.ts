import { z } from 'zod'
import { LongText, Named } from './names.ts'

/** A job that the data held back, or whose end waits for a person. */
const TryRow = z.strictObject({
  job: z.string(), purpose: z.string(), author: Named, at: z.string(),
  outcome: z.enum(['pass', 'review', 'block', 'failed']),
  /** Codes of the rules that it was told to have broken; none where it passed. */
  causes: z.array(z.string()),
  /** How many of the jobs here have statements that differ from this one in constants alone, this one included. */
  same_shape: z.int(),
  /** Its end is not told to its own organisation yet. */
  waiting: z.boolean(),
})
export type TryRow = z.infer<typeof TryRow>

/** What an organisation's jobs were told of the data since somebody last looked, and from how much on a person must look. */
const WorkspaceTries = z.strictObject({
  organization: Named,
  days: z.int(),
  answers: z.int(), most: z.int(),
  /** Of the shape that was tried the most. */
  of_one_shape: z.int(), most_of_one_shape: z.int(),
  reached: z.boolean(),
  waiting: z.int(),
  last_look: z.strictObject({ by: Named, on: z.string(), note: z.string() }).nullable(),
  may_look: z.boolean(),
  /** The newest, at most two hundred. */
  jobs: z.array(TryRow),
})
export type WorkspaceTries = z.infer<typeof WorkspaceTries>

export const TriesView = z.strictObject({ workspaces: z.array(WorkspaceTries) })
export type TriesView = z.infer<typeof TriesView>

export const LookBody = z.strictObject({ note: LongText.min(1) })
