import { describe, expect, test as plain } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { decision, fairReview, plan, PLAN_CONDITIONS, study } from '#tests/support/authorization-contents.ts'
import { agreementInForce, planInDeliberation, planInForce } from '#tests/support/authorization-story.ts'
import { hashOf } from '#tests/support/case-law.ts'
import { WIDE_CAST } from '#tests/support/chengdu-wide-cast.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { accounted } from '#tests/support/accounted.ts'
import { fresh } from '#tests/support/chengdu-oversight-story.ts'

const test = accounted('plans-approval', ['implementation-plan'])

const story = () => fresh(WIDE_CAST)
const opening = { on: '2026-06-15', who: 'drafter', procedure: 'implementation-plan', contents: { 'case-name': '整体授权运营实施方案' } }
const ready = (text: JsonObject, argued: JsonObject = study(), on = '2026-06-15') => ({
  on, who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'implementation-plan': text, 'feasibility-study': argued },
})
const none = (who: string, task: string, on: string) => ({ on, who, task, outcome: 'none' })
const passed = (review: JsonObject, who = 'reviewer', on = '2026-06-25') => ({ on, who, task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': review } })
const submission = (on: string, who = 'authority') => ({ on, who, task: 'submit', outcome: 'submitted', contents: { submission: { number: '成发改〔2026〕8号', date: on, summary: '方案、论证、指导意见及答复、公平竞争审查一并报请。' } } })
const approve = (date: string, change: JsonObject = {}, text: JsonObject = plan()) => ({ on: date, who: 'mayor', task: 'deliberate', outcome: 'approve', contents: { 'collective-decision': decision(text, date, change) } })

/** A plan finalized after both offices had nothing to say, waiting for its fair-competition review. */
const finalized = (text: JsonObject = plan()) => story().open(opening).act(ready(text))
  .act(none('authority', 'guide-data-authority', '2026-06-23')).act(none('manager', 'guide-public-data-manager', '2026-06-23'))
  .act({ on: '2026-06-24', who: 'drafter', task: 'finalize', outcome: 'final' })

describe('guidance of both offices', () => {
  test('cd26-10.1a: ready on 2026-06-15 and answered by the data authority alone on 06-26, the draft does not go on; the open task is named', () => {
    const drafted = story().open(opening).act(ready(plan()))
    expect(drafted.open).toEqual(['guide-data-authority', 'guide-public-data-manager'])
    drafted.act(none('authority', 'guide-data-authority', '2026-06-26'))
    const final = { on: '2026-06-26', who: 'drafter', task: 'finalize', outcome: 'final' }
    expect(drafted.refuses(final, 'step-must-be-open', 'cd26-10.1').message).toContain('市城市运行和政务服务办指导')
    drafted.refuses(none('authority', 'guide-public-data-manager', '2026-06-26'), 'actor-must-hold-office', 'cd26-10.1')
    drafted.refuses(submission('2026-06-26'), 'step-must-be-open', 'cd26-12.1')
    drafted.act(none('manager', 'guide-public-data-manager', '2026-06-29'))
    expect(drafted.open).toEqual(['finalize'])
    drafted.act({ ...final, on: '2026-06-29' })
    expect(drafted.open).toEqual(['review-fair-competition'])
  })

  test('cd26-7.3b: the public-data manager’s guidance of 2026-06-22 is answered before going on, and both texts stay in the file', () => {
    const drafted = story().open(opening).act(ready(plan()))
      .act({ on: '2026-06-22', who: 'manager', task: 'guide-public-data-manager', outcome: 'guidance', contents: { 'guidance-public-data-manager': '请补充供给能力说明' } })
      .act({ on: '2026-06-23', who: 'authority', task: 'guide-data-authority', outcome: 'guidance', contents: { 'guidance-data-authority': '请补充市场化运营安排' } })
    const final = { on: '2026-06-24', who: 'drafter', task: 'finalize', outcome: 'final' }
    const answers = { 'answer-public-data-manager': '已补充供给能力说明', 'answer-data-authority': '已补充市场化运营安排' }
    expect(drafted.refuses(final, 'guidance-must-be-answered', 'cd26-7.3').message).toContain('市发展改革委（市数据局）')
    expect(drafted.refuses({ ...final, contents: { 'answer-data-authority': answers['answer-data-authority'] } }, 'guidance-must-be-answered', 'cd26-7.3').message).toContain('市城市运行和政务服务办')
    drafted.act({ ...final, contents: answers })
    const kept = drafted.state.contents
    expect([kept['guidance-public-data-manager']?.value, kept['answer-public-data-manager']?.value, drafted.open]).toEqual(['请补充供给能力说明', '已补充供给能力说明', ['review-fair-competition']])
  })
})

describe('other modes than the overall authorization', () => {
  const sector = (change: JsonObject = {}) => plan({ mode: { kind: 'sector', field: '卫生健康', justification: '卫生健康数据专业性强', 'co-signers': [{ organization: 'health-commission', office: 'sector-authority' }], ...change } })

  test('cd26-8.1b: the mode “scenario” is refused on 2026-06-24 with an empty justification, and taken with one', () => {
    const scenario = (justification: string) => ready(sector({ kind: 'scenario', justification }), study(), '2026-06-24')
    const drafting = story().open(opening)
    drafting.refuses(scenario(''), 'other-mode-must-be-justified', 'cd26-8.1')
    expect(drafting.act(scenario('仅用于急救调度场景')).state.contents['implementation-plan']?.value).toMatchObject({ mode: { kind: 'scenario', justification: '仅用于急救调度场景' } })
    expect(story().open(opening).act(ready(plan({ mode: { kind: 'overall' } }))).status).toBe('under-guidance')
  })

  test('cd26-8.1d: a health-sector authorization drafted alone is refused on 2026-06-29; with the Health Commission’s signature of 07-02 it is submitted', () => {
    const drafting = story().open(opening)
    drafting.refuses(ready(sector({ 'co-signers': [] }), study(), '2026-06-29'), 'other-mode-must-be-joint', 'cd26-8.1')
    drafting.act(ready(sector(), study(), '2026-06-29'))
      .act(none('authority', 'guide-data-authority', '2026-06-29')).act(none('manager', 'guide-public-data-manager', '2026-06-29'))
      .act({ on: '2026-06-29', who: 'drafter', task: 'finalize', outcome: 'final' })
      .act(passed(fairReview(PLAN_CONDITIONS), 'reviewer', '2026-06-29'))
    expect(drafting.refuses(submission('2026-06-29'), 'step-must-be-open', 'cd26-12.1').message).toContain('行业主管部门会签')
    drafting.refuses({ on: '2026-06-29', who: 'drafter', task: 'co-sign-sector', outcome: 'sign' }, 'actor-must-hold-office', 'cd26-8.1')
    drafting.act({ on: '2026-07-02', who: 'health', task: 'co-sign-sector', outcome: 'sign' })
    expect(drafting.act(submission('2026-07-02')).status).toBe('in-deliberation')
  })

  test('cd26-8.1d: a district, city or county government co-signs in the same way', () => {
    const drafted = finalized(sector({ 'co-signers': [{ organization: 'wuhou-district', office: 'district-government' }] })).act(passed(fairReview(PLAN_CONDITIONS)))
    expect(drafted.open).toEqual(['co-sign-district@district-co-signers=wuhou-district'])
    drafted.refuses({ on: '2026-06-26', who: 'health', task: 'co-sign-district', outcome: 'sign' }, 'actor-must-hold-office', 'cd26-8.1')
    expect(drafted.act({ on: '2026-06-26', who: 'wuhou-mayor', task: 'co-sign-district', outcome: 'sign' }).open).toEqual(['submit'])
  })
})

describe('the sector’s comment', () => {
  const health = plan({ sectors: [{ authority: 'health-commission', name: '卫生健康' }] })
  const untilReview = () => story().open(opening).act(ready(health, study(), '2026-06-22'))
    .act(none('authority', 'guide-data-authority', '2026-06-23')).act(none('manager', 'guide-public-data-manager', '2026-06-23'))
    .act({ on: '2026-06-24', who: 'drafter', task: 'finalize', outcome: 'final' })
    .act(passed(fairReview(PLAN_CONDITIONS)))

  test('cd26-7.4b: sent round on 2026-06-22, the Health Commission has one comment task until 07-06; comment or silence is on record, and silence is no stop', () => {
    const silent = untilReview()
    expect([silent.open, silent.due('comment-sector')]).toEqual([['comment-sector@sectors=health-commission'], '2026-07-06'])
    expect(silent.time('2026-07-06').open).toEqual(['comment-sector@sectors=health-commission'])
    expect(silent.time('2026-07-07').open).toEqual(['submit'])
    expect(silent.state.conclusions.at(-1)).toMatchObject({ step: 'comment-sector', outcome: 'no-comment', person: 'platform' })
    const heard = untilReview()
    heard.refuses({ on: '2026-07-06', who: 'manager', task: 'comment-sector', outcome: 'comment', contents: { opinion: '无不同意见' } }, 'actor-must-hold-office', 'cd26-7.4')
    heard.act({ on: '2026-07-06', who: 'health', task: 'comment-sector', outcome: 'comment', contents: { opinion: '无不同意见' } })
    expect([heard.open, heard.state.conclusions.at(-1)?.outcome, heard.act(submission('2026-07-06')).status]).toEqual([['submit'], 'comment', 'in-deliberation'])
  })
})

describe('fair competition', () => {
  test('cd26-6.1c: a plan is reviewed by another person, condition by condition, and a restriction stops it', () => {
    const final = finalized()
    final.refuses(passed(fairReview(PLAN_CONDITIONS), 'drafter'), 'reviewer-must-not-be-author', null)
    final.refuses(passed(fairReview(PLAN_CONDITIONS.slice(1))), 'every-condition-must-be-reviewed', 'cd26-6.1')
    final.refuses(passed(fairReview(PLAN_CONDITIONS, 'local-registration')), 'competition-must-not-be-restricted', 'cd26-6.1')
    const back = finalized().act({ on: '2026-06-25', who: 'reviewer', task: 'review-fair-competition', outcome: 'return-for-change', contents: { opinion: '请删去限制性条件' } })
    expect([back.status, back.open]).toEqual(['returned', ['revise']])
    expect(final.act(passed(fairReview(PLAN_CONDITIONS))).open).toEqual(['submit'])
  })
})

describe('the government’s decision', () => {
  test('cd26-12.1b: a draft complete on 2026-06-29 is the data authority’s to submit; the agency cannot submit it itself', () => {
    const complete = finalized().act(passed(fairReview(PLAN_CONDITIONS), 'reviewer', '2026-06-29'))
    complete.refuses(submission('2026-06-29', 'drafter'), 'actor-must-hold-office', 'cd26-12.1')
    expect([complete.open, complete.state.tasks.map((task) => task.organization)]).toEqual([['submit'], ['development-commission']])
    complete.refuses({ ...submission('2026-06-29'), contents: {} }, 'content-must-be-present', 'cd26-12.1')
    expect(complete.act(submission('2026-06-29')).state.conclusions.at(-1)).toMatchObject({ step: 'submit', organization: 'development-commission' })
    const sent = finalized().act(passed(fairReview(PLAN_CONDITIONS))).act({ on: '2026-06-29', who: 'authority', task: 'submit', outcome: 'return-for-change', contents: { opinion: '请补充行业意见' } })
    expect([sent.status, sent.open]).toEqual(['returned', ['revise']])
  })

  test('cd26-12.1a: without the decision’s record the selection of 2026-07-06 does not open; after the meeting of 07-10 it does', () => {
    const told = story()
    const submitted = planInDeliberation(told)
    const selection = (on: string) => ({ on, who: 'drafter', procedure: 'operator-selection', links: { plan: submitted }, contents: { 'case-name': '运营机构选定' } })
    expect(told.refusesOpening(selection('2026-07-06'), 'plan-must-be-approved', 'cd26-9.1').cure).toContain('审定')
    submitted.refuses({ ...approve('2026-07-10'), contents: {} }, 'content-must-be-present', 'cd26-12.1')
    submitted.refuses({ ...approve('2026-07-10'), who: 'authority' }, 'actor-must-hold-office', 'cd26-12.1')
    submitted.act(approve('2026-07-10'))
    expect([submitted.status, told.open(selection('2026-07-10')).status]).toEqual(['in-force', 'preparing'])
    expect(told.world.registers['implementation-plans']?.[submitted.id]).toMatchObject({ approved: '2026-07-10', decision: '〔2026〕12号', 'text-hash': hashOf(plan()) })
  })

  plain.each([
    [{ present: 5, 'votes-for': 5, 'votes-against': 0 }, '未达应到9人'],
    [{ present: 8, 'votes-for': 4, 'votes-against': 4 }, '未超过到会8人的50%'],
    [{ 'votes-for': 8 }, '与到会8人不符'],
    [{ 'text-hash': hashOf('别的文本') }, '原决策失效'],
  ])('cd26-12.1a: the decision does not carry with %j', (change, reason) => {
    const refusal = planInDeliberation(story()).refuses(approve('2026-07-10', change), 'decision-must-carry', 'cd26-12.1')
    expect(refusal.message).toContain(reason)
  })

  test('cd26-12.1a: it carries with two thirds present and more than half for it; the minutes are a file', () => {
    expect(planInDeliberation(story()).act(approve('2026-07-10', { present: 6, 'votes-for': 4, 'votes-against': 2 })).status).toBe('in-force')
    expect(planInDeliberation(story()).act(approve('2026-07-10', { present: 8, 'votes-for': 5, 'votes-against': 3 })).status).toBe('in-force')
    planInDeliberation(story()).refuses(approve('2026-07-10', { minutes: '见附件' }), 'content-must-be-typed', 'cd26-12.1')
  })

  test('cd26-12.1a: a text changed on return is decided on anew, and the old decision does not carry it', () => {
    const changed = plan({ other: '增加数据质量核查安排' })
    const back = planInDeliberation(story())
      .act({ on: '2026-07-10', who: 'mayor', task: 'deliberate', outcome: 'return-for-change', contents: { opinion: '请补充质量核查安排' } })
      .act({ on: '2026-07-13', who: 'drafter', task: 'revise', outcome: 'revised', contents: { 'implementation-plan': changed } })
    expect(back.state.conclusions.filter((one) => one.voided).map((one) => one.step)).toEqual(['review-fair-competition', 'deliberate'])
    back.act(passed(fairReview(PLAN_CONDITIONS), 'reviewer', '2026-07-14')).act(submission('2026-07-15'))
    back.refuses(approve('2026-07-17'), 'decision-must-carry', 'cd26-12.1')
    expect(back.act(approve('2026-07-17', {}, changed)).status).toBe('in-force')
  })

  test('cd26-12.1a: a rejected plan ends, and grants nothing', () => {
    const told = story()
    const rejected = planInDeliberation(told).act({ on: '2026-07-10', who: 'mayor', task: 'deliberate', outcome: 'reject', contents: { opinion: '条件尚不成熟' } })
    expect([rejected.status, rejected.open, told.world.standings]).toEqual(['rejected', [], {}])
  })
})

describe('change', () => {
  const longer = plan({ term: { start: '2026-08-01', end: '2031-07-31' } })
  const three = plan({ term: { start: '2026-08-01', end: '2029-07-31' } })
  const why = { subjects: [{ subject: 'term', before: '3年', after: '5年' }], reason: '项目建设周期较长，需要延长期限' }
  const change = (old: StoryCase, on: string) => ({ ...opening, on, links: { supersedes: old } })

  test('cd26-12.1c: an approved list of resources is not edited on 2026-07-20; the change procedure is offered, and a slip of the pen is corrected in a note', () => {
    const told = story()
    const old = planInForce(told)
    old.refuses({ on: '2026-07-20', who: 'drafter', task: 'revise', outcome: 'revised', contents: { 'implementation-plan': plan({ scope: '另行扩大' }) } }, 'step-must-be-open', 'cd26-10.1')
    const correct = (kind: string) => ({ on: '2026-07-20', who: 'drafter', procedure: 'plan-correction', links: { plan: old }, contents: { 'form-correction': { kind, before: '联系人李安', after: '联系人王敏', reason: '人员调整' } } })
    for (const major of ['resources', 'mode', 'term', 'operator-conditions', 'distribution', 'protection', 'exit', 'other']) {
      expect(told.refusesOpening(correct(major), 'major-change-must-run-whole-procedure', 'cd26-12.1').cure).toContain('按原流程重新报请审议同意')
    }
    told.refusesOpening({ ...correct('contact'), who: 'operator' }, 'actor-must-hold-office', 'cd26-12.1')
    const noted = told.open(correct('contact'))
    noted.refuses({ on: '2026-07-20', who: 'drafter', task: 'sign', outcome: 'signed' }, 'signer-must-not-be-author', null)
    noted.act({ on: '2026-07-21', who: 'director', task: 'sign', outcome: 'signed' })
    expect([noted.status, noted.effects('notify').at(-1), old.state.contents['implementation-plan']?.hash]).toMatchObject(['signed', { to: ['data-authority', 'public-data-manager'], text: '联系人王敏' }, hashOf(plan())])
    told.refusesOpening({ ...correct('contact'), links: { plan: planInDeliberation(told) } }, 'corrected-plan-must-be-in-force', 'cd26-12.1')
  })

  test('cd26-12.1d: three years become five by the whole way again; the old plan is in force until 2026-09-17, the new from 09-18, filed by 10-09', () => {
    const told = story()
    const old = planInForce(told, three)
    told.refusesOpening(change(old, '2026-09-01'), 'change-must-be-explained', 'cd26-12.1')
    const next = told.open({ ...change(old, '2026-09-01'), contents: { 'case-name': '实施方案（变更）', 'plan-change': why } })
      .act(ready(longer, study(), '2026-09-01'))
      .act(none('authority', 'guide-data-authority', '2026-09-02')).act(none('manager', 'guide-public-data-manager', '2026-09-02'))
      .act({ on: '2026-09-03', who: 'drafter', task: 'finalize', outcome: 'final' })
      .act(passed(fairReview(PLAN_CONDITIONS), 'reviewer', '2026-09-04'))
      .act(submission('2026-09-07'))
    next.time('2026-09-17')
    expect([old.status, told.world.standings[`authorization/${old.id}`]]).toEqual(['in-force', 'granted'])
    next.act(approve('2026-09-18', {}, longer))
    expect([old.status, next.status, next.due('file-with-province')]).toEqual(['superseded', 'in-force', '2026-10-09'])
    expect([told.world.standings[`authorization/${old.id}`], told.world.standings[`authorization/${next.id}`]]).toEqual(['ended', 'granted'])
    expect(next.effects('register.end')).toMatchObject([{ register: 'implementation-plans', key: old.id }])
    told.refusesOpening({ ...change(old, '2026-09-21'), contents: { 'case-name': '再变更', 'plan-change': why } }, 'changed-plan-must-be-in-force', 'cd26-12.1')
  })

  test('cd26-12.1d: the agency takes its change back before submission, not after', () => {
    const drafting = story().open(opening).command({ on: '2026-06-16', who: 'drafter' }, { type: 'withdraw', reason: '暂缓编制' })
    expect([drafting.status, drafting.open]).toEqual(['withdrawn', []])
    planInDeliberation(story()).refusesCommand({ on: '2026-07-07', who: 'drafter' }, { type: 'withdraw', reason: '暂缓' }, 'withdrawal-must-be-early', null)
  })
})

describe('what was expected', () => {
  test('cd26-11.1d: the expected “20 products by 2027-12-31” stand beside the products published, when the evaluation of 2027 compares them', () => {
    const told = story()
    const { plan: approved, agreement: running } = agreementInForce(told)
    const compare = (on: string, rested = approved) => ({ on, who: 'drafter', procedure: 'result-comparison', links: { plan: rested, agreement: running }, contents: { 'period-from': '2027-01-01', 'period-to': '2027-12-31' } })
    told.refusesOpening(compare('2027-12-31'), 'period-must-have-ended', 'cd26-29.1')
    told.refusesOpening(compare('2028-01-04', planInForce(told)), 'comparison-must-follow-the-agreements-plan', 'cd26-11.1')
    told.refusesOpening({ ...compare('2028-01-04'), who: 'operator' }, 'actor-must-hold-office', 'cd26-11.1')
    const opened = told.open(compare('2028-01-04'))
    expect(told.world.registers['result-comparisons']?.[opened.id]).toMatchObject({ agreement: running.id, 'period-to': '2027-12-31', targets: [{ name: '数据产品', target: 20, unit: '个', year: 2027 }], products: [] })
    const record = (name: string) => ({ on: '2028-01-05', who: 'drafter', task: 'compare', outcome: 'compared', contents: { 'achieved-results': [{ name, value: 18 }] } })
    expect(opened.refuses(record('产值'), 'every-expected-result-must-be-compared', 'cd26-11.1').message).toContain('数据产品')
    opened.act(record('数据产品'))
    expect([opened.status, told.world.registers['result-comparisons']?.[opened.id]?.['achieved']]).toEqual(['compared', [{ name: '数据产品', value: 18 }]])
  })
})
