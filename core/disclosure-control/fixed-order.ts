import { asNode, asText, nodesOf } from '#core/boundary/statement-tree.ts'
import { isNumericKind } from './typed-result.ts'
import type { Cell, ResultColumn, Row, TypedResult } from './typed-result.ts'

/** Whether a statement says itself in which order its rows come. @param tree as the parser gave it */
export function hasOrder(tree: unknown): boolean {
  const [statement] = nodesOf(asNode(tree)?.['statements'])
  return nodesOf(asNode(statement?.['node'])?.['modifiers']).some((modifier) => asText(modifier?.['type']) === 'ORDER_MODIFIER')
}

/**
 * The rows in the one order that follows from themselves: by the columns from left to right, numbers by their size. A
 * statement without ORDER BY leaves the order open, and several threads give another one each time; so fixed, the same
 * rows are the same bytes.
 */
export function inFixedOrder({ columns, rows }: TypedResult): Row[] {
  return rows.toSorted((one, other) => {
    for (const [at, column] of columns.entries()) {
      const found = compared(column, one[at] ?? null, other[at] ?? null)
      if (found !== 0) return found
    }
    return 0
  })
}

function compared({ kind }: ResultColumn, one: Cell, other: Cell): number {
  if (one === other) return 0
  if (one === null || other === null) return one === null ? -1 : 1
  if (isNumericKind(kind)) {
    const difference = Number(one) - Number(other)
    if (difference !== 0 && !Number.isNaN(difference)) return difference
  }
  // Texts by their code units: no language's order, which may change with its tables.
  const [left, right] = [String(one), String(other)]
  return left === right ? 0 : left < right ? -1 : 1
}
