import { expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { application, deposit } from '#tests/support/registration-contents.ts'
import { Story } from '#tests/support/story.ts'
import { file } from '#tests/support/xian-contents.ts'
import { XIAN, handedIn, last, late, listed, productRegistered, reviewed } from '#tests/support/xian-story.ts'

const law = await lawOf('xian-2025')
const story = () => new Story(law, XIAN)

/** The registration that a first supply of a resource opens. */
const arisen = (told: Story, on: string, subject = 'parking') =>
  told.open({ on, who: 'platform', procedure: 'registration', contents: { 'registration-kind': 'resource', 'registration-subject': subject, 'registration-title': '停车数据', 'registration-register': 'catalog', registrant: 'parking-centre', 'supplied-on': on } })
const apply = (on: string, change: Record<string, JsonObject> = {}) => ({ on, who: 'parking', task: 'apply', outcome: 'submit', contents: application(change) })

test('xa25-11.1.3: first delivered on 2026-05-13, to be applied for by 2026-06-10 with a deposit; 2026-06-11 is accepted and late', () => {
  const told = story()
  const registration = arisen(told, '2026-05-13')
  expect([registration.open, registration.due('apply'), registration.state.parties['registrant']]).toEqual([['apply'], '2026-06-10', 'parking-centre'])
  const { place: _place, ...undeposited } = deposit({ 'deposited-on': '2026-05-13' })
  registration.refuses(apply('2026-06-10', { 'evidence-deposit': { ...undeposited, place: '' } }), 'content-must-be-present', 'nr25-7.2')
  registration.refuses(apply('2026-06-10', { 'evidence-deposit': deposit({ 'deposited-on': '2026-06-11' }) }), 'evidence-must-be-deposited-first', 'xa25-11.1.3')
  expect(late(registration.time('2026-06-10'))).toEqual([])
  expect(late(registration.time('2026-06-11'))).toHaveLength(1)
  registration.act(apply('2026-06-11', { 'evidence-deposit': deposit({ 'deposited-on': '2026-05-20' }) }))
  expect([registration.status, registration.lateness('apply')]).toEqual(['accepting', 1])
})

test('xa25-10.1f: submitted on 2026-05-12 without the sector authority’s confirmation it waits; confirmed, it goes to the registrar', () => {
  const told = story()
  const draft = told.open({ on: '2026-05-06', who: 'parking', procedure: 'catalog-entry', contents: listedWith() })
    .act({ on: '2026-05-07', who: 'traffic', task: 'sector-check', outcome: 'release', contents: { 'sector-opinion': '没有缺漏和重复' } })
    .act({ on: '2026-05-07', who: 'authority', task: 'confirmation', outcome: 'confirm', contents: { 'catalog-opinion': '符合目录规范' } })
  expect(draft.status).toBe('listed')
  const registration = arisen(told, '2026-05-11')
  const submit = apply('2026-05-12', { 'evidence-deposit': deposit({ 'deposited-on': '2026-05-11' }) })
  registration.refuses(submit, 'compliance-must-be-confirmed', 'xa25-10.1')
  const asked = told.open({ on: '2026-05-12', who: 'parking', procedure: 'registration-compliance', contents: { 'registration-compliance': { entry: 'parking', 'sector-authority': 'transport-bureau' } } })
  expect(asked.state.tasks.map((one) => [one.step, one.organization, one.opened_on])).toEqual([['confirm', 'transport-bureau', '2026-05-12']])
  const confirm = (grade: boolean) => ({ on: '2026-05-13', who: 'traffic', task: 'confirm', outcome: 'confirmed', contents: { 'compliance-opinion': { source: true, title: true, grade, opinion: '合规' } } })
  asked.refuses(confirm(false), 'entry-must-be-graded', 'xa25-10.1')
  asked.act(confirm(true))
  expect([told.world.registers['catalog']?.['parking']?.['compliance'], registration.act({ ...submit, on: '2026-05-13' }).status]).toEqual(['2026-05-13', 'accepting'])
})

function listedWith(): Record<string, JsonObject> {
  const told = story()
  const { contents } = listed(told, 'parking', 'parking').events[0] as unknown as { contents: Record<string, JsonObject> } // the opening of a case carries its contents
  return { ...contents, 'catalog-entry': { ...contents['catalog-entry'], 'sector-authority': 'transport-bureau' } }
}

test('xa25-9.1.6a: of 80 entries in scope 62 are registered on 2026-04-30, and 18 tasks stand with their owners and dates', () => {
  const told = story()
  const items = Array.from({ length: 80 }, (_, index) => ({ item: `资源${index + 1}`, provider: index % 2 === 0 ? 'parking-centre' : 'metro-company', due: '2026-06-30' }))
  const programme = told.open({ on: '2026-01-12', who: 'authority', procedure: 'programme', contents: { programme: { kind: 'registration', name: '2026年资源登记', items } } })
  const done = (index: number, change: JsonObject = {}) => ({ on: '2026-04-30', who: index % 2 === 0 ? 'parking' : 'metro', task: `perform@items=资源${index + 1}`, outcome: 'done', contents: { 'programme-result': { done: '已登记', complete: true, registration: `GGSJ-${index + 1}`, ...change } } })
  const { registration: _code, ...without } = done(0).contents['programme-result']
  programme.refuses({ ...done(0), contents: { 'programme-result': without } }, 'registration-must-have-code', 'xa25-9.1.6')
  for (let index = 0; index < 62; index += 1) programme.act(done(index))
  const registered = Object.values(told.world.registers['programme-progress'] ?? {})
  expect([registered.length, registered.filter((one) => one['provider'] === 'parking-centre').length]).toEqual([62, 31])
  expect(programme.state.tasks.map((one) => [one.organization, programme.due(one.id)])).toEqual(items.slice(62).map(({ provider, due }) => [provider, due]))
})

test('xa25-9.1.6b: of a sample of 2026-05 three registrations are wrong on 2026-06-08; three corrections with dates go out and are on record', () => {
  const told = story()
  const sample = told.open({ on: '2026-06-01', who: 'authority', procedure: 'inspection', contents: { inspection: { kind: 'registration', subject: 'parking-centre', checklist: ['来源', '名称', '级别'], inspectors: [{ name: '赵检', division: 'other' }] } } })
  const findings = ['登记一', '登记二', '登记三'].map((finding) => ({ finding, evidence: file('记录.pdf'), office: 'data-provider', organization: 'parking-centre', due: '2026-06-23' }))
  sample.act({ on: '2026-06-08', who: 'authority', task: 'inspect', outcome: 'inspected', contents: { 'inspection-findings': findings } })
  expect(sample.open.map((one) => [one, sample.due(one)])).toEqual(['登记一', '登记三', '登记二'].map((finding) => [`rectify-provider@provider-findings=${finding}`, '2026-06-23']))
  for (const { finding } of findings) sample.act({ on: '2026-06-22', who: 'parking', task: `rectify-provider@provider-findings=${finding}`, outcome: 'rectified', contents: { 'rectification-report': '已更正登记' } })
  sample.act({ on: '2026-06-23', who: 'authority', task: 'close', outcome: 'closed', contents: { 'inspection-report': '抽查问题均已更正' } })
  expect(told.world.registers['inspections']?.[sample.id]).toMatchObject({ kind: 'registration', subject: 'parking-centre', findings })
})

test('xa25-13.1.2: while its application is under formal review a product is not published; with the code it is', () => {
  const told = story()
  const open = reviewed(handedIn(told, '2026-09-17'), '2026-09-18')
  const registration = last(told, 'registration')
  registration.act({ on: '2026-10-22', who: 'operator', task: 'apply-product', outcome: 'submit', contents: application() }).act({ on: '2026-10-27', who: 'registrar', task: 'acceptance', outcome: 'accept' })
  const send = (on: string) => ({ on, who: 'operator', task: 'publish', outcome: 'send' })
  expect(registration.status).toBe('reviewing')
  open.refuses(send('2026-10-28'), 'product-must-be-registered-before-publication', 'xa25-13.1.2')
  const other = story()
  const finished = reviewed(handedIn(other, '2026-09-17'), '2026-09-18')
  productRegistered(other)
  expect(finished.act(send('2026-12-10')).status).toBe('publishing')
})
