import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '#core/json.ts'
import { wrongCitations } from '#tests/packs/citations.ts'
import { lawOf, packOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { ASSESSED, CONDITIONS, plan, shares } from '#tests/support/xian-contents.ts'
import { XIAN, determination, determined, late, modeDetermined, planInForce, planOpened } from '#tests/support/xian-story.ts'

const law = await lawOf('xian-2025')
const story = () => new Story(law, XIAN)
const ready = (change: JsonObject, on = '2026-02-10') => ({ on, who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'implementation-plan': plan(change) } })
const refuses = (change: JsonObject, code: string, provision: string, on = '2026-02-10') => planOpened(story()).refuses(ready(change, on), code, provision)
const takes = (change: JsonObject) => expect(planOpened(story()).act(ready(change)).status).toBe('under-guidance')
const rows = (key: string): JsonObject[] => plan()[key] as JsonObject[] // a table of the sample
const group = (key: string): JsonObject => plan()[key] as JsonObject // a group of the sample

test('every sentence that the pack cites stands in its provision', () => {
  const { provisions: _provisions, ...rules } = packOf('xian-2025')
  expect(wrongCitations(packOf('xian-2025'), rules)).toEqual([])
})

test('the missing half of item six is on record with its place', () => {
  expect(law.pack.deviations).toMatchObject([{ atom: 'na25-14.1.6/redevelopment', basis: { interpretation: 'xa25-20.1.6' } }])
})

describe('the twelve items of a plan of 2026-02-10', () => {
  test('xa25-16.1.1: an empty name, or that of an approved plan, is refused', () => {
    refuses({ name: null }, 'content-must-be-present', 'xa25-16.1.1')
    const told = story()
    planInForce(told)
    const second = told.open({ on: '2026-02-05', who: 'drafter', procedure: 'implementation-plan', links: { determination: modeDetermined(told) }, contents: { 'case-name': '第二个实施方案' } })
    second.refuses(ready({}), 'name-must-be-unique', 'xa25-16.1.1')
    expect(second.act(ready({ name: '西安市停车数据授权运营实施方案' })).status).toBe('under-guidance')
  })

  test('xa25-16.1.3: conditions in four groups and none for service', () => {
    refuses({ 'operator-conditions': null }, 'content-must-be-present', 'xa25-16.1.3')
    refuses({ 'operator-conditions': CONDITIONS.filter(({ kind }) => kind !== 'service') }, 'conditions-must-cover-five-kinds', 'xa25-16.1.3')
    takes({ 'operator-conditions': CONDITIONS })
  })

  test('xa25-16.1.4: decided on 2026-02-12 as the overall mode, a plan by scenario is refused on 2026-02-24', () => {
    const told = story()
    const mode = told.open({ on: '2026-02-06', who: 'authority', procedure: 'mode-determination', contents: { determination: determination() } })
      .act({ on: '2026-02-06', who: 'authority', task: 'city-agency', outcome: 'checked' })
      .act({ on: '2026-02-12', who: 'mayor', task: 'decide', outcome: 'approve', contents: { 'determination-decision': determined('2026-02-12') } })
    const open = told.open({ on: '2026-02-24', who: 'drafter', procedure: 'implementation-plan', links: { determination: mode }, contents: { 'case-name': '整体授权实施方案' } })
    open.refuses(ready({ mode: { kind: 'scenario', justification: '仅此场景' } }, '2026-02-24'), 'mode-must-be-the-determined', 'xa25-16.1.4')
    open.refuses(ready({ mode: null }, '2026-02-24'), 'content-must-be-present', 'xa25-16.1.4')
    expect(open.act(ready({}, '2026-02-24')).status).toBe('under-guidance')
  })

  test('xa25-16.1.5: an entry without update frequency or quality is refused and named', () => {
    refuses({ resources: null }, 'content-must-be-present', 'xa25-16.1.5')
    const lacking = (key: string) => rows('resources').map((row, index) => (index === 1 ? { ...row, [key]: '' } : row))
    expect(refuses({ resources: lacking('update-frequency') }, 'content-must-be-present', 'xa25-16.1.5').message).toContain('更新频率')
    expect(refuses({ resources: lacking('quality') }, 'content-must-be-present', 'xa25-16.1.5').message).toContain('数据质量情况')
  })

  test('xa25-16.1.6: seven parts, none empty, the exit mechanism named where it lacks', () => {
    refuses({ implementation: null }, 'content-must-be-present', 'xa25-16.1.6')
    refuses({ term: null }, 'content-must-be-present', 'xa25-16.1.6')
    for (const [part, title] of [['construction', '建设内容'], ['technical-support', '技术保障'], ['milestones', '实施进度'], ['evaluation-criteria', '评价标准'], ['exit-mechanism', '退出机制'], ['asset-management', '资产管理']]) {
      expect(refuses({ implementation: { ...group('implementation'), [part ?? '']: part === 'milestones' ? [] : '' } }, 'content-must-be-present', 'xa25-16.1.6').message).toContain(title)
    }
    refuses({ term: { start: '2026-12-31', end: '2026-12-31' } }, 'term-must-run-forward', 'xa25-16.1.6')
  })

  test('xa25-16.1.7: eight products all for industry are refused', () => {
    const products = Array.from({ length: 8 }, (_, index) => ({ name: `指数${index}`, class: 'industry', form: '接口' }))
    refuses({ products: null }, 'content-must-be-present', 'xa25-16.1.7')
    expect(refuses({ products }, 'products-must-serve-both-classes', 'xa25-16.1.7').cure).toContain('缺少的一类')
    takes({ products: [...products, { name: '公益查询', class: 'public-benefit', form: '接口' }] })
  })

  const accounting = (of: Json, more: JsonObject = {}): JsonObject => ({ accounting: { 'cost-and-revenue': '单独核算', distribution: '按贡献分配', shares: of, ...more } })

  test('xa25-16.1.8: shares of 60, 25 and 10 percent sum to 95 and are refused', () => {
    refuses({ accounting: null }, 'content-must-be-present', 'xa25-16.1.8')
    expect(refuses(accounting(shares(60, 25, 10)), 'shares-must-sum-to-whole', 'xa25-16.1.8').message).toContain('95')
    takes(accounting(shares(60, 25, 15)))
  })

  test('xa25-30.1d: a sharing without the data providers and without a reason is refused', () => {
    const alone: Json = [{ party: '运营机构', kind: 'operator', share: 100, ground: '资金' }]
    refuses(accounting(alone), 'providers-must-share-or-reason', 'xa25-30.1')
    takes(accounting(alone, { 'no-provider-because': '提供单位声明放弃' }))
    takes(accounting(shares(60, 25, 15)))
  })

  test('xa25-16.1.9: of three entries with personal information the third has no measure and is named', () => {
    const protection = group('protection')
    for (const part of ['security', 'personal-information', 'emergency']) refuses({ protection: { ...protection, [part]: '' } }, 'content-must-be-present', 'xa25-16.1.9')
    const resources = ['一', '二', '三'].map((mark, index) => ({ ...rows('resources')[0], entry: `p${index}`, name: `个人数据${mark}`, personal: true, ...(index < 2 ? { 'personal-protection': '去标识化' } : {}) }))
    expect(refuses({ resources }, 'personal-entry-must-have-measure', 'xa25-16.1.9').message).toContain('个人数据三')
    takes({ resources: resources.map((one) => ({ ...one, 'personal-protection': '去标识化' })) })
  })

  test('xa25-16.1.10: a plan that names an evaluator without its rights and duties is refused', () => {
    refuses({ 'rights-and-duties': null }, 'content-must-be-present', 'xa25-16.1.10')
    expect(refuses({ participants: ['第三方评估机构'] }, 'every-party-must-have-rights-and-duties', 'xa25-16.1.10').message).toContain('第三方评估机构')
    takes({ participants: ['第三方评估机构'], 'rights-and-duties': { ...group('rights-and-duties'), parties: [{ party: '第三方评估机构', rights: '独立评估，保守秘密' }] } })
  })

  test('xa25-16.1.11: an assessment with three of the four contents is refused', () => {
    const assessed = (of: Json): JsonObject => ({ supervision: { supervision: '依细则监督', assessment: '每年考核', assessed: of } })
    refuses({ supervision: null }, 'content-must-be-present', 'xa25-16.1.11')
    refuses(assessed(ASSESSED.slice(0, 3)), 'assessment-must-hold-four-contents', 'xa25-16.1.11')
    takes(assessed(ASSESSED))
  })

  test('xa25-16.1.12: an untouched section is refused, the statement none is accepted', () => {
    refuses({ other: null }, 'content-must-be-present', 'xa25-16.1.12')
    refuses({ other: '' }, 'content-must-be-present', 'xa25-16.1.12')
    takes({ other: '无' })
  })

  test('xa25-16.1b: three economic targets and no social one', () => {
    const target = (name: string): JsonObject => ({ name, target: '2000万元', year: 2027 })
    refuses({ benefits: { economic: [target('收入'), target('税收'), target('投资')] } }, 'social-benefit-must-be-stated', 'xa25-16.1')
    refuses({ benefits: { social: [target('免费服务')] } }, 'economic-benefit-must-be-stated', 'xa25-16.1')
    takes({ benefits: { economic: [target('收入')], social: [target('免费服务')] } })
  })

  test('xa25-16.1c: a product due on 2026-06-30 whose data come first on 2026-09-30', () => {
    const resources = rows('resources').map((row, index) => (index === 0 ? { ...row, 'first-delivery': '2026-09-30' } : row))
    const products = (due: string) => rows('products').map((row, index) => (index === 0 ? { ...row, entry: 'parking', due } : row))
    const refusal = refuses({ resources, products: products('2026-06-30') }, 'product-must-not-precede-its-data', 'xa25-16.1')
    expect(refusal.message).toMatch(/2026-06-30.*2026-09-30/)
    takes({ resources, products: products('2026-09-30') })
    const milestone = (change: JsonObject) => ({ ...group('implementation'), milestones: [{ name: '平台上线', date: '2026-12-31', responsible: '市数据局', ...change }] })
    refuses({ implementation: milestone({ responsible: '' }) }, 'milestone-must-have-responsible-unit', 'xa25-16.1')
    refuses({ implementation: milestone({ date: '2026-03-31' }) }, 'milestone-must-lie-within-term', 'xa25-16.1')
    refuses({ implementation: milestone({ date: '2032-01-01' }) }, 'milestone-must-lie-within-term', 'xa25-16.1')
  })
})

describe('guidance', () => {
  test('xa25-16.1a: opened on 2026-01-15 with a sector authority, both guide, and an unanswered comment holds the draft back', () => {
    const sectors = [{ authority: 'education-bureau', name: '文化旅游' }]
    const guided = planOpened(story()).act(ready({ sectors }, '2026-01-22'))
    expect(guided.state.tasks.map((one) => [one.step, one.organization])).toEqual([['guide-data-authority', 'data-bureau'], ['comment-sector', 'education-bureau']])
    guided.act({ on: '2026-02-06', who: 'authority', task: 'guide-data-authority', outcome: 'guidance', contents: { 'guidance-data-authority': '请补充安全措施' } })
    guided.act({ on: '2026-02-06', who: 'education', task: 'comment-sector', outcome: 'comment', contents: { opinion: '请核对数据范围' } })
    const final = { on: '2026-02-10', who: 'drafter', task: 'finalize', outcome: 'final' }
    guided.refuses(final, 'guidance-must-be-answered', 'xa25-16.1')
    expect(guided.act({ ...final, contents: { 'answer-data-authority': '已补充安全措施' } }).open).toEqual(['form-working-group'])
  })

  test('xa25-10.1a: of the health programme for 2026 milestone 2 of 2026-06-30 is overdue on 2026-07-01 and shown to the data authority', () => {
    const dates = ['2026-03-31', '2026-06-30', '2026-09-30', '2026-10-30', '2026-12-31']
    const programme = story().open({ on: '2026-01-05', who: 'health', procedure: 'sector-programme', contents: { 'sector-programme': { kind: 'work', name: '2026年卫生健康数据授权运营', own: dates.map((due, index) => ({ item: `节点${index + 1}`, due })) } } })
    expect(programme.state.tasks.map((one) => [one.organization, programme.due(one.id)])).toEqual(dates.map((due) => ['health-commission', due]))
    programme.act({ on: '2026-03-30', who: 'health', task: 'milestone@own=节点1', outcome: 'done', contents: { 'sector-result': { done: '已完成' } } })
    expect(late(programme.time('2026-06-30'))).toEqual([])
    expect(late(programme.time('2026-07-01'))).toMatchObject([{ task: 'milestone@own=节点2', to: ['sector-authority', 'data-authority'] }])
  })
})
