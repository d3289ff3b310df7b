import { expect, test } from 'vitest'
import { DuckDBInstance } from '@duckdb/node-api'
import { columnSchema } from '#core/boundary/table-schema.ts'
import { SpreadSample } from '#adapters/vault/ingest/spread-sample.ts'
import type { ColumnContents } from '#adapters/vault/ingest/spread-sample.ts'

const columns = [
  columnSchema.parse({ name: 'note', title: '备注', type: 'text', nullable: true, missing: ['无'] }),
  columnSchema.parse({ name: 'amount', title: '金额', type: 'integer', nullable: true }),
]

/** What blocks of so many rows seem to be; `note` is given as an expression over the row's number `i`. */
async function contentsOf(note: string, blocks: readonly number[]): Promise<ColumnContents[]> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    const sample = new SpreadSample(connection, columns)
    let from = 0
    for (const rows of blocks) {
      await connection.run(`CREATE OR REPLACE TABLE part AS SELECT (${note})::VARCHAR AS note, 100 + i AS amount FROM range(${from}, ${from + rows}) t(i) ORDER BY i`)
      await sample.addPart()
      from += rows
    }
    return sample.contents()
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

const MOBILE = "'138' || lpad(i::VARCHAR, 8, '0')"

test('what begins after the first ten thousand rows is seen; it is judged by its share of the whole file', async () => {
  const [found] = await contentsOf(`CASE WHEN i < 10000 THEN '已核对' ELSE ${MOBILE} END`, [60_000, 60_000, 3_000])
  // Every 16th of 123,000 rows.
  expect([found?.name, found?.suggestions.map(({ kind, values }) => [kind, values])]).toEqual(['note', [['mobile', 7_688]]])
  expect(await contentsOf(`CASE WHEN i < 20000 THEN '已核对' ELSE ${MOBILE} END`, [60_000, 60_000, 3_000])).toEqual([])
})

test('what stands for a missing value is no value, and the same file gives the same answer however it was cut into blocks', async () => {
  const note = `CASE WHEN i % 3 = 0 THEN ${MOBILE} WHEN i % 3 = 1 THEN '无' END`
  const [found] = await contentsOf(note, [9_000])
  expect(found?.suggestions.map(({ kind, share, values }) => [kind, share, values])).toEqual([['mobile', 1, 3_000]])
  expect(await contentsOf(note, [50_000, 1])).toEqual(await contentsOf(note, [1, 20_000, 30_000]))
})
