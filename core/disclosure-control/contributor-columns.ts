import { columnsTogether } from '#core/boundary/plain-tuples.ts'
import { asList, asNode, asText, fold, nodesOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'
import { allOf, callNode, compareNode, functionName, isAggregateName, isColumn, numberNode } from '#core/boundary/tree-nodes.ts'

/** What is known of a column while contributors are traced. */
export interface TracedColumn {
  readonly name: string
  /** It is, or is part of, the key of an entity. */
  readonly key: boolean
  /** What kind of entity it is the key of; empty for other columns. */
  readonly keyOf: string
  readonly shape: ColumnShape
  /** A figure of cells in which each entity counts alike, so that a total of it is a plain total over the entities. */
  readonly even?: true
  /** Of cells: the plain number of rows or entities of the group; or what the rows were grouped by. */
  readonly size?: true
  readonly group?: true
  /** Of cells: a figure on a condition, so that it can be made up around one entity: a count, a share of counts, or any other. */
  readonly asks?: 'count' | 'share' | 'other'
  /** Of rows: the size of a partition, whose cells are noted by what it serves for (size-thresholds.ts). */
  readonly sizeOf?: string
  /** A column of the catalogue under whatever name: its values are missing only where they were supplied so. */
  readonly supplied?: true
  /** Several values of an entity stand beside each other in it, see several-columns.ts. */
  readonly packed?: true
}

/** How a value is computed from supplied ones, as far as that decides what a total of it could carry. */
export interface ColumnShape {
  /** `linear`: sums and multiples; `curved`: other arithmetic; `opaque`: anything else, of which nobody could say what it carries. */
  readonly kind: 'linear' | 'curved' | 'opaque'
  /** Supplied columns that the value multiplies together or bends. */
  readonly factors: number
  /** Conditions on which the value depends, as columns or expressions over the relations in reach. */
  readonly conditions: readonly TreeNode[]
}

/** Whose rows a relation holds: the kind of entity and the columns, by their full names, that identify it. */
export interface TracedEntity {
  readonly kind: string
  readonly columns: readonly (readonly [relation: string, column: string])[]
  /** Which supplied rows of the entity a row was made of, table by table; absent where that is not known any more. */
  readonly rows?: readonly SuppliedRow[]
  /** The UNIONs that its rows came through. */
  readonly stacks?: readonly Stack[]
}

/** Rows stacked by a UNION: which branch a row came by, and what tells the supplied rows that it was made of. */
export interface Stack {
  readonly branch: TreeNode
  readonly row: TreeNode
  readonly branches: number
  /** Whether branches may put another value of the same supplied rows into a column. */
  readonly weighted: boolean
}

export interface SuppliedTable {
  readonly name: string
  readonly key: readonly string[]
  /** Of its name and columns. */
  readonly digest: string
}

/** A supplied row, known by its values: two rows of an entity with the same values are one. */
export interface SuppliedRow {
  readonly table: SuppliedTable
  readonly hash: TreeNode
}

export interface TracedRelation {
  readonly name: string
  /** Columns that the statement can name. */
  readonly columns: readonly TracedColumn[]
  /** One for each entity that a row is about; empty where rows belong to none. */
  readonly entities: readonly TracedEntity[]
  /** Hidden column with the faults of the cells a row was computed from; null where there are none. */
  readonly faults: string | null
  /** Hidden column with the smallest hashes of the entities behind a row; null where it is not carried. */
  readonly sketch: string | null
  /** Some cells were picked out by a condition since they were counted. */
  readonly picked?: true
  /** Tables of counts whose cells the rows show. */
  readonly tables: readonly string[]
  /** Rows that are supplied rows, one by one. */
  readonly raw: boolean
  /** The only column that the rows were grouped by, so that no two of them have the same there; absent where it is not so. */
  readonly groupedBy?: string
  /** A line below which its cells may be small, for nothing but their being below it is used. */
  readonly pardon?: { readonly size: string; readonly least: number }
  /** A table of the catalogue itself, whose columns no statement has made up. */
  readonly declared?: true
  /** Of such a table: its name; of cells: the table whose every row stands in one of them, grouped by columns as they are supplied. */
  readonly table?: string
  readonly cellsOf?: string
}

export const SUPPLIED: ColumnShape = { kind: 'linear', factors: 1, conditions: [] }
export const OPAQUE: ColumnShape = { kind: 'opaque', factors: 0, conditions: [] }
const NOTHING: ColumnShape = { kind: 'linear', factors: 0, conditions: [] }

const BENT: ReadonlySet<string> = new Set(['abs', 'round', 'floor', 'ceil', 'ceiling', 'trunc', 'greatest', 'least', 'sqrt', 'ln', 'log', 'log10', 'log2', 'sign',
  'nullif', '//', '%', 'mod', 'cbrt', 'even', 'length', 'len', 'strlen', 'char_length', 'character_length', 'date_diff', 'datediff', 'date_sub', 'year', 'month', 'quarter', 'day', 'isodow', 'dayofweek', 'hour', 'date_part', 'datepart', 'week', 'dayofyear', 'dayofmonth', 'weekofyear', 'weekday', 'isoyear', 'decade', 'minute', 'second', 'epoch', 'julian', 'datesub', 'century', 'millennium', 'era', 'yearweek', 'days_in_month', 'round_even', 'roundbankers', 'fmod', 'fdiv', '@'])
/** Window functions that tell a row's place, not another row's value. */
export const PLACES: ReadonlySet<string> = new Set(['row_number', 'rank', 'dense_rank', 'percent_rank', 'cume_dist', 'ntile'])
const OWN_WINDOWS: ReadonlySet<string> = new Set(['lag', 'lead', 'first_value', 'last_value', 'sum', 'avg', 'mean', 'min', 'max', 'count', 'count_star'])
/** Totals of an entity's own rows that put more into one number than a sum does. */
const PACKED: ReadonlySet<string> = new Set(['product', 'bit_and', 'bit_or', 'bit_xor'])
const POWERS: ReadonlySet<string> = new Set(['pow', 'power', '**', '^'])
const YES_OR_NO: ReadonlySet<string> = new Set(['~~', '!~~', '~~*', '!~~*', 'contains', 'starts_with', 'ends_with', 'prefix', 'suffix', 'regexp_matches', 'regexp_full_match', 'isnan', 'isfinite', 'isinf', 'like_escape', 'not_like_escape', 'ilike_escape', 'not_ilike_escape', 'list_contains', 'list_has', 'array_contains', 'array_has', 'list_has_any', 'list_has_all', 'array_has_any', 'array_has_all', '~~~', '^@'])
const QUESTIONS: ReadonlySet<string> = new Set(['OPERATOR_NOT', 'OPERATOR_IS_NULL', 'OPERATOR_IS_NOT_NULL', 'COMPARE_IN', 'COMPARE_NOT_IN'])
/** unit: columns bent or multiplied together in one measured value; source: with three, an indicator, an offset and a value fit into arithmetic */
const MOST_FACTORS = 2
/** unit: exponent; source: a square serves deviations, a higher power lets the largest entity through alone */
const HIGHEST_POWER = 2

/** The columns a written name can mean, each with its relation. */
export function lookUp(node: TreeNode, relations: readonly TracedRelation[]): readonly (TracedColumn & { readonly relation: TracedRelation })[] {
  const parts = asList(node['column_names']).map(asText)
  const column = fold(parts.at(-1) ?? '')
  const qualifier = parts.length > 1 ? fold(parts.slice(0, -1).at(-1) ?? '') : null
  return relations
    .filter((relation) => qualifier === null || fold(relation.name) === qualifier)
    .flatMap((relation) => relation.columns.filter((candidate) => fold(candidate.name) === column).map((found) => ({ ...found, relation })))
}

export function isKeyColumn(node: TreeNode | null, relations: readonly TracedRelation[]): boolean {
  return isColumn(node) && lookUp(node, relations).some((column) => column.key)
}

/** Whether a column is supplied for entities or by the catalogue; one that the statement wrote out itself could name a single entity. */
export function isSupplied(node: TreeNode, relations: readonly TracedRelation[]): boolean {
  return lookUp(node, relations).every(({ relation }) => relation.entities.length > 0 || relation.declared === true)
}

/** Comparisons that hold for the same value on both sides. */
export const EQUAL: ReadonlySet<string> = new Set(['COMPARE_EQUAL', 'COMPARE_NOT_DISTINCT_FROM'])

/** Whether an expression says yes or no. */
export function isQuestion(node: TreeNode | null): boolean {
  if (node === null) return false
  if (node['class'] === 'SUBQUERY') return node['subquery_type'] !== 'SCALAR'
  return node['class'] === 'COMPARISON' || node['class'] === 'BETWEEN' || node['class'] === 'CONJUNCTION' || QUESTIONS.has(asText(node['type'])) || YES_OR_NO.has(functionName(node))
}

/** The shape of an expression over the relations in reach. */
export function shapeOf(node: TreeNode | null, relations: readonly TracedRelation[]): ColumnShape {
  if (node === null) return OPAQUE
  if (isQuestion(node)) return { ...NOTHING, conditions: [node] }
  switch (node['class']) {
    case 'CONSTANT': return NOTHING
    case 'CAST': return shapeOf(asNode(node['child']), relations)
    case 'COLUMN_REF': {
      const found = lookUp(node, relations)
      const [first] = found
      return first === undefined || found.some((column) => column.key) ? OPAQUE : joined(found.map((column) => column.shape), (factors) => Math.max(...factors))
    }
    case 'CASE': return shapeOfCase(node, relations)
    case 'FUNCTION': return shapeOfCall(node, relations)
    case 'OPERATOR':
      return node['type'] === 'OPERATOR_COALESCE' ? bent(nodesOf(node['children']).map((child) => shapeOf(child, relations))) : OPAQUE
    // A figure that a nested query gives is the same for each row; its own contributors are counted apart.
    case 'SUBQUERY': return node['subquery_type'] === 'SCALAR' ? NOTHING : OPAQUE
    case 'WINDOW': return shapeOfWindow(node, relations)
    default: return OPAQUE
  }
}

/**
 * A place in an order is an attribute of the entity; a total over a whole partition is the same for each of its rows, and its
 * contributors are counted apart (see traceRows); a window of the entity's own rows yields the entity's own values.
 */
function shapeOfWindow(node: TreeNode, relations: readonly TracedRelation[]): ColumnShape {
  const name = asText(node['function_name']).toLowerCase()
  if (PLACES.has(name)) return SUPPLIED
  if (isRunningTotal(node, relations)) return OPAQUE
  if (isTotalOfPartition(node) || isTotalOfPeers(node)) return NOTHING
  const shape = joined(nodesOf(node['children']).map((child) => shapeOf(child, relations)), (factors) => Math.max(0, ...factors))
  return isOwnWindow(node, relations) && shape.kind !== 'opaque' && shape.conditions.length === 0 ? { ...shape, factors: Math.max(1, shape.factors) } : OPAQUE
}

/** A window over rows of the same entity only, as far as the rows have one entity each: it is parted by that entity's key. */
export function isOwnWindow(node: TreeNode, relations: readonly TracedRelation[]): boolean {
  const entities = relations.flatMap((relation) => relation.entities)
  const partitions = nodesOf(node['partitions']).filter((part) => part !== null)
  const parted = (kind: string, column: string, single: boolean): boolean => partitions.some((part) => isColumn(part)
    && lookUp(part, relations).some((found) => found.keyOf === kind && (single || fold(found.name) === fold(column))))
  return OWN_WINDOWS.has(asText(node['function_name']).toLowerCase()) && saysNothing(node['filter_expr']) && new Set(entities.map((entity) => entity.kind)).size === 1
    && entities.some((entity) => entity.columns.every(([, column]) => parted(entity.kind, column, entity.columns.length === 1)))
}

/** An aggregate over a whole partition, without an order or a frame: a cell, whose figure stands in each of its rows. */
export function isTotalOfPartition(node: TreeNode): boolean {
  return isPlainTotal(node) && nodesOf(node['orders']).length === 0 && node['end'] !== 'UNBOUNDED_PRECEDING'
}

/** An aggregate from the first row of a partition up to a row and all that share its place: a running total of the cells of peers. */
export function isTotalOfPeers(node: TreeNode): boolean {
  return isPlainTotal(node) && nodesOf(node['orders']).length > 0 && (node['end'] === 'CURRENT_ROW_RANGE' || node['end'] === 'UNBOUNDED_FOLLOWING')
}

/**
 * A column as it was supplied, added up in its own order from one end of all rows to each: where a row stands among all, in shares of
 * the total. It says on which side of a line a row is, as a place does; as a value it is other rows' and cannot be measured.
 */
export function isRunningTotal(node: TreeNode, relations: readonly TracedRelation[]): boolean {
  const [argument = null, more] = nodesOf(node['children'])
  const orders = nodesOf(node['orders']).map((order) => asNode(order?.['expression']))
  const shape = isColumn(argument) && !isKeyColumn(argument, relations) ? shapeOf(argument, relations) : OPAQUE
  return isPlainTotal(node) && asText(node['function_name']).toLowerCase() === 'sum' && saysNothing(node['filter_expr']) && saysNothing(node['distinct']) && ['CURRENT_ROW_ROWS', 'CURRENT_ROW_RANGE'].includes(asText(node['end'])) && more === undefined
    && nodesOf(node['partitions']).length === 0 && shape.kind === 'linear' && shape.factors === 1 && shape.conditions.length === 0
    && argument !== null && orders.length > 0 && orders.every((order, place) => order !== null && isColumn(order) && (place > 0 || sameColumn(order, argument)))
}

function sameColumn(one: TreeNode, other: TreeNode): boolean {
  return JSON.stringify(asList(one['column_names'])) === JSON.stringify(asList(other['column_names']))
}

function isPlainTotal(node: TreeNode): boolean {
  return node['class'] === 'WINDOW' && isAggregateName(asText(node['function_name']).toLowerCase()) && saysNothing(node['arg_orders']) && saysNothing(node['ignore_nulls'])
    && saysNothing(node['start_expr']) && saysNothing(node['end_expr']) && node['exclude_clause'] === 'NO_OTHER' && node['start'] === 'UNBOUNDED_PRECEDING'
}

function shapeOfCase(node: TreeNode, relations: readonly TracedRelation[]): ColumnShape {
  const checks = nodesOf(node['case_checks'])
  const results = [...checks.map((check) => asNode(check?.['then_expr'])), ...(asNode(node['else_expr']) === null ? [] : [asNode(node['else_expr'])])]
  const shape = joined(results.map((result) => shapeOf(result, relations)), (factors) => Math.max(...factors))
  const asked = checks.flatMap((check) => { const when = asNode(check?.['when_expr']); return when === null ? [] : [when] })
  return { ...shape, kind: shape.kind === 'opaque' ? 'opaque' : 'curved', conditions: [...shape.conditions, ...asked] }
}

function shapeOfCall(node: TreeNode, relations: readonly TracedRelation[]): ColumnShape {
  const name = functionName(node)
  const children = nodesOf(node['children'])
  const shapes = children.map((child) => shapeOf(child, relations))
  if (isAggregateName(name)) return PACKED.has(name) ? OPAQUE : shapeOfOwnTotal(node, children, relations)
  const constants = children.map(isConstant)
  if (name === '+' || name === '-' || name === 'add' || name === 'subtract') {
    return shapes.every((shape) => shape.kind === 'linear') ? joined(shapes, (factors) => Math.max(...factors)) : bent(shapes)
  }
  if (name === '*' || name === 'multiply') return constants.some(Boolean) ? joined(shapes, sum) : bent(shapes)
  if (name === '/' || name === 'divide') return constants[1] === true ? joined(shapes, sum) : bent(shapes)
  if (POWERS.has(name)) {
    const exponent = Number(asNode(children[1]?.['value'])?.['value'])
    return constants[1] === true && exponent <= HIGHEST_POWER ? bent(shapes) : OPAQUE
  }
  const [first = null] = children
  const sides = TURNS_AT_NOUGHT.has(name) && first !== null && !isConstant(first) ? ['COMPARE_GREATERTHAN', 'COMPARE_LESSTHAN'].map((type) => compareNode(type, first, numberNode(0))) : []
  const shape = BENT.has(name) ? bent(shapes) : OPAQUE
  return { ...shape, conditions: [...shape.conditions, ...sides] }
}

/** Functions that say on which side of nought a value is, like a CASE that asks. */
const TURNS_AT_NOUGHT: ReadonlySet<string> = new Set(['sign', 'abs', '@'])

/** A total of an entity's own rows: a condition in it says of the entity whether it holds for any of its rows. */
function shapeOfOwnTotal(call: TreeNode, children: readonly (TreeNode | null)[], relations: readonly TracedRelation[]): ColumnShape {
  const filter = asNode(call['filter'])
  const shape = joined(children.filter((child) => !isKeyColumn(child, relations)).map((child) => shapeOf(child, relations)), (factors) => Math.max(0, ...factors))
  const holds = (condition: TreeNode): TreeNode => holdsForAny(filter === null || filter === condition ? condition : (allOf([filter, condition]) ?? condition))
  const asked = [...(filter === null ? [] : [filter]), ...shape.conditions]
  return { kind: asked.length > 0 && shape.kind === 'linear' ? 'curved' : shape.kind, factors: Math.max(1, shape.factors), conditions: asked.map(holds) }
}

/** Whether a condition holds for any of the rows that are grouped together. */
export function holdsForAny(condition: TreeNode): TreeNode {
  return compareNode('COMPARE_GREATERTHAN', callNode('count_star', [], condition, ''), numberNode(0))
}

function isConstant(node: TreeNode | null): boolean {
  return node !== null && (node['class'] === 'CONSTANT' || (node['class'] === 'CAST' && isConstant(asNode(node['child']))))
}

function bent(shapes: readonly ColumnShape[]): ColumnShape {
  const shape = joined(shapes, sum)
  return shape.factors > MOST_FACTORS || shape.kind === 'opaque' ? { ...shape, kind: 'opaque' } : { ...shape, kind: 'curved' }
}

function joined(shapes: readonly ColumnShape[], count: (factors: readonly number[]) => number): ColumnShape {
  const order = ['linear', 'curved', 'opaque'] as const
  const kind = order[Math.max(0, ...shapes.map((shape) => order.indexOf(shape.kind)))] ?? 'opaque'
  return { kind, factors: shapes.length === 0 ? 0 : count(shapes.map((shape) => shape.factors)), conditions: shapes.flatMap((shape) => shape.conditions) }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

/** What is cut out of a number of identity, or asked of its form: a column like any other, of which each value must be many's. */
const PARTS_OF_KEY: ReadonlySet<string> = new Set(['substr', 'substring', 'left', 'right', 'length', 'len', 'strlen', 'char_length', 'character_length', 'array_slice', 'list_slice', 'array_extract', 'regexp_matches', 'regexp_full_match', 'regexp_extract', '~~', '!~~', 'starts_with', 'prefix', '^@', 'ends_with', 'suffix'])

/**
 * Whether an expression uses an entity's key other than to count it, to join on it, to order or part a window by it, to
 * ask whether it is there, or to take a part of it. A filter on a key singles out or leaves out one entity, which no count of the rest can show.
 * @param parts whether a part of a key is excused
 */
export function misusesKey(node: TreeNode | null, relations: readonly TracedRelation[], parts = true): boolean {
  if (node === null) return false
  if (isColumn(node)) return isKeyColumn(node, relations)
  // Nested queries are judged where they are traced.
  if (node['class'] === 'SUBQUERY') return !isKeyColumn(asNode(node['child']), relations) && misusesKey(asNode(node['child']), relations, parts)
  const children = Object.values(node).flatMap((value) => (Array.isArray(value) ? nodesOf(value) : [asNode(value)]))
  const counted = functionName(node) === 'count' || functionName(node) === 'approx_count_distinct'
  // How many different pairs of an entity and a day there are is asked like how many entities there are.
  const pairs = counted && node['distinct'] === true ? children.filter((child) => columnsTogether(child) !== null) : []
  const direct = [...pairs, ...children.filter((child) => isKeyColumn(child, relations))]
  const present = node['type'] === 'OPERATOR_IS_NOT_NULL' || node['type'] === 'OPERATOR_IS_NULL'
  // Equal to another column it joins; equal to a constant it picks.
  const joinedOn = EQUAL.has(asText(node['type'])) && [asNode(node['left']), asNode(node['right'])].every((side) => isColumn(side) && isSupplied(side, relations))
  const windowed = node['class'] === 'WINDOW'
  const taken = parts && PARTS_OF_KEY.has(functionName(node))
  const excused = counted || present || joinedOn || windowed || taken
  if (windowed) {
    const sorted = nodesOf(node['orders']).map((order) => asNode(order?.['expression']))
    return [...nodesOf(node['children']), ...sorted, ...nodesOf(node['partitions'])].some((child) => !isKeyColumn(child, relations) && misusesKey(child, relations, false))
      || nodesOf(node['children']).some((child) => isKeyColumn(child, relations))
  }
  return children.some((child) => (excused && direct.includes(child) ? false : misusesKey(child, relations, parts)))
}
