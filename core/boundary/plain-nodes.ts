import { asNode, nodesOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'
import { columnNode, selectNode } from '#core/boundary/tree-nodes.ts'

/** What a FROM clause offers under one name. */
export interface PlainRelation {
  readonly name: string
  /** Null where they are not known. */
  readonly columns: readonly string[] | null
  /** Columns, in lower case, that a join merges into one on its left; a bare star leaves them out. */
  readonly merged: ReadonlySet<string>
  /** Columns, in lower case, that stand for both sides of a join: their name alone means the merged value. */
  readonly bare: ReadonlySet<string>
  /** Columns, in lower case, of a query that was joined in another form: what they are in terms of the join. */
  readonly computed?: ReadonlyMap<string, TreeNode>
}

/** SELECT * FROM (VALUES …) of one column, as the parser writes it. */
export function valuesOf(list: readonly TreeNode[]): TreeNode {
  const values: TreeNode = { type: 'EXPRESSION_LIST', alias: 'valueslist', sample: null, expected_names: [], expected_types: [], values: list.map((value) => [value]) }
  return selectNode([columnNode(['col0'])], values)
}

/** The elements of a list written with constants; null for anything else. */
export function constantList(node: TreeNode | null): readonly TreeNode[] | null {
  if (node?.['class'] !== 'FUNCTION' || node['function_name'] !== 'list_value') return null
  const children = nodesOf(node['children'])
  const plain = children.flatMap((child) => (child !== null && (child['class'] === 'CONSTANT' || (child['class'] === 'CAST' && asNode(child['child'])?.['class'] === 'CONSTANT')) ? [child] : []))
  return plain.length === children.length && plain.length > 0 ? plain : null
}

/** A copy of a part in which the nodes that `other` answers stand in the place of the old ones. */
export function replaced(part: unknown, other: (node: TreeNode) => TreeNode | null): unknown {
  if (Array.isArray(part)) return part.map((child: unknown) => replaced(child, other))
  const node = asNode(part)
  if (node === null) return part
  return other(node) ?? Object.fromEntries(Object.entries(node).map(([field, value]) => [field, typeof value === 'object' ? replaced(value, other) : value]))
}

/** Whether nothing at and below a value says anything. */
export function isEmpty(value: unknown): boolean {
  const node = asNode(value)
  return node === null ? saysNothing(value) : Object.values(node).every(isEmpty)
}
