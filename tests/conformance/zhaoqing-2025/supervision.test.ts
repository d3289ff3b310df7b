import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { ZHAOQING, zqAgreementInForce, zqScenarioInForce, zqSupplied } from '#tests/support/zhaoqing-story.ts'

const law = await lawOf('zhaoqing-2025')
const story = () => new Story(law, ZHAOQING)

describe('quality and supervision', () => {
  test('zq25-20.2a zq25-20.2b: a problem is traced upwards and repaired in ten working days by local setting', () => {
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

  test('zq25-16.1c: a supply requirement is one task for each entry', () => {
    const entries = ['a', 'b', 'c', 'd', 'e'].map((entry) => ({ entry, platform: '市政务大数据平台' }))
    const opened = story().open({ on: '2026-03-02', who: 'planner', procedure: 'supply-requirement', contents: { 'supply-requirement': { provider: 'first-hospital', coordinator: '罗工', due: '2026-04-30', entries } } })
    for (const entry of ['a', 'b', 'c', 'd']) opened.act({ on: '2026-04-30', who: 'hospital', task: `fulfil@entries=${entry}`, outcome: 'fulfilled', contents: { 'supply-fulfilment': '回执1号' } })
    opened.time('2026-05-06')
    expect([opened.open, opened.events.filter((event) => event.type === 'task-overdue').length]).toEqual([['fulfil@entries=e'], 1])
  })

  test('zq25-24.2c zq25-30.2a: an order not met in time is overdue, and supply may be suspended as the agreement says', () => {
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

  test('zq25-7.1.2: a notice of the data authority not answered in time goes up to the agency', () => {
    const opened = story().open({ on: '2026-04-14', who: 'planner', procedure: 'oversight-notice', contents: { 'oversight-notice': { operator: 'xijiang-data', agency: 'health-commission', ground: '产品价格', question: '说明定价依据', 'answer-by': '2026-04-21' } } })
    expect(opened.time('2026-04-21').status).toBe('sent')
    opened.time('2026-04-22')
    expect(opened.events.findLast((event) => event.type === 'task-overdue')).toMatchObject({ told: ['data-authority', 'implementing-agency'] })
  })

  test('zq25-8.1: a department asks for material by a day; a refusal stays in the case', () => {
    const opened = story().open({ on: '2026-06-08', who: 'auditor', procedure: 'inspection', contents: { 'inspection-request': { remit: 'accounts', operator: 'xijiang-data', material: '2025年度账目', due: '2026-06-18' } } })
    expect(opened.due('answer')).toBe('2026-06-18')
    opened.act({ on: '2026-06-18', who: 'operator', task: 'answer', outcome: 'refused', contents: { 'inspection-answer': { text: '正在整理' } } })
    opened.refuses({ on: '2026-06-18', who: 'police', task: 'conclude', outcome: 'closed', contents: { 'inspection-result': '另行处理' } }, 'actor-must-be-concerned-organization', 'zq25-8.1')
    expect(opened.status).toBe('examining')
  })

  test('zq25-9.1: an order to stop a scenario works at once, and only who gave it lifts it', () => {
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
  ])('%s zq25-24.4b: an incident in the segment “%s” is assigned to who answers for it', (_id, segment, step, organization) => {
    const told = story()
    const incident = (change: JsonObject) => ({ on: '2026-07-23', who: 'agency', procedure: 'incident', links: { agreement: zqAgreementInForce(told) }, contents: { incident: { kind: 'leak', segment, occurred: '2026-07-22', facts: '数据外泄', evidence: file('日志.pdf'), provider: 'first-hospital', developer: 'dinghu-software', ...change } } })
    const opened = told.open(incident({}))
    expect(opened.state.tasks.map((task) => [task.step, task.organization])).toEqual([[step, organization]])
    if (segment === 'production') {
      told.refusesOpening(incident({ provider: null }), 'segment-must-name-its-provider', 'zq25-29.1')
      opened.refuses({ on: '2026-07-24', who: 'agency', task: step, outcome: 'relocate', contents: { incident: { kind: 'leak', segment: 'transfer', occurred: '2026-07-22', facts: '数据外泄', evidence: file('日志.pdf') } } }, 'content-must-be-present', 'zq25-24.4')
    }
  })

  test('zq25-24.2b: an audit is not made by who took part in what it samples', () => {
    const audit = (auditor: string) => ({ on: '2026-07-01', who: 'agency', procedure: 'internal-audit', contents: { 'internal-audit': { auditor, sample: [{ item: 'CY-1', kind: 'export', officer: '黄经办' }, { item: 'CY-2', kind: 'export', officer: '何经办' }] } } })
    story().refusesOpening(audit('何经办'), 'auditor-must-not-have-taken-part', 'zq25-24.2')
    const opened = story().open(audit('林审计')).act({ on: '2026-07-02', who: 'agency', task: 'conclude', outcome: 'found', contents: { 'audit-findings': [{ finding: '日志缺项', due: '2026-07-16' }, { finding: '审批补签', due: '2026-07-20' }] } })
    expect([opened.due('rectify@findings=日志缺项'), opened.due('rectify@findings=审批补签')]).toEqual(['2026-07-16', '2026-07-20'])
  })

  test('zq25-30.1a: the mechanism is confirmed by all five departments and meets every half-year', () => {
    const remits = ['cyberspace', 'police', 'state-security', 'secrecy', 'cryptography']
    const holders: Record<string, string> = { cyberspace: 'cyberspace-office', police: 'police', 'state-security': 'd3', secrecy: 'd4', cryptography: 'd5' }
    const mechanism = (some: string[]) => ({ on: '2025-12-31', who: 'agency', procedure: 'supervision-mechanism', contents: { 'supervision-mechanism': { division: '各司其职', exchange: '每季通报', document: file('机制.pdf'), departments: some.map((remit) => ({ department: holders[remit] ?? '', remit })) } } })
    story().refusesOpening(mechanism(remits.slice(0, 4)), 'all-departments-must-take-part', 'zq25-30.1')
    const opened = story().open(mechanism(remits))
    opened.act({ on: '2025-12-31', who: 'cyberspace', task: 'confirm@departments=cyberspace-office', outcome: 'confirm' })
    expect([opened.status, opened.open.length]).toEqual(['confirming', 4])
  })

  test('zq25-24.1d: a drill is due each year after the plan, and again after each drill', () => {
    const opened = story().open({ on: '2026-06-01', who: 'agency', procedure: 'emergency', contents: { 'emergency-plan': { levels: '四级', persons: '五人', measures: '停止开关、通知、处置', document: file('预案.pdf') } } })
    expect(opened.due('drill')).toBe('2027-06-01')
    opened.act({ on: '2027-05-20', who: 'agency', task: 'drill', outcome: 'drilled', contents: { 'drill-report': { date: '2027-05-20', findings: '通知不够及时' } } })
    expect(opened.due('drill')).toBe('2028-05-20')
  })
})
