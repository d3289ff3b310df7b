import { asList, asNode, asText, fold, nodesOf, type TreeNode } from '#core/boundary/statement-tree.ts'
import { functionName, isColumn } from '#core/disclosure-control/tree-nodes.ts'

/** What is known of a column while contributors are traced. */
export interface TracedColumn {
  readonly name: string
  /** It is, or is part of, the key of an entity. */
  readonly key: boolean
  /** A supplied value or simple arithmetic on supplied values: no condition can have been packed into it. */
  readonly plain: boolean
}

export interface TracedRelation {
  readonly name: string
  readonly columns: readonly TracedColumn[]
  /** Names of the columns that identify the entity of each row; empty where rows belong to none. */
  readonly entityColumns: readonly string[]
}

const ARITHMETIC: ReadonlySet<string> = new Set(['+', '-', '*', '/', '//', 'abs', 'round', 'floor', 'ceil', 'date_diff', 'datediff', 'year', 'ln', 'sqrt'])
/** unit: columns in one measured expression; source: with three, an indicator, an offset and a value fit into plain arithmetic */
const MOST_COLUMNS_IN_ARITHMETIC = 2

/** The columns a written name can mean. */
export function lookUp(node: TreeNode, relations: readonly TracedRelation[]): readonly TracedColumn[] {
  const parts = asList(node['column_names']).map(asText)
  const column = fold(parts.at(-1) ?? '')
  const qualifier = parts.length > 1 ? fold(parts.at(0) ?? '') : null
  return relations
    .filter((relation) => qualifier === null || fold(relation.name) === qualifier)
    .flatMap((relation) => relation.columns.filter((candidate) => fold(candidate.name) === column))
}

export function isKeyColumn(node: TreeNode | null, relations: readonly TracedRelation[]): boolean {
  return isColumn(node) && lookUp(node, relations).some((column) => column.key)
}

/** Whether an expression is a supplied value or simple arithmetic on at most two of them. */
export function isPlain(node: TreeNode | null, relations: readonly TracedRelation[]): boolean {
  const columns = plainColumns(node, relations)
  return columns !== null && columns <= MOST_COLUMNS_IN_ARITHMETIC
}

/** Columns used by plain arithmetic, or null when the expression is anything else. */
function plainColumns(node: TreeNode | null, relations: readonly TracedRelation[]): number | null {
  if (node === null) return null
  switch (node['class']) {
    case 'CONSTANT': return 0
    case 'CAST': return plainColumns(asNode(node['child']), relations)
    case 'COLUMN_REF': {
      const found = lookUp(node, relations)
      return found.length > 0 && found.every((column) => column.plain && !column.key) ? 1 : null
    }
    case 'FUNCTION': {
      if (!ARITHMETIC.has(functionName(node))) return null
      const counts = nodesOf(node['children']).map((child) => plainColumns(child, relations))
      return counts.reduce<number | null>((sum, count) => (sum === null || count === null ? null : sum + count), 0)
    }
    default: return null
  }
}

/** Whether an expression says yes or no, or picks among constants: rates are sums of these. */
export function isIndicator(node: TreeNode | null): boolean {
  if (node === null) return false
  if (node['class'] === 'CAST') return isIndicator(asNode(node['child']))
  if (node['class'] === 'COMPARISON' || node['class'] === 'BETWEEN' || node['class'] === 'CONJUNCTION') return true
  if (node['class'] !== 'CASE') return false
  const branches = [...nodesOf(node['case_checks']).map((check) => asNode(check?.['then_expr'])), asNode(node['else_expr'])]
  return branches.every((branch) => branch === null || isConstant(branch))
}

function isConstant(node: TreeNode): boolean {
  return node['class'] === 'CONSTANT' || (node['class'] === 'CAST' && asNode(node['child'])?.['class'] === 'CONSTANT')
}

/**
 * Whether an expression uses an entity's key other than to count it, to join on it or to ask whether it is there.
 * A filter on a key singles out or leaves out one person, which no count of the rest can show.
 */
export function misusesKey(node: TreeNode | null, relations: readonly TracedRelation[]): boolean {
  if (node === null) return false
  if (isColumn(node)) return isKeyColumn(node, relations)
  const children = Object.values(node).flatMap((value) => (Array.isArray(value) ? nodesOf(value) : [asNode(value)]))
  const direct = children.filter((child) => isKeyColumn(child, relations))
  const counted = functionName(node) === 'count'
  const present = node['type'] === 'OPERATOR_IS_NOT_NULL'
  const joined = node['type'] === 'COMPARE_EQUAL' && direct.length === asList([node['left'], node['right']]).length
  const excused = counted || present || joined
  return children.some((child) => (excused && direct.includes(child) ? false : misusesKey(child, relations)))
}
