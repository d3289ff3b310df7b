import { callFunction } from '#core/engine/call-function.ts'
import { NotPortable } from '#core/engine/portable-refusals.ts'
import { columnTerm, type GivenQuery, type PortableScope } from '#core/engine/portable-scope.ts'
import { BOOLEAN, clickHouseType, DATE, DECIMAL_DIGITS, DOUBLE, INTEGER, isMoment, isNumber, scaleOf, TEXT, TIMESTAMP, WIDE_INTEGER, type PortableType } from '#core/engine/portable-type.ts'
import { momentTerm, readConstant, readInterval, readTypedText } from '#core/engine/read-constant.ts'
import { readAggregate } from '#core/engine/read-aggregate.ts'
import { readWindow } from '#core/engine/read-window.ts'
import { alike, asCondition, compose, inType, meet, termOf, type Term } from '#core/engine/spelled.ts'
import { asList, asNode, asText, fold, nodesOf, placeOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'

/** What an expression reader needs beside the node. */
export interface Reading {
  readonly scope: PortableScope
  readonly query: (node: TreeNode | null, outer: PortableScope) => GivenQuery
  /** In ORDER BY a name means first what the select list gives that name. */
  readonly aliasFirst?: boolean
}

const COMPARISONS: Readonly<Record<string, string>> = {
  COMPARE_EQUAL: '=', COMPARE_NOTEQUAL: '<>', COMPARE_LESSTHAN: '<', COMPARE_GREATERTHAN: '>', COMPARE_LESSTHANOREQUALTO: '<=', COMPARE_GREATERTHANOREQUALTO: '>=',
  COMPARE_DISTINCT_FROM: 'IS DISTINCT FROM', COMPARE_NOT_DISTINCT_FROM: 'IS NOT DISTINCT FROM',
}

/** Reads one expression into the spelling of each engine. Throws NotPortable for what is outside the profile. */
export function readExpression(node: TreeNode | null, reading: Reading): Term {
  if (node === null) throw new NotPortable('statement-unreadable', null, '空表达式')
  const read = (child: unknown): Term => readExpression(asNode(child), reading)
  const at = placeOf(node)
  switch (asText(node['class'])) {
    case 'CONSTANT': return readConstant(node)
    case 'COLUMN_REF': return columnTerm(node, reading.scope, reading.aliasFirst === true)
    case 'CAST': return readCast(node, read)
    case 'COMPARISON': return compare(asText(node['type']), read(node['left']), read(node['right']), at)
    case 'BETWEEN': {
      const input = read(node['input'])
      return joined('AND', [compare('COMPARE_GREATERTHANOREQUALTO', input, read(node['lower']), at), compare('COMPARE_LESSTHANOREQUALTO', input, read(node['upper']), at)])
    }
    case 'CONJUNCTION': return joined(node['type'] === 'CONJUNCTION_OR' ? 'OR' : 'AND', asList(node['children']).map((child) => asCondition(read(child), at)))
    case 'OPERATOR': return readOperator(node, read)
    case 'CASE': return readCase(node, read)
    case 'FUNCTION': return readFunction(node, read)
    case 'WINDOW': return readWindow(node, read)
    case 'SUBQUERY': return readScalarSubquery(node, reading)
    default: throw new NotPortable('construct-not-portable', at, asText(node['class']))
  }
}

/** A comparison in the type that both sides share; a text constant beside a date is that date. */
export function compare(type: string, left: Term, right: Term, at: number | null): Term {
  const sign = COMPARISONS[type]
  if (sign === undefined) throw new NotPortable('construct-not-portable', at, type)
  const [one, other] = [asMoment(left, right, at), asMoment(right, left, at)]
  const met = meet([one, other], at, '比较')
  return termOf(BOOLEAN, met.terms, compose((piece) => `(${met.terms.map((term) => piece(term.sql)).join(` ${sign} `)})`))
}

function asMoment(term: Term, beside: Term, at: number | null): Term {
  return term.type.kind === 'text' && term.constant !== null && isMoment(beside.type) ? momentTerm(term.constant, beside.type, at) : term
}

/** Conditions joined by AND or OR. */
export function joined(word: 'AND' | 'OR', terms: readonly Term[]): Term {
  return termOf(BOOLEAN, terms, compose((piece) => `(${terms.map((term) => piece(term.sql)).join(` ${word} `)})`))
}

function readOperator(node: TreeNode, read: (child: unknown) => Term): Term {
  const children = asList(node['children'])
  const at = placeOf(node)
  const [first] = children
  switch (asText(node['type'])) {
    case 'OPERATOR_NOT': {
      const inner = asNode(first)
      if (inner?.['class'] === 'SUBQUERY') throw new NotPortable(inner['subquery_type'] === 'ANY' ? 'in-subquery-place-not-portable' : 'exists-not-portable', at)
      const term = asCondition(read(first), at)
      return termOf(BOOLEAN, [term], compose((piece) => `(NOT ${piece(term.sql)})`))
    }
    case 'OPERATOR_IS_NULL': return isNull(read(first), 'IS NULL')
    case 'OPERATOR_IS_NOT_NULL': return isNull(read(first), 'IS NOT NULL')
    // Written out, because with a missing value in the list the engines differ.
    case 'COMPARE_IN': return inList(children.map(read), 'COMPARE_EQUAL', 'OR', at)
    case 'COMPARE_NOT_IN': return inList(children.map(read), 'COMPARE_NOTEQUAL', 'AND', at)
    case 'OPERATOR_COALESCE': {
      const met = meet(children.map(read), at, 'coalesce ')
      return termOf(met.type, met.terms, compose((piece) => `coalesce(${met.terms.map((term) => piece(term.sql)).join(', ')})`))
    }
    case 'ARRAY_EXTRACT': case 'ARRAY_SLICE': case 'STRUCT_EXTRACT': throw new NotPortable('slice-not-portable', at)
    default: throw new NotPortable('construct-not-portable', at, asText(node['type']))
  }
}

function isNull(term: Term, words: string): Term {
  return termOf(BOOLEAN, [term], compose((piece) => `(${piece(term.sql)} ${words})`))
}

function inList([input, ...values]: readonly Term[], type: string, word: 'AND' | 'OR', at: number | null): Term {
  if (input === undefined || values.length === 0) throw new NotPortable('statement-unreadable', at, 'IN')
  return joined(word, values.map((value) => compare(type, input, value, at)))
}

function readCase(node: TreeNode, read: (child: unknown) => Term): Term {
  const at = placeOf(node)
  const checks = nodesOf(node['case_checks'])
  const conditions = checks.map((check) => asCondition(read(check?.['when_expr']), at))
  const missing = termOf({ kind: 'null' }, [], alike('NULL'))
  const results = [...checks.map((check) => read(check?.['then_expr'])), saysNothing(node['else_expr']) ? missing : read(node['else_expr'])]
  const met = meet(results, at, 'CASE 各分支')
  const otherwise = met.terms.at(-1) ?? missing
  const sql = compose((piece) => `CASE ${conditions.map((condition, position) => `WHEN ${piece(condition.sql)} THEN ${piece((met.terms[position] ?? missing).sql)}`).join(' ')} ELSE ${piece(otherwise.sql)} END`)
  return termOf(met.type, [...conditions, ...met.terms], sql)
}

function readScalarSubquery(node: TreeNode, { scope, query }: Reading): Term {
  const at = placeOf(node)
  const kind = asText(node['subquery_type'])
  if (kind === 'ANY') throw new NotPortable('in-subquery-place-not-portable', at)
  if (kind === 'EXISTS' || kind === 'NOT_EXISTS') throw new NotPortable('exists-not-portable', at)
  if (kind !== 'SCALAR') throw new NotPortable('construct-not-portable', at, kind)
  const given = query(asNode(asNode(node['subquery'])?.['node']), scope)
  const [column] = given.columns
  if (column === undefined || given.columns.length > 1) throw new NotPortable('construct-not-portable', at, '多列子查询')
  return termOf(column.type, [], compose((piece) => `(${piece(given.sql)})`))
}

function readFunction(node: TreeNode, read: (child: unknown) => Term): Term {
  const name = fold(asText(node['function_name']))
  const at = placeOf(node)
  const children = asList(node['children'])
  if (name === '//') throw new NotPortable('integer-division-not-portable', at)
  if (name === 'array_extract' || name === 'array_slice' || name === 'list_slice') throw new NotPortable('slice-not-portable', at)
  const aggregate = readAggregate(node, read)
  if (aggregate !== null) return aggregate
  if (['+', '-', '*', '/', '%', 'add', 'subtract', 'multiply', 'divide', 'mod'].includes(name)) return arithmetic(name, children, read, at)
  const args = children.map(read)
  if ((name === 'date_part' || name === 'datepart') && args[0]?.constant !== null && args[0] !== undefined) return callFunction(fold(args[0].constant), ['scalar'], args.slice(1), at)
  return callFunction(name, ['scalar'], args, at)
}

const SIGNS: Readonly<Record<string, string>> = { add: '+', subtract: '-', multiply: '*', divide: '/', mod: '%' }

function arithmetic(name: string, children: readonly unknown[], read: (child: unknown) => Term, at: number | null): Term {
  const sign = SIGNS[name] ?? name
  const [first, second] = children
  const left = read(first)
  if (children.length === 1) {
    if (!isNumber(left.type) || sign !== '-') throw new NotPortable('arguments-not-portable', at, sign)
    return count('-', [inType(integerZero(), left.type), left], at)
  }
  const interval = readInterval(asNode(second))
  if (interval !== null && isMoment(left.type) && (sign === '+' || sign === '-')) {
    const signed = sign === '-' ? -interval.count : interval.count
    return termOf(TIMESTAMP, [left], {
      duckdb: `(${left.sql.duckdb} ${sign} INTERVAL (${interval.count}) ${interval.unit})`,
      clickhouse: `${interval.add}(toDateTime64(${left.sql.clickhouse}, 6, 'UTC'), ${signed})`,
    })
  }
  const right = read(second)
  if (left.type.kind === 'date') return moveDate(sign, left, right, at)
  return count(sign, [left, right], at)
}

function integerZero(): Term {
  return termOf(INTEGER, [], { duckdb: '0', clickhouse: 'toInt64(0)' })
}

function moveDate(sign: string, left: Term, right: Term, at: number | null): Term {
  const sql = (clickhouse: string): Term['sql'] => ({ duckdb: `(${left.sql.duckdb} ${sign} ${right.sql.duckdb})`, clickhouse })
  if (sign === '-' && right.type.kind === 'date') return termOf(INTEGER, [left, right], sql(`toInt64(dateDiff('day', ${right.sql.clickhouse}, ${left.sql.clickhouse}))`))
  if ((sign === '-' || sign === '+') && right.type.kind === 'integer') return termOf(DATE, [left, right], sql(`${sign === '+' ? 'addDays' : 'subtractDays'}(${left.sql.clickhouse}, ${right.sql.clickhouse})`))
  throw new NotPortable('types-do-not-meet', at, `“${sign}”`)
}

function count(sign: string, terms: readonly [Term, Term], at: number | null): Term {
  const [left, right] = terms
  if (!isNumber(left.type) || !isNumber(right.type)) throw new NotPortable('types-do-not-meet', at, `“${sign}”`)
  const sql = compose((piece) => `(${piece(left.sql)} ${sign} ${piece(right.sql)})`)
  const [a, b] = [left.sql.clickhouse, right.sql.clickhouse]
  if (sign === '/') {
    if (!right.neverZero) throw new NotPortable('division-needs-guard', at)
    return termOf(DOUBLE, terms, { ...sql, clickhouse: `(toFloat64(${a}) / toFloat64(${b}))` })
  }
  const met = meet(terms, at, `“${sign}”`)
  if (sign === '%') {
    if (met.type.kind !== 'integer') throw new NotPortable('arguments-not-portable', at, '%')
    return termOf(met.type, terms, { ...sql, clickhouse: `modulo(${a}, nullIf(${b}, 0))` })
  }
  if (met.type.kind === 'decimal') return countDecimals(sign, terms, met.type.scale, sql.duckdb, at)
  if (met.type.kind === 'double') return termOf(DOUBLE, terms, { ...sql, clickhouse: `(toFloat64(${a}) ${sign} toFloat64(${b}))` })
  const wide = `(toInt128(${a}) ${sign} toInt128(${b}))`
  // The reference engine ends the statement where a sum leaves 64 bits; the other one would go on with a wrong number.
  if (met.type.kind === 'integer' && !met.type.wide) return termOf(INTEGER, terms, { ...sql, clickhouse: `accurateCast(${wide}, 'Nullable(Int64)')` })
  return termOf(WIDE_INTEGER, terms, { ...sql, clickhouse: wide })
}

function countDecimals(sign: string, terms: readonly [Term, Term], shared: number, duckdb: string, at: number | null): Term {
  const scale = sign === '*' ? scaleOf(terms[0].type) + scaleOf(terms[1].type) : shared
  if (scale >= DECIMAL_DIGITS) throw new NotPortable('arguments-not-portable', at, sign)
  const written = terms.map((term) => inType(term, { kind: 'decimal', scale: sign === '*' ? scaleOf(term.type) : shared }).sql.clickhouse)
  return termOf({ kind: 'decimal', scale }, terms, { duckdb, clickhouse: `(${written.join(` ${sign} `)})` })
}

/** Whole-number types by the most bits that they hold. */
const BITS: Readonly<Record<string, string>> = { SMALLINT: 'Int16', INTEGER: 'Int32', BIGINT: 'Int64' }

function readCast(node: TreeNode, read: (child: unknown) => Term): Term {
  const at = placeOf(node)
  const wanted = asNode(node['cast_type'])
  const id = asText(wanted?.['id'])
  const scale = Number(asNode(wanted?.['type_info'])?.['scale'] ?? 0)
  const written = id === 'DECIMAL' ? `DECIMAL(${String(asNode(wanted?.['type_info'])?.['width'] ?? DECIMAL_DIGITS)}, ${scale})` : id
  const child = asNode(node['child'])
  if (node['try_cast'] === true) throw new NotPortable('cast-not-portable', at, 'TRY_CAST')
  const constant = asNode(child?.['value'])
  if (child?.['class'] === 'CONSTANT' && asText(asNode(constant?.['type'])?.['id']) === 'VARCHAR' && constant?.['is_null'] !== true) {
    const term = readTypedText(asText(constant?.['value']), id, scale, at)
    return { ...term, sql: { ...term.sql, duckdb: id === 'DECIMAL' ? `CAST('${term.constant ?? ''}' AS ${written})` : term.sql.duckdb } }
  }
  const term = read(child)
  const change = changeOf(term, id, scale)
  if (change === null) throw new NotPortable('cast-not-portable', at, `${term.type.kind} → ${written}`)
  return termOf(change.type, [term], { duckdb: `CAST(${term.sql.duckdb} AS ${written})`, clickhouse: change.sql }, { neverZero: term.neverZero && change.type.kind === 'double' })
}

/** How the other engine changes a value's type with the reference engine's rounding; null where it cannot. */
function changeOf({ type, sql }: Term, id: string, scale: number): { readonly type: PortableType; readonly sql: string } | null {
  const from = type.kind
  const s = sql.clickhouse
  if (from === 'null') {
    const to: PortableType | undefined = { VARCHAR: TEXT, BOOLEAN, DATE, TIMESTAMP, DOUBLE, INTEGER, BIGINT: INTEGER, DECIMAL: { kind: 'decimal' as const, scale } }[id]
    return to === undefined ? null : { type: to, sql: `CAST(NULL AS ${clickHouseType(to)})` }
  }
  const bits = BITS[id]
  if (bits !== undefined) {
    const whole = from === 'integer' ? s : from === 'decimal' ? `round(${s}, 0)` : from === 'double' ? `roundBankers(${s})` : from === 'boolean' ? `CAST(${s} AS Nullable(UInt8))` : null
    return whole === null ? null : { type: INTEGER, sql: `CAST(accurateCast(${whole}, 'Nullable(${bits})'), 'Nullable(Int64)')` }
  }
  if (id === 'DOUBLE' && isNumber(type)) return { type: DOUBLE, sql: `toFloat64(${s})` }
  if (id === 'DECIMAL' && (from === 'integer' || from === 'decimal')) {
    const to: PortableType = { kind: 'decimal', scale }
    return { type: to, sql: `CAST(${from === 'decimal' ? `round(${s}, ${scale})` : s}, '${clickHouseType(to)}')` }
  }
  if (id === 'VARCHAR' && (from === 'integer' || from === 'date')) return { type: TEXT, sql: `toString(${s})` }
  if (id === 'VARCHAR' && from === 'boolean') return { type: TEXT, sql: `toString(CAST(${s} AS Nullable(Bool)))` }
  if (id === 'VARCHAR' && from === 'text') return { type: TEXT, sql: s }
  if (id === 'DATE' && isMoment(type)) return { type: DATE, sql: `toDate32(${s})` }
  if (id === 'TIMESTAMP' && isMoment(type)) return { type: TIMESTAMP, sql: `toDateTime64(${s}, 6, 'UTC')` }
  return null
}
