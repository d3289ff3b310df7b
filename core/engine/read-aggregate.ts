import { callFunction } from '#core/engine/call-function.ts'
import { PORTABLE_FUNCTIONS } from '#core/engine/portable-functions.ts'
import { NotPortable } from '#core/engine/portable-refusals.ts'
import { INTEGER, TEXT } from '#core/engine/portable-type.ts'
import { alike, asCondition, compose, termOf, type Term } from '#core/engine/spelled.ts'
import { asList, asNode, asText, fold, nodesOf, placeOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'

const AGGREGATE_NAMES = new Set(PORTABLE_FUNCTIONS.filter(({ kind }) => kind === 'aggregate').map(({ name }) => name))

/** A call over a group, or null where the function is none. Throws NotPortable for a call whose answer the engines would disagree on. */
export function readAggregate(node: TreeNode, read: (child: unknown) => Term): Term | null {
  const name = fold(asText(node['function_name']))
  const at = placeOf(node)
  const orders = nodesOf(asNode(node['order_bys'])?.['orders'])
  if (name === 'string_agg') return joinTexts(node, orders, read)
  if (!AGGREGATE_NAMES.has(name)) {
    if (orders.length > 0 || node['distinct'] === true || !saysNothing(node['filter'])) throw new NotPortable('function-not-portable', at, name)
    return null
  }
  if (orders.length > 0) throw new NotPortable('construct-not-portable', at, `${name}(… ORDER BY …)`)
  const args = asList(node['children']).map(read)
  if (args.some((argument) => argument.aggregates)) throw new NotPortable('construct-not-portable', at, '汇总函数套汇总函数')
  const condition = filterOf(node, read)
  const sql = condition === null ? alike('') : compose((piece) => ` FILTER (WHERE ${piece(condition.sql)})`)
  const behind = { sql, parts: condition === null ? [] : [condition] }
  if (node['distinct'] !== true) return callFunction(name, ['aggregate'], args, at, behind)
  const [only] = args
  if (name !== 'count' || only === undefined || args.length > 1) throw new NotPortable('distinct-aggregate-not-portable', at, name)
  const distinct = compose((piece, engine) => (engine === 'duckdb' ? `count(DISTINCT ${piece(only.sql)})${piece(sql)}` : `toInt64(uniqExact(${piece(only.sql)})${piece(sql)})`))
  return termOf(INTEGER, [only, ...behind.parts], distinct, { aggregates: true })
}

function filterOf(node: TreeNode, read: (child: unknown) => Term): Term | null {
  return saysNothing(node['filter']) ? null : asCondition(read(node['filter']), placeOf(node))
}

/** Texts of a group in one, sorted by themselves: any other order leaves equal keys to chance. */
function joinTexts(node: TreeNode, orders: readonly (TreeNode | null)[], read: (child: unknown) => Term): Term {
  const at = placeOf(node)
  const [value, separator] = asList(node['children']).map(read)
  const [order] = orders
  if (value?.type.kind !== 'text' || separator?.constant === null || separator?.type.kind !== 'text') throw new NotPortable('arguments-not-portable', at, 'string_agg')
  if (node['distinct'] === true) throw new NotPortable('distinct-aggregate-not-portable', at, 'string_agg')
  if (orders.length !== 1 || read(order?.['expression']).sql.duckdb !== value.sql.duckdb) throw new NotPortable('aggregate-needs-order', at, 'string_agg')
  const down = order?.['type'] === 'DESCENDING'
  const condition = filterOf(node, read)
  const filter = condition === null ? alike('') : compose((piece) => ` FILTER (WHERE ${piece(condition.sql)})`)
  const sql = compose((piece, engine) => {
    const [text, behind, between] = [piece(value.sql), piece(filter), piece(separator.sql)]
    if (engine === 'duckdb') return `string_agg(${text}, ${between} ORDER BY ${text}${down ? ' DESC' : ''})${behind}`
    return `if(count(${text})${behind} = 0, NULL, arrayStringConcat(${down ? 'arrayReverseSort' : 'arraySort'}(groupArray(${text})${behind}), ${between}))`
  })
  return termOf(TEXT, [value, ...(condition === null ? [] : [condition])], sql, { aggregates: true })
}
