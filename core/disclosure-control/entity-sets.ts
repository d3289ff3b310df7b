/**
 * Whom the figures of a result are about, without naming one of them: enough to see that two figures differ by few.
 * The entities of a figure are spread by their salted hashes over parts; of each part only the exclusive or of its hashes is
 * kept. Figures that differ by fewer entities than there are marks agree in at least one mark, so they are found by equal
 * marks; how many parts differ then tells by how many entities they differ at least.
 */

/** unit: digests of 32 bits of one set; source: one more than the most entities that count as few with the platform's minimum of ten */
export const MARKS = 10
/** unit: digests of 8 bits of one set, each over a sixtieth of the entities; source: a tenth holds six of them, and they still fit a text cell */
export const CHECKS = 60

/** What separates an entity's kind from the kind of figure to which entities contribute. */
export const CONTRIBUTION_MARK = '|'
/** Behind the kind of entity where some entity has several rows: figures over rows then add up where sets of entities do not. */
export const SEVERAL_MARK = '~'
/** Behind the kind of entity for sets that only the reader's own adding up makes of the shown cells. */
export const ROLL_UP_MARK = '+'

/** What the figures over a set say of it, see figure-support.ts. */
const SUPPORT_MARKS = /[%;][0-9a-f]{8}|\*\d+\.|[#=@:]/g

/** The kind of entity without what else is known of the set. */
export function plainKind(kind: string): string {
  return kind.replaceAll(SUPPORT_MARKS, '').replaceAll(SEVERAL_MARK, '').replaceAll(ROLL_UP_MARK, '')
}

/** The sets of one result, column by column. */
export interface EntitySets {
  readonly count: number
  /** What is counted: the kind of entity, for digests over what entities contribute followed by a bar and the kind of figure. */
  readonly kinds: readonly string[]
  /** Position in `kinds` by set. */
  readonly kind: Uint8Array
  /** Number of entities by set. */
  readonly entities: Uint32Array
  /** MARKS times count: the first mark of every set, then the second. */
  readonly marks: Uint32Array
  /** CHECKS for each set, set by set. */
  readonly checks: Uint8Array
  /** Of a new result: sets of one number were grouped by one select. Not kept with a release. */
  readonly origins?: Uint32Array
}

export const NO_SETS: EntitySets = { count: 0, kinds: [], kind: new Uint8Array(), entities: new Uint32Array(), marks: new Uint32Array(), checks: new Uint8Array() }

/** One set as the worker described it: its kind, its size and its digests in hexadecimal, marks first. */
export interface DescribedSet {
  readonly kind: string
  readonly entities: number
  readonly digests: string
  readonly origin?: number
}

/** unit: hexadecimal digits; source: four bits each */
const HEX_OF_32_BITS = 8
/** unit: hexadecimal digits; source: four bits each */
const HEX_OF_8_BITS = 2
/** unit: base; source: hexadecimal digits */
const HEX = 16
/** unit: base; source: the letter a follows the decimal digits */
const DECIMAL = 10
const ZERO = '0'.charCodeAt(0)
const FIRST_LETTER = 'a'.charCodeAt(0)
export const DIGEST_DIGITS = MARKS * HEX_OF_32_BITS + CHECKS * HEX_OF_8_BITS

/** Sets as columns, in one order however the engine gave them; a set that occurs several times is kept once. @throws RangeError for digests of another length */
export function entitySetsOf(described: readonly DescribedSet[]): EntitySets {
  const named = new Map(described.map((set) => [`${set.origin ?? 0} ${set.kind} ${set.entities} ${set.digests}`, set]))
  const distinct = [...named.keys()].toSorted().flatMap((name) => named.get(name) ?? [])
  const kinds = [...new Set(distinct.map((set) => set.kind))]
  const count = distinct.length
  const sets = { count, kinds, kind: new Uint8Array(count), entities: new Uint32Array(count), marks: new Uint32Array(count * MARKS), checks: new Uint8Array(count * CHECKS), origins: Uint32Array.from(distinct, (set) => set.origin ?? 0) }
  for (const [position, set] of distinct.entries()) {
    if (set.digests.length < DIGEST_DIGITS) throw new RangeError(`the digests of a set have ${set.digests.length} digits instead of ${DIGEST_DIGITS}`)
    sets.kind[position] = kinds.indexOf(set.kind)
    sets.entities[position] = set.entities
    for (let mark = 0; mark < MARKS; mark += 1) sets.marks[mark * count + position] = numberAt(set.digests, mark * HEX_OF_32_BITS, HEX_OF_32_BITS)
    for (let check = 0; check < CHECKS; check += 1) sets.checks[position * CHECKS + check] = numberAt(set.digests, MARKS * HEX_OF_32_BITS + check * HEX_OF_8_BITS, HEX_OF_8_BITS)
  }
  return sets
}

/** The number that so many hexadecimal digits make from a place on; read without cutting the text up, for a result may have a hundred thousand sets. */
function numberAt(digests: string, from: number, digits: number): number {
  let number = 0
  for (let at = from; at < from + digits; at += 1) {
    const code = digests.charCodeAt(at)
    number = number * HEX + (code < FIRST_LETTER ? code - ZERO : code - FIRST_LETTER + DECIMAL)
  }
  return number
}

/** unit: bytes; source: 32 bits */
const WORD = 4
/** unit: none; source: ours, says what a file of sets is, so that another form is never read as this one. */
const FORM = 0x67734c31
/** unit: words of 32 bits; source: form, number of sets, length of the kinds */
const HEADER_WORDS = 3

/** The sets as bytes: a header, the kinds, then the columns; the checks come last, so that the rest is read without them. */
export function encodeEntitySets(sets: EntitySets): Uint8Array {
  const kinds = new TextEncoder().encode(JSON.stringify(sets.kinds))
  const { checksAt, kindsAt, kindAt, entitiesAt, marksAt } = placesOf(sets.count, kinds.length)
  const bytes = new Uint8Array(checksAt + sets.count * CHECKS)
  new Uint32Array(bytes.buffer, 0, HEADER_WORDS).set([FORM, sets.count, kinds.length])
  bytes.set(kinds, kindsAt)
  bytes.set(sets.kind, kindAt)
  bytes.set(new Uint8Array(sets.entities.buffer, sets.entities.byteOffset, sets.entities.byteLength), entitiesAt)
  bytes.set(new Uint8Array(sets.marks.buffer, sets.marks.byteOffset, sets.marks.byteLength), marksAt)
  bytes.set(sets.checks, checksAt)
  return bytes
}

/** Where the checks begin, from the first bytes of the encoded sets. @throws RangeError for bytes that are no sets */
export function readPlaces(header: Uint8Array): { readonly count: number; readonly kindsLength: number; readonly checksAt: number; readonly length: number } {
  const [form, count = 0, kindsLength = 0] = new Uint32Array(new Uint8Array(header.subarray(0, HEADER_BYTES)).buffer)
  if (form !== FORM) throw new RangeError('these bytes are no sets of entities')
  const { checksAt } = placesOf(count, kindsLength)
  return { count, kindsLength, checksAt, length: checksAt + count * CHECKS }
}

/** unit: bytes that readPlaces needs; source: the header above */
export const HEADER_BYTES = HEADER_WORDS * WORD

/** Sets from their bytes; `checks` stays empty where the bytes end before them. @throws RangeError for bytes that are no sets or end too soon */
export function decodeEntitySets(bytes: Uint8Array): EntitySets {
  const { count, kindsLength, checksAt, length } = readPlaces(bytes)
  if (bytes.length < checksAt) throw new RangeError('the sets of entities end too soon')
  const { kindsAt, kindAt, entitiesAt, marksAt } = placesOf(count, kindsLength)
  const aligned = bytes.byteOffset % WORD === 0 ? bytes : new Uint8Array(bytes)
  return {
    count,
    kinds: JSON.parse(new TextDecoder().decode(aligned.subarray(kindsAt, kindsAt + kindsLength))) as string[], // written by encodeEntitySets
    kind: aligned.subarray(kindAt, kindAt + count),
    entities: new Uint32Array(aligned.buffer, aligned.byteOffset + entitiesAt, count),
    marks: new Uint32Array(aligned.buffer, aligned.byteOffset + marksAt, count * MARKS),
    checks: aligned.length >= length ? aligned.subarray(checksAt, length) : new Uint8Array(),
  }
}

function placesOf(count: number, kindsLength: number): { kindsAt: number; kindAt: number; entitiesAt: number; marksAt: number; checksAt: number } {
  const kindsAt = HEADER_BYTES
  const kindAt = kindsAt + kindsLength
  const entitiesAt = wordsUp(kindAt + count)
  const marksAt = entitiesAt + count * WORD
  return { kindsAt, kindAt, entitiesAt, marksAt, checksAt: marksAt + count * MARKS * WORD }
}

function wordsUp(bytes: number): number {
  return Math.ceil(bytes / WORD) * WORD
}
