import { ALLOWED_FUNCTIONS } from '#core/boundary/allowed-functions.ts'
import { replaced, type PlainRelation } from '#core/boundary/plain-nodes.ts'
import { asList, asNode, asText, fold, measureTree, nodesOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'
import { allOf, everyNode, subqueryNode } from '#core/boundary/tree-nodes.ts'

/** A query that names columns of the rows around it, as a query of its own to be joined to them. */
export interface Apart {
  /** The query without its bonds; they are its last columns. */
  readonly node: TreeNode
  readonly alias: string
  readonly condition: TreeNode
  /** What each column of the nested query is in terms of the joined one: a count of nothing is 0. */
  readonly values: readonly TreeNode[]
}

/** unit: objects of the tree; source: platform default: its figures are written twice, and nested ones again */
const LARGEST_APART = 2000

/**
 * A nested query whose only bonds to the rows around are equal columns: `(SELECT avg(x) FROM s WHERE s.k = t.k)` is the
 * column of a join with `(SELECT k, avg(x) FROM s GROUP BY k)`. Null where the bond is more, or where nothing is bound.
 * @param inside what the nested query's own FROM offers
 * @param around what the query around it offers
 */
export function apartFrom(query: TreeNode | null, inside: readonly PlainRelation[], around: readonly PlainRelation[], alias: string): Apart | null {
  if (query?.['type'] !== 'SELECT_NODE' || measureTree(query).nodes > LARGEST_APART || asList(asNode(query['cte_map'])?.['map']).length > 0 || ['having', 'qualify', 'sample'].some((field) => !saysNothing(query[field]))) return null
  const outward = [...everyNode(query)].filter((node) => node['class'] === 'COLUMN_REF' && !offers(inside, node) && offers(around, node))
  const conjuncts = conjunctsOf(asNode(query['where_clause']))
  const bonds = conjuncts.flatMap((part) => {
    const sides = part['type'] === 'COMPARE_EQUAL' ? [asNode(part['left']), asNode(part['right'])].filter((side) => side !== null) : []
    const outer = sides.find((side) => outward.includes(side))
    const own = sides.find((side) => side !== outer && side['class'] === 'COLUMN_REF' && offers(inside, side))
    return outer === undefined || own === undefined ? [] : [{ part, outer, own }]
  })
  if (outward.length === 0 || bonds.length !== outward.length) return null
  const items = nodesOf(query['select_list']).filter((item) => item !== null)
  const calls = items.flatMap((item) => [...everyNode(item)].filter(isAggregate))
  const grouped = asList(query['group_expressions']).length > 0 || query['aggregate_handling'] === 'FORCE_AGGREGATES'
  const limit = limitOf(query, bonds.map(({ own }) => own))
  if (limit === null || asList(query['group_sets']).length > 1 || (limit.qualify !== null && !grouped && calls.length > 0)) return null
  const single = !grouped && calls.length > 0
  const written = items.map((item, position) => ({ ...item, alias: asText(item['alias']) || asText(asList(item['column_names']).at(-1)) || `__column_${position}` }))
  // What is made of aggregates is computed beside the join as well, where a group without rows is known to be one.
  const shown = single ? [...written, ...calls.map((call, position) => ({ ...call, alias: `__figure_${position}` }))] : written
  const keys = bonds.map(({ own }, position): TreeNode => ({ ...own, alias: `__bond_${position}` }))
  const groups = [...asList(query['group_expressions']), ...bonds.map(({ own }) => ({ ...own, alias: '' }))]
  const node = {
    ...query, select_list: [...shown, ...keys], where_clause: allOf(conjuncts.filter((part) => !bonds.some((bond) => bond.part === part))), modifiers: [], qualify: limit.qualify,
    ...(single || asList(query['group_expressions']).length > 0 ? { group_expressions: groups, group_sets: [groups.map((_, position) => position)] } : {}),
  }
  const at = (column: string): TreeNode => ({ class: 'COLUMN_REF', type: 'COLUMN_REF', alias: '', column_names: [alias, column] })
  const conditions = bonds.map(({ outer }, position): TreeNode => ({ class: 'COMPARISON', type: 'COMPARE_EQUAL', alias: '', left: at(`__bond_${position}`), right: outer }))
  const computed = (item: TreeNode): TreeNode => asNode(replaced({ ...item, alias: '' }, (one) => (calls.includes(one) || isAggregate(one) ? figure(one, at(`__figure_${calls.findIndex((call) => same(call, one))}`)) : null))) ?? item
  return { node, alias, condition: allOf(conditions) ?? {}, values: single ? items.map(computed) : shown.map((item) => at(asText(item['alias']))) }
}

/** FROM with the queries apart joined to it; each has at most one row for each row around. */
export function joinedWith(from: TreeNode | null, aparts: readonly Apart[], kind: 'LEFT' | 'INNER'): TreeNode | null {
  return aparts.reduce<TreeNode | null>((left, apart) => apartJoin(left, subqueryNode(apart.node, apart.alias, []), apart.condition, kind), from)
}

export function apartJoin(left: TreeNode | null, right: TreeNode, condition: TreeNode, kind: 'LEFT' | 'INNER' | 'SEMI'): TreeNode {
  return { type: 'JOIN', alias: '', sample: null, left, right, condition, join_type: kind, ref_type: 'REGULAR', using_columns: [], delim_flipped: false, duplicate_eliminated_columns: [] }
}

function figure(call: TreeNode, column: TreeNode): TreeNode {
  const zero = { class: 'CONSTANT', type: 'VALUE_CONSTANT', alias: '', value: { type: { id: 'INTEGER', type_info: null }, is_null: false, value: 0 } }
  return COUNTS.has(asText(call['function_name'])) ? { class: 'OPERATOR', type: 'OPERATOR_COALESCE', alias: '', children: [column, zero] } : column
}

const COUNTS: ReadonlySet<string> = new Set(['count', 'count_star', 'count_if', 'countif', 'approx_count_distinct', 'regr_count'])

function isAggregate(node: TreeNode): boolean {
  return node['class'] === 'FUNCTION' && ALLOWED_FUNCTIONS.get(fold(asText(node['function_name'])))?.kind === 'aggregate'
}

function same(one: TreeNode, other: TreeNode): boolean {
  return JSON.stringify({ ...one, alias: '' }) === JSON.stringify({ ...other, alias: '' })
}

/** A position in an order, as what it stands for. */
function standsFor(order: TreeNode | null, query: TreeNode): TreeNode | null {
  const item = order?.['class'] === 'CONSTANT' ? nodesOf(query['select_list'])[Number(asNode(order['value'])?.['value']) - 1] : undefined
  return item === undefined || item === null ? order : { ...item, alias: '' }
}

/** ORDER BY … LIMIT n within each bond, as QUALIFY; null where it cannot be said so. */
function limitOf(query: TreeNode, bonds: readonly TreeNode[]): { readonly qualify: TreeNode | null } | null {
  const modifiers = nodesOf(query['modifiers'])
  const limit = modifiers.find((modifier) => modifier?.['type'] === 'LIMIT_MODIFIER')
  const orders = modifiers.filter((modifier) => modifier?.['type'] === 'ORDER_MODIFIER').flatMap((modifier) => nodesOf(modifier?.['orders'])).map((order) => (order === null ? order : { ...order, expression: standsFor(asNode(order['expression']), query) }))
  if (modifiers.some((modifier) => modifier?.['type'] !== 'LIMIT_MODIFIER' && modifier?.['type'] !== 'ORDER_MODIFIER')) return null
  if (limit === undefined) return orders.length === 0 ? { qualify: null } : null
  const most = asNode(limit?.['limit'])
  if (most?.['class'] !== 'CONSTANT' || !saysNothing(limit?.['offset'])) return null
  const place: TreeNode = {
    class: 'WINDOW', type: 'WINDOW_ROW_NUMBER', alias: '', function_name: 'row_number', schema: '', catalog: '', children: [], partitions: bonds, orders, start: 'UNBOUNDED_PRECEDING', end: 'CURRENT_ROW_RANGE',
    start_expr: null, end_expr: null, offset_expr: null, default_expr: null, ignore_nulls: false, filter_expr: null, exclude_clause: 'NO_OTHER', distinct: false, arg_orders: [],
  }
  return { qualify: { class: 'COMPARISON', type: 'COMPARE_LESSTHANOREQUALTO', alias: '', left: place, right: most } }
}

/** Whether a column by its written name is among the relations'. */
export function offers(relations: readonly PlainRelation[], node: TreeNode): boolean {
  const parts = asList(node['column_names']).map(asText)
  const column = fold(parts.at(-1) ?? '')
  const qualifier = parts.length > 1 ? fold(parts.slice(0, -1).at(-1) ?? '') : null
  return relations.some((relation) => (qualifier === null || fold(relation.name) === qualifier) && (relation.columns ?? []).some((one) => fold(one) === column))
}

/** Conditions that must all hold. */
export function conjunctsOf(condition: TreeNode | null): readonly TreeNode[] {
  if (condition === null) return []
  return condition['type'] === 'CONJUNCTION_AND' ? nodesOf(condition['children']).flatMap((child) => conjunctsOf(child)) : [condition]
}

/** Whether nothing in the select list is aggregated or grouped, so that further columns may stand in it. */
export function isOfRows(select: TreeNode): boolean {
  return saysNothing(select['group_expressions']) && select['aggregate_handling'] !== 'FORCE_AGGREGATES' && nodesOf(select['select_list']).every((item) => !hasAggregate(item))
}

/** Aggregates of nested queries are theirs. */
function hasAggregate(part: unknown): boolean {
  const node = asNode(part)
  if (node !== null && (node['class'] === 'SUBQUERY' || isAggregate(node))) return node['class'] !== 'SUBQUERY'
  return (node === null ? asList(part) : Object.values(node)).some((child) => typeof child === 'object' && hasAggregate(child))
}

/** Correlated values of a select joined to its FROM, and their places pointing at the join. */
export function outsideJoins(select: TreeNode, around: readonly PlainRelation[], fresh: { next: number }, insideOf: (query: TreeNode | null) => readonly PlainRelation[]): TreeNode {
  const aparts = new Map<string, Apart>()
  const placed = (part: unknown): unknown => replaced(part, (node) => {
    if (node['class'] !== 'SUBQUERY') return null
    const query = asNode(asNode(node['subquery'])?.['node'])
    const key = JSON.stringify(node['subquery'])
    const apart = node['subquery_type'] !== 'SCALAR' || nodesOf(query?.['select_list']).length !== 1 ? null
      : (aparts.get(key) ?? apartFrom(query, insideOf(query), around, `__apart_${fresh.next++}`))
    if (apart === null) return node
    aparts.set(key, apart)
    const [value] = apart.values
    return { ...value, alias: asText(node['alias']) }
  })
  const fields = isOfRows(select) ? ['where_clause', 'select_list', 'qualify'] : ['where_clause']
  const moved = Object.fromEntries(fields.map((field) => [field, placed(select[field])]))
  return aparts.size === 0 ? select : { ...select, ...moved, from_table: joinedWith(asNode(select['from_table']), [...aparts.values()], 'LEFT') }
}
