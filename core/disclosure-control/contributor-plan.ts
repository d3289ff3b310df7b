import { asNode, fold, nodesOf, type TreeNode } from '#core/boundary/statement-tree.ts'
import type { SuppliedTable } from '#core/disclosure-control/contributor-columns.ts'
import type { Measure } from '#core/disclosure-control/contributor-measures.ts'
import { NotTraceable, type MicrodataReason } from '#core/disclosure-control/not-traceable.ts'
import { openReach, topBranches, traceQuery } from '#core/disclosure-control/trace-query.ts'
import type { Traced } from '#core/disclosure-control/traced.ts'
import { allOf, callNode, columnNode, compareNode, joinNode, numberNode, selectNode, subqueryNode, tableNode } from '#core/boundary/tree-nodes.ts'

/** What contributors are traced by: for each table its columns and, where it is about entities, their kind and key. */
export interface EntityTable {
  readonly columns: readonly string[]
  readonly entityKey: readonly string[]
  /** What the rows are about; tables of one kind share their entities. Absent: a kind of its own. */
  readonly kind?: string
  /** A column beside the declared ones that names the same entity alike wherever and for whomever the table is used. */
  readonly ledgerColumn?: string
}

/** One counting query over the rows behind a select's cells: `inner` has a row for each cell and entity. */
export interface CellPart {
  /** The kind of entity that is counted. */
  readonly kind: string
  /** Which of the groups this grouping has; the others are NULL in it. */
  readonly groups: readonly boolean[]
  readonly entityColumns: number
  readonly inner: TreeNode
  /** For each measure that shows values: a row for each cell, value and entity; null for the others. */
  readonly values: readonly (TreeNode | null)[]
  /** The tables of which it is known which rows of an entity are in a cell: the lowest and highest of their hashes are low0…, high0…, of those that a conditional measure i counts low{i}_0…, high{i}_0…. */
  readonly rowTables?: readonly SuppliedTable[]
  /** Cells of another select are counted: each row has the faults of the cell (`bad`) and whom it counts as (`behind`). */
  readonly ofCells?: true
}

/** How the same supplied rows stand in several branches of a UNION: a row for each cell, entity and supplied row, with b0, b1 … saying how often each branch has it. */
export interface StackPart {
  readonly groups: readonly boolean[]
  readonly entityColumns: number
  readonly branches: number
  readonly weighted: boolean
  readonly inner: TreeNode
}

/** What is counted for the cells of one aggregated select; its table is made before the final check reads it. */
export interface CellTable {
  readonly name: string
  readonly groups: number
  readonly measures: readonly Measure[]
  readonly parts: readonly CellPart[]
  /** Absent where no rows were stacked. */
  readonly stacks?: readonly StackPart[]
  /** Whether the result shows these cells themselves, and not only what was totalled from them. */
  readonly shown: boolean
  /** Whether what each entity contributes is compared even where each has one row: two totals of the same entities may differ in one of them. */
  readonly weighed: boolean
  /** The groups of the cells that HAVING, QUALIFY and LIMIT leave, under the names g0… and grouping; null where nothing drops a cell. */
  readonly kept: TreeNode | null
}

export type ContributorPlan =
  /** `raw`: the result has supplied rows, one by one. */
  | { readonly kind: 'no-entities'; readonly raw: boolean }
  /** `finals`: one row for each combination of faults, with the number of result rows that have it. */
  | { readonly kind: 'cells'; readonly tables: readonly CellTable[]; readonly finals: readonly TreeNode[] }
  /** `classes`: for rows in an order of their own values, how many entities share each of them; null for all others. */
  | { readonly kind: 'microdata'; readonly reason: MicrodataReason; readonly classes: { readonly tables: readonly CellTable[]; readonly finals: readonly TreeNode[] } | null }

/**
 * Plans how to count the entities behind each figure of a statement that the gate has allowed.
 * Rows keep their entities' keys as hidden columns through subqueries; where rows of entities are aggregated, a table of
 * counts for each cell is planned, and the faults of a cell go along as a hidden column with whatever is computed from it.
 * The final queries count the faults in the rows that truly leave: a cell that a filter drops later does not matter.
 * A statement that is not of this form is microdata and leaves by the microdata route only.
 *
 * @param tree the parse tree of the allowed statement in plain form (plain-statement.ts), by the columns that it may see
 * @param tables by name; tables without entities have an empty key
 * @param minimumEntities from which the sketch of entities behind a row is long enough
 */
export function planContributors(tree: unknown, tables: ReadonlyMap<string, EntityTable>, minimumEntities: number): ContributorPlan {
  const reach = openReach(new Map([...tables].map(([name, table]) => [fold(name), table])), minimumEntities)
  const root = asNode(asNode(nodesOf(asNode(tree)?.['statements'])[0])?.['node'])
  try {
    const traced = topBranches(root).map((branch) => traceQuery(branch.node, { ...reach, ...branch.around(reach) }))
    const [first, another] = traced
    if (traced.some((query) => query.entities.length > 0)) {
      return { kind: 'microdata', reason: 'row-level', classes: another === undefined && first !== undefined && reach.cells.length === 0 ? planClasses(first) : null }
    }
    const shown = new Set(traced.flatMap((query) => query.tables))
    const finals = [...traced, ...reach.sides].flatMap((query) => (query.faults === null ? [] : [finalNode(query.node, query.faults)]))
    return reach.cells.length === 0 ? { kind: 'no-entities', raw: traced.some((query) => query.raw) } : { kind: 'cells', tables: reach.cells.map((table) => ({ ...table, shown: shown.has(table.name), weighed: reach.cells.filter((one) => one.parts.some((part) => part.ofCells !== true)).length > 1 || table.measures.some((measure) => measure.curved) })), finals }
  } catch (error) {
    if (error instanceof NotTraceable) return { kind: 'microdata', reason: error.reason, classes: null }
    throw error
  }
}

/** Rows of entities as classes of equal rows; null where their order could tell more than their values. */
function planClasses(rows: Traced): Extract<ContributorPlan, { kind: 'microdata' }>['classes'] {
  const names = rows.columns.map((column) => column.name)
  const orders = nodesOf(rows.node['modifiers']).filter((modifier) => modifier?.['type'] === 'ORDER_MODIFIER').flatMap((modifier) => nodesOf(modifier?.['orders']))
  const byAll = orders.some((order) => asNode(order?.['expression'])?.['class'] === 'STAR')
  if (!byAll || new Set(names.map(fold)).size !== names.length || rows.columns.some((column) => column.key)) return null
  const source = subqueryNode(rows.node, '__rows', [])
  const groups = names.map((name, position) => columnNode(['__rows', name], `g${position}`))
  const by = (more: readonly TreeNode[]): readonly TreeNode[] => [...groups.map((group) => ({ ...group, alias: '' })), ...more]
  const parts = rows.entities.map((entity): CellPart => {
    const keys = entity.columns.map(([, column], position) => columnNode(['__rows', column], `e${position}`))
    const grouped = by(keys.map((key) => ({ ...key, alias: '' })))
    const inner = { ...selectNode([...groups, ...keys], source, []), group_expressions: grouped, group_sets: [grouped.map((_, index) => index)] }
    return { kind: entity.kind, groups: names.map(() => true), entityColumns: keys.length, inner, values: [] }
  })
  const counts = tableNode('__classes', '__counts')
  const same = names.map((name, position) => compareNode('COMPARE_NOT_DISTINCT_FROM', columnNode(['__rows', name]), columnNode(['__counts', `g${position}`])))
  const joined = joinNode(source, counts, allOf(same) ?? numberNode(1))
  const faults = selectNode([columnNode(['__counts', 'faults'], 'faults')], joined, [])
  return { tables: [{ name: '__classes', groups: names.length, measures: [], parts, shown: true, weighed: false, kept: null }], finals: [finalNode(faults, 'faults')] }
}

/** SELECT faults, count(*) FROM (query) GROUP BY 1. */
function finalNode(query: TreeNode, faults: string): TreeNode {
  const column = columnNode(['__final', faults])
  const select = selectNode([{ ...column, alias: 'faults' }, callNode('count_star', [], null, 'rows')], subqueryNode(query, '__final', []), [])
  return { ...select, group_expressions: [column], group_sets: [[0]] }
}

