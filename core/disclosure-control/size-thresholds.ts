import { conjunctsOf } from '#core/boundary/plain-correlated.ts'
import { asList, asNode, asText, fold, nodesOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'
import { EQUAL, isTotalOfPartition, lookUp, type TracedColumn, type TracedRelation } from '#core/disclosure-control/contributor-columns.ts'
import { pardoned } from '#core/disclosure-control/pardoned-faults.ts'
import { freshName, type Reach, type Traced } from '#core/disclosure-control/traced.ts'
import { columnNode, everyNode, functionName, isColumn, named, selectNode, subqueryNode, writtenNode } from '#core/boundary/tree-nodes.ts'

/**
 * The usual way to merge small groups asks of each whether it has at least so many rows: CASE WHEN n >= 20 THEN name ELSE '其他' END.
 * Of a group below the line nothing is told but that it is below, which HAVING count(*) >= 20 tells as well; so its being small
 * is no fault, as long as the line is no lower than the minimum and the size serves for nothing else.
 */

const COUNTS: ReadonlySet<string> = new Set(['count', 'count_star'])
/** Comparisons of a size with a line, and the same with its sides changed; whether the line itself is above it. */
const LINES: ReadonlyMap<string, 'at' | 'above'> = new Map([['COMPARE_GREATERTHANOREQUALTO', 'at'], ['COMPARE_LESSTHAN', 'at'], ['COMPARE_GREATERTHAN', 'above'], ['COMPARE_LESSTHANOREQUALTO', 'above']])
const UPPER: ReadonlySet<string> = new Set(['COMPARE_GREATERTHANOREQUALTO', 'COMPARE_GREATERTHAN'])
const TURNED: ReadonlyMap<string, string> = new Map([['COMPARE_GREATERTHANOREQUALTO', 'COMPARE_LESSTHANOREQUALTO'], ['COMPARE_LESSTHANOREQUALTO', 'COMPARE_GREATERTHANOREQUALTO'], ['COMPARE_GREATERTHAN', 'COMPARE_LESSTHAN'], ['COMPARE_LESSTHAN', 'COMPARE_GREATERTHAN']])

/** Whether a figure is the plain number of rows or of entities of a group or a partition. */
export function isSize(node: TreeNode | null): boolean {
  if (node === null) return false
  const plain = nodesOf(node['children']).every((child) => isColumn(child))
  if (node['class'] === 'WINDOW') return COUNTS.has(asText(node['function_name'])) && isTotalOfPartition(node) && saysNothing(node['filter_expr']) && plain
  return COUNTS.has(functionName(node)) && saysNothing(node['filter']) && plain
}

/** What a size is used for in parts of a query: not at all, only beside lines (the lowest of them), or for its value. */
export type SizeUse = { readonly kind: 'unused' } | { readonly kind: 'line'; readonly least: number } | { readonly kind: 'shown' }

export function useOf(part: unknown, isIt: (node: TreeNode) => boolean, minimum: number): SizeUse {
  if (Array.isArray(part)) return together(part.map((child: unknown) => useOf(child, isIt, minimum)))
  const node = asNode(part)
  if (node === null) return { kind: 'unused' }
  if (isIt(node)) return { kind: 'shown' }
  const line = lineIn(node, isIt)
  if (line !== null) return line.least >= minimum ? { kind: 'line', least: line.least } : { kind: 'shown' }
  return together(Object.values(node).map((child) => (typeof child === 'object' ? useOf(child, isIt, minimum) : { kind: 'unused' })))
}

/** The line that a comparison draws through sizes: the smallest size on its upper side, and whether it holds there; null for anything else. */
export function lineIn(node: TreeNode, isIt: (node: TreeNode) => boolean): { readonly least: number; readonly above: boolean } | null {
  const [left, right] = [asNode(node['left']), asNode(node['right'])]
  if (node['class'] !== 'COMPARISON' || left === null || right === null) return null
  if (isIt(right)) return lineIn({ ...node, type: TURNED.get(asText(node['type'])) ?? '', left: right, right: left }, (one) => one === right)
  const kind = LINES.get(asText(node['type']))
  const constant = asNode(right['value'])?.['value']
  if (!isIt(left) || kind === undefined || right['class'] !== 'CONSTANT' || typeof constant !== 'number' || asNode(asNode(right['value'])?.['type'])?.['type_info'] !== null) return null
  return { least: kind === 'at' ? constant : constant + 1, above: UPPER.has(asText(node['type'])) }
}

function together(uses: readonly SizeUse[]): SizeUse {
  if (uses.some((use) => use.kind === 'shown')) return { kind: 'shown' }
  const lines = uses.flatMap((use) => (use.kind === 'line' ? [use.least] : []))
  return lines.length === 0 ? { kind: 'unused' } : { kind: 'line', least: Math.min(...lines) }
}

/** Notes cells whose size a query uses, as far as their being small matters. @param size what the size is called in them */
export function noteSizes(cells: Traced, size: string, use: SizeUse, reach: Reach): void {
  if (use.kind === 'unused' || cells.faults === null) return
  if (use.kind === 'shown') { reach.sides.push(cells); return }
  const [inner, faults] = [freshName(reach, 'sizes'), freshName(reach, 'faults')]
  const list = [named(pardoned(columnNode([inner, cells.faults]), columnNode([inner, size]), use.least), faults)]
  reach.sides.push({ ...cells, node: selectNode(list, subqueryNode(cells.node, inner, []), reach.withEntries), columns: [], faults, sketch: null, tables: [] })
}

/** The table whose rows all stand in the cells of a select, so that there being a cell tells nothing. */
export function wholeOf(select: TreeNode, groups: readonly TreeNode[], relations: readonly TracedRelation[]): { readonly cellsOf?: string } {
  const [only, another] = relations
  const plain = another === undefined && asNode(select['from_table'])?.['type'] === 'BASE_TABLE' && asList(select['group_sets']).length <= 1 && groups.every((group) => isColumn(group) && lookUp(group, relations).every((column) => !column.key))
    && ['where_clause', 'having', 'qualify', 'modifiers'].every((field) => saysNothing(select[field]))
  return only?.table === undefined || !plain ? {} : { cellsOf: only.table }
}

/** Relations of cells of which a query of the same table uses nothing but their groups and, beside lines, their size: cells below the line may be small. */
export function withPardons(relations: readonly TracedRelation[], select: TreeNode, minimum: number): readonly TracedRelation[] {
  const parts = [select['select_list'], ...saidOf(select)]
  const joins = [...everyNode(select['from_table'], (node) => node['type'] === 'SUBQUERY')].filter((node) => node['type'] === 'JOIN')
  return relations.map((relation) => {
    if (relation.faults === null || relation.cellsOf === undefined) return relation
    const means = (node: TreeNode): readonly TracedColumn[] => (isColumn(node) ? lookUp(node, relations).filter((found) => found.relation === relation) : [])
    const own = (name: string): boolean => joins.some((join) => asList(join['using_columns']).some((column) => fold(asText(column)) === fold(name)) || conjunctsOf(asNode(join['condition'])).some((part) => isSameColumn(part, name, relation, relations)))
    const groups = relation.columns.filter((column) => column.group === true)
    const sizes = relation.columns.filter((column) => column.size === true)
    const [size, another] = sizes
    const use = useOf(parts, (node) => means(node).some((found) => found.size === true), minimum)
    const other = useOf(parts, (node) => means(node).some((found) => found.size !== true && found.group !== true), minimum)
    const bound = groups.length > 0 && relations.some((one) => one.table === relation.cellsOf && one.entities.length > 0) && groups.every((group) => own(group.name))
    return size === undefined || another !== undefined || !bound || use.kind !== 'line' || other.kind !== 'unused' ? relation : { ...relation, pardon: { size: size.name, least: use.least }, tables: [] }
  })
}

/** Whether a condition makes a group of the cells the same column of the table that they are cells of. */
function isSameColumn(part: TreeNode, name: string, cells: TracedRelation, relations: readonly TracedRelation[]): boolean {
  const sides = EQUAL.has(asText(part['type'])) ? [asNode(part['left']), asNode(part['right'])] : []
  const found = sides.map((side) => (side !== null && isColumn(side) ? lookUp(side, relations) : []))
  return found.length > 0 && found.every((one) => one.length === 1 && one.every((column) => fold(column.name) === fold(name))) && found.some(([one]) => one?.relation === cells) && found.some(([one]) => one?.relation.table === cells.cellsOf)
}

/** What a select says of the rows in its FROM, and how they were joined. */
export function saidOf(select: TreeNode): readonly unknown[] {
  const joins = [...everyNode(select['from_table'], (node) => node['type'] === 'SUBQUERY')].filter((node) => node['type'] === 'JOIN')
  const using = joins.flatMap((join) => asList(join['using_columns']).map((column) => columnNode([asText(column)])))
  return ['where_clause', 'having', 'qualify', 'group_expressions', 'modifiers'].map((field) => select[field]).concat([joins.map((join) => join['condition']), using])
}

/** Settles what a select does with the sizes of partitions that stand in its rows; a column that only passes through stays open. */
export function settleSizes(select: TreeNode, relations: readonly TracedRelation[], stayRows: boolean, reach: Reach): void {
  const open = new Set(relations.flatMap((relation) => relation.columns.flatMap((column) => (column.sizeOf === undefined ? [] : [column.sizeOf]))))
  for (const id of open) {
    const isIt = (node: TreeNode): boolean => isColumn(node) && lookUp(node, relations).some((column) => column.sizeOf === id)
    const items = nodesOf(select['select_list']).filter((item) => !(stayRows && item !== null && isIt(item)))
    const cells = reach.open.get(id)
    if (cells !== undefined) noteSizes(cells, SIZE, useOf([items, ...saidOf(select)], isIt, reach.minimumEntities), reach)
  }
}

/** What the total of a partition is called among its cells. */
export const SIZE = 'total'

/** Sizes that go where nobody looks at what becomes of them. */
export function settleAll(relations: readonly TracedRelation[], reach: Reach): void {
  for (const column of relations.flatMap((relation) => relation.columns)) {
    const cells = column.sizeOf === undefined ? undefined : reach.open.get(column.sizeOf)
    if (cells !== undefined) noteSizes(cells, SIZE, { kind: 'shown' }, reach)
  }
}

/** The sizes of partitions that windows of a select compute: those that are shown under a name stay open until it is seen what they serve for. @returns the open ones by their place in the select list */
export function openSizes(select: TreeNode, relations: readonly TracedRelation[], windows: readonly { readonly window: TreeNode; readonly cells: Traced }[], reach: Reach): ReadonlyMap<number, string> {
  const items = nodesOf(select['select_list'])
  const open = new Map<number, string>()
  for (const { window, cells } of windows) {
    const bare = items.flatMap((item, place) => (item !== null && item['class'] === 'WINDOW' && writtenNode(item) === writtenNode(window) ? [place] : []))
    const names = new Set(bare.map((place) => fold(asText(items[place]?.['alias']))))
    const byName = (node: TreeNode): boolean => isColumn(node) && asList(node['column_names']).length === 1 && lookUp(node, relations).length === 0 && names.has(fold(asText(asList(node['column_names'])[0])))
    const isIt = (node: TreeNode): boolean => byName(node) || (node['class'] === 'WINDOW' && writtenNode(node) === writtenNode(window))
    noteSizes(cells, SIZE, useOf([items.filter((_, place) => !bare.includes(place)), ...saidOf(select)], isIt, reach.minimumEntities), reach)
    const id = freshName(reach, 'size')
    reach.open.set(id, cells)
    for (const place of bare) open.set(place, id)
  }
  return open
}

/** Whether a nested query only says which values of the table's own column are below a line: street NOT IN (SELECT street … HAVING count(*) < 10). */
export function asksForSmall(child: TreeNode | null, query: TreeNode | null, relations: readonly TracedRelation[], minimum: number): boolean {
  const having = asNode(query?.['having'])
  const turned = isSize(asNode(having?.['right'])) ? TURNED.get(asText(having?.['type'])) : asText(having?.['type'])
  const [item, another] = nodesOf(query?.['select_list'])
  const [group, more] = nodesOf(query?.['group_expressions'])
  const [outer] = child !== null && isColumn(child) ? lookUp(child, relations) : []
  const name = (node: TreeNode | null | undefined): string => fold(asText(asList(node?.['column_names']).at(-1)))
  const grouped = group?.['class'] === 'CONSTANT' || (group !== undefined && group !== null && isColumn(group) && name(group) === name(item))
  return outer?.relation.table !== undefined && outer.relation.entities.length > 0 && item !== undefined && item !== null && isColumn(item) && another === undefined && more === undefined && grouped && name(item) === fold(outer.name)
    && asNode(query?.['from_table'])?.['type'] === 'BASE_TABLE' && fold(asText(asNode(query?.['from_table'])?.['table_name'])) === outer.relation.table && ['where_clause', 'qualify', 'modifiers'].every((field) => saysNothing(query?.[field]))
    && useOf(having, isSize, minimum).kind === 'line' && having?.['class'] === 'COMPARISON' && (turned === 'COMPARE_LESSTHAN' || turned === 'COMPARE_LESSTHANOREQUALTO')
}
