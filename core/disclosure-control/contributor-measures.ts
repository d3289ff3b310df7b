import { ALLOWED_FUNCTIONS } from '#core/boundary/allowed-functions.ts'
import { asNode, nodesOf, type TreeNode } from '#core/boundary/statement-tree.ts'
import { isIndicator, isPlain, type TracedRelation } from '#core/disclosure-control/contributor-columns.ts'
import { allOf, callNode, everyNode, functionName, isColumn, isNotNull, isNotTrue, isNotZero } from '#core/disclosure-control/tree-nodes.ts'

/** What a figure can give away: a count its size, a total its largest parts, an extreme one entity's value. */
export type MeasureKind = 'count' | 'total' | 'extreme' | 'quantile' | 'spread'

export interface Measure {
  readonly kind: MeasureKind
  readonly functionName: string
  /** Whether a condition leaves entities of the cell out, so that those left out must be many as well. */
  readonly conditional: boolean
}

/** A measure with the columns that the inner, per-entity query computes for it. */
export interface TracedMeasure extends Measure {
  readonly innerColumns: readonly TreeNode[]
}

const KINDS: Readonly<Record<string, MeasureKind>> = {
  count: 'count', count_star: 'count', count_if: 'count', sum: 'total', avg: 'total', mean: 'total',
  min: 'extreme', max: 'extreme', bool_and: 'extreme', bool_or: 'extreme',
  median: 'quantile', quantile_cont: 'quantile', quantile_disc: 'quantile',
}

export function isAggregate(node: TreeNode): boolean {
  return ALLOWED_FUNCTIONS.get(functionName(node))?.kind === 'aggregate'
}

/** The aggregate calls in a part of a query, nested queries left aside by the caller. */
export function aggregatesIn(part: unknown): readonly TreeNode[] {
  return [...everyNode(part)].filter(isAggregate)
}

/**
 * Traces one aggregate: which rows count towards it, and for totals how much each entity puts in.
 * @returns null when a condition hides in its argument, so that counting entities would prove nothing
 */
export function traceMeasure(call: TreeNode, position: number, relations: readonly TracedRelation[]): TracedMeasure | null {
  const name = functionName(call)
  const kind = KINDS[name] ?? 'spread'
  const filter = asNode(call['filter'])
  const args = nodesOf(call['children']).filter((child) => child !== null)
  const [argument] = args
  const indicator = kind === 'total' && argument !== undefined && isIndicator(argument)
  if (kind !== 'count' && !indicator && !args.every((child) => isPlain(child, relations))) return null
  const conditions = [
    ...(filter === null ? [] : [filter]),
    ...(name === 'count_if' && argument !== undefined ? [argument] : args.map(isNotNull)),
    ...(indicator ? [isNotZero(asNumber(argument))] : name === 'sum' && argument !== undefined ? [isNotZero(argument)] : []),
  ]
  const counted = allOf(conditions)
  const conditional = filter !== null || indicator || name === 'count_if' || (kind === 'count' && args.some((child) => !isColumn(child)))
  const innerColumns = [callNode('count_star', [], counted, `c${position}`)]
  if (conditional && counted !== null) innerColumns.push(callNode('count_star', [], isNotTrue(counted), `r${position}`))
  if (kind === 'total' && argument !== undefined) {
    innerColumns.push(callNode('sum', [callNode('abs', [indicator ? asNumber(argument) : argument], null, '')], filter, `a${position}`))
  }
  return { kind, functionName: name, conditional, innerColumns }
}

function asNumber(node: TreeNode): TreeNode {
  return { class: 'CAST', type: 'OPERATOR_CAST', alias: '', child: node, cast_type: { id: 'DOUBLE', type_info: null }, try_cast: false }
}
