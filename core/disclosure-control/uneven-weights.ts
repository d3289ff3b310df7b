import { asNode, nodesOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'
import { isQuestion, lookUp, shapeOf, type TracedRelation } from '#core/disclosure-control/contributor-columns.ts'
import { aggregatesIn } from '#core/disclosure-control/contributor-measures.ts'
import { valueParts, writtenPart } from '#core/disclosure-control/value-parts.ts'
import { callNode, coalesceNode, everyNode, functionName, isAggregateName, isColumn, named } from '#core/boundary/tree-nodes.ts'

const SCALE_FREE: ReadonlySet<string> = new Set(['ln', 'log', 'log10', 'log2', 'sqrt', 'cbrt'])
const PRODUCTS: ReadonlySet<string> = new Set(['*', '/'])

/**
 * What lets one entity weigh otherwise than all others in a figure. A total in which everybody counts twice but one is no
 * total of others, so that no two sets differ; yet less twice the plain total it is that one's value. So the weights are
 * judged by themselves: a part of an expression must not be otherwise for a few.
 * @returns averages of parts of arithmetic, to be judged like figures
 */
export function weightFigures(select: TreeNode, relations: readonly TracedRelation[]): readonly TreeNode[] {
  const calls = aggregatesIn([select['select_list'], select['having'], select['qualify'], select['modifiers']]).filter((call) => call['class'] !== 'WINDOW')
  const inCalls = calls.flatMap((call) => nodesOf(call['children']).flatMap((argument) => (argument === null ? [] : partsOf(argument, relations))))
  const parts = [...inCalls, ...looseConditions(select, relations).flatMap((one) => partsBeside(one, relations))]
  const figures = new Map(parts.map((part) => [writtenPart(part), part]))
  return [...figures.values()].map((part) => callNode('avg', [coalesceNode([named(part, '')])], null, ''))
}

/** The same for how rows were joined: conditions that must hold for many or nobody, and not hold for many or nobody. */
export function weightConditions(select: TreeNode, relations: readonly TracedRelation[]): readonly TreeNode[] {
  return looseConditions(select, relations).filter((one) => relationsIn(one, relations).size === 1 && isOfEntities(one, relations))
}

/** Parts of arithmetic over several values that are themselves bent, or come from rows that the statement wrote out. */
function partsOf(argument: TreeNode, relations: readonly TracedRelation[]): readonly TreeNode[] {
  if (!namesSeveral(argument) && !isBent(argument, relations)) return []
  return valueParts(argument).flatMap(({ node, weighs }) => (weighs ? [node] : [])).filter((part) => (isColumn(part) ? isWrittenOut(part, relations) || isBent(part, relations) : isComputed(part) && isBent(part, relations) && isOfEntities(part, relations) && !isScaleFree(part, relations)))
}

/** A logarithm or root of a supplied value, or of a product or quotient of such: a constant in it only moves or scales the figure, so that it cannot be aimed at one entity. */
function isScaleFree(node: TreeNode, relations: readonly TracedRelation[]): boolean {
  const [argument = null, ...further] = nodesOf(node['children'])
  return SCALE_FREE.has(functionName(node)) && further.length === 0 && argument !== null && [...everyNode(argument)].every((part) => part['class'] === undefined
    || part['class'] === 'CONSTANT' || (isColumn(part) ? lookUp(part, relations).every(({ relation }) => relation.declared === true) : PRODUCTS.has(functionName(part))))
}

/** In a comparison of an entity with rows that are not its own, what is computed of the entity decides how many rows it gets. */
function partsBeside(condition: TreeNode, relations: readonly TracedRelation[]): readonly TreeNode[] {
  if (relationsIn(condition, relations).size <= 1) return []
  return [...within(condition)].filter((part) => isComputed(part) && !isQuestion(part) && relationsIn(part, relations).size === 1 && isBent(part, relations) && isOfEntities(part, relations))
}

/** Conditions of joins that do more than leave rows out: those tied by OR or NOT, those of outer joins, and comparisons with rows of nobody. */
function looseConditions(select: TreeNode, relations: readonly TracedRelation[]): readonly TreeNode[] {
  if (relations.length <= 1) return []
  const joins = [...everyNode(select['from_table'], (node) => node['type'] === 'SUBQUERY')].filter((node) => node['type'] === 'JOIN' && !saysNothing(node['condition']))
  const ons = joins.flatMap((join) => leaves(asNode(join['condition']), join['join_type'] === 'INNER' || join['join_type'] === 'SEMI' || join['join_type'] === 'ANTI'))
  const wheres = leaves(asNode(select['where_clause']), true).filter(() => relations.some((relation) => relation.entities.length === 0) || joins.length === 0)
  return [...ons, ...wheres].filter((one) => !isPlainEquality(one))
}

/** Single questions of a condition; at the top of an inner join one about a single relation only leaves rows out. */
function leaves(condition: TreeNode | null, top: boolean): readonly TreeNode[] {
  if (condition === null) return []
  if (condition['type'] === 'CONJUNCTION_AND') return nodesOf(condition['children']).flatMap((child) => leaves(child, top))
  if (condition['type'] === 'CONJUNCTION_OR' || condition['type'] === 'OPERATOR_NOT') return nodesOf(condition['children']).flatMap((child) => leaves(child, false))
  return top && !namesSeveral(condition) ? [] : [condition]
}

function namesSeveral(node: TreeNode): boolean {
  return new Set([...within(node)].filter(isColumn).map((column) => JSON.stringify(column['column_names']))).size > 1
}

function* within(node: TreeNode): Generator<TreeNode> {
  yield* everyNode(node, (one) => one['class'] === 'SUBQUERY' || one['class'] === 'WINDOW')
}

function isComputed(node: TreeNode): boolean {
  return (node['class'] === 'FUNCTION' && !isAggregateName(functionName(node))) || node['class'] === 'CASE' || node['type'] === 'OPERATOR_COALESCE'
}

function isBent(node: TreeNode, relations: readonly TracedRelation[]): boolean {
  return shapeOf(node, relations).kind === 'curved'
}

function isPlainEquality(node: TreeNode): boolean {
  return node['type'] === 'COMPARE_EQUAL' && [asNode(node['left']), asNode(node['right'])].every(isColumn)
}

function relationsIn(node: TreeNode, relations: readonly TracedRelation[]): ReadonlySet<TracedRelation> {
  return new Set([...within(node)].filter(isColumn).flatMap((column) => lookUp(column, relations).map(({ relation }) => relation)))
}

function isOfEntities(node: TreeNode, relations: readonly TracedRelation[]): boolean {
  return [...relationsIn(node, relations)].some((relation) => relation.entities.length > 0)
}

function isWrittenOut(column: TreeNode, relations: readonly TracedRelation[]): boolean {
  return lookUp(column, relations).some(({ relation }) => relation.entities.length === 0 && relation.faults === null)
}
