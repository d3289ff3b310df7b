import { startClock } from '../calendar/clock.ts'
import { dueDateOf } from '../calendar/due-date.ts'
import { addDays, isLegalDate } from '../calendar/legal-date.ts'
import type { LegalDate } from '../calendar/legal-date.ts'
import { endOfTerm, withinWindowBefore } from '../calendar/term.ts'
import { BeforeCalendarCoverage } from '../calendar/working-calendar.ts'
import type { WorkingCalendar } from '../calendar/working-calendar.ts'
import type { CompiledPack } from './compiled-pack.ts'
import { wrong } from './check-finding.ts'
import type { RuleFinding, RulePath } from './check-finding.ts'
import { usesOfFigures } from './figure-uses.ts'
import type { FigureUse } from './figure-uses.ts'
import type { Figure, Golden } from './pack-format.ts'

const UNITS: Record<FigureUse['as'], { units: readonly Figure['unit'][]; says: string }> = {
  due: { units: ['working-day', 'calendar-day', 'month', 'year'], says: '时间长度（工作日、日、月或者年）' },
  extension: { units: ['working-day', 'calendar-day'], says: '天数（工作日或者日）' },
  notice: { units: ['working-day'], says: '工作日数' },
  window: { units: ['calendar-day'], says: '日数' },
  term: { units: ['year'], says: '年数' },
  times: { units: ['count'], says: '次数' },
  quorum: { units: ['percent'], says: '百分比' },
  majority: { units: ['percent'], says: '百分比' },
  value: { units: ['working-day', 'calendar-day', 'month', 'year', 'count', 'percent', 'ratio', 'entity', 'yuan'], says: '数值' },
}

/**
 * Figures exist where rules use them, in a unit that the use can take; golden cases on both sides of the edge are
 * borne out by the calendar and the value; two figures that rest on the same sentence do not differ.
 */
export function checkFigures(pack: CompiledPack, calendar: WorkingCalendar): RuleFinding[] {
  const uses = usesOfFigures(pack)
  const unknown = uses.filter(({ figure }) => !(figure in pack.figures)).map(({ figure, path }) =>
    wrong(path, 'figure-must-be-declared', `没有名为 ${figure} 的数值。`, '请在 figures.yaml 中声明该数值，写明依据和边界两侧的例子。'))
  const misused = uses.flatMap(({ figure, as, path }) => {
    const unit = pack.figures[figure]?.unit
    if (unit === undefined || UNITS[as].units.includes(unit)) return []
    return [wrong(path, 'figure-must-have-a-fitting-unit', `数值 ${figure} 的单位是 ${unit}，此处需要${UNITS[as].says}。`, `请改用单位为 ${UNITS[as].units.join('、')} 的数值。`)]
  })
  const golden = Object.entries(pack.figures).flatMap(([id, figure]) => {
    const own = uses.filter((use) => use.figure === id).map((use) => use.as)
    return [...goldenFaults(id, figure, own, calendar), ...kindFaults(id, figure, own)]
  })
  return [...unknown, ...misused, ...golden, ...contradictions(pack)]
}

function goldenFaults(id: string, figure: Figure, uses: FigureUse['as'][], calendar: WorkingCalendar): RuleFinding[] {
  return figure.golden.flatMap((golden, index) => {
    const path = ['figures', id, 'golden', index]
    const days = Object.entries(golden).filter(([key, value]) => key !== 'note' && typeof value === 'string' && !isLegalDate(value))
    if (days.length > 0) return [wrong(path, 'golden-case-must-name-real-dates', `“${figure.title}”的例子中 ${days.map(([, value]) => value).join('、')} 不是日期。`, '请核对日期。')]
    try {
      const fault = goldenFault(figure, golden, uses, calendar)
      return fault === null ? [] : [wrong(path, 'golden-case-must-hold', `“${figure.title}”（${figure.value} ${figure.unit}）的例子不成立：${fault}。`, '请核对数值、起算日和放假安排，更正数值或者例子。')]
    } catch (error) {
      if (error instanceof BeforeCalendarCoverage || error instanceof RangeError) return [wrong(path, 'golden-case-must-hold', `“${figure.title}”的例子无法计算：${error.message}`, '请改用放假安排已经公布的年份，数值取整数。')]
      throw error
    }
  })
}

/** Why the golden case is not borne out, in Chinese, or null. */
function goldenFault(figure: Figure, golden: Golden, uses: FigureUse['as'][], calendar: WorkingCalendar): string | null {
  if ('holds' in golden) return edgeFault(figure, golden.holds, golden.breaks, uses)
  // isLegalDate was asked above
  if ('notice' in golden) return noticeFault(figure, golden.notice as LegalDate, golden.kept as LegalDate, golden.broken as LegalDate, uses, calendar)
  return dueFault(figure, golden.from as LegalDate, golden.due as LegalDate, golden.late as LegalDate, uses, calendar) // isLegalDate was asked above
}

function edgeFault(figure: Figure, holds: number, breaks: number, uses: FigureUse['as'][]): string | null {
  const { value, bound } = figure
  const strict = uses.includes('majority') // a majority is more than its figure
  const kept = bound === 'at-most' ? (one: number) => one <= value : bound === 'exactly' ? (one: number) => one === value : (one: number) => (strict ? one > value : one >= value)
  if (!kept(holds)) return `${holds} 应当符合而不符合`
  if (kept(breaks)) return `${breaks} 应当不符合而符合`
  return Math.abs(holds - breaks) <= 1 ? null : `${holds} 与 ${breaks} 不紧邻边界`
}

function noticeFault(figure: Figure, notice: LegalDate, kept: LegalDate, broken: LegalDate, uses: FigureUse['as'][], calendar: WorkingCalendar): string | null {
  if (figure.bound !== 'in-advance') {
    const within = (day: LegalDate) => withinWindowBefore(notice, figure.value, day)
    if (!uses.includes('window') && figure.unit !== 'calendar-day') return '提前通知的例子只适用于 in-advance 或者届满前的期间'
    if (!within(kept)) return `${kept} 应当在 ${notice} 前的期间之内`
    return !within(broken) && addDays(broken, 1) === kept ? null : `${broken} 应当是期间开始的前一日`
  }
  const earliest = figure.unit === 'working-day' ? calendar.earliestActDate(notice, figure.value).date : addDays(notice, figure.value)
  if (kept !== earliest) return `自 ${notice} 起提前通知，最早为 ${earliest}，不是 ${kept}`
  const before = calendar.workingDaysBetween(broken, kept)
  return broken < kept && (addDays(broken, 1) === kept || before === 1) ? null : `${broken} 应当是 ${kept} 之前最近的一日`
}

function dueFault(figure: Figure, from: LegalDate, due: LegalDate, late: LegalDate, uses: FigureUse['as'][], calendar: WorkingCalendar): string | null {
  const { unit, value } = figure
  if (unit !== 'working-day' && unit !== 'calendar-day' && unit !== 'month' && unit !== 'year') return '该单位没有到期日'
  const clock = dueDateOf(startClock({ id: 'golden', unit, amount: value, basis: { kind: 'provision' } }, from, ''), calendar).due
  const term = unit === 'year' ? endOfTerm(from, { years: value }) : null
  const expected = term !== null && uses.includes('term') ? [term] : term !== null && !uses.includes('due') ? [term, clock] : [clock]
  if (!expected.includes(due)) return `自 ${from} 起应当至 ${expected.join('或者')} 届满，不是 ${due}`
  const next = unit === 'working-day' ? calendar.addWorkingDays(due, 1).date : addDays(due, 1)
  return late > due && late <= next ? null : `${due} 之后最先逾期的是 ${next}，不是 ${late}`
}

/** A figure that counts time towards a due date or ahead of a date shows it with dates. */
function kindFaults(id: string, figure: Figure, uses: FigureUse['as'][]): RuleFinding[] {
  const path = ['figures', id, 'golden']
  const lacks = (key: string) => !figure.golden.some((golden) => key in golden)
  const found: RuleFinding[] = []
  if (uses.includes('due') && lacks('from')) found.push(wrong(path, 'figure-must-have-golden-cases', `期限“${figure.title}”没有起算日、到期日和首个逾期日的例子。`, '请补充 { from, due, late }。'))
  if ((uses.includes('notice') || uses.includes('window')) && lacks('notice')) found.push(wrong(path, 'figure-must-have-golden-cases', `“${figure.title}”没有提前通知或者届满前期间的例子。`, '请补充 { notice, kept, broken }。'))
  return found
}

/** Two figures of one pack that quote the same sentence in the same unit cannot both be right if they differ. */
function contradictions(pack: CompiledPack): RuleFinding[] {
  const seen = new Map<string, string>()
  return Object.entries(pack.figures).flatMap(([id, figure]) => {
    const { basis, unit, bound, value } = figure
    if (!('provision' in basis)) return []
    const key = [basis.provision, basis.says, unit, bound].join('|')
    const first = seen.get(key)
    if (first === undefined) {
      seen.set(key, id)
      return []
    }
    const other = pack.figures[first]?.value
    if (other === value) return []
    const path: RulePath = ['figures', id, 'value']
    return [wrong(path, 'figures-must-not-contradict', `${id}（${value}）与 ${first}（${other}）引用同一句条文，数值却不同。`, '请保留与条文一致的一个，或者引用各自所依据的那一句。')]
  })
}
