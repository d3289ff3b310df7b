import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { qualification } from '#tests/support/authorization-contents.ts'
import { award } from '#tests/support/authorization-story.ts'
import { SICHUAN, file, inForce, inForceOn, planInForce, selectionScored, story } from '#tests/support/sichuan-story.ts'
import { openDutiesIn } from '#tests/support/story-duties.ts'
import { Story } from '#tests/support/story.ts'
import type { StoryCase } from '#tests/support/story.ts'

const evaluated = (told: Story, under: StoryCase) => told.open({ on: '2027-01-01', who: 'platform', procedure: 'operator-evaluation', links: { agreement: under }, contents: { 'period-from': '2026-07-01', 'period-to': '2026-12-31' } })
const close = (team: JsonObject[]) => ({ on: '2027-02-26', who: 'drafter', task: 'evaluate', outcome: 'close', contents: { 'evaluation-team': team, 'evaluation-result': { findings: '按照协议开展运营，情况良好', result: '良好', use: '可以继续授权' } } })
const AGENCY: JsonObject = { name: '省大数据中心', capacity: 'agency' }

describe('the evaluation of operators', () => {
  test('sc25-27.1a: with the agency as only assessor an evaluation is not closed on 2027-02-26', () => {
    const told = story()
    const open = evaluated(told, inForce(told))
    open.refuses(close([AGENCY]), 'evaluation-must-not-be-by-agency-alone', 'sc25-27.1')
    expect(open.act(close([AGENCY, { name: '某评估公司', capacity: 'third-party' }])).status).toBe('reporting')
  })

  test('sc25-27.1b: with three agreements in 2026 three evaluations are open on 2027-01-01, none on the day before', () => {
    const told = story()
    const approved = planInForce(told)
    for (let count = 0; count < 3; count += 1) inForceOn(told, approved)
    const evaluations = (on: string) => openDutiesIn(told, on).filter((one) => one.state.procedure === 'operator-evaluation')
    expect(evaluations('2026-12-31')).toEqual([])
    const three = evaluations('2027-01-01')
    expect(three.map((one) => [one.status, one.due('evaluate'), one.state.parties['operator']])).toEqual([1, 2, 3].map(() => ['evaluating', '2027-03-31', 'tianfu-data']))
    expect(three[0]?.state.contents['period-to']?.value).toBe('2026-12-31')
  })

  test('sc25-27.1c: an award to an operator with earlier results says how they were weighed', () => {
    const told = story()
    const approved = planInForce(told)
    const under = inForceOn(told, approved)
    evaluated(told, under).act(close([AGENCY, { name: '某评估公司', capacity: 'third-party' }])).act({ on: '2027-02-26', who: 'authority', task: 'report', outcome: 'received', contents: { 'evaluation-receipt': { number: '收3号', date: '2027-02-26' } } })
    const again = selectionScored(told, approved, { year: '2029' })
    const choose = (more: JsonObject) => ({ on: '2029-08-07', who: 'director', task: 'award', outcome: 'awarded', contents: { award: award('tianfu-data'), 'operator-qualification': qualification('tianfu-data', { 'graded-protection': { certificate: '1', grade: 'third', 'valid-until': '2030-08-07', report: file('测评.pdf') } }), ...more } })
    again.refuses(choose({}), 'earlier-results-must-be-weighed', 'sc25-27.1')
    expect(again.act(choose({ 'results-statement': '2026年度评估良好，予以优先考虑' })).open).toEqual(['publicize'])
  })

  test('sc25-27.1d: closed on 2027-02-26, it is finished with the receipt of the data department, which has both papers on that day', () => {
    const told = story()
    const open = evaluated(told, inForce(told)).act(close([AGENCY, { name: '某评估公司', capacity: 'third-party' }]))
    expect(open.effects('notify').at(-1)).toMatchObject({ to: ['operator', 'data-authority'], notice: '评估结果', text: '良好' })
    open.refuses({ on: '2027-02-26', who: 'drafter', task: 'report', outcome: 'received', contents: {} }, 'actor-must-hold-office', 'sc25-27.1')
    expect(open.act({ on: '2027-02-26', who: 'authority', task: 'report', outcome: 'received', contents: { 'evaluation-receipt': { number: '收3号', date: '2027-02-26' } } }).status).toBe('finished')
  })
})

describe('what the source units contribute', () => {
  const mechanism = (told: Story, signed: boolean) => told.open({
    on: '2026-09-01', who: 'authority', procedure: 'incentive-mechanism',
    contents: { 'incentive-mechanism': { name: '数据供给激励机制', edition: '1', document: file('机制.pdf'), departments: [{ department: '财政厅', signed }, { department: '经信厅', signed: true }] } },
  })
  const row = (provider: string, change: JsonObject = {}) => ({ provider, resources: 12, updates: 240, corrected: 5, repeated: 1, share: 50, credited: 500, score: 88, ...change })
  const start = (rows: JsonObject[], calls = 1000) => ({ on: '2027-01-04', who: 'authority', procedure: 'contribution-evaluation', contents: { contribution: { year: 2026, calls, rows } } })

  test('sc25-30.1a: a mechanism that names the Finance Department without its signature carries no evaluation on 2027-01-04; it is reviewed each year', () => {
    const told = story()
    told.refusesOpening(start([row('environment-bureau')]), 'mechanism-must-exist', 'sc25-30.1')
    const rule = mechanism(told, false)
    told.refusesOpening(start([row('environment-bureau')]), 'mechanism-must-be-signed', 'sc25-30.1')
    rule.act({ on: '2027-01-04', who: 'authority', task: 'review', outcome: 'revised', contents: { 'incentive-mechanism': { name: '数据供给激励机制', edition: '2', document: file('机制.pdf'), departments: [{ department: '财政厅', signed: true }] } } })
    expect([told.open(start([row('environment-bureau')])).status, rule.due('review')]).toEqual(['drafted', '2028-01-04'])
  })

  test('sc25-30.1b: for 46 source units 46 draft results stand on 2027-01-04, each with its unit, which can object before they are final', () => {
    const names = Array.from({ length: 46 }, (_one, index) => `unit-${index + 1}`)
    const persons = Object.fromEntries(names.map((name) => [name, { organization: `${name}-bureau`, offices: ['data-provider'] }]))
    const told = new Story(story().law, { ...SICHUAN, persons: { ...SICHUAN.persons, ...persons } })
    mechanism(told, true)
    const open = told.open(start(names.map((name) => row(`${name}-bureau`, { share: 0, credited: 0 }))))
    expect(open.state.tasks.map((task) => task.organization)).toEqual(names.map((name) => `${name}-bureau`))
    expect(open.due('object@providers=unit-1-bureau')).toBe('2027-01-18')
    open.refuses({ on: '2027-01-11', who: 'unit-2', task: 'object@providers=unit-1-bureau', outcome: 'agreed' }, 'actor-must-be-concerned-organization', 'sc25-30.1')
    open.act({ on: '2027-01-11', who: 'unit-1', task: 'object@providers=unit-1-bureau', outcome: 'objected', contents: { 'contribution-objection': '更新次数少计' } })
    expect(open.open).toHaveLength(45)
    for (const name of names.slice(1)) open.act({ on: '2027-01-12', who: name, task: `object@providers=${name}-bureau`, outcome: 'agreed' })
    expect(open.open).toEqual(['finalize'])
  })

  const final = (told: Story, rows: JsonObject[]) => {
    mechanism(told, true)
    return told.open(start(rows))
      .act({ on: '2027-01-11', who: 'environment', task: 'object@providers=environment-bureau', outcome: 'agreed' })
      .act({ on: '2027-01-11', who: 'transport', task: 'object@providers=transport-bureau', outcome: 'agreed' })
      .act({ on: '2027-02-26', who: 'authority', task: 'finalize', outcome: 'final', contents: { 'contribution-result': { number: '川数评1号', date: '2027-02-26', opinion: '无异议' } } })
  }

  test('sc25-30.1c sc25-30.1d: 12 resources and 240 updates, 5 issues corrected and 1 repeated stand in the result of 2026', () => {
    const told = story()
    expect(final(told, [row('environment-bureau'), row('transport-bureau')]).status).toBe('final')
    expect(told.world.registers['contributions']?.['environment-bureau']).toMatchObject({ year: 2026, resources: 12, updates: 240, corrected: 5, repeated: 1, score: 88 })
  })

  test('sc25-30.1e: 1,000 calls on the data of two units with 50:50 credit each with 500', () => {
    const told = story()
    mechanism(told, true)
    expect(told.refusesOpening(start([row('environment-bureau'), row('transport-bureau', { credited: 501 })]), 'credited-calls-must-be-the-share', 'sc25-30.1').message).toContain('500')
    const other = story()
    final(other, [row('environment-bureau'), row('transport-bureau')])
    expect(['environment-bureau', 'transport-bureau'].map((unit) => other.world.registers['contributions']?.[unit]?.['credited'])).toEqual([500, 500])
  })

  test('sc25-30.1f: with the result of 2027-02-26, the budget review of the unit’s IT project names it and its weight', () => {
    const told = story()
    final(told, [row('environment-bureau'), row('transport-bureau')])
    const review = (unit: string, weight: string | null) => ({ on: '2027-03-01', who: 'authority', procedure: 'budget-review', contents: { 'budget-review': { matter: 'it-budget', unit, weight, decision: '予以安排' } } })
    told.refusesOpening(review('environment-bureau', null), 'result-must-be-weighed', 'sc25-30.1')
    const reviewed = told.open(review('environment-bureau', '评估结果靠前，优先安排'))
    expect(told.world.registers['budget-reviews']?.[reviewed.id]).toMatchObject({ unit: 'environment-bureau', result: '川数评1号', weight: '评估结果靠前，优先安排' })
    expect(told.open(review('health-commission', null)).status).toBe('recorded')
  })
})
