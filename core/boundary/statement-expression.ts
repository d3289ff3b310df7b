import { StatementRefused } from '#core/boundary/statement-refusals.ts'
import { resolveColumn, union, type Scope } from '#core/boundary/statement-scope.ts'
import { asList, asNode, asText, fold, nodesOf, placeOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'
import type { SourceColumn } from '#core/boundary/statement-policy.ts'

type Sources = ReadonlySet<SourceColumn>
const NO_SOURCES: Sources = new Set()

/** Reads a nested query for an expression; handed in by the query reader, which in turn reads expressions. */
export type ReadSubquery = (query: TreeNode | null, outer: Scope) => Sources

/** Every field that may say something, per class. A field of a newer engine that is not named here is refused. */
const COMMON_FIELDS = ['class', 'type', 'alias', 'query_location']
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  BETWEEN: ['input', 'lower', 'upper'],
  CASE: ['case_checks', 'else_expr'],
  CAST: ['child', 'cast_type', 'try_cast'],
  COLLATE: ['child', 'collation'],
  COLUMN_REF: ['column_names'],
  COMPARISON: ['left', 'right'],
  CONJUNCTION: ['children'],
  CONSTANT: ['value'],
  LAMBDA: ['lhs', 'expr', 'syntax_type'],
  FUNCTION: ['function_name', 'schema', 'catalog', 'children', 'filter', 'order_bys', 'distinct', 'is_operator'],
  OPERATOR: ['children'],
  SUBQUERY: ['subquery_type', 'subquery', 'child', 'comparison_type'],
  WINDOW: ['function_name', 'schema', 'catalog', 'children', 'partitions', 'orders', 'start', 'end', 'start_expr', 'end_expr',
    'offset_expr', 'default_expr', 'ignore_nulls', 'filter_expr', 'exclude_clause', 'distinct', 'arg_orders'],
}
/** unit: parts of a written name; source: a column and, in front of it, its table */
const TABLE_AND_COLUMN = 2
const OPERATORS = new Set(['ARRAY_EXTRACT', 'ARRAY_SLICE', 'STRUCT_EXTRACT', 'COMPARE_IN', 'COMPARE_NOT_IN', 'OPERATOR_NOT', 'OPERATOR_IS_NULL', 'OPERATOR_IS_NOT_NULL',
  'OPERATOR_COALESCE', 'OPERATOR_TRY', 'GROUPING_FUNCTION'])
const SCALAR_TYPES = new Set(['BOOLEAN', 'TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT', 'UTINYINT', 'USMALLINT',
  'UINTEGER', 'UBIGINT', 'FLOAT', 'DOUBLE', 'DECIMAL', 'VARCHAR', 'DATE', 'TIME', 'TIMESTAMP', 'TIMESTAMP_S',
  'TIMESTAMP_MS', 'TIMESTAMP_NS', 'TIMESTAMP WITH TIME ZONE', 'INTERVAL', 'NULL'])

/** Refuses a node that carries more than the fields named: what is not known is denied. */
export function expectFields(node: TreeNode, fields: readonly string[]): void {
  for (const [field, value] of Object.entries(node)) {
    if (!fields.includes(field) && !saysNothing(value)) throw new StatementRefused('construct-not-allowed', placeOf(node), field)
  }
}

/**
 * Reads one expression: refuses what is not allowed, and answers the columns it is computed from.
 * Throws StatementRefused; every class, operator, function and type must be one that is listed.
 */
export function readExpression(node: TreeNode | null, scope: Scope, subquery: ReadSubquery): Sources {
  if (node === null) throw new StatementRefused('construct-not-allowed', null, '空表达式')
  const kind = asText(node['class'])
  const fields = FIELDS[kind]
  if (fields === undefined) throw refusedClass(node, kind)
  expectFields(node, [...COMMON_FIELDS, ...fields])
  const read = (child: unknown): Sources => readExpression(asNode(child), scope, subquery)
  const optional = (child: unknown): Sources => (saysNothing(child) ? NO_SOURCES : read(child))
  const all = (children: unknown): Sources => union(asList(children).map(read))
  switch (kind) {
    case 'CONSTANT': return readConstant(node)
    case 'COLUMN_REF': return readColumn(node, scope)
    case 'CAST': expectScalarType(asNode(node['cast_type']), node); return read(node['child'])
    case 'COLLATE': return read(node['child'])
    case 'BETWEEN': return union([read(node['input']), read(node['lower']), read(node['upper'])])
    case 'COMPARISON': return union([read(node['left']), read(node['right'])])
    case 'CONJUNCTION': return all(node['children'])
    case 'OPERATOR':
      if (!OPERATORS.has(asText(node['type']))) throw new StatementRefused('construct-not-allowed', placeOf(node), asText(node['type']))
      return all(node['children'])
    case 'CASE':
      return union([...nodesOf(node['case_checks']).flatMap((check) => [read(check?.['when_expr']), read(check?.['then_expr'])]), optional(node['else_expr'])])
    case 'FUNCTION':
      expectFunction(node, scope, ['scalar', 'aggregate'])
      return union([all(node['children']), optional(node['filter']), all(nodesOf(asNode(node['order_bys'])?.['orders']).map((order) => order?.['expression']))])
    case 'LAMBDA': return readExpression(asNode(node['expr']), { ...scope, aliases: new Map([...scope.aliases, ...parametersOf(asNode(node['lhs'])).map((name) => [name, NO_SOURCES] as const)]) }, subquery)
    case 'WINDOW': return readWindow(node, scope, read)
    case 'SUBQUERY': return union([optional(node['child']), subquery(asNode(asNode(node['subquery'])?.['node']), scope)])
    default: throw refusedClass(node, kind)
  }
}

/** The names that a lambda gives to the element, and to its place. */
function parametersOf(lhs: TreeNode | null): readonly string[] {
  const names = lhs?.['class'] === 'FUNCTION' && lhs['function_name'] === 'row' ? nodesOf(lhs['children']) : [lhs]
  return names.map((name) => {
    const [written, another] = asList(name?.['column_names']).map(asText)
    if (name?.['class'] !== 'COLUMN_REF' || written === undefined || another !== undefined) throw new StatementRefused('construct-not-allowed', placeOf(lhs), 'LAMBDA')
    return fold(written)
  })
}

function refusedClass(node: TreeNode, kind: string): StatementRefused {
  if (kind === 'PARAMETER') return new StatementRefused('parameter-refused', placeOf(node))
  return new StatementRefused('construct-not-allowed', placeOf(node), kind === '' ? '未知成分' : kind)
}

function readConstant(node: TreeNode): Sources {
  const constant = asNode(node['value'])
  expectScalarType(asNode(constant?.['type']), node)
  const value = constant?.['value'] ?? null
  // A number that a double cannot hold would change on its way through the tree, and derived queries would ask something else.
  const exact = typeof value !== 'number' || !Number.isInteger(value) || Number.isSafeInteger(value) || asNode(constant?.['type'])?.['id'] === 'DOUBLE'
  if (typeof value === 'object' && value !== null) throw new StatementRefused('number-too-long', placeOf(node))
  if (!exact) throw new StatementRefused('number-too-long', placeOf(node))
  return NO_SOURCES
}

function expectScalarType(type: TreeNode | null, place: TreeNode): void {
  const id = asText(type?.['id'])
  if (!SCALAR_TYPES.has(id)) throw new StatementRefused('type-not-allowed', placeOf(place), id === '' ? '未知' : id)
}

function readColumn(node: TreeNode, scope: Scope): Sources {
  const parts = asList(node['column_names']).map(asText)
  const written = parts.join('.')
  const [first = ''] = parts
  // A third part is either a schema in front or a member of a struct behind; tables have one schema and no structs.
  const named = parts.length > TABLE_AND_COLUMN && fold(first) === 'main' ? parts.slice(1) : parts
  if (named.length === 0 || named.length > TABLE_AND_COLUMN) throw new StatementRefused('column-whole-row', placeOf(node), written)
  const sources = resolveColumn(scope, named)
  if (sources === null) {
    const wholeRow = scope.relations.some((relation) => named.length === 1 && fold(relation.name) === fold(first))
    throw new StatementRefused(wholeRow ? 'column-whole-row' : 'column-not-authorized', placeOf(node), written)
  }
  for (const source of sources) scope.catalogue.reads.add(source)
  return sources
}

function expectFunction(node: TreeNode, scope: Scope, kinds: readonly string[]): void {
  const name = fold(asText(node['function_name']))
  const schema = asText(node['schema'])
  const catalog = asText(node['catalog'])
  const allowed = scope.catalogue.policy.functions.get(name)
  if (allowed === undefined || !['', 'main'].includes(schema) || !['', 'system'].includes(catalog)) {
    throw new StatementRefused('function-not-allowed', placeOf(node), [catalog, schema, name].filter((part) => part !== '').join('.'))
  }
  if (!kinds.includes(allowed.kind)) throw new StatementRefused('function-used-wrongly', placeOf(node), name)
}

function readWindow(node: TreeNode, scope: Scope, read: (child: unknown) => Sources): Sources {
  expectFunction(node, scope, ['window', 'aggregate'])
  const parts: unknown[] = [
    ...asList(node['children']), ...asList(node['partitions']),
    ...nodesOf(node['orders']).map((order) => order?.['expression']),
    ...nodesOf(node['arg_orders']).map((order) => order?.['expression']),
    ...['start_expr', 'end_expr', 'offset_expr', 'default_expr', 'filter_expr'].map((field) => node[field]).filter((part) => !saysNothing(part)),
  ]
  return union(parts.map(read))
}
