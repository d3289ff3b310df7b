import type { TreeNode } from '#core/boundary/statement-tree.ts'
import { callNode } from '#core/boundary/tree-nodes.ts'
import type { TracedEntity, TracedRelation } from '#core/disclosure-control/contributor-columns.ts'
import type { Groups } from '#core/disclosure-control/contributor-groups.ts'
import { traceCells } from '#core/disclosure-control/trace-cells.ts'
import type { Reach, Traced } from '#core/disclosure-control/traced.ts'
import { weightsOf } from '#core/disclosure-control/uneven-weights.ts'

const WHOLE: Groups = { grouped: true, expressions: [], sets: [[]] }

/** The weights in the figures of a select as cells of their own, which must be as faultless as the figures. */
export function traceWeights(select: TreeNode, groups: Groups, relations: readonly TracedRelation[], entities: readonly TracedEntity[], reach: Reach): readonly Traced[] {
  const { figures, conditions } = weightsOf(select, relations)
  const judged = (list: readonly TreeNode[], by: Groups): Traced => traceCells({
    ...select, select_list: list, group_expressions: by.expressions, group_sets: by.sets, modifiers: [], having: null, qualify: null, aggregate_handling: 'STANDARD_HANDLING',
  }, by, relations, entities, reach)
  return [
    ...(figures.length === 0 ? [] : [judged(figures, groups)]),
    ...(conditions.length === 0 ? [] : [judged(conditions.map((condition) => callNode('count_star', [], condition, '')), WHOLE)]),
  ]
}
