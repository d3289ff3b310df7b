import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '#core/json.ts'
import { lawOf, packOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { ASSESSED, CONDITIONS, decision, file, plan, shares, study } from '#tests/support/xian-contents.ts'
import { GROUP, PLAN_REVIEW, SCENARIOS, XIAN, determination, determined, last, late, modeDetermined, planFinished, planInDeliberation, planInForce, planToSubmit, planUnderReview, planUnderStudy } from '#tests/support/xian-story.ts'
import { wrongCitations } from '#tests/packs/citations.ts'

const law = await lawOf('xian-2025')
const story = () => new Story(law, XIAN)

test('every sentence that the pack cites stands in its provision', () => {
  const { provisions: _provisions, ...rules } = packOf('xian-2025')
  expect(wrongCitations(packOf('xian-2025'), rules)).toEqual([])
})

test('the missing half of item six is on record with its place', () => {
  expect(law.pack.deviations).toMatchObject([{ atom: 'na25-14.1.6/redevelopment', basis: { interpretation: 'xa25-20.1.6' } }])
})

describe('the mode and the agency', () => {
  const opening = (change: JsonObject, on = '2026-02-05') => ({ on, who: 'authority', procedure: 'mode-determination', contents: { determination: determination(change) } })

  test('xa25-40.1a xa25-40.1b: from the first day of the rules to their last', () => {
    story().refusesOpening(opening({}, '2025-12-24'), 'rules-must-be-in-force', 'xa25-40.1')
    expect(story().open(opening({}, '2025-12-25')).status).toBe('joint')
    expect(story().open(opening({}, '2030-12-24')).status).toBe('joint')
    story().refusesOpening(opening({}, '2030-12-25'), 'rules-must-be-in-force', 'xa25-40.1')
  })

  test('xa25-15.1a: another mode than the overall one needs a reason', () => {
    story().refusesOpening(opening({ mode: 'sector', agency: 'health-commission', 'sector-authority': 'health-commission' }), 'other-mode-must-be-justified', 'xa25-15.1')
  })

  test('xa25-15.2a: the overall authorization is the bureau’s alone', () => {
    const wrong = story().open(opening({ agency: 'health-commission' }))
    wrong.refuses({ on: '2026-02-06', who: 'authority', task: 'city-agency', outcome: 'checked' }, 'overall-authorization-must-be-the-bureaus', 'xa25-15.2')
    expect(modeDetermined(story()).status).toBe('determined')
  })

  test('xa25-15.2b: a field’s agency is determined with the sector authority’s own signature', () => {
    const field = { mode: 'sector', agency: 'health-commission', justification: '卫生健康数据专业性强' }
    story().refusesOpening(opening(field), 'sector-authority-must-join', 'xa25-15.2')
    const joint = story().open(opening({ ...field, 'sector-authority': 'health-commission' }))
    expect(joint.open).toEqual(['sector-sign'])
    joint.refuses({ on: '2026-02-10', who: 'traffic', task: 'sector-sign', outcome: 'sign' }, 'actor-must-be-concerned-organization', 'xa25-15.2')
    expect(joint.act({ on: '2026-02-11', who: 'health', task: 'sector-sign', outcome: 'sign' }).open).toEqual(['decide'])
  })

  test('xa25-15.4: a zone’s mode needs the committee and the city government', () => {
    story().refusesOpening(opening({ level: 'zone' }), 'zone-committee-must-join', 'xa25-15.4')
    const zone = story().open(opening({ level: 'zone', 'zone-committee': 'high-tech-committee' })).act({ on: '2026-03-03', who: 'authority', task: 'city-agency', outcome: 'checked' })
    const approve = { on: '2026-03-31', who: 'mayor', task: 'decide', outcome: 'approve', contents: { 'determination-decision': determined('2026-03-31') } }
    zone.refuses(approve, 'zone-committee-must-have-joined', 'xa25-15.4')
    zone.refuses({ ...approve, who: 'zone' }, 'actor-must-hold-office', 'xa25-15.1')
    expect(zone.act({ on: '2026-03-10', who: 'zone', task: 'zone-sign', outcome: 'sign' }).act(approve).status).toBe('determined')
  })

  test('xa25-15.3: a district’s mode is its own government’s, and the city is informed', () => {
    story().refusesOpening(opening({ level: 'district' }), 'district-must-determine-itself', 'xa25-15.3')
    const own = story().open({ on: '2026-03-02', who: 'district-mayor', procedure: 'district-determination', contents: { determination: determination({ level: 'district', agency: 'changan-bureau' }) } })
      .act({ on: '2026-03-09', who: 'district-mayor', task: 'determine', outcome: 'determine', contents: { 'determination-decision': determined('2026-03-09') } })
    expect([own.status, own.effects('notify').at(-1)]).toMatchObject(['determined', { to: ['data-authority'] }])
  })
})

describe('a plan', () => {
  const opened = (told = story()) => told.open({ on: '2026-01-15', who: 'drafter', procedure: 'implementation-plan', links: { determination: modeDetermined(told) }, contents: { 'case-name': '整体授权实施方案' } })
  const ready = (change: JsonObject) => ({ on: '2026-02-10', who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'implementation-plan': plan(change) } })

  test('xa25-3.4 xa25-15.1b: is opened by the determined agency, after the mode is decided', () => {
    const told = story()
    const proposed = told.open({ on: '2026-02-06', who: 'authority', procedure: 'mode-determination', contents: { determination: determination() } })
    const line = { on: '2026-02-10', who: 'drafter', procedure: 'implementation-plan', links: { determination: proposed }, contents: { 'case-name': '整体授权实施方案' } }
    told.refusesOpening(line, 'mode-must-be-determined', 'xa25-15.1')
    told.refusesOpening({ ...line, who: 'health', links: { determination: modeDetermined(told) } }, 'agency-must-be-the-determined', 'xa25-3.4')
    expect(opened(told).status).toBe('drafting')
  })

  test.each([
    ['name', 'xa25-16.1.1'], ['necessity', 'xa25-16.1.2'], ['operator-conditions', 'xa25-16.1.3'], ['mode', 'xa25-16.1.4'], ['resources', 'xa25-16.1.5'], ['implementation', 'xa25-16.1.6'], ['products', 'xa25-16.1.7'],
    ['accounting', 'xa25-16.1.8'], ['protection', 'xa25-16.1.9'], ['rights-and-duties', 'xa25-16.1.10'], ['supervision', 'xa25-16.1.11'], ['other', 'xa25-16.1.12'],
  ])('without “%s” is refused with its item: %s', (key, provision) => {
    opened().refuses(ready({ [key]: null }), 'content-must-be-present', provision)
  })

  test('xa25-16.1.3: its conditions cover five kinds, xa25-16.1.4: its mode is the decided one', () => {
    opened().refuses(ready({ 'operator-conditions': CONDITIONS.slice(0, 4) }), 'conditions-must-cover-five-kinds', 'xa25-16.1.3')
    opened().refuses(ready({ mode: { kind: 'scenario', justification: '仅此场景' } }), 'mode-must-be-the-determined', 'xa25-16.1.4')
  })

  test('xa25-16.1.7: products of both classes; xa25-16.1b: a social target', () => {
    opened().refuses(ready({ products: [{ name: '指数', class: 'industry', form: '接口' }] }), 'products-must-serve-both-classes', 'xa25-16.1.7')
    opened().refuses(ready({ benefits: { economic: [{ name: '收入', target: '2000万元', year: 2027 }] } }), 'social-benefit-must-be-stated', 'xa25-16.1')
  })

  test('xa25-16.1.8 xa25-30.1d: shares sum to one hundred and name the providers, or say why not', () => {
    const accounting = (rows: Json, more: JsonObject = {}) => ready({ accounting: { 'cost-and-revenue': '单独核算', distribution: '按贡献分配', shares: rows, ...more } })
    expect(opened().refuses(accounting(shares(60, 25, 10)), 'shares-must-sum-to-whole', 'xa25-16.1.8').message).toContain('95')
    const alone: Json = [{ party: '运营机构', kind: 'operator', share: 100, ground: '资金' }]
    opened().refuses(accounting(alone), 'providers-must-share-or-reason', 'xa25-30.1')
    expect(opened().act(accounting(alone, { 'no-provider-because': '提供单位声明放弃' })).status).toBe('under-guidance')
  })

  test('xa25-16.1.11: the assessment holds the four contents', () => {
    opened().refuses(ready({ supervision: { supervision: '依细则监督', assessment: '每年考核', assessed: ASSESSED.slice(0, 3) } }), 'assessment-must-hold-four-contents', 'xa25-16.1.11')
  })

  test('xa25-16.1a: an unanswered guidance holds it back', () => {
    const guided = opened().act(ready({})).act({ on: '2026-02-11', who: 'authority', task: 'guide-data-authority', outcome: 'guidance', contents: { 'guidance-data-authority': '请补充安全措施' } })
    const final = { on: '2026-02-12', who: 'drafter', task: 'finalize', outcome: 'final' }
    guided.refuses(final, 'guidance-must-be-answered', 'xa25-16.1')
    expect(guided.act({ ...final, contents: { 'answer-data-authority': '已补充安全措施' } }).open).toEqual(['form-working-group'])
  })

  test('xa25-17.1a: the working group has all three sides; xa25-17.1b: the study is due on 2026-03-05', () => {
    planFinished(story()).refuses({ on: '2026-01-30', who: 'authority', task: 'form-working-group', outcome: 'formed', contents: { 'working-group': GROUP.slice(0, 2) } }, 'working-group-must-hold-three-sides', 'xa25-17.1')
    expect(planUnderStudy(story()).due('study')).toBe('2026-03-05')
  })

  test.each([
    ['xa25-17.1c', 'life-cycle', null], ['xa25-17.1d', 'demand', []], ['xa25-17.1e', 'scenarios', []], ['xa25-17.1g', 'results', []], ['xa25-17.1h', 'distribution', []],
  ])('%s: the study without “%s” is refused', (_id, key, value) => {
    planUnderStudy(story()).refuses({ on: '2026-03-02', who: 'authority', task: 'study', outcome: 'feasible', contents: { 'feasibility-study': study({ [key]: value }) } }, 'content-must-be-present', 'xa25-17.1')
  })

  test('xa25-17.1e xa25-17.1f xa25-17.1h xa25-17.1i: scenarios with data of the plan, a method, the plan’s shares, a measure for a high risk', () => {
    const conclude = (change: JsonObject) => ({ on: '2026-03-02', who: 'authority', task: 'study', outcome: 'feasible', contents: { 'feasibility-study': study(change) } })
    const refuses = (change: JsonObject, code: string) => planUnderStudy(story()).refuses(conclude(change), code, 'xa25-17.1')
    refuses({ scenarios: [{ name: '停车引导', purpose: '缓解停车难', users: '市民', entries: ['school'] }] }, 'scenario-data-must-be-in-plan')
    refuses({ market: { value: 100, source: '年报' } }, 'market-size-must-have-method')
    refuses({ distribution: [{ party: '运营机构', share: 70, opinion: '合理' }] }, 'study-must-judge-the-plans-shares')
    refuses({ risks: [{ name: '泄露', kind: 'security', level: 'high', owner: '运营机构' }] }, 'high-risk-must-have-measure')
    refuses({ conclusion: 'infeasible' }, 'conclusion-must-be-feasible')
    expect(planUnderStudy(story()).act(conclude({})).status).toBe('under-review')
  })

  test('xa25-9.1.4a xa25-9.1.4b xa25-15.2a: another person reviews every scenario and the list', () => {
    const pass = (change: Record<string, Json> = {}, who = 'authority') => ({ on: '2026-03-05', who, task: 'review', outcome: 'pass', contents: { 'scenario-review': SCENARIOS, 'plan-review': PLAN_REVIEW, ...change } })
    const open = planUnderReview(story())
    open.refuses(pass({}, 'drafter'), 'reviewer-must-not-be-author', 'xa25-15.2')
    open.refuses(pass({ 'scenario-review': [{ name: '其他场景', finding: 'feasible', reason: '可行' }] }), 'every-scenario-must-be-reviewed', 'xa25-9.1.4')
    open.refuses(pass({ 'scenario-review': [{ name: '停车引导', finding: 'infeasible', reason: '数据不足' }] }), 'scenario-must-be-feasible', 'xa25-9.1.4')
    open.refuses(pass({ 'plan-review': { ...PLAN_REVIEW, 'demand-list-reasonable': false } }), 'demand-list-must-be-reasonable', 'xa25-9.1.4')
    expect(open.act(pass()).open).toEqual(['review-fair-competition'])
  })

  test('xa25-9.1.5a xa25-18.1a: the data authority puts it before the government, not the author', () => {
    const open = planUnderReview(story())
    open.refuses({ on: '2026-03-24', who: 'authority', task: 'submit', outcome: 'submitted', contents: {} }, 'step-must-be-open', 'xa25-18.1')
    const submit = (who: string) => ({ on: '2026-03-24', who, task: 'submit', outcome: 'submitted', contents: { submission: { number: '市数字〔2026〕8号', date: '2026-03-24', summary: '审核通过，公平竞争审查通过。' } } })
    const reviewedPlan = planToSubmit(story())
    reviewedPlan.refuses(submit('drafter'), 'reviewer-must-not-be-author', 'xa25-15.2')
    reviewedPlan.refuses(submit('director'), 'actor-must-hold-office', 'xa25-18.1')
    expect(reviewedPlan.act(submit('authority')).status).toBe('in-deliberation')
  })

  test('xa25-18.1b: its approval is on exactly this text; xa25-20.1a: it opens the draft agreement', () => {
    const told = story()
    const waiting = planInDeliberation(told)
    waiting.refuses({ on: '2026-03-27', who: 'mayor', task: 'deliberate', outcome: 'approve', contents: { 'collective-decision': decision(plan({ other: '另有约定' }), '2026-03-27') } }, 'decision-must-carry', 'xa25-18.1')
    waiting.act({ on: '2026-03-27', who: 'mayor', task: 'deliberate', outcome: 'approve', contents: { 'collective-decision': decision(plan(), '2026-03-27') } })
    expect([waiting.status, last(told, 'agreement-draft').open]).toEqual(['in-force', ['draft']])
  })

  test('xa25-11.1.1b: approval gives every provider a task due on 2026-04-27, overdue the next day', () => {
    const approved = planInForce(story())
    expect(approved.open.filter((one) => one.startsWith('catalogue'))).toHaveLength(2)
    expect(approved.due('catalogue@plan-providers=parking-centre')).toBe('2026-04-27')
    expect(late(approved.time('2026-04-27')).filter((one) => String(one['task']).startsWith('catalogue'))).toEqual([])
    expect(late(approved.time('2026-04-28')).filter((one) => String(one['task']).startsWith('catalogue'))).toHaveLength(2)
  })

  test('xa25-18.2a xa25-18.2b: a change runs the whole procedure, and the old text governs until the new approval', () => {
    const told = story()
    const approved = planInForce(told)
    const line = { on: '2026-04-14', who: 'drafter', procedure: 'implementation-plan', links: { determination: modeDetermined(told), supersedes: approved }, contents: { 'case-name': '变更实施方案' } }
    told.refusesOpening(line, 'change-must-be-explained', 'xa25-18.2')
    const change = told.open({ ...line, contents: { ...line.contents, 'plan-change': { subjects: [{ subject: 'resources', before: '两项', after: '七项' }], reason: '新增五项停车数据资源' } } })
    expect([change.status, approved.status]).toEqual(['drafting', 'in-force'])
  })
})

describe('filings', () => {
  const document = (kind: string, date: string): JsonObject => ({ kind, name: '雁塔区实施方案', date, number: '雁政〔2026〕2号', document: file('方案.pdf') })
  const recorded = (kind: string, date: string, on = date) => story().open({ on, who: 'district', procedure: 'district-filing', contents: { 'district-document': document(kind, date) } })
  const sent = (on: string, task: string) => ({ on, who: 'district', task, outcome: 'sent', contents: { 'district-filing': { number: '雁数〔2026〕1号', date: on } } })

  test('xa25-19.1a: approved on 2026-02-12, due on 2026-03-04, late but accepted on 2026-03-05', () => {
    expect(recorded('plan', '2026-02-12').due('file-plan')).toBe('2026-03-04')
    expect(recorded('plan', '2026-02-12').act(sent('2026-03-04', 'file-plan')).lateness('file-plan')).toBe(0)
    const overdue = recorded('plan', '2026-02-12').time('2026-03-05')
    expect(late(overdue).at(-1)).toMatchObject({ to: ['data-authority'] })
    expect(overdue.act(sent('2026-03-05', 'file-plan')).lateness('file-plan')).toBe(1)
  })

  test('xa25-40.1a: a plan approved on 2025-12-26 was due on 2026-01-12', () => {
    expect(recorded('plan', '2025-12-26', '2026-01-14').due('file-plan')).toBe('2026-01-12')
  })

  test('xa25-22.2a: an agreement signed on 2026-04-30 is due on 2026-05-18', () => {
    const signed = recorded('agreement', '2026-04-30')
    expect(signed.due('file-agreement')).toBe('2026-05-18')
    expect(late(signed.time('2026-05-18'))).toEqual([])
    expect(late(signed.time('2026-05-19'))).toHaveLength(1)
  })

  test('xa25-19.1b xa25-22.2b: the city pools and sends; what is returned goes back to its sender', () => {
    const pooled = recorded('plan', '2026-02-12').act(sent('2026-03-04', 'file-plan'))
    pooled.refuses({ on: '2026-03-05', who: 'district', task: 'pool', outcome: 'pool' }, 'actor-must-hold-office', 'xa25-19.1')
    pooled.act({ on: '2026-03-05', who: 'authority', task: 'pool', outcome: 'pool' }).act({ ...sent('2026-03-13', 'onward'), who: 'authority' })
    expect(pooled.status).toBe('sent')
    pooled.act({ on: '2026-03-20', who: 'authority', task: 'receipt', outcome: 'returned', contents: { opinion: '请补充审议纪要' } })
    expect([pooled.status, pooled.open]).toEqual(['returned', ['send-again']])
    pooled.act(sent('2026-03-23', 'send-again')).act({ on: '2026-03-24', who: 'authority', task: 'pool', outcome: 'pool' }).act({ ...sent('2026-03-25', 'onward'), who: 'authority' })
    expect(pooled.act({ on: '2026-03-30', who: 'authority', task: 'receipt', outcome: 'filed', contents: { 'filing-receipt': { number: '陕数备5号', date: '2026-03-30' } } }).status).toBe('filed')
  })
})
