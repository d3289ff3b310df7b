import { addDays, addMonths, dayOfMonth, legalDate, weekday, type LegalDate } from '#core/calendar/legal-date.ts'
import type { WorkingCalendar } from '#core/calendar/working-calendar.ts'

/** When something comes round: every day, on a day of the week (1 is Monday), or on a day of the month. */
export type Recurrence =
  | { readonly every: 'day'; readonly workingDays: boolean }
  | { readonly every: 'week' | 'month'; readonly on: number; readonly workingDays: boolean }

/** A day of the rule, and the day on which it is carried out: the same, or the next working day. */
export interface Occurrence {
  readonly due: LegalDate
  readonly runsOn: LegalDate
}

const WEEK = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const

/**
 * The first occurrence whose rule day is later than `after`. Every day with working days only leaves the days off out
 * instead of piling them on the next working day; a day that a month does not have is its last one.
 * @throws BeforeCalendarCoverage where working days are asked for before the calendar's first notice
 */
export function nextOccurrence(recurrence: Recurrence, after: LegalDate, calendar: Pick<WorkingCalendar, 'isWorkingDay'>): Occurrence {
  const first = addDays(after, 1)
  if (recurrence.every === 'day') {
    const due = recurrence.workingDays ? workingDayFrom(first, calendar) : first
    return { due, runsOn: due }
  }
  const due = recurrence.every === 'week' ? dayOfWeekFrom(first, recurrence.on) : dayOfMonthFrom(first, recurrence.on)
  return { due, runsOn: recurrence.workingDays ? workingDayFrom(due, calendar) : due }
}

function workingDayFrom(day: LegalDate, calendar: Pick<WorkingCalendar, 'isWorkingDay'>): LegalDate {
  let at = day
  while (!calendar.isWorkingDay(at)) at = addDays(at, 1)
  return at
}

function dayOfWeekFrom(day: LegalDate, on: number): LegalDate {
  const wanted = WEEK[on - 1]
  if (wanted === undefined) throw new RangeError(`there is no day ${on} of a week`)
  let at = day
  while (weekday(at) !== wanted) at = addDays(at, 1)
  return at
}

function dayOfMonthFrom(day: LegalDate, on: number): LegalDate {
  const inMonthOf = (month: LegalDate): LegalDate => {
    const start = legalDate(`${month.slice(0, MONTH_LENGTH)}-01`)
    const last = dayOfMonth(addDays(addMonths(start, 1), -1))
    return addDays(start, Math.min(on, last) - 1)
  }
  const here = inMonthOf(day)
  return here >= day ? here : inMonthOf(addMonths(legalDate(`${day.slice(0, MONTH_LENGTH)}-01`), 1))
}
/** unit: characters; source: ISO 8601, a month such as 2026-01 */
const MONTH_LENGTH = 7
