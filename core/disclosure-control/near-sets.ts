import { CHECKS, CONTRIBUTION_MARK, MARKS, plainKind, ROLL_UP_MARK, SEVERAL_MARK, type EntitySets } from '#core/disclosure-control/entity-sets.ts'
import { areCountsOfPresence, areOtherRows, canSubtract, saysAsMuch } from '#core/disclosure-control/figure-support.ts'
import { indexOf, nextHolder, passing, type MarkIndex } from '#core/disclosure-control/mark-index.ts'
import { combinations, pooled, POOLED_OF_ONE, POOL_MAX, type PooledSet } from '#core/disclosure-control/release-combinations.ts'

/** Sets of one earlier release; `checksOf` reads the checks of one of them where they are not at hand. */
export interface LedgerEntry {
  readonly release: string
  /** The engine whose hashes its marks are made of; absent where that is known to be the one of the new result. */
  readonly engine?: string
  readonly sets: EntitySets
  readonly checksOf?: (position: number) => Uint8Array
}

/** A figure of the new result that differs from another one by few entities, or by few entities' contributions. */
export interface NearSet {
  /** The earlier release, or null where both figures are in the new result. */
  readonly release: string | null
  readonly entities: number
  /** At least so many entities differ. */
  readonly differ: number
  /** The same entities stand behind both, but few of them with other rows. */
  readonly rowsOnly: boolean
  /** The one counts the entities, the other something else of them: a person judges whether that tells of the few. */
  readonly otherCounts?: true
  /** Where it takes several other figures: the releases that they are in. */
  readonly combined?: readonly string[]
  /** The other figure did not leave: it was shown to the organisation that asks. */
  readonly shown?: true
}

/** What came of comparing a new result with the ledger. */
export interface LedgerComparison {
  readonly near: readonly NearSet[]
  readonly compared: number
  /** Results that did not leave and were shown to the organisation that asks, of those compared. */
  readonly shown?: number
  /** Earlier releases whose marks cannot be compared with the new ones. */
  readonly incomparable?: readonly string[]
  /** Earlier releases that an authority decided not to compare with any more, because their marks cannot be made anew. */
  readonly setAside?: readonly string[]
}

/** What comparing with one earlier release gave: the figures that are near, and its largest sets by kind where they were asked for. */
export interface ReleaseCompared {
  readonly near: readonly NearSet[]
  readonly pools: ReadonlyMap<string, readonly PooledSet[]>
}

/** A new result that is being compared: its marks made ready, the minimum, the kinds whose figures add up, and how many sets of each earlier release are combined with them. */
export interface NewResult {
  readonly index: MarkIndex
  readonly minimum: number
  readonly addingUp: readonly string[]
  readonly share: number
}

/** unit: pairs; source: platform default: beyond it the verdict is clear, and nobody reads on */
const PAIRS_MAX = 100_000

/** The new result made ready to be compared, once, wherever that is then done. @param releases that it is compared with: of many each gives fewer sets to combine, so that none is left out */
export function newResultOf(fresh: EntitySets, minimum: number, releases: number): NewResult {
  // Where entities have several rows, figures over rows add up and sets of entities do not: they are only compared in pairs.
  const addingUp = fresh.kinds.filter((kind) => !kind.includes(CONTRIBUTION_MARK) && !kind.includes(SEVERAL_MARK)).map(plainKind)
  return { index: indexOf(fresh), minimum, addingUp: [...new Set(addingUp)], share: Math.min(POOLED_OF_ONE, Math.max(1, Math.floor(POOL_MAX / Math.max(1, releases)))) }
}

/**
 * Finds figures of the new result whose entities (or whose contributions) are those of another figure but for fewer than
 * the minimum: subtracting the two would tell of these few. Two such sets agree in at least one mark, whatever the figures
 * are called and however they were grouped, as long as the minimum is at most MARKS; with a larger minimum differences of
 * MARKS and more are found only with high probability.
 * @param engine that the new marks were made by: those of another one are hashed in another way perhaps, and are not compared but told
 */
export function nearSets(fresh: EntitySets, earlier: Iterable<LedgerEntry>, minimum: number, engine?: string): LedgerComparison {
  const comparable: LedgerEntry[] = []
  const incomparable: string[] = []
  for (const entry of earlier) {
    if (engine !== undefined && entry.engine !== undefined && entry.engine !== engine) incomparable.push(entry.release)
    else comparable.push(entry)
  }
  const result = newResultOf(fresh, minimum, comparable.length)
  const gathered = gathering(result)
  for (const entry of comparable) gathered.add(compareRelease(result, entry, !gathered.isFull()))
  return gathered.conclude(incomparable)
}

/** Compares the new result with one earlier release. @param pooling whether its largest sets are wanted for combinations */
export function compareRelease({ index, minimum, addingUp, share }: NewResult, entry: LedgerEntry, pooling: boolean): ReleaseCompared {
  const near = compare(index, entry, minimum, entry.release)
  const pools = new Map<string, readonly PooledSet[]>()
  for (const kind of pooling ? addingUp : []) pools.set(kind, pooled(entry.sets, entry.release, kind, (position) => checksOf(entry, position), share))
  return { near, pools }
}

/** What came of each earlier release, put together in the releases' order. */
export interface Gathering {
  /** Whether more sets of later releases would not be combined. */
  isFull(): boolean
  add(compared: ReleaseCompared): void
  /** What was shown and did not leave: a difference counts where it is of at most so many entities of figures that count alike. */
  addShown(compared: ReleaseCompared, differ: number): void
  conclude(incomparable: readonly string[], setAside?: readonly string[]): LedgerComparison
}

/** Begins with the new result against itself. */
export function gathering({ index, minimum, addingUp }: NewResult): Gathering {
  const own: LedgerEntry = { release: '', sets: index.sets }
  const near = [...compare(index, own, minimum, null)]
  const pools = new Map(addingUp.map((kind): [string, PooledSet[]] => [kind, []]))
  let [compared, shown] = [0, 0]
  return {
    isFull: () => [...pools.values()].every((pool) => pool.length >= POOL_MAX),
    add: (one) => {
      if (near.length < PAIRS_MAX) near.push(...one.near)
      for (const [kind, pool] of pools) if (pool.length < POOL_MAX) pool.push(...one.pools.get(kind) ?? [])
      compared += 1
    },
    addShown: (one, differ) => {
      if (near.length < PAIRS_MAX) near.push(...one.near.filter((set) => set.differ <= differ && set.otherCounts !== true).map((set) => ({ ...set, shown: true as const })))
      shown += 1
    },
    conclude: (incomparable, setAside = []) => {
      for (const [kind, pool] of pools) {
        const fresh = pooled(index.sets, null, kind, (position) => checksOf(own, position))
        for (const { releases, entities, differ } of combinations(fresh, pool, minimum, index.sets)) near.push({ release: null, entities, differ, rowsOnly: false, combined: releases })
      }
      return { near, compared, ...(shown === 0 ? {} : { shown }), ...(incomparable.length === 0 ? {} : { incomparable }), ...(setAside.length === 0 ? {} : { setAside }) }
    },
  }
}

function checksOf(entry: LedgerEntry, position: number): Uint8Array {
  return entry.checksOf === undefined ? entry.sets.checks.subarray(position * CHECKS, (position + 1) * CHECKS) : entry.checksOf(position)
}

function compare(index: MarkIndex, entry: LedgerEntry, minimum: number, release: string | null): readonly NearSet[] {
  const { sets: fresh } = index
  const { sets: other } = entry
  const [kinds, own] = [other.kinds.map(plainKind), fresh.kinds.map(plainKind)]
  const found = new Uint32Array(other.count)
  const marks = new Int32Array(other.marks.buffer, other.marks.byteOffset, other.marks.length)
  const pairs: { readonly mine: number; readonly set: NearSet }[] = []
  const known = new Set<number>()
  for (const [mark, filter] of index.filters.entries()) {
    const hits = passing(marks, mark * other.count, other.count, filter, found)
    for (let hit = 0; hit < hits; hit += 1) {
      const position = found[hit] ?? 0
      const value = other.marks[mark * other.count + position] ?? 0
      // Within the new result each two are looked at once: those after it.
      for (let mine = nextHolder(index, mark, value, release === null ? position : -1); mine >= 0; mine = nextHolder(index, mark, value, mine)) {
        if (pairs.length >= PAIRS_MAX) return pairs.map(({ set: one }) => one)
        // A figure of fewer is held where it leaves; where a filter drops it, nobody has it to subtract.
        if (release === null && Math.min(fresh.entities[mine] ?? 0, fresh.entities[position] ?? 0) < minimum) continue
        if (release === null && (isOwnRollUp(fresh, mine, position) || isOwnPresence(fresh, mine, position))) continue
        if (kinds[other.kind[position] ?? 0] !== own[fresh.kind[mine] ?? 0]) continue
        const [kind, theirs] = [fresh.kinds[fresh.kind[mine] ?? 0] ?? '', other.kinds[other.kind[position] ?? 0] ?? '']
        if (release !== null && saysAsMuch(theirs, kind) && isSame(fresh, mine, other, position)) known.add(mine)
        const subtract = canSubtract(kind, theirs)
        if (subtract === 'no' || areOtherRows(kind, theirs, release === null)) continue
        if (!mayBeNear(fresh, mine, other, position, mark, minimum)) continue
        const differ = differenceOf(fresh, mine, other.entities[position] ?? 0, checksOf(entry, position))
        if (differ < minimum) pairs.push({ mine, set: { release, entities: fresh.entities[mine] ?? 0, differ, rowsOnly: kind.includes(CONTRIBUTION_MARK), ...(subtract === 'perhaps' ? { otherCounts: true } : {}) } })
      }
    }
  }
  // A figure about a set that this release has shown already says nothing new beside it.
  return pairs.filter(({ mine }) => !known.has(mine)).map(({ set: one }) => one)
}

function isSame(fresh: EntitySets, mine: number, other: EntitySets, position: number): boolean {
  if (fresh.entities[mine] !== other.entities[position]) return false
  for (let at = 0; at < MARKS; at += 1) if (fresh.marks[at * fresh.count + mine] !== other.marks[at * other.count + position]) return false
  return true
}

/**
 * Whether of two sets of one select one is what the other and its neighbours add up to, where entities have several rows:
 * the entities of such a sum are hardly more than those of a part, and subtracting gives no more than the other parts.
 */
function isOwnRollUp(sets: EntitySets, one: number, other: number): boolean {
  const kinds = [one, other].map((position) => sets.kinds[sets.kind[position] ?? 0] ?? '')
  return sets.origins?.[one] === sets.origins?.[other] && kinds.every((kind) => kind.includes(SEVERAL_MARK)) && kinds.some((kind) => kind.includes(ROLL_UP_MARK))
}

/** Whether two sets are counts of one select that differ by missing values only. */
function isOwnPresence(sets: EntitySets, one: number, other: number): boolean {
  const [mine = '', theirs = ''] = [one, other].map((position) => sets.kinds[sets.kind[position] ?? 0])
  return sets.origins?.[one] === sets.origins?.[other] && areCountsOfPresence(mine, theirs)
}

/** Sizes are close, the sets are not the same, and this mark is the first in which they agree, so that each pair is looked at once. */
function mayBeNear(fresh: EntitySets, own: number, other: EntitySets, position: number, mark: number, minimum: number): boolean {
  const more = Math.abs((fresh.entities[own] ?? 0) - (other.entities[position] ?? 0))
  if (more >= minimum) return false
  let unequal = 0
  for (let at = 0; at < MARKS; at += 1) {
    const value = fresh.marks[at * fresh.count + own] ?? 0
    if (value !== (other.marks[at * other.count + position] ?? 0)) unequal += 1
    else if (at < mark && value !== 0) return false
  }
  return more > 0 || unequal > 0
}

/** At least so many entities are in one set and not in the other: each part that differs has one of them. */
function differenceOf(fresh: EntitySets, own: number, entities: number, checks: Uint8Array): number {
  let unequal = 0
  for (let check = 0; check < CHECKS; check += 1) {
    if (fresh.checks[own * CHECKS + check] !== checks[check]) unequal += 1
  }
  return Math.max(1, unequal, Math.abs((fresh.entities[own] ?? 0) - entities))
}

