import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { ZHAOQING } from '#tests/support/zhaoqing-story.ts'

const law = await lawOf('zhaoqing-2025')
const story = () => new Story(law, ZHAOQING)

describe('reports, disclosure and evaluation', () => {
  const authorizations = [{ id: 'agreement-1', operator: 'xijiang-data', agency: 'health-commission', 'credit-code': '91441200MA4ABCDE0X' }]
  const period = (from: string, to: string) => ({ 'period-from': from, 'period-to': to })
  const facts = { period: { authorizations, products: [], use: [{ product: 'product-1', calls: 1204 }] } }

  test('zq25-28.1c: a report of each quarter is due ten working days after it by local setting, and taken late', () => {
    const told = story()
    told.refusesOpening({ on: '2026-03-31', who: 'planner', procedure: 'quarterly-report', facts, contents: period('2026-01-01', '2026-03-31') }, 'period-must-have-ended', 'zq25-28.1')
    const opened = told.open({ on: '2026-04-01', who: 'platform', procedure: 'quarterly-report', facts, contents: period('2026-01-01', '2026-03-31') })
    expect(opened.due('report')).toBe('2026-04-15')
    opened.act({ on: '2026-04-17', who: 'operator', task: 'report', outcome: 'sent', contents: { 'quarterly-report': { deliveries: '使用3项', products: '2项', calls: 1204, income: 120, incidents: '无' } } })
    expect([opened.lateness('report'), opened.state.tasks[0]?.organization]).toEqual([2, 'health-commission'])
    expect(law.pack.duties['quarterly-report']?.every).toEqual({ unit: 'quarter' })
  })

  test('zq25-21.2b zq25-21.1: every half-year each agency discloses all its agreements', () => {
    const opened = story().open({ on: '2026-07-01', who: 'platform', procedure: 'disclosure', facts, contents: period('2026-01-01', '2026-06-30') })
    expect(opened.due('disclose@agencies=health-commission')).toBe('2026-07-14')
    const disclose = (agreement: string) => ({ on: '2026-07-08', who: 'agency', task: 'disclose', outcome: 'publish', contents: { 'disclosure-report': { number: '2026-1', authorizations: [{ agreement, operator: '西江数据有限公司', content: '治理、开发', scope: '卫生健康', starts: '2026-05-22', ends: '2028-12-31' }] }, 'publication-record': { address: 'https://example.cn/2', date: '2026-07-08' } } })
    opened.refuses(disclose('agreement-2'), 'every-authorization-must-be-disclosed', 'zq25-21.2')
    expect(opened.act(disclose('agreement-1')).effects('publish').at(-1)).toMatchObject({ kind: 'disclosure', title: '2026-1' })
    expect(law.pack.duties['half-yearly-disclosure']?.every).toEqual({ unit: 'half-year' })
  })

  test('zq25-21.3b: the use that an operator discloses is the measured one', () => {
    const opened = story().open({ on: '2026-07-01', who: 'platform', procedure: 'disclosure', facts, contents: period('2026-01-01', '2026-06-30') })
    const use = (calls: number) => ({ on: '2026-07-10', who: 'operator', task: 'disclose-use', outcome: 'publish', facts: { measured: facts.period }, contents: { 'use-report': { products: [{ product: 'product-1', name: '就医出行指数', calls }] } } })
    opened.refuses(use(1205), 'use-must-be-the-measured', 'zq25-21.3')
    expect(opened.act(use(1204)).effects('publish').at(-1)).toMatchObject({ kind: 'use-disclosure' })
  })

  test('zq25-21.2c zq25-21.3c: questions are answered in fifteen working days; the operator’s go on to the agency', () => {
    const ask = (on: string, change: JsonObject) => ({ on, who: 'citizen', procedure: 'public-question', contents: { 'public-question': { subject: 'agreement', agency: 'health-commission', about: '授权运营协议', text: '为何选定该公司', private: false, ...change } } })
    const asked = story().open(ask('2026-07-09', {}))
    expect(asked.due('answer-agency')).toBe('2026-07-30')
    expect(asked.act({ on: '2026-07-20', who: 'agency', task: 'answer-agency', outcome: 'answered', contents: { 'public-answer': '经公开招标选定' } }).effects('publish')).toHaveLength(1)
    story().refusesOpening(ask('2026-07-10', { subject: 'product' }), 'product-question-must-name-the-operator', 'zq25-21.3')
    const complained = story().open(ask('2026-07-10', { subject: 'product', operator: 'xijiang-data', private: true }))
    expect(complained.due('answer-operator')).toBe('2026-07-31')
    expect(complained.time('2026-07-31').open).toEqual(['answer-operator'])
    expect(complained.time('2026-08-03').open).toEqual(['answer-agency'])
    expect(complained.act({ on: '2026-08-03', who: 'agency', task: 'answer-agency', outcome: 'answered', contents: { 'public-answer': '已要求整改' } }).effects('publish')).toHaveLength(0)
  })

  test('zq25-22.1a zq25-22.1b: data sources are appraised by two offices, and an incentive rests on it', () => {
    const told = story()
    const reward = (on: string, appraisal: string) => ({ on, who: 'finance', procedure: 'incentive', contents: { incentive: { provider: 'first-hospital', appraisal, project: '门诊系统升级', decision: '优先安排' } } })
    told.refusesOpening(reward('2026-03-02', 'provider-appraisal-1'), 'incentive-must-rest-on-appraisal', 'zq25-22.1')
    const opened = told.open({ on: '2026-01-04', who: 'platform', procedure: 'provider-appraisal', contents: period('2025-05-01', '2025-12-31') })
      .act({ on: '2026-01-05', who: 'planner', task: 'list', outcome: 'listed', contents: { 'appraised-providers': [{ provider: 'first-hospital', supplied: 4, required: 5, overdue: 1 }] } })
    opened.act({ on: '2026-03-10', who: 'planner', task: 'appraise', outcome: 'signed', contents: { 'appraisal-opinion': { grade: 'good', reason: '供给及时' } } })
    expect(told.world.registers['provider-appraisals']).toBeUndefined()
    expect(opened.open).toEqual(['appraise-jointly@providers=first-hospital'])
    opened.act({ on: '2026-03-13', who: 'finance', task: 'appraise-jointly', outcome: 'signed' })
    opened.act({ on: '2026-03-20', who: 'hospital', task: 'object', outcome: 'agree' })
    expect(told.world.registers['provider-appraisals']?.['first-hospital']).toMatchObject({ grade: 'good', 'final-on': '2026-03-20' })
    expect(told.open(reward('2026-09-15', opened.id)).status).toBe('proposed')
  })

  test('zq25-28.1a: indicators are fixed before the period that they measure', () => {
    const mechanism = (from: string) => ({ on: '2026-10-12', who: 'agency', procedure: 'evaluation-mechanism', contents: { 'evaluation-mechanism': { version: '2', 'applies-from': from, indicators: [{ name: '产品数', weight: 60, source: '名册' }, { name: '按时报告', weight: 40, source: '平台' }], document: file('指标.pdf') } } })
    story().refusesOpening(mechanism('2026-01-01'), 'indicators-must-be-fixed-beforehand', 'zq25-28.1')
    expect(story().open(mechanism('2027-01-01')).status).toBe('drafted')
  })

  test('zq25-28.1a: weights changed on 2026-10-12 count from the next period; the evaluation of 2026 rests on version 1', () => {
    const told = story()
    const issue = (on: string, version: string, from: string, weights: number[]) => told.open({ on, who: 'agency', procedure: 'evaluation-mechanism', contents: { 'evaluation-mechanism': { version, 'applies-from': from, indicators: weights.map((weight, index) => ({ name: `指标${index}`, weight, source: '名册' })), document: file('指标.pdf') } } })
      .act({ on, who: 'agency', task: 'issue', outcome: 'issued' })
    issue('2025-12-31', '1', '2026-01-01', [100])
    issue('2026-10-12', '2', '2027-01-01', [60, 40])
    const opened = told.open({ on: '2027-01-01', who: 'platform', procedure: 'operator-evaluation', facts, contents: period('2026-01-01', '2026-12-31') })
    const evaluate = (version: string) => ({ on: '2027-01-04', who: 'agency', task: 'evaluate', outcome: 'drafted', contents: { 'operator-evaluation': { 'mechanism-version': version, result: '评价结果良好', 'late-reports': 1 } } })
    opened.refuses(evaluate('2'), 'mechanism-must-apply-to-the-period', 'zq25-28.1')
    opened.refuses(evaluate('3'), 'evaluation-must-follow-the-mechanism', 'zq25-28.1')
    expect(opened.act(evaluate('1')).open).toEqual(['comment@agreements=agreement-1'])
  })

  test('zq25-28.1b: each operator is evaluated yearly by the version in force, and heard for five working days', () => {
    const told = story()
    told.open({ on: '2025-12-31', who: 'agency', procedure: 'evaluation-mechanism', contents: { 'evaluation-mechanism': { version: '1', 'applies-from': '2026-01-01', indicators: [{ name: '产品数', weight: 100, source: '名册' }], document: file('指标.pdf') } } })
      .act({ on: '2025-12-31', who: 'agency', task: 'issue', outcome: 'issued' })
    const opened = told.open({ on: '2027-01-01', who: 'platform', procedure: 'operator-evaluation', facts, contents: period('2026-01-01', '2026-12-31') })
    const evaluate = (version: string) => ({ on: '2027-01-04', who: 'agency', task: 'evaluate', outcome: 'drafted', contents: { 'operator-evaluation': { 'mechanism-version': version, result: '评价结果良好', 'late-reports': 1 } } })
    opened.refuses(evaluate('2'), 'evaluation-must-follow-the-mechanism', 'zq25-28.1')
    opened.act(evaluate('1'))
    opened.refuses({ on: '2027-01-05', who: 'agency', task: 'conclude', outcome: 'final', contents: { 'evaluation-answer': '没有意见' } }, 'step-must-be-open', 'zq25-28.1')
    expect(opened.due('comment@agreements=agreement-1')).toBe('2027-01-11')
    expect(opened.time('2027-01-12').open).toEqual(['conclude@agreements=agreement-1'])
  })
})
