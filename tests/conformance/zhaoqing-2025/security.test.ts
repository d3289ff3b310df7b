import { expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { lastCase } from '#tests/support/supply-story.ts'
import { ZHAOQING, zqAgreementInForce } from '#tests/support/zhaoqing-story.ts'

const law = await lawOf('zhaoqing-2025')
const story = () => new Story(law, ZHAOQING)

test('zq25-24.1b: an incident of 2026-06-15 opens an assessment out of turn; the yearly one stays due on 2026-09-30', () => {
  const told = story()
  const agreement = zqAgreementInForce(told)
  const yearly = told.open({ on: '2026-06-01', who: 'agency', procedure: 'agency-assessment', contents: { 'assessing-agency': 'health-commission', 'assessment-subject': '开发利用环境', 'assessment-cause': 'yearly', 'assessment-due': '2026-09-30' } })
  told.open({ on: '2026-06-15', who: 'agency', procedure: 'incident', links: { agreement }, contents: { incident: { kind: 'misuse', segment: 'service-platform', occurred: '2026-06-15', facts: '开发利用环境异常访问', evidence: file('日志.pdf') } } })
  const extra = lastCase(told, 'agency-assessment')
  expect(extra.state.tasks.map((task) => [task.step, task.organization, task.opened_on])).toEqual([['assess-extra', 'health-commission', '2026-06-15']])
  expect([extra.due('assess-extra'), yearly.due('assess')]).toEqual(['2026-06-30', '2026-09-30'])
  extra.act({ on: '2026-06-20', who: 'agency', task: 'assess-extra', outcome: 'reported', contents: { 'agency-assessment-report': { findings: '接口权限过宽', measures: '收紧接口权限' } } })
  expect(extra.status).toBe('following')
  yearly.time('2026-09-30')
  expect(yearly.events.some((event) => event.type === 'task-overdue')).toBe(false)
  yearly.time('2026-10-01')
  expect(yearly.events.findLast((event) => event.type === 'task-overdue')).toMatchObject({ told: ['implementing-agency', 'data-authority'] })
})

test('zq25-24.1c: 25,000 rows read in an hour of 2026-06-16 against a threshold of 10,000 warn operator and agency until it is explained', () => {
  const told = story()
  const agreement = zqAgreementInForce(told)
  const warning = (measured: number) => ({ on: '2026-06-16', who: 'agency', procedure: 'usage-warning', links: { agreement }, contents: { 'usage-warning': { workspace: 'W', measure: 'rows', threshold: 10_000, measured, from: '02:00', to: '03:00', grade: 'red' } } })
  told.refusesOpening(warning(10_000), 'warning-must-exceed-its-threshold', 'zq25-24.1')
  const opened = told.open(warning(25_000))
  expect([opened.status, opened.effects('notify').at(-1)]).toEqual(['red', expect.objectContaining({ to: ['operator', 'implementing-agency'] })])
  opened.refuses({ on: '2026-06-16', who: 'agency', task: 'explain', outcome: 'explained', contents: { 'warning-explanation': '批量作业' } }, 'actor-must-hold-office', 'zq25-24.1')
  opened.act({ on: '2026-06-17', who: 'operator', task: 'explain', outcome: 'explained', contents: { 'warning-explanation': '月度汇总作业误设在夜间' } })
  opened.act({ on: '2026-06-17', who: 'agency', task: 'accept', outcome: 'again', contents: { opinion: '请说明作业编号' } })
  expect([opened.status, opened.open]).toEqual(['red', ['explain#2']])
  opened.act({ on: '2026-06-18', who: 'operator', task: 'explain', outcome: 'explained', contents: { 'warning-explanation': '作业编号为job-1，已调整' } })
  expect(opened.act({ on: '2026-06-18', who: 'agency', task: 'accept', outcome: 'closed', contents: { opinion: '情况属实' } }).status).toBe('closed')
})

test('zq25-24.1d: an emergency of level II declared on 2026-06-16 at 03:10 stops the workspace, names five persons and logs each measure with its time', () => {
  const told = story()
  const plan = told.open({ on: '2026-06-01', who: 'agency', procedure: 'emergency', contents: { 'emergency-plan': { levels: '四级', persons: '五人', measures: '停止开关、通知、处置', document: file('预案.pdf') } } })
  const start = { level: 'II', workspace: 'W', 'declared-at': '2026-06-16T03:10', persons: ['甲', '乙', '丙', '丁', '戊'], measures: [{ measure: '停止开关', at: '03:10' }, { measure: '通知运营机构', at: '03:12' }] }
  const begin = (change: JsonObject, who = 'agency') => ({ on: '2026-06-16', who, task: 'keep', outcome: 'start', contents: { 'emergency-start': { ...start, ...change } } })
  plan.refuses(begin({ persons: null }), 'content-must-be-present', 'zq25-24.1')
  plan.refuses(begin({}, 'operator'), 'actor-must-hold-office', 'zq25-24.1')
  plan.act(begin({}))
  expect([told.world.standings['workspace/W'], plan.effects('notify').at(-1)]).toEqual(['suspended', expect.objectContaining({ to: ['implementing-agency', 'data-authority'], notice: '启动应急预案', text: '2026-06-16T03:10' })])
  expect(plan.state.contents['emergency-start']?.value).toEqual(start)
  expect(plan.open).toEqual(['drill', 'keep#2'])
})

test('zq25-29.1b: a production system last assessed on 2025-05-30 is shown as expired since 2026-05-30, with a task for the data source', () => {
  const told = story()
  const kept = told.open({ on: '2025-06-03', who: 'hospital', procedure: 'production-security', contents: { 'production-security': { system: '门诊系统', 'graded-protection': '44120026002', officer: '陈安', 'assessed-on': '2025-05-30' } } })
  expect([kept.due('assess-first'), kept.state.tasks[0]?.organization]).toEqual(['2026-05-30', 'first-hospital'])
  kept.time('2026-05-30')
  expect(kept.status).toBe('kept')
  kept.time('2026-06-01')
  expect(kept.status).toBe('overdue')
  expect(kept.events.findLast((event) => event.type === 'task-overdue')).toMatchObject({ task: 'assess-first', overdue_days: 2, told: ['data-provider', 'data-authority'], basis: { provision: 'zq25-29.1' } })
  const assessed = (who: string) => ({ on: '2026-06-05', who, task: 'assess-first', outcome: 'assessed', contents: { 'assessment-record': { date: '2026-06-04', findings: '符合三级要求', report: file('测评.pdf') } } })
  kept.refuses(assessed('buses'), 'actor-must-be-concerned-organization', 'zq25-29.1')
  expect(kept.act(assessed('hospital')).due('assess')).toBe('2027-06-04')
  expect(told.world.registers['production-systems']?.['first-hospital']).toMatchObject({ 'assessed-on': '2026-06-04' })
})

test('zq25-29.2b: a contractor whose contract ends on 2026-06-30 is refused on 2026-07-01, and the file shows the end of its right', () => {
  const told = story()
  const contractors: JsonObject[] = [{ name: '端州运维公司', rights: '数据库维护', ends: '2026-06-30' }, { name: '星湖网络公司', rights: '网络维护', ends: '2026-12-31' }]
  const kept = told.open({ on: '2026-01-05', who: 'planner', procedure: 'big-data-security', contents: { 'big-data-security': { 'graded-protection': '44120026003', officer: '陈安', contractors } } })
  const access = (on: string, contractor: string) => ({ on, who: 'checker', task: 'keep', outcome: 'access', contents: { 'contractor-access': { contractor, engineer: '王工', purpose: '例行维护' } } })
  kept.act(access('2026-06-30', '端州运维公司'))
  expect(kept.time('2026-06-30').open).toContain('contract@contractors=端州运维公司')
  kept.time('2026-07-01')
  expect(told.world.standings['contractor/端州运维公司']).toBe('ended')
  expect(kept.open).not.toContain('contract@contractors=端州运维公司')
  kept.refuses(access('2026-07-01', '端州运维公司'), 'contractor-right-must-stand', 'zq25-29.2')
  kept.refuses(access('2026-07-01', '鼎湖公司'), 'contractor-must-be-on-file', 'zq25-29.2')
  expect(kept.act(access('2026-07-01', '星湖网络公司')).status).toBe('kept')
})
