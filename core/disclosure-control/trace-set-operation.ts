import { asList, asNode, nodesOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'
import { NotTraceable } from '#core/disclosure-control/not-traceable.ts'
import { settleAll } from '#core/disclosure-control/size-thresholds.ts'
import { isWeighted, judgeStacks, rowsOfBranches } from '#core/disclosure-control/stacked-rows.ts'
import { under } from '#core/disclosure-control/trace-from.ts'
import { freshName, type Reach, type Traced } from '#core/disclosure-control/traced.ts'
import { columnNode, named, numberNode, selectNode, subqueryNode } from '#core/boundary/tree-nodes.ts'

/** A set operation below the top, its WITH entries already in reach: rows of cells, or of one kind of entity, under one another. */
export function traceSetOperation(node: TreeNode, reach: Reach): Traced {
  const parts = branchesOf(node)
  const traced = parts.map((part) => reach.trace(part, reach))
  if (node['setop_type'] !== 'UNION') return traced.every((one) => one.entities.length === 0) ? comparedCells(node, traced, reach) : comparedKeys(node, traced, reach)
  const [first] = traced
  if (first === undefined) throw new NotTraceable('unsupported')
  if (traced.some((one) => one.entities.length > 0)) return stackedRows(node, parts, traced, reach)
  if (traced.every((one) => one.faults === null)) return { ...first, node: { ...node, cte_map: { map: reach.withEntries } } }
  if (traced.some((one) => one.faults === null)) throw new NotTraceable('unsupported')
  return { ...first, node: { ...operationOver(node, traced.map((one) => one.node)), modifiers: [], cte_map: { map: reach.withEntries } } }
}

/** The branches of a UNION; where one is a UNION of the same sort itself, its own. */
function branchesOf(node: TreeNode): readonly (TreeNode | null)[] {
  const parts = asList(node['children']).length > 0 ? nodesOf(node['children']) : [asNode(node['left']), asNode(node['right'])]
  const alike = (part: TreeNode | null): part is TreeNode => part?.['type'] === 'SET_OPERATION_NODE' && part['setop_type'] === 'UNION' && part['setop_all'] === node['setop_all'] && saysNothing(part['modifiers']) && saysNothing(asNode(part['cte_map'])?.['map'])
  return node['setop_type'] === 'UNION' ? parts.flatMap((part) => (alike(part) ? branchesOf(part) : [part])) : parts
}

/** A set operation over so many branches. */
function operationOver(node: TreeNode, branches: readonly TreeNode[]): TreeNode {
  const [first, ...others] = branches
  const [second, ...more] = others
  if (first === undefined || second === undefined) return first ?? node
  return { ...node, children: [], left: first, right: more.length === 0 ? second : operationOver({ ...node, modifiers: [], cte_map: { map: [] } }, others) }
}

/** Rows of the same kind of entity one under the other, such as one table for each month; a UNION that drops doubles keeps their owners apart. */
function stackedRows(node: TreeNode, written: readonly (TreeNode | null)[], parts: readonly Traced[], reach: Reach): Traced {
  const [first] = parts
  const owners = parts.flatMap((part) => part.entities)
  const [owner] = owners
  const alike = first !== undefined && owner !== undefined && parts.every((part) => part.entities.length === 1 && part.entities[0]?.kind === owner.kind
    && part.entities[0].columns.length === owner.columns.length && part.columns.length === first.columns.length && part.faults === null
    && part.columns.every((column, position) => column.key === first.columns[position]?.key && (column.key || (column.shape.kind !== 'opaque' && column.shape.conditions.length === 0))))
  if (!alike) throw new NotTraceable('unsupported')
  settleAll(parts, reach)
  for (const part of parts) judgeStacks(part, reach)
  const keys = owner.columns.map(() => freshName(reach, 'entity'))
  const [branch, row] = [freshName(reach, 'branch'), freshName(reach, 'row')]
  const names = parts.map(() => freshName(reach, 'part'))
  const rows = rowsOfBranches(parts.flatMap((part, position) => under(names[position] ?? '', part).entities))
  const children = parts.map((part, position) => {
    const name = names[position] ?? ''
    const own = part.entities[0]?.columns ?? []
    const hidden = [...own.map(([, column], place) => columnNode([name, column], keys[place] ?? '')), numberNode(position, branch), named(rows[position] ?? numberNode(0), row)]
    return selectNode([...part.columns.map((column) => columnNode([name, column.name], column.name)), ...hidden], subqueryNode(part.node, name, []), reach.withEntries)
  })
  const columns = first.columns.map((column, position) => (column.key ? column : { ...column, ...(parts.some((part) => part.columns[position]?.packed === true) ? { packed: true as const } : {}), shape: { ...column.shape, kind: parts.some((part) => part.columns[position]?.shape.kind === 'curved') ? 'curved' as const : 'linear' as const, factors: Math.max(...parts.map((part) => part.columns[position]?.shape.factors ?? 1)) } }))
  const weighted = isWeighted(parts.map((_, position) => ({ written: written[position] ?? null, entity: owners[position] ?? owner })), first.columns.map((column) => column.key))
  const stack = { branch: columnNode([branch]), row: columnNode([row]), branches: parts.length, weighted }
  return { ...first, columns, entities: [{ kind: owner.kind, columns: keys.map((key) => ['', key] as const), stacks: [stack] }], node: { ...operationOver(node, children), modifiers: [], setop_all: true, cte_map: { map: reach.withEntries } }, tables: parts.flatMap((part) => part.tables) }
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
  // EXCEPT ALL and INTERSECT ALL count: a key that stands twice could weigh otherwise than all others.
  if (node['setop_all'] === true) throw new NotTraceable('unsupported')
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
