import { describe, expect, test } from 'vitest'
import { endOfLegalDay, instant, legalDateOf, NotAnInstant, startOfLegalDay } from '#core/calendar/instant.ts'
import { legalDate, NotALegalDate } from '#core/calendar/legal-date.ts'

describe('the legal day of an instant', () => {
  test('ends at 24:00 in Asia/Shanghai, wherever the machine stands', () => {
    expect(legalDateOf(instant('2026-10-09T23:59:59.999+08:00'))).toBe('2026-10-09')
    expect(legalDateOf(instant('2026-10-10T00:00:00+08:00'))).toBe('2026-10-10')
    expect(legalDateOf(instant('2026-10-09T15:59:59.999Z'))).toBe('2026-10-09')
    expect(legalDateOf(instant('2026-10-09T16:00:00Z'))).toBe('2026-10-10')
    expect(legalDateOf(instant('2026-12-31T16:00:00Z'))).toBe('2027-01-01')
  })

  test('begins and ends where its edges say', () => {
    const date = legalDate('2026-10-09')
    expect(startOfLegalDay(date)).toBe('2026-10-08T16:00:00.000Z')
    expect(endOfLegalDay(date)).toBe('2026-10-09T16:00:00.000Z')
    expect(legalDateOf(startOfLegalDay(date))).toBe('2026-10-09')
    expect(legalDateOf(endOfLegalDay(date))).toBe('2026-10-10')
  })
})

describe('reading an instant', () => {
  test('keeps one form, so that texts compare as times', () => {
    expect(instant('2026-10-09T09:00:00+08:00')).toBe('2026-10-09T01:00:00.000Z')
    expect(instant('2026-10-09T01:00:00.123456Z')).toBe('2026-10-09T01:00:00.123Z')
    expect(instant('2026-10-08T20:00:00-05:00')).toBe('2026-10-09T01:00:00.000Z')
  })

  test.each(['2026-10-09', '2026-10-09T09:00:00', '2026-10-09 09:00:00Z', '2026-10-09T24:00:00Z', '2026-10-09T09:60:00Z', 'now', ''])(
    '“%s” is refused',
    (text) => expect(() => instant(text)).toThrow(NotAnInstant),
  )

  test('a day that does not exist and the years of summer time are refused', () => {
    expect(() => instant('2026-02-30T09:00:00Z')).toThrow(NotALegalDate)
    expect(() => instant('1991-09-14T23:59:59Z')).toThrow(NotAnInstant)
    expect(instant('1991-09-15T00:00:00Z')).toBe('1991-09-15T00:00:00.000Z')
  })
})
