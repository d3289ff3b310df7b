import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '#core/json.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { XIAN, inForce, last, late, published, signedBy, signing } from '#tests/support/xian-story.ts'

const law = await lawOf('xian-2025')
const story = () => new Story(law, XIAN)
const RECORD = { 'publication-record': { address: 'https://www.example.cn/1', date: '2026-05-18' } }

describe('of the agency', () => {
  test('xa25-12.1.6a: an agreement in force is to be made public with what it authorises, and its end is public too', () => {
    const told = story()
    const open = signedBy(signing(told)).time('2026-05-18')
    expect([open.due('publish-authorization'), open.state.tasks.find((one) => one.step === 'publish-authorization')?.organization]).toEqual(['2026-05-25', 'data-bureau'])
    open.refuses({ on: '2026-05-18', who: 'operator', task: 'publish-authorization', outcome: 'published', contents: RECORD }, 'actor-must-hold-office', 'xa25-12.1.6')
    open.act({ on: '2026-05-18', who: 'drafter', task: 'publish-authorization', outcome: 'published', contents: RECORD })
    expect(open.effects('publish').at(-1)).toMatchObject({ kind: 'authorization', title: '西安市公共数据资源授权运营协议', start: '2026-05-18', end: '2031-05-17', address: 'https://www.example.cn/1' })
    expect(told.world.registers['authorizations']?.[open.id]).toMatchObject({ 'operator-name': '秦数据运营有限公司', 'credit-code': '91610100MA6ABCDE0X', resources: ['parking', 'metro'], 'selection-method': 'open-tender' })
    expect([law.pack.registers['authorizations']?.public, open.time('2031-05-18').effects('publish').at(-1)]).toMatchObject([true, { kind: 'agreement-ended', 'ended-on': '2031-05-18' }])
  })

  test('xa25-12.1.6b: the year’s report waits for the agency from 2027-01-01 with every agreement, and is overdue on 2027-04-01', () => {
    expect(law.pack.duties['yearly-disclosure']).toMatchObject({ opens: 'disclosure', every: { unit: 'year', month_day: '01-01' } })
    const told = story()
    const under = inForce(told)
    told.refusesOpening({ on: '2026-12-31', who: 'platform', procedure: 'disclosure', contents: { 'period-from': '2026-01-01', 'period-to': '2026-12-31' } }, 'period-must-have-ended', 'xa25-12.1.6')
    const open = told.open({ on: '2027-01-04', who: 'platform', procedure: 'disclosure', contents: { 'period-from': '2026-01-01', 'period-to': '2026-12-31' } })
    expect([open.open, open.due('disclose'), open.state.facts['period']]).toMatchObject([['disclose@agencies=data-bureau'], '2027-03-31', { authorizations: [{ id: under.id, 'credit-code': '91610100MA6ABCDE0X' }] }])
    expect(late(open.time('2027-03-31'))).toEqual([])
    expect(late(open.time('2027-04-01'))).toMatchObject([{ to: ['data-authority'] }])
    const publish = (authorizations: Json) => ({
      on: '2027-04-01', who: 'drafter', task: 'disclose', outcome: 'publish',
      contents: { 'disclosure-report': { authorizations, 'resources-not-named': 0, products: [], 'resources-used': 0, calls: 0, 'free-calls': 0, consumers: 0 }, ...RECORD },
    })
    const named: JsonObject = { operator: '秦数据运营有限公司', 'credit-code': '91610100MA6ABCDE0X', 'selection-method': 'open-tender', 'agreement-date': '2026-05-15', content: '开发利用', scope: '停车、地铁', starts: '2026-05-18', ends: '2031-05-17' }
    open.refuses(publish([]), 'every-authorization-must-be-disclosed', 'xa25-12.1.6')
    for (const field of ['operator', 'content', 'scope', 'ends']) {
      const { [field]: _field, ...lacking } = named
      open.refuses(publish([lacking]), 'content-must-be-present', 'xa25-12.1.6')
    }
    expect([open.act(publish([named])).status, open.lateness('disclose'), open.effects('publish')]).toMatchObject(['published', 1, [{ kind: 'disclosure', from: '2026-01-01', to: '2026-12-31' }]])
  })

  test('xa25-12.1.6c: a question of 2026-04-24 is to be answered by 2026-05-19, and the answer stands beside it', () => {
    const asked = story().open({ on: '2026-04-24', who: 'drafter', procedure: 'public-comment', contents: { 'public-comment': { 'received-on': '2026-04-24', text: '授权范围包括哪些数据' } } })
    expect([asked.due('answer'), asked.state.number]).toEqual(['2026-05-19', expect.stringMatching(/2026/)])
    expect(late(asked.time('2026-05-19'))).toEqual([])
    expect(late(asked.time('2026-05-20'))).toHaveLength(1)
    asked.act({ on: '2026-05-20', who: 'drafter', task: 'answer', outcome: 'answered', contents: { 'public-answer': '停车和地铁数据' } })
    expect([asked.lateness('answer'), asked.effects('publish')]).toMatchObject([1, [{ kind: 'public-answer', question: '授权范围包括哪些数据', answer: '停车和地铁数据' }]])
  })

  test('xa25-12.1.4b: 430 jobs on an entry in 2026-05 are told to its provider on 2026-06-01', () => {
    const told = story()
    const statement = told.open({ on: '2026-06-01', who: 'drafter', procedure: 'use-statement', contents: { 'use-statement': { month: '2026-05', entry: 'parking', provider: 'parking-centre', jobs: 430, calls: 0, products: ['停车指数'] } } })
    expect([statement.state.tasks.map((one) => [one.step, one.organization]), statement.effects('notify')]).toMatchObject([[['see', 'parking-centre']], [{ to: ['data-provider'] }]])
    expect(told.world.registers['use-statements']?.[statement.id]).toMatchObject({ month: '2026-05', entry: 'parking', jobs: 430, products: ['停车指数'], 'sent-on': '2026-06-01' })
    expect(statement.act({ on: '2026-06-02', who: 'parking', task: 'see', outcome: 'seen' }).status).toBe('seen')
  })

  test('xa25-12.1.8a: the view of 2026-06-30 shows two incidents and one open order of the operator', () => {
    const told = story()
    const under = inForce(told)
    const view = told.open({ on: '2026-06-30', who: 'drafter', procedure: 'operator-view', links: { agreement: under }, contents: { 'operator-view': { day: '2026-06-30', incidents: ['安全事件一', '安全事件二'], orders: ['〔2026〕5号'], deliveries: 2, products: 0, income: 0 } } })
    expect(told.world.registers['operator-views']?.[view.id]).toMatchObject({ operator: 'qin-data', day: '2026-06-30', incidents: ['安全事件一', '安全事件二'], orders: ['〔2026〕5号'] })
  })
})

test('xa25-9.1.7a: the overview of 2026-03-31 with two agreements and five demands stands as it was on that day', () => {
  const told = story()
  const record = (agreements: number) => ({ on: '2026-04-01', who: 'authority', procedure: 'situation', contents: { situation: { day: '2026-03-31', agreements, demands: 5, products: 0, incidents: 0, overdue: 1 } } })
  told.open(record(2)).act({ on: '2026-04-01', who: 'authority', task: 'analyse', outcome: 'analysed', contents: { 'situation-note': '运行平稳' } })
  told.refusesOpening({ ...record(3), on: '2026-12-01' }, 'day-must-be-recorded-once', 'xa25-9.1.7')
  expect(told.world.registers['situations']?.['2026-03-31']).toMatchObject({ agreements: 2, demands: 5, 'recorded-on': '2026-04-01' })
})

describe('of the operator', () => {
  test('xa25-13.1.4a: a product withdrawn stays on the public list as withdrawn', () => {
    const told = story()
    const open = published(told)
    expect([law.pack.registers['products']?.public, told.world.registers['products']?.[open.id]]).toMatchObject([true, { name: '停车指数', kind: 'query-interface', sources: ['parking', 'metro'], price: 0, 'price-unit': 'free', registration: 'GGSJ-510100-000001' }])
    open.refuses({ on: '2026-12-15', who: 'operator', task: 'keep', outcome: 'stop', contents: {} }, 'content-must-be-present', null)
    open.act({ on: '2026-12-15', who: 'operator', task: 'keep', outcome: 'stop', contents: { 'product-stop': { reason: '业务调整', arrangement: '提前告知使用方' } } })
    expect([open.status, told.world.standings[`product/${open.id}`], told.world.registers['products']?.[open.id]]).toMatchObject(['stopped', 'ended', { name: '停车指数', ended: '业务调整' }])
  })

  test('xa25-13.1.4b: 8,410 calls of 2026 are confirmed on 2027-02-15 without a field for editing', () => {
    const told = story()
    const under = inForce(told)
    const resources = [{ resource: 'R', calls: 8410, products: 2, consumers: '企业' }]
    const report = told.open({ on: '2027-01-11', who: 'drafter', procedure: 'use-report', links: { agreement: under }, contents: { 'use-report': { year: 2026, resources } } })
    const confirm = (contents: Record<string, Json> = {}) => ({ on: '2027-02-15', who: 'operator', task: 'confirm', outcome: 'confirmed', contents })
    report.refuses(confirm({ 'use-report': { year: 2026, resources: [{ ...resources[0], calls: 1 }] } }), 'content-must-be-declared', 'xa25-13.1.4')
    report.act(confirm())
    expect([report.status, report.effects('publish')]).toMatchObject(['published', [{ kind: 'use-report', year: 2026, resources }]])
  })

  test('xa25-13.1.4c: a complaint of 2026-06-11, unanswered on 2026-07-06, is the agency’s; 2026-07-03 was missed', () => {
    const told = story()
    const asked = told.open({ on: '2026-06-11', who: 'drafter', procedure: 'product-comment', contents: { 'product-comment': { 'received-on': '2026-06-11', product: '停车指数', operator: 'qin-data', text: '数据更新不及时' } } })
    expect([asked.due('answer'), asked.state.tasks[0]?.organization, asked.effects('notify')]).toMatchObject(['2026-07-03', 'qin-data', [{ to: ['operator', 'implementing-agency'] }]])
    expect(asked.time('2026-07-03').open).toEqual(['answer'])
    expect([asked.time('2026-07-06').open, asked.state.tasks[0]?.organization, late(asked)]).toMatchObject([['answer-agency'], 'data-bureau', [{ to: ['implementing-agency', 'operator'] }]])
    expect(asked.act({ on: '2026-07-07', who: 'drafter', task: 'answer-agency', outcome: 'answered', contents: { 'comment-answer': '已督促每日更新' } }).effects('publish')).toMatchObject([{ kind: 'public-answer' }])
    expect(last(told, 'product-comment').status).toBe('answered')
  })
})
