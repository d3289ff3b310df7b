import { MARKS, type EntitySets } from '#core/disclosure-control/entity-sets.ts'

/** unit: bits of the filter for each set, at least; source: of other marks about one in five hundred passes, and those of one kind of mark of 50,000 sets lie in a fast cache */
const FILTER_BITS_PER_SET = 32
/** unit: words of 32 bits; source: a small result needs no smaller filter */
const FILTER_WORDS_MIN = 32
/** unit: base; source: bits */
const BINARY = 2
/** unit: bits; source: a word of the filter */
const WORD_BITS = 32
/** unit: binary digits of a place in a word; source: 32 bits */
const WORD_SHIFT = 5
/** unit: binary digits; source: those of two places */
const TWO_SHIFTS = 10
/** unit: marks that are read at a time; source: measured */
const AT_A_TIME = 4
/** unit: places; source: of those that are read at a time */
const THIRD = 2
/** unit: places; source: as above */
const FOURTH = 3

/** The new result's marks: for each kind of mark a filter, and the sets that have a mark. */
export interface MarkIndex {
  readonly sets: EntitySets
  readonly filters: readonly Filter[]
}

interface Filter {
  /** A mark's highest bits, shifted by so many, are its word. */
  readonly shift: number
  /** In the word of each mark three bits are set, by its lowest digits, the next and the next: a test reads one word. */
  readonly words: Int32Array
  /** By word one more than the first set of it, zero for none, and by set one more than the next of the same word: no object for each mark. */
  readonly first: Uint32Array
  readonly next: Uint32Array
}

/** The index of a result's marks, made once and asked for every earlier release. */
export function indexOf(sets: EntitySets): MarkIndex {
  const digits = Math.ceil(Math.log2(Math.max(FILTER_WORDS_MIN, sets.count * FILTER_BITS_PER_SET / WORD_BITS)))
  const [size, shift] = [BINARY ** digits, WORD_BITS - digits]
  const filters = Array.from({ length: MARKS }, (_, mark): Filter => {
    const filter = { shift, words: new Int32Array(size), first: new Uint32Array(size), next: new Uint32Array(sets.count) }
    // From the last to the first, so that those of one word follow each other in their order.
    for (let position = sets.count - 1; position >= 0; position -= 1) {
      const value = sets.marks[mark * sets.count + position] ?? 0
      // A part without entities says nothing about those in the others.
      if (value === 0) continue
      const place = value >>> shift
      filter.words[place] = (filter.words[place] ?? 0) | (1 << value) | (1 << (value >>> WORD_SHIFT)) | (1 << (value >>> TWO_SHIFTS))
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
  let at = (after < 0 ? filter?.first[value >>> filter.shift] : filter?.next[after]) ?? 0
  while (at > 0 && sets.marks[mark * sets.count + at - 1] !== value) at = filter?.next[at - 1] ?? 0
  return at - 1
}

/**
 * Positions whose mark passes the filter, in their order, written to `found`; answers how many. It reads every mark of every
 * release: as signed numbers, which the engine keeps in registers, and some at a time, so that their words are fetched together.
 */
export function passing(marks: Int32Array, from: number, count: number, { shift, words }: Filter, found: Uint32Array): number {
  let hits = 0
  let position = 0
  for (; position + AT_A_TIME <= count; position += AT_A_TIME) {
    const at = from + position
    const a = marks[at] ?? 0
    const b = marks[at + 1] ?? 0
    const c = marks[at + THIRD] ?? 0
    const d = marks[at + FOURTH] ?? 0
    const inA = holds(words[a >>> shift] ?? 0, a)
    const inB = holds(words[b >>> shift] ?? 0, b)
    const inC = holds(words[c >>> shift] ?? 0, c)
    const inD = holds(words[d >>> shift] ?? 0, d)
    if ((inA | inB | inC | inD) === 0) continue
    found[hits] = position
    hits += inA
    found[hits] = position + 1
    hits += inB
    found[hits] = position + THIRD
    hits += inC
    found[hits] = position + FOURTH
    hits += inD
  }
  for (; position < count; position += 1) {
    const value = marks[from + position] ?? 0
    found[hits] = position
    hits += holds(words[value >>> shift] ?? 0, value)
  }
  return hits
}

/** One where a word has the three bits of a mark, else zero. */
function holds(word: number, value: number): number {
  return (word >>> value) & (word >>> (value >>> WORD_SHIFT)) & (word >>> (value >>> TWO_SHIFTS)) & 1
}
