import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { PROOF, VERIFIED, application, offered } from '#tests/support/offering-contents.ts'
import { file, inForce, late, officer, readyToSupply, story } from '#tests/support/sichuan-story.ts'
import { Story } from '#tests/support/story.ts'
import type { StoryCase } from '#tests/support/story.ts'

describe('who is responsible', () => {
  const table = (told: Story, under: StoryCase) => told.open({ on: '2026-08-24', who: 'drafter', procedure: 'responsibility-table', links: { agreement: under }, contents: { 'responsibility-table': { grantor: '省人民政府 张三', manager: '省大数据中心 李四', operator: '天府数据 王五', user: '出行公司 赵六' } } })
  const incident = (under: StoryCase, change: JsonObject, on: string) => ({ on, who: 'drafter', procedure: 'incident', links: { agreement: under }, contents: { incident: { place: 'own-use', occurred: on, facts: '数据外泄', user: 'travel-company', ...change } } })

  test('sc25-22.1a: an incident of 2026-10-14 at a user is the user’s, and the record names the four of the table of that day', () => {
    const told = story()
    const under = inForce(told)
    table(told, under)
    told.refusesOpening(incident(under, { user: null }, '2026-10-14'), 'incident-must-name-its-user', 'sc25-22.1')
    const open = told.open(incident(under, {}, '2026-10-14'))
    expect(open.state.tasks).toMatchObject([{ step: 'handle-user', organization: 'travel-company' }])
    expect(told.world.registers['incidents']?.[open.id]).toMatchObject({ grantor: '省人民政府 张三', manager: '省大数据中心 李四', operator: '天府数据 王五', using: '出行公司 赵六' })
    expect(open.act({ on: '2026-10-15', who: 'consumer', task: 'handle-user', outcome: 'handled', contents: { 'incident-report': '已经处置' } }).status).toBe('closed')
    expect(told.open(incident(under, { place: 'management', user: null }, '2026-10-14')).state.tasks[0]?.organization).toBe('big-data-centre')
  })

  test('sc25-23.2g: an incident in a developer’s application of 2026-10-21 is the operator’s here, and the developer’s under the rules of Chengdu', async () => {
    const told = story()
    const open = told.open(incident(inForce(told), { place: 'application' }, '2026-10-21'))
    expect(open.state.tasks).toMatchObject([{ step: 'handle-operator', organization: 'tianfu-data' }])
    expect(told.world.registers['incidents']?.[open.id]).toMatchObject({ place: 'application', user: 'travel-company' })
    const city = (await lawOf('chengdu-2026')).pack.procedures['incident']
    expect(city?.steps['handle-developer']).toMatchObject({ by: 'developer', basis: { provision: 'cd26-27.1' } })
  })

  test('sc25-22.1b: who has not signed its responsibility is not switched on, and its task is open', () => {
    const told = story()
    const under = inForce(told)
    const listed = offered(told, under)
    const signing = told.open({ on: '2026-08-24', who: 'drafter', procedure: 'responsibility-signing', links: { agreement: under }, contents: { 'responsible-parties': { operator: 'tianfu-data', users: [{ user: 'travel-company' }], providers: [{ provider: 'environment-bureau' }] } } })
    expect(signing.state.tasks.map((task) => task.organization).toSorted()).toEqual(['environment-bureau', 'tianfu-data', 'travel-company'])
    const asked = told.open({ on: '2026-10-12', who: 'consumer', procedure: 'product-service', contents: { 'usage-application': application(listed.id), 'identity-proof': PROOF } })
    const grant = { on: '2026-10-12', who: 'operator', task: 'decision', outcome: 'grant', contents: { 'identity-check': VERIFIED, 'usage-terms': { price: 1.2, quota: 100 } } }
    expect(asked.refuses(grant, 'responsibility-must-be-signed', 'sc25-22.1').message).toContain('责任书')
    expect(signing.open).toContain('sign-user@users=travel-company')
    const sign = (who: string, task: string) => ({ on: '2026-10-12', who, task, outcome: 'signed', contents: { 'responsibility-statement': file('责任书.pdf') } })
    signing.act(sign('consumer', 'sign-user@users=travel-company'))
    expect(asked.act(grant).status).toBe('granted')
    expect(signing.act(sign('operator', 'sign-operator')).act(sign('environment', 'sign-provider@providers=environment-bureau')).status).toBe('closed')
  })
})

describe('the agency’s management', () => {
  test('sc25-23.1a: with five of six rules on file on 2026-09-01 the department sees both figures, and the agency has one task', () => {
    const told = story()
    const rows = ['分类分级', '访问控制', '数据脱敏', '出域审核', '应急处置', '离岗交接'].map((rule, index) => ({ rule, 'on-file': index < 5, 'review-by': '2026-09-30' }))
    const board = told.open({ on: '2026-09-01', who: 'drafter', procedure: 'agency-rules', contents: { 'agency-rules': { required: 6, 'on-file': 5, rows } } })
    expect(told.world.registers['agency-rules']?.['current']).toMatchObject({ required: 6, 'on-file': 5 })
    expect(board.state.tasks.map((task) => [task.step, task.organization])).toEqual([['known', 'development-commission'], ['make', 'big-data-centre']])
    board.act({ on: '2026-09-02', who: 'authority', task: 'known', outcome: 'known' })
    expect(board.act({ on: '2026-09-15', who: 'drafter', task: 'make@missing=离岗交接', outcome: 'made', contents: { opinion: '已印发施行' } }).status).toBe('closed')
  })

  test('sc25-23.1f: an access review due on 2026-09-30 and open is overdue for the department too on 2026-10-08', () => {
    const list = story().open({ on: '2026-07-06', who: 'drafter', procedure: 'security-checklist', contents: { 'security-checklist': { quarter: '2026年第三季度', points: [{ point: '访问权限复核', owner: '李四', due: '2026-09-30' }] } } })
    expect(list.due('check@points=访问权限复核')).toBe('2026-09-30')
    expect(late(list.time('2026-09-30'))).toEqual([])
    expect(late(list.time('2026-10-08'))).toMatchObject([{ to: ['implementing-agency', 'data-authority'] }])
    expect(list.act({ on: '2026-10-08', who: 'drafter', task: 'check@points=访问权限复核', outcome: 'done', contents: { opinion: '已经复核' } }).status).toBe('closed')
  })

  test('sc25-23.1h: an agreement in force since 2026-08-20 without an audit: the audit is overdue after a year', () => {
    const told = story()
    const audit = told.open({ on: '2026-09-01', who: 'drafter', procedure: 'internal-audit', links: { agreement: inForce(told) } })
    expect(audit.due('audit')).toBe('2027-09-01')
    expect(late(audit.time('2027-09-01'))).toEqual([])
    expect(late(audit.time('2027-09-02'))).toMatchObject([{ to: ['implementing-agency', 'data-authority'] }])
    audit.act({ on: '2027-09-03', who: 'drafter', task: 'audit', outcome: 'reported', contents: { 'audit-report': { auditor: '某会计师事务所', date: '2027-09-03', report: file('审计报告.pdf'), findings: [{ finding: '审批留痕不全', due: '2027-10-08' }] } } })
    expect([audit.open, audit.due('mend@findings=审批留痕不全'), audit.state.tasks[0]?.organization]).toEqual([['mend@findings=审批留痕不全'], '2027-10-08', 'tianfu-data'])
    expect(audit.act({ on: '2027-09-20', who: 'operator', task: 'mend@findings=审批留痕不全', outcome: 'mended', contents: { opinion: '已经整改' } }).status).toBe('closed')
  })
})

describe('the operator’s duties', () => {
  const send = (on: string) => ({ on, who: 'drafter', task: 'supply', outcome: 'send' })
  const planned = (told: Story, under: StoryCase, on: string) => told.open({ on, who: 'operator', procedure: 'emergency-drill', links: { agreement: under }, contents: { 'emergency-plan': file('预案.pdf') } })

  test('sc25-23.2a: without a responsible person on file the supply of 2026-09-07 is held', () => {
    const told = story()
    const under = inForce(told)
    const waiting = readyToSupply(told, under)
    planned(told, under, '2026-09-07')
    waiting.refuses(send('2026-09-07'), 'security-officer-must-be-on-file', 'sc25-23.2')
    told.refusesOpening({ ...officer(), contents: { 'security-officer': { name: '陈刚', statement: null } } }, 'content-must-be-present', 'sc25-23.2')
    told.open(officer())
    expect(told.world.registers['security-officers']?.['tianfu-data']).toMatchObject({ name: '陈刚', since: '2026-09-07' })
    expect(waiting.act(send('2026-09-07')).open).toEqual(expect.arrayContaining([expect.stringContaining('supply-receipt')]))
  })

  test('sc25-23.2e: without an emergency plan the first supply is held on 2026-09-07; a plan of 2026-09-08 is to be reviewed by 2027-09-08', () => {
    const told = story()
    const under = inForce(told)
    const waiting = readyToSupply(told, under)
    told.open(officer())
    waiting.refuses(send('2026-09-07'), 'emergency-plan-must-be-on-file', 'sc25-23.2')
    told.refusesOpening({ on: '2026-09-08', who: 'operator', procedure: 'emergency-drill', links: { agreement: under } }, 'content-must-be-present', 'sc25-23.2')
    const filed = planned(told, under, '2026-09-08')
    expect(filed.due('review')).toBe('2027-09-08')
    expect(waiting.act(send('2026-09-08')).open).not.toContain('supply')
    expect(filed.act({ on: '2027-09-08', who: 'operator', task: 'review', outcome: 'reviewed', contents: { opinion: '无需修改' } }).open).toEqual(['drill'])
  })

  test('sc25-23.2f: the drill is due within a year of 2026-09-01 and overdue after it, and the agency sees it', () => {
    const told = story()
    const open = planned(told, inForce(told), '2026-09-01')
    expect(open.due('drill')).toBe('2027-09-01')
    expect(late(open.time('2027-09-01'))).toEqual([])
    expect(late(open.time('2027-09-02')).filter((one) => one['task'] === 'drill')).toMatchObject([{ to: ['implementing-agency'] }])
    expect(open.act({ on: '2027-09-03', who: 'operator', task: 'drill', outcome: 'held', contents: { 'drill-record': { 'held-on': '2027-09-03', scenario: '数据泄露处置', gaps: '没有发现问题' } } }).open).toEqual(['review'])
  })

  test('sc25-23.2b: two gaps found on 2026-09-29 are two tasks, and the agency has the self-check with both', () => {
    const told = story()
    const check = told.open({ on: '2026-09-29', who: 'operator', procedure: 'self-check', links: { agreement: inForce(told) }, contents: { 'self-check': { quarter: '2026年第三季度', gaps: [{ gap: '权限未收回', due: '2026-10-16' }, { gap: '日志缺失', due: '2026-10-16' }] } } })
    expect(check.state.tasks.map((task) => [task.step, task.organization])).toEqual([['known', 'big-data-centre'], ['mend', 'tianfu-data'], ['mend', 'tianfu-data']])
    for (const gap of ['权限未收回', '日志缺失']) check.act({ on: '2026-10-12', who: 'operator', task: `mend@gaps=${gap}`, outcome: 'mended', contents: { opinion: '已经整改' } })
    expect(check.act({ on: '2026-10-12', who: 'drafter', task: 'known', outcome: 'known' }).status).toBe('closed')
  })

  test('sc25-23.2c: a critical vulnerability of 2026-09-01 open after 2026-09-08 is shown to the agency', () => {
    const told = story()
    const open = told.open({ on: '2026-09-01', who: 'operator', procedure: 'vulnerability', links: { agreement: inForce(told) }, contents: { vulnerability: { system: '加工平台', finding: '远程执行漏洞' } } })
    expect(open.due('fix')).toBe('2026-09-08')
    expect(late(open.time('2026-09-08'))).toEqual([])
    expect(late(open.time('2026-09-09'))).toMatchObject([{ to: ['implementing-agency'] }])
    expect(open.act({ on: '2026-09-10', who: 'operator', task: 'fix', outcome: 'fixed', contents: { opinion: '已经修复' } }).status).toBe('closed')
  })
})
