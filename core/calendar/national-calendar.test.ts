import { getLunarDate, getSolarTermDate, isWorkday } from 'chinese-days'
import { describe, expect, test } from 'vitest'
import { readHolidayNotices, readStatutoryDays } from '#adapters/calendar/holiday-notices.ts'
import { type HolidayNotice, holidayNotices } from '#core/calendar/holiday-notice.ts'
import { addDays, daysBetween, legalDate } from '#core/calendar/legal-date.ts'
import { BeforeCalendarCoverage, workingCalendar } from '#core/calendar/working-calendar.ts'
import { CalendarNoticesInvalid } from '#core/calendar/arranged-days.ts'

const notices = await readHolidayNotices('packs/national-holidays')
const statutory = await readStatutoryDays('packs/national-holidays')
const calendar = workingCalendar(notices)
const day = legalDate

/** A copy of a year's file as data, for the tests that break it. */
function file2026(): { year: number; notices: Record<string, unknown>[] } {
  return structuredClone({ year: 2026, notices: notices.filter((notice) => notice.year === 2026) })
}

describe('the national calendar', () => {
  test('agrees with an independent package on each of the 7,305 days of 2007 to 2026', () => {
    const first = day('2007-01-01')
    const days = daysBetween(first, day('2026-12-31')) + 1
    const differing = Array.from({ length: days }, (_, index) => addDays(first, index)).filter(
      (date) => calendar.isWorkingDay(date) !== isWorkday(date),
    )
    expect(days).toBe(7_305)
    expect(differing).toEqual([])
  })

  test('covers exactly the noticed years, where the package goes on without saying so', () => {
    expect([calendar.coverageFrom, calendar.coverageUntil]).toEqual(['2007-01-01', '2026-12-31'])
    expect(isWorkday('2027-01-01')).toBe(true)
    expect(calendar.addWorkingDays(day('2026-12-30'), 1)).toEqual({ date: '2026-12-31', provisional: false })
    expect(calendar.addWorkingDays(day('2026-12-31'), 1)).toEqual({ date: '2027-01-01', provisional: true })
  })

  test('takes the days off that the law fixes for a year without notice, and still says provisional', () => {
    const wiser = workingCalendar(notices, statutory)
    expect(wiser.isWorkingDay(day('2027-01-01'))).toBe(false)
    expect(wiser.addWorkingDays(day('2026-12-31'), 1)).toEqual({ date: '2027-01-04', provisional: true })
    expect(wiser.coverageUntil).toBe('2026-12-31')
    expect(wiser.daysOffBetween(day('2026-12-31'), day('2027-01-31'))).toEqual([
      { name: '元旦', from: '2027-01-01', to: '2027-01-01', notice: '《全国年节及纪念日放假办法》第二条' },
    ])
  })

  test('the statutory days are those of the lunar calendar, thirteen a year', () => {
    const lunar = (date: string) => getLunarDate(date)
    for (const { date, name } of statutory) {
      const { lunarMon, lunarDay } = lunar(date)
      if (name === '春节') expect(lunarMon === 1 ? lunarDay <= 3 : lunar(addDays(date, 1)).lunarDay === 1, date).toBe(true)
      if (name === '端午节') expect([lunarMon, lunarDay], date).toEqual([5, 5])
      if (name.includes('中秋节')) expect([lunarMon, lunarDay], date).toEqual([8, 15])
      if (name === '清明节') expect(getSolarTermDate(Number(date.slice(0, 4)), 4, 'pure_brightness')).toBe(date)
    }
    for (const year of ['2027', '2028', '2029', '2030', '2031']) {
      const named = statutory.filter(({ date }) => date.startsWith(year)).flatMap(({ name }) => name.split('、'))
      expect(named, year).toHaveLength(13)
    }
  })

  test('a statutory day inside a noticed year changes nothing: the notice has spoken', () => {
    const wiser = workingCalendar(notices, [{ date: day('2026-12-31'), name: '误录', basis: '误录' }])
    expect(wiser.isWorkingDay(day('2026-12-31'))).toBe(true)
  })

  test('refuses days before its first notice instead of guessing', () => {
    expect(() => calendar.isWorkingDay(day('2006-12-31'))).toThrow(BeforeCalendarCoverage)
    expect(() => calendar.addWorkingDays(day('2006-12-29'), 3)).toThrow('2007-01-01')
    expect(() => calendar.subtractWorkingDays(day('2007-01-08'), 9)).toThrow(BeforeCalendarCoverage)
    expect(calendar.subtractWorkingDays(day('2007-01-08'), 2)).toEqual({ date: '2007-01-04', provisional: false })
  })

  test('every notice bears a number and the day of its publication, before or in its year', () => {
    expect(notices.filter((notice) => !/^国(办)?发明电〔20\d\d〕\d+号$/.test(notice.number ?? ''))).toEqual([])
    const numbers = new Set(notices.map((notice) => notice.number))
    expect(numbers.size).toBe(23)
    for (const notice of notices) {
      const published = notice.published ?? ''
      expect(notice.number).toContain(`〔${published.slice(0, 4)}〕`)
      expect(published < `${notice.year}-12-31`).toBe(true)
    }
  })
})

describe('notices that change a notice', () => {
  const without = (number: string) => workingCalendar(notices.filter((notice) => notice.number !== number))

  test('the Spring Festival of 2020 was lengthened: a make-up day became a day off', () => {
    expect(without('国办发明电〔2020〕1号').isWorkingDay(day('2020-02-01'))).toBe(true)
    expect(calendar.isWorkingDay(day('2020-02-01'))).toBe(false)
    expect(calendar.addWorkingDays(day('2020-01-23'), 1).date).toBe('2020-02-03')
  })

  test('Labour Day 2019 and the day of remembrance in 2015 likewise', () => {
    expect(without('国办发明电〔2019〕3号').addWorkingDays(day('2019-04-30'), 1).date).toBe('2019-05-02')
    expect(calendar.addWorkingDays(day('2019-04-30'), 1).date).toBe('2019-05-05')
    expect(without('国发明电〔2015〕1号').isWorkingDay(day('2015-09-03'))).toBe(true)
    expect(calendar.isWorkingDay(day('2015-09-03'))).toBe(false)
  })

  test('the order in which the files are read does not matter', () => {
    const reversed = workingCalendar(notices.toReversed())
    expect(reversed.isWorkingDay(day('2020-02-01'))).toBe(false)
    expect(reversed.workingDaysBetween(day('2007-01-01'), day('2026-12-31'))).toBe(
      calendar.workingDaysBetween(day('2007-01-01'), day('2026-12-31')),
    )
  })
})

describe('notices that make no calendar', () => {
  const build = (chosen: readonly HolidayNotice[]) => () => workingCalendar(chosen)

  test('none, a missing year, two main notices of a year, a change without its main notice', () => {
    expect(build([])).toThrow(CalendarNoticesInvalid)
    expect(build(notices.filter((notice) => notice.year !== 2013))).toThrow('缺少 2013 年')
    expect(build([...notices, ...notices.filter((notice) => notice.year === 2026)])).toThrow('2026 年有两份')
    expect(build(notices.filter((notice) => notice.year > 2020 || notice.amends))).toThrow(/只有调整通知/)
  })

  test('a file that lies about a day is refused and names the day', () => {
    const cases: [string, (notice: Record<string, unknown>) => void, string][] = [
      ['a day that does not exist', (n) => (n['makeUpDays'] = [{ name: '春节', date: '2026-02-30' }]), '应为实有的日期'],
      ['a day both off and worked', (n) => (n['makeUpDays'] = [{ name: '春节', date: '2026-02-16' }]), '2026-02-16 重复'],
      ['a day of another year', (n) => (n['makeUpDays'] = [{ name: '春节', date: '2025-11-30' }]), '不属于 2026 年'],
      ['a run that ends before it begins', (n) => (n['daysOff'] = [{ name: '春节', from: '2026-02-23', to: '2026-02-15' }]), '起止日期有误'],
      ['a run of forty days', (n) => (n['daysOff'] = [{ name: '春节', from: '2026-02-01', to: '2026-03-12' }]), '起止日期有误'],
      ['no number and no word about it', (n) => (n['number'] = null), 'note'],
      ['a change without date', (n) => Object.assign(n, { amends: true, published: null }), 'published'],
      ['a word that the format does not know', (n) => (n['holidays'] = []), 'holidays'],
      ['another year than its file', (n) => Object.assign(n, { year: 2027, daysOff: [], makeUpDays: [] }), '不一致'],
    ]
    for (const [what, spoil, message] of cases) {
      const file = file2026()
      for (const notice of file.notices) spoil(notice)
      expect(() => holidayNotices(file), what).toThrow(message)
    }
    expect(holidayNotices(file2026())).toHaveLength(1)
  })

  test('the last December may be arranged by the next year’s notice', () => {
    const file = file2026()
    for (const notice of file.notices) notice['makeUpDays'] = [{ name: '元旦', date: '2025-12-28' }]
    expect(holidayNotices(file)).toHaveLength(1)
  })
})
