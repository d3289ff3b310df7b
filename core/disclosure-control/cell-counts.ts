import { nodesOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'
import type { Groups } from '#core/disclosure-control/contributor-groups.ts'
import type { SuppliedRow, TracedColumn } from '#core/disclosure-control/contributor-columns.ts'
import type { TracedMeasure } from '#core/disclosure-control/contributor-measures.ts'
import type { CellPart, CellTable } from '#core/disclosure-control/contributor-plan.ts'
import { freshName, type Reach, type Traced } from '#core/disclosure-control/traced.ts'
import { allOf, callNode, columnNode, compareNode, joinNode, named, numberNode, selectNode, subqueryNode, tableNode } from '#core/boundary/tree-nodes.ts'

/** Who contributes to the cells of a select: a kind of entity or cells of another select, and what names one of them. */
export interface Contributor {
  readonly kind: string
  readonly keys: readonly TreeNode[]
  /** What else is known of one contributor to one cell, under names of its own. */
  readonly more?: readonly TreeNode[]
  readonly ofCells?: true
  readonly rows?: readonly SuppliedRow[]
}

/** The query that has a row for each cell of one grouping and each contributor to it. */
export function countedPart(select: TreeNode, groups: readonly TreeNode[], set: readonly number[], contributor: Contributor, measures: readonly TracedMeasure[]): CellPart {
  const bare: TreeNode = { ...select, modifiers: [], having: null, qualify: null, aggregate_handling: 'STANDARD_HANDLING' }
  const present = set.map((position) => named(groups[position] ?? numberNode(0), `g${position}`))
  const keys = contributor.keys.map((key, position) => named(key, `e${position}`))
  const by = (more: readonly TreeNode[]): Pick<TreeNode, string> => {
    const grouped = [...set.map((position) => groups[position] ?? numberNode(0)), ...more]
    return { group_expressions: grouped, group_sets: [grouped.map((_, index) => index)] }
  }
  const bareKeys = keys.map((key) => named(key, ''))
  return {
    kind: contributor.kind,
    groups: groups.map((_, position) => set.includes(position)),
    entityColumns: keys.length,
    inner: { ...bare, select_list: [...present, ...keys, ...(contributor.more ?? []), ...rowColumns(contributor.rows ?? [], measures), ...measures.flatMap((measure) => measure.innerColumns)], ...by(bareKeys) },
    values: measures.map((measure) => (measure.value === null ? null : {
      ...bare,
      select_list: [...present, ...keys, named(measure.value, 'v'), callNode('count_star', [], measure.filter, 'c')],
      ...by([...bareKeys, named(measure.value, '')]),
    })),
    ...(contributor.rows === undefined ? {} : { rowTables: contributor.rows.map(({ table }) => table) }),
    ...(contributor.ofCells === undefined ? {} : { ofCells: contributor.ofCells }),
  }
}

/** The lowest and highest hash of an entity's rows in a cell tell its rows from others, however often a join repeats them. */
function rowColumns(rows: readonly SuppliedRow[], measures: readonly TracedMeasure[]): readonly TreeNode[] {
  const ends = (hash: TreeNode, filter: TreeNode | null, name: string): readonly TreeNode[] => [callNode('min', [hash], filter, `low${name}`), callNode('max', [hash], filter, `high${name}`)]
  return rows.flatMap(({ hash }, t) => [...ends(hash, null, `${t}`), ...measures.flatMap((measure, i) => (measure.conditional ? ends(hash, measure.counted, `${i}_${t}`) : []))])
}

/** What is kept of the measures beside the queries that compute them. */
export function measuresOf(measures: readonly TracedMeasure[]): CellTable['measures'] {
  return measures.map(({ innerColumns: _columns, value: _value, filter: _filter, counted: _counted, ...measure }) => measure)
}

/** Which of the groups a row has, where there are several groupings. */
export function groupingOf(groups: readonly TreeNode[], sets: Groups): TreeNode {
  return sets.sets.length > 1 ? { class: 'OPERATOR', type: 'GROUPING_FUNCTION', alias: '', children: groups } : numberNode(0)
}

/** What stands in an aggregated select beside its figures. */
export interface Beside {
  readonly columns: readonly TracedColumn[]
  /** Computed with the cell's figures: what was known of its rows before. */
  readonly before: TreeNode
  readonly sketch: TreeNode | null
  /** The faults of a cell, from those of its own table of counts and those before. */
  readonly faults: (own: TreeNode, before: TreeNode) => TreeNode
  readonly tables: readonly string[]
}

/** SELECT its own columns, faults, sketch FROM (the select with its groups) LEFT JOIN the table of counts. */
export function besideItsFaults(select: TreeNode, sets: Groups, table: string, reach: Reach, beside: Beside): Traced {
  const groups = sets.expressions.map((group) => named(group, ''))
  const items = nodesOf(select['select_list']).filter((item) => item !== null)
  const hidden = [...groups, groupingOf(groups, sets), beside.before, ...(beside.sketch === null ? [] : [beside.sketch])]
  const last = hidden.length - 1
  const names = [...items, ...hidden].map((_, position) => `c${position}`)
  const [inner, counts] = [freshName(reach, 'figures'), freshName(reach, 'counts')]
  const at = (position: number): TreeNode => columnNode([inner, `c${items.length + position}`])
  const own = groups.map((_, position) => compareNode('COMPARE_NOT_DISTINCT_FROM', at(position), columnNode([counts, `g${position}`])))
  const condition = allOf([...own, compareNode('COMPARE_EQUAL', at(groups.length), columnNode([counts, 'grouping']))]) ?? numberNode(1)
  const from = joinNode(subqueryNode({ ...select, select_list: [...items, ...hidden], ...withoutAllGroups(select, groups) }, inner, names), tableNode(table, counts), condition)
  const [faults, sketched] = [freshName(reach, 'faults'), freshName(reach, 'sketch')]
  const list = [
    ...beside.columns.map((column, position) => columnNode([inner, `c${position}`], column.name)),
    named(beside.faults(columnNode([counts, 'faults']), at(groups.length + 1)), faults),
    ...(beside.sketch === null ? [] : [named(at(last), sketched)]),
  ]
  return { name: '', node: selectNode(list, from, reach.withEntries), columns: beside.columns, entities: [], faults, sketch: beside.sketch === null ? null : sketched, raw: false, tables: beside.tables }
}

/** GROUP BY ALL and DISTINCT would take the hidden columns for groups. */
export function withoutAllGroups(select: TreeNode, groups: readonly TreeNode[]): Pick<TreeNode, string> {
  if (select['aggregate_handling'] !== 'FORCE_AGGREGATES' && !saysNothing(select['group_expressions'])) return {}
  if (groups.length === 0) return {}
  const modifiers = nodesOf(select['modifiers']).filter((modifier) => modifier?.['type'] !== 'DISTINCT_MODIFIER')
  return { aggregate_handling: 'STANDARD_HANDLING', group_expressions: groups, group_sets: [groups.map((_, index) => index)], modifiers }
}
