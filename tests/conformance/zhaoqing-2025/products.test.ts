import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '#core/json.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { lastCase } from '#tests/support/supply-story.ts'
import { PROCESSED, RAW, ZHAOQING, zqAgreementInForce, zqProvision, zqSupplied } from '#tests/support/zhaoqing-story.ts'

const law = await lawOf('zhaoqing-2025')
const story = () => new Story(law, ZHAOQING)

describe('products and their use', () => {
  const report = (change: JsonObject = {}): JsonObject => ({ kind: 'third-party', developer: 'dinghu-software', builder: '赵开发', reviewer: '某评估公司', scope: '数据来源、用途、价格', findings: '未见不合规', result: 'passed', date: '2026-07-10', ...change })
  const product = (change: JsonObject = {}): JsonObject => ({ name: '就医出行指数', description: '按小时给出就医出行参考', kind: 'query-interface', scenario: '健康出行服务', fields: ['index'], 'price-class': 'industry', price: 0, 'price-unit': 'free', terms: '遵守使用协议', visibility: 'all-verified', contact: '0758-2232000', personal: false, raw: false, ...change })
  const released = (told: Story, authorized: StoryCase, on = '2026-07-08'): StoryCase => {
    const job = { id: 'job-1', agreement: authorized.id, digest: 'd'.repeat(64), verdict: 'pass', author: 'analyst', scenario: '健康出行服务', tables: ['visits'], supplies: ['GJ-1'], providers: [{ provider: 'first-hospital' }] }
    const vote: JsonObject = { 'beyond-agreement': 'no', 'beyond-agreement-note': '未超出', 'direct-exposure': 'no', 'direct-exposure-note': '无暴露', 'other-risk': 'no', 'other-risk-note': '没有', opinion: '同意出域' }
    return told
      .open({ on, who: 'operator', procedure: 'output-release', links: { agreement: authorized }, facts: { job }, contents: { 'release-request': { job: 'job-1', title: '出行指数', purpose: '形成产品', recipients: '公众', method: 'aggregate', 'method-note': '按小时汇总' } } })
      .act({ on, who: 'agency', task: 'agency-review', outcome: 'pass', contents: { 'release-vote': vote } })
      .act({ on, who: 'hospital', task: 'provider-review', outcome: 'pass', contents: { 'release-vote': vote } })
  }
  const submitting = (told: Story) => {
    const authorized = zqAgreementInForce(told)
    const release = released(told, authorized)
    return (change: JsonObject = {}, review: JsonObject = {}, more: Record<string, Json> = {}, on = '2026-07-10') =>
      ({ on, who: 'operator', procedure: 'product', links: { release, agreement: authorized }, contents: { product: product(change), 'compliance-report': report(review), ...more } })
  }

  test('zq25-23.2b: a result of one scenario is refused as the input of another on 2026-06-10', () => {
    const told = story()
    const authorized = zqAgreementInForce(told)
    const release = released(told, authorized, '2026-06-08')
    told.refusesOpening({ on: '2026-06-10', who: 'operator', procedure: 'product', links: { release, agreement: authorized }, contents: { product: product({ scenario: '商业保险服务' }), 'compliance-report': report({ date: '2026-06-09' }) } }, 'scenario-must-be-the-approved', 'zq25-23.2')
  })

  test('zq25-25.1b: a record whose last supply was on 2026-07-31 cannot be cleared on 2028-07-31, and can from 2029-08-01', () => {
    const kept = story().open({ on: '2026-08-03', who: 'operator', procedure: 'record-purge', contents: { 'kept-record': { subscription: 'product-service-9', consumer: 'insurer', 'last-supply': '2026-07-31' } } })
    const purge = (on: string) => ({ on, who: 'operator', task: 'purge', outcome: 'purged', contents: { opinion: '留存期满，予以清理' } })
    expect(kept.due('keep')).toBe('2029-07-31')
    kept.time('2028-07-31')
    kept.refuses(purge('2028-07-31'), 'step-must-be-open', 'zq25-25.1')
    kept.time('2029-07-31')
    kept.refuses(purge('2029-07-31'), 'step-must-be-open', 'zq25-25.1')
    kept.time('2029-08-01')
    kept.refuses({ ...purge('2029-08-01'), who: 'consumer' }, 'actor-must-hold-office', 'zq25-25.1')
    expect(kept.act(purge('2029-08-01')).status).toBe('purged')
  })

  test('zq25-24.5b: pass a review of compliance that their builder did not sign', () => {
    const told = story()
    const submit = submitting(told)
    told.refusesOpening(submit({}, { kind: 'self', reviewer: '赵开发', date: '2026-07-09' }), 'self-review-must-not-be-by-builder', 'zq25-24.5')
    told.refusesOpening(submit({}, { result: 'failed' }), 'compliance-review-must-be-positive', 'zq25-24.5')
    told.refusesOpening(submit({}, { date: '2026-07-11' }), 'compliance-review-must-come-first', 'zq25-24.5')
    expect(told.open(submit({}, { kind: 'self', reviewer: '钱审核' })).open).toEqual(['review'])
  })

  test('zq25-24.1f zq25-21.3a: are listed after the agency’s review and shown in the public list until withdrawn', () => {
    const told = story()
    const opened = told.open(submitting(told)())
    expect(opened.due('review')).toBe('2026-07-24')
    const review = (conformity: string) => ({ on: '2026-07-13', who: 'agency', task: 'review', outcome: 'publish', contents: { 'product-review': { security: 'passed', 'security-note': '通过', conformity, 'conformity-note': '说明' } } })
    opened.refuses(review('failed'), 'conformity-review-must-have-passed', 'zq25-24.1')
    opened.act(review('passed'))
    expect([told.world.standings[`product/${opened.id}`], told.world.registers['products']?.[opened.id]?.['name']]).toEqual(['granted', '就医出行指数'])
    opened.act({ on: '2026-07-15', who: 'operator', task: 'keep', outcome: 'stop', contents: { 'product-stop': { reason: '升级改版', arrangement: '改用新版' } } })
    expect(told.world.registers['products']?.[opened.id]?.['ended']).toBe('升级改版')
  })

  test('zq25-26.1: are free for the public good under published conditions', () => {
    const told = story()
    const submit = submitting(told)
    told.refusesOpening(submit({ 'price-class': 'public-welfare' }), 'free-offer-must-state-conditions', 'zq25-26.1')
    told.refusesOpening(submit({ 'price-class': 'public-welfare', 'free-conditions': '市级机关每月一万次以内', price: 1 }), 'public-benefit-must-be-free', 'zq25-26.1')
    expect(told.open(submit({ 'price-class': 'public-welfare', 'free-conditions': '市级机关每月一万次以内' })).status).toBe('reviewing')
  })

  test('zq25-26.2: cost at most what the price policy allows, and the price authority sees it', () => {
    const told = story()
    const submit = submitting(told)
    const policy = { why: '有运营成本', number: '粤发改价格〔2026〕1号', authority: '省发展改革委', ceiling: 0.12, 'valid-until': '2027-05-31' }
    told.refusesOpening(submit({ price: 0.1, 'price-unit': 'call' }), 'fee-must-rest-on-price-decision', 'zq25-26.2')
    told.refusesOpening(submit({ price: 0.15, 'price-unit': 'call' }, {}, { 'price-decision': policy }), 'price-must-not-exceed-ceiling', 'zq25-26.2')
    const opened = told.open(submit({ price: 0.12, 'price-unit': 'call' }, {}, { 'price-decision': policy }))
      .act({ on: '2026-07-13', who: 'agency', task: 'review', outcome: 'publish', contents: { 'product-review': { security: 'passed', 'security-note': '通过', conformity: 'passed', 'conformity-note': '规范' } } })
    expect(opened.effects('notify').at(-1)).toMatchObject({ to: ['price-authority'] })
  })

  test('zq25-17.1c: are registered by the operator, twenty working days after the first supply', () => {
    const told = story()
    told.open(submitting(told)())
      .act({ on: '2026-07-13', who: 'agency', task: 'review', outcome: 'publish', contents: { 'product-review': { security: 'passed', 'security-note': '通过', conformity: 'passed', 'conformity-note': '规范' } } })
      .act({ on: '2026-07-31', who: 'operator', task: 'first-delivery', outcome: 'delivered', contents: { 'first-delivery': { recipient: '某保险公司', evidence: 'JF-1' } } })
    const registration = lastCase(told, 'registration')
    expect([registration.due('apply'), registration.state.tasks[0]?.organization]).toEqual(['2026-08-28', 'xijiang-data'])
  })

  test('zq25-25.1a zq25-25.1b zq25-5.1b: go to a consumer whose identity was reviewed, at the public price', () => {
    const told = story()
    const policy = { why: '有运营成本', number: '粤发改价格〔2026〕1号', authority: '省发展改革委', ceiling: 0.12, 'valid-until': '2027-05-31' }
    const offered = told.open(submitting(told)({ price: 0.1, 'price-unit': 'call' }, {}, { 'price-decision': policy }))
      .act({ on: '2026-07-13', who: 'agency', task: 'review', outcome: 'publish', contents: { 'product-review': { security: 'passed', 'security-note': '通过', conformity: 'passed', 'conformity-note': '规范' } } })
    const asked = told.open({ on: '2026-07-13', who: 'consumer', procedure: 'product-service', contents: { 'usage-application': { product: offered.id, scenario: '健康出行服务', purpose: '理赔服务参考', use: 'own', 'purpose-class': 'industry', tie: 'none', quota: 1000, ends: '2027-07-13' }, 'identity-proof': { name: '某保险公司', 'credit-code': '91441200MA4CONS00X', document: file('营业执照.pdf'), contact: '周联系' } } })
    expect(asked.due('decision')).toBe('2026-07-20')
    const grant = (verified: boolean, price: number) => ({ on: '2026-07-14', who: 'operator', task: 'decision', outcome: 'grant', contents: { 'identity-check': { verified, method: 'registry', note: '一致' }, 'usage-terms': { price, quota: 1000 } } })
    asked.refuses(grant(false, 0.1), 'identity-must-be-verified', 'zq25-25.1')
    asked.refuses(grant(true, 0.2), 'price-must-be-the-public-one', 'zq25-5.1')
    expect(asked.act(grant(true, 0.1)).effects('services.grant')).toHaveLength(1)
    expect(told.world.registers['subscriptions']?.[asked.id]).toMatchObject({ consumer: 'insurer', 'granted-on': '2026-07-14', 'keep-years': 3 })
  })

  test('zq25-5.1b: a complaint of monopoly reaches the market supervisor with the operator’s statement', () => {
    const told = story()
    const opened = told.open({ on: '2026-05-13', who: 'consumer', procedure: 'competition-complaint', contents: { 'competition-complaint': { operator: 'xijiang-data', supervisor: 'audit-bureau', facts: '同类用户价格不同', terms: file('使用条件.pdf') } } })
    expect(opened.state.tasks.map((task) => [task.step, task.organization])).toEqual([['state', 'xijiang-data'], ['handle', 'audit-bureau']])
    opened.refuses({ on: '2026-05-13', who: 'police', task: 'handle', outcome: 'closed', contents: { 'competition-outcome': '不成立，结案' } }, 'actor-must-be-concerned-organization', 'zq25-8.1')
    expect(opened.act({ on: '2026-05-20', who: 'auditor', task: 'handle', outcome: 'closed', contents: { 'competition-outcome': '责令统一价格' } }).status).toBe('closed')
  })

  test('zq25-30.1b: from a product used by five consumers on 2026-08-05 the batches and their receipts are found, and from a batch the product and its consumers', () => {
    const told = story()
    const { agreement, demand } = zqSupplied(told)
    demand
      .act({ on: '2026-07-24', who: 'buses', task: 'provision@items=bus-lines', outcome: 'delivered', contents: { provision: zqProvision({ fields: ['station'] }) } })
      .act({ on: '2026-07-24', who: 'platform', task: 'provision-receipt@items=bus-lines', outcome: 'received', contents: { 'platform-receipt': { number: 'ZW-2', rows: 1000, sha256: RAW, 'received-at': '2026-07-24T11:00:00+08:00' } } })
    const processing = demand.open.find((task) => task.startsWith('process'))
    expect(processing).toBe('process-provider@items=bus-lines')
    demand
      .act({ on: '2026-07-24', who: 'buses', task: 'process-provider@items=bus-lines', outcome: 'processed', contents: { 'processing-record': { rule: '去标识', 'input-sha256': RAW, sha256: PROCESSED, rows: 300 } } })
      .act({ on: '2026-07-24', who: 'platform', task: 'supply-receipt@items=bus-lines', outcome: 'received', contents: { 'supply-receipt': { number: 'GJ-2', rows: 300, sha256: PROCESSED, 'received-at': '2026-07-24T12:00:00+08:00', version: 'v1' } } })
    const job = { id: 'job-1', agreement: agreement.id, digest: 'd'.repeat(64), verdict: 'pass', author: 'analyst', scenario: '健康出行服务', tables: ['visits', 'bus-lines'], supplies: ['GJ-1', 'GJ-2'], providers: [{ provider: 'first-hospital' }, { provider: 'bus-station' }] }
    const vote: JsonObject = { 'beyond-agreement': 'no', 'beyond-agreement-note': '未超出', 'direct-exposure': 'no', 'direct-exposure-note': '无暴露', 'other-risk': 'no', 'other-risk-note': '没有', opinion: '同意出域' }
    const release = told
      .open({ on: '2026-07-27', who: 'operator', procedure: 'output-release', links: { agreement }, facts: { job }, contents: { 'release-request': { job: 'job-1', title: '出行指数', purpose: '形成产品', recipients: '公众', method: 'aggregate', 'method-note': '按小时汇总' } } })
      .act({ on: '2026-07-27', who: 'agency', task: 'agency-review', outcome: 'pass', contents: { 'release-vote': vote } })
      .act({ on: '2026-07-27', who: 'hospital', task: 'provider-review@providers=first-hospital', outcome: 'pass', contents: { 'release-vote': vote } })
      .act({ on: '2026-07-27', who: 'buses', task: 'provider-review@providers=bus-station', outcome: 'pass', contents: { 'release-vote': vote } })
    const listed = told.open({ on: '2026-07-28', who: 'operator', procedure: 'product', links: { release, agreement }, contents: { product: product(), 'compliance-report': report({ date: '2026-07-28' }) } })
      .act({ on: '2026-07-28', who: 'agency', task: 'review', outcome: 'publish', contents: { 'product-review': { security: 'passed', 'security-note': '通过', conformity: 'passed', 'conformity-note': '规范' } } })
    for (let one = 1; one <= 5; one += 1) {
      told.open({ on: '2026-08-03', who: 'consumer', procedure: 'product-service', contents: { 'usage-application': { product: listed.id, scenario: '健康出行服务', purpose: `第${one}项用途参考`, use: 'own', 'purpose-class': 'industry', tie: 'none', quota: 1000, ends: '2027-07-13' }, 'identity-proof': { name: '某保险公司', 'credit-code': '91441200MA4CONS00X', document: file('营业执照.pdf'), contact: '周联系' } } })
        .act({ on: '2026-08-05', who: 'operator', task: 'decision', outcome: 'grant', contents: { 'identity-check': { verified: true, method: 'registry', note: '一致' }, 'usage-terms': { price: 0, quota: 1000 } } })
    }
    const { products = {}, releases = {}, supplies = {}, subscriptions = {} } = told.world.registers
    const batches = products[listed.id]?.['supplies']
    expect(batches).toEqual(['GJ-1', 'GJ-2'])
    expect(['GJ-1', 'GJ-2'].map((batch) => [supplies[batch]?.['provider'], supplies[batch]?.['received-at'], supplies[batch]?.['sha256']])).toEqual([['first-hospital', '2026-07-24T10:00:00+08:00', PROCESSED], ['bus-station', '2026-07-24T12:00:00+08:00', PROCESSED]])
    expect(Object.values(releases).map((one) => one['supplies'])).toEqual([['GJ-1', 'GJ-2']])
    const from = (batch: string) => Object.entries(products).flatMap(([id, one]) => (Array.isArray(one['supplies']) && one['supplies'].includes(batch) ? [id] : []))
    expect(['GJ-1', 'GJ-2', 'GJ-3'].map(from)).toEqual([[listed.id], [listed.id], []])
    expect(Object.values(subscriptions).filter((one) => one['product'] === listed.id && one['granted-on'] === '2026-08-05')).toHaveLength(5)
  })
})
