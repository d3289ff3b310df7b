import { describe, expect, test } from 'vitest'
import { isCellOf, nestedValue, type TypedResult } from '#core/disclosure-control/typed-result.ts'
import { unnested } from '#core/disclosure-control/unnested.ts'

const result = (...cells: readonly (string | null)[]): TypedResult => ({
  columns: [{ name: 'district', type: 'VARCHAR', kind: 'text' }, { name: 'x', type: 'INTEGER[]', kind: 'nested' }],
  rows: cells.map((cell, position) => [`d${position}`, cell]),
})
const columnsOf = (one: TypedResult): readonly string[] => one.columns.map(({ name, kind }) => `${name} ${kind}`)

describe('lists, structs and maps are taken apart before anything is checked', () => {
  test('each element of a list is a row', () => {
    const apart = unnested(result('[1,2,3]', '[]', null))
    expect(columnsOf(apart)).toEqual(['district text', 'x[] integer'])
    expect(apart.rows).toEqual([['d0', 1], [null, 2], [null, 3], ['d1', null], ['d2', null]])
  })
  test('each field of a struct is a column', () => {
    expect(unnested(result('{"n":12,"y":"1970.50"}')).rows).toEqual([['d0', 12, '1970.50']])
    expect(columnsOf(unnested(result('{"n":12,"y":"1970.50"}')))).toEqual(['district text', 'x.n integer', 'x.y decimal'])
  })
  test('a map shows its keys as values, for a key can be an identifier', () => {
    expect(columnsOf(unnested(result('[{"key":"高中","value":"30"},{"key":"大专","value":"12"}]')))).toEqual(['district text', 'x[].key text', 'x[].value decimal'])
  })
  test('lists in structs in lists', () => {
    const apart = unnested(result('[{"a":[1.5,2.5]},{"a":[3.5]}]'))
    expect(apart.columns[1]).toMatchObject({ name: 'x[].a[]', kind: 'double' })
    expect(apart.rows.map((row) => row[1])).toEqual([1.5, 2.5, 3.5])
  })
  test('a plain result stays itself', () => {
    const plain: TypedResult = { columns: [{ name: 'n', type: 'BIGINT', kind: 'long' }], rows: [['1']] }
    expect(unnested(plain)).toBe(plain)
  })
})

test('a nested cell is JSON that nests no deeper than four; nothing else is believed', () => {
  expect(isCellOf('nested', '[[[[1]]]]')).toBe(true)
  expect(isCellOf('nested', '[[[[[1]]]]]')).toBe(false)
  for (const cell of ['12', '"text"', 'null', '[1', '', {}]) expect(isCellOf('nested', cell)).toBe(false)
  expect(nestedValue('{"a":1}')).toEqual({ a: 1 })
})
