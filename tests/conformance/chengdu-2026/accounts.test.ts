import { describe, expect } from 'vitest'
import type { Json, JsonObject } from '#core/json.ts'
import { agreement as text } from '#tests/support/authorization-contents.ts'
import { planInForce, selectionConcluded } from '#tests/support/authorization-story.ts'
import { begun, fresh } from '#tests/support/chengdu-oversight-story.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { accounted } from '#tests/support/accounted.ts'

const test = accounted('accounts')

const PARTIES: Json[] = [{ party: 'tianfu-data', share: 60 }, { party: 'environment-bureau', share: 25 }, { party: 'transport-bureau', share: 15 }]
const rule = (agreement: StoryCase, code: string, change: JsonObject = {}) => ({
  on: '2026-08-20', who: 'drafter', procedure: 'distribution-rule', links: { agreement },
  contents: { 'distribution-rule': { code, version: '1', reason: '按贡献分配收益', decision: '成数中心〔2026〕6号', 'applies-from': '2026-08-20', trial: false, parties: PARTIES, ...change } },
})
const AMOUNTS: Json[] = [{ party: 'tianfu-data', share: 60, amount: 120000 }, { party: 'environment-bureau', share: 25, amount: 50000 }, { party: 'transport-bureau', share: 15, amount: 30000 }]
const settle = (agreement: StoryCase, change: JsonObject = {}, amounts: Json[] = AMOUNTS, on = '2027-01-05') => ({
  on, who: 'drafter', procedure: 'settlement', links: { agreement },
  contents: { settlement: { rule: '规则-1', version: '1', 'period-from': '2026-12-01', 'period-to': '2026-12-31', income: 200000, ...change }, 'settlement-amounts': amounts },
})

describe('the distribution of income', () => {
  test('cd26-23.1a: shares of 60, 25 and 10 are refused on 2026-08-17 with 95 of 100; with 60, 25 and 15 an income of 200,000 yuan gives 120,000, 50,000 and 30,000, and each party may object', () => {
    const drafting = fresh()
    const plan = planInForce(drafting)
    const draft = drafting.open({ on: '2026-08-12', who: 'drafter', procedure: 'operation-agreement', links: { plan, selection: selectionConcluded(drafting, plan) }, contents: { 'case-name': '授权运营协议' } })
    const accounting = text()['accounting'] as JsonObject // a group of the sample agreement
    const shares = [['operator', 60], ['data-provider', 25], ['implementing-agency', 10]].map(([party, share]) => ({ ...(accounting['distribution'] as JsonObject[])[0], party: party ?? '', share: share ?? 0 })) // rows of the sample agreement
    const refused = draft.refuses({ on: '2026-08-17', who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'operation-agreement': text({ accounting: { ...accounting, distribution: shares } }) } }, 'shares-must-sum-to-whole', 'cd26-23.1')
    expect([refused.message, refused.details]).toEqual([expect.stringContaining('95'), expect.objectContaining({ found: 95, wanted: 100 })])

    const { story, agreement } = begun()
    story.refusesOpening(rule(agreement, '规则-1', { parties: [...PARTIES.slice(0, 2), { party: 'transport-bureau', share: 10 }] }), 'shares-must-sum-to-whole', 'cd26-23.1')
    story.open(rule(agreement, '规则-1'))
    story.refusesOpening(settle(agreement, {}, [{ party: 'tianfu-data', share: 60, amount: 130000 }, { party: 'environment-bureau', share: 25, amount: 40000 }, ...AMOUNTS.slice(2)]), 'amounts-must-follow-the-shares', 'cd26-23.1')
    story.refusesOpening(settle(agreement, {}, [{ party: 'tianfu-data', share: 75, amount: 150000 }, ...AMOUNTS.slice(1)]), 'shares-must-be-those-of-the-rule', 'cd26-23.1')
    story.refusesOpening(settle(agreement, {}, AMOUNTS.slice(0, 2)), 'every-party-must-be-settled', 'cd26-23.1')
    story.refusesOpening({ ...settle(agreement), who: 'operator' }, 'actor-must-hold-office', 'cd26-23.1')
    const open = story.open(settle(agreement))
    expect([open.open, open.due('confirm-operator')]).toEqual([['confirm-operator', 'confirm-party@parties=environment-bureau', 'confirm-party@parties=transport-bureau'], '2027-01-12'])
    const object = { on: '2027-01-06', who: 'environment', task: 'confirm-party@parties=environment-bureau', outcome: 'object', contents: { 'settlement-objection': '收入少计一笔' } }
    open.refuses({ ...object, who: 'transport' }, 'actor-must-be-concerned-organization', 'cd26-23.1')
    open.act(object).act({ on: '2027-01-07', who: 'drafter', task: 'answer', outcome: 'answered', contents: { opinion: '已核对，没有少计' } }).act({ on: '2027-01-06', who: 'operator', task: 'confirm-operator', outcome: 'agree' })
    expect([open.time('2027-01-12').status, open.time('2027-01-13').status]).toEqual(['objected', 'settled'])
    const second = story.open(settle(agreement)).act({ on: '2027-01-06', who: 'operator', task: 'confirm-operator', outcome: 'object', contents: { 'settlement-objection': '份额有误' } })
    expect(second.open).toContain('answer')
  })

  test('cd26-23.1b: the settlement of December 2026 names and uses version 1, which applies until 2026-12-31; trial rules end on a date', () => {
    const { story, agreement } = begun()
    story.refusesOpening(rule(agreement, '规则-0', { trial: true }), 'trial-rule-must-have-an-end', null)
    story.refusesOpening(rule(agreement, '规则-0', { decision: '' }), 'content-must-be-present', 'cd26-23.1')
    const first = story.open(rule(agreement, '规则-1', { trial: true, 'applies-to': '2026-12-31' }))
    story.open(rule(agreement, '规则-2', { version: '2', 'applies-from': '2027-01-01', parties: [{ party: 'tianfu-data', share: 50 }, { party: 'environment-bureau', share: 50 }] }))
    story.refusesOpening(settle(agreement, { rule: '规则-2', version: '2' }, [{ party: 'tianfu-data', share: 50, amount: 100000 }, { party: 'environment-bureau', share: 50, amount: 100000 }]), 'rule-must-apply-to-the-period', 'cd26-23.1')
    story.refusesOpening(settle(agreement, { 'period-from': '2027-01-01', 'period-to': '2027-01-31' }, AMOUNTS, '2027-02-03'), 'rule-must-apply-to-the-period', 'cd26-23.1')
    story.refusesOpening(settle(agreement, { version: '2' }), 'settlement-must-name-the-rule-version', 'cd26-23.1')
    const open = story.open(settle(agreement))
    expect(open.state.contents['settlement']?.value).toMatchObject({ rule: '规则-1', version: '1' })
    expect(story.world.registers['distribution-rules']?.['规则-1']).toMatchObject({ version: '1', reason: '按贡献分配收益', decision: '成数中心〔2026〕6号', 'applies-from': '2026-08-20', 'applies-to': '2026-12-31', trial: true })
    expect(first.effects('notify')[0]).toMatchObject({ to: ['operator', 'data-authority'] })
    expect(first.act({ on: '2027-01-04', who: 'drafter', task: 'end', outcome: 'ended', contents: { opinion: '由第二版代替' } }).status).toBe('ended')
  })
})

describe('the ledger', () => {
  const entry = (number: string, amount: number, change: JsonObject = {}) => ({ number, product: '空气质量查询', account: '主营业务收入', amount, voucher: `记-${number}`, ...change })
  const month = (agreement: StoryCase, income: Json[], costs: Json[]) => ({ on: '2026-10-30', who: 'operator', procedure: 'ledger-month', links: { agreement }, contents: { 'ledger-month': { month: '2026-10' }, 'ledger-income': income, 'ledger-costs': costs } })
  const INCOME = [entry('S1', 150000), entry('S2', 50000)]
  const COSTS = [entry('C1', 130000, { account: '主营业务成本' })]
  const close = (change: JsonObject = {}) => ({ on: '2026-11-05', who: 'operator', task: 'close', outcome: 'closed', contents: { reconciliation: { income: 200000, costs: 130000, imported: 200000, ...change } } })

  test('cd26-28.1a: October 2026 is closed on 2026-11-05 with 200,000 income and 130,000 costs; later an entry is not deleted, only reversed', () => {
    const { story, agreement } = begun()
    story.refusesOpening(month(agreement, [entry('S1', 150000, { voucher: '' })], COSTS), 'content-must-be-present', 'cd26-28.1')
    story.refusesOpening(month(agreement, [entry('S1', 150000), entry('S1', 50000)], COSTS), 'rows-must-not-repeat', 'cd26-28.1')
    story.refusesOpening({ ...month(agreement, INCOME, COSTS), who: 'drafter' }, 'actor-must-hold-office', 'cd26-28.1')
    const open = story.open(month(agreement, INCOME, COSTS))
    open.refuses(close({ income: 190000 }), 'ledger-must-add-up', 'cd26-28.1')
    open.refuses(close({ costs: 120000 }), 'ledger-must-add-up', 'cd26-28.1')
    open.act(close())
    expect([open.status, story.world.registers['ledgers']?.[open.id]]).toEqual(['closed', expect.objectContaining({ month: '2026-10', income: 200000, costs: 130000 })])
    open.refuses({ on: '2026-11-09', who: 'operator', task: 'keep', outcome: 'delete' }, 'outcome-must-be-provided', 'cd26-28.1')
    open.refuses(close(), 'step-must-be-open', 'cd26-28.1')
    const reverse = { on: '2026-11-09', who: 'operator', task: 'keep', outcome: 'reverse', contents: { 'ledger-reversal': { number: 'S2', amount: -50000, voucher: '记-S3', reason: '重复入账' } } }
    open.refuses({ ...reverse, contents: { 'ledger-reversal': { number: 'S2', amount: -50000, reason: '重复入账' } } }, 'content-must-be-present', 'cd26-28.1')
    expect(open.act(reverse).open).toEqual(['keep#2'])
    open.refuses({ on: '2026-11-09', who: 'drafter', task: 'keep', outcome: 'agreement-ended' }, 'ledger-must-stay-while-agreement-runs', 'cd26-28.1')
  })

  test('cd26-28.1b: against 198,500 yuan in the financial system the difference of 1,500 must be explained before October 2026 is closed; each entry names its account', () => {
    const { story, agreement } = begun()
    story.refusesOpening(month(agreement, [entry('S1', 150000, { account: '' })], COSTS), 'content-must-be-present', 'cd26-28.1')
    const open = story.open(month(agreement, INCOME, COSTS))
    open.refuses(close({ imported: 198500 }), 'difference-must-be-explained', 'cd26-28.1')
    open.refuses(close({ imported: null }), 'content-must-be-present', 'cd26-28.1')
    open.act(close({ imported: 198500, explanation: '一笔1500元次月入账' }))
    expect(story.world.registers['ledgers']?.[open.id]).toMatchObject({ imported: 198500, explanation: '一笔1500元次月入账' })
  })

  test('cd26-28.1c: the Audit Bureau’s view from 2026-11-09 to 2026-11-20 is over on 2026-11-23, and its earlier visits are on record', () => {
    const { story, agreement } = begun()
    const grant = (to: string) => ({ on: '2026-11-06', who: 'drafter', procedure: 'ledger-view', links: { agreement }, contents: { 'ledger-view': { authority: 'audit-bureau', from: '2026-11-09', to } } })
    story.refusesOpening(grant('2026-11-08'), 'view-must-run-forward', 'cd26-28.1')
    const open = story.open(grant('2026-11-20'))
    expect(open.effects('notify')[0]).toMatchObject({ to: ['supervisor', 'operator'], text: '2026-11-20' })
    const look = (on: string, who = 'auditor') => ({ on, who, task: 'look', outcome: 'looked', contents: { 'ledger-visit': '2026年10月台账和凭证' } })
    open.refuses(look('2026-11-06'), 'view-must-have-begun', 'cd26-28.1')
    open.refuses(look('2026-11-09', 'cyberspace'), 'actor-must-be-concerned-organization', 'cd26-28.1')
    open.act(look('2026-11-09')).act(look('2026-11-20'))
    open.refuses(look('2026-11-23'), 'view-must-not-have-ended', 'cd26-28.1')
    expect(open.state.conclusions.map((one) => [one.person, one.date])).toEqual([['auditor', '2026-11-09'], ['auditor', '2026-11-20']])
    expect([open.act({ on: '2026-11-23', who: 'drafter', task: 'end', outcome: 'ended' }).status, open.open]).toEqual(['ended', []])
  })
})

describe('data as assets', () => {
  const declare = (agreement: StoryCase, change: JsonObject = {}) => ({ on: '2026-10-19', who: 'operator', procedure: 'asset-declaration', links: { agreement }, contents: { 'asset-declaration': { kind: 'pledge', object: '公共数据产品库', amount: 8000000, counterparty: '某商业银行', ...change } } })
  const review = (level: string, outcome: string, on = '2026-10-26', more: Record<string, Json> = {}) => ({ on, who: 'drafter', task: 'review', outcome, contents: { 'asset-review': { ownership: '权属清晰', purpose: '超出授权用途', valuation: '估值偏高', security: '可能被处置', level }, ...more } })

  test('cd26-31.2a: a pledge of 8 million yuan declared on 2026-10-19 opens a risk review of the agency, and its booking is held until that is closed', () => {
    const { story, agreement } = begun()
    story.refusesOpening(declare(agreement, { kind: 'gift' }), 'content-must-be-typed', 'cd26-31.2')
    story.refusesOpening(declare(agreement, { amount: null }), 'content-must-be-present', 'cd26-31.2')
    const open = story.open(declare(agreement))
    expect([open.open, open.due('review'), open.status, story.world.standings[`asset-operation/${open.id}`]]).toEqual([['review'], '2026-10-26', 'reviewing', 'suspended'])
    open.refuses(review('high', 'cleared'), 'level-must-agree-with-outcome', 'cd26-31.2')
    open.refuses({ ...review('low', 'cleared'), who: 'operator' }, 'actor-must-hold-office', 'cd26-31.2')
    expect([open.act(review('low', 'cleared')).status, story.world.standings[`asset-operation/${open.id}`]]).toEqual(['cleared', 'granted'])
  })

  test('cd26-31.2b: the review of 2026-10-19 that ends “high” on 2026-10-26 is escalated to the data authority on that day with a referral draft; measures and outcome are kept', () => {
    const { story, agreement } = begun()
    const open = story.open(declare(agreement))
    const draft = { 'referral-draft': '移送地方金融管理部门：运营机构拟以公共数据产品库质押融资八百万元。' }
    open.refuses(review('high', 'high'), 'content-must-be-present', 'cd26-31.2')
    open.refuses(review('medium', 'high', '2026-10-26', draft), 'level-must-agree-with-outcome', 'cd26-31.2')
    open.act(review('high', 'high', '2026-10-26', draft))
    expect([open.open, open.status, open.effects('notify').at(-1)]).toEqual([['escalate'], 'escalated', { to: ['data-authority', 'operator'], notice: '数据资产处置风险高', text: draft['referral-draft'] }])
    expect(open.state.tasks[0]).toMatchObject({ office: 'data-authority', opened_on: '2026-10-26' })
    open.refuses({ on: '2026-11-02', who: 'authority', task: 'escalate', outcome: 'handled' }, 'content-must-be-present', 'cd26-31.2')
    open.act({ on: '2026-11-02', who: 'authority', task: 'escalate', outcome: 'handled', contents: { 'asset-measures': '已移送并责令停止质押' } })
    expect([open.status, story.world.standings[`asset-operation/${open.id}`]]).toEqual(['closed', 'revoked'])
  })
})
