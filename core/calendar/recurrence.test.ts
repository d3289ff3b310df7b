import { describe, expect, test } from 'vitest'
import { legalDate, type LegalDate } from '#core/calendar/legal-date.ts'
import { nextOccurrence, type Recurrence } from '#core/calendar/recurrence.ts'

/** Weekends off, and the first three days of October; 10 October 2026, a Saturday, is worked. */
const OFF = new Set(['2026-10-01', '2026-10-02', '2026-10-03', '2026-10-04', '2026-10-05', '2026-10-06', '2026-10-07', '2026-10-11', '2026-10-17', '2026-10-18', '2026-10-24', '2026-10-25', '2026-10-31', '2026-11-01'])
const calendar = { isWorkingDay: (date: LegalDate) => !OFF.has(date) }

function next(recurrence: Recurrence, after: string, times = 1): string[] {
  const found: string[] = []
  let at = legalDate(after)
  for (let count = 0; count < times; count += 1) {
    const { due, runsOn } = nextOccurrence(recurrence, at, calendar)
    found.push(due === runsOn ? due : `${due}→${runsOn}`)
    at = due
  }
  return found
}

describe('when a repeated job comes round', () => {
  test('every day, or every working day: days off are left out, a Saturday that is worked is not', () => {
    expect(next({ every: 'day', workingDays: false }, '2026-09-30', 2)).toEqual(['2026-10-01', '2026-10-02'])
    expect(next({ every: 'day', workingDays: true }, '2026-09-30', 4)).toEqual(['2026-10-08', '2026-10-09', '2026-10-10', '2026-10-12'])
  })
  test('every week on its day, on the next working day where that is off; the day after the rule is the next week', () => {
    expect(next({ every: 'week', on: 4, workingDays: true }, '2026-09-24', 3)).toEqual(['2026-10-01→2026-10-08', '2026-10-08', '2026-10-15'])
    expect(next({ every: 'week', on: 7, workingDays: false }, '2026-10-03')).toEqual(['2026-10-04'])
    expect(next({ every: 'week', on: 7, workingDays: false }, '2026-10-04')).toEqual(['2026-10-11'])
    expect(() => next({ every: 'week', on: 8, workingDays: false }, '2026-10-04')).toThrow(RangeError)
  })
  test('every month on its day, on the last one where the month is shorter', () => {
    expect(next({ every: 'month', on: 31, workingDays: false }, '2027-01-30', 4)).toEqual(['2027-01-31', '2027-02-28', '2027-03-31', '2027-04-30'])
    expect(next({ every: 'month', on: 1, workingDays: true }, '2026-09-15', 3)).toEqual(['2026-10-01→2026-10-08', '2026-11-01→2026-11-02', '2026-12-01'])
    expect(next({ every: 'month', on: 15, workingDays: false }, '2026-12-15')).toEqual(['2027-01-15'])
  })
})
