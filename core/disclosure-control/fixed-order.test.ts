import { describe, expect, test } from 'vitest'
import { hasOrder, inFixedOrder } from './fixed-order.ts'
import type { ResultColumn, Row } from './typed-result.ts'

const COLUMNS: ResultColumn[] = [{ name: 'district', type: 'VARCHAR', kind: 'text' }, { name: 'n', type: 'BIGINT', kind: 'long' }]
const tree = (modifiers: object[]) => ({ error: false, statements: [{ node: { type: 'SELECT_NODE', modifiers }, named_param_map: [] }] })

describe('rows of a statement that leaves their order open', () => {
  const rows: Row[] = [['b', '10'], ['a', '9'], ['a', '10'], [null, '1'], ['a', '9007199254740993']]

  test('come in the one order that follows from themselves, whichever way they came', () => {
    const fixed = [[null, '1'], ['a', '9'], ['a', '10'], ['a', '9007199254740993'], ['b', '10']]
    expect(inFixedOrder({ columns: COLUMNS, rows })).toEqual(fixed)
    expect(inFixedOrder({ columns: COLUMNS, rows: rows.toReversed() })).toEqual(fixed)
  })

  test('whole numbers beyond what a double holds keep their order by their texts', () => {
    const near: Row[] = [['a', '9007199254740993'], ['a', '9007199254740992']]
    expect(inFixedOrder({ columns: COLUMNS, rows: near })).toEqual(inFixedOrder({ columns: COLUMNS, rows: near.toReversed() }))
  })

  test('are left as they are only where the statement orders them itself', () => {
    expect(hasOrder(tree([{ type: 'ORDER_MODIFIER', orders: [] }]))).toBe(true)
    expect(hasOrder(tree([{ type: 'LIMIT_MODIFIER' }]))).toBe(false)
    expect(hasOrder(null)).toBe(false)
  })
})
