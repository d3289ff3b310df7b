import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { hashOf, lawOf } from '#tests/support/case-law.ts'
import { CHENGDU_2020, aggregated, authorized, listed, released, service, supply, three, tripartite, use } from '#tests/support/chengdu-2020-story.ts'
import { Story } from '#tests/support/story.ts'

const law = await lawOf('chengdu-2020')
const story = () => new Story(law, CHENGDU_2020)

describe('gathering and supply', () => {
  const gather = (change: JsonObject = {}) => ({ on: '2026-04-27', who: 'transport', task: 'aggregate', outcome: 'aggregated', contents: { aggregation: { 'provide-by': 'interface', fields: ['line', 'hour'], receipt: 'GX-1', rows: 1000, ...change } } })

  test('cd20-14.1a cd20-4.4c cd20-4.1a is due twenty working days after the authorization; lateness opens a supervision', () => {
    const opened = authorized(story())
    const task = opened.open.find((one) => one.startsWith('aggregate')) ?? ''
    expect(opened.due(task)).toBe('2026-05-13')
    opened.time('2026-05-13')
    expect(opened.open.some((one) => one.startsWith('supervise'))).toBe(false)
    opened.time('2026-05-14')
    expect(opened.open.some((one) => one.startsWith('supervise'))).toBe(true)
  })

  test('cd20-14.1b cd20-4.3d comes in the confirmed way and within the opinion', () => {
    const opened = authorized(story())
    opened.refuses(gather({ 'provide-by': 'raw' }), 'aggregation-must-be-as-confirmed', 'cd20-14.1')
    opened.refuses(gather({ fields: ['line', 'hour', 'name'] }), 'aggregation-must-keep-to-the-opinion', 'cd20-4.4')
    opened.act(gather())
    const told = story()
    const supplying = aggregated(told)
    tripartite(told)
    expect(supplying.refuses(supply({ fields: ['line', 'hour', 'name'] }), 'supply-must-keep-to-the-opinion', 'cd20-4.3').message).toContain('name')
  })

  test('cd20-14.2a cd20-14.2f is supplied by the data centre alone, in a time set by the pack', () => {
    const told = story()
    const opened = aggregated(told)
    const task = opened.open.find((one) => one.startsWith('supply')) ?? ''
    expect(opened.due(task)).toBe('2026-05-26')
    expect(opened.state.tasks.find((one) => one.step === 'supply')?.clock).toMatchObject({ basis: { kind: 'platform-default' } })
    tripartite(told)
    opened.refuses({ ...supply(), who: 'transport' }, 'actor-must-hold-office', 'cd20-14.2')
    opened.act(supply())
    expect(told.world.registers['supplies']?.['GJ-1']).toMatchObject({ provider: 'transport-bureau', form: 'interface' })
  })

  test('cd20-14.2c cd20-14.2d is raw only where the opinion says so', () => {
    const told = story()
    const opened = aggregated(told)
    tripartite(told)
    opened.refuses(supply({ form: 'raw' }), 'supply-must-be-in-the-authorized-form', 'cd20-14.2')
    const other = story()
    const raw = aggregated(other, { 'provide-by': 'raw' })
    tripartite(other)
    expect(raw.act(supply({ form: 'raw' })).open).toEqual(['opinion@providers=health-commission'])
  })

  test('cd20-14.2b is never raw at level 4', () => {
    const told = story()
    const opened = aggregated(told, { 'provide-by': 'raw' })
    tripartite(told)
    listed(told, 'buses', 'transport', { level: 4 })
    opened.refuses(supply({ form: 'raw' }), 'raw-supply-must-fit-the-level', 'cd20-14.2')
    listed(told, 'buses', 'transport', { level: 3 })
    expect(opened.act(supply({ form: 'raw' })).open).toEqual(['opinion@providers=health-commission'])
  })

  test('cd20-18.2a cd20-18.2b cd20-18.2c needs the agreement of all three, over these data, within its term', () => {
    const told = story()
    const opened = aggregated(told)
    const text = three()
    const sign = (who: string, task: string) => ({ on: '2026-05-11', who, task, outcome: 'sign', contents: { 'tripartite-signature': { 'text-hash': hashOf(text) } } })
    const signing = told.open({ on: '2026-05-11', who: 'operator', procedure: 'tripartite-agreement', contents: { 'tripartite-agreement': text } }).act(sign('operator', 'sign-operator')).act(sign('centre', 'sign-center'))
    opened.refuses(supply(), 'supply-must-rest-on-the-tripartite-agreement', 'cd20-18.2')
    signing.act(sign('transport', 'sign-provider'))
    opened.refuses(supply({}, '2026-06-01'), 'supply-must-lie-within-the-term-of-use', 'cd20-18.2')
    expect(opened.act(supply({}, '2026-05-29')).open).toEqual(['opinion@providers=health-commission'])
    const other = story()
    const fifth = aggregated(other)
    tripartite(other, three({ entries: [{ entry: 'visits', fields: ['line'] }] }))
    fifth.refuses(supply(), 'supply-must-rest-on-the-tripartite-agreement', 'cd20-18.2')
    expect(signing.time('2026-05-31').status).toBe('in-force')
    expect(signing.time('2026-06-01').status).toBe('ended')
  })

  test('cd20-18.2d the agreement has a part for each of the three', () => {
    story().refusesOpening({ on: '2026-05-11', who: 'operator', procedure: 'tripartite-agreement', contents: { 'tripartite-agreement': three({ 'provider-part': '' }) } }, 'content-must-be-present', 'cd20-18.2')
  })

  test('cd20-5.1a cd20-5.1b public data come over the sharing platform only; external data wait for their licence', () => {
    const bring = (change: JsonObject) => ({ on: '2026-03-24', who: 'operator', procedure: 'external-data', contents: { 'external-data': { name: '地图数据', origin: '某公司', 'from-department': false, ...change } } })
    story().refusesOpening(bring({ 'from-department': true }), 'public-data-must-come-from-the-sharing-platform', 'cd20-5.1')
    const waiting = story().open(bring({}))
    waiting.refuses({ on: '2026-03-24', who: 'operator', task: 'admit', outcome: 'admitted' }, 'external-data-must-have-a-licence', null)
    expect(waiting.act({ on: '2026-03-25', who: 'operator', task: 'admit', outcome: 'admitted', contents: { 'external-data': { name: '地图数据', origin: '某公司', 'from-department': false, licence: file('许可.pdf') } } }).status).toBe('admitted')
  })
})

describe('services and their use', () => {
  const offering = (change: JsonObject) => ({ on: '2026-05-14', who: 'engineer', procedure: 'service', contents: { service: service(change) } })
  const supplied = () => {
    const told = story()
    const opened = aggregated(told)
    tripartite(told)
    opened.act(supply())
    return told
  }

  test('cd20-4.5b cd20-5.1e rest on the opinion’s scenario and form', () => {
    const told = supplied()
    told.refusesOpening(offering({ scenario: '定向广告投放' }), 'service-must-rest-on-opinions', 'cd20-4.5')
    told.refusesOpening(offering({ form: 'download' }), 'form-must-be-authorized', 'cd20-5.1')
    expect(told.open(offering({})).status).toBe('drafted')
  })

  test('cd20-10.1d cd20-5.1f cd20-15.1e cd20-7.1f cd20-3.1c check without returning fields, mask what is sensitive, pass a test, have a statement', () => {
    const told = supplied()
    told.refusesOpening(offering({ 'returns-fields': true }), 'check-interface-must-not-return-fields', 'cd20-5.1')
    told.refusesOpening(offering({ sources: [{ entry: 'buses', fields: ['line'], measure: 'none' }] }), 'sensitive-data-must-be-masked', 'cd20-15.1')
    told.refusesOpening(offering({ test: 'missing' }), 'service-must-have-passed-its-test', 'cd20-7.1')
    told.refusesOpening(offering({ statement: null }), 'content-must-be-present', 'cd20-3.1')
    const opened = told.open(offering({}))
    opened.refuses({ on: '2026-05-14', who: 'engineer', task: 'release', outcome: 'released' }, 'releaser-must-not-be-author', null)
    opened.act({ on: '2026-05-14', who: 'operator', task: 'release', outcome: 'released' })
    expect(opened.effects('notify').at(-1)).toMatchObject({ to: ['data-authority', 'industry-authority'] })
  })

  const applying = (told: Story, who = 'user', kind = 'organization', change: JsonObject = {}) =>
    told.open({ on: '2026-05-15', who, procedure: 'use-agreement', contents: { 'use-application': { service: released(told).id, kind, activity: 'research', purpose: '信用评价研究', amount: 1000, lawful: true, ...change } } })
  const ready = (change: JsonObject = {}) => ({ on: '2026-05-15', who: 'operator', task: 'draft', outcome: 'ready', contents: { 'use-agreement': use(change) } })
  const sign = (who: string, task: string, text = use()) => ({ on: '2026-05-15', who, task, outcome: 'sign', contents: { 'use-signature': { 'text-hash': hashOf(text) } } })

  test('cd20-4.5e cost a department nothing', () => {
    const told = supplied()
    const opened = applying(told, 'planning', 'department')
    opened.refuses(ready({ price: 200 }), 'departments-must-be-served-free', 'cd20-4.5')
    expect(opened.act(ready({ price: 0 })).status).toBe('signing')
  })

  test('cd20-5.1d cd20-15.1a cd20-15.1b cd20-15.1c cd20-15.1d cd20-15.1f are switched on by an agreement that both signed, also with a person', () => {
    const told = supplied()
    const opened = applying(told, 'person', 'person')
    opened.refuses(ready({ ends: null }), 'content-must-be-present', 'cd20-15.1')
    opened.refuses(ready({ 'user-duties': '' }), 'content-must-be-present', 'cd20-18.1')
    opened.refuses(ready({ requirements: '' }), 'content-must-be-present', 'cd20-15.1')
    opened.refuses(ready({ form: 'query' }), 'form-must-be-the-services', 'cd20-15.1')
    opened.refuses(ready({ amount: 1001 }), 'amount-must-not-exceed-the-need', 'cd20-5.1')
    opened.act(ready()).act(sign('operator', 'sign-operator'))
    expect(told.world.standings[`use-agreement/${opened.id}`]).toBeUndefined()
    opened.act(sign('person', 'sign-user'))
    expect(told.world.standings[`use-agreement/${opened.id}`]).toBe('granted')
  })

  test('cd20-15.2b cd20-15.2c name their source in results, and are answered for every three months', () => {
    const told = supplied()
    const opened = applying(told).act(ready()).act(sign('operator', 'sign-operator')).act(sign('user', 'sign-user'))
    const result = (change: JsonObject) => ({ on: '2026-05-18', who: 'user', task: 'result', outcome: 'registered', contents: { 'use-result': { kind: 'report', name: '研究报告', 'source-noted': true, place: '封底', ...change } } })
    opened.refuses(result({ 'source-noted': false }), 'result-must-name-its-source', 'cd20-15.2')
    opened.refuses(result({ place: '' }), 'source-note-must-have-a-place', 'cd20-15.2')
    opened.act(result({}))
    expect(opened.due('feedback')).toBe('2026-08-15')
    opened.time('2026-08-16')
    expect(opened.events.findLast((event) => event.type === 'task-overdue')).toMatchObject({ told: ['operator'] })
  })

  test('cd20-15.3a cd20-15.3b are used lawfully, and paused at once where they do harm', () => {
    const told = supplied()
    expect(() => applying(told, 'user', 'organization', { lawful: false })).toThrow('use-must-be-lawful (cd20-15.3)')
    const opened = applying(told).act(ready()).act(sign('operator', 'sign-operator')).act(sign('user', 'sign-user'))
    opened.act({ on: '2026-05-20', who: 'operator', task: 'run', outcome: 'pause', contents: { harm: '泄露个人信息' } })
    expect(told.world.standings[`use-agreement/${opened.id}`]).toBe('suspended')
    opened.act({ on: '2026-05-25', who: 'operator', task: 'settle', outcome: 'end', contents: { 'harm-outcome': '终止协议并移送' } })
    expect([opened.status, opened.open]).toEqual(['ended', []])
  })

  test('cd20-16.1a cd20-16.1b cd20-16.1c cd20-16.1d a department ends its authorization with grounds, told to both offices and the operator, the same day if it wishes', () => {
    const told = supplied()
    const end = (who: string, change: JsonObject = {}) => ({ on: '2026-05-21', who, procedure: 'authorization-end', contents: { 'authorization-end': { entry: 'buses', operator: 'city-data', grounds: '《某法》第十条', ends: '2026-05-21', ...change } } })
    told.refusesOpening(end('transport', { grounds: '' }), 'content-must-be-present', 'cd20-16.1')
    told.refusesOpening(end('health'), 'authorization-must-be-own', 'cd20-16.1')
    told.refusesOpening(end('transport', { ends: '2026-05-20' }), 'end-must-not-lie-before-the-notice', 'cd20-16.1')
    const opened = told.open(end('transport'))
    expect([opened.status, told.world.standings['opinion/buses']]).toEqual(['ended', 'ended'])
    expect(opened.effects('notify').map((one) => one['to'])).toEqual([['data-authority', 'industry-authority'], ['operator']])
    const later = supplied()
    const waiting = later.open(end('transport', { ends: '2026-05-25' }))
    expect(waiting.time('2026-05-24').status).toBe('notified')
    expect(waiting.time('2026-05-25').status).toBe('ended')
  })
})

describe('supervision and security', () => {
  const commission = { on: '2026-04-20', who: 'governance', procedure: 'security-check', contents: { 'check-commission': { operator: 'city-data', scope: '使用日志和安全保护', to: '2026-04-22' } } }
  const reporting = (affects: boolean) => ({ on: '2026-04-22', who: 'centre', task: 'check', outcome: 'reported', contents: { 'check-report': { summary: '发现两个问题', findings: [{ finding: '日志缺项', 'affects-security': false, due: '2026-05-06' }, { finding: '越权访问', 'affects-security': affects, due: '2026-05-06' }] } } })

  test('cd20-17.3a cd20-4.3e a check is commissioned and carried out by the data centre; each finding is a task', () => {
    const opened = story().open(commission)
    expect(opened.due('check')).toBe('2026-04-22')
    opened.refuses({ ...reporting(true), who: 'governance' }, 'actor-must-hold-office', 'cd20-17.3')
    opened.act(reporting(false))
    expect(opened.open).toEqual(['remedy@findings=日志缺项', 'remedy@findings=越权访问', 'report-known'])
  })

  test('cd20-17.3b cd20-17.3c only a finding that affects security suspends supply, and its remedy resumes it', () => {
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

  test('cd20-17.2a cd20-17.2b the report of a quarter has three parts and goes to both offices and every department used', () => {
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

  test('cd20-19.1a cd20-19.1b a dispute is settled by both offices, weighing what the experts said', () => {
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

  test('cd20-10.1a cd20-10.1b cd20-10.1h cd20-9.2b rules have three parts, are reviewed each year, and drilled', () => {
    const rules = (change: JsonObject, on = '2025-03-09') => ({ on, who: 'operator', procedure: 'security-rules', contents: { 'security-document': { name: '数据安全管理制度', version: '1', responsibility: '主要负责人负责', conduct: '最小权限', management: '分级审批', maintenance: file('运维.pdf'), document: file('制度.pdf'), ...change } } })
    story().refusesOpening(rules({ conduct: '' }), 'content-must-be-present', 'cd20-10.1')
    story().refusesOpening(rules({ maintenance: null }), 'content-must-be-present', 'cd20-9.2')
    expect(story().open(rules({})).due('review')).toBe('2026-03-09')
    const drilled = story().open(rules({}, '2025-05-20'))
    expect(drilled.due('drill')).toBe('2026-05-20')
    expect(drilled.time('2026-05-20').events.some((event) => event.type === 'task-overdue')).toBe(false)
    expect(drilled.time('2026-05-21').events.some((event) => event.type === 'task-overdue')).toBe(true)
  })

  test('cd20-4.5c a critical vulnerability left open is shown to the data centre', () => {
    const opened = story().open({ on: '2026-03-02', who: 'operator', procedure: 'vulnerability', contents: { vulnerability: '远程代码执行漏洞' } })
    expect(opened.due('fix')).toBe('2026-03-09')
    expect(opened.time('2026-03-10').events.findLast((event) => event.type === 'task-overdue')).toMatchObject({ told: ['data-center', 'data-authority'] })
  })

  test('cd20-17.1d cd20-10.1i cd20-20.1 questions, claims and breaches are tasks of who must answer', () => {
    const told = story()
    expect(told.open({ on: '2026-04-10', who: 'transport', procedure: 'use-question', contents: { 'use-question': { operator: 'city-data', question: '四月调用情况' } } }).due('answer')).toBe('2026-04-24')
    expect(told.open({ on: '2026-04-15', who: 'user', procedure: 'claim', contents: { claim: { service: '信用校验第一版', operator: 'city-data', facts: '结果错误' } } }).state.tasks[0]).toMatchObject({ organization: 'city-data' })
    const referred = told.open({ on: '2026-04-22', who: 'governance', procedure: 'referral', contents: { referral: { article: '第十五条', facts: '超范围使用', evidence: file('日志.pdf'), authority: 'police' } } })
    expect(referred.status).toBe('opened')
    expect(referred.act({ on: '2026-05-20', who: 'police', task: 'outcome', outcome: 'done', contents: { 'referral-outcome': '已立案处理' } }).status).toBe('closed')
  })

  test('cd20-4.1c cd20-4.2b cd20-4.2c departments name their contact; applications are listed and may be proposed as demonstrations', () => {
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
