import type { TreeNode } from '#core/boundary/statement-tree.ts'
import { caseNode, coalesceNode, compareNode, numberNode, operatorNode, orNode } from '#core/boundary/tree-nodes.ts'
import { faultBits } from '#core/disclosure-control/faults.ts'

/** What says only that a cell is small. */
const SMALLNESS = faultBits.tooFew | faultBits.tooFewCounted | faultBits.tooFewLeftOut | faultBits.nobody

/** What is wrong with a cell beside that it is small. */
export function withoutSmallness(faults: TreeNode): TreeNode {
  const all = Object.values(faultBits).reduce((every, one) => every | one, 0)
  return operatorNode('&', faults, numberNode(all & ~SMALLNESS))
}

/** Faults of a cell, where one below the line may be small. */
export function pardoned(faults: TreeNode, size: TreeNode, least: number): TreeNode {
  return caseNode(compareNode('COMPARE_GREATERTHANOREQUALTO', coalesceNode([size, numberNode(0)]), numberNode(least)), faults, withoutSmallness(faults))
}

/** Of a cell nothing but its groups is shown. */
export function blanked(before: TreeNode): TreeNode {
  return orNode(before, numberNode(faultBits.blanked))
}

/** The faults of a cell, whose own do not matter where those that were computed with its figures say that it is blank. */
export function blankWhere(before: TreeNode, faults: TreeNode): TreeNode {
  return caseNode(compareNode('COMPARE_GREATERTHAN', before, numberNode(faultBits.blanked - 1)), before, faults)
}

/** What is computed from cells again, or beside others, tells of blank ones as of small ones: the highest bit becomes the lowest. */
export function smallWhereBlank(faults: TreeNode): TreeNode {
  const divided = (name: string): TreeNode => operatorNode(name, faults, numberNode(faultBits.blanked))
  return orNode(divided('%'), divided('//'))
}
