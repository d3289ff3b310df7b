/** How the whole of a file fits a schema: nothing is refused, everything is counted. Runs behind the walls. */
import type { Readable } from 'node:stream'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { ContentSuggestion } from '#core/boundary/content-kind.ts'
import { quotedIdentifier } from '#core/boundary/sql-text.ts'
import type { ColumnSchema, TableSchema } from '#core/boundary/table-schema.ts'
import type { DeclaredEncoding } from '#adapters/vault/ingest/decode-lines.ts'
import type { IngestLimits } from '#adapters/vault/ingest/ingest-limits.ts'
import type { ParseRoom } from '#adapters/vault/ingest/parse-table.ts'
import type { Misfit } from '#adapters/vault/ingest/propose-columns.ts'
import { readRows } from '#adapters/vault/ingest/read-rows.ts'
import { SpreadSample } from '#adapters/vault/ingest/spread-sample.ts'
import { TableParts } from '#adapters/vault/ingest/table-parts.ts'
import type { PartObserver } from '#adapters/vault/ingest/table-parts.ts'
import { asTexts } from '#adapters/vault/ingest/table-shape.ts'
import { missingSql, typedSql } from '#adapters/vault/ingest/typed-sql.ts'
import { fieldReader } from '#adapters/vault/ingest/typed-value.ts'
import type { FieldReader } from '#adapters/vault/ingest/typed-value.ts'
import { withEngineConnections } from '#adapters/vault/parquet/trusted-engine.ts'

export interface FitRequest {
  schema: TableSchema
  encoding: DeclaredEncoding
  limits: IngestLimits
}

export interface ColumnFit {
  name: string
  /** Values without the missing ones, the missing ones, and the values that are of the declared type. */
  values: number
  nulls: number
  fitting: number
  /** `fitting` of `values`; 1 where there are none. */
  share: number
  /** What the content seems to be, from rows spread over the whole file; absent where it seems to be nothing in particular. */
  suggestions?: ContentSuggestion[]
  /** The first value that the declared schema would refuse, a missing one included where none may be missing. */
  firstMisfit?: Misfit
}

export interface SchemaFit {
  rows: number
  columns: ColumnFit[]
}

/** unit: distinct unusual texts of one block that are judged one by one; source: platform default, what exceeds it counts as not fitting */
const UNUSUAL_MAX = 10_000

/** Reads the whole file as texts and judges each value. Throws `IngestError` where the file is no such table at all. */
export async function schemaFitOf(request: FitRequest, source: Readable, room: Omit<ParseRoom, 'part'>): Promise<SchemaFit> {
  return withEngineConnections(room.directory, async (connections) => {
    const { directory, stage } = room
    const shape = asTexts(request.schema)
    const fit = new FitCheck(connections.looking, request.schema)
    const sample = new SpreadSample(connections.looking, shape.columns.map((column, place) => ({ ...column, missing: request.schema.columns[place]?.missing ?? [] })))
    const parts = new TableParts(connections, shape, directory, [fit, sample], null)
    try {
      await readRows({ shape, encoding: request.encoding, limits: request.limits, directory, stage, parts, connection: connections.making }, source)
      await parts.finish()
      const { rows, columns } = fit.result()
      const contents = new Map(sample.contents().map(({ name, suggestions }) => [name, suggestions]))
      return { rows, columns: columns.map((column) => ({ ...column, ...(contents.has(column.name) ? { suggestions: contents.get(column.name) ?? [] } : {}) })) }
    } finally {
      await parts.settled()
    }
  })
}

interface Counted {
  column: ColumnSchema
  read: FieldReader
  values: number
  nulls: number
  fitting: number
  firstMisfit: Misfit | undefined
}

/** Judges each column of the table `part`: the usual spellings by the engine, every other text by the exact reader. */
class FitCheck implements PartObserver {
  readonly #connection: DuckDBConnection
  readonly #columns: Counted[]
  #rows = 0

  constructor(connection: DuckDBConnection, schema: TableSchema) {
    this.#connection = connection
    this.#columns = schema.columns.map((column) => ({ column, read: fieldReader(column), values: 0, nulls: 0, fitting: 0, firstMisfit: undefined }))
  }

  async addPart(): Promise<void> {
    const counts = this.#columns.flatMap(({ column }) => {
      const name = quotedIdentifier(column.name)
      const missing = missingSql(column, name)
      return [`count(*) FILTER (${missing})`, `min(rowid) FILTER (${missing})`, `count(*) FILTER (NOT ${missing} AND (${typedSql(column, name)}) IS NOT NULL)`]
    })
    const [row = []] = await this.#read(`SELECT count(*), ${counts.join(', ')} FROM part`)
    const rows = Number(row[0])
    for (const [index, counted] of this.#columns.entries()) {
      const [nulls, firstNull, usual] = row.slice(1 + 3 * index, 4 + 3 * index)
      const values = rows - Number(nulls)
      counted.nulls += Number(nulls)
      counted.values += values
      counted.fitting += Number(usual)
      if (!counted.column.nullable && firstNull !== null && firstNull !== undefined) misfits(counted, this.#rows + Number(firstNull) + 1, '')
      if (Number(usual) < values) await this.#unusual(counted)
    }
    this.#rows += rows
  }

  result(): SchemaFit {
    const columns = this.#columns.map(({ column, values, nulls, fitting, firstMisfit }) => ({
      name: column.name,
      values,
      nulls,
      fitting,
      share: values === 0 ? 1 : fitting / values,
      ...(firstMisfit === undefined ? {} : { firstMisfit }),
    }))
    return { rows: this.#rows, columns }
  }

  async #unusual(counted: Counted): Promise<void> {
    const name = quotedIdentifier(counted.column.name)
    const rows = await this.#read(
      `SELECT ${name}, count(*), min(rowid) FROM part WHERE NOT ${missingSql(counted.column, name)} AND (${typedSql(counted.column, name)}) IS NULL GROUP BY 1 ORDER BY 3 LIMIT ${UNUSUAL_MAX}`,
    )
    for (const [text, count, first] of rows) {
      if (!misfits(counted, this.#rows + Number(first) + 1, String(text))) counted.fitting += Number(count)
    }
  }

  async #read(sql: string): Promise<unknown[][]> {
    return (await this.#connection.runAndReadAll(sql)).getRows()
  }
}

/** Whether a text does not fit; keeps the first one that does not. */
function misfits(counted: Counted, row: number, text: string): boolean {
  const said = counted.read(text)
  if ('value' in said) return false
  const { firstMisfit } = counted
  if (firstMisfit === undefined || row < firstMisfit.row) counted.firstMisfit = { row, expected: said.fault.expected, length: text.length }
  return true
}
