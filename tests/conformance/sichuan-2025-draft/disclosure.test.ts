import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { inForce, late, story } from '#tests/support/sichuan-story.ts'
import { openDutiesIn } from '#tests/support/story-duties.ts'
import { Story } from '#tests/support/story.ts'

const AUTHORIZATION: JsonObject = {
  operator: '天府数据运营有限公司', 'credit-code': '91510100MA6ABCDE0X', 'selection-method': '公开招标', 'agreement-date': '2026-08-31', content: '数据治理、数据开发', scope: '生态环境领域', starts: '2026-09-01', ends: '2031-08-31',
}
const NAMED = Array.from({ length: 118 }, (_one, index) => `资源${index + 1}`)
const report = (change: JsonObject = {}): JsonObject => ({ authorizations: [AUTHORIZATION], 'resources-named': NAMED, 'resources-not-named': 2, products: [], 'resources-used': 20, calls: 12400, 'free-calls': 400, consumers: 12, ...change })
const known = (codes: string[]) => ({ period: { authorizations: codes.map((code) => ({ 'credit-code': code })), products: [] } })
const yearly = (told: Story) => told.open({ on: '2027-01-01', who: 'platform', procedure: 'disclosure', contents: { 'period-from': '2026-07-01', 'period-to': '2026-12-31' } })
const publish = (change: JsonObject = {}, codes = ['91510100MA6ABCDE0X']) => ({
  on: '2027-03-15', who: 'drafter', task: 'disclose', outcome: 'publish', facts: known(codes),
  contents: { 'disclosure-report': report(change), 'publication-record': { address: 'https://data.sc.gov.cn/2026', date: '2027-03-15' } },
})

describe('the yearly disclosure', () => {
  test('sc25-24.1a: the agreement of 2026-08-31 opens the agency’s publication with the notice filled; its end opens another', () => {
    const told = story()
    const under = inForce(told, '2026-08-31')
    expect(under.due('publish-authorization')).toBe('2026-09-07')
    under.act({ on: '2026-09-04', who: 'drafter', task: 'publish-authorization', outcome: 'published', contents: { 'publication-record': { address: 'https://data.sc.gov.cn/1', date: '2026-09-04' } } })
    expect(under.effects('publish')).toMatchObject([{ kind: 'authorization', title: '四川省公共数据资源授权运营协议', operator: '天府数据运营有限公司', start: '2026-08-20', end: '2029-08-19', address: 'https://data.sc.gov.cn/1' }])
  })

  test('sc25-24.1b: without a disclosure for 2026 the task that opened on 2027-01-01 is overdue when 2027-04-01 begins', () => {
    const told = story()
    const [waiting] = openDutiesIn(told, '2027-01-01').filter((one) => one.state.procedure === 'disclosure')
    expect(waiting?.due('disclose')).toBe('2027-03-31')
    expect(late(waiting?.time('2027-03-31') ?? yearly(told))).toEqual([])
    expect(late(waiting?.time('2027-04-01') ?? yearly(told))).toMatchObject([{ to: ['data-authority'] }])
  })

  test('sc25-24.1c: with three agreements three operators are listed, and a missing code is refused', () => {
    const codes = ['91510100MA6ABCDE0X', '91510100MA6FGHJK1Y', '91510100MA6LMNPQ2Z']
    const three = codes.map((code, index) => ({ ...AUTHORIZATION, operator: `运营机构${index + 1}`, 'credit-code': code }))
    const open = yearly(story())
    open.refuses(publish({ authorizations: three.map((one, index) => (index === 2 ? { ...one, 'credit-code': null } : one)) }, codes), 'content-must-be-present', 'sc25-24.1')
    expect(open.refuses(publish({ authorizations: three.slice(0, 2) }, codes), 'every-authorization-must-be-disclosed', 'sc25-24.1').message).toContain('91510100MA6LMNPQ2Z')
    expect(open.act(publish({ authorizations: three }, codes)).effects('publish')).toMatchObject([{ kind: 'disclosure', report: { authorizations: codes.map((code) => ({ 'credit-code': code })) } }])
  })

  test('sc25-24.1d: an agreement without its contents holds the disclosure until they are filled', () => {
    const open = yearly(story())
    expect(open.refuses(publish({ authorizations: [{ ...AUTHORIZATION, content: '' }] }), 'content-must-be-present', 'sc25-24.1').message).toContain('授权内容')
    expect(open.act(publish()).status).toBe('published')
  })

  test('sc25-24.1e: of 120 resources of which two are restricted, 118 are named and two counted', () => {
    const told = story()
    const open = yearly(told)
    open.refuses(publish({ 'resources-named': null }), 'every-resource-must-be-disclosed', 'sc25-24.1')
    open.act(publish())
    expect(told.world.registers['disclosures']?.['2026-12-31']).toMatchObject({ report: { 'resources-named': NAMED, 'resources-not-named': 2 } })
  })

  test('sc25-24.1f: start and end of an authorization from 2026-09-01 to 2031-08-31 are shown', () => {
    const open = yearly(story())
    open.refuses(publish({ authorizations: [{ ...AUTHORIZATION, ends: null }] }), 'content-must-be-present', 'sc25-24.1')
    expect(open.act(publish()).effects('publish')).toMatchObject([{ report: { authorizations: [{ starts: '2026-09-01', ends: '2031-08-31' }] } }])
  })

  test('sc25-24.1g: a question of 2027-04-06 has its number and its day with the agency', () => {
    const asked = story().open({ on: '2027-04-06', who: 'drafter', procedure: 'public-comment', contents: { 'public-comment': { 'received-on': '2027-04-06', text: '披露的范围不完整' } } })
    expect(asked.state.number).toContain('监督意见')
    expect([asked.state.tasks[0]?.organization, asked.due('answer')]).toEqual(['big-data-centre', '2027-04-27'])
    expect(asked.act({ on: '2027-04-20', who: 'drafter', task: 'answer', outcome: 'answered', contents: { 'public-answer': '已补充披露范围' } }).effects('publish')).toMatchObject([{ kind: 'public-answer', answer: '已补充披露范围' }])
  })

  test('sc25-26.1d: a complaint received on 2026-10-26 and due on 2026-11-16 stands with the agency when 2026-11-17 begins', () => {
    const asked = story().open({ on: '2026-10-26', who: 'drafter', procedure: 'public-comment', contents: { 'public-comment': { 'received-on': '2026-10-26', text: '产品清单不完整' } } })
    expect(asked.due('answer')).toBe('2026-11-16')
    expect(late(asked.time('2026-11-16'))).toEqual([])
    expect([late(asked.time('2026-11-17')).length, asked.state.tasks[0]?.organization]).toEqual([1, 'big-data-centre'])
  })
})
