import { describe, expect, test } from 'vitest'
import { readHolidayNotices } from '#adapters/calendar/holiday-notices.ts'
import { legalDate } from '#core/calendar/legal-date.ts'
import { mayPrune, retentionOf } from '#core/calendar/retention.ts'
import type { RetentionRule } from '#core/calendar/retention.ts'
import { workingCalendar } from '#core/calendar/working-calendar.ts'

const calendar = workingCalendar(await readHolidayNotices('packs/national-holidays'))
const rule = (by: string, trigger: string | null, amount: number, unit: 'month' | 'year' = 'year'): RetentionRule => ({ by, trigger: trigger === null ? null : legalDate(trigger), length: { unit, amount } })

describe('retention is the longest of all that apply', () => {
  const rules = [rule('登录日志', '2026-09-15', 6, 'month'), rule('服务记录', '2026-09-15', 3), rule('协议', '2027-01-10', 2)]

  test('three years from the last use are longer than two years from the later end of the agreement', () => {
    expect(retentionOf(rules, calendar)).toEqual({ until: '2029-09-15', prunableFrom: '2029-09-16', decidedBy: ['服务记录'] })
    expect(mayPrune(rules, calendar, legalDate('2029-09-15'))).toBe(false)
    expect(mayPrune(rules, calendar, legalDate('2029-09-16'))).toBe(true)
  })

  test('a rule whose trigger has not come keeps it without an end, and no rule at all gives no leave', () => {
    expect(retentionOf([...rules, rule('退出后', null, 5)], calendar)).toEqual({ until: null, prunableFrom: null, decidedBy: ['退出后'] })
    expect(mayPrune([...rules, rule('退出后', null, 5)], calendar, legalDate('2060-01-01'))).toBe(false)
    expect(mayPrune([], calendar, legalDate('2060-01-01'))).toBe(false)
  })

  test('two rules that end on one day decide together', () => {
    expect(retentionOf([rule('甲', '2026-09-15', 3), rule('乙', '2027-09-15', 2)], calendar).decidedBy).toEqual(['甲', '乙'])
  })
})
