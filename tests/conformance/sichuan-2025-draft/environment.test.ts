import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { inForce, story } from '#tests/support/sichuan-story.ts'
import type { StoryCase } from '#tests/support/story.ts'

describe('systems and their records', () => {
  const system = (change: JsonObject, on = '2026-08-24') => ({ on, who: 'drafter', procedure: 'system-registration', contents: { system: { name: '开发利用环境', kind: 'environment', function: '隔离加工', owner: 'agency', 'checks-passed': true, ...change } } })

  test('sc25-18.1a: an environment of the operator is not registered on 2026-08-24; the agency’s own with its checks passed is', () => {
    const told = story()
    told.refusesOpening(system({ owner: 'operator' }), 'environment-must-be-the-agencys', 'sc25-18.1')
    told.refusesOpening(system({ 'checks-passed': false }), 'environment-must-have-passed-its-checks', 'sc25-18.1')
    const registered = told.open(system({}))
    expect(told.world.standings[`system/${registered.id}`]).toBe('granted')
  })

  test('sc25-18.1c: a second data-exchange system needs the reason why the first is not used, and the department has the answer', () => {
    const told = story()
    told.open(system({ name: '数据交换平台', kind: 'exchange', function: '数据交换' }, '2026-08-03'))
    told.refusesOpening(system({ name: '新交换平台', kind: 'exchange', function: '数据交换' }), 'existing-systems-must-be-considered', 'sc25-18.1')
    const registered = told.open(system({ name: '新交换平台', kind: 'exchange', function: '数据交换', 'why-not-reuse': '现有系统容量不足' }))
    expect(registered.state.tasks).toMatchObject([{ step: 'known', organization: 'development-commission' }])
    expect(told.world.registers['systems']?.[registered.id]).toMatchObject({ 'why-not-reuse': '现有系统容量不足' })
    expect(registered.act({ on: '2026-08-25', who: 'authority', task: 'known', outcome: 'known' }).status).toBe('known')
  })

  test('sc25-18.1b: a feed that stopped at 09:00 on 2026-09-15 is a gap of the agency, and stays on record when the feed is back', () => {
    const told = story()
    const gap = told.open({ on: '2026-09-15', who: 'drafter', procedure: 'feed-gap', contents: { 'feed-gap': { feed: '调用日志', 'stopped-at': '2026-09-15 09:00' } } })
    expect([gap.status, told.world.registers['feed-gaps']?.[gap.id]]).toMatchObject(['open', { 'stopped-at': '2026-09-15 09:00' }])
    const resume = (at: string) => ({ on: '2026-09-15', who: 'drafter', task: 'resume', outcome: 'resumed', contents: { 'feed-gap': { feed: '调用日志', 'stopped-at': '2026-09-15 09:00', 'resumed-at': at } } })
    gap.refuses(resume('2026-09-15 08:30'), 'resumption-must-be-stated', 'sc25-18.1')
    gap.act(resume('2026-09-15 10:20'))
    expect([gap.status, told.world.registers['feed-gaps']?.[gap.id]]).toMatchObject(['closed', { 'stopped-at': '2026-09-15 09:00', 'resumed-at': '2026-09-15 10:20' }])
  })

  test('sc25-23.1e: an outage of 90 minutes on 2026-09-08 is in the record of September with cause and remedy', () => {
    const told = story()
    const month = (cause: string) => ({ on: '2026-10-08', who: 'drafter', procedure: 'environment-month', contents: { 'environment-month': { month: '2026-09', outages: [{ from: '2026-09-08 09:00', minutes: 90, cause, remedy: '更换电源模块' }], patches: 12 } } })
    told.refusesOpening(month(''), 'content-must-be-present', 'sc25-23.1')
    told.open(month('电源故障'))
    expect(told.world.registers['environment-months']?.['2026-09']).toMatchObject({ outages: [{ minutes: 90, cause: '电源故障', remedy: '更换电源模块' }], patches: 12 })
  })
})

describe('jobs', () => {
  const job = (under: StoryCase, change: JsonObject, on = '2026-09-15') => ({ on, who: 'operator', procedure: 'job-plan', links: { agreement: under }, contents: { 'job-plan': { name: '关联分析', demand: '需求〔2026〕1号', technique: 'plain', fields: [{ field: 'station', grade: '2' }, { field: 'birth-date', grade: '3' }], 'unique-percent': 0, ...change } } })
  const run = (fields: string[], on = '2026-09-21') => ({ on, who: 'operator', task: 'run', outcome: 'run', contents: { 'job-run': { fields } } })

  test('sc25-18.1e: a level-4 field is not joined in the clear on 2026-09-15; each registered technique of privacy computing will do', () => {
    const told = story()
    const under = inForce(told)
    const fields = [{ field: 'diagnosis', grade: '4' }]
    expect(told.refusesOpening(job(under, { fields }), 'level-four-needs-privacy-computing', 'sc25-18.1').cure).toContain('联邦学习')
    for (const technique of ['federated', 'multi-party', 'trusted', 'differential']) expect(told.open(job(under, { fields, technique })).status).toBe('planned')
  })

  test('sc25-18.1f: a job without its demand does not start on 2026-09-15, and the agency stops a running one at once', () => {
    const told = story()
    const under = inForce(told)
    told.refusesOpening(job(under, { demand: '' }), 'content-must-be-present', 'sc25-18.1')
    const running = told.open(job(under, {})).act(run(['station'], '2026-09-15'))
    running.refuses({ on: '2026-09-15', who: 'operator', task: 'stop', outcome: 'stopped', contents: { 'job-stop': '异常' } }, 'actor-must-hold-office', 'sc25-18.1')
    running.act({ on: '2026-09-15', who: 'drafter', task: 'stop', outcome: 'stopped', contents: { 'job-stop': '异常调用' } })
    expect([running.status, running.open, told.world.standings[`job/${running.id}`]]).toEqual(['stopped', [], 'suspended'])
    const other = told.open(job(under, {}))
    other.refuses(run(['secret'], '2026-09-15'), 'job-must-keep-to-its-plan', 'sc25-18.1')
    expect(other.act(run(['station'], '2026-09-15')).act({ on: '2026-09-16', who: 'operator', task: 'finish', outcome: 'finished' }).status).toBe('finished')
  })

  test('sc25-23.3a: a join that identifies 60% of persons is held with its assessment open; one of 10% is not', () => {
    const told = story()
    const under = inForce(told)
    const held = told.open(job(under, { 'unique-percent': 60 }))
    expect(held.state.tasks.map((task) => [task.step, task.organization])).toEqual([['assess', 'big-data-centre']])
    held.refuses(run(['station'], '2026-09-15'), 'step-must-be-open', 'sc25-18.1')
    expect(told.open(job(under, { 'unique-percent': 10 })).open).toEqual(['run'])
    expect(told.open(job(under, { 'unique-percent': 10.1 })).open).toEqual(['assess'])
  })

  test('sc25-23.3b: assessed with “age bands”, the job does not run with birth dates on 2026-09-21', () => {
    const told = story()
    const held = told.open(job(inForce(told), { 'unique-percent': 60 })).act({ on: '2026-09-18', who: 'drafter', task: 'assess', outcome: 'accepted', contents: { 'job-assessment': '改用年龄段后可以运行', 'job-forbidden': ['birth-date'] } })
    held.refuses(run(['station', 'birth-date']), 'assessed-measures-must-be-kept', 'sc25-23.3')
    expect(held.act(run(['station'])).status).toBe('running')
  })
})
