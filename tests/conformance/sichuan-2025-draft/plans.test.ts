import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { contentRefusal } from '#core/procedure/content-check.ts'
import { study } from '#tests/support/authorization-contents.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { decision, file, late, opened, plan, planInDeliberation, planInForce, ready, story } from '#tests/support/sichuan-story.ts'

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

  test('sc25-11.1.3 sc25-11.1.7 sc25-11.1c sc25-11.1d sc25-5.1a sc25-5.2: five kinds, both classes, a social target, dates within the term, held by law, consent for shared data', () => {
    const refuses = (change: JsonObject, code: string, provision: string) => opened(story()).refuses(ready(change), code, provision)
    const conditions = plan()['operator-conditions']
    refuses({ 'operator-conditions': Array.isArray(conditions) ? conditions.filter((_one, index) => index !== 3) : [] }, 'conditions-must-cover-five-kinds', 'sc25-11.1.3')
    refuses({ products: [{ name: '指数', class: 'industry', form: '接口' }] }, 'products-must-serve-both-classes', 'sc25-11.1.7')
    refuses({ benefits: { economic: [{ name: '收入', target: '2000万元', year: 2027 }] } }, 'social-benefit-must-be-stated', 'sc25-11.1')
    refuses({ term: { start: '2026-08-01', end: '2026-12-30' } }, 'milestone-must-lie-within-term', 'sc25-11.1')
    const row = { entry: 'air', name: '空气', provider: 'environment-bureau', 'update-frequency': '每日', quality: '完整率高', origin: 'own' }
    refuses({ resources: [row] }, 'resource-must-be-lawfully-held', 'sc25-5.1')
    refuses({ resources: [{ ...row, 'holding-basis': '依法履职', origin: 'shared' }] }, 'shared-data-must-have-consent', 'sc25-5.2')
  })

  test('sc25-11.1a: the data authority’s guidance comes before the final text', () => {
    const guided = opened(story()).act(ready()).act({ on: '2026-07-06', who: 'authority', task: 'guide-data-authority', outcome: 'guidance', contents: { 'guidance-data-authority': '请补充风险防控' } })
    guided.refuses({ on: '2026-07-07', who: 'drafter', task: 'finalize', outcome: 'final' }, 'guidance-must-be-answered', 'sc25-11.1')
  })

  test('sc25-13.1a sc25-13.1b: the data authority submits, the government decides on this text', () => {
    const waiting = planInDeliberation(story())
    waiting.refuses({ on: '2026-07-24', who: 'mayor', task: 'deliberate', outcome: 'approve', contents: { 'collective-decision': decision(plan({ other: '另有约定' }), '2026-07-24') } }, 'decision-must-carry', 'sc25-13.1')
    expect(waiting.act({ on: '2026-07-24', who: 'mayor', task: 'deliberate', outcome: 'approve', contents: { 'collective-decision': decision(plan(), '2026-07-24') } }).status).toBe('in-force')
  })

  test('sc25-13.2: approved on 2026-09-23, to be filed by 2026-10-14', () => {
    const approved = planInForce(story(), '2026-09-23')
    expect(approved.due('file-with-province')).toBe('2026-10-14')
    expect(late(approved.time('2026-10-14'))).toEqual([])
    expect(late(approved.time('2026-10-15'))).toHaveLength(1)
  })

  test('sc25-13.1c sc25-13.1d: a change of the plan in force is explained and runs the procedure again', () => {
    const told = story()
    const line = { on: '2026-09-07', who: 'drafter', procedure: 'implementation-plan', links: { supersedes: planInForce(told) }, contents: { 'case-name': '变更实施方案' } }
    told.refusesOpening(line, 'change-must-be-explained', 'sc25-13.1')
    expect(told.open({ ...line, contents: { ...line.contents, 'plan-change': { subjects: [{ subject: 'mode', before: '整体', after: '分领域' }], reason: '按领域开展更加稳妥可行' } } }).status).toBe('drafting')
  })
})
