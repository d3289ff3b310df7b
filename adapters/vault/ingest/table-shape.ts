/** What a table is read as: the declared schema, or one that is made of the header that the file turns out to have. */
import { headerOf, tableSchema } from '#core/boundary/table-schema.ts'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'

export type TableShape = TableSchema | { asHeaded: true }

/** The declared schema, or texts under the names of the header. Throws `IngestError` for a header whose columns cannot be told apart. */
export function schemaFor(shape: TableShape, header: readonly string[]): TableSchema {
  return 'columns' in shape ? shape : textsUnder(header.map((name) => name.trim()))
}

/** A table of texts that may all be missing, whose columns are called by their place. */
function textsUnder(header: readonly string[]): TableSchema {
  for (const [place, name] of header.entries()) {
    if (name === '') throw new IngestError('header-unexpected', `表头第 ${place + 1} 列没有列名。`, { row: 0, column: `第 ${place + 1} 列` })
    const first = header.indexOf(name)
    if (first < place) throw new IngestError('header-duplicated', `表头“${name}”在第 ${first + 1} 列和第 ${place + 1} 列重复出现。`, { row: 0, column: name })
  }
  const columns = header.map((name, place) => ({ name: `c${place}`, header: name, title: name, type: 'text', nullable: true }))
  return tableSchema.parse({ name: 'texts', title: '文本', entity: { kind: 'none' }, columns })
}

/** The declared columns as texts that may all be missing, for looking at values without refusing any. */
export function asTexts(schema: TableSchema): TableSchema {
  const columns = schema.columns.map((column) => ({ name: column.name, header: headerOf(column), title: column.title, type: 'text', nullable: true }))
  return tableSchema.parse({ name: schema.name, title: schema.title, entity: { kind: 'none' }, columns })
}
