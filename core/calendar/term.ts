/**
 * Terms, retention and windows before an end.
 *
 * Two ways of counting meet here and must not be mixed: a *term* includes the day on which it
 * begins (an agreement of 3 years from 2026-08-20 ends on 2029-08-19); a *retention* does not
 * count the day of its trigger (3 years from 2026-09-15 include 2029-09-15; Civil Code
 * articles 201 and 202).
 */
import { addDays, addMonths, addYears, daysBetween, dayOfMonth, type LegalDate } from '#core/calendar/legal-date.ts'

/** How long something lasts: one unit, a whole number of at least 1. */
export type Duration = { readonly years: number } | { readonly months: number } | { readonly days: number }

/** Shows that a duration is not a whole number of at least one unit. */
export class NotADuration extends Error {
  readonly code = 'not-a-duration'
}

/**
 * The last day of a term that begins on `start`, that day included: the day before the
 * corresponding day. Where the last month has no corresponding day the term ends on that
 * month's last day (a year from 2024-02-29 ends on 2025-02-28).
 */
export function endOfTerm(start: LegalDate, length: Duration): LegalDate {
  const corresponding = after(start, length)
  const clamped = !('days' in length) && dayOfMonth(corresponding) !== dayOfMonth(start)
  return clamped ? corresponding : addDays(corresponding, -1)
}

/** The last day of a period whose trigger day is not counted: 3 years from 2026-09-15 include 2029-09-15. */
export function lastDayOfRetention(trigger: LegalDate, length: Duration): LegalDate {
  return after(trigger, length)
}

/** The first day on which what had to be kept may be pruned: the day after the last day of retention. */
export function firstPruningDay(trigger: LegalDate, length: Duration): LegalDate {
  return addDays(lastDayOfRetention(trigger, length), 1)
}

/** The first day of the window of `days` calendar days before an end. */
export function windowOpens(end: LegalDate, days: number): LegalDate {
  return addDays(end, -atLeastOne(days))
}

/**
 * Whether an act of `today` lies within `days` calendar days before `end`, both edges
 * included: a registration valid until 2029-10-14 may be renewed from 2029-08-15 (60 days).
 */
export function withinWindowBefore(end: LegalDate, days: number, today: LegalDate): boolean {
  const left = daysBetween(today, end)
  return left >= 0 && left <= atLeastOne(days)
}

function after(date: LegalDate, length: Duration): LegalDate {
  if ('years' in length) return addYears(date, atLeastOne(length.years))
  if ('months' in length) return addMonths(date, atLeastOne(length.months))
  return addDays(date, atLeastOne(length.days))
}

function atLeastOne(amount: number): number {
  if (Number.isSafeInteger(amount) && amount >= 1) return amount
  throw new NotADuration(`期限应为不小于 1 的整数，现为 ${amount}。`)
}
