/** The profile of a version: counts that may be shown, and the values behind them that stay sealed. */
import { betraysEntity } from '#core/boundary/table-schema.ts'
import type { ColumnSchema, TableSchema } from '#core/boundary/table-schema.ts'
import { canonicalText } from '#adapters/vault/ingest/typed-value.ts'
import type { TypedValue } from '#adapters/vault/ingest/typed-value.ts'
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

/** Separates the parts of a compound entity key; refused in files, so keys cannot collide by it. */
const keySeparator = '\0'

/** Collects the profile while typed rows stream by. */
export class TableProfiler {
  readonly #salt: string
  readonly #columns: ColumnProfiler[]
  readonly #keyIndexes: number[]
  readonly #entities: ValueSketch | undefined
  readonly #schema: TableSchema
  #rows = 0

  constructor(schema: TableSchema, salt: string) {
    this.#schema = schema
    this.#salt = salt
    this.#columns = schema.columns.map((column) => new ColumnProfiler(column, salt))
    this.#keyIndexes = schema.entity.key.map((name) => schema.columns.findIndex((column) => column.name === name))
    this.#entities = schema.entity.kind === 'none' ? undefined : new ValueSketch(salt)
  }

  /** One typed row in the order of the schema. */
  add(row: (TypedValue | null)[]): void {
    this.#rows += 1
    for (const [index, profiler] of this.#columns.entries()) profiler.add(row[index] ?? null)
    this.#entities?.add(this.#keyIndexes.map((index) => this.#canonical(row, index)).join(keySeparator))
  }

  profile(): SealedProfile {
    return {
      rows: this.#rows,
      ...(this.#entities === undefined ? {} : { entities: this.#entities.distinct() }),
      columns: this.#columns.map((profiler) => profiler.summary()),
      salt: this.#salt,
      values: this.#columns.map((profiler) => profiler.sealed()),
    }
  }

  #canonical(row: (TypedValue | null)[], index: number): string {
    const value = row[index]
    const column = this.#schema.columns[index]
    return value === null || value === undefined || column === undefined ? '' : canonicalText(value, column)
  }
}

/** The part of a profile that may be shown. */
export function summaryOf(profile: SealedProfile): ProfileSummary {
  const { rows, entities, columns } = profile
  return { rows, ...(entities === undefined ? {} : { entities }), columns }
}

class ColumnProfiler {
  readonly #column: ColumnSchema
  readonly #sketch: ValueSketch
  readonly #remembersRare: boolean
  #nulls = 0
  #min: TypedValue | undefined
  #max: TypedValue | undefined

  constructor(column: ColumnSchema, salt: string) {
    this.#column = column
    this.#remembersRare = betraysEntity(column)
    this.#sketch = new ValueSketch(salt)
  }

  add(value: TypedValue | null): void {
    if (value === null) {
      this.#nulls += 1
      return
    }
    if (this.#min === undefined || value < this.#min) this.#min = value
    if (this.#max === undefined || value > this.#max) this.#max = value
    this.#sketch.add(canonicalText(value, this.#column))
  }

  summary(): ColumnSummary {
    return { name: this.#column.name, nulls: this.#nulls, distinct: this.#sketch.distinct() }
  }

  sealed(): SealedColumn {
    const text = (value: TypedValue | undefined): string | null => (value === undefined ? null : canonicalText(value, this.#column))
    return {
      name: this.#column.name,
      min: text(this.#min),
      max: text(this.#max),
      ...(this.#remembersRare ? { rare: this.#sketch.rare() } : {}),
    }
  }
}
