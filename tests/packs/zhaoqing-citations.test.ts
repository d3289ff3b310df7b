import { expect, test } from 'vitest'
import { packOf } from '#tests/support/case-law.ts'
import { wrongCitations } from './citations.ts'

test('cites only sentences that stand in their provision', () => {
  const pack = packOf('zhaoqing-2025')
  const { provisions: _provisions, ...rules } = pack
  expect(wrongCitations(pack, rules)).toEqual([])
})
