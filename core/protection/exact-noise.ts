/**
 * Noise for differential privacy, sampled exactly with whole numbers (Canonne, Kamath and Steinke, "The Discrete Gaussian for
 * Differential Privacy", 2020). No floating point comes near it: noise from rounded logarithms betrays what it should hide
 * (Mironov 2012).
 */

/** A uniformly random whole number from 0 up to but not including the bound; secret and fresh at each call. */
export type UniformBelow = (bound: bigint) => bigint

/** A number as a fraction of whole ones; the denominator is above 0. */
export interface Fraction {
  readonly over: bigint
  readonly under: bigint
}

const NEGATIVE = -1n
/** unit: parts; source: even and odd, the two signs, and the 2 of the Gaussian's exponent */
const HALVES = 2n

/** True with the probability of the fraction, 0 to 1. */
function chance({ over, under }: Fraction, uniform: UniformBelow): boolean {
  return uniform(under) < over
}

/** True with the probability exp(−γ), for γ from 0 up: algorithm 1 of the paper. */
export function chanceOfExp({ over, under }: Fraction, uniform: UniformBelow): boolean {
  for (let whole = over / under; whole > 0n; whole -= 1n) if (!unitChanceOfExp({ over: 1n, under: 1n }, uniform)) return false
  return unitChanceOfExp({ over: over % under, under }, uniform)
}

/** The same for γ up to 1: the first k at which a draw with probability γ/k fails is odd with probability exp(−γ). */
function unitChanceOfExp({ over, under }: Fraction, uniform: UniformBelow): boolean {
  let k = 1n
  while (chance({ over, under: under * k }, uniform)) k += 1n
  return k % HALVES === 1n
}

/**
 * A whole number whose probability falls by exp(−1/scale) at each step away from 0: the discrete Laplace or two-sided
 * geometric distribution, algorithm 2 of the paper.
 */
export function discreteLaplace(scale: Fraction, uniform: UniformBelow): bigint {
  const { over: t, under: s } = scale
  for (;;) {
    const low = uniform(t)
    if (!chanceOfExp({ over: low, under: t }, uniform)) continue
    let high = 0n
    while (chanceOfExp({ over: 1n, under: 1n }, uniform)) high += 1n
    const size = (low + t * high) / s
    const negative = uniform(HALVES) === 1n
    // Zero has no sign; drawn twice it would be too likely.
    if (negative && size === 0n) continue
    return negative ? NEGATIVE * size : size
  }
}

/** A whole number after the discrete Gaussian distribution of this variance, algorithm 3 of the paper. */
export function discreteGaussian(variance: Fraction, uniform: UniformBelow): bigint {
  const { over: n, under: d } = variance
  const t = wholeRoot(n / d) + 1n
  for (;;) {
    const drawn = discreteLaplace({ over: t, under: 1n }, uniform)
    const away = (drawn < 0n ? NEGATIVE * drawn : drawn) * d * t - n
    if (chanceOfExp({ over: away * away, under: HALVES * n * d * t * t }, uniform)) return drawn
  }
}

/** The largest whole number whose square is at most the given one. */
export function wholeRoot(square: bigint): bigint {
  if (square < HALVES) return square
  let root = square
  for (let next = (square + 1n) / HALVES; next < root; next = (root + square / root) / HALVES) root = next
  return root
}
