/** What a supplied file is beside the version before: rows to add, rows to put in the place of others, or keys of rows to remove. */
import type { DeltaMode } from '#core/boundary/supply-mode.ts'
import type { ColumnSchema, TableSchema } from '#core/boundary/table-schema.ts'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'

export interface DeltaRequest {
  mode: DeltaMode
  /** Names of the columns that together name one row; empty for `append`. */
  key: string[]
}

/** The declared columns that a delta file holds: all, or the key alone where rows are removed. Throws `IngestError`. */
export function deltaSchema(schema: TableSchema, delta: DeltaRequest): TableSchema {
  if (delta.mode === 'append') return schema
  if (delta.key.length === 0) throw new IngestError('delta-key-undeclared', '按主键更新或者删除须先声明主键列。', { row: 0 })
  for (const name of delta.key) {
    if (!schema.columns.some((column) => column.name === name)) throw new IngestError('delta-key-undeclared', `主键列“${name}”不在登记的数据结构中。`, { row: 0, column: name })
  }
  const { quality: _, ...rest } = schema
  return { ...rest, columns: schema.columns.filter((column) => delta.mode === 'upsert' || delta.key.includes(column.name)) }
}

/** Throws `IngestError` where a delta is declared otherwise than the version it belongs to. */
export function refuseOtherSchema(base: TableSchema, declared: TableSchema): void {
  const told = (column: ColumnSchema): string => JSON.stringify([column.type, column.scale ?? null, column.nullable])
  for (const column of declared.columns) {
    const before = base.columns.find((candidate) => candidate.name === column.name)
    if (before === undefined || told(before) !== told(column)) {
      throw new IngestError('delta-schema-changed', `列“${column.title}”（${column.name}）与上一版本的数据结构不同，不能增量提供。`, { row: 0, column: column.name })
    }
  }
  const gone = base.columns.find((column) => !declared.columns.some((candidate) => candidate.name === column.name))
  if (gone !== undefined) throw new IngestError('delta-schema-changed', `上一版本的列“${gone.title}”（${gone.name}）不在现在的数据结构中，不能增量提供。`, { row: 0, column: gone.name })
}
