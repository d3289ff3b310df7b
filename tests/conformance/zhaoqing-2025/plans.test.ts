import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { decision, fairReview, file, PLAN_CONDITIONS, study } from '#tests/support/authorization-contents.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { SAFE, ZHAOQING, ZQ_RISK, determination, planDrafting, planReviewed, zqCatalogue, zqEntry, zqListed, zqPlan, zqPlanInForce, zqPlanWith } from '#tests/support/zhaoqing-story.ts'

const law = await lawOf('zhaoqing-2025')
const story = () => new Story(law, ZHAOQING)
const draft = (text: JsonObject, on = '2026-04-02', who = 'planner') => ({ on, who, task: 'draft', outcome: 'ready', contents: { 'implementation-plan': text, 'feasibility-study': study() } })

describe('the plan', () => {
  const planOpening = { on: '2026-03-02', who: 'planner', procedure: 'implementation-plan', contents: { 'case-name': '整体授权运营实施方案', 'agency-determination': determination() } }

  test('zq25-1.1b: the national norm is its parent: twelve atoms of the plan and fourteen of the agreement come from it', () => {
    const atoms = (content: string) => new Set(JSON.stringify(law.pack.contents[content]).match(/"atom":"[^"]+"/g)).size
    expect(law.pack.manifest.parents).toContain('national-authorization-2025')
    expect([atoms('implementation-plan'), atoms('operation-agreement')]).toEqual([12, 14])
    expect(law.pack.origin['contents/implementation-plan']).toBe('national-authorization-2025')
  })

  test('zq25-10.1a zq25-7.1a: is led by the data authority; the implementing agency can neither open nor close it', () => {
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

  test('zq25-10.1b: lacks none of the twelve sections', () => {
    const told = story()
    zqCatalogue(told)
    const drafting = planDrafting(told)
    drafting.refuses(draft(zqPlan({ term: null })), 'content-must-be-present', 'na25-9.1.6')
    drafting.refuses(draft(zqPlan({ other: '' })), 'content-must-be-present', 'na25-9.1.12')
    expect(drafting.act(draft(zqPlan())).status).toBe('under-review')
  })

  test('zq25-3.4: names the implementing agency that the government determined, in its mode, and nobody else selects', () => {
    const told = story()
    told.refusesOpening({ ...planOpening, contents: { ...planOpening.contents, 'agency-determination': determination({ date: '2026-03-03' }) } }, 'agency-must-be-determined', 'zq25-3.4')
    zqCatalogue(told)
    planDrafting(told).refuses(draft(zqPlan({ mode: { kind: 'sector' } })), 'mode-must-be-the-determined', 'zq25-3.4')
    const approved = zqPlanInForce(told)
    told.refusesOpening({ on: '2026-04-20', who: 'elsewhere', procedure: 'operator-selection', links: { plan: approved }, contents: { 'case-name': '运营机构选定' } }, 'party-must-be-the-same', 'zq25-11.1')
  })

  test('zq25-2.2a: leaves closed data out until a checked record of desensitisation is there', () => {
    const told = story()
    zqListed(told, 'visits', 'hospital', { openness: 'closed' })
    const drafting = planDrafting(told)
    drafting.refuses(draft(zqPlanWith({}), '2026-03-10'), 'closed-data-must-be-desensitized', 'zq25-2.2')
    const record = { 'data-version': 'v1', 'rule-version': '1', method: '去标识', 'done-by': '甲', 'checked-by': '乙', 'checked-on': '2026-03-12' }
    told.refusesOpening({ on: '2026-03-12', who: 'hospital', procedure: 'catalog-entry', contents: { 'catalog-entry': zqEntry('visits', { openness: 'closed' }), 'risk-statement': ZQ_RISK, 'desensitization-record': { ...record, 'checked-by': '甲' } } }, 'desensitization-must-be-checked-by-another', 'zq25-2.2')
    zqListed(told, 'visits', 'hospital', { openness: 'closed' }, { 'desensitization-record': record }, '2026-03-12')
    expect(drafting.act(draft(zqPlanWith({}), '2026-03-12')).status).toBe('under-review')
  })

  test('zq25-2.2b: takes data on a subject only with an authorization in force; data on nobody pass with the officer’s name', () => {
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

  test('zq25-19.2: takes shared data only with the sharing provider’s consent', () => {
    const told = story()
    zqListed(told, 'visits')
    const drafting = planDrafting(told)
    drafting.refuses(draft(zqPlanWith({ origin: 'shared' })), 'shared-data-must-have-consent', 'zq25-19.2')
    expect(drafting.act(draft(zqPlanWith({ origin: 'shared', 'sharing-consent': file('同意函.pdf') }))).status).toBe('under-review')
  })

  test('zq25-6.1a: passes a security review, with the supervisors where data are important, in force on the day', () => {
    const told = story()
    zqCatalogue(told)
    const reviewing = planDrafting(told).act(draft(zqPlan()))
    const review = (change: JsonObject) => ({ on: '2026-04-03', who: 'agency', task: 'review-security', outcome: 'passed', contents: { 'security-review': { ...SAFE, ...change } } })
    reviewing.refuses(review({ result: 'failed' }), 'security-review-must-pass', 'zq25-6.1')
    reviewing.refuses(review({ 'important-data': true }), 'important-data-must-have-supervisors-opinion', 'zq25-6.1')
    reviewing.refuses(review({ 'valid-until': '2026-04-02' }), 'security-review-must-be-valid', 'zq25-6.1')
    expect(reviewing.act(review({ 'important-data': true, 'supervisor-opinion': file('网信意见.pdf'), 'valid-until': '2026-04-03' })).open).toEqual(['review-fair-competition'])
  })

  test('zq25-5.1a zq25-27.1b: passes a review of competition by another person than its author', () => {
    const told = story()
    zqCatalogue(told)
    const reviewing = planDrafting(told).act(draft(zqPlan())).act({ on: '2026-04-03', who: 'agency', task: 'review-security', outcome: 'passed', contents: { 'security-review': SAFE } })
    const review = (who: string, finding: string) => ({ on: '2026-04-07', who, task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': fairReview(PLAN_CONDITIONS, finding) } })
    reviewing.refuses(review('planner', 'none'), 'reviewer-must-not-be-author', 'zq25-27.1')
    reviewing.refuses(review('checker', 'local-registration'), 'competition-must-not-be-restricted', 'zq25-5.1')
    expect(reviewing.act(review('checker', 'none')).status).toBe('awaiting-submission')
  })

  test('zq25-5.1a: conditions that ask for a local seat stop the issue on 2026-04-20; struck and reviewed on 2026-04-21 it goes on', () => {
    const told = story()
    zqCatalogue(told)
    const reviewing = planDrafting(told).act(draft(zqPlan(), '2026-04-17')).act({ on: '2026-04-20', who: 'agency', task: 'review-security', outcome: 'passed', contents: { 'security-review': SAFE } })
    const review = (on: string, finding: string) => ({ on, who: 'checker', task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': fairReview(PLAN_CONDITIONS, finding) } })
    for (const finding of ['local-registration', 'ownership-form', 'local-record', 'named-brand', 'exclusive', 'other']) reviewing.refuses(review('2026-04-20', finding), 'competition-must-not-be-restricted', 'zq25-5.1')
    expect(reviewing.act(review('2026-04-21', 'none')).status).toBe('awaiting-submission')
  })

  test('zq25-11.1a zq25-11.1b: is carried out only when the government has approved this very text, with its minutes', () => {
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

  test('zq25-11.2a: is corrected only in its form, by two persons', () => {
    const told = story()
    zqCatalogue(told)
    const approved = zqPlanInForce(told)
    const correction = (kind: string) => ({ on: '2026-05-06', who: 'planner', procedure: 'plan-correction', links: { plan: approved }, contents: { 'form-correction': { kind, before: '2232001', after: '2232002', reason: '电话变更' } } })
    told.refusesOpening(correction('resources'), 'major-change-must-run-whole-procedure', 'zq25-11.2')
    const opened = told.open(correction('contact'))
    opened.refuses({ on: '2026-05-06', who: 'planner', task: 'sign', outcome: 'signed' }, 'signer-must-not-be-author', null)
    expect(opened.act({ on: '2026-05-06', who: 'checker', task: 'sign', outcome: 'signed' }).status).toBe('signed')
  })

  test('zq25-11.2b: is changed by the whole procedure; the approved version stands until the new one is approved', () => {
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
    told.refusesOpening({ on: '2026-05-06', who: 'planner', procedure: 'plan-correction', links: { plan: approved }, contents: { 'form-correction': { kind: 'resources', before: '3项', after: '6项', reason: '新增三项数据资源' } } }, 'major-change-must-run-whole-procedure', 'zq25-11.2')
    approved.time('2026-06-10')
    expect(approved.status).toBe('in-force')
    next.act({ on: '2026-06-11', who: 'mayor', task: 'deliberate', outcome: 'approve', contents: { 'collective-decision': decision(zqPlan(), '2026-06-11') } })
    expect([approved.status, next.status]).toEqual(['superseded', 'in-force'])
  })
})
