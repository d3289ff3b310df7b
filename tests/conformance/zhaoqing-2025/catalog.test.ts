import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '#core/json.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { ZHAOQING, ZQ_RISK, zqEntry } from '#tests/support/zhaoqing-story.ts'

const law = await lawOf('zhaoqing-2025')
const story = () => new Story(law, ZHAOQING)

describe('the catalogue', () => {
  const opening = (change: JsonObject, more: Record<string, Json> = {}) => ({ on: '2026-03-04', who: 'hospital', procedure: 'catalog-entry', contents: { 'catalog-entry': zqEntry('visits', change), 'risk-statement': ZQ_RISK, ...more } })

  test('zq25-3.1: holds what a body produced in its duty, not what it bought', () => {
    story().refusesOpening(opening({ origin: 'purchased' }), 'entry-must-arise-from-duty', 'zq25-3.1')
    story().refusesOpening(opening({ duty: '' }), 'content-must-be-present', 'zq25-3.1')
    expect(story().open(opening({ duty: '医疗保障经办' })).due('confirmation')).toBe('2026-03-11')
  })

  test('zq25-2.2c: holds nothing that is secret by law, whoever asks', () => {
    story().refusesOpening(opening({ secret: true }), 'secret-data-must-be-excluded', 'zq25-2.2')
    expect(story().open(opening({ secret: false })).status).toBe('submitted')
  })

  test('zq25-24.1a: holds no entry or field without its grade', () => {
    story().refusesOpening(opening({ grade: null }), 'content-must-be-present', 'zq25-24.1')
    expect(story().open(opening({ grade: '2' })).status).toBe('submitted')
  })
})
