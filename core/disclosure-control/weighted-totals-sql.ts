import type { CellPart, CellTable } from '#core/disclosure-control/contributor-plan.ts'
import type { Measure } from '#core/disclosure-control/contributor-measures.ts'
import { BUCKETS, type WeightedTotal } from '#core/disclosure-control/weighted-totals.ts'
import type { Row } from '#core/disclosure-control/typed-result.ts'

/** unit: rows; source: platform default: some dozens of cells; of more, combinations are not looked for */
const ROWS_MOST = 20_000
/** unit: steps; source: weights of entities between one and two in so many steps, so that no two of them cancel out by chance */
const STEPS = 1_000_003

/**
 * The statement that answers with each cell's totals, taken apart by entities: every entity is in one of some hundred buckets
 * by its hash, and counts there with a weight of its own. What holds of all totals but in a few buckets holds of all but a few
 * entities. Null where nothing is computed from values that could scale what others put in.
 */
export function weightedTotalsSql(table: CellTable, part: CellPart, source: string): string | null {
  const vectors = vectorsOf(table)
  if (part.ofCells === true || !table.measures.some((measure) => measure.curved && measure.within !== true) || vectors.length === 0) return null
  const keys = Array.from({ length: part.entityColumns }, (_, position) => `e${position}`)
  const groups = part.groups.flatMap((has, position) => (has ? [`g${position}`] : []))
  const own = `hash(${keys.map((key) => `x.${key}`).join(', ')}) AS h, ${vectors.map(({ value }, at) => `coalesce(${value}, 0)::DOUBLE AS x${at}`).join(', ')}`
  const weight = `(CASE WHEN h & 1 = 1 THEN 1.0 ELSE -1.0 END) * (1 + ((h >> 10) % ${STEPS})::DOUBLE / ${STEPS})`
  return `SELECT ${groups.map((group) => `${group}, `).join('')}((h >> 1) % ${BUCKETS})::INTEGER AS b, ${vectors.map((_, at) => `sum(w * x${at}) AS t${at}`).join(', ')} FROM (SELECT *, ${weight} AS w FROM (SELECT ${groups.map((group) => `x.${group}, `).join('')}${own} FROM ${source} AS x WHERE ${keys.map((key) => `x.${key} IS NOT NULL`).join(' AND ')}) AS y) AS z GROUP BY ALL LIMIT ${ROWS_MOST + 1}`
}

/** The totals of each cell as their statement answered; none where there are too many. */
export function readWeightedTotals(table: CellTable, part: CellPart, rows: readonly Row[]): readonly WeightedTotal[] {
  if (rows.length > ROWS_MOST) return []
  const vectors = vectorsOf(table)
  const groups = part.groups.filter(Boolean).length
  const cells = new Map<string, WeightedTotal[]>()
  for (const row of rows) {
    const cell = JSON.stringify(row.slice(0, groups).map(String))
    const known = cells.get(cell)
    const totals = known ?? vectors.map(({ curved }): WeightedTotal => ({ kind: part.kind, cell: `${table.name} ${cell}`, curved, buckets: new Float64Array(BUCKETS) }))
    if (known === undefined) cells.set(cell, totals)
    for (const [at, total] of totals.entries()) total.buckets[Number(row[groups])] = Number(row[groups + 1 + at] ?? 0)
  }
  return [...cells.values()].flat()
}

/** What each entity puts into each figure: its total, its number of rows, or for a spread what is multiplied. */
function vectorsOf({ measures }: CellTable): readonly { readonly value: string; readonly curved: boolean }[] {
  const value = (measure: Measure, i: number): string | null => {
    if (measure.within === true) return null
    if (measure.kind === 'total') return `x.v${i}`
    if (measure.kind === 'spread') return measure.paired ? `x.v${i} * x.y${i}` : `x.v${i} * x.v${i}`
    return measure.kind === 'count' && !measure.ofKeys ? `x.c${i}` : null
  }
  return measures.flatMap((measure, i) => { const found = value(measure, i); return found === null ? [] : [{ value: found, curved: measure.curved }] })
}
