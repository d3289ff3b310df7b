/**
 * An instant is a point in time, kept as the ISO 8601 text of UTC with milliseconds.
 * The legal date of an act is derived from it; core never reads a clock, so every instant
 * comes in as an argument.
 */
import { addDays, type LegalDate, legalDate } from '#core/calendar/legal-date.ts'

declare const instantBrand: unique symbol

/** A point in time as `YYYY-MM-DDTHH:mm:ss.sssZ`; comparing the texts compares the times. */
export type Instant = string & { readonly [instantBrand]: true }

const SHAPE = /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/
const DATE_LENGTH = 'YYYY-MM-DD'.length
// unit: milliseconds; source: Asia/Shanghai is UTC+8, without summer time since 1991-09-15
const SHANGHAI_AHEAD_OF_UTC_MS = 28_800_000
const SHANGHAI_WITHOUT_SUMMER_TIME_SINCE = '1991-09-15T00:00:00.000Z'

/** Text that is not a point in time. */
export class NotAnInstant extends Error {
  readonly code = 'not-an-instant'
}

/**
 * Reads an ISO 8601 time with its offset (`Z` or `+08:00`) and writes it in UTC, cut to
 * milliseconds. A time without offset, a day that does not exist, an hour 24 and anything
 * before 1991-09-15 (summer time) are refused with `NotAnInstant`.
 */
export function instant(text: string): Instant {
  const day = SHAPE.exec(text)?.[1]
  if (day === undefined) {
    throw new NotAnInstant(`“${text}”不是时刻，应写作带时区的 ISO 8601 时间，例如 2026-09-24T09:00:00+08:00。`)
  }
  legalDate(day)
  const utc = new Date(Date.parse(text)).toISOString()
  if (utc < SHANGHAI_WITHOUT_SUMMER_TIME_SINCE) {
    throw new NotAnInstant(`“${text}”早于 1991-09-15，当时实行夏令时，本平台不换算。`)
  }
  return utc as Instant // toISOString writes exactly this form
}

/** The legal date on which an instant falls in Asia/Shanghai; a legal day ends at 24:00 there. */
export function legalDateOf(at: Instant): LegalDate {
  const shanghai = new Date(Date.parse(at) + SHANGHAI_AHEAD_OF_UTC_MS)
  return legalDate(shanghai.toISOString().slice(0, DATE_LENGTH))
}

/** The first instant of a legal day, 00:00 in Asia/Shanghai. */
export function startOfLegalDay(date: LegalDate): Instant {
  const midnight = Date.parse(`${date}T00:00:00.000Z`) - SHANGHAI_AHEAD_OF_UTC_MS
  return instant(new Date(midnight).toISOString())
}

/** The instant at which a legal day is over, 24:00 in Asia/Shanghai; itself no longer part of the day. */
export function endOfLegalDay(date: LegalDate): Instant {
  return startOfLegalDay(addDays(date, 1))
}
