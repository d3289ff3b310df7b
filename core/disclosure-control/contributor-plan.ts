import { asNode, fold, nodesOf, type TreeNode } from '#core/boundary/statement-tree.ts'
import type { Measure } from '#core/disclosure-control/contributor-measures.ts'
import { NotTraceable, type MicrodataReason } from '#core/disclosure-control/not-traceable.ts'
import { openReach, topBranches, traceQuery } from '#core/disclosure-control/trace-query.ts'
import { callNode, columnNode, selectNode, subqueryNode } from '#core/disclosure-control/tree-nodes.ts'

/** What contributors are traced by: for each table its columns and, where it is about entities, their kind and key. */
export interface EntityTable {
  readonly columns: readonly string[]
  readonly entityKey: readonly string[]
  /** What the rows are about; tables of one kind share their entities. Absent: a kind of its own. */
  readonly kind?: string
}

/** One counting query over the rows behind a select's cells: `inner` has a row for each cell and entity. */
export interface CellPart {
  /** Which of the groups this grouping has; the others are NULL in it. */
  readonly groups: readonly boolean[]
  readonly entityColumns: number
  readonly inner: TreeNode
  /** For each measure that shows values: a row for each cell, value and entity; null for the others. */
  readonly values: readonly (TreeNode | null)[]
}

/** What is counted for the cells of one aggregated select; its table is made before the final check reads it. */
export interface CellTable {
  readonly name: string
  readonly groups: number
  readonly measures: readonly Measure[]
  readonly parts: readonly CellPart[]
}

export type ContributorPlan =
  | { readonly kind: 'no-entities' }
  /** `finals`: one row for each combination of faults, with the number of result rows that have it. */
  | { readonly kind: 'cells'; readonly tables: readonly CellTable[]; readonly finals: readonly TreeNode[] }
  | { readonly kind: 'microdata'; readonly reason: MicrodataReason }

/**
 * Plans how to count the entities behind each figure of a statement that the gate has allowed.
 * Rows keep their entities' keys as hidden columns through subqueries; where rows of entities are aggregated, a table of
 * counts for each cell is planned, and the faults of a cell go along as a hidden column with whatever is computed from it.
 * The final queries count the faults in the rows that truly leave: a cell that a filter drops later does not matter.
 * A statement that is not of this form is microdata and leaves by the microdata route only.
 *
 * @param tree the parse tree of the allowed statement
 * @param tables by name; tables without entities have an empty key
 * @param minimumEntities from which the sketch of entities behind a row is long enough
 */
export function planContributors(tree: unknown, tables: ReadonlyMap<string, EntityTable>, minimumEntities: number): ContributorPlan {
  const reach = openReach(new Map([...tables].map(([name, table]) => [fold(name), table])), minimumEntities)
  const root = asNode(asNode(nodesOf(asNode(tree)?.['statements'])[0])?.['node'])
  try {
    const traced = topBranches(root).map((branch) => traceQuery(branch.node, { ...reach, ...branch.around(reach) }))
    if (traced.some((query) => query.entities.length > 0)) return { kind: 'microdata', reason: 'row-level' }
    const finals = [...traced, ...reach.sides].flatMap((query) => (query.faults === null ? [] : [finalNode(query.node, query.faults)]))
    return reach.cells.length === 0 ? { kind: 'no-entities' } : { kind: 'cells', tables: reach.cells, finals }
  } catch (error) {
    if (error instanceof NotTraceable) return { kind: 'microdata', reason: error.reason }
    throw error
  }
}

/** SELECT faults, count(*) FROM (query) GROUP BY 1. */
function finalNode(query: TreeNode, faults: string): TreeNode {
  const column = columnNode(['__final', faults])
  const select = selectNode([{ ...column, alias: 'faults' }, callNode('count_star', [], null, 'rows')], subqueryNode(query, '__final', []), [])
  return { ...select, group_expressions: [column], group_sets: [[0]] }
}

