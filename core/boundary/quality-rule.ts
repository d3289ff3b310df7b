/**
 * Quality rules of a supplied table and what a file was found to be under them. The five dimensions are those that
 * providers know from their own work: completeness, validity, uniqueness, consistency, timeliness.
 */
import { z } from 'zod'

/** unit: characters; source: platform default, no provision */
const PATTERN_LENGTH_MAX = 200

const refuses = {
  /** Whether a file that breaks the rule is refused; otherwise the breach is reported with the version. */
  refuse: z.boolean().default(false),
}

export const qualityRule = z.discriminatedUnion('dimension', [
  /** At least this share of the rows has a value. */
  z.strictObject({ dimension: z.literal('completeness'), column: z.string(), atLeast: z.number().min(0).max(1), ...refuses }),
  /** Every value is one of these, within these bounds (both belong to them), or matches the whole pattern. Values are written as in the file. */
  z.strictObject({
    dimension: z.literal('validity'),
    column: z.string(),
    oneOf: z.array(z.string()).min(1).optional(),
    from: z.string().optional(),
    to: z.string().optional(),
    pattern: z.string().max(PATTERN_LENGTH_MAX).optional(),
    ...refuses,
  }),
  /** No two rows agree in all these columns; rows in which one of them is missing do not count. */
  z.strictObject({ dimension: z.literal('uniqueness'), columns: z.array(z.string()).min(1), ...refuses }),
  /** In every row in which both have a value, `left` stands in this relation to `right`. */
  z.strictObject({ dimension: z.literal('consistency'), left: z.string(), is: z.enum(['equal', 'at-most', 'less']), right: z.string(), ...refuses }),
  /** The newest value of this date or time is at most so many days older than the day of supply. */
  z.strictObject({ dimension: z.literal('timeliness'), column: z.string(), withinDays: z.int().min(0), ...refuses }),
])
export type QualityRule = z.infer<typeof qualityRule>
export type QualityDimension = QualityRule['dimension']

/** What the rows were found to be under one rule; holds no value of the table. */
export interface QualityFinding {
  rule: QualityRule
  rows: number
  /** Rows that break the rule; for timeliness 1 where the table is too old. */
  violations: number
  /** The first of them, counted from 1; absent where none does or where no row can be named. */
  firstRow?: number
  /** Days between the newest value and the day of supply; only for timeliness, absent where no value is there. */
  daysOld?: number
  passed: boolean
  /** The first rows that break the rule, up to `FAILURES_MAX`; absent where no row can be named. */
  failures?: QualityFailure[]
}

/** A value that breaks a rule, by its place and its shape: digits as 9, letters as a, Chinese characters as 字, anything else as a dot. */
export interface QualityFailure {
  row: number
  /** Columns of the rule as it names them. */
  column: string
  shape: string
}

/** unit: rows kept for one rule; source: platform default, enough to find what is wrong, no copy of the table */
export const FAILURES_MAX = 100

export const qualityDimensions: Readonly<Record<QualityDimension, string>> = {
  completeness: '完整性',
  validity: '有效性',
  uniqueness: '唯一性',
  consistency: '一致性',
  timeliness: '及时性',
}

/** The columns that a rule names. */
export function columnsOfRule(rule: QualityRule): string[] {
  switch (rule.dimension) {
    case 'uniqueness':
      return rule.columns
    case 'consistency':
      return [rule.left, rule.right]
    default:
      return [rule.column]
  }
}

/** unit: hundredths; source: definition of the per cent */
const PERCENT = 100
/** unit: digits behind the point in a report; source: platform default, no provision */
const SHOWN_DIGITS = 3
const relations = { equal: '等于', 'at-most': '不大于', less: '小于' } as const

/** One sentence of the report, for the provider. `titleOf` gives a column's Chinese title. */
export function qualitySentence(finding: QualityFinding, titleOf: (column: string) => string): string {
  const { rule, rows, violations, firstRow } = finding
  const verdict = finding.passed ? '符合' : '不符合'
  const first = firstRow === undefined ? '' : `，最先出现在第 ${firstRow} 行（不计表头）`
  return `${qualityDimensions[rule.dimension]}：${demandOf(rule, titleOf)}，${verdict}。${foundOf(finding, rows, violations)}${first}。`
}

function demandOf(rule: QualityRule, titleOf: (column: string) => string): string {
  switch (rule.dimension) {
    case 'completeness':
      return `“${titleOf(rule.column)}”应至少有 ${shown(rule.atLeast * PERCENT)}% 的行有值`
    case 'validity':
      return `“${titleOf(rule.column)}”的值应在规定的范围内`
    case 'uniqueness':
      return `“${rule.columns.map(titleOf).join('、')}”应不重复`
    case 'consistency':
      return `“${titleOf(rule.left)}”应${relations[rule.is]}“${titleOf(rule.right)}”`
    case 'timeliness':
      return `“${titleOf(rule.column)}”最新的值距提供之日应不超过 ${rule.withinDays} 日`
  }
}

function foundOf({ rule, daysOld }: QualityFinding, rows: number, violations: number): string {
  if (rule.dimension === 'timeliness') return daysOld === undefined ? '没有一行有值' : `实为 ${daysOld} 日`
  const share = rows === 0 ? 0 : (violations / rows) * PERCENT
  return `共 ${rows} 行，其中 ${violations} 行不符（${shown(share)}%）`
}

/** Without superfluous zeros. */
function shown(value: number): string {
  return String(Number(value.toFixed(SHOWN_DIGITS)))
}
