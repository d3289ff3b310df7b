import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { APPLICANTS, ASSESSED, COMMITTED, DECIDED, ZHAOQING, zqAgreementInForce, zqScenario, zqScenarioInForce, zqScenarioText, zqScenarioToSign, zqSignature } from '#tests/support/zhaoqing-story.ts'

const law = await lawOf('zhaoqing-2025')
const story = () => new Story(law, ZHAOQING)

describe('a scenario', () => {
  const asking = (authorized: StoryCase, change: JsonObject = {}) => ({ on: '2026-05-25', who: 'operator', procedure: 'scenario-authorization', links: { agreement: authorized }, contents: { 'scenario-application': zqScenario(change) } })

  test('zq25-23.1a zq25-3.6: is asked for one at a time and ends with the operator’s agreement', () => {
    const told = story()
    const authorized = zqAgreementInForce(told)
    told.refusesOpening(asking(authorized, { 'other-scenarios': ['商业保险'] }), 'one-scenario-one-authorization', 'zq25-23.1')
    told.refusesOpening(asking(authorized, { ends: '2029-01-01' }), 'authorization-must-end-with-agreement', 'zq25-3.6')
    told.refusesOpening(asking(authorized, { items: [{ entry: 'taxes', fields: ['code'] }] }), 'scenario-must-stay-within-agreement', 'zq25-3.5')
    expect(told.open(asking(authorized, { ends: '2028-12-31' })).open).toEqual(['review'])
  })

  test('zq25-23.1b zq25-24.1e zq25-24.1f: is decided on only after the agency’s assessment, by another person', () => {
    const told = story()
    const opened = told.open(asking(zqAgreementInForce(told)))
    expect(opened.due('review')).toBe('2026-06-08')
    opened.refuses({ on: '2026-05-25', who: 'manager', task: 'decide', outcome: 'approve', contents: { 'scenario-decision': DECIDED } }, 'step-must-be-open', 'zq25-23.1')
    const review = (change: JsonObject) => ({ on: '2026-05-26', who: 'agency', task: 'review', outcome: 'passed', contents: { 'scenario-assessment': { ...ASSESSED, ...change } } })
    opened.refuses(review({ risk: 'high' }), 'high-risk-must-block', 'zq25-24.1')
    opened.refuses(review({ conformity: 'failed' }), 'conformity-review-must-have-passed', 'zq25-24.1')
    opened.refuses(review({ 'important-data': true }), 'important-data-must-have-supervisors-opinion', 'zq25-6.1')
    opened.act(review({ risk: 'medium' }))
    opened.refuses({ on: '2026-05-26', who: 'operator', task: 'decide', outcome: 'approve', contents: { 'scenario-decision': DECIDED } }, 'decider-must-not-be-author', 'zq25-27.1')
    expect(opened.act({ on: '2026-05-26', who: 'manager', task: 'decide', outcome: 'approve', contents: { 'scenario-decision': DECIDED } }).status).toBe('calling')
  })

  test('zq25-23.3a: with personal data is checked for its lawfulness field by field first', () => {
    const told = story()
    const opened = told.open(asking(zqAgreementInForce(told), { 'personal-or-secret': true }))
    expect(opened.open).toEqual(['check-legality'])
    const check = (fields: string[]) => ({ on: '2026-06-11', who: 'operator', task: 'check-legality', outcome: 'checked', contents: { 'legality-check': { purposes: '个人信息保护法第十三条', 'impact-assessment': file('评估.pdf'), consent: '逐人取得授权', fields: fields.map((field) => ({ field, ground: '场景必需' })) } } })
    expect(opened.refuses(check(['station']), 'every-field-must-be-justified', 'zq25-23.3').message).toContain('hour')
    expect(opened.act(check(['station', 'hour'])).open).toEqual(['review'])
  })

  test('zq25-23.1c: goes to a developer that took part in the call; an affiliate only to the agency’s knowledge', () => {
    const told = story()
    const opened = told.open(asking(zqAgreementInForce(told)))
      .act({ on: '2026-05-25', who: 'agency', task: 'review', outcome: 'passed', contents: { 'scenario-assessment': ASSESSED } })
      .act({ on: '2026-05-25', who: 'manager', task: 'decide', outcome: 'approve', contents: { 'scenario-decision': DECIDED } })
      .act({ on: '2026-05-25', who: 'operator', task: 'call', outcome: 'published', contents: { 'developer-call': { criteria: '技术和安全能力', closes: '2026-05-25' } } })
    const choose = (developer: string, applicants: JsonObject[], more: JsonObject = {}, on = '2026-05-25') => ({ on, who: 'manager', task: 'choose', outcome: 'chosen', contents: { 'developer-applicants': applicants, 'developer-award': { developer, reason: '得分第一', ...more } } })
    opened.refuses(choose('fifth', APPLICANTS), 'developer-must-have-been-selected', 'zq25-23.1')
    const affiliated = APPLICANTS.map((one) => ({ ...one, affiliated: one['organization'] === 'dinghu-software' }))
    opened.refuses(choose('dinghu-software', affiliated), 'affiliate-must-be-made-known', 'zq25-5.1')
    expect(opened.act(choose('dinghu-software', affiliated, { 'agency-informed': file('告知函.pdf') })).status).toBe('contracting')
    expect(opened.effects('publish').at(-1)).toMatchObject({ kind: 'developer-chosen' })
  })

  test('zq25-23.1d zq25-29.4: opens only when both have signed the agreement with its sheet of responsibilities', () => {
    const told = story()
    const authorized = zqAgreementInForce(told)
    expect(() => zqScenarioToSign(told, authorized, zqScenarioText({ responsibility: null }))).toThrow('content-must-be-present (zq25-30.2)')
    const text = zqScenarioText()
    const signing = zqScenarioToSign(told, authorized).act({ on: '2026-05-28', who: 'operator', task: 'sign-operator', outcome: 'sign', contents: { 'scenario-signature': zqSignature(text) } })
    expect(signing.status).toBe('contracting')
    const sign = (commitment: JsonObject) => ({ on: '2026-05-28', who: 'developer', task: 'sign-developer', outcome: 'sign', contents: { 'scenario-signature': zqSignature(text), 'security-commitment': commitment } })
    signing.refuses(sign({ ...COMMITTED, accepted: false }), 'developer-must-accept-security-duty', 'zq25-29.4')
    signing.act(sign(COMMITTED))
    expect(told.world.standings[`scenario/${signing.id}`]).toBe('granted')
    expect(told.world.registers['scenarios']?.[signing.id]).toMatchObject({ developer: 'dinghu-software', entries: ['visits', 'bus-lines'] })
  })

  test('zq25-30.2b: without the sheet of responsibilities nothing is signed on 2026-05-28; with both signatures of 2026-05-29 it opens', () => {
    const told = story()
    const opened = told.open(asking(zqAgreementInForce(told)))
      .act({ on: '2026-05-25', who: 'agency', task: 'review', outcome: 'passed', contents: { 'scenario-assessment': ASSESSED } })
      .act({ on: '2026-05-25', who: 'manager', task: 'decide', outcome: 'approve', contents: { 'scenario-decision': DECIDED } })
      .act({ on: '2026-05-25', who: 'operator', task: 'call', outcome: 'published', contents: { 'developer-call': { criteria: '技术和安全能力', closes: '2026-05-27' } } })
      .act({ on: '2026-05-27', who: 'manager', task: 'choose', outcome: 'chosen', contents: { 'developer-applicants': APPLICANTS, 'developer-award': { developer: 'dinghu-software', reason: '得分第一' } } })
    const text = zqScenarioText()
    const draft = (change: JsonObject) => ({ on: '2026-05-28', who: 'operator', task: 'draft', outcome: 'ready', contents: { 'scenario-agreement': zqScenarioText(change) } })
    opened.refuses(draft({ responsibility: null }), 'content-must-be-present', 'zq25-30.2')
    opened.refuses({ on: '2026-05-28', who: 'developer', task: 'sign-developer', outcome: 'sign', contents: { 'scenario-signature': zqSignature(text), 'security-commitment': COMMITTED } }, 'step-must-be-open', 'zq25-23.1')
    opened.act(draft({})).act({ on: '2026-05-29', who: 'operator', task: 'sign-operator', outcome: 'sign', contents: { 'scenario-signature': zqSignature(text) } })
    expect(told.world.standings[`scenario/${opened.id}`]).toBeUndefined()
    opened.act({ on: '2026-05-29', who: 'developer', task: 'sign-developer', outcome: 'sign', contents: { 'scenario-signature': zqSignature(text), 'security-commitment': COMMITTED } })
    expect([opened.status, told.world.standings[`scenario/${opened.id}`]]).toEqual(['in-force', 'granted'])
  })

  test('zq25-30.2d: is inspected every six months; without it there is no renewal', () => {
    const told = story()
    const running = zqScenarioInForce(told, zqAgreementInForce(told))
    expect(running.due('inspect')).toBe('2026-11-28')
    running.time('2026-11-29')
    expect(running.status).toBe('inspection-overdue')
    const renew = (ends: string) => ({ on: '2026-12-01', who: 'operator', task: 'run', outcome: 'renew', contents: { 'scenario-renewal': { ends, reason: '场景运行良好' } } })
    running.refuses(renew('2027-06-30'), 'developer-must-have-been-inspected', 'zq25-30.2')
    running.act({ on: '2026-12-01', who: 'operator', task: 'inspect', outcome: 'inspected', contents: { 'developer-inspection': { checklist: '权限、日志、留存', findings: '无异常', evidence: file('检查.pdf') } } })
    running.refuses(renew('2029-01-01'), 'authorization-must-end-with-agreement', 'zq25-3.6')
    expect(running.act(renew('2027-06-30')).due('run-renewed')).toBe('2027-06-30')
    expect(running.lateness('inspect')).toBeGreaterThan(0)
  })

  test('zq25-23.2b: is suspended where its data were used otherwise, and ends on its last day by itself', () => {
    const told = story()
    const running = zqScenarioInForce(told, zqAgreementInForce(told))
    const found = (developer: string, scenario: string) => ({ on: '2026-07-20', who: 'operator', task: 'run', outcome: 'suspend', contents: { 'misuse-finding': { facts: '在外发现带水印的副本', evidence: file('比对.pdf'), watermark: { developer, scenario, 'delivered-on': '2026-07-10' } } } })
    running.refuses(found('second', '健康出行服务'), 'copy-must-be-traced-to-this-scenario', 'zq25-23.2')
    running.refuses(found('dinghu-software', '商业保险'), 'copy-must-be-traced-to-this-scenario', 'zq25-23.2')
    running.act(found('dinghu-software', '健康出行服务'))
    expect(running.state.contents['misuse-finding']?.value).toMatchObject({ watermark: { developer: 'dinghu-software', scenario: '健康出行服务', 'delivered-on': '2026-07-10' } })
    expect(told.world.standings[`scenario/${running.id}`]).toBe('suspended')
    running.act({ on: '2026-08-20', who: 'operator', task: 'lift', outcome: 'resume', contents: { 'resumption-note': '副本已删除' } })
    running.time('2026-12-31')
    expect(told.world.standings[`scenario/${running.id}`]).toBe('granted')
    running.time('2027-01-01')
    expect([running.status, told.world.standings[`scenario/${running.id}`]]).toEqual(['ended', 'ended'])
  })
})
