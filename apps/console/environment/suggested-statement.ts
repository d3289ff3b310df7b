import { bracketed, conjuncts, partsOf } from './statement-parts.ts'
import type { StatementParts } from './statement-parts.ts'

/** A table of entities with the one column that names them. */
export type EntityKey = { table: string; column: string }

const AGGREGATE = /\b(?:count|count_if|sum|avg|mean|min|max|first|last|any_value|mode|median|quantile\w*|stddev\w*|var\w*|corr|covar\w*|regr_\w+|string_agg|list|array_agg|histogram|bool_and|bool_or|arg_m\w+|approx_\w+|product|skewness|kurtosis|entropy|mad|group_concat|listagg|grouping)\s*\(/iu
const WITHIN = /\bover\s*\(/iu
const NUMBER = /^\d+$/u
const ALIAS = /\s+as\s+(?<alias>"[^"]+"|[\p{L}_][\p{L}\p{N}_]*)$/iu
const NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u
const SUBQUERY = /\bselect\b/iu
/** Words of a FROM that are no alias. */
const NO_ALIAS = /^(?:join|inner|left|right|full|cross|on|using|where|natural|asof|positional|semi|anti|lateral)$/iu

/** A statement whose groups and tables of entities can be told from its text, so that small groups can be left out. */
export type Grouped = StatementParts & {
  /** The items by which the rows are grouped, with their aliases; as many as there are groups. */
  groupItems: readonly string[]
  /** The columns that name entities, as they are written in this statement. */
  keys: readonly string[]
}

/** The statement with its groups told by name, or null where its text does not show them or no entity stands behind its rows. */
export function groupedOf(sql: string, keys: readonly EntityKey[]): Grouped | null {
  const parts = partsOf(sql)
  if (parts === null || parts.items.includes('*') || (parts.having !== null && SUBQUERY.test(parts.having))) return null
  const named = keysIn(parts.from, keys)
  const groupItems = parts.groups.length === 1 && /^all$/iu.test(parts.groups[0] ?? '')
    ? parts.items.filter((item) => !AGGREGATE.test(item) && !WITHIN.test(item))
    : parts.groups.map((group) => itemOf(group, parts.items))
  return named.length === 0 || groupItems.some((item) => item === null || AGGREGATE.test(item)) ? null : { ...parts, keys: named, groupItems: groupItems.filter((item) => item !== null) }
}

function itemOf(group: string, items: readonly string[]): string | null {
  if (NUMBER.test(group)) return items[Number(group) - 1] ?? null
  if (SUBQUERY.test(group) || group.startsWith('(')) return null
  return items.find((item) => item === group || expressionOf(item) === group || aliasOf(item) === group) ?? group
}

function aliasOf(item: string): string | null {
  return ALIAS.exec(item)?.groups?.['alias'] ?? null
}

function expressionOf(item: string): string {
  return item.replace(ALIAS, '').trim()
}

/** Each kind of entity once, by the first of its tables outside of brackets, under the name that the table has here. */
function keysIn(from: string, keys: readonly EntityKey[]): string[] {
  const plain = withoutBrackets(from)
  const isAlone = NAME.test(plain.trim())
  const found = new Map<string, string>()
  for (const { table, column } of keys) {
    const place = new RegExp(`(?<![\\p{L}\\p{N}_.])${table}(?![\\p{L}\\p{N}_.])(?:\\s+as)?(?:\\s+(?<alias>[\\p{L}_][\\p{L}\\p{N}_]*))?`, 'iu').exec(plain)
    if (place === null || found.has(column)) continue
    const alias = place.groups?.['alias']
    found.set(column, isAlone ? column : `${alias === undefined || NO_ALIAS.test(alias) ? table : alias}.${column}`)
  }
  return [...found.values()]
}

function withoutBrackets(text: string): string {
  let depth = 0
  return [...text].map((sign) => {
    if (sign === ')') depth -= 1
    const kept = depth === 0 ? sign : ' '
    if (sign === '(') depth += 1
    return kept
  }).join('')
}

/** That enough entities stand behind a row, and behind each figure of a condition and what is left of the row without it. */
export function enough({ items, keys }: Grouped, least: number): string[] {
  const conditions = [...new Set(items.flatMap(conditionsOf))].filter((condition) => !SUBQUERY.test(condition) && !AGGREGATE.test(condition))
  return keys.flatMap((key) => [
    `count(distinct ${key}) >= ${least}`,
    ...conditions.flatMap((condition) => [`count(distinct ${key}) filter (where ${condition}) >= ${least}`, `count(distinct ${key}) filter (where (${condition}) is not true) >= ${least}`]),
  ])
}

/** The conditions of which an item counts or adds a part: those of FILTER, of count_if, of one CASE, of a yes or no made a number. */
function conditionsOf(item: string): string[] {
  const inBrackets = (opening: RegExp): string[] => [...item.matchAll(opening)].flatMap(({ index, 0: found }) => bracketed(item, index + found.length - 1) ?? [])
  const filters = inBrackets(/\bfilter\s*\(/giu).map((text) => text.replace(/^where\s+/iu, ''))
  const cases = [...item.matchAll(/\bcase\s+when\s+((?:(?!\b(?:then|case)\b)[\s\S])+?)\s+then\b(?:(?!\b(?:when|case)\b)[\s\S])*?\bend\b/giu)].flatMap(([, condition]) => condition ?? [])
  const numbers = inBrackets(/\b(?:sum|avg)\s*\(/giu).flatMap((text) => /^(?:cast\s*\(\s*)?(?<condition>[\s\S]+?)\s*(?:::\s*(?:int|integer|bigint|double|decimal)|\bas\s+(?:int|integer|bigint|double|decimal)\s*\))$/iu.exec(text)?.groups?.['condition'] ?? [])
  return [...filters, ...inBrackets(/\bcount_if\s*\(/giu), ...cases, ...numbers.filter((text) => !/[+*/-]/u.test(text))]
}

/**
 * A statement with small groups left out, and one group less where even so nothing would be left: an example for the
 * analyst to run, which is checked like any other. Null where the text does not show what belongs together.
 *
 * @param least entities that must stand behind a row
 * @param isEmpty whether all rows were too small, so that leaving them out would leave nothing
 */
export function suggestedStatement(sql: string, keys: readonly EntityKey[], least: number, isEmpty: boolean): string | null {
  const grouped = groupedOf(sql, keys)
  if (grouped === null || grouped.groupItems.length === 0 || grouped.items.some((item) => WITHIN.test(item))) return null
  const conditions = enough(grouped, least)
  if (!isEmpty) return written(grouped, grouped.items, grouped.groups.join(', '), [grouped.having, ...conditions], grouped.tail)
  const dropped = grouped.groupItems.at(-1)
  const items = grouped.items.filter((item) => item !== dropped)
  if (grouped.groupItems.length < 2 || grouped.tail !== '' || items.length !== grouped.items.length - 1 || !grouped.groups.every((group) => NAME.test(group))) return null
  const kept = grouped.groups.slice(0, -1)
  return written(grouped, items, /^all$/iu.test(grouped.groups[0] ?? '') ? 'all' : kept.join(', '), [grouped.having, ...conditions], '')
}

/**
 * The same groups with nothing but how many entities are in each: no total, list or largest value is left, and no condition
 * that names an entity or asks another query. By the first group alone where all rows were too small. Null without groups.
 */
export function countedOnly(sql: string, keys: readonly EntityKey[], least: number, isEmpty: boolean): string | null {
  const grouped = groupedOf(sql, keys)
  if (grouped === null || grouped.groupItems.length < (isEmpty ? 2 : 1)) return null
  const columns = new Set(keys.map(({ column }) => column.toLowerCase()))
  const namesEntity = (text: string): boolean => text.toLowerCase().split(/[^\p{L}\p{N}_]+/u).some((word) => columns.has(word))
  const items = isEmpty ? grouped.groupItems.slice(0, 1) : grouped.groupItems
  if (items.some((item) => namesEntity(item) || SUBQUERY.test(item) || WITHIN.test(item)) || SUBQUERY.test(grouped.from) || grouped.lead !== '') return null
  const where = grouped.where === null ? [] : conjuncts(grouped.where).filter((one) => !namesEntity(one) && !SUBQUERY.test(one))
  const counts = grouped.keys.map((key, place) => `count(distinct ${key}) as entities${place === 0 ? '' : `_${place + 1}`}`)
  const plain: Grouped = { ...grouped, items: [...items, ...counts], where: where.length === 0 ? null : where.join(' and ') }
  return written(plain, plain.items, items.map((_, place) => place + 1).join(', '), enough(plain, least), '')
}

function written({ lead, from, where }: Grouped, items: readonly string[], groups: string, having: readonly (string | null)[], tail: string): string {
  const conditions = having.filter((one) => one !== null)
  return [
    ...(lead === '' ? [] : [lead]), `select ${items.join(', ')}`, `from ${from}`, ...(where === null ? [] : [`where ${where}`]), `group by ${groups}`,
    `having ${conditions.map((one) => (conditions.length > 1 && /\bor\b/iu.test(one) && !one.startsWith('count(') ? `(${one})` : one)).join('\n   and ')}`, ...(tail === '' ? [] : [tail]),
  ].join('\n')
}
