import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '#core/json.ts'
import { bids, decision, fairReview, file, plan, PLAN_CONDITIONS, study } from '#tests/support/authorization-contents.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { field } from '#tests/support/supply-contents.ts'
import {
  ALONE, SAFE, ZHAOQING, ZQ_RISK, determination, planDrafting, planReviewed, zqAgreement, zqAward, zqCatalogue, zqDocuments, zqEntry, zqNotice, zqPlan, zqPlanInForce, zqScores, zqSelection, zqSelectionToAward,
} from '#tests/support/zhaoqing-story.ts'

const law = await lawOf('zhaoqing-2025')
const story = () => new Story(law, ZHAOQING)

describe('an entry of the catalog', () => {
  const opening = (change: JsonObject = {}, more: Record<string, Json> = {}, who = 'hospital') =>
    ({ on: '2026-03-04', who, procedure: 'catalog-entry', contents: { 'catalog-entry': zqEntry('visits', change), 'risk-statement': ZQ_RISK, ...more } })
  const record = { 'data-version': 'v1', 'rule-version': '1', method: '去标识', 'done-by': '甲', 'checked-by': '乙', 'checked-on': '2026-03-05' }
  const consent = { covers: false, 'valid-until': '2026-03-31', document: file('授权.pdf') }
  const sensitive = [field('station'), field('phone', { sensitive: 'personal' })]

  test.each<[string, JsonObject, Record<string, Json>, string]>([
    ['desensitization-must-have-happened', { openness: 'closed' }, { 'desensitization-record': record }, 'zq25-2.2'],
    ['subject-consent-must-cover-operation', { entity: 'person' }, { 'subject-consent': consent }, 'zq25-2.2'],
    ['core-data-must-not-be-authorized', { grade: 'core' }, {}, 'zq25-24.1'],
    ['core-data-must-not-be-authorized', { fields: [field('station', { grade: 'core' })] }, {}, 'zq25-24.1'],
    ['risk-must-be-excluded', {}, { 'risk-statement': { ...ZQ_RISK, 'core-data': true } }, 'zq25-6.1'],
    ['important-data-must-be-assessed', {}, { 'risk-statement': { ...ZQ_RISK, 'important-data': true } }, 'zq25-6.1'],
    ['shared-data-must-have-consent', { origin: 'shared' }, {}, 'zq25-19.2'],
    ['personal-information-must-be-declared', { personal: false, fields: [field('station'), field('phone', { sensitive: 'personal', protection: 'mask' })] }, {}, 'zq25-6.1'],
    ['sensitive-field-must-be-protected', { personal: true, fields: sensitive }, {}, 'zq25-6.1'],
    ['entry-must-arise-from-duty', { origin: 'purchased' }, {}, 'zq25-3.1'],
    ['secret-data-must-be-excluded', { secret: true }, {}, 'zq25-2.2'],
    ['desensitization-must-be-checked-by-another', { openness: 'closed' }, { 'desensitization-record': { ...record, 'checked-by': '甲', 'checked-on': '2026-03-04' } }, 'zq25-2.2'],
  ])('%s, when it is reported and when it is reported again', (code, change, more, provision) => {
    const told = story()
    told.refusesOpening(opening(change, more), code, provision)
    const returned = told.open(opening()).act({ on: '2026-03-04', who: 'checker', task: 'confirmation', outcome: 'return', contents: { 'catalog-opinion': '请补充更新频率' } })
    expect([returned.status, returned.effects('notify').at(-1)]).toEqual(['returned', expect.objectContaining({ to: ['data-provider'], notice: '目录条目退回修改' })])
    const again = (changed: JsonObject, others: Record<string, Json>) => ({ on: '2026-03-04', who: 'hospital', task: 'revision', outcome: 'resubmit', contents: opening(changed, others).contents })
    returned.refuses(again(change, more), code, provision)
    expect(returned.act(again({}, {})).status).toBe('submitted')
  })

  test('is its own data source’s, is confirmed by another person of another body, and waits where its data are important', () => {
    const told = story()
    told.open(opening()).act({ on: '2026-03-04', who: 'checker', task: 'confirmation', outcome: 'confirm', contents: { 'catalog-opinion': '符合目录规范' } })
    told.refusesOpening(opening({}, {}, 'buses'), 'entry-must-be-own', 'zq25-7.1.1')
    const both = new Story(law, { ...ZHAOQING, persons: { ...ZHAOQING.persons, twice: { organization: 'data-bureau', offices: ['data-authority', 'data-provider'] }, third: { organization: 'data-bureau', offices: ['data-authority'] } } })
    const own = both.open(opening({}, {}, 'twice'))
    const confirm = (who: string) => ({ on: '2026-03-04', who, task: 'confirmation', outcome: 'confirm', contents: { 'catalog-opinion': '符合目录规范' } })
    own.refuses(confirm('twice'), 'confirmer-must-not-be-author', null)
    own.refuses(confirm('third'), 'confirmer-must-not-be-provider', null)
    const important = { 'risk-statement': { ...ZQ_RISK, 'important-data': true }, 'security-assessment': file('评估.pdf') }
    const held = story().open(opening({}, important))
    expect([held.open, held.status]).toEqual([['important-data'], 'submitted'])
    expect(held.act({ on: '2026-03-05', who: 'checker', task: 'important-data', outcome: 'lift', contents: { 'important-data-opinion': '可以纳入' } }).open).toEqual(['confirmation'])
    expect(story().open(opening({}, important)).act({ on: '2026-03-05', who: 'checker', task: 'important-data', outcome: 'block', contents: { 'important-data-opinion': '不得纳入' } }).status).toBe('blocked')
    const withdrawn = story().open(opening())
    withdrawn.command({ on: '2026-03-05', who: 'hospital' }, { type: 'withdraw', reason: '另行整理' })
    expect(withdrawn.status).toBe('blocked')
  })
})

describe('a plan', () => {
  const drafted = (change: JsonObject, argued: JsonObject = {}, task = 'draft', outcome = 'ready') =>
    ({ on: task === 'draft' ? '2026-04-02' : '2026-04-03', who: 'planner', task, outcome, contents: { 'implementation-plan': zqPlan(change), 'feasibility-study': study(argued) } })
  const benefits = plan()['benefits'] as JsonObject // a group, as the contents have it

  test.each<[string, string, JsonObject, JsonObject]>([
    ['entry-must-be-catalogued', 'zq25-2.2', { resources: [{ entry: 'taxes', name: '税务', provider: 'tax-office', 'update-frequency': '每月', quality: '良好', origin: 'own' }] }, {}],
    ['term-must-run-forward', 'na25-9.1.6', { term: { start: '2026-05-01', end: '2026-05-01' } }, {}],
    ['products-must-serve-both-classes', 'na25-9.1.7', { products: [{ name: '指数', class: 'industry', form: '数据集' }] }, {}],
    ['products-must-serve-both-classes', 'na25-9.1.7', { products: [{ name: '查询', class: 'public-benefit', form: '接口' }] }, {}],
    ['economic-benefit-must-be-stated', 'na25-8.1', { benefits: { social: benefits['social'] ?? null } }, {}],
    ['social-benefit-must-be-stated', 'na25-8.1', { benefits: { economic: benefits['economic'] ?? null } }, {}],
    ['high-risk-must-have-measure', 'na25-10.1', {}, { risks: [{ name: '再识别风险', kind: 'privacy', level: 'high' }] }],
    ['mode-must-be-the-determined', 'zq25-3.4', { mode: { kind: 'sector' } }, {}],
  ])('%s (%s), in the first draft and in a revised one', (code, provision, change, argued) => {
    const told = story()
    zqCatalogue(told)
    const drafting = planDrafting(told)
    drafting.refuses(drafted(change, argued), code, provision)
    drafting.act(drafted({})).act({ on: '2026-04-03', who: 'agency', task: 'review-security', outcome: 'return-for-change', contents: { opinion: '请补充脱敏措施' } })
    expect([drafting.status, drafting.open]).toEqual(['returned', ['revise']])
    drafting.refuses(drafted(change, argued, 'revise', 'revised'), code, provision)
    expect(drafting.act(drafted({}, {}, 'revise', 'revised')).open).toEqual(['review-security#2'])
  })

  test('is reviewed condition by condition, decided on the day of the act, and may be sent back or rejected', () => {
    const told = story()
    zqCatalogue(told)
    const reviewing = planDrafting(told).act(drafted({})).act({ on: '2026-04-03', who: 'agency', task: 'review-security', outcome: 'passed', contents: { 'security-review': SAFE } })
    const review = (conditions: string[]) => ({ on: '2026-04-07', who: 'checker', task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': fairReview(conditions) } })
    reviewing.refuses(review(PLAN_CONDITIONS.slice(1)), 'every-condition-must-be-reviewed', 'zq25-5.1')
    expect(reviewing.act({ on: '2026-04-07', who: 'checker', task: 'review-fair-competition', outcome: 'return-for-change', contents: { opinion: '请删去本地条件' } }).status).toBe('returned')
    const waiting = planReviewed(story2())
    const approve = (date: string) => ({ on: '2026-04-16', who: 'mayor', task: 'deliberate', outcome: 'approve', contents: { 'collective-decision': decision(zqPlan(), date) } })
    waiting.refuses(approve('2026-04-15'), 'decision-must-bear-the-date-of-the-act', 'zq25-11.1')
    waiting.refuses({ ...approve('2026-04-16'), who: 'planner' }, 'actor-must-hold-office', 'zq25-11.1')
    expect(waiting.act({ on: '2026-04-16', who: 'mayor', task: 'deliberate', outcome: 'return-for-change', contents: { opinion: '请补充效益测算' } }).status).toBe('returned')
    expect(planReviewed(story2()).act({ on: '2026-04-16', who: 'mayor', task: 'deliberate', outcome: 'reject', contents: { opinion: '暂不实施' } }).status).toBe('rejected')
    const changing = story2()
    const pending = planReviewed(changing)
    changing.refusesOpening({ on: '2026-05-06', who: 'planner', procedure: 'implementation-plan', links: { supersedes: pending }, contents: { 'case-name': '实施方案', 'agency-determination': determination() } }, 'changed-plan-must-be-in-force', 'zq25-11.2')
    changing.refusesOpening({ on: '2026-05-06', who: 'planner', procedure: 'plan-correction', links: { plan: pending }, contents: { 'form-correction': { kind: 'contact', before: '2232001', after: '2232002', reason: '电话变更' } } }, 'corrected-plan-must-be-in-force', 'zq25-11.2')
  })

  const story2 = () => {
    const told = story()
    zqCatalogue(told)
    return told
  }
})

describe('a selection', () => {
  test('reviews each condition, scores every bidder and nobody else, and awards to a bidder by another person', () => {
    const told = story()
    zqCatalogue(told)
    const approved = zqPlanInForce(told)
    const selecting = told.open({ on: '2026-04-20', who: 'agency', procedure: 'operator-selection', links: { plan: approved }, contents: { 'case-name': '运营机构选定' } })
      .act({ on: '2026-04-20', who: 'agency', task: 'prepare-documents', outcome: 'ready', contents: { 'selection-documents': zqDocuments() } })
      .act({ on: '2026-04-20', who: 'agency', task: 'start-consultation', outcome: 'started', contents: { 'consultation-notice': zqNotice('2026-05-07') } })
      .act({ on: '2026-05-07', who: 'agency', task: 'close-consultation', outcome: 'closed', contents: { consultation: { summary: '未收到意见' } } })
    const review = (conditions: string[], finding = 'none', who = 'director') => ({ on: '2026-05-07', who, task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': fairReview(conditions, finding) } })
    selecting.refuses(review(PLAN_CONDITIONS.slice(1)), 'every-condition-must-be-reviewed', 'zq25-5.1')
    selecting.refuses(review(PLAN_CONDITIONS, 'exclusive'), 'competition-must-not-be-restricted', 'zq25-5.1')
    selecting.refuses(review(PLAN_CONDITIONS, 'none', 'agency'), 'reviewer-must-not-be-author', null)
    selecting.act(review(PLAN_CONDITIONS)).act({ on: '2026-05-07', who: 'agency', task: 'publish-documents', outcome: 'published' })
    const three = ['xijiang-data', 'other-data', 'partnership']
    selecting.act({ on: '2026-05-08', who: 'agency', task: 'receive-bids', outcome: 'received', contents: { bids: bids(three) } })
    const score = (organizations: string[]) => ({ on: '2026-05-09', who: 'scorer', task: 'score', outcome: 'scored', contents: { scores: zqScores(organizations) } })
    selecting.refuses(score([...three, 'stranger']), 'only-bidders-may-be-scored', 'zq25-12.1')
    selecting.refuses(score(three.slice(1)), 'every-bidder-must-be-scored', 'zq25-12.1')
    selecting.act(score(three))
    const award = (who: string, contents: Record<string, Json>) => ({ on: '2026-05-11', who, task: 'award', outcome: 'awarded', contents })
    selecting.refuses(award('scorer', zqAward()), 'scorer-must-not-decide', 'zq25-27.1')
    selecting.refuses(award('director', zqAward('stranger')), 'winner-must-be-a-bidder', 'zq25-12.1')
    selecting.refuses(award('director', { ...zqAward(), 'operator-qualification': { ...(zqAward()['operator-qualification'] as JsonObject), organization: 'other-data' } }), 'qualification-must-be-the-winners', 'zq25-13.1') // a group, as the contents have it
    expect(selecting.act(award('director', zqAward())).due('publicize')).toBe('2026-05-14')
  })

  test('hears objections: dismissed they start the publicity anew, upheld they reopen the award; it may also fail', () => {
    const told = story()
    zqCatalogue(told)
    const approved = zqPlanInForce(told)
    const publicized = zqSelectionToAward(told, approved).act({ on: '2026-05-11', who: 'director', task: 'award', outcome: 'awarded', contents: zqAward() })
    const object = (on: string) => publicized.act({ on, who: 'agency', task: 'publicize', outcome: 'objection', contents: { objection: { from: '端州数据有限公司', text: '评审人与中选机构有关联', date: on } } })
    expect(object('2026-05-12').open).toEqual(['handle-objection'])
    publicized.act({ on: '2026-05-13', who: 'agency', task: 'handle-objection', outcome: 'dismissed', contents: { opinion: '经核实没有关联' } })
    expect(publicized.due('publicize')).toBe('2026-05-16')
    object('2026-05-14')
    publicized.act({ on: '2026-05-15', who: 'agency', task: 'handle-objection', outcome: 'upheld', contents: { opinion: '经核实存在关联' } })
    expect([publicized.status, publicized.open]).toEqual(['deciding', ['award#2']])
    expect(publicized.act({ on: '2026-05-18', who: 'director', task: 'award', outcome: 'failed', contents: { opinion: '没有合格的投标人' } }).open).toEqual([])
  })
})

describe('an agreement', () => {
  const drafting = (told: Story) => {
    zqCatalogue(told)
    const approved = zqPlanInForce(told)
    return { approved, selection: zqSelection(told, approved) }
  }
  const text = (change: JsonObject, task = 'draft') => ({ on: task === 'draft' ? '2026-05-20' : '2026-05-21', who: 'agency', task, outcome: task === 'draft' ? 'ready' : 'revised', contents: { 'operation-agreement': zqAgreement(change), 'signing-parties': ALONE } })

  test.each<[string, string, JsonObject]>([
    ['resources-must-be-within-plan', 'zq25-12.1', { resources: [{ entry: 'taxes', name: '税务', provider: 'tax-office' }] }],
    ['term-must-run-forward', 'na25-14.1.2', { term: { start: '2026-05-22', end: '2026-05-22' } }],
    ['term-must-not-exceed-limit', 'na25-14.1.2', { term: { start: '2026-05-22', end: '2031-05-22' } }],
    ['term-must-be-within-plan', 'zq25-11.2', { term: { start: '2026-05-22', end: '2029-05-01' } }],
    ['shares-must-sum-to-whole', 'na25-14.1.7', { accounting: { 'cost-and-revenue': '单独核算', distribution: [{ party: '运营机构', share: 60 }, { party: '市财政', share: 39 }] } }],
    ['counterparty-must-be-the-winner', 'zq25-14.1', { operator: 'other-data' }],
  ])('%s (%s), in the first draft and in a revised one', (code, provision, change) => {
    const told = story()
    const { approved, selection } = drafting(told)
    const opened = told.open({ on: '2026-05-20', who: 'agency', procedure: 'operation-agreement', links: { plan: approved, selection }, contents: { 'case-name': '授权运营协议' } })
    opened.refuses(text(change), code, provision)
    opened.act(text({})).act({ on: '2026-05-21', who: 'director', task: 'deliberate', outcome: 'return-for-change', contents: { opinion: '请补充违约责任' } })
    expect(opened.status).toBe('returned')
    opened.refuses(text(change, 'revise'), code, provision)
    expect(opened.act(text({}, 'revise')).status).toBe('in-deliberation')
  })

  test('rests on the selection made under this plan, and its decision bears the day of the act', () => {
    const told = story()
    const { approved, selection } = drafting(told)
    const other = zqPlanInForce(told)
    const open = (links: Record<string, typeof approved>) => ({ on: '2026-05-20', who: 'agency', procedure: 'operation-agreement', links, contents: { 'case-name': '授权运营协议' } })
    told.refusesOpening(open({ plan: other, selection }), 'selection-must-rest-on-this-plan', 'zq25-12.1')
    told.refusesOpening(open({ plan: approved, selection: zqSelectionToAward(told, approved) }), 'selection-must-be-concluded', 'zq25-12.1')
    const opened = told.open(open({ plan: approved, selection })).act(text({}))
    const decide = (who: string, date: string) => ({ on: '2026-05-22', who, task: 'deliberate', outcome: 'approve', contents: { 'agency-decision': decision(zqAgreement(), date) } })
    opened.refuses(decide('director', '2026-05-21'), 'decision-must-bear-the-date-of-the-act', 'zq25-14.1')
    opened.refuses(decide('agency', '2026-05-22'), 'decider-must-not-be-author', null)
    expect(opened.act({ on: '2026-05-22', who: 'director', task: 'deliberate', outcome: 'reject', contents: { opinion: '条件不成熟' } }).status).toBe('rejected')
  })
})
