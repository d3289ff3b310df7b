import { asList, asNode, asText, fold, nodesOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'
import { isTotalOfPartition } from '#core/disclosure-control/contributor-columns.ts'
import { aggregatesIn } from '#core/disclosure-control/contributor-measures.ts'
import { hasWindow } from '#core/disclosure-control/traced.ts'
import { callNode, everyNode, isColumn, named } from '#core/boundary/tree-nodes.ts'

/**
 * SELECT DISTINCT groups, total OVER (PARTITION BY the same groups): the same as GROUP BY, and judged as that.
 * Null where it is anything else.
 */
export function distinctTotals(select: TreeNode): TreeNode | null {
  const modifiers = nodesOf(select['modifiers'])
  const distinct = modifiers.find((modifier) => modifier?.['type'] === 'DISTINCT_MODIFIER')
  if (distinct === undefined || !saysNothing(distinct?.['distinct_on_targets']) || !saysNothing(select['group_expressions']) || !saysNothing(select['qualify']) || aggregatesIn([select['select_list'], select['having']]).length > 0) return null
  const items = nodesOf(select['select_list']).filter((item) => item !== null)
  const windows = [...everyNode(items, (node) => node['class'] === 'SUBQUERY')].filter((node) => node['class'] === 'WINDOW')
  const groups = items.filter((item) => !hasWindow(item))
  const written = (nodes: readonly (TreeNode | null)[]): string => nodes.map((node) => fold(asText(asList(node?.['column_names']).at(-1)))).toSorted().join(' ')
  const alike = windows.length > 0 && groups.every(isColumn) && windows.every((window) => isTotalOfPartition(window) && nodesOf(window['partitions']).every((part) => isColumn(part)) && written(nodesOf(window['partitions'])) === written(groups))
  if (!alike) return null
  const list = items.map((item) => asNode(withoutWindows(item)) ?? item)
  const expressions = groups.map((group) => named(group, ''))
  return { ...select, select_list: list, group_expressions: expressions, group_sets: [expressions.map((_, position) => position)], modifiers: modifiers.filter((modifier) => modifier !== distinct) }
}

function withoutWindows(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(withoutWindows)
  const node = asNode(part)
  if (node === null) return part
  if (node['class'] === 'WINDOW') {
    const children = nodesOf(node['children']).filter((child) => child !== null)
    const name = asText(node['function_name'])
    return { ...callNode(name === 'count' && children.length === 0 ? 'count_star' : name, children, asNode(node['filter_expr']), asText(node['alias'])), distinct: node['distinct'] === true }
  }
  return Object.fromEntries(Object.entries(node).map(([field, value]) => [field, withoutWindows(value)]))
}
