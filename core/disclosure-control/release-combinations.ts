import { CHECKS, CONTRIBUTION_MARK, MARKS, plainKind, ROLL_UP_MARK, SEVERAL_MARK, type EntitySets } from '#core/disclosure-control/entity-sets.ts'
import { sumsOfSets } from '#core/disclosure-control/release-sums.ts'

/** A set that may be combined with others; `release` is null where it is in the new result. */
export interface PooledSet {
  readonly release: string | null
  readonly entities: number
  readonly marks: Uint32Array
  readonly checks: Uint8Array
  /** It is only what the reader may add up of the result's cells. */
  readonly rolledUp?: true
}

/** Figures of the new result and of earlier releases that, added and subtracted, leave few entities. */
export interface Combination {
  /** Releases of the other figures, in order and each once; empty where all are in the new result. */
  readonly releases: readonly string[]
  readonly entities: number
  readonly differ: number
}

/** unit: sets of one result; source: platform default: the largest are the totals and shares that others can be subtracted from */
export const POOLED_OF_ONE = 64
/** unit: sets; source: platform default, what can be combined within a second */
export const POOL_MAX = 1_000
/** unit: sums of three that are tried; source: as above */
const TRIPLES_MAX = 1_000_000
/** unit: findings; source: one is a block, more than these nobody reads */
const FOUND_MAX = 20
/** unit: none; source: the prime of the FNV sum of 32 bits */
const SPREAD = 16_777_619
/** unit: other figures; source: two beside the one that is tried make inclusion and exclusion */
const TWO = 2

/** The largest sets of a result that are about entities of one kind with one row each, ready to be combined. */
export function pooled(sets: EntitySets, release: string | null, kind: string, checksOf: (position: number) => Uint8Array, most = POOLED_OF_ONE): readonly PooledSet[] {
  const own = sets.kinds.map((one) => plainKind(one) === kind && !one.includes(SEVERAL_MARK) && !one.includes(CONTRIBUTION_MARK))
  const largest = largestOf(sets, own, most)
  const checks = new Map<number, Uint8Array>()
  // In the order in which they lie, one after the other: neighbours are read together.
  for (const position of largest.toSorted((a, b) => a - b)) checks.set(position, checksOf(position))
  return largest.map((position) => ({
    release, entities: sets.entities[position] ?? 0, checks: checks.get(position) ?? new Uint8Array(),
    marks: Uint32Array.from({ length: MARKS }, (_, mark) => sets.marks[mark * sets.count + position] ?? 0),
    ...(sets.kinds[sets.kind[position] ?? 0]?.includes(ROLL_UP_MARK) === true ? { rolledUp: true } : {}),
  }))
}

/** Positions of the largest sets among those of the kinds, the largest first. */
function largestOf({ count, kind, entities }: EntitySets, own: readonly boolean[], most: number): readonly number[] {
  const largest: number[] = []
  let enough = -1
  for (let position = nextLarger(entities, 0, enough); position < count; position = nextLarger(entities, position + 1, enough)) {
    if (own[kind[position] ?? 0] !== true) continue
    const smaller = largest.findIndex((one) => (entities[one] ?? 0) < (entities[position] ?? 0))
    largest.splice(smaller < 0 ? largest.length : smaller, 0, position)
    if (largest.length > most) largest.pop()
    if (largest.length === most) enough = entities[largest.at(-1) ?? 0] ?? 0
  }
  return largest
}

/** Nearly all sets are smaller than the largest so far: they are passed over in a loop of its own, which the engine makes quick. */
function nextLarger(entities: Uint32Array, from: number, enough: number): number {
  let at = from
  while (at < entities.length && (entities[at] ?? 0) <= enough) at += 1
  return at
}

/**
 * Finds new figures that two, three or (see release-sums.ts) more others make up but for fewer entities than the minimum, by
 * the exclusive or of their digests: those of a whole and of its parts leave those whom the parts lack, those of two overlapping ranges and of
 * everyone leave those in both. At least one of the figures is new; what is old alone was judged when it was new.
 */
export function combinations(fresh: readonly PooledSet[], earlier: readonly PooledSet[], minimum: number, result: EntitySets): readonly Combination[] {
  const pool = distinct([...fresh, ...earlier])
  const shown = shownIn(result, earlier, minimum)
  const firsts = pool.flatMap((set, position) => (set.release === null ? [position] : []))
  const found = new Map<string, Combination>()
  const triples = firsts.length * pool.length * pool.length <= TRIPLES_MAX
  for (let mark = 0; mark < MARKS; mark += 1) {
    const bits = Int32Array.from(pool, (set) => set.marks[mark] ?? 0)
    const holders = new Map<number, number>()
    for (const [position, value] of bits.entries()) holders.set(value, position)
    const tried = (rest: number, positions: readonly number[]): void => {
      const last = holders.get(rest)
      if (last === undefined || positions.includes(last)) return
      const all = [...positions, last].map((position) => pool[position])
      const left = leftOf(all)
      const differ = left.filter((check) => check !== 0).length
      if (differ > 0 && differ < minimum && !shown(left)) keep(found, all, differ)
    }
    for (const first of firsts) {
      for (let second = 0; second < pool.length && found.size < FOUND_MAX; second += 1) {
        if (second === first) continue
        const two = (bits[first] ?? 0) ^ (bits[second] ?? 0)
        if (two !== 0 && holders.has(two)) tried(two, [first, second])
        for (let third = triples ? second + 1 : pool.length; third < pool.length; third += 1) {
          const three = two ^ (bits[third] ?? 0)
          if (third !== first && three !== 0 && holders.has(three)) tried(three, [first, second, third])
        }
      }
    }
  }
  // What the new cells add up to alone says nothing that they do not, and some of them may have been left out after.
  const says = (sets: readonly PooledSet[]): boolean => sets.some((set) => set.release !== null) || sets.every((set) => set.rolledUp === undefined)
  for (const { sets, left, differ } of sumsOfSets(pool, minimum)) if (says(sets) && !shown(left)) keep(found, sets, differ)
  return [...found.values()]
}

/** The exclusive or of the sets' checks: in as many parts as are not empty at least one entity is left. */
function leftOf(sets: readonly (PooledSet | undefined)[]): Uint8Array {
  return Uint8Array.from({ length: CHECKS }, (_, check) => sets.reduce((bits, set) => bits ^ (set?.checks[check] ?? 0), 0))
}

/** Whether the result or an earlier one shows a set of enough entities with these checks: what is left and shown already is nothing new, though some of its parts may hold two of it. */
function shownIn(result: EntitySets, earlier: readonly PooledSet[], minimum: number): (left: Uint8Array) => boolean {
  const shown = (): readonly Uint8Array[] => [
    ...Array.from({ length: result.count }, (_, position) => position).filter((position) => (result.entities[position] ?? 0) >= minimum).map((position) => result.checks.subarray(position * CHECKS, (position + 1) * CHECKS)),
    ...earlier.flatMap(({ entities, checks }) => (entities >= minimum ? [checks] : [])),
  ]
  // Gone through when it is first asked, then only where one is likely to be the same.
  let sums: ReadonlySet<number> | null = null
  return (left) => (sums ??= new Set(shown().map(sumOf))).has(sumOf(left)) && shown().some((checks) => checks.every((check, part) => check === left[part]))
}

/** A number of 32 bits that equal checks have in common. */
function sumOf(checks: Uint8Array): number {
  let sum = 0
  for (let part = 0; part < checks.length; part += 1) sum = Math.imul(sum ^ (checks[part] ?? 0), SPREAD)
  return sum
}

function keep(found: Map<string, Combination>, sets: readonly (PooledSet | undefined)[], differ: number): void {
  const releases = [...new Set(sets.flatMap((set) => (set === undefined || set.release === null ? [] : [set.release])))].toSorted()
  const entities = Math.max(...sets.map((set) => set?.entities ?? 0))
  // Two new figures are compared as a pair; here at least two others are needed.
  if (sets.length > TWO) found.set(`${releases.join()} ${entities} ${differ}`, { releases, entities, differ })
}

/** Each set once, the new result's before those of earlier releases. */
function distinct(sets: readonly PooledSet[]): readonly PooledSet[] {
  const known = new Map<string, PooledSet>()
  for (const set of sets) {
    const name = `${set.entities} ${set.marks.join()}`
    if (!known.has(name)) known.set(name, set)
  }
  return [...known.values()]
}
