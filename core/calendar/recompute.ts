/** Due dates reckoned anew, after a notice was loaded or an entry became known late. */
import type { ClockRecord } from '#core/calendar/clock.ts'
import { dueDateOf } from '#core/calendar/due-date.ts'
import type { DueDate } from '#core/calendar/reckoning.ts'
import type { WorkingCalendar } from '#core/calendar/working-calendar.ts'

/** A clock with the due date that is stored beside it. */
export interface DatedClock extends DueDate {
  readonly clock: ClockRecord
}

/** A due date that is not what it was. */
export interface ChangedDueDate {
  readonly id: string
  readonly before: DueDate
  readonly after: DueDate
}

/**
 * Reckons every clock under the calendar and yields the ones whose due date changed or whose
 * date ceased (or began) to be provisional, in the order given. A generator, so that a
 * million clocks can be read from the store and written back in batches.
 */
export function* recompute(clocks: Iterable<DatedClock>, calendar: WorkingCalendar): Generator<ChangedDueDate> {
  for (const { clock, due, provisional } of clocks) {
    const after = dueDateOf(clock, calendar)
    if (after.due !== due || after.provisional !== provisional) yield { id: clock.id, before: { due, provisional }, after }
  }
}
