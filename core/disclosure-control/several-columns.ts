import { asNode, asText, nodesOf, type TreeNode } from '#core/boundary/statement-tree.ts'
import { isQuestion, lookUp, shapeOf, type TracedRelation } from '#core/disclosure-control/contributor-columns.ts'
import { everyNode, functionName, isColumn } from '#core/boundary/tree-nodes.ts'
import { NotTraceable } from '#core/disclosure-control/not-traceable.ts'

/** Arithmetic that puts values beside each other, so that all of them can be read in the digits of the result. */
export const ADDS: ReadonlySet<string> = new Set(['+', '-', 'add', 'subtract'])
export const SCALES: ReadonlySet<string> = new Set(['*', 'multiply', '/', 'divide', '//', 'pow', 'power', '**', '^'])
const CUTS: ReadonlySet<string> = new Set(['round', 'floor', 'ceil', 'ceiling', 'trunc', '%', 'mod', '//'])
const JOINS_TEXT: ReadonlySet<string> = new Set(['||', 'concat', 'concat_ws'])
/** unit: multiples; source: platform default: a weight of a composite figure lies within, one that shifts a value's digits beyond another's does not */
const LARGEST_WEIGHT = 100
/** unit: base; source: the engine writes a decimal as its digits and their scale */
const DECIMAL_BASE = 10

/** Supplied columns that an expression is computed from, each once; columns of nobody's rows are constants. */
function columnsIn(node: TreeNode, relations: readonly TracedRelation[]): ReadonlySet<string> {
  return new Set([...everyNode(node, (one) => one['class'] === 'SUBQUERY')].filter(isColumn).flatMap((column) => lookUp(column, relations))
    .filter(({ relation }) => relation.entities.length > 0).map(({ relation, name }) => `${relation.name}.${name}`))
}

/**
 * Whether an expression puts several values of an entity beside each other in one number, such as income * 100000000 + the
 * day of birth: a quantile of it is the record of one entity. Ratios, differences and sums with ordinary weights are not.
 */
export function isPacked(node: TreeNode, relations: readonly TracedRelation[]): boolean {
  const parts = [...everyNode(node, (one) => one['class'] === 'SUBQUERY')]
  if (parts.some((one) => isColumn(one) && lookUp(one, relations).some((column) => column.packed === true))) return true
  const below = (sum: TreeNode): readonly TreeNode[] => [...everyNode(sum, (one) => one['class'] === 'SUBQUERY')].filter((one) => columnsIn(one, relations).size > 0)
  const sums = columnsIn(node, relations).size > 1 ? parts.filter((one) => ADDS.has(functionName(one))) : []
  return sums.some((sum) => below(sum).some((one) => shiftsDigits(one, relations) || (CUTS.has(functionName(one)) && columnsIn(sum, relations).size > 1)))
}

function shiftsDigits(node: TreeNode, relations: readonly TracedRelation[]): boolean {
  if (!SCALES.has(functionName(node))) return false
  const fixed = nodesOf(node['children']).filter((child) => child !== null && columnsIn(child, relations).size === 0)
  return fixed.some((child) => { const weight = weightOf(child); return weight === null || weight > LARGEST_WEIGHT || weight < 1 / LARGEST_WEIGHT })
}

/** The size of a constant; null for anything else, and for nought. */
function weightOf(node: TreeNode | null): number | null {
  if (node?.['class'] === 'CAST') return weightOf(asNode(node['child']))
  const constant = asNode(node?.['value'])
  const value = Math.abs(Number(constant?.['value']))
  if (node?.['class'] !== 'CONSTANT' || !Number.isFinite(value) || value === 0) return null
  return value / DECIMAL_BASE ** Number(asNode(asNode(constant?.['type'])?.['type_info'])?.['scale'] ?? 0)
}

/**
 * The conditions on which a row's place depends beside its own value: an order made up of several columns could put one
 * entity among the others by its value, and each of their places would tell on which side of it they lie.
 * @throws NotTraceable where several columns are put into an order in a way of which nobody could say what it does
 */
export function conditionsOfPlace(window: TreeNode, relations: readonly TracedRelation[]): readonly TreeNode[] {
  const parts = [...nodesOf(window['partitions']), ...nodesOf(window['orders']).map((order) => asNode(order?.['expression']))].filter((part) => part !== null)
  return parts.filter((part) => !isColumn(part)).flatMap((part) => {
    const conditions = questionsIn(part)
    const several = columnsIn(part, relations).size > 1
    if (several && conditions.length === 0 && shapeOf(part, relations).kind === 'opaque' && !isJoinedText(part)) throw new NotTraceable('hidden-condition')
    return several ? conditions : []
  })
}

function questionsIn(node: TreeNode): readonly TreeNode[] {
  if (node['class'] === 'SUBQUERY') return []
  if (isQuestion(node)) return [node]
  const asked = nodesOf(node['case_checks']).flatMap((check) => { const when = asNode(check?.['when_expr']); return when === null || isQuestion(when) ? [] : [when] })
  return [...asked, ...Object.values(node).flatMap((value) => (Array.isArray(value) ? nodesOf(value) : [asNode(value)])).flatMap((child) => (child === null ? [] : questionsIn(child)))]
}

function isJoinedText(node: TreeNode): boolean {
  if (node['class'] === 'CAST') { const child = asNode(node['child']); return child !== null && isJoinedText(child) }
  return isColumn(node) || node['class'] === 'CONSTANT' || (JOINS_TEXT.has(asText(node['function_name'])) && nodesOf(node['children']).every((child) => child !== null && isJoinedText(child)))
}
