import { describe, expect, test as plain } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { file, plan, study } from '#tests/support/authorization-contents.ts'
import { WIDE_CAST } from '#tests/support/chengdu-wide-cast.ts'
import { lastCase, listed } from '#tests/support/supply-story.ts'
import { accounted } from '#tests/support/accounted.ts'
import { fresh } from '#tests/support/chengdu-oversight-story.ts'

const test = accounted('plans', ['implementation-plan'])

const story = () => fresh(WIDE_CAST)
const opening = { on: '2026-06-15', who: 'drafter', procedure: 'implementation-plan', contents: { 'case-name': '整体授权运营实施方案' } }

/** A plan handed round for guidance, and the attempts to hand round another text. */
const ready = (text: JsonObject, argued: JsonObject = study(), on = '2026-06-29') => ({
  on, who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'implementation-plan': text, 'feasibility-study': argued },
})
const refusesPlan = (change: JsonObject, code: string, provision: string) => story().open(opening).refuses(ready(plan(change)), code, provision)
const refusesStudy = (change: JsonObject, code: string, provision = 'cd26-11.1') => story().open(opening).refuses(ready(plan(), study(change), '2026-06-25'), code, provision)
const takesStudy = (change: JsonObject) => expect(story().open(opening).act(ready(plan(), study(change), '2026-06-25')).status).toBe('under-guidance')

/** Items of the plan as objects, to change one place in them. */
const item = (key: string) => plan()[key] as JsonObject // a group or a table of the sample
const rows = (key: string) => plan()[key] as JsonObject[] // a table of the sample

describe('who begins a plan', () => {
  test('cd26-10.1b: only the implementing agency opens a plan; a section given to the Transport Bureau opens to the bureau, and nothing else', () => {
    const told = story()
    told.refusesOpening({ ...opening, who: 'operator' }, 'actor-must-hold-office', 'cd26-10.1')
    told.refusesOpening({ ...opening, who: 'elsewhere' }, 'actor-must-be-concerned-organization', 'cd26-10.1')
    const drafting = told.open(opening)
    const order = (due: string, who = 'drafter') => ({ on: '2026-06-15', who, procedure: 'plan-section', links: { plan: drafting }, contents: { 'section-order': { section: 'resources', unit: 'transport-bureau', due } } })
    told.refusesOpening(order('2026-06-14'), 'section-must-be-due-later', null)
    told.refusesOpening(order('2026-06-24', 'transport'), 'actor-must-hold-office', 'cd26-10.1')
    const section = told.open(order('2026-06-24'))
    expect([section.due('write'), section.state.tasks.map((task) => task.organization)]).toEqual(['2026-06-24', ['transport-bureau']])
    const write = { on: '2026-06-17', who: 'transport', task: 'write', outcome: 'written', contents: { 'section-draft': '纳入公交线路、站点和客流数据。' } }
    drafting.refuses({ ...ready(plan()), who: 'transport' }, 'actor-must-hold-office', 'cd26-10.1')
    section.refuses({ ...write, who: 'environment' }, 'actor-must-be-concerned-organization', 'cd26-10.1')
    section.act(write).act({ on: '2026-06-18', who: 'drafter', task: 'take', outcome: 'return', contents: { opinion: '请写明更新频率' } })
    section.act({ ...write, on: '2026-06-22' }).act({ on: '2026-06-22', who: 'drafter', task: 'take', outcome: 'taken' })
    expect([section.status, section.state.conclusions.filter((one) => one.step === 'write').map((one) => [one.person, one.date])]).toEqual(['taken', [['transport', '2026-06-17'], ['transport', '2026-06-22']]])
    drafting.act(ready(plan()))
    told.refusesOpening({ ...order('2026-07-06'), on: '2026-06-29' }, 'drafted-plan-must-be-open', 'cd26-10.1')
  })

  test('cd26-8.1a: Wuhou District cannot grant by itself; it proposes its resources for the city’s plan', () => {
    const told = story()
    const propose = (grantor: string) => ({
      on: '2026-06-23', who: 'wuhou-mayor', procedure: 'resource-proposal',
      contents: { 'resource-proposal': { grantor, resources: [{ name: '武侯区停车泊位', unit: '武侯区数据局', 'holding-basis': '停车管理职责' }], reason: '服务停车诱导' } },
    })
    const refusal = told.refusesOpening(propose('wuhou-district'), 'grantor-must-be-the-city-government', 'cd26-8.1')
    expect(refusal.cure).toContain('提出纳入市级实施方案的资源建议')
    const proposed = told.open(propose('city-government'))
    expect([proposed.due('answer'), proposed.effects('notify').at(-1)]).toMatchObject(['2026-07-07', { to: ['implementing-agency'] }])
    proposed.refuses({ on: '2026-06-24', who: 'wuhou-mayor', task: 'answer', outcome: 'adopt', contents: { opinion: '同意纳入' } }, 'actor-must-hold-office', 'cd26-10.1')
    proposed.act({ on: '2026-06-24', who: 'drafter', task: 'answer', outcome: 'adopt', contents: { opinion: '同意纳入' } })
    expect([proposed.status, proposed.effects('notify').at(-1)]).toMatchObject(['adopted', { to: ['district-government'], notice: '资源建议已采纳' }])
    const declined = told.open(propose('city-government')).act({ on: '2026-06-24', who: 'drafter', task: 'answer', outcome: 'decline', contents: { opinion: '与市级资源重复' } })
    expect([declined.status, declined.effects('notify').at(-1)]).toMatchObject(['declined', { to: ['district-government'], text: '与市级资源重复' }])
  })
})

describe('what a plan must hold', () => {
  plain.each([
    ['name', 'na25-9.1.1'], ['necessity', 'na25-9.1.2'], ['operator-conditions', 'na25-9.1.3'], ['mode', 'na25-9.1.4'], ['resources', 'na25-9.1.5'],
    ['term', 'na25-9.1.6'], ['implementation', 'na25-9.1.6'], ['products', 'na25-9.1.7'], ['accounting', 'na25-9.1.8'], ['protection', 'na25-9.1.9'],
    ['rights-and-duties', 'na25-9.1.10'], ['supervision', 'na25-9.1.11'], ['other', 'na25-9.1.12'],
  ])('cd26-10.1e: without “%s” the plan is refused with the number of the item: %s', (key, provision) => {
    refusesPlan({ [key]: null }, 'content-must-be-present', provision)
  })

  test('cd26-10.1e: with exit mechanism or asset management empty the plan of 2026-06-29 is refused under item six', () => {
    const without = (key: string) => refusesPlan({ implementation: { ...item('implementation'), [key]: '' } }, 'content-must-be-present', 'na25-9.1.6').message
    expect(without('exit-mechanism')).toContain('（六）建设与实施／退出机制')
    expect(without('asset-management')).toContain('资产管理')
    refusesPlan({ products: rows('products').slice(0, 1) }, 'products-must-serve-both-classes', 'na25-9.1.7')
    refusesPlan({ remark: '其他' }, 'content-must-be-declared', 'na25-9.1')
    refusesPlan({ term: { start: '2026-08-01', end: '2026-08-01' } }, 'term-must-run-forward', 'na25-9.1.6')
  })

  test('cd26-5.1a: each resource of a plan has its frequency, its quality, and a lawful ground of holding', () => {
    const [first, second] = rows('resources')
    refusesPlan({ resources: [{ ...first, 'update-frequency': '' }] }, 'content-must-be-present', 'na25-9.1.5')
    refusesPlan({ resources: [{ ...first, quality: '' }] }, 'content-must-be-present', 'na25-9.1.5')
    expect(refusesPlan({ resources: [first ?? {}, { ...second, 'holding-basis': '' }] }, 'resource-must-be-lawfully-held', 'cd26-5.1').message).toContain('公交线路数据')
    refusesPlan({ resources: [first ?? {}, first ?? {}] }, 'rows-must-not-repeat', 'na25-9.1.5')
  })

  test('cd26-5.2: data obtained by sharing enter a plan only with the sharing provider’s consent', () => {
    const [first] = rows('resources')
    refusesPlan({ resources: [{ ...first, origin: 'shared' }] }, 'shared-data-must-have-consent', 'cd26-5.2')
    const consented = plan({ resources: [{ ...first, origin: 'shared', 'sharing-consent': file('同意函.pdf') }] })
    expect(story().open(opening).act(ready(consented)).status).toBe('under-guidance')
  })

  test('cd26-10.1c: four economic indicators and no social one, on 2026-06-29, are refused; so the other way round', () => {
    const benefits = item('benefits')
    const four = [1, 2, 3, 4].map((one) => ({ name: `经济指标${one}`, target: '增长5%', year: 2027 }))
    expect(refusesPlan({ benefits: { ...benefits, economic: four, social: [] } }, 'social-benefit-must-be-stated', 'cd26-10.1').message).toContain('社会效益')
    expect(refusesPlan({ benefits: { ...benefits, economic: [] } }, 'economic-benefit-must-be-stated', 'cd26-10.1').message).toContain('经济效益')
    expect(story().open(opening).act(ready(plan({ benefits: { ...benefits, economic: four } }))).status).toBe('under-guidance')
  })

  test('cd26-10.1d: of ten milestones the one without a responsible unit is named; each lies within the term', () => {
    const stones = (change: JsonObject) => {
      const ten = Array.from({ length: 10 }, (_, index) => ({ name: `节点${index + 1}`, date: '2026-12-31', responsible: '市大数据中心', ...(index === 6 ? change : {}) }))
      return { implementation: { ...item('implementation'), milestones: ten } }
    }
    expect(refusesPlan(stones({ responsible: '' }), 'milestone-must-have-responsible-unit', 'cd26-10.1').details).toMatchObject({ row: 7, name: '节点7' })
    refusesPlan(stones({ date: '2026-07-31' }), 'milestone-must-lie-within-term', 'cd26-10.1')
    refusesPlan(stones({ date: '2031-08-01' }), 'milestone-must-lie-within-term', 'cd26-10.1')
    expect(story().open(opening).act(ready(plan(stones({ date: '2026-08-01' })))).status).toBe('under-guidance')
    expect(story().open(opening).act(ready(plan(stones({ date: '2031-07-31' })))).status).toBe('under-guidance')
  })
})

describe('what the study must hold', () => {
  test('cd26-11.1a: a study of 2026-06-25 that says nothing on one stage of the data’s life is refused, and the stage is named', () => {
    const cycle = study()['life-cycle'] as JsonObject // a group of the sample
    const stages = { collection: '收集', storage: '存储', processing: '使用和加工', transfer: '传输', provision: '提供', destruction: '销毁' }
    for (const [stage, title] of Object.entries(stages)) expect(refusesStudy({ 'life-cycle': { ...cycle, [stage]: '' } }, 'content-must-be-present').message).toContain(title)
  })

  test('cd26-11.1b: 37 collected demands are drawn into an empty part on social demand, and the study can be handed in', () => {
    refusesStudy({ demand: [] }, 'content-must-be-present')
    refusesStudy({ demand: [{ name: '查询', sector: '环境', source: '' }] }, 'content-must-be-present')
    const told = story()
    for (let one = 1; one <= 37; one += 1) {
      told.open({ on: '2026-06-16', who: 'consumer', procedure: 'demand-collection', contents: { 'collected-demand': { sector: one % 2 === 0 ? '交通运输' : '生态环境', need: `需要第${one}类数据`, scenario: '出行服务' } } })
    }
    const collected = Object.entries(told.world.registers['collected-demands'] ?? {})
    expect([collected.length, collected[0]?.[1]]).toMatchObject([37, { sector: '生态环境', from: 'travel-company', 'collected-on': '2026-06-16' }])
    const drawn = collected.map(([number, record]) => ({ name: String(record['need']), sector: String(record['sector']), source: '平台征集', number }))
    const drafting = told.open(opening)
    drafting.refuses(ready(plan(), study({ demand: [...drawn, { name: '自拟', sector: '其他', source: '平台征集', number: '没有这一项' }] }), '2026-06-25'), 'collected-demand-must-be-on-record', 'cd26-11.1')
    expect(drafting.act(ready(plan(), study({ demand: drawn }), '2026-06-25')).status).toBe('under-guidance')
    told.refusesOpening({ on: '2026-06-16', who: 'consumer', procedure: 'demand-collection', contents: { 'collected-demand': { sector: '', need: '需要某类数据', scenario: '出行' } } }, 'content-must-be-present', 'cd26-11.1')
  })

  test('cd26-11.1c: a market size of 120 million yuan without source or method is refused', () => {
    refusesStudy({ market: { value: 12000, method: '类比测算' } }, 'content-must-be-typed')
    refusesStudy({ market: { value: 12000, source: '行业协会年度报告' } }, 'market-size-must-have-method')
    takesStudy({ market: { value: 12000, source: '行业协会年度报告', method: '类比测算', year: 2026 } })
  })

  test('cd26-11.1e: of eight risks the high one without measure is named; without owner, too', () => {
    const eight = (change: JsonObject) => Array.from({ length: 8 }, (_, index) => ({ name: `风险${index + 1}`, kind: 'privacy', level: index === 4 ? 'high' : 'low', ...(index === 4 ? { measure: '检验', owner: '运营机构', ...change } : {}) }))
    expect(refusesStudy({ risks: eight({ measure: '' }) }, 'high-risk-must-have-measure').message).toContain('风险5')
    expect(refusesStudy({ risks: eight({ owner: '' }) }, 'high-risk-must-have-owner').message).toContain('风险5')
    takesStudy({ risks: eight({}) })
  })

  plain.each(['life-cycle', 'demand', 'market', 'results', 'risks'])('cd26-11.1f: the part “%s” cannot be left out', (part) => {
    refusesStudy({ [part]: null }, 'content-must-be-present')
  })

  test('cd26-11.1f: a part “employment” may be added and taken out again; no part is renamed', () => {
    takesStudy({ further: [{ name: '就业', text: '带动数据服务岗位' }] })
    takesStudy({ further: [] })
    refusesStudy({ employment: '带动就业' }, 'content-must-be-declared')
  })
})

describe('whose resources', () => {
  const among = (codes: string[]) => plan({ resources: codes.map((entry) => ({ ...rows('resources')[0], entry, name: `资源${entry}` })) })
  const handed = (text: JsonObject) => ready(text, study(), '2026-06-22')

  test('cd26-3.1.2: resources of the city and of its districts enter one plan on 2026-06-22; those of Deyang or bought ones do not', () => {
    const told = story()
    listed(told, 'bus-lines', 'transport', { 'held-by': 'municipal' }, {}, '2026-06-16')
    listed(told, 'wuhou-parking', 'wuhou-data', { 'held-by': 'district' }, {}, '2026-06-16')
    listed(told, 'deyang-water', 'deyang-data', { 'held-by': 'outside' }, {}, '2026-06-16')
    listed(told, 'bought-maps', 'transport', { 'held-by': 'purchased' }, {}, '2026-06-16')
    const drafting = told.open(opening)
    expect(drafting.refuses(handed(among(['bus-lines', 'wuhou-parking', 'deyang-water'])), 'resource-must-be-held-by-the-city', 'cd26-3.1.2').message).toContain('deyang-water')
    drafting.refuses(handed(among(['bus-lines', 'bought-maps'])), 'resource-must-be-held-by-the-city', 'cd26-3.1.2')
    expect(drafting.act(handed(among(['bus-lines', 'wuhou-parking']))).status).toBe('under-guidance')
  })

  test('cd26-5.1c: one of 40 resources is reported on 2026-06-18 to contain state secrets, and the plan is refused until it is removed', () => {
    const told = story()
    listed(told, 'resource-40', 'transport', {}, {}, '2026-06-15')
    const report = (risk: string, who = 'transport', on = '2026-06-18') => ({ on, who, procedure: 'resource-risk', contents: { 'risk-notice': { entry: 'resource-40', risk, facts: '经复核含国家秘密', 'signed-by': '李华' } } })
    told.refusesOpening(report('state-secret', 'environment'), 'entry-must-be-own', 'cd26-7.5')
    const risky = told.open(report('state-secret'))
    expect([told.world.standings['catalog-entry/resource-40'], risky.effects('notify').at(-1)]).toMatchObject(['suspended', { to: ['data-authority', 'public-data-manager', 'implementing-agency'] }])
    const codes = Array.from({ length: 40 }, (_, index) => `resource-${index + 1}`)
    const drafting = told.open(opening)
    expect(drafting.refuses(handed(among(codes)), 'risk-must-be-excluded', 'cd26-5.1').message).toContain('资源resource-40')
    const lift = { on: '2026-06-22', who: 'authority', task: 'decide', outcome: 'lift', contents: { 'risk-opinion': '经核查可以使用' } }
    risky.refuses(lift, 'risk-must-be-excluded', 'cd26-5.1')
    risky.refuses({ ...lift, who: 'manager' }, 'actor-must-hold-office', 'cd26-5.1')
    expect(drafting.act(handed(among(codes.slice(0, 39)))).status).toBe('under-guidance')
    risky.act({ ...lift, outcome: 'withdraw', contents: { 'risk-opinion': '移出目录，按保密规定处理' } })
    expect([risky.status, told.world.standings['catalog-entry/resource-40'], risky.effects('notify').at(-1)]).toMatchObject(['withdrawn', 'ended', { notice: '资源已移出目录' }])
    expect(risky.effects('register.end')).toMatchObject([{ register: 'catalog', key: 'resource-40' }])
  })

  test('cd26-5.1c: important data come back with a security assessment and the data authority’s decision only', () => {
    const told = story()
    listed(told, 'bus-lines', 'transport', {}, {}, '2026-06-15')
    const risky = told.open({ on: '2026-06-18', who: 'transport', procedure: 'resource-risk', contents: { 'risk-notice': { entry: 'bus-lines', risk: 'important-data', facts: '汇聚后属于重要数据', 'signed-by': '李华' } } })
    const drafting = told.open(opening)
    drafting.refuses(handed(among(['bus-lines'])), 'risk-must-be-excluded', 'cd26-5.1')
    const lift = (more: JsonObject) => ({ on: '2026-06-19', who: 'authority', task: 'decide', outcome: 'lift', contents: { 'risk-opinion': '评估结论可控', ...more } })
    risky.refuses(lift({}), 'important-data-must-be-assessed', 'cd26-5.1')
    risky.act(lift({ 'security-assessment': file('评估.pdf') }))
    expect([lastCase(told, 'resource-risk').status, told.world.standings['catalog-entry/bus-lines'], risky.effects('notify').at(-1)]).toMatchObject(['lifted', 'granted', { to: ['data-provider', 'public-data-manager', 'implementing-agency'] }])
    expect(drafting.act(handed(among(['bus-lines']))).status).toBe('under-guidance')
  })
})
