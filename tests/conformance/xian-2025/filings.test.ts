import { expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { file } from '#tests/support/xian-contents.ts'
import { XIAN, late } from '#tests/support/xian-story.ts'

const law = await lawOf('xian-2025')
const story = () => new Story(law, XIAN)

const document = (kind: string, date: string, name = '雁塔区实施方案'): JsonObject => ({ kind, name, date, number: '雁政〔2026〕2号', document: file('方案.pdf') })
const recorded = (kind: string, date: string, told = story(), name = '雁塔区实施方案') => told.open({ on: date, who: 'district', procedure: 'district-filing', contents: { 'district-document': document(kind, date, name) } })
const sent = (on: string, task: string) => ({ on, who: 'district', task, outcome: 'sent', contents: { 'district-filing': { number: '雁数〔2026〕1号', date: on } } })
const onward = (on: string) => ({ ...sent(on, 'onward'), who: 'authority' })
const filed = (on: string, number: string) => ({ on, who: 'authority', task: 'receipt', outcome: 'filed', contents: { 'filing-receipt': { number, date: on } } })
const pooled = (one: StoryCase, task: string, on: string) => one.act(sent(on, task)).act({ on, who: 'authority', task: 'pool', outcome: 'pool' })

test('xa25-19.1a: approved on 2026-02-12, due on 2026-03-04; a filing of 2026-03-05 is accepted, late and shown to the city bureau', () => {
  const approved = recorded('plan', '2026-02-12')
  expect([approved.due('file-plan'), approved.state.tasks[0]?.organization]).toEqual(['2026-03-04', 'yanta-data-bureau'])
  expect(late(approved.time('2026-03-04'))).toEqual([])
  expect(late(approved.time('2026-03-05'))).toMatchObject([{ to: ['data-authority'], task: 'file-plan' }])
  approved.refuses({ ...sent('2026-03-05', 'file-plan'), who: 'authority' }, 'actor-must-hold-office', 'xa25-19.1')
  expect(approved.act(sent('2026-03-05', 'file-plan')).lateness('file-plan')).toBe(1)
  expect(recorded('plan', '2026-02-12').act(sent('2026-03-04', 'file-plan')).lateness('file-plan')).toBe(0)
})

test('xa25-19.1b: three plans pooled by 2026-03-04 are sent on 2026-03-13 and show their numbers; what is returned is its district’s task', () => {
  const told = story()
  const plans = [1, 2, 3].map((index) => pooled(recorded('plan', '2026-02-12', told, `实施方案${index}`), 'file-plan', '2026-03-04'))
  plans[0]?.refuses({ ...onward('2026-03-13'), who: 'district' }, 'actor-must-hold-office', 'xa25-19.1')
  for (const one of plans) one.act(onward('2026-03-13'))
  expect(plans.map((one) => [one.status, one.state.conclusions.at(-1)?.date])).toEqual([['sent', '2026-03-13'], ['sent', '2026-03-13'], ['sent', '2026-03-13']])
  plans[0]?.act(filed('2026-03-30', '陕数备1号'))
  plans[1]?.act(filed('2026-03-30', '陕数备2号'))
  plans[2]?.act({ on: '2026-03-20', who: 'authority', task: 'receipt', outcome: 'returned', contents: { opinion: '请补充审议纪要' } })
  expect(plans.map((one) => told.world.registers['filings']?.[one.id]?.['number'])).toEqual(['陕数备1号', '陕数备2号', undefined])
  expect(plans[0]?.effects('notify').at(-1)).toMatchObject({ to: ['district-data-authority'], text: '陕数备1号' })
  expect([plans[2]?.status, plans[2]?.state.tasks.map((one) => [one.step, one.organization])]).toEqual(['returned', [['send-again', 'yanta-data-bureau']]])
})

test('xa25-22.2a: signed on 2026-04-30, to be filed by the district’s data authority by 2026-05-18, overdue on 2026-05-19', () => {
  const signed = recorded('agreement', '2026-04-30')
  expect([signed.due('file-agreement'), signed.state.tasks[0]?.office]).toEqual(['2026-05-18', 'district-data-authority'])
  signed.refuses({ ...sent('2026-05-06', 'file-agreement'), who: 'drafter' }, 'actor-must-hold-office', 'xa25-22.2')
  expect(late(signed.time('2026-05-18'))).toEqual([])
  expect(late(signed.time('2026-05-19'))).toMatchObject([{ to: ['data-authority'] }])
  expect(signed.act(sent('2026-05-19', 'file-agreement')).lateness('file-agreement')).toBe(1)
})

test('xa25-22.2b: of four agreements sent on 2026-05-20 one is returned on 2026-05-27; three show numbers, the sender of the fourth corrects', () => {
  const told = story()
  const agreements = [1, 2, 3, 4].map((index) => pooled(recorded('agreement', '2026-05-06', told, `运营协议${index}`), 'file-agreement', '2026-05-18').act(onward('2026-05-20')))
  for (const [index, one] of agreements.slice(0, 3).entries()) one.act(filed('2026-05-26', `陕数备${index + 10}号`))
  const fourth = agreements[3]?.act({ on: '2026-05-27', who: 'authority', task: 'receipt', outcome: 'returned', contents: { opinion: '请补充签署件' } })
  expect(agreements.map((one) => told.world.registers['filings']?.[one.id]?.['number'])).toEqual(['陕数备10号', '陕数备11号', '陕数备12号', undefined])
  expect(fourth?.state.tasks.map((one) => [one.step, one.organization, one.opened_on])).toEqual([['send-again', 'yanta-data-bureau', '2026-05-27']])
  fourth?.act(sent('2026-05-28', 'send-again')).act({ on: '2026-05-28', who: 'authority', task: 'pool', outcome: 'pool' }).act(onward('2026-05-29')).act(filed('2026-06-03', '陕数备13号'))
  expect(fourth?.status).toBe('filed')
})

test('xa25-9.1.5b: five plans and four agreements of a district are nine lines, and each filing past its ten days is marked', () => {
  const told = story()
  const plans = [1, 2, 3, 4, 5].map((index) => recorded('plan', index < 3 ? '2026-06-05' : '2026-06-29', told, `实施方案${index}`))
  const agreements = [1, 2, 3, 4].map((index) => recorded('agreement', index < 2 ? '2026-06-05' : '2026-06-29', told, `运营协议${index}`))
  const lines = Object.values(told.world.registers['filings'] ?? {})
  expect([lines.length, lines.filter((one) => one['kind'] === 'plan').length, lines.every((one) => one['filed'] === undefined)]).toEqual([9, 5, true])
  expect([...plans, ...agreements].map((one) => late(one.time('2026-07-01')).length)).toEqual([1, 1, 0, 0, 0, 1, 0, 0, 0])
  told.refusesOpening({ on: '2026-06-30', who: 'district', procedure: 'district-filing', contents: { 'district-document': document('plan', '2026-07-01') } }, 'document-must-exist-already', 'xa25-9.1.5')
})
