import { describe, expect, test } from 'vitest'
import { withGluedTotals } from '#core/disclosure-control/glued-totals.ts'
import { auditSuppression, checkSuppression, type TableCell } from '#core/disclosure-control/suppression-audit.ts'

const cell = (groups: readonly (string | null)[], count: number, shown = true): TableCell => ({ groups, count, shown })
const SEXES = ['女', '男']
const DISTRICTS = ['东', '西', '南']
/** Counts by district and sex; those below ten are left out. */
const COUNTS = [[40, 6], [7, 30], [50, 60]]
const fine = DISTRICTS.flatMap((district, row) => SEXES.map((sex, column) => cell([district, sex], COUNTS[row]?.[column] ?? 0, (COUNTS[row]?.[column] ?? 0) >= 10)))
const byDistrict = DISTRICTS.map((district, row) => cell([district], (COUNTS[row] ?? []).reduce((a, b) => a + b, 0)))
const bySex = SEXES.map((sex, column) => cell([sex], COUNTS.reduce((sum, line) => sum + (line[column] ?? 0), 0)))
const all = [cell([], COUNTS.flat().reduce((a, b) => a + b, 0))]
const judge = (...selects: readonly (readonly TableCell[])[]) =>
  checkSuppression(withGluedTotals(selects.map((cells) => ({ kind: 'person', cells }))).map((cells) => auditSuppression(cells, 0.1, 10)), 0.1).map(({ code }) => code)

describe('totals of another select', () => {
  test('give away the cells that the finer one leaves out, as its own totals would', () => {
    expect(judge(fine, byDistrict)).toEqual(['suppressed-cell-recoverable'])
    expect(judge(bySex, fine)).toEqual(['suppressed-cell-recoverable'])
  })
  test('of everyone leave two small cells to share thirteen, and one small cell what it is', () => {
    expect(judge(fine, all)).toEqual(['suppression-holds'])
    expect(judge(fine.map((one) => (one.count === 6 ? { ...one, shown: true } : one)), all)).toEqual(['suppressed-cell-recoverable'])
  })
  test('of other persons, other values or another kind of entity are no totals of these cells', () => {
    expect(judge(fine, byDistrict.map((one) => ({ ...one, count: one.count + 1 })))).toEqual(['suppression-holds'])
    expect(judge(fine, byDistrict.map((one) => ({ ...one, groups: [`${one.groups[0] ?? ''}部`] })))).toEqual(['suppression-holds'])
    const [cells = []] = withGluedTotals([{ kind: 'person', cells: fine }, { kind: 'enterprise', cells: byDistrict }])
    expect(cells).toEqual(fine)
  })
})
