/**
 * How many persons are unique in the population, estimated from the classes of a sample of it: Pitman's sampling formula
 * (Hoshino, "Applying Pitman's Sampling Formula to Microdata Disclosure Risk Assessment", 2001), Zayatz (1991), and the choice
 * between them by the size of the sample (Dankar, El Emam, Neisa and Roffey, "Estimating the re-identification risk of
 * clinical data sets", 2012). The third model of that rule, slide negative binomial, is not here: above a tenth of the
 * population the rule takes the smaller of it and Zayatz, and this takes Zayatz.
 */

/** How many classes of the sample have each size. */
export type ClassHistogram = ReadonlyMap<number, number>

/** The histogram of class sizes. */
export function classHistogram(sizes: readonly number[]): ClassHistogram {
  const found = new Map<number, number>()
  for (const size of sizes) found.set(size, (found.get(size) ?? 0) + 1)
  return found
}

export interface UniquenessEstimate {
  readonly model: 'none' | 'pitman' | 'zayatz'
  /** Share of the population that is unique, 0 to 1. */
  readonly share: number
}

/** unit: share of the population; source: Dankar et al. 2012, up to which Pitman's model is the better one */
const SMALL_SAMPLE = 0.1

/** The estimate that the rule chooses. @param fraction rows of the sample over persons of the population, above 0 and at most 1 */
export function populationUniqueness(classes: ClassHistogram, fraction: number): UniquenessEstimate {
  if (!classes.has(1)) return { model: 'none', share: 0 }
  const pitman = fraction <= SMALL_SAMPLE ? pitmanUniqueness(classes, fraction) : null
  return pitman === null ? { model: 'zayatz', share: zayatzUniqueness(classes, fraction) } : { model: 'pitman', share: pitman }
}

function rowsIn(classes: ClassHistogram): number {
  return [...classes].reduce((sum, [size, times]) => sum + size * times, 0)
}

/**
 * Zayatz: classes of the population are as large as those of the sample; by Bayes' rule, the probability that a class of one
 * in the sample is one in the population.
 */
export function zayatzUniqueness(classes: ClassHistogram, fraction: number): number {
  const rows = rowsIn(classes)
  const persons = rows / fraction
  const all = [...classes].reduce((sum, [size, times]) => sum + times * onlyOne(size, rows, persons), 0)
  const uniques = classes.get(1) ?? 0
  return all === 0 ? 0 : (uniques * ((uniques * onlyOne(1, rows, persons)) / all)) / fraction / persons
}

/** The probability that of a class of this size exactly one is in the sample (hypergeometric). */
function onlyOne(size: number, rows: number, persons: number): number {
  let chance = (size * rows) / persons
  for (let other = 1; other < size; other += 1) chance *= (persons - rows - other + 1) / (persons - other)
  return chance
}

/** Pitman's model with the parameters of greatest likelihood; null where none are found or they mean nothing. */
export function pitmanUniqueness(classes: ClassHistogram, fraction: number): number | null {
  const persons = rowsIn(classes) / fraction
  const found = pitmanParameters(classes)
  if (found === null) return null
  const { theta, alpha } = found
  const share = Math.exp(logGammaRatio(theta + 1, theta + alpha) + (alpha - 1) * Math.log(persons))
  return share >= 0 && share <= 1 ? share : null
}

/** unit: steps; source: the solution is near and each step doubles the digits */
const MOST_STEPS = 100
/** unit: relative change of a parameter; source: the digits of a double, less those that a sum over the classes loses */
const SETTLED = 1e-14

/** θ and α by Newton's method, begun at the moments that Hoshino gives. */
function pitmanParameters(classes: ClassHistogram): { theta: number; alpha: number } | null {
  const rows = rowsIn(classes)
  const groups = [...classes.values()].reduce((sum, times) => sum + times, 0)
  const [ones, twos] = [classes.get(1) ?? 0, classes.get(1 + 1) ?? 1]
  const c = (ones * (ones - 1)) / twos
  let theta = (rows * groups * c - ones * (rows - 1) * (groups + groups + c)) / ((ones + ones) * groups + ones * c - rows * c)
  let alpha = (theta * (ones - rows) + (rows - 1) * ones) / (rows * groups)
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const { slope, bend } = likelihood(classes, { rows, groups }, theta, alpha)
    const determinant = bend.theta * bend.alpha - bend.both * bend.both
    const [byTheta, byAlpha] = [(slope.theta * bend.alpha - slope.alpha * bend.both) / determinant, (slope.alpha * bend.theta - slope.theta * bend.both) / determinant]
    theta -= byTheta
    alpha -= byAlpha
    if (!Number.isFinite(theta) || !Number.isFinite(alpha)) return null
    if (Math.abs(byTheta) <= SETTLED * Math.abs(theta) && Math.abs(byAlpha) <= SETTLED * Math.abs(alpha)) break
  }
  return theta > 0 && alpha > 0 ? { theta, alpha } : null
}

/** First and second derivatives of the logarithm of the likelihood. */
function likelihood(classes: ClassHistogram, { rows, groups }: { rows: number; groups: number }, theta: number, alpha: number) {
  const slope = { theta: 0, alpha: 0 }
  const bend = { theta: 0, alpha: 0, both: 0 }
  for (let i = 1; i < groups; i += 1) {
    const part = 1 / (theta + i * alpha)
    slope.theta += part
    slope.alpha += i * part
    bend.theta -= part * part
    bend.both -= i * part * part
    bend.alpha -= i * i * part * part
  }
  for (let i = 1; i < rows; i += 1) {
    const part = 1 / (theta + i)
    slope.theta -= part
    bend.theta += part * part
  }
  for (const [size, times] of classes) {
    for (let i = 1; i < size; i += 1) {
      const part = 1 / (i - alpha)
      slope.alpha -= times * part
      bend.alpha -= times * part * part
    }
  }
  return { slope, bend }
}

/** unit: 1; source: above it four terms of Stirling's series are exact to the last digit of a double */
const STIRLING_FROM = 40
/** unit: 1; source: B2k / (2k (2k − 1)) with the Bernoulli numbers B2k, Abramowitz and Stegun 6.1.41 */
const STIRLING = [0.08333333333333333, -0.002777777777777778, 0.0007936507936507937, -0.0005952380952380953] as const
const HALF = 0.5

/**
 * ln(Γ(x)/Γ(y)) for arguments above 0, without taking the two logarithms apart: each of them may be so large that the digits
 * of their difference are lost.
 */
export function logGammaRatio(x: number, y: number): number {
  let shifted = 0
  let [a, b] = [x, y]
  while (Math.min(a, b) < STIRLING_FROM) {
    shifted += Math.log(b / a)
    a += 1
    b += 1
  }
  const series = (at: number): number => STIRLING.reduce((sum, coefficient, k) => sum + coefficient / at ** (k + k + 1), 0)
  return shifted + (a - HALF) * Math.log1p((a - b) / b) + (a - b) * Math.log(b) - (a - b) + series(a) - series(b)
}
