import { asNode, nodesOf, type TreeNode } from '#core/boundary/statement-tree.ts'
import { functionName, named } from '#core/boundary/tree-nodes.ts'
import { isQuestion } from '#core/disclosure-control/contributor-columns.ts'
import { ADDS, SCALES } from '#core/disclosure-control/several-columns.ts'

const ARITHMETIC: ReadonlySet<string> = new Set([...ADDS, ...SCALES, '%', 'mod', 'fmod', 'fdiv'])

export interface ValuePart {
  readonly node: TreeNode
  /** Whether it is put together with something else by arithmetic, so that it weighs there. */
  readonly weighs: boolean
}

/** What tells a part from others, wherever in the statement and under whatever name it stands. */
export function writtenPart(node: TreeNode): string {
  return JSON.stringify(named({ ...node, query_location: 0 }, ''))
}

/**
 * Everything that a measured value is put together from, each once, but for constants and itself. What a condition compares
 * decides and does not weigh: it is judged as a condition.
 */
export function valueParts(argument: TreeNode): readonly ValuePart[] {
  const found = new Map<string, ValuePart>()
  const collect = (node: TreeNode | null, weighs: boolean): void => {
    if (node === null || node['class'] === 'CONSTANT' || node['class'] === 'SUBQUERY' || node['class'] === 'WINDOW' || isQuestion(node)) return
    if (node !== argument && node['class'] !== 'CAST') {
      const written = writtenPart(node)
      found.set(written, { node, weighs: weighs || found.get(written)?.weighs === true })
    }
    const inside = node['class'] === 'CASE' ? [...nodesOf(node['case_checks']).map((check) => asNode(check?.['then_expr'])), asNode(node['else_expr'])]
      : node['class'] === 'CAST' ? [asNode(node['child'])] : nodesOf(node['children'])
    for (const child of inside) collect(child, weighs || ARITHMETIC.has(functionName(node)))
  }
  collect(argument, false)
  return [...found.values()]
}
