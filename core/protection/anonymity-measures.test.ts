import { describe, expect, test } from 'vitest'
import { measureAnonymity, recursiveBound } from './anonymity-measures.ts'
import { classesOf } from './equivalence-class.ts'
import type { EquivalenceClass } from './equivalence-class.ts'
import { closeness, distinctDiversity, entropyDiversity, likeness, minimumSize, recursiveDiversity } from './privacy-target.ts'
import { equalDistance, hierarchicalDistance, orderedDistance } from './sensitive-distance.ts'

/** A class with so many rows of each sensitive value. */
function classWith(...counts: number[]): EquivalenceClass {
  const codes = counts.flatMap((count, code) => (count > 0 ? [code] : []))
  return { size: counts.reduce((sum, count) => sum + count, 0), codes, counts: codes.map((code) => counts[code] ?? 0) }
}

describe('distances of a class from the table', () => {
  // The salaries of Li, Li and Venkatasubramanian (2007), section 3: nine of them, each once.
  const salaries = [1, 1, 1, 1, 1, 1, 1, 1, 1]
  test('the three lowest salaries are further away than three spread ones', () => {
    expect(orderedDistance(salaries)(classWith(1, 1, 1))).toBeCloseTo(0.375, 12)
    expect(orderedDistance(salaries)(classWith(0, 0, 0, 1, 0, 1, 0, 0, 1))).toBeCloseTo(0.167, 3)
  })
  test('a class like the whole table is nowhere away, one of a single value is as far as can be', () => {
    for (const distance of [equalDistance([5, 5]), orderedDistance([5, 5]), hierarchicalDistance([5, 5], { groupsOf: [['all'], ['all']] })]) {
      expect(distance(classWith(2, 2))).toBeCloseTo(0, 12)
      expect(distance(classWith(2, 0))).toBeCloseTo(0.5, 12)
    }
  })
  test('values of one group are closer than those that meet only at the root', () => {
    const tree = { groupsOf: [['stomach', '*'], ['stomach', '*'], ['lungs', '*'], ['lungs', '*']] }
    const near = hierarchicalDistance([1, 1, 1, 1], tree)(classWith(1, 0, 1))
    const far = hierarchicalDistance([1, 1, 1, 1], tree)(classWith(1, 1))
    expect(near).toBeCloseTo(0.25, 12)
    expect(far).toBeCloseTo(0.5, 12)
  })
  test('a table with one sensitive value has no distances', () => {
    expect(orderedDistance([4])(classWith(2))).toBe(0)
  })
})

describe('targets, on both sides of each edge', () => {
  test.each([
    ['size', minimumSize(3), classWith(3), classWith(2)],
    ['different values', distinctDiversity(2), classWith(2, 1), classWith(3)],
    ['entropy of two equal values', entropyDiversity(2), classWith(2, 2), classWith(3, 1)],
    ['recursive', recursiveDiversity(2, 2), classWith(3, 2), classWith(4, 2)],
    ['closeness', closeness(0.25, equalDistance([5, 5])), classWith(3, 1), classWith(4, 1)],
    ['basic likeness', likeness(0.5, [5, 5], 'basic'), classWith(3, 1), classWith(4, 1)],
    ['enhanced likeness', likeness(1, [5, 5], 'enhanced'), classWith(4, 1), classWith(9, 1)],
  ])('%s', (_name, target, reaches, misses) => {
    expect(target(reaches)).toBe(true)
    expect(target(misses)).toBe(false)
  })
})

describe('measures of a table', () => {
  test('are those of its worst class', () => {
    const table = classesOf([['a'], ['a'], ['b'], ['b'], ['b']], ['x', 'y', 'x', 'x', 'y'])
    const found = measureAnonymity(table, equalDistance(table.overall))
    expect(found).toMatchObject({ k: 2, distinctL: 2 })
    expect(found.alpha).toBeCloseTo(2 / 3, 12)
    expect(found.beta).toBeCloseTo(0.25, 12)
    expect(recursiveBound(table.classes, 2)).toBe(2)
    expect(recursiveBound(table.classes, 3)).toBe(Infinity)
  })
  test('a table without rows is not anonymous', () => {
    expect(measureAnonymity(classesOf([], []), equalDistance([]))).toMatchObject({ k: 0, distinctL: 0, entropyL: 0 })
  })
})
