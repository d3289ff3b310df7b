import { asList, asNode, asText, fold, nodesOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'
import { anyOf, callNode, columnNode, compareNode, isColumn, isNotTrue, named, numberNode, selectNode, subqueryNode } from '#core/boundary/tree-nodes.ts'
import { lookUp, type TracedRelation } from '#core/disclosure-control/contributor-columns.ts'
import { isAggregate } from '#core/disclosure-control/contributor-measures.ts'
import { isSize, lineIn } from '#core/disclosure-control/size-thresholds.ts'
import { freshName, hasWindow, type Reach } from '#core/disclosure-control/traced.ts'

/**
 * The usual way to suppress small cells within a statement: CASE WHEN count(*) >= 10 THEN avg(x) END for each of its figures.
 * Of a cell below the line leaves that it is there and below, which is for a person to judge as an empty cell is; a figure
 * beside it that does not ask, and nothing is pardoned.
 */

/** What tells figures, and among them sizes, in the parts of a select. */
interface Figures {
  readonly isFigure: (node: TreeNode) => boolean
  readonly isSize: (node: TreeNode) => boolean
}

/** When a figure of an aggregated select over rows is shown at all; null where some figure always is. */
export function openWhen(select: TreeNode, minimum: number): TreeNode | null {
  const grouped = !saysNothing(select['group_expressions']) || select['aggregate_handling'] === 'FORCE_AGGREGATES'
  return grouped ? whenShown(select, { isFigure: isAggregate, isSize }, minimum) : null
}

/** The same for a select that shows the cells of one relation. */
export function openOfCells(select: TreeNode, relations: readonly TracedRelation[], minimum: number): TreeNode | null {
  const [only, another] = relations
  if (only === undefined || another !== undefined || !saysNothing(select['where_clause']) || !only.columns.some((column) => column.group === true)) return null
  const means = (node: TreeNode): ReturnType<typeof lookUp> => (isColumn(node) ? lookUp(node, relations) : [])
  return whenShown(select, { isFigure: (node) => means(node).some((column) => column.group !== true), isSize: (node) => means(node).some((column) => column.size === true) }, minimum)
}

function whenShown(select: TreeNode, figures: Figures, minimum: number): TreeNode | null {
  const modifiers = nodesOf(select['modifiers'])
  const items = nodesOf(select['select_list'])
  const asked = [...items, ...modifiers.flatMap((modifier) => nodesOf(modifier?.['orders']).map((order) => asNode(order?.['expression']))).filter((order) => !isAlias(order, items))]
  const picks = !saysNothing(select['having']) || !saysNothing(select['qualify']) || modifiers.some((modifier) => asText(modifier?.['type']).startsWith('LIMIT')) || nodesOf(select['group_sets']).length > 1
  if (picks || hasWindow(asked)) return null
  const gates: TreeNode[] = []
  if (!asked.every((part) => isGated(part, figures, minimum, gates)) || gates.length === 0) return null
  return anyOf(gates)
}

/** Whether nothing of a figure is told by an expression but on which side of a line a size is, for cells in which no gate is open. */
function isGated(node: TreeNode | null, figures: Figures, minimum: number, gates: TreeNode[]): boolean {
  if (node === null) return true
  const gate = gateOf(node, figures, minimum)
  if (gate !== null) { gates.push(gate.open); return true }
  if (figures.isFigure(node)) return false
  if (node['class'] !== 'CASE') return Object.values(node).flatMap((value) => (Array.isArray(value) ? nodesOf(value) : [asNode(value)])).every((child) => isGated(child, figures, minimum, gates))
  for (const check of nodesOf(node['case_checks'])) {
    const [when, then] = [asNode(check?.['when_expr']), asNode(check?.['then_expr'])]
    const line = when === null ? null : gateOf(when, figures, minimum)
    if (line === null) { if (!isGated(when, figures, minimum, gates) || !isGated(then, figures, minimum, gates)) return false; continue }
    gates.push(line.open)
    if (line.above) continue
    // What follows is for sizes from the line on.
    return isGated(then, figures, minimum, gates)
  }
  return isGated(asNode(node['else_expr']), figures, minimum, gates)
}

/** A comparison of a size with a line that is no lower than the minimum, and when the size is no smaller. */
function gateOf(node: TreeNode, figures: Figures, minimum: number): { readonly above: boolean; readonly open: TreeNode } | null {
  const line = lineIn(node, figures.isSize)
  return line === null || line.least < minimum ? null : { above: line.above, open: line.above ? node : isNotTrue(node) }
}

/** ORDER BY takes what the select list calls so. */
function isAlias(order: TreeNode | null, items: readonly (TreeNode | null)[]): boolean {
  const [name, more] = order !== null && isColumn(order) ? asList(order['column_names']).map(asText) : []
  return name !== undefined && more === undefined && items.some((item) => item !== null && fold(asText(item['alias'])) === fold(name))
}

/** Cells that are shown blank where they are small: in their tables of counts only those of enough entities leave. */
export function leaveOutBlanks(names: readonly string[], reach: Reach): void {
  for (const [place, table] of reach.cells.entries()) {
    const [part] = table.parts
    if (!names.includes(table.name) || part === undefined || table.kept !== null) continue
    const inner = freshName(reach, 'kept')
    const groups = part.groups.map((_, position) => columnNode([inner, `g${position}`]))
    const list = [...groups.map((group, position) => named(group, `g${position}`)), numberNode(0, 'grouping')]
    const enough = compareNode('COMPARE_GREATERTHANOREQUALTO', callNode('count_star', [], null, ''), numberNode(reach.minimumEntities))
    reach.cells[place] = { ...table, kept: { ...selectNode(list, subqueryNode(part.inner, inner, [])), group_expressions: groups, group_sets: [groups.map((_, index) => index)], having: enough } }
  }
}
