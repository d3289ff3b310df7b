/** What rules do to the columns of a table, told without a row: for whoever writes them, and for the analyst who will read it. */
import { maskTitles } from './masking.ts'
import { sampleRows } from '#core/boundary/sample-rows.ts'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import { methodTitles } from './applied-rules.ts'
import type { DeclaredField } from './declared-protection.ts'
import { valueUnder } from './generalisation-ladder.ts'
import type { ColumnRule, ProtectionRules } from './protection-rules.ts'

export interface ColumnUnderRules {
  readonly name: string
  readonly title: string
  readonly type: string
  readonly role: string
  /** What the catalog entry declares; null where it says nothing. */
  readonly declared: string | null
  /** In Chinese, what is done to it. */
  readonly done: string
  /** A made-up value as it is supplied, and as the analyst will see it; null where it is not shown. */
  readonly supplied: string
  readonly seen: string | null
}

const ENTITY_WITHOUT_RULE = '按场景假名化（默认）'
/** A pseudonym's look; no key makes this one. */
const PSEUDONYM_LOOK = '9f2c…（32位假名）'

/** Every declared column of a table under rules, in its order; rules for columns that are not there do nothing. */
export function columnsUnderRules(schema: TableSchema, declared: readonly DeclaredField[] | null, rules: ProtectionRules | null): ColumnUnderRules[] {
  const [sample = []] = sampleRows(schema, schema.columns.map(({ name }) => name))
  return schema.columns.map(({ name, title, type, role }, position) => {
    const rule = rules?.columns.find((one) => one.column === name)
    const isKey = schema.entity.key.includes(name)
    const value = sample[position] ?? null
    return {
      name, title, type, role, declared: declared?.find((field) => field.name === name)?.protection ?? null,
      done: rule === undefined ? (isKey ? ENTITY_WITHOUT_RULE : '') : describedRule(rule), supplied: String(value ?? ''), seen: seenOf(value === null ? null : String(value), rule, isKey),
    }
  })
}

function seenOf(value: string | null, rule: ColumnRule | undefined, isKey: boolean): string | null {
  if (rule?.method === 'remove') return null
  if (rule?.method === 'pseudonym' || (rule === undefined && isKey)) return PSEUDONYM_LOOK
  return (rule === undefined ? value : valueUnder({ kind: 'rule', rule }, value)) ?? ''
}

const DATE_UNITS = { decade: '年代', year: '年', quarter: '季度', month: '月' } as const

/** A rule in a few words, as an official would say it. */
export function describedRule(rule: ColumnRule): string {
  if (rule.method !== 'generalise') return methodTitles[rule.method]
  const { generalisation } = rule
  switch (generalisation.by) {
    case 'prefix': return `泛化：只留前${generalisation.characters}位`
    case 'interval': return `泛化：每${generalisation.width}一档`
    case 'bounds': return `泛化：按${generalisation.bounds.join('、')}分档`
    case 'date': return `泛化：只到${DATE_UNITS[generalisation.unit]}`
    case 'tree': return `泛化：归并为${[...new Set([...Object.values(generalisation.groups), generalisation.others])].join('、')}`
  }
}

/** What is different in the later of two versions, column by column and beside them; empty where nothing is. */
export function changesBetween(before: ProtectionRules | null, after: ProtectionRules, titleOf: (column: string) => string): string[] {
  const names = [...new Set([...(before?.columns ?? []), ...after.columns].map(({ column }) => column))]
  const words = (rules: ProtectionRules | null, column: string): string => {
    const rule = rules?.columns.find((one) => one.column === column)
    return rule === undefined ? '不作处理' : rule.method === 'mask' ? `${describedRule(rule)}（${maskTitles[rule.kind] ?? rule.kind}）` : describedRule(rule)
  }
  const columns = names.filter((name) => JSON.stringify(before?.columns.find(({ column }) => column === name)) !== JSON.stringify(after.columns.find(({ column }) => column === name)))
    .map((name) => `${titleOf(name)}：${words(before, name)} → ${words(after, name)}`)
  const rows = JSON.stringify(before?.rows ?? []) === JSON.stringify(after.rows) ? [] : [`行筛选：${before?.rows.length ?? 0}项 → ${after.rows.length}项`]
  const [was, is] = [budgetWords(before, titleOf), budgetWords(after, titleOf)]
  const budget = was === is ? [] : [`带噪声的统计：${was} → ${is}`]
  return [...columns, ...rows, ...budget]
}

/** unit: thousandths of ε in ε; source: budgets are kept in whole thousandths */
const MILLI = 1_000

function budgetWords(rules: ProtectionRules | null, titleOf: (column: string) => string): string {
  const budget = rules?.privacyBudget
  if (budget === undefined) return '不开放'
  return `ε=${budget.milliEpsilon / MILLI}，可分组字段${Object.keys(budget.domains).map(titleOf).join('、') || '无'}，可合计字段${Object.entries(budget.bounds).map(([name, { least, most }]) => `${titleOf(name)}（${least}至${most}）`).join('、') || '无'}，每主体至多${budget.groupsPerEntity}组`
}
