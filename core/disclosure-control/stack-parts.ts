import type { TreeNode } from '#core/boundary/statement-tree.ts'
import { callNode, columnNode, compareNode, named, numberNode } from '#core/boundary/tree-nodes.ts'
import type { TracedEntity } from '#core/disclosure-control/contributor-columns.ts'
import type { StackPart } from '#core/disclosure-control/contributor-plan.ts'

/** The rows of a cell's stacks, for one of its groupings. */
export function stackParts(select: TreeNode, groups: readonly TreeNode[], set: readonly number[], entities: readonly TracedEntity[]): readonly StackPart[] {
  return entities.flatMap((entity) => (entity.stacks ?? []).map((stack): StackPart => {
    const present = set.map((position) => groups[position] ?? numberNode(0))
    const keys = entity.columns.map((path) => columnNode(path))
    const by = [...present, ...keys, stack.row]
    const branches = Array.from({ length: stack.branches }, (_, branch) => callNode('count_star', [], compareNode('COMPARE_EQUAL', stack.branch, numberNode(branch)), `b${branch}`))
    const list = [...set.map((position, place) => named(present[place] ?? numberNode(0), `g${position}`)), ...keys.map((key, position) => named(key, `e${position}`)), ...branches]
    return {
      groups: groups.map((_, position) => set.includes(position)), entityColumns: keys.length, branches: stack.branches, weighted: stack.weighted,
      inner: { ...select, modifiers: [], having: null, qualify: null, aggregate_handling: 'STANDARD_HANDLING', select_list: list, group_expressions: by, group_sets: [by.map((_, position) => position)] },
    }
  }))
}
