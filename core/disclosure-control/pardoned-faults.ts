import type { TreeNode } from '#core/boundary/statement-tree.ts'
import { callNode, caseNode, coalesceNode, compareNode, numberNode } from '#core/boundary/tree-nodes.ts'
import { faultBits } from '#core/disclosure-control/faults.ts'

/** What says only that a cell is small. */
const SMALLNESS = faultBits.tooFew | faultBits.tooFewCounted | faultBits.tooFewLeftOut | faultBits.nobody

/** What is wrong with a cell beside that it is small. */
export function withoutSmallness(faults: TreeNode): TreeNode {
  const all = Object.values(faultBits).reduce((every, one) => every | one, 0)
  return { ...callNode('&', [faults, numberNode(all & ~SMALLNESS)], null, ''), is_operator: true }
}

/** Faults of a cell, where one below the line may be small. */
export function pardoned(faults: TreeNode, size: TreeNode, least: number): TreeNode {
  return caseNode(compareNode('COMPARE_GREATERTHANOREQUALTO', coalesceNode([size, numberNode(0)]), numberNode(least)), faults, withoutSmallness(faults))
}
