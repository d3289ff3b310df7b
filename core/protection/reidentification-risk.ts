/**
 * Risks of being recognised, for three kinds of attacker (El Emam and Dankar 2008): the prosecutor knows that a person is
 * in the table, the journalist only that the person is in the population, the marketer wants as many as possible.
 */

export interface ReidentificationRisk {
  readonly rows: number
  readonly classes: number
  /** 1 divided by the smallest class: the highest risk of one row, 0 to 1. */
  readonly highest: number
  /** Mean risk of the rows; the marketer's expected share of rows recognised is the same. */
  readonly average: number
  /** Share of the rows whose class holds nobody else. */
  readonly uniqueness: number
  /** Share of the rows whose risk is above the threshold asked for. */
  readonly atRisk: number
  readonly averageClassSize: number
}

/** Gathers the risks of the prosecutor, and of the others where table and population are the same, class by class. */
export class RiskMeter {
  readonly #threshold: number
  #rows = 0
  #classes = 0
  #smallest = Infinity
  #unique = 0
  #atRisk = 0

  /** @param threshold a risk, 0 to 1, above which a row counts as at risk */
  constructor(threshold: number) {
    this.#threshold = threshold
  }

  /** @param times how many classes of this size there are */
  add(size: number, times = 1): void {
    this.#rows += size * times
    this.#classes += times
    this.#smallest = Math.min(this.#smallest, size)
    if (size === 1) this.#unique += times
    if (1 / size > this.#threshold) this.#atRisk += size * times
  }

  result(): ReidentificationRisk {
    const share = (count: number): number => (this.#rows === 0 ? 0 : count / this.#rows)
    return {
      rows: this.#rows, classes: this.#classes, highest: this.#classes === 0 ? 0 : 1 / this.#smallest, average: share(this.#classes),
      uniqueness: share(this.#unique), atRisk: share(this.#atRisk), averageClassSize: this.#classes === 0 ? 0 : this.#rows / this.#classes,
    }
  }
}

/** The prosecutor's risks of a table with classes of these sizes. */
export function prosecutorRisk(sizes: readonly number[], threshold: number): ReidentificationRisk {
  const meter = new RiskMeter(threshold)
  for (const size of sizes) meter.add(size)
  return meter.result()
}

/** How many persons of the table, and of the population it was drawn from, share the quasi-identifiers of a class. */
export interface SampledClass {
  readonly inTable: number
  readonly inPopulation: number
}

/** The journalist's highest and the marketer's average risk where the population is known by class (k-map). */
export function sampledRisk(classes: readonly SampledClass[]): { readonly highest: number; readonly average: number } {
  const rows = classes.reduce((sum, { inTable }) => sum + inTable, 0)
  const present = classes.filter(({ inTable }) => inTable > 0)
  return {
    highest: present.reduce((highest, { inPopulation }) => Math.max(highest, 1 / inPopulation), 0),
    average: rows === 0 ? 0 : present.reduce((sum, { inTable, inPopulation }) => sum + inTable / inPopulation, 0) / rows,
  }
}

/**
 * How well columns tell rows apart (Motwani and Xu 2007): the share of different values among the rows, and the share of
 * pairs of rows that differ. Columns that score high together are quasi-identifiers.
 */
export function distinguishingPower(sizes: readonly number[]): { readonly distinction: number; readonly separation: number } {
  const rows = sizes.reduce((sum, size) => sum + size, 0)
  const pairsOf = (count: number): number => (count * (count - 1)) / PAIR
  const alike = sizes.reduce((sum, size) => sum + pairsOf(size), 0)
  return { distinction: rows === 0 ? 0 : sizes.length / rows, separation: rows <= 1 ? 0 : (pairsOf(rows) - alike) / pairsOf(rows) }
}

/** unit: rows; source: a pair */
const PAIR = 2
