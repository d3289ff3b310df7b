import { isLegalDate } from '../calendar/legal-date.ts'
import { NotADuration } from '../calendar/term.ts'
import { BeforeCalendarCoverage } from '../calendar/working-calendar.ts'
import type { WorkingCalendar } from '../calendar/working-calendar.ts'
import type { CompiledPack } from './compiled-pack.ts'
import { wrong } from './check-finding.ts'
import type { RuleFinding, RulePath } from './check-finding.ts'
import { figuresContradict } from './check-contradictions.ts'
import { goldenFault } from './check-golden.ts'
import type { Measured } from './check-golden.ts'
import { usesOfFigures } from './figure-uses.ts'
import type { FigureUse } from './figure-uses.ts'
import type { Figure, Golden } from './pack-format.ts'

const UNITS: Record<FigureUse['as'], { units: readonly Figure['unit'][]; says: string }> = {
  due: { units: ['working-day', 'calendar-day', 'month', 'year'], says: '时间长度（工作日、日、月或者年）' },
  ahead: { units: ['working-day', 'calendar-day', 'month', 'year'], says: '时间长度（工作日、日、月或者年）' },
  extension: { units: ['working-day', 'calendar-day'], says: '天数（工作日或者日）' },
  notice: { units: ['working-day', 'calendar-day', 'month'], says: '时间长度（工作日、日或者月）' },
  window: { units: ['working-day', 'calendar-day', 'month', 'year'], says: '时间长度（工作日、日、月或者年）' },
  term: { units: ['calendar-day', 'month', 'year'], says: '时间长度（日、月或者年）' },
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
    const used = pack.figures[figure]
    const unit = used === undefined ? undefined : unitsOf(used).find((one) => !UNITS[as].units.includes(one))
    if (unit === undefined) return []
    return [wrong(path, 'figure-must-have-a-fitting-unit', `数值 ${figure} 的单位是 ${unit}，此处需要${UNITS[as].says}。`, `请改用单位为 ${UNITS[as].units.join('、')} 的数值。`)]
  })
  const golden = Object.entries(pack.figures).flatMap(([id, figure]) => {
    const own = uses.filter((use) => use.figure === id).map((use) => use.as)
    return [
      ...goldenFaults(figure, figure.golden, figure.title, own, calendar, ['figures', id]),
      ...(figure.variants ?? []).flatMap((variant, index) => goldenFaults({ ...figure, value: variant.value, unit: variant.unit ?? figure.unit }, variant.golden, figure.title, own, calendar, ['figures', id, 'variants', index])),
      ...kindFaults(id, figure, own),
    ]
  })
  const repealed = uses.filter(({ figure }) => pack.figures[figure]?.repealed !== undefined).map(({ figure, path }): RuleFinding => ({
    ...wrong(path, 'figure-must-not-be-repealed', `数值 ${figure} 已经废止，此处仍在使用。`, '请改用现行的数值，或者删去该规则。'), other: ['figures', figure, 'repealed'],
  }))
  return [...unknown, ...misused, ...repealed, ...golden, ...figuresContradict(pack)]
}

function unitsOf(figure: Figure): Figure['unit'][] {
  return [figure.unit, ...(figure.variants ?? []).flatMap(({ unit }) => (unit === undefined ? [] : [unit]))]
}

function goldenFaults(figure: Measured, cases: readonly Golden[], title: string, uses: FigureUse['as'][], calendar: WorkingCalendar, place: RulePath): RuleFinding[] {
  return cases.flatMap((golden, index) => {
    const path = [...place, 'golden', index]
    const days = Object.entries(golden).filter(([key, value]) => key !== 'note' && typeof value === 'string' && !isLegalDate(value))
    if (days.length > 0) return [wrong(path, 'golden-case-must-name-real-dates', `“${title}”的例子中 ${days.map(([, value]) => value).join('、')} 不是日期。`, '请核对日期。')]
    try {
      const fault = goldenFault(figure, golden, uses, calendar)
      return fault === null ? [] : [wrong(path, 'golden-case-must-hold', `“${title}”（${figure.value} ${figure.unit}）的例子不成立：${fault}。`, '请核对数值、起算日和放假安排，更正数值或者例子。')]
    } catch (error) {
      if (error instanceof BeforeCalendarCoverage || error instanceof RangeError || error instanceof NotADuration) return [wrong(path, 'golden-case-must-hold', `“${title}”的例子无法计算：${error.message}`, '请改用放假安排已经公布的年份，数值取整数。')]
      throw error
    }
  })
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
