/** From the text of one field to a typed value. Nothing is rounded, trimmed away or guessed. */
import { decimalDigitsMax } from '#core/boundary/table-schema.ts'
import type { ColumnSchema, ColumnType } from '#core/boundary/table-schema.ts'
import type { IngestErrorCode } from '#adapters/vault/ingest/ingest-error.ts'

/**
 * text: string; integer: bigint; decimal: bigint of units of 10^-scale; boolean;
 * date: whole days since 1970-01-01; timestamp: microseconds since 1970-01-01 00:00 of wall time.
 */
export type TypedValue = string | bigint | boolean | number

/** A field that is not what the schema says. `expected` is a phrase for a person. */
export interface ValueFault {
  code: Extract<IngestErrorCode, 'value-missing' | 'value-wrong-type' | 'value-out-of-range'>
  expected: string
}

/** A reader of one column's fields: null for a missing value, a fault where the text breaks the schema. */
export type FieldReader = (text: string) => { value: TypedValue | null } | { fault: ValueFault }

const integerPattern = /^[+-]?\d+$/
const decimalPattern = /^([+-]?)(\d+)(?:\.(\d+))?$/
const datePattern = /^(\d{4})-(\d{2})-(\d{2})$|^(\d{4})\/(\d{1,2})\/(\d{1,2})$|^(\d{4})(\d{2})(\d{2})$/
const timestampPattern = /^(\d{4}[-/]\d{1,2}[-/]\d{1,2})[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?(?:\+08(?::?00)?)?$/

const int64Max = 2n ** 63n - 1n
const int64Min = -(2n ** 63n)
const millisecondsPerDay = 86_400_000
const microsecondsPerSecond = 1_000_000n
const fractionDigits = 6
const trueTexts = new Set(['true', '1', '是'])
const falseTexts = new Set(['false', '0', '否'])

/** Builds the reader of a column. An empty field is always missing; so are the column's declared markers. */
export function fieldReader(column: ColumnSchema): FieldReader {
  const missing = new Set(['', ...column.missing])
  const read = readers[column.type]
  const scale = column.scale ?? 0
  return (text) => {
    if (missing.has(text)) {
      return column.nullable ? { value: null } : { fault: { code: 'value-missing', expected: '必填值' } }
    }
    const value = read(column.type === 'text' ? text : text.trim(), scale)
    return isFault(value) ? { fault: value } : { value }
  }
}

type Reader = (text: string, scale: number) => TypedValue | ValueFault

const readers: Record<ColumnType, Reader> = {
  // A zero byte separates the parts of compound keys.
  text: (text) => (text.includes('\0') ? wrongType('不含空字符的文本') : text),
  integer: readInteger,
  decimal: readDecimal,
  boolean: readBoolean,
  date: (text) => readDate(text) ?? wrongType('日期，例如 2026-01-31'),
  timestamp: readTimestamp,
}

function isFault(value: TypedValue | ValueFault): value is ValueFault {
  return typeof value === 'object'
}

function wrongType(expected: string): ValueFault {
  return { code: 'value-wrong-type', expected }
}

function readInteger(text: string): TypedValue | ValueFault {
  if (!integerPattern.test(text)) return wrongType('整数')
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text)
  if (value > int64Max || value < int64Min) return { code: 'value-out-of-range', expected: '不超过 64 位的整数' }
  return value
}

function readDecimal(text: string, scale: number): TypedValue | ValueFault {
  const parts = decimalPattern.exec(text)
  if (parts === null) return wrongType('小数')
  const [, sign = '', whole = '', written = ''] = parts
  const fraction = written.replace(/0+$/, '')
  if (fraction.length > scale) return { code: 'value-out-of-range', expected: `小数位数不超过 ${scale} 位的数` }
  const digits = (whole + fraction.padEnd(scale, '0')).replace(/^0+(?=\d)/, '')
  if (digits.length > decimalDigitsMax) {
    return { code: 'value-out-of-range', expected: `整数部分不超过 ${decimalDigitsMax - scale} 位的数` }
  }
  return sign === '-' ? -BigInt(digits) : BigInt(digits)
}

function readBoolean(text: string): TypedValue | ValueFault {
  const lower = text.toLowerCase()
  if (trueTexts.has(lower)) return true
  if (falseTexts.has(lower)) return false
  return wrongType('是或否（true/false、1/0、是/否）')
}

/** Days since 1970-01-01 of a date that exists in the calendar, else undefined. */
export function readDate(text: string): number | undefined {
  const parts = datePattern.exec(text)
  if (parts === null) return undefined
  const [year = '', month = '', day = ''] = parts.slice(1).filter((part) => part !== undefined)
  const instant = new Date(0)
  instant.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  // A day that does not exist rolls over into the next month; then it reads back differently.
  if (instant.getUTCMonth() !== Number(month) - 1 || instant.getUTCDate() !== Number(day)) return undefined
  return instant.getTime() / millisecondsPerDay
}

function readTimestamp(text: string): TypedValue | ValueFault {
  const fault = wrongType('时间，例如 2026-01-31 08:00:00（北京时间）')
  const parts = timestampPattern.exec(text)
  if (parts === null) return fault
  const [, date = '', hour = '', minute = '', second = '0', fraction = ''] = parts
  const days = readDate(date.includes('/') ? date : padDate(date))
  if (days === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return fault
  const seconds = BigInt(days) * 86_400n + BigInt(hour) * 3_600n + BigInt(minute) * 60n + BigInt(second)
  return seconds * microsecondsPerSecond + BigInt(fraction.padEnd(fractionDigits, '0'))
}

function padDate(date: string): string {
  return date
    .split('-')
    .map((part) => part.padStart(2, '0'))
    .join('-')
}

/**
 * The one text that stands for a value wherever values are compared across representations:
 * integers and decimals without superfluous zeros, ISO dates, `true`/`false`, texts as they are.
 */
export function canonicalText(value: TypedValue, column: Pick<ColumnSchema, 'type' | 'scale'>): string {
  switch (column.type) {
    case 'text':
    case 'integer':
    case 'boolean':
      return String(value)
    case 'decimal':
      return decimalText(BigInt(value), column.scale ?? 0)
    case 'date':
      return new Date(Number(value) * millisecondsPerDay).toISOString().slice(0, 10)
    case 'timestamp':
      return timestampText(BigInt(value))
  }
}

function decimalText(units: bigint, scale: number): string {
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '')
  return `${units < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

function timestampText(microseconds: bigint): string {
  const fraction = ((microseconds % microsecondsPerSecond) + microsecondsPerSecond) % microsecondsPerSecond
  const seconds = new Date(Number((microseconds - fraction) / 1000n)).toISOString().slice(0, 19)
  return fraction === 0n ? seconds : `${seconds}.${String(fraction).padStart(fractionDigits, '0')}`
}
