import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DuckDBInstance } from '@duckdb/node-api'
import type { DuckDBConnection } from '@duckdb/node-api'
import { quotedText } from '#core/boundary/sql-text.ts'
import { columnSchema, columnTypes } from '#core/boundary/table-schema.ts'
import type { ColumnSchema, ColumnType } from '#core/boundary/table-schema.ts'
import { canonicalSql, missingSql, typedSql } from '#adapters/vault/ingest/typed-sql.ts'
import { canonicalText, fieldReader } from '#adapters/vault/ingest/typed-value.ts'

/** What people and programs write into fields, right and wrong. */
const texts = [
  '', 'NA', ' 7', '007', '+5', '-5', '- 5', '1.0', '1e3', '0x1F', '1_000', '1,000', '9223372036854775807', '9223372036854775808', '-9223372036854775808',
  '12.5', '12.50', '12.345', '-0.05', '.5', '5.', '0.00', '-0', '9999999999999999.99', '99999999999999999.9', 'NaN', 'nan', 'inf', 'Infinity', '-Infinity',
  'true', 'TRUE', '是', '否', 'no', '1', '0', 't', '2026-01-31', '2026-1-31', '2026-02-30', '2026/1/3', '2026/13/1', '20260131', '20260230', '12026-01-01',
  '0000-01-01', '2026-01-31 08:00:00', '2026-01-31T08:00:00', '2026-01-31 08:00:00.5', '2026-01-31 08:00:00.123456', '2026-01-31 08:00', '2026-01-31 24:00:00',
  '2026/01/31 08:00:00', '2026-01-31 08:00:00+08:00', '2026-01-31 08:00:00+00:00', 'infinity', 'epoch', 'today', '锦江区', '１２', "O'Brien", '"', '\\', '𠮷', ' 两端 ',
]

let connection: DuckDBConnection
let instance: DuckDBInstance
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:')
  connection = await instance.connect()
})
afterAll(() => {
  connection.closeSync()
  instance.closeSync()
})

function columnOf(type: ColumnType): ColumnSchema {
  return columnSchema.parse({ name: 'c', title: 'c', type, nullable: true, missing: ['NA'], ...(type === 'decimal' ? { scale: 2 } : {}) })
}

describe('an expression of the engine', () => {
  test.each(columnTypes)('gives for %s what the exact reader gives, or NULL where it leaves the text to it', async (type) => {
    const column = columnOf(type)
    const read = fieldReader(column)
    const values = texts.map((text) => `(${quotedText(text)})`).join(', ')
    const typed = typedSql(column, 't')
    const answers = await connection.runAndReadAll(`SELECT t, ${missingSql(column, 't')}, CASE WHEN NOT ${missingSql(column, 't')} THEN ${canonicalSql(column, `(${typed})`)} END FROM (VALUES ${values}) v(t)`)
    let taken = 0
    for (const [text, missing, value] of answers.getRows()) {
      const exact = read(String(text))
      if (missing === true) expect(exact, String(text)).toEqual({ value: null })
      else if (value !== null) {
        taken += 1
        if (!('value' in exact) || exact.value === null) throw new Error(`the engine took “${String(text)}” as ${type}, the exact reader does not`)
        expect(value, String(text)).toBe(canonicalText(exact.value, column))
      }
    }
    expect(taken).toBeGreaterThan(2)
  })
})
