import { CHECKS, CONTRIBUTION_MARK, MARKS, plainKind, ROLL_UP_MARK, SEVERAL_MARK, type EntitySets } from '#core/disclosure-control/entity-sets.ts'
import { areOtherRows, canSubtract, saysAsMuch } from '#core/disclosure-control/figure-support.ts'
import type { Finding } from '#core/disclosure-control/finding.ts'
import { indexOf, nextHolder, passing, type MarkIndex } from '#core/disclosure-control/mark-index.ts'
import { combinations, pooled, POOL_MAX, type PooledSet } from '#core/disclosure-control/release-combinations.ts'

/** Sets of one earlier release; `checksOf` reads the checks of one of them where they are not at hand. */
export interface LedgerEntry {
  readonly release: string
  /** The engine whose hashes its marks are made of; absent where that is known to be the one of the new result. */
  readonly engine?: string
  readonly sets: EntitySets
  readonly checksOf?: (position: number) => Promise<Uint8Array>
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
}

/** What came of comparing a new result with the ledger. */
export interface LedgerComparison {
  readonly near: readonly NearSet[]
  readonly compared: number
  /** Earlier releases whose marks cannot be compared with the new ones. */
  readonly incomparable?: readonly string[]
}

/** unit: pairs; source: platform default: beyond it the verdict is clear, and nobody reads on */
const PAIRS_MAX = 100_000
/**
 * Finds figures of the new result whose entities (or whose contributions) are those of another figure but for fewer than
 * the minimum: subtracting the two would tell of these few. Two such sets agree in at least one mark, whatever the figures
 * are called and however they were grouped, as long as the minimum is at most MARKS; with a larger minimum differences of
 * MARKS and more are found only with high probability.
 * @param earlier is asked for one release after the other; between two of them other work gets its turn where it is asynchronous
 * @param engine that the new marks were made by: those of another one are hashed in another way perhaps, and are not compared but told
 */
export async function nearSets(fresh: EntitySets, earlier: AsyncIterable<LedgerEntry> | Iterable<LedgerEntry>, minimum: number, engine?: string): Promise<LedgerComparison> {
  const index = indexOf(fresh)
  const near: NearSet[] = []
  await compare(index, { release: '', sets: fresh }, minimum, null, near)
  // Where entities have several rows, figures over rows add up and sets of entities do not: they are only compared in pairs.
  const kinds = [...new Set(fresh.kinds.filter((kind) => !kind.includes(CONTRIBUTION_MARK) && !kind.includes(SEVERAL_MARK)).map(plainKind))]
  const pools = new Map(kinds.map((kind): [string, PooledSet[]] => [kind, []]))
  let compared = 0
  const incomparable: string[] = []
  for await (const entry of earlier) {
    if (engine !== undefined && entry.engine !== undefined && entry.engine !== engine) {
      incomparable.push(entry.release)
      continue
    }
    await compare(index, entry, minimum, entry.release, near)
    for (const [kind, pool] of pools) if (pool.length < POOL_MAX) pool.push(...await pooled(entry.sets, entry.release, kind, (position) => checksOf(entry, position)))
    compared += 1
  }
  for (const [kind, pool] of pools) {
    const own = await pooled(fresh, null, kind, (position) => checksOf({ release: '', sets: fresh }, position))
    for (const { releases, entities, differ } of combinations(own, pool, minimum, fresh)) near.push({ release: null, entities, differ, rowsOnly: false, combined: releases })
  }
  return { near, compared, ...(incomparable.length === 0 ? {} : { incomparable }) }
}

async function checksOf(entry: LedgerEntry, position: number): Promise<Uint8Array> {
  return entry.checksOf === undefined ? entry.sets.checks.subarray(position * CHECKS, (position + 1) * CHECKS) : entry.checksOf(position)
}

async function compare(index: MarkIndex, entry: LedgerEntry, minimum: number, release: string | null, near: NearSet[]): Promise<void> {
  const { sets: fresh } = index
  const { sets: other } = entry
  const [kinds, own] = [other.kinds.map(plainKind), fresh.kinds.map(plainKind)]
  const found = new Uint32Array(other.count)
  const marks = new Int32Array(other.marks.buffer, other.marks.byteOffset, other.marks.length)
  const pairs: { readonly mine: number; readonly set: NearSet }[] = []
  const known = new Set<number>()
  for (let mark = 0; mark < MARKS; mark += 1) {
    const filter = index.filters[mark]
    const hits = filter === undefined ? 0 : passing(marks, mark * other.count, other.count, filter, found)
    for (let hit = 0; hit < hits; hit += 1) {
      const position = found[hit] ?? 0
      const value = other.marks[mark * other.count + position] ?? 0
      for (let mine = nextHolder(index, mark, value, -1); mine >= 0; mine = nextHolder(index, mark, value, mine)) {
        if (near.length + pairs.length >= PAIRS_MAX) return void near.push(...pairs.map(({ set: one }) => one))
        if (release === null && (mine >= position || isOwnRollUp(fresh, mine, position))) continue
        if (kinds[other.kind[position] ?? 0] !== own[fresh.kind[mine] ?? 0]) continue
        const [kind, theirs] = [fresh.kinds[fresh.kind[mine] ?? 0] ?? '', other.kinds[other.kind[position] ?? 0] ?? '']
        if (release !== null && saysAsMuch(theirs, kind) && isSame(fresh, mine, other, position)) known.add(mine)
        const subtract = canSubtract(kind, theirs)
        if (subtract === 'no' || areOtherRows(kind, theirs)) continue
        if (!mayBeNear(fresh, mine, other, position, mark, minimum)) continue
        const differ = differenceOf(fresh, mine, other.entities[position] ?? 0, await checksOf(entry, position))
        if (differ < minimum) pairs.push({ mine, set: { release, entities: fresh.entities[mine] ?? 0, differ, rowsOnly: kind.includes(CONTRIBUTION_MARK), ...(subtract === 'perhaps' ? { otherCounts: true } : {}) } })
      }
    }
  }
  // A figure about a set that this release has shown already says nothing new beside it.
  near.push(...pairs.filter(({ mine }) => !known.has(mine)).map(({ set: one }) => one))
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

/** The finding about the new result against itself and all that was released before. */
export function checkReleaseLedger({ near, compared, incomparable = [] }: LedgerComparison, minimum: number): readonly Finding[] {
  const common = { layer: 'release-ledger', heading: 'other-risk' } as const
  const findings: Finding[] = []
  if (incomparable.length > 0) {
    const releases = incomparable.join('、')
    findings.push({ ...common, code: 'earlier-not-comparable', verdict: 'block', evidence: { releases, count: incomparable.length }, message: `此前出域的结果（${releases}）是以另一版本的计算引擎记入出域台账的，无法与本结果相减比对。`, cure: '请联系平台管理员：出域台账与计算引擎须同一版本，恢复原版本的引擎后重新提交。' })
  }
  if (near.length === 0 && findings.length === 0) {
    return [{ ...common, code: 'no-difference-by-few', verdict: 'pass', evidence: { releases: compared }, message: `与此前 ${compared} 次出域结果及本结果自身逐一相减，未得出只涉及少数主体的差值。`, cure: '' }]
  }
  const others = near.filter((one) => one.otherCounts === true)
  const blocking = near.filter((one) => one.otherCounts !== true)
  if (others.length > 0) {
    findings.push({ ...common, code: 'counts-of-others-differ-by-few', verdict: 'review', evidence: { releases: namesOf(others), pairs: others.length, minimum }, message: `有 ${others.length} 对数值所涉主体只相差不足 ${minimum} 个，但一个是主体的个数，另一个是这些主体的其他计数（例如企业的职工人数），一般不能相减；请审查人判断是否逐一对应。`, cure: '两个数值逐一对应（例如每个企业恰有一名法定代表人）的，请使两者的范围一致。' })
  }
  const combined = blocking.filter((one) => one.combined !== undefined)
  if (combined.length > 0) {
    const releases = [...new Set(combined.flatMap((one) => one.combined ?? []))].join('、')
    findings.push({ ...common, code: 'combination-leaves-few', verdict: 'block', evidence: { releases, combinations: combined.length, minimum }, message: `本结果的数值与${releases === '' ? '本结果的其他数值' : `此前出域的结果（${releases}）中的数值`}经多次相加减，所余主体不足 ${minimum} 个，可据以得出这些主体的数值。`, cure: '请沿用此前的统计口径，或使各次统计的范围相差足够多的主体。' })
  }
  const inside = blocking.filter((one) => one.release === null && one.combined === undefined)
  if (inside.length > 0) {
    findings.push({ ...common, code: 'figures-subtract-to-few', verdict: 'block', evidence: { pairs: inside.length, minimum }, message: `本结果中有 ${inside.length} 对数值（例如合计与所列各组之和）所涉主体只相差不足 ${minimum} 个，相减即可得出被略去的少数主体的数值。`, cure: '请去掉合计，或把被略去的小组并入其他组一并列出。' })
  }
  const byEntities = blocking.filter((one) => one.release !== null && !one.rowsOnly)
  if (byEntities.length > 0) {
    const releases = namesOf(byEntities)
    findings.push({ ...common, code: 'differs-from-earlier-by-few', verdict: 'block', evidence: { releases, pairs: byEntities.length, minimum }, message: `本结果与此前出域的结果（${releases}）所涉主体只相差不足 ${minimum} 个，两次相减即可得出这些主体的数值。`, cure: '请沿用此前的统计口径，或使两次统计的范围相差足够多的主体。' })
  }
  const byRows = blocking.filter((one) => one.release !== null && one.rowsOnly)
  if (byRows.length > 0 && byEntities.length === 0) {
    const releases = namesOf(byRows)
    findings.push({ ...common, code: 'differs-from-earlier-by-few-rows', verdict: 'block', evidence: { releases, pairs: byRows.length, minimum }, message: `本结果与此前出域的结果（${releases}）涉及同样的主体，但其中只有不足 ${minimum} 个主体的记录不同（例如多次就诊中的一次），两次相减即可得出这些记录的数值。`, cure: '请沿用此前的统计口径，或使两次统计的范围相差足够多的主体。' })
  }
  return findings
}

function namesOf(near: readonly NearSet[]): string {
  return [...new Set(near.flatMap((one) => (one.release === null ? [] : [one.release])))].join('、')
}
