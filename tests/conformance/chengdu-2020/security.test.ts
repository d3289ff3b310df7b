import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { authorization, lateTold, platform, story, supplied } from '#tests/support/chengdu-2020-story.ts'
import { Story } from '#tests/support/story.ts'

describe('supervision and security', () => {
  const commission = { on: '2026-04-20', who: 'governance', procedure: 'security-check', contents: { 'check-commission': { operator: 'city-data', scope: '使用日志和安全保护', to: '2026-04-22' } } }
  const reporting = (affects: boolean) => ({ on: '2026-04-22', who: 'centre', task: 'check', outcome: 'reported', contents: { 'check-report': { summary: '发现两个问题', findings: [{ finding: '日志缺项', 'affects-security': false, due: '2026-05-06' }, { finding: '越权访问', 'affects-security': affects, due: '2026-05-06' }] } } })

  test('cd20-17.3a: a check of three days from 2026-04-20 is the data centre’s, the operator is told, and the logs are closed to it on 2026-04-23', () => {
    const told = story()
    const opened = told.open(commission)
    expect(opened.due('check')).toBe('2026-04-22')
    expect(opened.effects('notify')).toMatchObject([{ to: ['data-center', 'operator'], notice: '开始检查' }])
    opened.refuses({ ...reporting(true), who: 'governance' }, 'actor-must-hold-office', 'cd20-17.3')
    opened.time('2026-04-22')
    expect(told.world.standings[`log-access/${opened.id}`]).toBe('granted')
    opened.time('2026-04-23')
    expect(told.world.standings[`log-access/${opened.id}`]).toBe('ended')
  })

  test('cd20-4.3e: four findings are four tasks of the operator with their days, and the governance office has the report', () => {
    const opened = story().open({ ...commission, on: '2026-03-23', contents: { 'check-commission': { operator: 'city-data', scope: '使用日志和安全保护', to: '2026-03-25' } } })
    const findings = ['甲', '乙', '丙', '丁'].map((name, index) => ({ finding: `${name}项缺失`, 'affects-security': false, due: `2026-04-0${index + 1}` }))
    opened.act({ on: '2026-03-25', who: 'centre', task: 'check', outcome: 'reported', contents: { 'check-report': { summary: '发现四个问题', findings } } })
    expect(opened.state.tasks.filter((task) => task.step === 'remedy').map((task) => [task.organization, opened.due(task.id)])).toEqual(['2026-04-01', '2026-04-02', '2026-04-03', '2026-04-04'].map((due) => ['city-data', due]))
    expect(opened.effects('notify').at(-1)).toMatchObject({ to: ['data-authority'], notice: '检查报告', text: '发现四个问题' })
    expect(opened.act({ on: '2026-03-26', who: 'governance', task: 'report-known', outcome: 'known' }).open).not.toContain('report-known')
  })

  test('cd20-17.3b cd20-17.3c: only a finding that affects security suspends supply, and its remedy resumes it', () => {
    const told = story()
    supplied(told)
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
    expect(opened.state.conclusions.filter((one) => one.step === 'remedy' || one.step === 'accept').map((one) => [one.step, one.date])).toEqual([['remedy', '2026-04-27'], ['accept', '2026-04-29'], ['remedy', '2026-04-27'], ['accept', '2026-04-29']])
    expect(opened.effects('notify').at(-1)).toMatchObject({ to: ['operator'], notice: '恢复提供数据' })
  })

  const DEPARTMENTS = ['transport-bureau', 'health-commission', 'education-bureau', 'civil-affairs-bureau', 'housing-bureau', 'culture-bureau', 'water-bureau']
  const quarter = { on: '2026-04-01', who: 'operator', procedure: 'periodic-report', contents: { 'period-from': '2026-01-01', 'period-to': '2026-03-31' } }
  const send = (change: JsonObject) => ({ on: '2026-04-10', who: 'operator', task: 'report', outcome: 'sent', contents: { 'periodic-report': { operation: '运行平稳', exchange: '交互正常', use: '七部门数据', providers: DEPARTMENTS.map((provider) => ({ provider })), ...change } } })

  test('cd20-17.2a: the report of the first quarter without its part on exchange is held on 2026-04-10, and overdue from 2026-04-16', () => {
    const opened = story().open(quarter)
    expect(opened.due('report')).toBe('2026-04-15')
    expect(opened.refuses(send({ exchange: '' }), 'content-must-be-present', 'cd20-17.2').message).toContain('数据交互情况')
    opened.refuses(send({ operation: '' }), 'content-must-be-present', 'cd20-17.2')
    opened.refuses(send({ use: '' }), 'content-must-be-present', 'cd20-17.2')
    expect(lateTold(opened.time('2026-04-15'))).toEqual([])
    expect(lateTold(opened.time('2026-04-16'))).toMatchObject([{ step: 'report', on: '2026-04-16' }])
  })

  test('cd20-17.2b: data of seven departments used, nine receive the report and give receipts, and nothing is public', () => {
    const opened = story().open(quarter).act(send({}))
    expect([opened.open.length, opened.effects('publish')]).toEqual([9, []])
    opened.act({ on: '2026-04-13', who: 'governance', task: 'receive-authority', outcome: 'received' }).act({ on: '2026-04-13', who: 'industry', task: 'receive-industry', outcome: 'received' })
    for (const [index, who] of ['transport', 'health', 'education', 'civil', 'housing', 'culture', 'water'].entries()) {
      opened.act({ on: '2026-04-13', who, task: `receive-provider@providers=${DEPARTMENTS[index]}`, outcome: 'received' })
    }
    expect([opened.status, opened.effects('publish')]).toEqual(['concluded', []])
  })

  test.each([
    ['cd20-18.1b', 'provision', 'transport-bureau'], ['cd20-18.1c', 'aggregation', 'data-centre'], ['cd20-18.1d', 'operation', 'city-data'], ['cd20-18.1e', 'use', 'a-person'],
  ])('%s: an incident in the stretch “%s” is assigned to %s', (_id, stretch, organization) => {
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

  const rules = (change: JsonObject, on = '2025-03-09') => ({ on, who: 'operator', procedure: 'security-rules', contents: { 'security-document': { name: '数据安全管理制度', version: '1', responsibility: '主要负责人负责', conduct: '最小权限', management: '分级审批', maintenance: file('运维.pdf'), document: file('制度.pdf'), ...change } } })

  test('cd20-18.1a cd20-3.1b: an incident is held until its stretch is chosen; one at a user on 2026-03-16 is the user’s, with the operator as second party', () => {
    const incident = (change: JsonObject) => ({ on: '2026-03-16', who: 'operator', procedure: 'incident', contents: { incident: { stretch: 'use', occurred: '2026-03-16', facts: '数据泄露', user: 'travel-company', ...change } } })
    story().refusesOpening(incident({ stretch: null }), 'content-must-be-present', 'cd20-18.1')
    const recorded = story().open(incident({}))
    expect([recorded.state.tasks[0]?.organization, recorded.state.parties['operator']]).toEqual(['travel-company', 'city-data'])
    expect(recorded.act({ on: '2026-03-17', who: 'user', task: 'handle-user', outcome: 'handled', contents: { 'incident-report': '已经处置' } }).status).toBe('closed')
  })

  test('cd20-10.1b: a rule without its part on conduct is not filed on 2026-01-26', () => {
    for (const part of ['conduct', 'responsibility', 'management']) story().refusesOpening(rules({ [part]: '' }, '2026-01-26'), 'content-must-be-present', 'cd20-10.1')
    expect(story().open(rules({}, '2026-01-26')).status).toBe('in-force')
  })

  test('cd20-9.2b: rules last reviewed on 2025-03-02 are due for review on 2026-03-02, and the old version stays readable', () => {
    story().refusesOpening(rules({ maintenance: null }), 'content-must-be-present', 'cd20-9.2')
    const kept = story().open(rules({}, '2024-03-04')).act({ on: '2025-03-02', who: 'operator', task: 'review', outcome: 'reviewed', contents: { 'review-note': '无需修订' } })
    expect(kept.due('review')).toBe('2026-03-02')
    kept.act({ on: '2026-03-02', who: 'operator', task: 'keep', outcome: 'revise', contents: { 'security-document': { ...rules({ version: '2' }).contents['security-document'] } } })
    expect(kept.state.contents['security-document']?.value).toMatchObject({ version: '2' })
    expect(kept.events.flatMap((event) => (event.type === 'case-opened' ? [event.contents['security-document']] : []))).toMatchObject([{ version: '1' }])
  })

  test('cd20-10.1g: a plan of 2025-03-09 is due for review on 2026-03-09, and none is connected without one', () => {
    expect(story().open(rules({})).due('review')).toBe('2026-03-09')
    story().refusesOpening({ on: '2026-01-26', who: 'governance', procedure: 'operator-authorization', contents: { 'government-authorization': authorization(), 'platform-registration': platform({ 'emergency-plan': null }) } }, 'content-must-be-present', 'cd20-10.1')
  })

  test('cd20-10.1h: after the drill of 2025-05-20 the next is overdue from 2026-05-21', () => {
    const drilled = story().open(rules({}, '2025-05-20'))
    expect(drilled.due('drill')).toBe('2026-05-20')
    expect(lateTold(drilled.time('2026-05-20')).filter((one) => one.step === 'drill')).toEqual([])
    expect(lateTold(drilled.time('2026-05-21')).filter((one) => one.step === 'drill')).toEqual([{ step: 'drill', on: '2026-05-21', told: ['data-authority'] }])
  })

  test('cd20-4.5c: a critical vulnerability left open is shown to the data centre', () => {
    const opened = story().open({ on: '2026-03-02', who: 'operator', procedure: 'vulnerability', contents: { vulnerability: '远程代码执行漏洞' } })
    expect(opened.due('fix')).toBe('2026-03-09')
    expect(opened.time('2026-03-10').events.findLast((event) => event.type === 'task-overdue')).toMatchObject({ told: ['data-center', 'data-authority'] })
  })

  test('cd20-10.1i: a claim of 2026-04-15 over wrong results is the operator’s, and names the version of the service', () => {
    const claimed = story().open({ on: '2026-04-15', who: 'user', procedure: 'claim', contents: { claim: { service: '信用校验第一版', operator: 'city-data', facts: '结果错误' } } })
    expect([claimed.state.tasks[0]?.organization, claimed.state.contents['claim']?.value]).toMatchObject(['city-data', { service: '信用校验第一版' }])
    expect(claimed.act({ on: '2026-04-20', who: 'operator', task: 'answer', outcome: 'done', contents: { 'claim-answer': '更正并赔偿' } }).status).toBe('closed')
  })

  test('cd20-20.1: a breach of Article 15 found on 2026-04-20 is referred on 2026-04-22 with hashed logs, and has no outcome yet', () => {
    const referral = (evidence: JsonObject | null) => ({ on: '2026-04-22', who: 'governance', procedure: 'referral', contents: { referral: { article: '第十五条', facts: '超范围使用', evidence, authority: 'police' } } })
    story().refusesOpening(referral(null), 'content-must-be-present', 'cd20-20.1')
    const referred = story().open(referral(file('日志.pdf')))
    expect([referred.status, referred.state.tasks[0]?.organization, referred.state.contents['referral']?.value]).toMatchObject(['opened', 'police', { evidence: { sha256: file('日志.pdf')['sha256'] } }])
    expect(referred.act({ on: '2026-05-20', who: 'police', task: 'outcome', outcome: 'done', contents: { 'referral-outcome': '已立案处理' } }).status).toBe('closed')
  })

  const registered = (told: Story, name: string, demonstration: boolean) => told.open({ on: '2026-03-09', who: 'operator', procedure: 'application', contents: { application: { name, data: '公交数据', user: '某银行', effect: '服务小微企业', demonstration } } })

  test('cd20-4.2b: four applications live on 2026-03-31 are in the register with the data that they use', () => {
    const told = story()
    for (const name of ['信用贷', '出行指数', '选址分析', '拥堵提示']) expect(registered(told, name, false).status).toBe('recorded')
    expect(Object.values(told.world.registers['applications'] ?? {}).map((one) => [one['name'], one['data']])).toEqual(['信用贷', '出行指数', '选址分析', '拥堵提示'].map((name) => [name, '公交数据']))
  })

  test('cd20-4.2c: a proposal of 2026-03-09 is decided by the new-economy office, and its yes marks the entry with the day', () => {
    const told = story()
    const proposed = registered(told, '信用贷', true)
    expect(proposed.state.tasks[0]).toMatchObject({ step: 'decide', organization: 'new-economy' })
    proposed.refuses({ on: '2026-03-10', who: 'governance', task: 'decide', outcome: 'accept', contents: { opinion: '成效明显' } }, 'actor-must-hold-office', 'cd20-4.2')
    proposed.act({ on: '2026-03-10', who: 'industry', task: 'decide', outcome: 'accept', contents: { opinion: '成效明显' } })
    expect(told.world.registers['applications']?.['信用贷']).toMatchObject({ demonstration: '2026-03-10' })
  })

  test('cd20-7.1h cd20-15.3a: ten times the usual calls alert the operator and are kept; the user has a question with its due date', () => {
    const told = story()
    const alert = (calls: number) => ({
      on: '2026-04-15', who: 'operator', procedure: 'usage-alert',
      contents: { 'usage-alert': { user: 'travel-company', service: '信用校验第一版', 'seen-on': '2026-04-15', usual: 5000, limit: 49999, calls, pattern: '一夜之间调用五万次' } },
    })
    told.refusesOpening(alert(49999), 'alert-must-exceed-its-limit', null)
    const opened = told.open(alert(50000))
    expect(opened.effects('notify')).toMatchObject([{ to: ['operator'], notice: '使用量异常' }])
    expect(told.world.registers['usage-alerts']?.[opened.id]).toMatchObject({ user: 'travel-company', calls: 50000, pattern: '一夜之间调用五万次' })
    opened.act({ on: '2026-04-15', who: 'operator', task: 'handle', outcome: 'ask', contents: { 'alert-question': { text: '请说明用途', 'answer-by': '2026-04-22' } } })
    expect([opened.due('answer'), opened.state.tasks[0]?.organization]).toEqual(['2026-04-22', 'travel-company'])
    expect(lateTold(opened.time('2026-04-22'))).toEqual([])
    expect(lateTold(opened.time('2026-04-23'))).toMatchObject([{ step: 'answer', told: ['operator'] }])
    opened.act({ on: '2026-04-23', who: 'user', task: 'answer', outcome: 'answered', contents: { 'alert-answer': '测试误操作' } })
    expect(opened.act({ on: '2026-04-24', who: 'operator', task: 'handle', outcome: 'close', contents: { 'alert-finding': '已核实' } }).status).toBe('closed')
  })

  test('cd20-9.1b: a check of a measure left open on 2026-03-31 is overdue on 2026-04-01, and the data centre sees it', () => {
    const told = story()
    const measure = (name: string, by: string) => ({ measure: name, field: 'network', owner: '赵工', 'check-by': by })
    const opened = told.open({ on: '2026-01-26', who: 'operator', procedure: 'security-measures', contents: { 'security-measures': [measure('边界防护检查', '2026-03-31'), measure('主机加固检查', '2026-06-30')] } })
    expect(opened.open.map((one) => opened.due(one))).toEqual(['2026-06-30', '2026-03-31'])
    expect(lateTold(opened.time('2026-03-31'))).toEqual([])
    expect(lateTold(opened.time('2026-04-01'))).toEqual([{ step: 'check', on: '2026-04-01', told: ['operator', 'data-center'] }])
    const check = (name: string) => ({ on: '2026-04-02', who: 'operator', task: `check@measures=${name}`, outcome: 'checked', contents: { 'measure-checked': '已检查' } })
    expect(opened.act(check('边界防护检查')).act(check('主机加固检查')).status).toBe('closed')
  })

  test('cd20-10.1a: two points without proof on the checklist closed on 2026-04-10 are two tasks with due dates', () => {
    const opened = story().open({
      on: '2026-04-10', who: 'operator', procedure: 'security-checklist',
      contents: { 'security-checklist': { quarter: '2026年第一季度', points: [{ point: '账号清理', proved: true, 'mend-by': '2026-04-10' }, { point: '离岗交接', proved: false, 'mend-by': '2026-04-24' }, { point: '日志复核', proved: false, 'mend-by': '2026-04-30' }] } },
    })
    expect(opened.open.map((one) => [one, opened.due(one)])).toEqual([['mend@unproved=日志复核', '2026-04-30'], ['mend@unproved=离岗交接', '2026-04-24']])
    const mend = (point: string) => ({ on: '2026-04-20', who: 'operator', task: `mend@unproved=${point}`, outcome: 'mended', contents: { 'point-mended': file('证明.pdf') } })
    expect(opened.act(mend('日志复核')).act(mend('离岗交接')).status).toBe('closed')
  })

  test('cd20-10.1e: no backup is set up on 2026-01-26 without the rule for it', () => {
    story().refusesOpening({ on: '2026-01-26', who: 'operator', procedure: 'backup', contents: {} }, 'content-must-be-present', 'cd20-10.1')
    const opening = (rule: JsonObject | null) => ({ on: '2026-01-26', who: 'governance', procedure: 'operator-authorization', contents: { 'government-authorization': authorization(), 'platform-registration': platform({ 'backup-rule': rule }) } })
    expect(story().refusesOpening(opening(null), 'content-must-be-present', 'cd20-10.1').message).toContain('数据备份制度')
  })

  test('cd20-10.1f: a daily backup that failed on 2026-03-24 is the operator’s task on 2026-03-25, and the data centre knows', () => {
    const told = story()
    const backup = told.open({ on: '2026-03-23', who: 'operator', procedure: 'backup', contents: { 'backup-rule': file('备份制度.pdf') } })
    expect([backup.due('run'), backup.due('restore')]).toEqual(['2026-03-24', '2026-06-23'])
    backup.act({ on: '2026-03-24', who: 'operator', task: 'run', outcome: 'failed', contents: { 'backup-run': '存储空间不足' } })
    expect(backup.effects('notify')).toMatchObject([{ to: ['operator', 'data-center'], notice: '备份失败', text: '存储空间不足' }])
    expect([backup.open, backup.due('repair')]).toEqual([['repair', 'restore'], '2026-03-25'])
    backup.act({ on: '2026-03-25', who: 'operator', task: 'repair', outcome: 'done', contents: { 'backup-run': '已补做' } })
    expect(lateTold(backup.time('2026-03-26'))).toEqual([])
    expect(lateTold(backup.time('2026-03-27'))).toMatchObject([{ step: 'run', told: ['operator', 'data-center'] }])
    backup.act({ on: '2026-03-27', who: 'operator', task: 'restore', outcome: 'tested', contents: { 'restore-test': '恢复正常' } })
    expect(backup.act({ on: '2026-03-27', who: 'operator', task: 'run', outcome: 'stop', contents: { opinion: '平台停用' } }).open).toEqual([])
  })
})
