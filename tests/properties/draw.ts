/** A small seeded generator: the same seed draws the same history again. */
export class Draw {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** A number in [0, 1). Mulberry32, a public-domain generator. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** True in this share of draws. */
  chance(share: number): boolean {
    return this.next() < share
  }

  /** A whole number below the bound. */
  below(bound: number): number {
    return Math.floor(this.next() * bound)
  }

  one<T>(list: readonly T[]): T | undefined {
    return list[this.below(list.length)]
  }
}
