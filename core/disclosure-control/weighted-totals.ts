/** unit: buckets; source: of ten entities all are in buckets of their own with a probability of 0.84, of few nearly always */
export const BUCKETS = 256
/** unit: totals; source: platform default, what can be combined within some milliseconds; of more, those of each cell are */
const TOGETHER_MOST = 24
/** unit: buckets; source: by chance no combination vanishes in so many more than its totals can bring about */
const MARGIN = 4
/** unit: draws; source: of 25 buckets with 9 faulty ones and 6 totals one draw in 50 has none of the faulty */
const DRAWS = 250
/** unit: totals; source: one alone is judged by itself */
const TOGETHER_LEAST = 2
/** unit: multiples; source: the minimal standard generator of Park and Miller, as corrected in 1993 */
const MULTIPLIER = 48_271
/** unit: states; source: the same */
const STATES = 2_147_483_647
/** Relative to the largest in a row of numbers; source: sums of doubles differ in the fifteenth digit, one entity among thousands in the eighth. */
const NOTHING = 1e-11
/** The same for what a combination leaves in a bucket, where rounding has added up. */
const LEFT = 1e-10

/** A total of one cell, taken apart into buckets of entities (weighted-totals-sql.ts). */
export interface WeightedTotal {
  readonly kind: string
  readonly cell: string
  /** Whether what each entity puts in is more than sums and multiples of supplied values. */
  readonly curved: boolean
  readonly buckets: Float64Array
}

/**
 * Whether totals can be added and subtracted, each multiplied by whatever number, so that only a few entities are left. Two
 * totals may have no contribution in common and give one away nevertheless: the plain total, one in which everybody born by
 * some day counts twice, and one in which everybody born by the next day counts five times. A combination that leaves few
 * vanishes in all buckets but few, so that totals are dependent in nearly every draw of buckets, and independent in all.
 * @returns for each combination that was found, in how many buckets something is left
 */
export function leftByCombining(totals: readonly WeightedTotal[], minimum: number): readonly number[] {
  const kinds = [...new Set(totals.map(({ kind }) => kind))]
  return kinds.flatMap((kind) => {
    const own = totals.filter((one) => one.kind === kind)
    const sets = own.length <= TOGETHER_MOST ? [own] : [...new Set(own.map(({ cell }) => cell))].map((cell) => own.filter((one) => one.cell === cell))
    return sets.flatMap((set) => { const left = leftOf(set, minimum); return left === null ? [] : [left] })
  })
}

function leftOf(set: readonly WeightedTotal[], minimum: number): number | null {
  // A total of few is judged by itself; cells that the result leaves out have such.
  const some = set.filter(({ buckets }) => buckets.filter((value) => value !== 0).length >= minimum)
  if (some.length < TOGETHER_LEAST || !some.some(({ curved }) => curved)) return null
  const sizes = some.map(({ buckets }) => Math.max(...buckets.map(Math.abs)))
  const rows = Array.from({ length: BUCKETS }, (_, bucket) => some.map(({ buckets }, at) => (buckets[bucket] ?? 0) / (sizes[at] ?? 1))).filter((row) => row.some((value) => value !== 0))
  const drawn = some.length + MARGIN
  if (rows.length <= drawn || rows.some((row) => row.some((value) => !Number.isFinite(value)))) return null
  const next = draws()
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const places = new Set<number>()
    while (places.size < drawn) places.add(next(rows.length))
    for (const combination of combinationsOf([...places].map((place) => rows[place] ?? []), some.length)) {
      const used = combination.flatMap((factor, at) => (Math.abs(factor) > LEFT ? [at] : []))
      if (used.length < TOGETHER_LEAST || !used.some((at) => some[at]?.curved === true)) continue
      const left = rows.filter((row) => isLeft(row, combination)).length
      if (left > 0 && left < minimum) return left
    }
  }
  return null
}

function isLeft(row: readonly number[], combination: readonly number[]): boolean {
  const parts = row.map((value, at) => value * (combination[at] ?? 0))
  return Math.abs(parts.reduce((sum, part) => sum + part, 0)) > LEFT * parts.reduce((sum, part) => sum + Math.abs(part), 0)
}

/** The combinations of columns that vanish in all of the rows, by elimination with the largest pivot. */
function combinationsOf(drawn: readonly (readonly number[])[], width: number): readonly (readonly number[])[] {
  const rows = drawn.map((row) => [...row])
  const order = Array.from({ length: width }, (_, at) => at)
  let rank = 0
  for (; rank < Math.min(width, rows.length); rank += 1) {
    const pivot = largest(rows, rank)
    if (pivot === null) break
    const [row, column] = pivot
    const [one, other] = [rows[rank] ?? [], rows[row] ?? []]
    rows[rank] = other
    rows[row] = one
    for (const each of rows) [each[rank], each[column]] = [each[column] ?? 0, each[rank] ?? 0]
    ;[order[rank], order[column]] = [order[column] ?? 0, order[rank] ?? 0]
    eliminate(rows, rank)
  }
  return Array.from({ length: width - rank }, (_, free) => {
    const combination = Array.from({ length: width }, () => 0)
    combination[order[rank + free] ?? 0] = 1
    for (let at = 0; at < rank; at += 1) combination[order[at] ?? 0] = -(rows[at]?.[rank + free] ?? 0)
    return combination
  })
}

function largest(rows: readonly (readonly number[])[], from: number): readonly [number, number] | null {
  let [found, most]: [readonly [number, number] | null, number] = [null, NOTHING]
  for (let row = from; row < rows.length; row += 1) {
    for (let column = from; column < (rows[row]?.length ?? 0); column += 1) {
      const size = Math.abs(rows[row]?.[column] ?? 0)
      if (size > most) [found, most] = [[row, column], size]
    }
  }
  return found
}

/** Makes the pivot one, and nought of all else in its column. */
function eliminate(rows: readonly number[][], at: number): void {
  const pivot = rows[at] ?? []
  const size = pivot[at] ?? 1
  for (let column = at; column < pivot.length; column += 1) pivot[column] = (pivot[column] ?? 0) / size
  for (const [place, row] of rows.entries()) {
    const factor = row[at] ?? 0
    if (place === at || factor === 0) continue
    for (let column = at; column < row.length; column += 1) row[column] = (row[column] ?? 0) - factor * (pivot[column] ?? 0)
  }
}

/** Places drawn in an order that is always the same: a report can be made again. */
function draws(): (below: number) => number {
  let state = 1
  return (below) => {
    state = (state * MULTIPLIER) % STATES
    return state % below
  }
}
