import { asList, asText, nodesOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'
import { isKeyColumn, isQuestion, lookUp, OPAQUE, shapeOf, type TracedColumn, type TracedRelation } from '#core/disclosure-control/contributor-columns.ts'
import { aggregatesIn } from '#core/disclosure-control/contributor-measures.ts'
import { joinsAddMissing, saysPresence } from '#core/disclosure-control/missing-values.ts'
import { pardoned, smallWhereBlank } from '#core/disclosure-control/pardoned-faults.ts'
import { isPacked } from '#core/disclosure-control/several-columns.ts'
import type { CellTable, EntityTable } from '#core/disclosure-control/contributor-plan.ts'
import { coalesceNode, columnNode, everyNode, functionName, isColumn, numberNode, orNode } from '#core/boundary/tree-nodes.ts'

/** A query as a relation: its text with the hidden columns added. */
export interface Traced extends TracedRelation {
  readonly node: TreeNode
}

export interface Reach {
  readonly tables: ReadonlyMap<string, EntityTable>
  readonly withNames: ReadonlyMap<string, Traced>
  readonly withEntries: readonly TreeNode[]
  readonly cells: CellTable[]
  /** Nested queries whose rows must be faultless, too. */
  readonly sides: Traced[]
  /** Cells of partitions whose sizes stand in rows, until it is seen what these serve for. */
  readonly open: Map<string, Traced>
  readonly fresh: { next: number }
  readonly minimumEntities: number
  /** Traces a query inside this one. */
  readonly trace: (node: TreeNode | null, reach: Reach) => Traced
}


/** A name that no statement can have used. */
export function freshName(reach: Reach, stem: string): string {
  reach.fresh.next += 1
  return `__${stem}_${reach.fresh.next}`
}

/** What an item is called outside. */
export function outputName(item: TreeNode, position: number): string {
  return asText(item['alias']) || asText(asList(item['column_names']).at(-1)) || functionName(item) || `__column_${position}`
}

/** The columns that a select shows; conditions in them become hidden columns where `conditions` collects them. */
export function outputs(select: TreeNode, relations: readonly TracedRelation[], keep: ((condition: TreeNode) => TreeNode) | null): readonly TracedColumn[] {
  const supplied = !joinsAddMissing(select)
  return nodesOf(select['select_list']).flatMap((item, position): readonly TracedColumn[] => {
    if (item === null) return []
    const key = isColumn(item) && isKeyColumn(item, relations)
    const shape = key || aggregatesIn(item).length > 0 ? OPAQUE : shapeOf(item, relations)
    const conditions = keep === null ? [] : shape.conditions.map(keep)
    const keyOf = key ? (lookUp(item, relations)[0]?.keyOf ?? '') : ''
    const packed = { ...(isPacked(item, relations) ? { packed: true as const } : {}), ...marksOf(item, relations), ...(supplied && isColumn(item) && saysPresence(item, relations) ? { supplied } : {}) }
    if (keep !== null) return [{ name: outputName(item, position), key, keyOf, shape: { ...shape, factors: Math.max(1, shape.factors), conditions }, ...packed }]
    return [{ name: outputName(item, position), key, keyOf, shape: { kind: 'linear', factors: isFigure(item, relations) ? 0 : 1, conditions: [] }, ...(isEven(item, relations) ? { even: true } : {}), ...packed }]
  })
}

/** What an item is in a group, as far as it is plainly one thing. */
function marksOf(item: TreeNode, relations: readonly TracedRelation[]): Pick<TracedColumn, 'size' | 'group' | 'sizeOf' | 'asks'> {
  const [found, another] = isColumn(item) ? lookUp(item, relations) : []
  const rows = relations.some((relation) => relation.entities.length > 0)
  if (found !== undefined && another === undefined) {
    const { size, group, sizeOf, asks } = found
    return rows ? { group: true, ...(sizeOf === undefined ? {} : { sizeOf }) } : { ...(size === undefined ? {} : { size }), ...(group === undefined ? {} : { group }), ...(asks === undefined ? {} : { asks }) }
  }
  const asks = whatAsks(item, relations)
  if (asks !== undefined) return { asks }
  if (!rows || hasWindow(item)) return {}
  return isPlainSize(item) ? { size: true } : aggregatesIn(item).length === 0 ? { group: true } : {}
}

/** What a figure on a condition is, or what is computed from such figures. */
function whatAsks(item: TreeNode, relations: readonly TracedRelation[]): TracedColumn['asks'] {
  const calls = aggregatesIn(item)
  const asked = calls.map((call): TracedColumn['asks'] => {
    const conditional = !saysNothing(call['filter']) || [...everyNode(call['children'])].some((node) => node['class'] === 'CASE' || isQuestion(node))
    return COUNTING.has(functionName(call)) ? (conditional || nodesOf(call['children']).length > 0 ? 'count' : undefined) : VALUES.has(functionName(call)) || conditional ? 'other' : undefined
  })
  const before = [...everyNode(item, (node) => node['class'] === 'SUBQUERY')].filter(isColumn).flatMap((column) => lookUp(column, relations).map((found) => found.asks))
  const all = [...asked, ...before].filter((one) => one !== undefined)
  if (all.length === 0) return undefined
  return all.includes('other') ? 'other' : item === calls[0] ? 'count' : 'share'
}
const COUNTING: ReadonlySet<string> = new Set(['count', 'count_star', 'count_if', 'countif'])
const VALUES: ReadonlySet<string> = new Set(['min', 'max', 'mode', 'any_value', 'first', 'last', 'arg_min', 'arg_max', 'min_by', 'max_by', 'bool_and', 'bool_or'])

/** The plain number of rows or of entities of a group. */
function isPlainSize(item: TreeNode): boolean {
  return (functionName(item) === 'count' || functionName(item) === 'count_star') && saysNothing(item['filter']) && nodesOf(item['children']).every((child) => isColumn(child))
}

/** Totals and spreads, which cannot be an attribute of an entity in disguise as a group or a picked value can. */
const FIGURES: ReadonlySet<string> = new Set(['count', 'count_star', 'count_if', 'sum', 'avg', 'mean', 'stddev', 'stddev_samp', 'stddev_pop', 'variance', 'var_samp', 'var_pop', 'sem', 'corr', 'covar_pop', 'covar_samp',
  'regr_slope', 'regr_intercept', 'regr_r2', 'regr_count', 'regr_avgx', 'regr_avgy', 'regr_sxx', 'regr_syy', 'regr_sxy', 'median', 'quantile_cont', 'geomean', 'geometric_mean'])

/** Whether each entity counts alike in a figure: a plain total of what is supplied, without a condition, or such a figure of smaller cells. */
function isEven(item: TreeNode, relations: readonly TracedRelation[]): boolean {
  if (isColumn(item)) { const found = lookUp(item, relations); return found.length > 0 && found.every((one) => one.even === true) }
  const [argument] = nodesOf(item['children'])
  // The cell before is a cell.
  if (item['class'] === 'WINDOW') return NEIGHBOURS.has(asText(item['function_name'])) && isColumn(argument ?? null) && isEven(argument ?? item, relations)
  if (!EVEN.has(functionName(item)) || !saysNothing(item['filter'])) return false
  if (argument === undefined || argument === null) return true
  if (isColumn(argument) && lookUp(argument, relations).some((one) => one.relation.faults !== null)) return isEven(argument, relations)
  const shape = shapeOf(argument, relations)
  return isKeyColumn(argument, relations) || (shape.kind === 'linear' && shape.conditions.length === 0)
}
const NEIGHBOURS: ReadonlySet<string> = new Set(['lag', 'lead'])
const EVEN: ReadonlySet<string> = new Set(['count', 'count_star', 'sum', 'avg', 'mean'])

/** Whether a value is computed from figures over many alone: to the rows that it is joined to it is a constant of the cell. */
function isFigure(item: TreeNode, relations: readonly TracedRelation[]): boolean {
  const calls = aggregatesIn(item)
  if (calls.some((call) => !FIGURES.has(functionName(call)))) return false
  const inside = (node: TreeNode): boolean => node['class'] === 'SUBQUERY' || calls.includes(node)
  const outside = [...everyNode(item, inside)].filter(isColumn)
  return (calls.length > 0 || outside.length > 0) && !hasWindow(item)
    && outside.every((column) => { const found = lookUp(column, relations); return found.length > 0 && found.every((one) => one.shape.factors === 0 && !one.key) })
}

export function hasWindow(part: unknown): boolean {
  return [...everyNode(part, (node) => node['class'] === 'SUBQUERY')].some((node) => node['class'] === 'WINDOW')
}

function pardonedBy({ name, pardon }: TracedRelation, faults: TreeNode): TreeNode {
  return pardon === undefined ? faults : pardoned(faults, columnNode([name, pardon.size]), pardon.least)
}

/** Faults of all relations together. */
export function faultsOf(relations: readonly TracedRelation[]): TreeNode {
  return relations.flatMap((relation) => (relation.faults === null ? [] : [smallWhereBlank(shownFaults(relation, relation.faults))])).reduce(orNode)
}

/** Faults of cells as they stand, where nothing is computed from them. */
export function shownFaults(relation: TracedRelation, faults: string): TreeNode {
  return coalesceNode([pardonedBy(relation, columnNode([relation.name, faults])), numberNode(0)])
}
