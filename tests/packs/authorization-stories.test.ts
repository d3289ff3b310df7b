import { describe, expect, test } from 'vitest'
import { endOfTerm } from '#core/calendar/term.ts'
import { addDays, legalDate } from '#core/calendar/legal-date.ts'
import type { JsonObject } from '#core/json.ts'
import type { Figure, Golden } from '#core/pack/pack-format.ts'
import { decision, fairReview, file, plan, PLAN_CONDITIONS, study } from '#tests/support/authorization-contents.ts'
import { planInDeliberation, planInForce } from '#tests/support/authorization-story.ts'
import { hashOf, lawOf, packOf } from '#tests/support/case-law.ts'
import { CHENGDU } from '#tests/support/chengdu-cast.ts'
import { Story } from '#tests/support/story.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { wrongCitations } from './citations.ts'

const law = await lawOf('chengdu-2026')
const story = () => new Story(law, CHENGDU)
const opening = { on: '2026-06-15', who: 'drafter', procedure: 'implementation-plan', contents: { 'case-name': '整体授权运营实施方案' } }

/** A plan handed round for guidance on 2026-06-22, and the attempts to hand round another text. */
const ready = (text: JsonObject, argued: JsonObject = study()) => ({
  on: '2026-06-22', who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'implementation-plan': text, 'feasibility-study': argued },
})
const refusesPlan = (change: JsonObject, code: string, provision: string) => story().open(opening).refuses(ready(plan(change)), code, provision)
const refusesStudy = (change: JsonObject, code: string, provision: string) => story().open(opening).refuses(ready(plan(), study(change)), code, provision)

/** Items of the plan as objects, to change one place in them. */
const item = (key: string) => plan()[key] as JsonObject // a group or a table of the sample
const rows = (key: string) => plan()[key] as JsonObject[] // a table of the sample

/** Whether a golden case says what the calendar says; windows and years are told in stories instead. */
function agrees(figure: Figure, golden: Golden): boolean {
  const { calendar } = law
  if ('from' in golden && figure.unit === 'working-day') {
    const due = calendar.addWorkingDays(legalDate(golden.from), figure.value).date
    return due === golden.due && calendar.addWorkingDays(due, 1).date === golden.late
  }
  if ('from' in golden && figure.unit === 'calendar-day') {
    const due = addDays(legalDate(golden.from), figure.value)
    return due === golden.due && addDays(due, 1) === golden.late
  }
  if ('notice' in golden && figure.unit === 'working-day') {
    const kept = calendar.earliestActDate(legalDate(golden.notice), figure.value).date
    return kept === golden.kept && addDays(kept, -1) === golden.broken
  }
  if (!('holds' in golden)) return true
  const { holds, breaks } = golden
  return figure.bound === 'at-most' ? holds <= figure.value && breaks > figure.value : holds >= figure.value && breaks <= figure.value
}

describe('the packs', () => {
  test.each(['chengdu-2026', 'national-authorization-2025'])('%s cites only words that stand in their provision', (id) => {
    const pack = packOf(id)
    expect(wrongCitations(pack, pack)).toEqual([])
  })

  test('golden dates of the figures agree with the calendar: the last day in time and the first that counts as late', () => {
    expect(Object.entries(law.pack.figures).flatMap(([id, figure]) => figure.golden.filter((golden) => !agrees(figure, golden)).map((golden) => ({ id, golden })))).toEqual([])
    expect(endOfTerm(legalDate('2026-10-01'), { years: 5 })).toBe('2031-09-30')
  })

  test('the plan answers twelve atoms and the agreement fourteen', () => {
    const atoms = (content: string) => new Set(JSON.stringify(law.pack.contents[content]).match(/"atom":"[^"]+"/g))
    expect([atoms('implementation-plan').size, atoms('operation-agreement').size]).toEqual([12, 14])
  })

  test('every office that acts, and every content asked for, is there', () => {
    const offices = Object.values(law.pack.procedures).flatMap((one) => [one.open.by, ...Object.values(one.steps).map((step) => step.by)])
    const contents = Object.values(law.pack.procedures).flatMap((one) => [one.open, ...Object.values(one.steps).flatMap((step) => Object.values(step.outcomes))].flatMap((outcome) => [...outcome.requires, ...outcome.optional]))
    expect(offices.filter((id) => !(id in law.pack.offices))).toEqual([])
    expect(contents.filter((id) => !(id in law.pack.contents))).toEqual([])
  })
})

describe('who may begin a plan, and when', () => {
  test('only the implementing agency, and only that of the city', () => {
    const told = story()
    told.refusesOpening({ ...opening, who: 'operator' }, 'actor-must-hold-office', 'cd26-10.1')
    told.refusesOpening({ ...opening, who: 'elsewhere' }, 'actor-must-be-concerned-organization', 'cd26-10.1')
    expect(told.open(opening).status).toBe('drafting')
  })

  test('from the first day of the rules to their last', () => {
    const told = story()
    told.refusesOpening({ ...opening, on: '2026-06-07' }, 'rules-must-be-in-force', 'cd26-37.1')
    expect(told.open({ ...opening, on: '2026-06-08' }).status).toBe('drafting')
    expect(told.open({ ...opening, on: '2031-06-07' }).status).toBe('drafting')
    told.refusesOpening({ ...opening, on: '2031-06-08' }, 'rules-must-be-in-force', 'cd26-37.1')
  })
})

describe('what a plan must hold', () => {
  test.each([
    ['name', 'na25-9.1.1'], ['necessity', 'na25-9.1.2'], ['operator-conditions', 'na25-9.1.3'], ['mode', 'na25-9.1.4'], ['resources', 'na25-9.1.5'],
    ['term', 'na25-9.1.6'], ['implementation', 'na25-9.1.6'], ['products', 'na25-9.1.7'], ['accounting', 'na25-9.1.8'], ['protection', 'na25-9.1.9'],
    ['rights-and-duties', 'na25-9.1.10'], ['supervision', 'na25-9.1.11'], ['other', 'na25-9.1.12'],
  ])('without “%s” it is refused with the number of the item: %s', (key, provision) => {
    refusesPlan({ [key]: null }, 'content-must-be-present', provision)
  })

  test('exit mechanism and asset management are parts of item six', () => {
    const { message } = refusesPlan({ implementation: { ...item('implementation'), 'exit-mechanism': '' } }, 'content-must-be-present', 'na25-9.1.6')
    expect(message).toContain('（六）建设与实施／退出机制')
  })

  test('each resource has its frequency, its quality, and a lawful ground of holding', () => {
    const [first, second] = rows('resources')
    refusesPlan({ resources: [{ ...first, 'update-frequency': '' }] }, 'content-must-be-present', 'na25-9.1.5')
    refusesPlan({ resources: [{ ...first, quality: '' }] }, 'content-must-be-present', 'na25-9.1.5')
    expect(refusesPlan({ resources: [first ?? {}, { ...second, 'holding-basis': '' }] }, 'resource-must-be-lawfully-held', 'cd26-5.1').message).toContain('公交线路数据')
    refusesPlan({ resources: [first ?? {}, first ?? {}] }, 'rows-must-not-repeat', 'na25-9.1.5')
  })

  test('data obtained by sharing need the consent of the sharing provider', () => {
    const [first] = rows('resources')
    refusesPlan({ resources: [{ ...first, origin: 'shared' }] }, 'shared-data-must-have-consent', 'cd26-5.2')
    const consented = plan({ resources: [{ ...first, origin: 'shared', 'sharing-consent': file('同意函.pdf') }] })
    expect(story().open(opening).act(ready(consented)).status).toBe('under-guidance')
  })

  test('economic and social benefit, each with an indicator', () => {
    const benefits = item('benefits')
    refusesPlan({ benefits: { ...benefits, social: [] } }, 'social-benefit-must-be-stated', 'cd26-10.1')
    refusesPlan({ benefits: { ...benefits, economic: [] } }, 'economic-benefit-must-be-stated', 'cd26-10.1')
  })

  test('milestones with a responsible unit, within the term on both sides', () => {
    const stone = (change: JsonObject) => ({ implementation: { ...item('implementation'), milestones: [{ name: '平台上线', date: '2026-12-31', responsible: '市大数据中心', ...change }] } })
    expect(refusesPlan(stone({ responsible: '' }), 'milestone-must-have-responsible-unit', 'cd26-10.1').message).toContain('平台上线')
    refusesPlan(stone({ date: '2026-07-31' }), 'milestone-must-lie-within-term', 'cd26-10.1')
    refusesPlan(stone({ date: '2031-08-01' }), 'milestone-must-lie-within-term', 'cd26-10.1')
    expect(story().open(opening).act(ready(plan(stone({ date: '2026-08-01' })))).status).toBe('under-guidance')
    expect(story().open(opening).act(ready(plan(stone({ date: '2031-07-31' })))).status).toBe('under-guidance')
  })

  test('products of both classes, and nothing that the pack does not declare', () => {
    refusesPlan({ products: rows('products').slice(0, 1) }, 'products-must-serve-both-classes', 'na25-9.1.7')
    refusesPlan({ remark: '其他' }, 'content-must-be-declared', 'na25-9.1')
  })
})

describe('what the study must hold', () => {
  test('each stage of the life cycle, destruction included', () => {
    const cycle = study()['life-cycle'] as JsonObject // a group of the sample
    expect(refusesStudy({ 'life-cycle': { ...cycle, destruction: '' } }, 'content-must-be-present', 'cd26-11.1').message).toContain('销毁')
  })

  test.each(['life-cycle', 'demand', 'market', 'results', 'risks'])('the theme “%s” cannot be left out', (theme) => {
    refusesStudy({ [theme]: null }, 'content-must-be-present', 'cd26-11.1')
  })

  test('demand with its source, market size with source and method, each high risk with measure and owner', () => {
    refusesStudy({ demand: [{ name: '查询', sector: '环境', source: '' }] }, 'content-must-be-present', 'cd26-11.1')
    refusesStudy({ market: { value: 12000 } }, 'content-must-be-typed', 'cd26-11.1')
    refusesStudy({ market: { value: 12000, source: '年报' } }, 'market-size-must-have-method', 'cd26-11.1')
    const risk = { name: '再识别', kind: 'privacy', level: 'high', measure: '检验', owner: '运营机构' }
    expect(refusesStudy({ risks: [{ ...risk, measure: '' }] }, 'high-risk-must-have-measure', 'cd26-11.1').message).toContain('再识别')
    refusesStudy({ risks: [{ ...risk, owner: '' }] }, 'high-risk-must-have-owner', 'cd26-11.1')
    expect(story().open(opening).act(ready(plan(), study({ risks: [{ name: '需求不足', kind: 'market', level: 'medium' }] }))).status).toBe('under-guidance')
  })
})

describe('guidance of both offices', () => {
  test('the agency goes on only when both have answered, in any order', () => {
    const drafted = story().open(opening).act(ready(plan()))
    drafted.act({ on: '2026-06-26', who: 'authority', task: 'guide-data-authority', outcome: 'none' })
    const refusal = drafted.refuses({ on: '2026-06-26', who: 'drafter', task: 'finalize', outcome: 'final' }, 'step-must-be-open', 'cd26-10.1')
    expect(refusal.message).toContain('市城市运行和政务服务办指导')
    drafted.refuses({ on: '2026-06-26', who: 'authority', task: 'guide-public-data-manager', outcome: 'none' }, 'actor-must-hold-office', 'cd26-10.1')
    drafted.act({ on: '2026-06-29', who: 'manager', task: 'guide-public-data-manager', outcome: 'none' })
    expect(drafted.open).toEqual(['finalize'])
  })

  test('guidance that was given is answered before going on', () => {
    const drafted = story().open(opening).act(ready(plan()))
      .act({ on: '2026-06-22', who: 'manager', task: 'guide-public-data-manager', outcome: 'guidance', contents: { 'guidance-public-data-manager': '请补充供给能力说明' } })
      .act({ on: '2026-06-23', who: 'authority', task: 'guide-data-authority', outcome: 'none' })
    const final = { on: '2026-06-24', who: 'drafter', task: 'finalize', outcome: 'final' }
    drafted.refuses(final, 'guidance-must-be-answered', 'cd26-7.3')
    drafted.act({ ...final, contents: { 'answer-public-data-manager': '已补充供给能力说明' } })
    expect(drafted.open).toEqual(['review-fair-competition'])
  })
})

describe('other modes than the overall authorization', () => {
  const sector = (change: JsonObject = {}) => plan({ mode: { kind: 'sector', justification: '卫生健康数据专业性强', 'co-signers': [{ organization: 'health-commission', office: 'sector-authority' }], ...change } })

  test('need a reason and a partner', () => {
    const drafting = story().open(opening)
    drafting.refuses(ready(sector({ justification: '' })), 'other-mode-must-be-justified', 'cd26-8.1')
    drafting.refuses(ready(sector({ 'co-signers': [] })), 'other-mode-must-be-joint', 'cd26-8.1')
    expect(drafting.act(ready(sector())).status).toBe('under-guidance')
  })

  test('go to the government only when the partner has signed', () => {
    const drafted = story().open(opening).act(ready(sector()))
      .act({ on: '2026-06-23', who: 'authority', task: 'guide-data-authority', outcome: 'none' })
      .act({ on: '2026-06-23', who: 'manager', task: 'guide-public-data-manager', outcome: 'none' })
      .act({ on: '2026-06-24', who: 'drafter', task: 'finalize', outcome: 'final' })
      .act({ on: '2026-06-25', who: 'reviewer', task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': fairReview(PLAN_CONDITIONS) } })
    const submission = { number: '8号', date: '2026-06-29', summary: '拟分领域授权，理由见方案。' }
    drafted.refuses({ on: '2026-06-29', who: 'authority', task: 'submit', outcome: 'submitted', contents: { submission } }, 'step-must-be-open', 'cd26-12.1')
    drafted.refuses({ on: '2026-06-29', who: 'transport', task: 'co-sign-sector@sector-co-signers=health-commission', outcome: 'sign' }, 'actor-must-be-concerned-organization', 'cd26-8.1')
    drafted.act({ on: '2026-07-02', who: 'health', task: 'co-sign-sector', outcome: 'sign' })
    expect(drafted.open).toEqual(['submit'])
  })
})

describe('the sector’s comment', () => {
  const withHealth = plan({ sectors: [{ authority: 'health-commission', name: '卫生健康' }] })
  const untilReview = () => story().open(opening).act(ready(withHealth))
    .act({ on: '2026-06-23', who: 'authority', task: 'guide-data-authority', outcome: 'none' })
    .act({ on: '2026-06-23', who: 'manager', task: 'guide-public-data-manager', outcome: 'none' })
    .act({ on: '2026-06-24', who: 'drafter', task: 'finalize', outcome: 'final' })
    .act({ on: '2026-06-25', who: 'reviewer', task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': fairReview(PLAN_CONDITIONS) } })

  test('is given, or its absence is recorded when its days are over; silence is no approval and no stop', () => {
    const silent = untilReview()
    expect([silent.open, silent.due('comment-sector')]).toEqual([['comment-sector@sectors=health-commission'], '2026-07-06'])
    expect(silent.time('2026-07-06').open).toEqual(['comment-sector@sectors=health-commission'])
    expect(silent.time('2026-07-07').open).toEqual(['submit'])
    expect(silent.state.conclusions.at(-1)).toMatchObject({ step: 'comment-sector', outcome: 'no-comment', person: 'platform' })
    const heard = untilReview().act({ on: '2026-06-30', who: 'health', task: 'comment-sector', outcome: 'comment', contents: { opinion: '无不同意见' } })
    expect(heard.open).toEqual(['submit'])
  })
})

describe('fair competition', () => {
  const toReview = () => story().open(opening).act(ready(plan()))
    .act({ on: '2026-06-23', who: 'authority', task: 'guide-data-authority', outcome: 'none' })
    .act({ on: '2026-06-23', who: 'manager', task: 'guide-public-data-manager', outcome: 'none' })
    .act({ on: '2026-06-24', who: 'drafter', task: 'finalize', outcome: 'final' })
  const passed = (review: JsonObject, who = 'reviewer') => ({ on: '2026-06-25', who, task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': review } })

  test('is reviewed by another person, condition by condition, and a restriction stops the plan', () => {
    const final = toReview()
    final.refuses(passed(fairReview(PLAN_CONDITIONS), 'drafter'), 'reviewer-must-not-be-author', null)
    final.refuses(passed(fairReview(PLAN_CONDITIONS.slice(1))), 'every-condition-must-be-reviewed', 'cd26-6.1')
    final.refuses(passed(fairReview(PLAN_CONDITIONS, 'local-registration')), 'competition-must-not-be-restricted', 'cd26-6.1')
    expect(final.act(passed(fairReview(PLAN_CONDITIONS))).open).toEqual(['submit'])
  })
})

describe('the government’s decision', () => {
  const approve = (date: string, change: JsonObject = {}, text = plan()) => ({ on: date, who: 'mayor', task: 'deliberate', outcome: 'approve', contents: { 'collective-decision': decision(text, date, change) } })

  test('only the data authority submits', () => {
    const told = story()
    const submitted = planInDeliberation(told)
    expect(submitted.state.conclusions.at(-1)).toMatchObject({ step: 'submit', organization: 'development-commission' })
    const again = planInDeliberationBut(told)
    again.refuses({ on: '2026-07-06', who: 'drafter', task: 'submit', outcome: 'submitted', contents: { submission: { number: '8号', date: '2026-07-06', summary: '实施机构自行报请审议。' } } }, 'actor-must-hold-office', 'cd26-12.1')
  })

  test.each([
    [{ present: 5, 'votes-for': 5, 'votes-against': 0 }, '未达应到9人'],
    [{ present: 8, 'votes-for': 4, 'votes-against': 4 }, '未超过到会8人的50%'],
    [{ 'votes-for': 8 }, '与到会8人不符'],
    [{ 'text-hash': hashOf('别的文本') }, '原决策失效'],
  ])('does not carry with %j', (change, reason) => {
    const refusal = planInDeliberation(story()).refuses(approve('2026-07-10', change), 'decision-must-carry', 'cd26-12.1')
    expect(refusal.message).toContain(reason)
  })

  test('carries with two thirds present and more than half for it; the minutes are a file', () => {
    expect(planInDeliberation(story()).act(approve('2026-07-10', { present: 6, 'votes-for': 4, 'votes-against': 2 })).status).toBe('in-force')
    expect(planInDeliberation(story()).act(approve('2026-07-10', { present: 8, 'votes-for': 5, 'votes-against': 3 })).status).toBe('in-force')
    planInDeliberation(story()).refuses(approve('2026-07-10', { minutes: '见附件' }), 'content-must-be-typed', 'cd26-12.1')
  })

  test('a meeting of Friday is entered on Monday with Friday’s date', () => {
    const submitted = planInDeliberation(story())
    submitted.refuses({ ...approve('2026-07-10'), on: '2026-07-13' }, 'decision-must-bear-the-date-of-the-act', 'cd26-12.2')
    submitted.refuses({ ...approve('2026-07-10'), recorded: '2026-07-09' }, 'act-must-not-lie-ahead', 'cd26-12.1')
    expect(submitted.act({ ...approve('2026-07-10'), recorded: '2026-07-13' }).due('file-with-province')).toBe('2026-07-24')
  })

  test('a text changed on return is decided on anew, and the old decision does not carry it', () => {
    const changed = plan({ other: '增加数据质量核查安排' })
    const back = planInDeliberation(story())
      .act({ on: '2026-07-10', who: 'mayor', task: 'deliberate', outcome: 'return-for-change', contents: { opinion: '请补充质量核查安排' } })
      .act({ on: '2026-07-13', who: 'drafter', task: 'revise', outcome: 'revised', contents: { 'implementation-plan': changed } })
    expect(back.state.conclusions.filter((one) => one.voided).map((one) => one.step)).toEqual(['review-fair-competition', 'deliberate'])
    back.act({ on: '2026-07-14', who: 'reviewer', task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': fairReview(PLAN_CONDITIONS) } })
      .act({ on: '2026-07-15', who: 'authority', task: 'submit', outcome: 'submitted', contents: { submission: { number: '9号', date: '2026-07-15', summary: '已按审议意见修改完毕。' } } })
    back.refuses(approve('2026-07-17'), 'decision-must-carry', 'cd26-12.1')
    expect(back.act(approve('2026-07-17', {}, changed)).status).toBe('in-force')
  })

  test('a rejected plan ends, and grants nothing', () => {
    const told = story()
    const rejected = planInDeliberation(told).act({ on: '2026-07-10', who: 'mayor', task: 'deliberate', outcome: 'reject', contents: { opinion: '条件尚不成熟' } })
    expect([rejected.status, rejected.open, told.world.standings]).toEqual(['rejected', [], {}])
  })
})

describe('filing and change', () => {
  const filed = (on: string) => ({ on, who: 'authority', task: 'file-with-province', outcome: 'filed', contents: { 'filing-receipt': { number: '川数备〔2026〕31号', date: on } } })

  test('approved on 2026-09-18, the filing is in time on 2026-10-09 and late on 2026-10-10, but accepted', () => {
    const inTime = planInForce(story(), plan(), '2026-09-18')
    expect(inTime.due('file-with-province')).toBe('2026-10-09')
    expect(inTime.act(filed('2026-10-09')).lateness('file-with-province')).toBe(0)
    expect([inTime.status, inTime.open]).toEqual(['in-force', []])
    const late = planInForce(story(), plan(), '2026-09-18').time('2026-10-09')
    expect(late.effects('notify').filter((one) => one['notice'] === '逾期提示')).toEqual([])
    expect(late.time('2026-10-10').effects('notify').at(-1)).toMatchObject({ to: ['data-authority'], notice: '逾期提示' })
    expect(late.act(filed('2026-10-10')).lateness('file-with-province')).toBe(1)
  })

  test('a receipt bears a number and no date to come', () => {
    const approved = planInForce(story())
    approved.refuses({ ...filed('2026-07-20'), contents: { 'filing-receipt': { number: '', date: '2026-07-20' } } }, 'content-must-be-present', null)
    approved.refuses({ ...filed('2026-07-20'), contents: { 'filing-receipt': { number: '31号', date: '2026-07-21' } } }, 'receipt-must-not-lie-ahead', null)
    approved.refuses({ ...filed('2026-07-20'), who: 'drafter' }, 'actor-must-hold-office', 'cd26-12.2')
  })

  test('an approved text is locked; a change goes the same way, and the old plan stands until the new one is approved', () => {
    const told = story()
    const old = planInForce(told)
    old.refuses({ on: '2026-07-20', who: 'drafter', task: 'revise', outcome: 'revised', contents: { 'implementation-plan': plan({ scope: '另行扩大' }) } }, 'step-must-be-open', 'cd26-10.1')
    const change = { ...opening, on: '2026-07-20', links: { supersedes: old } }
    told.refusesOpening(change, 'change-must-be-explained', 'cd26-12.1')
    const why = { subjects: [{ subject: 'term', before: '3年', after: '5年' }], reason: '项目建设周期较长，需要延长期限' }
    const longer = plan({ term: { start: '2026-08-01', end: '2032-07-31' } })
    const next = told.open({ ...change, contents: { 'case-name': '实施方案（变更）', 'plan-change': why } })
      .act({ ...ready(longer), on: '2026-09-01' })
      .act({ on: '2026-09-02', who: 'authority', task: 'guide-data-authority', outcome: 'none' })
      .act({ on: '2026-09-02', who: 'manager', task: 'guide-public-data-manager', outcome: 'none' })
      .act({ on: '2026-09-03', who: 'drafter', task: 'finalize', outcome: 'final' })
      .act({ on: '2026-09-04', who: 'reviewer', task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': fairReview(PLAN_CONDITIONS) } })
      .act({ on: '2026-09-07', who: 'authority', task: 'submit', outcome: 'submitted', contents: { submission: { number: '15号', date: '2026-09-07', summary: '期限由三年改为五年。' } } })
    expect([old.status, told.world.standings[`authorization/${old.id}`]]).toEqual(['in-force', 'granted'])
    next.act(approveOn('2026-09-18', longer))
    expect([old.status, next.status, next.due('file-with-province')]).toEqual(['superseded', 'in-force', '2026-10-09'])
    expect([told.world.standings[`authorization/${old.id}`], told.world.standings[`authorization/${next.id}`]]).toEqual(['ended', 'granted'])
    told.refusesOpening({ ...change, on: '2026-09-21', contents: { 'case-name': '再变更', 'plan-change': why } }, 'changed-plan-must-be-in-force', 'cd26-12.1')
  })

  test('the agency takes its plan back before submission, not after', () => {
    const drafting = story().open(opening).command({ on: '2026-06-16', who: 'drafter' }, { type: 'withdraw', reason: '暂缓编制' })
    expect([drafting.status, drafting.open]).toEqual(['withdrawn', []])
    planInDeliberation(story()).refusesCommand({ on: '2026-07-07', who: 'drafter' }, { type: 'withdraw', reason: '暂缓' }, 'withdrawal-must-be-early', null)
  })
})

describe('another city’s rules, by a changed copy of the pack alone', () => {
  test('another office submits, another limit counts, another majority carries', async () => {
    const other = await lawOf('chengdu-2026', (pack) => {
      const { submit } = pack.procedures['implementation-plan']?.steps ?? {}
      if (submit) submit.by = 'public-data-manager'
      const { 'plan-filing-days': days, 'decision-majority-percent': majority } = pack.figures
      if (days) days.value = 20
      if (majority) majority.value = 90
    })
    const told = new Story(other, CHENGDU)
    expect(() => planInDeliberation(told)).toThrow('actor-must-hold-office')
    const waiting = [...told.cases.values()].at(-1)
    const submission = { number: '8号', date: '2026-09-14', summary: '由市城市运行和政务服务办报请。' }
    waiting?.act({ on: '2026-09-14', who: 'manager', task: 'submit', outcome: 'submitted', contents: { submission } })
      .refuses(approveOn('2026-09-18', plan()), 'decision-must-carry', 'cd26-12.1')
    waiting?.act({ ...approveOn('2026-09-18', plan()), contents: { 'collective-decision': decision(plan(), '2026-09-18', { 'votes-for': 8, 'votes-against': 0 }) } })
    expect(waiting?.due('file-with-province')).toBe(law.calendar.addWorkingDays(legalDate('2026-09-18'), 20).date)
  })
})

function approveOn(date: string, text: JsonObject) {
  return { on: date, who: 'mayor', task: 'deliberate', outcome: 'approve', contents: { 'collective-decision': decision(text, date) } }
}

/** A plan that waits for its submission. */
function planInDeliberationBut(told: Story): StoryCase {
  return planInDeliberation(told)
    .act({ on: '2026-07-06', who: 'mayor', task: 'deliberate', outcome: 'return-for-change', contents: { opinion: '请补充材料' } })
    .act({ on: '2026-07-06', who: 'drafter', task: 'revise', outcome: 'revised', contents: { 'implementation-plan': plan() } })
    .act({ on: '2026-07-06', who: 'reviewer', task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': fairReview(PLAN_CONDITIONS) } })
}
