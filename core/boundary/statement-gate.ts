import { plainStatement } from '#core/boundary/plain-statement.ts'
import type { Lineage, StatementAnswer, StatementPolicy, StatementRefusal } from '#core/boundary/statement-policy.ts'
import { readQuery } from '#core/boundary/statement-query.ts'
import { statementRefusal, StatementRefused } from '#core/boundary/statement-refusals.ts'
import { openCatalogue } from '#core/boundary/statement-scope.ts'
import { asNode, asText, measureTree, nodesOf } from '#core/boundary/statement-tree.ts'

/**
 * Decides on a statement before any engine binds it: exactly one SELECT, authorized tables by catalogue name only,
 * listed functions, types and constructs only, within the limits. What is not known is denied.
 *
 * @param tree what DuckDB's json_serialize_sql returned, parsed; its shape is not trusted
 * @param statementLength characters of the SQL text
 * @returns the lineage of an allowed statement, or a refusal with code, byte offset, Chinese message and cure. Never throws.
 */
export function judgeStatement(tree: unknown, statementLength: number, policy: StatementPolicy): StatementAnswer {
  const refusal = checkShape(tree, statementLength, policy)
  if (refusal !== null) return { allow: false, refusal }
  const plain = plainStatement(tree, policy.tables)
  const { nodes } = measureTree(plain)
  if (nodes > policy.limits.nodes) return { allow: false, refusal: statementRefusal('statement-too-complex', null, `${nodes} 个成分`) }
  const [statement] = nodesOf(asNode(plain)?.['statements'])
  const catalogue = openCatalogue(policy)
  try {
    if (nodesOf(statement?.['named_param_map']).length > 0) throw new StatementRefused('parameter-refused', null)
    const outputs = readQuery(asNode(statement?.['node']), { catalogue, withNames: new Map(), outer: null })
    const lineage: Lineage = {
      reads: [...catalogue.reads],
      tables: [...catalogue.tablesRead],
      outputs: outputs.map((column) => ({ name: column.name, sources: [...column.sources] })),
    }
    return { allow: true, lineage }
  } catch (error) {
    if (error instanceof StatementRefused) return { allow: false, refusal: error.refusal }
    throw error
  }
}

function checkShape(tree: unknown, statementLength: number, policy: StatementPolicy): StatementRefusal | null {
  const { limits } = policy
  if (statementLength > limits.statementLength) return statementRefusal('statement-too-long', null, String(statementLength))
  const root = asNode(tree)
  if (root === null) return statementRefusal('statement-unparsable', null, '解析器没有返回结果')
  if (root['error'] !== false) return parserRefusal(asText(root['error_type']), asText(root['error_message']), asText(root['position']))
  const measure = measureTree(root)
  if (measure.depth > limits.depth) return statementRefusal('statement-too-complex', null, `嵌套 ${measure.depth} 层`)
  if (measure.nodes > limits.nodes) return statementRefusal('statement-too-complex', null, `${measure.nodes} 个成分`)
  if (measure.longestText > limits.literalLength) return statementRefusal('literal-too-long', null, String(measure.longestText))
  const count = nodesOf(root['statements']).length
  return count === 1 ? null : statementRefusal('statement-not-single', null, String(count))
}

function parserRefusal(kind: string, message: string, position: string): StatementRefusal {
  if (kind === 'not implemented') return statementRefusal('statement-not-select', null)
  return statementRefusal('statement-unparsable', /^\d+$/.test(position) ? Number(position) : null, message)
}

/** Line and column (both from 1, counted in characters) of a byte offset, for showing a refusal beside the text. */
export function placeInText(sql: string, byteOffset: number): { readonly line: number; readonly column: number } {
  const before = new TextDecoder().decode(new TextEncoder().encode(sql).subarray(0, byteOffset))
  const lines = before.split('\n')
  return { line: lines.length, column: [...(lines.at(-1) ?? '')].length + 1 }
}
