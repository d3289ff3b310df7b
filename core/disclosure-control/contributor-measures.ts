import { asList, asNode, nodesOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'
import { isKeyColumn, isQuestion, lookUp, shapeOf, type TracedRelation } from '#core/disclosure-control/contributor-columns.ts'
import { LEAVES_OUT, saysPresence, withoutOwnPresence } from '#core/disclosure-control/missing-values.ts'
import { isPacked } from '#core/disclosure-control/several-columns.ts'
import { allOf, callNode, doubleNode, everyNode, functionName, isAggregateName, isColumn, isNotNull, isNotTrue, isNotZero } from '#core/boundary/tree-nodes.ts'

/**
 * What a figure can give away: a count its size, a total its largest parts, a spread its outliers, a quantile the entities
 * beyond it, a value the entity that has it, rows everything.
 */
export type MeasureKind = 'count' | 'total' | 'spread' | 'quantile' | 'value' | 'rows'

/** Which of the values of a cell a figure shows: the lowest, the highest, the most frequent, each, or one that must be the only one. */
export type ShownValue = 'lowest' | 'highest' | 'most-frequent' | 'each' | 'only'

export interface Measure {
  readonly kind: MeasureKind
  readonly functionName: string
  /** Whether a condition leaves entities of the cell out, so that those left out must be many as well. */
  readonly conditional: boolean
  /** Whether its condition is more than conditions that must all hold: with such a figure, others may be added up and compared. */
  readonly compound: boolean
  /** Whether it counts the entities themselves, so that a second row of one of them changes nothing. */
  readonly ofKeys: boolean
  /** The kind of entity whose keys it counts; empty for other figures. */
  readonly keysOf: string
  /** Whether it is computed from two values of each row, such as a covariance. */
  readonly paired: boolean
  /** Whether contributions are more than sums and multiples of supplied values, so that one of them may stand out on purpose. */
  readonly curved: boolean
  /** Conditions inside the measured value; each must hold for nobody or for many. */
  readonly branches: number
  /** For quantiles: the shares of the cell below them. */
  readonly fractions: readonly number[]
  /** For values: which of them the figure shows. */
  readonly shown: ShownValue | null
  /** Digests of the tables whose supplied columns alone it is computed from; absent where that is not known, or all count. */
  readonly readsTables?: readonly string[]
  /** Over cells: whether contributions are more than sums and multiples of figures. */
  readonly bent?: boolean
  /** A count of rows that nothing leaves out but that a supplied value is missing in them (missing-values.ts). */
  readonly plain?: true
  /** Only a part of a figure: nobody sees it beside the others. */
  readonly within?: true
}

/** A measure with the columns that the inner, per-entity query computes for it, and for values the value itself. */
export interface TracedMeasure extends Measure {
  readonly innerColumns: readonly TreeNode[]
  readonly value: TreeNode | null
  readonly filter: TreeNode | null
  /** Which rows count towards it; null for all. */
  readonly counted: TreeNode | null
}

const KINDS: Readonly<Record<string, MeasureKind>> = {
  count: 'count', count_star: 'count', count_if: 'count', countif: 'count', approx_count_distinct: 'count', entropy: 'count', regr_count: 'count', sum: 'total', avg: 'total', mean: 'total', fsum: 'total', kahan_sum: 'total', sumkahan: 'total', sum_no_overflow: 'total', favg: 'total', geomean: 'total', geometric_mean: 'total',
  median: 'quantile', quantile: 'quantile', quantile_cont: 'quantile', quantile_disc: 'quantile', approx_quantile: 'quantile', mad: 'quantile',
  min: 'value', max: 'value', mode: 'value', any_value: 'value', arbitrary: 'value', first: 'value', last: 'value', arg_min: 'value', arg_max: 'value', min_by: 'value', max_by: 'value', arg_max_null: 'value', arg_min_null: 'value', arg_max_nulls_last: 'value', arg_min_nulls_last: 'value', histogram: 'value',
  bool_and: 'value', bool_or: 'value', list: 'rows', array_agg: 'rows', string_agg: 'rows', group_concat: 'rows', listagg: 'rows', json_group_array: 'rows', json_group_object: 'rows',
  stddev: 'spread', stddev_samp: 'spread', stddev_pop: 'spread', variance: 'spread', var_samp: 'spread', var_pop: 'spread', sem: 'spread', skewness: 'spread', kurtosis: 'spread', kurtosis_pop: 'spread',
  corr: 'spread', covar_pop: 'spread', covar_samp: 'spread', regr_slope: 'spread', regr_intercept: 'spread', regr_r2: 'spread', regr_avgx: 'spread', regr_avgy: 'spread', regr_sxx: 'spread', regr_syy: 'spread', regr_sxy: 'spread',
}
const SHOWN: Readonly<Record<string, ShownValue>> = { min: 'lowest', max: 'highest', mode: 'most-frequent', histogram: 'each', bool_and: 'each', bool_or: 'each', list: 'each', array_agg: 'each', string_agg: 'each', group_concat: 'each', listagg: 'each' }
/** unit: arguments; source: max(value, n) answers with the n largest */
const ARGUMENTS_OF_N_LARGEST = 2
const N_LARGEST: ReadonlySet<string> = new Set(['min', 'max'])
const HALF = 0.5
const COUNTS_IF: ReadonlySet<string> = new Set(['count_if', 'countif'])
/** unit: base; source: the engine writes a decimal as its digits and their scale */
const DECIMAL_BASE = 10

export function isAggregate(node: TreeNode): boolean {
  return isAggregateName(functionName(node))
}

/** The aggregate calls in a part of a query; those of nested queries are theirs. */
export function aggregatesIn(part: unknown): readonly TreeNode[] {
  return [...everyNode(part, (node) => node['class'] === 'SUBQUERY')].filter(isAggregate)
}

/**
 * Traces one aggregate: which rows count towards it, and for totals how much each entity puts in.
 * @param missingAsSupplied whether values are missing only where they were supplied so, and by no join
 * @returns null when nobody could say what its argument carries, so that counting entities would prove nothing
 */
export function traceMeasure(call: TreeNode, position: number, relations: readonly TracedRelation[], missingAsSupplied = false): TracedMeasure | null {
  const name = functionName(call)
  const listed = KINDS[name]
  // Products, bits: of rows of entities nobody could say what one of them puts in.
  if (listed === undefined) return null
  const args = nodesOf(call['children']).filter((child) => child !== null)
  const [argument = null] = args
  const filter = withoutOwnPresence(asNode(call['filter']), LEAVES_OUT.has(listed) ? args : [])
  const kind: MeasureKind = (N_LARGEST.has(name) && args.length === ARGUMENTS_OF_N_LARGEST) || (listed === 'rows' && (call['distinct'] !== true || name === 'json_group_object')) ? 'rows' : listed === 'rows' ? 'value' : listed
  const measured = kind === 'quantile' ? args.slice(0, 1) : args
  const shapes = measured.map((child) => shapeOf(child, relations))
  const keyCounted = kind === 'count' && args.every((child) => isKeyColumn(child, relations))
  if ((kind === 'total' || kind === 'spread' || kind === 'quantile') && shapes.some((shape) => shape.kind === 'opaque')) return null
  // A quantile is the value of one entity, so that it must not be its whole record.
  if (kind === 'quantile' && measured.some((child) => isPacked(child, relations))) return null
  const fractions = kind === 'quantile' ? fractionsOf(name, args[1] ?? null) : []
  if (fractions === null) return null
  const question = kind === 'total' && argument !== null && saysNothing(call['distinct']) && answersOnly(argument)
  const conditions = [
    ...(filter === null ? [] : [filter]),
    ...(COUNTS_IF.has(name) && argument !== null ? [argument] : keyCounted ? args.map(isNotNull) : kind === 'value' || kind === 'rows' ? [] : measured.map(isNotNull)),
    ...(question && argument !== null ? [isNotZero(doubleNode(argument))] : name === 'sum' && argument !== null ? [isNotZero(doubleNode(argument))] : []),
  ]
  const counted = allOf(conditions)
  const plain = missingAsSupplied && (kind === 'count' && !COUNTS_IF.has(name) && call['distinct'] !== true || question) && (question ? measured : args).every((child) => saysPresence(child, relations)) && (filter === null || saysPresence(filter, relations))
  const conditional = !plain && (filter !== null || question || COUNTS_IF.has(name) || (kind === 'count' && args.some((child) => !isColumn(child))))
  // How many answers there are tells of the one whose answer is rare.
  const answers = kind === 'count' && call['distinct'] === true && !keyCounted
  const branches = plain ? [] : kind === 'total' || kind === 'spread' || kind === 'quantile' || answers ? shapes.flatMap((shape) => shape.conditions) : []
  const innerColumns = [callNode('count_star', [], counted, `c${position}`)]
  if (conditional && counted !== null) innerColumns.push(callNode('count_star', [], isNotTrue(counted), `r${position}`))
  for (const [at, branch] of branches.entries()) {
    innerColumns.push(callNode('count_star', [], allOf([...(filter === null ? [] : [filter]), branch]), `w${position}_${at}`))
    innerColumns.push(callNode('count_star', [], allOf([...(filter === null ? [] : [filter]), isNotTrue(branch)]), `z${position}_${at}`))
  }
  const first = measured[0] ?? null
  if (kind === 'total' && first !== null) {
    innerColumns.push(callNode('sum', [callNode('abs', [doubleNode(first)], null, '')], filter, `a${position}`))
    innerColumns.push(callNode('sum', [doubleNode(first)], filter, `v${position}`))
  }
  if (kind === 'spread' && first !== null) innerColumns.push(callNode('avg', [doubleNode(first)], filter, `v${position}`))
  const second = kind === 'spread' ? (measured[1] ?? null) : null
  if (second !== null) innerColumns.push(callNode('avg', [doubleNode(second)], filter, `y${position}`))
  return {
    kind, functionName: name, conditional, compound: [...(filter === null ? [] : [filter]), ...(kind === 'count' || question ? args : [])].some(isCompound), ofKeys: keyCounted && args.length > 0, keysOf: keyCounted && argument !== null ? (lookUp(argument, relations)[0]?.keyOf ?? '') : '', paired: second !== null, curved: !plain && (kind === 'total' || kind === 'spread') && shapes.some((shape) => shape.kind === 'curved'), branches: branches.length, fractions,
    ...(plain ? { plain } : {}), ...readTables(measured, relations),
    shown: kind === 'value' ? (SHOWN[name] ?? 'only') : null, innerColumns, value: kind === 'value' || kind === 'quantile' ? argument : null, filter, counted,
  }
}

/** A number by which rows count, whatever it is computed from, as a figure that nobody sees. */
export function weightMeasure(number: TreeNode, position: number): TracedMeasure {
  const sum = callNode('sum', [doubleNode(number)], null, `v${position}`)
  return {
    kind: 'total', functionName: 'sum', conditional: false, compound: false, ofKeys: false, keysOf: '', paired: false, curved: true, branches: 0, fractions: [], shown: null, within: true,
    innerColumns: [callNode('count_star', [], null, `c${position}`), { ...sum, alias: `a${position}` }, sum], value: null, filter: null, counted: null,
  }
}

/** The tables that the values of a figure are supplied by. */
function readTables(measured: readonly TreeNode[], relations: readonly TracedRelation[]): Pick<Measure, 'readsTables'> {
  const read = measured.flatMap((child) => [...everyNode(child)].filter(isColumn).flatMap((column) => lookUp(column, relations)))
  return read.length === 0 || read.some(({ relation }) => relation.declared !== true) ? {} : { readsTables: read.flatMap(({ relation }) => relation.entities.flatMap((entity) => (entity.rows ?? []).map(({ table }) => table.digest))) }
}

/** Whether several comparisons are tied together by anything but AND. */
function isCompound(node: TreeNode): boolean {
  if (node['type'] === 'CONJUNCTION_AND') return nodesOf(node['children']).some((child) => child !== null && isCompound(child))
  return [...everyNode(node)].filter((one) => isQuestion(one) && one['class'] !== 'CONJUNCTION' && one['type'] !== 'OPERATOR_NOT').length > 1
}

/** Whether a value is only an answer: a question, a truth, or constants picked by a question. */
function answersOnly(node: TreeNode): boolean {
  if (node['class'] === 'CAST') { const child = asNode(node['child']); return child !== null && answersOnly(child) }
  if (isQuestion(node)) return true
  if (node['class'] !== 'CASE') return false
  const results = [...nodesOf(node['case_checks']).map((check) => asNode(check?.['then_expr'])), asNode(node['else_expr'])]
  return results.every((result) => result === null || result['class'] === 'CONSTANT' || (result['class'] === 'CAST' && asNode(result['child'])?.['class'] === 'CONSTANT'))
}

/** The shares that a quantile asks for; null when they are not written as numbers. */
function fractionsOf(name: string, node: TreeNode | null): readonly number[] | null {
  if (name === 'median' || name === 'mad') return [HALF]
  const written = node !== null && functionName(node) === 'list_value' ? nodesOf(node['children']) : [node]
  const fractions = written.map((one) => fractionOf(one))
  return fractions.some((fraction) => fraction === null) ? null : fractions.map((fraction) => fraction ?? 0)
}

function fractionOf(node: TreeNode | null): number | null {
  if (node?.['class'] === 'CAST') return fractionOf(asNode(node['child']))
  const constant = asNode(node?.['value'])
  const value = Number(constant?.['value'])
  if (node?.['class'] !== 'CONSTANT' || !Number.isFinite(value)) return null
  const scale = Number(asNode(asNode(constant?.['type'])?.['type_info'])?.['scale'] ?? 0)
  return Math.abs(value) / DECIMAL_BASE ** scale
}

/** Columns of the arguments of a call. */
export function argumentsOf(call: TreeNode): readonly unknown[] {
  return asList(call['children'])
}
