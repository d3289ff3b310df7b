/** The non-uniform entropy of a node of the lattice, the loss by which searches are usually compared. */
import type { DistinctRows } from './coded-table.ts'
import type { JudgedClass } from './generalisation-search.ts'
import { nonUniformEntropy, withheldEntropy } from './information-loss.ts'

/** Bits lost by generalising each column to its level, withheld rows left aside. Each column's is reckoned once for each level. */
export function columnEntropies(table: DistinctRows): (levels: readonly number[]) => number {
  const byLevel = table.columns.map((column, position) => {
    const rows = Array.from(column.generalised[0] ?? [], () => 0)
    const codes = table.keys[position] ?? new Int32Array()
    for (const [at, code] of codes.entries()) rows[code] = (rows[code] ?? 0) + (table.sizes[at] ?? 0)
    return column.generalised.map((groups) => {
      const together = new Map<number, number>()
      for (const [value, count] of rows.entries()) together.set(groups[value] ?? 0, (together.get(groups[value] ?? 0) ?? 0) + count)
      return nonUniformEntropy(rows, rows.map((_, value) => together.get(groups[value] ?? 0) ?? 0))
    })
  })
  return (levels) => levels.reduce((sum, level, column) => sum + (byLevel[column]?.[level] ?? 0), 0)
}

/** Bits lost because the values of withheld rows are gone altogether. */
export function withheldEntropies(table: DistinctRows, levels: readonly number[], classes: readonly JudgedClass[]): number {
  return table.columns.reduce((sum, column, position) => {
    const groups = column.generalised[levels[position] ?? 0] ?? []
    const counts = new Map<number, number>()
    for (const { suppressed, example, size } of classes) {
      const group = groups[table.keys[position]?.[example] ?? 0] ?? 0
      if (suppressed) counts.set(group, (counts.get(group) ?? 0) + size)
    }
    return sum + withheldEntropy([...counts.values()])
  }, 0)
}
