import { asNode, nodesOf, type TreeNode } from '#core/boundary/statement-tree.ts'
import { callNode, numberNode, selectNode, subqueryNode, writtenNode } from '#core/boundary/tree-nodes.ts'
import type { TracedEntity } from '#core/disclosure-control/contributor-columns.ts'
import { traceCells } from '#core/disclosure-control/trace-cells.ts'
import { under } from '#core/disclosure-control/trace-from.ts'
import { freshName, type Reach, type Traced } from '#core/disclosure-control/traced.ts'

/**
 * Persons stacked upon the same persons less one count twice, but for that one: twice the plain total less this is its value,
 * and no two figures are over nearly the same entities. So where the same supplied rows stand in several branches of a UNION,
 * the branches must differ for many or for nobody, in each cell. Rows of different tables, or of different years, are stacked
 * freely: nobody counts twice in them.
 */

/** unit: none; source: an entity of which the supplied rows are not known is one row */
const UNKNOWN_ROW = 0

/** What tells the supplied rows that a row of a branch was made of; null where that is not known. */
export function rowOf(entity: TracedEntity): TreeNode | null {
  const [stack] = entity.stacks ?? []
  if (stack !== undefined) return stack.row
  const hashes = entity.rows?.flatMap(({ table, hash }) => [textNode(table.digest), hash]) ?? []
  return hashes.length === 0 ? null : callNode('hash', hashes, null, '')
}

/** The row as one column of each branch: where one branch does not know it, entities are compared in all of them. */
export function rowsOfBranches(entities: readonly TracedEntity[]): readonly TreeNode[] {
  const known = entities.map(rowOf)
  return known.map((row) => (row === null || known.includes(null) ? numberNode(UNKNOWN_ROW) : row))
}

/** Whether some branches have a supplied table in common and put different things of it into a column: other columns, other constants, other arithmetic. */
export function isWeighted(branches: readonly { readonly written: TreeNode | null; readonly entity: TracedEntity }[], keys: readonly boolean[]): boolean {
  const tables = branches.map(({ entity }) => new Set(entity.rows?.map(({ table }) => table.digest)))
  const together = branches.filter((_, one) => tables.some((others, other) => other !== one && ([...others].some((table) => tables[one]?.has(table) === true) || others.size === 0 || tables[one]?.size === 0)))
  return keys.some((key, place) => !key && new Set(together.map(({ written }) => itemOf(written, place))).size > 1)
}

/** What a branch has in one place; words by which branches are told apart are alike. */
function itemOf(select: TreeNode | null, place: number): string {
  const item = select?.['type'] === 'SELECT_NODE' ? nodesOf(select['select_list'])[place] ?? null : null
  if (item !== null && isWord(item)) return 'word'
  return writtenNode(item)
}

function isWord(item: TreeNode): boolean {
  const value = asNode(item['value'])?.['value']
  return item['class'] === 'CONSTANT' && typeof value === 'string' && Number.isNaN(Number(value))
}

/** The stacks of rows that are about to be put together entity by entity, or stacked again: judged as one cell. */
export function judgeStacks(rows: Traced, reach: Reach): void {
  if (rows.entities.every((entity) => (entity.stacks ?? []).length === 0)) return
  const name = freshName(reach, 'stack')
  const relation = under(name, rows)
  const select = selectNode([callNode('count_star', [], null, 'rows')], subqueryNode(rows.node, name, []), reach.withEntries)
  reach.sides.push(traceCells(select, { grouped: true, expressions: [], sets: [[]] }, [relation], relation.entities, reach))
}

function textNode(value: string): TreeNode {
  return { class: 'CONSTANT', type: 'VALUE_CONSTANT', alias: '', value: { type: { id: 'VARCHAR', type_info: null }, is_null: false, value } }
}
