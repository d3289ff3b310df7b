import type { TreeNode } from '#core/boundary/statement-tree.ts'
import { callNode } from '#core/boundary/tree-nodes.ts'
import type { TracedEntity, TracedRelation } from '#core/disclosure-control/contributor-columns.ts'
import type { Groups } from '#core/disclosure-control/contributor-groups.ts'
import { traceCells } from '#core/disclosure-control/trace-cells.ts'
import type { Reach, Traced } from '#core/disclosure-control/traced.ts'
import { weightConditions } from '#core/disclosure-control/uneven-weights.ts'

const WHOLE: Groups = { grouped: true, expressions: [], sets: [[]] }

/** How the rows of a select were joined, as counts over the whole that must be as faultless as its figures. */
export function traceJoinWeights(select: TreeNode, relations: readonly TracedRelation[], entities: readonly TracedEntity[], reach: Reach): readonly Traced[] {
  const conditions = weightConditions(select, relations)
  if (conditions.length === 0) return []
  return [traceCells({
    ...select, select_list: conditions.map((condition) => callNode('count_star', [], condition, '')), group_expressions: WHOLE.expressions, group_sets: WHOLE.sets, modifiers: [], having: null, qualify: null, aggregate_handling: 'STANDARD_HANDLING',
  }, WHOLE, relations, entities, reach)]
}
