import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { tableSchema } from '#core/boundary/table-schema.ts'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import { readDeclaredSchema } from '#adapters/vault/declared-schema.ts'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'
import { defaultIngestLimits } from '#adapters/vault/ingest/ingest-limits.ts'
import { ingestTable } from '#adapters/vault/ingest/ingest-table.ts'
import { parseTable } from '#adapters/vault/ingest/parse-table.ts'
import type { IngestRequest, IngestResult } from '#adapters/vault/ingest/ingest-table.ts'

const airFile = fileURLToPath(new URL('../../../demo/data/chengdu-air-quality-2010-2015.csv.gz', import.meta.url))
const airSchema = fileURLToPath(new URL('../../../demo/data/chengdu-air-quality.yaml', import.meta.url))

const small: TableSchema = tableSchema.parse({
  name: 'small',
  title: '小表',
  entity: { kind: 'none' },
  columns: [
    { name: 'a', title: '甲', type: 'integer', nullable: false },
    { name: 'b', title: '乙', type: 'text', nullable: true },
  ],
})

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gongshu-ingest-'))
})
afterEach(() => rm(folder, { recursive: true }))

function ingest(source: Buffer | string | Readable, more: Partial<IngestRequest> = {}): Promise<IngestResult> {
  const request: IngestRequest = {
    schema: small,
    encoding: 'detect',
    limits: defaultIngestLimits,
    expected: {},
    suppliedOn: '2026-11-22',
    suite: 'aes-256-gcm',
    versionId: 'test',
    dataKey: randomBytes(32),
    tablePath: join(folder, 'table.sealed'),
    profilePath: join(folder, 'profile.sealed'),
    stagePath: join(folder, 'stage.sealed'),
    directory: folder,
    ...more,
  }
  return ingestTable(request, source instanceof Readable ? source : Readable.from([Buffer.from(source)]), parseTable)
}

/** The refusal of a source; also checks that nothing of it was left on the disk. */
async function refusal(source: Buffer | string | Readable, more: Partial<IngestRequest> = {}): Promise<IngestError> {
  const outcome = await ingest(source, more).catch((error: unknown) => error)
  if (!(outcome instanceof IngestError)) throw new Error('the file was not refused', { cause: outcome })
  expect(await readdir(folder)).toEqual([])
  expect(outcome.cure).not.toBe('')
  return outcome
}

/** Rows `1,甲1` and on, without the header. */
function rows(count: number): string {
  return Array.from({ length: count }, (_, index) => `${index + 1},甲${index + 1}\n`).join('')
}

describe('the real file of the environment bureau', () => {
  test('comes in whole: 52,584 rows, 15 columns, NA for what was not measured', async () => {
    const schema = await readDeclaredSchema(airSchema)
    const result = await ingest(createReadStream(airFile), { schema })
    expect(result.summary.rows).toBe(52_584)
    expect(result.summary.columns).toHaveLength(15)
    expect(result.summary.entities).toBeUndefined()
    const nulls = Object.fromEntries(result.summary.columns.map((column) => [column.name, column.nulls]))
    expect(nulls).toMatchObject({ no: 0, pm25: 23_684, humi: 535, cbwd: 521, iprec: 2_955 })
    expect(result.source.compression).toBe('gzip')
    expect(result.source.sha256).toBe('64e662c2904ab39f640e714a5201bbe7f7997239ebfcdbd240bccc041887e5cf')
  })

  test('gives the same plaintext digests each time and other ciphertext each time', async () => {
    const schema = await readDeclaredSchema(airSchema)
    const first = await ingest(createReadStream(airFile), { schema })
    const second = await ingest(createReadStream(airFile), { schema, tablePath: join(folder, 'again'), profilePath: join(folder, 'p') })
    expect(second.table.plainSm3).toBe(first.table.plainSm3)
    expect(second.table.sealedSm3).not.toBe(first.table.sealedSm3)
  })

  test('with a word in a number of row 40,000 is refused, naming row and column', async () => {
    const lines = gunzipSync(await readFile(airFile)).toString().split('\n')
    lines[40_000] = (lines[40_000] ?? '').replace(/^(\d+,\d+,\d+,\d+,\d+,\d),[^,]*/, '$1,轻度')
    const error = await refusal(gzipSync(lines.join('\n')), { schema: await readDeclaredSchema(airSchema) })
    expect(error).toMatchObject({ code: 'value-wrong-type', row: 40_000, column: 'PM_US Post' })
    expect(error.message).toBe('第 40000 行（不计表头）“细颗粒物浓度”（PM_US Post）列应为整数，实为“轻度”。')
  })

  test('cut in the middle of the gzip is refused, naming the last whole row', async () => {
    const whole = await readFile(airFile)
    const error = await refusal(whole.subarray(0, 300_000), { schema: await readDeclaredSchema(airSchema) })
    expect(error).toMatchObject({ code: 'gzip-truncated', byteOffset: 300_000 })
    expect(error.row).toBeGreaterThan(20_000)
    expect(error.row).toBeLessThan(40_000)
  })

  test('with one damaged byte in the gzip is refused', async () => {
    const whole = await readFile(airFile)
    whole[whole.length - 6] = (whole[whole.length - 6] ?? 0) ^ 1
    const error = await refusal(whole, { schema: await readDeclaredSchema(airSchema) })
    expect(error.code).toBe('gzip-corrupt')
    expect(error.row).toBeGreaterThan(50_000)
  })

  test('with bytes behind the gzip is refused', async () => {
    const whole = await readFile(airFile)
    const schema = await readDeclaredSchema(airSchema)
    expect(await refusal(Buffer.concat([whole, Buffer.from('hidden')]), { schema })).toMatchObject({ code: 'gzip-corrupt' })
    expect(await refusal(Buffer.concat([whole, Buffer.alloc(9)]), { schema })).toMatchObject({ code: 'gzip-trailing-bytes', byteOffset: whole.length })
  })
})

describe('encodings', () => {
  const chinese = Buffer.concat([Buffer.from('a,b\n1,'), Buffer.from([0xca, 0xd0, 0xd6, 0xd0, 0xd0, 0xc4]), Buffer.from('\n')])

  test('UTF-8 with a byte order mark, CRLF and quoted line ends', async () => {
    const result = await ingest('\uFEFFa,b\r\n1,"锦江\n区"\r\n2,\r\n')
    expect(result).toMatchObject({ encoding: 'utf-8', encodingDetected: true, summary: { rows: 2 } })
  })

  test('GB18030 is found by content, or taken as declared, with its four-byte characters', async () => {
    expect(await ingest(chinese)).toMatchObject({ encoding: 'gb18030', encodingDetected: true })
    await rm(join(folder, 'table.sealed'))
    await rm(join(folder, 'profile.sealed'))
    const rare = Buffer.concat([Buffer.from('a,b\n1,'), Buffer.from([0x95, 0x32, 0x82, 0x36]), Buffer.from('\n')])
    expect(await ingest(rare, { encoding: 'gb18030' })).toMatchObject({ encoding: 'gb18030', encodingDetected: false })
  })

  test('GB18030 declared as UTF-8 is refused at its first byte', async () => {
    const error = await refusal(chinese, { encoding: 'utf-8' })
    expect(error).toMatchObject({ code: 'bytes-undecodable', byteOffset: 6, row: 0 })
    expect(error.message).toContain('0xCA')
  })

  test('a byte that is no text deep in the file is named with its offset and the last whole row', async () => {
    const before = `a,b\n${rows(30_000)}30001,甲`
    const bytes = Buffer.concat([Buffer.from(before), Buffer.from([0xff]), Buffer.from('\n30002,甲\n')])
    expect(await refusal(bytes)).toMatchObject({ code: 'bytes-undecodable', byteOffset: Buffer.byteLength(before), row: 30_000 })
  })

  test('a character cut off at the end of the file is refused', async () => {
    expect(await refusal(Buffer.from('a,b\n1,甲').subarray(0, -1))).toMatchObject({ code: 'bytes-undecodable', byteOffset: 6 })
  })

  test('a zero byte is refused', async () => {
    expect(await refusal('a,b\n1,x\n2,\0\n')).toMatchObject({ code: 'control-character', byteOffset: 10, row: 1 })
  })
})

describe('a file that would fill memory or disk', () => {
  test('a zip bomb of rows is stopped at the ratio, naming the compressed byte and the last whole row', async () => {
    const bomb = gzipSync(Buffer.concat([Buffer.from('a,b\n'), Buffer.from(`1,${'x'.repeat(1_000)}\n`.repeat(100_000))]))
    const error = await refusal(bomb)
    expect(error.code).toBe('expansion-too-large')
    expect(error.byteOffset).toBeGreaterThan(0)
    expect(error.byteOffset).toBeLessThan(bomb.length)
    expect(error.row).toBeGreaterThan(10_000)
    expect(error.row).toBeLessThan(100_000)
    expect(error.message).toMatch(/^压缩文件第 \d+ 字节处解压后已达压缩前的 \d+ 倍，超过 200 倍的上限，疑为压缩炸弹，最后一条完整记录为第 \d+ 行（不计表头）。$/)
  })

  test('an absolute limit holds too, on either side of its edge', async () => {
    const text = `a,b\n${rows(1_000)}`
    const limits = { ...defaultIngestLimits, textBytesMax: Buffer.byteLength(text) }
    expect((await ingest(gzipSync(text), { limits })).summary.rows).toBe(1_000)
    await rm(join(folder, 'table.sealed'))
    await rm(join(folder, 'profile.sealed'))
    expect(await refusal(gzipSync(`${text}1`), { limits })).toMatchObject({ code: 'expansion-too-large' })
    expect(await refusal(text, { limits: { ...limits, sourceBytesMax: 1_000 } })).toMatchObject({ code: 'source-too-large' })
  })

  test('a line without end is stopped, plain or compressed', async () => {
    const endless = `a,b\n1,x\n2,${'y'.repeat(3_000_000)}`
    expect(await refusal(endless)).toMatchObject({ code: 'line-too-long', byteOffset: 8, row: 1 })
    expect(await refusal(gzipSync(Buffer.alloc(100_000_000)))).toMatchObject({ code: 'line-too-long', byteOffset: 0, row: 0 })
  })

  test('a source that never ends is stopped by its first endless line', async () => {
    function* forever(): Generator<Buffer> {
      yield Buffer.from('a,b\n1,')
      for (;;) yield Buffer.alloc(65_536, 'z')
    }
    expect(await refusal(Readable.from(forever(), { objectMode: false }))).toMatchObject({ code: 'line-too-long', byteOffset: 4 })
  })

  test('a quote that is never closed is stopped at the length of a record', async () => {
    expect(await refusal(`a,b\n1,"x\n${rows(200_000)}`)).toMatchObject({ code: 'line-too-long', row: 1 })
    expect(await refusal(`a,b\n1,x\n2,"x\n${rows(10)}`)).toMatchObject({ code: 'quote-malformed', row: 2 })
  })
})

describe('header and rows', () => {
  test.each<[string, string, object]>([
    ['an empty file', '', { code: 'source-empty' }],
    ['a duplicated header', 'a,b,a\n1,x,2\n', { code: 'header-duplicated', row: 0, column: 'a' }],
    ['a surplus column', 'a,b,c\n1,x,2\n', { code: 'header-unexpected', row: 0, column: 'c' }],
    ['a lacking column', 'a\n1\n', { code: 'header-unexpected', row: 0, column: 'b' }],
    ['data instead of a header', '1,x\n2,y\n', { code: 'header-unexpected', column: 'a' }],
    ['a short row', 'a,b\n1,x\n2\n3,z\n', { code: 'row-ragged', row: 2, column: '第 2 列' }],
    ['a long row', 'a,b\n1,x\n2,y,z\n', { code: 'row-ragged', row: 2, column: '第 3 列' }],
    ['a blank line between rows', 'a,b\n1,x\n\n3,z\n', { code: 'row-ragged', row: 2 }],
    ['a quote in the middle of a field', 'a,b\n1,x"y\n', { code: 'quote-malformed', row: 1 }],
    ['text after a closing quote', 'a,b\n1,"x"y\n', { code: 'quote-malformed', row: 1 }],
    ['a missing value that must be there', 'a,b\n,x\n', { code: 'value-missing', row: 1, column: 'a' }],
    ['a file cut within its last row', 'a,b\n1,x\n2', { code: 'row-ragged', row: 2 }],
  ])('%s is refused', async (_story, text, expected) => {
    expect(await refusal(text)).toMatchObject(expected)
  })

  test('columns in another order and blank lines at the end are fine', async () => {
    expect((await ingest('b,a\nx,1\ny,2\n\n\n')).summary.rows).toBe(2)
  })

  test('a header without rows is an empty table', async () => {
    expect((await ingest('a,b\n')).summary.rows).toBe(0)
  })

  test('a value of a column about persons is not repeated in the message', async () => {
    const schema = tableSchema.parse({ ...small, columns: [{ ...small.columns[0], role: 'sensitive' }, small.columns[1]] })
    const error = await refusal('a,b\n秘密,x\n', { schema })
    expect(error.message).not.toContain('秘密')
    expect(error.message).toContain('不予显示')
  })
})

describe('a file cut at the end of a row', () => {
  test('is noticed by the size, rows or digest that the provider stated', async () => {
    const cut = 'a,b\n1,x\n'
    expect(await refusal(cut, { expected: { bytes: 12 } })).toMatchObject({ code: 'source-differs', row: 1 })
    expect(await refusal(cut, { expected: { rows: 2 } })).toMatchObject({ code: 'source-differs' })
    expect(await refusal(cut, { expected: { sha256: '00' } })).toMatchObject({ code: 'source-differs' })
    expect((await ingest(cut, { expected: { bytes: 8, rows: 1 } })).summary.rows).toBe(1)
  })

  test('is refused when the source says that it broke off', async () => {
    function* broken(): Generator<Buffer> {
      yield Buffer.from('a,b\n1,x\n')
      throw new Error('connection lost')
    }
    expect(await refusal(Readable.from(broken(), { objectMode: false }))).toMatchObject({ code: 'source-interrupted', row: 1, byteOffset: 8 })
  })
})
