/** What a generalisation costs in use. All losses are 0 or more, and more is worse. */

/** A class after generalisation, and whether its rows are withheld. */
export interface KeptClass {
  readonly size: number
  readonly suppressed: boolean
}

/** Σ of squared class sizes; a withheld row costs as much as the whole table (Bayardo and Agrawal 2005). */
export function discernibility(classes: readonly KeptClass[], rows: number): number {
  return classes.reduce((sum, { size, suppressed }) => sum + size * (suppressed ? rows : size), 0)
}

/** Rows for each class, all withheld rows being one class together. */
export function averageClassSize(classes: readonly KeptClass[], rows: number): number {
  const kept = classes.filter(({ suppressed }) => !suppressed).length
  return rows / (kept + (kept < classes.length ? 1 : 0))
}

/** Mean share of each hierarchy that was climbed; a withheld row has climbed them all (Sweeney 2002). */
export function precisionLoss(levels: readonly number[], heights: readonly number[], suppressedRows: number, rows: number): number {
  const shares = levels.map((level, column) => {
    const climbed = (heights[column] ?? 0) === 0 ? 0 : level / (heights[column] ?? 1)
    return ((rows - suppressedRows) * climbed + suppressedRows) / rows
  })
  return shares.reduce((sum, share) => sum + share, 0) / levels.length
}

/**
 * Non-uniform entropy (De Waal and Willenborg 1999; Prasser et al. 2016) of one column: the bits it would take to tell each
 * row's original value again from its generalised one.
 * @param original rows with each original value
 * @param generalised rows with the value that each original value was generalised to, in the same order
 */
export function nonUniformEntropy(original: readonly number[], generalised: readonly number[]): number {
  return original.reduce((bits, count, at) => (count === 0 ? bits : bits - count * Math.log2(count / (generalised[at] ?? count))), 0)
}

/** Entropy of values that were withheld altogether. @param counts rows with each of them */
export function withheldEntropy(counts: readonly number[]): number {
  const all = counts.reduce((sum, count) => sum + count, 0)
  return counts.reduce((bits, count) => (count === 0 ? bits : bits - count * Math.log2(count / all)), 0)
}
