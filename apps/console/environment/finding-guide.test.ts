import { describe, expect, test } from 'vitest'
import { guideOf } from './finding-guide.ts'

const layer = { layer: 'entity-minimum', heading: '其他风险', verdict: 'block' as const, explanation: '说明', cure: '怎么改', evidence: {} }

describe('a finding for somebody who is no statistician', () => {
  test('tells its example from the measured counts', () => {
    const { example, change } = guideOf({ ...layer, title: 'too-few-entities', evidence: { cells: 3, of: 8, minimum: 10 } })
    expect(example).toMatch(/共有 8 个分组，其中 3 个不足 10 个主体/)
    expect(change[1]).toContain('>= 10')
  })

  test('of a rule that is not known here says what the report itself says to do', () => {
    expect(guideOf({ ...layer, title: 'some-later-rule' })).toEqual({ why: '', example: null, change: ['怎么改'] })
    expect(guideOf({ ...layer, title: 'some-later-rule', cure: '' }).change).toEqual([])
  })
})
