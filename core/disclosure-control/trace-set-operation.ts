import { asList, asNode, nodesOf, type TreeNode } from '#core/boundary/statement-tree.ts'
import { NotTraceable } from '#core/disclosure-control/not-traceable.ts'
import { settleAll } from '#core/disclosure-control/size-thresholds.ts'
import { freshName, type Reach, type Traced } from '#core/disclosure-control/traced.ts'
import { columnNode, selectNode, subqueryNode } from '#core/boundary/tree-nodes.ts'

/** A set operation below the top, its WITH entries already in reach: rows of cells, or of one kind of entity, under one another. */
export function traceSetOperation(node: TreeNode, reach: Reach): Traced {
  const parts = asList(node['children']).length > 0 ? nodesOf(node['children']) : [asNode(node['left']), asNode(node['right'])]
  const traced = parts.map((part) => reach.trace(part, reach))
  if (node['setop_type'] !== 'UNION') return traced.every((one) => one.entities.length === 0) ? comparedCells(node, traced, reach) : comparedKeys(node, traced, reach)
  const [first] = traced
  if (first === undefined) throw new NotTraceable('unsupported')
  if (traced.some((one) => one.entities.length > 0)) return stackedRows(node, traced, reach)
  if (traced.every((one) => one.faults === null)) return { ...first, node: { ...node, cte_map: { map: reach.withEntries } } }
  if (traced.some((one) => one.faults === null)) throw new NotTraceable('unsupported')
  const children = traced.map((one) => one.node)
  const stacked = asList(node['children']).length > 0 ? { ...node, children } : { ...node, left: children[0], right: children[1] }
  return { ...first, node: { ...stacked, modifiers: [], cte_map: { map: reach.withEntries } } }
}

/** Rows of the same kind of entity one under the other, such as one table for each month; a UNION that drops doubles keeps their owners apart. */
function stackedRows(node: TreeNode, parts: readonly Traced[], reach: Reach): Traced {
  const [first] = parts
  const [owner] = first?.entities ?? []
  const alike = first !== undefined && owner !== undefined && parts.every((part) => part.entities.length === 1 && part.entities[0]?.kind === owner.kind
    && part.entities[0].columns.length === owner.columns.length && part.columns.length === first.columns.length && part.faults === null
    && part.columns.every((column, position) => column.key === first.columns[position]?.key && (column.key || (column.shape.kind !== 'opaque' && column.shape.conditions.length === 0))))
  if (!alike) throw new NotTraceable('unsupported')
  settleAll(parts, reach)
  const keys = owner.columns.map(() => freshName(reach, 'entity'))
  const children = parts.map((part) => {
    const name = freshName(reach, 'part')
    const own = part.entities[0]?.columns ?? []
    return selectNode([...part.columns.map((column) => columnNode([name, column.name], column.name)), ...own.map(([, column], position) => columnNode([name, column], keys[position] ?? ''))], subqueryNode(part.node, name, []), reach.withEntries)
  })
  const columns = first.columns.map((column, position) => (column.key ? column : { ...column, ...(parts.some((part) => part.columns[position]?.packed === true) ? { packed: true as const } : {}), shape: { ...column.shape, kind: parts.some((part) => part.columns[position]?.shape.kind === 'curved') ? 'curved' as const : 'linear' as const, factors: Math.max(...parts.map((part) => part.columns[position]?.shape.factors ?? 1)) } }))
  const stacked = asList(node['children']).length > 0 ? { ...node, children } : { ...node, left: children[0], right: children[1] }
  return { ...first, columns, entities: [{ kind: owner.kind, columns: keys.map((key) => ['', key] as const) }], node: { ...stacked, modifiers: [], setop_all: true, cte_map: { map: reach.withEntries } }, tables: parts.flatMap((part) => part.tables) }
}

/** INTERSECT and EXCEPT of cells or constants: what is left depends on every cell of both, so all of them must be faultless. */
function comparedCells(node: TreeNode, parts: readonly Traced[], reach: Reach): Traced {
  const [first] = parts
  if (first === undefined) throw new NotTraceable('unsupported')
  reach.sides.push(...parts)
  const children = parts.map((part) => {
    const name = freshName(reach, 'part')
    return selectNode(part.columns.map((column, position) => columnNode([name, column.name], first.columns[position]?.name ?? '')), subqueryNode(part.node, name, []), reach.withEntries)
  })
  const compared = asList(node['children']).length > 0 ? { ...node, children } : { ...node, left: children[0], right: children[1] }
  return { ...first, faults: null, sketch: null, raw: parts.some((part) => part.raw), node: { ...compared, modifiers: [], cte_map: { map: reach.withEntries } }, tables: parts.flatMap((part) => part.tables) }
}

/** INTERSECT and EXCEPT of nothing but keys of the same kind: whose rows are left are rows of those entities. */
function comparedKeys(node: TreeNode, parts: readonly Traced[], reach: Reach): Traced {
  const [first] = parts
  const [shown] = first?.columns ?? []
  const onlyKeys = first !== undefined && shown !== undefined && parts.every((part) => part.columns.length === 1 && part.columns[0]?.key === true && part.columns[0].keyOf === shown.keyOf && part.entities.length === 1 && part.faults === null)
  if (!onlyKeys) throw new NotTraceable('unsupported')
  const children = parts.map((part) => {
    const name = freshName(reach, 'part')
    return selectNode([columnNode([name, part.columns[0]?.name ?? ''], shown.name)], subqueryNode(part.node, name, []), reach.withEntries)
  })
  const compared = asList(node['children']).length > 0 ? { ...node, children } : { ...node, left: children[0], right: children[1] }
  return { ...first, entities: [{ kind: shown.keyOf, columns: [['', shown.name]] }], node: { ...compared, modifiers: [], cte_map: { map: reach.withEntries } }, tables: parts.flatMap((part) => part.tables) }
}
