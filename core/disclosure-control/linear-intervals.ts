/** The sum of some unknowns, each taken so many times, is known. */
export interface LinearEquation {
  readonly terms: readonly (readonly [unknown: number, times: number])[]
  readonly sum: number
}

export interface Interval {
  readonly lowest: number
  readonly highest: number
}

/** unit: none; source: sums of counts are whole numbers, so that what is this near to zero is zero */
const TINY = 1e-9
/** unit: pivots; source: Bland's rule ends by itself; beyond so many something else is wrong */
const PIVOTS_MAX = 20_000
/** unit: pivots; source: platform default: so long the steepest way is taken, which is the shorter one and may go in circles; then Bland's rule */
const STEEPEST_PIVOTS = 500

/**
 * Within which bounds each unknown lies that is not negative and fulfils the equations: the least and the greatest value by
 * linear programming (simplex method with Bland's rule, two phases).
 * @param unknowns their number
 * @param enough for each unknown the interval that need not be exceeded: a bound that reaches beyond it is not looked for
 * further, and values seen on the way to another bound serve as well; null: this unknown is not asked for; absent: all bounds exactly
 * @returns one interval for each, with Infinity where nothing bounds it; null where no values fulfil the equations
 */
export function intervalsOf(unknowns: number, equations: readonly LinearEquation[], enough?: readonly (Interval | null)[]): readonly Interval[] | null {
  const start = feasible(unknowns, equations)
  if (start === null) return null
  const seen = { lowest: Array.from({ length: unknowns }, () => Infinity), highest: Array.from({ length: unknowns }, () => 0) }
  const note = (tableau: Tableau): void => {
    const values = new Map(tableau.basis.map((basic, position) => [basic, tableau.rows[position]?.[tableau.width] ?? 0]))
    for (let unknown = 0; unknown < unknowns; unknown += 1) {
      const value = values.get(unknown) ?? 0
      seen.lowest[unknown] = Math.min(seen.lowest[unknown] ?? Infinity, value)
      seen.highest[unknown] = Math.max(seen.highest[unknown] ?? 0, value)
    }
  }
  note(start)
  return Array.from({ length: unknowns }, (_, unknown) => {
    const asked = enough?.[unknown]
    if (asked === null) return { lowest: 0, highest: Infinity }
    const high = (): boolean => asked !== undefined && (seen.highest[unknown] ?? 0) >= asked.highest
    const low = (): boolean => asked !== undefined && (seen.lowest[unknown] ?? Infinity) <= asked.lowest + TINY
    const most = high() ? (seen.highest[unknown] ?? 0) : greatest(start, unknown, 1, note, high)
    const least = low() ? -(seen.lowest[unknown] ?? 0) : greatest(start, unknown, -1, note, low)
    return { lowest: Math.max(0, -least), highest: most }
  })
}

/** Rows of coefficients with the right side last; `basis` names the unknown that each row is solved for. */
interface Tableau {
  readonly rows: number[][]
  readonly basis: number[]
  readonly width: number
}

/** A tableau solved for some unknowns that fulfils all equations with none below zero. */
function feasible(unknowns: number, equations: readonly LinearEquation[]): Tableau | null {
  const width = unknowns + equations.length
  const rows = equations.map(({ terms, sum }, position) => {
    const sign = sum < 0 ? -1 : 1
    const row = Array.from({ length: width + 1 }, () => 0)
    for (const [unknown, times] of terms) row[unknown] = (row[unknown] ?? 0) + sign * times
    row[unknowns + position] = 1
    row[width] = sign * sum
    return row
  })
  const tableau = { rows, basis: equations.map((_, position) => unknowns + position), width }
  // First the helping unknowns, one for each equation, are driven to zero.
  const objective = Array.from({ length: width + 1 }, (_, column) => (column < unknowns || column === width ? rows.reduce((sum, row) => sum + (row[column] ?? 0), 0) : 0))
  climb(tableau, objective, width, () => false)
  if (Math.abs(objective[width] ?? 0) > TINY * Math.max(1, ...rows.map((row) => Math.abs(row[width] ?? 0)))) return null
  for (const [position, basic] of tableau.basis.entries()) {
    if (basic < unknowns) continue
    const column = (rows[position] ?? []).findIndex((value, at) => at < unknowns && Math.abs(value) > TINY)
    if (column >= 0) pivot(tableau, objective, position, column)
  }
  const kept = tableau.basis.flatMap((basic, position) => (basic < unknowns ? [position] : []))
  return {
    rows: kept.map((position) => [...(rows[position] ?? []).slice(0, unknowns), rows[position]?.[width] ?? 0]),
    basis: kept.map((position) => tableau.basis[position] ?? 0), width: unknowns,
  }
}

/** The greatest value of an unknown times `sign`, or one on the way to it that is enough. */
function greatest(start: Tableau, unknown: number, sign: 1 | -1, note: (tableau: Tableau) => void, isEnough: () => boolean): number {
  const tableau = { rows: start.rows.map((row) => [...row]), basis: [...start.basis], width: start.width }
  const objective = Array.from({ length: start.width + 1 }, (_, column) => (column === unknown ? sign : 0))
  for (const [position, basic] of tableau.basis.entries()) {
    const times = objective[basic] ?? 0
    if (times !== 0) subtract(objective, tableau.rows[position] ?? [], times)
  }
  const ended = climb(tableau, objective, start.width, () => { note(tableau); return isEnough() })
  return ended ? -(objective[start.width] ?? 0) : Infinity
}

/** The steepest column first, later the first that improves. */
function entering(objective: readonly number[], width: number, pivots: number): number {
  if (pivots >= STEEPEST_PIVOTS) return objective.findIndex((value, at) => at < width && value > TINY)
  let best = -1
  for (let at = 0; at < width; at += 1) if ((objective[at] ?? 0) > Math.max(TINY, objective[best] ?? 0)) best = at
  return best
}

/** Improves the objective until nothing improves it, or until it is enough. @returns false where it can grow without end */
function climb(tableau: Tableau, objective: number[], width: number, isEnough: () => boolean): boolean {
  for (let pivots = 0; pivots < PIVOTS_MAX; pivots += 1) {
    if (pivots > 0 && isEnough()) return true
    const column = entering(objective, width, pivots)
    if (column < 0) return true
    let leaving = -1
    let least = Infinity
    for (const [position, row] of tableau.rows.entries()) {
      const times = row[column] ?? 0
      if (times <= TINY) continue
      const ratio = (row[width] ?? 0) / times
      if (ratio < least - TINY || (ratio < least + TINY && (tableau.basis[position] ?? 0) < (tableau.basis[leaving] ?? Infinity))) {
        least = Math.min(least, ratio)
        leaving = position
      }
    }
    if (leaving < 0) return false
    pivot(tableau, objective, leaving, column)
  }
  throw new RangeError('the simplex method did not end')
}

/** Solves one row for another unknown. */
function pivot(tableau: Tableau, objective: number[], position: number, column: number): void {
  const row = tableau.rows[position] ?? []
  const by = row[column] ?? 1
  for (let at = 0; at < row.length; at += 1) row[at] = (row[at] ?? 0) / by
  for (const [other, line] of tableau.rows.entries()) {
    const times = line[column] ?? 0
    if (other !== position && times !== 0) subtract(line, row, times)
  }
  const times = objective[column] ?? 0
  if (times !== 0) subtract(objective, row, times)
  tableau.basis[position] = column
}

function subtract(line: number[], row: readonly number[], times: number): void {
  for (let at = 0; at < line.length; at += 1) line[at] = (line[at] ?? 0) - times * (row[at] ?? 0)
}
