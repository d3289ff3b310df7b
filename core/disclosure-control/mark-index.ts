import { MARKS, type EntitySets } from '#core/disclosure-control/entity-sets.ts'

/** unit: bits of a filter for each set; source: two of them leave one chance hit in 256, and those of 50,000 sets lie in a fast cache */
const FILTER_BITS_PER_SET = 16
/** unit: bits; source: a small result needs no smaller filter */
const FILTER_BITS_MIN = 1024
/** unit: base; source: bits */
const BINARY = 2
/** unit: bits; source: words of the filter */
const WORD_BITS = 32
/** unit: binary digits of a position in a word; source: 32 bits */
const WORD_SHIFT = 5

/** The new result's marks, each kind of mark with two filters, by its highest and by its lowest bits, and the sets that have it. */
export interface MarkIndex {
  readonly sets: EntitySets
  readonly filters: readonly Filter[]
}

interface Filter {
  readonly shift: number
  readonly high: Uint32Array
  readonly low: Uint32Array
  /** One more than the first set of each highest bits, zero for none, and by set one more than the next of the same ones: no object for each mark. */
  readonly first: Uint32Array
  readonly next: Uint32Array
}

/** The index of a result's marks, made once and asked for every earlier release. */
export function indexOf(sets: EntitySets): MarkIndex {
  const digits = Math.ceil(Math.log2(Math.max(FILTER_BITS_MIN, sets.count * FILTER_BITS_PER_SET)))
  const size = BINARY ** digits
  const shift = WORD_BITS - digits
  const filters = Array.from({ length: MARKS }, (_, mark): Filter => {
    const filter = { shift, high: new Uint32Array(size / WORD_BITS), low: new Uint32Array(size / WORD_BITS), first: new Uint32Array(size / WORD_BITS), next: new Uint32Array(sets.count) }
    // From the last to the first, so that those of one place follow each other in their order.
    for (let position = sets.count - 1; position >= 0; position -= 1) {
      const value = sets.marks[mark * sets.count + position] ?? 0
      // A part without entities says nothing about those in the others.
      if (value === 0) continue
      set(filter.high, value >>> shift)
      set(filter.low, value & (size - 1))
      const place = value >>> (shift + WORD_SHIFT)
      filter.next[position] = filter.first[place] ?? 0
      filter.first[place] = position + 1
    }
    return filter
  })
  return { sets, filters }
}

/** The next set of the new result after `after` (-1: the first) that has this mark; -1 for none. */
export function nextHolder({ sets, filters }: MarkIndex, mark: number, value: number, after: number): number {
  const filter = filters[mark]
  let at = (after < 0 ? filter?.first[value >>> (filter.shift + WORD_SHIFT)] : filter?.next[after]) ?? 0
  while (at > 0 && sets.marks[mark * sets.count + at - 1] !== value) at = filter?.next[at - 1] ?? 0
  return at - 1
}

function set(bits: Uint32Array, position: number): void {
  bits[position >>> WORD_SHIFT] = (bits[position >>> WORD_SHIFT] ?? 0) | (1 << position)
}

/**
 * Positions whose mark passes both filters, written to `found`; answers how many. It reads every mark of every release, so
 * it reads them as signed numbers: the engine keeps those of 32 bits in registers.
 */
export function passing(marks: Int32Array, from: number, count: number, { shift, high, low }: Filter, found: Uint32Array): number {
  const [tops, ends] = [new Int32Array(high.buffer), new Int32Array(low.buffer)]
  const mask = low.length * WORD_BITS - 1
  let hits = 0
  for (let position = 0; position < count; position += 1) {
    const value = marks[from + position] ?? 0
    const bit = value >>> shift
    if (((tops[bit >>> WORD_SHIFT] ?? 0) & (1 << bit)) === 0) continue
    const other = value & mask
    if (((ends[other >>> WORD_SHIFT] ?? 0) & (1 << other)) === 0) continue
    found[hits] = position
    hits += 1
  }
  return hits
}
