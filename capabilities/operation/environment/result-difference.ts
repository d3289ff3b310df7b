import type { Row } from '#core/disclosure-control/typed-result.ts'

export type Derived = { columns: readonly string[]; rows: readonly Row[] }

/** Where two results differ, without a value of either: what a reviewer may be told. Rows count from 1. */
export type ResultDifference =
  | { kind: 'columns'; before: readonly string[]; now: readonly string[] }
  | { kind: 'rows'; before: number; now: number }
  | { kind: 'order'; row: number }
  | { kind: 'cells'; row: number; column: string; cells: number; rows: number }

/** The first place where a derived result is not the stored one, cell by cell; null where both are the same. */
export function resultDifference(before: Derived, now: Derived): ResultDifference | null {
  if (JSON.stringify(before.columns) !== JSON.stringify(now.columns)) return { kind: 'columns', before: before.columns, now: now.columns }
  if (before.rows.length !== now.rows.length) return { kind: 'rows', before: before.rows.length, now: now.rows.length }
  let [row, column, cells, rows] = [0, '', 0, 0]
  for (const [at, was] of before.rows.entries()) {
    const is = now.rows[at] ?? []
    const changed = before.columns.flatMap((name, position) => (JSON.stringify(was[position] ?? null) === JSON.stringify(is[position] ?? null) ? [] : [name]))
    if (changed.length === 0) continue
    if (rows === 0) [row, column] = [at + 1, changed[0] ?? '']
    rows += 1
    cells += changed.length
  }
  if (rows === 0) return null
  return sameRows(before.rows, now.rows) ? { kind: 'order', row } : { kind: 'cells', row, column, cells, rows }
}

function sameRows(before: readonly Row[], now: readonly Row[]): boolean {
  const sorted = (rows: readonly Row[]): string => JSON.stringify(rows.map((row) => JSON.stringify(row)).toSorted())
  return sorted(before) === sorted(now)
}

/** The difference as a sentence. */
export function differenceText(difference: ResultDifference): string {
  switch (difference.kind) {
    case 'columns': return `字段不同：原为“${difference.before.join('、')}”，重新得出的为“${difference.now.join('、')}”。`
    case 'rows': return `行数不同：原为 ${difference.before} 行，重新得出的为 ${difference.now} 行。`
    case 'order': return `各行内容相同，自第 ${difference.row} 行起次序不同：语句的 ORDER BY 没有唯一确定次序。`
    case 'cells': return `自第 ${difference.row} 行“${difference.column}”起不同，共 ${difference.rows} 行、${difference.cells} 个值。`
  }
}
