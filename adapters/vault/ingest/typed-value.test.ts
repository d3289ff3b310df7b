import { describe, expect, test } from 'vitest'
import { columnSchema } from '#core/boundary/table-schema.ts'
import type { ColumnType } from '#core/boundary/table-schema.ts'
import { canonicalText, fieldReader } from '#adapters/vault/ingest/typed-value.ts'

function read(type: ColumnType, text: string, more: object = {}): string {
  const column = columnSchema.parse({ name: 'c', title: 'c', type, nullable: true, missing: ['NA'], ...(type === 'decimal' ? { scale: 2 } : {}), ...more })
  const result = fieldReader(column)(text)
  if ('fault' in result) return result.fault.code
  return result.value === null ? 'null' : canonicalText(result.value, column)
}

describe('a field', () => {
  test.each<[ColumnType, string, string]>([
    ['text', ' 两端空格 ', ' 两端空格 '],
    ['text', 'NA', 'null'],
    ['integer', '', 'null'],
    ['integer', ' -007 ', '-7'],
    ['integer', '+5', '5'],
    ['integer', '9223372036854775807', '9223372036854775807'],
    ['integer', '9223372036854775808', 'value-out-of-range'],
    ['integer', '-9223372036854775808', '-9223372036854775808'],
    ['integer', '-9223372036854775809', 'value-out-of-range'],
    ['integer', '1.0', 'value-wrong-type'],
    ['integer', '１２', 'value-wrong-type'],
    ['integer', 'na', 'value-wrong-type'],
    ['decimal', '12.50', '12.5'],
    ['decimal', '-0.05', '-0.05'],
    ['decimal', '12.345', 'value-out-of-range'],
    ['decimal', '12.340', '12.34'],
    ['decimal', '9999999999999999.99', '9999999999999999.99'],
    ['decimal', '10000000000000000.00', 'value-out-of-range'],
    ['decimal', '1e5', 'value-wrong-type'],
    ['decimal', '1,000.00', 'value-wrong-type'],
    ['decimal', '.5', 'value-wrong-type'],
    ['boolean', '是', 'true'],
    ['boolean', 'FALSE', 'false'],
    ['boolean', '2', 'value-wrong-type'],
    ['date', '2026-02-28', '2026-02-28'],
    ['date', '2026-02-29', 'value-wrong-type'],
    ['date', '2024-02-29', '2024-02-29'],
    ['date', '2026/1/5', '2026-01-05'],
    ['date', '20260105', '2026-01-05'],
    ['date', '2026-1-5', 'value-wrong-type'],
    ['date', '0099-12-31', '0099-12-31'],
    ['timestamp', '2026-01-31 23:59:59', '2026-01-31T23:59:59'],
    ['timestamp', '2026-01-31T08:00:00.25+08:00', '2026-01-31T08:00:00.250000'],
    ['timestamp', '2026-01-31 24:00', 'value-wrong-type'],
    ['timestamp', '2026-01-31T08:00:00Z', 'value-wrong-type'],
    ['timestamp', '1969-12-31 23:59:59.5', '1969-12-31T23:59:59.500000'],
  ])('of type %s with %j reads as %s', (type, text, expected) => {
    expect(read(type, text)).toBe(expected)
  })

  test('that is missing is refused where a value is demanded', () => {
    expect(read('text', '', { nullable: false })).toBe('value-missing')
    expect(read('integer', 'NA', { nullable: false })).toBe('value-missing')
  })
})
