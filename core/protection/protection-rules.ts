/**
 * The protection rules of a table, as agency and provider write them together: what is done to which column, and which rows
 * are left out, before anybody's job sees them. One version of the rules is one immutable text with a digest.
 */
import { z } from 'zod'
import { rowFilterSchema } from '#core/boundary/row-filter.ts'
import { columnNamed } from '#core/boundary/table-schema.ts'
import type { ColumnSchema, TableSchema } from '#core/boundary/table-schema.ts'
import { generalisationFault, generalisationSchema } from './generalising.ts'
import type { Generalisation } from './generalising.ts'
import { maskKinds } from './masking.ts'

const columnName = z.string().min(1)

/** unit: characters of one value; source: longer than the names of groups are */
const VALUE_CHARACTERS_MAX = 100
/** unit: values; source: noise is drawn for each of them, also where nobody is */
const DOMAIN_VALUES_MAX = 1_000
/** unit: groups; source: the noise grows by as much, and beyond it hides the figures */
const GROUPS_PER_ENTITY_MAX = 100

export const columnRuleSchema = z.discriminatedUnion('method', [
  /** The column is not handed over at all. */
  z.strictObject({ column: columnName, method: z.literal('remove') }),
  z.strictObject({ column: columnName, method: z.literal('mask'), kind: z.enum(maskKinds as [string, ...string[]]) }), // the list is not empty
  z.strictObject({ column: columnName, method: z.literal('generalise'), generalisation: generalisationSchema }),
  /** Equal values stay equal within one scenario, and cannot be linked with those of another. */
  z.strictObject({ column: columnName, method: z.literal('pseudonym') }),
])
export type ColumnRule = z.infer<typeof columnRuleSchema>

export const protectionRulesSchema = z.strictObject({
  columns: z.array(columnRuleSchema),
  /** Rows that do not fulfil all of these are not handed over. */
  rows: rowFilterSchema.default([]),
  /** What operators may learn by noisy counts and sums, each of them; absent: nothing may be asked that way. */
  privacyBudget: z.strictObject({
    /** Thousandths of ε that one scenario of an agreement may spend in all on this table. */
    milliEpsilon: z.int().min(1),
    /** For sums: the bounds within which one person's contribution to a figure is counted, by column. */
    bounds: z.record(z.string(), z.strictObject({ least: z.int(), most: z.int() })),
    /** The columns by which figures may be asked in groups, each with the values it can have; rows with another value are in no group. */
    domains: z.record(z.string(), z.array(z.string().min(1).max(VALUE_CHARACTERS_MAX)).min(1).max(DOMAIN_VALUES_MAX)).default({}),
    /** In how many groups one person is counted at most; of more, some are left out. */
    groupsPerEntity: z.int().min(1).max(GROUPS_PER_ENTITY_MAX).default(1),
  }).optional(),
})
export type ProtectionRules = z.infer<typeof protectionRulesSchema>

/** A rule that does not fit its table: which, why, and what to do. */
export interface RuleFault {
  readonly code: 'column-must-exist' | 'column-must-have-one-rule' | 'method-must-fit-type' | 'entity-key-must-stay-distinct' | 'generalisation-must-be-sound' | 'bounds-must-be-ordered' | 'domain-must-be-distinct' | 'key-must-not-be-a-group' | 'column-must-be-left' | 'rules-must-say-something'
  readonly message: string
  readonly cure: string
}

/** Every fault of the rules for a table; none when they may be agreed on. */
export function ruleFaults(rules: ProtectionRules, schema: TableSchema): RuleFault[] {
  return [...faultsIn(rules, schema)]
}

function* faultsIn(rules: ProtectionRules, schema: TableSchema): Generator<RuleFault> {
  if (rules.columns.length === 0 && rules.rows.length === 0 && rules.privacyBudget === undefined) {
    yield { code: 'rules-must-say-something', message: '规则是空的。', cure: '请至少写明一个字段的处理方式、一项行筛选条件或者隐私预算。' }
  }
  const seen = new Set<string>()
  for (const rule of rules.columns) {
    const column = columnNamed(schema, rule.column)
    if (column === undefined) {
      yield noColumn(rule.column, schema)
      continue
    }
    if (seen.has(column.name)) yield { code: 'column-must-have-one-rule', message: `字段“${column.title}”有两条规则。`, cure: '请合并为一条。' }
    seen.add(column.name)
    yield* columnFaults(rule, column, schema)
  }
  for (const { column } of rules.rows) if (columnNamed(schema, column) === undefined) yield noColumn(column, schema)
  for (const [name, { least, most }] of Object.entries(rules.privacyBudget?.bounds ?? {})) {
    const column = columnNamed(schema, name)
    if (column === undefined) yield noColumn(name, schema)
    else if (column.type !== 'integer') yield { code: 'method-must-fit-type', message: `字段“${column.title}”不是整数，不能求带噪声的合计。`, cure: '请只为整数字段写明上下限。' }
    if (least >= most) yield { code: 'bounds-must-be-ordered', message: `字段“${column?.title ?? name}”的下限不小于上限。`, cure: '请改正上下限。' }
    if (isRemoved(rules, name)) yield removedColumn(column?.title ?? name)
  }
  for (const [name, values] of Object.entries(rules.privacyBudget?.domains ?? {})) {
    const column = columnNamed(schema, name)
    if (column === undefined) yield noColumn(name, schema)
    else if (schema.entity.key.includes(column.name)) yield { code: 'key-must-not-be-a-group', message: `字段“${column.title}”标识个人或者企业，不能作为分组。`, cure: '请改用不标识主体的字段。' }
    if (new Set(values).size !== values.length) yield { code: 'domain-must-be-distinct', message: `字段“${column?.title ?? name}”的分组取值有重复。`, cure: '请去掉重复的取值。' }
    if (isRemoved(rules, name)) yield removedColumn(column?.title ?? name)
  }
}

function isRemoved(rules: ProtectionRules, name: string): boolean {
  return rules.columns.some((rule) => rule.column === name && rule.method === 'remove')
}

function removedColumn(title: string): RuleFault {
  return { code: 'column-must-be-left', message: `字段“${title}”已规定删除，不能用于带噪声的统计。`, cure: '请改变该字段的处理方式，或者不把它列入带噪声的统计。' }
}

function* columnFaults(rule: ColumnRule, column: ColumnSchema, schema: TableSchema): Generator<RuleFault> {
  if (schema.entity.key.includes(column.name) && rule.method !== 'pseudonym') {
    yield {
      code: 'entity-key-must-stay-distinct', message: `字段“${column.title}”标识个人或者企业，处理后仍须能区分不同主体，否则无法核对输出背后的主体数。`,
      cure: '请改为按场景假名化；不需要使用该字段的，供给时不要列入获准字段。',
    }
  }
  // A key of another type becomes a text with its pseudonym.
  const becomesText = rule.method === 'pseudonym' && schema.entity.key.includes(column.name)
  if ((rule.method === 'mask' || rule.method === 'pseudonym') && column.type !== 'text' && !becomesText) {
    yield { code: 'method-must-fit-type', message: `字段“${column.title}”不是文本，不能${rule.method === 'mask' ? '掩码' : '假名化'}。`, cure: '请改为泛化或者删除。' }
  }
  if (rule.method !== 'generalise') return
  const fault = generalisationFault(rule.generalisation)
  if (fault !== null) yield { code: 'generalisation-must-be-sound', message: `字段“${column.title}”的泛化规则有误：${fault}。`, cure: '请改正后重新提交。' }
  if (!GENERALISED_TYPES[rule.generalisation.by].includes(column.type)) {
    yield { code: 'method-must-fit-type', message: `字段“${column.title}”的类型不适用这种泛化方式。`, cure: '整数用区间或者分档，日期用周期，文本用前缀或者分类对照。' }
  }
}

const GENERALISED_TYPES: Readonly<Record<Generalisation['by'], readonly ColumnSchema['type'][]>> = {
  prefix: ['text'], tree: ['text'], interval: ['integer'], bounds: ['integer'], date: ['date'],
}

function noColumn(name: string, schema: TableSchema): RuleFault {
  return { code: 'column-must-exist', message: `“${schema.title}”没有字段“${name}”。`, cure: '请按登记的表结构填写字段名。' }
}

/** The column as a job finds it: a pseudonym is a text, all else keeps its type. */
export function protectedColumn(column: ColumnSchema, rules: ProtectionRules | null): ColumnSchema {
  const { scale: _scale, ...rest } = column
  return rules?.columns.some((rule) => rule.column === column.name && rule.method === 'pseudonym') === true ? { ...rest, type: 'text' } : column
}

/** The columns that the rules leave of those approved. */
export function keptColumns(rules: ProtectionRules | null, columns: readonly string[]): string[] {
  const removed = new Set(rules?.columns.filter(({ method }) => method === 'remove').map(({ column }) => column))
  return columns.filter((name) => !removed.has(name))
}
