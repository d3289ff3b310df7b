import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '#core/json.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { lastCase } from '#tests/support/supply-story.ts'
import { ZHAOQING, determination, zqAgreementInForce, zqScenarioInForce, zqSupplied } from '#tests/support/zhaoqing-story.ts'

const law = await lawOf('zhaoqing-2025')
const story = () => new Story(law, ZHAOQING)

describe('products and their use', () => {
  const report = (change: JsonObject = {}): JsonObject => ({ kind: 'third-party', developer: 'dinghu-software', builder: '赵开发', reviewer: '某评估公司', scope: '数据来源、用途、价格', findings: '未见不合规', result: 'passed', date: '2026-07-10', ...change })
  const product = (change: JsonObject = {}): JsonObject => ({ name: '就医出行指数', description: '按小时给出就医出行参考', kind: 'query-interface', scenario: '健康出行服务', fields: ['index'], 'price-class': 'industry', price: 0, 'price-unit': 'free', terms: '遵守使用协议', visibility: 'all-verified', contact: '0758-2232000', personal: false, raw: false, ...change })
  const released = (told: Story, authorized: StoryCase): StoryCase => {
    const job = { id: 'job-1', agreement: authorized.id, digest: 'd'.repeat(64), verdict: 'pass', author: 'analyst', scenario: '健康出行服务', tables: ['visits'], supplies: ['GJ-1'], providers: [{ provider: 'first-hospital' }] }
    const vote: JsonObject = { 'beyond-agreement': 'no', 'beyond-agreement-note': '未超出', 'direct-exposure': 'no', 'direct-exposure-note': '无暴露', 'other-risk': 'no', 'other-risk-note': '没有', opinion: '同意出域' }
    return told
      .open({ on: '2026-07-08', who: 'operator', procedure: 'output-release', links: { agreement: authorized }, facts: { job }, contents: { 'release-request': { job: 'job-1', title: '出行指数', purpose: '形成产品', recipients: '公众', method: 'aggregate', 'method-note': '按小时汇总' } } })
      .act({ on: '2026-07-08', who: 'agency', task: 'agency-review', outcome: 'pass', contents: { 'release-vote': vote } })
      .act({ on: '2026-07-08', who: 'hospital', task: 'provider-review', outcome: 'pass', contents: { 'release-vote': vote } })
  }
  const submitting = (told: Story) => {
    const authorized = zqAgreementInForce(told)
    const release = released(told, authorized)
    return (change: JsonObject = {}, review: JsonObject = {}, more: Record<string, Json> = {}, on = '2026-07-10') =>
      ({ on, who: 'operator', procedure: 'product', links: { release, agreement: authorized }, contents: { product: product(change), 'compliance-report': report(review), ...more } })
  }

  test('zq25-24.5b pass a review of compliance that their builder did not sign', () => {
    const told = story()
    const submit = submitting(told)
    told.refusesOpening(submit({}, { kind: 'self', reviewer: '赵开发', date: '2026-07-09' }), 'self-review-must-not-be-by-builder', 'zq25-24.5')
    told.refusesOpening(submit({}, { result: 'failed' }), 'compliance-review-must-be-positive', 'zq25-24.5')
    told.refusesOpening(submit({}, { date: '2026-07-11' }), 'compliance-review-must-come-first', 'zq25-24.5')
    expect(told.open(submit({}, { kind: 'self', reviewer: '钱审核' })).open).toEqual(['review'])
  })

  test('zq25-24.1f zq25-21.3a are listed after the agency’s review and shown in the public list until withdrawn', () => {
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

  test('zq25-26.1 are free for the public good under published conditions', () => {
    const told = story()
    const submit = submitting(told)
    told.refusesOpening(submit({ 'price-class': 'public-welfare' }), 'free-offer-must-state-conditions', 'zq25-26.1')
    told.refusesOpening(submit({ 'price-class': 'public-welfare', 'free-conditions': '市级机关每月一万次以内', price: 1 }), 'public-benefit-must-be-free', 'zq25-26.1')
    expect(told.open(submit({ 'price-class': 'public-welfare', 'free-conditions': '市级机关每月一万次以内' })).status).toBe('reviewing')
  })

  test('zq25-26.2 cost at most what the price policy allows, and the price authority sees it', () => {
    const told = story()
    const submit = submitting(told)
    const policy = { why: '有运营成本', number: '粤发改价格〔2026〕1号', authority: '省发展改革委', ceiling: 0.12, 'valid-until': '2027-05-31' }
    told.refusesOpening(submit({ price: 0.1, 'price-unit': 'call' }), 'fee-must-rest-on-price-decision', 'zq25-26.2')
    told.refusesOpening(submit({ price: 0.15, 'price-unit': 'call' }, {}, { 'price-decision': policy }), 'price-must-not-exceed-ceiling', 'zq25-26.2')
    const opened = told.open(submit({ price: 0.12, 'price-unit': 'call' }, {}, { 'price-decision': policy }))
      .act({ on: '2026-07-13', who: 'agency', task: 'review', outcome: 'publish', contents: { 'product-review': { security: 'passed', 'security-note': '通过', conformity: 'passed', 'conformity-note': '规范' } } })
    expect(opened.effects('notify').at(-1)).toMatchObject({ to: ['price-authority'] })
  })

  test('zq25-17.1c are registered by the operator, twenty working days after the first supply', () => {
    const told = story()
    told.open(submitting(told)())
      .act({ on: '2026-07-13', who: 'agency', task: 'review', outcome: 'publish', contents: { 'product-review': { security: 'passed', 'security-note': '通过', conformity: 'passed', 'conformity-note': '规范' } } })
      .act({ on: '2026-07-31', who: 'operator', task: 'first-delivery', outcome: 'delivered', contents: { 'first-delivery': { recipient: '某保险公司', evidence: 'JF-1' } } })
    const registration = lastCase(told, 'registration')
    expect([registration.due('apply'), registration.state.tasks[0]?.organization]).toEqual(['2026-08-28', 'xijiang-data'])
  })

  test('zq25-25.1a zq25-25.1b zq25-5.1b go to a consumer whose identity was reviewed, at the public price', () => {
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

  test('zq25-5.1b a complaint of monopoly reaches the market supervisor with the operator’s statement', () => {
    const told = story()
    const opened = told.open({ on: '2026-05-13', who: 'consumer', procedure: 'competition-complaint', contents: { 'competition-complaint': { operator: 'xijiang-data', supervisor: 'audit-bureau', facts: '同类用户价格不同', terms: file('使用条件.pdf') } } })
    expect(opened.state.tasks.map((task) => [task.step, task.organization])).toEqual([['state', 'xijiang-data'], ['handle', 'audit-bureau']])
    opened.refuses({ on: '2026-05-13', who: 'police', task: 'handle', outcome: 'closed', contents: { 'competition-outcome': '不成立，结案' } }, 'actor-must-be-concerned-organization', 'zq25-8.1')
    expect(opened.act({ on: '2026-05-20', who: 'auditor', task: 'handle', outcome: 'closed', contents: { 'competition-outcome': '责令统一价格' } }).status).toBe('closed')
  })
})

describe('quality and supervision', () => {
  test('zq25-20.2a zq25-20.2b a problem is traced upwards and repaired in ten working days by local setting', () => {
    const told = story()
    const scenario = zqScenarioInForce(told, zqAgreementInForce(told))
    const issue = told.open({ on: '2026-07-13', who: 'developer', procedure: 'quality-issue', links: { scenario }, contents: { 'quality-report': { entry: 'visits', fields: ['hour'], dimension: 'complete', sample: '7月1日缺三小时', product: '就医出行指数' } } })
    const stray = { on: '2026-07-13', who: 'developer', procedure: 'quality-issue', links: { scenario }, contents: { 'quality-report': { entry: 'wards', fields: ['hour'], dimension: 'complete', sample: '7月1日缺三小时', product: '就医出行指数' } } }
    told.refusesOpening(stray, 'issue-must-concern-data-of-the-scenario', 'zq25-20.2')
    issue.refuses({ on: '2026-07-14', who: 'operator', task: 'trace', outcome: 'pass-on', contents: { 'trace-finding': { 'own-processing': 'faulty', reason: '加工时丢行' } } }, 'own-fault-must-not-be-passed-on', 'zq25-20.2')
    issue.act({ on: '2026-07-14', who: 'operator', task: 'trace', outcome: 'pass-on', contents: { 'trace-finding': { 'own-processing': 'correct', reason: '核对无误' } } })
    expect([issue.due('repair-provider'), issue.state.tasks[0]?.organization]).toEqual(['2026-07-28', 'first-hospital'])
    issue.time('2026-07-28')
    expect(issue.events.some((event) => event.type === 'task-overdue')).toBe(false)
    issue.time('2026-07-29')
    expect(issue.events.findLast((event) => event.type === 'task-overdue')).toMatchObject({ told: ['data-authority'] })
    const repair = (change: JsonObject) => ({ on: '2026-07-30', who: 'hospital', task: 'repair-provider', outcome: 'handled', contents: { 'quality-repair': { result: 'corrected', ...change } } })
    issue.refuses(repair({}), 'correction-must-name-its-batch', 'zq25-20.2')
    issue.refuses(repair({ result: 'no-fault' }), 'no-fault-must-be-reasoned', 'zq25-20.2')
    issue.act(repair({ batch: 'PC-2' }))
    expect(issue.act({ on: '2026-07-31', who: 'developer', task: 'close', outcome: 'dispute', contents: { 'quality-dispute': '仍缺一小时' } }).open).toEqual(['trace#2'])
  })

  test('zq25-16.1c a supply requirement is one task for each entry', () => {
    const entries = ['a', 'b', 'c', 'd', 'e'].map((entry) => ({ entry, platform: '市政务大数据平台' }))
    const opened = story().open({ on: '2026-03-02', who: 'planner', procedure: 'supply-requirement', contents: { 'supply-requirement': { provider: 'first-hospital', coordinator: '罗工', due: '2026-04-30', entries } } })
    for (const entry of ['a', 'b', 'c', 'd']) opened.act({ on: '2026-04-30', who: 'hospital', task: `fulfil@entries=${entry}`, outcome: 'fulfilled', contents: { 'supply-fulfilment': '回执1号' } })
    opened.time('2026-05-06')
    expect([opened.open, opened.events.filter((event) => event.type === 'task-overdue').length]).toEqual([['fulfil@entries=e'], 1])
  })

  test('zq25-24.2c zq25-30.2a an order not met in time is overdue, and supply may be suspended as the agreement says', () => {
    const told = story()
    const { agreement } = zqSupplied(told)
    const order = told.open({ on: '2026-07-24', who: 'agency', procedure: 'supervision', links: { agreement }, contents: { 'supervision-order': { kind: 'rectify', ground: '接口权限过宽', requirement: '收紧接口权限' }, 'supervision-due': '2026-08-06' } })
    order.time('2026-08-06')
    expect(order.status).toBe('ordered')
    order.time('2026-08-07')
    expect([order.status, order.open]).toEqual(['overdue', ['answer', 'suspend']])
    const suspend = (supplies: string[]) => ({ on: '2026-08-07', who: 'director', task: 'suspend', outcome: 'suspend', facts: { supplies: [{ id: 'GJ-1' }] }, contents: { 'supply-suspension': { clause: '第九条', supplies, reason: '逾期未整改' } } })
    order.refuses(suspend(['GJ-2']), 'suspension-must-name-running-supplies', null)
    order.act(suspend(['GJ-1']))
    expect(told.world.standings['supply/GJ-1']).toBe('suspended')
    order.refuses({ on: '2026-08-10', who: 'operator', task: 'answer', outcome: 'answered', contents: { 'supervision-answer': { kind: 'refused', text: '不能同意' } } }, 'refusal-must-give-ground', 'zq25-30.2')
    order.act({ on: '2026-08-10', who: 'operator', task: 'answer', outcome: 'answered', contents: { 'supervision-answer': { kind: 'done', text: '已经收紧' } } })
    expect(order.lateness('answer')).toBe(2)
    order.act({ on: '2026-08-11', who: 'agency', task: 'accept', outcome: 'accept', contents: { 'supervision-opinion': '已落实' } })
    expect(told.world.standings['supply/GJ-1']).toBe('granted')
  })

  test('zq25-7.1.2 a notice of the data authority not answered in time goes up to the agency', () => {
    const opened = story().open({ on: '2026-04-14', who: 'planner', procedure: 'oversight-notice', contents: { 'oversight-notice': { operator: 'xijiang-data', agency: 'health-commission', ground: '产品价格', question: '说明定价依据', 'answer-by': '2026-04-21' } } })
    expect(opened.time('2026-04-21').status).toBe('sent')
    opened.time('2026-04-22')
    expect(opened.events.findLast((event) => event.type === 'task-overdue')).toMatchObject({ told: ['data-authority', 'implementing-agency'] })
  })

  test('zq25-8.1 a department asks for material by a day; a refusal stays in the case', () => {
    const opened = story().open({ on: '2026-06-08', who: 'auditor', procedure: 'inspection', contents: { 'inspection-request': { remit: 'accounts', operator: 'xijiang-data', material: '2025年度账目', due: '2026-06-18' } } })
    expect(opened.due('answer')).toBe('2026-06-18')
    opened.act({ on: '2026-06-18', who: 'operator', task: 'answer', outcome: 'refused', contents: { 'inspection-answer': { text: '正在整理' } } })
    opened.refuses({ on: '2026-06-18', who: 'police', task: 'conclude', outcome: 'closed', contents: { 'inspection-result': '另行处理' } }, 'actor-must-be-concerned-organization', 'zq25-8.1')
    expect(opened.status).toBe('examining')
  })

  test('zq25-9.1 an order to stop a scenario works at once, and only who gave it lifts it', () => {
    const told = story()
    const scenario = zqScenarioInForce(told, zqAgreementInForce(told))
    const order = told.open({ on: '2026-06-10', who: 'cyberspace', procedure: 'security-order', contents: { 'security-order': { operator: 'xijiang-data', measure: 'stop-scenario', target: scenario.id, ground: '发现异常访问', due: '2026-06-24' } } })
    expect(told.world.standings[`scenario/${scenario.id}`]).toBe('suspended')
    order.refuses({ on: '2026-06-11', who: 'police', task: 'lift', outcome: 'lifted', contents: { 'security-lift': '已经排除' } }, 'actor-must-be-concerned-organization', 'zq25-9.1')
    order.act({ on: '2026-06-12', who: 'cyberspace', task: 'lift', outcome: 'lifted', contents: { 'security-lift': '已经排除' } })
    expect(told.world.standings[`scenario/${scenario.id}`]).toBe('granted')
  })

  test.each([
    ['zq25-29.1a', 'production', 'handle-provider', 'first-hospital'],
    ['zq25-29.2a', 'big-data-platform', 'handle-authority', 'data-bureau'],
    ['zq25-29.3a', 'transfer', 'handle-transfer', 'xijiang-data'],
    ['zq25-29.3b', 'service-platform', 'handle-service', 'xijiang-data'],
    ['zq25-29.4', 'development', 'handle-developer', 'dinghu-software'],
  ])('%s zq25-24.4b an incident in the segment “%s” is assigned to who answers for it', (_id, segment, step, organization) => {
    const told = story()
    const incident = (change: JsonObject) => ({ on: '2026-07-23', who: 'agency', procedure: 'incident', links: { agreement: zqAgreementInForce(told) }, contents: { incident: { kind: 'leak', segment, occurred: '2026-07-22', facts: '数据外泄', evidence: file('日志.pdf'), provider: 'first-hospital', developer: 'dinghu-software', ...change } } })
    const opened = told.open(incident({}))
    expect(opened.state.tasks.map((task) => [task.step, task.organization])).toEqual([[step, organization]])
    if (segment === 'production') {
      told.refusesOpening(incident({ provider: null }), 'segment-must-name-its-provider', 'zq25-29.1')
      opened.refuses({ on: '2026-07-24', who: 'agency', task: step, outcome: 'relocate', contents: { incident: { kind: 'leak', segment: 'transfer', occurred: '2026-07-22', facts: '数据外泄', evidence: file('日志.pdf') } } }, 'content-must-be-present', 'zq25-24.4')
    }
  })

  test('zq25-24.2b an audit is not made by who took part in what it samples', () => {
    const audit = (auditor: string) => ({ on: '2026-07-01', who: 'agency', procedure: 'internal-audit', contents: { 'internal-audit': { auditor, sample: [{ item: 'CY-1', kind: 'export', officer: '黄经办' }, { item: 'CY-2', kind: 'export', officer: '何经办' }] } } })
    story().refusesOpening(audit('何经办'), 'auditor-must-not-have-taken-part', 'zq25-24.2')
    const opened = story().open(audit('林审计')).act({ on: '2026-07-02', who: 'agency', task: 'conclude', outcome: 'found', contents: { 'audit-findings': [{ finding: '日志缺项', due: '2026-07-16' }, { finding: '审批补签', due: '2026-07-20' }] } })
    expect([opened.due('rectify@findings=日志缺项'), opened.due('rectify@findings=审批补签')]).toEqual(['2026-07-16', '2026-07-20'])
  })

  test('zq25-30.1a the mechanism is confirmed by all five departments and meets every half-year', () => {
    const remits = ['cyberspace', 'police', 'state-security', 'secrecy', 'cryptography']
    const holders: Record<string, string> = { cyberspace: 'cyberspace-office', police: 'police', 'state-security': 'd3', secrecy: 'd4', cryptography: 'd5' }
    const mechanism = (some: string[]) => ({ on: '2025-12-31', who: 'agency', procedure: 'supervision-mechanism', contents: { 'supervision-mechanism': { division: '各司其职', exchange: '每季通报', document: file('机制.pdf'), departments: some.map((remit) => ({ department: holders[remit] ?? '', remit })) } } })
    story().refusesOpening(mechanism(remits.slice(0, 4)), 'all-departments-must-take-part', 'zq25-30.1')
    const opened = story().open(mechanism(remits))
    opened.act({ on: '2025-12-31', who: 'cyberspace', task: 'confirm@departments=cyberspace-office', outcome: 'confirm' })
    expect([opened.status, opened.open.length]).toEqual(['confirming', 4])
  })

  test('zq25-24.1d a drill is due each year after the plan, and again after each drill', () => {
    const opened = story().open({ on: '2026-06-01', who: 'agency', procedure: 'emergency', contents: { 'emergency-plan': { levels: '四级', persons: '五人', measures: '停止开关、通知、处置', document: file('预案.pdf') } } })
    expect(opened.due('drill')).toBe('2027-06-01')
    opened.act({ on: '2027-05-20', who: 'agency', task: 'drill', outcome: 'drilled', contents: { 'drill-report': { date: '2027-05-20', findings: '通知不够及时' } } })
    expect(opened.due('drill')).toBe('2028-05-20')
  })
})

describe('reports, disclosure and evaluation', () => {
  const authorizations = [{ id: 'agreement-1', operator: 'xijiang-data', agency: 'health-commission', 'credit-code': '91441200MA4ABCDE0X' }]
  const period = (from: string, to: string) => ({ 'period-from': from, 'period-to': to })
  const facts = { period: { authorizations, products: [], use: [{ product: 'product-1', calls: 1204 }] } }

  test('zq25-28.1c a report of each quarter is due ten working days after it by local setting, and taken late', () => {
    const told = story()
    told.refusesOpening({ on: '2026-03-31', who: 'planner', procedure: 'quarterly-report', facts, contents: period('2026-01-01', '2026-03-31') }, 'period-must-have-ended', 'zq25-28.1')
    const opened = told.open({ on: '2026-04-01', who: 'platform', procedure: 'quarterly-report', facts, contents: period('2026-01-01', '2026-03-31') })
    expect(opened.due('report')).toBe('2026-04-15')
    opened.act({ on: '2026-04-17', who: 'operator', task: 'report', outcome: 'sent', contents: { 'quarterly-report': { deliveries: '使用3项', products: '2项', calls: 1204, income: 120, incidents: '无' } } })
    expect([opened.lateness('report'), opened.state.tasks[0]?.organization]).toEqual([2, 'health-commission'])
    expect(law.pack.duties['quarterly-report']?.every).toEqual({ unit: 'quarter' })
  })

  test('zq25-21.2b zq25-21.1 every half-year each agency discloses all its agreements', () => {
    const opened = story().open({ on: '2026-07-01', who: 'platform', procedure: 'disclosure', facts, contents: period('2026-01-01', '2026-06-30') })
    expect(opened.due('disclose@agencies=health-commission')).toBe('2026-07-14')
    const disclose = (agreement: string) => ({ on: '2026-07-08', who: 'agency', task: 'disclose', outcome: 'publish', contents: { 'disclosure-report': { number: '2026-1', authorizations: [{ agreement, operator: '西江数据有限公司', content: '治理、开发', scope: '卫生健康', starts: '2026-05-22', ends: '2028-12-31' }] }, 'publication-record': { address: 'https://example.cn/2', date: '2026-07-08' } } })
    opened.refuses(disclose('agreement-2'), 'every-authorization-must-be-disclosed', 'zq25-21.2')
    expect(opened.act(disclose('agreement-1')).effects('publish').at(-1)).toMatchObject({ kind: 'disclosure', title: '2026-1' })
    expect(law.pack.duties['half-yearly-disclosure']?.every).toEqual({ unit: 'half-year' })
  })

  test('zq25-21.3b the use that an operator discloses is the measured one', () => {
    const opened = story().open({ on: '2026-07-01', who: 'platform', procedure: 'disclosure', facts, contents: period('2026-01-01', '2026-06-30') })
    const use = (calls: number) => ({ on: '2026-07-10', who: 'operator', task: 'disclose-use', outcome: 'publish', facts: { measured: facts.period }, contents: { 'use-report': { products: [{ product: 'product-1', name: '就医出行指数', calls }] } } })
    opened.refuses(use(1205), 'use-must-be-the-measured', 'zq25-21.3')
    expect(opened.act(use(1204)).effects('publish').at(-1)).toMatchObject({ kind: 'use-disclosure' })
  })

  test('zq25-21.2c zq25-21.3c questions are answered in fifteen working days; the operator’s go on to the agency', () => {
    const ask = (on: string, change: JsonObject) => ({ on, who: 'citizen', procedure: 'public-question', contents: { 'public-question': { subject: 'agreement', agency: 'health-commission', about: '授权运营协议', text: '为何选定该公司', private: false, ...change } } })
    const asked = story().open(ask('2026-07-09', {}))
    expect(asked.due('answer-agency')).toBe('2026-07-30')
    expect(asked.act({ on: '2026-07-20', who: 'agency', task: 'answer-agency', outcome: 'answered', contents: { 'public-answer': '经公开招标选定' } }).effects('publish')).toHaveLength(1)
    story().refusesOpening(ask('2026-07-10', { subject: 'product' }), 'product-question-must-name-the-operator', 'zq25-21.3')
    const complained = story().open(ask('2026-07-10', { subject: 'product', operator: 'xijiang-data', private: true }))
    expect(complained.due('answer-operator')).toBe('2026-07-31')
    expect(complained.time('2026-07-31').open).toEqual(['answer-operator'])
    expect(complained.time('2026-08-03').open).toEqual(['answer-agency'])
    expect(complained.act({ on: '2026-08-03', who: 'agency', task: 'answer-agency', outcome: 'answered', contents: { 'public-answer': '已要求整改' } }).effects('publish')).toHaveLength(0)
  })

  test('zq25-22.1a zq25-22.1b data sources are appraised by two offices, and an incentive rests on it', () => {
    const told = story()
    const reward = (on: string, appraisal: string) => ({ on, who: 'finance', procedure: 'incentive', contents: { incentive: { provider: 'first-hospital', appraisal, project: '门诊系统升级', decision: '优先安排' } } })
    told.refusesOpening(reward('2026-03-02', 'provider-appraisal-1'), 'incentive-must-rest-on-appraisal', 'zq25-22.1')
    const opened = told.open({ on: '2026-01-04', who: 'platform', procedure: 'provider-appraisal', contents: period('2025-05-01', '2025-12-31') })
      .act({ on: '2026-01-05', who: 'planner', task: 'list', outcome: 'listed', contents: { 'appraised-providers': [{ provider: 'first-hospital', supplied: 4, required: 5, overdue: 1 }] } })
    opened.act({ on: '2026-03-10', who: 'planner', task: 'appraise', outcome: 'signed', contents: { 'appraisal-opinion': { grade: 'good', reason: '供给及时' } } })
    expect(told.world.registers['provider-appraisals']).toBeUndefined()
    expect(opened.open).toEqual(['appraise-jointly@providers=first-hospital'])
    opened.act({ on: '2026-03-13', who: 'finance', task: 'appraise-jointly', outcome: 'signed' })
    opened.act({ on: '2026-03-20', who: 'hospital', task: 'object', outcome: 'agree' })
    expect(told.world.registers['provider-appraisals']?.['first-hospital']).toMatchObject({ grade: 'good', 'final-on': '2026-03-20' })
    expect(told.open(reward('2026-09-15', opened.id)).status).toBe('proposed')
  })

  test('zq25-28.1a indicators are fixed before the period that they measure', () => {
    const mechanism = (from: string) => ({ on: '2026-10-12', who: 'agency', procedure: 'evaluation-mechanism', contents: { 'evaluation-mechanism': { version: '2', 'applies-from': from, indicators: [{ name: '产品数', weight: 60, source: '名册' }, { name: '按时报告', weight: 40, source: '平台' }], document: file('指标.pdf') } } })
    story().refusesOpening(mechanism('2026-01-01'), 'indicators-must-be-fixed-beforehand', 'zq25-28.1')
    expect(story().open(mechanism('2027-01-01')).status).toBe('drafted')
  })

  test('zq25-28.1b each operator is evaluated yearly by the version in force, and heard for five working days', () => {
    const told = story()
    told.open({ on: '2025-12-31', who: 'agency', procedure: 'evaluation-mechanism', contents: { 'evaluation-mechanism': { version: '1', 'applies-from': '2026-01-01', indicators: [{ name: '产品数', weight: 100, source: '名册' }], document: file('指标.pdf') } } })
      .act({ on: '2025-12-31', who: 'agency', task: 'issue', outcome: 'issued' })
    const opened = told.open({ on: '2027-01-01', who: 'platform', procedure: 'operator-evaluation', facts, contents: period('2026-01-01', '2026-12-31') })
    const evaluate = (version: string) => ({ on: '2027-01-04', who: 'agency', task: 'evaluate', outcome: 'drafted', contents: { 'operator-evaluation': { 'mechanism-version': version, result: '评价结果良好', 'late-reports': 1 } } })
    opened.refuses(evaluate('2'), 'evaluation-must-follow-the-mechanism', 'zq25-28.1')
    opened.act(evaluate('1'))
    opened.refuses({ on: '2027-01-05', who: 'agency', task: 'conclude', outcome: 'final', contents: { 'evaluation-answer': '没有意见' } }, 'step-must-be-open', 'zq25-28.1')
    expect(opened.due('comment@agreements=agreement-1')).toBe('2027-01-11')
    expect(opened.time('2027-01-12').open).toEqual(['conclude@agreements=agreement-1'])
  })
})

describe('the rules themselves', () => {
  test('zq25-33.1a zq25-33.1b govern what is opened from 2025-05-01 to 2028-04-30', () => {
    const told = story()
    const opening = (on: string) => ({ on, who: 'planner', procedure: 'implementation-plan', contents: { 'case-name': '实施方案', 'agency-determination': determination({ date: '2025-04-01' }) } })
    told.refusesOpening(opening('2025-04-30'), 'rules-must-be-in-force', 'zq25-33.1')
    expect(told.open(opening('2025-05-01')).status).toBe('allocating')
    expect(told.open(opening('2028-04-30')).status).toBe('allocating')
    told.refusesOpening(opening('2028-05-01'), 'rules-must-be-in-force', 'zq25-33.1')
  })

  test('zq25-33.1b a year before the end the data authority must say what follows', () => {
    const opened = (on: string) => story().open({ on, who: 'platform', procedure: 'validity-review', contents: { 'period-from': '2026-01-01', 'period-to': '2026-12-31' } })
    const review = (on: string, choice: string) => ({ on, who: 'planner', task: 'review', outcome: 'reviewed', contents: { 'validity-review': { decision: choice, reason: '结合实施情况研究' } } })
    expect(opened('2026-05-01').act(review('2027-04-30', 'keep')).status).toBe('reviewed')
    const last = opened('2027-05-01')
    expect(last.due('review')).toBe('2028-04-30')
    last.refuses(review('2027-05-01', 'keep'), 'expiry-must-be-settled-beforehand', 'zq25-33.1')
    expect(last.act(review('2027-05-01', 'replace')).effects('notify').at(-1)).toMatchObject({ to: ['government'] })
    expect(law.pack.duties['yearly-validity-review']?.every).toEqual({ unit: 'year', month_day: '05-01' })
  })

  test('zq25-7.1.3a zq25-7.1.3b zq25-17.1a mechanisms are documents with version and date, issued by another than their author', () => {
    const told = story()
    const opened = told.open({ on: '2026-03-02', who: 'planner', procedure: 'mechanism', contents: { 'mechanism-document': { mechanism: 'registration', name: '公共数据资源登记制度', version: '1', 'in-force': '2026-03-02', document: file('登记制度.pdf') } } })
    opened.refuses({ on: '2026-03-02', who: 'planner', task: 'issue', outcome: 'issued' }, 'issuer-must-not-be-author', null)
    opened.act({ on: '2026-03-02', who: 'checker', task: 'issue', outcome: 'issued' })
    expect(told.world.registers['mechanisms']?.['registration']).toMatchObject({ version: '1', 'in-force': '2026-03-02' })
  })

  test('zq25-3.3c guidance is confirmed by each operator it is addressed to', () => {
    const opened = story().open({ on: '2026-04-07', who: 'planner', procedure: 'guidance', contents: { 'guidance-text': '需求表填写说明', 'guidance-addressees': ['xijiang-data', 'b', 'c', 'd'].map((operator) => ({ operator })) } })
    opened.act({ on: '2026-04-08', who: 'operator', task: 'confirm@addressees=xijiang-data', outcome: 'confirmed' })
    expect(opened.open).toHaveLength(3)
  })

  test('zq25-32.1 only the bureau explains the measures, and its answer is published', () => {
    const opened = story().open({ on: '2026-06-22', who: 'operator', procedure: 'interpretation', contents: { 'interpretation-question': { provision: '第十九条', question: '共同签订如何理解' } } })
    opened.refuses({ on: '2026-07-06', who: 'operator', task: 'answer', outcome: 'answered', contents: { 'interpretation-answer': '四方签署' } }, 'actor-must-hold-office', 'zq25-32.1')
    expect(opened.act({ on: '2026-07-06', who: 'planner', task: 'answer', outcome: 'answered', contents: { 'interpretation-answer': '四方签署' } }).effects('publish').at(-1)).toMatchObject({ title: '第十九条' })
  })

  test('zq25-15.1 a node stands on the government cloud or has a finding that it cannot', () => {
    const node = (change: JsonObject) => ({ on: '2026-06-01', who: 'operator', procedure: 'platform-node', contents: { 'platform-node': { name: '计算节点一', host: 'government-cloud', 'graded-protection': '44120026001', officer: '陈安', ...change } } })
    story().refusesOpening(node({ host: 'other' }), 'node-must-stand-on-existing-infrastructure', 'zq25-15.1')
    story().refusesOpening(node({ officer: '' }), 'content-must-be-present', 'zq25-29.3')
    expect(story().open(node({})).act({ on: '2026-06-01', who: 'checker', task: 'confirm', outcome: 'confirm' }).status).toBe('registered')
  })

  test('zq25-31.1 a county adopts the measures by a decision with its departures', () => {
    const adopt = (change: JsonObject) => ({ on: '2026-04-07', who: 'county', procedure: 'reference-adoption', contents: { 'reference-adoption': { number: '宁府〔2026〕2号', date: '2026-04-01', document: file('决定.pdf'), departures: [{ provision: '第七条', departure: '由县数据局负责', reason: '机构设置不同' }], ...change } } })
    story().refusesOpening(adopt({ document: null }), 'content-must-be-present', 'zq25-31.1')
    expect(story().open(adopt({})).act({ on: '2026-04-08', who: 'planner', task: 'record', outcome: 'recorded' }).effects('publish')).toHaveLength(1)
  })

  test('zq25-31.2a zq25-31.2b zq25-31.2c a utility authorizes the use of its own data on its own terms, in public', () => {
    const opened = story().open({ on: '2026-06-01', who: 'waterworks', procedure: 'utility-authorization', contents: { 'utility-authorization': { kind: 'water', data: '分区用水量', 'excluded-fields': ['地址'], purpose: '漏损分析', price: '免费', ends: '2027-05-31', steps: '场景授权、开发利用服务协议' } } })
    opened.refuses({ on: '2026-06-01', who: 'county', task: 'publish', outcome: 'published' }, 'actor-must-hold-office', 'zq25-31.2')
    expect(opened.act({ on: '2026-06-01', who: 'waterworks', task: 'publish', outcome: 'published' }).effects('publish').at(-1)).toMatchObject({ kind: 'utility-authorization' })
    expect(opened.time('2027-05-31').status).toBe('in-force')
    expect(opened.time('2027-06-01').status).toBe('ended')
  })
})
