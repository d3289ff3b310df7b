import { describe, expect, test } from 'vitest'
import { compareResults } from './compare-results.ts'

const COLUMNS = ['district', 'persons']

describe('two results', () => {
  test('are compared row by row, whatever their order, and rows are only counted', () => {
    const before = { columns: COLUMNS, rows: [['东', 20], ['西', 31], ['西', 31]] }
    const now = { columns: ['persons', 'district'], rows: [[31, '西'], [20, '东'], [12, '南']] }
    expect(compareResults(before, now)).toEqual({ columnsAdded: [], columnsRemoved: [], rows: { same: 2, added: 1, removed: 1 } })
    expect(compareResults(before, before).rows).toEqual({ same: 3, added: 0, removed: 0 })
  })

  test('with other columns, or a result that is gone, are compared by their columns alone', () => {
    expect(compareResults({ columns: ['a', 'b'], rows: [] }, { columns: ['b', 'c'], rows: [] })).toEqual({ columnsAdded: ['c'], columnsRemoved: ['a'], rows: null })
    expect(compareResults({ columns: ['a'], rows: null }, { columns: ['a'], rows: [[1]] }).rows).toBeNull()
  })
})
