/**
 * What rules would do to a table, before they are agreed on: how anonymous the rows are before and after, what each column
 * loses, and which generalisation would reach the wished anonymity with least loss. Nothing of a row is in the answer.
 */
import { measureAnonymity } from './anonymity-measures.ts'
import type { AnonymityMeasures } from './anonymity-measures.ts'
import { generalisedClasses } from './coded-table.ts'
import type { CodedColumn, DistinctRows } from './coded-table.ts'
import { columnEntropies, withheldEntropies } from './column-entropy.ts'
import type { EquivalenceClass } from './equivalence-class.ts'
import { searchGeneralisation } from './generalisation-search.ts'
import { ladderOf, valueUnder } from './generalisation-ladder.ts'
import type { LadderStep, WeighedColumn } from './generalisation-ladder.ts'
import { allTargets, closeness, distinctDiversity, minimumSize } from './privacy-target.ts'
import type { PrivacyTarget } from './privacy-target.ts'
import type { ColumnRule } from './protection-rules.ts'
import { prosecutorRisk } from './reidentification-risk.ts'
import { equalDistance } from './sensitive-distance.ts'

/** The different rows of a table: their quasi-identifiers as codes, how many rows each stands for, and the sensitive values in it. */
export interface WeighedTable {
  readonly columns: readonly WeighedColumn[]
  readonly keys: readonly Int32Array[]
  readonly sizes: Int32Array
  /** One for each different row; none where no sensitive column is looked at. */
  readonly sensitive: readonly EquivalenceClass[]
  /** Rows with each sensitive value, by code. */
  readonly overall: readonly number[]
}

/** What is wished: k rows in each class, l sensitive values, a distance of at most t; and the share of rows that may be left out for it. */
export interface WeighWish {
  readonly k: number
  readonly l: number | null
  readonly t: number | null
  readonly suppression: number
}

export interface Weight {
  readonly anonymity: AnonymityMeasures
  /** Share of the rows that fulfil the wish. */
  readonly fulfilled: number
  readonly averageRisk: number
  readonly unique: number
}

export interface Weighing {
  readonly rows: number
  readonly before: Weight
  readonly after: Weight
  /** Share of what each column tells that the rules take away, 0 to 1. */
  readonly losses: readonly { readonly column: string; readonly share: number }[]
  /** The generalisation with least loss; each column's step, or why there is none. */
  readonly suggestion:
    | { readonly found: true; readonly steps: readonly { readonly column: string; readonly step: LadderStep }[]; readonly loss: number; readonly suppressed: number }
    | { readonly found: false; readonly reason: 'target-out-of-reach' | 'too-many-checks' }
}

/** unit: nodes of the lattice; source: a person waits for the answer */
const MOST_CHECKS = 400
/** unit: risk; source: the threshold of ARX's reports; only the measures beside it are shown */
const RISK = 0.2

/** Weighs rules against a wish. The answer depends on nothing but the arguments. */
export function weighRules(table: WeighedTable, rules: readonly ColumnRule[], wish: WeighWish): Weighing {
  const ruleOf = (name: string) => rules.find((rule) => rule.column === name)
  const rows = table.sizes.reduce((sum, size) => sum + size, 0)
  const target = targetOf(table, wish)
  const proposed = distinct(table, rows, (column) => [{ kind: 'as-is' }, stepOf(ruleOf(column.name))])
  const weigh = (levels: readonly number[]): Weight => weightOf(generalisedClasses(proposed, levels), table.overall, rows, target)
  const all = proposed.columns.map(() => 1)
  return {
    rows, before: weigh(all.map(() => 0)), after: weigh(all),
    losses: table.columns.map(({ name }, position) => ({ column: name, share: lossOf(proposed, position) })),
    suggestion: suggestionOf(distinct(table, rows, (column) => ladderOf(column, ruleOf(column.name))), table.columns.map((column) => ladderOf(column, ruleOf(column.name))), wish, target),
  }
}

function stepOf(rule: ColumnRule | undefined): LadderStep {
  return rule === undefined || rule.method === 'pseudonym' ? { kind: 'as-is' } : { kind: 'rule', rule }
}

function targetOf({ overall, sensitive }: WeighedTable, { k, l, t }: WeighWish): PrivacyTarget {
  const looked = sensitive.length > 0
  return allTargets([minimumSize(k), ...(l === null || !looked ? [] : [distinctDiversity(l)]), ...(t === null || !looked ? [] : [closeness(t, equalDistance(overall))])])
}

/** The table with each column's values grouped by the steps of its ladder. */
function distinct({ columns, keys, sizes, sensitive }: WeighedTable, rows: number, ladder: (column: WeighedColumn) => readonly LadderStep[]): DistinctRows {
  const coded = columns.map((column, position): CodedColumn => ({
    name: column.name, codes: keys[position] ?? new Int32Array(),
    generalised: ladder(column).map((step) => groupsOf(column.values.map((value) => valueUnder(step, value)))),
  }))
  return { rows, columns: coded, keys, sizes, sensitive }
}

function groupsOf(names: readonly (string | null)[]): number[] {
  const known = new Map<string | null, number>()
  return names.map((name) => {
    const at = known.get(name) ?? known.size
    known.set(name, at)
    return at
  })
}

function weightOf(classes: readonly EquivalenceClass[], overall: readonly number[], rows: number, target: PrivacyTarget): Weight {
  const risk = prosecutorRisk(classes.map(({ size }) => size), RISK)
  const fulfilled = classes.reduce((sum, found) => sum + (target(found) ? found.size : 0), 0)
  return { anonymity: measureAnonymity({ rows, classes, overall }, equalDistance(overall)), fulfilled: rows === 0 ? 0 : fulfilled / rows, averageRisk: risk.average, unique: risk.uniqueness }
}

/** What a column's step costs of what the column could lose at most. */
function lossOf(table: DistinctRows, position: number): number {
  const column = table.columns[position]
  if (column === undefined) return 0
  const gone = column.generalised[0] ?? []
  const alone = (levels: readonly ArrayLike<number>[]): DistinctRows => ({ ...table, columns: [{ ...column, generalised: levels }], keys: [table.keys[position] ?? new Int32Array()] })
  const entropies = columnEntropies(alone([...column.generalised, Array.from(gone, () => 0)]))
  const [own, most] = [entropies([1]), entropies([column.generalised.length])]
  return most === 0 ? 0 : own / most
}

function suggestionOf(table: DistinctRows, ladders: readonly (readonly LadderStep[])[], wish: WeighWish, target: PrivacyTarget): Weighing['suggestion'] {
  const entropies = columnEntropies(table)
  const found = searchGeneralisation(table, {
    target, suppressionLimit: wish.suppression, loss: (levels, classes) => entropies(levels) + withheldEntropies(table, levels, classes), leastLoss: entropies,
    monotone: wish.suppression === 0 || (wish.l === null && wish.t === null), mostChecks: MOST_CHECKS,
  })
  if (!found.found) return { found: false, reason: found.reason }
  const most = entropies(ladders.map((ladder) => ladder.length - 1))
  return {
    found: true, loss: most === 0 ? 0 : found.loss / most, suppressed: table.rows === 0 ? 0 : found.suppressedRows / table.rows,
    steps: found.levels.map((level, position) => ({ column: table.columns[position]?.name ?? '', step: ladders[position]?.[level] ?? { kind: 'as-is' } })),
  }
}
