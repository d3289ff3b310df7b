import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { tableSchema } from '#core/boundary/table-schema.ts'
import { ingestInChild } from '#adapters/vault/child/run-child.ts'
import { defaultIngestLimits } from '#adapters/vault/ingest/ingest-limits.ts'
import { openPrivateTemporary, withPrivateDirectory } from '#adapters/vault/private-temporary.ts'
import { cpuMs } from './cpu-time.ts'
import { figureLine, timed } from './figure.ts'
import type { BenchOptions, Print } from './figure.ts'
import { benchBadFiles, benchUpload } from './ingest-upload.ts'

const ROWS = 1_000_000
/** The size of the design's budget: 50 million rows of 8 columns, 707 MB as Parquet. */
const ROWS_FULL = 50_000_000
const SMALL_SHARE = 10
/** A third of the rows of the full size. */
const PERSONS = 16_666_667
const DISTRICTS = 20
const DIAGNOSES = 1_000
/** Seldom: looking counts as time of ours. What a process held at its peak the kernel keeps. */
const POLL_MS = 500
const READ_BYTES = 1_048_576
const KIB_PER_MB = 1_024
const MS_PER_S = 1_000

const SCHEMA = tableSchema.parse({
  name: 'visits',
  title: '就诊',
  entity: { kind: 'person', key: ['id_number'] },
  columns: [
    { name: 'no', title: '序号', type: 'integer', nullable: false },
    { name: 'id_number', title: '证件号码', type: 'text', nullable: false, role: 'entity-key' },
    { name: 'birth_year', title: '出生年', type: 'integer', nullable: false, role: 'quasi-identifier' },
    { name: 'district', title: '区县', type: 'text', nullable: true, role: 'quasi-identifier' },
    { name: 'cost', title: '费用', type: 'decimal', scale: 2, nullable: true, role: 'sensitive' },
    { name: 'on_day', title: '日期', type: 'date', nullable: true },
    { name: 'insured', title: '参保', type: 'boolean', nullable: true },
    { name: 'diagnosis', title: '诊断', type: 'text', nullable: true, role: 'sensitive' },
  ],
})

/**
 * Taking a table in (checked, typed, profiled, sealed) beside the engine's plain copy of the same file, and what the process
 * holds; in full as Parquet alone, which is what the budget names. With `upload` a file of that size through a real server.
 */
export async function benchIngest(print: Print, { full, upload, bad, kinds }: BenchOptions): Promise<void> {
  if (bad !== undefined) return benchBadFiles(print, bad, kinds)
  if (upload !== undefined) return benchUpload(print, upload)
  const rows = full ? ROWS_FULL : ROWS
  const folder = await mkdtemp(join(tmpdir(), 'gongshu-bench-'))
  try {
    const small = join(folder, 'small.parquet')
    const parquet = join(folder, 'visits.parquet')
    const csv = join(folder, 'visits.csv')
    await copied(`(${tableSql(rows / SMALL_SHARE)})`, small, 'FORMAT parquet, COMPRESSION zstd')
    await copied(`(${tableSql(rows)})`, parquet, 'FORMAT parquet, COMPRESSION zstd')
    if (!full) await copied(`'${parquet}'`, csv, 'FORMAT csv, HEADER')
    const before = await ingested(folder, small)
    for (const [format, path] of full ? ([['Parquet', parquet]] as const) : ([['Parquet', parquet], ['CSV', csv]] as const)) {
      const began = process.cpuUsage()
      const copy = await timed(() => copied(sourceOf(format, path), join(folder, 'copy.parquet'), 'FORMAT parquet, COMPRESSION zstd'))
      const copyCpu = usedMs(began)
      const { ms, peakMb, cpu } = await ingested(folder, path)
      const megabytes = Math.round((await stat(path)).size / KIB_PER_MB / KIB_PER_MB)
      print(`load of the machine ${loadavg()[0]?.toFixed(1)}; ${rows.toLocaleString('en')} rows × ${SCHEMA.columns.length} columns as ${format}, ${megabytes} MB: taken in after ${(ms / MS_PER_S).toFixed(1)} s`)
      print(figureLine({ name: `ingest of ${format}`, value: (rows / ms) * MS_PER_S, unit: '/s', reference: { what: 'plain copy by the engine', value: (rows / copy) * MS_PER_S } }))
      print(figureLine({ name: `processor time, ${format}, all processes`, value: cpu / MS_PER_S, unit: 's', reference: { what: 'plain copy', value: copyCpu / MS_PER_S } }))
      print(figureLine({ name: `memory at its peak, ${format}`, value: peakMb, unit: 'MB', reference: { what: `the same with a ${SMALL_SHARE}th of the rows`, value: before.peakMb } }))
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Processor time of this process since then, all its threads together. */
function usedMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / MS_PER_S
}

/** Visits in no order of persons: some three of each, with amounts and codes as varied as real ones, so that a row takes 14 bytes as Parquet. */
function tableSql(rows: number): string {
  const person = `hash(i) % ${PERSONS}`
  const districts = Array.from({ length: DISTRICTS }, (_, at) => `'第${at + 1}区'`).join(', ')
  return `SELECT i AS no, printf('9900%014d', ${person}) AS id_number, (1940 + hash(${person}) % 70)::INTEGER AS birth_year, [${districts}][1 + (hash(i + 1) % ${DISTRICTS})::INTEGER] AS district,
    ((hash(i + 2) % 30000000) / 100.0)::DECIMAL(18, 2) AS cost, DATE '2024-01-01' + (hash(i + 3) % 1000)::INTEGER AS on_day, hash(i + 4) % 2 = 0 AS insured, printf('诊断%03d', hash(i + 5) % ${DIAGNOSES}) AS diagnosis
    FROM range(${Math.round(rows)}) t(i)`
}

function sourceOf(format: 'Parquet' | 'CSV', path: string): string {
  if (format === 'Parquet') return `'${path}'`
  const types = { integer: 'BIGINT', text: 'VARCHAR', decimal: 'DECIMAL(18, 2)', date: 'DATE', boolean: 'BOOLEAN', timestamp: 'TIMESTAMP' }
  return `read_csv('${path}', auto_detect = false, header = true, delim = ',', quote = '"', columns = {${SCHEMA.columns.map((column) => `'${column.name}': '${types[column.type]}'`).join(', ')}})`
}

async function copied(from: string, to: string, options: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run(`COPY (FROM ${from}) TO '${to}' (${options})`)
  connection.closeSync()
  instance.closeSync()
}

/** What a process below ours held at its peak and has used, by the kernel's own count. */
type Seen = { heldKib: number; cpuMs: number }

async function ingested(folder: string, source: string): Promise<{ ms: number; peakMb: number; cpu: number }> {
  const seen = new Map<string, Seen>()
  const place = join(folder, randomBytes(4).toString('hex'))
  await mkdir(place)
  const bytes = createReadStream(source, { highWaterMark: READ_BYTES })
  const watch = setInterval(() => void notice(process.pid.toString(), seen), POLL_MS)
  const temporary = await openPrivateTemporary(place)
  const request = { schema: SCHEMA, encoding: 'detect' as const, limits: defaultIngestLimits, expected: {}, suppliedOn: '2026-11-22', suite: 'aes-256-gcm' as const, versionId: 'bench', dataKey: randomBytes(32) }
  const paths = { tablePath: join(place, 'table'), profilePath: join(place, 'profile'), stagePath: join(place, 'stage') }
  const began = process.cpuUsage()
  try {
    const ms = await timed(() => withPrivateDirectory(temporary, (directory) => ingestInChild({ ...request, ...paths, directory }, bytes)))
    const total = (of: (one: Seen) => number): number => [...seen.values()].reduce((sum, one) => sum + of(one), 0)
    // The one that seals and the one that reads hold memory at once.
    return { ms, peakMb: total(({ heldKib }) => heldKib) / KIB_PER_MB, cpu: usedMs(began) + total(({ cpuMs: used }) => used) }
  } finally {
    clearInterval(watch)
    await rm(temporary.root, { recursive: true, force: true })
    await rm(place, { recursive: true, force: true })
  }
}

/** Looks at each process below ours; what one uses after the last look is not seen. */
async function notice(parent: string, seen: Map<string, Seen>): Promise<void> {
  const children = await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8').catch(() => '')
  for (const pid of children.trim().split(' ').filter((text) => text !== '')) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
    const before = seen.get(pid) ?? { heldKib: 0, cpuMs: 0 }
    seen.set(pid, { heldKib: Math.max(before.heldKib, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0)), cpuMs: Math.max(before.cpuMs, (await cpuMs([Number(pid)])) ?? 0) })
    await notice(pid, seen)
  }
}
