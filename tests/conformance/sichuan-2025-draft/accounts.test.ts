import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { inForce, story } from '#tests/support/sichuan-story.ts'
import { Story } from '#tests/support/story.ts'
import type { StoryCase } from '#tests/support/story.ts'

describe('distribution', () => {
  const SHARES = [['运营机构', 60], ['数源单位', 25], ['省财政', 15]] as const
  const rule = (edition: string, start: string, end: string | null, shares: readonly (readonly [string, number])[] = SHARES) => ({
    on: start, who: 'drafter', procedure: 'distribution-rule',
    contents: { 'distribution-rule': { edition, start, end, reason: '按贡献分配', decision: '川数〔2026〕9号', shares: shares.map(([party, share]) => ({ party, share })) } },
  })
  const settle = (links: { agreement: StoryCase }, change: JsonObject = {}) => ({
    on: '2026-11-05', who: 'drafter', procedure: 'settlement', links,
    contents: { settlement: { 'period-from': '2026-10-01', 'period-to': '2026-10-31', edition: '1', income: 200000, parts: [['运营机构', 60, 120000], ['数源单位', 25, 50000], ['省财政', 15, 30000]].map(([party = '', share = 0, amount = 0]) => ({ party, share, amount })), ...change } },
  })

  test('sc25-21.1a: shares of 60, 25 and 15 percent of 200,000 yuan are 120,000, 50,000 and 30,000 yuan', () => {
    const told = story()
    const links = { agreement: inForce(told) }
    told.refusesOpening(rule('0', '2026-08-20', null, [['运营机构', 60], ['数源单位', 35]]), 'shares-must-sum-to-whole', 'sc25-21.1')
    told.open(rule('1', '2026-08-20', null))
    const wrong = [{ party: '运营机构', share: 60, amount: 120001 }]
    expect(told.refusesOpening(settle(links, { parts: wrong }), 'amount-must-be-the-share', 'sc25-21.1').message).toContain('120000')
    told.refusesOpening(settle(links, { parts: [{ party: '运营机构', share: 61, amount: 122000 }] }), 'shares-must-be-the-rules', 'sc25-21.1')
    const settled = told.open(settle(links))
    expect(told.world.registers['settlements']?.[settled.id]).toMatchObject({ income: 200000, parts: [{ amount: 120000 }, { amount: 50000 }, { amount: 30000 }] })
  })

  test('sc25-21.1b: with version 2 from 2026-10-01 the settlement of September 2026, made on 2026-10-12, uses version 1', () => {
    const told = story()
    const links = { agreement: inForce(told) }
    told.open(rule('1', '2026-08-20', '2026-09-30'))
    told.open(rule('2', '2026-10-01', null))
    const september = { 'period-from': '2026-09-01', 'period-to': '2026-09-30' }
    told.refusesOpening({ ...settle(links, { ...september, edition: '2' }), on: '2026-10-12' }, 'settlement-must-use-the-rule-of-its-period', 'sc25-21.1')
    told.refusesOpening(settle(links, { edition: '1' }), 'settlement-must-use-the-rule-of-its-period', 'sc25-21.1')
    const settled = told.open({ ...settle(links, { ...september, edition: '1' }), on: '2026-10-12' })
    expect(told.world.registers['settlements']?.[settled.id]).toMatchObject({ edition: '1', 'period-to': '2026-09-30' })
  })
})

describe('the ledger', () => {
  const book = (change: JsonObject = {}) => ({ month: '2026-10', entries: [{ number: 'JZ-1', kind: 'income', product: '空气质量查询', account: '主营业务收入', amount: 1500, voucher: 'PZ-1' }], difference: 0, ...change })
  const closing = (change: JsonObject = {}) => ({ on: '2026-11-05', who: 'operator', task: 'close', outcome: 'closed', contents: { 'ledger-month': book(change) } })
  const ledger = (told: Story) => told.open({ on: '2026-10-08', who: 'operator', procedure: 'ledger-month', links: { agreement: inForce(told) } })

  test('sc25-25.1a: October 2026 closed on 2026-11-05, no entry is taken out or changed any more; it can be reversed', () => {
    const told = story()
    const month = ledger(told)
    month.refuses(closing({ entries: [{ number: 'JZ-1', kind: 'income', product: '空气质量查询', account: '主营业务收入', amount: 1500, voucher: '' }] }), 'content-must-be-present', 'sc25-25.1')
    month.act(closing())
    month.refuses({ ...closing({ entries: [{ number: 'JZ-9', kind: 'cost', product: '空气质量查询', account: '成本', amount: 1, voucher: 'PZ-9' }] }), on: '2026-11-06' }, 'step-must-be-open', 'sc25-25.1')
    const reverse = (number: string) => ({ on: '2026-11-06', who: 'operator', task: 'keep', outcome: 'reversed', contents: { 'ledger-reversal': { number, reason: '重复入账', voucher: 'PZ-2' } } })
    month.refuses(reverse('JZ-7'), 'reversal-must-name-an-entry', 'sc25-25.1')
    month.act(reverse('JZ-1'))
    expect([told.world.registers['ledger-months']?.[month.id], told.world.registers['ledger-reversals']?.['JZ-1']]).toMatchObject([{ month: '2026-10', entries: [{ number: 'JZ-1' }] }, { reason: '重复入账' }])
  })

  test('sc25-25.1b: a difference of 1,500 yuan to the financial system holds the closing until it is explained', () => {
    const month = ledger(story())
    month.refuses(closing({ difference: 1500 }), 'difference-must-be-explained', 'sc25-25.1')
    expect(month.act(closing({ difference: 1500, explanation: '财务系统次月入账' })).status).toBe('closed')
  })

  test('sc25-25.1c: a view from 2026-11-09 to 2026-11-20 is over on 2026-11-23, and what was viewed is on record', () => {
    const told = story()
    const view = told.open({ on: '2026-11-06', who: 'operator', procedure: 'ledger-view', links: { agreement: inForce(told) }, contents: { 'ledger-view': { supervisor: '审计厅', start: '2026-11-09', end: '2026-11-20' } } })
    const look = (on: string) => ({ on, who: 'communications', task: 'view', outcome: 'viewed', contents: { 'ledger-viewed': '十月收入' } })
    view.refuses(look('2026-11-06'), 'view-must-have-begun', 'sc25-25.1')
    view.act(look('2026-11-09')).act(look('2026-11-20'))
    view.refuses(look('2026-11-23'), 'view-must-not-have-ended', 'sc25-25.1')
    expect(Object.values(told.world.registers['ledger-views'] ?? {}).map((one) => one['date'])).toEqual(['2026-11-09', '2026-11-20'])
    expect(view.time('2026-11-21').status).toBe('ended')
  })
})

describe('data as assets', () => {
  const declared = (told: Story) => told.open({ on: '2026-10-19', who: 'operator', procedure: 'asset-operation', links: { agreement: inForce(told) }, contents: { 'asset-operation': { kind: 'pledge', asset: '空气质量指数产品', counterparty: '某银行', 'declared-on': '2026-10-19' } } })
  const reviewed = (outcome: string, grade: string) => ({ on: '2026-10-26', who: 'drafter', task: 'review', outcome, contents: { 'asset-risk': { grade, opinion: '估值依据不足' } } })

  test('sc25-28.2a: a pledge declared on 2026-10-19 opens the agency’s risk review and holds the ledger entry', () => {
    const told = story()
    const open = declared(told)
    expect([open.state.tasks.map((task) => [task.step, task.organization]), told.world.standings[`ledger-entry/${open.id}`]]).toEqual([[['review', 'big-data-centre']], 'suspended'])
    open.refuses(reviewed('cleared', 'high'), 'high-risk-must-be-escalated', 'sc25-28.2')
    open.act(reviewed('cleared', 'low'))
    expect([open.status, told.world.standings[`ledger-entry/${open.id}`]]).toEqual(['cleared', 'granted'])
  })

  test('sc25-28.2b: a review that ends “high” on 2026-10-26 is with the department on that day, with a draft to the financial supervisors', () => {
    const told = story()
    const open = declared(told)
    open.refuses(reviewed('high', 'medium'), 'escalation-must-rest-on-high-risk', 'sc25-28.2')
    open.act(reviewed('high', 'high'))
    expect([open.status, open.state.tasks]).toMatchObject(['escalated', [{ step: 'escalate', organization: 'development-commission', opened_on: '2026-10-26' }]])
    expect(open.effects('notify')).toMatchObject([{ to: ['data-authority'] }])
    open.refuses({ on: '2026-10-27', who: 'authority', task: 'escalate', outcome: 'referred', contents: { 'asset-referral': { to: '金融监管局', draft: '' } } }, 'content-must-be-present', 'sc25-28.2')
    expect(open.act({ on: '2026-10-27', who: 'authority', task: 'escalate', outcome: 'referred', contents: { 'asset-referral': { to: '金融监管局', draft: '现将有关情况函告贵局' } } }).status).toBe('closed')
  })
})
