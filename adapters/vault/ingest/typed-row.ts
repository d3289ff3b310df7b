/** One row of texts into typed values; a fault becomes a refusal that names row and column. */
import { headerOf } from '#core/boundary/table-schema.ts'
import type { ColumnSchema, TableSchema } from '#core/boundary/table-schema.ts'
import type { FieldRow } from '#adapters/vault/ingest/delimited-rows.ts'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'
import type { TableShape } from '#adapters/vault/ingest/table-shape.ts'
import { fieldReader } from '#adapters/vault/ingest/typed-value.ts'
import type { TypedValue, ValueFault } from '#adapters/vault/ingest/typed-value.ts'

/** Reads rows of one schema. Throws `IngestError` at the first field that breaks it. */
export type RowTyper = (row: FieldRow) => (TypedValue | null)[]

/** The typer of a schema's rows. */
export function rowTyper(schema: TableSchema): RowTyper {
  const columns = schema.columns.map((column) => ({ column, read: fieldReader(column) }))
  return (row) =>
    columns.map(({ column, read }, index) => {
      const text = row.fields[index] ?? ''
      const said = read(text)
      if ('value' in said) return said.value
      throw valueRefused(row.number, column, said.fault, text)
    })
}

/** The typer of a table whose schema may not be known yet; its texts then stay what they are. */
export function typerOf(shape: TableShape): RowTyper {
  return 'columns' in shape ? rowTyper(shape) : (row) => row.fields.map((text) => (text === '' ? null : text))
}

/** The refusal of one field, with its place; `text` is what stood there. */
export function valueRefused(row: number, column: ColumnSchema, fault: ValueFault, text: string): IngestError {
  const name = headerOf(column) === column.title ? `“${column.title}”` : `“${column.title}”（${headerOf(column)}）`
  return new IngestError(fault.code, `第 ${row} 行（不计表头）${name}列应为${fault.expected}，实为${shown(text, column)}。`, { row, column: headerOf(column) })
}

const shownCharactersMax = 20

/** A value that may concern an entity is never repeated in a message, because messages are logged. */
function shown(text: string, column: ColumnSchema): string {
  if (text === '') return '空'
  if (column.role !== 'ordinary') return `${text.length} 个字符的其他内容（涉及主体，不予显示）`
  return text.length > shownCharactersMax ? `“${text.slice(0, shownCharactersMax)}…”` : `“${text}”`
}
