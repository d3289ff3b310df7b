import { describe, expect, test } from 'vitest'
import { checkReleaseLedger, nearSets, type EntitySet } from '#core/disclosure-control/release-ledger.ts'

/** A scrambling without randomness: the same number gives the same 40 bits. */
function scrambled(entity: number): bigint {
  return BigInt.asUintN(40, (BigInt(entity) * 0x9e3779b97f4a7c15n) ^ ((BigInt(entity) * 0xbf58476d1ce4e5b9n) >> 17n))
}

function setOf(entities: readonly number[], kind = 'person'): EntitySet {
  const hashes = entities.map(scrambled).toSorted((a, b) => (a < b ? -1 : 1))
  return {
    kind, entities: entities.length, sum: hashes.reduce((sum, hash) => sum + hash, 0n), squares: hashes.reduce((sum, hash) => sum + hash * hash, 0n),
    smallest: hashes.slice(0, 16).map(String),
  }
}
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, position) => from + position)
const near = (fresh: readonly EntitySet[], ...earlier: readonly EntitySet[]) => nearSets(fresh, [{ release: 'r1', sets: earlier }], 10)

describe('two figures that differ by few entities', () => {
  test.each([0, 500, 999])('a release without person %s tells of that person, wherever its hash lies', (person) => {
    const all = range(0, 1000)
    expect(near([setOf(all.filter((one) => one !== person))], setOf(all))).toEqual([{ release: 'r1', entities: 999, differ: 1 }])
  })
  test('nine are few, ten are not', () => {
    expect(near([setOf(range(9, 1000))], setOf(range(0, 1000)))).toHaveLength(1)
    expect(near([setOf(range(10, 1000))], setOf(range(0, 1000)))).toEqual([])
  })
  test('the same entities again, other entities, or another kind tell nothing', () => {
    expect(near([setOf(range(0, 500))], setOf(range(0, 500)))).toEqual([])
    expect(near([setOf(range(500, 1000))], setOf(range(0, 499)))).toEqual([])
    expect(near([setOf(range(0, 499), 'enterprise')], setOf(range(0, 500)))).toEqual([])
  })
  test('within one result a total and its shown parts are compared, too', () => {
    expect(nearSets([setOf(range(0, 995)), setOf(range(0, 1000))], [], 10)).toMatchObject([{ release: null }])
  })
  test('the finding names the earlier release and is a block', () => {
    expect(checkReleaseLedger(near([setOf(range(1, 1000))], setOf(range(0, 1000))), 1, 10)).toMatchObject([{ code: 'differs-from-earlier-by-few', verdict: 'block', evidence: { releases: 'r1' } }])
    expect(checkReleaseLedger([], 3, 10)).toMatchObject([{ verdict: 'pass', evidence: { releases: 3 } }])
  })
})
