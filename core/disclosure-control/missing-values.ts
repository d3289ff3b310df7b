import { asNode, asText, nodesOf, type TreeNode } from '#core/boundary/statement-tree.ts'
import { allOf, everyNode, isColumn, isNotNull } from '#core/boundary/tree-nodes.ts'
import { lookUp, shapeOf, type TracedRelation } from '#core/disclosure-control/contributor-columns.ts'
import type { MeasureKind, TracedMeasure } from '#core/disclosure-control/contributor-measures.ts'
import { writtenPart } from '#core/disclosure-control/value-parts.ts'

/** Kinds of figures that leave out rows of which a value is missing. */
export const LEAVES_OUT: ReadonlySet<MeasureKind> = new Set(['count', 'total', 'spread', 'quantile'])

/**
 * The select as if WHERE left out the rows that each of its figures leaves out, for a value computed by a condition is missing in
 * them: nobody can tell the two ways of writing apart, and so the cell is that of the others, whom the ledger then knows it by.
 * A single figure over more rows, such as count(*), and the few are what lies between: then nothing is changed.
 */
export function withoutMissing(select: TreeNode, figures: readonly { readonly call: TreeNode; readonly measure: TracedMeasure }[], relations: readonly TracedRelation[]): TreeNode {
  const [first, ...others] = figures.map(({ call, measure }) => (LEAVES_OUT.has(measure.kind) ? nodesOf(call['children']).filter((child) => child !== null) : []))
  const missing = (first ?? []).filter((argument) => isColumn(argument) && shapeOf(argument, relations).conditions.length > 0
    && others.every((own) => own.some((other) => writtenPart(other) === writtenPart(argument))))
  if (missing.length === 0) return select
  const where = asNode(select['where_clause'])
  return { ...select, where_clause: allOf([...(where === null ? [] : [where]), ...missing.map(isNotNull)]) }
}

/**
 * Whether an expression says of a row no more than that supplied values are there: which they are in is the catalogue's doing,
 * so that it cannot be aimed at anybody, and a count of it less another tells only how many values are missing.
 */
export function saysPresence(node: TreeNode | null, relations: readonly TracedRelation[]): boolean {
  if (node === null) return false
  if (isColumn(node)) {
    const found = lookUp(node, relations)
    // One branch of a stack may have written out what another has supplied: of its rows it is not known whose they are.
    return found.length > 0 && found.every(({ relation, supplied }) => relation.declared === true || (supplied === true && relation.entities.length > 0 && relation.entities.every((entity) => entity.rows !== undefined)))
  }
  const children = nodesOf(node['children'])
  switch (node['class']) {
    case 'CONSTANT': return true
    case 'CAST': return saysPresence(asNode(node['child']), relations)
    case 'CASE': return [...nodesOf(node['case_checks']).flatMap((check) => [asNode(check?.['when_expr']), asNode(check?.['then_expr'])]), asNode(node['else_expr'])].every((part) => part === null || part['class'] === 'CONSTANT' || (!isColumn(part) && saysPresence(part, relations)))
    default: return node['type'] === 'CONJUNCTION_AND' ? children.every((child) => saysPresence(child, relations)) : node['type'] === 'OPERATOR_IS_NOT_NULL' && children.every((child) => isColumn(child) && saysPresence(child, relations))
  }
}

/** A filter without the parts that ask whether an argument is there, where the figure leaves out the rows in which it is not. */
export function withoutOwnPresence(filter: TreeNode | null, args: readonly TreeNode[]): TreeNode | null {
  if (filter === null || args.length === 0) return filter
  const own = new Set(args.map(writtenPart))
  const asked = filter['type'] === 'CONJUNCTION_AND' ? nodesOf(filter['children']) : [filter]
  const isOwn = (one: TreeNode): boolean => one['type'] === 'OPERATOR_IS_NOT_NULL' && nodesOf(one['children']).every((child) => child !== null && own.has(writtenPart(child)))
  return allOf(asked.flatMap((one) => (one === null || isOwn(one) ? [] : [one])))
}

/** Whether a join may put missing values into rows: then the statement has chosen whose they are. */
export function joinsAddMissing(select: TreeNode): boolean {
  return [...everyNode(select['from_table'], (node) => node['type'] === 'SUBQUERY')].some((node) => node['type'] === 'JOIN' && !KEEPS_VALUES.has(asText(node['join_type'])))
}
const KEEPS_VALUES: ReadonlySet<string> = new Set(['INNER', 'SEMI', 'ANTI'])
