import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { tableSchema } from '#core/boundary/table-schema.ts'
import { defaultIngestLimits } from '#adapters/vault/ingest/ingest-limits.ts'
import { ingestTable } from '#adapters/vault/ingest/ingest-table.ts'
import { parseTable } from '#adapters/vault/ingest/parse-table.ts'
import type { IngestResult } from '#adapters/vault/ingest/ingest-table.ts'
import { QualityCheck, qualityReport } from '#adapters/vault/ingest/quality-check.ts'

const columns = [
  { name: 'no', title: '编号', type: 'integer', nullable: true },
  { name: 'district', title: '区县', type: 'text', nullable: true },
  { name: 'began', title: '开始日期', type: 'date', nullable: true },
  { name: 'ended', title: '结束日期', type: 'date', nullable: true },
]
const schemaWith = (quality: object[]): unknown => ({ name: 'stays', title: '住院', entity: { kind: 'none' }, columns, quality })

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gongshu-quality-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** Ingests rows in blocks of some ten bytes, so that every rule is counted over many of them. */
function ingest(rows: string, quality: object[]): Promise<IngestResult> {
  const paths = { tablePath: join(folder, 'table'), profilePath: join(folder, 'profile'), stagePath: join(folder, 'stage') }
  const limits = { ...defaultIngestLimits, blockBytes: 64 }
  const request = { schema: tableSchema.parse(schemaWith(quality)), encoding: 'detect' as const, limits, expected: {}, suppliedOn: '2026-11-22', suite: 'aes-256-gcm' as const, versionId: 'test' }
  return ingestTable({ ...request, ...paths, dataKey: randomBytes(32), directory: folder }, Readable.from([Buffer.from(`no,district,began,ended\n${rows}`)]), parseTable)
}

const rows = ['1,锦江区,2026-01-01,2026-01-05', '2,青羊区,2026-01-02,2026-01-02', '3,,2026-01-03,', '4,武侯区,2026-01-09,2026-01-04', '2,锦江区,2026-11-02,2026-11-03'].map((row) => `${row}\n`).join('')

describe('the quality of a supply', () => {
  test.each<[string, object, object]>([
    ['is complete where exactly the share has a value', { dimension: 'completeness', column: 'district', atLeast: 0.8 }, { passed: true, violations: 1, firstRow: 3 }],
    ['is incomplete just above', { dimension: 'completeness', column: 'district', atLeast: 0.81 }, { passed: false, violations: 1, firstRow: 3 }],
    ['is valid by a list', { dimension: 'validity', column: 'district', oneOf: ['锦江区', '青羊区', '武侯区'] }, { passed: true, violations: 0 }],
    ['is not valid by a shorter one', { dimension: 'validity', column: 'district', oneOf: ['锦江区', '青羊区'] }, { passed: false, violations: 1, firstRow: 4 }],
    ['is valid up to both ends of a range', { dimension: 'validity', column: 'no', from: '1', to: '4' }, { passed: true }],
    ['is not valid within one that ends before', { dimension: 'validity', column: 'no', from: '2', to: '4' }, { passed: false, violations: 1, firstRow: 1 }],
    ['is not valid by a pattern', { dimension: 'validity', column: 'district', pattern: '.{2}区|青' }, { passed: true }],
    ['is not unique where a number comes twice in two blocks', { dimension: 'uniqueness', columns: ['no'] }, { passed: false, violations: 1, firstRow: 5 }],
    ['is unique by two columns', { dimension: 'uniqueness', columns: ['no', 'district'] }, { passed: true, violations: 0 }],
    ['is not consistent where an end precedes its beginning', { dimension: 'consistency', left: 'began', is: 'at-most', right: 'ended' }, { passed: false, violations: 1, firstRow: 4 }],
    ['is stricter with less', { dimension: 'consistency', left: 'began', is: 'less', right: 'ended' }, { passed: false, violations: 2, firstRow: 2 }],
    ['is timely at twenty days', { dimension: 'timeliness', column: 'began', withinDays: 20 }, { passed: true, daysOld: 20 }],
    ['is late within nineteen', { dimension: 'timeliness', column: 'began', withinDays: 19 }, { passed: false, daysOld: 20, violations: 1 }],
  ])('%s', async (_story, rule, expected) => {
    expect((await ingest(rows, [rule])).summary.quality).toMatchObject([{ rows: 5, ...expected }])
  })

  test('is reported in Chinese, rule by rule, and says what nobody declared', async () => {
    const quality = [{ dimension: 'completeness', column: 'district', atLeast: 0.9 }, { dimension: 'uniqueness', columns: ['no'] }]
    const { summary } = await ingest(rows, quality)
    expect(qualityReport(tableSchema.parse(schemaWith(quality)), summary.quality ?? [])).toEqual([
      '完整性：“区县”应至少有 90% 的行有值，不符合。共 5 行，其中 1 行不符（20%），最先出现在第 3 行（不计表头）。',
      '唯一性：“编号”应不重复，不符合。共 5 行，其中 1 行不符（20%），最先出现在第 5 行（不计表头）。',
      '有效性：没有登记规则，未核验。',
      '一致性：没有登记规则，未核验。',
      '及时性：没有登记规则，未核验。',
    ])
  })

  test('names the rows that break a rule over all blocks, and shows the shape of their values, never a value', async () => {
    const { summary } = await ingest(rows, [
      { dimension: 'completeness', column: 'district', atLeast: 1 },
      { dimension: 'validity', column: 'district', oneOf: ['青羊区'] },
      { dimension: 'consistency', left: 'began', is: 'less', right: 'ended' },
      { dimension: 'uniqueness', columns: ['no'] },
      { dimension: 'uniqueness', columns: ['no', 'district'] },
    ])
    expect(summary.quality?.map(({ failures }) => failures)).toEqual([
      [{ row: 3, column: 'district', shape: '没有值' }],
      [1, 4, 5].map((row) => ({ row, column: 'district', shape: '字字字' })),
      [2, 4].map((row) => ({ row, column: 'began、ended', shape: '9999·99·99，9999·99·99' })),
      [{ row: 5, column: 'no', shape: '与前面的行重复' }],
      undefined,
    ])
  })

  test('refuses the file where the rule says so, naming row and column, and keeps nothing', async () => {
    await expect(ingest(rows, [{ dimension: 'uniqueness', columns: ['no'], refuse: true }])).rejects.toMatchObject({ code: 'row-duplicated', row: 5, column: '编号' })
    await expect(ingest(rows, [{ dimension: 'consistency', left: 'began', is: 'at-most', right: 'ended', refuse: true }])).rejects.toMatchObject({ code: 'quality-rule-broken', row: 4 })
    expect(await readdir(folder)).toEqual([])
  })

  test('of a table without rows is what can be said of it', async () => {
    const { summary } = await ingest('', [{ dimension: 'uniqueness', columns: ['no'] }, { dimension: 'timeliness', column: 'began', withinDays: 3_650 }])
    expect(summary.quality).toMatchObject([{ rows: 0, passed: true }, { rows: 0, passed: false }])
  })

  test.each<[string, object, string]>([
    ['an unknown column', { dimension: 'completeness', column: 'other', atLeast: 1 }, '不在列清单中'],
    ['columns of two types', { dimension: 'consistency', left: 'no', is: 'equal', right: 'began' }, '类型不同'],
    ['a number as a date', { dimension: 'timeliness', column: 'no', withinDays: 1 }, '不能用于及时性'],
    ['a range without ends', { dimension: 'validity', column: 'no' }, '没有写明范围'],
    ['a pattern for numbers', { dimension: 'validity', column: 'no', pattern: '1' }, '不能写 pattern'],
  ])('cannot be declared about %s', (_story, rule, said) => {
    const parsed = tableSchema.safeParse(schemaWith([rule]))
    expect(JSON.stringify(parsed.error?.issues)).toContain(said)
  })
})

test('a rule of uniqueness over more rows than there is room for says so: which column, how far, and what helps', async () => {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '16MB', temp_directory: folder })
  const connection = await instance.connect()
  await connection.run(`SET max_temp_directory_size = '1MB'`)
  const check = new QualityCheck(connection, tableSchema.parse(schemaWith([{ dimension: 'uniqueness', columns: ['no'], refuse: true }])))
  await connection.run('CREATE TABLE part AS SELECT i AS no, NULL::VARCHAR AS district, NULL::DATE AS began, NULL::DATE AS ended FROM range(245760) t(i)')
  const filled = async (): Promise<void> => {
    for (let block = 0; block < 20; block += 1) await check.addPart()
  }
  const refusal: unknown = await filled().catch((error: unknown) => error)
  connection.closeSync()
  instance.closeSync()
  expect(refusal).toMatchObject({ code: 'memory-exceeded', column: 'no', cure: '请按时间段拆分文件后分批提供，或者联系平台管理员调整上限。' })
  expect(String(refusal)).toMatch(/核对“编号”有无重复所需的临时空间超过上限，核对到第 [1-9]\d* 行（不计表头）为止/)
})
