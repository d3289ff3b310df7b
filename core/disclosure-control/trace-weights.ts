import { asNode, nodesOf, type TreeNode } from '#core/boundary/statement-tree.ts'
import { callNode, coalesceNode, everyNode, functionName, isColumn, numberNode } from '#core/boundary/tree-nodes.ts'
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

/** How many rows lists make of one row, where that is computed: a row that is one less or more for a few weighs otherwise for them. */
export function traceListWeights(select: TreeNode, relations: readonly TracedRelation[], entities: readonly TracedEntity[], reach: Reach): readonly Traced[] {
  const lists = [...everyNode(select['select_list'], (node) => node['class'] === 'SUBQUERY')].filter((node) => functionName(node) === 'unnest').flatMap((node) => nodesOf(node['children']).slice(0, 1))
  const computed = lists.flatMap((list) => (list === null || isWrittenList(list) ? [] : [coalesceNode([callNode('len', [list], null, ''), numberNode(0)])]))
  if (computed.length === 0) return []
  const whole: TreeNode = { ...select, select_list: [callNode('count_star', [], null, 'rows')], group_expressions: WHOLE.expressions, group_sets: WHOLE.sets, modifiers: [], having: null, qualify: null, aggregate_handling: 'STANDARD_HANDLING' }
  return [traceCells(whole, WHOLE, relations, entities, reach, computed)]
}

/** A list of as many elements for each row. */
function isWrittenList(list: TreeNode): boolean {
  return functionName(list) === 'list_value' && nodesOf(list['children']).every((child) => isColumn(child) || child?.['class'] === 'CONSTANT' || (child?.['class'] === 'CAST' && asNode(child['child'])?.['class'] === 'CONSTANT'))
}
