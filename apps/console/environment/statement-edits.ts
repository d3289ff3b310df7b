import { partsOf } from './statement-parts.ts'
import { countedOnly, suggestedStatement } from './suggested-statement.ts'
import type { EntityKey } from './suggested-statement.ts'

/**
 * What an edit knows of the job: the columns that name entities, how many must stand behind a row, whether none of its rows
 * had as many, and of which columns an average can be made.
 */
export type EditedJob = { keys: readonly EntityKey[]; least: number | null; isEmpty: boolean; isNumeric: (column: string) => boolean }
type Known = EditedJob & { rules: readonly string[] }
/** A change of a statement's text, and what it did in a person's words; null where the text alone does not show how. */
type Edit = { says: string | ((job: Known) => string); of: (sql: string, job: Known) => string | null }

const TOTALS = /\bgroup\s+by\s+(?:rollup|cube)\s*\(([^()]*)\)/i
const ALL_TOTALS = /\b(?:rollup|cube|grouping\s+sets)\b/i
const ONE_OF_ALL = /\b(?:max|min|first|last|any_value|mode|median)\s*\(\s*([\p{L}_][\p{L}\p{N}_.]*)\s*\)/giu
const QUANTILE = /\bquantile(?:_cont|_disc)?\s*\(\s*([\p{L}_][\p{L}\p{N}_.]*)\s*,[^()]*\)/giu
const COUNTED_CASE = /count\s*\(\s*distinct\s+case\s+when\s+((?:(?!\b(?:then|case)\b)[\s\S])+?)\s+then\s+([\p{L}_][\p{L}\p{N}_.]*)\s+end\s*\)/giu
/** Functions whose figure is one entity's own value, or a list of them. */
const OF_ONE = /\b(?:max|min|first|last|any_value|mode|median|quantile\w*|arg_m\w+|string_agg|list\w*|array_agg|histogram|bool_and|bool_or|group_concat)\s*\(/i
const UNORDERED = /\blimit\s+\d+\s*$/i
const CAST = /(?<!try_)\bcast\s*\(/gi

/** Columns of which a figure is made: an entity that lacks the value stands behind no part of it. */
const OF_VALUES = /\b(?:sum|avg|stddev\w*|var\w*|corr|covar\w*|regr_\w+)\s*\(\s*([\p{L}_][\p{L}\p{N}_]*)\s*(?:,\s*([\p{L}_][\p{L}\p{N}_]*)\s*)?\)/giu
/** Parameters of a correlation or a line, by which entities must outnumber them. unit: parameters */
const PARAMETERS_MOST = 2

const CONDITION = /\bwhere\s+([\s\S]+?)\s+group\s+by\b/i

/** Beside a condition of its own, a missing value is one of the condition's figures. */
const MIXED = /\b(?:filter|case|count_if)\b/i

const withValues: Edit = {
  says: '只统计有数值的记录，没有数值的不计入',
  of: (sql, { isEmpty }) => {
    const values = [...new Set([...sql.matchAll(OF_VALUES)].flatMap(([, one, other]) => [one, other]))].filter((one) => one !== undefined)
    if (values.length === 0 || isEmpty || (sql.match(/\bselect\b/gi)?.length ?? 0) !== 1 || partsOf(sql) === null || MIXED.test(sql)) return null
    const present = values.map((one) => `${one} is not null`).join(' and ')
    return CONDITION.test(sql) ? sql.replace(CONDITION, (_, before: string) => `where ${present} and (${before})\ngroup by`) : sql.replace(/\s+group\s+by\b/i, `\nwhere ${present}\ngroup by`)
  },
}
const leaveOutSmall: Edit = {
  says: ({ isEmpty }) => (isEmpty ? '少用一个分组字段，并且不列出主体不足规定数的分组' : '不列出主体不足规定数的分组'),
  of: (sql, { keys, least: minimum, isEmpty, rules }) => (minimum === null ? null : suggestedStatement(sql, keys, rules.includes('few-degrees-of-freedom') ? minimum + PARAMETERS_MOST : minimum, isEmpty)),
}
const withoutTotals: Edit = { says: '去掉小计和合计，只列各组', of: (sql) => (TOTALS.test(sql) ? sql.replace(TOTALS, 'group by $1') : null) }
const averages: Edit = { says: '最大值、最小值、分位数一类改为平均值（字段别名请改成相符的名称）', of: (sql, { isNumeric }) => averaged(sql, isNumeric) }
const filters: Edit = { says: '按条件计数的，条件改写在 filter 中', of: (sql) => changedBy(sql, (text) => text.replaceAll(COUNTED_CASE, 'count(distinct $2) filter (where $1)')) }
const ordered: Edit = { says: '取前几行之前，先排定次序', of: (sql) => (UNORDERED.test(sql) && !/\border\s+by\b/i.test(sql) ? sql.replace(UNORDERED, (limit) => `order by all\n${limit}`) : null) }
const tryCasts: Edit = { says: '类型转换改用 try_cast，转换不了的记为空值，不再出错', of: (sql) => changedBy(sql, (text) => text.replaceAll(CAST, 'try_cast(')) }

/** What mends a finding of a rule, in the order in which a statement is changed. */
const EDITS: readonly (readonly [Edit, readonly string[]])[] = [
  [withoutTotals, ['figures-subtract-to-few', 'combination-leaves-few', 'suppressed-cell-recoverable', 'suppression-not-audited']],
  [averages, ['extreme-value', 'quantile-value', 'quantile-beyond']],
  [filters, ['microdata-route']],
  [ordered, ['not-repeatable']],
  [tryCasts, ['fails-with-other-entities']],
  [withValues, ['too-few-counted']],
  [leaveOutSmall, ['too-few-entities', 'too-few-counted', 'too-few-left-out', 'figures-differ-by-few', 'few-degrees-of-freedom', 'zero-cells']],
]
/** Edits that are made beside others and cure nothing alone. */
const BESIDE: readonly (readonly [Edit, readonly string[]])[] = [[leaveOutSmall, ['suppressed-cell-recoverable', 'extreme-value', 'quantile-value', 'quantile-beyond']]]

/** Findings that are gone where nothing but the number of entities in each group is left. */
const CURED_BY_COUNTING: ReadonlySet<string> = new Set([
  'too-few-entities', 'too-few-counted', 'too-few-left-out', 'too-few-in-branch', 'figures-differ-by-few', 'figures-subtract-to-few', 'few-degrees-of-freedom', 'zero-cells',
  'dominated-total', 'one-contribution-stands-out', 'extreme-value', 'quantile-value', 'quantile-beyond', 'microdata-route', 'rows-follow-entities', 'size-follows-entities',
])
/** Groups into which one entity may fall several times: their counts differ by few as their totals do. */
const OVERLAPPING = /\bjoin\b|\bunnest\s*\(/i
const COUNTED = '只按原来的分组统计主体个数，不输出总额、平均值、最大值、名单一类；对主体标识的条件和套入的查询也已去掉'

/**
 * A statement changed for every finding that held it back, and what was changed; null where one of them needs another statement.
 *
 * @param rules of the findings: the main ones, each of which an edit must cure, and all of them
 */
export function editedStatement(sql: string, rules: { main: readonly string[]; all: readonly string[] }, job: EditedJob): { sql: string; says: string[] } | null {
  return editedInPlace(sql, rules, job) ?? countedInstead(sql, rules, job)
}

function editedInPlace(sql: string, { main, all }: { main: readonly string[]; all: readonly string[] }, job: EditedJob): { sql: string; says: string[] } | null {
  const known = { ...job, rules: all }
  let changed = sql
  const says: string[] = []
  const cured = new Set<string>()
  for (const [edit, cures] of [...EDITS, ...BESIDE]) {
    const next = cures.some((rule) => all.includes(rule)) && !(edit === leaveOutSmall && says.includes(saidOf(edit, known))) ? edit.of(changed, known) : null
    if (next === null || next === changed) continue
    changed = next
    says.push(saidOf(edit, known))
    for (const rule of cures) cured.add(rule)
  }
  const isLeft = main.some((rule) => !cured.has(rule)) || ALL_TOTALS.test(changed) || (all.includes('extreme-value') && OF_ONE.test(changed))
  return isLeft || says.length === 0 ? null : { sql: changed, says }
}

function countedInstead(sql: string, { main }: { main: readonly string[] }, { keys, least, isEmpty }: EditedJob): { sql: string; says: string[] } | null {
  if (least === null || !main.every((rule) => CURED_BY_COUNTING.has(rule)) || (main.includes('figures-subtract-to-few') && OVERLAPPING.test(sql))) return null
  const counted = countedOnly(sql, keys, least, isEmpty)
  return counted === null ? null : { sql: counted, says: [isEmpty ? `少用分组字段；${COUNTED}` : COUNTED] }
}

function saidOf({ says }: Edit, known: Known): string {
  return typeof says === 'string' ? says : says(known)
}

/** Each largest, smallest or middle value of a number made its average; null where one is of something else. */
function averaged(sql: string, isNumeric: (column: string) => boolean): string | null {
  const columns = [ONE_OF_ALL, QUANTILE].flatMap((pattern) => [...sql.matchAll(pattern)].map(([, column]) => column ?? ''))
  // Of the largest and the smallest value of one column the average is one.
  if (columns.length === 0 || new Set(columns).size < columns.length) return null
  return !columns.every((column) => isNumeric(column.split('.').at(-1) ?? '')) ? null : sql.replaceAll(ONE_OF_ALL, 'avg($1)').replaceAll(QUANTILE, 'avg($1)')
}

function changedBy(sql: string, change: (text: string) => string): string | null {
  const changed = change(sql)
  return changed === sql ? null : changed
}
