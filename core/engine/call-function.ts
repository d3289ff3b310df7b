import type { FunctionKind } from '#core/boundary/allowed-functions.ts'
import { ORDER_DEPENDENT, PORTABLE_FUNCTIONS, type Parameter, type PortableFunction } from '#core/engine/portable-functions.ts'
import { NotPortable } from '#core/engine/portable-refusals.ts'
import { BOOLEAN, clickHouseType, DATE, DECIMAL_DIGITS, DOUBLE, INTEGER, isMoment, isNumber, scaleOf, TEXT, TIMESTAMP, WIDE_INTEGER, type PortableType } from '#core/engine/portable-type.ts'
import { alike, compose, inType, meet, quotedText, termOf, type Spelled, type Term } from '#core/engine/spelled.ts'

const BY_NAME: ReadonlyMap<string, readonly PortableFunction[]> = grouped()

function grouped(): ReadonlyMap<string, readonly PortableFunction[]> {
  const found = new Map<string, PortableFunction[]>()
  for (const one of PORTABLE_FUNCTIONS) found.set(one.name, [...(found.get(one.name) ?? []), one])
  return found
}

const CUTS = new Set(['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute'])
/** A week between two dates is counted differently by each engine. */
const UNITS = new Set(['year', 'quarter', 'month', 'day', 'hour', 'minute', 'second'])
/** Parts of a time's format, as the other engine writes them: there a capital M is the month's name. */
const FORMATS: Readonly<Record<string, string>> = { '%Y': '%Y', '%m': '%m', '%d': '%d', '%H': '%H', '%M': '%i', '%S': '%S' }
const RESULTS: Readonly<Record<string, PortableType>> = { text: TEXT, integer: INTEGER, wide: WIDE_INTEGER, double: DOUBLE, boolean: BOOLEAN, date: DATE, timestamp: TIMESTAMP, whole: { kind: 'decimal', scale: 0 } }
/** unit: digits; source: platform default. Rounding to more is no rounding, and padding beyond is a way to fill memory. */
const COUNT_DIGITS = 3

/** What stands behind a call: a FILTER or OVER, and the terms in it. */
export interface Behind {
  readonly sql: Spelled
  readonly parts: readonly Term[]
}
const NOTHING_BEHIND: Behind = { sql: alike(''), parts: [] }

/**
 * A call of a function in the spelling of each engine.
 * Throws NotPortable for a name that is not in the table, and for arguments that no row of the table takes.
 */
export function callFunction(name: string, kinds: readonly FunctionKind[], args: readonly Term[], at: number | null, behind: Behind = NOTHING_BEHIND): Term {
  const rows = (BY_NAME.get(name) ?? []).filter(({ kind }) => kinds.includes(kind))
  if (rows.length === 0) throw new NotPortable(ORDER_DEPENDENT.has(name) ? 'result-depends-on-order' : 'function-not-portable', at, name)
  for (const row of rows) {
    const taken = takeArguments(row, args, at)
    if (taken !== null) return spell(row, taken, behind)
  }
  throw new NotPortable('arguments-not-portable', at, name)
}

interface Taken {
  readonly terms: readonly Term[]
  readonly same: PortableType
}

function takeArguments(row: PortableFunction, args: readonly Term[], at: number | null): Taken | null {
  const { takes } = row
  if (row.more ? args.length < takes.length : args.length !== takes.length) return null
  const parameterAt = (position: number): Parameter => takes[Math.min(position, takes.length - 1)] ?? 'same'
  const terms: Term[] = []
  for (const [position, argument] of args.entries()) {
    const taken = takeArgument(parameterAt(position), argument)
    if (taken === null) return null
    terms.push(taken)
  }
  const alikeAt = terms.map((_, position) => position).filter((position) => parameterAt(position) === 'same')
  if (alikeAt.length > 1) {
    const met = meet(alikeAt.map((position) => terms[position]).filter((term) => term !== undefined), at, `“${row.name}”`)
    for (const [order, position] of alikeAt.entries()) {
      const term = met.terms[order]
      if (term !== undefined) terms[position] = term
    }
    return { terms, same: met.type }
  }
  return { terms, same: terms[0]?.type ?? TEXT }
}

/** The argument as the parameter wants it, or null where it does not take it. */
function takeArgument(parameter: Parameter, argument: Term): Term | null {
  if (parameter.startsWith('#')) return takeConstant(parameter, argument)
  const { type } = argument
  switch (parameter) {
    case 'same': return argument
    case 'double': return isNumber(type) ? inType(argument, DOUBLE) : null
    case 'float': return type.kind === 'double' ? argument : null
    case 'moment': return isMoment(type) ? argument : null
    default: return type.kind === parameter ? argument : null
  }
}

function takeConstant(parameter: Parameter, argument: Term): Term | null {
  const { constant, type } = argument
  if (constant === null) return null
  const spelled = (sql: Spelled): Term => ({ ...argument, sql })
  if (parameter === '#count' || parameter === '#place') {
    const isCount = type.kind === 'integer' && /^\d+$/.test(constant) && constant.length <= COUNT_DIGITS && (parameter === '#count' || constant !== '0')
    return isCount ? spelled(alike(constant)) : null
  }
  if (parameter === '#share') return isNumber(type) && /^(0|1|0?\.\d{1,6}|0\.\d{1,6}|1\.0+)$/.test(constant) ? spelled(alike(constant)) : null
  if (type.kind !== 'text') return null
  const text = quotedText(constant)
  switch (parameter) {
    case '#text': return argument
    case '#filled': return constant === '' ? null : argument
    case '#cut': return CUTS.has(constant.toLowerCase()) ? spelled(quotedText(constant.toLowerCase())) : null
    case '#unit': return UNITS.has(constant.toLowerCase()) ? spelled(quotedText(constant.toLowerCase())) : null
    // The reference engine knows no escape in a pattern, the other one does.
    case '#like': return spelled({ ...text, clickhouse: quotedText(constant.replaceAll('\\', '\\\\')).clickhouse })
    // There a dot takes a line's end too, unless told not to.
    case '#regex': return spelled({ ...text, clickhouse: quotedText(`(?-s)${constant}`).clickhouse })
    case '#format': return takeFormat(constant, spelled)
    default: return null
  }
}

function takeFormat(format: string, spelled: (sql: Spelled) => Term): Term | null {
  const parts = format.match(/%[\s\S]?|[^%]+/g) ?? []
  if (parts.some((part) => part.startsWith('%') && FORMATS[part] === undefined)) return null
  return spelled({ ...quotedText(format), clickhouse: quotedText(parts.map((part) => FORMATS[part] ?? part).join('')).clickhouse })
}

function spell(row: PortableFunction, { terms, same }: Taken, behind: Behind): Term {
  const digits = row.outcome === 'rounded' ? Math.min(Number(terms[1]?.constant ?? 0), scaleOf(same)) : 0
  const type: PortableType = row.outcome === 'same' ? same : row.outcome === 'rounded' ? { kind: 'decimal', scale: digits } : (RESULTS[row.outcome] ?? TEXT)
  const sql = compose((piece, engine) => {
    const written = terms.map((term) => piece(term.sql))
    const template = engine === 'clickhouse' ? row.clickhouse : (row.duckdb ?? `${row.name}($*)${row.kind === 'scalar' ? '' : '$X'}`)
    const filled = template.replaceAll(/\$(\d|\*|\+|@|S|X)/g, (_, what: string) => {
      if (what === '*') return written.join(', ')
      if (what === '+') return written.slice(1).join(', ')
      if (what === '@') return written.map((text) => `ifNull(${text}, '')`).join(', ')
      if (what === 'S') return String(digits)
      return what === 'X' ? piece(behind.sql) : (written[Number(what) - 1] ?? '')
    })
    return engine === 'clickhouse' ? settled(filled, row, type) : filled
  })
  const neverZero = row.name === 'count_star' || (row.name === 'nullif' && /^0(\.0*)?$/.test(terms[1]?.constant ?? ''))
  return termOf(type, [...terms, ...behind.parts], sql, { aggregates: row.kind === 'aggregate' || terms.some((term) => term.aggregates), neverZero })
}

/** What the other engine answers in a type of its own choice, in the type it has here. */
function settled(sql: string, row: PortableFunction, type: PortableType): string {
  if (type.kind === 'integer') return `CAST(${sql} AS ${clickHouseType(type)})`
  if (row.outcome === 'whole' || row.outcome === 'rounded') return `CAST(${sql} AS Nullable(Decimal(${DECIMAL_DIGITS}, ${scaleOf(type)})))`
  return sql
}
