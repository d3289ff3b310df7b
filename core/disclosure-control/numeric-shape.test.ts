import { describe, expect, test } from 'vitest'
import { checkNumericShape, rSquaredOf, shapeOf } from '#core/disclosure-control/numeric-shape.ts'
import type { ColumnProfile } from '#core/disclosure-control/source-profile.ts'
import type { TypedResult } from '#core/disclosure-control/typed-result.ts'

const POLICY = { rSquared: 0.9999, minimumValues: 100 }
/** Numbers between 0 and 1 without randomness, spread evenly and in no order (multiples of the golden section). */
const even = (count: number, step = 0.618_033_988_749_895): number[] => Array.from({ length: count }, (_, place) => ((place + 1) * step) % 1)
/** Salaries: most in the middle, more above it than below. */
const salaries = even(10_000).map((share) => Math.round(100 * (8000 + 1000 * Math.log(share / (1 - share)) + 4000 * share * share)) / 100)
const normalised = (numbers: readonly number[]): number[] => { const shape = shapeOf(numbers); const [first = 0, last = 1] = [shape[0], shape.at(-1)]; return shape.map((value) => (value - first) / (last - first)) }
const profile = (shape: readonly number[]): ColumnProfile => ({ table: 'persons', column: 'salary', role: 'sensitive', rareValues: 0, chance: 0, sketches: [], shape })
const SOURCE = profile(normalised(salaries))
const column = (numbers: readonly number[]): TypedResult => ({ columns: [{ name: 'x', kind: 'double', type: 'DOUBLE' }], rows: numbers.map((number) => [number]) })
const judge = (numbers: readonly number[], accounted = false) => checkNumericShape(column(numbers), [SOURCE], POLICY, accounted).map(({ code, verdict, evidence }) => [code, verdict, evidence['rSquared']])

describe('rows that are bent all alike keep the shape of their source', () => {
  const noise = even(10_000, 0.414_213_562_373_095)
  test.each([
    ['the rows themselves', salaries, 1],
    ['multiplied and shifted', salaries.map((value) => 1.37 * value + 200), 1],
    ['taken from a constant', salaries.map((value) => 1_000_000 - value), 1],
    ['every other of them', salaries.filter((_, place) => place % 2 === 0), null],
    ['with noise of one in a hundred', salaries.map((value, place) => value * (0.99 + 0.02 * (noise[place] ?? 0))), null],
  ])('%s', (_, numbers, exactly) => {
    const [[code, verdict, rSquared] = []] = judge(numbers)
    expect([code, verdict]).toEqual(['shape-of-source', 'block'])
    expect(rSquared).toBeGreaterThan(0.9999)
    if (exactly !== null) expect(rSquared).toBeCloseTo(exactly, 6)
  })
  test('they are named with their source', () => {
    expect(checkNumericShape(column(salaries), [SOURCE], POLICY, false)).toMatchObject([{ layer: 'numeric-shape', heading: 'direct-exposure', evidence: { column: 'x', source: 'persons.salary', rSquared: 1 } }])
  })
})

describe('what is no copy of the source', () => {
  const means = Array.from({ length: 1000 }, (_, group) => salaries.slice(group * 10, group * 10 + 10).reduce((sum, value) => sum + value, 0) / 10)
  test.each([
    ['means of ten', means],
    ['another distribution', even(5_000).map((share) => share * 9000)],
    ['logarithms', salaries.map((value) => Math.log(value))],
  ])('%s', (_, numbers) => {
    const [[code, verdict, rSquared] = []] = judge(numbers)
    expect([code, verdict]).toEqual(['no-source-shape', 'pass'])
    expect(rSquared).toBeLessThan(0.9999)
  })
  test('a table of quantiles has the shape of its source and passes where everyone behind it was counted', () => {
    const sorted = salaries.toSorted((a, b) => a - b)
    const table = Array.from({ length: 999 }, (_, place) => sorted[(place + 1) * 10] ?? 0)
    expect(judge(table, true)).toMatchObject([['shape-of-many', 'pass', expect.closeTo(1, 3)]])
    expect(judge(table, false)).toMatchObject([['shape-of-source', 'block', expect.closeTo(1, 3)]])
  })
})

test('a column of fewer different numbers than the threshold is not compared, nor one of a category', () => {
  expect(judge(salaries.slice(0, 99))).toEqual([])
  expect(judge(Array.from({ length: 10_000 }, (_, place) => place % 99))).toEqual([])
  expect(checkNumericShape(column(salaries), [profile(Array.from({ length: 99 }, (_, place) => Math.floor(place / 10) / 9))], POLICY, false)).toEqual([])
  expect(checkNumericShape({ columns: [{ name: 'x', kind: 'text', type: 'VARCHAR' }], rows: salaries.map((value) => [String(value)]) }, [SOURCE], POLICY, false)).toEqual([])
})

test('the edge lies at the threshold', () => {
  const line = Array.from({ length: 99 }, (_, place) => place)
  const bent = line.map((value) => value + (value % 2 === 0 ? 0.5 : -0.5))
  const rSquared = rSquaredOf(line, bent)
  expect(rSquared).toBeLessThan(1)
  const numbers = Array.from({ length: 990 }, (_, place) => Math.floor(place / 10) + (place % 10) / 1000)
  const found = (least: number) => checkNumericShape(column(numbers), [profile(bent)], { ...POLICY, rSquared: least }, false)[0]?.code
  expect([found(0.999), found(0.999_999)]).toEqual(['shape-of-source', 'no-source-shape'])
})
