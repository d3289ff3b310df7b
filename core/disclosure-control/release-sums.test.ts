import { expect, test } from 'vitest'
import { CHECKS, MARKS } from './entity-sets.ts'
import type { PooledSet } from './release-combinations.ts'
import { sumsOfSets } from './release-sums.ts'

const FEW = 10
const EVERYBODY = Array.from({ length: 3_000 }, (_, entity) => entity)

/** A set of entities as the ledger knows it, by a hash of our own. */
function setOf(release: string | null, has: (entity: number) => boolean): PooledSet {
  const marks = new Uint32Array(MARKS)
  const checks = new Uint8Array(CHECKS)
  const own = EVERYBODY.filter(has)
  for (const entity of own) {
    let hash = Math.imul(entity + 1, 0x9e3779b1)
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b)
    hash = (hash ^ (hash >>> 13)) >>> 0
    const part = hash % CHECKS
    const digest = Math.imul(hash ^ (hash >>> 16), 0xc2b2ae35) >>> 0
    marks[part % MARKS] = (marks[part % MARKS] ?? 0) ^ digest
    checks[part] = (checks[part] ?? 0) ^ (digest & 0xff)
  }
  return { release, entities: own.length, marks, checks }
}
const districts = Array.from({ length: 6 }, (_, district) => setOf(`release-${district}`, (entity) => entity % 6 === district))

test.each([[1, true], [2, true], [5, true], [9, true], [40, false]])('six parts were released, then the whole less %i', (few, isFound) => {
  const found = sumsOfSets([setOf(null, (entity) => entity >= few), ...districts], FEW)
  expect(found.some(({ sets, differ }) => sets.length === 7 && differ <= few)).toBe(isFound)
})

test('five parts of one result, and beside them their union less one', () => {
  const parts = Array.from({ length: 5 }, (_, district) => setOf(null, (entity) => entity % 6 === district + 1))
  expect(sumsOfSets([...parts, setOf(null, (entity) => entity % 6 > 0 && entity !== 7)], FEW).map(({ sets, differ }) => [sets.length, differ])).toContainEqual([6, 1])
})

test('the whole and its parts, other parts, and overlapping ranges of many leave nothing', () => {
  const bands = Array.from({ length: 7 }, (_, band) => setOf('bands', (entity) => Math.floor(entity / 450) === band))
  const ranges = Array.from({ length: 20 }, (_, range) => setOf(null, (entity) => entity >= range * 60 && entity < range * 70 + 900))
  expect(sumsOfSets([setOf(null, () => true), ...ranges, ...districts, ...bands], FEW)).toEqual([])
})
