import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { hashOf, lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { decision, plan, study } from '#tests/support/xian-contents.ts'
import { GROUP, PLAN_REVIEW, SCENARIOS, XIAN, last, late, modeDetermined, planFinished, planInDeliberation, planInForce, planToSubmit, planUnderReview, planUnderStudy } from '#tests/support/xian-story.ts'

const law = await lawOf('xian-2025')
const story = () => new Story(law, XIAN)

describe('the feasibility study', () => {
  const conclude = (change: JsonObject, outcome = 'feasible', on = '2026-03-02') => ({ on, who: 'authority', task: 'study', outcome, contents: { 'feasibility-study': study(change) } })
  const refuses = (change: JsonObject, code: string) => planUnderStudy(story()).refuses(conclude(change), code, 'xa25-17.1')
  const concluded = () => expect(planUnderStudy(story()).act(conclude({})).status).toBe('under-review')

  test('xa25-17.1a: two regulators and three providers without an expert are no working group on 2026-02-10', () => {
    const member = (name: string, capacity: string): JsonObject => ({ name, capacity, interest: '无' })
    const group = [member('甲局', 'regulator'), member('乙局', 'regulator'), member('一单位', 'data-provider'), member('二单位', 'data-provider'), member('三单位', 'data-provider')]
    const form = (members: JsonObject[], who = 'authority') => ({ on: '2026-02-10', who, task: 'form-working-group', outcome: 'formed', contents: { 'working-group': members } })
    const open = planFinished(story())
    open.refuses(form(group), 'working-group-must-hold-three-sides', 'xa25-17.1')
    open.refuses(form([{ ...member('张教授', 'expert'), interest: '' }]), 'content-must-be-present', 'xa25-17.1')
    open.refuses({ ...form(group), who: 'director' }, 'actor-must-hold-office', 'xa25-17.1')
    open.refuses(conclude({}), 'step-must-be-open', 'xa25-17.1')
    expect(open.act(form([...group, member('张教授', 'expert')])).open).toEqual(['study'])
  })

  test('xa25-17.1b: complete on 2026-01-30, the study is due on 2026-03-05, and not feasible ends the plan', () => {
    const open = planUnderStudy(story())
    expect([open.due('study'), open.state.tasks[0]?.organization]).toEqual(['2026-03-05', 'data-bureau'])
    expect(late(open.time('2026-03-05'))).toEqual([])
    expect(late(open.time('2026-03-06'))).toHaveLength(1)
    open.refuses(conclude({ conclusion: 'infeasible' }, 'feasible', '2026-03-06'), 'conclusion-must-be-feasible', 'xa25-17.1')
    open.act(conclude({ conclusion: 'infeasible' }, 'infeasible', '2026-03-06'))
    expect([open.status, open.open, open.lateness('study')]).toEqual(['rejected', [], 1])
    open.refuses({ on: '2026-03-06', who: 'authority', task: 'review', outcome: 'pass', contents: {} }, 'step-must-be-open', 'xa25-9.1.4')
  })

  test('xa25-17.1c: no word on destruction', () => {
    expect(planUnderStudy(story()).refuses(conclude({ 'life-cycle': { ...(study()['life-cycle'] as JsonObject), destruction: '' } }), 'content-must-be-present', 'xa25-17.1').message).toContain('销毁') // a group of the sample
    refuses({ 'life-cycle': null }, 'content-must-be-present')
    concluded()
  })

  test('xa25-17.1d: demand without evidence', () => {
    refuses({ demand: [] }, 'content-must-be-present')
    refuses({ demand: [{ name: '停车引导', sector: '交通', source: '' }] }, 'content-must-be-present')
    concluded()
  })

  test('xa25-17.1e: of four scenarios one has no data entry', () => {
    const scenario = (name: string, entries: string[]): JsonObject => ({ name, purpose: '缓解停车难', users: '市民', entries })
    const four = ['一', '二', '三'].map((name) => scenario(`场景${name}`, ['parking']))
    refuses({ scenarios: [] }, 'content-must-be-present')
    refuses({ scenarios: [...four, scenario('场景四', [])] }, 'content-must-be-typed')
    expect(refuses({ scenarios: [...four, scenario('场景四', ['school'])] }, 'scenario-data-must-be-in-plan').message).toContain('场景四')
  })

  test('xa25-17.1f: a figure without a source, or without a method', () => {
    refuses({ market: { value: 100, source: '', method: '类比测算' } }, 'content-must-be-typed')
    refuses({ market: { value: 100, source: '年报' } }, 'market-size-must-have-method')
    refuses({ market: null }, 'content-must-be-present')
    concluded()
  })

  test('xa25-17.1g: of five expected results four have a value and a date', () => {
    const result = (name: string): JsonObject => ({ name, target: 20, unit: '个', year: 2027 })
    const { year: _year, ...undated } = result('指标五')
    const five = ['一', '二', '三', '四'].map((name) => result(`指标${name}`))
    refuses({ results: [...five, undated] }, 'content-must-be-present')
    refuses({ results: [] }, 'content-must-be-present')
    expect(planUnderStudy(story()).act(conclude({ results: [...five, result('指标五')] })).status).toBe('under-review')
  })

  test('xa25-17.1h: a study that judges other shares than the plan’s', () => {
    refuses({ distribution: [] }, 'content-must-be-present')
    expect(refuses({ distribution: [{ party: '运营机构', share: 70, opinion: '合理' }] }, 'study-must-judge-the-plans-shares').message).toMatch(/70.*60/)
    concluded()
  })

  test('xa25-17.1i: one high risk without a measure', () => {
    const risk = (change: JsonObject) => ({ risks: [{ name: '泄露', kind: 'security', level: 'high', owner: '运营机构', ...change }] })
    expect(refuses(risk({}), 'high-risk-must-have-measure').message).toContain('泄露')
    expect(planUnderStudy(story()).act(conclude(risk({ measure: '最小授权' }))).status).toBe('under-review')
    expect(planUnderStudy(story()).act(conclude(risk({ level: 'low' }))).status).toBe('under-review')
  })

  test('xa25-16.1.2: a study of another version of the plan is refused on 2026-02-24', () => {
    const open = planUnderStudy(story())
    open.refuses(conclude({ 'plan-text': hashOf(plan({ other: '另有约定' })) }, 'feasible', '2026-02-24'), 'study-must-be-of-this-version', 'xa25-16.1.2')
    expect(open.act(conclude({ 'plan-text': hashOf(plan()) }, 'feasible', '2026-02-24')).status).toBe('under-review')
    const changed = planUnderReview(story()).act({ on: '2026-03-05', who: 'authority', task: 'review', outcome: 'return-for-change', contents: { opinion: '请补充事项' } })
    changed.act({ on: '2026-03-06', who: 'drafter', task: 'revise', outcome: 'revised', contents: { 'implementation-plan': plan({ other: '另有约定' }) } })
    expect(changed.open).toEqual(['study#2'])
  })
})

describe('review, deliberation and change', () => {
  const pass = (change: Record<string, JsonObject[] | JsonObject> = {}, who = 'authority') => ({ on: '2026-03-17', who, task: 'review', outcome: 'pass', contents: { 'scenario-review': SCENARIOS, 'plan-review': PLAN_REVIEW, ...change } })
  const submit = (who: string, on = '2026-03-24') => ({ on, who, task: 'submit', outcome: 'submitted', contents: { submission: { number: '市数字〔2026〕8号', date: on, summary: '审核通过，公平竞争审查通过。' } } })
  const approve = (text: JsonObject, on = '2026-03-27') => ({ on, who: 'mayor', task: 'deliberate', outcome: 'approve', contents: { 'collective-decision': decision(text, on) } })

  test('xa25-9.1.4a: a scenario without a finding, or found not feasible, keeps the plan of 2026-03-17 back', () => {
    const open = planUnderReview(story())
    open.refuses(pass({ 'scenario-review': [{ name: '其他场景', finding: 'feasible', reason: '可行' }] }), 'every-scenario-must-be-reviewed', 'xa25-9.1.4')
    open.refuses(pass({ 'scenario-review': [{ name: '停车引导', finding: 'infeasible', reason: '数据不足' }] }), 'scenario-must-be-feasible', 'xa25-9.1.4')
    open.refuses(pass({ 'scenario-review': [{ name: '停车引导', finding: 'feasible', reason: '' }] }), 'content-must-be-present', 'xa25-9.1.4')
    open.refuses(pass({}, 'director'), 'actor-must-hold-office', 'xa25-9.1.4')
    expect(open.act(pass()).open).toEqual(['review-fair-competition'])
  })

  test('xa25-9.1.5a: reviewed as passed, put forward on 2026-03-24; reviewed as failed it cannot be', () => {
    const passed = planToSubmit(story()).act(submit('authority'))
    expect([passed.status, passed.state.tasks.map((one) => [one.step, one.organization])]).toEqual(['in-deliberation', [['deliberate', 'city-government']]])
    const failed = planUnderReview(story()).act({ on: '2026-03-20', who: 'authority', task: 'review', outcome: 'fail', contents: { opinion: '条件不具备' } })
    expect(failed.status).toBe('rejected')
    failed.refuses(submit('authority'), 'step-must-be-open', 'xa25-18.1')
  })

  test('xa25-18.1a: the drafter or the agency does not put it forward on 2026-03-06, the data authority does', () => {
    const open = planToSubmit(story())
    open.refuses(submit('drafter', '2026-03-06'), 'reviewer-must-not-be-author', 'xa25-15.2')
    open.refuses(submit('director', '2026-03-06'), 'actor-must-hold-office', 'xa25-18.1')
    open.refuses({ ...submit('authority', '2026-03-06'), contents: {} }, 'content-must-be-present', 'xa25-18.1')
    expect(open.act(submit('authority', '2026-03-06')).status).toBe('in-deliberation')
  })

  test('xa25-18.1b: version 2 awaiting deliberation bears no selection on 2026-03-16; approved on 2026-03-27 as exactly this text, it does', () => {
    const told = story()
    const waiting = planInDeliberation(told)
    const opening = { on: '2026-03-16', who: 'drafter', procedure: 'operator-selection', contents: { 'case-name': '运营机构选定' } }
    told.refusesOpening({ ...opening, links: { plan: waiting } }, 'plan-must-be-approved', 'xa25-18.1')
    waiting.refuses(approve(plan({ other: '另有约定' })), 'decision-must-carry', 'xa25-18.1')
    waiting.refuses({ ...approve(plan()), contents: { 'collective-decision': decision(plan(), '2026-03-27', { 'votes-for': 4, 'votes-against': 4 }) } }, 'decision-must-carry', 'xa25-18.1')
    waiting.refuses({ ...approve(plan()), contents: { 'collective-decision': decision(plan(), '2026-03-26') } }, 'decision-must-bear-the-date-of-the-act', 'xa25-18.1')
    waiting.act(approve(plan()))
    expect([waiting.status, told.world.standings[`authorization/${waiting.id}`], told.world.registers['implementation-plans']?.[waiting.id]]).toMatchObject(['in-force', 'granted', { approved: '2026-03-27', 'text-hash': hashOf(plan()) }])
  })

  test('xa25-11.1.1b: approved on 2026-03-27, cataloguing is due on 2026-04-27 for each provider, and overdue the next day', () => {
    const approved = planInForce(story())
    const tasks = (one: StoryCase) => one.state.tasks.filter(({ step }) => step === 'catalogue').map((task) => [task.organization, one.due(task.id)])
    expect(tasks(approved)).toEqual([['parking-centre', '2026-04-27'], ['metro-company', '2026-04-27']])
    const about = (one: StoryCase) => late(one).filter(({ task }) => String(task).startsWith('catalogue'))
    expect(about(approved.time('2026-04-27'))).toEqual([])
    expect(about(approved.time('2026-04-28'))).toHaveLength(2)
    approved.act({ on: '2026-04-28', who: 'parking', task: 'catalogue@plan-providers=parking-centre', outcome: 'done', contents: { cataloguing: '已编目并归集' } })
    expect(approved.lateness('catalogue')).toBe(1)
  })

  const change = (told: Story, approved: StoryCase, contents: Record<string, JsonObject> = {}) =>
    ({ on: '2026-04-14', who: 'drafter', procedure: 'implementation-plan', links: { determination: modeDetermined(told), supersedes: approved }, contents: { 'case-name': '变更实施方案', ...contents } })
  const CHANGE = { 'plan-change': { subjects: [{ subject: 'resources', before: '两项', after: '七项' }], reason: '新增五项停车数据资源' } }

  test('xa25-18.2a: an approved plan is not edited on 2026-04-13; a change request says what and why', () => {
    const told = story()
    const approved = planInForce(told)
    approved.refuses({ on: '2026-04-13', who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'implementation-plan': plan({ products: [] }) } }, 'step-must-be-open', 'xa25-12.1.1')
    approved.refuses({ on: '2026-04-13', who: 'drafter', task: 'revise', outcome: 'revised', contents: { 'implementation-plan': plan({ other: '另有约定' }) } }, 'step-must-be-open', 'xa25-12.1.1')
    told.refusesOpening(change(told, approved), 'change-must-be-explained', 'xa25-18.2')
    expect(told.open(change(told, approved, CHANGE)).open).toEqual(['draft'])
    const unapproved = planInDeliberation(story())
    unapproved.story.refusesOpening(change(unapproved.story, unapproved, CHANGE), 'changed-plan-must-be-in-force', 'xa25-18.2')
  })

  test('xa25-18.2b: adding five entries runs the whole procedure; version 3 governs from its approval of 2026-05-29', () => {
    const told = story()
    const approved = planInForce(told)
    const text = plan({ other: '新增五项停车数据资源' })
    const next = told.open(change(told, approved, CHANGE))
      .act({ on: '2026-04-15', who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'implementation-plan': text } })
      .act({ on: '2026-04-16', who: 'authority', task: 'guide-data-authority', outcome: 'none' })
      .act({ on: '2026-04-17', who: 'drafter', task: 'finalize', outcome: 'final' })
    next.refuses({ ...approve(text, '2026-04-17') }, 'step-must-be-open', 'xa25-18.1')
    next.act({ on: '2026-04-17', who: 'authority', task: 'form-working-group', outcome: 'formed', contents: { 'working-group': GROUP } })
      .act({ on: '2026-05-15', who: 'authority', task: 'study', outcome: 'feasible', contents: { 'feasibility-study': study() } })
      .act({ ...pass(), on: '2026-05-18' })
      .act({ on: '2026-05-19', who: 'reviewer', task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': { clauses: (text['operator-conditions'] as JsonObject[]).map((one) => ({ name: String(one['requirement']), finding: 'none' })), conclusion: '未发现排除、限制竞争的内容', reviewed: '2026-05-19' } } }) // a table of the sample
      .act(submit('authority', '2026-05-20'))
    expect([approved.status, next.status]).toEqual(['in-force', 'in-deliberation'])
    next.act(approve(text, '2026-05-29'))
    expect([approved.status, next.status, told.world.registers['implementation-plans']?.[next.id]?.['approved'], told.world.registers['implementation-plans']?.[approved.id]?.['ended']]).toEqual(['superseded', 'in-force', '2026-05-29', '已被审定的新方案替代'])
  })

  test('xa25-20.1a: approved on 2026-03-27 the plan opens the draft agreement, whose term keeps to the plan', () => {
    const told = story()
    const approved = planInForce(told)
    const draft = last(told, 'agreement-draft')
    expect([draft.state.links['plan'], draft.open, draft.state.opened]).toEqual([approved.id, ['draft'], '2026-03-27'])
    expect(draft.state.tasks[0]?.organization).toBe('data-bureau')
  })
})
