import { firstTieBreak } from '#core/boundary/fixed-ties.ts'
import { isOfConstants } from '#core/boundary/plain-recursion.ts'
import { asList, asNode, asText, fold, nodesOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'
import { isKeyColumn, misusesKey, type TracedEntity, type TracedRelation } from '#core/disclosure-control/contributor-columns.ts'
import { resolveGroups, withoutAliases, type Groups } from '#core/disclosure-control/contributor-groups.ts'
import { aggregatesIn } from '#core/disclosure-control/contributor-measures.ts'
import type { EntityTable } from '#core/disclosure-control/contributor-plan.ts'
import { distinctTotals } from '#core/disclosure-control/distinct-totals.ts'
import { NotTraceable } from '#core/disclosure-control/not-traceable.ts'
import { aggregateCells, rowsOfCells } from '#core/disclosure-control/trace-cells-again.ts'
import { traceCells } from '#core/disclosure-control/trace-cells.ts'
import { conditionOnCells, traceConditions } from '#core/disclosure-control/trace-conditions.ts'
import { constants, renamed, traceFrom } from '#core/disclosure-control/trace-from.ts'
import { traceNested } from '#core/disclosure-control/trace-nested.ts'
import { ownRows, traceRows } from '#core/disclosure-control/trace-rows.ts'
import { settleSizes, wholeOf, withPardons } from '#core/disclosure-control/size-thresholds.ts'
import { traceSetOperation } from '#core/disclosure-control/trace-set-operation.ts'
import { traceJoinWeights } from '#core/disclosure-control/trace-weights.ts'
import { hasWindow, outputName, outputs, type Reach, type Traced } from '#core/disclosure-control/traced.ts'
import { everyNode, functionName } from '#core/boundary/tree-nodes.ts'

/**
 * The algebra of tracing. A relation is of one of three kinds:
 *
 *   rows       of entities, their keys along as hidden columns (TracedRelation.entities)
 *   cells      groups of entities, or what was computed from them, their faults along as a hidden column (faults, sketch)
 *   constants  written out, or public: nobody's (neither)
 *
 * and each operator takes kinds to a kind, or refuses with a reason (NotTraceable):
 *
 *   project, filter, order, limit   rows → rows, cells → cells; a key may be counted, joined on and asked for, not computed with
 *   DISTINCT ON, QUALIFY, unnest    rows → rows, cells → cells: a row less or more is still the same entity's
 *   join                            with constants nothing changes; rows with rows have both entities, one where their keys are equal;
 *                                   rows with cells are rows with faults; cells with cells are cells with the faults of both
 *   SEMI, ANTI, IN, EXISTS          rows of the same entities decide which rows stay; others' rows may not
 *   group by the entity's key       rows → rows: totals of its own rows are its values
 *   group by anything else          rows → cells, counted in a table of their own; cells → cells: the faults of all, or, for
 *                                   totals in which each entity counts alike, the number of all behind them
 *   window over rows                of the entity's own rows: its value; a place: its value; an aggregate over a partition or up
 *                                   to a row's peers: cells that must be faultless; another row's value: refused
 *   window over cells               cells, with the faults of all where it draws on others
 *   UNION                           rows of one kind of entity → rows, cells → cells; at the top each branch alone
 *   INTERSECT, EXCEPT               of keys → rows; of cells or constants → cells that must all be faultless
 *   nested query as a value         constants: free; cells: must be faultless; rows: refused
 *
 * How a query is written otherwise (PIVOT, LATERAL, correlated values …) plain-statement.ts has turned into these before.
 */

/** Where tracing begins: nothing known but the tables. */
export function openReach(tables: ReadonlyMap<string, EntityTable>, minimumEntities: number): Reach {
  return { tables, withNames: new Map(), withEntries: [], cells: [], sides: [], open: new Map(), fresh: { next: 0 }, minimumEntities, trace: traceQuery }
}

export interface Branch {
  readonly node: TreeNode | null
  readonly around: (reach: Reach) => Pick<Reach, 'withNames' | 'withEntries'>
}

/** The branches of a UNION at the top, each judged alone. */
export function topBranches(root: TreeNode | null): readonly Branch[] {
  if (root?.['type'] !== 'SET_OPERATION_NODE') return [{ node: root, around: (reach) => reach }]
  const parts = asList(root['children']).length > 0 ? nodesOf(root['children']) : [asNode(root['left']), asNode(root['right'])]
  if (root['setop_type'] !== 'UNION') return [{ node: root, around: (reach) => reach }]
  const around = (reach: Reach): Pick<Reach, 'withNames' | 'withEntries'> => traceWith(root, reach)
  return parts.flatMap((part) => topBranches(part).map((branch) => ({
    node: branch.node,
    around: (reach: Reach) => branch.around({ ...reach, ...around(reach) }),
  })))
}

function traceWith(node: TreeNode, reach: Reach): Pick<Reach, 'withNames' | 'withEntries'> {
  const withNames = new Map(reach.withNames)
  const withEntries = [...reach.withEntries]
  for (const entry of nodesOf(asNode(node['cte_map'])?.['map'])) {
    const name = asText(entry?.['key'])
    const value = asNode(entry?.['value'])
    const query = asNode(value?.['query'])
    const traced = renamed(traceQuery(asNode(query?.['node']), { ...reach, withNames: new Map(withNames), withEntries: [...withEntries] }), asList(value?.['aliases']).map(asText))
    withNames.set(fold(name), traced)
    withEntries.push({ ...entry, value: { ...value, query: { ...query, node: traced.node } } })
  }
  return { withNames, withEntries }
}

/** A query as a relation: rows of entities with hidden keys, or cells with their hidden faults. */
export function traceQuery(node: TreeNode | null, outside: Reach): Traced {
  if (node?.['type'] === 'SET_OPERATION_NODE') return traceSetOperation(node, { ...outside, ...traceWith(node, outside) })
  if (node?.['type'] === 'RECURSIVE_CTE_NODE') return traceRecursion(node)
  if (node?.['type'] !== 'SELECT_NODE') throw new NotTraceable('unsupported')
  const reach = { ...outside, ...traceWith(node, outside) }
  const from = traceFrom(asNode(node['from_table']), reach, asNode(node['where_clause']))
  const { relations } = from
  if (nodesOf(node['select_list']).some((item) => item === null || item['class'] === 'STAR')) throw new NotTraceable('unsupported')
  const listed: TreeNode = { ...node, cte_map: { map: reach.withEntries }, from_table: from.node }
  const select: TreeNode = {
    ...listed,
    where_clause: withoutAliases(node['where_clause'], listed, relations),
    having: withoutAliases(node['having'], listed, relations),
  }
  const beside = traceNested(select, relations, reach)
  const traced = traceSelect(select, relations, from.entities, reach)
  return beside.length === 0 ? traced : { ...traced, tables: [...traced.tables, ...beside] }
}

/** The gate lets a recursion read nothing but itself: its rows are constants. */
function traceRecursion(node: TreeNode): Traced {
  const first = asNode(node['left'])
  if (!isOfConstants(node) || first?.['type'] !== 'SELECT_NODE') throw new NotTraceable('unsupported')
  const written = asList(node['aliases']).map(asText)
  const names = nodesOf(first['select_list']).map((item, position) => written[position] ?? (item === null ? '' : outputName(item, position)))
  return { node, ...constants('', names) }
}

const ROWS: Groups = { grouped: false, expressions: [], sets: [[]] }

/** What the positions of an ORDER BY before a LIMIT stand for; those that end ties come last, and pick nobody. */
function pickedByPlace(modifiers: readonly (TreeNode | null)[], select: TreeNode): readonly (TreeNode | null)[] {
  const items = nodesOf(select['select_list'])
  const orders = modifiers.flatMap((modifier) => nodesOf(modifier?.['orders']).map((order) => asNode(order?.['expression'])))
  return orders.slice(0, firstTieBreak(orders, items.length)).map((order) => (order?.['class'] === 'CONSTANT' ? (items[Number(asNode(order['value'])?.['value']) - 1] ?? null) : null))
}

/** DISTINCT ON keeps one row of each group, as it stands. */
function picksRows(select: TreeNode): boolean {
  return nodesOf(select['modifiers']).some((modifier) => modifier?.['type'] === 'DISTINCT_MODIFIER' && !saysNothing(modifier['distinct_on_targets']))
    && saysNothing(select['group_expressions']) && select['aggregate_handling'] !== 'FORCE_AGGREGATES' && aggregatesIn([select['select_list'], select['having']]).length === 0
}

function traceSelect(written: TreeNode, from: readonly TracedRelation[], entities: readonly TracedEntity[], reach: Reach): Traced {
  const select = entities.length > 0 ? (distinctTotals(written) ?? written) : written
  const groups = picksRows(select) ? ROWS : resolveGroups(select, from)
  settleSizes(select, from, groups?.grouped === false && entities.length > 0, reach)
  const relations = withPardons(from, select, reach.minimumEntities)
  // Taking lists apart makes several rows of one; of a group it would be a part.
  if (groups?.grouped === true && [...everyNode(select['select_list'], (node) => node['class'] === 'SUBQUERY')].some((node) => functionName(node) === 'unnest')) throw new NotTraceable('unsupported')
  if (entities.length === 0) {
    reach.sides.push(...conditionOnCells(select, relations, reach))
    // DISTINCT over rows that windows computed from cells: the rows stay rows.
    const aggregated = !saysNothing(select['group_expressions']) || select['aggregate_handling'] === 'FORCE_AGGREGATES' || aggregatesIn([select['select_list'], select['having']]).length > 0
    return groups?.grouped === true && (aggregated || !hasWindow(select['select_list'])) ? aggregateCells(select, groups, relations, reach) : rowsOfCells(select, relations, outputs(select, relations, null), reach)
  }
  if (groups === null) throw new NotTraceable('unclear-groups')
  const modifiers = nodesOf(select['modifiers'])
  const limited = modifiers.some((modifier) => asText(modifier?.['type']).startsWith('LIMIT'))
  // An order by keys picks nobody where all rows stay; the first row of each group is a row like one that QUALIFY keeps.
  const asked = limited ? [...modifiers, ...pickedByPlace(modifiers, select)] : modifiers.filter((modifier) => modifier?.['type'] !== 'DISTINCT_MODIFIER').flatMap((modifier) => nodesOf(modifier?.['orders']).map((order) => asNode(order?.['expression']))).filter((key) => !isKeyColumn(key, relations))
  if ([asNode(select['where_clause']), asNode(select['having']), asNode(select['qualify'])].some((part) => misusesKey(part, relations)) || asked.some((part) => misusesKey(part, relations, false))) throw new NotTraceable('key-in-expression')
  if (!groups.grouped) return traceRows(select, relations, entities, reach)
  const own = ownRows(select, groups, relations, entities, reach)
  if (own !== null) return own
  reach.sides.push(...traceJoinWeights(select, relations, entities, reach), ...traceConditions(select, groups, relations, entities, reach))
  return { ...traceCells(select, groups, relations, entities, reach), ...wholeOf(select, groups.expressions, relations) }
}
