/**
 * How anonymous a table is: the syntactic measures of the literature, over equivalence classes one after the other, so
 * that a million classes need no more memory than one.
 */
import type { ClassedTable, EquivalenceClass } from './equivalence-class.ts'
import type { SensitiveDistance } from './sensitive-distance.ts'

export interface AnonymityMeasures {
  /** Rows of the smallest class (k-anonymity, Samarati 2001); 0 for a table without rows. */
  readonly k: number
  /** Largest share of one sensitive value in a class, 0 to 1 ((α,k)-anonymity, Wong et al. 2006). */
  readonly alpha: number
  /** Least number of different sensitive values in a class (distinct l-diversity, Machanavajjhala et al. 2007). */
  readonly distinctL: number
  /** Least exponential of a class's entropy, 1 or more (entropy l-diversity, same). */
  readonly entropyL: number
  /** Largest distance of a class from the whole table, 0 to 1 (t-closeness, Li et al. 2007). */
  readonly t: number
  /** Largest relative growth of a value's share in a class (basic β-likeness, Cao and Karras 2012). */
  readonly beta: number
  /** The same, but no value is credited with more than the negative logarithm of its share (enhanced β-likeness). */
  readonly enhancedBeta: number
  /** Largest absolute logarithm of a value's share in a class over its share in the table (δ-disclosure, Brickell and Shmatikov 2008). */
  readonly delta: number
}

/** Gathers the measures class by class. */
export class AnonymityMeter {
  readonly #overall: readonly number[]
  readonly #rows: number
  readonly #distance: SensitiveDistance
  #k = Infinity
  #alpha = 0
  #distinctL = Infinity
  #entropy = Infinity
  #t = 0
  #beta = 0
  #delta = 0

  /** @param overall rows of the whole table with each sensitive value, by code */
  constructor(overall: readonly number[], distance: SensitiveDistance) {
    this.#overall = overall
    this.#rows = overall.reduce((sum, count) => sum + count, 0)
    this.#distance = distance
  }

  add(found: EquivalenceClass): void {
    const { size, codes, counts } = found
    this.#k = Math.min(this.#k, size)
    if (codes.length === 0) return
    let entropy = 0
    for (let at = 0; at < codes.length; at += 1) {
      const share = (counts[at] ?? 0) / size
      const usual = (this.#overall[codes[at] ?? 0] ?? 0) / this.#rows
      entropy -= share * Math.log(share)
      if (share > this.#alpha) this.#alpha = share
      this.#beta = Math.max(this.#beta, (share - usual) / usual)
      this.#delta = Math.max(this.#delta, Math.abs(Math.log(share / usual)))
    }
    this.#distinctL = Math.min(this.#distinctL, codes.length)
    this.#entropy = Math.min(this.#entropy, entropy)
    this.#t = Math.max(this.#t, this.#distance(found))
  }

  /** Without a class there is nothing that would be anonymous: k and l are 0. */
  result(): AnonymityMeasures {
    const finite = (value: number): number => (Number.isFinite(value) ? value : 0)
    const rarest = this.#overall.filter((count) => count > 0).reduce((least, count) => Math.min(least, count), Infinity)
    return {
      k: finite(this.#k), alpha: this.#alpha, distinctL: finite(this.#distinctL),
      entropyL: this.#entropy === Infinity ? 0 : Math.exp(this.#entropy), t: this.#t, beta: this.#beta,
      enhancedBeta: Math.min(this.#beta, Math.log(this.#rows / rarest)), delta: this.#delta,
    }
  }
}

/** All measures of a table that fits into memory. */
export function measureAnonymity(table: ClassedTable, distance: SensitiveDistance): AnonymityMeasures {
  const meter = new AnonymityMeter(table.overall, distance)
  for (const found of table.classes) meter.add(found)
  return meter.result()
}

/**
 * The bound c of recursive (c,l)-diversity (Machanavajjhala et al. 2007, definition 4.4): in each class the most frequent
 * value occurs less than c times as often as the l-th and all rarer ones together, for every c above the answer.
 * @returns Infinity where a class has fewer than l different values
 */
export function recursiveBound(classes: readonly EquivalenceClass[], l: number): number {
  return classes.reduce((worst, { counts }) => {
    const falling = Array.from(counts).toSorted((a, b) => b - a)
    const rest = falling.slice(l - 1).reduce((sum, count) => sum + count, 0)
    return Math.max(worst, rest === 0 ? Infinity : (falling[0] ?? 0) / rest)
  }, 0)
}
