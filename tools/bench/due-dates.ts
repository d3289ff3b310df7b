import { performance } from 'node:perf_hooks'
import { readHolidayNotices } from '#adapters/calendar/holiday-notices.ts'
import { applyClockEntry, type ClockRecord, startClock } from '#core/calendar/clock.ts'
import { dueDateOf } from '#core/calendar/due-date.ts'
import type { HolidayNotice } from '#core/calendar/holiday-notice.ts'
import { addDays, legalDate } from '#core/calendar/legal-date.ts'
import { type ChangedDueDate, type DatedClock, recompute } from '#core/calendar/recompute.ts'
import { workingCalendar } from '#core/calendar/working-calendar.ts'
import { figureLine } from './figure.ts'
import type { Print } from './figure.ts'

const CLOCKS = 1_000_000
const BUDGET_SECONDS = 10
const DAYS_OF_STARTS = 330
const FIRST_START = legalDate('2026-02-01')
const HOLIDAYS = 'packs/national-holidays'

/** What a run of the bench saw. */
export interface DueDatesRun {
  readonly seconds: number
  readonly changed: readonly ChangedDueDate[]
}

/** Reckons `count` due dates under the present notices, loads the next year's, and times reckoning them anew. */
export async function measureDueDates(count: number): Promise<DueDatesRun> {
  const notices = await readHolidayNotices(HOLIDAYS)
  const before = workingCalendar(notices)
  const after = workingCalendar([...notices, noticeOfNextYear(notices)])
  const clocks: DatedClock[] = Array.from({ length: count }, (_, index) => {
    const clock = clockNumber(index)
    return { clock, ...dueDateOf(clock, before) }
  })
  const start = performance.now()
  const changed = [...recompute(clocks, after)]
  return { seconds: (performance.now() - start) / 1000, changed }
}

/** Prints how long a million due dates take to be reckoned anew after a new notice, beside as many plain additions of days. */
export async function benchDueDates(print: Print): Promise<void> {
  const since = performance.now()
  const days = Array.from({ length: CLOCKS }, (_, index) => addDays(FIRST_START, index % DAYS_OF_STARTS))
  const plain = (performance.now() - since) / 1000
  const { seconds, changed } = await measureDueDates(CLOCKS)
  print(figureLine({ name: `${CLOCKS.toLocaleString('en')} due dates reckoned anew (${changed.length} changed)`, value: seconds, unit: 's', reference: { what: `${days.length.toLocaleString('en')} plain additions of days`, value: plain }, budget: { bound: BUDGET_SECONDS, is: 'at-most' } }))
}

/** Clocks as a city has them: most only run, some were extended, restarted or suspended. */
function clockNumber(index: number): ClockRecord {
  const on = addDays(FIRST_START, index % DAYS_OF_STARTS)
  const spec = { id: `clock-${index}`, unit: 'working-day', amount: 5 + (index % 4) * 5, basis: { kind: 'provision' } } as const
  const clock = startClock(spec, on, '收到申请')
  const later = addDays(on, 3)
  if (index % 10 === 7) return apply(clock, { kind: 'extended', days: 5, askedOn: later, grantedOn: later, by: 'public-data-manager' })
  if (index % 10 === 8) return apply(clock, { kind: 'restarted', on: later, trigger: '收到补正材料' })
  if (index % 10 === 9) {
    return apply(apply(clock, { kind: 'suspended', from: later, by: 'case-1' }), { kind: 'resumed', on: addDays(later, 10), by: 'case-1' })
  }
  return clock
}

function apply(clock: ClockRecord, entry: Parameters<typeof applyClockEntry>[1]): ClockRecord {
  const change = applyClockEntry(clock, entry)
  if (!change.ok) throw new Error(change.refusal.says)
  return change.clock
}

/** A made-up notice for the year after the last one; only its being new matters here. */
function noticeOfNextYear(known: readonly HolidayNotice[]): HolidayNotice {
  const year = Math.max(...known.map((notice) => notice.year)) + 1
  const from = legalDate(`${year}-01-01`)
  return {
    number: null,
    note: '性能测试用，非正式通知',
    title: `${year}年放假安排（性能测试用）`,
    published: null,
    year,
    amends: false,
    daysOff: [{ name: '元旦', from, to: addDays(from, 2) }],
    makeUpDays: [],
  }
}
