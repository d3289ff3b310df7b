import { describe, expect } from 'vitest'
import type { Json, JsonObject } from '#core/json.ts'
import { agreementInForce } from '#tests/support/authorization-story.ts'
import { begun, fresh, law, productOf, running } from '#tests/support/chengdu-oversight-story.ts'
import { accounted } from '#tests/support/accounted.ts'

const test = accounted('disclosure', ['product'])

const PERIOD = { 'period-from': '2026-06-08', 'period-to': '2026-12-31' }
const opened = (story = fresh()) => story.open({ on: '2027-01-01', who: 'platform', procedure: 'disclosure', contents: PERIOD })
const CODES = ['91510100MA6ABCDE0X', '91510100MA6FGHJK1Y', '91510100MA6TUVWX2Z']
const row = (change: JsonObject = {}): JsonObject => ({
  operator: '天府数据运营有限公司', 'credit-code': CODES[0] ?? '', 'selection-method': '公开招标', 'agreement-date': '2026-08-20', content: '整体授权：治理、开发和提供查询、报告等产品服务', scope: '空气质量等118项公共数据资源', starts: '2026-08-20', ends: '2029-08-19', ...change,
})
const ROWS = CODES.map((code, index) => row({ 'credit-code': code, operator: `运营机构${index + 1}` }))
const use = { product: 'product-1', name: '空气质量查询', operator: '天府数据运营有限公司', price: '1.2元/次', registration: '登记办理中', calls: 12400 }
const facts = { period: { authorizations: CODES.map((code) => ({ 'credit-code': code })), products: [{ id: 'product-1' }] } }
const publish = (rows: Json[], change: JsonObject = {}, address: string | null = 'https://www.chengdu.gov.cn/disclosure/2026') => ({
  on: '2027-03-31', who: 'drafter', task: 'disclose', outcome: 'publish', facts,
  contents: {
    'disclosure-report': { authorizations: rows, 'resources-not-named': 2, products: [use], 'resources-used': 4, calls: 12400, 'free-calls': 0, consumers: 3, ...change },
    'publication-record': { address, date: '2027-03-31' },
  },
})

describe('the agency discloses', () => {
  test('cd26-30.1a: the agreement of 2026-08-20 opens a publication task with the notice filled, closed only with an address', () => {
    const { agreement } = agreementInForce(fresh())
    expect([agreement.open.includes('publish-authorization'), agreement.due('publish-authorization')]).toEqual([true, '2026-08-27'])
    const published = { on: '2026-08-24', who: 'drafter', task: 'publish-authorization', outcome: 'published', contents: { 'publication-record': { address: 'https://www.chengdu.gov.cn/notice/7', date: '2026-08-24' } } }
    agreement.refuses({ ...published, contents: { 'publication-record': { date: '2026-08-24' } } }, 'content-must-be-present', 'cd26-30.1')
    agreement.refuses({ ...published, contents: { 'publication-record': { address: 'x', date: '2026-08-24' } } }, 'content-must-be-typed', 'cd26-30.1')
    agreement.refuses({ ...published, who: 'operator' }, 'actor-must-hold-office', 'cd26-30.1')
    agreement.act(published)
    expect(agreement.effects('publish').at(-1)).toMatchObject({ kind: 'authorization', start: '2026-08-20', end: '2029-08-19', address: 'https://www.chengdu.gov.cn/notice/7' })
    expect(agreement.effects('publish').at(-1)).toEqual(expect.objectContaining({ operator: expect.anything(), scope: expect.anything(), activities: expect.anything() }))
  })

  test('cd26-30.1b: the disclosure for 2026 is opened by the calendar, due by 2027-03-31, and when 2027-04-01 begins it is overdue and the data authority told', () => {
    expect(law.pack.duties['yearly-disclosure']).toMatchObject({ opens: 'disclosure', every: { unit: 'year', month_day: '01-01' } })
    fresh().refusesOpening({ on: '2026-12-31', who: 'platform', procedure: 'disclosure', contents: PERIOD }, 'period-must-have-ended', 'cd26-30.1')
    const told = opened()
    expect(told.due('disclose')).toBe('2027-03-31')
    expect(told.time('2027-03-31').effects('notify')).toEqual([])
    expect(told.time('2027-04-01').effects('notify').at(-1)).toMatchObject({ to: ['data-authority'], task: 'disclose' })
    told.refuses({ ...publish(ROWS, {}, null), on: '2027-04-02' }, 'content-must-be-present', 'cd26-30.1')
    told.act({ ...publish(ROWS), on: '2027-04-02' })
    expect([told.status, told.lateness('disclose'), told.effects('publish')[0]]).toEqual(['published', 2, expect.objectContaining({ kind: 'disclosure', from: '2026-06-08', to: '2026-12-31', address: 'https://www.chengdu.gov.cn/disclosure/2026' })])
  })

  test('cd26-30.1c: three running agreements are three operators with credit code, selection method and date; with one code missing it is refused', () => {
    expect(opened().refuses(publish(ROWS.slice(0, 2)), 'every-authorization-must-be-disclosed', 'cd26-30.1').message).toContain(CODES[2])
    for (const part of ['operator', 'credit-code', 'selection-method', 'agreement-date']) opened().refuses(publish([...ROWS.slice(1), row({ [part]: '' })]), 'content-must-be-present', 'cd26-30.1')
    opened().refuses(publish([...ROWS.slice(1), row({ 'credit-code': '91510100' })]), 'content-must-be-typed', 'cd26-30.1')
    opened().refuses({ ...publish(ROWS), who: 'operator' }, 'actor-must-hold-office', 'cd26-30.1')
    opened().refuses(publish(ROWS, { products: [] }), 'every-product-must-be-disclosed', 'cd26-30.2')
    const done = opened().act(publish(ROWS))
    expect(done.story.world.registers['disclosures']?.['2026-12-31']).toMatchObject({ 'period-from': '2026-06-08', 'published-on': '2027-03-31', report: { authorizations: ROWS } })
  })

  test('cd26-30.1d: for an overall and a scenario authorization mode, activities and kinds of products are shown; an empty content is refused', () => {
    const both = [row(), row({ 'credit-code': CODES[1] ?? '', content: '依场景授权：出行指数的开发和数据集服务' }), row({ 'credit-code': CODES[2] ?? '' })]
    opened().refuses(publish([both[0] ?? {}, row({ 'credit-code': CODES[1] ?? '', content: '' }), both[2] ?? {}]), 'content-must-be-present', 'cd26-30.1')
    expect(JSON.stringify(opened().act(publish(both)).effects('publish')[0])).toContain('依场景授权：出行指数的开发和数据集服务')
  })

  test('cd26-30.1e: of 120 resources two restricted ones are counted but not named: 118 in the scope and “2 not named”; without scope or count it is refused', () => {
    opened().refuses(publish([row({ scope: '' }), ...ROWS.slice(1)]), 'content-must-be-present', 'cd26-30.1')
    opened().refuses(publish(ROWS, { 'resources-not-named': null }), 'content-must-be-present', 'cd26-30.1')
    const report = JSON.stringify(opened().act(publish([row(), ...ROWS.slice(1)])).effects('publish')[0])
    expect([report.includes('118项'), report.includes('"resources-not-named":2')]).toEqual([true, true])
  })

  test('cd26-30.1f: an agreement from 2026-08-20 to 2029-08-19 ended on 2026-11-16 is shown with all three dates and the ground', () => {
    for (const part of ['starts', 'ends']) opened().refuses(publish([row({ [part]: '' }), ...ROWS.slice(1)]), 'content-must-be-present', 'cd26-30.1')
    const ended = row({ 'ended-on': '2026-11-16', 'ended-because': '逾期未完成整改' })
    expect(opened().act(publish([ended, ...ROWS.slice(1)])).effects('publish')[0]).toMatchObject({ report: { authorizations: [{ starts: '2026-08-20', ends: '2029-08-19', 'ended-on': '2026-11-16', 'ended-because': '逾期未完成整改' }, ROWS[1], ROWS[2]] } })
  })
})

const question = (on: string, change: JsonObject = {}) => ({ on, who: 'visitor', procedure: 'public-question', contents: { 'public-question': { subject: 'disclosure', about: '2026年度授权运营情况', text: '授权范围是否包括医疗数据', private: false, ...change } } })

describe('the public reacts', () => {
  test('cd26-30.1g: a question of 2027-04-06 has a number, the agency a task due on 2027-04-20, and the answer is published', () => {
    const story = fresh()
    story.refusesOpening(question('2027-04-06', { text: '' }), 'content-must-be-present', 'cd26-30.1')
    const open = story.open(question('2027-04-06'))
    expect([open.state.number, open.due('answer-agency'), open.effects('notify')[0]]).toEqual([expect.stringMatching(/监督意见/), '2027-04-20', expect.objectContaining({ to: ['implementing-agency'] })])
    const answer = (who: string, contents: Record<string, Json> = { 'public-answer': '本期授权范围不包括医疗数据' }) => ({ on: '2027-04-12', who, task: 'answer-agency', outcome: 'answered', contents })
    open.refuses(answer('drafter', {}), 'content-must-be-present', 'cd26-30.1')
    open.refuses(answer('operator'), 'actor-must-hold-office', 'cd26-30.1')
    open.act(answer('drafter'))
    expect([open.status, open.effects('publish')[0]]).toEqual(['answered', { kind: 'public-answer', title: '2026年度授权运营情况', question: '授权范围是否包括医疗数据', answer: '本期授权范围不包括医疗数据' }])
    expect(open.effects('notify').at(-1)).toMatchObject({ to: ['public'], text: '本期授权范围不包括医疗数据' })
    expect(story.open(question('2027-04-06', { private: true })).act(answer('drafter')).effects('publish')).toEqual([])
  })

  test('cd26-30.2c: a complaint on product P1 of 2026-11-02, due on 2026-11-16, stands with the agency when 2026-11-17 begins unanswered', () => {
    const story = fresh()
    const about = { subject: 'product', about: '产品P1', operator: 'tianfu-data', text: '查询结果与实际不符' }
    story.refusesOpening(question('2026-11-02', { ...about, operator: null }), 'product-question-must-name-the-operator', 'cd26-30.2')
    const open = story.open(question('2026-11-02', about))
    expect([open.open, open.due('answer-operator')]).toEqual([['answer-operator'], '2026-11-16'])
    expect(open.time('2026-11-16').open).toEqual(['answer-operator'])
    open.time('2026-11-17')
    expect([open.status, open.open, open.effects('notify').at(-1)]).toEqual(['escalated', ['answer-agency'], expect.objectContaining({ to: ['implementing-agency'] })])
    const answered = story.open(question('2026-11-02', about)).act({ on: '2026-11-10', who: 'operator', task: 'answer-operator', outcome: 'answered', contents: { 'public-answer': '已更正并重新发布' } })
    expect(answered.status).toBe('answered')
  })
})

describe('the operator discloses', () => {
  test('cd26-30.2a: a product released on 2026-10-12 stands in the public list with price and registration state, and while it is on sale nobody hides it', () => {
    const { story, agreement } = running()
    const offered = productOf(story, agreement, ['GJ-1'], '空气质量查询', '2026-10-12')
    expect(offered.effects('publish')[0]).toMatchObject({ kind: 'product', title: '空气质量查询', price: 1.2, 'registration-state': '登记办理中', contact: '028-12345678' })
    const listing = law.pack.registers['products']
    expect([listing?.public, ['name', 'description', 'sources', 'price', 'contact', 'registration-state'].filter((field) => listing?.fields[field]?.public === false)]).toEqual([true, []])
    expect(story.world.registers['products']?.[offered.id]).toMatchObject({ name: '空气质量查询', price: 1.2, sources: ['air-quality'], 'published-on': '2026-10-12' })
    offered.refuses({ on: '2026-10-12', who: 'operator', task: 'keep', outcome: 'hide' }, 'outcome-must-be-provided', 'cd26-30.2')
    expect(story.world.standings[`product/${offered.id}`]).toBe('granted')
  })

  test('cd26-30.2b: 12,400 calls and three products of 2026, confirmed on 2027-03-15, are public with these figures; unconfirmed after 2027-03-31 the report is overdue', () => {
    const { story, agreement } = begun()
    const open = () => story.open({ on: '2027-01-01', who: 'platform', procedure: 'use-report', contents: PERIOD })
    const products = [['product-1', 10000], ['product-2', 2000], ['product-3', 400]].map(([product, calls]) => ({ product: product ?? '', calls: calls ?? 0 }))
    const report = { resources: 4, calls: 12400, 'free-calls': 300, consumers: 9, products }
    const confirm = (change: JsonObject = {}, who = 'operator') => ({ on: '2027-03-15', who, task: 'confirm', outcome: 'confirmed', contents: { 'use-report': { ...report, ...change } }, facts: { period: { use: products } } })
    const told = open()
    expect([told.open, told.due('confirm'), law.pack.duties['yearly-use-report']?.opens]).toEqual([[`confirm@agreements=${agreement.id}`], '2027-03-31', 'use-report'])
    told.refuses(confirm({ products: [{ product: 'product-1', calls: 9000 }, ...products.slice(1)], calls: 11400 }), 'calls-must-be-those-recorded', 'cd26-30.2')
    told.refuses(confirm({ calls: 12000 }), 'calls-must-add-up', 'cd26-30.2')
    told.refuses(confirm({}, 'stranger'), 'actor-must-be-concerned-organization', 'cd26-30.2')
    told.act(confirm())
    expect([told.status, told.effects('publish')[0]]).toEqual(['published', { kind: 'use-report', title: '公共数据资源使用情况', from: '2026-06-08', to: '2026-12-31', report }])
    const late = open()
    expect(late.time('2027-03-31').effects('notify')).toEqual([])
    expect(late.time('2027-04-01').effects('notify').at(-1)).toMatchObject({ to: ['implementing-agency', 'data-authority'] })
  })
})

const UTILITY: Record<string, Json> = {
  'utility-authorization': { kind: 'transport', data: '公交线路和客流', purpose: '出行服务', ends: '2027-08-31', plan: true, selection: true, disclosure: true, evidence: true, 'export-control': true },
  'utility-rights': { 'public-interest': '便利公众出行', secrets: ['票务成本'] },
}

test('cd26-35.2c: the bus company’s running file is listed as “utility, by analogy” in the disclosure for 2026, and a complaint of 2027-04-06 reaches the company and the data authority', () => {
  const story = fresh()
  const utility = story.open({ on: '2026-09-01', who: 'bus-company', procedure: 'utility-authorization', contents: UTILITY })
  const told = opened(story)
  const rows = [{ number: utility.state.number, utility: '市公共交通集团', data: '公交线路和客流' }]
  expect(told.refuses(publish(ROWS), 'every-utility-file-must-be-disclosed', 'cd26-35.2').message).toContain(utility.state.number)
  told.act(publish(ROWS, { utilities: rows }))
  expect(told.effects('publish')[0]).toMatchObject({ report: { utilities: rows } })
  const complaint = { subject: 'utility', about: utility.state.number, utility: 'bus-company', text: '客流数据披露不全' }
  story.refusesOpening(question('2027-04-06', { ...complaint, utility: null }), 'utility-question-must-name-the-utility', 'cd26-35.2')
  const open = story.open(question('2027-04-06', complaint))
  expect([open.state.tasks.map((task) => [task.step, task.organization]), open.effects('notify')[0]]).toEqual([[['answer-utility', 'bus-company']], expect.objectContaining({ to: ['data-authority'], text: '客流数据披露不全' })])
  expect(open.act({ on: '2027-04-12', who: 'bus-company', task: 'answer-utility', outcome: 'answered', contents: { 'public-answer': '已补充披露客流数据' } }).status).toBe('answered')
})
