import { CHECKS, MARKS } from '#core/disclosure-control/entity-sets.ts'
import type { PooledSet } from '#core/disclosure-control/release-combinations.ts'

/** Sets of which every entity but few is in an even number, so that added and subtracted they leave these few. */
export interface SumOfSets {
  readonly sets: readonly PooledSet[]
  /** The exclusive or of their checks. */
  readonly left: Uint8Array
  /** In so many parts at least one entity is left. */
  readonly differ: number
}

/** unit: parts of entities that share a mark; source: entity-sets.ts */
const PARTS_OF_MARK = CHECKS / MARKS
/** unit: words of 32 bits for each mark; source: the mark itself and a byte for each of its parts */
const WORDS_OF_MARK = 1 + Math.ceil(PARTS_OF_MARK / Uint32Array.BYTES_PER_ELEMENT)
const WORDS = MARKS * WORDS_OF_MARK
/** unit: bits; source: a word of the vectors */
const WORD_BITS = 32
/** unit: bits; source: a check has 8 bits, and so many stand in a word */
const CHECK_BITS = 8
/** unit: bits of a mark and the checks of its parts that tell sets apart; source: the lowest eight of a mark follow from its checks */
const BITS_OF_MARK = WORD_BITS - CHECK_BITS + PARTS_OF_MARK * CHECK_BITS
/** unit: bits that stay unused; source: so many make it unlikely that one of some millions of unrelated sums comes to nothing by chance */
const SURE_BITS = 40
/** unit: base; source: a bit is 0 or 1 */
const BINARY = 2
/**
 * unit: groups that the marks are dealt into; source: few left entities touch few marks, so of one group more than there are
 * entities one is untouched. The more groups, the more entities may be left, and the fewer sets can be told apart: 360, 216, 144 and 72.
 */
const GROUPINGS = [2, 3, 5, 10] as const

interface Row {
  readonly bits: Uint32Array
  /** A bit for each set that makes it up. */
  readonly who: Uint32Array
  readonly pivot: readonly [word: number, mask: number]
}

/**
 * Finds new sets that any number of others make up but for fewer entities than the minimum, by elimination over the bits of
 * their digests: in each group of marks a new set is reduced by all others; where nothing of it is left there, what is left
 * elsewhere is looked at. Of earlier sets the largest are taken, as many as the bits of a group tell apart. Two or three
 * others are found by release-combinations.ts, however many sets there are.
 * @param pool those of the new result have no release
 */
export function sumsOfSets(pool: readonly PooledSet[], minimum: number): readonly SumOfSets[] {
  const bySize = [...pool.keys()].toSorted((a, b) => (pool[b]?.entities ?? 0) - (pool[a]?.entities ?? 0))
  const fresh = bySize.filter((at) => pool[at]?.release === null)
  const earlier = bySize.filter((at) => pool[at]?.release !== null)
  const vectors = pool.map(vectorOf)
  return GROUPINGS.flatMap((groups) => Array.from({ length: groups }, (_, group) => Array.from({ length: MARKS }, (__, mark) => mark).filter((mark) => mark % groups === group)))
    .flatMap((marks) => eliminated({ pool, vectors, fresh, earlier, marks }).filter(({ differ }) => differ > 0 && differ < minimum))
}

interface Elimination {
  readonly pool: readonly PooledSet[]
  readonly vectors: readonly Uint32Array[]
  /** Positions of the new and of the earlier sets, the largest first. */
  readonly fresh: readonly number[]
  readonly earlier: readonly number[]
  /** The marks in whose bits sets are reduced. */
  readonly marks: readonly number[]
}

function eliminated({ pool, vectors, fresh, earlier, marks }: Elimination): readonly SumOfSets[] {
  const words = marks.flatMap((mark) => Array.from({ length: WORDS_OF_MARK }, (_, word) => mark * WORDS_OF_MARK + word))
  const most = marks.length * BITS_OF_MARK - SURE_BITS
  const basis: Row[] = []
  const reduced = (position: number): Row | null => {
    const bits = Uint32Array.from(vectors[position] ?? [])
    const who = new Uint32Array(Math.ceil(pool.length / WORD_BITS))
    who[Math.floor(position / WORD_BITS)] = 1 << (position % WORD_BITS)
    for (const row of basis) {
      if (((bits[row.pivot[0]] ?? 0) & row.pivot[1]) === 0) continue
      exclude(bits, row.bits)
      exclude(who, row.who)
    }
    const word = words.find((at) => bits[at] !== 0)
    const row: Row = { bits, who, pivot: [word ?? 0, 1 << (WORD_BITS - 1 - Math.clz32(bits[word ?? 0] ?? 0))] }
    if (word !== undefined && basis.length < most) basis.push(row)
    return word === undefined ? row : null
  }
  for (const position of earlier) if (basis.length < most - fresh.length) reduced(position)
  return fresh.flatMap((position) => {
    const row = reduced(position)
    if (row === null) return []
    const left = checksIn(row.bits)
    const sets = pool.filter((_, at) => ((row.who[Math.floor(at / WORD_BITS)] ?? 0) >>> (at % WORD_BITS)) % BINARY === 1)
    return [{ sets, left, differ: left.filter((check) => check !== 0).length }]
  })
}

function exclude(bits: Uint32Array, other: Uint32Array): void {
  for (let word = 0; word < bits.length; word += 1) bits[word] = (bits[word] ?? 0) ^ (other[word] ?? 0)
}

/** A set's digests as one vector, mark by mark: the mark and the checks of its parts. */
function vectorOf({ marks, checks }: PooledSet): Uint32Array {
  const bits = new Uint32Array(WORDS)
  for (let mark = 0; mark < MARKS; mark += 1) {
    bits[mark * WORDS_OF_MARK] = marks[mark] ?? 0
    for (let part = 0; part < PARTS_OF_MARK; part += 1) {
      const [word, shift] = placeOf(mark, part)
      bits[word] = (bits[word] ?? 0) | ((checks[part * MARKS + mark] ?? 0) << shift)
    }
  }
  return bits
}

function checksIn(bits: Uint32Array): Uint8Array {
  return Uint8Array.from({ length: CHECKS }, (_, check) => {
    const [word, shift] = placeOf(check % MARKS, Math.floor(check / MARKS))
    return (bits[word] ?? 0) >>> shift
  })
}

function placeOf(mark: number, part: number): readonly [word: number, shift: number] {
  return [mark * WORDS_OF_MARK + 1 + Math.floor(part / Uint32Array.BYTES_PER_ELEMENT), (part % Uint32Array.BYTES_PER_ELEMENT) * CHECK_BITS]
}
