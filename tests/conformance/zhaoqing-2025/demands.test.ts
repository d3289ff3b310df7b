import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { lastCase } from '#tests/support/supply-story.ts'
import { PERSONAL_FIELDS, PROCESSED, RAW, ZHAOQING, zqAgreementInForce, zqDemand, zqDemanded, zqListed, zqProvision, zqScenarioInForce, zqService, zqSignature, zqSupplied, zqSupplying, zqToSignService } from '#tests/support/zhaoqing-story.ts'

const law = await lawOf('zhaoqing-2025')
const story = () => new Story(law, ZHAOQING)

describe('a request for coordination', () => {
  const need = (examined: JsonObject[], on = '2026-06-17') => ({ on, who: 'operator', procedure: 'demand-coordination', contents: { 'data-need': { scenario: '健康出行服务', needs: ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, content: '门诊量分时数据', provider: '市第一人民医院' })), examined } } })

  test('zq25-18.1a: names the entries in scope and why each falls short, and is returned where one fits', () => {
    const told = story()
    const links = { agreement: zqAgreementInForce(told) }
    told.refusesOpening({ ...need([{ entry: 'visits' }]), links }, 'shortfall-must-be-explained', 'zq25-18.1')
    told.refusesOpening({ ...need([{ entry: 'taxes', 'falls-short': '没有分时数据' }]), links }, 'examined-entry-must-be-within-agreement', 'zq25-18.1')
    const opened = told.open({ ...need([{ entry: 'visits', 'falls-short': '没有分时数据' }, { entry: 'wards', 'falls-short': '没有门诊数据' }]), links })
    expect(opened.act({ on: '2026-06-18', who: 'agency', task: 'coordinate', outcome: 'return', contents: { 'matching-entry': { entry: 'bus-lines', note: '已有所需字段' } } }).status).toBe('returned')
  })

  test('zq25-18.1b: is answered for every need, ten working days by local setting', () => {
    const told = story()
    const opened = told.open({ ...need([{ entry: 'visits', 'falls-short': '没有分时数据' }]), links: { agreement: zqAgreementInForce(told) } })
    expect(opened.due('coordinate')).toBe('2026-07-02')
    const results = (names: string[]) => ({ on: '2026-07-02', who: 'agency', task: 'coordinate', outcome: 'concluded', contents: { 'coordination-results': names.map((name) => ({ name, result: 'supply' })) } })
    expect(opened.refuses(results(['a', 'b', 'c', 'd']), 'every-need-must-have-a-result', 'zq25-18.1').message).toContain('e')
    expect(opened.act(results(['a', 'b', 'c', 'd', 'e'])).lateness('coordinate')).toBe(0)
  })
})

describe('a demand and its supply', () => {
  test('zq25-23.2a zq25-19.1b: comes with an authorized scenario and stays within it', () => {
    const told = story()
    const authorized = zqAgreementInForce(told)
    const scenario = zqScenarioInForce(told, authorized)
    const asking = (change: JsonObject, links: Record<string, StoryCase>) => ({ on: '2026-06-22', who: 'operator', procedure: 'data-demand', links, contents: { demand: zqDemand(change) } })
    told.refusesOpening(asking({}, { agreement: authorized }), 'demand-must-rest-on-an-authorized-scenario', 'zq25-23.1')
    const item = { entry: 'wards', fields: ['station'], mode: 'batch', 'time-span': '2025年', area: '肇庆市' }
    told.refusesOpening(asking({ items: [item] }, { agreement: authorized, scenario }), 'demand-must-stay-within-scenario', 'zq25-23.2')
    told.refusesOpening(asking({ ends: '2027-01-01' }, { agreement: authorized, scenario }), 'use-must-end-with-scenario', 'zq25-23.2')
    expect(told.open(asking({}, { agreement: authorized, scenario })).status).toBe('reviewing')
  })

  test('zq25-19.1a: needs the agency and every data source, ten working days by local setting', () => {
    const { demand } = zqDemanded(story())
    expect([demand.due('agency-review'), demand.due('provider-review@providers=bus-station')]).toEqual(['2026-07-06', '2026-07-06'])
    demand.act({ on: '2026-06-30', who: 'agency', task: 'agency-review', outcome: 'approve', contents: { 'demand-finding': '符合场景需要' } })
    demand.act({ on: '2026-06-30', who: 'hospital', task: 'provider-review@providers=first-hospital', outcome: 'approve', contents: { 'demand-finding': '符合场景需要' } })
    expect([demand.status, demand.open]).toEqual(['reviewing', ['provider-review@providers=bus-station']])
    demand.refuses({ on: '2026-06-30', who: 'agency', task: 'draft-service-agreement', outcome: 'ready', contents: { 'service-agreement': zqService() } }, 'step-must-be-open', 'zq25-19.1')
    demand.refuses({ on: '2026-06-30', who: 'buses', task: 'provider-review@providers=bus-station', outcome: 'refuse', contents: { 'demand-refusal': { explanation: '涉及行车安全' } } }, 'content-must-be-present', null)
    expect(demand.act({ on: '2026-06-30', who: 'buses', task: 'provider-review@providers=bus-station', outcome: 'refuse', contents: { 'demand-refusal': { explanation: '涉及行车安全', law: '数据安全法第二十一条' } } }).status).toBe('refused')
  })

  test('zq25-19.1b: moves no data before the fourth party has signed', () => {
    const { demand } = zqToSignService(story())
    const sign = { outcome: 'sign', contents: { 'service-signature': zqSignature(zqService()) } }
    demand.act({ on: '2026-07-06', who: 'director', task: 'sign-agency', ...sign }).act({ on: '2026-07-06', who: 'operator', task: 'sign-operator', ...sign })
    demand.act({ on: '2026-07-06', who: 'hospital', task: 'sign-provider@providers=first-hospital', ...sign }).act({ on: '2026-07-06', who: 'buses', task: 'sign-provider@providers=bus-station', ...sign })
    demand.refuses({ on: '2026-07-06', who: 'hospital', task: 'provision', outcome: 'delivered', contents: { provision: zqProvision() } }, 'step-must-be-open', 'zq25-19.1')
    demand.refuses({ on: '2026-07-06', who: 'operator', task: 'sign-developer', ...sign }, 'actor-must-hold-office', 'zq25-19.1')
    expect(demand.act({ on: '2026-07-08', who: 'developer', task: 'sign-developer', ...sign }).open).toEqual(['provision@items=bus-lines', 'provision@items=visits'])
  })

  test('zq25-19.1c: is gathered by the agreed day; what comes later is taken and marked late', () => {
    const { demand } = zqSupplying(story())
    expect(demand.due('provision@items=visits')).toBe('2026-07-22')
    demand.time('2026-07-23')
    expect(demand.open).toContain('coordination@items=visits')
    demand.act({ on: '2026-07-24', who: 'hospital', task: 'provision@items=visits', outcome: 'delivered', contents: { provision: zqProvision() } })
    expect(demand.lateness('provision')).toBe(2)
    expect(demand.effects('port').at(-1)).toMatchObject({ action: 'receive', rows: 1000, sha256: RAW })
  })

  test('zq25-16.1d zq25-24.3: is refused below the agreed quality, unprotected, or beyond the agreed fields', () => {
    const { demand } = zqSupplying(story())
    const give = (change: JsonObject) => ({ on: '2026-07-06', recorded: '2026-07-22', who: 'hospital', task: 'provision@items=visits', outcome: 'delivered', contents: { provision: zqProvision(change) } })
    const on = { on: '2026-07-15' }
    demand.refuses({ ...give({ completeness: 96.5 }), ...on }, 'quality-must-meet-threshold', 'zq25-16.1')
    demand.refuses({ ...give({ protection: 'plain' }), ...on }, 'provision-must-be-protected', 'zq25-24.3')
    demand.refuses({ ...give({ fields: ['station', 'hour', 'pm25'] }), ...on }, 'provision-must-not-exceed-agreement', 'zq25-19.1')
    demand.refuses({ ...give({ fields: ['station'] }), ...on }, 'provision-must-cover-agreement', 'zq25-19.1')
    expect(demand.act({ ...give({ completeness: 98 }), ...on }).open).toContain('provision-receipt@items=visits')
  })

  test('zq25-24.2a: needs a rule agreed by the data source for every sensitive field', () => {
    const told = story()
    const { demand } = zqSupplying(told)
    zqListed(told, 'visits', 'hospital', { personal: true, fields: PERSONAL_FIELDS }, {}, '2026-07-01')
    const give = { on: '2026-07-15', who: 'hospital', task: 'provision@items=visits', outcome: 'delivered', contents: { provision: zqProvision() } }
    expect(demand.refuses(give, 'sensitive-field-must-have-a-rule', 'zq25-24.2').message).toContain('phone')
    const rule = told.open({ on: '2026-07-10', who: 'agency', procedure: 'protection-rule', contents: { 'protection-rule': { entry: 'visits', provider: 'first-hospital', version: '1', standard: '个人信息安全规范', rules: [{ field: 'phone', method: 'mask' }] } } })
    demand.refuses(give, 'sensitive-field-must-have-a-rule', 'zq25-24.2')
    rule.refuses({ on: '2026-07-10', who: 'buses', task: 'agree', outcome: 'agree' }, 'actor-must-be-concerned-organization', 'zq25-24.2')
    rule.act({ on: '2026-07-13', who: 'hospital', task: 'agree', outcome: 'agree' })
    expect(demand.act(give).open).toContain('provision-receipt@items=visits')
  })

  test('zq25-19.2: is not delivered the day after the sharing provider’s consent has lapsed', () => {
    const told = story()
    const { demand } = zqSupplying(told)
    zqListed(told, 'visits', 'hospital', { origin: 'shared' }, { 'sharing-consent': { provider: '省卫生健康委', purpose: '用于健康出行场景', 'valid-until': '2026-07-15', document: file('同意书.pdf') } }, '2026-07-01')
    const give = (on: string) => ({ on, who: 'hospital', task: 'provision@items=visits', outcome: 'delivered', contents: { provision: zqProvision() } })
    demand.refuses(give('2026-07-16'), 'shared-data-must-have-consent', 'zq25-19.2')
    expect(demand.act(give('2026-07-15')).open).toContain('provision-receipt@items=visits')
  })

  test('zq25-19.1d: passes on only what was processed by the agreed party from what was received', () => {
    const { demand } = zqSupplying(story())
    demand
      .act({ on: '2026-07-22', who: 'hospital', task: 'provision@items=visits', outcome: 'delivered', contents: { provision: zqProvision() } })
      .act({ on: '2026-07-22', who: 'platform', task: 'provision-receipt@items=visits', outcome: 'received', contents: { 'platform-receipt': { number: 'ZW-1', rows: 1000, sha256: RAW, 'received-at': '2026-07-22T10:00:00+08:00' } } })
    const process = (input: string) => ({ on: '2026-07-24', who: 'operator', task: 'process-operator@items=visits', outcome: 'processed', contents: { 'processing-record': { rule: '去标识', 'input-sha256': input, sha256: PROCESSED, rows: 300 } } })
    demand.refuses(process('b'.repeat(64)), 'processing-must-start-from-the-received-data', 'zq25-19.1')
    demand.act(process(RAW))
    const pass = (sha256: string) => ({ on: '2026-07-24', who: 'platform', task: 'supply-receipt@items=visits', outcome: 'received', contents: { 'supply-receipt': { number: 'GJ-1', rows: 300, sha256, 'received-at': '2026-07-24T10:00:00+08:00', version: 'v1' } } })
    demand.refuses(pass(RAW), 'only-processed-data-may-pass', 'zq25-19.1')
    expect(demand.act(pass(PROCESSED)).open).toEqual(['provision@items=bus-lines'])
  })

  test('zq25-17.1b: the data source registers the resource, twenty working days after it was provided', () => {
    const told = story()
    zqSupplied(told)
    const registration = lastCase(told, 'registration')
    expect(registration.state.tasks[0]).toMatchObject({ organization: 'first-hospital' })
    expect(registration.due('apply')).toBe('2026-08-21')
    const later = story().open({ on: '2026-07-22', who: 'platform', procedure: 'registration', contents: { 'registration-kind': 'resource', 'registration-subject': 'visits', 'registration-title': '门诊数据', registrant: 'first-hospital', 'supplied-on': '2026-07-22' } })
    expect(later.due('apply')).toBe('2026-08-19')
  })
})
