import { isSimple, suggestedStatement } from './suggested-statement.ts'

/** What an edit knows of the job: the column that names an entity, how many must stand behind a row, whether none of its rows had as many. */
export type EditedJob = { key: string | null; least: number | null; isEmpty: boolean }
type Known = EditedJob & { rules: readonly string[] }
/** A change of a statement's text, and what it did in a person's words; null where the text alone does not show how. */
type Edit = { says: string | ((job: Known) => string); of: (sql: string, job: Known) => string | null }

const TOTALS = /\bgroup\s+by\s+(?:rollup|cube)\s*\(([^()]*)\)/i
const ALL_TOTALS = /\b(?:rollup|cube|grouping\s+sets)\b/i
const ONE_OF_ALL = /\b(?:max|min|first|last|any_value|mode|median)\s*\(\s*([\p{L}_][\p{L}\p{N}_.]*)\s*\)/giu
const QUANTILE = /\bquantile(?:_cont|_disc)?\s*\(\s*([\p{L}_][\p{L}\p{N}_.]*)\s*,[^()]*\)/giu
const COUNTED_CASE = /count\s*\(\s*distinct\s+case\s+when\s+((?:(?!\b(?:then|case)\b)[\s\S])+?)\s+then\s+([\p{L}_][\p{L}\p{N}_.]*)\s+end\s*\)/giu
const UNORDERED = /\blimit\s+\d+\s*$/i
const CAST = /(?<!try_)\bcast\s*\(/gi

/** Columns of which a figure is made: an entity that lacks the value stands behind no part of it. */
const OF_VALUES = /\b(?:sum|avg|stddev\w*|var\w*|corr|covar\w*|regr_\w+)\s*\(\s*([\p{L}_][\p{L}\p{N}_]*)\s*(?:,\s*([\p{L}_][\p{L}\p{N}_]*)\s*)?\)/giu
/** Parameters of a correlation or a line, by which entities must outnumber them. unit: parameters */
const PARAMETERS_MOST = 2

const CONDITION = /\bwhere\s+([\s\S]+?)\s+group\s+by\b/i

const withValues: Edit = {
  says: '只统计有数值的记录，没有数值的不计入',
  of: (sql, { isEmpty }) => {
    const values = [...new Set([...sql.matchAll(OF_VALUES)].flatMap(([, one, other]) => [one, other]))].filter((one) => one !== undefined)
    if (values.length === 0 || isEmpty || !isSimple(sql)) return null
    const present = values.map((one) => `${one} is not null`).join(' and ')
    return CONDITION.test(sql) ? sql.replace(CONDITION, (_, before: string) => `where ${present} and (${before})\ngroup by`) : sql.replace(/\s+group\s+by\b/i, `\nwhere ${present}\ngroup by`)
  },
}
const leaveOutSmall: Edit = {
  says: ({ isEmpty }) => (isEmpty ? '少用一个分组字段，并且不列出主体不足规定数的分组' : '不列出主体不足规定数的分组'),
  of: (sql, { key, least: minimum, isEmpty, rules }) => {
    if (key === null || minimum === null) return null
    const least = rules.includes('few-degrees-of-freedom') ? minimum + PARAMETERS_MOST : minimum
    return sql.toLowerCase().includes(`count(distinct ${key}) >= ${least}`.toLowerCase()) ? null : suggestedStatement(sql, key, least, isEmpty)
  },
}
const withoutTotals: Edit = { says: '去掉小计和合计，只列各组', of: (sql) => (TOTALS.test(sql) ? sql.replace(TOTALS, 'group by $1') : null) }
const averages: Edit = { says: '最大值、最小值、分位数一类改为平均值（字段别名请改成相符的名称）', of: (sql) => changedBy(sql, (text) => text.replaceAll(ONE_OF_ALL, 'avg($1)').replaceAll(QUANTILE, 'avg($1)')) }
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
  [leaveOutSmall, ['too-few-entities', 'too-few-counted', 'few-degrees-of-freedom', 'zero-cells', 'suppressed-cell-recoverable', 'extreme-value', 'quantile-beyond']],
]

/** Rules for whose findings an edit of the text is the whole cure; beside others the statement is written anew. */
const CURED: ReadonlySet<string> = new Set(EDITS.flatMap(([, rules]) => rules))

/**
 * A statement changed for every finding that held it back, and what was changed; null where one of them needs another statement.
 *
 * @param rules of the findings: the main ones, which the edits must cure, and all of them
 */
export function editedStatement(sql: string, rules: { main: readonly string[]; all: readonly string[] }, job: EditedJob): { sql: string; says: string[] } | null {
  if (!rules.main.every((rule) => CURED.has(rule))) return null
  const known = { ...job, rules: rules.all }
  let changed = sql
  const says: string[] = []
  for (const [edit, cures] of EDITS) {
    const next = cures.some((rule) => rules.all.includes(rule)) ? edit.of(changed, known) : null
    if (next === null || next === changed) continue
    changed = next
    says.push(typeof edit.says === 'string' ? edit.says : edit.says(known))
  }
  return says.length === 0 || ALL_TOTALS.test(changed) ? null : { sql: changed, says }
}

function changedBy(sql: string, change: (text: string) => string): string | null {
  const changed = change(sql)
  return changed === sql ? null : changed
}
