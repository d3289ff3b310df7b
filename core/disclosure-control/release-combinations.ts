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
function largestOf(sets: EntitySets, own: readonly boolean[], most: number): readonly number[] {
  const largest: number[] = []
  const sizeOf = (position: number | undefined): number => (position === undefined ? 0 : (sets.entities[position] ?? 0))
  for (let position = 0; position < sets.count; position += 1) {
    if (own[sets.kind[position] ?? 0] !== true || (largest.length === most && sizeOf(position) <= sizeOf(largest.at(-1)))) continue
    const smaller = largest.findIndex((one) => sizeOf(one) < sizeOf(position))
    largest.splice(smaller < 0 ? largest.length : smaller, 0, position)
    if (largest.length > most) largest.pop()
  }
  return largest
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
    const holders = new Map<number, number>()
    for (const [position, set] of pool.entries()) holders.set(set.marks[mark] ?? 0, position)
    const tried = (positions: readonly number[]): void => {
      const rest = positions.reduce((bits, position) => bits ^ (pool[position]?.marks[mark] ?? 0), 0) >>> 0
      const last = rest === 0 ? undefined : holders.get(rest)
      if (last === undefined || positions.includes(last)) return
      const all = [...positions, last]
      const left = leftOf(all.map((position) => pool[position]))
      const differ = left.filter((bits) => bits !== 0).length
      if (differ > 0 && differ < minimum && !shown().has(left.join())) keep(found, all.map((position) => pool[position]), differ)
    }
    for (const first of firsts) {
      for (let second = 0; second < pool.length && found.size < FOUND_MAX; second += 1) {
        if (second === first) continue
        tried([first, second])
        const thirds = triples ? pool.length : 0
        for (let third = second + 1; third < thirds; third += 1) if (third !== first) tried([first, second, third])
      }
    }
  }
  // What the new cells add up to alone says nothing that they do not, and some of them may have been left out after.
  const says = (sets: readonly PooledSet[]): boolean => sets.some((set) => set.release !== null) || sets.every((set) => set.rolledUp === undefined)
  for (const { sets, left, differ } of sumsOfSets(pool, minimum)) if (says(sets) && !shown().has(left.join())) keep(found, sets, differ)
  return [...found.values()]
}

/** The exclusive or of the sets' checks: in as many parts as are not empty at least one entity is left. */
function leftOf(sets: readonly (PooledSet | undefined)[]): Uint8Array {
  return Uint8Array.from({ length: CHECKS }, (_, check) => sets.reduce((bits, set) => bits ^ (set?.checks[check] ?? 0), 0))
}

/** The checks of the result's and of earlier sets of enough entities, spelled out when they are first asked for: what is left and shown already is nothing new, though some of its parts may hold two of it. */
function shownIn(result: EntitySets, earlier: readonly PooledSet[], minimum: number): () => ReadonlySet<string> {
  let spelled: ReadonlySet<string> | null = null
  return () => {
    if (spelled !== null) return spelled
    const large = Array.from({ length: result.count }, (_, position) => position).filter((position) => (result.entities[position] ?? 0) >= minimum)
    const own = large.map((position) => result.checks.subarray(position * CHECKS, (position + 1) * CHECKS).join())
    spelled = new Set([...own, ...earlier.flatMap(({ entities, checks }) => (entities >= minimum ? [checks.join()] : []))])
    return spelled
  }
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
