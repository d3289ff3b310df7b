import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { contentRefusal } from '#core/procedure/content-check.ts'
import { fairReview, study } from '#tests/support/authorization-contents.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { decision, file, late, opened, plan, planInDeliberation, planInForce, ready, story } from '#tests/support/sichuan-story.ts'
import { Story } from '#tests/support/story.ts'

describe('the agencies of the cities', () => {
  const determined: JsonObject = { agency: '德阳市大数据中心', mode: 'overall', number: '德府函〔2026〕7号', date: '2026-07-13', document: file('批复.pdf') }

  test('sc25-8.1c sc25-8.1d: determined on 2026-07-13, filed with the province by 2026-07-27', () => {
    const told = story()
    const open = told.open({ on: '2026-07-13', who: 'deyang', procedure: 'agency-determination', contents: { determination: determined } })
    expect([open.status, open.due('file')]).toEqual(['determined', '2026-07-27'])
    expect(late(open.time('2026-07-27'))).toEqual([])
    expect(late(open.time('2026-07-28')).at(-1)).toMatchObject({ to: ['superior-data-authority'] })
    open.act({ on: '2026-07-28', who: 'deyang', task: 'file', outcome: 'sent', contents: { determination: determined } })
    open.refuses({ on: '2026-07-29', who: 'authority', task: 'confirm', outcome: 'confirm', contents: {} }, 'actor-must-hold-office', 'sc25-8.1')
    expect(open.act({ on: '2026-07-29', who: 'province', task: 'confirm', outcome: 'confirm', contents: { 'filing-receipt': { number: '川备1号', date: '2026-07-29' } } }).status).toBe('filed')
  })

  test('sc25-8.1b sc25-11.1b: the provincial plan is opened by the provincial agency alone', () => {
    const line = { on: '2026-07-06', procedure: 'implementation-plan', contents: { 'case-name': '整体授权运营实施方案' } }
    story().refusesOpening({ ...line, who: 'environment' }, 'actor-must-hold-office', 'sc25-11.1')
    story().refusesOpening({ ...line, who: 'elsewhere' }, 'actor-must-be-concerned-organization', 'sc25-11.1')
  })
})

describe('a plan', () => {
  test.each([
    ['sc25-11.1.1', 'name'], ['sc25-11.1.2', 'necessity'], ['sc25-11.1.3', 'operator-conditions'], ['sc25-11.1.4', 'mode'], ['sc25-11.1.5', 'resources'], ['sc25-11.1.6', 'implementation'], ['sc25-11.1.7', 'products'],
    ['sc25-11.1.8', 'accounting'], ['sc25-11.1.9', 'protection'], ['sc25-11.1.10', 'rights-and-duties'], ['sc25-11.1.11', 'supervision'], ['sc25-11.1.12', 'other'],
  ])('%s: without “%s” is refused with its item', (provision, key) => {
    opened(story()).refuses(ready({ [key]: null }), 'content-must-be-present', provision)
  })

  test.each([['sc25-12.1a', 'life-cycle'], ['sc25-12.1b', 'demand'], ['sc25-12.1c', 'market'], ['sc25-12.1d', 'results'], ['sc25-12.1e', 'risks']])('%s: its study without “%s” is refused', (_id, key) => {
    opened(story()).refuses(ready({}, { [key]: null }), 'content-must-be-present', 'sc25-12.1')
  })

  test('sc25-11.1e: the form has twelve sections, and the twelfth left without a word is refused with its id', () => {
    const form = story().law.pack.contents['implementation-plan']
    const sections = form?.type === 'group' ? Object.values(form.items).flatMap((one) => one.no ?? []) : []
    expect(new Set(sections)).toEqual(new Set(['（一）', '（二）', '（三）', '（四）', '（五）', '（六）', '（七）', '（八）', '（九）', '（十）', '（十一）', '（十二）']))
    const twelfth = { ...ready({ other: null }), on: '2026-07-20' }
    opened(story()).refuses(twelfth, 'content-must-be-present', 'sc25-11.1.12')
    expect(opened(story()).act({ ...ready({ other: '无' }), on: '2026-07-20' }).status).toBe('under-guidance')
  })

  test('sc25-12.1f: a city’s rules that ask for application scenarios refuse a study without them, and none of the five can be left out', async () => {
    const city = (await lawOf('xian-2025')).pack.contents['feasibility-study']
    if (city?.basis === undefined) throw new Error('Xi’an has no form for a study')
    expect(contentRefusal(city, { ...study(), scenarios: null }, '', city.basis)).toMatchObject({ code: 'content-must-be-present', provision: 'xa25-17.1', details: { content: '可行性论证报告／应用场景' } })
    for (const part of ['life-cycle', 'demand', 'market', 'results', 'risks']) opened(story()).refuses({ ...ready({}, { [part]: null }), on: '2026-07-13' }, 'content-must-be-present', 'sc25-12.1')
  })

  test('sc25-12.1e sc25-12.1c: a high risk has a measure, a market size its method', () => {
    opened(story()).refuses(ready({}, { risks: [{ name: '泄露', kind: 'security', level: 'high', owner: '运营机构' }] }), 'high-risk-must-have-measure', 'sc25-12.1')
    opened(story()).refuses(ready({}, { market: { value: 1, source: '年报' } }), 'market-size-must-have-method', 'sc25-12.1')
  })

  test('sc25-9.1a sc25-9.1b: another mode needs a reason; a field is authorized with the source units that signed', () => {
    opened(story()).refuses(ready({ mode: { kind: 'sector' } }), 'other-mode-must-be-justified', 'sc25-9.1')
    const sector = (...units: string[]) => ready({ mode: { kind: 'sector', justification: '数据专业性强', 'co-signers': units.map((organization) => ({ organization, office: 'data-provider' })) } })
    opened(story()).refuses(sector(), 'sector-mode-must-be-joint', 'sc25-9.1')
    expect(opened(story()).refuses(sector('environment-bureau'), 'sector-resources-must-be-of-co-signers', 'sc25-9.1').message).toContain('transport-bureau')
    expect(opened(story()).act(sector('environment-bureau', 'transport-bureau')).status).toBe('under-guidance')
  })

  test('sc25-9.1c sc25-11.1.4: a scenario authorization names its one scenario', () => {
    const scenario = (more: JsonObject) => ready({ mode: { kind: 'scenario', justification: '只此一场景', ...more } })
    opened(story()).refuses(scenario({}), 'scenario-mode-must-name-one-scenario', 'sc25-9.1')
    expect(opened(story()).act(scenario({ field: '惠农贷款' })).status).toBe('under-guidance')
  })

  const refusesPlan = (change: JsonObject, code: string, provision: string) => opened(story()).refuses({ ...ready(change), on: '2026-07-20' }, code, provision)
  const row = (index: number, change: JsonObject = {}): JsonObject => ({ entry: `resource-${index}`, name: `资源${index}`, provider: 'environment-bureau', 'update-frequency': '每日', quality: '完整率高', origin: 'own', 'holding-basis': '依法履职', ...change })

  test('sc25-11.1.1: a plan named like one in force is refused, and a change of that one keeps its name', () => {
    const told = story()
    const first = planInForce(told)
    const again = told.open({ on: '2026-07-20', who: 'drafter', procedure: 'implementation-plan', contents: { 'case-name': '另一实施方案' } })
    again.refuses({ ...ready(), on: '2026-07-20' }, 'plan-name-must-be-its-own', 'sc25-11.1.1')
    expect(again.act({ ...ready({ name: '四川省公共数据资源分领域授权运营实施方案' }), on: '2026-07-20' }).status).toBe('under-guidance')
    const changed = told.open({ on: '2026-07-20', who: 'drafter', procedure: 'implementation-plan', links: { supersedes: first }, contents: { 'case-name': '变更实施方案', 'plan-change': { subjects: [{ subject: 'mode', before: '整体', after: '分领域' }], reason: '按领域开展更加稳妥可行' } } })
    expect(changed.act({ ...ready(), on: '2026-07-20' }).status).toBe('under-guidance')
  })

  test('sc25-11.1.2: a plan whose study lacks its part on risks is refused with that part', () => {
    expect(opened(story()).refuses({ ...ready({}, { risks: null }), on: '2026-07-20' }, 'content-must-be-present', 'sc25-12.1').message).toContain('风险防控')
    refusesPlan({ necessity: { necessity: '提高公共数据资源开发利用水平，服务民生和产业发展。', feasibility: '' } }, 'content-must-be-present', 'sc25-11.1.2')
  })

  test('sc25-11.1.3: conditions for four of the five kinds are refused on 2026-07-20', () => {
    const conditions = plan()['operator-conditions']
    refusesPlan({ 'operator-conditions': Array.isArray(conditions) ? conditions.filter((_one, index) => index !== 3) : [] }, 'conditions-must-cover-five-kinds', 'sc25-11.1.3')
  })

  test('sc25-11.1.5: of 120 resources one without update frequency is refused, and named by its row', () => {
    const rows = Array.from({ length: 120 }, (_one, index) => row(index + 1, index === 57 ? { 'update-frequency': '' } : {}))
    expect(refusesPlan({ resources: rows }, 'content-must-be-present', 'sc25-11.1.5').message).toContain('第58行／更新频率')
  })

  test('sc25-11.1.6: six parts filled and “asset management” empty: refused, and the part is named', () => {
    const { implementation } = plan()
    expect(refusesPlan({ implementation: { ...(typeof implementation === 'object' && implementation !== null && !Array.isArray(implementation) ? implementation : {}), 'asset-management': '' } }, 'content-must-be-present', 'sc25-11.1.6').message).toContain('资产管理')
  })

  test('sc25-11.1.7: eight products of the one class “industry” are refused', () => {
    refusesPlan({ products: Array.from({ length: 8 }, (_one, index) => ({ name: `指数${index}`, class: 'industry', form: '接口' })) }, 'products-must-serve-both-classes', 'sc25-11.1.7')
  })

  test('sc25-11.1.8: shares that come to 95% are refused, to 100% accepted', () => {
    const accounting = (last: number) => ({ accounting: { 'cost-and-revenue': '单独核算成本和收入', distribution: '按贡献分配收益', shares: [{ party: '运营机构', share: 60 }, { party: '数源单位', share: last }] } })
    expect(refusesPlan(accounting(35), 'shares-must-sum-to-whole', 'sc25-11.1.8').message).toContain('95')
    expect(opened(story()).act({ ...ready(accounting(40)), on: '2026-07-20' }).status).toBe('under-guidance')
  })

  test('sc25-11.1.9: five resources with personal information need an impact assessment', () => {
    const resources = Array.from({ length: 5 }, (_one, index) => row(index + 1, { personal: true }))
    const protection = { security: '分类分级保护', 'personal-information': '最小必要并去标识化', emergency: '按应急预案处置' }
    refusesPlan({ resources, protection }, 'personal-information-must-be-assessed', 'sc25-11.1.9')
    expect(opened(story()).act({ ...ready({ resources, protection: { ...protection, 'impact-assessment': file('影响评估.pdf') } }), on: '2026-07-20' }).status).toBe('under-guidance')
  })

  test('sc25-11.1.10: with six source units and rows for five the missing unit is named', () => {
    const units = ['environment-bureau', 'transport-bureau', 'health-commission', 'weather-bureau', 'operation-office', 'big-data-centre']
    const duties = (of: string[]) => ({ resources: units.map((provider, index) => row(index, { provider })), 'rights-and-duties': { 'implementing-agency': '组织、指导和监督', operator: '治理、开发和提供服务', others: '依职责供数和配合', units: of.map((unit) => ({ unit, duties: '依约供数' })) } })
    expect(refusesPlan(duties(units.slice(0, 5)), 'every-unit-must-have-its-duties', 'sc25-11.1.10').message).toContain('big-data-centre')
    expect(opened(story()).act({ ...ready(duties(units)), on: '2026-07-20' }).status).toBe('under-guidance')
  })

  test('sc25-11.1.11: indicators whose weights come to 110 are refused', () => {
    const supervision = (weight: number) => ({ supervision: { supervision: '依细则监督管理', assessment: '每年考核评价', indicators: [{ indicator: '供给及时率', weight: 60 }, { indicator: '产品成效', weight }] } })
    expect(refusesPlan(supervision(50), 'weights-must-sum-to-whole', 'sc25-11.1.11').message).toContain('110')
    expect(opened(story()).act({ ...ready(supervision(40)), on: '2026-07-20' }).status).toBe('under-guidance')
  })

  test('sc25-11.1c: a plan without a social indicator is refused', () => {
    refusesPlan({ benefits: { economic: [{ name: '收入', target: '2000万元', year: 2027 }] } }, 'social-benefit-must-be-stated', 'sc25-11.1')
  })

  test('sc25-11.1d: a milestone of 2031-12-31 lies outside a term that ends on 2029-12-31', () => {
    const implementation = { construction: '建设授权运营平台', 'technical-support': '依托省一体化数据平台', 'evaluation-criteria': '按年度评估办法执行', 'exit-mechanism': '期满或者违约的，依协议退出', 'asset-management': '按国有资产管理规定执行', milestones: [{ name: '平台上线', date: '2031-12-31', responsible: '省大数据中心' }] }
    refusesPlan({ implementation, term: { start: '2026-08-01', end: '2029-12-31' } }, 'milestone-must-lie-within-term', 'sc25-11.1')
    refusesPlan({ implementation: { ...implementation, milestones: [{ name: '平台上线', date: '2026-12-31' }] } }, 'milestone-must-have-responsible-unit', 'sc25-11.1')
  })

  test('sc25-5.1a: what no government holds by law does not come into the plan', () => {
    refusesPlan({ resources: [row(1, { 'holding-basis': null })] }, 'resource-must-be-lawfully-held', 'sc25-5.1')
  })

  test('sc25-11.1a: a draft of 2026-07-06 without the department’s answer is not finished on 2026-07-17, and the open task is shown', () => {
    const draft = opened(story()).act({ ...ready(), on: '2026-07-06' })
    expect(draft.refuses({ on: '2026-07-17', who: 'drafter', task: 'finalize', outcome: 'final' }, 'step-must-be-open', 'sc25-11.1').message).toContain('数据管理部门指导')
    const guided = draft.act({ on: '2026-07-17', who: 'authority', task: 'guide-data-authority', outcome: 'guidance', contents: { 'guidance-data-authority': '请补充风险防控' } })
    guided.refuses({ on: '2026-07-20', who: 'drafter', task: 'finalize', outcome: 'final' }, 'guidance-must-be-answered', 'sc25-11.1')
    expect(guided.act({ on: '2026-07-20', who: 'drafter', task: 'finalize', outcome: 'final', contents: { 'answer-data-authority': '已补充风险防控' } }).status).toBe('under-review')
  })

  const awaitingSubmission = (told: Story) => opened(told).act(ready()).act({ on: '2026-07-03', who: 'authority', task: 'guide-data-authority', outcome: 'none' }).act({ on: '2026-07-06', who: 'drafter', task: 'finalize', outcome: 'final' })
    .act({ on: '2026-07-07', who: 'reviewer', task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': fairReview(['capital', 'management', 'technology', 'service', 'security'].map((kind) => `具备${kind}条件`)) } })

  test('sc25-13.1a: the agency does not submit its plan of 2026-07-20 itself; the department has the task', () => {
    const waiting = awaitingSubmission(story())
    const submit = (who: string) => ({ on: '2026-07-20', who, task: 'submit', outcome: 'submitted', contents: { submission: { number: '川数〔2026〕8号', date: '2026-07-20', summary: '无指导意见，公平竞争审查通过。' } } })
    expect(waiting.state.tasks).toMatchObject([{ step: 'submit', organization: 'development-commission' }])
    waiting.refuses(submit('drafter'), 'actor-must-hold-office', 'sc25-13.1')
    expect(waiting.act(submit('authority')).status).toBe('in-deliberation')
  })

  test('sc25-13.1b: before the decision of 2026-07-24 no selection opens on 2026-07-22, after it one does', () => {
    const told = story()
    const waiting = planInDeliberation(told)
    const select = (on: string) => ({ on, who: 'drafter', procedure: 'operator-selection', links: { plan: waiting }, contents: { 'case-name': '运营机构选定' } })
    told.refusesOpening(select('2026-07-22'), 'plan-must-be-approved', 'sc25-10.1')
    const decide = (change: JsonObject) => ({ on: '2026-07-24', who: 'mayor', task: 'deliberate', outcome: 'approve', contents: { 'collective-decision': decision(plan(change), '2026-07-24') } })
    waiting.refuses(decide({ other: '另有约定' }), 'decision-must-carry', 'sc25-13.1')
    waiting.act(decide({}))
    expect(told.open(select('2026-07-24')).state.status).toBe('preparing')
  })

  test('sc25-13.1c: a plan approved on 2026-07-24 is not edited on 2026-08-03; its change is explained', () => {
    const told = story()
    const approved = planInForce(told, '2026-07-24')
    approved.refuses({ on: '2026-08-03', who: 'drafter', task: 'revise', outcome: 'revised', contents: { 'implementation-plan': plan({ scope: '全部领域的公共数据资源' }) } }, 'step-must-be-open', 'sc25-11.1')
    told.refusesOpening({ on: '2026-08-03', who: 'drafter', procedure: 'implementation-plan', links: { supersedes: approved }, contents: { 'case-name': '变更实施方案' } }, 'change-must-be-explained', 'sc25-13.1')
  })

  test('sc25-13.1d: a change of 2026-09-07 approved on 2026-09-23 applies from that day, and its filing is due on 2026-10-14', () => {
    const told = story()
    const first = planInForce(told)
    const changed = told.open({ on: '2026-09-07', who: 'drafter', procedure: 'implementation-plan', links: { supersedes: first }, contents: { 'case-name': '变更实施方案', 'plan-change': { subjects: [{ subject: 'mode', before: '整体', after: '依场景' }], reason: '按场景开展更加稳妥可行' } } })
    const second = { mode: { kind: 'scenario', field: '惠农贷款', justification: '只此一场景' } }
    changed.act({ ...ready(second), on: '2026-09-08' }).act({ on: '2026-09-10', who: 'authority', task: 'guide-data-authority', outcome: 'none' }).act({ on: '2026-09-11', who: 'drafter', task: 'finalize', outcome: 'final' })
      .act({ on: '2026-09-14', who: 'reviewer', task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': fairReview(['capital', 'management', 'technology', 'service', 'security'].map((kind) => `具备${kind}条件`)) } })
      .act({ on: '2026-09-15', who: 'authority', task: 'submit', outcome: 'submitted', contents: { submission: { number: '川数〔2026〕9号', date: '2026-09-15', summary: '无指导意见，公平竞争审查通过。' } } })
      .act({ on: '2026-09-23', who: 'mayor', task: 'deliberate', outcome: 'approve', contents: { 'collective-decision': decision(plan(second), '2026-09-23') } })
    expect([first.status, changed.status, changed.due('file-with-province')]).toEqual(['superseded', 'in-force', '2026-10-14'])
    expect(told.world.standings[`authorization/${first.id}`]).toBe('ended')
  })

  test('sc25-13.2: approved on 2026-09-23, to be filed by 2026-10-14', () => {
    const approved = planInForce(story(), '2026-09-23')
    expect(approved.due('file-with-province')).toBe('2026-10-14')
    expect(late(approved.time('2026-10-14'))).toEqual([])
    expect(late(approved.time('2026-10-15'))).toHaveLength(1)
  })
})
