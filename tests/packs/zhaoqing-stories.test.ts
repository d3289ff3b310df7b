import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '#core/json.ts'
import { decision, fairReview, file, PLAN_CONDITIONS, study } from '#tests/support/authorization-contents.ts'
import { lawOf, packOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { lastCase } from '#tests/support/supply-story.ts'
import {
  APPLICANTS, ASSESSED, COMMITTED, DECIDED, PERSONAL_FIELDS, PROCESSED, RAW, SAFE, ZHAOQING, ZQ_RISK, determination, planDrafting, planReviewed,
  zqAgreement, zqAgreementInForce, zqAgreementToSign, zqAward, zqCatalogue, zqDemand, zqDemanded, zqDocuments, zqEntry, zqListed, zqNotice, zqPlan, zqPlanInForce, zqPlanWith,
  zqProvision, zqScenario, zqScenarioInForce, zqScenarioText, zqScenarioToSign, zqSelectionToAward, zqService, zqSignature, zqSigningCheck, zqSupplied, zqSupplying, zqToSignService,
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

describe('a scenario', () => {
  const asking = (authorized: StoryCase, change: JsonObject = {}) => ({ on: '2026-05-25', who: 'operator', procedure: 'scenario-authorization', links: { agreement: authorized }, contents: { 'scenario-application': zqScenario(change) } })

  test('zq25-23.1a zq25-3.6 is asked for one at a time and ends with the operator’s agreement', () => {
    const told = story()
    const authorized = zqAgreementInForce(told)
    told.refusesOpening(asking(authorized, { 'other-scenarios': ['商业保险'] }), 'one-scenario-one-authorization', 'zq25-23.1')
    told.refusesOpening(asking(authorized, { ends: '2029-01-01' }), 'authorization-must-end-with-agreement', 'zq25-3.6')
    told.refusesOpening(asking(authorized, { items: [{ entry: 'taxes', fields: ['code'] }] }), 'scenario-must-stay-within-agreement', 'zq25-3.5')
    expect(told.open(asking(authorized, { ends: '2028-12-31' })).open).toEqual(['review'])
  })

  test('zq25-23.1b zq25-24.1e zq25-24.1f is decided on only after the agency’s assessment, by another person', () => {
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

  test('zq25-23.3a with personal data is checked for its lawfulness field by field first', () => {
    const told = story()
    const opened = told.open(asking(zqAgreementInForce(told), { 'personal-or-secret': true }))
    expect(opened.open).toEqual(['check-legality'])
    const check = (fields: string[]) => ({ on: '2026-06-11', who: 'operator', task: 'check-legality', outcome: 'checked', contents: { 'legality-check': { purposes: '个人信息保护法第十三条', 'impact-assessment': file('评估.pdf'), consent: '逐人取得授权', fields: fields.map((field) => ({ field, ground: '场景必需' })) } } })
    expect(opened.refuses(check(['station']), 'every-field-must-be-justified', 'zq25-23.3').message).toContain('hour')
    expect(opened.act(check(['station', 'hour'])).open).toEqual(['review'])
  })

  test('zq25-23.1c goes to a developer that took part in the call; an affiliate only to the agency’s knowledge', () => {
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

  test('zq25-23.1d zq25-29.4 zq25-30.2b opens only when both have signed the agreement with its sheet of responsibilities', () => {
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

  test('zq25-30.2d is inspected every six months; without it there is no renewal', () => {
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

  test('zq25-23.2b is suspended where its data were used otherwise, and ends on its last day by itself', () => {
    const told = story()
    const running = zqScenarioInForce(told, zqAgreementInForce(told))
    running.act({ on: '2026-07-20', who: 'operator', task: 'run', outcome: 'suspend', contents: { 'misuse-finding': { facts: '在外发现带水印的副本', evidence: file('比对.pdf') } } })
    expect(told.world.standings[`scenario/${running.id}`]).toBe('suspended')
    running.act({ on: '2026-08-20', who: 'operator', task: 'lift', outcome: 'resume', contents: { 'resumption-note': '副本已删除' } })
    running.time('2026-12-31')
    expect(told.world.standings[`scenario/${running.id}`]).toBe('granted')
    running.time('2027-01-01')
    expect([running.status, told.world.standings[`scenario/${running.id}`]]).toEqual(['ended', 'ended'])
  })
})

describe('an authorization by the data subject', () => {
  const grant = (change: JsonObject = {}) => ({
    on: '2026-04-13', who: 'subject', procedure: 'subject-authorization',
    contents: { 'subject-grant': { kind: 'legal', subject: '肇庆陶瓷厂', identity: '营业执照', 'credit-code': '91441200MA4SUBJ00X', mandate: file('委托书.pdf'), operator: 'xijiang-data', scenario: '信用评价', purpose: '银行授信参考', until: '2026-06-30', notice: '告知文本第一版', document: file('授权书.pdf'), ...change } },
  })

  test('zq25-3.8 is given by an organisation with its code and a mandated signatory', () => {
    story().refusesOpening(grant({ mandate: null }), 'signatory-must-be-mandated', 'zq25-3.8')
    story().refusesOpening(grant({ 'credit-code': null }), 'organization-must-show-its-code', 'zq25-3.8')
    expect(story().open(grant()).status).toBe('submitted')
  })

  test('zq25-23.3b is true, valid and withdrawn at once', () => {
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

describe('a request for coordination', () => {
  const need = (examined: JsonObject[], on = '2026-06-17') => ({ on, who: 'operator', procedure: 'demand-coordination', contents: { 'data-need': { scenario: '健康出行服务', needs: ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, content: '门诊量分时数据', provider: '市第一人民医院' })), examined } } })

  test('zq25-18.1a names the entries in scope and why each falls short, and is returned where one fits', () => {
    const told = story()
    const links = { agreement: zqAgreementInForce(told) }
    told.refusesOpening({ ...need([{ entry: 'visits' }]), links }, 'shortfall-must-be-explained', 'zq25-18.1')
    told.refusesOpening({ ...need([{ entry: 'taxes', 'falls-short': '没有分时数据' }]), links }, 'examined-entry-must-be-within-agreement', 'zq25-18.1')
    const opened = told.open({ ...need([{ entry: 'visits', 'falls-short': '没有分时数据' }, { entry: 'wards', 'falls-short': '没有门诊数据' }]), links })
    expect(opened.act({ on: '2026-06-18', who: 'agency', task: 'coordinate', outcome: 'return', contents: { 'matching-entry': { entry: 'bus-lines', note: '已有所需字段' } } }).status).toBe('returned')
  })

  test('zq25-18.1b is answered for every need, ten working days by local setting', () => {
    const told = story()
    const opened = told.open({ ...need([{ entry: 'visits', 'falls-short': '没有分时数据' }]), links: { agreement: zqAgreementInForce(told) } })
    expect(opened.due('coordinate')).toBe('2026-07-02')
    const results = (names: string[]) => ({ on: '2026-07-02', who: 'agency', task: 'coordinate', outcome: 'concluded', contents: { 'coordination-results': names.map((name) => ({ name, result: 'supply' })) } })
    expect(opened.refuses(results(['a', 'b', 'c', 'd']), 'every-need-must-have-a-result', 'zq25-18.1').message).toContain('e')
    expect(opened.act(results(['a', 'b', 'c', 'd', 'e'])).lateness('coordinate')).toBe(0)
  })
})

describe('a demand and its supply', () => {
  test('zq25-23.2a zq25-19.1b comes with an authorized scenario and stays within it', () => {
    const told = story()
    const authorized = zqAgreementInForce(told)
    const scenario = zqScenarioInForce(told, authorized)
    const asking = (change: JsonObject, links: Record<string, StoryCase>) => ({ on: '2026-06-22', who: 'operator', procedure: 'data-demand', links, contents: { demand: zqDemand(change) } })
    told.refusesOpening(asking({}, { agreement: authorized }), 'demand-must-rest-on-an-authorized-scenario', 'zq25-23.1')
    const item = { entry: 'wards', fields: ['station'], mode: 'batch', 'time-span': '2025年', area: '肇庆市' }
    told.refusesOpening(asking({ items: [item] }, { agreement: authorized, scenario }), 'demand-must-stay-within-scenario', 'zq25-23.2')
    told.refusesOpening(asking({ ends: '2027-01-01' }, { agreement: authorized, scenario }), 'use-must-end-with-scenario', 'zq25-23.2')
    expect(told.open(asking({}, { agreement: authorized, scenario })).status).toBe('reviewing')
  })

  test('zq25-19.1a needs the agency and every data source, ten working days by local setting', () => {
    const { demand } = zqDemanded(story())
    expect([demand.due('agency-review'), demand.due('provider-review@providers=bus-station')]).toEqual(['2026-07-06', '2026-07-06'])
    demand.act({ on: '2026-06-30', who: 'agency', task: 'agency-review', outcome: 'approve', contents: { 'demand-finding': '符合场景需要' } })
    demand.act({ on: '2026-06-30', who: 'hospital', task: 'provider-review@providers=first-hospital', outcome: 'approve', contents: { 'demand-finding': '符合场景需要' } })
    expect([demand.status, demand.open]).toEqual(['reviewing', ['provider-review@providers=bus-station']])
    demand.refuses({ on: '2026-06-30', who: 'agency', task: 'draft-service-agreement', outcome: 'ready', contents: { 'service-agreement': zqService() } }, 'step-must-be-open', 'zq25-19.1')
    demand.refuses({ on: '2026-06-30', who: 'buses', task: 'provider-review@providers=bus-station', outcome: 'refuse', contents: { 'demand-refusal': { explanation: '涉及行车安全' } } }, 'content-must-be-present', null)
    expect(demand.act({ on: '2026-06-30', who: 'buses', task: 'provider-review@providers=bus-station', outcome: 'refuse', contents: { 'demand-refusal': { explanation: '涉及行车安全', law: '数据安全法第二十一条' } } }).status).toBe('refused')
  })

  test('zq25-19.1b moves no data before the fourth party has signed', () => {
    const { demand } = zqToSignService(story())
    const sign = { outcome: 'sign', contents: { 'service-signature': zqSignature(zqService()) } }
    demand.act({ on: '2026-07-06', who: 'director', task: 'sign-agency', ...sign }).act({ on: '2026-07-06', who: 'operator', task: 'sign-operator', ...sign })
    demand.act({ on: '2026-07-06', who: 'hospital', task: 'sign-provider@providers=first-hospital', ...sign }).act({ on: '2026-07-06', who: 'buses', task: 'sign-provider@providers=bus-station', ...sign })
    demand.refuses({ on: '2026-07-06', who: 'hospital', task: 'provision', outcome: 'delivered', contents: { provision: zqProvision() } }, 'step-must-be-open', 'zq25-19.1')
    demand.refuses({ on: '2026-07-06', who: 'operator', task: 'sign-developer', ...sign }, 'actor-must-hold-office', 'zq25-19.1')
    expect(demand.act({ on: '2026-07-08', who: 'developer', task: 'sign-developer', ...sign }).open).toEqual(['provision@items=bus-lines', 'provision@items=visits'])
  })

  test('zq25-19.1c is gathered by the agreed day; what comes later is taken and marked late', () => {
    const { demand } = zqSupplying(story())
    expect(demand.due('provision@items=visits')).toBe('2026-07-22')
    demand.time('2026-07-23')
    expect(demand.open).toContain('coordination@items=visits')
    demand.act({ on: '2026-07-24', who: 'hospital', task: 'provision@items=visits', outcome: 'delivered', contents: { provision: zqProvision() } })
    expect(demand.lateness('provision')).toBe(2)
    expect(demand.effects('port').at(-1)).toMatchObject({ action: 'receive', rows: 1000, sha256: RAW })
  })

  test('zq25-16.1d zq25-24.3 is refused below the agreed quality, unprotected, or beyond the agreed fields', () => {
    const { demand } = zqSupplying(story())
    const give = (change: JsonObject) => ({ on: '2026-07-06', recorded: '2026-07-22', who: 'hospital', task: 'provision@items=visits', outcome: 'delivered', contents: { provision: zqProvision(change) } })
    const on = { on: '2026-07-15' }
    demand.refuses({ ...give({ completeness: 96.5 }), ...on }, 'quality-must-meet-threshold', 'zq25-16.1')
    demand.refuses({ ...give({ protection: 'plain' }), ...on }, 'provision-must-be-protected', 'zq25-24.3')
    demand.refuses({ ...give({ fields: ['station', 'hour', 'pm25'] }), ...on }, 'provision-must-not-exceed-agreement', 'zq25-19.1')
    demand.refuses({ ...give({ fields: ['station'] }), ...on }, 'provision-must-cover-agreement', 'zq25-19.1')
    expect(demand.act({ ...give({ completeness: 98 }), ...on }).open).toContain('provision-receipt@items=visits')
  })

  test('zq25-24.2a needs a rule agreed by the data source for every sensitive field', () => {
    const told = story()
    const { demand } = zqSupplying(told)
    zqListed(told, 'visits', 'hospital', { personal: true, fields: PERSONAL_FIELDS }, {}, '2026-07-01')
    const give = { on: '2026-07-15', who: 'hospital', task: 'provision@items=visits', outcome: 'delivered', contents: { provision: zqProvision() } }
    expect(demand.refuses(give, 'sensitive-field-must-have-a-rule', 'zq25-24.2').message).toContain('phone')
    const rule = told.open({ on: '2026-07-10', who: 'agency', procedure: 'protection-rule', contents: { 'protection-rule': { entry: 'visits', provider: 'first-hospital', version: '1', standard: '个人信息安全规范', rules: [{ field: 'phone', method: 'mask' }] } } })
    demand.refuses(give, 'sensitive-field-must-have-a-rule', 'zq25-24.2')
    rule.refuses({ on: '2026-07-10', who: 'buses', task: 'agree', outcome: 'agree' }, 'actor-must-be-concerned-organization', 'zq25-24.2')
    rule.act({ on: '2026-07-13', who: 'hospital', task: 'agree', outcome: 'agree' })
    expect(demand.act(give).open).toContain('provision-receipt@items=visits')
  })

  test('zq25-19.2 is not delivered the day after the sharing provider’s consent has lapsed', () => {
    const told = story()
    const { demand } = zqSupplying(told)
    zqListed(told, 'visits', 'hospital', { origin: 'shared' }, { 'sharing-consent': { provider: '省卫生健康委', purpose: '用于健康出行场景', 'valid-until': '2026-07-15', document: file('同意书.pdf') } }, '2026-07-01')
    const give = (on: string) => ({ on, who: 'hospital', task: 'provision@items=visits', outcome: 'delivered', contents: { provision: zqProvision() } })
    demand.refuses(give('2026-07-16'), 'shared-data-must-have-consent', 'zq25-19.2')
    expect(demand.act(give('2026-07-15')).open).toContain('provision-receipt@items=visits')
  })

  test('zq25-19.1d passes on only what was processed by the agreed party from what was received', () => {
    const { demand } = zqSupplying(story())
    demand
      .act({ on: '2026-07-22', who: 'hospital', task: 'provision@items=visits', outcome: 'delivered', contents: { provision: zqProvision() } })
      .act({ on: '2026-07-22', who: 'platform', task: 'provision-receipt@items=visits', outcome: 'received', contents: { 'platform-receipt': { number: 'ZW-1', rows: 1000, sha256: RAW, 'received-at': '2026-07-22T10:00:00+08:00' } } })
    const process = (input: string) => ({ on: '2026-07-24', who: 'operator', task: 'process-operator@items=visits', outcome: 'processed', contents: { 'processing-record': { rule: '去标识', 'input-sha256': input, sha256: PROCESSED, rows: 300 } } })
    demand.refuses(process('b'.repeat(64)), 'processing-must-start-from-the-received-data', 'zq25-19.1')
    demand.act(process(RAW))
    const pass = (sha256: string) => ({ on: '2026-07-24', who: 'platform', task: 'supply-receipt@items=visits', outcome: 'received', contents: { 'supply-receipt': { number: 'GJ-1', rows: 300, sha256, 'received-at': '2026-07-24T10:00:00+08:00', version: 'v1' } } })
    demand.refuses(pass(RAW), 'only-processed-data-may-pass', 'zq25-19.1')
    expect(demand.act(pass(PROCESSED)).open).toEqual(['provision@items=bus-lines'])
  })

  test('zq25-17.1b the data source registers the resource, twenty working days after it was provided', () => {
    const told = story()
    zqSupplied(told)
    const registration = lastCase(told, 'registration')
    expect(registration.state.tasks[0]).toMatchObject({ organization: 'first-hospital' })
    expect(registration.due('apply')).toBe('2026-08-21')
    const later = story().open({ on: '2026-07-22', who: 'platform', procedure: 'registration', contents: { 'registration-kind': 'resource', 'registration-subject': 'visits', 'registration-title': '门诊数据', registrant: 'first-hospital', 'supplied-on': '2026-07-22' } })
    expect(later.due('apply')).toBe('2026-08-19')
  })
})

describe('products and their use', () => {
  const report = (change: JsonObject = {}): JsonObject => ({ kind: 'third-party', developer: 'dinghu-software', builder: '赵开发', reviewer: '某评估公司', scope: '数据来源、用途、价格', findings: '未见不合规', result: 'passed', date: '2026-07-10', ...change })
  const product = (change: JsonObject = {}): JsonObject => ({ name: '就医出行指数', description: '按小时给出就医出行参考', kind: 'query-interface', scenario: '健康出行服务', fields: ['index'], 'price-class': 'industry', price: 0, 'price-unit': 'free', terms: '遵守使用协议', visibility: 'all-verified', contact: '0758-2232000', personal: false, raw: false, ...change })
  const released = (told: Story, authorized: StoryCase): StoryCase => {
    const job = { id: 'job-1', agreement: authorized.id, digest: 'd'.repeat(64), verdict: 'pass', author: 'analyst', scenario: '健康出行服务', tables: ['visits'], supplies: ['GJ-1'], providers: [{ provider: 'first-hospital' }] }
    const vote: JsonObject = { 'beyond-agreement': 'no', 'beyond-agreement-note': '未超出', 'direct-exposure': 'no', 'direct-exposure-note': '无暴露', 'other-risk': 'no', 'other-risk-note': '没有', opinion: '同意出域' }
    return told
      .open({ on: '2026-07-08', who: 'operator', procedure: 'output-release', links: { agreement: authorized }, facts: { job }, contents: { 'release-request': { job: 'job-1', title: '出行指数', purpose: '形成产品', recipients: '公众', method: 'aggregate', 'method-note': '按小时汇总' } } })
      .act({ on: '2026-07-08', who: 'agency', task: 'agency-review', outcome: 'pass', contents: { 'release-vote': vote } })
      .act({ on: '2026-07-08', who: 'hospital', task: 'provider-review', outcome: 'pass', contents: { 'release-vote': vote } })
  }
  const submitting = (told: Story) => {
    const authorized = zqAgreementInForce(told)
    const release = released(told, authorized)
    return (change: JsonObject = {}, review: JsonObject = {}, more: Record<string, Json> = {}, on = '2026-07-10') =>
      ({ on, who: 'operator', procedure: 'product', links: { release, agreement: authorized }, contents: { product: product(change), 'compliance-report': report(review), ...more } })
  }

  test('zq25-24.5b pass a review of compliance that their builder did not sign', () => {
    const told = story()
    const submit = submitting(told)
    told.refusesOpening(submit({}, { kind: 'self', reviewer: '赵开发', date: '2026-07-09' }), 'self-review-must-not-be-by-builder', 'zq25-24.5')
    told.refusesOpening(submit({}, { result: 'failed' }), 'compliance-review-must-be-positive', 'zq25-24.5')
    told.refusesOpening(submit({}, { date: '2026-07-11' }), 'compliance-review-must-come-first', 'zq25-24.5')
    expect(told.open(submit({}, { kind: 'self', reviewer: '钱审核' })).open).toEqual(['review'])
  })

  test('zq25-24.1f zq25-21.3a are listed after the agency’s review and shown in the public list until withdrawn', () => {
    const told = story()
    const opened = told.open(submitting(told)())
    expect(opened.due('review')).toBe('2026-07-24')
    const review = (conformity: string) => ({ on: '2026-07-13', who: 'agency', task: 'review', outcome: 'publish', contents: { 'product-review': { security: 'passed', 'security-note': '通过', conformity, 'conformity-note': '说明' } } })
    opened.refuses(review('failed'), 'conformity-review-must-have-passed', 'zq25-24.1')
    opened.act(review('passed'))
    expect([told.world.standings[`product/${opened.id}`], told.world.registers['products']?.[opened.id]?.['name']]).toEqual(['granted', '就医出行指数'])
    opened.act({ on: '2026-07-15', who: 'operator', task: 'keep', outcome: 'stop', contents: { 'product-stop': { reason: '升级改版', arrangement: '改用新版' } } })
    expect(told.world.registers['products']?.[opened.id]?.['ended']).toBe('升级改版')
  })

  test('zq25-26.1 are free for the public good under published conditions', () => {
    const told = story()
    const submit = submitting(told)
    told.refusesOpening(submit({ 'price-class': 'public-welfare' }), 'free-offer-must-state-conditions', 'zq25-26.1')
    told.refusesOpening(submit({ 'price-class': 'public-welfare', 'free-conditions': '市级机关每月一万次以内', price: 1 }), 'public-benefit-must-be-free', 'zq25-26.1')
    expect(told.open(submit({ 'price-class': 'public-welfare', 'free-conditions': '市级机关每月一万次以内' })).status).toBe('reviewing')
  })

  test('zq25-26.2 cost at most what the price policy allows, and the price authority sees it', () => {
    const told = story()
    const submit = submitting(told)
    const policy = { why: '有运营成本', number: '粤发改价格〔2026〕1号', authority: '省发展改革委', ceiling: 0.12, 'valid-until': '2027-05-31' }
    told.refusesOpening(submit({ price: 0.1, 'price-unit': 'call' }), 'fee-must-rest-on-price-decision', 'zq25-26.2')
    told.refusesOpening(submit({ price: 0.15, 'price-unit': 'call' }, {}, { 'price-decision': policy }), 'price-must-not-exceed-ceiling', 'zq25-26.2')
    const opened = told.open(submit({ price: 0.12, 'price-unit': 'call' }, {}, { 'price-decision': policy }))
      .act({ on: '2026-07-13', who: 'agency', task: 'review', outcome: 'publish', contents: { 'product-review': { security: 'passed', 'security-note': '通过', conformity: 'passed', 'conformity-note': '规范' } } })
    expect(opened.effects('notify').at(-1)).toMatchObject({ to: ['price-authority'] })
  })

  test('zq25-17.1c are registered by the operator, twenty working days after the first supply', () => {
    const told = story()
    told.open(submitting(told)())
      .act({ on: '2026-07-13', who: 'agency', task: 'review', outcome: 'publish', contents: { 'product-review': { security: 'passed', 'security-note': '通过', conformity: 'passed', 'conformity-note': '规范' } } })
      .act({ on: '2026-07-31', who: 'operator', task: 'first-delivery', outcome: 'delivered', contents: { 'first-delivery': { recipient: '某保险公司', evidence: 'JF-1' } } })
    const registration = lastCase(told, 'registration')
    expect([registration.due('apply'), registration.state.tasks[0]?.organization]).toEqual(['2026-08-28', 'xijiang-data'])
  })

  test('zq25-25.1a zq25-5.1b go to a consumer whose identity was reviewed, at the public price', () => {
    const told = story()
    const policy = { why: '有运营成本', number: '粤发改价格〔2026〕1号', authority: '省发展改革委', ceiling: 0.12, 'valid-until': '2027-05-31' }
    const offered = told.open(submitting(told)({ price: 0.1, 'price-unit': 'call' }, {}, { 'price-decision': policy }))
      .act({ on: '2026-07-13', who: 'agency', task: 'review', outcome: 'publish', contents: { 'product-review': { security: 'passed', 'security-note': '通过', conformity: 'passed', 'conformity-note': '规范' } } })
    const asked = told.open({ on: '2026-07-13', who: 'consumer', procedure: 'product-service', contents: { 'usage-application': { product: offered.id, scenario: '健康出行服务', purpose: '理赔服务参考', use: 'own', 'purpose-class': 'industry', tie: 'none', quota: 1000, ends: '2027-07-13' }, 'identity-proof': { name: '某保险公司', 'credit-code': '91441200MA4CONS00X', document: file('营业执照.pdf'), contact: '周联系' } } })
    expect(asked.due('decision')).toBe('2026-07-20')
    const grant = (verified: boolean, price: number) => ({ on: '2026-07-14', who: 'operator', task: 'decision', outcome: 'grant', contents: { 'identity-check': { verified, method: 'registry', note: '一致' }, 'usage-terms': { price, quota: 1000 } } })
    asked.refuses(grant(false, 0.1), 'identity-must-be-verified', 'zq25-25.1')
    asked.refuses(grant(true, 0.2), 'price-must-be-the-public-one', 'zq25-5.1')
    expect(asked.act(grant(true, 0.1)).effects('services.grant')).toHaveLength(1)
    expect(told.world.registers['subscriptions']?.[asked.id]).toMatchObject({ consumer: 'insurer', 'granted-on': '2026-07-14' })
  })

  test('zq25-5.1b a complaint of monopoly reaches the market supervisor with the operator’s statement', () => {
    const told = story()
    const opened = told.open({ on: '2026-05-13', who: 'consumer', procedure: 'competition-complaint', contents: { 'competition-complaint': { operator: 'xijiang-data', supervisor: 'audit-bureau', facts: '同类用户价格不同', terms: file('使用条件.pdf') } } })
    expect(opened.state.tasks.map((task) => [task.step, task.organization])).toEqual([['state', 'xijiang-data'], ['handle', 'audit-bureau']])
    opened.refuses({ on: '2026-05-13', who: 'police', task: 'handle', outcome: 'closed', contents: { 'competition-outcome': '不成立，结案' } }, 'actor-must-be-concerned-organization', 'zq25-8.1')
    expect(opened.act({ on: '2026-05-20', who: 'auditor', task: 'handle', outcome: 'closed', contents: { 'competition-outcome': '责令统一价格' } }).status).toBe('closed')
  })
})

describe('quality and supervision', () => {
  test('zq25-20.2a zq25-20.2b a problem is traced upwards and repaired in ten working days by local setting', () => {
    const told = story()
    const scenario = zqScenarioInForce(told, zqAgreementInForce(told))
    const issue = told.open({ on: '2026-07-13', who: 'developer', procedure: 'quality-issue', links: { scenario }, contents: { 'quality-report': { entry: 'visits', fields: ['hour'], dimension: 'complete', sample: '7月1日缺三小时', product: '就医出行指数' } } })
    const stray = { on: '2026-07-13', who: 'developer', procedure: 'quality-issue', links: { scenario }, contents: { 'quality-report': { entry: 'wards', fields: ['hour'], dimension: 'complete', sample: '7月1日缺三小时', product: '就医出行指数' } } }
    told.refusesOpening(stray, 'issue-must-concern-data-of-the-scenario', 'zq25-20.2')
    issue.refuses({ on: '2026-07-14', who: 'operator', task: 'trace', outcome: 'pass-on', contents: { 'trace-finding': { 'own-processing': 'faulty', reason: '加工时丢行' } } }, 'own-fault-must-not-be-passed-on', 'zq25-20.2')
    issue.act({ on: '2026-07-14', who: 'operator', task: 'trace', outcome: 'pass-on', contents: { 'trace-finding': { 'own-processing': 'correct', reason: '核对无误' } } })
    expect([issue.due('repair-provider'), issue.state.tasks[0]?.organization]).toEqual(['2026-07-28', 'first-hospital'])
    issue.time('2026-07-28')
    expect(issue.events.some((event) => event.type === 'task-overdue')).toBe(false)
    issue.time('2026-07-29')
    expect(issue.events.findLast((event) => event.type === 'task-overdue')).toMatchObject({ told: ['data-authority'] })
    const repair = (change: JsonObject) => ({ on: '2026-07-30', who: 'hospital', task: 'repair-provider', outcome: 'handled', contents: { 'quality-repair': { result: 'corrected', ...change } } })
    issue.refuses(repair({}), 'correction-must-name-its-batch', 'zq25-20.2')
    issue.refuses(repair({ result: 'no-fault' }), 'no-fault-must-be-reasoned', 'zq25-20.2')
    issue.act(repair({ batch: 'PC-2' }))
    expect(issue.act({ on: '2026-07-31', who: 'developer', task: 'close', outcome: 'dispute', contents: { 'quality-dispute': '仍缺一小时' } }).open).toEqual(['trace#2'])
  })

  test('zq25-16.1c a supply requirement is one task for each entry', () => {
    const entries = ['a', 'b', 'c', 'd', 'e'].map((entry) => ({ entry, platform: '市政务大数据平台' }))
    const opened = story().open({ on: '2026-03-02', who: 'planner', procedure: 'supply-requirement', contents: { 'supply-requirement': { provider: 'first-hospital', coordinator: '罗工', due: '2026-04-30', entries } } })
    for (const entry of ['a', 'b', 'c', 'd']) opened.act({ on: '2026-04-30', who: 'hospital', task: `fulfil@entries=${entry}`, outcome: 'fulfilled', contents: { 'supply-fulfilment': '回执1号' } })
    opened.time('2026-05-06')
    expect([opened.open, opened.events.filter((event) => event.type === 'task-overdue').length]).toEqual([['fulfil@entries=e'], 1])
  })

  test('zq25-24.2c zq25-30.2a an order not met in time is overdue, and supply may be suspended as the agreement says', () => {
    const told = story()
    const { agreement } = zqSupplied(told)
    const order = told.open({ on: '2026-07-24', who: 'agency', procedure: 'supervision', links: { agreement }, contents: { 'supervision-order': { kind: 'rectify', ground: '接口权限过宽', requirement: '收紧接口权限' }, 'supervision-due': '2026-08-06' } })
    order.time('2026-08-06')
    expect(order.status).toBe('ordered')
    order.time('2026-08-07')
    expect([order.status, order.open]).toEqual(['overdue', ['answer', 'suspend']])
    const suspend = (supplies: string[]) => ({ on: '2026-08-07', who: 'director', task: 'suspend', outcome: 'suspend', facts: { supplies: [{ id: 'GJ-1' }] }, contents: { 'supply-suspension': { clause: '第九条', supplies, reason: '逾期未整改' } } })
    order.refuses(suspend(['GJ-2']), 'suspension-must-name-running-supplies', null)
    order.act(suspend(['GJ-1']))
    expect(told.world.standings['supply/GJ-1']).toBe('suspended')
    order.refuses({ on: '2026-08-10', who: 'operator', task: 'answer', outcome: 'answered', contents: { 'supervision-answer': { kind: 'refused', text: '不能同意' } } }, 'refusal-must-give-ground', 'zq25-30.2')
    order.act({ on: '2026-08-10', who: 'operator', task: 'answer', outcome: 'answered', contents: { 'supervision-answer': { kind: 'done', text: '已经收紧' } } })
    expect(order.lateness('answer')).toBe(2)
    order.act({ on: '2026-08-11', who: 'agency', task: 'accept', outcome: 'accept', contents: { 'supervision-opinion': '已落实' } })
    expect(told.world.standings['supply/GJ-1']).toBe('granted')
  })

  test('zq25-7.1.2 a notice of the data authority not answered in time goes up to the agency', () => {
    const opened = story().open({ on: '2026-04-14', who: 'planner', procedure: 'oversight-notice', contents: { 'oversight-notice': { operator: 'xijiang-data', ground: '产品价格', question: '说明定价依据', 'answer-by': '2026-04-21' } } })
    expect(opened.time('2026-04-21').status).toBe('sent')
    opened.time('2026-04-22')
    expect(opened.events.findLast((event) => event.type === 'task-overdue')).toMatchObject({ told: ['data-authority', 'implementing-agency'] })
  })

  test('zq25-8.1 a department asks for material by a day; a refusal stays in the case', () => {
    const opened = story().open({ on: '2026-06-08', who: 'auditor', procedure: 'inspection', contents: { 'inspection-request': { remit: 'accounts', operator: 'xijiang-data', material: '2025年度账目', due: '2026-06-18' } } })
    expect(opened.due('answer')).toBe('2026-06-18')
    opened.act({ on: '2026-06-18', who: 'operator', task: 'answer', outcome: 'refused', contents: { 'inspection-answer': { text: '正在整理' } } })
    opened.refuses({ on: '2026-06-18', who: 'police', task: 'conclude', outcome: 'closed', contents: { 'inspection-result': '另行处理' } }, 'actor-must-be-concerned-organization', 'zq25-8.1')
    expect(opened.status).toBe('examining')
  })

  test('zq25-9.1 an order to stop a scenario works at once, and only who gave it lifts it', () => {
    const told = story()
    const scenario = zqScenarioInForce(told, zqAgreementInForce(told))
    const order = told.open({ on: '2026-06-10', who: 'cyberspace', procedure: 'security-order', contents: { 'security-order': { operator: 'xijiang-data', measure: 'stop-scenario', target: scenario.id, ground: '发现异常访问', due: '2026-06-24' } } })
    expect(told.world.standings[`scenario/${scenario.id}`]).toBe('suspended')
    order.refuses({ on: '2026-06-11', who: 'police', task: 'lift', outcome: 'lifted', contents: { 'security-lift': '已经排除' } }, 'actor-must-be-concerned-organization', 'zq25-9.1')
    order.act({ on: '2026-06-12', who: 'cyberspace', task: 'lift', outcome: 'lifted', contents: { 'security-lift': '已经排除' } })
    expect(told.world.standings[`scenario/${scenario.id}`]).toBe('granted')
  })

  test.each([
    ['zq25-29.1a', 'production', 'handle-provider', 'first-hospital'],
    ['zq25-29.2a', 'big-data-platform', 'handle-authority', 'data-bureau'],
    ['zq25-29.3a', 'transfer', 'handle-transfer', 'xijiang-data'],
    ['zq25-29.3b', 'service-platform', 'handle-service', 'xijiang-data'],
    ['zq25-29.4', 'development', 'handle-developer', 'dinghu-software'],
  ])('%s zq25-24.4b an incident in the segment “%s” is assigned to who answers for it', (_id, segment, step, organization) => {
    const told = story()
    const incident = (change: JsonObject) => ({ on: '2026-07-23', who: 'agency', procedure: 'incident', links: { agreement: zqAgreementInForce(told) }, contents: { incident: { kind: 'leak', segment, occurred: '2026-07-22', facts: '数据外泄', evidence: file('日志.pdf'), provider: 'first-hospital', developer: 'dinghu-software', ...change } } })
    const opened = told.open(incident({}))
    expect(opened.state.tasks.map((task) => [task.step, task.organization])).toEqual([[step, organization]])
    if (segment === 'production') {
      told.refusesOpening(incident({ provider: null }), 'segment-must-name-its-provider', 'zq25-29.1')
      opened.refuses({ on: '2026-07-24', who: 'agency', task: step, outcome: 'relocate', contents: { incident: { kind: 'leak', segment: 'transfer', occurred: '2026-07-22', facts: '数据外泄', evidence: file('日志.pdf') } } }, 'content-must-be-present', 'zq25-24.4')
    }
  })

  test('zq25-24.2b an audit is not made by who took part in what it samples', () => {
    const audit = (auditor: string) => ({ on: '2026-07-01', who: 'agency', procedure: 'internal-audit', contents: { 'internal-audit': { auditor, sample: [{ item: 'CY-1', kind: 'export', officer: '黄经办' }, { item: 'CY-2', kind: 'export', officer: '何经办' }] } } })
    story().refusesOpening(audit('何经办'), 'auditor-must-not-have-taken-part', 'zq25-24.2')
    const opened = story().open(audit('林审计')).act({ on: '2026-07-02', who: 'agency', task: 'conclude', outcome: 'found', contents: { 'audit-findings': [{ finding: '日志缺项', due: '2026-07-16' }, { finding: '审批补签', due: '2026-07-20' }] } })
    expect([opened.due('rectify@findings=日志缺项'), opened.due('rectify@findings=审批补签')]).toEqual(['2026-07-16', '2026-07-20'])
  })

  test('zq25-30.1a the mechanism is confirmed by all five departments and meets every half-year', () => {
    const remits = ['cyberspace', 'police', 'state-security', 'secrecy', 'cryptography']
    const holders: Record<string, string> = { cyberspace: 'cyberspace-office', police: 'police', 'state-security': 'd3', secrecy: 'd4', cryptography: 'd5' }
    const mechanism = (some: string[]) => ({ on: '2025-12-31', who: 'agency', procedure: 'supervision-mechanism', contents: { 'supervision-mechanism': { division: '各司其职', exchange: '每季通报', document: file('机制.pdf'), departments: some.map((remit) => ({ department: holders[remit] ?? '', remit })) } } })
    story().refusesOpening(mechanism(remits.slice(0, 4)), 'all-departments-must-take-part', 'zq25-30.1')
    const opened = story().open(mechanism(remits))
    opened.act({ on: '2025-12-31', who: 'cyberspace', task: 'confirm@departments=cyberspace-office', outcome: 'confirm' })
    expect([opened.status, opened.open.length]).toEqual(['confirming', 4])
  })

  test('zq25-24.1d a drill is due each year after the plan, and again after each drill', () => {
    const opened = story().open({ on: '2026-06-01', who: 'agency', procedure: 'emergency', contents: { 'emergency-plan': { levels: '四级', persons: '五人', measures: '停止开关、通知、处置', document: file('预案.pdf') } } })
    expect(opened.due('drill')).toBe('2027-06-01')
    opened.act({ on: '2027-05-20', who: 'agency', task: 'drill', outcome: 'drilled', contents: { 'drill-report': { date: '2027-05-20', findings: '通知不够及时' } } })
    expect(opened.due('drill')).toBe('2028-05-20')
  })
})

describe('reports, disclosure and evaluation', () => {
  const authorizations = [{ id: 'agreement-1', operator: 'xijiang-data', agency: 'health-commission', 'credit-code': '91441200MA4ABCDE0X' }]
  const period = (from: string, to: string) => ({ 'period-from': from, 'period-to': to })
  const facts = { period: { authorizations, products: [], use: [{ product: 'product-1', calls: 1204 }] } }

  test('zq25-28.1c a report of each quarter is due ten working days after it by local setting, and taken late', () => {
    const told = story()
    told.refusesOpening({ on: '2026-03-31', who: 'planner', procedure: 'quarterly-report', facts, contents: period('2026-01-01', '2026-03-31') }, 'period-must-have-ended', 'zq25-28.1')
    const opened = told.open({ on: '2026-04-01', who: 'platform', procedure: 'quarterly-report', facts, contents: period('2026-01-01', '2026-03-31') })
    expect(opened.due('report')).toBe('2026-04-15')
    opened.act({ on: '2026-04-17', who: 'operator', task: 'report', outcome: 'sent', contents: { 'quarterly-report': { deliveries: '使用3项', products: '2项', calls: 1204, income: 120, incidents: '无' } } })
    expect([opened.lateness('report'), opened.state.tasks[0]?.organization]).toEqual([2, 'health-commission'])
    expect(law.pack.duties['quarterly-report']?.every).toEqual({ unit: 'quarter' })
  })

  test('zq25-21.2b zq25-21.1 every half-year each agency discloses all its agreements', () => {
    const opened = story().open({ on: '2026-07-01', who: 'platform', procedure: 'disclosure', facts, contents: period('2026-01-01', '2026-06-30') })
    expect(opened.due('disclose@agencies=health-commission')).toBe('2026-07-14')
    const disclose = (agreement: string) => ({ on: '2026-07-08', who: 'agency', task: 'disclose', outcome: 'publish', contents: { 'disclosure-report': { number: '2026-1', authorizations: [{ agreement, operator: '西江数据有限公司', content: '治理、开发', scope: '卫生健康', starts: '2026-05-22', ends: '2028-12-31' }] }, 'publication-record': { address: 'https://example.cn/2', date: '2026-07-08' } } })
    opened.refuses(disclose('agreement-2'), 'every-authorization-must-be-disclosed', 'zq25-21.2')
    expect(opened.act(disclose('agreement-1')).effects('publish').at(-1)).toMatchObject({ kind: 'disclosure', title: '2026-1' })
    expect(law.pack.duties['half-yearly-disclosure']?.every).toEqual({ unit: 'half-year' })
  })

  test('zq25-21.3b the use that an operator discloses is the measured one', () => {
    const opened = story().open({ on: '2026-07-01', who: 'platform', procedure: 'disclosure', facts, contents: period('2026-01-01', '2026-06-30') })
    const use = (calls: number) => ({ on: '2026-07-10', who: 'operator', task: 'disclose-use', outcome: 'publish', facts: { measured: facts.period }, contents: { 'use-report': { products: [{ product: 'product-1', name: '就医出行指数', calls }] } } })
    opened.refuses(use(1205), 'use-must-be-the-measured', 'zq25-21.3')
    expect(opened.act(use(1204)).effects('publish').at(-1)).toMatchObject({ kind: 'use-disclosure' })
  })

  test('zq25-21.2c zq25-21.3c questions are answered in fifteen working days; the operator’s go on to the agency', () => {
    const ask = (on: string, change: JsonObject) => ({ on, who: 'citizen', procedure: 'public-question', contents: { 'public-question': { subject: 'agreement', agency: 'health-commission', about: '授权运营协议', text: '为何选定该公司', private: false, ...change } } })
    const asked = story().open(ask('2026-07-09', {}))
    expect(asked.due('answer-agency')).toBe('2026-07-30')
    expect(asked.act({ on: '2026-07-20', who: 'agency', task: 'answer-agency', outcome: 'answered', contents: { 'public-answer': '经公开招标选定' } }).effects('publish')).toHaveLength(1)
    story().refusesOpening(ask('2026-07-10', { subject: 'product' }), 'product-question-must-name-the-operator', 'zq25-21.3')
    const complained = story().open(ask('2026-07-10', { subject: 'product', operator: 'xijiang-data', private: true }))
    expect(complained.due('answer-operator')).toBe('2026-07-31')
    expect(complained.time('2026-07-31').open).toEqual(['answer-operator'])
    expect(complained.time('2026-08-03').open).toEqual(['answer-agency'])
    expect(complained.act({ on: '2026-08-03', who: 'agency', task: 'answer-agency', outcome: 'answered', contents: { 'public-answer': '已要求整改' } }).effects('publish')).toHaveLength(0)
  })

  test('zq25-22.1a zq25-22.1b data sources are appraised by two offices, and an incentive rests on it', () => {
    const told = story()
    const reward = (on: string, appraisal: string) => ({ on, who: 'finance', procedure: 'incentive', contents: { incentive: { provider: 'first-hospital', appraisal, project: '门诊系统升级', decision: '优先安排' } } })
    told.refusesOpening(reward('2026-03-02', 'provider-appraisal-1'), 'incentive-must-rest-on-appraisal', 'zq25-22.1')
    const opened = told.open({ on: '2026-01-04', who: 'platform', procedure: 'provider-appraisal', contents: period('2025-05-01', '2025-12-31') })
      .act({ on: '2026-01-05', who: 'planner', task: 'list', outcome: 'listed', contents: { 'appraised-providers': [{ provider: 'first-hospital', supplied: 4, required: 5, overdue: 1 }] } })
    opened.act({ on: '2026-03-10', who: 'planner', task: 'appraise', outcome: 'signed', contents: { 'appraisal-opinion': { grade: 'good', reason: '供给及时' } } })
    expect(told.world.registers['provider-appraisals']).toBeUndefined()
    expect(opened.open).toEqual(['appraise-jointly@providers=first-hospital'])
    opened.act({ on: '2026-03-13', who: 'finance', task: 'appraise-jointly', outcome: 'signed' })
    opened.act({ on: '2026-03-20', who: 'hospital', task: 'object', outcome: 'agree' })
    expect(told.world.registers['provider-appraisals']?.['first-hospital']).toMatchObject({ grade: 'good', 'final-on': '2026-03-20' })
    expect(told.open(reward('2026-09-15', opened.id)).status).toBe('proposed')
  })

  test('zq25-28.1a indicators are fixed before the period that they measure', () => {
    const mechanism = (from: string) => ({ on: '2026-10-12', who: 'agency', procedure: 'evaluation-mechanism', contents: { 'evaluation-mechanism': { version: '2', 'applies-from': from, indicators: [{ name: '产品数', weight: 60, source: '名册' }, { name: '按时报告', weight: 40, source: '平台' }], document: file('指标.pdf') } } })
    story().refusesOpening(mechanism('2026-01-01'), 'indicators-must-be-fixed-beforehand', 'zq25-28.1')
    expect(story().open(mechanism('2027-01-01')).status).toBe('drafted')
  })

  test('zq25-28.1b each operator is evaluated yearly by the version in force, and heard for five working days', () => {
    const told = story()
    told.open({ on: '2025-12-31', who: 'agency', procedure: 'evaluation-mechanism', contents: { 'evaluation-mechanism': { version: '1', 'applies-from': '2026-01-01', indicators: [{ name: '产品数', weight: 100, source: '名册' }], document: file('指标.pdf') } } })
      .act({ on: '2025-12-31', who: 'agency', task: 'issue', outcome: 'issued' })
    const opened = told.open({ on: '2027-01-01', who: 'platform', procedure: 'operator-evaluation', facts, contents: period('2026-01-01', '2026-12-31') })
    const evaluate = (version: string) => ({ on: '2027-01-04', who: 'agency', task: 'evaluate', outcome: 'drafted', contents: { 'operator-evaluation': { 'mechanism-version': version, result: '评价结果良好', 'late-reports': 1 } } })
    opened.refuses(evaluate('2'), 'evaluation-must-follow-the-mechanism', 'zq25-28.1')
    opened.act(evaluate('1'))
    opened.refuses({ on: '2027-01-05', who: 'agency', task: 'conclude', outcome: 'final', contents: { 'evaluation-answer': '没有意见' } }, 'step-must-be-open', 'zq25-28.1')
    expect(opened.due('comment@agreements=agreement-1')).toBe('2027-01-11')
    expect(opened.time('2027-01-12').open).toEqual(['conclude@agreements=agreement-1'])
  })
})

describe('the rules themselves', () => {
  test('zq25-33.1a zq25-33.1b govern what is opened from 2025-05-01 to 2028-04-30', () => {
    const told = story()
    const opening = (on: string) => ({ on, who: 'planner', procedure: 'implementation-plan', contents: { 'case-name': '实施方案', 'agency-determination': determination({ date: '2025-04-01' }) } })
    told.refusesOpening(opening('2025-04-30'), 'rules-must-be-in-force', 'zq25-33.1')
    expect(told.open(opening('2025-05-01')).status).toBe('allocating')
    expect(told.open(opening('2028-04-30')).status).toBe('allocating')
    told.refusesOpening(opening('2028-05-01'), 'rules-must-be-in-force', 'zq25-33.1')
  })

  test('zq25-33.1b a year before the end the data authority must say what follows', () => {
    const opened = (on: string) => story().open({ on, who: 'platform', procedure: 'validity-review', contents: { 'period-from': '2026-01-01', 'period-to': '2026-12-31' } })
    const review = (on: string, choice: string) => ({ on, who: 'planner', task: 'review', outcome: 'reviewed', contents: { 'validity-review': { decision: choice, reason: '结合实施情况研究' } } })
    expect(opened('2026-05-01').act(review('2027-04-30', 'keep')).status).toBe('reviewed')
    const last = opened('2027-05-01')
    expect(last.due('review')).toBe('2028-04-30')
    last.refuses(review('2027-05-01', 'keep'), 'expiry-must-be-settled-beforehand', 'zq25-33.1')
    expect(last.act(review('2027-05-01', 'replace')).effects('notify').at(-1)).toMatchObject({ to: ['government'] })
    expect(law.pack.duties['yearly-validity-review']?.every).toEqual({ unit: 'year', month_day: '05-01' })
  })

  test('zq25-7.1.3a zq25-7.1.3b zq25-17.1a mechanisms are documents with version and date, issued by another than their author', () => {
    const told = story()
    const opened = told.open({ on: '2026-03-02', who: 'planner', procedure: 'mechanism', contents: { 'mechanism-document': { mechanism: 'registration', name: '公共数据资源登记制度', version: '1', 'in-force': '2026-03-02', document: file('登记制度.pdf') } } })
    opened.refuses({ on: '2026-03-02', who: 'planner', task: 'issue', outcome: 'issued' }, 'issuer-must-not-be-author', null)
    opened.act({ on: '2026-03-02', who: 'checker', task: 'issue', outcome: 'issued' })
    expect(told.world.registers['mechanisms']?.['registration']).toMatchObject({ version: '1', 'in-force': '2026-03-02' })
  })

  test('zq25-3.3c guidance is confirmed by each operator it is addressed to', () => {
    const opened = story().open({ on: '2026-04-07', who: 'planner', procedure: 'guidance', contents: { 'guidance-text': '需求表填写说明', 'guidance-addressees': ['xijiang-data', 'b', 'c', 'd'].map((operator) => ({ operator })) } })
    opened.act({ on: '2026-04-08', who: 'operator', task: 'confirm@addressees=xijiang-data', outcome: 'confirmed' })
    expect(opened.open).toHaveLength(3)
  })

  test('zq25-32.1 only the bureau explains the measures, and its answer is published', () => {
    const opened = story().open({ on: '2026-06-22', who: 'operator', procedure: 'interpretation', contents: { 'interpretation-question': { provision: '第十九条', question: '共同签订如何理解' } } })
    opened.refuses({ on: '2026-07-06', who: 'operator', task: 'answer', outcome: 'answered', contents: { 'interpretation-answer': '四方签署' } }, 'actor-must-hold-office', 'zq25-32.1')
    expect(opened.act({ on: '2026-07-06', who: 'planner', task: 'answer', outcome: 'answered', contents: { 'interpretation-answer': '四方签署' } }).effects('publish').at(-1)).toMatchObject({ title: '第十九条' })
  })

  test('zq25-15.1 a node stands on the government cloud or has a finding that it cannot', () => {
    const node = (change: JsonObject) => ({ on: '2026-06-01', who: 'operator', procedure: 'platform-node', contents: { 'platform-node': { name: '计算节点一', host: 'government-cloud', 'graded-protection': '44120026001', officer: '陈安', ...change } } })
    story().refusesOpening(node({ host: 'other' }), 'node-must-stand-on-existing-infrastructure', 'zq25-15.1')
    story().refusesOpening(node({ officer: '' }), 'content-must-be-present', 'zq25-29.3')
    expect(story().open(node({})).act({ on: '2026-06-01', who: 'checker', task: 'confirm', outcome: 'confirm' }).status).toBe('registered')
  })

  test('zq25-31.1 a county adopts the measures by a decision with its departures', () => {
    const adopt = (change: JsonObject) => ({ on: '2026-04-07', who: 'county', procedure: 'reference-adoption', contents: { 'reference-adoption': { number: '宁府〔2026〕2号', date: '2026-04-01', document: file('决定.pdf'), departures: [{ provision: '第七条', departure: '由县数据局负责', reason: '机构设置不同' }], ...change } } })
    story().refusesOpening(adopt({ document: null }), 'content-must-be-present', 'zq25-31.1')
    expect(story().open(adopt({})).act({ on: '2026-04-08', who: 'planner', task: 'record', outcome: 'recorded' }).effects('publish')).toHaveLength(1)
  })

  test('zq25-31.2a zq25-31.2b zq25-31.2c a utility authorizes the use of its own data on its own terms, in public', () => {
    const opened = story().open({ on: '2026-06-01', who: 'waterworks', procedure: 'utility-authorization', contents: { 'utility-authorization': { kind: 'water', data: '分区用水量', 'excluded-fields': ['地址'], purpose: '漏损分析', price: '免费', ends: '2027-05-31', steps: '场景授权、开发利用服务协议' } } })
    opened.refuses({ on: '2026-06-01', who: 'county', task: 'publish', outcome: 'published' }, 'actor-must-hold-office', 'zq25-31.2')
    expect(opened.act({ on: '2026-06-01', who: 'waterworks', task: 'publish', outcome: 'published' }).effects('publish').at(-1)).toMatchObject({ kind: 'utility-authorization' })
    expect(opened.time('2027-05-31').status).toBe('in-force')
    expect(opened.time('2027-06-01').status).toBe('ended')
  })
})

test('zq25-24.4a after the end of its agreement an operator gets no data and opens nothing', () => {
  const told = story()
  const { agreement, scenario } = zqSupplied(told)
  const ground = { ground: 'own-request', facts: '经营调整申请退出', evidence: file('申请.pdf') }
  const early = { on: '2026-09-01', who: 'agency', procedure: 'exit', links: { agreement }, contents: { 'exit-grounds': [{ ...ground, ground: 'expiry' }], 'exit-draft': '经协商终止授权运营协议，依约退出。' } }
  told.refusesOpening(early, 'expiry-must-have-come', 'na25-14.1.2')
  const exit = told.open({ ...early, contents: { ...early.contents, 'exit-grounds': [ground] } })
  expect(exit.due('comment')).toBe('2026-09-08')
  exit.time('2026-09-09')
  exit.act({ on: '2026-09-10', who: 'director', task: 'decide', outcome: 'end', contents: { 'exit-decision': { reasons: '运营机构申请退出，双方协商一致', answer: '没有意见', 'destroy-by': '2026-09-30', arrangements: '场景授权同时终止' } } })
  expect([agreement.status, told.world.standings[`agreement/${agreement.id}`], exit.effects('access.revoke').length]).toEqual(['ended', 'revoked', 1])
  told.refusesOpening({ on: '2026-09-11', who: 'operator', procedure: 'data-demand', links: { agreement, scenario }, contents: { demand: zqDemand() } }, 'demand-must-rest-on-agreement', 'zq25-3.5')
})
