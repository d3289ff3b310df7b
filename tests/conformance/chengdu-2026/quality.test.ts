import { describe, expect } from 'vitest'
import type { Json, JsonObject } from '#core/json.ts'
import { begun, fresh } from '#tests/support/chengdu-oversight-story.ts'
import { fourEntries, listed } from '#tests/support/supply-story.ts'
import { accounted } from '#tests/support/accounted.ts'

const test = accounted('quality')

const batch = (number: string, on: string, change: JsonObject = {}): JsonObject => ({
  batch: number, entry: 'air-quality', 'delivered-on': on, rows: 10000, completeness: 78, accuracy: 85, consistency: 80, timeliness: 84, validity: 83, score: 82, ...change,
})
const failed = (change: JsonObject = {}): JsonObject => ({ rule: 'air-quality/pm25/必填', field: 'pm25', 'failed-rows': 240, repeated: false, ...change })
const checked = (number: string, on: string, rules: Json[], change: JsonObject = {}) => ({ on, who: 'manager', procedure: 'batch-quality', contents: { 'batch-quality': batch(number, on, change), 'failed-rules': rules } })
const catalogued = () => {
  const story = fresh()
  fourEntries(story)
  return story
}

describe('quality at the source', () => {
  test('cd26-7.5a: of 10,000 rows of 2026-08-03 240 lack a mandatory value: a source correction names field and rows; the batch of 2026-09-01 is marked “repeated”', () => {
    const story = catalogued()
    story.refusesOpening(checked('批次1', '2026-08-05', [failed()], { 'delivered-on': '2026-08-06' }), 'batch-must-have-been-delivered', 'cd26-7.5')
    story.refusesOpening(checked('批次1', '2026-08-05', [failed({ 'failed-rows': 10001 })]), 'failed-rows-must-lie-within-batch', 'cd26-7.5')
    story.refusesOpening(checked('批次1', '2026-08-05', [failed({ repeated: true })]), 'first-error-must-not-be-marked-repeated', 'cd26-7.5')
    story.refusesOpening({ ...checked('批次1', '2026-08-05', [failed()]), who: 'environment' }, 'actor-must-hold-office', 'cd26-7.5')
    const first = story.open(checked('批次1', '2026-08-05', [failed()], { 'delivered-on': '2026-08-03' }))
    const [task] = first.state.tasks
    expect([task?.step, task?.organization, task?.branch[0]?.rows[0]]).toEqual(['correct', 'environment-bureau', expect.objectContaining({ field: 'pm25', 'failed-rows': 240 })])
    expect(first.due('correct')).toBe('2026-08-19')
    first.refuses({ on: '2026-08-10', who: 'transport', task: 'correct', outcome: 'corrected', contents: { 'source-correction': '已补录' } }, 'actor-must-be-concerned-organization', 'cd26-7.5')
    expect(first.act({ on: '2026-08-10', who: 'environment', task: 'correct', outcome: 'corrected', contents: { 'source-correction': '已在源头补录' } }).status).toBe('closed')
    story.refusesOpening(checked('批次2', '2026-09-01', [failed()]), 'repeated-error-must-be-marked', 'cd26-7.5')
    const second = story.open(checked('批次2', '2026-09-01', [failed({ repeated: true })]))
    expect([second.open.length, story.world.registers['quality-findings']?.['air-quality/pm25/必填']]).toEqual([1, expect.objectContaining({ batch: '批次2', repeated: true, 'failed-rows': 240 })])
    expect(story.open(checked('批次3', '2026-09-02', [])).open).toEqual([])
  })

  test('cd26-7.5b: deliveries scored 82 on 2026-07-01 and 91 on 2026-08-03 keep both scores with their five partial scores', () => {
    const story = fresh()
    listed(story, 'air-quality', 'environment', {}, {}, '2026-06-15')
    story.refusesOpening(checked('批次1', '2026-07-01', [], { timeliness: null }), 'content-must-be-present', 'cd26-7.5')
    story.refusesOpening(checked('批次1', '2026-07-01', [], { validity: 101 }), 'content-must-be-typed', 'cd26-7.5')
    story.open(checked('批次1', '2026-07-01', []))
    const told = story.open(checked('批次2', '2026-08-03', [], { completeness: 92, accuracy: 91, consistency: 90, timeliness: 93, validity: 89, score: 91 }))
    expect(told.effects('notify')[0]).toMatchObject({ to: ['data-provider'], notice: '批次质量核验结果' })
    const scores = story.world.registers['quality-scores']
    expect(scores?.['批次1']).toEqual({ entry: 'air-quality', provider: 'environment-bureau', 'delivered-on': '2026-07-01', completeness: 78, accuracy: 85, consistency: 80, timeliness: 84, validity: 83, score: 82 })
    expect(scores?.['批次2']).toMatchObject({ 'delivered-on': '2026-08-03', completeness: 92, accuracy: 91, consistency: 90, timeliness: 93, validity: 89, score: 91 })
  })
})

describe('governance and reported issues', () => {
  test('cd26-26.1b: seven resources without a dictionary on 2026-09-01 become seven tasks of their providers', () => {
    const story = fresh()
    const codes = Array.from({ length: 7 }, (_, index) => `table-${index + 1}`)
    codes.forEach((code, index) => listed(story, code, index < 4 ? 'environment' : 'transport'))
    const rows = codes.map((entry) => ({ entry, defect: 'no-dictionary', due: '2026-09-15' }))
    const check = (found: Json[], who = 'drafter') => ({ on: '2026-09-01', who, procedure: 'governance-check', contents: { 'governance-findings': found } })
    story.refusesOpening(check([{ entry: 'unknown-table', defect: 'stale', due: '2026-09-15' }]), 'finding-must-concern-a-listed-entry', 'cd26-26.1')
    story.refusesOpening(check(rows, 'manager'), 'actor-must-hold-office', 'cd26-26.1')
    const open = story.open(check(rows))
    expect(open.state.tasks.map((task) => [task.branch[0]?.key, task.organization])).toEqual(codes.map((code, index) => [code, index < 4 ? 'environment-bureau' : 'transport-bureau']))
    expect(open.due('answer@findings=table-7')).toBe('2026-09-15')
    open.refuses({ on: '2026-09-08', who: 'transport', task: 'answer@findings=table-1', outcome: 'handled', contents: { 'governance-answer': '已补充' } }, 'actor-must-be-concerned-organization', 'cd26-26.1')
    for (const code of codes.slice(0, 6)) open.act({ on: '2026-09-08', who: code < 'table-5' ? 'environment' : 'transport', task: `answer@findings=${code}`, outcome: 'handled', contents: { 'governance-answer': '已补充数据字典' } })
    expect(open.time('2026-09-16').effects('notify').at(-1)).toMatchObject({ to: ['implementing-agency'] })
    expect(open.act({ on: '2026-09-16', who: 'transport', task: 'answer', outcome: 'handled', contents: { 'governance-answer': '已补充数据字典' } }).status).toBe('closed')
  })

  test('cd26-26.1c: an issue of 2026-09-02, due on 2026-09-16, closes on 2026-09-14 when the new batch passes, and the reporter is told', () => {
    const { story, agreement } = begun()
    const report = (change: JsonObject = {}, who = 'operator') => ({ on: '2026-09-02', who, procedure: 'quality-issue', links: { agreement }, contents: { 'quality-report': { entry: 'air-quality', field: 'pm25', rule: '浓度不为负值', problem: '站点3有12行负值', ...change } } })
    story.refusesOpening(report({ entry: 'house-prices' }), 'issue-must-concern-authorized-data', 'cd26-26.1')
    story.refusesOpening(report({}, 'consumer'), 'actor-must-hold-office', 'cd26-26.1')
    const open = story.open(report())
    const route = (due: string) => ({ on: '2026-09-02', who: 'drafter', task: 'route', outcome: 'routed', contents: { 'quality-due': due } })
    open.refuses(route('2026-09-02'), 'repair-due-must-lie-ahead', 'cd26-26.1')
    open.act(route('2026-09-16'))
    expect([open.due('repair'), open.effects('notify').at(-1)]).toEqual(['2026-09-16', expect.objectContaining({ to: ['data-provider'] })])
    const repair = (passed: boolean) => ({ on: '2026-09-14', who: 'environment', task: 'repair', outcome: 'repaired', contents: { 'quality-repair': { batch: '批次5', passed, note: '已更正站点3' } } })
    open.refuses(repair(false), 'issue-must-close-on-passing-data', 'cd26-26.1')
    open.refuses({ ...repair(true), who: 'transport' }, 'actor-must-be-concerned-organization', 'cd26-26.1')
    open.act(repair(true))
    expect([open.status, open.state.conclusions.at(-1)?.date, open.effects('notify').at(-1)]).toEqual(['closed', '2026-09-14', expect.objectContaining({ to: ['operator', 'implementing-agency'], notice: '数据质量问题已办结' })])
    const late = story.open(report({}, 'developer')).act(route('2026-09-16')).time('2026-09-17')
    expect(late.effects('notify').at(-1)).toMatchObject({ to: ['implementing-agency'] })
  })
})
