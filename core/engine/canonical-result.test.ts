import { describe, expect, test } from 'vitest'
import { canonicalResult } from '#core/engine/canonical-result.ts'
import { BOOLEAN, DATE, DOUBLE, INTEGER, TEXT, TIMESTAMP, type PortableType } from '#core/engine/portable-type.ts'

/** One value as each engine may write it. */
function cells(type: PortableType, ...values: readonly unknown[]): readonly unknown[] {
  return values.map((value) => canonicalResult({ sql: { duckdb: '', clickhouse: '' }, columns: [{ name: 'a', type }] }, [[value]])?.rows[0]?.[0])
}

describe('one value has one form, whichever engine wrote it', () => {
  test('whole numbers of any width, and decimals with their digits', () => {
    expect(cells(INTEGER, 5, '5', '-0', 5n, '170141183460469231731687303715884105727')).toEqual(['5', '5', '0', '5', '170141183460469231731687303715884105727'])
    expect(cells({ kind: 'decimal', scale: 2 }, '1.5', '1.50', '1.500', '-0.00', '007.1')).toEqual(['1.50', '1.50', '1.50', '0.00', '7.10'])
    expect(cells({ kind: 'decimal', scale: 0 }, '-3', '-3.0')).toEqual(['-3', '-3'])
  })
  test('floats with their words, times without empty fractions', () => {
    expect(cells(DOUBLE, 1.5, '1.5', -0, 'nan', 'NaN', 'inf', '-Infinity')).toEqual([1.5, 1.5, 0, 'NaN', 'NaN', 'Infinity', '-Infinity'])
    expect(cells(TIMESTAMP, '2026-01-31 08:00:00', '2026-01-31 08:00:00.000000', '2026-01-31 08:00:00.250000')).toEqual(['2026-01-31 08:00:00', '2026-01-31 08:00:00', '2026-01-31 08:00:00.25'])
    expect([...cells(BOOLEAN, true, null), ...cells(DATE, '2026-01-31'), ...cells(TEXT, 'a')]).toEqual([true, null, '2026-01-31', 'a'])
  })
  test('what is not of the type is not taken', () => {
    expect(cells({ kind: 'decimal', scale: 1 }, '1.55', 'x')).toEqual([undefined, undefined])
    expect([...cells(INTEGER, '1.0', true), ...cells(BOOLEAN, 1), ...cells(DOUBLE, '', 'x'), ...cells(TEXT, 5n)]).toEqual([undefined, undefined, undefined, undefined, undefined, undefined])
    expect(canonicalResult({ sql: { duckdb: '', clickhouse: '' }, columns: [{ name: 'a', type: TEXT }] }, [['a', 'b']])).toBeNull()
  })
})
