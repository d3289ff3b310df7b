/**
 * How long something is kept where several rules ask for it: the longest of all that apply. The day of a rule's trigger
 * is not counted (Civil Code articles 201 and 202); a rule whose trigger has not come yet keeps it without an end.
 */
import { dateAfter, type Length } from '#core/calendar/length.ts'
import { addDays, type LegalDate } from '#core/calendar/legal-date.ts'
import type { WorkingCalendar } from '#core/calendar/working-calendar.ts'

/** One rule of retention: so long after its trigger; `trigger` is null while what starts it has not happened. */
export interface RetentionRule {
  /** What asks for it: a provision, an agreement, an order. */
  readonly by: string
  readonly trigger: LegalDate | null
  readonly length: Length
}

/** Until when something is kept, and who asks for the longest. */
export interface Retention {
  /** The last day on which it must be kept; null while it cannot be known. */
  readonly until: LegalDate | null
  /** The first day on which it may be pruned; null while it cannot be known. */
  readonly prunableFrom: LegalDate | null
  /** The rules that decide: all that ask for the last day, or all that wait for their trigger. */
  readonly decidedBy: readonly string[]
}

/** The retention under all the rules that apply. Without any rule nothing may be pruned: that nobody asks is no leave. */
export function retentionOf(rules: readonly RetentionRule[], calendar: WorkingCalendar): Retention {
  const waiting = rules.filter(({ trigger }) => trigger === null)
  if (rules.length === 0 || waiting.length > 0) return { until: null, prunableFrom: null, decidedBy: waiting.map(({ by }) => by) }
  const ends = rules.flatMap(({ by, trigger, length }) => (trigger === null ? [] : [{ by, end: dateAfter(trigger, length, calendar) }]))
  const until = ends.map(({ end }) => end).reduce((last, end) => (end > last ? end : last))
  return { until, prunableFrom: addDays(until, 1), decidedBy: ends.filter(({ end }) => end === until).map(({ by }) => by) }
}

/** Whether something may be pruned on a day. */
export function mayPrune(rules: readonly RetentionRule[], calendar: WorkingCalendar, today: LegalDate): boolean {
  const { prunableFrom } = retentionOf(rules, calendar)
  return prunableFrom !== null && today >= prunableFrom
}
