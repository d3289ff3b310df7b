import { asList, asNode, asText, fold, nodesOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'
import { leaveOutBlanks, openOfCells } from '#core/disclosure-control/blanked-cells.ts'
import { lookUp, PLACES, type TracedColumn, type TracedRelation } from '#core/disclosure-control/contributor-columns.ts'
import { besideItsFaults, withoutAllGroups } from '#core/disclosure-control/cell-counts.ts'
import { contributingCells } from '#core/disclosure-control/contributing-cells.ts'
import type { Groups } from '#core/disclosure-control/contributor-groups.ts'
import { faultBits } from '#core/disclosure-control/faults.ts'
import { aggregatesIn } from '#core/disclosure-control/contributor-measures.ts'
import { faultsOf, freshName, hasWindow, outputName, outputs, shownFaults, type Reach, type Traced } from '#core/disclosure-control/traced.ts'
import { allOf, callNode, caseNode, coalesceNode, columnNode, compareNode, everyNode, functionName, isColumn, isNotTrue, named, numberNode, operatorNode } from '#core/boundary/tree-nodes.ts'

/** Functions that answer with another row's value, whatever the frame. */
const OTHER_ROWS: ReadonlySet<string> = new Set(['lag', 'lead', 'first_value', 'last_value', 'nth_value'])
/** Totals in which a small cell is lost among others. */
const TOTALS: ReadonlySet<string> = new Set(['sum', 'avg', 'mean', 'count', 'count_star', 'stddev', 'stddev_samp', 'stddev_pop', 'variance', 'var_samp', 'var_pop', 'corr', 'covar_pop', 'covar_samp', 'regr_slope', 'regr_intercept', 'regr_r2', 'regr_count'])
const PLAIN_TOTALS: ReadonlySet<string> = new Set(['sum', 'avg', 'mean', 'count', 'count_star'])
/** What says only that a cell is small, which no longer holds for a total of many. */
const SMALLNESS = faultBits.tooFew | faultBits.tooFewCounted | faultBits.tooFewLeftOut | faultBits.nobody | faultBits.tooFewInBranch
const ALL = Object.values(faultBits).reduce((all, one) => all | one, 0)
/** unit: multiples of the minimum; source: as trace-cells.ts carries them */
const SKETCH_FACTOR_HASHES = 2
/** unit: largest values of a total; source: the (n,k) rule */
const LARGEST = 2
/** unit: their share of the total; source: the (n,k) rule as platform default */
const LARGEST_SHARE = 0.9

/** Rows computed from cells: the faults of what they were computed from go along. */
export function rowsOfCells(select: TreeNode, relations: readonly TracedRelation[], columns: readonly TracedColumn[], reach: Reach): Traced {
  const faulty = relations.filter((relation) => relation.faults !== null)
  if (faulty.length === 0) {
    const raw = relations.some((relation) => relation.raw) && !hasWindow([select['select_list'], select['qualify']])
    return { name: '', node: select, columns, entities: [], faults: null, sketch: null, raw, tables: [] }
  }
  const items = nodesOf(select['select_list']).filter((item) => item !== null)
  const [faults, sketch] = [freshName(reach, 'faults'), freshName(reach, 'sketch')]
  const [first] = faulty
  const sketched = first === undefined || first.sketch === null ? [] : [named(columnNode([first.name, first.sketch]), sketch)]
  const open = openOfCells(select, relations, reach.minimumEntities)
  if (open !== null) leaveOutBlanks(relations.flatMap((relation) => relation.tables), reach)
  const asItStands = relations.length === 1 && first !== undefined && first.faults !== null && !isPicked(select, []) && !hasWindow(items)
  const own = asItStands ? shownFaults(first, first.faults) : windowedFaults([...items, asNode(select['qualify'])], faultsOf(faulty))
  const list = [...items, named(open === null ? own : caseNode(open, own, numberNode(faultBits.blanked)), faults), ...sketched]
  return { name: '', node: { ...select, select_list: list }, columns, entities: [], faults, sketch: sketched.length === 0 ? null : sketch, raw: false, tables: relations.flatMap((relation) => relation.tables), ...(open !== null || isPicked(select, faulty) ? { picked: true } : {}) }
}

/** Whether conditions leave some cells out of the rows, here or before. */
function isPicked(select: TreeNode, relations: readonly TracedRelation[]): boolean {
  return !saysNothing(select['where_clause']) || !saysNothing(select['qualify']) || relations.some((relation) => relation.picked === true) || nodesOf(select['modifiers']).some((modifier) => modifier?.['type'] === 'LIMIT_MODIFIER')
}

/** The faults of a row, and of every row that a window function of it draws on. */
export function windowedFaults(parts: readonly (TreeNode | null)[], faults: TreeNode): TreeNode {
  const windows = [...everyNode(parts, (node) => node['class'] === 'SUBQUERY')].filter((node) => node['class'] === 'WINDOW' && !PLACES.has(asText(node['function_name'])))
  if (windows.length === 0) return faults
  // The frame's own parts name columns of the tenant's; over the whole result is stricter and always true.
  const whole: TreeNode = {
    class: 'WINDOW', type: 'WINDOW_AGGREGATE', alias: '', function_name: 'bit_or', schema: '', catalog: '', children: [faults], partitions: [], orders: [], start: 'UNBOUNDED_PRECEDING',
    end: 'CURRENT_ROW_RANGE', start_expr: null, end_expr: null, offset_expr: null, default_expr: null, ignore_nulls: false, filter_expr: null, exclude_clause: 'NO_OTHER', distinct: false, arg_orders: [],
  }
  return windows.some((node) => OTHER_ROWS.has(asText(node['function_name'])) || !saysNothing(node['function_name'])) ? whole : faults
}

/**
 * An aggregate over cells. A total in which each entity counts alike is one over all the entities behind it; any other figure
 * is one over its cells (contributing-cells.ts); where neither can be said, the faults of all cells go together.
 */
export function aggregateCells(select: TreeNode, groups: Groups, relations: readonly TracedRelation[], reach: Reach): Traced {
  const columns = outputs(select, relations, null)
  const faulty = relations.filter((relation) => relation.faults !== null)
  const [only] = faulty
  if (only === undefined) return { name: '', node: select, columns, entities: [], faults: null, sketch: null, raw: false, tables: [], ...groupedBy(select, groups) }
  const items = nodesOf(select['select_list']).filter((item) => item !== null)
  const together = callNode('bit_or', [faultsOf(faulty)], null, '')
  const behind = only.sketch === null ? null : columnNode([only.name, only.sketch])
  const sketch = behind === null ? null : callNode('list_slice', [callNode('list_sort', [sketchesOf(behind, null)], null, ''), numberNode(1), numberNode(reach.minimumEntities * SKETCH_FACTOR_HASHES)], null, '')
  const even = behind !== null && eachOnce(select, relations) && saysNothing(select['where_clause']) && onlyTotals(select, groups, relations)
  const units = even ? null : contributingCells(select, groups, relations, reach)
  if (units !== null) {
    return besideItsFaults(select, groups, units, reach, {
      columns, before: together, sketch, tables: [],
      faults: (own, before) => caseNode(compareNode('COMPARE_EQUAL', bitsOf(coalesceNode([own, numberNode(ALL)]), ALL & ~faultBits.nobody), numberNode(0)), own, coalesceNode([before, numberNode(0)])),
    })
  }
  const forgiven = even ? caseNode(manyBehind(behind, select, reach), remainder(together), together) : together
  const [faultsName, sketchName] = [freshName(reach, 'faults'), freshName(reach, 'sketch')]
  const faults = hasWindow([select['select_list'], select['qualify']]) ? windowedFaults([...items, asNode(select['qualify'])], coalesceNode([forgiven, numberNode(0)])) : forgiven
  const list = [...items, named(faults, faultsName), ...(sketch === null ? [] : [named(sketch, sketchName)])]
  const own = withoutAllGroups(select, groups.expressions.map((group) => named(group, '')))
  return { name: '', node: { ...select, select_list: list, ...own }, columns, entities: [], faults: faultsName, sketch: sketch === null ? null : sketchName, raw: false, tables: [] }
}

/** The column that a select is grouped by, where it is one and is shown. */
function groupedBy(select: TreeNode, groups: Groups): { readonly groupedBy?: string } {
  const [group, another] = groups.expressions
  const name = group === undefined || another !== undefined || groups.sets.length > 1 ? undefined : nodesOf(select['select_list']).flatMap((item, position) => (item !== null && JSON.stringify(named(item, '')) === JSON.stringify(named(group, '')) ? [outputName(item, position)] : []))[0]
  return name === undefined ? {} : { groupedBy: name }
}

/** Whether each cell stands in one row only: rows written several times would weigh one cell more than another. */
function eachOnce(select: TreeNode, relations: readonly TracedRelation[]): boolean {
  const [cells, other, another] = relations.toSorted((one, two) => Number(one.faults === null) - Number(two.faults === null))
  if (cells === undefined || other === undefined) return true
  const join = asNode(select['from_table'])
  // ASOF finds one row at the most.
  if (another === undefined && join?.['ref_type'] === 'ASOF' && other.faults === null && relations[0] === cells) return true
  const key = other.groupedBy
  if (another !== undefined || other.faults !== null || key === undefined || !['INNER', 'LEFT'].includes(asText(join?.['join_type'])) || relations[0] !== cells) return false
  const condition = asNode(join?.['condition'])
  const sides = condition?.['type'] === 'COMPARE_EQUAL' ? [asNode(condition['left']), asNode(condition['right'])] : []
  return asList(join?.['using_columns']).some((column) => fold(asText(column)) === fold(key))
    || sides.some((side) => isColumn(side) && lookUp(side, relations).every((column) => column.relation === other && fold(column.name) === fold(key)))
}

/** Whether every figure is a total, an average or a spread of plain totals of the cells, by groups that are not figures themselves. */
function onlyTotals(select: TreeNode, groups: Groups, relations: readonly TracedRelation[]): boolean {
  const calls = aggregatesIn([select['select_list'], select['having'], select['modifiers'], select['qualify']])
  return groups.expressions.every((group) => aggregatesIn(group).length === 0 && !hasWindow(group)) && calls.every((call) => TOTALS.has(functionName(call)) && nodesOf(call['children']).every((child) => isColumn(child) && lookUp(child, relations).every((column) => column.even === true)))
}

/** The smallest hashes of all entities behind the rows that a figure counts. */
function sketchesOf(sketch: TreeNode, filter: TreeNode | null): TreeNode {
  return callNode('list_distinct', [callNode('flatten', [callNode('list', [sketch], filter, '')], null, '')], null, '')
}

/** Whether very many entities stand behind each figure, and no two of the cells make it up. */
function manyBehind(sketch: TreeNode, select: TreeNode, reach: Reach): TreeNode {
  const calls = aggregatesIn([select['select_list'], select['having'], select['modifiers'], select['qualify']])
  // Cells that a filter leaves out must be many as well, or none: their total is the whole less this one.
  const filters = [null, ...calls.flatMap((call) => { const filter = asNode(call['filter']); return filter === null ? [] : [filter, isNotTrue(filter)] })]
  const many = filters.map((filter) => compareNode('COMPARE_GREATERTHANOREQUALTO', callNode('len', [sketchesOf(sketch, filter)], null, ''), numberNode(reach.minimumEntities)))
  const cells = calls.filter((call) => !PLAIN_TOTALS.has(functionName(call)))
    .map((call) => compareNode('COMPARE_GREATERTHANOREQUALTO', callNode('count_star', [], asNode(call['filter']), ''), numberNode(reach.minimumEntities)))
  const balanced = calls.filter((call) => functionName(call) !== 'count' && functionName(call) !== 'count_star').flatMap((call) => nodesOf(call['children']).flatMap((value) => {
    if (value === null) return []
    const size = callNode('abs', [value], null, '')
    const top = callNode('list_sum', [callNode('max', [size, numberNode(LARGEST)], asNode(call['filter']), '')], null, '')
    const scaled = operatorNode('*', callNode('sum', [size], asNode(call['filter']), ''), { class: 'CONSTANT', type: 'VALUE_CONSTANT', alias: '', value: { type: { id: 'DOUBLE', type_info: null }, is_null: false, value: LARGEST_SHARE } })
    return [compareNode('COMPARE_LESSTHANOREQUALTO', top, scaled)]
  }))
  return allOf([...many, ...cells, ...balanced]) ?? numberNode(0)
}

function remainder(faults: TreeNode): TreeNode {
  return bitsOf(faults, ALL & ~SMALLNESS)
}

function bitsOf(faults: TreeNode, bits: number): TreeNode {
  return operatorNode('&', faults, numberNode(bits))
}
