import { expect, test } from 'vitest'
import type { Json, JsonObject } from '#core/json.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { file } from '#tests/support/xian-contents.ts'
import { XIAN, demanded, inForce, late } from '#tests/support/xian-story.ts'

const law = await lawOf('xian-2025')
const story = () => new Story(law, XIAN)

test('xa25-13.1.3a: 120,000 yuan metered and 100,000 booked for 2026-06 are not closed on 2026-07-10 until 20,000 are explained', () => {
  const told = story()
  const under = inForce(told)
  const close = (change: JsonObject) => ({ on: '2026-07-10', who: 'operator', procedure: 'ledger-close', links: { agreement: under }, contents: { 'ledger-close': { period: '2026-06', separate: true, cost: 50000, expenditure: 30000, booked: 100000, metered: 120000, ...change } } })
  expect(told.refusesOpening(close({}), 'difference-must-be-explained', 'xa25-13.1.3').message).toMatch(/100000.*120000/)
  told.refusesOpening(close({ explanation: '两笔款项次月到账' }), 'difference-must-be-explained', 'xa25-13.1.3')
  told.refusesOpening(close({ separate: false, booked: 120000 }), 'ledger-must-be-separate', 'xa25-13.1.3')
  const closed = told.open(close({ explanation: '两笔款项次月到账', difference: 20000 }))
  expect([closed.status, told.world.registers['ledgers']?.[closed.id]]).toMatchObject(['closed', { period: '2026-06', booked: 100000, metered: 120000, difference: 20000 }])
  expect(told.open(close({ booked: 120000 })).status).toBe('closed')
})

test('xa25-13.1.3b: a case of the audit bureau of 2026-07-13 due on 2026-07-20, answered on 2026-07-22, is two days late and shows the separate ledger only', () => {
  const told = story()
  const asked = told.open({ on: '2026-07-13', who: 'authority', procedure: 'accounts-inquiry', contents: { 'accounts-inquiry': { from: '市审计局', operator: 'qin-data', question: '上半年收入构成', due: '2026-07-20' } } })
  expect([asked.due('answer'), asked.effects('notify')]).toMatchObject(['2026-07-20', [{ to: ['operator'] }]])
  const answer = (scope: string) => ({ on: '2026-07-22', who: 'operator', task: 'answer', outcome: 'answered', contents: { 'accounts-answer': { text: '见专账', scope } } })
  expect(late(asked.time('2026-07-21'))).toHaveLength(1)
  asked.refuses(answer('all'), 'content-must-be-typed', 'xa25-13.1.3')
  asked.act(answer('separate'))
  expect([asked.lateness('answer'), told.world.registers['accounts-inquiries']?.[asked.id]]).toMatchObject([2, { from: '市审计局', 'answered-on': '2026-07-22', scope: 'separate' }])
})

test('xa25-30.1a: input and contribution of three parties stand side by side on 2026-06-30, and a share without either is flagged', () => {
  const told = story()
  const under = inForce(told)
  const parties: Json = [
    { party: '运营机构', share: 60, input: '资金500万元', evidence: file('凭证.pdf') }, { party: '数据提供单位', share: 25, contribution: '停车数据', evidence: file('供给记录.pdf') }, { party: '市财政', share: 15 },
  ]
  const sheet = told.open({ on: '2026-06-30', who: 'authority', procedure: 'contribution-sheet', links: { agreement: under }, contents: { 'contribution-sheet': { parties } } })
  expect(told.world.registers['contributions']?.[under.id]).toMatchObject({ parties, 'recorded-on': '2026-06-30' })
  expect(sheet.effects('notify')).toMatchObject([{ to: ['data-authority', 'implementing-agency'], notice: '分配比例没有投入或者贡献的依据', text: '市财政' }])
})

test('xa25-30.1b: a net yield of 100,000 yuan is 60,000, 25,000 and 15,000 on 2026-07-15, and an objection is the data authority’s task', () => {
  const told = story()
  const under = inForce(told)
  const amounts = (...of: number[]) => ['运营机构', '数据提供单位', '市财政'].map((party, index) => ({ party, share: [60, 25, 15][index] ?? 0, amount: of[index] ?? 0 }))
  const settle = (parties: JsonObject[]) => ({ on: '2026-07-15', who: 'drafter', procedure: 'yield-settlement', links: { agreement: under }, contents: { 'yield-settlement': { period: '2026年上半年', net: 100000, parties, providers: [{ organization: 'parking-centre' }] } } })
  told.refusesOpening(settle(amounts(60000, 25000, 10000)), 'amounts-must-sum-to-the-net', 'xa25-30.1')
  told.refusesOpening(settle(amounts(50000, 35000, 15000)), 'amount-must-be-the-share-of-the-net', 'xa25-30.1')
  told.refusesOpening(settle([{ party: '运营机构', share: 85, amount: 85000 }, { party: '市财政', share: 15, amount: 15000 }]), 'shares-must-be-the-agreements', 'xa25-30.1')
  const settled = told.open(settle(amounts(60000, 25000, 15000)))
  expect([settled.open, told.world.registers['settlements']?.[settled.id]]).toMatchObject([['confirm-operator', 'confirm-provider@providers=parking-centre'], { net: 100000, parties: amounts(60000, 25000, 15000) }])
  settled.act({ on: '2026-07-16', who: 'operator', task: 'confirm-operator', outcome: 'confirmed' }).act({ on: '2026-07-16', who: 'parking', task: 'confirm-provider', outcome: 'objected', contents: { 'settlement-objection': '应计入质量贡献' } })
  expect([settled.status, settled.state.tasks.map((one) => [one.step, one.organization])]).toEqual(['deciding', [['decide', 'data-bureau']]])
  expect(settled.act({ on: '2026-07-20', who: 'authority', task: 'decide', outcome: 'decided', contents: { 'settlement-decision': '维持结算结果' } }).status).toBe('settled')
})

test('xa25-30.1c: 80,000 yuan of support on 2026-08-10 while the provider reviews the operator’s demand is flagged, and listed for that provider', () => {
  const told = story()
  const under = inForce(told)
  const reviewing = demanded(told, '2026-08-07', under)
  const give = (links: Record<string, typeof under>) => ({ on: '2026-08-10', who: 'operator', procedure: 'support', links: { agreement: under, ...links }, contents: { support: { provider: 'parking-centre', kind: 'technology', value: 80000, ground: '第三十条', 'given-on': '2026-08-10' } } })
  const flagged = told.open(give({ demand: reviewing }))
  expect(flagged.effects('notify')).toMatchObject([{ to: ['data-authority'], notice: '支持期间有正在审核的数据需求', text: reviewing.id }])
  expect(told.world.registers['supports']?.[flagged.id]).toMatchObject({ provider: 'parking-centre', operator: 'qin-data', value: 80000, demand: reviewing.id })
  expect(told.open(give({})).effects('notify')).toEqual([])
  expect(flagged.act({ on: '2026-08-11', who: 'parking', task: 'receive', outcome: 'received', contents: { 'support-receipt': '已接收' } }).status).toBe('received')
})
