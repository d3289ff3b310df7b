/**
 * A length of time as a figure of the law states it, and the dates that lie a length after or ahead of a date.
 * The day of the trigger is not counted (Civil Code article 201); months and years end on the corresponding day.
 */
import { addDays, addMonths, addYears, type LegalDate } from '#core/calendar/legal-date.ts'
import { endOfTerm } from '#core/calendar/term.ts'
import type { WorkingCalendar } from '#core/calendar/working-calendar.ts'

/** Units that measure time in whole days. */
export const LENGTH_UNITS = ['working-day', 'calendar-day', 'month', 'year'] as const

export type LengthUnit = (typeof LENGTH_UNITS)[number]

/** A whole number of one unit, 0 or more. */
export interface Length {
  readonly unit: LengthUnit
  readonly amount: number
}

/** Whether a unit measures time. */
export function isLengthUnit(unit: string): unit is LengthUnit {
  return LENGTH_UNITS.some((one) => one === unit)
}

/** The last day within `length` of a trigger on `from`: 5 working days after 2026-09-24 end on 2026-10-09. */
export function dateAfter(from: LegalDate, { unit, amount }: Length, calendar: WorkingCalendar): LegalDate {
  switch (unit) {
    case 'working-day':
      return calendar.addWorkingDays(from, amount).date
    case 'calendar-day':
      return addDays(from, amount)
    case 'month':
      return addMonths(from, amount)
    case 'year':
      return addYears(from, amount)
  }
}

/** The last day that still lies `length` ahead of `date`: a notice 10 working days in advance is given then at the latest. */
export function dateAhead(date: LegalDate, { unit, amount }: Length, calendar: WorkingCalendar): LegalDate {
  switch (unit) {
    case 'working-day':
      return calendar.latestNoticeDate(date, amount).date
    case 'calendar-day':
      return addDays(date, -amount)
    case 'month':
      return addMonths(date, -amount)
    case 'year':
      return addYears(date, -amount)
  }
}

/** The last day of a term that begins on `start`, that day included. A term in working days is none: `RangeError`. */
export function lastDayOfTerm(start: LegalDate, { unit, amount }: Length): LegalDate {
  switch (unit) {
    case 'working-day':
      throw new RangeError('a term is measured in days, months or years')
    case 'calendar-day':
      return endOfTerm(start, { days: amount })
    case 'month':
      return endOfTerm(start, { months: amount })
    case 'year':
      return endOfTerm(start, { years: amount })
  }
}
