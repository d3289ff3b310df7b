import { expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { file, product } from '#tests/support/xian-contents.ts'
import { XIAN, inForce, released } from '#tests/support/xian-story.ts'

const law = await lawOf('xian-2025')
const story = () => new Story(law, XIAN)

const personal = { personal: true, 'personal-ground': '经匿名化处理并通过再识别检验', 'impact-assessment': file('影响评估.pdf'), 'personal-notice': '处理目的、方式和范围' }
const scene = () => {
  const told = story()
  const agreement = inForce(told)
  const links = { release: released(told, agreement), agreement }
  return { told, hand: (change: JsonObject) => ({ on: '2026-10-23', who: 'operator', procedure: 'product', links, contents: { product: product(change) } }) }
}

test('xa25-24.2: personal information without anonymisation or the persons’ authorisation makes no product', () => {
  const { told, hand } = scene()
  const { 'personal-ground': _ground, ...without } = personal
  told.refusesOpening(hand(without), 'personal-information-must-have-ground', 'xa25-24.2')
  expect(told.open(hand(personal)).status).toBe('reviewing')
  expect(told.open(hand({ ...personal, 'personal-ground': '8200人已授权用途A，未授权的1800条不参加加工' })).status).toBe('reviewing')
})

test('xa25-34.5g: without an impact assessment it is not put in service on 2026-10-23; a deletion request of 2026-11-02 is the operator’s task', () => {
  const { told, hand } = scene()
  const { 'impact-assessment': _assessment, ...unassessed } = personal
  const { 'personal-notice': _notice, ...untold } = personal
  told.refusesOpening(hand(unassessed), 'impact-must-be-assessed', 'xa25-34.5')
  told.refusesOpening(hand(untold), 'persons-must-be-told', 'xa25-34.5')
  expect(told.open(hand(personal)).status).toBe('reviewing')
  const request = told.open({ on: '2026-11-02', who: 'citizen', procedure: 'personal-request', contents: { 'personal-request': { kind: 'deletion', product: '停车指数', operator: 'qin-data' } } })
  expect([request.state.tasks.map((one) => [one.step, one.organization, one.opened_on]), request.due('answer')]).toEqual([[['answer', 'qin-data', '2026-11-02']], '2026-11-23'])
  expect(request.act({ on: '2026-11-03', who: 'operator', task: 'answer', outcome: 'answered', contents: { 'request-result': '已删除' } }).status).toBe('answered')
})

test('xa25-34.5h: an authorization for one query of bank B, used on 2026-11-04, does not serve a second one; blanket ones are refused', () => {
  const told = story()
  const authorize = (scope: string) => ({ on: '2026-11-04', who: 'citizen', procedure: 'personal-authorization', contents: { 'personal-authorization': { product: '信用查询', purpose: '贷款审批', consumer: 'city-bank', scope } } })
  told.refusesOpening(authorize('blanket'), 'authorization-must-be-for-one-use', 'xa25-34.5')
  const given = told.open(authorize('once'))
  const query = (who: string) => ({ on: '2026-11-04', who, task: 'use', outcome: 'used', contents: { 'use-receipt': '查询一次' } })
  given.refuses(query('consumer'), 'actor-must-be-concerned-organization', 'xa25-34.5')
  given.act(query('other-consumer'))
  expect([given.status, told.world.standings[`personal-authorization/${given.id}`], told.world.registers['personal-uses']?.[given.id]]).toMatchObject(['used', 'ended', { consumer: 'city-bank', product: '信用查询', 'used-on': '2026-11-04', 'keep-years': 3 }])
  given.refuses(query('other-consumer'), 'step-must-be-open', 'xa25-34.5')
  const withdrawn = told.open(authorize('run')).act({ on: '2026-11-04', who: 'citizen', task: 'withdraw', outcome: 'withdrawn' })
  withdrawn.refuses(query('other-consumer'), 'step-must-be-open', 'xa25-34.5')
})
