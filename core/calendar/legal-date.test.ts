import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addDays,
  addMonths,
  addYears,
  compareDates,
  dateOfDayNumber,
  dayNumber,
  daysBetween,
  isLegalDate,
  legalDate,
  NotALegalDate,
  weekday,
} from '#core/calendar/legal-date.ts'
import { endOfTerm, NotADuration, withinWindowBefore } from '#core/calendar/term.ts'

const day = legalDate
const anyDay = fc.integer({ min: dayNumber(day('1950-01-01')), max: dayNumber(day('2150-12-31')) }).map(dateOfDayNumber)

describe('reading a date', () => {
  test.each(['2026-02-28', '2024-02-29', '2000-02-29', '1900-01-01', '9999-12-31'])('%s exists', (text) => {
    expect(legalDate(text)).toBe(text)
    expect(isLegalDate(text)).toBe(true)
  })

  test.each([
    '2026-02-29', '2026-02-30', '1900-02-29', '2026-04-31', '2026-13-01', '2026-00-10', '2026-01-00', '1899-12-31', '0026-01-01',
    '2026-2-3', '2026/02/03', '20260203', '2026-02-03 ', '2026-02-03T00:00:00Z', '２０２６-02-03', '',
  ])('“%s” is refused', (text) => {
    expect(() => legalDate(text)).toThrow(NotALegalDate)
    expect(isLegalDate(text)).toBe(false)
  })

  test('the refusal says which of the two it is: no such form, or no such day', () => {
    expect(() => legalDate('2026-2-3')).toThrow('应写作 YYYY-MM-DD')
    expect(() => legalDate('2026-02-30')).toThrow('这一天不存在')
  })
})

describe('counting', () => {
  test('days go over the ends of months and leap years', () => {
    expect(addDays(day('2024-02-28'), 1)).toBe('2024-02-29')
    expect(addDays(day('2026-02-28'), 1)).toBe('2026-03-01')
    expect(addDays(day('2026-01-01'), -1)).toBe('2025-12-31')
    expect(daysBetween(day('2026-11-02'), day('2026-12-02'))).toBe(30)
    expect(daysBetween(day('2026-12-02'), day('2026-11-02'))).toBe(-30)
  })

  test('months and years end on the corresponding day, or on the last of a shorter month', () => {
    expect(addMonths(day('2026-01-30'), 1)).toBe('2026-02-28')
    expect(addMonths(day('2024-01-31'), 1)).toBe('2024-02-29')
    expect(addMonths(day('2026-08-31'), 6)).toBe('2027-02-28')
    expect(addMonths(day('2026-01-15'), -1)).toBe('2025-12-15')
    expect(addMonths(day('2026-12-15'), 1)).toBe('2027-01-15')
    expect(addYears(day('2024-02-29'), 1)).toBe('2025-02-28')
    expect(addYears(day('2024-02-29'), 4)).toBe('2028-02-29')
  })

  test('weekdays are those of the notices', () => {
    expect(weekday(day('2026-09-20'))).toBe('sunday')
    expect(weekday(day('2026-10-10'))).toBe('saturday')
    expect(weekday(day('1970-01-01'))).toBe('thursday')
    expect(weekday(day('1969-12-31'))).toBe('wednesday')
  })

  test('fractions of a day and days outside the calendar are errors', () => {
    expect(() => addDays(day('2026-01-01'), 1.5)).toThrow(RangeError)
    expect(() => addDays(day('9999-12-31'), 1)).toThrow(NotALegalDate)
    expect(() => addYears(day('2026-01-01'), -200)).toThrow(NotALegalDate)
  })

  test('adding and taking away days are inverse, and text order is time order', () => {
    fc.assert(
      fc.property(anyDay, anyDay, (a, b) => {
        expect(addDays(a, daysBetween(a, b))).toBe(b)
        expect(legalDate(a)).toBe(a)
        expect(compareDates(a, b)).toBe(Math.sign(dayNumber(a) - dayNumber(b)))
      }),
    )
  })
})

describe('terms at the ends of months', () => {
  test.each([
    ['2024-02-29', { years: 1 }, '2025-02-28'],
    ['2025-03-01', { years: 1 }, '2026-02-28'],
    ['2026-01-31', { months: 1 }, '2026-02-28'],
    ['2026-01-28', { months: 1 }, '2026-02-27'],
    ['2026-03-01', { months: 1 }, '2026-03-31'],
    ['2026-03-01', { days: 1 }, '2026-03-01'],
    ['2026-03-01', { days: 31 }, '2026-03-31'],
  ] as const)('from %s for %o to %s', (start, length, end) => {
    expect(endOfTerm(day(start), length)).toBe(end)
  })

  test('terms that follow one another leave no gap and do not overlap', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 1, max: 10 }), (start, years) => {
        const next = addDays(endOfTerm(start, { years }), 1)
        const corresponding = addYears(start, years)
        expect([corresponding, addDays(corresponding, 1)]).toContain(next)
      }),
    )
  })

  test('a term of nothing, of less and of a fraction is refused', () => {
    for (const years of [0, -1, 0.5, Number.NaN]) expect(() => endOfTerm(day('2026-01-01'), { years })).toThrow(NotADuration)
    expect(() => withinWindowBefore(day('2026-01-01'), 0, day('2026-01-01'))).toThrow(NotADuration)
  })
})
