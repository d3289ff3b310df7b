import { asNode, nodesOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'
import { shapeOf, type TracedRelation } from '#core/disclosure-control/contributor-columns.ts'
import type { Groups } from '#core/disclosure-control/contributor-groups.ts'
import { aggregatesIn, traceMeasure, type TracedMeasure } from '#core/disclosure-control/contributor-measures.ts'
import { countedPart, measuresOf, type Contributor } from '#core/disclosure-control/cell-counts.ts'
import { faultBits } from '#core/disclosure-control/faults.ts'
import { valueParts } from '#core/disclosure-control/value-parts.ts'
import { freshName, hasWindow, type Reach } from '#core/disclosure-control/traced.ts'
import { callNode, caseNode, coalesceNode, columnNode, compareNode, named, numberNode, operatorNode } from '#core/boundary/tree-nodes.ts'

/** unit: attributes of cells in one measured value; source: with two, one can pick a cell and the other hide its figure among larger ones */
const MOST_ATTRIBUTES = 1

/**
 * A figure computed from cells again tells of one of them as far as a figure over persons tells of one person: so its cells
 * are its contributors, counted and weighed by the same rules. A cell that could leave itself counts as all its entities; one
 * that could not, as one, and cells that share their first entity are one contributor. Every part of what is added up is
 * weighed for itself, so that no cell's figure hides beside a known larger one.
 * @returns the name of the table of counts; null where nobody could say what a figure carries
 */
export function contributingCells(select: TreeNode, groups: Groups, relations: readonly TracedRelation[], reach: Reach): string | null {
  const parts = [select['select_list'], select['having'], select['qualify'], select['modifiers']]
  const faulty = relations.filter((relation) => relation.faults !== null)
  // A cell that is picked out or left out stands alone beside all of them, and so does the one in the middle.
  const picked = !saysNothing(select['where_clause']) || faulty.some((relation) => relation.sketch === null || relation.picked === true)
  const calls = aggregatesIn(parts)
  if (picked || hasWindow([...parts, groups.expressions]) || calls.some((call) => traceMeasure(call, 0, relations)?.kind === 'quantile')) return null
  const whole = calls.map((call) => ({ call, within: false }))
  const weighed = [...whole, ...calls.flatMap((call) => partsOf(call, relations)).map((call) => ({ call, within: true }))]
  const measures = weighed.map(({ call, within }, position): TracedMeasure | null => {
    const args = nodesOf(call['children'])
    const attributes = args.reduce((sum, arg) => sum + (arg === null ? 0 : shapeOf(arg, relations).factors), 0)
    const measure = traceMeasure(call, position, relations)
    if (measure === null || (measure.curved && attributes > MOST_ATTRIBUTES)) return null
    // What is computed from figures alone can pick a cell by its figure only, and then it makes up the total.
    return { ...measure, curved: attributes > 0 && (within || measure.curved), bent: measure.curved, ...(within ? { within } : {}) }
  })
  const known = measures.flatMap((measure) => measure ?? [])
  if (known.length < measures.length) return null
  const name = freshName(reach, 'units')
  const expressions = groups.expressions.map((group) => named(group, ''))
  const planned = faulty.flatMap((relation) => groups.sets.map((set) => countedPart(select, expressions, set, unitsOf(relation), known)))
  reach.cells.push({ name, groups: expressions.length, measures: measuresOf(known), parts: planned, shown: false, weighed: false, kept: null })
  return name
}

/** The cells of a relation as contributors: the first of their entities names them. */
function unitsOf(relation: TracedRelation): Contributor {
  const sketch = columnNode([relation.name, relation.sketch ?? ''])
  const faults = coalesceNode([columnNode([relation.name, relation.faults ?? '']), numberNode(0)])
  const unit = coalesceNode([callNode('list_extract', [sketch, numberNode(1)], null, ''), numberNode(0)])
  const grave = operatorNode('&', faults, numberNode(~faultBits.tooFew & Object.values(faultBits).reduce((all, one) => all | one, 0)))
  const behind = caseNode(compareNode('COMPARE_EQUAL', grave, numberNode(0)), sketch, callNode('list_value', [callNode('list_extract', [sketch, numberNode(1)], null, '')], null, ''))
  return {
    kind: 'cells', keys: [unit], ofCells: true,
    more: [callNode('bit_or', [faults], null, 'bad'), callNode('list_distinct', [callNode('flatten', [callNode('list', [behind], null, '')], null, '')], null, 'behind')],
  }
}

/** Totals of everything that a measured value is put together from, but for constants and conditions. */
function partsOf(call: TreeNode, relations: readonly TracedRelation[]): readonly TreeNode[] {
  const kind = traceMeasure(call, 0, relations)?.kind
  if (kind !== 'total' && kind !== 'spread') return []
  const parts = nodesOf(call['children']).flatMap((argument) => (argument === null ? [] : valueParts(argument)))
  return parts.map(({ node }) => callNode('sum', [node], asNode(call['filter']), ''))
}
