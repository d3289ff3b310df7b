import { asList, asNode, asText, fold, nodesOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'
import { isKeyColumn, isTotalOfPartition, lookUp, misusesKey, OPAQUE, shapeOf, type TracedColumn, type TracedEntity, type TracedRelation } from '#core/disclosure-control/contributor-columns.ts'
import { resolveGroups, withoutAliases, type Groups } from '#core/disclosure-control/contributor-groups.ts'
import { aggregatesIn } from '#core/disclosure-control/contributor-measures.ts'
import type { EntityTable } from '#core/disclosure-control/contributor-plan.ts'
import { NotTraceable } from '#core/disclosure-control/not-traceable.ts'
import { aggregateCells, rowsOfCells } from '#core/disclosure-control/trace-cells-again.ts'
import { traceCells } from '#core/disclosure-control/trace-cells.ts'
import { renamed, traceFrom } from '#core/disclosure-control/trace-from.ts'
import { traceNested } from '#core/disclosure-control/trace-nested.ts'
import { faultsOf, freshName, hasWindow, outputs, type Reach, type Traced } from '#core/disclosure-control/traced.ts'
import { allOf, callNode, columnNode, compareNode, everyNode, isColumn, named, numberNode, selectNode, subqueryNode } from '#core/disclosure-control/tree-nodes.ts'

export function openReach(tables: ReadonlyMap<string, EntityTable>, minimumEntities: number): Reach {
  return { tables, withNames: new Map(), withEntries: [], cells: [], sides: [], fresh: { next: 0 }, minimumEntities, trace: traceQuery }
}

export interface Branch {
  readonly node: TreeNode | null
  readonly around: (reach: Reach) => Pick<Reach, 'withNames' | 'withEntries'>
}

/** The branches of a UNION at the top, each judged alone; other set operations compare groups and are not traced. */
export function topBranches(root: TreeNode | null): readonly Branch[] {
  if (root?.['type'] !== 'SET_OPERATION_NODE') return [{ node: root, around: (reach) => reach }]
  const parts = asList(root['children']).length > 0 ? nodesOf(root['children']) : [asNode(root['left']), asNode(root['right'])]
  if (root['setop_type'] !== 'UNION') throw new NotTraceable('unsupported')
  const around = (reach: Reach): Pick<Reach, 'withNames' | 'withEntries'> => traceWith(root, reach)
  return parts.flatMap((part) => topBranches(part).map((branch) => ({
    node: branch.node,
    around: (reach: Reach) => branch.around({ ...reach, ...around(reach) }),
  })))
}

function traceWith(node: TreeNode, reach: Reach): Pick<Reach, 'withNames' | 'withEntries'> {
  const withNames = new Map(reach.withNames)
  const withEntries = [...reach.withEntries]
  for (const entry of nodesOf(asNode(node['cte_map'])?.['map'])) {
    const name = asText(entry?.['key'])
    const value = asNode(entry?.['value'])
    const query = asNode(value?.['query'])
    const traced = renamed(traceQuery(asNode(query?.['node']), { ...reach, withNames: new Map(withNames), withEntries: [...withEntries] }), asList(value?.['aliases']).map(asText))
    withNames.set(fold(name), traced)
    withEntries.push({ ...entry, value: { ...value, query: { ...query, node: traced.node } } })
  }
  return { withNames, withEntries }
}

/** A query as a relation: rows of entities with hidden keys, or cells with their hidden faults. */
export function traceQuery(node: TreeNode | null, outside: Reach): Traced {
  if (node?.['type'] === 'SET_OPERATION_NODE') return traceUnion(node, outside)
  if (node?.['type'] !== 'SELECT_NODE') throw new NotTraceable('unsupported')
  const reach = { ...outside, ...traceWith(node, outside) }
  const from = traceFrom(asNode(node['from_table']), reach, asNode(node['where_clause']))
  const { relations } = from
  const listed: TreeNode = { ...node, cte_map: { map: reach.withEntries }, from_table: from.node, select_list: withoutStars(node, relations) }
  const select: TreeNode = {
    ...listed,
    where_clause: withoutAliases(node['where_clause'], listed, relations),
    having: withoutAliases(node['having'], listed, relations),
  }
  const beside = traceNested(select, relations, reach)
  const traced = traceSelect(select, relations, from.entities, reach)
  return beside.length === 0 ? traced : { ...traced, tables: [...traced.tables, ...beside] }
}

function traceSelect(select: TreeNode, relations: readonly TracedRelation[], entities: readonly TracedEntity[], reach: Reach): Traced {
  const groups = resolveGroups(select, relations)
  if (entities.length === 0) {
    // DISTINCT over rows that windows computed from cells: the rows stay rows.
    const aggregated = !saysNothing(select['group_expressions']) || select['aggregate_handling'] === 'FORCE_AGGREGATES' || aggregatesIn([select['select_list'], select['having']]).length > 0
    return groups?.grouped === true && (aggregated || !hasWindow(select['select_list'])) ? aggregateCells(select, groups, relations, reach) : rowsOfCells(select, relations, outputs(select, relations, null), reach)
  }
  if (groups === null) throw new NotTraceable('unclear-groups')
  for (const part of [select['where_clause'], select['having'], select['qualify'], select['modifiers']]) {
    const nodes = Array.isArray(part) ? nodesOf(part) : [asNode(part)]
    if (nodes.some((child) => misusesKey(child, relations))) throw new NotTraceable('key-in-expression')
  }
  if (!groups.grouped) return traceRows(select, relations, entities, reach)
  const own = ownRows(select, groups, relations, entities, reach)
  return own ?? traceCells(select, groups, relations, entities, reach)
}

/** Stars written out: hidden columns must not follow them. */
function withoutStars(select: TreeNode, relations: readonly TracedRelation[]): readonly TreeNode[] {
  return nodesOf(select['select_list']).flatMap((item): readonly TreeNode[] => {
    if (item === null) throw new NotTraceable('unsupported')
    if (item['class'] !== 'STAR') return [item]
    if (!saysNothing(item['replace_list']) || !saysNothing(item['rename_list'])) throw new NotTraceable('unsupported')
    const qualifier = fold(asText(item['relation_name']))
    const excluded = new Set(asList(item['exclude_list']).map((entry) => fold(asText(entry) || asText(asNode(entry)?.['column']))))
    return relations.filter((relation) => qualifier === '' || fold(relation.name) === qualifier).flatMap((relation) => relation.columns
      .filter((column) => !excluded.has(fold(column.name)) && !(qualifier === '' && relation.withoutStar.has(fold(column.name))))
      .map((column) => columnNode([relation.name, column.name], column.name)))
  })
}

/** Rows stay rows: the keys of all their entities go along as hidden columns, and so do conditions inside their values. */
function traceRows(select: TreeNode, relations: readonly TracedRelation[], entities: readonly TracedEntity[], reach: Reach): Traced {
  const items = nodesOf(select['select_list']).filter((item) => item !== null)
  if (items.some((item) => !isColumn(item) && misusesKey(item, relations))) throw new NotTraceable('key-in-expression')
  const hidden: TreeNode[] = []
  const hide = (node: TreeNode, stem: string): string => {
    const name = freshName(reach, stem)
    hidden.push(named(node, name))
    return name
  }
  const columns = outputs(select, relations, (condition) => columnNode([hide(condition, 'asked')]))
  const carried = entities.map((entity) => ({ kind: entity.kind, columns: entity.columns.map(([relation, column]) => ['', hide(columnNode([relation, column]), 'entity')] as const) }))
  for (const total of partitionTotals(items)) reach.sides.push(totalsOfPartition(total, select, relations, entities, reach))
  const faulty = relations.filter((relation) => relation.faults !== null)
  const faults = faulty.length === 0 ? null : hide(faultsOf(faulty), 'faults')
  return { name: '', node: { ...select, select_list: [...items, ...hidden] }, columns, entities: carried, faults, sketch: null, raw: false, tables: relations.flatMap((relation) => relation.tables), withoutStar: new Set() }
}

function partitionTotals(items: readonly TreeNode[]): readonly TreeNode[] {
  return [...everyNode(items, (node) => node['class'] === 'SUBQUERY')].filter(isTotalOfPartition)
}

/** The cells of a window's partitions, whose totals stand in the rows: they must be as faultless as any that are shown. */
function totalsOfPartition(total: TreeNode, select: TreeNode, relations: readonly TracedRelation[], entities: readonly TracedEntity[], reach: Reach): Traced {
  const partitions = nodesOf(total['partitions']).filter((part) => part !== null)
  if (partitions.some((part) => misusesKey(part, relations))) throw new NotTraceable('key-in-expression')
  const name = asText(total['function_name'])
  const children = nodesOf(total['children']).filter((child) => child !== null)
  const call = { ...callNode(name === 'count' && children.length === 0 ? 'count_star' : name, children, null, 'total'), distinct: total['distinct'] === true }
  const cells: TreeNode = { ...select, select_list: [call], group_expressions: partitions, group_sets: [partitions.map((_, position) => position)], aggregate_handling: 'STANDARD_HANDLING', modifiers: [], having: null, qualify: null }
  return traceCells(cells, { grouped: true, expressions: partitions, sets: [partitions.map((_, position) => position)] }, relations, entities, reach)
}

/** Grouped by the entity itself: each row still belongs to one entity. Null where the groups are not entities. */
function ownRows(select: TreeNode, groups: Groups, relations: readonly TracedRelation[], entities: readonly TracedEntity[], reach: Reach): Traced | null {
  if (entities.length !== 1 || groups.sets.length !== 1) return null
  const items = nodesOf(select['select_list']).filter((item) => item !== null)
  const [entity] = entities
  const keys = entity?.columns.map(([, column]) => {
    const grouped = groups.expressions.find((expression) => isColumn(expression) && lastName(expression) === fold(column) && lookUp(expression, relations).some((found) => found.key))
    const shown = items.find((item) => isColumn(item) && lastName(item) === fold(column) && isKeyColumn(item, relations))
    return grouped === undefined ? null : shown === undefined ? undefined : ['', asText(shown['alias']) || asText(asList(shown['column_names']).at(-1))] as const
  }) ?? []
  if (keys.some((key) => key === null)) return null
  if (keys.some((key) => key === undefined)) throw new NotTraceable('unclear-groups')
  if (items.some((item) => !isColumn(item) && misusesKey(item, relations)) || hasWindow(items)) throw new NotTraceable('key-in-expression')
  const asked: TreeNode[] = []
  const ask = (condition: TreeNode): TreeNode => {
    const name = freshName(reach, 'asked')
    asked.push(named(condition, name))
    return columnNode([name])
  }
  const columns = outputs(select, relations, null).map((column, position) => ({ ...column, shape: ownShape(items[position] ?? null, relations, ask) }))
  return { name: '', node: { ...select, select_list: [...items, ...asked] }, columns, entities: [{ kind: entity?.kind ?? '', columns: keys.flatMap((key) => (key === null || key === undefined ? [] : [key])) }], faults: null, sketch: null, raw: false, tables: relations.flatMap((relation) => relation.tables), withoutStar: new Set() }
}

/**
 * A total of one entity's own rows is as good as a supplied value where nothing is bent in it; a condition that picks some of
 * the rows is asked of each entity: whether it holds for any of its rows.
 */
function ownShape(item: TreeNode | null, relations: readonly TracedRelation[], ask: (condition: TreeNode) => TreeNode): TracedColumn['shape'] {
  if (item === null) return OPAQUE
  const [call, another] = aggregatesIn(item)
  if (call === undefined) { const shape = shapeOf(item, relations); return shape.conditions.length > 0 ? OPAQUE : shape }
  if (call !== item || another !== undefined) return OPAQUE
  const shapes = nodesOf(call['children']).filter((child) => !isKeyColumn(child, relations)).map((child) => shapeOf(child, relations))
  const filter = asNode(call['filter'])
  if (shapes.some((shape) => shape.kind === 'opaque' || (shape.kind === 'curved' && shape.conditions.length === 0))) return OPAQUE
  const conditions = [...(filter === null ? [] : [filter]), ...shapes.flatMap((shape) => shape.conditions)]
  const holds = (condition: TreeNode): TreeNode =>
    compareNode('COMPARE_GREATERTHAN', callNode('count_star', [], allOf(filter === null || filter === condition ? [condition] : [filter, condition]), ''), numberNode(0))
  return { kind: conditions.length === 0 ? 'linear' : 'curved', factors: 1, conditions: conditions.map((condition) => ask(holds(condition))) }
}

function lastName(node: TreeNode): string {
  return fold(asText(asList(node['column_names']).at(-1)))
}

/** A UNION below the top: rows of cells one under the other. Rows of entities are not stacked. */
function traceUnion(node: TreeNode, outside: Reach): Traced {
  const reach = { ...outside, ...traceWith(node, outside) }
  if (node['setop_type'] !== 'UNION') throw new NotTraceable('unsupported')
  const parts = asList(node['children']).length > 0 ? nodesOf(node['children']) : [asNode(node['left']), asNode(node['right'])]
  const traced = parts.map((part) => traceQuery(part, reach))
  const [first] = traced
  if (first === undefined) throw new NotTraceable('unsupported')
  if (traced.some((one) => one.entities.length > 0)) return stackedRows(node, traced, reach)
  if (traced.every((one) => one.faults === null)) return { ...first, node: { ...node, cte_map: { map: reach.withEntries } } }
  if (traced.some((one) => one.faults === null)) throw new NotTraceable('unsupported')
  const children = traced.map((one) => one.node)
  const stacked = asList(node['children']).length > 0 ? { ...node, children } : { ...node, left: children[0], right: children[1] }
  return { ...first, node: { ...stacked, modifiers: [], cte_map: { map: reach.withEntries } } }
}

/** Rows of the same kind of entity one under the other, such as one table for each month; a UNION that drops doubles keeps their owners apart. */
function stackedRows(node: TreeNode, parts: readonly Traced[], reach: Reach): Traced {
  const [first] = parts
  const [owner] = first?.entities ?? []
  const alike = first !== undefined && owner !== undefined && parts.every((part) => part.entities.length === 1 && part.entities[0]?.kind === owner.kind
    && part.entities[0].columns.length === owner.columns.length && part.columns.length === first.columns.length && part.faults === null
    && part.columns.every((column, position) => column.shape.kind !== 'opaque' && column.shape.conditions.length === 0 && column.key === first.columns[position]?.key))
  if (!alike) throw new NotTraceable('unsupported')
  const keys = owner.columns.map(() => freshName(reach, 'entity'))
  const children = parts.map((part) => {
    const name = freshName(reach, 'part')
    const own = part.entities[0]?.columns ?? []
    return selectNode([...part.columns.map((column) => columnNode([name, column.name], column.name)), ...own.map(([, column], position) => columnNode([name, column], keys[position] ?? ''))], subqueryNode(part.node, name, []), reach.withEntries)
  })
  const columns = first.columns.map((column, position) => ({ ...column, shape: { ...column.shape, kind: parts.some((part) => part.columns[position]?.shape.kind === 'curved') ? 'curved' as const : 'linear' as const, factors: Math.max(...parts.map((part) => part.columns[position]?.shape.factors ?? 1)) } }))
  const stacked = asList(node['children']).length > 0 ? { ...node, children } : { ...node, left: children[0], right: children[1] }
  return { ...first, columns, entities: [{ kind: owner.kind, columns: keys.map((key) => ['', key] as const) }], node: { ...stacked, modifiers: [], setop_all: true, cte_map: { map: reach.withEntries } }, tables: parts.flatMap((part) => part.tables) }
}
