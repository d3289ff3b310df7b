import { ALLOWED_FUNCTIONS } from '#core/boundary/allowed-functions.ts'
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

/** Every node at and below this one; what lies below a node that `closed` names is left out, and so is that node. */
export function* everyNode(root: unknown, closed: (node: TreeNode) => boolean = () => false): Generator<TreeNode> {
  const node = asNode(root)
  if (node !== null && closed(node)) return
  if (node !== null) yield node
  for (const child of node === null ? asList(root) : Object.values(node)) {
    if (typeof child === 'object' && child !== null) yield* everyNode(child, closed)
  }
}

export function numberNode(value: number, alias = ''): TreeNode {
  return { class: 'CONSTANT', type: 'VALUE_CONSTANT', alias, value: { type: { id: 'BIGINT', type_info: null }, is_null: false, value } }
}

export function compareNode(type: string, left: TreeNode, right: TreeNode): TreeNode {
  return { class: 'COMPARISON', type, alias: '', left, right }
}

export function coalesceNode(children: readonly TreeNode[], alias = ''): TreeNode {
  return { class: 'OPERATOR', type: 'OPERATOR_COALESCE', alias, children }
}

export function caseNode(when: TreeNode, then: TreeNode, otherwise: TreeNode, alias = ''): TreeNode {
  return { class: 'CASE', type: 'CASE_EXPR', alias, case_checks: [{ when_expr: when, then_expr: then }], else_expr: otherwise }
}

/** An operator between two values, such as `*` or `&`. */
export function operatorNode(name: string, left: TreeNode, right: TreeNode): TreeNode {
  return { ...callNode(name, [left, right], null, ''), is_operator: true }
}

/** The bits of both. */
export function orNode(left: TreeNode, right: TreeNode): TreeNode {
  return operatorNode('|', left, right)
}

/** Any of some conditions. */
export function anyOf(children: readonly TreeNode[]): TreeNode {
  const [first, second] = children
  return first !== undefined && second === undefined ? first : { class: 'CONJUNCTION', type: 'CONJUNCTION_OR', alias: '', children }
}

/** A value as a broken number, missing where it is none. */
export function doubleNode(child: TreeNode): TreeNode {
  return { class: 'CAST', type: 'OPERATOR_CAST', alias: '', child, cast_type: { id: 'DOUBLE', type_info: null }, try_cast: true }
}

/** A node as a text that is the same for nodes that say the same, wherever they stand and whatever they are called. */
export function writtenNode(node: unknown): string {
  return JSON.stringify(node, (field, value: unknown) => (field === 'query_location' || field === 'alias' ? undefined : value))
}

/** A table by its name alone. */
export function tableNode(name: string, alias: string): TreeNode {
  return { type: 'BASE_TABLE', alias, sample: null, schema_name: '', table_name: name, column_name_alias: [], catalog_name: '', at_clause: null }
}

export function subqueryNode(node: TreeNode | null, alias: string, columns: readonly string[]): TreeNode {
  return { type: 'SUBQUERY', alias, sample: null, subquery: { node, named_param_map: [] }, column_name_alias: columns }
}

export function joinNode(left: TreeNode, right: TreeNode, condition: TreeNode): TreeNode {
  return { type: 'JOIN', alias: '', sample: null, left, right, condition, join_type: 'LEFT', ref_type: 'REGULAR', using_columns: [], delim_flipped: false, duplicate_eliminated_columns: [] }
}

export function selectNode(list: readonly TreeNode[], from: TreeNode, entries: readonly TreeNode[] = []): TreeNode {
  return {
    type: 'SELECT_NODE', modifiers: [], cte_map: { map: entries }, select_list: list, from_table: from, where_clause: null, group_expressions: [],
    group_sets: [], aggregate_handling: 'STANDARD_HANDLING', having: null, sample: null, qualify: null,
  }
}

export function isColumn(node: TreeNode | null): node is TreeNode {
  return node !== null && node['class'] === 'COLUMN_REF'
}

export function functionName(node: TreeNode): string {
  return node['class'] === 'FUNCTION' ? asText(node['function_name']).toLowerCase() : ''
}

export function isAggregateName(name: string): boolean {
  return ALLOWED_FUNCTIONS.get(name)?.kind === 'aggregate'
}
