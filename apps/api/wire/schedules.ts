import { z } from 'zod'
import { ParametersBody } from './workspace.ts'
import { Id, LongText, Named, ShortText } from './names.ts'

const DAYS_OF_WEEK = 7
const DAYS_OF_MONTH = 31
/** A year of working days and more: a schedule that long is set up anew, and looked at anew. */
const RUNS_MOST = 366

/** When a job comes round: every day, on a day of the week (1 is Monday), or of the month (the last where it is shorter). */
export const RecurrenceBody = z.discriminatedUnion('every', [
  z.strictObject({ every: z.literal('day'), working_days: z.boolean() }),
  z.strictObject({ every: z.literal('week'), on: z.int().min(1).max(DAYS_OF_WEEK), working_days: z.boolean() }),
  z.strictObject({ every: z.literal('month'), on: z.int().min(1).max(DAYS_OF_MONTH), working_days: z.boolean() }),
])

/** A date parameter called run_date is the day of each run, unless it is given here. */
export const ScheduleBody = z.strictObject({
  agreement: Id, scenario: ShortText.min(1), purpose: ShortText.min(1), sql: LongText.min(1), parameters: ParametersBody.optional(), recurrence: RecurrenceBody,
  runs_most: z.int().min(1).max(RUNS_MOST),
})
export type ScheduleBody = z.infer<typeof ScheduleBody>

const Reason = z.strictObject({ code: z.string(), message: z.string(), cure: z.string() })

export const ScheduleView = z.strictObject({
  id: z.string(),
  agreement: z.string(),
  scenario: z.string(),
  purpose: z.string(),
  sql: z.string(),
  parameters: ParametersBody,
  author: Named,
  recurrence: RecurrenceBody,
  runs_most: z.int(),
  runs_done: z.int(),
  /** `paused` by a person, `stopped` by the platform with the reason, `finished` after its last run, `ended` by a person. */
  state: z.enum(['active', 'paused', 'stopped', 'finished', 'ended']),
  stopped: Reason.nullable(),
  /** The day of the next run; null where none is to come. */
  next_on: z.string().nullable(),
  /** The last runs, the newest first; the job of a run that was refused was never made. */
  runs: z.array(z.strictObject({ due_on: z.string(), job: z.string().nullable(), refusal: Reason.nullable() })),
})
export type ScheduleView = z.infer<typeof ScheduleView>
export const SchedulesView = z.strictObject({ schedules: z.array(ScheduleView) })
export type SchedulesView = z.infer<typeof SchedulesView>
