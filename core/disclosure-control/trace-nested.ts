import { asList, asNode, fold, asText, nodesOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'
import { isKeyColumn, lookUp, type TracedRelation } from '#core/disclosure-control/contributor-columns.ts'
import { aggregatesIn } from '#core/disclosure-control/contributor-measures.ts'
import { NotTraceable } from '#core/disclosure-control/not-traceable.ts'
import { equalitiesIn, traceFrom } from '#core/disclosure-control/trace-from.ts'
import { withoutSmallness } from '#core/disclosure-control/pardoned-faults.ts'
import { asksForSmall, settleAll } from '#core/disclosure-control/size-thresholds.ts'
import { freshName, type Reach, type Traced } from '#core/disclosure-control/traced.ts'
import { allOf, columnNode, everyNode, isColumn, named, selectNode, subqueryNode } from '#core/boundary/tree-nodes.ts'

/**
 * Judges the nested queries in the expressions of a select. One figure over many may serve as a value, where its own cells
 * are faultless; rows of entities may only decide which rows of the same entities stay. Anything else is not traceable.
 * @returns the tables of counts whose cells the select list shows in this way
 */
export function traceNested(select: TreeNode, relations: readonly TracedRelation[], reach: Reach): readonly string[] {
  const parts = ['where_clause', 'having', 'qualify', 'modifiers', 'group_expressions'].map((field) => select[field])
  for (const node of outermost(parts)) judge(node, relations, reach)
  const before = reach.sides.length
  for (const node of outermost(select['select_list'])) judge(node, relations, reach)
  return reach.sides.slice(before).flatMap((side) => side.tables)
}

function outermost(part: unknown): readonly TreeNode[] {
  const node = asNode(part)
  if (node?.['class'] === 'SUBQUERY') return [node]
  const children = node === null ? asList(part) : Object.values(node)
  return children.flatMap((child) => (typeof child === 'object' && child !== null ? outermost(child) : []))
}

function judge(node: TreeNode, relations: readonly TracedRelation[], reach: Reach): void {
  const query = asNode(asNode(node['subquery'])?.['node'])
  const kind = asText(node['subquery_type'])
  const outward = outwardColumns(query, relations, reach)
  const within = outward.length > 0 ? aside(reach) : reach
  const traced = reach.trace(query, within)
  const key = asNode(node['child'])
  const ofKeys = kind === 'ANY' && key !== null && isKeyColumn(key, relations)
  // Keys that the statement writes out, or takes from a public table, would pick single entities.
  if (ofKeys && !picksByKey(key, traced, relations)) throw new NotTraceable('key-in-expression')
  if (traced.entities.length === 0 && traced.faults === null) return
  if (outward.length > 0) {
    if ((kind === 'EXISTS' || kind === 'NOT_EXISTS') && joinsByKey(query, relations, reach)) {
      // Figures that stand in its own conditions decide, too.
      reach.cells.push(...within.cells)
      reach.sides.push(...within.sides)
      return
    }
    const apart = kind === 'SCALAR' ? groupsApart(query, outward, reach) : null
    if (apart !== null) {
      reach.sides.push(reach.trace(apart, reach))
      return
    }
    throw new NotTraceable('nested-query')
  }
  settleAll([traced], reach)
  if (traced.entities.length === 0 && kind !== 'EXISTS' && kind !== 'NOT_EXISTS') {
    reach.sides.push(kind === 'ANY' && traced.faults !== null && asksForSmall(key, query, relations, reach.minimumEntities) ? below(traced, traced.faults, reach) : traced)
    return
  }
  if (kind === 'ANY' && picksByKey(asNode(node['child']), traced, relations)) return
  throw new NotTraceable('nested-query')
}

/** Groups of which only is told that they are small: HAVING count(*) < 10. */
function below(cells: Traced, faults: string, reach: Reach): Traced {
  const [inner, rest] = [freshName(reach, 'small'), freshName(reach, 'faults')]
  return { ...cells, node: selectNode([named(withoutSmallness(columnNode([inner, faults])), rest)], subqueryNode(cells.node, inner, []), reach.withEntries), columns: [], faults: rest, sketch: null, tables: [] }
}

/** For a look at a query whose cells are not the statement's. */
function aside(reach: Reach): Reach {
  return { ...reach, cells: [], sides: [] }
}

/** Columns of the query around that the nested one names. */
function outwardColumns(query: TreeNode | null, relations: readonly TracedRelation[], reach: Reach): readonly TreeNode[] {
  if (query?.['type'] !== 'SELECT_NODE') return []
  const inside = traceFrom(asNode(query['from_table']), aside(reach), null).relations
  const names = new Set(nodesOf(asNode(query['cte_map'])?.['map']).map((entry) => fold(asText(entry?.['key']))))
  if (names.size > 0) return []
  return [...everyNode(query, (one) => one['type'] === 'SUBQUERY' && one['class'] === undefined)]
    .filter((one) => isColumn(one) && lookUp(one, inside).length === 0 && lookUp(one, relations).length > 0)
}

/**
 * A figure of the group that the row around belongs to, such as the mean of its district: the same query with that group
 * written as GROUP BY, whose every cell must be faultless. Null where the bond is more than equal columns.
 */
function groupsApart(query: TreeNode | null, outward: readonly TreeNode[], reach: Reach): TreeNode | null {
  if (query === null || !saysNothing(query['group_expressions']) || !saysNothing(query['modifiers']) || !saysNothing(query['having']) || !saysNothing(query['qualify'])) return null
  const items = nodesOf(query['select_list'])
  if (items.length !== 1 || aggregatesIn(items).length === 0) return null
  const inside = traceFrom(asNode(query['from_table']), aside(reach), null).relations
  const where = asNode(query['where_clause'])
  const parts = where === null ? [] : where['type'] === 'CONJUNCTION_AND' ? nodesOf(where['children']) : [where]
  const bonds = parts.flatMap((part): readonly (readonly [TreeNode, TreeNode])[] => {
    const sides = part?.['type'] === 'COMPARE_EQUAL' ? [asNode(part['left']), asNode(part['right'])] : []
    const own = sides.find((side) => isColumn(side ?? null) && side !== null && side !== undefined && lookUp(side, inside).length > 0 && !isKeyColumn(side, inside))
    const around = sides.find((side) => side !== own && isColumn(side ?? null))
    return part === null || own === undefined || own === null || around === undefined || around === null || !outward.includes(around) ? [] : [[part, own]]
  })
  if (bonds.length === 0 || bonds.length !== outward.length) return null
  const rest = parts.filter((part): part is TreeNode => part !== null && !bonds.some(([bond]) => bond === part))
  const groups = bonds.map(([, own]) => ({ ...own, alias: '' }))
  return { ...query, where_clause: allOf(rest), group_expressions: groups, group_sets: [groups.map((_, position) => position)] }
}

/** EXISTS: its rows are those of the entity that the row around is about, bound to it by the key; what else is asked of them is asked of its own rows. */
function joinsByKey(query: TreeNode | null, relations: readonly TracedRelation[], reach: Reach): boolean {
  const where = asNode(query?.['where_clause'])
  const inside = traceFrom(asNode(query?.['from_table']), aside(reach), where)
  const [entity, another] = inside.entities
  if (entity === undefined || another !== undefined || inside.relations.some((relation) => relation.faults !== null)) return false
  return equalitiesIn(where).some((equality) => {
    const sides = [asNode(equality['left']), asNode(equality['right'])]
    const own = sides.find((side) => side !== null && isKeyColumn(side, inside.relations))
    const around = sides.find((side) => side !== own && side !== null && isColumn(side) && lookUp(side, inside.relations).length === 0 && isKeyColumn(side, relations))
    return own !== undefined && own !== null && around !== undefined && around !== null && entity.columns.length === 1
      && lookUp(own, inside.relations)[0]?.keyOf === entity.kind && lookUp(around, relations)[0]?.keyOf === entity.kind
  })
}

/** IN: rows of entities decide which rows of the same entities stay. */
function picksByKey(child: TreeNode | null, traced: Traced, relations: readonly TracedRelation[]): boolean {
  const [shown, another] = traced.columns
  const kind = child === null || !isColumn(child) ? undefined : lookUp(child, relations).find((column) => column.key)?.keyOf
  return another === undefined && shown !== undefined && shown.key && kind !== undefined && shown.keyOf === kind
}
