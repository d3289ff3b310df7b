/** Seeded random numbers for synthetic data: the same seed gives the same table on every machine. Never for secrets. */

/** Draws of one seeded sequence. */
export interface Random {
  /** A number from 0 (included) to 1 (excluded). */
  next(): number
  /** A whole number from `from` to `to`, both included. */
  whole(from: number, to: number): number
  /** One of the items, each as likely. */
  pick<T>(items: readonly T[]): T
  /** One of the items, as likely as its weight says. */
  weighted<T extends { weight: number }>(items: readonly T[]): T
  /** A draw from the normal distribution with mean 0 and deviation 1. */
  normal(): number
}

const wordRange = 2 ** 32

/** The sequence of a seed (mulberry32: 32 bits of state, enough for tables of some million cells). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / wordRange
  }
  const pick = <T>(items: readonly T[]): T => {
    const item = items[Math.floor(next() * items.length)]
    if (item === undefined) throw new RangeError('nothing to pick from')
    return item
  }
  return {
    next,
    pick,
    whole: (from, to) => from + Math.floor(next() * (to - from + 1)),
    weighted: (items) => {
      let left = next() * items.reduce((sum, item) => sum + item.weight, 0)
      return items.find((item) => (left -= item.weight) < 0) ?? pick(items)
    },
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  }
}
