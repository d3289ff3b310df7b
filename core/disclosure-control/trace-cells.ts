import { asNode, asText, nodesOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'
import { isKeyColumn, misusesKey, type TracedEntity, type TracedRelation } from '#core/disclosure-control/contributor-columns.ts'
import type { Groups } from '#core/disclosure-control/contributor-groups.ts'
import { aggregatesIn, argumentsOf, traceMeasure, type TracedMeasure } from '#core/disclosure-control/contributor-measures.ts'
import type { CellPart } from '#core/disclosure-control/contributor-plan.ts'
import { faultBits } from '#core/disclosure-control/faults.ts'
import { NotTraceable } from '#core/disclosure-control/not-traceable.ts'
import { faultsOf, freshName, hasWindow, outputs, type Reach, type Traced } from '#core/disclosure-control/traced.ts'
import { windowedFaults } from '#core/disclosure-control/trace-cells-again.ts'
import { allOf, callNode, coalesceNode, columnNode, compareNode, functionName, isColumn, joinNode, named, numberNode, orNode, selectNode, subqueryNode, tableNode } from '#core/boundary/tree-nodes.ts'

/** unit: multiples of the minimum; source: enough to tell every threshold below it exactly, whatever the number of entities */
const SKETCH_FACTOR_HASHES = 2

/**
 * An aggregated select over rows of entities: plans the table of counts of its cells and answers the select with the
 * faults of each cell beside its figures.
 */
export function traceCells(select: TreeNode, groups: Groups, relations: readonly TracedRelation[], entities: readonly TracedEntity[], reach: Reach): Traced {
  const parts = [select['select_list'], select['having'], select['qualify'], select['modifiers']]
  for (const item of [...nodesOf(select['select_list']), ...groups.expressions]) {
    if (item === null || (!isColumn(item) && misusesKey(item, relations))) throw new NotTraceable('key-in-expression')
  }
  if (aggregatesIn(parts).length === 0 && hasWindow(parts)) throw new NotTraceable('unsupported')
  const calls = aggregatesIn(parts).filter((call) => !isOfCells(call))
  const measures = calls.map((call, position) => {
    const keys = ['count', 'approx_count_distinct'].includes(functionName(call)) && argumentsOf(call).every((child) => isKeyColumn(asNode(child), relations))
    const measure = traceMeasure(keys ? { ...call, distinct: false } : call, position, relations)
    if (measure === null) throw new NotTraceable('hidden-condition')
    return measure
  })
  const table = freshName(reach, 'cells')
  const expressions = groups.expressions.map((group) => named(group, ''))
  const bare: TreeNode = { ...select, modifiers: [], having: null, qualify: null, aggregate_handling: 'STANDARD_HANDLING' }
  const planned = entities.flatMap((entity) => groups.sets.map((set): CellPart => partOf(bare, expressions, set, entity, measures)))
  reach.cells.push({ name: table, groups: expressions.length, measures: measures.map(({ kind, functionName: name, conditional, compound, ofKeys, keysOf, paired, curved, branches, fractions, shown }) => ({ kind, functionName: name, conditional, compound, ofKeys, keysOf, paired, curved, branches, fractions, shown })), parts: planned, shown: true, weighed: false, kept: keptGroups(select, expressions, groups, reach) })
  return besideItsFaults(select, expressions, groups, relations, entities, table, reach)
}

/** The window functions of an aggregated select work on its cells; what they aggregate has been counted already. */
function isOfCells(call: TreeNode): boolean {
  return call['class'] === 'WINDOW'
}

function partOf(bare: TreeNode, groups: readonly TreeNode[], set: readonly number[], entity: TracedEntity, measures: readonly TracedMeasure[]): CellPart {
  const present = set.map((position) => named(groups[position] ?? numberNode(0), `g${position}`))
  const keys = entity.columns.map(([relation, column], position) => columnNode([relation, column], `e${position}`))
  const by = (more: readonly TreeNode[]): Pick<TreeNode, string> => {
    const grouped = [...set.map((position) => groups[position] ?? numberNode(0)), ...more]
    return { group_expressions: grouped, group_sets: [grouped.map((_, index) => index)] }
  }
  const bareKeys = keys.map((key) => named(key, ''))
  return {
    kind: entity.kind,
    groups: groups.map((_, position) => set.includes(position)),
    entityColumns: keys.length,
    inner: { ...bare, select_list: [...present, ...keys, ...measures.flatMap((measure) => measure.innerColumns)], ...by(bareKeys) },
    values: measures.map((measure) => (measure.value === null ? null : {
      ...bare,
      select_list: [...present, ...keys, named(measure.value, 'v'), callNode('count_star', [], measure.filter, 'c')],
      ...by([...bareKeys, named(measure.value, '')]),
    })),
  }
}

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

/** Which of the groups a row has, where there are several groupings. */
function groupingOf(groups: readonly TreeNode[], sets: Groups): TreeNode {
  return sets.sets.length > 1 ? { class: 'OPERATOR', type: 'GROUPING_FUNCTION', alias: '', children: groups } : numberNode(0)
}

/** SELECT its own columns, faults, sketch FROM (the select with its groups) LEFT JOIN the table of counts. */
function besideItsFaults(select: TreeNode, groups: readonly TreeNode[], sets: Groups, relations: readonly TracedRelation[], entities: readonly TracedEntity[], table: string, reach: Reach): Traced {
  const columns = outputs(select, relations, null)
  const items = nodesOf(select['select_list']).filter((item) => item !== null)
  const grouping = groupingOf(groups, sets)
  const faulty = relations.filter((relation) => relation.faults !== null)
  const before = faulty.length === 0 ? numberNode(0) : callNode('bit_or', [faultsOf(faulty)], null, '')
  const [entity] = entities
  const keys = (entity?.columns ?? []).map(([relation, column]) => columnNode([relation, column]))
  const sketch: TreeNode = { ...callNode('min', [callNode('hash', keys, null, ''), numberNode(reach.minimumEntities * SKETCH_FACTOR_HASHES)], null, ''), distinct: true }
  const hidden = [...groups, grouping, before, sketch]
  const last = hidden.length - 1
  const names = [...items, ...hidden].map((_, position) => `c${position}`)
  const [inner, counts] = [freshName(reach, 'figures'), freshName(reach, 'counts')]
  const at = (position: number): TreeNode => columnNode([inner, `c${items.length + position}`])
  const own = groups.map((_, position) => compareNode('COMPARE_NOT_DISTINCT_FROM', at(position), columnNode([counts, `g${position}`])))
  const condition = allOf([...own, compareNode('COMPARE_EQUAL', at(groups.length), columnNode([counts, 'grouping']))]) ?? numberNode(1)
  const from = joinNode(subqueryNode({ ...select, select_list: [...items, ...hidden], ...withoutAllGroups(select, groups) }, inner, names), tableNode(table, counts), condition)
  const [faults, sketched] = [freshName(reach, 'faults'), freshName(reach, 'sketch')]
  const nobody = groups.length === 0 ? faultBits.tooFew : faultBits.nobody
  const joined = orNode(coalesceNode([columnNode([counts, 'faults']), numberNode(nobody)]), coalesceNode([at(groups.length + 1), numberNode(0)]))
  const list = [...columns.map((column, position) => columnNode([inner, `c${position}`], column.name)), named(windowedFaults(items, joined), faults), named(at(last), sketched)]
  return { name: '', node: selectNode(list, from, reach.withEntries), columns, entities: [], faults, sketch: sketched, raw: false, tables: [table, ...relations.flatMap((relation) => relation.tables)] }
}

/** GROUP BY ALL and DISTINCT would take the hidden columns for groups. */
function withoutAllGroups(select: TreeNode, groups: readonly TreeNode[]): Pick<TreeNode, string> {
  if (select['aggregate_handling'] !== 'FORCE_AGGREGATES' && !saysNothing(select['group_expressions'])) return {}
  if (groups.length === 0) return {}
  const modifiers = nodesOf(select['modifiers']).filter((modifier) => modifier?.['type'] !== 'DISTINCT_MODIFIER')
  return { aggregate_handling: 'STANDARD_HANDLING', group_expressions: groups, group_sets: [groups.map((_, index) => index)], modifiers }
}
