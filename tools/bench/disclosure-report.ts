import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { measureBehindWalls } from '#adapters/protection/measure-behind-walls.ts'
import { figureLine, timed } from './figure.ts'
import type { BenchOptions, Print } from './figure.ts'

const ROWS = 5_000_000
const ROWS_FULL = 50_000_000
const BUDGET_SECONDS = 20
const BUDGET_MB = 3_000
const MB = 1_000_000
const PATIENCE_SECONDS = 600
const THREADS = 2
const MEMORY_MB = 1_800

/**
 * The disclosure report of a table of 8 columns with 4 quasi-identifiers in just under a million classes (k, l, t, α, β, δ
 * and the risks), beside one plain pass of the engine that groups the same rows by the same columns and counts.
 */
export async function benchDisclosure(print: Print, { full }: BenchOptions): Promise<void> {
  const rows = full ? ROWS_FULL : ROWS
  const folder = await mkdtemp(join(tmpdir(), 'gongshu-bench-'))
  try {
    const path = join(folder, 'persons.parquet')
    await makeTable(path, rows, folder)
    const plainMs = await timed(() => plainGrouping(path, folder))
    let peakBytes = 0
    let classes = 0
    const reportMs = await timed(async () => {
      const found = await measureBehindWalls([path], {
        quasiIdentifiers: ['birth_year', 'district', 'female', 'industry'], sensitive: 'diagnosis', distance: 'equal', riskThreshold: 0.2,
      }, { seconds: PATIENCE_SECONDS, threads: THREADS, memoryMb: MEMORY_MB })
      peakBytes = found.peakBytes
      classes = found.risk.classes
    })
    const name = `disclosure report, ${(rows / MB).toFixed(0)} M × 8 rows, ${classes.toLocaleString('en')} classes`
    print(figureLine({ name, value: reportMs / 1000, unit: 's', reference: { what: 'plain grouping and counting', value: plainMs / 1000 }, budget: { bound: BUDGET_SECONDS, is: 'at-most' } }))
    print(figureLine({ name: 'its peak memory', value: peakBytes / MB, unit: 'MB', reference: { what: 'memory limit of the engine', value: MEMORY_MB }, budget: { bound: BUDGET_MB, is: 'at-most' } }))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Made-up persons: the same at every run, spread over 80 years, 22 districts, 2 sexes and 280 industries. */
async function makeTable(path: string, rows: number, folder: string): Promise<void> {
  await onEngine(folder, `COPY (SELECT i AS id, (1940 + hash(8 * i + 1) % 80)::SMALLINT AS birth_year, '5101' || lpad((hash(8 * i + 2) % 22)::VARCHAR, 2, '0') AS district,
    hash(8 * i + 3) % 2 = 0 AS female, 'I' || (hash(8 * i + 4) % 280)::VARCHAR AS industry, 'D' || floor(pow(hash(8 * i + 5) % 1000000 / 1e6, 3) * 10)::INTEGER::VARCHAR AS diagnosis,
    (hash(8 * i + 6) % 20000)::INTEGER AS income, (hash(8 * i + 7) % 365)::SMALLINT AS day FROM range(${rows}) AS t(i)) TO '${path}' (FORMAT parquet, COMPRESSION zstd)`)
}

async function plainGrouping(path: string, folder: string): Promise<void> {
  await onEngine(folder, `SELECT min(n), count(*) FROM (SELECT count(*) AS n FROM '${path}' GROUP BY birth_year, district, female, industry)`)
}

async function onEngine(folder: string, sql: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(THREADS), memory_limit: `${MEMORY_MB}MB`, temp_directory: folder })
  try {
    await (await instance.connect()).runAndReadAll(sql)
  } finally {
    instance.closeSync()
  }
}
