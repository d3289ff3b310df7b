import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readHolidayNotices } from '#adapters/calendar/holiday-notices.ts'
import { applyClockEntry, type ClockEntry, type ClockLength, type ClockRecord, type ClockRefusalCode, startClock } from '#core/calendar/clock.ts'
import { derivationText } from '#core/calendar/derivation.ts'
import { dueDateOf, dueOf, standingOf } from '#core/calendar/due-date.ts'
import { checkExtension } from '#core/calendar/extension.ts'
import { holidayNotices } from '#core/calendar/holiday-notice.ts'
import { addDays, dateOfDayNumber, dayNumber, legalDate } from '#core/calendar/legal-date.ts'
import { recompute } from '#core/calendar/recompute.ts'
import { workingCalendar } from '#core/calendar/working-calendar.ts'

const notices = await readHolidayNotices('packs/national-holidays')
const calendar = workingCalendar(notices)
const day = legalDate
const names: Record<string, string> = { 'public-data-manager': '公共数据管理部门', 'case-9': '异议处理（案号9）' }
const nameOf = (id: string) => names[id] ?? id

function started(length: ClockLength, on: string, trigger = '收到数据需求申请'): ClockRecord {
  return startClock({ ...length, id: 'clock-1', basis: { kind: 'provision', provision: '第二十条第三款' } }, day(on), trigger)
}
const workingDays = (amount: number): ClockLength => ({ unit: 'working-day', amount })

/** The clock after these entries; an entry that is refused fails the test. */
function after(clock: ClockRecord, ...entries: ClockEntry[]): ClockRecord {
  return entries.reduce((now, entry) => {
    const change = applyClockEntry(now, entry)
    if (!change.ok) throw new Error(change.refusal.says)
    return change.clock
  }, clock)
}
const suspended = (from: string, by = 'case-9'): ClockEntry => ({ kind: 'suspended', from: day(from), by })
const resumed = (on: string, by = 'case-9'): ClockEntry => ({ kind: 'resumed', on: day(on), by })
const restarted = (on: string): ClockEntry => ({ kind: 'restarted', on: day(on), trigger: '收到补正材料' })
const extended = (days: number, asked: string, granted = asked): ClockEntry => ({
  kind: 'extended', days, askedOn: day(asked), grantedOn: day(granted), by: 'public-data-manager',
})
const due = (clock: ClockRecord) => dueDateOf(clock, calendar).due

describe('a clock that only runs', () => {
  test('its derivation reads as an official writes it', () => {
    const { due: date, provisional, derivation } = dueOf(started(workingDays(5), '2026-09-24'), calendar)
    expect([date, provisional]).toEqual(['2026-10-09', false])
    expect(derivationText(derivation)).toBe(
      '2026-09-24 收到数据需求申请，次日起算；5个工作日；其间扣除中秋节9月25日至27日、国庆节10月1日至7日；放假调休依据国办发明电〔2025〕7号；至 2026-10-09 届满',
    )
  })

  test('make-up days are named with their weekday, runs over two years with the year', () => {
    expect(derivationText(dueOf(started(workingDays(20), '2026-09-10'), calendar).derivation)).toContain(
      '9月20日（星期日）、10月10日（星期六）调休上班，计入工作日',
    )
    expect(derivationText(dueOf(started(workingDays(10), '2025-12-26'), calendar).derivation)).toBe(
      '2025-12-26 收到数据需求申请，次日起算；10个工作日；其间扣除元旦2026年1月1日至3日；2026年1月4日（星期日）调休上班，计入工作日；放假调休依据国办发明电〔2025〕7号；至 2026-01-12 届满',
    )
  })

  test('beyond the last notice it is provisional and says so; on the last noticed day it is not', () => {
    const certain = dueOf(started(workingDays(5), '2026-12-24'), calendar)
    expect([certain.due, certain.provisional]).toEqual(['2026-12-31', false])
    const open = dueOf(started(workingDays(5), '2026-12-25'), calendar)
    expect([open.due, open.provisional]).toEqual(['2027-01-01', true])
    expect(derivationText(open.derivation)).toContain('至 2027-01-01 届满；暂定：2026-12-31 以后的放假安排尚未公布，公布后重新计算')
  })

  test.each<[ClockLength, string, string]>([
    [{ unit: 'calendar-day', amount: 30 }, '2026-12-15', '2027-01-14'],
    [{ unit: 'month', amount: 3 }, '2026-11-30', '2027-02-28'],
    [{ unit: 'year', amount: 3 }, '2026-09-15', '2029-09-15'],
    [{ unit: 'date', date: day('2027-10-02') }, '2026-10-12', '2027-10-02'],
    [workingDays(0), '2026-10-03', '2026-10-03'],
  ])('%o from %s ends on %s and needs no notice, so is never provisional', (length, on, date) => {
    expect(dueDateOf(started(length, on), calendar)).toEqual({ due: date, provisional: false })
  })

  test('a last day that is a rest day stays, unless the clock says that it moves', () => {
    const month: ClockLength = { unit: 'month', amount: 1 }
    expect(due(started(month, '2026-09-03'))).toBe('2026-10-03')
    const moving = { ...started(month, '2026-09-03'), onRestDay: 'next-working-day' } as const
    expect(dueDateOf(moving, calendar)).toEqual({ due: '2026-10-08', provisional: false })
    const intoNextYear = { ...started(month, '2026-12-03'), onRestDay: 'next-working-day' } as const
    expect(dueDateOf(intoNextYear, calendar)).toEqual({ due: '2027-01-04', provisional: true })
  })

  test('an amount that is no count is an error of the pack', () => {
    for (const amount of [-1, 2.5]) expect(() => started(workingDays(amount), '2026-09-24')).toThrow(RangeError)
  })
})

describe('a supplement starts the period afresh', () => {
  test('the whole period counts from the supplement, and both triggers are told', () => {
    const clock = after(started(workingDays(5), '2026-09-01'), restarted('2026-09-24'))
    expect(due(clock)).toBe('2026-10-09')
    expect(derivationText(dueOf(clock, calendar).derivation)).toMatch(
      /^2026-09-01 收到数据需求申请，次日起算；2026-09-24 收到补正材料，期限重新计算，次日起算；5个工作日；/,
    )
  })

  test('an extension of the run before it is spent', () => {
    const clock = after(started(workingDays(5), '2026-07-01'), extended(3, '2026-07-02'), restarted('2026-07-06'))
    expect(due(clock)).toBe('2026-07-13')
    const check = checkExtension(clock, { days: 3, askedOn: day('2026-07-13') }, { days: 3 }, calendar)
    expect(check).toMatchObject({ ok: true, due: '2026-07-16', left: 0 })
  })
})

describe('suspension', () => {
  // 10 working days from 2026-09-23: the 24th counts, the Mid-Autumn days do not.
  const repair = () => started(workingDays(10), '2026-09-23', '确认数据质量问题')

  test('an objection suspends a repair on 2026-09-28 and its result of 2026-10-13 lets it go on', () => {
    const during = after(repair(), suspended('2026-09-28'))
    expect(dueDateOf(during, calendar)).toEqual({ due: null, provisional: true })
    expect(standingOf(during, calendar, day('2026-12-31'))).toMatchObject({ state: 'suspended', late: 0 })
    expect(derivationText(dueOf(during, calendar).derivation, nameOf)).toContain(
      '因异议处理（案号9），自 2026-09-28 起中止计算，尚未恢复；其间扣除中秋节9月25日至27日；放假调休依据国办发明电〔2025〕7号；届满日待恢复计算后确定',
    )

    const resumedClock = after(during, resumed('2026-10-13'))
    expect(due(resumedClock)).toBe('2026-10-26')
    expect(derivationText(dueOf(resumedClock, calendar).derivation, nameOf)).toContain('2026-09-28 至 2026-10-13 中止计算，该期间不计入')
  })

  test('days off inside the suspension are not taken off twice, nor told', () => {
    const clock = after(repair(), suspended('2026-09-28'), resumed('2026-10-13'))
    expect(derivationText(dueOf(clock, calendar).derivation)).not.toContain('国庆节')
  })

  test('known late, by another case, it changes the past all the same', () => {
    const late = after(repair(), { kind: 'stopped', on: day('2026-10-16') })
    expect(standingOf(late, calendar, day('2026-12-01'))).toMatchObject({ state: 'stopped', due: '2026-10-14', late: 2 })
    const retroactive = after(late, suspended('2026-09-28'), resumed('2026-09-30'))
    expect(standingOf(retroactive, calendar, day('2026-12-01'))).toMatchObject({ due: '2026-10-19', late: 0 })
  })

  test('on the due date it still suspends, a day later the period is over', () => {
    expect(due(after(repair(), suspended('2026-10-14')))).toBeNull()
    const over = after(repair(), suspended('2026-10-15'))
    expect(due(over)).toBe('2026-10-14')
    expect(derivationText(dueOf(over, calendar).derivation)).not.toContain('中止')
    const month = started({ unit: 'month', amount: 1 }, '2026-06-01')
    expect(due(after(month, suspended('2026-07-01')))).toBeNull()
    expect(due(after(month, suspended('2026-07-02')))).toBe('2026-07-01')
  })

  test('a suspension inside another one takes nothing off again', () => {
    const outer = after(repair(), suspended('2026-09-28', 'a'), resumed('2026-10-13', 'a'))
    expect(due(after(outer, suspended('2026-09-29', 'b'), resumed('2026-09-30', 'b')))).toBe(due(outer))
  })

  test('two cases: the clock goes on when the last of them ends', () => {
    const both = after(repair(), suspended('2026-10-08', 'a'), suspended('2026-10-09', 'b'), resumed('2026-10-10', 'a'))
    expect(due(both)).toBeNull()
    // Counted so far: 24, 28, 29, 30 September. Six are left from 14 October on.
    expect(due(after(both, resumed('2026-10-13', 'b')))).toBe('2026-10-21')
  })

  test('a period of months is longer by the days of the suspension', () => {
    const clock = after(started({ unit: 'month', amount: 1 }, '2026-06-01'), suspended('2026-06-11'), resumed('2026-06-20'))
    expect(due(clock)).toBe('2026-07-11')
  })

  test('a suspension that ended before the restart moves nothing', () => {
    const clock = after(repair(), suspended('2026-09-24'), resumed('2026-09-24'), restarted('2026-09-24'))
    expect(due(clock)).toBe(calendar.addWorkingDays(day('2026-09-24'), 10).date)
  })

  test('whatever is suspended and resumed, the working days that counted are as many as the period has', () => {
    const offset = fc.integer({ min: 0, max: 40 })
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), offset, offset, fc.integer({ min: 1, max: 20 }), (shift, from, length, amount) => {
        const start = dateOfDayNumber(dayNumber(day('2025-01-02')) + shift)
        const [first, last] = [addDays(start, from), addDays(start, from + length)]
        const clock = after(started(workingDays(amount), start), suspended(first), resumed(last))
        const end = due(clock)
        if (end === null) throw new Error('a resumed clock has a due date')
        const inside = end < first ? 0 : calendar.workingDaysBetween(first > start ? addDays(first, -1) : start, last)
        expect(calendar.workingDaysBetween(start, end) - inside).toBe(amount)
        expect(end < first || end > last || end === start).toBe(true)
      }),
    )
  })
})

describe('extension', () => {
  const cap = { days: 10, provision: '第二十条第三款' }

  test('asked on 2026-09-29 and granted on the due date it moves 2026-09-30 to 2026-10-13', () => {
    const review = started(workingDays(10), '2026-09-16')
    expect(checkExtension(review, { days: 5, askedOn: day('2026-09-29') }, cap, calendar)).toEqual({
      ok: true, due: '2026-10-13', provisional: false, left: 5,
    })
    const granted = after(review, extended(5, '2026-09-29', '2026-09-30'))
    expect(due(granted)).toBe('2026-10-13')
    expect(derivationText(dueOf(granted, calendar).derivation, nameOf)).toContain(
      '原至 2026-09-30 届满；2026-09-29 申请延长，2026-09-30 经公共数据管理部门同意延长5个工作日，自原届满日次日起算',
    )
  })

  test('asked on the due date it is in time, asked after it it is refused with the provision', () => {
    const review = started(workingDays(10), '2026-09-16')
    expect(checkExtension(review, { days: 5, askedOn: day('2026-09-30') }, cap, calendar).ok).toBe(true)
    for (const askedOn of ['2026-10-01', '2026-10-08']) {
      expect(checkExtension(review, { days: 5, askedOn: day(askedOn) }, cap, calendar)).toMatchObject({
        ok: false, refusal: { code: 'extension-must-be-asked-before-due', provision: '第二十条第三款', figures: { due: '2026-09-30' } },
      })
    }
  })

  test('six granted, five more are refused with 4 left, and 4 give 2026-07-29', () => {
    const review = after(started(workingDays(10), '2026-07-01'), extended(6, '2026-07-10'))
    expect(due(review)).toBe('2026-07-23')
    const asked = (days: number) => checkExtension(review, { days, askedOn: day('2026-07-20') }, cap, calendar)
    expect(asked(5)).toMatchObject({
      ok: false, refusal: { code: 'extension-cap-exceeded', figures: { cap: 10, granted: 6, left: 4, asked: 5 }, cure: '请将延长天数改为不超过4个工作日。' },
    })
    expect(asked(4)).toEqual({ ok: true, due: '2026-07-29', provisional: false, left: 0 })
    expect(due(after(review, extended(4, '2026-07-20')))).toBe('2026-07-29')
    expect(due(review)).toBe('2026-07-23')
  })

  test('a second request is in time up to the extended due date', () => {
    const review = after(started(workingDays(10), '2026-07-01'), extended(6, '2026-07-10'))
    expect(checkExtension(review, { days: 1, askedOn: day('2026-07-23') }, cap, calendar).ok).toBe(true)
    expect(checkExtension(review, { days: 1, askedOn: day('2026-07-24') }, cap, calendar).ok).toBe(false)
  })

  test('no fraction, no day before the start, none of a clock that has stopped', () => {
    const review = started(workingDays(10), '2026-07-01')
    const code = (clock: ClockRecord, days: number, askedOn: string) => {
      const check = checkExtension(clock, { days, askedOn: day(askedOn) }, cap, calendar)
      return check.ok ? 'granted' : check.refusal.code
    }
    expect(code(review, 0, '2026-07-02')).toBe('extension-not-a-whole-number-of-days')
    expect(code(review, 1.5, '2026-07-02')).toBe('extension-not-a-whole-number-of-days')
    expect(code(review, 1, '2026-06-30')).toBe('clock-entry-before-start')
    expect(code(after(review, { kind: 'stopped', on: day('2026-07-03') }), 1, '2026-07-04')).toBe('clock-already-stopped')
  })
})

describe('entries that do not fit are refused and change nothing', () => {
  const clock = started(workingDays(10), '2026-07-01')
  const stopped = after(clock, { kind: 'stopped', on: day('2026-07-03') })
  test.each<[ClockRefusalCode, ClockRecord, ClockEntry]>([
    ['clock-already-started', clock, { kind: 'started', on: day('2026-07-02'), trigger: '再次起算' }],
    ['clock-already-stopped', stopped, restarted('2026-07-06')],
    ['clock-already-stopped', stopped, { kind: 'stopped', on: day('2026-07-06') }],
    ['clock-entry-before-start', clock, restarted('2026-06-30')],
    ['clock-entry-before-start', clock, { kind: 'stopped', on: day('2026-06-30') }],
    ['clock-not-suspended-by-this-case', clock, resumed('2026-07-06')],
    ['clock-not-suspended-by-this-case', after(clock, suspended('2026-07-02', 'a')), resumed('2026-07-06', 'b')],
    ['clock-already-suspended-by-this-case', after(clock, suspended('2026-07-02')), suspended('2026-07-03')],
    ['clock-resumed-before-suspended', after(clock, suspended('2026-07-02')), resumed('2026-07-01')],
    ['extension-not-a-whole-number-of-days', clock, extended(0, '2026-07-02')],
    ['extension-granted-before-asked', clock, extended(1, '2026-07-02', '2026-07-01')],
  ])('%s', (code, before, entry) => {
    const kept = JSON.stringify(before)
    expect(applyClockEntry(before, entry)).toMatchObject({ ok: false, refusal: { code, provision: '第二十条第三款' } })
    expect(JSON.stringify(before)).toBe(kept)
  })
})

describe('a clock lies in an event', () => {
  test('and gives the same due date and the same lines after a journey through JSON', () => {
    const clock = after(started(workingDays(10), '2026-09-16'), suspended('2026-09-20'), resumed('2026-09-21'), extended(5, '2026-09-29'))
    const stored: ClockRecord = JSON.parse(JSON.stringify(clock))
    expect(stored).toEqual(clock)
    expect(JSON.parse(JSON.stringify(dueOf(stored, calendar)))).toEqual(dueOf(clock, calendar))
  })
})

describe('a new notice', () => {
  // A made-up arrangement for 2027, only to have a next year.
  const next = holidayNotices({
    year: 2027,
    notices: [
      {
        number: null, note: '测试用，非正式通知', title: '2027年放假安排（测试用）', published: null, year: 2027,
        daysOff: [{ name: '元旦', from: '2027-01-01', to: '2027-01-03' }],
        makeUpDays: [{ name: '元旦', date: '2026-12-27' }],
      },
    ],
  })
  const dated = (id: string, on: string) => {
    const clock = { ...started(workingDays(5), on), id }
    return { clock, ...dueDateOf(clock, calendar) }
  }

  test('changes the dates that leaned on the year without notice, and late December too, and no other', () => {
    const clocks = [dated('long-before', '2026-11-02'), dated('december', '2026-12-24'), dated('over-new-year', '2026-12-28'), dated('in-january', '2027-01-04')]
    expect([...recompute(clocks, calendar)]).toEqual([])
    expect([...recompute(clocks, workingCalendar([...notices, ...next]))]).toEqual([
      { id: 'december', before: { due: '2026-12-31', provisional: false }, after: { due: '2026-12-30', provisional: false } },
      { id: 'over-new-year', before: { due: '2027-01-04', provisional: true }, after: { due: '2027-01-05', provisional: false } },
      { id: 'in-january', before: { due: '2027-01-11', provisional: true }, after: { due: '2027-01-11', provisional: false } },
    ])
  })
})
