import { describe, expect, test } from 'vitest'
import { differenceText, resultDifference } from './result-difference.ts'

const BEFORE = { columns: ['district', 'persons'], rows: [['东区', 120], ['西区', 85], ['南区', 40]] }

describe('where a derived result is not the stored one', () => {
  test('nowhere, where every cell is the same', () => {
    expect(resultDifference(BEFORE, structuredClone(BEFORE))).toBeNull()
  })

  test('is named by row and column, and no value of a row is in the sentence', () => {
    const found = resultDifference(BEFORE, { ...BEFORE, rows: [['东区', 120], ['西区', 86], ['南区', 41]] })
    expect(found).toEqual({ kind: 'cells', row: 2, column: 'persons', cells: 2, rows: 2 })
    expect(found && differenceText(found)).toBe('自第 2 行“persons”起不同，共 2 行、2 个值。')
  })

  test('is told apart: another order, more rows, other columns, and a number that became a text', () => {
    expect(resultDifference(BEFORE, { ...BEFORE, rows: BEFORE.rows.toReversed() })).toEqual({ kind: 'order', row: 1 })
    expect(resultDifference(BEFORE, { ...BEFORE, rows: [...BEFORE.rows, ['北区', 9]] })).toEqual({ kind: 'rows', before: 3, now: 4 })
    expect(resultDifference(BEFORE, { ...BEFORE, columns: ['district', 'people'] })).toMatchObject({ kind: 'columns' })
    expect(resultDifference(BEFORE, { ...BEFORE, rows: [['东区', '120'], ['西区', 85], ['南区', 40]] })).toMatchObject({ kind: 'cells', row: 1, cells: 1 })
  })
})
