import { describe, expect, test } from 'vitest'
import { readHolidayNotices } from '#adapters/calendar/holiday-notices.ts'
import { dateAfter, dateAhead, lastDayOfTerm } from '#core/calendar/length.ts'
import { legalDate } from '#core/calendar/legal-date.ts'
import { workingCalendar } from '#core/calendar/working-calendar.ts'

const calendar = workingCalendar(await readHolidayNotices('packs/national-holidays'))
const on = legalDate

describe('a length after a trigger', () => {
  test('months end on the corresponding day, or on the last day of a shorter month', () => {
    expect(dateAfter(on('2026-03-15'), { unit: 'month', amount: 6 }, calendar)).toBe('2026-09-15')
    expect(dateAfter(on('2026-08-31'), { unit: 'month', amount: 6 }, calendar)).toBe('2027-02-28')
  })

  test('working days step over the National Day, calendar days do not', () => {
    expect(dateAfter(on('2026-09-24'), { unit: 'working-day', amount: 5 }, calendar)).toBe('2026-10-09')
    expect(dateAfter(on('2026-09-24'), { unit: 'calendar-day', amount: 5 }, calendar)).toBe('2026-09-29')
  })
})

describe('a length ahead of a date', () => {
  test('is the last day on which it is still kept, in each unit', () => {
    expect(dateAhead(on('2028-04-30'), { unit: 'month', amount: 12 }, calendar)).toBe('2027-04-30')
    expect(dateAhead(on('2026-11-30'), { unit: 'calendar-day', amount: 30 }, calendar)).toBe('2026-10-31')
    const last = dateAhead(on('2026-10-12'), { unit: 'working-day', amount: 3 }, calendar)
    expect(calendar.earliestActDate(last, 3).date <= on('2026-10-12')).toBe(true)
    expect(calendar.earliestActDate(on('2026-10-09'), 3).date).toBe('2026-10-13')
  })
})

describe('a term', () => {
  test('of months includes the day on which it begins', () => {
    expect(lastDayOfTerm(on('2026-08-20'), { unit: 'month', amount: 6 })).toBe('2027-02-19')
    expect(lastDayOfTerm(on('2026-08-20'), { unit: 'calendar-day', amount: 1 })).toBe('2026-08-20')
  })

  test('of working days is none', () => {
    expect(() => lastDayOfTerm(on('2026-08-20'), { unit: 'working-day', amount: 6 })).toThrow(RangeError)
  })
})
