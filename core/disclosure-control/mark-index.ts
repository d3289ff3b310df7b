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
 * release: as signed numbers, which the engine keeps in registers, and four at a time, so that their words are fetched
 * together. Numbers stand in it as such: the thread's program makes variables of a module's constants, and a third of the speed
 * is lost.
 */
export function passing(marks: Int32Array, from: number, count: number, { shift, words }: Filter, found: Uint32Array): number {
  const end = from + count
  let [hits, at] = [0, from]
  for (; at + 4 <= end; at += 4) {
    const a = marks[at] ?? 0
    const b = marks[at + 1] ?? 0
    const c = marks[at + 2] ?? 0
    const d = marks[at + 3] ?? 0
    const some = likely(words[a >>> shift] ?? 0, a) | likely(words[b >>> shift] ?? 0, b) | likely(words[c >>> shift] ?? 0, c) | likely(words[d >>> shift] ?? 0, d)
    if ((some & 1) !== 0) for (let one = at; one < at + 4; one += 1) hits = note(found, hits, one - from, words[(marks[one] ?? 0) >>> shift] ?? 0, marks[one] ?? 0)
  }
  for (; at < end; at += 1) hits = note(found, hits, at - from, words[(marks[at] ?? 0) >>> shift] ?? 0, marks[at] ?? 0)
  return hits
}

/** Its last bit is set where a word has the first two bits of a mark. */
function likely(word: number, value: number): number {
  return (word >>> value) & (word >>> (value >>> 5))
}

/** Writes a position down, and keeps it where a word has all three bits of its mark. */
function note(found: Uint32Array, hits: number, position: number, word: number, value: number): number {
  found[hits] = position
  return hits + (likely(word, value) & (word >>> (value >>> 10)) & 1)
}
