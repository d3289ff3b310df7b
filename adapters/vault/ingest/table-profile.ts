/** The profile of a version: counts that may be shown, and the values behind them that stay sealed. */
import type { DuckDBConnection } from '@duckdb/node-api'
import { quotedIdentifier } from '#core/boundary/sql-text.ts'
import type { QualityFinding } from '#core/boundary/quality-rule.ts'
import { betraysEntity } from '#core/boundary/table-schema.ts'
import type { ColumnSchema, TableSchema } from '#core/boundary/table-schema.ts'
import { canonicalSql } from '#adapters/vault/ingest/typed-sql.ts'
import { ValueSketch } from '#adapters/vault/ingest/value-sketch.ts'
import type { DistinctCount, RareValues } from '#adapters/vault/ingest/value-sketch.ts'

/** Counts of one column; holds no value of the table. */
export interface ColumnSummary {
  name: string
  nulls: number
  distinct: DistinctCount
}

/** What may lie in the clear beside a version: counts only. */
export interface ProfileSummary {
  rows: number
  /** Number of entities the rows are about; absent for a table without entities. */
  entities?: DistinctCount
  columns: ColumnSummary[]
  /** What the rows were found to be under the declared quality rules; absent where none are declared. */
  quality?: QualityFinding[]
}

/** What is sealed with the version, because minimum, maximum and rare values are raw values. */
export interface SealedProfile extends ProfileSummary {
  /** Salt of the fingerprints. */
  salt: string
  values: SealedColumn[]
}

export interface SealedColumn {
  name: string
  /** Smallest and largest value as canonical text; null when every value is missing. */
  min: string | null
  max: string | null
  /** Present for columns that betray an entity. */
  rare?: RareValues
}

/** Collects the profile, block by block, in the engine that holds the block as the table `part`. */
export class TableProfiler {
  readonly #connection: DuckDBConnection
  readonly #schema: TableSchema
  readonly #salt: string
  readonly #columns: ValueSketch[]
  readonly #entities: ValueSketch | undefined
  readonly #compound: ValueSketch | undefined
  #rows = 0
  /** For each column its values so far. */
  readonly #filled: number[]
  #bounded = false

  constructor(connection: DuckDBConnection, schema: TableSchema, salt: string) {
    this.#connection = connection
    this.#schema = schema
    this.#salt = salt
    this.#filled = schema.columns.map(() => 0)
    this.#columns = schema.columns.map((column, index) => columnSketch(connection, column, index, salt))
    const keys = schema.entity.key.map((name) => schema.columns.findIndex((column) => column.name === name))
    this.#compound = keys.length > 1 ? keySketch(connection, keys.flatMap((index) => schema.columns[index] ?? []), salt) : undefined
    this.#entities = this.#compound ?? (schema.entity.kind === 'none' ? undefined : this.#columns[keys[0] ?? -1])
  }

  /** Counts what the table `part` holds now. */
  async addPart(): Promise<void> {
    const counts = this.#schema.columns.map(({ name }) => `count(${quotedIdentifier(name)})`)
    const [[rows, ...filled] = []] = await this.#read(`SELECT count(*), ${counts.join(', ')} FROM part`)
    this.#rows += Number(rows)
    for (const [index, values] of filled.entries()) this.#filled[index] = (this.#filled[index] ?? 0) + Number(values)
    const grown = []
    for (const sketch of this.#columns) grown.push(await sketch.addPart())
    await this.#compound?.addPart()
    if (grown.includes(true)) await this.#addBounds(grown)
  }

  /** The smallest and the largest value of each column, of those alone to which new ones came. */
  async #addBounds(grown: readonly boolean[]): Promise<void> {
    const ends = this.#schema.columns.map(({ name }, index) => {
      const of = (end: string): string => (grown[index] === true || !this.#bounded ? `${end}(${quotedIdentifier(name)})` : 'NULL')
      return `${of('min')} AS "min.${index}", ${of('max')} AS "max.${index}"`
    })
    await this.#connection.run(`${this.#bounded ? 'INSERT INTO bounds' : 'CREATE OR REPLACE TABLE bounds AS'} SELECT ${ends.join(', ')} FROM part`)
    this.#bounded = true
  }

  async profile(): Promise<SealedProfile> {
    const ends = await this.#bounds()
    const columns: ColumnSummary[] = []
    const values: SealedColumn[] = []
    for (const [index, column] of this.#schema.columns.entries()) {
      const sketch = this.#columns[index]
      if (sketch === undefined) throw new Error('a column without its sketch')
      columns.push({ name: column.name, nulls: this.#rows - (this.#filled[index] ?? 0), distinct: await sketch.distinct() })
      const rare = betraysEntity(column) ? { rare: await sketch.rare() } : {}
      values.push({ name: column.name, min: textOf(ends[2 * index]), max: textOf(ends[2 * index + 1]), ...rare })
    }
    const entities = await this.#entities?.distinct()
    return { rows: this.#rows, ...(entities === undefined ? {} : { entities }), columns, salt: this.#salt, values }
  }

  /** For each column its smallest and its largest value. */
  async #bounds(): Promise<unknown[]> {
    if (!this.#bounded) return []
    const ends = this.#schema.columns.flatMap((column, index) => [canonicalSql(column, `min("min.${index}")`), canonicalSql(column, `max("max.${index}")`)])
    return (await this.#read(`SELECT ${ends.join(', ')} FROM bounds`))[0] ?? []
  }

  async #read(sql: string): Promise<unknown[][]> {
    return (await this.#connection.runAndReadAll(sql)).getRows()
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function columnSketch(connection: DuckDBConnection, column: ColumnSchema, index: number, salt: string): ValueSketch {
  const name = quotedIdentifier(column.name)
  return new ValueSketch(connection, `sketch.${index}`, { value: name, canonical: (value) => canonicalSql(column, value) }, salt)
}

/** The parts of a key are separated by a zero byte; it is refused in files, so keys cannot collide by it. */
function keySketch(connection: DuckDBConnection, columns: ColumnSchema[], salt: string): ValueSketch {
  const key = columns.map((column) => canonicalSql(column, quotedIdentifier(column.name))).join(' || chr(0) || ')
  return new ValueSketch(connection, 'sketch.key', { value: `(${key})`, canonical: (value) => value }, salt)
}

/** The part of a profile that may be shown. */
export function summaryOf(profile: SealedProfile): ProfileSummary {
  const { rows, entities, columns } = profile
  return { rows, ...(entities === undefined ? {} : { entities }), columns }
}
