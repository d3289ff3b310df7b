import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { FRONT, aggregated, authorization, lateTold, opined, passedOn, platform, processed, running, story, supply, three, tripartite } from '#tests/support/chengdu-2020-story.ts'
import { Story } from '#tests/support/story.ts'

describe('the sharing platform and the front system', () => {
  test('cd20-4.3a: an outage from 09:00 to 10:30 on 2026-03-10 is on record with 90 minutes and its cause under the data centre', () => {
    const told = story()
    running(told)
    const line = (to: string, who = 'centre') => ({ on: '2026-03-10', who, procedure: 'outage', contents: { outage: { from: '2026-03-10 09:00', to, minutes: 90, cause: '存储故障' } } })
    told.refusesOpening(line('2026-03-10 10:30', 'governance'), 'actor-must-hold-office', 'cd20-4.3')
    told.refusesOpening(line('2026-03-10 08:30'), 'outage-must-have-ended', null)
    const recorded = told.open(line('2026-03-10 10:30'))
    expect(told.world.registers['outages']?.[recorded.id]).toMatchObject({ minutes: 90, cause: '存储故障', 'recorded-by': 'data-centre' })
    expect(recorded.effects('notify')).toMatchObject([{ to: ['operator'], notice: '共享平台运行中断' }])
  })

  test('cd20-4.3c: the Transport Bureau connects nothing to the operation platform on 2026-03-17; the data centre does', () => {
    const opened = story().open({ on: '2026-01-26', who: 'governance', procedure: 'operator-authorization', contents: { 'government-authorization': authorization(), 'platform-registration': platform() } })
    const connect = (who: string) => ({ on: '2026-03-17', who, task: 'connect', outcome: 'connected', contents: { 'front-system': FRONT } })
    opened.refuses(connect('transport'), 'actor-must-hold-office', 'cd20-4.3')
    expect(opened.act(connect('centre')).status).toBe('running')
  })

  const tested = (told: Story, kind: string, change: JsonObject) => told.open({ on: '2026-03-02', who: 'operator', procedure: 'front-system-test', contents: { 'front-test': { kind, passed: true, 'tested-on': '2026-03-02', 'valid-until': '2026-12-31', 'remind-on': '2026-12-01', ...change } } })
  const early = () => {
    const told = story()
    const opened = opined(passedOn(told, [['buses', 'transport']], '2026-02-12'), 'transport', 'transport-bureau', ['buses'], '2026-02-13')
    opened.act({ on: '2026-02-27', who: 'transport', task: 'aggregate', outcome: 'aggregated', contents: { aggregation: { 'provide-by': 'interface', fields: ['line', 'hour'], receipt: 'GX-1', rows: 1000 } } })
    tripartite(told, three({ starts: '2026-02-01', ends: '2026-12-31' }), '2026-02-27')
    return { told, opened }
  }

  test('cd20-8.1d: an isolation test that failed on 2026-03-02 holds the supply of 2026-03-03', () => {
    const { told, opened } = early()
    expect(tested(told, 'isolation', { passed: false }).open).toEqual(['mend'])
    opened.refuses(supply({}, '2026-03-03'), 'front-system-must-be-isolated', 'cd20-8.1')
    tested(told, 'isolation', {})
    expect(opened.act(supply({}, '2026-03-03')).status).toBe('concluded')
  })

  test('cd20-8.1e: a check that lapses on 2026-03-31 pauses the intake of 2026-04-01; the operator was reminded on 2026-03-01', () => {
    const { told, opened } = early()
    told.refusesOpening({ on: '2026-02-27', who: 'stranger', procedure: 'front-system-test', contents: { 'front-test': { kind: 'security', passed: true, 'tested-on': '2026-02-27', 'valid-until': '2026-03-31', 'remind-on': '2026-02-28' } } }, 'platform-must-be-own', 'cd20-4.5')
    const check = told.open({ on: '2026-02-27', who: 'operator', procedure: 'front-system-test', contents: { 'front-test': { kind: 'security', passed: true, 'tested-on': '2026-02-27', 'valid-until': '2026-03-31', 'remind-on': '2026-02-28' } } })
    expect(check.time('2026-02-28').effects('notify')).toEqual([])
    expect(check.time('2026-03-01').effects('notify')).toMatchObject([{ to: ['operator'], notice: '前置系统检查即将到期，请重新检查' }])
    expect(check.due('renew')).toBe('2026-03-31')
    opened.refuses(supply({}, '2026-04-01'), 'front-system-check-must-be-valid', 'cd20-8.1')
    expect(lateTold(check.time('2026-04-01'))).toEqual([{ step: 'renew', on: '2026-04-01', told: ['data-center', 'operator'] }])
    expect(opened.act(supply({}, '2026-03-31')).status).toBe('concluded')
  })

  test('cd20-8.1b: a machine idle for 60 days on 2026-03-31 is on the list for release, one idle for 59 is not', () => {
    const told = story()
    const month = told.open({
      on: '2026-03-31', who: 'operator', procedure: 'cloud-month',
      contents: { 'cloud-month': { month: '2026-03', resources: [{ resource: '云主机甲', kind: 'compute', 'idle-days': 60 }, { resource: '云主机乙', kind: 'compute', 'idle-days': 59 }] } },
    })
    expect(month.open).toEqual(['known', 'release@idle=云主机甲'])
    month.act({ on: '2026-04-01', who: 'centre', task: 'known', outcome: 'received' })
    expect(month.act({ on: '2026-04-02', who: 'operator', task: 'release@idle=云主机甲', outcome: 'released', contents: { 'cloud-released': '已释放' } }).status).toBe('closed')
  })
})

describe('processing, sandboxes and joint modelling', () => {
  test('cd20-7.1c: a masking job of 2026-03-26 is on record with inputs, rules, output and person, and is not written over', () => {
    const told = story()
    told.refusesOpening({ on: '2026-03-26', who: 'engineer', procedure: 'processing', contents: { processing: { number: 'CL-9', kind: 'masking', inputs: ['GJ-1'], rules: '', output: '脱敏表', version: '1' } } }, 'content-must-be-present', 'cd20-7.1')
    processed(told, 'CL-9', 'masking', '2026-03-26')
    expect(told.world.registers['processings']?.['CL-9']).toMatchObject({ kind: 'masking', inputs: ['GJ-1'], rules: '名称脱敏规则', output: 'CL-9结果', person: 'engineer', 'done-on': '2026-03-26' })
    told.refusesOpening({ on: '2026-03-27', who: 'engineer', procedure: 'processing', contents: { processing: { number: 'CL-9', kind: 'cleaning', inputs: ['GJ-2'], rules: '另一规则', output: '另一表', version: '1' } } }, 'processing-must-be-recorded-once', 'cd20-7.1')
  })

  test('cd20-5.1g: a sandbox that ends on 2026-04-30 is not entered on 2026-05-06, not by others, and no raw data leave it', () => {
    const box = story().open({ on: '2026-04-01', who: 'operator', procedure: 'sandbox', contents: { sandbox: { name: '出行分析沙箱', user: 'travel-company', persons: ['user'], ends: '2026-04-30' } } })
    const enter = (on: string, who = 'user') => ({ on, who, task: 'enter', outcome: 'entered' })
    box.act(enter('2026-04-30'))
    box.refuses(enter('2026-05-06'), 'sandbox-must-not-have-ended', 'cd20-5.1')
    box.refuses(enter('2026-04-30', 'planning'), 'actor-must-be-concerned-organization', 'cd20-5.1')
    const takeOut = (content: string) => ({ on: '2026-04-30', who: 'user', task: 'take-out', outcome: 'asked', contents: { 'sandbox-result': { name: '客流指数', content } } })
    box.refuses(takeOut('raw'), 'raw-data-must-stay-in-the-sandbox', null)
    expect(box.act(takeOut('result')).open).toContain('review')
    expect(lateTold(box.time('2026-05-01'))).toMatchObject([{ step: 'close', told: ['data-authority'] }])
  })

  test('cd20-14.2e: a joint-modelling job moves parameters or results only; 100 source rows are refused on 2026-05-13', () => {
    const told = story()
    aggregated(told, { 'provide-by': 'joint-modelling' })
    const job = (change: JsonObject) => ({ on: '2026-05-13', who: 'operator', procedure: 'joint-modelling', contents: { 'joint-job': { entry: 'buses', exchanged: 'parameters', rows: 0, 'operator-side': '运营平台训练节点', ...change } } })
    expect(told.refusesOpening(job({ rows: 100 }), 'source-rows-must-not-move', 'cd20-14.2').message).toContain('100')
    told.refusesOpening(job({ exchanged: 'rows' }), 'source-rows-must-not-move', 'cd20-14.2')
    told.refusesOpening(job({ entry: 'visits' }), 'way-must-be-joint-modelling', 'cd20-14.2')
    const registered = told.open(job({}))
    expect(registered.status).toBe('registered')
    expect(registered.act({ on: '2026-05-13', who: 'centre', task: 'register', outcome: 'registered', contents: { 'joint-center-side': '共享平台计算节点' } }).status).toBe('running')
  })
})
