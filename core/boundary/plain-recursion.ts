import { called, renamed, type PlainQuery, type PlainReach } from '#core/boundary/plain-from.ts'
import { asList, asNode, asText, fold, nodesOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'
import { everyNode } from '#core/boundary/tree-nodes.ts'

/** Whether a recursion reads nothing but itself, so that it is a list of constants that the statement writes out. */
export function isOfConstants(node: TreeNode): boolean {
  const name = fold(asText(node['cte_name']))
  const own = [node['left'], node['right']]
  return saysNothing(node['modifiers']) && nodesOf(asNode(node['cte_map'])?.['map']).length === 0
    && [...everyNode(own)].every((one) => nodesOf(asNode(one['cte_map'])?.['map']).length === 0 && (one['type'] !== 'BASE_TABLE' || (fold(asText(one['table_name'])) === name && saysNothing(one['schema_name']) && saysNothing(one['catalog_name']))))
}

/** A recursion with its parts in plain form; it sees itself under its name. */
export function plainRecursion(node: TreeNode, reach: PlainReach): PlainQuery {
  const left = called(reach.query(asNode(node['left']), reach))
  const columns = renamed(left.columns, asList(node['aliases']))
  const right = reach.query(asNode(node['right']), { ...reach, withNames: new Map([...reach.withNames, [fold(asText(node['cte_name'])), columns]]) })
  return { node: { ...node, left: left.node, right: right.node }, columns }
}
