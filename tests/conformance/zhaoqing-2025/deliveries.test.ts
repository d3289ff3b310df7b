import { expect, test } from 'vitest'
import { file } from '#tests/support/authorization-contents.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { lastCase } from '#tests/support/supply-story.ts'
import { DESK, ZHAOQING, zqAgreementInForce, zqDemand, zqListed, zqScenarioInForce } from '#tests/support/zhaoqing-story.ts'

const law = await lawOf('zhaoqing-2025')
const story = () => new Story(law, ZHAOQING)

test('zq25-7.1.1: a delivery due on 2026-04-10 is overdue when 2026-04-13 begins, and a coordination task with both bodies is opened', () => {
  const told = story()
  zqListed(told, 'bus-lines', 'buses')
  const required = told.open({ on: '2026-03-10', who: 'planner', procedure: 'supply-requirement', contents: { 'supply-requirement': { provider: 'bus-station', coordinator: '罗工', due: '2026-04-10', entries: [{ entry: 'bus-lines', platform: '市政务大数据平台' }] } } })
  expect(required.due('fulfil@entries=bus-lines')).toBe('2026-04-10')
  required.time('2026-04-10')
  expect(required.events.some((event) => event.type === 'task-overdue')).toBe(false)
  required.time('2026-04-13')
  expect(required.events.findLast((event) => event.type === 'task-overdue')).toMatchObject({ on: '2026-04-13', told: ['data-authority'], basis: { interpretation: 'zq25-7.1.1' } })
  const matter = (due: string) => ({ on: '2026-04-13', who: 'planner', procedure: 'coordination-matter', contents: { 'coordination-matter': { kind: 'supply', subject: '公交线路数据逾期未供给', due, participants: [{ organization: 'bus-station', role: 'data-provider' }, { organization: 'xijiang-data', role: 'operator' }] } } })
  told.refusesOpening(matter('2026-04-12'), 'coordination-must-be-due-ahead', 'zq25-7.1.1')
  const opened = told.open(matter('2026-04-20'))
  expect(opened.state.tasks.map((task) => task.organization)).toEqual(['bus-station', 'xijiang-data', 'data-bureau'])
  expect([opened.due('answer-provider'), opened.due('answer-operator')]).toEqual(['2026-04-20', '2026-04-20'])
  opened.act({ on: '2026-04-14', who: 'buses', task: 'answer-provider', outcome: 'answered', contents: { 'coordination-answer': '本周内完成供给' } })
  opened.act({ on: '2026-04-15', who: 'planner', task: 'minutes', outcome: 'closed', contents: { 'coordination-minutes': { date: '2026-04-15', result: '限于本周内完成', document: file('纪要.pdf') } } })
  expect([opened.status, opened.open]).toEqual(['closed', []])
})

test('zq25-16.1a: a data source without a coordinator is asked to name one; the demand of 2026-06-01 waits, and the data authority sees why', () => {
  const told = story()
  const authorized = zqAgreementInForce(told)
  const scenario = zqScenarioInForce(told, authorized)
  const desks = [...told.cases.values()].filter((one) => one.state.procedure === 'data-desk')
  expect(desks.map((desk) => desk.state.tasks[0]?.organization)).toEqual(['first-hospital', 'bus-station'])
  expect(desks[0]?.effects('notify').at(-1)).toMatchObject({ to: ['data-authority'], notice: '数源机构尚未确定联络人，数据需求待其确定后审定', text: 'first-hospital' })
  const demand = told.open({ on: '2026-06-01', who: 'operator', procedure: 'data-demand', links: { agreement: authorized, scenario }, contents: { demand: zqDemand() } })
  const approve = (on: string) => ({ on, who: 'hospital', task: 'provider-review@providers=first-hospital', outcome: 'approve', contents: { 'demand-finding': '符合场景需要' } })
  demand.refuses(approve('2026-06-01'), 'coordinator-must-be-named', 'zq25-16.1')
  desks[0]?.refuses({ on: '2026-06-02', who: 'buses', task: 'name', outcome: 'named', contents: { 'data-desk': DESK } }, 'actor-must-be-concerned-organization', 'zq25-16.1')
  desks[0]?.refuses({ on: '2026-06-02', who: 'hospital', task: 'name', outcome: 'named', contents: { 'data-desk': { ...DESK, deputy: '' } } }, 'content-must-be-present', 'zq25-16.1')
  desks[0]?.act({ on: '2026-06-02', who: 'hospital', task: 'name', outcome: 'named', contents: { 'data-desk': DESK } })
  expect(told.world.registers['data-desks']?.['first-hospital']).toMatchObject({ 'named-on': '2026-06-02', unit: '信息科' })
  expect(demand.act(approve('2026-06-02')).open).not.toContain('provider-review@providers=first-hospital')
  expect(lastCase(told, 'data-desk').status).toBe('asked')
})
