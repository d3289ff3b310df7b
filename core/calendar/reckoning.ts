/**
 * The reckoning behind a due date: the period of the present run, then its extensions from the
 * original due date, stepping over the days on which the clock did not run.
 */
import { type ClockRecord, type DayUnit, extensionUnit, presentExtensions, presentRun } from '#core/calendar/clock.ts'
import { addDays, addMonths, addYears, daysBetween, type LegalDate, laterOf } from '#core/calendar/legal-date.ts'
import { type Pause, pausesOf, suspensionsOf } from '#core/calendar/suspensions.ts'
import type { WorkingCalendar } from '#core/calendar/working-calendar.ts'

/** A due date as stored beside its clock. */
export interface DueDate {
  /** The last day in time; null while an open suspension keeps it from being known. */
  readonly due: LegalDate | null
  /** 暂定: the date rests on days that no notice covers yet, or is not known (`due` null). */
  readonly provisional: boolean
}

/** Days counted one after the other: the first is the day after `after`, the last is `through`. */
export interface Stretch {
  readonly after: LegalDate
  readonly through: LegalDate
}

/** A due date, the one before any extension, and the stretches in which working days were counted. */
export interface Reckoning extends DueDate {
  readonly originalDue: LegalDate | null
  readonly countedWorkingDays: readonly Stretch[]
}

/** Reckons a clock through its present run: the period, then its extensions from the original due date. */
export function reckon(clock: ClockRecord, calendar: WorkingCalendar): Reckoning {
  const pauses = clock.history.length === 1 ? [] : pausesOf(suspensionsOf(clock))
  const start = presentRun(clock).on
  const counted: Stretch[] = []
  let usedCalendar = false
  const count = (from: LegalDate, days: number, unit: DayUnit): LegalDate | null => {
    const { end, stretches } = advance(from, days, unit, pauses, calendar)
    if (unit === 'working-day') {
      usedCalendar = true
      counted.push(...stretches)
    }
    return end
  }
  const settle = (end: LegalDate | null): LegalDate | null => {
    if (end === null || clock.onRestDay !== 'next-working-day') return end
    usedCalendar = true
    return calendar.workingDayFrom(end).date
  }

  const originalDue = settle(endOfPeriod(clock, start, pauses, count))
  let due = originalDue
  for (const extension of presentExtensions(clock)) {
    if (due !== null) due = count(due, extension.days, extensionUnit(clock, extension))
  }
  due = settle(due)
  return {
    due,
    originalDue,
    provisional: due === null || (usedCalendar && due > calendar.coverageUntil),
    countedWorkingDays: counted,
  }
}

function endOfPeriod(
  clock: ClockRecord,
  start: LegalDate,
  pauses: readonly Pause[],
  count: (from: LegalDate, days: number, unit: DayUnit) => LegalDate | null,
): LegalDate | null {
  switch (clock.unit) {
    case 'working-day':
    case 'calendar-day':
      return count(start, clock.amount, clock.unit)
    case 'month':
      return shifted(start, addMonths(start, clock.amount), pauses)
    case 'year':
      return shifted(start, addYears(start, clock.amount), pauses)
    case 'date':
      return shifted(start, clock.date, pauses)
  }
}

/** Counts days forward from `from`, stepping over the pauses; the end is null when an open pause comes first. */
function advance(
  from: LegalDate,
  days: number,
  unit: DayUnit,
  pauses: readonly Pause[],
  calendar: WorkingCalendar,
): { end: LegalDate | null; stretches: Stretch[] } {
  const stretches: Stretch[] = []
  let position = from
  let left = days
  for (const pause of pauses) {
    if (pause.until !== null && pause.until <= position) continue
    const dayBefore = addDays(pause.from, -1)
    const beforePause = daysCounted(position, dayBefore, unit, calendar)
    if (beforePause >= left) break
    if (beforePause > 0) stretches.push({ after: position, through: dayBefore })
    if (pause.until === null) return { end: null, stretches }
    left -= beforePause
    position = laterOf(pause.until, position)
  }
  const end = unit === 'working-day' ? calendar.addWorkingDays(position, left).date : addDays(position, left)
  stretches.push({ after: position, through: end })
  return { end, stretches }
}

function daysCounted(after: LegalDate, through: LegalDate, unit: DayUnit, calendar: WorkingCalendar): number {
  if (through <= after) return 0
  return unit === 'working-day' ? calendar.workingDaysBetween(after, through) : daysBetween(after, through)
}

/** Moves an end by the calendar days on which the clock did not run; null when an open pause comes before it. */
function shifted(start: LegalDate, end: LegalDate, pauses: readonly Pause[]): LegalDate | null {
  let moved = end
  for (const pause of pauses) {
    if (pause.until !== null && pause.until <= start) continue
    if (pause.from > moved) break
    if (pause.until === null) return null
    const firstLost = laterOf(pause.from, addDays(start, 1))
    moved = addDays(moved, daysBetween(firstLost, pause.until) + 1)
  }
  return moved
}
