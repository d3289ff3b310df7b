import type { Finding } from '#core/disclosure-control/finding.ts'

/** Whom a released figure is about, without naming one of them: enough to see that two figures differ by few entities. */
export interface EntitySet {
  /** What kind of entity is counted. */
  readonly kind: string
  readonly entities: number
  /** Sum of the entities' salted hashes, and of their squares. */
  readonly sum: bigint
  readonly squares: bigint
  /** The smallest hashes, ascending: all of them where the entities are no more. */
  readonly smallest: readonly string[]
}

/** Sets of one release, as the ledger keeps them. */
export interface LedgerEntry {
  readonly release: string
  readonly sets: readonly EntitySet[]
}

/** A figure of the new result that differs from another one by few entities. */
export interface NearSet {
  /** The earlier release, or null where both figures are in the new result. */
  readonly release: string | null
  readonly entities: number
  readonly differ: number
}

/** unit: hashes; source: two sketches of near sets may lack this many of each other's, and those of unrelated sets lack more */
const SKETCH_SLACK = 2

/**
 * Finds figures of the new result whose entities are those of another figure but for fewer than the minimum: subtracting
 * the two would tell of these few. Sets that differ by fewer entities than they keep smallest hashes share one of those,
 * so each set is compared only with the sets that hold one of its own; what differs by one is proven by the sums.
 */
export function nearSets(fresh: readonly EntitySet[], earlier: Iterable<LedgerEntry>, minimum: number): readonly NearSet[] {
  const byHash = new Map<string, number[]>()
  for (const [position, set] of fresh.entries()) {
    for (const hash of set.smallest.slice(0, minimum)) {
      const held = byHash.get(hash)
      if (held === undefined) byHash.set(hash, [position])
      else held.push(position)
    }
  }
  const found: NearSet[] = []
  const compare = (set: EntitySet, release: string | null, before: number): void => {
    const tried = new Set<number>()
    for (const hash of set.smallest.slice(0, minimum)) {
      for (const position of byHash.get(hash) ?? []) {
        const own = fresh[position]
        if (own === undefined || position >= before || tried.has(position)) continue
        tried.add(position)
        const differ = differenceOf(own, set, minimum)
        if (differ > 0) found.push({ release, entities: own.entities, differ })
      }
    }
  }
  for (const [position, set] of fresh.entries()) compare(set, null, position)
  for (const entry of earlier) for (const set of entry.sets) compare(set, entry.release, fresh.length)
  return found
}

/** By how many entities two sets differ, where these are at least one and fewer than the minimum; else 0. */
function differenceOf(one: EntitySet, other: EntitySet, minimum: number): number {
  const more = Math.abs(one.entities - other.entities)
  if (one.kind !== other.kind || more >= minimum) return 0
  const sum = one.sum - other.sum
  const squares = one.squares - other.squares
  if (more === 0 && sum === 0n && squares === 0n) return 0
  if (more === 1 && (sum < 0n ? -1n : 1n) * squares === sum * sum) return 1
  const kept = Math.min(one.smallest.length, other.smallest.length)
  const theirs = new Set(other.smallest)
  const common = one.smallest.filter((hash) => theirs.has(hash)).length
  const whole = one.smallest.length === one.entities && other.smallest.length === other.entities
  if (whole) {
    const differ = one.entities + other.entities - common - common
    return differ < minimum ? differ : 0
  }
  return common >= kept - SKETCH_SLACK ? Math.max(1, more) : 0
}

/** The finding about the new result against itself and all that was released before. */
export function checkReleaseLedger(near: readonly NearSet[], compared: number, minimum: number): readonly Finding[] {
  const common = { layer: 'release-ledger', heading: 'other-risk' } as const
  if (near.length === 0) {
    return [{ ...common, code: 'no-difference-by-few', verdict: 'pass', evidence: { releases: compared }, message: `与此前 ${compared} 次出域结果及本结果自身逐一相减，未得出只涉及少数主体的差值。`, cure: '' }]
  }
  const inside = near.filter((one) => one.release === null)
  const releases = [...new Set(near.flatMap((one) => (one.release === null ? [] : [one.release])))]
  const findings: Finding[] = []
  if (inside.length > 0) {
    findings.push({ ...common, code: 'figures-subtract-to-few', verdict: 'block', evidence: { pairs: inside.length, minimum }, message: `本结果中有 ${inside.length} 对数值（例如合计与所列各组之和）所涉主体只相差不足 ${minimum} 个，相减即可得出被略去的少数主体的数值。`, cure: '请去掉合计，或把被略去的小组并入其他组一并列出。' })
  }
  if (releases.length > 0) {
    findings.push({ ...common, code: 'differs-from-earlier-by-few', verdict: 'block', evidence: { releases: releases.join('、'), pairs: near.length - inside.length, minimum }, message: `本结果与此前出域的结果（${releases.join('、')}）所涉主体只相差不足 ${minimum} 个，两次相减即可得出这些主体的数值。`, cure: '请沿用此前的统计口径，或使两次统计的范围相差足够多的主体。' })
  }
  return findings
}
