import { callFunction } from '#core/engine/call-function.ts'
import { ORDER_DEPENDENT, WINDOW_AGGREGATES } from '#core/engine/portable-functions.ts'
import { NotPortable } from '#core/engine/portable-refusals.ts'
import { compose, type Spelled, type Term } from '#core/engine/spelled.ts'
import { asList, asNode, asText, fold, nodesOf, placeOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'

/** Functions that rank the rows of a partition: without an order they would rank chance. */
const RANKING = new Set(['row_number', 'rank', 'dense_rank', 'percent_rank', 'cume_dist', 'ntile', 'lag', 'lead'])
/** unit: rows; source: platform default */
const ROWS_DIGITS = 6

/** A call along a window. Throws NotPortable for frames and additions on which the engines differ. */
export function readWindow(node: TreeNode, read: (child: unknown) => Term): Term {
  const called = fold(asText(node['function_name']))
  // Along a window the parser writes count(*) without the star.
  const name = called === 'count' && asList(node['children']).length === 0 ? 'count_star' : called
  const at = placeOf(node)
  const extra = ['filter_expr', 'arg_orders', 'distinct', 'ignore_nulls'].some((field) => !saysNothing(node[field]))
  const orders = nodesOf(node['orders'])
  if (extra || (orders.length === 0 && !WINDOW_AGGREGATES.has(name) && !ORDER_DEPENDENT.has(name))) throw new NotPortable('window-not-portable', at, name)
  if (asText(node['exclude_clause']) !== 'NO_OTHER') throw new NotPortable('window-frame-not-portable', at)
  const partitions = asList(node['partitions']).map(read)
  const keys = orders.map((order) => readOrder(order, read))
  const frame = RANKING.has(name) ? '' : frameOf(node)
  const over = compose((piece) => {
    const by = partitions.length === 0 ? '' : `PARTITION BY ${partitions.map((term) => piece(term.sql)).join(', ')}`
    const along = keys.length === 0 ? '' : `ORDER BY ${keys.map((key) => piece(key.sql)).join(', ')}`
    return ` OVER (${[by, along, frame].filter((part) => part !== '').join(' ')})`
  })
  const args = [...asList(node['children']), ...['offset_expr', 'default_expr'].map((field) => node[field]).filter((part) => !saysNothing(part))].map(read)
  const kinds = WINDOW_AGGREGATES.has(name) ? (['aggregate'] as const) : (['window'] as const)
  const term = callFunction(name, kinds, args, at, { sql: over, parts: [...partitions, ...keys.map((key) => key.term)] })
  return { ...term, aggregates: [...args, ...partitions, ...keys.map((key) => key.term)].some((part) => part.aggregates), neverZero: false }
}

/** One key of an ORDER BY, with the place of missing values written out: last, as on the reference engine. */
export function readOrder(order: TreeNode | null, read: (child: unknown) => Term): { readonly term: Term; readonly sql: Spelled } {
  const term = read(order?.['expression'])
  return { term, sql: compose((piece) => `${piece(term.sql)} ${directionOf(order)}`) }
}

/** The words behind an ORDER BY key. */
export function directionOf(order: TreeNode | null): string {
  const nulls = asText(order?.['null_order'])
  const first = nulls === 'NULLS FIRST' || nulls === 'NULLS_FIRST'
  return `${order?.['type'] === 'DESCENDING' ? 'DESC' : 'ASC'} NULLS ${first ? 'FIRST' : 'LAST'}`
}

function frameOf(node: TreeNode): string {
  const [start, end] = [asText(node['start']), asText(node['end'])]
  if (start === 'UNBOUNDED_PRECEDING' && end === 'CURRENT_ROW_RANGE') return ''
  const edge = (kind: string, expression: unknown): string => {
    switch (kind) {
      case 'UNBOUNDED_PRECEDING': return 'UNBOUNDED PRECEDING'
      case 'UNBOUNDED_FOLLOWING': return 'UNBOUNDED FOLLOWING'
      case 'CURRENT_ROW_ROWS': return 'CURRENT ROW'
      case 'EXPR_PRECEDING_ROWS': return `${rowsOf(expression, node)} PRECEDING`
      case 'EXPR_FOLLOWING_ROWS': return `${rowsOf(expression, node)} FOLLOWING`
      default: throw new NotPortable('window-frame-not-portable', placeOf(node))
    }
  }
  return `ROWS BETWEEN ${edge(start, node['start_expr'])} AND ${edge(end, node['end_expr'])}`
}

function rowsOf(expression: unknown, node: TreeNode): string {
  const value = asNode(asNode(expression)?.['value'])?.['value']
  const text = typeof value === 'number' ? String(value) : ''
  if (!/^\d+$/.test(text) || text.length > ROWS_DIGITS) throw new NotPortable('window-frame-not-portable', placeOf(node))
  return text
}
