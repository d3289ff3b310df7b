import { asList, asText, nodesOf, type TreeNode } from '#core/boundary/statement-tree.ts'
import { isKeyColumn, lookUp, OPAQUE, shapeOf, type TracedColumn, type TracedRelation } from '#core/disclosure-control/contributor-columns.ts'
import { aggregatesIn } from '#core/disclosure-control/contributor-measures.ts'
import type { CellTable, EntityTable } from '#core/disclosure-control/contributor-plan.ts'
import { coalesceNode, columnNode, everyNode, functionName, isColumn, numberNode, orNode } from '#core/disclosure-control/tree-nodes.ts'

/** A query as a relation: its text with the hidden columns added. */
export interface Traced extends TracedRelation {
  readonly node: TreeNode
}

export interface Reach {
  readonly tables: ReadonlyMap<string, EntityTable>
  readonly withNames: ReadonlyMap<string, Traced>
  readonly withEntries: readonly TreeNode[]
  readonly cells: CellTable[]
  /** Nested queries whose rows must be faultless, too. */
  readonly sides: Traced[]
  readonly fresh: { next: number }
  readonly minimumEntities: number
  /** Traces a query inside this one. */
  readonly trace: (node: TreeNode | null, reach: Reach) => Traced
}


/** A name that no statement can have used. */
export function freshName(reach: Reach, stem: string): string {
  reach.fresh.next += 1
  return `__${stem}_${reach.fresh.next}`
}

/** What an item is called outside. */
export function outputName(item: TreeNode, position: number): string {
  return asText(item['alias']) || asText(asList(item['column_names']).at(-1)) || functionName(item) || `__column_${position}`
}

/** The columns that a select shows; conditions in them become hidden columns where `conditions` collects them. */
export function outputs(select: TreeNode, relations: readonly TracedRelation[], keep: ((condition: TreeNode) => TreeNode) | null): readonly TracedColumn[] {
  return nodesOf(select['select_list']).flatMap((item, position): readonly TracedColumn[] => {
    if (item === null) return []
    const key = isColumn(item) && isKeyColumn(item, relations)
    const shape = key || aggregatesIn(item).length > 0 || hasWindow(item) ? OPAQUE : shapeOf(item, relations)
    const conditions = keep === null ? [] : shape.conditions.map(keep)
    const keyOf = key ? (lookUp(item, relations)[0]?.keyOf ?? '') : ''
    return [{ name: outputName(item, position), key, keyOf, shape: keep === null ? { kind: 'linear', factors: 1, conditions: [] } : { ...shape, factors: Math.max(1, shape.factors), conditions } }]
  })
}

export function hasWindow(part: unknown): boolean {
  return [...everyNode(part, (node) => node['class'] === 'SUBQUERY')].some((node) => node['class'] === 'WINDOW')
}

/** Faults of all relations together. */
export function faultsOf(relations: readonly TracedRelation[]): TreeNode {
  const columns = relations.flatMap((relation) => (relation.faults === null ? [] : [coalesceNode([columnNode([relation.name, relation.faults]), numberNode(0)])]))
  return columns.reduce(orNode)
}
