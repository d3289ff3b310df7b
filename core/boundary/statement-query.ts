import { isOfConstants } from '#core/boundary/plain-recursion.ts'
import { expectFields, readExpression, type ReadSubquery } from '#core/boundary/statement-expression.ts'
import { StatementRefused } from '#core/boundary/statement-refusals.ts'
import { union, type Relation, type Scope, type VisibleColumn } from '#core/boundary/statement-scope.ts'
import { asList, asNode, asText, fold, nodesOf, placeOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'

const SELECT_FIELDS = ['type', 'modifiers', 'cte_map', 'select_list', 'from_table', 'where_clause', 'group_expressions',
  'group_sets', 'aggregate_handling', 'having', 'sample', 'qualify']
const SET_FIELDS = ['type', 'modifiers', 'cte_map', 'setop_type', 'left', 'right', 'setop_all', 'children']
const RECURSION_FIELDS = ['type', 'modifiers', 'cte_map', 'cte_name', 'union_all', 'left', 'right', 'aliases']
const SET_OPERATIONS = new Set(['UNION', 'EXCEPT', 'INTERSECT'])
const STAR_FIELDS = ['class', 'type', 'alias', 'query_location', 'relation_name', 'exclude_list']
const JOIN_KINDS = new Set(['REGULAR', 'NATURAL', 'CROSS', 'ASOF'])
const TABLE_FIELDS = ['type', 'alias', 'query_location']
const SERIES: ReadonlySet<string> = new Set(['range', 'generate_series'])
const DAYS: ReadonlySet<string> = new Set(['DATE', 'TIMESTAMP', 'INTERVAL'])
const STEPS: ReadonlySet<string> = new Set(['to_years', 'to_months', 'to_weeks', 'to_days'])
/** unit: rows; source: platform default: a calendar of a century of days is shorter */
const LONGEST_SERIES = 100_000

type Reach = Pick<Scope, 'catalogue' | 'withNames' | 'outer'>

/** A nested query inside an expression sees the columns around it; its outputs count as sources of the expression. */
const readSubquery: ReadSubquery = (query, outer) =>
  union(readQuery(query, { catalogue: outer.catalogue, withNames: outer.withNames, outer }).map((column) => column.sources))

/** Reads a query node and answers its output columns by position. Throws StatementRefused for whatever is not listed. */
export function readQuery(node: TreeNode | null, reach: Reach): readonly VisibleColumn[] {
  if (node === null) throw new StatementRefused('construct-not-allowed', null, '空查询')
  const kind = asText(node['type'])
  if (kind === 'RECURSIVE_CTE_NODE') return readRecursion(node, reach)
  const inside = { ...reach, withNames: readWith(node, reach) }
  if (kind === 'SELECT_NODE') return readSelect(node, inside)
  if (kind === 'SET_OPERATION_NODE') return readSetOperation(node, inside)
  throw new StatementRefused('construct-not-allowed', null, kind === '' ? '未知查询' : kind)
}

/** A recursion over constants: a calendar, a series, classes. It may read nothing but itself, so that no row of a table grows in it. */
function readRecursion(node: TreeNode, reach: Reach): readonly VisibleColumn[] {
  if (!isOfConstants(node)) throw new StatementRefused('recursion-refused', null)
  expectFields(node, RECURSION_FIELDS)
  const name = fold(asText(node['cte_name']))
  if (reach.catalogue.tables.has(name)) throw new StatementRefused('table-shadowed', null, name)
  const columns = rename(readQuery(asNode(node['left']), reach), asList(node['aliases']))
  readQuery(asNode(node['right']), { ...reach, withNames: new Map([...reach.withNames, [name, columns]]) })
  return columns
}

function readWith(node: TreeNode, reach: Reach): Scope['withNames'] {
  const names = new Map(reach.withNames)
  for (const entry of nodesOf(asNode(node['cte_map'])?.['map'])) {
    const name = fold(asText(entry?.['key']))
    const value = asNode(entry?.['value'])
    if (reach.catalogue.tables.has(name)) throw new StatementRefused('table-shadowed', null, name)
    const columns = readQuery(asNode(asNode(value?.['query'])?.['node']), { ...reach, withNames: new Map(names) })
    names.set(name, rename(columns, asList(value?.['aliases'])))
  }
  return names
}

function readSetOperation(node: TreeNode, reach: Reach): readonly VisibleColumn[] {
  expectFields(node, SET_FIELDS)
  if (!SET_OPERATIONS.has(asText(node['setop_type']))) throw new StatementRefused('construct-not-allowed', null, asText(node['setop_type']))
  const branches = asList(node['children']).length > 0 ? nodesOf(node['children']) : [asNode(node['left']), asNode(node['right'])]
  const outputs = branches.map((branch) => readQuery(branch, reach))
  const [first = []] = outputs
  const merged = first.map((column, position) => ({
    name: column.name,
    sources: union(outputs.map((columns) => columns[position]?.sources ?? new Set())),
  }))
  const scope: Scope = { ...reach, relations: [], aliases: new Map(merged.map((column) => [fold(column.name), column.sources])) }
  readModifiers(node, scope)
  return merged
}

function readSelect(node: TreeNode, reach: Reach): readonly VisibleColumn[] {
  expectFields(node, SELECT_FIELDS)
  if (!saysNothing(node['sample'])) throw new StatementRefused('sampling-refused', null)
  const scope: Scope = { ...reach, relations: readTable(asNode(node['from_table']), reach), aliases: new Map() }
  const outputs: VisibleColumn[] = []
  for (const item of nodesOf(node['select_list'])) {
    // What plain-statement.ts could not write out.
    if (item?.['class'] === 'STAR') throw new StatementRefused(saysNothing(item['relation_name']) ? 'columns-must-be-named' : 'column-not-authorized', placeOf(item), `${asText(item['relation_name'])}.*`)
    const sources = readExpression(item, scope, readSubquery)
    const name = outputName(item)
    outputs.push({ name, sources })
    if (asText(item?.['alias']) !== '') scope.aliases.set(fold(name), sources)
  }
  for (const part of [node['where_clause'], node['having'], node['qualify'], ...asList(node['group_expressions'])]) {
    if (!saysNothing(part)) readExpression(asNode(part), scope, readSubquery)
  }
  readModifiers(node, scope)
  return outputs
}

function outputName(item: TreeNode | null): string {
  const alias = asText(item?.['alias'])
  if (alias !== '') return alias
  return asText(asList(item?.['column_names']).at(-1)) || asText(item?.['function_name']) || asText(item?.['class'])
}

function readModifiers(node: TreeNode, scope: Scope): void {
  for (const modifier of nodesOf(node['modifiers'])) {
    const expressions = readModifier(modifier)
    for (const expression of expressions) {
      const part = asNode(expression)
      // ORDER BY ALL is written as a star; it names no column of its own.
      if (part?.['class'] === 'STAR') expectFields(part, [...STAR_FIELDS, 'columns'])
      else readExpression(part, scope, readSubquery)
    }
  }
}

function readModifier(modifier: TreeNode | null): readonly unknown[] {
  const kind = asText(modifier?.['type'])
  switch (kind) {
    case 'ORDER_MODIFIER': return nodesOf(modifier?.['orders']).map((order) => order?.['expression'])
    case 'LIMIT_MODIFIER':
    case 'LIMIT_PERCENT_MODIFIER': return [modifier?.['limit'], modifier?.['offset']].filter((part) => !saysNothing(part))
    case 'DISTINCT_MODIFIER': return asList(modifier?.['distinct_on_targets'])
    default: throw new StatementRefused('construct-not-allowed', null, kind === '' ? '未知修饰' : kind)
  }
}

function readTable(node: TreeNode | null, reach: Reach): readonly Relation[] {
  const kind = asText(node?.['type'])
  if (node !== null && !saysNothing(node['sample'])) throw new StatementRefused('sampling-refused', placeOf(node))
  switch (node === null ? '' : kind) {
    case 'EMPTY': return []
    case 'BASE_TABLE': return [readBaseTable(node ?? {}, reach)]
    case 'SUBQUERY': return [readDerivedTable(node ?? {}, reach)]
    case 'JOIN': return readJoin(node ?? {}, reach)
    case 'EXPRESSION_LIST': return [readValues(node ?? {}, reach)]
    case 'TABLE_FUNCTION': return [readSeries(node ?? {}, reach)]
    case 'PIVOT': throw new StatementRefused('pivot-refused', placeOf(node))
    default: throw new StatementRefused('construct-not-allowed', placeOf(node), kind === '' ? '未知数据来源' : kind)
  }
}

function readBaseTable(node: TreeNode, reach: Reach): Relation {
  expectFields(node, [...TABLE_FIELDS, 'schema_name', 'table_name', 'catalog_name'])
  const name = asText(node['table_name'])
  const alias = asText(node['alias']) || name
  const plain = saysNothing(node['catalog_name']) && ['', 'main'].includes(asText(node['schema_name']))
  const named = plain && saysNothing(node['schema_name']) ? reach.withNames.get(fold(name)) : undefined
  if (named !== undefined) return { name: alias, columns: named }
  const table = plain ? reach.catalogue.tables.get(fold(name)) : undefined
  if (table === undefined) {
    const written = [node['catalog_name'], node['schema_name'], name].map(asText).filter((part) => part !== '').join('.')
    throw new StatementRefused('table-not-authorized', placeOf(node), written)
  }
  reach.catalogue.tablesRead.add(table.name)
  return { name: alias, columns: table.columns }
}

function readDerivedTable(node: TreeNode, reach: Reach): Relation {
  expectFields(node, [...TABLE_FIELDS, 'subquery', 'column_name_alias'])
  const query = asNode(asNode(node['subquery'])?.['node'])
  return { name: asText(node['alias']), columns: rename(readQuery(query, reach), asList(node['column_name_alias'])) }
}

/** A list of VALUES: weights, labels and the like, written out as constants. */
function readValues(node: TreeNode, reach: Reach): Relation {
  expectFields(node, [...TABLE_FIELDS, 'values'])
  const rows = asList(node['values']).map(asList)
  const scope: Scope = { ...reach, relations: [], aliases: new Map(), outer: null }
  for (const value of rows.flat()) readExpression(asNode(value), scope, readSubquery)
  return { name: asText(node['alias']), columns: (rows[0] ?? []).map((_, position) => ({ name: `col${position}`, sources: new Set() })) }
}

/** A series of numbers or days between constants, as a calendar; every other table function is refused. */
function readSeries(node: TreeNode, reach: Reach): Relation {
  const call = asNode(node['function'])
  const name = fold(asText(call?.['function_name']))
  const plain = saysNothing(call?.['schema']) && saysNothing(call?.['catalog']) && saysNothing(call?.['filter']) && node['with_ordinality'] === 'WITHOUT_ORDINALITY'
  if (!SERIES.has(name) || !plain) throw new StatementRefused('table-function-refused', placeOf(node), name)
  expectFields(node, [...TABLE_FIELDS, 'function', 'column_name_alias', 'with_ordinality'])
  const scope: Scope = { ...reach, relations: [], aliases: new Map(), outer: null }
  const bounds = nodesOf(call?.['children'])
  for (const bound of bounds) readExpression(bound, scope, readSubquery)
  if (!bounds.every(isBound)) throw new StatementRefused('table-function-refused', placeOf(node), name)
  return { name: asText(node['alias']) || name, columns: rename([{ name, sources: new Set() }], asList(node['column_name_alias'])) }
}

/** A number within the longest series, a day, or a step between days; a cast of anything else could hide a longer one. */
function isBound(bound: TreeNode | null): boolean {
  if (bound?.['class'] === 'CONSTANT') return Math.abs(Number(asNode(bound['value'])?.['value'])) <= LONGEST_SERIES
  if (bound?.['class'] === 'CAST') return DAYS.has(asText(asNode(bound['cast_type'])?.['id'])) && asNode(bound['child'])?.['class'] === 'CONSTANT'
  return bound?.['class'] === 'FUNCTION' && STEPS.has(asText(bound['function_name']))
}

function readJoin(node: TreeNode, reach: Reach): readonly Relation[] {
  expectFields(node, [...TABLE_FIELDS, 'left', 'right', 'condition', 'join_type', 'ref_type', 'using_columns', 'delim_flipped'])
  if (!JOIN_KINDS.has(asText(node['ref_type']))) throw new StatementRefused('construct-not-allowed', placeOf(node), asText(node['ref_type']))
  const relations = [...readTable(asNode(node['left']), reach), ...readTable(asNode(node['right']), reach)]
  const scope: Scope = { ...reach, relations, aliases: new Map() }
  if (!saysNothing(node['condition'])) readExpression(asNode(node['condition']), scope, readSubquery)
  for (const column of asList(node['using_columns'])) {
    readExpression({ class: 'COLUMN_REF', type: 'COLUMN_REF', column_names: [column], query_location: node['query_location'] }, scope, readSubquery)
  }
  return relations
}

function rename(columns: readonly VisibleColumn[], names: readonly unknown[]): readonly VisibleColumn[] {
  return columns.map((column, position) => ({ ...column, name: asText(names[position]) || column.name }))
}
