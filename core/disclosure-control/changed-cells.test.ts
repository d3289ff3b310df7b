import { describe, expect, test } from 'vitest'
import { changedCells } from './changed-cells.ts'
import type { CellKind, Row } from './typed-result.ts'

type Column = { name: string; kind: CellKind }
const DISTRICT: Column = { name: 'district', kind: 'text' }
const PERSONS: Column = { name: 'persons', kind: 'long' }
const INCOME: Column = { name: 'income', kind: 'double' }
const table = (columns: Column[], ...rows: Row[]) => ({ columns, rows })

describe('figures of two results', () => {
  const before = table([DISTRICT, PERSONS, INCOME], ['东区', '120', 5000], ['西区', '85', 4000], ['南区', '40', 3000])

  test('are laid on each other by their groups, whatever the order of rows and columns, and counted: changed, and changed by few', () => {
    const now = table([PERSONS, DISTRICT, INCOME], ['117', '东区', 5100], ['85', '西区', 4000], ['60', '北区', 2000])
    expect(changedCells(before, now, 10)).toEqual([
      { column: 'persons', compared: 2, changed: 1, byFew: 1 },
      { column: 'income', compared: 2, changed: 1, byFew: 0 },
    ])
  })

  test('that changed by just the number that must stand behind a figure are not few', () => {
    expect(changedCells(before, table([DISTRICT, PERSONS], ['东区', '110']), 10)).toEqual([{ column: 'persons', compared: 1, changed: 1, byFew: 0 }])
    expect(changedCells(before, table([DISTRICT, PERSONS], ['东区', '111']), 10)).toEqual([{ column: 'persons', compared: 1, changed: 1, byFew: 1 }])
  })

  test('cannot be laid on each other without groups, with a group twice, or where a result is gone', () => {
    expect(changedCells(table([PERSONS], ['1']), table([PERSONS], ['2']), 10)).toBeNull()
    expect(changedCells(before, table([DISTRICT, PERSONS], ['东区', '1'], ['东区', '2']), 10)).toBeNull()
    expect(changedCells(before, { columns: [DISTRICT, PERSONS], rows: null }, 10)).toBeNull()
  })
})
