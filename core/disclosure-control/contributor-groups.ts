import { asList, asNode, asText, fold, nodesOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'
import { lookUp, type TracedRelation } from '#core/disclosure-control/contributor-columns.ts'
import { aggregatesIn } from '#core/disclosure-control/contributor-measures.ts'
import { everyNode, isColumn } from '#core/boundary/tree-nodes.ts'

/** A select's groups, with positions and names from the select list replaced by what they stand for. */
export interface Groups {
  readonly grouped: boolean
  readonly expressions: readonly TreeNode[]
  /** Positions of the expressions in each grouping: one for a plain GROUP BY, several for ROLLUP, CUBE and GROUPING SETS. */
  readonly sets: readonly (readonly number[])[]
}

/**
 * Resolves GROUP BY 1, GROUP BY alias, GROUP BY ALL and SELECT DISTINCT to expressions.
 * @returns null when what is grouped cannot be told for certain: a star, or a name of nothing
 */
export function resolveGroups(select: TreeNode, relations: readonly TracedRelation[]): Groups | null {
  const items = nodesOf(select['select_list']).filter((item) => item !== null)
  const written = nodesOf(select['group_expressions']).filter((item) => item !== null)
  const distinct = nodesOf(select['modifiers']).find((modifier) => modifier?.['type'] === 'DISTINCT_MODIFIER')
  const aggregated = aggregatesIn([select['select_list'], select['having']]).length > 0
  const sets = asList(select['group_sets']).map((set) => asList(set).map(Number))
  if (written.length > 0) return expressionsOf(written, items, relations, sets)
  const all = select['aggregate_handling'] === 'FORCE_AGGREGATES'
  if (all || (distinct !== undefined && !aggregated)) {
    if (!saysNothing(distinct?.['distinct_on_targets']) || items.some(isStar)) return null
    return oneSet(items.filter((item) => !isWindowed(item) && aggregatesIn(item).length === 0))
  }
  return { grouped: aggregated, expressions: [], sets: [[]] }
}

/** A filter with the names of the select list replaced by what they stand for, so that it holds under another select list. */
export function withoutAliases(part: unknown, select: TreeNode, relations: readonly TracedRelation[]): unknown {
  if (Array.isArray(part)) return part.map((child: unknown) => withoutAliases(child, select, relations))
  const node = asNode(part)
  if (node === null) return part
  // Names in a nested query are its own.
  if (node['class'] === 'SUBQUERY') return { ...node, child: withoutAliases(node['child'], select, relations) }
  if (isColumn(node)) {
    const names = asList(node['column_names'])
    if (names.length !== 1 || lookUp(node, relations).length > 0) return node
    const alias = nodesOf(select['select_list']).find((item) => item !== null && fold(asText(item['alias'])) === fold(asText(names[0])))
    return alias === undefined || alias === null ? node : { ...alias, alias: '' }
  }
  return Object.fromEntries(Object.entries(node).map(([field, value]) => [field, withoutAliases(value, select, relations)]))
}

function expressionsOf(written: readonly TreeNode[], items: readonly TreeNode[], relations: readonly TracedRelation[], sets: readonly (readonly number[])[]): Groups | null {
  const expressions: TreeNode[] = []
  for (const expression of written) {
    const resolved = resolveOne(expression, items, relations)
    if (resolved === null) return null
    expressions.push(resolved)
  }
  return sets.length > 1 ? { grouped: true, expressions, sets } : oneSet(expressions)
}

function oneSet(expressions: readonly TreeNode[]): Groups {
  return { grouped: true, expressions, sets: [expressions.map((_, position) => position)] }
}

function isWindowed(item: TreeNode): boolean {
  return [...everyNode(item)].some((node) => node['class'] === 'WINDOW')
}

function resolveOne(expression: TreeNode, items: readonly TreeNode[], relations: readonly TracedRelation[]): TreeNode | null {
  if (expression['class'] === 'CONSTANT') {
    const position = asNode(expression['value'])?.['value']
    const item = typeof position === 'number' ? items[position - 1] : undefined
    return item === undefined || items.some(isStar) ? null : item
  }
  const names = asList(expression['column_names'])
  if (!isColumn(expression) || names.length !== 1) return expression
  const alias = items.find((item) => asText(item['alias']) !== '' && fold(asText(item['alias'])) === fold(asText(names[0])))
  const isSupplied = lookUp(expression, relations).length > 0
  if (alias === undefined) return isSupplied ? expression : null
  // A name that is both is the column, as it is to the engine.
  return isSupplied ? expression : alias
}

function isStar(item: TreeNode): boolean {
  return item['class'] === 'STAR'
}
