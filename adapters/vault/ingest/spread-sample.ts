/** What the content of a whole table seems to be, from rows that are spread evenly over it: a file is not the same throughout. */
import type { DuckDBConnection } from '@duckdb/node-api'
import { suggestContent } from '#core/boundary/content-kind.ts'
import type { ContentSuggestion } from '#core/boundary/content-kind.ts'
import { quotedIdentifier, quotedText } from '#core/boundary/sql-text.ts'
import type { ColumnSchema } from '#core/boundary/table-schema.ts'
import { canonicalSql } from '#adapters/vault/ingest/typed-sql.ts'
import type { PartObserver } from '#adapters/vault/ingest/table-parts.ts'

/** What one column seems to hold; no value of it. */
export interface ColumnContents {
  name: string
  suggestions: ContentSuggestion[]
}

/** unit: rows; source: platform default, a share is then known to about one part in a hundred */
const SAMPLE_ROWS = 10_000
/** unit: texts held at once; source: platform default, fewer rows of a table of very many columns */
const SAMPLE_TEXTS = 1_000_000
/** unit: characters; source: longer than any identifier, name or the place names at the beginning of an address */
const TEXT_CHARACTERS = 64
/** Only these can hold what identifies somebody. */
const TOLD_BY: ReadonlySet<ColumnSchema['type']> = new Set(['text', 'integer', 'decimal'])

/**
 * Every n-th row, n doubling as the table grows, so that in the end between half of the sample and the whole of it is kept,
 * spread evenly. No chance is in it: the same file always gives the same rows.
 */
export class SpreadSample implements PartObserver {
  readonly #connection: DuckDBConnection
  readonly #columns: readonly ColumnSchema[]
  readonly #rowsMax: number
  #kept: { row: number; texts: unknown[] }[] = []
  #stride = 1
  #rows = 0

  /** @param columns of the table `part`; texts in `missing` are no values */
  constructor(connection: DuckDBConnection, columns: readonly ColumnSchema[]) {
    this.#connection = connection
    this.#columns = columns.filter(({ type }) => TOLD_BY.has(type))
    this.#rowsMax = Math.max(1, Math.min(SAMPLE_ROWS, Math.floor(SAMPLE_TEXTS / Math.max(1, this.#columns.length))))
  }

  async addPart(): Promise<void> {
    if (this.#columns.length === 0) return
    const [[count] = []] = await this.#read('SELECT count(*) FROM part')
    const rows = Number(count)
    while ((this.#rows + rows) / this.#stride > this.#rowsMax) this.#stride *= 2
    this.#kept = this.#kept.filter(({ row }) => row % this.#stride === 0)
    const texts = this.#columns.map((column) => textSql(column))
    const place = `${this.#rows} + rowid`
    for (const [row, ...found] of await this.#read(`SELECT ${place}, ${texts.join(', ')} FROM part WHERE (${place}) % ${this.#stride} = 0`)) this.#kept.push({ row: Number(row), texts: found })
    this.#rows += rows
  }

  /** Columns whose values seem to be something, by the share of those that were kept. */
  contents(): ColumnContents[] {
    return this.#columns.flatMap(({ name }, place) => {
      const suggestions = suggestContent(this.#kept.flatMap(({ texts }) => (typeof texts[place] === 'string' ? [texts[place]] : [])))
      return suggestions.length === 0 ? [] : [{ name, suggestions }]
    })
  }

  async #read(sql: string): Promise<unknown[][]> {
    return (await this.#connection.runAndReadAll(sql)).getRows()
  }
}

function textSql(column: ColumnSchema): string {
  const text = `left(${canonicalSql(column, quotedIdentifier(column.name))}, ${TEXT_CHARACTERS})`
  const none = ['', ...column.missing].map(quotedText).join(', ')
  return `CASE WHEN ${text} NOT IN (${none}) THEN ${text} END`
}
