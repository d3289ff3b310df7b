import { asList, asNode, asText, fold, nodesOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'
import { isKeyColumn, isPlain, lookUp, misusesKey, type TracedColumn, type TracedRelation } from '#core/disclosure-control/contributor-columns.ts'
import { resolveGroups, withoutAliases } from '#core/disclosure-control/contributor-groups.ts'
import { aggregatesIn, traceMeasure, type Measure, type TracedMeasure } from '#core/disclosure-control/contributor-measures.ts'
import { columnNode, everyNode, functionName, isColumn, named } from '#core/disclosure-control/tree-nodes.ts'

/** What contributors are traced by: for each table its authorized columns and, where it is about entities, their key. */
export interface EntityTable {
  readonly columns: readonly string[]
  readonly entityKey: readonly string[]
}

/** One query that counts contributors: `inner` has a row for each cell and entity; see contributor-sql.ts for the text. */
export interface CellQuery {
  readonly groups: number
  readonly entityColumns: number
  readonly inner: TreeNode
  /** The groups that HAVING leaves, or null without HAVING. */
  readonly kept: TreeNode | null
  readonly measures: readonly Measure[]
}

export type MicrodataReason = 'row-level' | 'key-in-expression' | 'nested-query' | 'hidden-condition' | 'unclear-groups' | 'unsupported'

export type ContributorPlan =
  | { readonly kind: 'no-entities' }
  | { readonly kind: 'cells'; readonly queries: readonly CellQuery[] }
  | { readonly kind: 'microdata'; readonly reason: MicrodataReason }

interface Traced extends TracedRelation {
  /** The query with its hidden entity columns added. */
  readonly node: TreeNode
}
interface Reach {
  readonly tables: ReadonlyMap<string, EntityTable>
  readonly withNames: ReadonlyMap<string, Traced>
  readonly withEntries: readonly TreeNode[]
  readonly queries: CellQuery[]
  readonly fresh: { next: number }
}

class NotTraceable extends Error {
  readonly reason: MicrodataReason
  constructor(reason: MicrodataReason) {
    super(reason)
    this.reason = reason
  }
}

/**
 * Plans how to count the entities behind each figure of a statement that the gate has allowed.
 * Rows keep their entity's key as a hidden column through subqueries; where rows of entities are aggregated, a query is
 * derived that counts entities for each cell; whatever is computed from such cells alone needs no further count.
 * A statement that is not of this form is microdata and leaves by the microdata route only.
 *
 * @param tree the parse tree of the allowed statement
 * @param tables by name; tables without entities have an empty key
 */
export function planContributors(tree: unknown, tables: ReadonlyMap<string, EntityTable>): ContributorPlan {
  const folded = new Map([...tables].map(([name, table]) => [fold(name), table]))
  const reach: Reach = { tables: folded, withNames: new Map(), withEntries: [], queries: [], fresh: { next: 0 } }
  const root = asNode(asNode(nodesOf(asNode(tree)?.['statements'])[0])?.['node'])
  try {
    refuseNestedEntityQueries(root, folded)
    const branches = topBranches(root)
    const traced = branches.map((branch) => traceQuery(branch.node, { ...reach, ...branch.around(reach) }))
    if (traced.some((query) => query.entityColumns.length > 0)) return { kind: 'microdata', reason: 'row-level' }
  } catch (error) {
    if (error instanceof NotTraceable) return { kind: 'microdata', reason: error.reason }
    throw error
  }
  return reach.queries.length === 0 ? { kind: 'no-entities' } : { kind: 'cells', queries: reach.queries }
}

interface Branch {
  readonly node: TreeNode | null
  readonly around: (reach: Reach) => Pick<Reach, 'withNames' | 'withEntries'>
}

/** The branches of a UNION at the top, each judged alone; other set operations compare groups and are not traced. */
function topBranches(root: TreeNode | null): readonly Branch[] {
  if (root?.['type'] !== 'SET_OPERATION_NODE') return [{ node: root, around: (reach) => reach }]
  const parts = asList(root['children']).length > 0 ? nodesOf(root['children']) : [asNode(root['left']), asNode(root['right'])]
  if (root['setop_type'] !== 'UNION') throw new NotTraceable('unsupported')
  const around = (reach: Reach): Pick<Reach, 'withNames' | 'withEntries'> => traceWith(root, reach)
  return parts.flatMap((part) => topBranches(part).map((branch) => ({
    node: branch.node,
    around: (reach: Reach) => branch.around({ ...reach, ...around(reach) }),
  })))
}

/** A nested query in an expression can compare against one entity's value without that entity being counted. */
function refuseNestedEntityQueries(root: TreeNode | null, tables: ReadonlyMap<string, EntityTable>): void {
  for (const node of everyNode(root)) {
    if (node['class'] !== 'SUBQUERY') continue
    for (const inside of everyNode(node)) {
      if (inside['type'] !== 'BASE_TABLE') continue
      const table = tables.get(fold(asText(inside['table_name'])))
      if (table === undefined || table.entityKey.length > 0) throw new NotTraceable('nested-query')
    }
  }
}

function traceWith(node: TreeNode, reach: Reach): Pick<Reach, 'withNames' | 'withEntries'> {
  const withNames = new Map(reach.withNames)
  const withEntries = [...reach.withEntries]
  for (const entry of nodesOf(asNode(node['cte_map'])?.['map'])) {
    const name = asText(entry?.['key'])
    const value = asNode(entry?.['value'])
    const traced = traceQuery(asNode(asNode(value?.['query'])?.['node']), { ...reach, withNames: new Map(withNames), withEntries: [...withEntries] })
    if (asList(value?.['aliases']).length > 0) throw new NotTraceable('unsupported')
    withNames.set(fold(name), traced)
    withEntries.push({ ...entry, value: { ...value, query: { ...asNode(value?.['query']), node: traced.node } } })
  }
  return { withNames, withEntries }
}

/** A query as a relation: rows of entities with hidden keys, or cells whose counting queries have been planned. */
function traceQuery(node: TreeNode | null, outside: Reach): Traced {
  if (node?.['type'] !== 'SELECT_NODE') throw new NotTraceable('unsupported')
  const reach = { ...outside, ...traceWith(node, outside) }
  const from = traceFrom(asNode(node['from_table']), reach)
  const { relations } = from
  const keyed = relations.filter((relation) => relation.entityColumns.length > 0)
  // Own WITH entries are repeated inside, so that a derived query stands alone.
  const select: TreeNode = {
    ...node,
    cte_map: { map: reach.withEntries },
    from_table: from.node,
    where_clause: withoutAliases(node['where_clause'], node, relations),
    having: withoutAliases(node['having'], node, relations),
  }
  const groups = resolveGroups(select, relations)
  if (keyed.length === 0) return { name: '', node: select, columns: outputs(select, relations, () => true), entityColumns: [] }
  if (groups === null) throw new NotTraceable('unclear-groups')
  for (const part of [select['where_clause'], select['having'], select['qualify'], select['modifiers']]) {
    const nodes = Array.isArray(part) ? nodesOf(part) : [asNode(part)]
    if (nodes.some((child) => misusesKey(child, relations))) throw new NotTraceable('key-in-expression')
  }
  if (!groups.grouped) return traceRows(select, relations, keyed, reach)
  const whole = keyed.find((relation) => coversKey(groups.expressions, relation))
  if (whole !== undefined && keyed.length === 1) return traceEntityRows(select, relations, whole)
  planCells(select, groups.expressions.map((group) => named(group, '')), relations, keyed, reach)
  return { name: '', node: select, columns: outputs(select, relations, () => true), entityColumns: [] }
}

/** Rows stay rows: the keys of all their entities go along as hidden columns. */
function traceRows(select: TreeNode, relations: readonly TracedRelation[], keyed: readonly TracedRelation[], reach: Reach): Traced {
  const items = nodesOf(select['select_list'])
  if (items.some((item) => item !== null && !isColumn(item) && misusesKey(item, relations))) throw new NotTraceable('key-in-expression')
  if (keyed.length !== 1) throw new NotTraceable('unsupported')
  const hidden = keyed.flatMap((relation) => relation.entityColumns.map((column) => {
    reach.fresh.next += 1
    return columnNode([relation.name, column], `__entity_${reach.fresh.next}`)
  }))
  const node: TreeNode = { ...select, select_list: [...items, ...hidden] }
  const names = hidden.map((column) => asText(column['alias']))
  const columns = [...outputs(select, relations, (item) => isPlain(item, relations)), ...names.map((name) => ({ name, key: true, plain: false }))]
  return { name: '', node, columns, entityColumns: names }
}

/** Grouped by the entity itself: each row still belongs to one entity, under the names that the select list gives its key. */
function traceEntityRows(select: TreeNode, relations: readonly TracedRelation[], whole: TracedRelation): Traced {
  const plainItem = (item: TreeNode): boolean => {
    const [call] = aggregatesIn(item)
    if (call === undefined) return isPlain(item, relations)
    return call === item && saysNothing(call['filter']) && nodesOf(call['children']).every((child) => isPlain(child, relations))
  }
  const items = nodesOf(select['select_list']).filter((item) => item !== null)
  if (items.some((item) => !isColumn(item) && misusesKey(item, relations))) throw new NotTraceable('key-in-expression')
  const entityColumns = whole.entityColumns.map((column) => {
    const shown = items.find((item) => isColumn(item) && isKeyColumn(item, relations) && lastName(item) === fold(column))
    if (shown === undefined) throw new NotTraceable('unclear-groups')
    return asText(shown['alias']) || asText(asList(shown['column_names']).at(-1))
  })
  return { name: '', node: select, columns: outputs(select, relations, plainItem), entityColumns }
}

function coversKey(expressions: readonly TreeNode[], relation: TracedRelation): boolean {
  return relation.entityColumns.every((column) => expressions.some((expression) => isColumn(expression)
    && lastName(expression) === fold(column) && lookUp(expression, [relation]).some((found) => found.key)))
}

/** Plans the counting queries of one aggregated select, one for each relation of entities in it. */
function planCells(select: TreeNode, groups: readonly TreeNode[], relations: readonly TracedRelation[], keyed: readonly TracedRelation[], reach: Reach): void {
  const parts = [select['select_list'], select['having'], select['modifiers']]
  for (const item of [...nodesOf(select['select_list']), ...groups]) {
    const wholeKey = item !== null && isColumn(item)
    if (item === null || item['class'] === 'STAR' || (!wholeKey && misusesKey(item, relations))) throw new NotTraceable('key-in-expression')
  }
  if (!saysNothing(select['qualify']) || [...everyNode(parts)].some((node) => node['class'] === 'WINDOW')) throw new NotTraceable('unsupported')
  const measures: TracedMeasure[] = aggregatesIn(parts).map((call, position) => {
    const measure = functionName(call) === 'count' && nodesOf(call['children']).every((child) => isKeyColumn(child, relations))
      ? traceMeasure({ ...call, function_name: 'count_star', children: [] }, position, relations)
      : traceMeasure(call, position, relations)
    if (measure === null) throw new NotTraceable('hidden-condition')
    return measure
  })
  const shown = groups.map((group, position) => named(group, `g${position}`))
  const bare: TreeNode = { ...select, modifiers: [], having: null, qualify: null, aggregate_handling: 'STANDARD_HANDLING' }
  const indexes = (count: number): number[][] => (count === 0 ? [] : [Array.from({ length: count }, (_, index) => index)])
  const kept: TreeNode | null = saysNothing(select['having']) ? null
    : { ...bare, having: select['having'], select_list: shown.length > 0 ? shown : [columnlessRow()], group_expressions: groups, group_sets: indexes(groups.length) }
  for (const relation of keyed) {
    const entities = relation.entityColumns.map((column, position) => columnNode([relation.name, column], `e${position}`))
    const keys = [...groups, ...entities.map((entity) => named(entity, ''))]
    reach.queries.push({
      groups: groups.length,
      entityColumns: entities.length,
      kept,
      measures: measures.map(({ kind, functionName: name, conditional }) => ({ kind, functionName: name, conditional })),
      inner: { ...bare, select_list: [...shown, ...entities, ...measures.flatMap((measure) => measure.innerColumns)], group_expressions: keys, group_sets: indexes(keys.length) },
    })
  }
}

function columnlessRow(): TreeNode {
  return { class: 'CONSTANT', type: 'VALUE_CONSTANT', alias: 'one', value: { type: { id: 'INTEGER', type_info: null }, is_null: false, value: 1 } }
}

function outputs(select: TreeNode, relations: readonly TracedRelation[], plain: (item: TreeNode) => boolean): readonly TracedColumn[] {
  return nodesOf(select['select_list']).flatMap((item): readonly TracedColumn[] => {
    if (item === null) return []
    if (item['class'] === 'STAR') {
      if (!saysNothing(item['replace_list']) || !saysNothing(item['rename_list'])) throw new NotTraceable('unsupported')
      return relations.flatMap((relation) => relation.columns)
    }
    const name = asText(item['alias']) || asText(asList(item['column_names']).at(-1)) || functionName(item)
    const keyed = isColumn(item) && isKeyColumn(item, relations)
    const computed = isColumn(item) ? lookUp(item, relations).every((column) => column.plain) : plain(item)
    return [{ name, key: keyed, plain: computed }]
  })
}

function lastName(node: TreeNode): string {
  return fold(asText(asList(node['column_names']).at(-1)))
}

interface From {
  readonly node: TreeNode
  readonly relations: readonly TracedRelation[]
}

function traceFrom(node: TreeNode | null, reach: Reach): From {
  switch (node?.['type']) {
    case 'EMPTY': return { node, relations: [] }
    case 'BASE_TABLE': return { node, relations: [traceTable(node, reach)] }
    case 'SUBQUERY': {
      if (asList(node['column_name_alias']).length > 0) throw new NotTraceable('unsupported')
      const subquery = asNode(node['subquery'])
      const traced = traceQuery(asNode(subquery?.['node']), reach)
      // Without a name its hidden columns could not be pointed at.
      const alias = asText(node['alias']) || `__from_${reach.fresh.next += 1}`
      return { node: { ...node, alias, subquery: { ...subquery, node: traced.node } }, relations: [{ ...traced, name: alias }] }
    }
    case 'JOIN': {
      // A natural join would join on hidden columns too.
      if (node['ref_type'] === 'NATURAL') throw new NotTraceable('unsupported')
      const left = traceFrom(asNode(node['left']), reach)
      const right = traceFrom(asNode(node['right']), reach)
      const relations = [...left.relations, ...right.relations]
      if (misusesKey(asNode(node['condition']), relations)) throw new NotTraceable('key-in-expression')
      return { node: { ...node, left: left.node, right: right.node }, relations }
    }
    default: throw new NotTraceable('unsupported')
  }
}

function traceTable(node: TreeNode, reach: Reach): TracedRelation {
  const table = asText(node['table_name'])
  const name = asText(node['alias']) || table
  const earlier = reach.withNames.get(fold(table))
  if (earlier !== undefined) return { name, columns: earlier.columns, entityColumns: earlier.entityColumns }
  const declared = reach.tables.get(fold(table))
  if (declared === undefined) throw new NotTraceable('unsupported')
  const keys = new Set(declared.entityKey.map(fold))
  return { name, columns: declared.columns.map((column) => ({ name: column, key: keys.has(fold(column)), plain: true })), entityColumns: declared.entityKey }
}
