import { expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { file } from '#tests/support/authorization-contents.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { ZHAOQING, determination } from '#tests/support/zhaoqing-story.ts'

const law = await lawOf('zhaoqing-2025')
const story = () => new Story(law, ZHAOQING)

const enrolment = (organization: string, change: JsonObject = {}) => ({
  on: '2026-03-02', who: 'planner', procedure: 'provider-enrolment',
  contents: { 'provider-enrolment': { organization, kind: 'public-service', level: 'county', funding: '县级财政全额保障', 'collection-basis': '基本医疗卫生与健康促进法', document: file('编制文件.pdf'), ...change } },
})

/** An organisation enrolled on 2026-03-02 by two persons. */
function enrolled(told: Story, organization: string, change: JsonObject = {}): void {
  told.open(enrolment(organization, change)).act({ on: '2026-03-02', who: 'checker', task: 'confirm', outcome: 'enrol' })
}

test('zq25-3.7: a county hospital funded by the county is enrolled with its level on 2026-03-02; a private clinic is not', () => {
  const told = story()
  told.refusesOpening(enrolment('private-clinic', { kind: 'other', funding: '自筹资金' }), 'provider-must-be-a-public-body', 'zq25-3.7')
  told.refusesOpening(enrolment('county-hospital', { 'collection-basis': '' }), 'content-must-be-present', 'zq25-3.7')
  const opened = told.open(enrolment('county-hospital'))
  opened.refuses({ on: '2026-03-02', who: 'planner', task: 'confirm', outcome: 'enrol' }, 'confirmer-must-not-be-proposer', null)
  opened.act({ on: '2026-03-02', who: 'checker', task: 'confirm', outcome: 'enrol' })
  expect([opened.status, told.world.registers['enrolments']?.['county-hospital']]).toEqual(['enrolled', expect.objectContaining({ level: 'county', kind: 'public-service', 'enrolled-on': '2026-03-02' })])
})

test('zq25-2.1: a city bureau’s file of 2026-03-03 is bound to these measures; a county bureau’s waits for the decision to apply them by reference', () => {
  const told = story()
  enrolled(told, 'health-commission', { kind: 'administrative', level: 'city', funding: '市级财政' })
  enrolled(told, 'guangning-data', { kind: 'administrative', funding: '县级财政' })
  const plan = (agency: string) => ({ on: '2026-03-03', who: 'planner', procedure: 'implementation-plan', contents: { 'case-name': '授权运营实施方案', 'agency-determination': determination({ agency }) } })
  expect(told.open(plan('health-commission')).state.pack.id).toBe('zhaoqing-2025')
  told.refusesOpening(plan('guangning-data'), 'county-body-must-adopt-by-reference', 'zq25-31.1')
  told.open({ on: '2026-03-03', who: 'county', procedure: 'reference-adoption', contents: { 'reference-adoption': { number: '宁府〔2026〕1号', date: '2026-03-03', body: 'guangning-data', document: file('决定.pdf') } } })
    .act({ on: '2026-03-03', who: 'checker', task: 'record', outcome: 'recorded' })
  expect(told.open(plan('guangning-data')).status).toBe('allocating')
})

test('zq25-3.3a: the data authority is one for the city, and no operator; what is recorded names its document', () => {
  const told = story()
  const assign = (organization: string, change: JsonObject = {}) => ({ on: '2026-03-02', who: 'mayor', procedure: 'office-assignment', contents: { 'office-assignment': { office: 'data-authority', organization, number: '肇府函〔2026〕1号', document: file('确定文件.pdf'), ...change } } })
  told.refusesOpening(assign('health-commission'), 'data-authority-must-be-one', 'zq25-3.3')
  told.refusesOpening(assign('xijiang-data'), 'data-authority-must-not-be-an-operator', 'zq25-3.3')
  told.refusesOpening({ ...assign('data-bureau'), who: 'planner' }, 'actor-must-hold-office', 'zq25-3.3')
  expect(told.open(assign('data-bureau')).open).toEqual(['record'])
})

test('zq25-7.1a: the office is the bureau’s; it is not reassigned on 2026-02-02 without a document', () => {
  const told = story()
  const assign = (document: JsonObject | null) => ({ on: '2026-02-02', who: 'mayor', procedure: 'office-assignment', contents: { 'office-assignment': { office: 'data-authority', organization: 'data-bureau', number: '肇府函〔2026〕1号', document } } })
  told.refusesOpening(assign(null), 'content-must-be-present', 'zq25-7.1')
  const recorded = told.open(assign(file('确定文件.pdf')))
  expect(recorded.state.tasks.map((task) => task.organization)).toEqual(['data-bureau'])
  recorded.refuses({ on: '2026-02-02', who: 'agency', task: 'record', outcome: 'recorded' }, 'actor-must-hold-office', 'zq25-7.1')
  expect(law.pack.offices['data-authority']).toMatchObject({ title: '市政务和数据局', holder: 'fixed' })
})
