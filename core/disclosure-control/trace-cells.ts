import { asList, asNode, asText, nodesOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'
import { openWhen } from '#core/disclosure-control/blanked-cells.ts'
import { isKeyColumn, lookUp, misusesKey, type TracedEntity, type TracedRelation } from '#core/disclosure-control/contributor-columns.ts'
import type { Groups } from '#core/disclosure-control/contributor-groups.ts'
import { aggregatesIn, argumentsOf, traceMeasure, weightMeasure } from '#core/disclosure-control/contributor-measures.ts'
import { besideItsFaults, countedPart, groupingOf, measuresOf, withoutAllGroups, type Contributor } from '#core/disclosure-control/cell-counts.ts'
import { faultBits } from '#core/disclosure-control/faults.ts'
import { joinsAddMissing, withoutMissing } from '#core/disclosure-control/missing-values.ts'
import { NotTraceable } from '#core/disclosure-control/not-traceable.ts'
import { faultsOf, freshName, hasWindow, outputs, type Reach, type Traced } from '#core/disclosure-control/traced.ts'
import { blanked, blankWhere } from '#core/disclosure-control/pardoned-faults.ts'
import { stackParts } from '#core/disclosure-control/stack-parts.ts'
import { windowedFaults } from '#core/disclosure-control/trace-cells-again.ts'
import { weightFigures } from '#core/disclosure-control/uneven-weights.ts'
import { callNode, caseNode, coalesceNode, columnNode, functionName, isColumn, named, numberNode, orNode, selectNode, subqueryNode } from '#core/boundary/tree-nodes.ts'

/** unit: multiples of the minimum; source: enough to tell every threshold below it exactly, whatever the number of entities */
const SKETCH_FACTOR_HASHES = 2

/**
 * An aggregated select over rows of entities: plans the table of counts of its cells and answers the select with the
 * faults of each cell beside its figures.
 * @param weighing numbers by which rows count, that must not be otherwise for a few
 */
export function traceCells(select: TreeNode, groups: Groups, relations: readonly TracedRelation[], entities: readonly TracedEntity[], reach: Reach, weighing: readonly TreeNode[] = []): Traced {
  const parts = [select['select_list'], select['having'], select['qualify'], select['modifiers']]
  for (const item of [...nodesOf(select['select_list']), ...groups.expressions]) {
    if (item === null || (!isColumn(item) && misusesKey(item, relations))) throw new NotTraceable('key-in-expression')
  }
  if (aggregatesIn(parts).length === 0 && hasWindow(parts)) throw new NotTraceable('unsupported')
  const calls = aggregatesIn(parts).filter((call) => !isOfCells(call) && !onlyOrders(call, select, relations))
  const weights = weightFigures(select, relations)
  const supplied = !joinsAddMissing(select)
  const measures = [...calls, ...weights].map((call, position) => {
    const keys = ['count', 'approx_count_distinct'].includes(functionName(call)) && argumentsOf(call).every((child) => isKeyColumn(asNode(child), relations))
    const measure = traceMeasure(keys ? { ...call, distinct: false } : call, position, relations, supplied)
    if (measure === null) throw new NotTraceable('hidden-condition')
    return position < calls.length ? measure : { ...measure, within: true as const }
  }).concat(weighing.map((number, place) => weightMeasure(number, calls.length + weights.length + place)))
  const table = freshName(reach, 'cells')
  const expressions = groups.expressions.map((group) => named(group, ''))
  const contributors = entities.map((entity): Contributor => ({ kind: entity.kind, keys: entity.columns.map((path) => columnNode(path)), ...(entity.rows === undefined ? {} : { rows: entity.rows }) }))
  const counted = withoutMissing(select, calls.flatMap((call, position) => { const measure = measures[position]; return measure === undefined ? [] : [{ call, measure }] }), relations)
  const planned = contributors.flatMap((contributor) => groups.sets.map((set) => countedPart(counted, expressions, set, contributor, measures)))
  const stacks = groups.sets.flatMap((set) => stackParts(select, expressions, set, entities))
  const open = groups.sets.length === 1 ? openWhen(select, reach.minimumEntities) : null
  reach.cells.push({ name: table, groups: expressions.length, measures: measuresOf(measures), parts: planned, ...(stacks.length === 0 ? {} : { stacks }), shown: true, weighed: false, kept: keptGroups(open === null ? select : { ...select, having: open }, expressions, groups, reach) })
  const items = nodesOf(select['select_list']).filter((item) => item !== null)
  const faulty = relations.filter((relation) => relation.faults !== null)
  const keys = contributors[0]?.keys ?? []
  const before = faulty.length === 0 ? numberNode(0) : callNode('bit_or', [faultsOf(faulty)], null, '')
  const nobody = groups.expressions.length === 0 ? faultBits.tooFew : faultBits.nobody
  const traced = besideItsFaults(select, groups, table, reach, {
    columns: outputs(select, relations, null),
    before: open === null ? before : caseNode(open, before, blanked(before)),
    sketch: { ...callNode('min', [callNode('hash', keys, null, ''), numberNode(reach.minimumEntities * SKETCH_FACTOR_HASHES)], null, ''), distinct: true },
    faults: (own, earlier) => {
      const all = windowedFaults(items, orNode(coalesceNode([own, numberNode(nobody)]), coalesceNode([earlier, numberNode(0)])))
      return open === null ? all : blankWhere(earlier, all)
    },
    tables: [table, ...relations.flatMap((relation) => relation.tables)],
  })
  return open === null ? traced : { ...traced, picked: true }
}

/** The window functions of an aggregated select work on its cells; what they aggregate has been counted already. */
function isOfCells(call: TreeNode): boolean {
  return call['class'] === 'WINDOW'
}

/**
 * A lowest or highest value of a column as it was supplied, that only decides between rows that a total of another such column before
 * it leaves level: hardly any. As the first key it would say which of two single values is the higher one; where rows are cut off, the
 * value is made up, or the total is the same for all, it would say more.
 */
function onlyOrders(call: TreeNode, select: TreeNode, relations: readonly TracedRelation[]): boolean {
  const modifiers = nodesOf(select['modifiers'])
  const keys = modifiers.filter((modifier) => modifier?.['type'] === 'ORDER_MODIFIER').flatMap((modifier) => nodesOf(modifier?.['orders'])).map((order) => asNode(order?.['expression']))
  const asked = JSON.stringify([select['where_clause'], select['from_table']])
  const isOf = (key: TreeNode | null, names: ReadonlySet<string>): boolean => key !== null && names.has(functionName(key)) && saysNothing(key['filter'])
    && nodesOf(key['children']).every((child) => child !== null && isColumn(child) && lookUp(child, relations).length > 0 && lookUp(child, relations).every(({ key: isKey, relation }) => !isKey && relation.declared === true && relation.entities.length > 0))
  const levels = (key: TreeNode | null): boolean => isOf(key, TOTALS) && nodesOf(key?.['children']).every((child) => !asked.includes(JSON.stringify(asText(asList(child?.['column_names']).at(-1)))))
  return isOf(call, EXTREMES) && modifiers.every((modifier) => !asText(modifier?.['type']).startsWith('LIMIT')) && keys.includes(call) && keys.slice(0, keys.indexOf(call)).some(levels)
}
const EXTREMES: ReadonlySet<string> = new Set(['min', 'max'])
const TOTALS: ReadonlySet<string> = new Set(['sum', 'avg', 'mean'])

/** The groups of the cells that the select leaves, or null where it leaves them all. */
function keptGroups(select: TreeNode, groups: readonly TreeNode[], sets: Groups, reach: Reach): TreeNode | null {
  const limited = nodesOf(select['modifiers']).some((modifier) => asText(modifier?.['type']).startsWith('LIMIT'))
  if (saysNothing(select['having']) && saysNothing(select['qualify']) && !limited) return null
  const items = nodesOf(select['select_list']).filter((item) => item !== null)
  const hidden = [...groups, groupingOf(groups, sets)]
  const inner = freshName(reach, 'kept')
  const names = [...items, ...hidden].map((_, position) => `c${position}`)
  const list = hidden.map((_, position) => columnNode([inner, `c${items.length + position}`], position < groups.length ? `g${position}` : 'grouping'))
  return selectNode(list, subqueryNode({ ...select, select_list: [...items, ...hidden], ...withoutAllGroups(select, groups) }, inner, names), [])
}
