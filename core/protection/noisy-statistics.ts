/**
 * Counts and sums with noise, asked by groups whose values are declared beforehand: what a question must fulfil, how the exact
 * figures are computed with each entity's part in them bounded, and how noise is laid over every group, also over empty ones.
 * The guarantee (ε for each question, adding up) rests on `differential-privacy.ts`.
 */
import { quotedIdentifier, quotedText } from '#core/boundary/sql-text.ts'
import { columnNamed } from '#core/boundary/table-schema.ts'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import { refuse } from '#core/decision/refusal.ts'
import type { Refusal } from '#core/decision/refusal.ts'
import { sensitivityOf } from './differential-privacy.ts'
import { discreteLaplace } from './exact-noise.ts'
import type { UniformBelow } from './exact-noise.ts'
import type { ProtectionRules } from './protection-rules.ts'

export type NoisyTerms = NonNullable<ProtectionRules['privacyBudget']>

/** What is asked of one table. */
export interface NoisyQuestion {
  readonly statistic: 'count' | 'sum'
  /** The column that is totalled; null for counts of entities. */
  readonly column: string | null
  /** Columns of the groups; none for one figure of the whole table. */
  readonly groups: readonly string[]
  /** Thousandths of ε that the answer costs. */
  readonly milliEpsilon: number
}

export interface NoisyCell {
  readonly groups: readonly string[]
  readonly value: bigint
}

/** unit: cells of one answer; source: each gets noise of its own, and no table that a person reads is longer */
const CELLS_MAX = 10_000
/** unit: columns; source: as for cells */
const GROUP_COLUMNS_MAX = 4
/** unit: thousandths of ε in ε; source: budgets are kept in whole thousandths so that they add up exactly */
const MILLI = 1_000
/** unit: share; source: custom of statistics, one answer in twenty is further off */
const BEYOND_MARGIN = 0.05

/** Why a question cannot be asked under the terms; null when it can. Decided without a look at a row. */
export function questionRefusal(question: NoisyQuestion, terms: NoisyTerms, schema: TableSchema): Refusal | null {
  const title = (name: string): string => columnNamed(schema, name)?.title ?? name
  if (schema.entity.kind === 'none') return no('table-must-be-about-entities', `“${schema.title}”不涉及个人或者企业，没有需要用噪声保护的主体。`, '请直接用SQL统计。')
  if (question.statistic === 'sum' && (question.column === null || !Object.hasOwn(terms.bounds, question.column))) {
    return no('contribution-must-be-bounded', `保护规则没有为${question.column === null ? '要合计的字段' : `字段“${title(question.column)}”`}写明每个主体计入的上下限，不能合计。`, '请从列出的可合计字段中选择。')
  }
  if (question.statistic === 'count' && question.column !== null) return no('count-must-name-no-column', '计数统计的是主体数，不针对字段。', '请去掉字段，或者改为合计。')
  const unknown = question.groups.filter((name) => !Object.hasOwn(terms.domains, name))
  if (unknown.length > 0) return no('group-domain-must-be-declared', `保护规则没有写明${unknown.map((name) => `“${title(name)}”`).join('、')}的分组取值。`, '请从列出的可分组字段中选择；分组取值须事先写明，不能从数据中得出。')
  if (new Set(question.groups).size !== question.groups.length || question.groups.length > GROUP_COLUMNS_MAX) return no('groups-must-be-few', `分组字段不能重复，也不能多于${GROUP_COLUMNS_MAX}个。`, '请减少分组字段。')
  const cells = cellCount(question, terms)
  if (cells > CELLS_MAX) return no('answer-must-be-small', `按这些字段分组共${cells}组，超过${CELLS_MAX}组。`, '请减少分组字段。')
  return null
}

function no(code: string, message: string, cure: string): Refusal {
  return refuse(code, null, message, cure)
}

function cellCount({ groups }: NoisyQuestion, { domains }: NoisyTerms): number {
  return groups.reduce((cells, name) => cells * (domains[name]?.length ?? 0), 1)
}

/** By how much one entity can change all figures of an answer together. */
export function answerSensitivity(question: NoisyQuestion, terms: NoisyTerms): bigint {
  const bounds = question.column === null ? undefined : terms.bounds[question.column]
  const figures = BigInt(Math.min(terms.groupsPerEntity, cellCount(question, terms)))
  return figures * (bounds === undefined ? 1n : sensitivityOf(bounds))
}

/**
 * The statement that computes the exact figures over the protected table: one row for each group that has entities, its values
 * as texts and the figure. Each entity counts in as many groups as the terms say, chosen by its own rows alone, and in each
 * with no more than the bounds.
 * @param key columns that together name an entity
 */
export function exactFiguresSql(question: NoisyQuestion, terms: NoisyTerms, table: string, key: readonly string[]): string {
  const groups = question.groups.map((name, at) => `CAST(${quotedIdentifier(name)} AS VARCHAR) AS g${at}`)
  const entities = key.map((name, at) => `${quotedIdentifier(name)} AS e${at}`)
  const names = question.groups.map((_, at) => `g${at}`)
  const keys = key.map((_, at) => `e${at}`)
  const bounds = question.column === null ? undefined : terms.bounds[question.column]
  const figure = question.column === null || bounds === undefined ? '1' : `greatest(least(sum(v), ${bounds.most}), ${bounds.least})`
  const value = question.column === null ? [] : [`CAST(${quotedIdentifier(question.column)} AS HUGEINT) AS v`]
  const within = [
    ...question.groups.map((name, at) => `g${at} IN (${(terms.domains[name] ?? []).map(quotedText).join(', ')})`),
    ...keys.map((name) => `${name} IS NOT NULL`), ...(question.column === null ? [] : ['v IS NOT NULL']),
  ]
  const each = `SELECT ${[...keys, ...names, `${figure} AS c`].join(', ')} FROM (SELECT ${[...entities, ...groups, ...value].join(', ')} FROM ${quotedIdentifier(table)}) AS r WHERE ${within.join(' AND ')} GROUP BY ${[...keys, ...names].join(', ')}`
  const order = names.length === 0 ? '' : ` ORDER BY hash(${[...keys, ...names].join(', ')}), ${names.join(', ')}`
  const kept = `SELECT * FROM (${each}) AS p QUALIFY row_number() OVER (PARTITION BY ${keys.join(', ')}${order}) <= ${terms.groupsPerEntity}`
  return `SELECT ${[...names, 'CAST(sum(c) AS VARCHAR) AS figure'].join(', ')} FROM (${kept}) AS k${names.length === 0 ? '' : ` GROUP BY ${names.join(', ')}`}`
}

/** Every declared group with its figure and noise, in the order in which the values are declared. @param exact rows of `exactFiguresSql` */
export function noisyCells(question: NoisyQuestion, terms: NoisyTerms, exact: readonly (readonly unknown[])[], uniform: UniformBelow): NoisyCell[] {
  const figures = new Map(exact.map((row) => [JSON.stringify(row.slice(0, -1).map(String)), row.at(-1)]))
  const scale = { over: answerSensitivity(question, terms) * BigInt(MILLI), under: BigInt(question.milliEpsilon) }
  return combinations(question.groups.map((name) => terms.domains[name] ?? [])).map((groups) => {
    const found = figures.get(JSON.stringify(groups))
    return { groups, value: (found === undefined || found === null ? 0n : BigInt(String(found))) + discreteLaplace(scale, uniform) }
  })
}

function combinations(domains: readonly (readonly string[])[]): string[][] {
  return domains.reduce<string[][]>((found, values) => found.flatMap((before) => values.map((value) => [...before, value])), [[]])
}

/** How far off a figure is at most, nineteen times out of twenty. */
export function noiseMargin(question: NoisyQuestion, terms: NoisyTerms): number {
  return Math.ceil(Number(answerSensitivity(question, terms)) * MILLI / question.milliEpsilon * Math.log(1 / BEYOND_MARGIN))
}
