import type { ColumnRole, ColumnType } from '#core/boundary/table-schema.ts'

/** What the types and roles of columns are called wherever a person reads of them. */
export const typeTitles: Readonly<Record<ColumnType, string>> = { text: '文本', integer: '整数', decimal: '小数', boolean: '是或否', date: '日期', timestamp: '日期和时间' }
export const roleTitles: Readonly<Record<ColumnRole, string>> = { 'entity-key': '主体标识', 'quasi-identifier': '准标识', sensitive: '敏感', ordinary: '一般' }
