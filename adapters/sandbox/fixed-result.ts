import { createHash } from 'node:crypto'
import { hasOrder, inFixedOrder } from '#core/disclosure-control/fixed-order.ts'
import type { ResultColumn, Row } from '#core/disclosure-control/typed-result.ts'
import type { DigestedResult } from './job-frames.ts'

/** unit: rows; source: each call of the hash costs more than a row, and a text of so many is still short */
const ROWS_AT_ONCE = 1000

/** The digest of a result, as the reader of frames makes it: columns and rows, one JSON line each. */
export function digestOfResult(columns: readonly ResultColumn[], rows: readonly Row[]): string {
  const hash = createHash('sha256').update(`${JSON.stringify(columns.map(({ name, type, kind }) => ({ name, type, kind })))}\n`)
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) hash.update(rows.slice(from, from + ROWS_AT_ONCE).map((row) => `${JSON.stringify(row)}\n`).join(''))
  return hash.digest('hex')
}

/** A result as it is kept: where the statement leaves the order of its rows open, in the one order that follows from them. @param tree the statement, as the parser gave it */
export function fixedResult(tree: unknown, result: DigestedResult): DigestedResult {
  if (hasOrder(tree)) return result
  const rows = inFixedOrder(result)
  return { columns: result.columns, rows, digest: digestOfResult(result.columns, rows) }
}
