import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readHolidayNotices } from '#adapters/calendar/holiday-notices.ts'
import { addDays, dateOfDayNumber, dayNumber, type LegalDate, legalDate } from '#core/calendar/legal-date.ts'
import { workingCalendar } from '#core/calendar/working-calendar.ts'

const notices = await readHolidayNotices('packs/national-holidays')
const calendar = workingCalendar(notices)
const day = legalDate
// The counts must hold on both sides of the end of the coverage.
const anyDay = fc.integer({ min: dayNumber(day('2008-01-01')), max: dayNumber(day('2028-12-31')) }).map(dateOfDayNumber)
const anyCount = fc.integer({ min: 0, max: 60 })

/** Counts by walking day by day, as a clerk does with a wall calendar. */
function walk(from: LegalDate, count: number, step: 1 | -1): LegalDate {
  let date = from
  for (let left = count; left > 0; ) {
    date = addDays(date, step)
    if (calendar.isWorkingDay(date)) left -= 1
  }
  return date
}

describe('counting in working days', () => {
  test('gives what walking day by day gives, forward and back', () => {
    fc.assert(
      fc.property(anyDay, anyCount, (from, count) => {
        expect(calendar.addWorkingDays(from, count).date).toBe(walk(from, count, 1))
        expect(calendar.subtractWorkingDays(from, count).date).toBe(walk(from, count, -1))
      }),
    )
  })

  test('is provisional exactly when it leaned on a day that no notice covers', () => {
    fc.assert(
      fc.property(anyDay, anyCount, (from, count) => {
        const later = calendar.addWorkingDays(from, count)
        expect(later.provisional).toBe(count > 0 && later.date > calendar.coverageUntil)
        const earlier = calendar.subtractWorkingDays(from, count)
        expect(earlier.provisional).toBe(count > 0 && addDays(from, -1) > calendar.coverageUntil)
      }),
    )
  })

  test('a notice given on the last day possible is in time, one day later it is not', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 1, max: 60 }), (actDate, count) => {
        const last = calendar.latestNoticeDate(actDate, count).date
        expect(calendar.earliestActDate(last, count).date <= actDate).toBe(true)
        expect(calendar.earliestActDate(addDays(last, 1), count).date > actDate).toBe(true)
      }),
    )
  })

  test('lateness begins on the first working day after the due date', () => {
    const due = day('2026-09-30')
    expect(calendar.workingDaysPast(due, day('2026-09-30'))).toBe(0)
    expect(calendar.workingDaysPast(due, day('2026-10-07'))).toBe(0)
    expect(calendar.workingDaysPast(due, day('2026-10-08'))).toBe(1)
    expect(calendar.workingDaysPast(due, day('2026-10-10'))).toBe(3)
    expect(calendar.workingDaysPast(due, day('2026-09-01'))).toBe(0)
  })

  test('a trigger on a day off counts from the first working day after it', () => {
    expect(calendar.addWorkingDays(day('2026-10-03'), 1).date).toBe('2026-10-08')
    expect(calendar.addWorkingDays(day('2026-10-08'), 1).date).toBe('2026-10-09')
    expect(calendar.workingDayFrom(day('2026-10-03'))).toEqual({ date: '2026-10-08', provisional: false })
    expect(calendar.workingDayFrom(day('2026-10-10'))).toEqual({ date: '2026-10-10', provisional: false })
  })

  test('at the same time (同步) is the day itself, working day or not', () => {
    expect(calendar.addWorkingDays(day('2026-10-03'), 0)).toEqual({ date: '2026-10-03', provisional: false })
    expect(calendar.latestNoticeDate(day('2026-10-03'), 0)).toEqual({ date: '2026-10-03', provisional: false })
  })

  test('refuses amounts that are no count of days', () => {
    for (const count of [-1, 1.5, Number.NaN, 1e9]) expect(() => calendar.addWorkingDays(day('2026-10-03'), count)).toThrow(RangeError)
  })
})

describe('what the notices arranged inside a period', () => {
  test('runs are cut to the period and name their notice', () => {
    expect(calendar.daysOffBetween(day('2026-10-03'), day('2026-10-09'))).toEqual([
      { name: '国庆节', from: '2026-10-04', to: '2026-10-07', notice: '国办发明电〔2025〕7号' },
    ])
    expect(calendar.makeUpDaysBetween(day('2026-09-19'), day('2026-10-10')).map(({ date }) => date)).toEqual(['2026-09-20', '2026-10-10'])
    expect(calendar.makeUpDaysBetween(day('2026-09-20'), day('2026-10-09'))).toEqual([])
  })

  test('a lengthened festival shows both notices', () => {
    expect(calendar.daysOffBetween(day('2020-01-20'), day('2020-02-05'))).toEqual([
      { name: '春节', from: '2020-01-24', to: '2020-01-30', notice: '国办发明电〔2019〕16号' },
      { name: '春节', from: '2020-01-31', to: '2020-02-02', notice: '国办发明电〔2020〕1号' },
    ])
  })

  test('a notice whose number has not been entered is named by its title', () => {
    const unnumbered = notices.map((notice) => (notice.year === 2026 ? { ...notice, number: null, note: '须补录' } : notice))
    const runs = workingCalendar(unnumbered).daysOffBetween(day('2026-09-24'), day('2026-09-28'))
    expect(runs.map((run) => run.notice)).toEqual(['《国务院办公厅关于2026年部分节假日安排的通知》'])
  })
})
