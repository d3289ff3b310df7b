import { z } from 'zod'
import { Id, LongText, Named } from './names.ts'
import { BasisView } from './refusal.ts'

/** A number, or what is done with a finding: let pass, sent to people, held back. */
const ThresholdValue = z.union([z.number(), z.enum(['pass', 'review', 'block'])])
const Values = z.record(z.string().regex(/^[a-z][a-z0-9-]*$/), ThresholdValue)

/** What a provider asks for, whole: a threshold that is not named stands as the pack has it. */
export const ThresholdsBody = z.strictObject({ entry: Id, values: Values, reason: LongText.min(1) })

const ThresholdRow = z.strictObject({
  id: z.string(),
  title: z.string(),
  /** Which way it is stricter. */
  stricter: z.enum(['lower', 'higher', 'graver']),
  pack: ThresholdValue,
  basis: BasisView,
  /** What the provider asks for now; null where it leaves it to the pack. */
  own: ThresholdValue.nullable(),
})
export type ThresholdRow = z.infer<typeof ThresholdRow>

const ThresholdVersion = z.strictObject({ version: z.int(), values: Values, reason: z.string(), set_by: Named, set_on: z.string() })
export type ThresholdVersion = z.infer<typeof ThresholdVersion>

/** The thresholds by which outputs made from a catalog entry are judged, whose they are, and how far a change reaches. */
export const ThresholdsView = z.strictObject({
  entry: z.string(),
  title: z.string(),
  provider: Named,
  /** Whether the asker may set them: persons of the provider alone. */
  may_set: z.boolean(),
  /** Title of the pack whose thresholds hold where the provider asks for no more. */
  pack: z.string(),
  thresholds: z.array(ThresholdRow),
  versions: z.array(ThresholdVersion),
  /** Jobs that wait, that run, and that were judged by laxer thresholds and have not left. */
  reach: z.strictObject({ queued: z.int(), running: z.int(), outdated: z.int() }),
})
export type ThresholdsView = z.infer<typeof ThresholdsView>
