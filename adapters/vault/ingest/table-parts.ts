/** Typed rows into Parquet files of bounded size, each profiled and handed on as soon as it is whole, so memory does not grow with the table. */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DuckDBDataChunk, DuckDBDateValue, DuckDBDecimalValue, DuckDBTimestampValue } from '@duckdb/node-api'
import type { DuckDBAppender, DuckDBConnection, DuckDBValue } from '@duckdb/node-api'
import { quotedIdentifier, quotedText } from '#core/boundary/sql-text.ts'
import { decimalDigitsMax } from '#core/boundary/table-schema.ts'
import type { ColumnSchema, TableSchema } from '#core/boundary/table-schema.ts'
import { readingOfText, readingOfValue } from '#adapters/vault/ingest/typed-sql.ts'
import type { TypedValue } from '#adapters/vault/ingest/typed-value.ts'
import { sqlType } from '#adapters/vault/parquet/sql-text.ts'
import { engineType } from '#adapters/vault/parquet/trusted-engine.ts'
import type { EngineConnections } from '#adapters/vault/parquet/trusted-engine.ts'

/** Rows the engine takes at once: its own vector size. */
const chunkRows = 2_048
/** Rows of a part that is filled row by row: two of the engine's row groups of 122,880. */
const partRows = 245_760
/** Characters of text after which such a part ends sooner, so that long texts do not fill the memory. */
const partCharacters = 16 * 1024 * 1024
/** Small numbers and lengths are packed tightly before they are compressed: that takes less time than compressing harder, and less room. */
const PART = 'FORMAT parquet, PARQUET_VERSION V2, COMPRESSION zstd, COMPRESSION_LEVEL 1'
/** Where a block is made while the one before is looked at and written. */
const coming = 'coming'
/** Marks a row whose text the expressions did not understand; no column can be called so, for names hold no dot. */
const unread = 'row.unread'

/** Looks at each block while the engine holds it as the table `part`, on a connection that is not the one it is made on. */
export interface PartObserver {
  addPart(): Promise<void>
}

/** Takes the rows of a table, one by one or in blocks; see `TableParts`. */
export interface RowTaker {
  add(row: (TypedValue | null)[]): Promise<void>
  take(source: string, typed?: ReadonlySet<string>): Promise<number | undefined>
  flush(): Promise<void>
}

/** Takes rows one by one or in blocks and calls `sink` with the bytes of each finished Parquet file, in order; without a sink the observers are all that see them. */
export class TableParts implements RowTaker {
  readonly #connection: DuckDBConnection
  readonly #writing: DuckDBConnection
  readonly #schema: TableSchema
  readonly #directory: string
  readonly #observers: readonly PartObserver[]
  readonly #sink: ((part: Buffer) => Promise<void>) | null
  #appender: DuckDBAppender | undefined
  #columns: DuckDBValue[][]
  #buffered = 0
  #inPart = 0
  #characters = 0
  #parts = 0
  /** The block before, on its way to the sink: it and the making of the next one use a processor each. */
  #underway: Promise<void> = Promise.resolve()

  /** Blocks are made on `connections.making` and written on `connections.writing`, while the observers look at them on `connections.looking`. */
  constructor(connections: EngineConnections, schema: TableSchema, directory: string, observers: readonly PartObserver[], sink: ((part: Buffer) => Promise<void>) | null) {
    this.#connection = connections.making
    this.#writing = connections.writing
    this.#schema = schema
    this.#directory = directory
    this.#observers = observers
    this.#sink = sink
    this.#columns = schema.columns.map(() => [])
  }

  /** One typed row in the order of the schema. */
  async add(row: (TypedValue | null)[]): Promise<void> {
    for (const [index, column] of this.#schema.columns.entries()) {
      const value = row[index] ?? null
      if (typeof value === 'string') this.#characters += value.length
      this.#columns[index]?.push(engineValue(value, column))
    }
    this.#buffered += 1
    this.#inPart += 1
    if (this.#buffered === chunkRows) await this.#flushChunk()
    if (this.#inPart === partRows || this.#characters >= partCharacters) await this.flush()
  }

  /**
   * Takes a whole block: `source` selects one text for each declared column, under the column's name and in any order;
   * for the columns in `typed` a value that fits the declared type already.
   * Returns the number of rows, or undefined where a text is not one of the usual spellings; then nothing was taken.
   */
  async take(source: string, typed: ReadonlySet<string> = new Set()): Promise<number | undefined> {
    await this.flush()
    const { columns } = this.#schema
    const names = columns.map((column) => quotedIdentifier(column.name))
    const readings = columns.map((column, index) => {
      const name = names[index] ?? ''
      return typed.has(column.name) ? readingOfValue(column, name) : readingOfText(column, name, quotedIdentifier(`typed.${index}`))
    })
    const values = readings.map(({ value }, index) => `${value} AS ${quotedIdentifier(`typed.${index}`)}`)
    const faults = readings.flatMap(({ fault }) => fault ?? [])
    const shown = columns.map((column, index) => `${quotedIdentifier(`typed.${index}`)} AS ${quotedIdentifier(column.name)}`)
    const inner = `SELECT ${names.join(', ')}, ${values.join(', ')} FROM (${source})`
    await this.#connection.run(`CREATE OR REPLACE TABLE ${coming} AS SELECT ${shown.join(', ')}, (${faults.length === 0 ? 'FALSE' : faults.join(' OR ')}) AS ${quotedIdentifier(unread)} FROM (${inner})`)
    const [[rows, faulty] = []] = (await this.#connection.runAndReadAll(`SELECT count(*), count(*) FILTER (${quotedIdentifier(unread)}) FROM ${coming}`)).getRows()
    if (Number(faulty) > 0) return undefined
    await this.#connection.run(`ALTER TABLE ${coming} DROP COLUMN ${quotedIdentifier(unread)}`)
    if (Number(rows) > 0) await this.#handOn()
    return Number(rows)
  }

  /**
   * Takes a block of rows that are typed already. Where `keep` is given, the observers see them but the block is not written:
   * `keep` says that what it was read from stands as it is. Returns the number of rows.
   */
  async takeTyped(source: string, keep?: () => Promise<void>): Promise<number> {
    await this.flush()
    await this.#connection.run(`CREATE OR REPLACE TABLE ${coming} AS ${source}`)
    const [[rows] = []] = (await this.#connection.runAndReadAll(`SELECT count(*) FROM ${coming}`)).getRows()
    if (Number(rows) > 0) await this.#handOn(keep)
    return Number(rows)
  }

  /** Waits until what was handed on is written. Throws what went wrong with it. */
  async drained(): Promise<void> {
    await this.#underway
  }

  /** Hands on the rows that were added one by one, as a part of their own. */
  async flush(): Promise<void> {
    if (this.#inPart > 0) await this.#finishAppended()
  }

  /** Hands on what is left. A table without rows is one empty part, so that its columns are known. */
  async finish(): Promise<void> {
    if (this.#inPart > 0 || this.#parts === 0) await this.#finishAppended()
    await this.#underway
  }

  /** Waits until nothing of this table uses the engine any more; what went wrong has been told by then, or no longer matters. */
  async settled(): Promise<void> {
    await Promise.allSettled([this.#underway])
  }

  async #flushChunk(): Promise<void> {
    this.#appender ??= await this.#begin()
    if (this.#buffered === 0) return
    const chunk = DuckDBDataChunk.create(this.#schema.columns.map(engineType))
    chunk.setColumns(this.#columns)
    this.#appender.appendDataChunk(chunk)
    this.#columns = this.#schema.columns.map(() => [])
    this.#buffered = 0
  }

  async #begin(): Promise<DuckDBAppender> {
    const columns = this.#schema.columns.map((column) => `${quotedIdentifier(column.name)} ${sqlType(column)}`)
    await this.#connection.run(`CREATE OR REPLACE TABLE ${coming} (${columns.join(', ')})`)
    return this.#connection.createAppender(coming)
  }

  async #finishAppended(): Promise<void> {
    await this.#flushChunk()
    this.#appender?.closeSync()
    this.#appender = undefined
    this.#inPart = 0
    this.#characters = 0
    await this.#handOn()
  }

  /** Makes the block that was coming the one that is looked at, as soon as the one before is done with. */
  async #handOn(keep?: () => Promise<void>): Promise<void> {
    await this.#underway
    this.#parts += 1
    await this.#connection.run('DROP TABLE IF EXISTS part')
    await this.#connection.run(`ALTER TABLE ${coming} RENAME TO part`)
    this.#underway = this.#seal(keep)
    // Told where it is awaited next; until then it is nobody's.
    void this.settled()
  }

  async #seal(keep?: () => Promise<void>): Promise<void> {
    // Both read the block, and neither may still read it when the next one takes its place.
    const [seen, written] = await Promise.allSettled([this.#observed(), keep === undefined && this.#sink !== null ? this.#written() : undefined])
    if (seen.status === 'rejected') throw seen.reason
    if (written.status === 'rejected') throw written.reason
    if (keep !== undefined) return keep()
    if (written.value !== undefined) await this.#sink?.(written.value)
  }

  async #observed(): Promise<void> {
    for (const observer of this.#observers) await observer.addPart()
  }

  async #written(): Promise<Buffer> {
    const path = join(this.#directory, `part-${this.#parts}.parquet`)
    await this.#writing.run(`COPY part TO ${quotedText(path)} (${PART})`)
    const bytes = await readFile(path)
    await rm(path)
    return bytes
  }
}

function engineValue(value: TypedValue | null, column: ColumnSchema): DuckDBValue {
  if (value === null) return null
  switch (column.type) {
    case 'decimal':
      return new DuckDBDecimalValue(BigInt(value), decimalDigitsMax, column.scale ?? 0)
    case 'date':
      return new DuckDBDateValue(Number(value))
    case 'timestamp':
      return new DuckDBTimestampValue(BigInt(value))
    default:
      return value
  }
}
