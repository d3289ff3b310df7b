/**
 * The readers of `typed-value.ts` as expressions of the engine, for whole blocks at once. They take the usual spellings
 * only: an expression gives NULL for every other text, and the exact reader then decides and names the fault.
 * `typed-sql.test.ts` holds the two against each other.
 */
import { quotedText } from '#core/boundary/sql-text.ts'
import { decimalDigitsMax } from '#core/boundary/table-schema.ts'
import type { ColumnSchema } from '#core/boundary/table-schema.ts'
import { sqlType } from '#adapters/vault/parquet/sql-text.ts'

/** Characters of an ISO date, and of a timestamp without and with its fraction of six digits. */
const dateCharacters = 10
const timestampCharacters = 19
const timestampCharactersMax = 26
/** The first and the last day, and the last instant, that a text could name. */
const firstDay = '0001-01-01'
const lastDay = { date: '9999-12-31', timestamp: '9999-12-31 23:59:59.999999' } as const

/** True where the field stands for no value: empty, or one of the column's declared markers. */
export function missingSql(column: ColumnSchema, text: string): string {
  const markers = column.missing.map(quotedText).join(', ')
  return `(${text} IS NULL OR ${text} = ''${markers === '' ? '' : ` OR ${text} IN (${markers})`})`
}

/** The typed value of a text that is not missing; NULL where this expression does not know the spelling. */
export function typedSql(column: ColumnSchema, text: string): string {
  switch (column.type) {
    case 'text':
      return `CASE WHEN NOT contains(${text}, chr(0)) THEN ${text} END`
    case 'integer':
      return sameSpelling(text, 'BIGINT', `regexp_full_match(${text}, '[+-]?[0-9]{1,18}')`)
    case 'decimal': {
      const scale = column.scale ?? 0
      const fraction = scale === 0 ? '' : `(\\.[0-9]{1,${scale}})?`
      return sameSpelling(text, sqlType(column), `regexp_full_match(${text}, '[+-]?[0-9]{1,${decimalDigitsMax - scale}}${fraction}')`)
    }
    case 'boolean':
      return `CASE WHEN lower(${text}) IN ('true', '1', '是') THEN TRUE WHEN lower(${text}) IN ('false', '0', '否') THEN FALSE END`
    case 'date':
      return dateSql(text)
    case 'timestamp':
      return timestampSql(text)
  }
}

/** How a block gives one declared column: its typed value, and a condition that is true in every row that the exact reader must judge. */
export interface ColumnReading {
  value: string
  fault: string | null
}

/** Reads a column of texts. `name` is the text's name in SQL, `typed` that of the value this reading gives. */
export function readingOfText(column: ColumnSchema, name: string, typed: string): ColumnReading {
  const missing = missingSql(column, name)
  if (column.type !== 'text') {
    const value = `CASE WHEN ${missing} THEN NULL ELSE ${typedSql(column, name)} END`
    return { value, fault: column.nullable ? `(${typed} IS NULL AND NOT ${missing})` : `(${typed} IS NULL)` }
  }
  const unusual = `contains(${name}, chr(0))`
  return { value: `CASE WHEN ${missing} THEN NULL ELSE ${name} END`, fault: column.nullable ? unusual : `(${typed} IS NULL OR ${unusual})` }
}

/** Reads a column whose own type fits the declared one; a day outside the years that a text could name is left to the exact reader. */
export function readingOfValue(column: ColumnSchema, name: string): ColumnReading {
  const value = `CAST(${name} AS ${sqlType(column)})`
  const absent = column.nullable ? null : `(${name} IS NULL)`
  if (column.type !== 'date' && column.type !== 'timestamp') return { value, fault: absent }
  const strange = `NOT (${name} BETWEEN ${column.type.toUpperCase()} '${firstDay}' AND ${column.type.toUpperCase()} '${lastDay[column.type]}')`
  return { value, fault: absent === null ? `(${strange})` : `(${absent} OR ${strange})` }
}

/** Whether every value of an engine's type is a value of the declared type, days apart. */
export function fits(column: ColumnSchema, engineType: string): boolean {
  switch (column.type) {
    case 'text':
      return false
    case 'integer':
      return ['BIGINT', 'INTEGER', 'SMALLINT', 'TINYINT', 'UINTEGER', 'USMALLINT', 'UTINYINT'].includes(engineType)
    case 'decimal': {
      const [, digits, scale] = /^DECIMAL\((\d+),(\d+)\)$/.exec(engineType) ?? []
      const kept = column.scale ?? 0
      return digits !== undefined && Number(scale) <= kept && Number(digits) - Number(scale) <= decimalDigitsMax - kept
    }
    case 'boolean':
    case 'date':
    case 'timestamp':
      return engineType === column.type.toUpperCase()
  }
}

/** The cast where it prints as it was written, else where the pattern allows it. The cast alone would round, and take `1e3`. */
function sameSpelling(text: string, type: string, pattern: string): string {
  const cast = `TRY_CAST(${text} AS ${type})`
  return `CASE WHEN CAST(${cast} AS VARCHAR) = ${text} THEN ${cast} WHEN ${pattern} THEN ${cast} END`
}

function dateSql(text: string): string {
  const cast = `TRY_CAST(${text} AS DATE)`
  return [
    `CASE WHEN length(${text}) = ${dateCharacters} AND CAST(${cast} AS VARCHAR) = ${text} THEN ${cast}`,
    `WHEN regexp_full_match(${text}, '[1-9][0-9]{3}/[0-9]{1,2}/[0-9]{1,2}') THEN CAST(try_strptime(${text}, '%Y/%m/%d') AS DATE)`,
    `WHEN regexp_full_match(${text}, '[1-9][0-9]{7}') THEN CAST(try_strptime(${text}, '%Y%m%d') AS DATE) END`,
  ].join(' ')
}

function timestampSql(text: string): string {
  const plain = `replace(${text}, 'T', ' ')`
  const cast = `TRY_CAST(${plain} AS TIMESTAMP)`
  return [
    `CASE WHEN length(${text}) BETWEEN ${timestampCharacters} AND ${timestampCharactersMax} AND CAST(${cast} AS VARCHAR) = ${plain} THEN ${cast}`,
    `WHEN regexp_full_match(${text}, '[1-9][0-9]{3}/[0-9]{1,2}/[0-9]{1,2} [0-9]{2}:[0-9]{2}:[0-9]{2}') THEN try_strptime(${text}, '%Y/%m/%d %H:%M:%S')`,
    `WHEN regexp_full_match(${text}, '[1-9][0-9]{3}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}') THEN try_strptime(${text}, '%Y-%m-%d %H:%M') END`,
  ].join(' ')
}

/** `canonicalText` as an expression over a typed column. */
export function canonicalSql(column: Pick<ColumnSchema, 'type' | 'scale'>, value: string): string {
  switch (column.type) {
    case 'text':
      return value
    case 'decimal':
      return (column.scale ?? 0) === 0 ? `CAST(${value} AS VARCHAR)` : `rtrim(rtrim(CAST(${value} AS VARCHAR), '0'), '.')`
    case 'timestamp':
      return `CASE WHEN epoch_us(${value}) % 1000000 = 0 THEN strftime(${value}, '%Y-%m-%dT%H:%M:%S') ELSE strftime(${value}, '%Y-%m-%dT%H:%M:%S.%f') END`
    default:
      return `CAST(${value} AS VARCHAR)`
  }
}
