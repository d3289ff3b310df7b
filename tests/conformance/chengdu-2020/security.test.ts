import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { story } from '#tests/support/chengdu-2020-story.ts'

describe('supervision and security', () => {
  const commission = { on: '2026-04-20', who: 'governance', procedure: 'security-check', contents: { 'check-commission': { operator: 'city-data', scope: '使用日志和安全保护', to: '2026-04-22' } } }
  const reporting = (affects: boolean) => ({ on: '2026-04-22', who: 'centre', task: 'check', outcome: 'reported', contents: { 'check-report': { summary: '发现两个问题', findings: [{ finding: '日志缺项', 'affects-security': false, due: '2026-05-06' }, { finding: '越权访问', 'affects-security': affects, due: '2026-05-06' }] } } })

  test('cd20-17.3a cd20-4.3e: a check is commissioned and carried out by the data centre; each finding is a task', () => {
    const opened = story().open(commission)
    expect(opened.due('check')).toBe('2026-04-22')
    opened.refuses({ ...reporting(true), who: 'governance' }, 'actor-must-hold-office', 'cd20-17.3')
    opened.act(reporting(false))
    expect(opened.open).toEqual(['remedy@findings=日志缺项', 'remedy@findings=越权访问', 'report-known'])
  })

  test('cd20-17.3b cd20-17.3c: only a finding that affects security suspends supply, and its remedy resumes it', () => {
    const told = story()
    const opened = told.open(commission).act(reporting(true))
    const suspend = (finding: string) => ({ on: '2026-04-22', who: 'centre', task: 'suspend', outcome: 'suspend', contents: { 'supply-suspension': { finding, supplies: ['GJ-1'] } } })
    opened.refuses(suspend('日志缺项'), 'suspension-must-rest-on-a-security-finding', 'cd20-17.3')
    opened.act(suspend('越权访问'))
    expect(told.world.standings['supply/GJ-1']).toBe('suspended')
    for (const finding of ['日志缺项', '越权访问']) {
      opened.act({ on: '2026-04-27', who: 'operator', task: `remedy@findings=${finding}`, outcome: 'reported', contents: { 'check-remedy': '已经整改' } })
      expect(told.world.standings['supply/GJ-1']).toBe('suspended')
      opened.act({ on: '2026-04-29', who: 'centre', task: `accept@findings=${finding}`, outcome: 'accepted', contents: { opinion: '整改到位' } })
    }
    expect([opened.status, told.world.standings['supply/GJ-1']]).toEqual(['closed', 'granted'])
  })

  test('cd20-17.2a cd20-17.2b: the report of a quarter has three parts and goes to both offices and every department used', () => {
    const told = story()
    const opened = told.open({ on: '2026-04-01', who: 'operator', procedure: 'periodic-report', contents: { 'period-from': '2026-01-01', 'period-to': '2026-03-31' } })
    expect(opened.due('report')).toBe('2026-04-15')
    const send = (exchange: string) => ({ on: '2026-04-10', who: 'operator', task: 'report', outcome: 'sent', contents: { 'periodic-report': { operation: '运行平稳', exchange, use: '七部门数据', providers: ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((provider) => ({ provider })) } } })
    opened.refuses(send(''), 'content-must-be-present', 'cd20-17.2')
    opened.act(send('交互正常'))
    expect([opened.open.length, opened.effects('publish')]).toEqual([9, []])
    expect(told.open({ on: '2026-04-01', who: 'operator', procedure: 'periodic-report', contents: { 'period-from': '2026-01-01', 'period-to': '2026-03-31' } }).time('2026-04-16').events.at(-2)).toMatchObject({ type: 'task-overdue' })
  })

  test.each([
    ['cd20-18.1b', 'provision', 'transport-bureau'], ['cd20-18.1c', 'aggregation', 'data-centre'], ['cd20-18.1d', 'operation', 'city-data'], ['cd20-18.1e', 'use', 'a-person'],
  ])('%s cd20-18.1a cd20-3.1b an incident in the stretch “%s” is assigned to %s', (_id, stretch, organization) => {
    const incident = (change: JsonObject) => ({ on: '2026-04-15', who: 'operator', procedure: 'incident', contents: { incident: { stretch, occurred: '2026-04-15', facts: '数据泄露', provider: 'transport-bureau', user: 'a-person', ...change } } })
    expect(story().open(incident({})).state.tasks.map((task) => task.organization)).toEqual([organization])
    story().refusesOpening(incident({ stretch: '' }), 'content-must-be-present', 'cd20-18.1')
    if (stretch === 'provision') story().refusesOpening(incident({ provider: null }), 'stretch-must-name-its-provider', 'cd20-18.1')
    if (stretch === 'use') story().refusesOpening(incident({ user: null }), 'stretch-must-name-its-user', 'cd20-18.1')
  })

  test('cd20-19.1a cd20-19.1b: a dispute is settled by both offices, weighing what the experts said', () => {
    const opened = story().open({ on: '2026-04-13', who: 'operator', procedure: 'dispute', contents: { dispute: { provider: 'transport-bureau', matter: '字段范围争议' }, 'dispute-statement': '授权意见包含该字段' } })
    opened.act({ on: '2026-04-20', who: 'governance', task: 'coordinate', outcome: 'commission', contents: { 'expert-commission': { committee: 'experts', question: '是否可以提供', due: '2026-05-08' } } })
    expect(opened.due('assess')).toBe('2026-05-08')
    opened.act({ on: '2026-05-08', who: 'expert', task: 'assess', outcome: 'given', contents: { 'expert-opinion': '脱敏后可以提供' } })
    const settle = (weighed: JsonObject) => ({ on: '2026-05-11', who: 'governance', task: 'coordinate', outcome: 'outcome', contents: { 'dispute-outcome': { outcome: '脱敏后提供', ...weighed } } })
    opened.refuses(settle({}), 'outcome-must-weigh-the-expert-opinion', 'cd20-19.1')
    opened.act(settle({ 'on-expert-opinion': '予以采纳' })).act({ on: '2026-05-11', who: 'governance', task: 'sign-authority', outcome: 'sign' })
    expect([opened.status, opened.open]).toEqual(['signing', ['answer', 'sign-industry']])
    expect(opened.act({ on: '2026-05-12', who: 'industry', task: 'sign-industry', outcome: 'sign' }).status).toBe('closed')
  })

  test('cd20-10.1a cd20-10.1b cd20-10.1h cd20-9.2b: rules have three parts, are reviewed each year, and drilled', () => {
    const rules = (change: JsonObject, on = '2025-03-09') => ({ on, who: 'operator', procedure: 'security-rules', contents: { 'security-document': { name: '数据安全管理制度', version: '1', responsibility: '主要负责人负责', conduct: '最小权限', management: '分级审批', maintenance: file('运维.pdf'), document: file('制度.pdf'), ...change } } })
    story().refusesOpening(rules({ conduct: '' }), 'content-must-be-present', 'cd20-10.1')
    story().refusesOpening(rules({ maintenance: null }), 'content-must-be-present', 'cd20-9.2')
    expect(story().open(rules({})).due('review')).toBe('2026-03-09')
    const drilled = story().open(rules({}, '2025-05-20'))
    expect(drilled.due('drill')).toBe('2026-05-20')
    expect(drilled.time('2026-05-20').events.some((event) => event.type === 'task-overdue')).toBe(false)
    expect(drilled.time('2026-05-21').events.some((event) => event.type === 'task-overdue')).toBe(true)
  })

  test('cd20-4.5c: a critical vulnerability left open is shown to the data centre', () => {
    const opened = story().open({ on: '2026-03-02', who: 'operator', procedure: 'vulnerability', contents: { vulnerability: '远程代码执行漏洞' } })
    expect(opened.due('fix')).toBe('2026-03-09')
    expect(opened.time('2026-03-10').events.findLast((event) => event.type === 'task-overdue')).toMatchObject({ told: ['data-center', 'data-authority'] })
  })

  test('cd20-17.1d cd20-10.1i cd20-20.1: questions, claims and breaches are tasks of who must answer', () => {
    const told = story()
    expect(told.open({ on: '2026-04-10', who: 'transport', procedure: 'use-question', contents: { 'use-question': { operator: 'city-data', question: '四月调用情况' } } }).due('answer')).toBe('2026-04-24')
    expect(told.open({ on: '2026-04-15', who: 'user', procedure: 'claim', contents: { claim: { service: '信用校验第一版', operator: 'city-data', facts: '结果错误' } } }).state.tasks[0]).toMatchObject({ organization: 'city-data' })
    const referred = told.open({ on: '2026-04-22', who: 'governance', procedure: 'referral', contents: { referral: { article: '第十五条', facts: '超范围使用', evidence: file('日志.pdf'), authority: 'police' } } })
    expect(referred.status).toBe('opened')
    expect(referred.act({ on: '2026-05-20', who: 'police', task: 'outcome', outcome: 'done', contents: { 'referral-outcome': '已立案处理' } }).status).toBe('closed')
  })

  test('cd20-4.1c cd20-4.2b cd20-4.2c: departments name their contact; applications are listed and may be proposed as demonstrations', () => {
    const told = story()
    told.refusesOpening({ on: '2026-01-19', who: 'transport', procedure: 'department-contact', contents: { contact: { contact: '赵工', way: '接口' } } }, 'content-must-be-present', 'cd20-4.1')
    told.open({ on: '2026-01-19', who: 'transport', procedure: 'department-contact', contents: { contact: { contact: '赵工', deputy: '钱工', way: '接口' } } }).act({ on: '2026-01-20', who: 'governance', task: 'confirm', outcome: 'confirmed' })
    expect(told.world.registers['contacts']?.['transport-bureau']).toMatchObject({ deputy: '钱工' })
    const application = (demonstration: boolean) => told.open({ on: '2026-03-09', who: 'operator', procedure: 'application', contents: { application: { name: '信用贷', data: '公交数据', user: '某银行', effect: '服务小微企业', demonstration } } })
    expect(application(false).status).toBe('recorded')
    const proposed = application(true)
    proposed.refuses({ on: '2026-03-10', who: 'governance', task: 'decide', outcome: 'accept', contents: { opinion: '成效明显' } }, 'actor-must-hold-office', 'cd20-4.2')
    proposed.act({ on: '2026-03-10', who: 'industry', task: 'decide', outcome: 'accept', contents: { opinion: '成效明显' } })
    expect(told.world.registers['applications']?.['信用贷']).toMatchObject({ demonstration: '2026-03-10' })
  })
})
