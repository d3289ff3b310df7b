import { asList, asNode, asText, type TreeNode } from '#core/boundary/statement-tree.ts'

/** Builders for nodes of the engine's parse tree, for queries that the platform derives from a checked statement. */

export function columnNode(parts: readonly string[], alias = ''): TreeNode {
  return { class: 'COLUMN_REF', type: 'COLUMN_REF', alias, column_names: parts }
}

export function callNode(name: string, children: readonly TreeNode[], filter: TreeNode | null, alias: string): TreeNode {
  return {
    class: 'FUNCTION', type: 'FUNCTION', alias, function_name: name, schema: '', children, filter,
    order_bys: { type: 'ORDER_MODIFIER', orders: [] }, distinct: false, is_operator: false, export_state: false, catalog: '',
  }
}

export function isNotNull(child: TreeNode): TreeNode {
  return { class: 'OPERATOR', type: 'OPERATOR_IS_NOT_NULL', alias: '', children: [child] }
}

export function allOf(children: readonly TreeNode[]): TreeNode | null {
  const [first, second] = children
  if (first === undefined) return null
  return second === undefined ? first : { class: 'CONJUNCTION', type: 'CONJUNCTION_AND', alias: '', children }
}

/** True where the condition is false or unknown: NOT coalesce(condition, false). */
export function isNotTrue(condition: TreeNode): TreeNode {
  const coalesced: TreeNode = { class: 'OPERATOR', type: 'OPERATOR_COALESCE', alias: '', children: [condition, falseNode()] }
  return { class: 'OPERATOR', type: 'OPERATOR_NOT', alias: '', children: [coalesced] }
}

function falseNode(): TreeNode {
  const text = { class: 'CONSTANT', type: 'VALUE_CONSTANT', alias: '', value: { type: { id: 'VARCHAR', type_info: null }, is_null: false, value: 'f' } }
  return { class: 'CAST', type: 'OPERATOR_CAST', alias: '', child: text, cast_type: { id: 'BOOLEAN', type_info: null }, try_cast: false }
}

export function isNotZero(child: TreeNode): TreeNode {
  const zero = { class: 'CONSTANT', type: 'VALUE_CONSTANT', alias: '', value: { type: { id: 'INTEGER', type_info: null }, is_null: false, value: 0 } }
  return { class: 'COMPARISON', type: 'COMPARE_NOTEQUAL', alias: '', left: child, right: zero }
}

/** The same expression under another name. */
export function named(node: TreeNode, alias: string): TreeNode {
  return { ...node, alias }
}

/** Every node at and below this one. */
export function* everyNode(root: unknown): Generator<TreeNode> {
  const node = asNode(root)
  if (node !== null) yield node
  for (const child of node === null ? asList(root) : Object.values(node)) {
    if (typeof child === 'object' && child !== null) yield* everyNode(child)
  }
}

export function isColumn(node: TreeNode | null): node is TreeNode {
  return node !== null && node['class'] === 'COLUMN_REF'
}

export function functionName(node: TreeNode): string {
  return node['class'] === 'FUNCTION' ? asText(node['function_name']).toLowerCase() : ''
}
