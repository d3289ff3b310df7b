import { replaced, type PlainRelation } from '#core/boundary/plain-nodes.ts'
import { DEFAULT_STATEMENT_LIMITS } from '#core/boundary/statement-policy.ts'
import { asList, asNode, asText, fold, measureTree, nodesOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'
import { anyOf, everyNode, functionName, isAggregateName, selectNode, subqueryNode } from '#core/boundary/tree-nodes.ts'

const KNOWN_FIELDS: ReadonlySet<string> = new Set(['type', 'alias', 'query_location', 'source', 'aggregates', 'unpivot_names', 'pivots', 'groups', 'column_name_alias', 'include_nulls'])
const KNOWN_PIVOT_FIELDS: ReadonlySet<string> = new Set(['pivot_expressions', 'unpivot_names', 'entries'])
/** unit: combinations of values; source: platform default: a table of more columns nobody reads */
const MOST_COLUMNS = 100

interface Plain {
  readonly node: TreeNode
  readonly columns: readonly string[]
}

/** PIVOT as a grouped query with FILTER, UNPIVOT as UNION ALL; null where a part of it is not known. */
export function plainPivot(node: TreeNode, relations: readonly PlainRelation[]): Plain | null {
  const [source, another] = relations
  const pivots = nodesOf(node['pivots'])
  const strange = Object.entries(node).some(([field, value]) => !KNOWN_FIELDS.has(field) && !saysNothing(value))
    || pivots.some((pivot) => pivot === null || Object.entries(pivot).some(([field, value]) => !KNOWN_PIVOT_FIELDS.has(field) && !saysNothing(value)))
  if (strange || source === undefined || source.columns === null || another !== undefined) return null
  const plain = asList(node['unpivot_names']).length > 0 ? unpivoted(node, pivots, source.columns) : pivoted(node, pivots, source.columns)
  if (plain === null) return null
  const names = asList(node['column_name_alias']).map(asText)
  return { node: subqueryNode(plain.node, asText(node['alias']), names), columns: plain.columns.map((column, position) => names[position] || column) }
}

interface Entry {
  readonly constants: readonly TreeNode[]
  readonly label: string
}

function entriesOf(pivot: TreeNode | null): readonly Entry[] | null {
  const entries = nodesOf(pivot?.['entries'])
  if (entries.some((entry) => entry === null || Object.entries(entry).some(([field, value]) => !['values', 'alias'].includes(field) && !saysNothing(value)))) return null
  return entries.map((entry) => {
    const constants = nodesOf(entry?.['values']).map((value): TreeNode => ({ class: 'CONSTANT', type: 'VALUE_CONSTANT', alias: '', value }))
    return { constants, label: asText(entry?.['alias']) || constants.map((constant) => String(asNode(constant['value'])?.['value'])).join('_') }
  })
}

/** Every group with, for each combination of values, the aggregates over the rows that have these values. */
function pivoted(node: TreeNode, pivots: readonly (TreeNode | null)[], columns: readonly string[]): Plain | null {
  const aggregates = nodesOf(node['aggregates']).filter((aggregate) => aggregate !== null)
  const used = new Set([...everyNode([aggregates, pivots.map((pivot) => pivot?.['pivot_expressions'])])].filter((one) => one['class'] === 'COLUMN_REF').map((one) => fold(asText(asList(one['column_names']).at(-1)))))
  const written = asList(node['groups']).map(asText)
  const groups = written.length > 0 ? written : columns.filter((column) => !used.has(fold(column)))
  let combined: readonly { readonly conditions: readonly TreeNode[]; readonly label: string }[] = [{ conditions: [], label: '' }]
  for (const pivot of pivots) {
    const expressions = nodesOf(pivot?.['pivot_expressions'])
    const entries = entriesOf(pivot)
    if (entries === null || entries.length === 0 || expressions.length === 0 || entries.some((entry) => entry.constants.length !== expressions.length)) return null
    combined = combined.flatMap((before) => entries.map((entry) => ({
      conditions: [...before.conditions, ...entry.constants.map((constant, position): TreeNode => ({ class: 'COMPARISON', type: 'COMPARE_NOT_DISTINCT_FROM', alias: '', left: asWritten(expressions[position] ?? null), right: asWritten(constant) }))],
      label: before.label === '' ? entry.label : `${before.label}_${entry.label}`,
    })))
  }
  // What an aggregate filters itself, and what is no call at its root, is left to be refused.
  if (combined.length * aggregates.length > MOST_COLUMNS || pivots.length === 0 || aggregates.length === 0 || aggregates.some((aggregate) => aggregatesOf(aggregate).length === 0 || aggregatesOf(aggregate).some((call) => !saysNothing(call['filter'])))) return null
  const figures = combined.flatMap(({ conditions, label }) => aggregates.map((aggregate): TreeNode => ({
    ...overRows(aggregate, conditions.length === 1 ? (conditions[0] ?? {}) : { class: 'CONJUNCTION', type: 'CONJUNCTION_AND', alias: '', children: conditions }),
    alias: aggregates.length === 1 && asText(aggregate['alias']) === '' ? label : `${label}_${asText(aggregate['alias']) || writtenCall(aggregate)}`,
  })))
  const expressions = groups.map((group): TreeNode => ({ class: 'COLUMN_REF', type: 'COLUMN_REF', alias: '', column_names: [group] }))
  const select = { ...selectNode([...expressions, ...figures], asNode(node['source']) ?? {}), group_expressions: expressions, group_sets: [expressions.map((_, position) => position)] }
  return { node: select, columns: [...groups, ...figures.map((figure) => asText(figure['alias']))] }
}

/** The totals in an expression such as round(avg(x), 1). */
function aggregatesOf(expression: TreeNode): readonly TreeNode[] {
  return [...everyNode(expression)].filter((node) => isAggregateName(functionName(node)))
}

/** The expression with its totals over the rows for which a condition holds. */
function overRows(expression: TreeNode, filter: TreeNode): TreeNode {
  const calls = aggregatesOf(expression)
  return asNode(replaced(expression, (node) => (calls.includes(node) ? { ...node, filter } : null))) ?? expression
}

/** The engine compares the values of a PIVOT by their text. */
function asWritten(child: TreeNode | null): TreeNode {
  return { class: 'CAST', type: 'OPERATOR_CAST', alias: '', child, cast_type: { id: 'VARCHAR', type_info: null }, try_cast: false }
}

/** What the engine calls the column of a call without an alias, for calls of columns. */
function writtenCall(call: TreeNode): string {
  const name = asText(call['function_name'])
  return `${name}(${nodesOf(call['children']).map((child) => asText(asList(child?.['column_names']).at(-1))).join(', ')})`
}

/** One row for each of the named columns that has a value, beside the columns that are not named. */
function unpivoted(node: TreeNode, pivots: readonly (TreeNode | null)[], columns: readonly string[]): Plain | null {
  const [pivot, another] = pivots
  const entries = entriesOf(pivot ?? null)
  const values = asList(node['unpivot_names']).map(asText)
  const [name, second] = asList(pivot?.['unpivot_names']).map(asText)
  if (another !== undefined || (entries?.length ?? 0) * measureTree(node['source']).nodes > DEFAULT_STATEMENT_LIMITS.nodes || !saysNothing(node['aggregates']) || !saysNothing(node['groups']) || !saysNothing(pivot?.['pivot_expressions']) || entries === null || entries.length === 0 || name === undefined || second !== undefined) return null
  const named = entries.map((entry) => entry.constants.map((constant) => asText(asNode(constant['value'])?.['value'])))
  const known = new Set(columns.map(fold))
  if (named.some((own) => own.length !== values.length || own.some((column) => !known.has(fold(column))))) return null
  const taken = new Set(named.flat().map(fold))
  const kept = columns.filter((column) => !taken.has(fold(column)))
  const reference = (column: string, alias: string): TreeNode => ({ class: 'COLUMN_REF', type: 'COLUMN_REF', alias, column_names: [column] })
  const parts = entries.map((entry, position): TreeNode => {
    const own = named[position] ?? []
    const label: TreeNode = { class: 'CONSTANT', type: 'VALUE_CONSTANT', alias: name, value: { type: { id: 'VARCHAR', type_info: null }, is_null: false, value: entry.label } }
    const present = own.map((column): TreeNode => ({ class: 'OPERATOR', type: 'OPERATOR_IS_NOT_NULL', alias: '', children: [reference(column, '')] }))
    const select = selectNode([...kept.map((column) => reference(column, column)), label, ...own.map((column, place) => reference(column, values[place] ?? ''))], asNode(node['source']) ?? {})
    return saysNothing(node['include_nulls']) ? { ...select, where_clause: anyOf(present) } : select
  })
  const stacked = parts.reduceRight((below, part) => ({ type: 'SET_OPERATION_NODE', modifiers: [], cte_map: { map: [] }, setop_type: 'UNION', left: part, right: below, setop_all: true, children: [] }))
  return { node: stacked, columns: [...kept, name, ...values] }
}
