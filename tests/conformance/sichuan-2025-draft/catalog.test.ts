import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { inForce, late, ready, readyToSupply, story } from '#tests/support/sichuan-story.ts'
import { field } from '#tests/support/supply-contents.ts'

describe('gathering and grading', () => {
  test('sc25-7.1c: of 200 resources to be gathered by 2026-08-31 twelve are open on 2026-09-01, overdue and listed by source unit', () => {
    const told = story()
    const rows = Array.from({ length: 200 }, (_one, index) => ({ resource: `资源${index + 1}`, provider: index % 2 === 0 ? 'environment-bureau' : 'transport-bureau', by: '2026-08-31' }))
    const plan = told.open({ on: '2026-07-06', who: 'authority', procedure: 'aggregation-plan', contents: { 'aggregation-plan': { rows } } })
    for (const { resource, provider } of rows.slice(0, 188)) {
      plan.act({ on: '2026-08-31', who: provider === 'environment-bureau' ? 'environment' : 'transport', task: `aggregate@rows=${resource}`, outcome: 'aggregated', contents: { aggregation: { destination: 'own-level', receipt: 'GJ-1' } } })
    }
    expect(late(plan.time('2026-08-31'))).toEqual([])
    const lateOnes = late(plan.time('2026-09-01'))
    expect([lateOnes.length, lateOnes[0]]).toMatchObject([12, { to: ['data-authority'] }])
    expect(plan.state.tasks.map((task) => task.organization).toSorted()).toEqual([...Array.from({ length: 6 }, () => 'environment-bureau'), ...Array.from({ length: 6 }, () => 'transport-bureau')])
  })

  test('sc25-7.2b: a source unit delivers to the platform of its level alone, not to another’s and not to the operator', () => {
    const plan = story().open({ on: '2026-08-03', who: 'authority', procedure: 'aggregation-plan', contents: { 'aggregation-plan': { rows: [{ resource: '水情', provider: 'environment-bureau', by: '2026-08-31' }] } } })
    const deliver = (destination: string) => ({ on: '2026-08-10', who: 'environment', task: 'aggregate', outcome: 'aggregated', contents: { aggregation: { destination, receipt: 'GJ-1' } } })
    plan.refuses(deliver('province'), 'data-must-go-to-the-platform-of-its-level', 'sc25-7.2')
    plan.refuses(deliver('operator'), 'data-must-go-to-the-platform-of-its-level', 'sc25-7.2')
    expect(plan.act(deliver('own-level')).status).toBe('closed')
  })

  test('sc25-7.2d: nine unclassified health entries are nine tasks of the sector authority, and enter no plan before they are done', () => {
    const told = story()
    const entries = Array.from({ length: 9 }, (_one, index) => `health-${index + 1}`)
    const list = told.open({ on: '2026-07-06', who: 'authority', procedure: 'grading', contents: { 'grading-list': { authority: 'health-commission', rows: entries.map((one) => ({ entry: one })) } } })
    expect(list.state.tasks.map((task) => task.organization)).toEqual(Array.from({ length: 9 }, () => 'health-commission'))
    const row = { entry: 'health-1', name: '诊疗', provider: 'health-commission', 'update-frequency': '每日', quality: '完整率高', origin: 'own', 'holding-basis': '诊疗管理职责' }
    const planning = told.open({ on: '2026-07-06', who: 'drafter', procedure: 'implementation-plan', contents: { 'case-name': '整体授权运营实施方案' } })
    planning.refuses({ ...ready({ resources: [row] }), on: '2026-07-07' }, 'resource-must-be-graded', 'sc25-7.2')
    list.act({ on: '2026-07-08', who: 'health', task: 'grade@rows=health-1', outcome: 'graded', contents: { grading: { category: '诊疗数据', grade: '3' } } })
    expect(planning.act({ ...ready({ resources: [row] }), on: '2026-07-09' }).status).toBe('under-guidance')
    for (const one of entries.slice(1)) list.act({ on: '2026-07-10', who: 'health', task: `grade@rows=${one}`, outcome: 'graded', contents: { grading: { category: '诊疗数据', grade: '3' } } })
    expect(list.status).toBe('closed')
  })

  test('sc25-23.1d sc25-19.1a: a level-4 field is not mounted in a level-3 workspace, and nothing on the operator’s own systems', () => {
    const told = story()
    const under = inForce(told)
    readyToSupply(told, under, undefined, { fields: [field('station'), field('hour', { grade: '4' }), field('pm25')] })
    const mount = (change: JsonObject, on = '2026-09-08') => ({ on, who: 'operator', procedure: 'workspace-mount', links: { agreement: under }, contents: { mount: { place: 'environment', workspace: '三级工作区', level: '3', entry: 'air-quality', fields: ['station', 'hour'], ...change } } })
    expect(told.refusesOpening(mount({}), 'field-must-not-exceed-the-workspace', 'sc25-23.1').message).toContain('hour')
    told.refusesOpening(mount({ place: 'operator', fields: ['station'] }, '2026-09-07'), 'data-must-stay-in-the-environment', 'sc25-19.1')
    expect(told.open(mount({ fields: ['station'] })).status).toBe('mounted')
    expect(told.open(mount({ level: '4' })).status).toBe('mounted')
  })
})

describe('quality', () => {
  const batch = (change: JsonObject = {}) => ({ entry: 'air-quality', provider: 'environment-bureau', 'checked-on': '2026-08-10', field: 'pm25', rule: '数值范围', invalid: 240, score: 92.5, due: '2026-08-24', ...change })

  test('sc25-7.2a: 240 invalid rows of 2026-08-10 are one task of the source unit that names field and rows, and the score of the day is kept', () => {
    const told = story()
    const checked = told.open({ on: '2026-08-10', who: 'drafter', procedure: 'quality-batch', contents: { 'quality-batch': batch() } })
    expect(checked.state.tasks).toMatchObject([{ step: 'correct', organization: 'environment-bureau' }])
    expect(checked.state.contents['quality-batch']?.value).toMatchObject({ field: 'pm25', invalid: 240 })
    expect(told.world.registers['quality-scores']?.['air-quality']).toMatchObject({ 'checked-on': '2026-08-10', score: 92.5, field: 'pm25', invalid: 240 })
  })

  test('sc25-23.1c: an issue of 2026-09-02 due on 2026-09-16 closes on 2026-09-14 with the new batch', () => {
    const issue = story().open({ on: '2026-09-02', who: 'drafter', procedure: 'quality-batch', contents: { 'quality-batch': batch({ 'checked-on': '2026-09-02', due: '2026-09-16' }) } })
    expect(issue.due('correct')).toBe('2026-09-16')
    issue.act({ on: '2026-09-11', who: 'environment', task: 'correct', outcome: 'corrected', contents: { 'quality-correction': '已重新提供' } })
    issue.act({ on: '2026-09-14', who: 'drafter', task: 'recheck', outcome: 'passed', contents: { opinion: '新批次合格' } })
    expect([issue.status, issue.state.conclusions.at(-1)]).toMatchObject(['closed', { date: '2026-09-14', overdue_days: 0 }])
    const other = story().open({ on: '2026-09-02', who: 'drafter', procedure: 'quality-batch', contents: { 'quality-batch': batch({ due: '2026-09-16' }) } })
    expect(late(other.time('2026-09-17'))).toMatchObject([{ to: ['implementing-agency'] }])
  })

  test('sc25-23.1b: seven resources without a data dictionary are seven tasks of source units with their days', () => {
    const rows = Array.from({ length: 7 }, (_one, index) => ({ entry: `资源${index + 1}`, provider: index < 4 ? 'environment-bureau' : 'transport-bureau', finding: '没有数据字典', due: '2026-09-30' }))
    const board = story().open({ on: '2026-09-01', who: 'drafter', procedure: 'governance', contents: { 'governance-findings': { rows } } })
    expect(board.state.tasks.map((task) => [task.organization, board.due(task.id)])).toEqual(rows.map((row) => [row.provider, '2026-09-30']))
    board.act({ on: '2026-09-14', who: 'environment', task: 'remedy@rows=资源1', outcome: 'done', contents: { 'quality-correction': '已补充字典' } })
    expect(board.open).toHaveLength(6)
  })

  test('sc25-7.2c: the same error in four hospitals’ data is one task of the health commission that names the four; in three it is none', () => {
    const units = ['甲医院', '乙医院', '丙医院', '丁医院'].map((unit, index) => ({ unit, 'found-on': `2026-08-${10 + index}` }))
    const line = (rows: JsonObject[]) => ({ on: '2026-08-24', who: 'drafter', procedure: 'source-governance', contents: { 'source-fault': { authority: 'health-commission', fault: '诊断编码缺失', 'found-on': '2026-08-24', units: rows } } })
    story().refusesOpening(line(units.slice(0, 3)), 'fault-must-have-repeated', null)
    const waiting = story().open(line(units))
    expect(waiting.state.tasks).toMatchObject([{ step: 'govern', organization: 'health-commission' }])
    expect(waiting.state.contents['source-fault']?.value).toMatchObject({ units })
    expect(waiting.act({ on: '2026-09-14', who: 'health', task: 'govern', outcome: 'governed', contents: { opinion: '已统一编码规则' } }).status).toBe('closed')
  })

  test('sc25-7.1d: 42 supplies in August 2026 with three first failures are kept with the median time', () => {
    const told = story()
    const month = (failures: number) => ({ on: '2026-09-01', who: 'drafter', procedure: 'service-month', contents: { 'service-month': { month: '2026-08', supplies: 42, 'first-failures': failures, 'median-days': 6.5 } } })
    told.refusesOpening(month(43), 'failures-must-not-exceed-supplies', 'sc25-7.1')
    told.open(month(3))
    expect(told.world.registers['service-months']?.['2026-08']).toMatchObject({ supplies: 42, 'first-failures': 3, 'median-days': 6.5 })
  })
})
