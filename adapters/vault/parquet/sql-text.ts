/** The few pieces of SQL text that are built: names of a validated schema, paths of ours, type names. Loads no engine. */
import { decimalDigitsMax } from '#core/boundary/table-schema.ts'
import type { ColumnSchema } from '#core/boundary/table-schema.ts'

/** A name as an SQL identifier. */
export function quotedIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A path of ours as an SQL literal, where the engine takes no parameter. */
export function quotedPath(path: string): string {
  return `'${path.replaceAll("'", "''")}'`
}

/** The SQL name of a column's type. */
export function sqlType(column: Pick<ColumnSchema, 'type' | 'scale'>): string {
  switch (column.type) {
    case 'text':
      return 'VARCHAR'
    case 'integer':
      return 'BIGINT'
    case 'decimal':
      return `DECIMAL(${decimalDigitsMax}, ${column.scale ?? 0})`
    case 'boolean':
    case 'date':
    case 'timestamp':
      return column.type.toUpperCase()
  }
}
