/** What an approval lets through: columns by name, rows by typed conditions that must all hold. No SQL can be written in it. */
import { quotedIdentifier } from '#core/boundary/sql-text.ts'
import type { RowFilter } from '#core/boundary/row-filter.ts'
import { columnNamed } from '#core/boundary/table-schema.ts'
import type { ColumnSchema, TableSchema } from '#core/boundary/table-schema.ts'
import { canonicalText, fieldReader } from '#adapters/vault/ingest/typed-value.ts'
import { sqlType } from '#adapters/vault/parquet/sql-text.ts'

/** A filter or column list that does not fit the schema. */
export class SelectionError extends Error {
  readonly code: 'column-unknown' | 'column-repeated' | 'columns-empty' | 'filter-value-wrong-type' | 'filter-range-empty'
  constructor(code: SelectionError['code'], message: string) {
    super(message)
    this.name = 'SelectionError'
    this.code = code
  }
}

/** A condition of the engine: fixed text with places for the parameters, which are canonical texts cast by type. */
export interface FilterClause {
  sql: string
  parameters: string[]
}

/** Translates a filter for the columns of `schema`; an empty filter lets every row through. Throws `SelectionError`. */
export function filterClause(schema: TableSchema, filter: RowFilter): FilterClause {
  const parameters: string[] = []
  const clauses = filter.map((condition) => {
    const column = knownColumn(schema, condition.column)
    const name = quotedIdentifier(column.name)
    const place = (text: string): string => {
      parameters.push(typedText(column, text))
      return `CAST($${parameters.length} AS ${sqlType(column)})`
    }
    if ('equals' in condition) return `${name} = ${place(condition.equals)}`
    if ('oneOf' in condition) return `${name} IN (${condition.oneOf.map(place).join(', ')})`
    return rangeClause(name, condition, place, column)
  })
  return { sql: clauses.length === 0 ? 'TRUE' : clauses.join(' AND '), parameters }
}

function rangeClause(name: string, range: { from?: string; to?: string }, place: (text: string) => string, column: ColumnSchema): string {
  if (range.from !== undefined && range.to !== undefined && readValue(column, range.from) > readValue(column, range.to)) {
    throw new SelectionError('filter-range-empty', `列“${column.title}”的范围起点晚于终点，请调整。`)
  }
  const ends: string[] = []
  if (range.from !== undefined) ends.push(`${name} >= ${place(range.from)}`)
  if (range.to !== undefined) ends.push(`${name} <= ${place(range.to)}`)
  return ends.join(' AND ')
}

/** What the approval lets through. */
export interface Selection {
  /** Names of the authorised columns; no others are written. */
  columns: string[]
  /** Conditions that every written row fulfils; empty means all rows. */
  filter: RowFilter
}

/** The authorised columns by their declared names. Throws `SelectionError` for none, an undeclared or a repeated one. */
export function selectedColumns(schema: TableSchema, names: string[]): string[] {
  if (names.length === 0) throw new SelectionError('columns-empty', '没有列出获准使用的列。')
  const columns = names.map((name) => knownColumn(schema, name).name)
  const repeated = columns.find((name, index) => columns.indexOf(name) !== index)
  if (repeated !== undefined) throw new SelectionError('column-repeated', `列“${repeated}”重复列出。`)
  return columns
}

/** The named column of the schema; throws `SelectionError` otherwise. */
function knownColumn(schema: TableSchema, name: string): ColumnSchema {
  const column = columnNamed(schema, name)
  if (column === undefined) throw new SelectionError('column-unknown', `数据集“${schema.title}”没有列“${name}”，请按登记的数据结构填写。`)
  return column
}

function typedText(column: ColumnSchema, text: string): string {
  return canonicalText(readValue(column, text), column)
}

function readValue(column: ColumnSchema, text: string): string | number | bigint | boolean {
  const read = fieldReader({ ...column, nullable: false, missing: [] })(text)
  if ('fault' in read || read.value === null) {
    const expected = 'fault' in read ? read.fault.expected : '必填值'
    throw new SelectionError('filter-value-wrong-type', `列“${column.title}”的筛选值应为${expected}。`)
  }
  return read.value
}
