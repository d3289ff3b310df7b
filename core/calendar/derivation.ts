/**
 * The derivation of a due date: what happened and what was counted, as data, and the sentence
 * that an official would write under the date.
 */
import { type ClockRecord, type DayUnit, extensionUnit, presentExtensions, presentRun, stoppedOn } from '#core/calendar/clock.ts'
import { dayOfMonth, type LegalDate, monthOf, type Weekday, weekday, yearOf } from '#core/calendar/legal-date.ts'
import type { Reckoning } from '#core/calendar/reckoning.ts'
import { suspensionsOf } from '#core/calendar/suspensions.ts'
import type { WorkingCalendar } from '#core/calendar/working-calendar.ts'

/** One line: its code, its date and its figures. Plain data, stored and shown as it is. */
export type DerivationLine =
  | { readonly code: 'started'; readonly date: LegalDate; readonly trigger: string }
  | { readonly code: 'restarted'; readonly date: LegalDate; readonly trigger: string }
  | { readonly code: 'period'; readonly amount: number; readonly unit: 'working-day' | 'calendar-day' | 'month' | 'year' }
  | { readonly code: 'fixed-date'; readonly date: LegalDate }
  | { readonly code: 'suspended'; readonly date: LegalDate; readonly until: LegalDate | null; readonly by: string; readonly because: string | null }
  | { readonly code: 'original-due'; readonly date: LegalDate }
  | { readonly code: 'extended'; readonly date: LegalDate; readonly askedOn: LegalDate; readonly days: number; readonly unit: DayUnit; readonly by: string }
  | { readonly code: 'days-off'; readonly date: LegalDate; readonly until: LegalDate; readonly name: string; readonly notice: string }
  | { readonly code: 'make-up-day'; readonly date: LegalDate; readonly name: string; readonly notice: string }
  | { readonly code: 'due'; readonly date: LegalDate }
  | { readonly code: 'due-unknown' }
  | { readonly code: 'provisional'; readonly date: LegalDate }
  | { readonly code: 'stopped'; readonly date: LegalDate }

/** The lines behind a reckoning, in the order in which a person reads them. */
export function derivationOf(clock: ClockRecord, reckoning: Reckoning, calendar: WorkingCalendar): DerivationLine[] {
  const { due, originalDue } = reckoning
  const lines: DerivationLine[] = []
  for (const entry of clock.history) {
    if (entry.kind === 'started' || entry.kind === 'restarted') lines.push({ code: entry.kind, date: entry.on, trigger: entry.trigger })
  }
  lines.push(clock.unit === 'date' ? { code: 'fixed-date', date: clock.date } : { code: 'period', amount: clock.amount, unit: clock.unit })
  lines.push(...suspensionLines(clock, due))
  const extensions = presentExtensions(clock)
  if (originalDue !== null && extensions.length > 0) lines.push({ code: 'original-due', date: originalDue })
  for (const one of extensions) {
    lines.push({ code: 'extended', date: one.grantedOn, askedOn: one.askedOn, days: one.days, unit: extensionUnit(clock, one), by: one.by })
  }
  lines.push(...arrangedDayLines(reckoning, calendar))
  if (due === null) lines.push({ code: 'due-unknown' })
  else lines.push({ code: 'due', date: due })
  if (due !== null && reckoning.provisional) lines.push({ code: 'provisional', date: calendar.coverageUntil })
  const stopped = stoppedOn(clock)
  if (stopped !== null) lines.push({ code: 'stopped', date: stopped })
  return lines
}

/** Suspensions that touched the present run; one before its start or after its end moved nothing. */
function suspensionLines(clock: ClockRecord, due: LegalDate | null): DerivationLine[] {
  const start = presentRun(clock).on
  return suspensionsOf(clock)
    .filter((one) => (one.until === null || one.until > start) && (due === null || one.from <= due))
    .map(({ from, until, by, because }) => ({ code: 'suspended', date: from, until, by, because }))
}

function arrangedDayLines(reckoning: Reckoning, calendar: WorkingCalendar): DerivationLine[] {
  const off: DerivationLine[] = []
  const worked: DerivationLine[] = []
  for (const { after, through } of reckoning.countedWorkingDays) {
    for (const run of calendar.daysOffBetween(after, through)) {
      off.push({ code: 'days-off', date: run.from, until: run.to, name: run.name, notice: run.notice })
    }
    for (const day of calendar.makeUpDaysBetween(after, through)) worked.push({ code: 'make-up-day', ...day })
  }
  return [...off, ...worked]
}

/** Turns the id of an office or a case into what people call it. */
export type NameOf = (id: string) => string

/**
 * The derivation in Chinese, as officials write it:
 * “2026-09-24 收到数据需求申请，次日起算；5个工作日；其间扣除中秋节9月25日至27日、国庆节10月1日至7日；至 2026-10-09 届满”.
 * `nameOf` names offices and cases; without it their ids are printed.
 */
export function derivationText(lines: readonly DerivationLine[], nameOf: NameOf = (id) => id): string {
  const year = yearOfStart(lines)
  const parts = [
    ...lines.flatMap((line) => textBeforeDays(line, nameOf)),
    ...daysOffText(lines, year),
    ...makeUpText(lines, year),
    ...noticesText(lines),
    ...lines.flatMap((line) => textOfEnd(line)),
  ]
  return parts.join('；')
}

function textBeforeDays(line: DerivationLine, nameOf: NameOf): string[] {
  switch (line.code) {
    case 'started':
      return [`${line.date} ${line.trigger}，次日起算`]
    case 'restarted':
      return [`${line.date} ${line.trigger}，期限重新计算，次日起算`]
    case 'period':
      return [`${line.amount}${UNIT_TEXT[line.unit]}`]
    case 'fixed-date':
      return [`期限载明为 ${line.date}`]
    case 'suspended': {
      const cause = line.because ?? `因${nameOf(line.by)}`
      return [
        line.until === null
          ? `${cause}，自 ${line.date} 起中止计算，尚未恢复`
          : `${cause}，${line.date} 至 ${line.until} 中止计算，该期间不计入，恢复日次日起继续计算`,
      ]
    }
    case 'original-due':
      return [`原至 ${line.date} 届满`]
    case 'extended':
      return [`${line.askedOn} 申请延长，${line.date} 经${nameOf(line.by)}同意延长${line.days}${UNIT_TEXT[line.unit]}，自原届满日次日起算`]
    default:
      return []
  }
}

function textOfEnd(line: DerivationLine): string[] {
  switch (line.code) {
    case 'due':
      return [`至 ${line.date} 届满`]
    case 'due-unknown':
      return ['届满日待恢复计算后确定']
    case 'provisional':
      return [`暂定：${line.date} 以后的放假安排尚未公布，公布后重新计算`]
    case 'stopped':
      return [`已于 ${line.date} 办结`]
    default:
      return []
  }
}

function daysOffText(lines: readonly DerivationLine[], year: number | null): string[] {
  const runs = lines.filter((line) => line.code === 'days-off')
  if (runs.length === 0) return []
  return [`其间扣除${runs.map((run) => `${run.name}${runText(run.date, run.until, year)}`).join('、')}`]
}

function makeUpText(lines: readonly DerivationLine[], year: number | null): string[] {
  const days = lines.filter((line) => line.code === 'make-up-day')
  if (days.length === 0) return []
  return [`${days.map((day) => `${dayText(day.date, year)}（${WEEKDAY_TEXT[weekday(day.date)]}）`).join('、')}调休上班，计入工作日`]
}

function noticesText(lines: readonly DerivationLine[]): string[] {
  const notices = new Set(lines.flatMap((line) => (line.code === 'days-off' || line.code === 'make-up-day' ? [line.notice] : [])))
  return notices.size === 0 ? [] : [`放假调休依据${[...notices].join('、')}`]
}

function yearOfStart(lines: readonly DerivationLine[]): number | null {
  const first = lines.find((line) => line.code === 'started')
  return first === undefined ? null : yearOf(first.date)
}

/** 9月25日至27日, 9月30日至10月6日, 2027年1月1日至3日: what the reader knows already is left out. */
function runText(from: LegalDate, to: LegalDate, year: number | null): string {
  if (from === to) return dayText(from, year)
  const sameMonth = yearOf(from) === yearOf(to) && monthOf(from) === monthOf(to)
  return `${dayText(from, year)}至${sameMonth ? `${dayOfMonth(to)}日` : dayText(to, yearOf(from))}`
}

function dayText(date: LegalDate, year: number | null): string {
  const day = `${monthOf(date)}月${dayOfMonth(date)}日`
  return yearOf(date) === year ? day : `${yearOf(date)}年${day}`
}

const UNIT_TEXT = { 'working-day': '个工作日', 'calendar-day': '日', month: '个月', year: '年' } as const

const WEEKDAY_TEXT: Readonly<Record<Weekday, string>> = {
  monday: '星期一',
  tuesday: '星期二',
  wednesday: '星期三',
  thursday: '星期四',
  friday: '星期五',
  saturday: '星期六',
  sunday: '星期日',
}
