import { describe, expect, test } from 'vitest'
import { BUCKETS, leftByCombining, type WeightedTotal } from './weighted-totals.ts'

/** Entities, each with the day it was born on, an income, and its bucket and weight. */
const entities = Array.from({ length: 400 }, (_, at) => ({ day: (at * 37) % 1000, income: 2000 + ((at * 7919) % 9973), bucket: (at * 101) % BUCKETS, weight: at % 2 === 0 ? 1.25 : -1.5 }))
const LEAST = 10

function total(of: (one: (typeof entities)[number]) => number, curved = true, cell = 'a', kind = 'person'): WeightedTotal {
  const buckets = new Float64Array(BUCKETS)
  for (const one of entities) buckets[one.bucket] = (buckets[one.bucket] ?? 0) + one.weight * of(one)
  return { kind, cell, curved, buckets }
}
const plain = total(({ income }) => income, false)
const fewAre = (...totals: WeightedTotal[]): boolean => leftByCombining(totals, LEAST).length > 0
const X = entities[17]?.day ?? 0

describe('totals that give few away together', () => {
  test('are found whatever they were multiplied by', () => {
    const byDay = (day: number, before: number, after: number) => total((one) => one.income * (one.day <= day ? before : after))
    expect(fewAre(plain, byDay(X - 1, 1, 2), byDay(X, 3, 5))).toBe(true)
    expect(fewAre(plain, byDay(X - 1, 1, 2), byDay(X + 100, 3, 5))).toBe(false)
  })

  test('are distances from three days in a row', () => {
    const distance = (day: number) => total((one) => one.income * Math.abs(one.day - day))
    expect(fewAre(distance(X - 1), distance(X), distance(X + 1))).toBe(true)
    expect(fewAre(distance(X - 100), distance(X), distance(X + 100))).toBe(false)
  })

  test('may stand in different cells, and are those of one kind of entity', () => {
    const sign = total((one) => one.income * Math.sign(one.day - X), true, 'b')
    const before = (kind: string) => total((one) => (one.day < X ? one.income : 0), false, 'c', kind)
    expect([fewAre(plain, sign, before('person')), fewAre(plain, sign, before('enterprise'))]).toEqual([true, false])
  })

  test('are none where one is another one for everybody, where none is bent, and where a single one is of few', () => {
    expect(fewAre(plain, total((one) => 3 * one.income))).toBe(false)
    expect(fewAre(plain, total((one) => (one.day === X ? 0 : one.income), false))).toBe(false)
    expect(fewAre(plain, total((one) => (one.day === X ? one.income : 0)))).toBe(false)
  })
})
