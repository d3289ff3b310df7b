import { ALLOWED_FUNCTIONS } from '#core/boundary/allowed-functions.ts'
import { apartFrom, joinedWith, offers } from '#core/boundary/plain-correlated.ts'
import { constantList, isEmpty, replaced, valuesOf, type PlainRelation } from '#core/boundary/plain-nodes.ts'
import { plainPivot } from '#core/boundary/plain-pivot.ts'
import { asList, asNode, asText, fold, nodesOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'
import { everyNode, functionName, selectNode, subqueryNode } from '#core/boundary/tree-nodes.ts'

export interface PlainReach {
  readonly tables: ReadonlyMap<string, readonly string[]>
  readonly withNames: ReadonlyMap<string, readonly string[] | null>
  readonly fresh: { next: number }
  /** Puts a nested query, or an expression, in plain form. */
  readonly query: (node: TreeNode | null, reach: PlainReach) => PlainQuery
  readonly expression: (part: unknown, reach: PlainReach) => unknown
}

/** A query in plain form, and what its columns are called; null where that is not known. */
export interface PlainQuery {
  readonly node: TreeNode | null
  readonly columns: readonly string[] | null
}

/** A query inside another one has a name for each column, so that the one around it can point at it. */
export function called(query: PlainQuery): PlainQuery {
  const { columns } = query
  if (query.node === null || columns === null) return query
  // The first of several gives the names.
  if (query.node['type'] === 'SET_OPERATION_NODE') return { ...query, node: { ...query.node, left: called({ node: asNode(query.node['left']), columns }).node } }
  if (query.node['type'] !== 'SELECT_NODE') return query
  return { ...query, node: { ...query.node, select_list: nodesOf(query.node['select_list']).map((item, position) => (item === null || nameOf(item) !== '' ? item : { ...item, alias: columns[position] })) } }
}

export function nameOf(item: TreeNode): string {
  return asText(item['alias']) || asText(asList(item['column_names']).at(-1))
}

export function renamed(columns: readonly string[] | null, names: readonly unknown[]): readonly string[] | null {
  return columns === null ? null : columns.map((column, position) => asText(names[position]) || column)
}

/** Fields of a call in FROM that are kept, or that say nothing that the engine would do. */
const SAID_OF_UNNEST: ReadonlySet<string> = new Set(['type', 'class', 'alias', 'query_location', 'function', 'function_name', 'children', 'column_name_alias', 'with_ordinality'])

/** A FROM clause in plain form, and what it offers. */
export interface PlainFrom {
  readonly node: TreeNode | null
  readonly relations: readonly PlainRelation[]
}

export function plainFrom(node: TreeNode | null, reach: PlainReach): PlainFrom {
  const named = (columns: readonly string[] | null, name = asText(node?.['alias'])): readonly PlainRelation[] => [{ name, columns, merged: new Set(), bare: new Set() }]
  switch (node?.['type']) {
    case 'EMPTY': return { node, relations: [] }
    case 'BASE_TABLE': {
      const table = asText(node['table_name'])
      const earlier = saysNothing(node['schema_name']) ? reach.withNames.get(fold(table)) : undefined
      const columns = earlier === undefined ? (reach.tables.get(fold(table)) ?? null) : earlier
      const names = asList(node['column_name_alias'])
      const name = asText(node['alias']) || table
      if (names.length === 0 || columns === null) return { node, relations: named(columns, name) }
      const inner = selectNode(columns.map((column) => ({ class: 'COLUMN_REF', type: 'COLUMN_REF', alias: '', column_names: [column] })), { ...node, alias: '', column_name_alias: [] })
      return { node: subqueryNode(inner, name, names.map(asText)), relations: named(renamed(columns, names), name) }
    }
    case 'SUBQUERY': {
      const subquery = asNode(node['subquery'])
      const plain = called(reach.query(asNode(subquery?.['node']), reach))
      return { node: { ...node, subquery: { ...subquery, node: plain.node } }, relations: named(renamed(plain.columns, asList(node['column_name_alias']))) }
    }
    case 'JOIN': return plainJoin(node, reach)
    case 'EXPRESSION_LIST': return { node, relations: named(asList(asList(node['values'])[0]).map((_, position) => `col${position}`)) }
    case 'TABLE_FUNCTION': {
      const call = asNode(node['function'])
      const plain = Object.entries({ ...node, ...call, type: '' }).every(([field, value]) => SAID_OF_UNNEST.has(field) || isEmpty(value) || (field === 'order_bys' && nodesOf(asNode(value)?.['orders']).length === 0))
      const list = call?.['function_name'] === 'unnest' && plain && asList(call['children']).length === 1 && node['with_ordinality'] === 'WITHOUT_ORDINALITY' ? constantList(asNode(asList(call['children'])[0])) : null
      const column = asText(asList(node['column_name_alias'])[0]) || asText(call?.['function_name'])
      if (list === null) return { node, relations: named([column], asText(node['alias']) || asText(call?.['function_name'])) }
      const name = asText(node['alias']) || 'unnest'
      return { node: subqueryNode(valuesOf(list), name, [column]), relations: named([column], name) }
    }
    case 'PIVOT': {
      const source = plainFrom(asNode(node['source']), reach)
      const plain = plainPivot({ ...node, source: source.node }, source.relations)
      return plain === null ? { node, relations: named(null) } : { node: plain.node, relations: named(plain.columns) }
    }
    default: return { node, relations: named(null) }
  }
}

const ALWAYS: TreeNode = {
  class: 'CAST', type: 'OPERATOR_CAST', alias: '', child: { class: 'CONSTANT', type: 'VALUE_CONSTANT', alias: '', value: { type: { id: 'VARCHAR', type_info: null }, is_null: false, value: 't' } },
  cast_type: { id: 'BOOLEAN', type_info: null }, try_cast: false,
}

/** A comma would bind weaker than the joins around it once the tree is written as text again. */
export function crossedJoin(join: TreeNode): TreeNode {
  return join['ref_type'] === 'CROSS' && saysNothing(join['condition']) ? { ...join, ref_type: 'REGULAR', condition: ALWAYS } : join
}

function plainJoin(node: TreeNode, reach: PlainReach): PlainFrom {
  const left = plainFrom(asNode(node['left']), reach)
  const right = plainFrom(asNode(node['right']), reach)
  const joined = { ...node, left: left.node, right: right.node, condition: reach.expression(node['condition'], reach) }
  const lateral = plainLateral(joined, left.relations, right.relations, reach)
  if (lateral !== null) return lateral
  const names = (relations: readonly PlainRelation[]): readonly string[] => relations.flatMap((relation) => (relation.columns ?? []).filter((column) => !relation.merged.has(fold(column))))
  if (['SEMI', 'ANTI'].includes(asText(node['join_type'])) && node['ref_type'] === 'REGULAR') return { node: joined, relations: left.relations }
  const unknown = [...left.relations, ...right.relations].some((relation) => relation.columns === null)
  const common = names(left.relations).filter((column) => names(right.relations).some((other) => fold(other) === fold(column)))
  const natural = node['ref_type'] === 'NATURAL' && !unknown && common.length > 0
  const using = natural ? common : asList(node['using_columns']).map(asText)
  const folded = new Set(using.map(fold))
  const sides = [
    ...left.relations.map((relation) => ({ ...relation, bare: new Set([...relation.bare, ...folded]) })),
    ...right.relations.map((relation) => ({ ...relation, merged: new Set([...relation.merged, ...folded]) })),
  ]
  return { node: natural ? { ...joined, ref_type: 'REGULAR', using_columns: using } : crossedJoin(joined), relations: node['ref_type'] === 'NATURAL' && !natural ? sides.map((relation) => ({ ...relation, columns: null })) : sides }
}

const HARMLESS: ReadonlySet<string> = new Set(['COLUMN_REF', 'CONSTANT', 'FUNCTION', 'COMPARISON', 'CONJUNCTION', 'CASE', 'BETWEEN'])

/** LATERAL (SELECT x + 1 AS y): values of the row beside it, and nothing that is read or counted. */
function computedBeside(query: TreeNode): readonly TreeNode[] | null {
  const items = nodesOf(query['select_list']).filter((item) => item !== null)
  const bare = asNode(query['from_table'])?.['type'] === 'EMPTY' && ['where_clause', 'group_expressions', 'having', 'qualify', 'modifiers', 'sample'].every((field) => saysNothing(query[field])) && asList(asNode(query['cte_map'])?.['map']).length === 0
  // What nobody names afterwards is not read by the gate any more, so that nothing may stand in it that the gate would refuse.
  const harmless = (node: TreeNode): boolean => node['class'] === undefined || (HARMLESS.has(asText(node['class'])) && (node['class'] !== 'FUNCTION' || (functionName(node) !== 'unnest' && ALLOWED_FUNCTIONS.get(functionName(node))?.kind === 'scalar' && saysNothing(node['schema']) && saysNothing(node['catalog']))))
  return bare && items.every((item) => [...everyNode(item)].every(harmless)) ? items : null
}

/** A computed value in terms of columns that are not computed themselves. */
function asComputed(item: TreeNode, left: readonly PlainRelation[]): TreeNode {
  const lateral = left.filter((relation) => relation.computed !== undefined)
  const written = replaced(item, (node) => (node['class'] !== 'COLUMN_REF' ? null : (lateral.flatMap((relation) => (offers([relation], node) ? [relation.computed?.get(fold(asText(asList(node['column_names']).at(-1))))] : []))[0] ?? null)))
  return { ...(asNode(written) ?? item), alias: '' }
}

/** A derived table that names columns of the one on its left is joined with it, group by group. */
function plainLateral(join: TreeNode, left: readonly PlainRelation[], right: readonly PlainRelation[], reach: PlainReach): PlainFrom | null {
  const table = asNode(join['right'])
  const [relation] = right
  const query = asNode(asNode(table?.['subquery'])?.['node'])
  const kind = asText(join['join_type'])
  const constant = asNode(asNode(asNode(join['condition'])?.['child'])?.['value'])?.['value']
  const always = saysNothing(join['condition']) || (asNode(join['condition'])?.['class'] === 'CAST' && (constant === 't' || constant === 'true'))
  const plain = saysNothing(join['using_columns']) && saysNothing(table?.['sample']) && ['REGULAR', 'CROSS'].includes(asText(join['ref_type']))
  if (table?.['type'] !== 'SUBQUERY' || !plain || relation === undefined || relation.name === '' || relation.columns === null || !always || !['INNER', 'LEFT'].includes(kind)) return null
  const inside = plainFrom(asNode(query?.['from_table']), reach).relations
  if (![...everyNode(query)].some((node) => node['class'] === 'COLUMN_REF' && !offers(inside, node) && offers(left, node))) return null
  const computedHere = query === null ? null : computedBeside(query)
  if (computedHere !== null) return { node: asNode(join['left']), relations: [...left, { ...relation, computed: new Map(relation.columns.map((column, position) => [fold(column), asComputed(computedHere[position] ?? {}, left)])) }] }
  const apart = apartFrom(query, inside, left, relation.name)
  if (apart === null) return null
  const single = apart.values.some((value) => [...everyNode(value)].some((node) => asText(asList(node['column_names']).at(-1)).startsWith('__figure_')))
  const computed = new Map(relation.columns.map((column, position) => [fold(column), apart.values[position] ?? {}]))
  return { node: joinedWith(asNode(join['left']), [apart], single || kind === 'LEFT' ? 'LEFT' : 'INNER'), relations: [...left, { ...relation, computed }] }
}
