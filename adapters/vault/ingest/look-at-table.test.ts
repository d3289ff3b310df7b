import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { tableSchema } from '#core/boundary/table-schema.ts'
import { defaultIngestLimits } from '#adapters/vault/ingest/ingest-limits.ts'
import { answerQuestion } from '#adapters/vault/ingest/answer-question.ts'
import { lookAtTable } from '#adapters/vault/ingest/look-at-table.ts'
import type { Looked, Question } from '#adapters/vault/ingest/look-at-table.ts'
import type { SchemaProposal } from '#adapters/vault/ingest/sample-table.ts'
import type { SchemaFit } from '#adapters/vault/ingest/schema-fit.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gongshu-look-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function look(question: Question, bytes: Buffer | string | Readable): Promise<Looked> {
  const place = { stagePath: join(folder, 'stage'), suite: 'aes-256-gcm' as const, versionId: 'look', dataKey: randomBytes(32), directory: folder }
  try {
    return await lookAtTable({ question, ...place }, bytes instanceof Readable ? bytes : Readable.from([Buffer.from(bytes)]), answerQuestion)
  } finally {
    expect(await readdir(folder)).toEqual([])
  }
}

async function proposed(bytes: Buffer | string | Readable): Promise<SchemaProposal> {
  const looked = await look({ propose: { encoding: 'detect', limits: defaultIngestLimits } }, bytes)
  if (!('proposal' in looked)) throw new Error('no proposal')
  return looked.proposal
}

const schema = tableSchema.parse({
  name: 'small',
  title: '小表',
  entity: { kind: 'none' },
  columns: [
    { name: 'a', title: '甲', type: 'integer', nullable: false },
    { name: 'b', title: '乙', type: 'date', nullable: true, missing: ['NA'] },
  ],
})

async function fitted(bytes: Buffer | string): Promise<SchemaFit> {
  const looked = await look({ fit: { schema, encoding: 'detect', limits: defaultIngestLimits } }, bytes)
  if (!('fit' in looked)) throw new Error('no fit')
  return looked.fit
}

describe('a proposal', () => {
  test('of CSV names format, encoding and types; a file of many rows is not read to its end', async () => {
    let given = 0
    function* lines(): Generator<Buffer> {
      yield Buffer.from('序号,日期\n')
      for (; given < 400; given += 1) yield Buffer.from('1,2026-01-31\n'.repeat(5_000))
    }
    const proposal = await proposed(Readable.from(lines(), { objectMode: false }))
    expect(proposal).toMatchObject({ format: 'csv', encoding: 'utf-8', encodingDetected: true, rows: 10_000, whole: false, warnings: [] })
    expect(proposal.columns.map(({ name, type }) => [name, type])).toEqual([['序号', 'integer'], ['日期', 'date']])
    expect(given).toBeLessThan(400)
  })

  test('of TSV in GB18030 and gzip', async () => {
    const text = Buffer.concat([Buffer.from([0xb5, 0xa5, 0xce, 0xbb]), Buffer.from('\tb\n'), Buffer.from([0xca, 0xd0, 0xd6, 0xd0]), Buffer.from('\t1.5\n')])
    expect(await proposed(gzipSync(text))).toMatchObject({ format: 'tsv', encoding: 'gb18030', whole: true, columns: [{ header: '单位', type: 'text' }, { header: 'b', type: 'decimal', scale: 1 }] })
  })

  test('of JSON lines takes every name that occurs', async () => {
    expect(await proposed('{"a":1}\n{"a":2,"b":"2026-01-01"}\n')).toMatchObject({ format: 'jsonl', rows: 2, columns: [{ name: 'a', type: 'integer', nulls: 0 }, { name: 'b', type: 'date', nulls: 1, nullable: true }] })
  })

  test('of Parquet reads the texts of its values', async () => {
    const path = join(tmpdir(), `${randomBytes(6).toString('hex')}.parquet`)
    const instance = await DuckDBInstance.create(':memory:')
    const connection = await instance.connect()
    await connection.run(`COPY (SELECT i AS no, DATE '2026-01-01' + i::INTEGER AS on_day FROM range(20) t(i)) TO '${path}' (FORMAT parquet)`)
    connection.closeSync()
    instance.closeSync()
    const bytes = await readFile(path)
    await rm(path)
    expect(await proposed(bytes)).toMatchObject({ format: 'parquet', rows: 20, columns: [{ name: 'no', type: 'integer' }, { name: 'on_day', type: 'date' }] })
  })

  test('warns where the first row looks like data, and refuses a header without a name', async () => {
    expect((await proposed('1,2026-01-31\n2,2026-02-01\n')).warnings).toEqual(['表头中“1”等 2 列是数字或者日期，第一行可能是数据而不是表头，请核对。'])
    await expect(proposed('a,,b\n1,2,3\n')).rejects.toMatchObject({ code: 'header-unexpected', row: 0 })
  })
})

describe('the fit of a whole file', () => {
  test('counts what fits, in usual and unusual spellings, and names the first row that does not', async () => {
    const rows = Array.from({ length: 30_000 }, (_, index) => `${index},2026-01-31\n`)
    rows[19_999] = '19999, 2026/2/1 \n'
    rows[24_999] = '轻度,NA\n'
    expect(await fitted(`a,b\n${rows.join('')}`)).toEqual({
      rows: 30_000,
      columns: [
        { name: 'a', values: 30_000, nulls: 0, fitting: 29_999, share: 29_999 / 30_000, firstMisfit: { row: 25_000, expected: '整数', length: 2 } },
        { name: 'b', values: 29_999, nulls: 1, fitting: 29_999, share: 1 },
      ],
    })
  })

  test('names a missing value where none may be missing, and still refuses a ragged row', async () => {
    expect((await fitted('a,b\n1,2026-01-31\n,2026-01-31\n')).columns[0]).toMatchObject({ nulls: 1, firstMisfit: { row: 2, expected: '必填值' } })
    await expect(fitted('a,b\n1,2026-01-31\n2\n')).rejects.toMatchObject({ code: 'row-ragged', row: 2 })
  })
})
