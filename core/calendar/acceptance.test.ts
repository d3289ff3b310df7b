/**
 * The dates that the register of obligations promises, under the real notices. Each row bears
 * the id of its obligation (cd26, cd20, sc25, xa25, zq25 and the article).
 */
import { describe, expect, test } from 'vitest'
import { readHolidayNotices } from '#adapters/calendar/holiday-notices.ts'
import { type ClockLength, startClock } from '#core/calendar/clock.ts'
import { dueOf, standingOf } from '#core/calendar/due-date.ts'
import { addDays, legalDate } from '#core/calendar/legal-date.ts'
import { type Duration, endOfTerm, firstPruningDay, lastDayOfRetention, windowOpens, withinWindowBefore } from '#core/calendar/term.ts'
import { workingCalendar } from '#core/calendar/working-calendar.ts'

const calendar = workingCalendar(await readHolidayNotices('packs/national-holidays'))
const day = legalDate

/** Obligation, trigger, working days, due date. */
const WORKING_DAYS: [string, string, number, string][] = [
  ['cd26-7.5c', '2026-07-13', 10, '2026-07-27'],
  ['cd26-12.1d', '2026-09-18', 10, '2026-10-09'],
  ['cd26-12.2', '2026-09-18', 10, '2026-10-09'],
  ['cd26-15.2a', '2026-09-22', 10, '2026-10-13'],
  ['cd26-15.2b', '2026-09-28', 10, '2026-10-16'],
  ['cd26-18.1a', '2026-09-14', 20, '2026-10-16'],
  ['cd26-18.1b', '2026-10-12', 20, '2026-11-09'],
  ['cd26-20.2a', '2026-09-24', 5, '2026-10-09'],
  ['cd26-20.3a', '2026-09-16', 10, '2026-09-30'],
  ['cd26-20.3d', '2026-09-10', 20, '2026-10-14'],
  ['cd26-20.4a', '2026-09-21', 10, '2026-10-12'],
  ['cd26-20.6', '2026-07-06', 5, '2026-07-13'],
  ['cd26-26.1c', '2026-09-02', 10, '2026-09-16'],
  ['cd26-26.2c', '2026-09-01', 5, '2026-09-08'],
  ['cd26-30.2c', '2026-11-02', 10, '2026-11-16'],
  ['sc25-8.1d', '2026-07-13', 10, '2026-07-27'],
  ['sc25-13.1d', '2026-09-23', 10, '2026-10-14'],
  ['sc25-15.2a', '2026-08-31', 10, '2026-09-14'],
  ['sc25-17.1a', '2026-09-08', 20, '2026-10-12'],
  ['sc25-17.1b', '2026-10-19', 20, '2026-11-16'],
  ['xa25-2.2b health', '2026-04-02', 15, '2026-04-24'],
  ['xa25-2.2b transport', '2026-04-02', 3, '2026-04-08'],
  ['xa25-4.1b', '2026-02-11', 5, '2026-02-25'],
  ['xa25-11.1.1b', '2026-03-27', 20, '2026-04-27'],
  ['xa25-11.1.3', '2026-05-13', 20, '2026-06-10'],
  ['xa25-11.1.5', '2026-05-20', 10, '2026-06-03'],
  ['xa25-12.1.6c', '2026-04-24', 15, '2026-05-19'],
  ['xa25-12.1.8c', '2026-03-30', 10, '2026-04-14'],
  ['xa25-17.1b', '2026-01-30', 20, '2026-03-05'],
  ['xa25-19.1a', '2026-02-12', 10, '2026-03-04'],
  ['xa25-22.2a', '2026-04-30', 10, '2026-05-18'],
  ['xa25-23.1b Friday', '2026-09-18', 3, '2026-09-22'],
  ['xa25-23.1b before Spring Festival', '2026-02-12', 3, '2026-02-24'],
  ['xa25-25.1b', '2026-09-22', 10, '2026-10-13'],
  ['xa25-26.1', '2026-09-18', 20, '2026-10-22'],
  ['xa25-26.1 acceptance', '2026-10-22', 3, '2026-10-27'],
  ['xa25-26.1 formal review', '2026-10-27', 20, '2026-11-24'],
  ['xa25-26.1 public notice', '2026-11-24', 10, '2026-12-08'],
  ['xa25-28.1b', '2026-09-16', 5, '2026-09-22'],
  ['xa25-28.1c', '2026-09-23', 10, '2026-10-14'],
  ['xa25-32.3a', '2026-11-10', 5, '2026-11-17'],
  ['xa25-32.4d', '2026-06-30', 10, '2026-07-14'],
  ['xa25-32.4e', '2026-07-06', 10, '2026-07-20'],
  ['xa25-40.1a', '2025-12-26', 10, '2026-01-12'],
  ['xa25-40.1c after', '2026-09-18', 5, '2026-09-24'],
  ['xa25-40.1c before', '2026-08-31', 10, '2026-09-14'],
  ['zq25-12.1c', '2026-04-20', 10, '2026-05-07'],
  ['zq25-14.1c', '2026-05-22', 10, '2026-06-05'],
  ['zq25-17.1b', '2026-07-22', 20, '2026-08-19'],
  ['zq25-17.1c', '2026-07-31', 20, '2026-08-28'],
  ['zq25-18.1b', '2026-06-17', 10, '2026-07-02'],
  ['zq25-19.1a', '2026-06-22', 10, '2026-07-06'],
  ['zq25-20.2b', '2026-07-14', 10, '2026-07-28'],
  ['zq25-21.2c', '2026-07-09', 15, '2026-07-30'],
  ['zq25-28.1c', '2026-03-31', 10, '2026-04-15'],
  ['zq25-31.3', '2026-09-02', 10, '2026-09-16'],
  ['cd20-4.4c', '2026-03-16', 20, '2026-04-14'],
  ['cd20-4.5c', '2026-03-02', 5, '2026-03-09'],
  ['cd20-12.1b', '2026-02-06', 10, '2026-02-27'],
  ['cd20-13.1a', '2026-03-27', 10, '2026-04-13'],
  ['cd20-14.1a', '2026-04-13', 20, '2026-05-13'],
  ['cd20-14.2a', '2026-05-12', 10, '2026-05-26'],
]

describe('working days, each row by the calendar and by a clock', () => {
  test.each(WORKING_DAYS)('%s: %s and %i working days give %s', (id, from, amount, due) => {
    expect(calendar.addWorkingDays(day(from), amount)).toEqual({ date: due, provisional: false })
    const clock = startClock({ id, unit: 'working-day', amount, basis: { kind: 'provision' } }, day(from), '收到申请')
    expect(dueOf(clock, calendar)).toMatchObject({ due, provisional: false })
    expect(calendar.workingDaysBetween(day(from), day(due))).toBe(amount)
    expect(calendar.workingDaysBetween(day(from), addDays(day(due), -1))).toBe(amount - 1)
  })
})

describe('notice in advance: the day before the edge, the edge, and the last day to give notice', () => {
  test.each([
    ['cd26-24.1c', '2026-09-01', '2026-09-14', '2026-09-15'],
    ['cd26-24.2b', '2026-10-12', '2026-10-23', '2026-10-26'],
    // A minimum period counts alike: the round of 10 working days ends on the 16th.
    ['xa25-20.1b', '2026-04-01', '2026-04-15', '2026-04-16'],
  ])('%s: notice on %s keeps 10 working days not for %s but for %s', (_id, notice, tooEarly, kept) => {
    const earliest = calendar.earliestActDate(day(notice), 10).date
    expect(earliest).toBe(kept)
    expect(tooEarly < earliest).toBe(true)
    expect(calendar.latestNoticeDate(day(kept), 10)).toEqual({ date: notice, provisional: false })
    expect(calendar.latestNoticeDate(day(tooEarly), 10).date < notice).toBe(true)
  })
})

describe('terms: the first day counts', () => {
  test.each<[string, string, Duration, string]>([
    ['cd26-25.1.1', '2026-08-20', { years: 3 }, '2029-08-19'],
    ['cd26-37.1b', '2026-06-08', { years: 5 }, '2031-06-07'],
    ['sc25-16.1.2', '2026-09-01', { years: 5 }, '2031-08-31'],
    ['sc25-33.1b', '2026-07-01', { years: 5 }, '2031-06-30'],
    ['xa25-20.1.2', '2026-05-18', { years: 5 }, '2031-05-17'],
    ['xa25-40.1b', '2025-12-25', { years: 5 }, '2030-12-24'],
    ['zq25-17.1b', '2026-10-15', { years: 3 }, '2029-10-14'],
    ['zq25-33.1b', '2025-05-01', { years: 3 }, '2028-04-30'],
  ])('%s: from %s for %o to %s', (_id, start, length, end) => {
    expect(endOfTerm(day(start), length)).toBe(end)
  })
})

describe('retention: the day of the trigger does not count', () => {
  test.each([
    ['cd26-24.1h', '2026-09-15', '2029-09-15', '2029-09-16'],
    ['cd26-25.2d', '2026-11-23', '2029-11-23', '2029-11-24'],
    ['xa25-13.1.5b', '2026-07-31', '2029-07-31', '2029-08-01'],
    ['xa25-32.4c', '2026-12-31', '2029-12-31', '2030-01-01'],
    ['zq25-25.1b', '2026-07-31', '2029-07-31', '2029-08-01'],
  ])('%s: from %s, %s is still kept and %s is the first pruning day', (_id, trigger, last, first) => {
    expect(lastDayOfRetention(day(trigger), { years: 3 })).toBe(last)
    expect(firstPruningDay(day(trigger), { years: 3 })).toBe(first)
  })
})

describe('renewal of a registration', () => {
  test('zq25-17.1b: valid until 2029-10-14, renewable from 2029-08-15 to the last day', () => {
    const end = day('2029-10-14')
    expect(windowOpens(end, 60)).toBe('2029-08-15')
    expect(withinWindowBefore(end, 60, day('2029-08-14'))).toBe(false)
    expect(withinWindowBefore(end, 60, day('2029-08-15'))).toBe(true)
    expect(withinWindowBefore(end, 60, day('2029-10-14'))).toBe(true)
    expect(withinWindowBefore(end, 60, day('2029-10-15'))).toBe(false)
  })

  test('the renewed term is counted from the day after the old one ended', () => {
    expect(endOfTerm(addDays(day('2029-10-14'), 1), { years: 3 })).toBe('2032-10-14')
  })
})

describe('lateness', () => {
  const lateOn = (length: ClockLength, start: string, today: string) => {
    const clock = startClock({ ...length, id: 'c', basis: { kind: 'provision' } }, day(start), '收到')
    return standingOf(clock, calendar, day(today))
  }
  const until = (date: string): ClockLength => ({ unit: 'date', date: day(date) })

  test('cd26-7.1a and cd26-20.2a: due 2026-10-09, one working day late on Saturday 2026-10-10', () => {
    const fiveDays: ClockLength = { unit: 'working-day', amount: 5 }
    expect(lateOn(fiveDays, '2026-09-24', '2026-10-09')).toMatchObject({ state: 'running', due: '2026-10-09', late: 0 })
    expect(lateOn(fiveDays, '2026-09-24', '2026-10-10')).toMatchObject({ late: 1, unit: 'working-day' })
    expect(lateOn(fiveDays, '2026-09-24', '2026-10-11').late).toBe(1)
    expect(lateOn(fiveDays, '2026-09-24', '2026-10-12').late).toBe(2)
  })

  test.each<[string, string, string, string, number]>([
    ['xa25-11.1b', '2026-04-14', '2026-04-21', '2026-04-23', 2],
    ['xa25-13.1.3b', '2026-07-13', '2026-07-20', '2026-07-22', 2],
    ['zq25-19.1c', '2026-07-08', '2026-07-22', '2026-07-24', 2],
    ['zq25-30.2a', '2026-08-06', '2026-08-13', '2026-08-17', 4],
    ['cd26-33.1d', '2026-10-12', '2026-11-13', '2026-11-14', 1],
    ['cd26-33.1d on the day', '2026-10-12', '2026-11-13', '2026-11-13', 0],
  ])('%s: set on %s for %s, on %s it is late by %i calendar days', (_id, set, due, today, days) => {
    expect(lateOn(until(due), set, today)).toMatchObject({ due, late: days, unit: 'calendar-day' })
  })

  test('sc25-16.1.10: 30 days from 2026-11-02 end on 2026-12-02', () => {
    expect(lateOn({ unit: 'calendar-day', amount: 30 }, '2026-11-02', '2026-12-03')).toMatchObject({ due: '2026-12-02', late: 1 })
  })
})
