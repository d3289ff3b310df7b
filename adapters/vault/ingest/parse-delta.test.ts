import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { tableSchema } from '#core/boundary/table-schema.ts'
import { refuseOtherSchema } from '#adapters/vault/ingest/delta-request.ts'
import type { DeltaRequest } from '#adapters/vault/ingest/delta-request.ts'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'
import { defaultIngestLimits } from '#adapters/vault/ingest/ingest-limits.ts'
import { ingestTable } from '#adapters/vault/ingest/ingest-table.ts'
import { parseTable } from '#adapters/vault/ingest/parse-table.ts'
import type { IngestResult } from '#adapters/vault/ingest/ingest-table.ts'
import { partsOf } from '#adapters/vault/parquet/part-container.ts'
import { sealPurpose } from '#adapters/vault/sealed-names.ts'
import { readSealed } from '#adapters/vault/seal/sealed-file.ts'

const schema = tableSchema.parse({
  name: 'firms',
  title: '企业',
  entity: { kind: 'none' },
  columns: [
    { name: 'code', title: '编码', type: 'text', nullable: true },
    { name: 'staff', title: '人数', type: 'integer', nullable: true },
  ],
  quality: [{ dimension: 'uniqueness', columns: ['code'], refuse: true }],
})
const key = ['code']

let folder = ''
const keys = new Map<string, Buffer>()
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gongshu-delta-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function version(name: string, text: string, delta?: DeltaRequest & { of: string }, expectedRows?: number): Promise<IngestResult> {
  const dataKey = randomBytes(32)
  keys.set(name, dataKey)
  const place = { tablePath: join(folder, name), profilePath: join(folder, `${name}.profile`), stagePath: join(folder, `${name}.stage`), directory: folder }
  const base = delta === undefined ? {} : { delta: { mode: delta.mode, key: delta.key }, base: { tablePath: join(folder, delta.of), versionId: delta.of, dataKey: keyOf(delta.of) } }
  const expected = expectedRows === undefined ? {} : { rows: expectedRows }
  return ingestTable({ schema, encoding: 'detect', limits: { ...defaultIngestLimits, blockBytes: 64 }, suppliedOn: '2026-11-22', expected, suite: 'aes-256-gcm', versionId: name, dataKey, ...place, ...base }, Readable.from([Buffer.from(text)]), parseTable)
}

function keyOf(name: string): Buffer {
  const found = keys.get(name)
  if (found === undefined) throw new Error(`no version ${name}`)
  return found
}

async function partsIn(name: string): Promise<Buffer[]> {
  const parts: Buffer[] = []
  for await (const part of partsOf(readSealed(join(folder, name), keyOf(name), sealPurpose('table', name)))) parts.push(part)
  return parts
}

async function rowsIn(name: string): Promise<string[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  const rows: string[] = []
  for (const part of await partsIn(name)) {
    const path = join(folder, 'read.parquet')
    await writeFile(path, part)
    rows.push(...(await connection.runAndReadAll(`FROM read_parquet('${path}')`)).getRows().map((row) => row.map(String).join(':')))
    await rm(path)
  }
  connection.closeSync()
  instance.closeSync()
  return rows
}

async function refusal(text: string, delta: DeltaRequest & { of: string }): Promise<IngestError> {
  const before = await readdir(folder)
  const outcome = await version('refused', text, delta).catch((error: unknown) => error)
  if (!(outcome instanceof IngestError)) throw new Error('not refused', { cause: outcome })
  expect(await readdir(folder)).toEqual(before)
  return outcome
}

describe('a version made of the one before', () => {
  test('by adding rows holds those of both, and the parts of the base byte for byte', async () => {
    await version('one', 'code,staff\nA,1\nB,2\n')
    expect(await version('two', 'code,staff\nC,3\nD,\n', { of: 'one', mode: 'append', key: [] }, 2)).toMatchObject({ changes: { rows: 2, added: 2, replaced: 0, removed: 0 }, summary: { rows: 4, columns: [{ nulls: 0 }, { nulls: 1 }] } })
    expect(await rowsIn('two')).toEqual(['A:1', 'B:2', 'C:3', 'D:null'])
    expect((await partsIn('two'))[0]?.equals((await partsIn('one'))[0] ?? Buffer.alloc(0))).toBe(true)
    expect(await rowsIn('one')).toEqual(['A:1', 'B:2'])
  })

  test('by key puts rows in the place of others and adds the rest; untouched parts stay', async () => {
    const many = Array.from({ length: 40 }, (_, index) => `K${index},${index}\n`).join('')
    await version('one', `code,staff\n${many}`)
    expect((await partsIn('one')).length).toBeGreaterThan(3)
    expect(await version('two', 'staff,code\n100,K0\n7,new\n', { of: 'one', mode: 'upsert', key })).toMatchObject({ changes: { rows: 2, added: 1, replaced: 1, removed: 0 }, summary: { rows: 41 } })
    const rows = await rowsIn('two')
    expect(rows).toHaveLength(41)
    expect(rows.slice(-2)).toEqual(['K0:100', 'new:7'])
    expect(rows).not.toContain('K0:0')
    expect((await partsIn('two')).at(-2)?.equals((await partsIn('one')).at(-1) ?? Buffer.alloc(0))).toBe(true)
  })

  test('by key removes rows, the file naming keys alone; a chain of three versions, each as it was', async () => {
    await version('one', 'code,staff\nA,1\nB,2\nC,3\n')
    await version('two', 'code\nB\n', { of: 'one', mode: 'delete', key })
    await version('three', 'code,staff\nB,9\n', { of: 'two', mode: 'upsert', key })
    expect([await rowsIn('one'), await rowsIn('two'), await rowsIn('three')]).toEqual([['A:1', 'B:2', 'C:3'], ['A:1', 'C:3'], ['A:1', 'C:3', 'B:9']])
    await version('none', 'code\nA\nC\nB\n', { of: 'three', mode: 'delete', key })
    expect(await rowsIn('none')).toEqual([])
  })
})

describe('a delta is refused with row and column', () => {
  beforeEach(() => version('one', 'code,staff\nA,1\nB,2\n'))

  test('for a key that is missing, twice in the delta, or names nothing to remove', async () => {
    expect(await refusal('code,staff\nC,1\n,2\n', { of: 'one', mode: 'upsert', key })).toMatchObject({ code: 'value-missing', row: 2, column: 'code' })
    expect(await refusal('code,staff\nA,5\nC,1\nA,6\n', { of: 'one', mode: 'upsert', key })).toMatchObject({ code: 'row-duplicated', row: 3, message: '第 3 行与第 1 行（不计表头）的主键（编码）相同，无法确定以哪一行为准。' })
    expect(await refusal('code\nA\nX\n', { of: 'one', mode: 'delete', key })).toMatchObject({ code: 'delta-key-unknown', row: 2 })
  })

  test('for a key that names several rows, for another header, and for no key at all', async () => {
    expect(await refusal('code,staff\nZ,1\n', { of: 'one', mode: 'upsert', key: [] })).toMatchObject({ code: 'delta-key-undeclared' })
    expect(await refusal('code\nA\n', { of: 'one', mode: 'upsert', key })).toMatchObject({ code: 'header-unexpected', column: 'staff' })
    await version('same', 'code,staff\nA,1\nB,1\n')
    expect(await refusal('staff\n1\n', { of: 'same', mode: 'delete', key: ['staff'] })).toMatchObject({ code: 'delta-key-ambiguous', row: 1, column: 'staff' })
  })

  test('for a rule that holds over both, naming the row of the delta', async () => {
    expect(await refusal('code,staff\nC,1\nB,1\n', { of: 'one', mode: 'append', key: [] })).toMatchObject({ code: 'row-duplicated', row: 2 })
  })

  test('for a value of the wrong type, and for a file that breaks off', async () => {
    expect(await refusal('code,staff\nC,x\n', { of: 'one', mode: 'append', key: [] })).toMatchObject({ code: 'value-wrong-type', row: 1, column: 'staff' })
    expect(await refusal('code,staff\n"C,1\n', { of: 'one', mode: 'append', key: [] })).toMatchObject({ code: 'quote-malformed' })
  })

  test('for a schema that changed, naming the column', () => {
    const [code, staff] = schema.columns
    if (code === undefined || staff === undefined) throw new Error('no columns')
    expect(() => refuseOtherSchema(schema, { ...schema, columns: [code, { ...staff, type: 'text' }] })).toThrow(expect.objectContaining({ code: 'delta-schema-changed', column: 'staff' }))
    expect(() => refuseOtherSchema(schema, { ...schema, columns: [code] })).toThrow(expect.objectContaining({ code: 'delta-schema-changed', column: 'staff' }))
    expect(() => refuseOtherSchema(schema, { ...schema, title: '企业名录' })).not.toThrow()
  })
})
