import { expect, test } from 'vitest'
import { packOf } from '../support/case-law.ts'
import { wrongCitations } from './citations.ts'

test.each(['national-registration-2025', 'chengdu-2026'])('%s cites only sentences that stand in their provision', (id) => {
  const pack = packOf(id)
  const { provisions: _provisions, ...rules } = pack
  expect(wrongCitations(pack, rules)).toEqual([])
})
