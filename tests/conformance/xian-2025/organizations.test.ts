import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { file } from '#tests/support/xian-contents.ts'
import { XIAN, inForce, late } from '#tests/support/xian-story.ts'

const law = await lawOf('xian-2025')
const story = () => new Story(law, XIAN)

const demanded = (change: JsonObject = {}): JsonObject => ({ kind: 'order', operator: 'other-data', ground: '超范围使用数据', text: '停止并说明', due: '2026-03-17', ...change })

test('xa25-9.1a: the bureau of one district does not supervise another district’s operation; the city bureau does', () => {
  const told = story()
  const filed = told.open({ on: '2026-03-02', who: 'other-district', procedure: 'district-filing', contents: { 'district-document': { kind: 'agreement', name: '碑林区运营协议', date: '2026-03-02', number: '碑政〔2026〕2号', document: file('协议.pdf') } } })
  const supervise = (who: string) => ({ on: '2026-03-03', who, procedure: 'district-supervision', links: { filing: filed }, contents: { supervision: demanded() } })
  told.refusesOpening(supervise('district'), 'party-must-be-the-same', 'xa25-9.1')
  told.refusesOpening({ ...supervise('district'), links: {} }, 'supervision-must-concern-own-area', 'xa25-9.1')
  const own = told.open(supervise('other-district'))
  expect([own.due('result'), own.effects('notify')]).toMatchObject(['2026-03-17', [{ to: ['data-authority'] }]])
  const city = told.open({ on: '2026-03-03', who: 'authority', procedure: 'supervision', contents: { supervision: demanded() } })
  expect(city.open).toEqual(['answer-operator'])
})

describe('further tasks', () => {
  const given = (change: JsonObject, on: string, who = 'authority') => ({ on, who, procedure: 'assigned-task', contents: { 'assigned-task': { title: '专项报告', from: '区人民政府', office: 'data-authority', organization: 'data-bureau', due: '2026-04-29', ...change } } })

  test('xa25-9.1.8: a task of 2026-04-15 due on 2026-04-29 is overdue on 2026-04-30 without a result', () => {
    const told = story()
    const task = told.open(given({ ground: '区政府办公会纪要', document: file('纪要.pdf') }, '2026-04-15'))
    expect([task.open, task.due('do-authority')]).toEqual([['do-authority'], '2026-04-29'])
    expect(late(task.time('2026-04-29'))).toEqual([])
    expect(late(task.time('2026-04-30'))).toMatchObject([{ task: 'do-authority' }])
    task.act({ on: '2026-05-06', who: 'authority', task: 'do-authority', outcome: 'done', contents: { 'task-result': '已报区政府' } })
    expect([task.status, told.world.registers['tasks']?.[task.id]]).toMatchObject(['done', { due: '2026-04-29', 'done-on': '2026-05-06', result: '已报区政府' }])
  })

  test('xa25-11.1.6: without a ground the provider declines with a reason on 2026-05-22; with one it cannot', () => {
    const told = story()
    const toProvider = (change: JsonObject) => told.open(given({ office: 'data-provider', organization: 'parking-centre', due: '2026-06-05', ...change }, '2026-05-21'))
    const decline = { on: '2026-05-22', who: 'parking', task: 'do-provider', outcome: 'decline', contents: { 'task-decline': '没有法律、方案和协议依据' } }
    const task = toProvider({}).act(decline)
    expect([task.status, task.lateness('do-provider'), task.effects('notify').at(-1)]).toMatchObject(['declined', 0, { to: ['data-authority'], notice: '交办事项退回' }])
    toProvider({ ground: '实施方案第三节' }).refuses(decline, 'task-with-ground-must-not-be-declined', null)
    toProvider({}).refuses({ ...decline, contents: {} }, 'content-must-be-present', null)
  })

  test('xa25-11.1b: a request of 2026-04-14 due on 2026-04-21, answered on 2026-04-23, is two days late', () => {
    const told = story()
    const request = told.open(given({ title: '补充目录信息', from: '市数据局', ground: '目录编制', office: 'data-provider', organization: 'parking-centre', due: '2026-04-21' }, '2026-04-14'))
    expect(late(request.time('2026-04-22'))).toHaveLength(1)
    request.act({ on: '2026-04-23', who: 'parking', task: 'do-provider', outcome: 'done', contents: { 'task-result': '已经补充' } })
    expect([request.status, request.lateness('do-provider'), Object.keys(told.world.registers['tasks'] ?? {})]).toEqual(['done', 2, [request.id]])
  })

  test('xa25-12.1.9: who gives the task for the data authority does not do it for the agency', () => {
    const task = story().open(given({ office: 'implementing-agency', due: '2026-06-22', ground: '年度工作安排' }, '2026-06-08', 'drafter'))
    const done = (who: string) => ({ on: '2026-06-08', who, task: 'do-agency', outcome: 'done', contents: { 'task-result': '已办理' } })
    task.refuses(done('drafter'), 'doer-must-not-be-giver', 'xa25-15.2')
    expect(task.act(done('reviewer')).status).toBe('done')
  })
})

test('xa25-34.2b: of seven stages destruction has no body; the gap is a task of the agency', () => {
  const told = story()
  const under = inForce(told)
  const stages = ['collection', 'aggregation', 'delivery', 'processing', 'product', 'use', 'destruction'].map((stage) => ({ stage, conduct: '依操作规范', requirement: '留存记录', ...(stage === 'destruction' ? {} : { body: '运营机构' }) }))
  const opening = (rows: JsonObject[]) => ({ on: '2026-05-18', who: 'authority', procedure: 'responsibility-table', links: { agreement: under }, contents: { 'responsibility-table': { stages: rows } } })
  told.refusesOpening(opening(stages.slice(0, 6)), 'content-must-be-present', 'xa25-34.2')
  const table = told.open(opening(stages))
  expect([table.open, told.world.registers['responsibilities']?.[under.id]?.['since']]).toEqual([['fill@gaps=destruction'], '2026-05-18'])
  table.refuses({ on: '2026-05-19', who: 'operator', task: 'fill', outcome: 'filled', contents: { 'stage-body': '运营机构' } }, 'actor-must-hold-office', 'xa25-34.2')
  expect(table.act({ on: '2026-05-19', who: 'drafter', task: 'fill', outcome: 'filled', contents: { 'stage-body': '运营机构' } }).status).toBe('complete')
})
