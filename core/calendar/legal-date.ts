/**
 * A legal date is a day of the official calendar in Asia/Shanghai, written YYYY-MM-DD.
 *
 * It is a plain string, so that it can lie in events and be compared with `<` and `===`.
 * Months and years are counted as the Civil Code counts them (articles 201 and 202): the
 * period ends on the corresponding day, or on the last day of a month that has no such day.
 */

declare const legalDateBrand: unique symbol

/** A day in Asia/Shanghai, `YYYY-MM-DD`. Made by `legalDate` only, so it always exists. */
export type LegalDate = string & { readonly [legalDateBrand]: true }

// Day 0 of `dayNumber`, 1970-01-01, was a Thursday.
const WEEKDAYS_FROM_DAY_ZERO = ['thursday', 'friday', 'saturday', 'sunday', 'monday', 'tuesday', 'wednesday'] as const

/** A day of the week by its name. */
export type Weekday = (typeof WEEKDAYS_FROM_DAY_ZERO)[number]

// unit: milliseconds; source: 24 hours of 60 minutes of 60 seconds, as Date counts them
const MS_PER_DAY = 86_400_000
// unit: months; source: the Gregorian calendar
const MONTHS_PER_YEAR = 12
const SHAPE = /^(\d{4})-(\d{2})-(\d{2})$/
const DATE_LENGTH = 'YYYY-MM-DD'.length
const YEAR_LENGTH = 'YYYY'.length
const MONTH_AT = 'YYYY-'.length
const DAY_AT = 'YYYY-MM-'.length
// unit: calendar year; source: Date.UTC reads a year below 100 as one of the 20th century, and no act here is so old
const FIRST_YEAR = 1900
// unit: calendar year; source: the last year that YYYY can write
const LAST_YEAR = 9999

/** Text that is not a day of the calendar. The message names the text and what is accepted. */
export class NotALegalDate extends Error {
  readonly code = 'not-a-legal-date'
}

/**
 * Reads a date. Only `YYYY-MM-DD` with a day that exists between the years 1900 and 9999 is
 * accepted: 2026-02-30 and 2026-2-3 are refused with `NotALegalDate`.
 */
export function legalDate(text: string): LegalDate {
  const match = SHAPE.exec(text)
  if (match === null) throw new NotALegalDate(`“${text}”不是日期，应写作 YYYY-MM-DD，例如 2026-09-24。`)
  const [, year, month, day] = match.map(Number) as [number, number, number, number] // SHAPE has three groups of digits
  const exists = year >= FIRST_YEAR && month >= 1 && month <= MONTHS_PER_YEAR && day >= 1 && day <= daysInMonth(year, month)
  if (!exists) throw new NotALegalDate(`“${text}”这一天不存在，请核对年、月、日。`)
  return text as LegalDate // checked above
}

/** Whether a text is a legal date, for schemas that want an answer instead of an error. */
export function isLegalDate(text: string): text is LegalDate {
  try {
    legalDate(text)
    return true
  } catch (error) {
    if (error instanceof NotALegalDate) return false
    throw error
  }
}

/** The number of days from 1970-01-01 to this day; negative before it. */
export function dayNumber(date: LegalDate): number {
  return Date.UTC(yearOf(date), monthOf(date) - 1, dayOfMonth(date)) / MS_PER_DAY
}

/** The day with this number, the inverse of `dayNumber`. Throws `NotALegalDate` outside 1900–9999. */
export function dateOfDayNumber(days: number): LegalDate {
  const date = new Date(days * MS_PER_DAY)
  const year = date.getUTCFullYear()
  if (!(year >= FIRST_YEAR && year <= LAST_YEAR)) {
    throw new NotALegalDate(`推算出的日期超出 ${FIRST_YEAR} 年至 ${LAST_YEAR} 年的范围，请核对天数。`)
  }
  return date.toISOString().slice(0, DATE_LENGTH) as LegalDate // a day of the proleptic calendar, in range
}

/** The day `days` calendar days later, or earlier when `days` is negative. */
export function addDays(date: LegalDate, days: number): LegalDate {
  return dateOfDayNumber(dayNumber(date) + whole(days, 'days'))
}

/**
 * The corresponding day `months` months later; the last day of the month where that month has
 * no such day (Civil Code article 202): 2026-01-31 and one month is 2026-02-28.
 */
export function addMonths(date: LegalDate, months: number): LegalDate {
  const count = yearOf(date) * MONTHS_PER_YEAR + (monthOf(date) - 1) + whole(months, 'months')
  const year = Math.floor(count / MONTHS_PER_YEAR)
  const month = count - year * MONTHS_PER_YEAR + 1
  const day = Math.min(dayOfMonth(date), daysInMonth(year, month))
  return dateOfDayNumber(Date.UTC(year, month - 1, day) / MS_PER_DAY)
}

/** The corresponding day `years` years later; 2024-02-29 and one year is 2025-02-28. */
export function addYears(date: LegalDate, years: number): LegalDate {
  return addMonths(date, whole(years, 'years') * MONTHS_PER_YEAR)
}

/** Negative when `a` is earlier than `b`, 0 on the same day, positive when later; for sorting. */
export function compareDates(a: LegalDate, b: LegalDate): -1 | 0 | 1 {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** Calendar days from `from` to `to`: 1 for the next day, negative when `to` is earlier. */
export function daysBetween(from: LegalDate, to: LegalDate): number {
  return dayNumber(to) - dayNumber(from)
}

/** The day of the week. */
export function weekday(date: LegalDate): Weekday {
  const week = WEEKDAYS_FROM_DAY_ZERO.length
  const name = WEEKDAYS_FROM_DAY_ZERO[((dayNumber(date) % week) + week) % week]
  if (name === undefined) throw new NotALegalDate(`“${date}”不是日期。`)
  return name
}

/** The calendar year of a date. */
export function yearOf(date: LegalDate): number {
  return Number(date.slice(0, YEAR_LENGTH))
}

/** The month, 1 to 12. */
export function monthOf(date: LegalDate): number {
  return Number(date.slice(MONTH_AT, MONTH_AT + 'MM'.length))
}

/** The day of the month, from 1. */
export function dayOfMonth(date: LegalDate): number {
  return Number(date.slice(DAY_AT))
}

/** The earlier of two days. */
export function earlierOf(a: LegalDate, b: LegalDate): LegalDate {
  return a < b ? a : b
}

/** The later of two days. */
export function laterOf(a: LegalDate, b: LegalDate): LegalDate {
  return a > b ? a : b
}

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate()
}

function whole(amount: number, unit: string): number {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`${unit} must be a whole number, not ${amount}`)
  return amount
}
