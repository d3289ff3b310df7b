import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { ZHAOQING } from '#tests/support/zhaoqing-story.ts'

const law = await lawOf('zhaoqing-2025')
const story = () => new Story(law, ZHAOQING)

describe('an authorization by the data subject', () => {
  const grant = (change: JsonObject = {}) => ({
    on: '2026-04-13', who: 'subject', procedure: 'subject-authorization',
    contents: { 'subject-grant': { kind: 'legal', subject: '肇庆陶瓷厂', identity: '营业执照', 'credit-code': '91441200MA4SUBJ00X', mandate: file('委托书.pdf'), operator: 'xijiang-data', scenario: '信用评价', purpose: '银行授信参考', until: '2026-06-30', notice: '告知文本第一版', document: file('授权书.pdf'), ...change } },
  })

  test('zq25-3.8: is given by an organisation with its code and a mandated signatory', () => {
    story().refusesOpening(grant({ mandate: null }), 'signatory-must-be-mandated', 'zq25-3.8')
    story().refusesOpening(grant({ 'credit-code': null }), 'organization-must-show-its-code', 'zq25-3.8')
    expect(story().open(grant()).status).toBe('submitted')
  })

  test('zq25-23.3b: is true, valid and withdrawn at once', () => {
    const told = story()
    told.refusesOpening(grant({ until: '2026-04-12' }), 'grant-must-not-have-lapsed', 'zq25-23.3')
    const opened = told.open(grant())
    opened.refuses({ on: '2026-04-13', who: 'operator', task: 'verify', outcome: 'accept', contents: { 'grant-verification': { genuine: false, method: '人工核对' } } }, 'grant-must-be-genuine', 'zq25-23.3')
    opened.act({ on: '2026-04-13', who: 'operator', task: 'verify', outcome: 'accept', contents: { 'grant-verification': { genuine: true, method: '人工核对' } } })
    expect(told.world.standings[`subject-authorization/${opened.id}`]).toBe('granted')
    opened.act({ on: '2026-06-18', who: 'subject', task: 'keep', outcome: 'withdraw' })
    expect(told.world.standings[`subject-authorization/${opened.id}`]).toBe('revoked')
    const other = told.open(grant()).act({ on: '2026-04-13', who: 'operator', task: 'verify', outcome: 'accept', contents: { 'grant-verification': { genuine: true, method: '人工核对' } } })
    expect(other.time('2026-06-30').status).toBe('in-force')
    expect(other.time('2026-07-01').status).toBe('lapsed')
  })
})
