import { decimalDigitsMax } from '#core/boundary/table-schema.ts'
import type { ColumnSchema } from '#core/boundary/table-schema.ts'

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
