import { expect, test } from 'vitest'
import { MARKS, NO_SETS, type EntitySets } from '#core/disclosure-control/entity-sets.ts'
import { indexOf, nextHolder, passing } from '#core/disclosure-control/mark-index.ts'
import { range, scrambled } from '#tests/support/entity-sets.ts'

const LOWER = 0xffffffffn
const setsWith = (marks: readonly number[]): EntitySets => ({ ...NO_SETS, count: marks.length, marks: Uint32Array.from({ length: marks.length * MARKS }, (_, at) => marks[at % marks.length] ?? 0) })
const numbers = (from: number, to: number) => range(from, to).map((one) => Number(scrambled(one) & LOWER))
const holdersOf = (index: ReturnType<typeof indexOf>, mark: number, value: number): number[] => {
  const found: number[] = []
  for (let at = nextHolder(index, mark, value, -1); at >= 0; at = nextHolder(index, mark, value, at)) found.push(at)
  return found
}

test.each([0, 1, 3, 4, 5, 7, 8, 41])('of %i marks each that the new result has passes, in order, wherever it stands', (count) => {
  const own = numbers(0, 3_000)
  const index = indexOf(setsWith(own))
  const others = numbers(9_000, 9_000 + count).map((other, at) => (at % 3 === 1 ? (own[at * 7] ?? 0) : other))
  const found = new Uint32Array(count)
  for (const [mark, filter] of index.filters.entries()) {
    const hits = [...found.subarray(0, passing(new Int32Array(Uint32Array.of(...others, ...others).buffer), count, count, filter, found))]
    expect(hits).toEqual(hits.toSorted((a, b) => a - b))
    expect(hits.filter((at) => holdersOf(index, mark, others[at] ?? 0).length > 0)).toEqual(range(0, count).filter((at) => at % 3 === 1))
  }
})

test('few others pass, so that few are looked at', () => {
  const [index, others] = [indexOf(setsWith(numbers(0, 3_000))), numbers(50_000, 90_000)]
  const [filter] = index.filters
  if (filter === undefined) throw new Error('no filter')
  expect(passing(new Int32Array(Uint32Array.from(others).buffer), 0, others.length, filter, new Uint32Array(others.length))).toBeLessThan(others.length / 100)
})

test('all sets of one mark are found in order; a part without entities has none', () => {
  const index = indexOf(setsWith([7, 0, 0xffffffff, 7, 0, 7]))
  expect(holdersOf(index, 3, 7)).toEqual([0, 3, 5])
  expect(holdersOf(index, 0, 0xffffffff)).toEqual([2])
  expect([holdersOf(index, 9, 0), holdersOf(index, 9, 8)]).toEqual([[], []])
})
