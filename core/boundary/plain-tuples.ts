import { apartJoin, conjunctsOf, offers } from '#core/boundary/plain-correlated.ts'
import type { PlainRelation } from '#core/boundary/plain-nodes.ts'
import { asList, asNode, asText, nodesOf, type TreeNode } from '#core/boundary/statement-tree.ts'
import { allOf, columnNode, compareNode, everyNode, subqueryNode } from '#core/boundary/tree-nodes.ts'

/** The parts of a tuple (a, b); null for anything else. */
function partsOf(node: TreeNode | null): readonly TreeNode[] | null {
  if (node?.['class'] !== 'FUNCTION' || node['function_name'] !== 'row') return null
  const parts = nodesOf(node['children']).filter((part) => part !== null)
  return parts.length > 0 ? parts : null
}

/** (a, b) = (c, d) is a = c AND b = d; to the engine parts of tuples that are not there are the same. */
export function comparedParts(node: TreeNode): TreeNode {
  const [left, right] = [partsOf(asNode(node['left'])), partsOf(asNode(node['right']))]
  if (node['type'] !== 'COMPARE_EQUAL' || left === null || right === null || left.length !== right.length) return node
  const parts = left.map((part, position) => compareNode('COMPARE_NOT_DISTINCT_FROM', part, right[position] ?? part))
  return { ...(allOf(parts) ?? node), alias: asText(node['alias']), query_location: node['query_location'] }
}

/** What the queries inside a condition are, for a caller that knows how to read them. */
export interface ReadColumns {
  readonly columns: (query: TreeNode | null) => readonly string[] | null
  readonly inside: (query: TreeNode | null) => readonly PlainRelation[]
}

/** WHERE (a, b) IN (SELECT c, d …) is a semi join on a = c AND b = d. */
export function tuplesAsJoins(select: TreeNode, around: readonly PlainRelation[], fresh: { next: number }, read: ReadColumns): TreeNode {
  const conjuncts = conjunctsOf(asNode(select['where_clause']))
  let from = asNode(select['from_table'])
  const left = conjuncts.filter((part) => {
    const query = asNode(asNode(part['subquery'])?.['node'])
    const parts = partsOf(asNode(part['child']))
    if (part['class'] !== 'SUBQUERY' || part['subquery_type'] !== 'ANY' || part['comparison_type'] !== 'COMPARE_EQUAL' || query === null || parts === null || from === null || from['type'] === 'EMPTY') return true
    const columns = read.columns(query)
    const inside = read.inside(query)
    const bound = [...everyNode(query)].some((node) => node['class'] === 'COLUMN_REF' && !offers(inside, node) && offers(around, node))
    if (columns === null || columns.length !== parts.length || new Set(columns).size !== columns.length || bound) return true
    const name = `__tuples_${fresh.next++}`
    const named = columns.map((_, position) => `k${position}`)
    from = apartJoin(from, subqueryNode(query, name, named), allOf(parts.map((one, position) => compareNode('COMPARE_EQUAL', one, columnNode([name, named[position] ?? ''])))) ?? {}, 'SEMI')
    return false
  })
  return left.length === conjuncts.length ? select : { ...select, from_table: from, where_clause: allOf(left) }
}

/** Columns that a count of different values puts together without asking anything of them: (a, b), a || '-' || b, a struct of both. */
const PUT_TOGETHER: ReadonlySet<string> = new Set(['row', 'struct_pack', '||', 'concat', 'concat_ws'])

/** The columns that are put together in an expression; null where anything else is done to them. */
export function columnsTogether(node: TreeNode | null): readonly TreeNode[] | null {
  if (node?.['class'] === 'COLUMN_REF') return [node]
  if (node?.['class'] === 'CONSTANT') return []
  if (node?.['class'] === 'CAST' && asText(asNode(node['cast_type'])?.['id']) === 'VARCHAR') return columnsTogether(asNode(node['child']))
  if (node?.['class'] !== 'FUNCTION' || !PUT_TOGETHER.has(asText(node['function_name']).toLowerCase())) return null
  const parts = asList(node['children']).map((child) => columnsTogether(asNode(child)))
  return parts.some((part) => part === null) ? null : parts.flatMap((part) => part ?? [])
}
