import type { TableCell } from '#core/disclosure-control/suppression-audit.ts'

/** The cells of one select of a result. */
export interface SelectCells {
  /** The kind of entity that is counted. */
  readonly kind: string
  readonly cells: readonly TableCell[]
}

/**
 * Puts the totals that stand in another select, glued on by UNION or joined beside, to the cells that they add up: a select
 * with fewer groups whose values are those of the finer one's groups. Whether its cells are truly sums of the finer ones is
 * for the audit to see by their counts; where they are not, they tell nothing and change nothing.
 * @returns for each select its cells with all such totals
 */
export function withGluedTotals(selects: readonly SelectCells[]): readonly (readonly TableCell[])[] {
  return selects.map((fine) => {
    const cells = new Map(fine.cells.map((cell) => [nameOf(cell), cell]))
    if (fine.cells.every((cell) => cell.shown)) return fine.cells
    for (const coarse of selects) {
      if (coarse === fine || coarse.kind !== fine.kind) continue
      for (const cell of totalsOf(coarse.cells, fine.cells)) {
        const known = cells.get(nameOf(cell))
        if (known === undefined) cells.set(nameOf(cell), cell)
        else if (known.count === cell.count && cell.shown) cells.set(nameOf(cell), { ...known, shown: true })
      }
    }
    return [...cells.values()]
  })
}

/** The coarse cells as totals in the groups of the fine ones; none where the groups are others. */
function totalsOf(coarse: readonly TableCell[], fine: readonly TableCell[]): readonly TableCell[] {
  const [width, own] = [fine[0]?.groups.length ?? 0, coarse[0]?.groups.length ?? 0]
  if (own >= width) return []
  const values = valuesOf(fine, width)
  const places: number[] = []
  for (const wanted of valuesOf(coarse, own)) {
    const place = values.findIndex((has, at) => !places.includes(at) && [...wanted].every((value) => has.has(value)))
    if (place < 0) return []
    places.push(place)
  }
  return coarse.map((cell) => ({ ...cell, groups: Array.from({ length: width }, (_, group) => (places.includes(group) ? (cell.groups[places.indexOf(group)] ?? null) : null)) }))
}

/** The values of each group, totals left aside. */
function valuesOf(cells: readonly TableCell[], width: number): readonly ReadonlySet<string>[] {
  return Array.from({ length: width }, (_, group) => new Set(cells.flatMap((cell) => cell.groups[group] ?? [])))
}

function nameOf(cell: TableCell): string {
  return JSON.stringify(cell.groups)
}
