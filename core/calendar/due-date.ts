/**
 * The due date of a clock, reckoned from its history and the calendar.
 *
 * `dueDateOf` gives the date alone and is fast enough to reckon a million clocks anew after a
 * notice; `dueOf` adds the derivation that a person reads beside it.
 */
import { type ClockRecord, type DayUnit, extensionUnit, stoppedOn } from '#core/calendar/clock.ts'
import { type DerivationLine, derivationOf } from '#core/calendar/derivation.ts'
import { daysBetween, earlierOf, type LegalDate } from '#core/calendar/legal-date.ts'
import { type DueDate, reckon } from '#core/calendar/reckoning.ts'
import type { WorkingCalendar } from '#core/calendar/working-calendar.ts'

/** Whether a clock runs, and how late it is on a day. */
export interface Standing {
  readonly state: 'running' | 'suspended' | 'stopped'
  readonly due: LegalDate | null
  readonly provisional: boolean
  /** Days past the due date in `unit`, 0 while in time; up to the day on which the clock was stopped. */
  readonly late: number
  readonly unit: DayUnit
}

/** The due date of a clock. An open suspension that began on or before it leaves it null. */
export function dueDateOf(clock: ClockRecord, calendar: WorkingCalendar): DueDate {
  const { due, provisional } = reckon(clock, calendar)
  return { due, provisional }
}

/** The due date of a clock with its derivation, line by line, for `derivationText`. */
export function dueOf(clock: ClockRecord, calendar: WorkingCalendar): DueDate & { readonly derivation: readonly DerivationLine[] } {
  const reckoning = reckon(clock, calendar)
  return { due: reckoning.due, provisional: reckoning.provisional, derivation: derivationOf(clock, reckoning, calendar) }
}

/**
 * Where a clock stands at the end of `today`: lateness counts working days for a clock of
 * working days and calendar days for any other, up to the day on which it was stopped.
 */
export function standingOf(clock: ClockRecord, calendar: WorkingCalendar, today: LegalDate): Standing {
  const { due, provisional } = dueDateOf(clock, calendar)
  const stopped = stoppedOn(clock)
  const unit = extensionUnit(clock)
  const upTo = stopped === null ? today : earlierOf(stopped, today)
  const late = due === null || upTo <= due ? 0 : unit === 'working-day' ? calendar.workingDaysPast(due, upTo) : daysBetween(due, upTo)
  const state = stopped !== null ? 'stopped' : due === null ? 'suspended' : 'running'
  return { state, due, provisional, late, unit }
}
