import { describe, expect, test } from 'vitest'
import { intervalsOf } from '#core/disclosure-control/linear-intervals.ts'
import { auditSuppression, checkSuppression, type TableCell } from '#core/disclosure-control/suppression-audit.ts'

/** A table with its totals; `left` names the cells that the output leaves out, as row and column. */
function tableOf(counts: readonly (readonly number[])[], left: readonly (readonly [number, number])[]): readonly TableCell[] {
  const isLeft = (row: number, column: number): boolean => left.some(([r, c]) => r === row && c === column)
  const columns = counts[0]?.map((_, column) => column) ?? []
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
  return [
    ...counts.flatMap((line, row) => line.map((count, column): TableCell => ({ groups: [`r${row}`, `c${column}`], count, shown: !isLeft(row, column) }))),
    ...counts.map((line, row): TableCell => ({ groups: [`r${row}`, null], count: sum(line), shown: true })),
    ...columns.map((column): TableCell => ({ groups: [null, `c${column}`], count: sum(counts.map((line) => line[column] ?? 0)), shown: true })),
    { groups: [null, null], count: sum(counts.flat()), shown: true },
  ]
}

/** Investment by activity and region, the running example of Fischetti and Salazar-González on cell suppression. */
const INVESTMENT = [[20, 50, 10], [8, 19, 22], [17, 32, 12]]

describe('bounds by linear programming', () => {
  test('the attacker of the published example finds 5 to 30 for the cell of 22', () => {
    // Left out: activity II in regions A and C, activity III in A and C.
    const equations = [
      { terms: [[0, 1], [1, 1]] as const, sum: 30 }, { terms: [[2, 1], [3, 1]] as const, sum: 29 },
      { terms: [[0, 1], [2, 1]] as const, sum: 25 }, { terms: [[1, 1], [3, 1]] as const, sum: 34 },
    ]
    expect(intervalsOf(4, equations)).toEqual([{ lowest: 0, highest: 25 }, { lowest: 5, highest: 30 }, { lowest: 0, highest: 25 }, { lowest: 4, highest: 29 }])
  })
  test('one unknown is pinned, none without an equation is bounded, and contradictions have no bounds', () => {
    expect(intervalsOf(1, [{ terms: [[0, 1]], sum: 7 }])).toEqual([{ lowest: 7, highest: 7 }])
    expect(intervalsOf(1, [])).toEqual([{ lowest: 0, highest: Infinity }])
    expect(intervalsOf(2, [{ terms: [[0, 1], [1, 1]], sum: 3 }, { terms: [[0, 1], [1, 1]], sum: 4 }])).toBe(null)
  })
  test('a difference of unknowns may be negative, they are not', () => {
    expect(intervalsOf(2, [{ terms: [[0, 1], [1, -1]], sum: -3 }, { terms: [[0, 1], [1, 1]], sum: 9 }])).toEqual([{ lowest: 3, highest: 3 }, { lowest: 6, highest: 6 }])
  })
})

describe('cells that were left out of a table with totals', () => {
  test('one alone is the total less the others (ACRO issue 198), and three more are proposed', () => {
    const found = auditSuppression(tableOf(INVESTMENT, [[1, 2]]), 0.1, 100)
    expect(found.recoverable).toEqual([{ groups: ['r1', 'c2'], count: 22, lowest: 22, highest: 22 }])
    // The suppression of the published example: activity II in A, activity III in A and C.
    expect(found.leaveOut).toEqual([['r1', 'c0'], ['r2', 'c2'], ['r2', 'c0']])
  })
  test('cells of few are not named to whoever asked: the name of a group may be number of somebody', () => {
    const cure = (cells: readonly TableCell[], minimum: number): string => checkSuppression([auditSuppression(cells, 0.1, minimum)], 0.1)[0]?.cure ?? ''
    expect(cure(tableOf(INVESTMENT, [[1, 2]]), 100)).toBe('请去掉合计，或把被略去的小组并入其他组。')
    expect(cure(tableOf([[12, 40, 60], [30, 50, 70], [3, 20, 30]], [[2, 0]]), 10)).toMatch(/^建议一并略去：r\d×c\d/)
  })
  test('the published suppression holds at ten percent', () => {
    const found = auditSuppression(tableOf(INVESTMENT, [[1, 0], [1, 2], [2, 0], [2, 2]]), 0.1, 100)
    expect(found).toMatchObject({ suppressed: 4, recoverable: [], notAudited: 0 })
    expect(checkSuppression([found], 0.1)).toMatchObject([{ code: 'suppression-holds', verdict: 'pass' }])
  })
  test('two in one row are pinned by their columns', () => {
    const found = auditSuppression(tableOf(INVESTMENT, [[1, 0], [1, 2]]), 0.1, 100)
    expect(found.recoverable.map(({ count }) => count)).toEqual([8, 22])
    expect(checkSuppression([found], 0.1)).toMatchObject([{ code: 'suppressed-cell-recoverable', verdict: 'block', evidence: { recoverable: 2 } }])
  })
  test('what many are behind needs no protection, for whatever reason it was left out', () => {
    expect(auditSuppression(tableOf(INVESTMENT, [[1, 2]]), 0.1, 22).recoverable).toEqual([])
    expect(auditSuppression(tableOf(INVESTMENT, [[1, 2]]), 0.1, 23).recoverable).toHaveLength(1)
  })
  test('a rectangle with a narrow side pins to within a few', () => {
    const found = auditSuppression(tableOf([[40, 1], [30, 60]], [[0, 0], [0, 1], [1, 0], [1, 1]]), 0.1, 100)
    expect(found.recoverable.map(({ groups, lowest, highest }) => [groups.join(), lowest, highest])).toEqual([['r0,c0', 0, 41], ['r1,c0', 29, 70], ['r1,c1', 20, 61]])
  })
  test('bounds that reach far enough are not looked for further, and the same cells are found', () => {
    for (let table = 1; table <= 12; table += 1) {
      const counts = Array.from({ length: 6 }, (_row, row) => Array.from({ length: 5 }, (_column, column) => (row * 7 + column * 11 + table * 13) % 23 + 1))
      const left = counts.flatMap((line, row) => line.flatMap((count, column) => (count < 10 ? [[row, column] as const] : [])))
      const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)
      const line = (of: (at: readonly [number, number]) => boolean, shown: number, total: number) => ({ terms: left.flatMap((at, place) => (of(at) ? [[place, 1] as const] : [])), sum: total - shown })
      const hidden = (row: number, column: number): boolean => (counts[row]?.[column] ?? 0) < 10
      const equations = [
        ...counts.map((values, row) => line(([r]) => r === row, sum(values.filter((_, column) => !hidden(row, column))), sum(values))),
        ...Array.from({ length: 5 }, (_, column) => line(([, c]) => c === column, sum(counts.flatMap((values, row) => (hidden(row, column) ? [] : [values[column] ?? 0]))), sum(counts.map((values) => values[column] ?? 0)))),
      ].filter(({ terms }) => terms.length > 0)
      const exact = intervalsOf(left.length, equations)?.map(({ lowest, highest }, place) => {
        const count = counts[left[place]?.[0] ?? 0]?.[left[place]?.[1] ?? 0] ?? 0
        return highest - count < 1 || (lowest > 0 && count - lowest < 1)
      })
      const found = auditSuppression(tableOf(counts, left), 0.1, 10).recoverable.map(({ groups }) => groups.join())
      expect(found.toSorted()).toEqual(left.filter((_, place) => exact?.[place]).map(([row, column]) => `r${row},c${column}`).toSorted())
    }
  })
  test('a large table whose left-out cells all hang together is audited, but for proposals; beyond the bound it is told', () => {
    const square = (width: number) => Array.from({ length: width }, (_row, row) => Array.from({ length: width }, (_column, column) => ((row * 7 + column * 11) % 3 === 0 ? 4 : 50)))
    const small = (counts: readonly (readonly number[])[]) => counts.flatMap((values, row) => values.flatMap((count, column) => (count < 10 ? [[row, column] as const] : [])))
    const table = square(24)
    expect(auditSuppression(tableOf(table, small(table)), 0.1, 10)).toMatchObject({ suppressed: 192, recoverable: [], notAudited: 0 })
    const line = (length: number): readonly TableCell[] => [...Array.from({ length }, (_, at) => ({ groups: [`g${at}`], count: 4, shown: false })), { groups: [null], count: 4 * length, shown: true }]
    expect([auditSuppression(line(1000), 0.1, 10).notAudited, auditSuppression(line(1001), 0.1, 10).notAudited]).toEqual([0, 1001])
  })
  test('cells that do not add up make no equations, and a table without left-out cells says nothing', () => {
    const overlapping: readonly TableCell[] = [{ groups: ['a'], count: 6, shown: true }, { groups: ['b'], count: 7, shown: false }, { groups: [null], count: 10, shown: true }]
    expect(auditSuppression(overlapping, 0.1, 100).recoverable).toEqual([])
    expect(checkSuppression([auditSuppression(tableOf(INVESTMENT, []), 0.1, 100)], 0.1)).toEqual([])
    expect(checkSuppression(null, 0.1)).toMatchObject([{ verdict: 'review' }])
  })
})
