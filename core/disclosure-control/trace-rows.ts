import { asList, asNode, asText, fold, nodesOf, type TreeNode } from '#core/boundary/statement-tree.ts'
import { holdsForAny, isOwnWindow, isRunningTotal, isTotalOfPartition, isTotalOfPeers, lookUp, misusesKey, OPAQUE, PLACES, shapeOf, SUPPLIED, type TracedColumn, type TracedEntity, type TracedRelation } from '#core/disclosure-control/contributor-columns.ts'
import { aggregatesIn } from '#core/disclosure-control/contributor-measures.ts'
import type { Groups } from '#core/disclosure-control/contributor-groups.ts'
import { NotTraceable } from '#core/disclosure-control/not-traceable.ts'
import { conditionsOfPlace } from '#core/disclosure-control/several-columns.ts'
import { isSize, openSizes } from '#core/disclosure-control/size-thresholds.ts'
import { traceCells } from '#core/disclosure-control/trace-cells.ts'
import { traceJoinWeights, traceListWeights } from '#core/disclosure-control/trace-weights.ts'
import { faultsOf, freshName, hasWindow, outputs, type Reach, type Traced } from '#core/disclosure-control/traced.ts'
import { callNode, columnNode, everyNode, isColumn, named } from '#core/boundary/tree-nodes.ts'

/** Rows stay rows: the keys of all their entities go along as hidden columns, and so do conditions inside their values. */
export function traceRows(select: TreeNode, relations: readonly TracedRelation[], entities: readonly TracedEntity[], reach: Reach): Traced {
  const items = nodesOf(select['select_list']).filter((item) => item !== null)
  if (items.some((item) => !isColumn(item) && misusesKey(item, relations))) throw new NotTraceable('key-in-expression')
  const hidden: TreeNode[] = []
  const hide = (node: TreeNode, stem: string): string => {
    const name = freshName(reach, stem)
    hidden.push(named(node, name))
    return name
  }
  const columns = outputs(select, relations, (condition) => columnNode([hide(condition, 'asked')]))
  const carried = entities.map((entity): TracedEntity => ({
    kind: entity.kind, columns: entity.columns.map(([relation, column]) => ['', hide(columnNode([relation, column]), 'entity')] as const),
    ...(entity.rows === undefined ? {} : { rows: entity.rows.map(({ table, hash }) => ({ table, hash: columnNode([hide(hash, 'row')]) })) }),
    ...(entity.stacks === undefined ? {} : { stacks: entity.stacks.map((stack) => ({ ...stack, branch: columnNode([hide(stack.branch, 'branch')]), row: columnNode([hide(stack.row, 'row')]) })) }),
  }))
  const placing: TreeNode[] = []
  const sizes: { readonly window: TreeNode; readonly cells: Traced }[] = []
  for (const window of windowsIn([...items, asNode(select['qualify'])])) {
    if (isOwnWindow(window, relations) && entities.length === 1) continue
    if (isRunningTotal(window, relations)) continue
    if (isTotalOfPartition(window) && isSize(window)) sizes.push({ window, cells: totalsOfPartition(window, select, relations, entities, reach) })
    else if (isTotalOfPartition(window) || isTotalOfPeers(window)) reach.sides.push(totalsOfPartition(window, select, relations, entities, reach))
    // Whatever else a window answers with is another entity's value, wherever it goes from here.
    else if (!isPlace(window)) throw new NotTraceable('hidden-condition')
    else placing.push(...conditionsOfPlace(window, relations))
  }
  reach.sides.push(...traceListWeights(select, relations, entities, reach))
  const open = openSizes(select, relations, sizes, reach)
  if (placing.length > 0) reach.sides.push(whoAnswers(placing, select, relations, entities, reach))
  const faulty = relations.filter((relation) => relation.faults !== null)
  const faults = faulty.length === 0 ? null : hide(faultsOf(faulty), 'faults')
  return { name: '', node: { ...select, select_list: [...items, ...hidden] }, columns: columns.map((column, place) => { const id = open.get(place); return id === undefined ? column : { ...column, sizeOf: id } }), entities: carried, faults, sketch: null, raw: false, tables: relations.flatMap((relation) => relation.tables) }
}

function windowsIn(parts: readonly (TreeNode | null)[]): readonly TreeNode[] {
  return [...everyNode(parts, (node) => node['class'] === 'SUBQUERY')].filter((node) => node['class'] === 'WINDOW')
}

function isPlace(window: TreeNode): boolean {
  return PLACES.has(asText(window['function_name']).toLowerCase())
}

/** For how many conditions hold and for how many not, all rows together. */
function whoAnswers(conditions: readonly TreeNode[], select: TreeNode, relations: readonly TracedRelation[], entities: readonly TracedEntity[], reach: Reach): Traced {
  const list = conditions.map((condition, position) => callNode('count_star', [], condition, `asked_${position}`))
  return traceCells({ ...select, select_list: list, modifiers: [], having: null, qualify: null }, { grouped: true, expressions: [], sets: [[]] }, relations, entities, reach)
}

/** The cells of a window's partitions, whose totals stand in the rows: they must be as faultless as any that are shown. */
function totalsOfPartition(total: TreeNode, select: TreeNode, relations: readonly TracedRelation[], entities: readonly TracedEntity[], reach: Reach): Traced {
  // A total up to a row and its peers adds up the cells of all peers before it.
  const partitions = [...nodesOf(total['partitions']), ...nodesOf(total['orders']).map((order) => asNode(order?.['expression']))].filter((part) => part !== null)
  if (partitions.some((part) => misusesKey(part, relations))) throw new NotTraceable('key-in-expression')
  const name = asText(total['function_name'])
  const children = nodesOf(total['children']).filter((child) => child !== null)
  const call = { ...callNode(name === 'count' && children.length === 0 ? 'count_star' : name, children, asNode(total['filter_expr']), 'total'), distinct: total['distinct'] === true }
  const cells: TreeNode = { ...select, select_list: [call], group_expressions: partitions, group_sets: [partitions.map((_, position) => position)], aggregate_handling: 'STANDARD_HANDLING', modifiers: [], having: null, qualify: null }
  const groups: Groups = { grouped: true, expressions: partitions, sets: [partitions.map((_, position) => position)] }
  reach.sides.push(...traceJoinWeights(cells, relations, entities, reach))
  return traceCells(cells, groups, relations, entities, reach)
}

/** Grouped by the entity itself: each row still belongs to one entity. Null where the groups are not entities. */
export function ownRows(select: TreeNode, groups: Groups, relations: readonly TracedRelation[], entities: readonly TracedEntity[], reach: Reach): Traced | null {
  if (entities.length !== 1 || groups.sets.length !== 1) return null
  const items = nodesOf(select['select_list']).filter((item) => item !== null)
  const [entity] = entities
  // A key of one column is known by its kind, whatever an inner query calls it.
  const isKeyNamed = (node: TreeNode, column: string): boolean => isColumn(node) && lookUp(node, relations).some((found) => found.key && (entity?.columns.length === 1 ? found.keyOf === entity.kind : lastName(node) === fold(column)))
  const asked: TreeNode[] = []
  const keys = entity?.columns.map(([, column]) => {
    const grouped = groups.expressions.find((expression) => isKeyNamed(expression, column))
    const shown = items.find((item) => isKeyNamed(item, column))
    if (grouped === undefined) return null
    if (shown !== undefined) return ['', asText(shown['alias']) || asText(asList(shown['column_names']).at(-1))] as const
    const name = freshName(reach, 'entity')
    asked.push(named(grouped, name))
    return ['', name] as const
  }) ?? []
  if (keys.some((key) => key === null)) return null
  if (items.some((item) => !isColumn(item) && misusesKey(item, relations)) || !windowsIn(items).every((window) => isPlace(window) && conditionsOfPlace(window, relations).length === 0)) throw new NotTraceable('key-in-expression')
  if (entity?.stacks !== undefined) reach.sides.push(traceCells({ ...select, select_list: [callNode('count_star', [], null, 'rows')], group_expressions: [], group_sets: [[]], aggregate_handling: 'STANDARD_HANDLING', modifiers: [], having: null, qualify: null }, { grouped: true, expressions: [], sets: [[]] }, relations, entities, reach))
  const ask = (condition: TreeNode): TreeNode => {
    const name = freshName(reach, 'asked')
    asked.push(named(condition, name))
    return columnNode([name])
  }
  const columns = outputs(select, relations, null).map((column, position) => ({ ...column, shape: ownShape(items[position] ?? null, relations, ask) }))
  return { name: '', node: { ...select, select_list: [...items, ...asked] }, columns, entities: [{ kind: entity?.kind ?? '', columns: keys.flatMap((key) => (key === null ? [] : [key])) }], faults: null, sketch: null, raw: false, tables: relations.flatMap((relation) => relation.tables) }
}

/**
 * What is computed from totals of one entity's own rows is as good as what is computed from supplied values; a condition is
 * asked of each entity: whether it holds of its totals, or for any of its rows.
 */
function ownShape(item: TreeNode | null, relations: readonly TracedRelation[], ask: (condition: TreeNode) => TreeNode): TracedColumn['shape'] {
  if (item === null) return OPAQUE
  if (hasWindow(item)) return item['class'] === 'WINDOW' ? SUPPLIED : OPAQUE
  const shape = shapeOf(item, relations)
  return shape.kind === 'opaque' ? OPAQUE : { ...shape, factors: Math.max(1, shape.factors), conditions: shape.conditions.map((condition) => ask(aggregatesIn(condition).length > 0 ? condition : holdsForAny(condition))) }
}

function lastName(node: TreeNode): string {
  return fold(asText(asList(node['column_names']).at(-1)))
}
