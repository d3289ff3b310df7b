/**
 * How anonymous a whole table is, of tens of millions of rows: the engine groups them into classes, the pure measures take
 * the classes one after the other. Runs in a child process of its own, on a locked engine that reads the table's files only.
 */
import { DuckDBInstance } from '@duckdb/node-api'
import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api'
import { quotedIdentifier, quotedText } from '#core/boundary/sql-text.ts'
import { AnonymityMeter } from '#core/protection/anonymity-measures.ts'
import type { AnonymityMeasures } from '#core/protection/anonymity-measures.ts'
import { RiskMeter } from '#core/protection/reidentification-risk.ts'
import type { ReidentificationRisk } from '#core/protection/reidentification-risk.ts'
import { equalDistance, orderedDistance } from '#core/protection/sensitive-distance.ts'

export interface MeasureRequest {
  /** Parquet files that hold the table. */
  readonly paths: readonly string[]
  readonly quasiIdentifiers: readonly string[]
  /** The column that must not be learned of anybody. */
  readonly sensitive: string
  /** How far apart its values are: all alike, or along their order. */
  readonly distance: 'equal' | 'ordered'
  /** Risk of one row, 0 to 1, above which it counts as at risk. */
  readonly riskThreshold: number
  /** Private directory for what does not fit into memory. */
  readonly directory: string
  readonly threads: number
  readonly memoryMb: number
}

export interface TableMeasures {
  readonly anonymity: AnonymityMeasures
  readonly risk: ReidentificationRisk
  /** Largest resident memory of the process, in bytes. */
  readonly peakBytes: number
}

/** A column with more different values than this is measured by lists of its values instead of by one column for each. */
const PIVOT_VALUES_MAX = 32
const BYTES_OF_KIB = 1024

/** Measures the table; a table without rows has no class and no anonymity. */
export async function measureTable(request: MeasureRequest): Promise<TableMeasures> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(request.threads), memory_limit: `${request.memoryMb}MB`, temp_directory: request.directory,
    // Classes come in any order; keeping the rows' own would cost memory for nothing.
    preserve_insertion_order: 'false', autoinstall_known_extensions: 'false', autoload_known_extensions: 'false',
  })
  try {
    const connection = await instance.connect()
    await lock(connection, request)
    const values = await sensitiveValues(connection, request)
    const overall = values.map(({ rows }) => rows)
    const meter = new AnonymityMeter(overall, request.distance === 'equal' ? equalDistance(overall) : orderedDistance(overall))
    const risk = new RiskMeter(request.riskThreshold)
    const add = (codes: readonly number[], counts: readonly number[]): void => {
      const size = counts.reduce((sum, count) => sum + count, 0)
      meter.add({ size, codes, counts })
      risk.add(size)
    }
    if (values.length <= PIVOT_VALUES_MAX) await readPivot(connection, request, values.map(({ text }) => text), add)
    else await readLists(connection, request, add)
    return { anonymity: meter.result(), risk: risk.result(), peakBytes: process.resourceUsage().maxRSS * BYTES_OF_KIB }
  } finally {
    instance.closeSync()
  }
}

/** After this the engine reads the table's files, writes into its directory, and nothing about it can be set any more. */
async function lock(connection: DuckDBConnection, { paths, directory }: MeasureRequest): Promise<void> {
  await connection.run(`SET allowed_paths = [${paths.map(quotedText).join(', ')}]`)
  await connection.run(`SET allowed_directories = [${quotedText(directory)}]`)
  await connection.run('SET enable_external_access = false')
  await connection.run('SET lock_configuration = true')
}

/** The sensitive values in their order, with their rows; a missing value is a value. */
async function sensitiveValues(connection: DuckDBConnection, request: MeasureRequest): Promise<{ text: string | null; rows: number }[]> {
  const column = quotedIdentifier(request.sensitive)
  const read = await connection.runAndReadAll(`SELECT CAST(s AS VARCHAR), n FROM (SELECT ${column} AS s, count(*) AS n FROM ${table(request)} GROUP BY 1) ORDER BY s NULLS FIRST`)
  return read.getRows().map(([text, rows]) => ({ text: typeof text === 'string' ? text : null, rows: Number(rows) }))
}

type AddClass = (codes: readonly number[], counts: readonly number[]) => void

/** One row for each class with one count for each value: the rows are grouped once. */
async function readPivot(connection: DuckDBConnection, request: MeasureRequest, values: readonly (string | null)[], add: AddClass): Promise<void> {
  const column = `CAST(${quotedIdentifier(request.sensitive)} AS VARCHAR)`
  const counts = values.map((_, code) => `count(*) FILTER (WHERE ${column} IS NOT DISTINCT FROM $${code + 1}::VARCHAR)::UINTEGER`)
  const result = await connection.stream(`SELECT ${counts.join(', ')} FROM ${table(request)} GROUP BY ${keys(request)}`, [...values])
  await eachChunk(() => result.fetchChunk(), (chunk) => {
    const columns = values.map((_, code) => chunk.getColumnVector(code))
    for (let row = 0; row < chunk.rowCount; row += 1) {
      const codes: number[] = []
      const found: number[] = []
      for (const [code, vector] of columns.entries()) {
        const count = Number(vector.getItem(row))
        if (count === 0) continue
        codes.push(code)
        found.push(count)
      }
      add(codes, found)
    }
  })
}

/** For columns of many values: rows are grouped with the value, and the values of a class come one after the other. */
async function readLists(connection: DuckDBConnection, request: MeasureRequest, add: AddClass): Promise<void> {
  const names = request.quasiIdentifiers.map((_, at) => `q${at}`).join(', ')
  const selected = request.quasiIdentifiers.map((name, at) => `${quotedIdentifier(name)} AS q${at}`).join(', ')
  await connection.run(`CREATE TEMP TABLE cells AS SELECT ${selected}, ${quotedIdentifier(request.sensitive)} AS s, count(*)::UINTEGER AS n FROM ${table(request)} GROUP BY ALL`)
  await connection.run('CREATE TEMP TABLE codes AS SELECT s, (row_number() OVER (ORDER BY s NULLS FIRST) - 1)::UINTEGER AS code FROM cells GROUP BY s')
  const result = await connection.stream(`SELECT unnest(list_transform(l, e -> e.code)), unnest(list_transform(l, e -> e.n)), unnest(range(len(l)))
    FROM (SELECT list_sort(list({ code: codes.code, n: cells.n })) AS l FROM cells JOIN codes ON codes.s IS NOT DISTINCT FROM cells.s GROUP BY ${names})`)
  let codes: number[] = []
  let counts: number[] = []
  await eachChunk(() => result.fetchChunk(), (chunk) => {
    const [code, count, place] = [chunk.getColumnVector(0), chunk.getColumnVector(1), chunk.getColumnVector(1 + 1)]
    for (let row = 0; row < chunk.rowCount; row += 1) {
      if (Number(place.getItem(row)) === 0 && codes.length > 0) {
        add(codes, counts)
        codes = []
        counts = []
      }
      codes.push(Number(code.getItem(row)))
      counts.push(Number(count.getItem(row)))
    }
  })
  if (codes.length > 0) add(codes, counts)
}

async function eachChunk(next: () => Promise<DuckDBDataChunk | null>, use: (chunk: DuckDBDataChunk) => void): Promise<void> {
  for (let chunk = await next(); chunk !== null && chunk.rowCount > 0; chunk = await next()) use(chunk)
}

function table({ paths }: MeasureRequest): string {
  return `read_parquet([${paths.map(quotedText).join(', ')}])`
}

function keys({ quasiIdentifiers }: MeasureRequest): string {
  return quasiIdentifiers.map(quotedIdentifier).join(', ')
}
