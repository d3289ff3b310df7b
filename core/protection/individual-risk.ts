/**
 * Risk of each row of a weighted sample (Benedetti and Franconi 1998; Capobianchi, Polettini and Lucarelli 2001), where
 * the number of persons in the population is estimated from the weights of the rows.
 */

/** A row's quasi-identifiers; null is a suppressed value and may stand for any other. */
export type SampleKey = readonly (string | number | null)[]

export interface RowFrequency {
  /** Rows of the sample that could be this person. */
  readonly inSample: number
  /** Persons of the population that could be this person, estimated as the sum of those rows' weights. */
  readonly inPopulation: number
}

/** Frequencies of each row. @param weights how many persons of the population each row stands for; 1 each where it is the population */
export function rowFrequencies(keys: readonly SampleKey[], weights: readonly number[]): RowFrequency[] {
  // Rows without suppressed values meet in their class; only pairs with a suppressed value must be compared one by one.
  const distinct = new Map<string, { key: SampleKey; rows: number; weight: number }>()
  for (const [row, key] of keys.entries()) {
    const name = JSON.stringify(key)
    const known = distinct.get(name) ?? { key, rows: 0, weight: 0 }
    distinct.set(name, { key, rows: known.rows + 1, weight: known.weight + (weights[row] ?? 0) })
  }
  const patterns = [...distinct.values()]
  const found = new Map([...distinct].map(([name, { key }]) => {
    const matching = patterns.filter((other) => mayBeSame(key, other.key))
    return [name, { inSample: sum(matching.map(({ rows }) => rows)), inPopulation: sum(matching.map(({ weight }) => weight)) }]
  }))
  return keys.map((key) => found.get(JSON.stringify(key)) ?? { inSample: 0, inPopulation: 0 })
}

function mayBeSame(one: SampleKey, other: SampleKey): boolean {
  return one.every((value, position) => value === null || other[position] === null || value === other[position])
}

/** `series`: the posterior mean itself; `approximate`: its usual approximation for three rows and more. */
export type RiskMethod = 'series' | 'approximate'

/** Probability, 0 to 1, that a row is recognised, given how many rows and persons share its quasi-identifiers. */
export function individualRisk({ inSample: f, inPopulation }: RowFrequency, method: RiskMethod): number {
  if (f >= inPopulation) return 1 / f
  const p = f / inPopulation
  const odds = p / (1 - p)
  if (f === 1) return odds * Math.log(1 / p)
  if (f === PAIR) return odds - odds * odds * Math.log(1 / p)
  return method === 'approximate' ? p / (f - (1 - p)) : (p / f) * gaussSeries(f, 1 - p)
}

/** unit: rows; source: for one and two rows the posterior mean has a closed form */
const PAIR = 2
/** unit: terms; source: from three rows on the terms fall at least with the cube of their number, so this is far beyond double precision */
const MOST_TERMS = 1_000_000

/** ₂F₁(1, 1; f + 1; z): term n is n! divided by (f + 1)…(f + n), times the n-th power of z. */
function gaussSeries(f: number, z: number): number {
  let term = 1
  let total = 1
  for (let n = 1; n < MOST_TERMS && term > total * Number.EPSILON * Number.EPSILON; n += 1) {
    term *= (n / (f + n)) * z
    total += term
  }
  return total
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
