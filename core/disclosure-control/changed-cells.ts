import { isNumericKind } from './typed-result.ts'
import type { CellKind, Row } from './typed-result.ts'

type Compared = { columns: readonly { name: string; kind: CellKind }[]; rows: readonly Row[] | null }

/** How a column of figures changed between two results, counted: no figure is told. */
export type ChangedCells = {
  column: string
  /** Groups that both results have, and how many of them have another figure now. */
  compared: number
  changed: number
  /** Of these, how many changed by less than the number of entities that must stand behind a figure: whoever subtracts learns of few. */
  byFew: number
}

/**
 * Lays two results on each other by their groups — the columns that hold no numbers — and counts what changed in each
 * column of numbers. Null where a result is gone, where they share no group column or no figure, or where a group stands twice.
 * @param few entities that must stand behind a figure
 */
export function changedCells(before: Compared, now: Compared, few: number): ChangedCells[] | null {
  const shared = now.columns.filter(({ name }) => before.columns.some((one) => one.name === name))
  const keys = shared.filter(({ kind }) => !isNumericKind(kind)).map(({ name }) => name)
  const figures = shared.filter(({ kind }) => isNumericKind(kind)).map(({ name }) => name)
  if (before.rows === null || now.rows === null || keys.length === 0 || figures.length === 0) return null
  const [was, is] = [byGroup(before.columns, before.rows, keys), byGroup(now.columns, now.rows, keys)]
  if (was === null || is === null) return null
  return figures.map((column) => {
    const [old, fresh] = [placeOf(before.columns, column), placeOf(now.columns, column)]
    let [compared, changed, byFew] = [0, 0, 0]
    for (const [group, row] of is) {
      const earlier = was.get(group)
      if (earlier === undefined) continue
      compared += 1
      const [from, to] = [Number(earlier[old] ?? Number.NaN), Number(row[fresh] ?? Number.NaN)]
      if (Object.is(from, to)) continue
      changed += 1
      if (Math.abs(to - from) < few) byFew += 1
    }
    return { column, compared, changed, byFew }
  })
}

function byGroup(columns: Compared['columns'], rows: readonly Row[], keys: readonly string[]): ReadonlyMap<string, Row> | null {
  const places = keys.map((name) => placeOf(columns, name))
  const groups = new Map(rows.map((row) => [JSON.stringify(places.map((at) => row[at] ?? null)), row]))
  return groups.size === rows.length ? groups : null
}

function placeOf(columns: Compared['columns'], name: string): number {
  return columns.findIndex((one) => one.name === name)
}
