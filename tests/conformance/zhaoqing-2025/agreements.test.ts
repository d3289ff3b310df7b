import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { decision, file } from '#tests/support/authorization-contents.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { lastCase } from '#tests/support/supply-story.ts'
import { ALONE, ZHAOQING, zqAgreement, zqAgreementInForce, zqAgreementToSign, zqCatalogue, zqPlanInForce, zqScenario, zqSelection, zqSignature, zqSigningCheck } from '#tests/support/zhaoqing-story.ts'

const law = await lawOf('zhaoqing-2025')
const story = () => new Story(law, ZHAOQING)
const opinion = { opinion: '不符合要求，说明理由' }

describe('the agreement', () => {
  test('zq25-14.1e: has the norm’s sections, with the ban on redevelopment, and at most five years', () => {
    const told = story()
    expect(() => zqAgreementToSign(told, zqAgreement({ 'no-redevelopment': '' }))).toThrow('content-must-be-present (na25-14.1.6)')
    expect(() => zqAgreementToSign(story(), zqAgreement({ disputes: '' }))).toThrow('content-must-be-present (na25-14.1.11)')
    expect(() => zqAgreementToSign(story(), zqAgreement({ term: { start: '2026-05-22', end: '2032-05-21' } }))).toThrow('term-must-not-exceed-limit (na25-14.1.2)')
    expect(zqAgreementToSign(story()).status).toBe('signing')
  })

  test('zq25-14.1b: is signed after the agency’s own decision on this text, with the winner', () => {
    const told = story()
    zqCatalogue(told)
    expect(() => zqAgreementToSign(told, zqAgreement({ operator: 'other-data' }))).toThrow('counterparty-must-be-the-winner (zq25-14.1)')
    const signing = zqAgreementToSign(story())
    signing.refuses({ on: '2026-05-22', who: 'operator', task: 'sign-operator', outcome: 'sign', contents: { 'operator-signature': zqSignature(zqAgreement({ liability: '另行约定' })) } }, 'signature-must-be-on-the-approved-text', 'zq25-14.1')
    signing.refuses({ on: '2026-05-22', who: 'stranger', task: 'sign-operator', outcome: 'sign', contents: { 'operator-signature': zqSignature(zqAgreement()) } }, 'actor-must-be-concerned-organization', 'zq25-14.1')
    signing.act({ on: '2026-05-22', who: 'operator', task: 'sign-operator', outcome: 'return-for-change', contents: opinion })
    expect(signing.open).toEqual(['revise'])
  })

  test('zq25-13.1.1b: is not signed on 2026-05-21 when the legal representative was listed on 2026-05-20, and the entry is shown', () => {
    const told = story()
    zqCatalogue(told)
    const approved = zqPlanInForce(told)
    const signing = told.open({ on: '2026-05-20', who: 'agency', procedure: 'operation-agreement', links: { plan: approved, selection: zqSelection(told, approved) }, contents: { 'case-name': '授权运营协议' } })
      .act({ on: '2026-05-20', who: 'agency', task: 'draft', outcome: 'ready', contents: { 'operation-agreement': zqAgreement(), 'signing-parties': ALONE } })
      .act({ on: '2026-05-21', who: 'director', task: 'deliberate', outcome: 'approve', contents: { 'agency-decision': decision(zqAgreement(), '2026-05-21') } })
    const sign = (check: JsonObject) => ({ on: '2026-05-21', who: 'director', task: 'sign-agency', outcome: 'sign', contents: { 'agency-signature': zqSignature(zqAgreement()), 'signing-check': check } })
    expect(signing.refuses(sign(zqSigningCheck('2026-05-21', { 'representative-listed': true, 'listed-on': '2026-05-20' })), 'operator-must-be-creditworthy', 'zq25-13.1.1').message).toContain('2026-05-20')
    signing.refuses(sign(zqSigningCheck('2026-05-21', { 'representative-listed': true })), 'operator-must-be-creditworthy', 'zq25-13.1.1')
    signing.refuses(sign(zqSigningCheck('2026-05-21', { listed: true })), 'operator-must-be-creditworthy', 'zq25-13.1.1')
    signing.refuses(sign(zqSigningCheck('2026-05-21', { penalties: true })), 'operator-must-be-without-record', 'zq25-13.1.1')
    signing.refuses(sign(zqSigningCheck('2026-05-20')), 'operator-must-be-rechecked-on-signing-day', 'zq25-13.1.1')
    expect(signing.act(sign(zqSigningCheck('2026-05-21'))).status).toBe('signing')
  })

  test('zq25-14.1a: signed jointly, waits for the sector authority of the same level', () => {
    const text = zqAgreement()
    const joint = (level: string) => ({ mode: 'joint', joint: [{ authority: 'medical-security', name: '市医疗保障局', level }] })
    expect(() => zqAgreementToSign(story(), text, joint('province'))).toThrow('joint-signer-must-be-of-the-same-level (zq25-14.1)')
    expect(() => zqAgreementToSign(story(), text, { mode: 'joint' })).toThrow('joint-signer-must-be-named (zq25-14.1)')
    const signing = zqAgreementToSign(story(), text, joint('city'))
      .act({ on: '2026-05-25', who: 'operator', task: 'sign-operator', outcome: 'sign', contents: { 'operator-signature': zqSignature(text) } })
      .act({ on: '2026-05-25', who: 'director', task: 'sign-agency', outcome: 'sign', contents: { 'agency-signature': zqSignature(text), 'signing-check': zqSigningCheck('2026-05-25') } })
    expect([signing.status, signing.open]).toEqual(['signing', ['sign-sector@joint-signers=medical-security']])
    expect(signing.act({ on: '2026-05-26', who: 'joint', task: 'sign-sector', outcome: 'sign', contents: { 'sector-signature': zqSignature(text) } }).status).toBe('in-force')
  })

  test('zq25-14.1c: is filed within ten working days by local setting', () => {
    const inForce = zqAgreementInForce(story())
    expect(inForce.due('file-agreement')).toBe('2026-06-05')
    expect(inForce.state.tasks.find((task) => task.step === 'file-agreement')?.clock).toMatchObject({ basis: { kind: 'platform-default' } })
    inForce.time('2026-06-05')
    expect(inForce.events.some((event) => event.type === 'task-overdue')).toBe(false)
    inForce.time('2026-06-08')
    expect(inForce.events.findLast((event) => event.type === 'task-overdue')).toMatchObject({ task: 'file-agreement', told: ['data-authority'] })
  })

  test('zq25-21.2a: is made public on the working day after its filing', () => {
    const filed = zqAgreementInForce(story())
      .act({ on: '2026-05-29', who: 'agency', task: 'file-agreement', outcome: 'sent', contents: { 'agreement-filing': { number: '肇卫函〔2026〕1号', date: '2026-05-29', agreement: file('协议.pdf') } } })
      .act({ on: '2026-05-29', who: 'checker', task: 'confirm-filing', outcome: 'confirm', contents: { 'filing-confirmation': { number: '备2026-1', date: '2026-05-29' } } })
    expect(filed.due('publish-authorization')).toBe('2026-06-01')
    filed.act({ on: '2026-06-01', who: 'agency', task: 'publish-authorization', outcome: 'published', contents: { 'publication-record': { address: 'https://example.cn/1', date: '2026-06-01' } } })
    expect(filed.effects('publish').at(-1)).toMatchObject({ kind: 'authorization', operator: '西江数据有限公司' })
    expect(filed.lateness('publish-authorization')).toBe(0)
  })

  test('zq25-14.1d: is followed: a promise that slips opens a follow-up for the data authority', () => {
    const inForce = zqAgreementInForce(story(), zqAgreement({ 'dated-items': [{ name: '四项产品', date: '2026-09-30', responsible: '运营机构' }] }))
    inForce.time('2026-09-30')
    expect(inForce.open).not.toContain('follow-up@milestones=四项产品')
    inForce.time('2026-10-08')
    expect(inForce.open).toContain('follow-up@milestones=四项产品')
    inForce.act({ on: '2026-10-08', who: 'checker', task: 'follow-up', outcome: 'noted', contents: { 'follow-up-note': '已发布三项，要求月底前补齐' } })
    expect(inForce.effects('notify').at(-1)).toMatchObject({ to: ['operator', 'implementing-agency'] })
  })

  test('zq25-30.2c: opens the yearly assessment of risks, and an open high risk blocks new scenarios', () => {
    const told = story()
    const authorized = zqAgreementInForce(told)
    const assessment = lastCase(told, 'risk-assessment')
    expect(assessment.due('assess')).toBe('2027-05-22')
    const report = (openHigh: boolean) => ({ scope: '全部授权运营活动', findings: '接口权限过宽', measures: '收紧权限', 'open-high': openHigh, report: file('评估报告.pdf') })
    const asking = { on: '2026-11-09', who: 'operator', procedure: 'scenario-authorization', links: { agreement: authorized }, contents: { 'scenario-application': zqScenario() } }
    assessment.act({ on: '2026-11-02', who: 'operator', task: 'assess', outcome: 'reported', contents: { 'risk-report': report(true) } })
    told.refusesOpening(asking, 'high-risk-must-be-settled-first', 'zq25-30.2')
    assessment.act({ on: '2026-11-05', who: 'operator', task: 'assess', outcome: 'reported', contents: { 'risk-report': report(false) } })
    expect(told.open(asking).status).toBe('reviewing')
    assessment.refuses({ on: '2026-11-09', who: 'agency', task: 'assess', outcome: 'agreement-ended' }, 'assessment-must-go-on-while-agreement-runs', 'zq25-30.2')
    assessment.time('2027-11-08')
    expect(assessment.events.findLast((event) => event.type === 'task-overdue')).toMatchObject({ told: ['implementing-agency', 'data-authority'] })
  })
})
