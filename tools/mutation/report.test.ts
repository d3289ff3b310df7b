import { expect, test } from 'vitest'
import type { Judged, Verdict } from './messages.ts'
import { killerOf, mutationPage, percentKilled, survivorsOf, tableOf, unnoticedByScenarios } from './report.ts'
import type { PackResult } from './share.ts'

const judged = (id: string, verdict: Partial<Verdict>): Judged => ({ index: 0, sampled: false, id, kind: 'check', what: `${id} dropped`, place: 'packs/a/procedures/b.yaml:7', verdict: { golden: null, check: null, stories: null, ...verdict } })
const unseen = { by: null, crashed: null, met: false }
const result: PackResult = {
  pack: 'a', each: 0, cases: 9, tests: 3, red: [], left: [],
  judged: [judged('one', { stories: { by: 'a scenario', crashed: null, met: true } }), judged('two', { golden: 'a case' }), judged('three', { check: 'a finding' }), judged('four', { stories: unseen })],
}

test('a golden case comes before pack-check, and both before a scenario', () => {
  expect(result.judged.map((one) => killerOf(one.verdict))).toEqual(['conformance', 'golden', 'pack-check', null])
})

test('what survives is listed with its place, and counts against the percentage', () => {
  expect(survivorsOf(result).map((one) => one.id)).toEqual(['four'])
  expect(percentKilled([result])).toBe(75)
  expect(mutationPage([result])).toContain('`packs/a/procedures/b.yaml:7` four: four dropped (no scenario comes by)')
})

test('what the scenarios notice by themselves stands in its own column, and only where they were asked about each', () => {
  expect(tableOf(result).at(-1)).toMatch(/all +4 +1 +1 +1 +1 +75\.0 +not asked/)
  const each = { ...result, each: 1, judged: [...result.judged.slice(0, 1), judged('two', { golden: 'a case', stories: unseen })].map((one) => ({ ...one, sampled: true })) }
  expect(tableOf(each).at(-1)).toMatch(/all +2 +1 +0 +1 +0 +100\.0 +50\.0 % of 2/)
  expect(unnoticedByScenarios(each).map((one) => one.id)).toEqual(['two'])
})
