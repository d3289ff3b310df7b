import { NotPortable } from '#core/engine/portable-refusals.ts'
import { readExpression, type Reading } from '#core/engine/read-expression.ts'
import { directionOf } from '#core/engine/read-window.ts'
import { alike, compose, type Spelled, type Term } from '#core/engine/spelled.ts'
import { asList, asNode, asText, nodesOf, placeOf, saysNothing, type TreeNode } from '#core/boundary/statement-tree.ts'

/** What stands behind a query: whether doubles go, and its order and limit. */
export interface Tail {
  readonly distinct: boolean
  readonly sql: Spelled
}

interface Item {
  readonly term: Term
  readonly called: string
}

/** unit: digits; source: platform default, far above what a result may have of rows */
const LIMIT_DIGITS = 9

/** DISTINCT, ORDER BY and LIMIT of a query. Throws NotPortable for a limit that leaves to chance which rows are kept. */
export function readTail(node: TreeNode, items: readonly Item[], reading: Reading): Tail {
  let distinct = false
  let ordered: Spelled = alike('')
  let limited = ''
  for (const modifier of nodesOf(node['modifiers'])) {
    switch (asText(modifier?.['type'])) {
      case 'DISTINCT_MODIFIER':
        if (asList(modifier?.['distinct_on_targets']).length > 0) throw new NotPortable('distinct-on-not-portable', null)
        distinct = true
        break
      case 'ORDER_MODIFIER': ordered = readOrders(modifier, items, reading); break
      case 'LIMIT_MODIFIER': limited = limitOf(modifier); break
      default: throw new NotPortable('limit-not-portable', null)
    }
  }
  if (limited !== '' && ordered.duckdb === '') throw new NotPortable('limit-needs-order', null)
  return { distinct, sql: compose((piece) => `${piece(ordered)}${limited}`) }
}

function readOrders(modifier: TreeNode | null, items: readonly Item[], reading: Reading): Spelled {
  const keys = nodesOf(modifier?.['orders']).flatMap((order): Spelled[] => {
    const expression = asNode(order?.['expression'])
    const direction = directionOf(order)
    if (expression?.['class'] === 'STAR') return items.map((item) => alike(`${item.called} ${direction}`))
    const place = expression?.['class'] === 'CONSTANT' ? asNode(expression['value'])?.['value'] : undefined
    const item = typeof place === 'number' ? items[place - 1] : undefined
    if (expression?.['class'] === 'CONSTANT' && item === undefined) throw new NotPortable('order-place-unknown', placeOf(expression), String(place))
    const term = item?.term ?? readExpression(expression, reading)
    // An output is sorted by under its own name: under DISTINCT nothing else may be sorted by.
    const output = items.find((one) => one.term === term || one.term.sql.duckdb === term.sql.duckdb)
    return [output === undefined ? compose((piece) => `${piece(term.sql)} ${direction}`) : alike(`${output.called} ${direction}`)]
  })
  return compose((piece) => ` ORDER BY ${keys.map(piece).join(', ')}`)
}

function limitOf(modifier: TreeNode | null): string {
  const rows = (field: string, word: string): string => {
    if (saysNothing(modifier?.[field])) return ''
    const value = asNode(asNode(modifier?.[field])?.['value'])?.['value']
    const text = typeof value === 'number' ? String(value) : ''
    if (!/^\d+$/.test(text) || text.length > LIMIT_DIGITS) throw new NotPortable('limit-not-portable', null)
    return ` ${word} ${text}`
  }
  return `${rows('limit', 'LIMIT')}${rows('offset', 'OFFSET')}`
}
