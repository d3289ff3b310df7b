/** What can be wrong with a cell, one bit each, so that the faults of several cells go together by OR. */
export const faultBits = {
  /** Fewer entities than the minimum stand behind the cell. */
  tooFew: 1,
  /** Fewer of them make up one of its figures. */
  tooFewCounted: 2,
  /** Fewer are left out by a condition, so that a total less the figure tells of them. */
  tooFewLeftOut: 4,
  /** One or two make up the total. */
  dominated: 8,
  /** The figure is a value that too few entities share, or lists their rows. */
  singleValue: 16,
  /** A quantile with few entities on a side. */
  quantileNear: 32,
  /** Nobody counts towards a figure. */
  nobody: 64,
  /** Too few fall into one branch of a condition inside the measured value. */
  tooFewInBranch: 128,
  /** One contribution stands out from all the others: it may carry a value of its own. */
  standsOut: 256,
  /** A quantile beyond which too few entities lie. */
  quantileBeyond: 512,
  /** Two figures of the cell differ by what too few entities put in: their difference is these entities' value. */
  differByFew: 1024,
  /** A spread or a regression with too few degrees of freedom: it nearly passes through its points. */
  fewDegrees: 2048,
  /** The cell's figures are left out for it is small, and its groups stay; the highest bit, see pardoned-faults.ts. */
  blanked: 4096,
} as const
export type Fault = keyof typeof faultBits

/** The faults that a number of bits names. */
export function faultsIn(bits: number): readonly Fault[] {
  return (Object.keys(faultBits) as Fault[]) // its own keys
    .filter((fault) => (bits & faultBits[fault]) !== 0)
}
