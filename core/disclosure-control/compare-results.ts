import type { Row } from './typed-result.ts'

/** How two results differ: names of columns, and rows counted, never shown. Rows are compared only where the columns are the same. */
export type ResultDifference = {
  columnsAdded: string[]
  columnsRemoved: string[]
  rows: { same: number; added: number; removed: number } | null
}

type Compared = { columns: readonly string[]; rows: readonly Row[] | null }

/** What a later result has that an earlier one had not, and the other way round: where few rows differ, their subtraction tells of few. */
export function compareResults(before: Compared, now: Compared): ResultDifference {
  const columnsAdded = now.columns.filter((name) => !before.columns.includes(name))
  const columnsRemoved = before.columns.filter((name) => !now.columns.includes(name))
  const sameColumns = columnsAdded.length === 0 && columnsRemoved.length === 0
  if (!sameColumns || before.rows === null || now.rows === null) return { columnsAdded, columnsRemoved, rows: null }
  const counts = countsOf(before.rows, before.columns, now.columns)
  let same = 0
  for (const row of now.rows) {
    const key = JSON.stringify(row)
    const left = counts.get(key) ?? 0
    if (left === 0) continue
    counts.set(key, left - 1)
    same += 1
  }
  return { columnsAdded, columnsRemoved, rows: { same, added: now.rows.length - same, removed: before.rows.length - same } }
}

/** How often each row occurs, its cells in the order of the later result's columns. */
function countsOf(rows: readonly Row[], columns: readonly string[], order: readonly string[]): Map<string, number> {
  const positions = order.map((name) => columns.indexOf(name))
  const counts = new Map<string, number>()
  for (const row of rows) {
    const key = JSON.stringify(positions.map((at) => row[at] ?? null))
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}
