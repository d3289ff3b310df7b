/** The periods in which a clock does not run, read from its history. */
import type { ClockRecord } from '#core/calendar/clock.ts'
import { addDays, compareDates, type LegalDate, laterOf } from '#core/calendar/legal-date.ts'

/** Days that do not count, both ends included; `until` is null while the suspension lasts. */
export interface Pause {
  readonly from: LegalDate
  readonly until: LegalDate | null
}

/** One suspension by one case, as recorded. */
export interface Suspension extends Pause {
  readonly by: string
  readonly because: string | null
}

/** The suspensions in the order of their first day. */
export function suspensionsOf(clock: ClockRecord): Suspension[] {
  const found: Suspension[] = []
  for (const entry of clock.history) {
    if (entry.kind === 'suspended') {
      found.push({ from: entry.from, until: null, by: entry.by, because: entry.because ?? null })
    }
    if (entry.kind === 'resumed') {
      const open = found.findLastIndex((one) => one.by === entry.by && one.until === null)
      const one = found[open]
      if (one !== undefined) found[open] = { ...one, until: entry.on }
    }
  }
  return found.toSorted((a, b) => compareDates(a.from, b.from))
}

/** Suspensions laid together: in order, without overlap, touching ones joined. */
export function pausesOf(suspensions: readonly Suspension[]): Pause[] {
  const pauses: Pause[] = []
  for (const { from, until } of suspensions) {
    const last = pauses.at(-1)
    if (last === undefined || (last.until !== null && from > addDays(last.until, 1))) pauses.push({ from, until })
    else if (last.until !== null) pauses[pauses.length - 1] = { from: last.from, until: until === null ? null : laterOf(last.until, until) }
  }
  return pauses
}
