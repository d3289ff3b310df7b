import { startClock } from '../calendar/clock.ts'
import { dueDateOf } from '../calendar/due-date.ts'
import { dateAfter, dateAhead, isLengthUnit, lastDayOfTerm } from '../calendar/length.ts'
import type { Length } from '../calendar/length.ts'
import { addDays } from '../calendar/legal-date.ts'
import type { LegalDate } from '../calendar/legal-date.ts'
import type { WorkingCalendar } from '../calendar/working-calendar.ts'
import type { FigureUse } from './figure-uses.ts'
import type { Figure, Golden } from './pack-format.ts'

type Uses = readonly FigureUse['as'][]
/** The part of a figure, or of its variant, that golden cases bear out. */
export type Measured = Pick<Figure, 'value' | 'unit' | 'bound'>

/** Why a golden case, whose texts are dates, is not borne out by the value and the calendar, in Chinese; null where it is. */
export function goldenFault(figure: Measured, golden: Golden, uses: Uses, calendar: WorkingCalendar): string | null {
  if ('holds' in golden) return edgeFault(figure, golden.holds, golden.breaks, uses)
  // the caller has asked isLegalDate of every text
  if ('notice' in golden) return noticeFault(figure, golden.notice as LegalDate, golden.kept as LegalDate, golden.broken as LegalDate, uses, calendar)
  return dueFault(figure, golden.from as LegalDate, golden.due as LegalDate, golden.late as LegalDate, uses, calendar) // as above
}

function edgeFault({ value, bound }: Measured, holds: number, breaks: number, uses: Uses): string | null {
  const strict = uses.includes('majority') // a majority is more than its figure
  const kept = bound === 'at-most' ? (one: number) => one <= value : bound === 'exactly' ? (one: number) => one === value : (one: number) => (strict ? one > value : one >= value)
  if (!kept(holds)) return `${holds} 应当符合而不符合`
  if (kept(breaks)) return `${breaks} 应当不符合而符合`
  return Math.abs(holds - breaks) <= 1 ? null : `${holds} 与 ${breaks} 不紧邻边界`
}

function noticeFault(figure: Measured, notice: LegalDate, kept: LegalDate, broken: LegalDate, uses: Uses, calendar: WorkingCalendar): string | null {
  const length = lengthOfFigure(figure)
  if (length === null) return '该单位没有提前的日期'
  if (figure.bound !== 'in-advance') {
    if (!uses.includes('window') && !uses.includes('ahead') && figure.unit !== 'calendar-day') return '提前通知的例子只适用于 in-advance 或者届满前的期间'
    const opens = dateAhead(notice, length, calendar)
    if (kept < opens || kept > notice) return `${kept} 应当在 ${notice} 前的期间之内`
    return broken < opens && addDays(broken, 1) === kept ? null : `${broken} 应当是期间开始的前一日`
  }
  const earliest = dateAfter(notice, length, calendar)
  if (kept !== earliest) return `自 ${notice} 起提前通知，最早为 ${earliest}，不是 ${kept}`
  const before = calendar.workingDaysBetween(broken, kept)
  return broken < kept && (addDays(broken, 1) === kept || before === 1) ? null : `${broken} 应当是 ${kept} 之前最近的一日`
}

function dueFault(figure: Measured, from: LegalDate, due: LegalDate, late: LegalDate, uses: Uses, calendar: WorkingCalendar): string | null {
  const length = lengthOfFigure(figure)
  if (length === null) return '该单位没有到期日'
  const clock = dueDateOf(startClock({ id: 'golden', ...length, basis: { kind: 'provision' } }, from, ''), calendar).due
  const term = length.unit === 'working-day' || length.unit === 'calendar-day' ? null : lastDayOfTerm(from, length)
  const expected = term !== null && uses.includes('term') ? [term] : term !== null && !uses.includes('due') ? [term, clock] : [clock]
  if (!expected.includes(due)) return `自 ${from} 起应当至 ${expected.join('或者')} 届满，不是 ${due}`
  const next = length.unit === 'working-day' ? calendar.addWorkingDays(due, 1).date : addDays(due, 1)
  return late > due && late <= next ? null : `${due} 之后最先逾期的是 ${next}，不是 ${late}`
}

function lengthOfFigure({ unit, value }: Measured): Length | null {
  return isLengthUnit(unit) ? { unit, amount: value } : null
}
