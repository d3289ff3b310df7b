import { NotPortable } from '#core/engine/portable-refusals.ts'
import { BOOLEAN, clickHouseType, DATE, DOUBLE, INTEGER, TEXT, TIMESTAMP, type PortableType } from '#core/engine/portable-type.ts'
import { alike, quotedText, termOf, type Term } from '#core/engine/spelled.ts'
import { asNode, asText, fold, nodesOf, placeOf, type TreeNode } from '#core/boundary/statement-tree.ts'

const WHOLE = /^-?\d{1,18}$/
const POINTED = /^-?\d{1,18}(?:\.(?<fraction>\d{1,10}))?$/
/** Between these years both engines know every date. */
const DAY = /^(19[3-9]\d|20\d\d|21\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/
const TIME = /^(?<day>\S{10}) ([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/
const INTEGERS = new Set(['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT', 'INTEGER_LITERAL'])
/** unit: of each kind of interval, as many as a hundred years hold; source: platform default, so that no sum leaves the years both engines know */
const INTERVALS: Readonly<Record<string, { readonly add: string; readonly unit: string; readonly most: number }>> = {
  to_years: { add: 'addYears', unit: 'YEAR', most: 100 },
  to_months: { add: 'addMonths', unit: 'MONTH', most: 1200 },
  to_weeks: { add: 'addWeeks', unit: 'WEEK', most: 5200 },
  to_days: { add: 'addDays', unit: 'DAY', most: 36_500 },
  to_hours: { add: 'addHours', unit: 'HOUR', most: 876_000 },
  to_minutes: { add: 'addMinutes', unit: 'MINUTE', most: 52_560_000 },
  to_seconds: { add: 'addSeconds', unit: 'SECOND', most: 3_153_600_000 },
}

/** A whole number, written so that neither engine chooses a narrower type. */
export function integerTerm(value: string): Term {
  return termOf(INTEGER, [], { duckdb: value, clickhouse: `toInt64(${value})` }, { constant: value, neverZero: Number(value) !== 0 })
}

export function textTerm(value: string): Term {
  return termOf(TEXT, [], quotedText(value), { constant: value })
}

/** A constant of the statement. Throws NotPortable for types that the profile has not. */
export function readConstant(node: TreeNode): Term {
  const holder = asNode(node['value'])
  const type = asNode(holder?.['type'])
  const id = asText(type?.['id'])
  const value = holder?.['value']
  if (holder?.['is_null'] === true) return termOf({ kind: 'null' }, [], alike('NULL'))
  if (id === 'VARCHAR' && typeof value === 'string') return textTerm(value)
  if (INTEGERS.has(id) && typeof value === 'number') return integerTerm(String(value))
  if (id === 'DECIMAL' && typeof value === 'number') {
    const scale = asNode(type?.['type_info'])?.['scale']
    if (typeof scale === 'number') return decimalTerm(pointed(value, scale), scale)
  }
  if (id === 'DOUBLE' && typeof value === 'number' && Number.isFinite(value)) {
    const text = String(value)
    return termOf(DOUBLE, [], { duckdb: `CAST(${text} AS DOUBLE)`, clickhouse: `toFloat64(${text})` }, { constant: text, neverZero: value !== 0 })
  }
  if (id === 'BOOLEAN' && typeof value === 'boolean') return booleanTerm(value)
  throw new NotPortable('constant-not-portable', placeOf(node), `${id} ${typeof value === 'object' ? '' : String(value)}`.trim())
}

function pointed(unscaled: number, scale: number): string {
  const digits = String(Math.abs(unscaled)).padStart(scale + 1, '0')
  const sign = unscaled < 0 ? '-' : ''
  return scale === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

function decimalTerm(text: string, scale: number): Term {
  const type: PortableType = { kind: 'decimal', scale }
  return termOf(type, [], { duckdb: text, clickhouse: `CAST('${text}', '${clickHouseType(type)}')` }, { constant: text, neverZero: Number(text) !== 0 })
}

function booleanTerm(value: boolean): Term {
  return termOf(BOOLEAN, [], { duckdb: String(value), clickhouse: `CAST(${String(value)} AS Nullable(Bool))` }, { constant: String(value) })
}

/**
 * A text constant in the type it is cast to, as `DATE '2026-01-31'` and bound parameters arrive.
 * Throws NotPortable where the text is not the plain writing of such a value.
 */
export function readTypedText(text: string, id: string, scale: number, at: number | null): Term {
  const wrong = (): NotPortable => new NotPortable('constant-not-portable', at, text)
  switch (id) {
    case 'VARCHAR': return textTerm(text)
    case 'DATE': return momentTerm(text, DATE, at)
    case 'TIMESTAMP': return momentTerm(text, TIMESTAMP, at)
    case 'BOOLEAN':
      if (!/^(t|f|true|false)$/i.test(text)) throw wrong()
      return booleanTerm(fold(text).startsWith('t'))
    case 'DECIMAL': {
      const fraction = POINTED.exec(text)?.groups?.['fraction'] ?? ''
      if (!POINTED.test(text) || fraction.length > scale) throw wrong()
      const padded = scale === 0 ? text : `${text.split('.')[0] ?? ''}.${fraction.padEnd(scale, '0')}`
      const term = decimalTerm(padded, scale)
      return { ...term, sql: { ...term.sql, duckdb: padded } }
    }
    default:
      if (!INTEGERS.has(id) || !WHOLE.test(text)) throw wrong()
      return integerTerm(String(BigInt(text)))
  }
}

/** A date or time constant. Throws NotPortable beyond the years that both engines know, and for days that do not exist. */
export function momentTerm(text: string, type: PortableType, at: number | null): Term {
  const day = type.kind === 'date' ? text : (TIME.exec(text)?.groups?.['day'] ?? (DAY.test(text) ? text : ''))
  const whole = type.kind === 'timestamp' && day === text ? `${text} 00:00:00` : text
  const exists = DAY.test(day) && new Date(`${day}T00:00:00Z`).toISOString().startsWith(day)
  if (!exists) throw new NotPortable('constant-not-portable', at, text)
  const clickhouse = type.kind === 'date' ? `toDate32('${whole}')` : `toDateTime64('${whole}', 6, 'UTC')`
  return termOf(type, [], { duckdb: `${type.kind === 'date' ? 'DATE' : 'TIMESTAMP'} '${whole}'`, clickhouse }, { constant: whole })
}

/** An interval that is added to a date: the other engine's function and the whole number it takes. */
export interface Interval {
  readonly add: string
  readonly unit: string
  readonly count: number
}

/** The interval that a node writes, or null where it is none. Throws NotPortable for one that is no whole constant. */
export function readInterval(node: TreeNode | null): Interval | null {
  const kind = INTERVALS[asText(node?.['function_name'])]
  if (node === null || kind === undefined) return null
  let inner = nodesOf(node['children'])[0] ?? null
  while (inner !== null && (inner['class'] === 'CAST' || inner['function_name'] === 'trunc')) {
    inner = inner['class'] === 'CAST' ? asNode(inner['child']) : (nodesOf(inner['children'])[0] ?? null)
  }
  const count = Number(asNode(inner?.['value'])?.['value'] ?? Number.NaN)
  if (inner?.['class'] !== 'CONSTANT' || !Number.isSafeInteger(count) || Math.abs(count) > kind.most) throw new NotPortable('interval-not-portable', placeOf(node))
  return { add: kind.add, unit: kind.unit, count }
}
