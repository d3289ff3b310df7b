/**
 * Which days are working days, and counting in them.
 *
 * The calendar is built from the State Council's notices and knows how far they reach. Up to
 * `coverageUntil` an answer is certain. Later days are taken by their weekday, less the days
 * off that the law itself fixes where the caller gave them, and every date that rests on such
 * a day is *provisional*. Days before the first notice are refused. A later notice may still
 * move days of a covered year (an extension of a holiday, the last days of December), which
 * is why due dates are recomputed after each notice (`recompute.ts`).
 */
import { daysOfRun, type HolidayNotice } from '#core/calendar/holiday-notice.ts'
import { type ArrangedDay, arrangedDays } from '#core/calendar/arranged-days.ts'
import { addDays, dateOfDayNumber, dayNumber, type LegalDate, type Weekday, weekday } from '#core/calendar/legal-date.ts'
import type { StatutoryDay } from '#core/calendar/statutory-days.ts'

/** A date and whether it may still change because no notice covers it yet (暂定). */
export interface CountedDate {
  readonly date: LegalDate
  readonly provisional: boolean
}

/** A run of days off inside a period, cut to the period, with the notice that arranged it. */
export interface DaysOff {
  readonly name: string
  readonly from: LegalDate
  readonly to: LegalDate
  /** Number of the notice, or its title where the number has not been entered. */
  readonly notice: string
}

/** A rest day that is worked, with the notice that says so. */
export interface MakeUpDay {
  readonly name: string
  readonly date: LegalDate
  readonly notice: string
}

export interface WorkingCalendar {
  /** The first day that a notice covers. */
  readonly coverageFrom: LegalDate
  /** The last day that a notice covers: 31 December of the last noticed year. */
  readonly coverageUntil: LegalDate
  /** Whether a day is a working day. Beyond the coverage the answer is an expectation. */
  isWorkingDay(date: LegalDate): boolean
  /**
   * The `count`-th working day after `from`; the day after `from` is the first that may count
   * (Civil Code article 201). With 0 it is `from` itself.
   */
  addWorkingDays(from: LegalDate, count: number): CountedDate
  /** The `count`-th working day before `from`, `from` not counted. With 0 it is `from` itself. */
  subtractWorkingDays(from: LegalDate, count: number): CountedDate
  /** The first working day on or after `date`. */
  workingDayFrom(date: LegalDate): CountedDate
  /** Working days after `from` up to and including `to`; 0 when `to` is not later. */
  workingDaysBetween(from: LegalDate, to: LegalDate): number
  /** The earliest date for an act that must be notified `count` working days in advance by a notice given on `noticeDate`. */
  earliestActDate(noticeDate: LegalDate, count: number): CountedDate
  /** The last day on which a notice `count` working days in advance of `actDate` can still be given. */
  latestNoticeDate(actDate: LegalDate, count: number): CountedDate
  /** Lateness: working days after the due date up to and including `today`; 0 while in time. */
  workingDaysPast(due: LegalDate, today: LegalDate): number
  /** Runs of arranged days off after `from` up to and including `to`. */
  daysOffBetween(from: LegalDate, to: LegalDate): DaysOff[]
  /** Rest days that are worked, after `from` up to and including `to`. */
  makeUpDaysBetween(from: LegalDate, to: LegalDate): MakeUpDay[]
}

/** The calendar is asked about days before its first notice. */
export class BeforeCalendarCoverage extends Error {
  readonly code = 'before-calendar-coverage'
}

// 国务院关于职工工作时间的规定, article 7.
const WEEKLY_REST_DAYS: ReadonlySet<Weekday> = new Set<Weekday>(['saturday', 'sunday'])
// unit: calendar days; source: about a year, so that a table of 20 years grows 20 times
const DAYS_GROWN_AT_ONCE = 366
// unit: working days; source: longer than any provision counts; keeps a slip of the pen from filling the memory
const MOST_WORKING_DAYS = 10_000

/**
 * Builds the calendar from the notices of consecutive years (a year without its notice, or
 * with two main ones, is refused by `CalendarNoticesInvalid`). `statutoryDays` are days off
 * that the law fixes for years not yet noticed.
 */
export function workingCalendar(
  notices: readonly HolidayNotice[],
  statutoryDays: readonly StatutoryDay[] = [],
): WorkingCalendar {
  const { from, until, days: noticed } = arrangedDays(notices)
  const arranged = new Map(noticed)
  for (const { date, name, basis } of statutoryDays) {
    // Within the coverage the notice has spoken.
    if (date > until) arranged.set(date, { working: false, name, notice: basis })
  }
  const isWorking = (date: LegalDate): boolean => arranged.get(date)?.working ?? !WEEKLY_REST_DAYS.has(weekday(date))
  const table = growingTable(from, isWorking)

  const indexOf = (date: LegalDate): number => {
    if (date < from) {
      throw new BeforeCalendarCoverage(`${date} 早于放假安排数据的起始日 ${from}，请先载入当年的放假安排通知。`)
    }
    return dayNumber(date) - table.firstDay
  }
  const workedThrough = (date: LegalDate): number => table.workedThrough(indexOf(date))

  const addWorkingDays = (start: LegalDate, count: number): CountedDate => {
    if (checkedCount(count) === 0) return { date: start, provisional: false }
    const date = table.workingDay(workedThrough(start) + count)
    return { date, provisional: date > until }
  }
  const subtractWorkingDays = (start: LegalDate, count: number): CountedDate => {
    if (checkedCount(count) === 0) return { date: start, provisional: false }
    const ordinal = workedThrough(addDays(start, -1)) - count + 1
    if (ordinal < 1) throw new BeforeCalendarCoverage(`从 ${start} 往前 ${count} 个工作日早于放假安排数据的起始日 ${from}。`)
    return { date: table.workingDay(ordinal), provisional: addDays(start, -1) > until }
  }
  const workingDaysBetween = (start: LegalDate, end: LegalDate): number =>
    end <= start ? 0 : workedThrough(end) - workedThrough(start)

  return {
    coverageFrom: from,
    coverageUntil: until,
    isWorkingDay: (date) => {
      indexOf(date)
      return isWorking(date)
    },
    addWorkingDays,
    subtractWorkingDays,
    workingDayFrom: (date) => {
      indexOf(date)
      return isWorking(date) ? { date, provisional: date > until } : addWorkingDays(date, 1)
    },
    workingDaysBetween,
    earliestActDate: addWorkingDays,
    latestNoticeDate: (actDate, count) => {
      if (checkedCount(count) === 0) return { date: actDate, provisional: false }
      const firstCounted = subtractWorkingDays(addDays(actDate, 1), count)
      return { date: addDays(firstCounted.date, -1), provisional: actDate > until }
    },
    workingDaysPast: workingDaysBetween,
    daysOffBetween: (start, end) => runsOf(arranged, start, end),
    makeUpDaysBetween: (start, end) =>
      daysAfter(start, end).flatMap((date) => {
        const said = arranged.get(date)
        return said?.working === true ? [{ name: said.name, date, notice: said.notice }] : []
      }),
  }
}

/** The running count of working days from the first covered day on, grown as far as it is asked for. */
function growingTable(from: LegalDate, isWorking: (date: LegalDate) => boolean) {
  const firstDay = dayNumber(from)
  const countThrough: number[] = []
  const workingDays: LegalDate[] = []
  const grow = () => {
    for (let step = 0; step < DAYS_GROWN_AT_ONCE; step++) {
      const date = dateOfDayNumber(firstDay + countThrough.length)
      if (isWorking(date)) workingDays.push(date)
      countThrough.push(workingDays.length)
    }
  }
  return {
    firstDay,
    workedThrough(index: number): number {
      // The day before the first covered day is the start of the count.
      if (index < 0) return 0
      while (index >= countThrough.length) grow()
      return countThrough[index] ?? 0
    },
    workingDay(ordinal: number): LegalDate {
      while (ordinal > workingDays.length) grow()
      const date = workingDays[ordinal - 1]
      if (date === undefined) throw new RangeError(`no working day has the ordinal ${ordinal}`)
      return date
    },
  }
}

function runsOf(days: ReadonlyMap<LegalDate, ArrangedDay>, start: LegalDate, end: LegalDate): DaysOff[] {
  const runs: DaysOff[] = []
  for (const date of daysAfter(start, end)) {
    const said = days.get(date)
    if (said === undefined || said.working) continue
    const last = runs.at(-1)
    const continues = last !== undefined && last.name === said.name && last.notice === said.notice && addDays(last.to, 1) === date
    if (continues) runs[runs.length - 1] = { ...last, to: date }
    else runs.push({ name: said.name, from: date, to: date, notice: said.notice })
  }
  return runs
}

function daysAfter(start: LegalDate, end: LegalDate): LegalDate[] {
  return end <= start ? [] : daysOfRun({ from: addDays(start, 1), to: end })
}

function checkedCount(count: number): number {
  if (Number.isSafeInteger(count) && count >= 0 && count <= MOST_WORKING_DAYS) return count
  throw new RangeError(`工作日天数应为 0 至 ${MOST_WORKING_DAYS} 的整数，现为 ${count}。`)
}
