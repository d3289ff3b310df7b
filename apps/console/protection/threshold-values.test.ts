import { expect, test } from 'vitest'
import { stepOf, stricterThan, thresholdChanges } from './threshold-values.ts'

const basis = { kind: 'platform-default' as const, provision: null, label: null, says: null, reads: null, because: null }
const rows = [
  { id: 'cells-minimum-entities', title: '最少主体数', stricter: 'higher' as const, pack: 10, basis, own: null },
  { id: 'cells-zero', title: '为零的单元格', stricter: 'graver' as const, pack: 'review' as const, basis, own: null },
]

test('a version says what it changes of the one before, and nothing of what stays', () => {
  expect(thresholdChanges({ 'cells-minimum-entities': 20 }, { 'cells-minimum-entities': 30, 'cells-zero': 'block' }, rows)).toEqual(['最少主体数：20 → 30', '为零的单元格：按规则包 → 不得出域'])
  expect(thresholdChanges({ 'cells-zero': 'block' }, {}, rows)).toEqual(['为零的单元格：不得出域 → 按规则包'])
  expect(thresholdChanges({ 'cells-zero': 'block' }, { 'cells-zero': 'block' }, rows)).toEqual([])
})

test('only what is stricter is offered', () => {
  expect([stricterThan('pass'), stricterThan('review'), stricterThan('block')]).toEqual([['review', 'block'], ['block'], []])
  expect([stepOf(10), stepOf(0.9)]).toEqual([1, 0.01])
})
