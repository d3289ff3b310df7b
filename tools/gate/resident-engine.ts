import { DuckDBInstance, DuckDBTypeId as T, type DuckDBConnection, type DuckDBType, type DuckDBValue } from '@duckdb/node-api'
import type { Cell, CellKind, Row } from '#core/disclosure-control/typed-result.ts'
import { jobFailure } from '#adapters/sandbox/job-failures.ts'
import type { DigestedResult } from '#adapters/sandbox/job-frames.ts'
import type { Sandbox } from '#adapters/sandbox/sandbox.ts'
import type { BenchmarkTables } from './benchmark.ts'

/**
 * One engine that keeps the benchmark's tables and answers jobs without a process for each. The statements are our own
 * benchmark's, so isolation is not what is measured here; each job runs in a transaction that is rolled back.
 */
export interface ResidentEngine extends Sandbox {
  /** Milliseconds that each statement took since this was last asked, in order. */
  readonly takeTimes: () => readonly number[]
}

/** As in the worker: tables lie here, and statements see views of them in the main schema. */
const WHOLE_TABLES = 'whole_tables'

const KINDS: ReadonlyMap<number, CellKind> = new Map<number, CellKind>([
  [T.BOOLEAN, 'boolean'],
  ...[T.TINYINT, T.SMALLINT, T.INTEGER, T.UTINYINT, T.USMALLINT, T.UINTEGER].map((type) => [type, 'integer'] as const),
  ...[T.BIGINT, T.UBIGINT, T.HUGEINT, T.UHUGEINT].map((type) => [type, 'long'] as const),
  ...[T.FLOAT, T.DOUBLE].map((type) => [type, 'double'] as const),
  [T.DECIMAL, 'decimal'], [T.VARCHAR, 'text'], [T.DATE, 'date'], [T.TIME, 'time'], [T.SQLNULL, 'text'],
  ...[T.TIMESTAMP, T.TIMESTAMP_S, T.TIMESTAMP_MS, T.TIMESTAMP_NS, T.TIMESTAMP_TZ].map((type) => [type, 'timestamp'] as const),
])

/** Builds the tables of one size and answers jobs over them until it is closed. */
export async function openResidentEngine(tables: BenchmarkTables, size: string, maxRows: number, seconds: number): Promise<ResidentEngine> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' })
  const connection = await instance.connect()
  const rows = tables.sizes[size]
  if (rows === undefined) throw new RangeError(`tables.yaml has no size ${size}: there are ${Object.keys(tables.sizes).join(', ')}`)
  await connection.run(`CREATE SCHEMA ${WHOLE_TABLES}`)
  const platform = await instance.connect()
  await platform.run(`SET schema = '${WHOLE_TABLES}'`)
  for (const table of tables.tables) {
    await platform.run(`CREATE TABLE ${table.name} AS ${filled(table.sql, tables.seed, table.name, rows)}`)
    await connection.run(`CREATE VIEW main.${table.name} AS SELECT * FROM ${WHOLE_TABLES}.${table.name}`)
  }
  for (const setting of ["SET TimeZone = 'Asia/Shanghai'", 'SET enable_external_access = false', 'SET lock_configuration = true']) await connection.run(setting)
  const times: number[] = []
  return {
    takeTimes: () => times.splice(0),
    ready: async () => undefined,
    close: async () => { connection.closeSync(); platform.closeSync(); instance.closeSync() },
    runJob: async (request) => {
      const started = performance.now()
      const spent: number[] = []
      const results: DigestedResult[] = []
      const timer = setTimeout(() => { connection.interrupt(); platform.interrupt() }, seconds * 1000)
      const told = [...request.statements.map((sql) => ({ through: connection, sql })), ...(request.platformStatements ?? []).map((sql) => ({ through: platform, sql }))]
      await platform.run('BEGIN')
      try {
        for (const { through, sql } of told) {
          const since = performance.now()
          results.push(await answer(through, sql, maxRows))
          spent.push(performance.now() - since)
        }
        return { ok: true, results, engineVersion: 'resident', elapsedMs: performance.now() - started }
      } catch (error) {
        return jobFailure('job-failed', performance.now() - started, error instanceof Error ? error.message : String(error))
      } finally {
        clearTimeout(timer)
        times.push(...spent)
        await platform.run('ROLLBACK')
      }
    },
  }
}

/** The seed, the table and the column go into each drawn number; n(x) is the number of rows of that kind. */
function filled(sql: string, seed: string, table: string, rows: Readonly<Record<string, number>>): string {
  return sql
    .replaceAll(/\bh\('([^']+)'\)/g, (_, name: string) => `CAST(md5_number_lower('${seed}:${table}:${name}:' || CAST(i AS VARCHAR)) >> 1 AS BIGINT)`)
    .replaceAll(/\bn\((\w+)\)/g, (_, kind: string) => String(rows[kind] ?? 0))
}

async function answer(connection: DuckDBConnection, sql: string, maxRows: number): Promise<DigestedResult> {
  const reader = await connection.runAndReadUntil(sql, maxRows + 1)
  const types = reader.columnTypes()
  const columns = reader.columnNames().map((name, position) => ({ name, type: String(types[position]), kind: kindOf(types[position]) }))
  const rows = reader.getRows().map((row): Row => row.map((value, position) => cellOf(value, columns[position]?.kind ?? 'text')))
  if (rows.length > maxRows) throw new RangeError('result-too-large')
  return { columns, rows, digest: '' }
}

function kindOf(type: DuckDBType | undefined): CellKind {
  const kind = type === undefined ? undefined : KINDS.get(type.typeId)
  if (kind === undefined) throw new TypeError('result-type-refused')
  return kind
}

function cellOf(value: DuckDBValue, kind: CellKind): Cell {
  if (value === null) return null
  if (kind === 'double') return Number.isFinite(value) ? Number(value) : String(value)
  return kind === 'boolean' || kind === 'integer' ? (value as Cell) : String(value) // the engine's types for these kinds are plain
}
