import { ARRAY, BIGINT, BLOB, DECIMAL, DOUBLE, INTERVAL, LIST, listValue, MAP, mapValue, STRUCT, structValue, UUID, VARCHAR, type DuckDBType, type DuckDBValue } from '@duckdb/node-api'
import { describe, expect, test } from 'vitest'

interface NestedValues {
  encoderOf(type: DuckDBType): { kind: string; encode(value: DuckDBValue): unknown } | null
  rowsTakenApart(columns: readonly { kind: string }[], rows: readonly (readonly unknown[])[]): unknown[][]
}
/** The worker's own module is plain JavaScript. */
const { encoderOf, rowsTakenApart }: NestedValues = await import(new URL('nested-values.mjs', import.meta.url).href)

describe('which values leave the worker', () => {
  test('lists, structs and maps leave as JSON', () => {
    expect(encoderOf(LIST(BIGINT))?.encode(listValue([1n, null, 3n]))).toBe('["1",null,"3"]')
    expect(encoderOf(STRUCT({ n: BIGINT, y: DOUBLE }))?.encode(structValue({ n: 12n, y: 1.5 }))).toBe('{"n":"12","y":1.5}')
    expect(encoderOf(MAP(VARCHAR, BIGINT))?.encode(mapValue([{ key: '高中', value: 3n }]))).toBe('[{"key":"高中","value":"3"}]')
  })
  test('weights of a model do not: binary data is refused, alone and inside a container, and so is what nests too deep', () => {
    for (const type of [BLOB, LIST(BLOB), STRUCT({ weights: BLOB }), MAP(VARCHAR, BLOB), ARRAY(BLOB, 2), UUID, INTERVAL]) expect(encoderOf(type)).toBe(null)
    expect(encoderOf(LIST(LIST(LIST(LIST(DECIMAL(5, 2))))))?.kind).toBe('nested')
    expect(encoderOf(LIST(LIST(LIST(LIST(LIST(DOUBLE))))))).toBe(null)
  })
  test('runs are compared by what a cell is made of', () => {
    expect(rowsTakenApart([{ kind: 'text' }, { kind: 'nested' }], [['a', '[{"key":"x","value":1.5},{"key":"y","value":2}]'], ['b', null]]))
      .toEqual([['a', 'x'], [null, 1.5], [null, 'y'], [null, 2], ['b', null]])
  })
})
