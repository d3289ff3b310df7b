/**
 * What the notices together say of single days. The notices of consecutive years are laid one
 * over the other in the order of their publication; a later one prevails (the 2020 extension
 * of the Spring Festival turned a make-up day into a day off).
 */
import { daysOfRun, type HolidayNotice } from '#core/calendar/holiday-notice.ts'
import { type LegalDate, legalDate } from '#core/calendar/legal-date.ts'

/** What a notice says of one day. */
export interface ArrangedDay {
  readonly working: boolean
  readonly name: string
  /** Number of the notice, or its title where the number has not been entered. */
  readonly notice: string
}

/** The days that notices name, and the reach of the notices. */
export interface ArrangedDays {
  readonly from: LegalDate
  readonly until: LegalDate
  readonly days: ReadonlyMap<LegalDate, ArrangedDay>
}

/** The notices do not make a calendar: none, a year missing, or a year with two main notices. */
export class CalendarNoticesInvalid extends Error {
  readonly code = 'calendar-notices-invalid'
}

/** Lays the notices over one another. Throws `CalendarNoticesInvalid`, naming the year. */
export function arrangedDays(notices: readonly HolidayNotice[]): ArrangedDays {
  const years = coveredYears(notices)
  const days = new Map<LegalDate, ArrangedDay>()
  for (const notice of notices.toSorted(inOrderOfPublication)) {
    const source = notice.number ?? `《${notice.title}》`
    for (const run of notice.daysOff) {
      for (const date of daysOfRun(run)) days.set(date, { working: false, name: run.name, notice: source })
    }
    for (const made of notice.makeUpDays) days.set(made.date, { working: true, name: made.name, notice: source })
  }
  return { from: legalDate(`${years.first}-01-01`), until: legalDate(`${years.last}-12-31`), days }
}

function coveredYears(notices: readonly HolidayNotice[]): { first: number; last: number } {
  const main = notices.filter((notice) => !notice.amends).map((notice) => notice.year).toSorted((a, b) => a - b)
  const first = main[0]
  const last = main.at(-1)
  if (first === undefined || last === undefined) {
    throw new CalendarNoticesInvalid('没有载入任何年度放假安排通知，无法计算工作日。')
  }
  for (const [position, year] of main.entries()) {
    if (year === first + position) continue
    const twice = main[position - 1] === year
    throw new CalendarNoticesInvalid(
      twice ? `${year} 年有两份放假安排通知，调整通知应标明 amends。` : `缺少 ${first + position} 年的放假安排通知，请补录后再载入 ${year} 年的通知。`,
    )
  }
  const stray = notices.find((notice) => notice.amends && (notice.year < first || notice.year > last))
  if (stray !== undefined) throw new CalendarNoticesInvalid(`${stray.year} 年只有调整通知，缺少年度放假安排通知。`)
  return { first, last }
}

/** By year, the main notice before the ones that change it, these by their date. */
function inOrderOfPublication(a: HolidayNotice, b: HolidayNotice): number {
  if (a.year !== b.year) return a.year - b.year
  if (a.amends !== b.amends) return a.amends ? 1 : -1
  return (a.published ?? '').localeCompare(b.published ?? '')
}
