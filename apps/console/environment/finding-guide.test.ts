import { describe, expect, test } from 'vitest'
import { guideOf } from './finding-guide.ts'

const layer = { layer: 'entity-minimum', heading: '其他风险', verdict: 'block' as const, explanation: '说明', cure: '怎么改', evidence: {} }

describe('a finding for somebody who is no statistician', () => {
  test('tells its example from the measured counts', () => {
    const evidence = { rows: 3, of: 8, minimum: 10 }
    const { example, change } = guideOf({ ...layer, title: 'too-few-entities', evidence })
    expect(example).toMatch(/^本结果共 8 行，其中 3 行不足 10 个主体。好比/)
    expect(change[1]).toContain('>= 10')
    expect(guideOf({ ...layer, title: 'too-few-entities', evidence: {} }).example).toMatch(/^好比/)
    expect(guideOf({ ...layer, title: 'too-few-entities', evidence: { extent: '部分', minimum: 10 } }).example).toMatch(/^本结果的部分行不足 10 个主体。好比/)
  })

  test('of a rule that is not known here says what the report itself says to do', () => {
    expect(guideOf({ ...layer, title: 'some-later-rule' })).toEqual({ why: '', example: null, change: ['怎么改'] })
    expect(guideOf({ ...layer, title: 'some-later-rule', cure: '' }).change).toEqual([])
  })
})
