import { plainItems } from '#core/boundary/plain-columns.ts'
import { offers, outsideJoins } from '#core/boundary/plain-correlated.ts'
import { withFixedTies } from '#core/boundary/fixed-ties.ts'
import { called, nameOf, plainFrom, renamed, type PlainQuery, type PlainReach } from '#core/boundary/plain-from.ts'
import { plainCall } from '#core/boundary/plain-calls.ts'
import { plainRecursion } from '#core/boundary/plain-recursion.ts'
import { comparedParts, tuplesAsJoins } from '#core/boundary/plain-tuples.ts'
import { constantList, isEmpty, replaced, type PlainRelation } from '#core/boundary/plain-nodes.ts'
import { asList, asNode, asText, fold, nodesOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'
import { everyNode, selectNode, subqueryNode } from '#core/boundary/tree-nodes.ts'

/**
 * Turns the many ways of writing a query into the few that lineage and tracing know, without changing what it answers:
 * stars, COLUMNS(…) and merged columns of USING are written out; NATURAL becomes USING, UNION BY NAME becomes UNION, PIVOT
 * becomes aggregates with FILTER, UNPIVOT becomes UNION ALL, a list unnested in FROM becomes VALUES, a correlated aggregate
 * (LATERAL or in an expression) becomes a join with the grouped query, and WITHIN GROUP becomes a plain argument.
 * What is not known is left as it is, for the gate to refuse: nothing is ever left out.
 *
 * @param tree what the parser returned
 * @param tables catalogue name → its columns
 */
export function plainStatement(tree: unknown, tables: ReadonlyMap<string, readonly string[]>): unknown {
  const root = asNode(tree)
  const reach = reachOf(tables)
  return root === null ? tree : { ...root, statements: nodesOf(root['statements']).map((statement) => (statement === null ? statement : { ...statement, node: plainQuery(asNode(statement['node']), reach).node })) }
}

/**
 * The statement as written, but with an order that leaves nothing open wherever it takes only the first rows: what leaves is
 * then the same each time. Left as it is where nothing is open, or where the columns are not known.
 */
export function tieless(tree: unknown, tables: ReadonlyMap<string, readonly string[]>): unknown {
  return withFixedTies(tree, reachOf(tables), (node, reach) => (saysNothing(asNode(node['cte_map'])?.['map']) ? reach : { ...reach, withNames: plainWith(node, reach).withNames }))
}

function reachOf(tables: ReadonlyMap<string, readonly string[]>): PlainReach {
  return { tables: new Map([...tables].map(([name, columns]) => [fold(name), columns])), withNames: new Map(), fresh: { next: 0 }, query: plainQuery, expression: plainExpression }
}

function plainQuery(node: TreeNode | null, outside: PlainReach): PlainQuery {
  if (node === null) return { node, columns: null }
  const within = plainWith(node, outside)
  const reach = { ...outside, withNames: within.withNames }
  const around = { ...node, ...within.fields }
  switch (node['type']) {
    case 'SELECT_NODE': return plainSelect(around, reach)
    case 'SET_OPERATION_NODE': return plainSetOperation(around, reach)
    case 'RECURSIVE_CTE_NODE': return plainRecursion(around, reach)
    default: return { node, columns: null }
  }
}

function plainWith(node: TreeNode, reach: PlainReach): { readonly withNames: PlainReach['withNames']; readonly fields: TreeNode } {
  const withNames = new Map(reach.withNames)
  const written = asNode(node['cte_map'])
  const map = nodesOf(written?.['map']).map((entry) => {
    const value = asNode(entry?.['value'])
    const query = asNode(value?.['query'])
    const plain = called(plainQuery(asNode(query?.['node']), { ...reach, withNames: new Map(withNames) }))
    withNames.set(fold(asText(entry?.['key'])), renamed(plain.columns, asList(value?.['aliases'])))
    return { ...entry, value: { ...value, query: { ...query, node: plain.node } } }
  })
  return { withNames, fields: map.length === 0 ? {} : { cte_map: { ...written, map } } }
}

function plainSetOperation(node: TreeNode, reach: PlainReach): PlainQuery {
  const several = asList(node['children']).length > 0
  const parts = (several ? nodesOf(node['children']) : [asNode(node['left']), asNode(node['right'])]).map((part, position) => (position === 0 ? plainQuery(part, reach) : called(plainQuery(part, reach))))
  const rebuilt = (children: readonly (TreeNode | null)[], more: TreeNode): TreeNode => ({ ...node, ...more, ...(several ? { children } : { left: children[0], right: children[1] }) })
  const known = parts.flatMap((part) => (part.columns === null ? [] : [part.columns]))
  if (node['setop_type'] !== 'UNION_BY_NAME' || known.length < parts.length) return { node: rebuilt(parts.map((part) => part.node), {}), columns: parts[0]?.columns ?? null }
  const columns = known.flat().filter((column, position, all) => all.findIndex((other) => fold(other) === fold(column)) === position)
  const children = parts.map((part) => {
    const name = `__by_name_${reach.fresh.next++}`
    const has = (column: string): boolean => part.columns?.some((own) => fold(own) === fold(column)) ?? false
    return selectNode(columns.map((column) => (has(column) ? { class: 'COLUMN_REF', type: 'COLUMN_REF', alias: column, column_names: [name, column] } : { class: 'CONSTANT', type: 'VALUE_CONSTANT', alias: column, value: { type: { id: 'NULL', type_info: null }, is_null: true } })), subqueryNode(called(part).node, name, []))
  })
  return { node: rebuilt(children, { setop_type: 'UNION' }), columns }
}

function plainSelect(whole: TreeNode, reach: PlainReach): PlainQuery {
  const node = seriesInFrom(whole)
  const from = plainFrom(asNode(node['from_table']), reach)
  const items = plainItems(nodesOf(node['select_list']), from.relations)
  const written = withFields({ ...node, from_table: from.node, select_list: items }, from.relations)
  const expressions = ['select_list', 'where_clause', 'group_expressions', 'having', 'qualify', 'modifiers'] as const
  const plain = { ...written, ...Object.fromEntries(expressions.map((field) => [field, plainExpression(written[field], reach)])) }
  const shown = nodesOf(plain.select_list)
  const columns = shown.some((item) => item === null || item['class'] === 'STAR') ? null : shown.map((item, position) => (item === null ? '' : nameOf(item)) || `__column_${position}`)
  const computed = withComputed(plain, from.relations)
  const inside = (query: TreeNode | null): readonly PlainRelation[] => plainFrom(asNode(query?.['from_table']), reach).relations
  const tuples = tuplesAsJoins(computed, from.relations, reach.fresh, { columns: (query) => plainQuery(query, reach).columns, inside })
  return { node: outsideJoins(tuples, from.relations, reach.fresh, inside), columns }
}

/** SELECT unnest(generate_series(…))::DATE is SELECT value::DATE FROM generate_series(…). */
function seriesInFrom(node: TreeNode): TreeNode {
  const calls = [...everyNode(node['select_list'], (one) => one['class'] === 'SUBQUERY')].filter((one) => one['function_name'] === 'unnest')
  const [call, another] = calls
  const [series] = nodesOf(call?.['children'])
  if (call === undefined || another !== undefined || asNode(node['from_table'])?.['type'] !== 'EMPTY' || series?.['class'] !== 'FUNCTION' || !['range', 'generate_series'].includes(asText(series['function_name']))) return node
  const from = { type: 'TABLE_FUNCTION', alias: '__series', sample: null, function: series, column_name_alias: ['__value'], with_ordinality: 'WITHOUT_ORDINALITY' }
  const list = nodesOf(node['select_list']).map((item) => replaced(item, (one) => (one === call ? { class: 'COLUMN_REF', type: 'COLUMN_REF', alias: asText(one['alias']) || (item === call ? 'unnest' : ''), column_names: ['__series', '__value'] } : null)))
  return { ...node, select_list: list, from_table: from }
}

/** unit: parts of a name; source: table, column and field */
const TABLE_COLUMN_FIELD = 3

/** s.n is the field n of the column s where nothing in FROM is called s; t.s.n is so where t is. */
function withFields(select: TreeNode, relations: readonly PlainRelation[]): TreeNode {
  const written = (part: unknown): unknown => replaced(part, (node) => {
    const names = asList(node['column_names']).map(asText)
    const named = (name: string | undefined): boolean => name !== undefined && relations.some((relation) => fold(relation.name) === fold(name))
    const [before, [first, field, more]] = named(names[0]) && names.length === TABLE_COLUMN_FIELD ? [names.slice(0, 1), names.slice(1)] : [[], names]
    if (node['class'] === 'SUBQUERY' || node['type'] === 'SUBQUERY') return node
    if (node['class'] === 'FUNCTION' && asText(node['schema']) !== '' && saysNothing(node['catalog'])) return chained(node, relations, written)
    if (node['class'] !== 'COLUMN_REF' || first === undefined || field === undefined || more !== undefined || (before.length === 0 && named(first))) return null
    const column: TreeNode = { ...node, alias: '', column_names: [...before, first] }
    if (!offers(relations, column)) return null
    return { class: 'OPERATOR', type: 'STRUCT_EXTRACT', alias: asText(node['alias']), query_location: node['query_location'], children: [column, { class: 'CONSTANT', type: 'VALUE_CONSTANT', alias: '', value: { type: { id: 'VARCHAR', type_info: null }, is_null: false, value: field } }] }
  })
  const list = nodesOf(select['select_list']).map((item) => {
    const plain = asNode(written(item))
    return plain === null || plain['type'] !== 'STRUCT_EXTRACT' || item?.['class'] !== 'COLUMN_REF' ? plain : { ...plain, alias: nameOf(item) }
  })
  return { ...select, select_list: list, ...Object.fromEntries(['where_clause', 'group_expressions', 'having', 'qualify', 'modifiers'].map((field) => [field, written(select[field])])) }
}

/** x.lower() is lower(x), where x is a column. */
function chained(node: TreeNode, relations: readonly PlainRelation[], written: (part: unknown) => unknown): TreeNode | null {
  const column: TreeNode = { class: 'COLUMN_REF', type: 'COLUMN_REF', alias: '', query_location: node['query_location'], column_names: [node['schema']] }
  return OWN_SCHEMAS.has(asText(node['schema'])) || !offers(relations, column) ? null : { ...node, schema: '', children: [column, ...asList(written(node['children']))] }
}
/** Where the engine's own functions live. */
const OWN_SCHEMAS: ReadonlySet<string> = new Set(['main', 'pg_catalog', 'information_schema'])

/** Columns of a LATERAL query that are computed beside its join. */
function withComputed(select: TreeNode, relations: readonly PlainRelation[]): TreeNode {
  const lateral = relations.filter((relation) => relation.computed !== undefined)
  if (lateral.length === 0) return select
  const written = (part: unknown): unknown => replaced(part, (node) => {
    if (node['class'] !== 'COLUMN_REF') return null
    const [found] = lateral.flatMap((relation) => (offers([relation], node) ? [relation.computed?.get(fold(asText(asList(node['column_names']).at(-1))))] : []))
    return found === undefined ? null : { ...found, alias: asText(node['alias']) || asText(asList(node['column_names']).at(-1)) }
  })
  return { ...select, ...Object.fromEntries(['select_list', 'where_clause', 'group_expressions', 'having', 'qualify', 'modifiers'].map((field) => [field, written(select[field])])) }
}

/** Nested queries and calls of an expression in plain form. */
function plainExpression(part: unknown, reach: PlainReach): unknown {
  if (Array.isArray(part)) return part.map((child: unknown) => plainExpression(child, reach))
  const node = asNode(part)
  if (node === null) return part
  if (node['class'] === 'SUBQUERY') {
    const subquery = asNode(node['subquery'])
    return anyOfList({ ...node, child: plainExpression(node['child'], reach), subquery: { ...subquery, node: plainQuery(asNode(subquery?.['node']), reach).node } })
  }
  const plain: TreeNode = Object.fromEntries(Object.entries(node).map(([field, value]) => [field, typeof value === 'object' ? plainExpression(value, reach) : value]))
  return plain['class'] === 'COMPARISON' ? comparedParts(plain) : plainCall(plain)
}

/** x = ANY ([…]) is x IN (…). */
function anyOfList(node: TreeNode): TreeNode {
  const query = asNode(asNode(node['subquery'])?.['node'])
  const [item, another] = nodesOf(query?.['select_list'])
  const only = Object.entries(query ?? {}).every(([field, value]) => ['type', 'select_list', 'from_table', 'aggregate_handling'].includes(field) || isEmpty(value))
  const list = another === undefined && only && item?.['function_name'] === 'unnest' && asList(item['children']).length === 1 && asNode(query?.['from_table'])?.['type'] === 'EMPTY' ? constantList(asNode(asList(item['children'])[0])) : null
  if (list === null || node['subquery_type'] !== 'ANY' || node['comparison_type'] !== 'COMPARE_EQUAL') return node
  return { class: 'OPERATOR', type: 'COMPARE_IN', alias: node['alias'], query_location: node['query_location'], children: [asNode(node['child']), ...list] }
}
