import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { DuckDBInstance } from '@duckdb/node-api'
import type { DuckDBConnection } from '@duckdb/node-api'
import { zipSync } from 'fflate'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { tableSchema } from '#core/boundary/table-schema.ts'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'
import { defaultIngestLimits } from '#adapters/vault/ingest/ingest-limits.ts'
import type { IngestLimits } from '#adapters/vault/ingest/ingest-limits.ts'
import { ingestTable } from '#adapters/vault/ingest/ingest-table.ts'
import { parseTable } from '#adapters/vault/ingest/parse-table.ts'
import type { IngestResult } from '#adapters/vault/ingest/ingest-table.ts'
import { partsOf } from '#adapters/vault/parquet/part-container.ts'
import { sealPurpose } from '#adapters/vault/sealed-names.ts'
import { readSealed } from '#adapters/vault/seal/sealed-file.ts'

const schema = tableSchema.parse({
  name: 'visits',
  title: '就诊',
  entity: { kind: 'person', key: ['id_number'] },
  columns: [
    { name: 'id_number', title: '证件号码', type: 'text', nullable: false, role: 'entity-key' },
    { name: 'visits', title: '次数', type: 'integer', nullable: true },
    { name: 'cost', title: '费用', type: 'decimal', scale: 2, nullable: true },
    { name: 'on_day', title: '日期', type: 'date', nullable: true },
    { name: 'at_time', title: '时间', type: 'timestamp', nullable: true },
    { name: 'insured', title: '参保', type: 'boolean', nullable: true },
  ],
})
const names = schema.columns.map((column) => column.name)
/** One table in all formats: 3,000 persons, every seventh without a cost. */
const tableSql = (rows: number): string => `SELECT '99000119900101' || lpad(i::VARCHAR, 4, '0') AS id_number, i::BIGINT AS visits,
  CASE WHEN i % 7 = 0 THEN NULL ELSE (i / 4.0)::DECIMAL(18,2) END AS cost, DATE '2026-01-01' + (i % 300)::INTEGER AS on_day,
  TIMESTAMP '2026-01-01 08:00:00' + INTERVAL (i) SECOND AS at_time, i % 2 = 0 AS insured FROM range(${rows}) t(i)`

let folder = ''
let instance: DuckDBInstance
let connection: DuckDBConnection
const dataKey = randomBytes(32)

beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  connection = await instance.connect()
})
afterAll(() => {
  connection.closeSync()
  instance.closeSync()
})
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gongshu-formats-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function ingest(bytes: Buffer | Readable, limits: IngestLimits = defaultIngestLimits): Promise<IngestResult> {
  const paths = { tablePath: join(folder, 'table.sealed'), profilePath: join(folder, 'profile.sealed'), stagePath: join(folder, 'stage.sealed') }
  const request = { schema, encoding: 'detect' as const, limits, expected: {}, suppliedOn: '2026-11-22', suite: 'aes-256-gcm' as const, versionId: 'test', dataKey, directory: folder, ...paths }
  return ingestTable(request, bytes instanceof Readable ? bytes : Readable.from([bytes]), parseTable)
}

async function refusal(bytes: Buffer | Readable, limits?: IngestLimits): Promise<IngestError> {
  const outcome = await ingest(bytes, limits).catch((error: unknown) => error)
  if (!(outcome instanceof IngestError)) throw new Error('the file was not refused', { cause: outcome })
  expect(await readdir(folder)).toEqual([])
  return outcome
}

/** Digest of the rows that were sealed, so that two tables can be compared whatever their parts. */
async function sealedRows(): Promise<unknown> {
  const paths: string[] = []
  for await (const part of partsOf(readSealed(join(folder, 'table.sealed'), dataKey, sealPurpose('table', 'test')))) {
    const path = join(folder, `${paths.length}.parquet`)
    await writeFile(path, part)
    paths.push(path)
  }
  const result = await digestOf(`read_parquet([${paths.map((path) => `'${path}'`).join(', ')}])`)
  for (const name of await readdir(folder)) await rm(join(folder, name))
  return result
}

async function digestOf(from: string): Promise<unknown> {
  return (await connection.runAndReadAll(`SELECT count(*)::INTEGER, md5(string_agg(concat_ws('|', ${names.map((name) => `coalesce(${name}::VARCHAR, '-')`).join(', ')}), '\n')) FROM ${from}`)).getRowsJson()
}

/** What the engine writes for a query. */
async function written(select: string, options: string): Promise<Buffer> {
  const path = join(folder, 'written')
  await connection.run(`COPY (${select}) TO '${path}' (${options})`)
  const bytes = await readFile(path)
  await rm(path)
  return bytes
}

describe('one table, whatever its format', () => {
  test.each([
    ['CSV', 'FORMAT csv, HEADER', 'csv', 'none'],
    ['CSV in zstd', 'FORMAT csv, HEADER, COMPRESSION zstd', 'csv', 'zstd'],
    ['CSV in gzip, every field quoted', 'FORMAT csv, HEADER, FORCE_QUOTE *, COMPRESSION gzip', 'csv', 'gzip'],
    ['TSV', `FORMAT csv, HEADER, DELIMITER '\t'`, 'tsv', 'none'],
    ['JSON lines', 'FORMAT json', 'jsonl', 'none'],
    ['JSON lines in gzip', 'FORMAT json, COMPRESSION gzip', 'jsonl', 'gzip'],
    ['Parquet', 'FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 2048', 'parquet', 'none'],
    ['Parquet with snappy', 'FORMAT parquet, COMPRESSION snappy', 'parquet', 'none'],
  ])('%s comes in with the same rows, and its content decides what it is', async (_story, options, format, compression) => {
    const file = await written(tableSql(3_000), options)
    const expected = await digestOf(`(${tableSql(3_000)})`)
    const result = await ingest(file)
    expect(result).toMatchObject({ format, source: { compression, bytes: file.length }, summary: { rows: 3_000, entities: { count: 3_000, exact: true } } })
    expect(await sealedRows()).toEqual(expected)
  })

  test('a Parquet file in many runs of row groups, in another order of columns and with times in UTC', async () => {
    const reversed = names.toReversed().map((name) => (name === 'at_time' ? `at_time AT TIME ZONE 'Asia/Shanghai' AS at_time` : name))
    const file = await written(`SELECT ${reversed.join(', ')} FROM (${tableSql(10_000)})`, 'FORMAT parquet, ROW_GROUP_SIZE 2048')
    await ingest(file, { ...defaultIngestLimits, blockBytes: 65_536 })
    expect(await sealedRows()).toEqual(await digestOf(`(${tableSql(10_000)})`))
  })
})

describe('a workbook', () => {
  const header = '<row r="1">' + names.map((name) => `<c t="inlineStr"><is><t>${name}</t></is></c>`).join('') + '</row>'
  const book = (rows: string, more: { sheets?: string; after?: string; prefix?: string } = {}): Buffer => {
    const sheet = `<?xml version="1.0" encoding="UTF-8"?>${more.prefix ?? ''}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${header}${rows}</sheetData>${more.after ?? ''}</worksheet>`
    const parts = {
      'xl/workbook.xml': `<workbook xmlns:r="r"><sheets><sheet name="a" sheetId="1" r:id="rId1"/>${more.sheets ?? ''}</sheets></workbook>`,
      'xl/_rels/workbook.xml.rels': '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>',
      'xl/sharedStrings.xml': '<sst><si><t>990001199001010017</t></si><si><r><t>990001</t></r><r><t>199001010025</t></r><rPh><t>x</t></rPh></si></sst>',
      'xl/styles.xml': '<styleSheet><numFmts><numFmt numFmtId="176" formatCode="yyyy/m/d\\ h:mm"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="176"/></cellXfs></styleSheet>',
      'xl/worksheets/sheet1.xml': sheet,
    }
    return Buffer.from(zipSync(Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, Buffer.from(text)]))))
  }
  const first = '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2"><v>3</v></c><c r="C2"><v>1.1000000000000001</v></c><c r="D2" s="1"><v>46053</v></c><c r="E2" s="2"><v>46053.333333333336</v></c><c r="F2" t="b"><v>1</v></c></row>'

  test('gives its texts, numbers without binary noise, dates and times', async () => {
    const result = await ingest(book(`${first}<row r="3"><c r="A3" t="s"><v>1</v></c></row>`))
    expect(result).toMatchObject({ format: 'xlsx', summary: { rows: 2 } })
    const expected = `(VALUES ('990001199001010017', 3, '1.10', '2026-01-31', '2026-01-31 08:00:00', true), ('990001199001010025', NULL, NULL, NULL, NULL, NULL)) v(${names.join(', ')})`
    expect(await sealedRows()).toEqual(await digestOf(expected))
  })

  test.each<[string, Buffer, object]>([
    ['a long number that the spreadsheet has rounded', book('<row r="2"><c r="A2"><v>990001199001010000</v></c></row>'), { code: 'value-out-of-range', row: 1, column: '第 1 列' }],
    ['an error value', book(`${first}<row r="3"><c r="A3" t="s"><v>1</v></c><c r="B3" t="e"><v>#DIV/0!</v></c></row>`), { code: 'value-wrong-type', row: 2, column: '第 2 列' }],
    ['a word in a number', book('<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="str"><v>三</v></c></row>'), { code: 'value-wrong-type', row: 1, column: 'visits' }],
    ['an empty row between rows', book(`${first}<row r="9"><c r="A9" t="s"><v>1</v></c></row>`), { code: 'row-ragged', row: 2 }],
    ['two visible sheets', book(first, { sheets: '<sheet name="b" sheetId="2" r:id="rId1"/>' }), { code: 'workbook-malformed' }],
    ['merged cells', book(first, { after: '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>' }), { code: 'workbook-malformed' }],
    ['entities that expand', book(first, { prefix: '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' }), { code: 'workbook-malformed' }],
    ['XML that breaks off', book(first).subarray(0, 600), { code: 'workbook-malformed' }],
    ['a zip of something else', Buffer.from(zipSync({ 'a.csv': Buffer.from('a,b\n') })), { code: 'format-unknown' }],
    ['elements within elements without end', book(`<x>${'<y>'.repeat(10_000)}`), { code: 'workbook-malformed', message: expect.stringContaining('嵌套超过 64 层') }],
    ['a zip bomb', book(' '.repeat(40_000_000)), { code: 'expansion-too-large' }],
  ])('with %s is refused', async (_story, file, expected) => {
    expect(await refusal(file)).toMatchObject(expected)
  })
})

describe('a file that is refused by its content', () => {
  test.each<[string, () => Promise<Buffer> | Buffer, object]>([
    ['gzip in gzip', () => gzipSync(gzipSync('a,b\n1,x\n')), { code: 'archive-nested' }],
    ['an old spreadsheet', () => Buffer.from('d0cf11e0a1b11ae1', 'hex'), { code: 'format-unknown' }],
    ['UTF-16', () => Buffer.from('\uFEFFa,b\n', 'utf16le'), { code: 'bytes-undecodable' }],
    ['zstd that is cut', async () => (await written(tableSql(3_000), 'FORMAT csv, HEADER, COMPRESSION zstd')).subarray(0, 9_000), { code: 'zstd-truncated' }],
    ['zstd that is damaged', async () => (await written(tableSql(3_000), 'FORMAT csv, HEADER, COMPRESSION zstd')).fill(0xff, 3_000, 3_100), { code: 'zstd-corrupt' }],
    // The frame of “a,b⏎1,x⏎” by the reference tool, its x made a y: it decompresses without complaint.
    ['zstd whose content is not that of its checksum', () => Buffer.from('28b52ffd0458410000612c620a312c790a6603301f', 'hex'), { code: 'zstd-corrupt', message: expect.stringContaining('校验值不符') }],
    ['zstd with a window of 4 GB', () => Buffer.from('28b52ffd00b0010000', 'hex'), { code: 'zstd-corrupt', message: expect.stringContaining('压缩窗口为 4294967296 字节') }],
    ['bytes behind zstd', async () => Buffer.concat([await written(tableSql(3), 'FORMAT csv, HEADER, COMPRESSION zstd'), Buffer.from('hidden')]), { code: 'zstd-corrupt' }],
    ['zstd in gzip', async () => gzipSync(await written(tableSql(3), 'FORMAT csv, HEADER, COMPRESSION zstd')), { code: 'archive-nested' }],
    ['Parquet that is cut', async () => (await written(tableSql(3_000), 'FORMAT parquet')).subarray(0, 9_000), { code: 'parquet-malformed' }],
    ['Parquet with a damaged page', async () => (await written(tableSql(3_000), 'FORMAT parquet')).fill(0xff, 20, 900), { code: 'parquet-malformed' }],
    ['Parquet with a surplus column', () => written(`SELECT *, 1 AS more FROM (${tableSql(3)})`, 'FORMAT parquet'), { code: 'header-unexpected', column: 'more' }],
    ['Parquet with a nested column', () => written(`SELECT * REPLACE ([visits] AS visits) FROM (${tableSql(3)})`, 'FORMAT parquet'), { code: 'record-nested', column: 'visits' }],
  ])('%s', async (_story, file, expected) => {
    const bytes = await file()
    expect(await refusal(bytes)).toMatchObject(expected)
  })

  test.each(['NaN', 'Infinity', '-Infinity'])('Parquet with %s in row 2,500 names row and column', async (word) => {
    const file = await written(`SELECT * REPLACE (CASE WHEN visits = 2499 THEN '${word}'::DOUBLE ELSE cost::DOUBLE END AS cost) FROM (${tableSql(3_000)})`, 'FORMAT parquet, ROW_GROUP_SIZE 2048')
    expect(await refusal(file)).toMatchObject({ code: 'value-wrong-type', row: 2_500, column: 'cost' })
  })

  test.each(['NaN', 'inf', '1e999'])('CSV with %s names row and column', async (word) => {
    expect(await refusal(Buffer.from(`${names.join(',')}\nx,1,1.5,,,\ny,1,${word},,,\n`))).toMatchObject({ code: 'value-wrong-type', row: 2, column: 'cost' })
  })

  test.each<[string, string, object]>([
    ['a nested object', '{"id_number":"x","cost":{"a":1}}', { code: 'record-nested', row: 2, column: 'cost' }],
    ['brackets without end', `{"id_number":"x","cost":${'['.repeat(500_000)}`, { code: 'record-nested', row: 2, column: 'cost' }],
    ['a member twice', '{"id_number":"x","id_number":"y"}', { code: 'header-duplicated', row: 2, column: 'id_number' }],
    ['an undeclared member', '{"id_number":"x","more":1}', { code: 'header-unexpected', row: 2, column: 'more' }],
    ['a lacking key', '{"visits":1}', { code: 'value-missing', row: 2, column: 'id_number' }],
    ['half an object', '{"id_number":"x"', { code: 'record-malformed', row: 2 }],
    ['NaN', '{"id_number":"x","cost":NaN}', { code: 'record-malformed', row: 2 }],
    ['an infinite number', '{"id_number":"x","cost":1e999}', { code: 'value-wrong-type', row: 2, column: 'cost' }],
    ['digits beyond what a float holds', '{"id_number":"x","visits":9007199254740993.5}', { code: 'value-wrong-type', row: 2, column: 'visits' }],
  ])('JSON lines with %s', async (_story, line, expected) => {
    expect(await refusal(Buffer.from(`{"id_number":"a","cost":1.5e2,"visits":9007199254740993}\n${line}\n`))).toMatchObject(expected)
  })

  test('a zstd bomb is stopped at the ratio', async () => {
    const bomb = await written(`SELECT * REPLACE (repeat('a', 100000) AS id_number) FROM (${tableSql(1_000)})`, 'FORMAT csv, HEADER, COMPRESSION zstd')
    expect(bomb.length).toBeLessThan(100_000)
    expect(await refusal(bomb)).toMatchObject({ code: 'expansion-too-large' })
  })

  test('a Parquet row group that would unfold beyond the limit is refused before it is read', async () => {
    const file = await written(`SELECT * REPLACE (repeat('a', 1000) AS id_number) FROM (${tableSql(3_000)})`, 'FORMAT parquet')
    expect(await refusal(file, { ...defaultIngestLimits, rowGroupTextMax: 10_000 })).toMatchObject({ code: 'expansion-too-large' })
    expect(await refusal(file, { ...defaultIngestLimits, footerBytesMax: 100 })).toMatchObject({ code: 'parquet-malformed' })
  })
})
