import { ALLOWED_FUNCTIONS } from '#core/boundary/allowed-functions.ts'
import { asList, asNode, asText, fold, nodesOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'
import { callNode, caseNode, isNotNull, numberNode, operatorNode } from '#core/boundary/tree-nodes.ts'

/** Names of one function, and the one that is known. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([['argmax', 'arg_max'], ['argmin', 'arg_min'], ['wavg', 'weighted_avg'], ['list_aggr', 'list_aggregate'], ['array_aggr', 'list_aggregate'], ['array_aggregate', 'list_aggregate'], ['aggregate', 'list_aggregate']])
const OF_A_SHARE: ReadonlySet<string> = new Set(['quantile_cont', 'quantile_disc'])
/** unit: base; source: the engine writes a decimal as its digits and their scale */
const DECIMAL_BASE = 10

/** A call by its usual name, with its arguments in the usual place. */
export function plainCall(node: TreeNode): TreeNode {
  if (node['class'] !== 'FUNCTION' && node['class'] !== 'WINDOW') return node
  const name = OTHER_NAMES.get(fold(asText(node['function_name'])))
  const usual = name === undefined ? node : { ...node, function_name: name }
  return node['class'] === 'WINDOW' ? orderedByMany(usual) : weighted(listTotal(countedWhere(withinGroup(usual))))
}

/**
 * OVER (ORDER BY min(x)) puts groups in an order by one value of each; by their medians it is the same for bands and classes,
 * and tells of nobody. Where it is not the same, the answers differ, and the result does not leave.
 */
function orderedByMany(window: TreeNode): TreeNode {
  const orders = nodesOf(window['orders']).map((order) => {
    const call = asNode(order?.['expression'])
    const [value, another] = nodesOf(call?.['children'])
    const single = call !== null && (call['function_name'] === 'min' || call['function_name'] === 'max') && saysNothing(call['filter']) && value !== undefined && value !== null && another === undefined
    return single ? { ...order, expression: callNode('median', [value], null, '') } : order
  })
  return { ...window, orders }
}

/** count(DISTINCT CASE WHEN c THEN x END) is count(DISTINCT x) FILTER (WHERE c). */
function countedWhere(node: TreeNode): TreeNode {
  const [argument, another] = nodesOf(node['children'])
  const [check, second] = nodesOf(argument?.['case_checks'])
  const otherwise = asNode(argument?.['else_expr'])
  const nothing = otherwise === null || asNode(otherwise['value'])?.['is_null'] === true
  if (node['function_name'] !== 'count' || node['distinct'] !== true || argument?.['class'] !== 'CASE' || another !== undefined || check === undefined || check === null || second !== undefined || !nothing) return node
  const filter = saysNothing(node['filter']) ? check['when_expr'] : { class: 'CONJUNCTION', type: 'CONJUNCTION_AND', alias: '', children: [node['filter'], check['when_expr']] }
  return { ...node, children: [check['then_expr']], filter }
}

/** quantile(share) WITHIN GROUP (ORDER BY x) is quantile(x, share), and mode() WITHIN GROUP (ORDER BY x) is mode(x). */
function withinGroup(node: TreeNode): TreeNode {
  const [order, another] = nodesOf(asNode(node['order_bys'])?.['orders'])
  const name = asText(node['function_name'])
  const children = asList(node['children'])
  if (order === undefined || order === null || another !== undefined || !saysNothing(node['distinct'])) return node
  if (!(OF_A_SHARE.has(name) && children.length === 1) && !(name === 'mode' && children.length === 0)) return node
  const share = order['type'] === 'DESCENDING' ? fromAbove(name, asNode(children[0])) : asNode(children[0])
  if (order['type'] === 'DESCENDING' && share === null) return node
  return { ...node, children: [order['expression'], ...(share === null ? [] : [share])], order_bys: { type: 'ORDER_MODIFIER', orders: [] } }
}

/** A share counted from above as one counted from below; null where that is not the same. */
function fromAbove(name: string, share: TreeNode | null): TreeNode | null {
  const constant = asNode(share?.['value'])
  const type = asNode(constant?.['type'])
  const scale = Number(asNode(type?.['type_info'])?.['scale'])
  const digits = constant?.['value']
  if (name !== 'quantile_cont' || share?.['class'] !== 'CONSTANT' || type?.['id'] !== 'DECIMAL' || !Number.isInteger(scale) || typeof digits !== 'number') return null
  return { ...share, value: { ...constant, value: DECIMAL_BASE ** scale - digits } }
}

/** list_aggregate(list, 'sum') is list_sum(list), for the totals that are known. */
function listTotal(node: TreeNode): TreeNode {
  const [list, which, another] = nodesOf(node['children'])
  const constant = asNode(which?.['value'])
  const name = `list_${asText(constant?.['value'])}`
  if (node['function_name'] !== 'list_aggregate' || list === undefined || which?.['class'] !== 'CONSTANT' || another !== undefined || ALLOWED_FUNCTIONS.get(name)?.kind !== 'scalar') return node
  return { ...node, function_name: name, children: [list] }
}

/** weighted_avg(x, w) is the sum of x * w by the sum of the weights of those that have x. */
function weighted(node: TreeNode): TreeNode {
  const [value, weight, another] = nodesOf(node['children'])
  const plain = saysNothing(node['filter']) && saysNothing(node['distinct']) && asList(asNode(node['order_bys'])?.['orders']).length === 0
  if (node['function_name'] !== 'weighted_avg' || !plain || value === undefined || value === null || weight === undefined || weight === null || another !== undefined) return node
  const weights = callNode('sum', [caseNode(isNotNull(value), weight, numberNode(0))], null, '')
  return { ...operatorNode('/', callNode('sum', [operatorNode('*', value, weight)], null, ''), weights), alias: asText(node['alias']) }
}
