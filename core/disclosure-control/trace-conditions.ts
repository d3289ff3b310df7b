import { replaced } from '#core/boundary/plain-nodes.ts'
import { asNode, asText, nodesOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'
import { anyOf, callNode, caseNode, coalesceNode, columnNode, compareNode, doubleNode, everyNode, functionName, isColumn, isNotZero, named, numberNode, operatorNode, orNode, selectNode, subqueryNode, writtenNode } from '#core/boundary/tree-nodes.ts'
import { lookUp, type TracedEntity, type TracedRelation } from '#core/disclosure-control/contributor-columns.ts'
import type { Groups } from '#core/disclosure-control/contributor-groups.ts'
import { aggregatesIn, traceMeasure } from '#core/disclosure-control/contributor-measures.ts'
import { faultBits } from '#core/disclosure-control/faults.ts'
import { useOf } from '#core/disclosure-control/size-thresholds.ts'
import { traceCells } from '#core/disclosure-control/trace-cells.ts'
import { faultsOf, freshName, type Reach, type Traced } from '#core/disclosure-control/traced.ts'

/**
 * A cell that HAVING or a query around drops tells by being absent what the condition asked. Of a cell that is too small that
 * is told of any (HAVING count(*) >= 10); but of a cell of many, a figure of one person must not decide. So figures in
 * conditions are judged over all cells, dropped or not: values of single entities and totals of few must not stand in them;
 * a count of few may, as long as one more or one less would not change the answer.
 */

/** Of few, but so that one of them need not decide. */
const OF_FEW = faultBits.tooFewCounted | faultBits.tooFewLeftOut | faultBits.differByFew
/** What tells of one entity whatever it is compared with. */
const OF_ONE = faultBits.singleValue | faultBits.tooFewInBranch
const COUNTS: ReadonlySet<string> = new Set(['count', 'count_star', 'count_if', 'countif', 'sum', 'avg', 'mean'])
const AVERAGES: ReadonlySet<string> = new Set(['avg', 'mean'])

/** The figures in HAVING, QUALIFY and an order before LIMIT, as cells of their own that must be faultless also where they are dropped. */
export function traceConditions(select: TreeNode, groups: Groups, relations: readonly TracedRelation[], entities: readonly TracedEntity[], reach: Reach): readonly Traced[] {
  const having = asNode(select['having'])
  const limited = nodesOf(select['modifiers']).some((modifier) => asText(modifier?.['type']).startsWith('LIMIT'))
  const asked = aggregatesIn([having, select['qualify'], limited ? select['modifiers'] : []])
  const measured = asked.map((call) => ({ call, measure: traceMeasure(call, 0, relations) }))
  const isCount = ({ call, measure }: (typeof measured)[number]): boolean => measure?.kind === 'count' || (measure?.kind === 'total' && measure.conditional && saysNothing(call['filter']) && COUNTS.has(functionName(call)))
  const counts = measured.filter(isCount)
  const others = measured.filter((one) => !isCount(one))
  const inHaving = new Set(aggregatesIn(having))
  const tellsOfOne = others.some(({ call, measure }) => measure === null || measure.kind === 'value' || measure.kind === 'rows' || measure.conditional || measure.branches > 0 || !saysNothing(call['filter']))
  const cells = (calls: readonly TreeNode[]): Traced => cellsOf(calls, select, groups, relations, entities, reach)
  return [
    ...(having !== null && counts.some(({ call, measure }) => measure?.conditional === true && inHaving.has(call) && useOf(having, (node) => node === call, reach.minimumEntities).kind !== 'line') ? [decided(cells(counts.map(({ call }) => call)), counts.map(({ call }) => call), having, groups, reach)] : []),
    ...(tellsOfOne ? [masked(cells(others.map(({ call }) => call)), numberNode(OF_ONE | OF_FEW), reach)] : []),
  ]
}

/** The cells of a select with its groups as g0…, some figures as h0… and the number of rows as n. */
function cellsOf(calls: readonly TreeNode[], select: TreeNode, groups: Groups, relations: readonly TracedRelation[], entities: readonly TracedEntity[], reach: Reach): Traced {
  const list = [...groups.expressions.map((group, place) => named(group, `g${place}`)), ...calls.map((call, place) => named(call, `h${place}`)), callNode('count_star', [], null, 'n')]
  return traceCells({ ...select, select_list: list, group_expressions: groups.expressions.map((group) => named(group, '')), group_sets: groups.sets, aggregate_handling: 'STANDARD_HANDLING', modifiers: [], having: null, qualify: null }, groups, relations, entities, reach)
}

/** Faults of counts where one more or one less would decide otherwise. */
function decided(cells: Traced, calls: readonly TreeNode[], having: TreeNode, groups: Groups, reach: Reach): Traced {
  const inner = freshName(reach, 'asked')
  const at = (name: string): TreeNode => columnNode([inner, name])
  const known = [...groups.expressions.map((group, place) => [writtenNode(group), `g${place}`] as const), ...calls.map((call, place) => [writtenNode(call), `h${place}`] as const)]
  const answer = (place: number | null, sign: string): TreeNode => {
    const written = replaced(having, (node) => {
      const found = node['class'] === undefined ? undefined : known.find(([text]) => text === writtenNode(node))?.[1]
      return found === undefined ? null : found === `h${place}` ? operatorNode(sign, at(found), oneOf(calls[place ?? 0], at)) : at(found)
    })
    return asNode(written) ?? numberNode(0)
  }
  const flips = calls.flatMap((_, place) => ['+', '-'].map((sign) => compareNode('COMPARE_DISTINCT_FROM', answer(place, sign), answer(null, ''))))
  return masked(cells, orNode(numberNode(OF_ONE), caseNode(anyOf(flips), numberNode(OF_FEW), numberNode(0))), reach, inner)
}

/** What one entity more makes of a count, or of a share. */
function oneOf(call: TreeNode | undefined, at: (name: string) => TreeNode): TreeNode {
  return call !== undefined && AVERAGES.has(functionName(call)) ? operatorNode('/', numberNode(1), at('n')) : numberNode(1)
}

/** The cells that are not too small themselves, and have a fault that is in the mask. */
function masked(cells: Traced, mask: TreeNode, reach: Reach, name = freshName(reach, 'asked')): Traced {
  const faults = freshName(reach, 'faults')
  const own = coalesceNode([columnNode([name, cells.faults ?? '']), numberNode(0)])
  const judged = caseNode(isNotZero(operatorNode('&', own, numberNode(faultBits.tooFew))), numberNode(0), operatorNode('&', own, mask))
  return { ...cells, node: { ...selectNode([named(judged, faults)], subqueryNode(cells.node, name, []), reach.withEntries), where_clause: isNotZero(judged) }, columns: [], faults, sketch: null, tables: [] }
}

/** The rows of cells of which a query around asks by figures on conditions, all of them, with the faults that decide. */
export function conditionOnCells(select: TreeNode, relations: readonly TracedRelation[], reach: Reach): readonly Traced[] {
  const where = asNode(select['where_clause'])
  const faulty = relations.filter((relation) => relation.faults !== null)
  const columns = where === null ? [] : [...everyNode(where, (node) => node['class'] === 'SUBQUERY')].filter(isColumn)
  const asks = (column: TreeNode): readonly (string | undefined)[] => lookUp(column, faulty).map((found) => found.asks)
  const figures = [...new Map(columns.filter((column) => asks(column).some((one) => one !== undefined)).map((column) => [writtenNode(column), column])).values()]
  if (where === null || figures.length === 0) return []
  const isIt = (figure: TreeNode) => (node: TreeNode): boolean => isColumn(node) && writtenNode(node) === writtenNode(figure)
  const answer = (figure: TreeNode, otherwise: (node: TreeNode) => TreeNode): TreeNode => compareNode('COMPARE_DISTINCT_FROM', asNode(replaced(where, (node) => (isIt(figure)(node) ? otherwise(node) : null))) ?? numberNode(0), where)
  const flips = figures.flatMap((figure) => {
    const sort = asks(figure)
    if (sort.includes('count') && useOf(where, isIt(figure), reach.minimumEntities).kind === 'line') return []
    // Of a share it is not known what one more makes of it; that there are none at all must not decide.
    return sort.includes('share') ? [answer(figure, () => numberNode(0))] : sort.includes('count') ? ['+', '-'].map((sign) => answer(figure, (node) => operatorNode(sign, doubleNode(node), numberNode(1)))) : []
  })
  const few = figures.some((figure) => asks(figure).includes('other')) ? numberNode(OF_FEW) : flips.length === 0 ? numberNode(0) : caseNode(anyOf(flips), numberNode(OF_FEW), numberNode(0))
  const faults = freshName(reach, 'faults')
  const own = faultsOf(faulty)
  const judged = caseNode(isNotZero(operatorNode('&', own, numberNode(faultBits.tooFew))), numberNode(0), operatorNode('&', own, orNode(numberNode(OF_ONE), few)))
  return [{ name: '', node: { ...selectNode([named(judged, faults)], asNode(select['from_table']) ?? {}, reach.withEntries), where_clause: isNotZero(judged) }, columns: [], entities: [], faults, sketch: null, raw: false, tables: [] }]
}
