import { expect, test } from 'vitest'
import type { Judged } from './messages.ts'
import { percentKilled, staleReasons, survivorsOf, survivorsPage, tableOf } from './report.ts'
import type { PackResult } from './share.ts'
import type { Verdict } from './trial.ts'

const judged = (id: string, verdict: Verdict): Judged => ({ index: 0, id, kind: 'check', what: `${id} dropped`, place: 'packs/a/procedures/b.yaml:7', verdict })
const alive: Verdict = { killed: null, crashed: null, met: false }
const result: PackResult = {
  pack: 'a', tests: 3, red: [], left: [],
  judged: [judged('one', { killed: 'stories', by: 'a test' }), judged('two', { killed: 'golden', by: 'a case' }), judged('three', alive), judged('four', alive)],
}

test('what survives is listed with its place, and counts against the percentage', () => {
  expect(survivorsOf(result, {}).map((one) => one.id)).toEqual(['three', 'four'])
  expect(percentKilled([result], {})).toBe(50)
  expect(survivorsPage([result], {})).toContain('`packs/a/procedures/b.yaml:7` three: three dropped (no story comes by)')
})

test('a mutant that cannot be told apart is listed with its reason and leaves the percentage', () => {
  const reasons = { a: { three: 'the same is checked before' } }
  expect(percentKilled([result], reasons).toFixed(1)).toBe('66.7')
  expect(survivorsPage([result], reasons)).toContain('cannot be told apart: the same is checked before')
  expect(tableOf(result, reasons).at(-1)).toMatch(/all +4 +1 +0 +1 +1 +1 +66\.7/)
})

test('a reason for a mutant that is killed, or not there, is stale', () => {
  expect(staleReasons(result, { a: { one: 'killed by now', three: 'still alive', gone: 'never was' } })).toEqual(['one', 'gone'])
})
