import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '#core/json.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { ZHAOQING, zqAward, zqCatalogue, zqDocuments, zqNotice, zqPlanInForce, zqSelectionToAward } from '#tests/support/zhaoqing-story.ts'

const law = await lawOf('zhaoqing-2025')
const story = () => new Story(law, ZHAOQING)

describe('the selection', () => {
  const opened = () => {
    const told = story()
    zqCatalogue(told)
    return told.open({ on: '2026-04-20', who: 'agency', procedure: 'operator-selection', links: { plan: zqPlanInForce(told) }, contents: { 'case-name': '运营机构选定' } })
  }
  const ready = (change: JsonObject) => ({ on: '2026-04-20', who: 'agency', task: 'prepare-documents', outcome: 'ready', contents: { 'selection-documents': zqDocuments(change) } })

  test('zq25-12.1a: keeps to the plan in conditions and term', () => {
    const preparing = opened()
    preparing.refuses(ready({ conditions: ['注册资本不低于1亿元'] }), 'conditions-must-be-within-plan', 'zq25-12.1')
    preparing.refuses(ready({ term: { start: '2026-05-22', end: '2029-05-01' } }), 'term-must-be-within-plan', 'zq25-12.1')
    preparing.refuses(ready({ term: { start: '2026-04-30', end: '2029-04-30' } }), 'term-must-be-within-plan', 'zq25-12.1')
    expect(preparing.act(ready({ term: { start: '2026-05-01', end: '2029-04-30' } })).status).toBe('consulting')
  })

  test('zq25-12.1b: is competitive: no direct award, and enough bidders', () => {
    opened().refuses(ready({ method: 'direct' }), 'selection-must-be-competitive', 'zq25-12.1')
    const told = story()
    zqCatalogue(told)
    const plan = zqPlanInForce(told)
    expect(() => zqSelectionToAward(told, plan, ['xijiang-data', 'other-data'])).toThrow('bidders-must-be-enough')
    expect(zqSelectionToAward(told, plan).status).toBe('deciding')
  })

  test('zq25-12.1c: asks all sides for ten working days by local setting, and answers every opinion', () => {
    const consulting = opened().act(ready({}))
    const start = (end: string) => ({ on: '2026-04-20', who: 'agency', task: 'start-consultation', outcome: 'started', contents: { 'consultation-notice': zqNotice(end) } })
    consulting.refuses(start('2026-05-06'), 'consultation-must-be-long-enough', null)
    consulting.refuses({ ...start('2026-05-07'), contents: { 'consultation-notice': { ...zqNotice('2026-05-07'), consulted: [{ name: '市政务和数据局', role: 'data-authority' }] } } }, 'all-sides-must-be-consulted', 'zq25-12.1')
    consulting.act(start('2026-05-07'))
    const close = (on: string, answers: (string | null)[]) => ({ on, who: 'agency', task: 'close-consultation', outcome: 'closed', contents: { consultation: { summary: '收到六条意见', comments: answers.map((answer, index) => ({ name: `意见${index + 1}`, from: '市第一人民医院', comment: '建议补充', ...(answer === null ? {} : { answer }) })) } } })
    consulting.refuses(close('2026-04-30', ['采纳']), 'consultation-must-have-ended', 'zq25-12.1')
    expect(consulting.refuses(close('2026-05-08', ['采纳', '采纳', '采纳', '采纳', '采纳', null]), 'every-comment-must-be-answered', 'zq25-12.1').message).toContain('意见6')
    expect(consulting.act(close('2026-05-08', ['采纳'])).status).toBe('documents-ready')
  })

  test.each([
    ['zq25-13.1.1a', { 'audited-accounts': null }, 'content-must-be-present', 'zq25-13.1.1'],
    ['zq25-13.1.1a', { business: 'not-shown' }, 'business-must-be-sound', 'zq25-13.1.1'],
    ['zq25-13.1.1b', { listed: true }, 'operator-must-be-creditworthy', 'zq25-13.1.1'],
    ['zq25-13.1.1b', { 'representative-listed': true }, 'operator-must-be-creditworthy', 'zq25-13.1.1'],
    ['zq25-13.1.1c', { 'representative-extract': null }, 'content-must-be-present', 'zq25-13.1.1'],
    ['zq25-13.1.1c', { penalties: true }, 'operator-must-be-without-record', 'zq25-13.1.1'],
    ['zq25-13.1.2', { team: 'not-shown' }, 'capability-must-be-shown', 'zq25-13.1.2'],
    ['zq25-13.1.3', { network: 'not-shown' }, 'facilities-must-be-shown', 'zq25-13.1.3'],
    ['zq25-13.1.4', { further: [{ name: '省级要求', source: '粤府〔2026〕1号', finding: 'not-shown' }] }, 'further-requirements-must-be-met', 'zq25-13.1.4'],
  ])('%s: an operator with %j is not chosen; one in order is', (_id, change, code, provision) => {
    const told = story()
    zqCatalogue(told)
    const deciding = zqSelectionToAward(told, zqPlanInForce(told))
    const award = (changed: JsonObject) => ({ on: '2026-05-11', who: 'director', task: 'award', outcome: 'awarded', contents: zqAward('xijiang-data', changed) })
    deciding.refuses(award(change), code, provision)
    expect(deciding.act(award({})).status).toBe('publicized')
  })

  test('zq25-3.5: an unincorporated organisation needs the data authority’s written confirmation', () => {
    const told = story()
    zqCatalogue(told)
    const deciding = zqSelectionToAward(told, zqPlanInForce(told))
    const award = (more: Record<string, Json>) => ({ on: '2026-05-11', who: 'director', task: 'award', outcome: 'awarded', contents: { ...zqAward('partnership'), ...more } })
    deciding.refuses(award({}), 'unincorporated-operator-must-be-confirmed', 'zq25-3.5')
    expect(deciding.act(award({ 'unincorporated-confirmation': file('确认函.pdf') })).status).toBe('publicized')
  })
})
