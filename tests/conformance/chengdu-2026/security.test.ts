import { describe, expect } from 'vitest'
import type { Json, JsonObject } from '#core/json.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { agreementInForce } from '#tests/support/authorization-story.ts'
import { begun, fresh, law, OVERSIGHT_CAST } from '#tests/support/chengdu-oversight-story.ts'
import type { Story } from '#tests/support/story.ts'
import { CHECKLIST, decided, demand, item, platformReceipt, provision } from '#tests/support/supply-contents.ts'
import { lastCase, listed, securityOfficer, zoneCheck } from '#tests/support/supply-story.ts'
import { accounted } from '#tests/support/accounted.ts'

const test = accounted('security')

const QUARTER = { 'period-from': '2026-06-08', 'period-to': '2026-06-30' }

describe('what the agency keeps', () => {
  const RULES: Json[] = ['security', 'classification', 'incident', 'audit', 'evaluation'].map((rule) => ({ rule, 'on-file': true, version: '1', decision: '成数中心〔2026〕1号', 'next-review': '2027-08-20' }))
  const check = (story: Story, rows: Json[]) => ({ on: '2026-08-20', who: 'drafter', procedure: 'management-rules', links: { agreement: lastCase(story, 'operation-agreement') }, contents: { 'management-rules': rows, 'management-summary': '6项制度已有5项' } })

  test('cd26-26.1a: with five of six rules on file the agreement of 2026-08-20 leaves the agency a task for “export control”, and the data authority sees 5 of 6', () => {
    const { story } = begun()
    story.refusesOpening(check(story, RULES), 'every-rule-must-be-listed', 'cd26-26.1')
    const rows = [...RULES, { rule: 'export', 'on-file': false }]
    story.refusesOpening(check(story, [...RULES, { rule: 'export', 'on-file': true }]), 'kept-rule-must-have-version-and-review', 'cd26-26.1')
    story.refusesOpening(check(story, [...RULES, { rule: 'export', 'on-file': true, version: '1', 'next-review': '2026-08-19' }]), 'rule-must-not-be-outdated', 'cd26-26.1')
    story.refusesOpening({ ...check(story, rows), who: 'operator' }, 'actor-must-hold-office', 'cd26-26.1')
    const open = story.open(check(story, rows))
    expect([open.open, open.effects('notify')[0]]).toEqual([['supplement@missing=export'], expect.objectContaining({ to: ['data-authority'], text: '6项制度已有5项' })])
    const supplement = { on: '2026-08-31', who: 'drafter', task: 'supplement', outcome: 'supplemented', contents: { 'rule-document': { version: '1', decision: '成数中心〔2026〕9号', 'next-review': '2027-08-31' } } }
    open.refuses({ ...supplement, contents: {} }, 'content-must-be-present', 'cd26-26.1')
    expect(open.act(supplement).status).toBe('complete')
  })

  test('cd26-26.1f: the check of the third quarter, due on 2026-09-30, is overdue when 2026-10-08 begins and told to the data authority; open points are tasks with owner and due date', () => {
    const story = fresh()
    const open = story.open({ on: '2026-07-01', who: 'platform', procedure: 'security-checklist', contents: QUARTER })
    expect([open.due('check'), law.pack.duties['quarterly-security-checklist']?.every]).toEqual(['2026-09-30', { unit: 'quarter' }])
    expect(open.time('2026-09-30').effects('notify')).toEqual([])
    expect(open.time('2026-10-08').effects('notify').at(-1)).toMatchObject({ to: ['data-authority'], task: 'check' })
    const points = (change: JsonObject): Json[] => [{ point: 'access', done: false, owner: '王敏', due: '2026-10-20', ...change }, ...['keys', 'logs', 'vulnerabilities', 'staff'].map((point) => ({ point, done: true, owner: '王敏' }))]
    const checked = (rows: Json[]) => ({ on: '2026-10-09', who: 'drafter', task: 'check', outcome: 'checked', contents: { 'security-points': rows } })
    open.refuses(checked(points({}).slice(1)), 'every-point-must-be-checked', 'cd26-26.1')
    open.refuses(checked(points({ due: '2026-10-09' })), 'open-point-must-have-a-due-date', 'cd26-26.1')
    open.refuses(checked(points({ owner: '' })), 'content-must-be-present', 'cd26-26.1')
    open.act(checked(points({})))
    expect([open.open, open.due('remedy')]).toEqual([['remedy@open-points=access'], '2026-10-20'])
    expect(open.act({ on: '2026-10-19', who: 'drafter', task: 'remedy', outcome: 'remedied', contents: { 'point-remedy': '已复核全部权限' } }).status).toBe('closed')
  })
})

describe('what the operator keeps', () => {
  test('cd26-26.2a: with nobody named on 2026-09-07 the supply is held; afterwards it goes, and the record shows who was responsible on any day', () => {
    const story = fresh()
    const { agreement } = agreementInForce(story)
    listed(story, 'air-quality', 'environment')
    story.open({ on: '2026-08-24', who: 'drafter', procedure: 'zone-check', contents: { 'zone-check': zoneCheck() } }).act({ on: '2026-08-24', who: 'drafter', task: 'conclude', outcome: 'passed' })
    const asked = story.open({ on: '2026-08-24', who: 'operator', procedure: 'data-demand', links: { agreement }, contents: { demand: demand([item('air-quality')]) } })
      .act({ on: '2026-08-25', who: 'drafter', task: 'formal-review', outcome: 'pass', contents: { 'formal-checklist': CHECKLIST } })
      .act({ on: '2026-08-31', who: 'environment', task: 'provider-review', outcome: 'decided', contents: { 'review-decisions': [decided('air-quality')] } })
      .act({ on: '2026-09-04', who: 'environment', task: 'provision', outcome: 'delivered', contents: { provision: provision() } })
      .act({ on: '2026-09-04', who: 'platform', task: 'provision-receipt', outcome: 'received', contents: { 'platform-receipt': platformReceipt() } })
    const send = { on: '2026-09-07', who: 'manager', task: 'supply', outcome: 'send' }
    expect(asked.refuses(send, 'security-officer-must-be-named', 'cd26-26.2').message).toContain('没有确定数据安全责任人')
    const name = (from: string, person = '陈刚') => ({ on: '2026-09-07', who: 'operator', procedure: 'security-responsibility', links: { agreement }, contents: { 'security-officer': securityOfficer(from, person) } })
    story.refusesOpening(name('2026-09-08'), 'officer-must-begin-by-today', 'cd26-26.2')
    story.refusesOpening({ ...name('2026-09-07'), contents: { 'security-officer': { name: '陈刚', from: '2026-09-07' } } }, 'content-must-be-present', 'cd26-26.2')
    story.refusesOpening({ ...name('2026-09-07'), who: 'stranger' }, 'party-must-be-the-same', 'cd26-26.2')
    const officer = story.open(name('2026-09-07'))
    asked.act(send)
    officer.refuses({ on: '2026-10-12', who: 'drafter', task: 'change', outcome: 'agreement-ended' }, 'officer-must-stay-while-agreement-runs', 'cd26-26.2')
    officer.act({ on: '2026-10-12', who: 'operator', task: 'change', outcome: 'changed', contents: { 'security-officer': securityOfficer('2026-10-12', '刘芳') } })
    expect(officer.effects('register.put').map((put) => [put['name'], put['from']])).toEqual([['陈刚', '2026-09-07'], ['刘芳', '2026-10-12']])
    expect(story.world.registers['security-officers']?.[agreement.id]).toMatchObject({ name: '刘芳', operator: 'tianfu-data' })
  })

  test('cd26-26.2b: the self-check of the third quarter finds two gaps on 2026-09-29: two tasks with owner and due date, and the agency sees them', () => {
    const { story, agreement } = begun()
    const open = story.open({ on: '2026-09-01', who: 'platform', procedure: 'self-check', contents: QUARTER })
    expect([open.open, open.due('check')]).toEqual([[`check@agreements=${agreement.id}`], '2026-09-30'])
    const gaps = [{ gap: '审批和经办同一人', field: 'duties', owner: '陈刚', due: '2026-10-20' }, { gap: '合同台账缺页', field: 'contracts', owner: '刘芳', due: '2026-10-23' }]
    const submit = { on: '2026-09-29', who: 'operator', task: 'check', outcome: 'submitted', contents: { 'self-check-result': '发现2项缺口', 'self-check-gaps': gaps } }
    open.refuses({ ...submit, contents: { 'self-check-gaps': gaps } }, 'content-must-be-present', 'cd26-26.2')
    open.refuses({ ...submit, who: 'stranger' }, 'actor-must-be-concerned-organization', 'cd26-26.2')
    open.act(submit)
    expect([open.state.tasks.map((task) => [task.step, task.branch.at(-1)?.rows[0]?.['owner'], open.due(task.id)]), open.effects('notify').at(-1)]).toEqual([
      [['remedy', '陈刚', '2026-10-20'], ['remedy', '刘芳', '2026-10-23']], expect.objectContaining({ to: ['implementing-agency'], text: '发现2项缺口' }),
    ])
    expect(open.time('2026-10-21').effects('notify').at(-1)).toMatchObject({ to: ['implementing-agency'] })
  })

  test('cd26-26.2c: a critical vulnerability found on 2026-09-01 and still open after 2026-09-08 is overdue and told to the agency', () => {
    const { story, agreement } = begun()
    const found = (change: JsonObject = {}) => ({ on: '2026-09-01', who: 'operator', procedure: 'vulnerability', links: { agreement }, contents: { vulnerability: { system: '授权运营平台 2.3', severity: 'critical', 'found-on': '2026-09-01', ...change } } })
    story.refusesOpening(found({ 'found-on': '2026-09-02' }), 'finding-must-not-lie-ahead', 'cd26-26.2')
    const open = story.open(found())
    expect(open.due('fix-critical')).toBe('2026-09-08')
    expect(open.time('2026-09-08').effects('notify')).toEqual([])
    expect(open.time('2026-09-09').effects('notify').at(-1)).toMatchObject({ to: ['implementing-agency'], task: 'fix-critical' })
    open.refuses({ on: '2026-09-09', who: 'operator', task: 'fix-critical', outcome: 'fixed' }, 'content-must-be-present', 'cd26-26.2')
    expect(open.act({ on: '2026-09-09', who: 'operator', task: 'fix-critical', outcome: 'fixed', contents: { 'vulnerability-fix': '已升级补丁' } }).status).toBe('fixed')
    expect(story.open(found({ severity: 'ordinary' })).due('fix')).toBeNull()
  })

  test('cd26-26.2f: the third failed export of one user on 2026-09-15 is an alert for the operator and the agency, and the user’s right is paused until it is settled', () => {
    const { story, agreement } = begun()
    const alert = (who = 'platform') => ({ on: '2026-09-15', who, procedure: 'risk-alert', links: { agreement }, contents: { 'risk-alert': { pattern: 'failed-exports', person: 'analyst', facts: '一小时内三次出域失败' } } })
    story.refusesOpening(alert('operator'), 'actor-must-hold-office', 'cd26-26.2')
    const open = story.open(alert())
    expect([story.world.standings['environment-user/analyst'], open.due('handle'), open.effects('notify')[0]]).toEqual(['suspended', '2026-09-17', expect.objectContaining({ to: ['implementing-agency', 'operator'] })])
    open.act({ on: '2026-09-16', who: 'operator', task: 'handle', outcome: 'answered', contents: { 'alert-answer': '系误操作，已培训' } })
    const release = { on: '2026-09-17', who: 'director', task: 'release', outcome: 'released', contents: { 'alert-release': '核实为误操作' } }
    open.refuses({ ...release, who: 'operator' }, 'actor-must-hold-office', 'cd26-26.2')
    expect(open.act(release).status).toBe('closed')
    expect(open.effects('standing.set').at(-1)).toMatchObject({ kind: 'environment-user', id: 'analyst', to: 'restored' })
    expect(story.world.standings['environment-user/analyst']).not.toBe('suspended')
    expect(story.open(alert('drafter')).time('2026-09-18').effects('notify').at(-1)).toMatchObject({ to: ['implementing-agency'], task: 'handle' })
  })
})

describe('the stretches of the data path', () => {
  const incident = (segment: string, on: string, change: JsonObject = {}, who = 'drafter') => {
    const { story, agreement } = begun()
    return { story, line: { on, who, procedure: 'incident', links: { agreement }, contents: { incident: { segment, occurred: on, facts: '传输中断并有数据外泄', ...change } } } }
  }

  for (const [title, segment, on, change, step, organization, who, reporter] of [
    ['cd26-27.1a: an incident of 2026-09-08 on the line from the Transport Bureau to the integrated platform is the bureau’s', 'provider', '2026-09-08', { provider: 'transport-bureau' }, 'handle-provider', 'transport-bureau', 'transport', 'drafter'],
    ['cd26-27.1b: a supply of 2026-09-14 with a wrong hash is the public-data manager’s', 'supply', '2026-09-14', {}, 'handle-manager', 'operation-office', 'manager', 'manager'],
    ['cd26-27.1c: a leak of 2026-10-14 between the operation platform and developer D is operator A’s', 'operation', '2026-10-14', {}, 'handle-operator', 'tianfu-data', 'operator', 'drafter'],
    ['cd26-27.1d: an incident of 2026-10-21 in developer D’s application, reported by D, is D’s', 'application', '2026-10-21', { developer: 'rongcheng-lab' }, 'handle-developer', 'rongcheng-lab', 'developer', 'developer'],
  ] as const) test(title, () => {
    const { story, line } = incident(segment, on, change, reporter)
    const open = story.open(line)
    const task = open.state.tasks.find((one) => one.step === step)
    expect([task?.organization, law.pack.procedures['incident']?.steps[step]?.basis]).toEqual([organization, expect.objectContaining({ provision: 'cd26-27.1' })])
    expect(open.effects('notify')[0]).toMatchObject({ to: ['operator', 'data-authority', 'public-data-manager'], notice: '安全事件' })
    expect(open.open).toEqual(['grade', step])
    const report = { on, who, task: step, outcome: 'reported', contents: { 'incident-report': { cause: '配置错误', measures: '已修复并复测' } } }
    open.refuses({ ...report, who: 'mayor' }, 'actor-must-hold-office', 'cd26-27.1')
    open.act(report).act({ on, who: 'drafter', task: 'grade', outcome: 'ordinary', contents: { 'incident-grade-reason': '影响轻微' } })
    expect(open.act({ on, who: 'drafter', task: 'close', outcome: 'closed', contents: { opinion: '处置得当' } }).status).toBe('closed')
  })

  test('an incident has happened and names whom the stretch concerns', () => {
    const missing = incident('provider', '2026-09-08')
    missing.story.refusesOpening(missing.line, 'segment-must-name-its-provider', 'cd26-27.1')
    const developer = incident('application', '2026-10-21')
    developer.story.refusesOpening(developer.line, 'segment-must-name-its-developer', 'cd26-27.1')
    const ahead = incident('supply', '2026-09-14', { occurred: '2026-09-15' })
    ahead.story.refusesOpening(ahead.line, 'incident-must-have-happened', 'cd26-27.1')
    ahead.story.refusesOpening({ ...ahead.line, who: 'visitor' }, 'actor-must-hold-office', 'cd26-27.1')
  })
})

describe('systems and self-assessments', () => {
  test('cd26-27.2a: of 23 parties due on 2026-11-30 three have not answered when 2026-12-01 begins and are overdue by name; the others show a result for each stage', () => {
    const persons = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`provider-${index + 1}`, { organization: `bureau-${index + 1}`, offices: ['data-provider'] }]))
    const story = fresh({ ...OVERSIGHT_CAST, persons: { ...OVERSIGHT_CAST.persons, ...persons } })
    const parties = [...Object.values(persons).map((one) => ({ party: one.organization, office: 'data-provider' })), { party: 'big-data-centre', office: 'implementing-agency' }, { party: 'tianfu-data', office: 'operator' }, { party: 'rongcheng-lab', office: 'developer' }]
    const call = (due: string) => ({ on: '2026-11-02', who: 'drafter', procedure: 'self-assessment', contents: { 'assessment-parties': parties, 'assessment-due': due } })
    story.refusesOpening(call('2026-11-02'), 'assessment-due-must-lie-ahead', 'cd26-27.2')
    const open = story.open(call('2026-11-30'))
    expect([open.open.length, open.due('assess-developer')]).toEqual([23, '2026-11-30'])
    const stages = (change: JsonObject = {}) => [...['collection', 'storage', 'use', 'processing', 'transfer'].map((stage) => ({ stage, result: 'sound' })), { stage: 'destruction', result: 'gap', measure: '补充销毁记录', ...change }]
    const answer = (who: string, task: string, rows: Json[] = stages()) => ({ on: '2026-11-20', who, task, outcome: 'answered', contents: { 'stage-results': rows } })
    open.refuses(answer('provider-1', 'assess-provider@providers=bureau-1', stages({ measure: '' })), 'gap-must-have-a-measure', 'cd26-27.2')
    for (let index = 1; index <= 17; index += 1) open.act(answer(`provider-${index}`, `assess-provider@providers=bureau-${index}`))
    open.act(answer('drafter', 'assess-agency')).act(answer('operator', 'assess-operator')).act(answer('developer', 'assess-developer'))
    expect(open.time('2026-11-30').effects('notify')).toEqual([])
    open.time('2026-12-01')
    expect(open.effects('notify').map((one) => one['task'])).toEqual(['assess-provider@providers=bureau-18', 'assess-provider@providers=bureau-19', 'assess-provider@providers=bureau-20'])
    expect(open.state.conclusions).toHaveLength(20)
  })

  test('cd26-27.2b: a delivery of 2026-09-14 from a system assessed more than twelve months ago is refused; its owner was reminded thirty days before', () => {
    const { story, agreement } = begun()
    const register = (on: string, assessed: string) => ({ on, who: 'environment', procedure: 'protected-system', contents: { 'protected-system': { code: 'QZ-1', name: '环境数据前置系统', level: '3', filing: '51010099001-26001', 'assessed-on': assessed } } })
    story.refusesOpening(register('2026-08-03', '2026-08-04'), 'assessment-must-have-been-made', 'cd26-27.2')
    story.refusesOpening({ ...register('2026-08-03', '2025-09-12'), contents: { 'protected-system': { code: 'QZ-1', name: '环境数据前置系统', level: '3', 'assessed-on': '2025-09-12' } } }, 'content-must-be-present', 'cd26-27.2')
    const system = story.open(register('2026-08-03', '2025-09-12'))
    expect(system.time('2026-08-13').effects('notify')).toEqual([])
    expect(system.time('2026-08-14').effects('notify').at(-1)).toMatchObject({ to: ['data-provider'], notice: '等级测评即将满12个月，请重新测评' })
    expect([system.open, system.due('reassess')]).toEqual([['reassess', 'retire'], '2026-09-12'])
    const asked = story.open({ on: '2026-08-31', who: 'operator', procedure: 'data-demand', links: { agreement }, contents: { demand: demand([item('air-quality')]) } })
      .act({ on: '2026-09-02', who: 'drafter', task: 'formal-review', outcome: 'pass', contents: { 'formal-checklist': CHECKLIST } })
      .act({ on: '2026-09-10', who: 'environment', task: 'provider-review', outcome: 'decided', contents: { 'review-decisions': [decided('air-quality')] } })
    const deliver = (on: string, code = 'QZ-1') => ({ on, who: 'environment', task: 'provision', outcome: 'delivered', contents: { provision: { ...provision(), system: code } } })
    asked.refuses(deliver('2026-09-14', 'QZ-2'), 'system-must-be-registered', 'cd26-27.2')
    asked.refuses(deliver('2026-09-14'), 'assessment-must-not-be-outdated', 'cd26-27.2')
    const again = { on: '2026-09-14', who: 'environment', task: 'reassess', outcome: 'reassessed', contents: { 'protected-system': { code: 'QZ-1', name: '环境数据前置系统', level: '3', filing: '51010099001-26001', 'assessed-on': '2026-09-15' } } }
    system.refuses(again, 'assessment-must-have-been-made', 'cd26-27.2')
    system.act({ ...again, contents: { 'protected-system': { ...again.contents['protected-system'], 'assessed-on': '2026-09-13' } } })
    asked.act(deliver('2026-09-14'))
    expect([system.open, system.due('valid')]).toEqual([['retire', 'valid#2'], '2027-08-14'])
    system.act({ on: '2026-10-12', who: 'environment', task: 'retire', outcome: 'retired', contents: { opinion: '系统已停用' } })
    expect(story.world.registers['protected-systems']?.['QZ-1']?.['ended']).toBe('系统已停用')
  })
})

test('an officer, a vulnerability and an alert concern an agreement in force', () => {
  const story = fresh()
  story.refusesOpening({ on: '2026-09-01', who: 'operator', procedure: 'security-responsibility', contents: { 'security-officer': { name: '陈刚', from: '2026-09-01', statement: file('责任书.pdf') } } }, 'responsibility-must-concern-an-agreement', 'cd26-26.2')
  story.refusesOpening({ on: '2026-09-01', who: 'operator', procedure: 'vulnerability', contents: {} }, 'vulnerability-must-concern-an-agreement', 'cd26-26.2')
  story.refusesOpening({ on: '2026-09-15', who: 'drafter', procedure: 'risk-alert', contents: {} }, 'alert-must-concern-an-agreement', 'cd26-26.2')
})
