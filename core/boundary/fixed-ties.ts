import { crossedJoin, type PlainQuery, type PlainReach } from '#core/boundary/plain-from.ts'
import { asList, asNode, asText, fold, nodesOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'
import { everyNode, isAggregateName, numberNode, writtenNode } from '#core/boundary/tree-nodes.ts'

/** A place in the select list, as the last keys of an order name it. */
function placeOf(position: number): TreeNode {
  return { ...numberNode(position), value: { type: { id: 'INTEGER', type_info: null }, is_null: false, value: position } }
}

/** How many keys of an order come before those that only end its ties: all columns in turn. @param columns of the select list */
export function firstTieBreak(orders: readonly (TreeNode | null)[], columns: number): number {
  const start = orders.length - columns
  const ends = start >= 0 && orders.slice(start).every((order, at) => order?.['class'] === 'CONSTANT' && asNode(order['value'])?.['value'] === at + 1)
  return ends ? start : orders.length
}

/**
 * A query with LIMIT or DISTINCT ON in which all columns of the select list, one after the other, end what ties its ORDER BY
 * leaves: rows that are then still tied are the same, so that it is no matter which of them stays.
 */
function withoutTies(node: TreeNode, columns: readonly string[] | null): TreeNode {
  const modifiers = nodesOf(node['modifiers'])
  const picks = modifiers.some((modifier) => asText(modifier?.['type']).startsWith('LIMIT'))
  const byAll = modifiers.some((modifier) => nodesOf(modifier?.['orders']).some((order) => asNode(order?.['expression'])?.['class'] === 'STAR'))
  if (!picks || byAll || columns === null) return node
  const last = columns.map((_, at): TreeNode => ({ type: 'ORDER_DEFAULT', null_order: 'ORDER_DEFAULT', expression: placeOf(at + 1) }))
  const ordered = modifiers.some((modifier) => modifier?.['type'] === 'ORDER_MODIFIER')
  const orders = ordered ? modifiers.map((modifier) => (modifier?.['type'] === 'ORDER_MODIFIER' ? { ...modifier, orders: [...nodesOf(modifier['orders']), ...last] } : modifier))
    // The engine sorts before it counts off, whichever is written first.
    : [{ type: 'ORDER_MODIFIER', orders: last }, ...modifiers]
  return { ...node, modifiers: orders }
}

/** Aggregates that answer with a value of one row: an order by them tells of single entities, which no count of the cell shows. */
const SINGLE_VALUES: ReadonlySet<string> = new Set(['min', 'max', 'arg_min', 'arg_max', 'argmin', 'argmax', 'min_by', 'max_by', 'first', 'last', 'any_value', 'arbitrary', 'mode'])

/**
 * The statement's own order without keys like min(age), where the groups are bands of age, and the lowest is not shown: such an
 * order is only meant to put the bands in their own order, and would tell of one entity all the same. Rows and what stands in
 * them stay as they are; they leave in the order of their values. Any other order by single values is left, to be judged.
 */
function withoutOpenValues(node: TreeNode): TreeNode {
  const modifiers = nodesOf(node['modifiers'])
  const shown = new Set(nodesOf(node['select_list']).map((item) => writtenNode(item)))
  const bands = new Set([nodesOf(node['select_list']).filter((item) => ![...everyNode(item)].some(isSingleOrTotal)), node['group_expressions']].flatMap((part) => [...everyNode(part)].flatMap((one) => (one['class'] === 'COLUMN_REF' ? [nameOf(one)] : []))))
  const asks = (order: TreeNode | null): boolean => order?.['class'] === 'FUNCTION' && SINGLE_VALUES.has(fold(asText(order['function_name']))) && !shown.has(writtenNode(order)) && saysNothing(order['filter'])
    && nodesOf(order['children']).every((child) => child?.['class'] === 'COLUMN_REF' && bands.has(nameOf(child)))
  if (node['type'] !== 'SELECT_NODE' || modifiers.some((modifier) => modifier?.['type'] !== 'ORDER_MODIFIER')) return node
  const kept = modifiers.map((modifier) => ({ ...modifier, orders: nodesOf(modifier?.['orders']).filter((order) => !asks(asNode(order?.['expression']))) })).filter((modifier) => modifier.orders.length > 0)
  const dropped = kept.length < modifiers.length || kept.some((modifier, at) => modifier.orders.length < nodesOf(modifiers[at]?.['orders']).length)
  return dropped ? { ...node, modifiers: kept } : node
}

function isSingleOrTotal(node: TreeNode): boolean {
  return node['class'] === 'FUNCTION' && isAggregateName(fold(asText(node['function_name'])))
}

function nameOf(column: TreeNode): string {
  return fold(asText(asList(column['column_names']).at(-1)))
}

/**
 * The statement with an order that leaves nothing open wherever it takes only the first rows, so that it answers alike each time.
 * @param tree what the parser returned
 * @param reach what plain-statement.ts begins with
 * @param within what WITH adds to it
 */
export function withFixedTies(tree: unknown, reach: PlainReach, within: (node: TreeNode, reach: PlainReach) => PlainReach): unknown {
  const root = asNode(tree)
  if (root === null) return tree
  const inside = (part: unknown, around: PlainReach): unknown => {
    if (Array.isArray(part)) return part.map((child: unknown) => inside(child, around))
    const node = asNode(part)
    if (node === null) return part
    const isQuery = asText(node['type']).endsWith('_NODE') && node['class'] === undefined
    const here = isQuery ? within(node, around) : around
    const plain: TreeNode = Object.fromEntries(Object.entries(node).map(([field, value]) => [field, typeof value === 'object' ? inside(value, here) : value]))
    if (node['type'] === 'JOIN') return crossedJoin(plain)
    return isQuery ? withoutTies(plain, columnsOf(node, around)) : plain
  }
  const columnsOf = (node: TreeNode, around: PlainReach): PlainQuery['columns'] => (nodesOf(node['modifiers']).some((modifier) => asText(modifier?.['type']).startsWith('LIMIT')) ? around.query(node, around).columns : null)
  const statements = nodesOf(root['statements']).map((statement) => { const query = asNode(statement?.['node']); return query === null ? statement : { ...statement, node: withoutOpenValues(query) } })
  return inside({ ...root, statements }, reach)
}
