import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '#core/json.ts'
import { decision, fairReview, file, PLAN_CONDITIONS, study } from '#tests/support/authorization-contents.ts'
import { lawOf, packOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { lastCase } from '#tests/support/supply-story.ts'
import {
  SAFE, ZHAOQING, ZQ_RISK, determination, planDrafting, planReviewed, zqAgreement, zqAgreementInForce, zqAgreementToSign, zqAward, zqCatalogue, zqDocuments, zqEntry, zqListed, zqNotice, zqPlan, zqPlanInForce, zqPlanWith, zqScenario, zqSelectionToAward, zqSignature, zqSigningCheck,
} from '#tests/support/zhaoqing-story.ts'
import { wrongCitations } from './citations.ts'

const law = await lawOf('zhaoqing-2025')
const story = () => new Story(law, ZHAOQING)
const draft = (text: JsonObject, on = '2026-04-02', who = 'planner') => ({ on, who, task: 'draft', outcome: 'ready', contents: { 'implementation-plan': text, 'feasibility-study': study() } })
const opinion = { opinion: '不符合要求，说明理由' }

test('cites only sentences that stand in their provision', () => {
  const pack = packOf('zhaoqing-2025')
  const { provisions: _provisions, ...rules } = pack
  expect(wrongCitations(pack, rules)).toEqual([])
})

describe('the plan', () => {
  const planOpening = { on: '2026-03-02', who: 'planner', procedure: 'implementation-plan', contents: { 'case-name': '整体授权运营实施方案', 'agency-determination': determination() } }

  test('zq25-1.1b the national norm is its parent: twelve atoms of the plan and fourteen of the agreement come from it', () => {
    const atoms = (content: string) => new Set(JSON.stringify(law.pack.contents[content]).match(/"atom":"[^"]+"/g)).size
    expect(law.pack.manifest.parents).toContain('national-authorization-2025')
    expect([atoms('implementation-plan'), atoms('operation-agreement')]).toEqual([12, 14])
    expect(law.pack.origin['contents/implementation-plan']).toBe('national-authorization-2025')
  })

  test('zq25-10.1a zq25-7.1a is led by the data authority; the implementing agency can neither open nor close it', () => {
    const told = story()
    told.refusesOpening({ ...planOpening, who: 'agency' }, 'actor-must-hold-office', 'zq25-10.1')
    zqCatalogue(told)
    const drafting = planDrafting(told)
    expect(drafting.due('contribute@contributors=first-hospital')).toBe('2026-03-16')
    drafting.time('2026-03-17')
    expect(drafting.events.filter((event) => event.type === 'task-overdue')).toHaveLength(3)
    drafting.refuses(draft(zqPlan(), '2026-03-17', 'agency'), 'actor-must-hold-office', 'zq25-10.1')
    expect(drafting.act(draft(zqPlan(), '2026-03-17')).open).toEqual(['review-security'])
  })

  test('zq25-10.1b lacks none of the twelve sections', () => {
    const told = story()
    zqCatalogue(told)
    const drafting = planDrafting(told)
    drafting.refuses(draft(zqPlan({ term: null })), 'content-must-be-present', 'na25-9.1.6')
    drafting.refuses(draft(zqPlan({ other: '' })), 'content-must-be-present', 'na25-9.1.12')
    expect(drafting.act(draft(zqPlan())).status).toBe('under-review')
  })

  test('zq25-3.4 names the implementing agency that the government determined, in its mode, and nobody else selects', () => {
    const told = story()
    told.refusesOpening({ ...planOpening, contents: { ...planOpening.contents, 'agency-determination': determination({ date: '2026-03-03' }) } }, 'agency-must-be-determined', 'zq25-3.4')
    zqCatalogue(told)
    planDrafting(told).refuses(draft(zqPlan({ mode: { kind: 'sector' } })), 'mode-must-be-the-determined', 'zq25-3.4')
    const approved = zqPlanInForce(told)
    told.refusesOpening({ on: '2026-04-20', who: 'elsewhere', procedure: 'operator-selection', links: { plan: approved }, contents: { 'case-name': '运营机构选定' } }, 'party-must-be-the-same', 'zq25-11.1')
  })

  test('zq25-2.2a leaves closed data out until a checked record of desensitisation is there', () => {
    const told = story()
    zqListed(told, 'visits', 'hospital', { openness: 'closed' })
    const drafting = planDrafting(told)
    drafting.refuses(draft(zqPlanWith({}), '2026-03-10'), 'closed-data-must-be-desensitized', 'zq25-2.2')
    const record = { 'data-version': 'v1', 'rule-version': '1', method: '去标识', 'done-by': '甲', 'checked-by': '乙', 'checked-on': '2026-03-12' }
    told.refusesOpening({ on: '2026-03-12', who: 'hospital', procedure: 'catalog-entry', contents: { 'catalog-entry': zqEntry('visits', { openness: 'closed' }), 'risk-statement': ZQ_RISK, 'desensitization-record': { ...record, 'checked-by': '甲' } } }, 'desensitization-must-be-checked-by-another', 'zq25-2.2')
    zqListed(told, 'visits', 'hospital', { openness: 'closed' }, { 'desensitization-record': record }, '2026-03-12')
    expect(drafting.act(draft(zqPlanWith({}), '2026-03-12')).status).toBe('under-review')
  })

  test('zq25-2.2b takes data on a subject only with an authorization in force; data on nobody pass with the officer’s name', () => {
    const told = story()
    zqListed(told, 'visits', 'hospital', { entity: 'person' })
    const drafting = planDrafting(told)
    drafting.refuses(draft(zqPlanWith({}), '2026-03-10'), 'subject-must-have-authorized', 'zq25-2.2')
    const consent = { covers: true, 'valid-until': '2026-03-31', document: file('授权.pdf') }
    zqListed(told, 'visits', 'hospital', { entity: 'person' }, { 'subject-consent': consent }, '2026-03-10')
    drafting.refuses(draft(zqPlanWith({}), '2026-04-01'), 'subject-must-have-authorized', 'zq25-2.2')
    expect(drafting.act(draft(zqPlanWith({}), '2026-03-31')).status).toBe('under-review')
    const other = story()
    zqListed(other, 'visits', 'hospital', {}, {}, '2026-03-09')
    expect(other.world.registers['catalog']?.['visits']).toMatchObject({ entity: 'none', 'entity-set-by': '罗工' })
    expect(planDrafting(other).act(draft(zqPlanWith({}), '2026-03-10')).status).toBe('under-review')
  })

  test('zq25-19.2 takes shared data only with the sharing provider’s consent', () => {
    const told = story()
    zqListed(told, 'visits')
    const drafting = planDrafting(told)
    drafting.refuses(draft(zqPlanWith({ origin: 'shared' })), 'shared-data-must-have-consent', 'zq25-19.2')
    expect(drafting.act(draft(zqPlanWith({ origin: 'shared', 'sharing-consent': file('同意函.pdf') }))).status).toBe('under-review')
  })

  test('zq25-6.1a passes a security review, with the supervisors where data are important, in force on the day', () => {
    const told = story()
    zqCatalogue(told)
    const reviewing = planDrafting(told).act(draft(zqPlan()))
    const review = (change: JsonObject) => ({ on: '2026-04-03', who: 'agency', task: 'review-security', outcome: 'passed', contents: { 'security-review': { ...SAFE, ...change } } })
    reviewing.refuses(review({ result: 'failed' }), 'security-review-must-pass', 'zq25-6.1')
    reviewing.refuses(review({ 'important-data': true }), 'important-data-must-have-supervisors-opinion', 'zq25-6.1')
    reviewing.refuses(review({ 'valid-until': '2026-04-02' }), 'security-review-must-be-valid', 'zq25-6.1')
    expect(reviewing.act(review({ 'important-data': true, 'supervisor-opinion': file('网信意见.pdf'), 'valid-until': '2026-04-03' })).open).toEqual(['review-fair-competition'])
  })

  test('zq25-5.1a zq25-27.1b passes a review of competition by another person than its author', () => {
    const told = story()
    zqCatalogue(told)
    const reviewing = planDrafting(told).act(draft(zqPlan())).act({ on: '2026-04-03', who: 'agency', task: 'review-security', outcome: 'passed', contents: { 'security-review': SAFE } })
    const review = (who: string, finding: string) => ({ on: '2026-04-07', who, task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': fairReview(PLAN_CONDITIONS, finding) } })
    reviewing.refuses(review('planner', 'none'), 'reviewer-must-not-be-author', 'zq25-27.1')
    reviewing.refuses(review('checker', 'local-registration'), 'competition-must-not-be-restricted', 'zq25-5.1')
    expect(reviewing.act(review('checker', 'none')).status).toBe('awaiting-submission')
  })

  test('zq25-11.1a zq25-11.1b is carried out only when the government has approved this very text, with its minutes', () => {
    const told = story()
    zqCatalogue(told)
    const waiting = planReviewed(told)
    told.refusesOpening({ on: '2026-04-10', who: 'agency', procedure: 'operator-selection', links: { plan: waiting }, contents: { 'case-name': '运营机构选定' } }, 'plan-must-be-approved', 'zq25-11.1')
    const approve = (change: JsonObject) => ({ on: '2026-04-16', who: 'mayor', task: 'deliberate', outcome: 'approve', contents: { 'collective-decision': decision(zqPlan(), '2026-04-16', change) } })
    waiting.refuses(approve({ minutes: null }), 'content-must-be-present', 'zq25-11.1')
    waiting.refuses(approve({ 'votes-for': 4, 'votes-against': 4 }), 'decision-must-carry', 'zq25-11.1')
    waiting.refuses(approve({ 'text-hash': '0'.repeat(64) }), 'decision-must-carry', 'zq25-11.1')
    waiting.act(approve({ 'votes-for': 5, 'votes-against': 3 }))
    expect(told.open({ on: '2026-04-16', who: 'agency', procedure: 'operator-selection', links: { plan: waiting }, contents: { 'case-name': '运营机构选定' } }).status).toBe('preparing')
  })

  test('zq25-11.2a is corrected only in its form, by two persons', () => {
    const told = story()
    zqCatalogue(told)
    const approved = zqPlanInForce(told)
    const correction = (kind: string) => ({ on: '2026-05-06', who: 'planner', procedure: 'plan-correction', links: { plan: approved }, contents: { 'form-correction': { kind, before: '2232001', after: '2232002', reason: '电话变更' } } })
    told.refusesOpening(correction('resources'), 'major-change-must-run-whole-procedure', 'zq25-11.2')
    const opened = told.open(correction('contact'))
    opened.refuses({ on: '2026-05-06', who: 'planner', task: 'sign', outcome: 'signed' }, 'signer-must-not-be-author', null)
    expect(opened.act({ on: '2026-05-06', who: 'checker', task: 'sign', outcome: 'signed' }).status).toBe('signed')
  })

  test('zq25-11.2b is changed by the whole procedure; the approved version stands until the new one is approved', () => {
    const told = story()
    zqCatalogue(told)
    const approved = zqPlanInForce(told)
    told.refusesOpening({ ...planOpening, on: '2026-05-06', links: { supersedes: approved } }, 'change-must-be-explained', 'zq25-11.2')
    const change = { subjects: [{ subject: 'resources', before: '3项', after: '6项' }], reason: '新增三项数据资源，满足场景需要' }
    const next = told.open({ ...planOpening, on: '2026-05-06', links: { supersedes: approved }, contents: { ...planOpening.contents, 'plan-change': change } })
      .act({ on: '2026-05-06', who: 'planner', task: 'allocate', outcome: 'allocated', contents: { allocation: { 'agency-due': '2026-05-15' } } })
      .act(draft(zqPlan(), '2026-05-20'))
      .act({ on: '2026-05-21', who: 'agency', task: 'review-security', outcome: 'passed', contents: { 'security-review': SAFE } })
      .act({ on: '2026-05-22', who: 'checker', task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': fairReview(PLAN_CONDITIONS) } })
      .act({ on: '2026-05-25', who: 'planner', task: 'submit', outcome: 'submitted', contents: { submission: { number: '肇政数〔2026〕9号', date: '2026-05-25', summary: '新增三项数据资源，其余不变。' } } })
    expect(approved.status).toBe('in-force')
    next.act({ on: '2026-06-11', who: 'mayor', task: 'deliberate', outcome: 'approve', contents: { 'collective-decision': decision(zqPlan(), '2026-06-11') } })
    expect([approved.status, next.status]).toEqual(['superseded', 'in-force'])
  })
})

describe('the catalogue', () => {
  const opening = (change: JsonObject, more: Record<string, Json> = {}) => ({ on: '2026-03-04', who: 'hospital', procedure: 'catalog-entry', contents: { 'catalog-entry': zqEntry('visits', change), 'risk-statement': ZQ_RISK, ...more } })

  test('zq25-3.1 holds what a body produced in its duty, not what it bought', () => {
    story().refusesOpening(opening({ origin: 'purchased' }), 'entry-must-arise-from-duty', 'zq25-3.1')
    story().refusesOpening(opening({ duty: '' }), 'content-must-be-present', 'zq25-3.1')
    expect(story().open(opening({ duty: '医疗保障经办' })).due('confirmation')).toBe('2026-03-11')
  })

  test('zq25-2.2c holds nothing that is secret by law, whoever asks', () => {
    story().refusesOpening(opening({ secret: true }), 'secret-data-must-be-excluded', 'zq25-2.2')
    expect(story().open(opening({ secret: false })).status).toBe('submitted')
  })

  test('zq25-24.1a holds no entry or field without its grade', () => {
    story().refusesOpening(opening({ grade: null }), 'content-must-be-present', 'zq25-24.1')
    expect(story().open(opening({ grade: '2' })).status).toBe('submitted')
  })
})

describe('the selection', () => {
  const opened = () => {
    const told = story()
    zqCatalogue(told)
    return told.open({ on: '2026-04-20', who: 'agency', procedure: 'operator-selection', links: { plan: zqPlanInForce(told) }, contents: { 'case-name': '运营机构选定' } })
  }
  const ready = (change: JsonObject) => ({ on: '2026-04-20', who: 'agency', task: 'prepare-documents', outcome: 'ready', contents: { 'selection-documents': zqDocuments(change) } })

  test('zq25-12.1a keeps to the plan in conditions and term', () => {
    const preparing = opened()
    preparing.refuses(ready({ conditions: ['注册资本不低于1亿元'] }), 'conditions-must-be-within-plan', 'zq25-12.1')
    preparing.refuses(ready({ term: { start: '2026-05-22', end: '2029-05-01' } }), 'term-must-be-within-plan', 'zq25-12.1')
    preparing.refuses(ready({ term: { start: '2026-04-30', end: '2029-04-30' } }), 'term-must-be-within-plan', 'zq25-12.1')
    expect(preparing.act(ready({ term: { start: '2026-05-01', end: '2029-04-30' } })).status).toBe('consulting')
  })

  test('zq25-12.1b is competitive: no direct award, and enough bidders', () => {
    opened().refuses(ready({ method: 'direct' }), 'selection-must-be-competitive', 'zq25-12.1')
    const told = story()
    zqCatalogue(told)
    const plan = zqPlanInForce(told)
    expect(() => zqSelectionToAward(told, plan, ['xijiang-data', 'other-data'])).toThrow('bidders-must-be-enough')
    expect(zqSelectionToAward(told, plan).status).toBe('deciding')
  })

  test('zq25-12.1c asks all sides for ten working days by local setting, and answers every opinion', () => {
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
  ])('%s an operator with %j is not chosen; one in order is', (_id, change, code, provision) => {
    const told = story()
    zqCatalogue(told)
    const deciding = zqSelectionToAward(told, zqPlanInForce(told))
    const award = (changed: JsonObject) => ({ on: '2026-05-11', who: 'director', task: 'award', outcome: 'awarded', contents: zqAward('xijiang-data', changed) })
    deciding.refuses(award(change), code, provision)
    expect(deciding.act(award({})).status).toBe('publicized')
  })

  test('zq25-3.5 an unincorporated organisation needs the data authority’s written confirmation', () => {
    const told = story()
    zqCatalogue(told)
    const deciding = zqSelectionToAward(told, zqPlanInForce(told))
    const award = (more: Record<string, Json>) => ({ on: '2026-05-11', who: 'director', task: 'award', outcome: 'awarded', contents: { ...zqAward('partnership'), ...more } })
    deciding.refuses(award({}), 'unincorporated-operator-must-be-confirmed', 'zq25-3.5')
    expect(deciding.act(award({ 'unincorporated-confirmation': file('确认函.pdf') })).status).toBe('publicized')
  })
})

describe('the agreement', () => {
  test('zq25-14.1e has the norm’s sections, with the ban on redevelopment, and at most five years', () => {
    const told = story()
    expect(() => zqAgreementToSign(told, zqAgreement({ 'no-redevelopment': '' }))).toThrow('content-must-be-present (na25-14.1.6)')
    expect(() => zqAgreementToSign(story(), zqAgreement({ disputes: '' }))).toThrow('content-must-be-present (na25-14.1.11)')
    expect(() => zqAgreementToSign(story(), zqAgreement({ term: { start: '2026-05-22', end: '2032-05-21' } }))).toThrow('term-must-not-exceed-limit (na25-14.1.2)')
    expect(zqAgreementToSign(story()).status).toBe('signing')
  })

  test('zq25-14.1b is signed after the agency’s own decision on this text, with the winner', () => {
    const told = story()
    zqCatalogue(told)
    expect(() => zqAgreementToSign(told, zqAgreement({ operator: 'other-data' }))).toThrow('counterparty-must-be-the-winner (zq25-14.1)')
    const signing = zqAgreementToSign(story())
    signing.refuses({ on: '2026-05-22', who: 'operator', task: 'sign-operator', outcome: 'sign', contents: { 'operator-signature': zqSignature(zqAgreement({ liability: '另行约定' })) } }, 'signature-must-be-on-the-approved-text', 'zq25-14.1')
    signing.refuses({ on: '2026-05-22', who: 'stranger', task: 'sign-operator', outcome: 'sign', contents: { 'operator-signature': zqSignature(zqAgreement()) } }, 'actor-must-be-concerned-organization', 'zq25-14.1')
    signing.act({ on: '2026-05-22', who: 'operator', task: 'sign-operator', outcome: 'return-for-change', contents: opinion })
    expect(signing.open).toEqual(['revise'])
  })

  test('zq25-13.1.1b is not signed when the legal representative is listed on the day of signature', () => {
    const signing = zqAgreementToSign(story())
    const sign = (check: JsonObject) => ({ on: '2026-05-22', who: 'director', task: 'sign-agency', outcome: 'sign', contents: { 'agency-signature': zqSignature(zqAgreement()), 'signing-check': check } })
    signing.refuses(sign(zqSigningCheck('2026-05-22', { 'representative-listed': true })), 'operator-must-be-creditworthy', 'zq25-13.1.1')
    signing.refuses(sign(zqSigningCheck('2026-05-21')), 'operator-must-be-rechecked-on-signing-day', 'zq25-13.1.1')
    expect(signing.act(sign(zqSigningCheck('2026-05-22'))).status).toBe('signing')
  })

  test('zq25-14.1a signed jointly, waits for the sector authority of the same level', () => {
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

  test('zq25-14.1c is filed within ten working days by local setting', () => {
    const inForce = zqAgreementInForce(story())
    expect(inForce.due('file-agreement')).toBe('2026-06-05')
    expect(inForce.state.tasks.find((task) => task.step === 'file-agreement')?.clock).toMatchObject({ basis: { kind: 'platform-default' } })
    inForce.time('2026-06-05')
    expect(inForce.events.some((event) => event.type === 'task-overdue')).toBe(false)
    inForce.time('2026-06-08')
    expect(inForce.events.findLast((event) => event.type === 'task-overdue')).toMatchObject({ task: 'file-agreement', told: ['data-authority'] })
  })

  test('zq25-21.2a is made public on the working day after its filing', () => {
    const filed = zqAgreementInForce(story())
      .act({ on: '2026-05-29', who: 'agency', task: 'file-agreement', outcome: 'sent', contents: { 'agreement-filing': { number: '肇卫函〔2026〕1号', date: '2026-05-29', agreement: file('协议.pdf') } } })
      .act({ on: '2026-05-29', who: 'checker', task: 'confirm-filing', outcome: 'confirm', contents: { 'filing-confirmation': { number: '备2026-1', date: '2026-05-29' } } })
    expect(filed.due('publish-authorization')).toBe('2026-06-01')
    filed.act({ on: '2026-06-01', who: 'agency', task: 'publish-authorization', outcome: 'published', contents: { 'publication-record': { address: 'https://example.cn/1', date: '2026-06-01' } } })
    expect(filed.effects('publish').at(-1)).toMatchObject({ kind: 'authorization', operator: '西江数据有限公司' })
    expect(filed.lateness('publish-authorization')).toBe(0)
  })

  test('zq25-14.1d is followed: a promise that slips opens a follow-up for the data authority', () => {
    const inForce = zqAgreementInForce(story(), zqAgreement({ 'dated-items': [{ name: '四项产品', date: '2026-09-30', responsible: '运营机构' }] }))
    inForce.time('2026-09-30')
    expect(inForce.open).not.toContain('follow-up@milestones=四项产品')
    inForce.time('2026-10-08')
    expect(inForce.open).toContain('follow-up@milestones=四项产品')
    inForce.act({ on: '2026-10-08', who: 'checker', task: 'follow-up', outcome: 'noted', contents: { 'follow-up-note': '已发布三项，要求月底前补齐' } })
    expect(inForce.effects('notify').at(-1)).toMatchObject({ to: ['operator', 'implementing-agency'] })
  })

  test('zq25-30.2c opens the yearly assessment of risks, and an open high risk blocks new scenarios', () => {
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
