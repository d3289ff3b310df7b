import { describe, expect } from 'vitest'
import { legalDate } from '#core/calendar/legal-date.ts'
import type { JsonObject } from '#core/json.ts'
import { file, scores } from '#tests/support/authorization-contents.ts'
import { planInForce, selectionWithBids } from '#tests/support/authorization-story.ts'
import { begun, fresh, law, productOf, running, usedBy } from '#tests/support/chengdu-oversight-story.ts'
import { lastCase } from '#tests/support/supply-story.ts'
import { findingsIn, forged } from '#tests/support/verdict.ts'
import { accounted } from '#tests/support/accounted.ts'

const test = accounted('evidence')

const RUN: JsonObject = { range: '2026年9月15日以前的日志', entries: 12400, 'other-holds': true }
const prune = (on: string, task: string, change: JsonObject = {}) => ({ on, who: 'drafter', task, outcome: task === 'prune' ? 'pruned' : 'prune', contents: { 'retention-run': { ...RUN, ...change } } })

describe('what is kept for three years', () => {
  test('cd26-24.1h: after a stop on 2026-09-15 a retention run of 2029-09-15 is refused; from 2029-09-16 it prunes and leaves its own record', () => {
    const { story, agreement } = running()
    const report = { supplies: ['GJ-1'], reason: '数据来源调整，不再产生', 'legal-title': '四川省数据条例', 'legal-article': '第三十条', 'stop-on': '2026-09-15' }
    story.open({ on: '2026-09-01', who: 'environment', procedure: 'supply-termination', links: { agreement }, contents: { 'termination-report': report } })
      .act({ on: '2026-09-08', who: 'authority', task: 'approve-authority', outcome: 'approve', contents: { 'termination-opinion': '同意' } })
      .act({ on: '2026-09-10', who: 'manager', task: 'approve-manager', outcome: 'approve', contents: { 'termination-opinion': '同意' } })
      .time('2026-09-16')
    const kept = lastCase(story, 'record-retention')
    expect([kept.state.contents['kept-from']?.value, kept.open, kept.due('keep-logs')]).toEqual(['2026-09-15', ['keep-logs'], '2029-09-15'])
    const early = kept.refuses(prune('2029-09-15', 'keep-logs'), 'records-must-be-kept-until-term-ends', 'cd26-24.1')
    expect(early.message).toContain('2029-09-15的次日起方可清理')
    kept.refuses({ ...prune('2029-09-15', 'keep-logs'), who: 'operator' }, 'actor-must-hold-office', 'cd26-24.1')
    kept.refuses(prune('2029-09-15', 'prune'), 'step-must-be-open', null)
    expect([kept.time('2029-09-15').status, kept.time('2029-09-16').status]).toEqual(['keeping', 'expired'])
    kept.refuses(prune('2029-09-16', 'prune', { 'other-holds': false }), 'other-holds-must-be-examined', null)
    kept.refuses(prune('2029-09-16', 'prune', { range: '' }), 'content-must-be-present', null)
    kept.act(prune('2029-09-16', 'prune'))
    expect([kept.status, story.world.registers['retention-runs']?.[kept.id]]).toEqual(['pruned', expect.objectContaining({ kind: 'logs', 'kept-from': '2026-09-15', 'pruned-on': '2029-09-16', entries: 12400 })])
  })

  test('cd26-25.2d: a destruction record of 2026-11-23 is kept through 2029-11-23; a run of that day is refused, on 2029-11-24 it prunes and leaves its own record', () => {
    const { story, agreement } = begun()
    const exit = story.open({ on: '2026-11-02', who: 'director', procedure: 'exit', links: { agreement }, contents: { 'exit-grounds': [{ ground: 'own-request', facts: '运营机构申请提前终止', evidence: file('申请.pdf') }], 'exit-draft': '拟终止授权运营协议，请提出意见。' } })
      .time('2026-11-10')
      .act({ on: '2026-11-16', who: 'director', task: 'decide', outcome: 'end', contents: { 'exit-decision': { reasons: '运营机构申请，经审核同意', answer: '没有提出意见', 'destroy-by': '2026-11-30', arrangements: '通知使用方停止使用' } } })
    const record = { copy: 'v1', 'data-set': '空气质量', place: '运营平台', method: 'key-destruction', tool: '密钥管理系统', 'destroyed-on': '2026-11-23', 'operator-person': '陈刚', witness: '刘芳', 'hash-before': 'a'.repeat(64), 'check-after': '经解密验证不可恢复' }
    exit.act({ on: '2026-11-23', who: 'operator', task: 'destruction', outcome: 'report', contents: { 'destruction-records': [record] }, facts: { copies: [{ copy: 'v1' }] } })
      .act({ on: '2026-11-24', who: 'reviewer', task: 'destruction-acceptance', outcome: 'accept', contents: { 'destruction-opinion': '记录完整' } })
    const kept = lastCase(story, 'record-retention')
    expect([kept.state.contents['kept-from']?.value, kept.due('keep-destruction')]).toEqual(['2026-11-23', '2029-11-23'])
    expect(kept.refuses(prune('2029-11-23', 'keep-destruction'), 'records-must-be-kept-until-term-ends', 'cd26-25.2').message).toContain('2029-11-23的次日起方可清理')
    const byHand = kept.act(prune('2029-11-24', 'keep-destruction'))
    expect(byHand.status).toBe('expired')
    byHand.act(prune('2029-11-24', 'prune', { entries: 1 }))
    expect(story.world.registers['retention-runs']?.[kept.id]).toMatchObject({ kind: 'destruction', 'pruned-on': '2029-11-24', subject: exit.id })
  })
})

describe('audit and supervision', () => {
  test('cd26-26.1h: an operator with an agreement since 2026-08-20 and no audit: the audit is overdue a year later; findings are tasks of the operator, the report is kept', () => {
    const { story, agreement } = begun()
    const plan = (change: JsonObject = {}) => ({ on: '2026-08-20', who: 'drafter', procedure: 'internal-audit', links: { agreement }, contents: { 'internal-audit': { scope: '数据供给、出域和产品', auditor: '市审计局', since: '2026-08-20', ...change } } })
    story.refusesOpening(plan({ auditor: '' }), 'content-must-be-present', 'cd26-26.1')
    story.refusesOpening({ ...plan(), who: 'operator' }, 'actor-must-hold-office', 'cd26-26.1')
    const open = story.open(plan())
    expect([open.due('audit'), open.effects('notify')[0]]).toEqual(['2027-08-20', expect.objectContaining({ to: ['operator'], notice: '内控审计安排' })])
    expect(open.time('2027-08-20').effects('notify')).toHaveLength(1)
    expect(open.time('2027-08-21').effects('notify').at(-1)).toMatchObject({ to: ['implementing-agency', 'data-authority'], task: 'audit' })
    const found = { on: '2027-08-23', who: 'drafter', task: 'audit', outcome: 'found', contents: { 'audit-report': file('审计报告.pdf'), 'audit-findings': [{ finding: '出域审批不全', due: '2027-09-20' }] } }
    open.refuses({ ...found, contents: { 'audit-findings': found.contents['audit-findings'] } }, 'content-must-be-present', 'cd26-26.1')
    open.act(found)
    expect([open.state.tasks[0]?.organization, open.due('rectify')]).toEqual(['tianfu-data', '2027-09-20'])
    expect(open.act({ on: '2027-09-13', who: 'operator', task: 'rectify', outcome: 'done', contents: { 'audit-remedy': '已补齐审批' } }).status).toBe('closed')
    expect(story.open(plan()).act({ on: '2027-08-02', who: 'drafter', task: 'audit', outcome: 'clean', contents: { 'audit-report': file('审计报告.pdf') } }).status).toBe('closed')
  })

  test('cd26-26.2j: the Transport Bureau asks on 2026-10-12 about a rise of calls: the operator answers by 2026-10-19, and the question is about its own data only', () => {
    const { story, agreement } = begun()
    const ask = (change: JsonObject = {}, who = 'transport') => ({ on: '2026-10-12', who, procedure: 'provider-question', links: { agreement }, contents: { 'provider-question': { entry: 'bus-lines', text: '本月调用次数为何增加三倍', ...change } } })
    story.refusesOpening(ask({ entry: 'air-quality' }), 'question-must-concern-own-data', 'cd26-26.2')
    story.refusesOpening(ask({}, 'developer'), 'actor-must-hold-office', 'cd26-26.2')
    story.refusesOpening(ask({ text: '' }), 'content-must-be-present', 'cd26-26.2')
    const open = story.open(ask())
    expect([open.due('answer'), open.state.tasks[0]?.organization, open.effects('notify')[0]]).toEqual(['2026-10-19', 'tianfu-data', expect.objectContaining({ to: ['operator'], notice: '公共数据提供单位询问' })])
    open.refuses({ on: '2026-10-13', who: 'operator', task: 'answer', outcome: 'answered' }, 'content-must-be-present', 'cd26-26.2')
    open.act({ on: '2026-10-13', who: 'operator', task: 'answer', outcome: 'answered', contents: { 'question-answer': '国庆期间出行查询增加' } })
    expect([open.status, open.effects('notify').at(-1)]).toEqual(['answered', expect.objectContaining({ to: ['data-provider'], text: '国庆期间出行查询增加' })])
    expect(story.open(ask()).time('2026-10-20').effects('notify').at(-1)).toMatchObject({ to: ['data-authority'], task: 'answer' })
  })

  test('cd26-31.1b: a reviewer whose interest in bidder B was declared on 2026-07-20 does not score the bids; another reviewer does, and whoever scores does not decide', () => {
    const story = fresh()
    const plan = planInForce(story)
    const declare = (who: string, person: string) => ({ on: '2026-07-20', who, procedure: 'interest-declaration', contents: { 'interest-declaration': { person, organization: 'other-data', relation: '配偶持有该公司股权' } } })
    story.refusesOpening(declare('scorer', 'reviewer'), 'interest-must-be-ones-own', 'cd26-31.1')
    story.refusesOpening(declare('operator', 'operator'), 'actor-must-hold-office', 'cd26-31.1')
    const declared = story.open(declare('reviewer', 'reviewer'))
    const bidders = ['tianfu-data', 'other-data', 'third-data']
    const selection = selectionWithBids(story, plan)
    const score = (who: string) => ({ on: '2026-08-05', who, task: 'score', outcome: 'scored', contents: { scores: scores(bidders) } })
    expect(selection.refuses(score('reviewer'), 'reviewer-must-have-no-declared-interest', 'cd26-31.1').message).toContain('other-data')
    selection.act(score('scorer'))
    expect(selection.open).toEqual(['award'])
    // In every case in which B is a party, too.
    const { story: other, agreement } = begun()
    other.open({ ...declare('reviewer', 'reviewer'), contents: { 'interest-declaration': { person: 'reviewer', organization: 'tianfu-data', relation: '配偶持有该公司股权' } } })
    const breach = { clause: '协议第八条', facts: '超出约定场景使用数据', 'found-on': '2026-10-12', evidence: file('检查记录.pdf') }
    const rectification = other.open({ on: '2026-10-12', who: 'drafter', procedure: 'rectification', links: { agreement }, contents: { 'breach-record': breach } })
    const drop = (who: string) => ({ on: '2026-10-13', who, task: 'order', outcome: 'drop', contents: { 'no-breach-reason': '情节轻微，已自行改正' } })
    rectification.refuses(drop('reviewer'), 'reviewer-must-have-no-declared-interest', 'cd26-31.1')
    expect(rectification.act(drop('director')).status).toBe('dropped')
    expect(declared.act({ on: '2026-12-01', who: 'drafter', task: 'end', outcome: 'ended', contents: { opinion: '股权已转让' } }).status).toBe('ended')
  })
})

describe('the record of use', () => {
  test('cd26-26.2g: the trace of a product leads through review and release to the supplies and their demand without a gap, and a changed entry is found', async () => {
    const { story, agreement } = running({ 'GJ-1': 'air-quality', 'GJ-2': 'water-quality' })
    const offered = productOf(story, agreement, ['GJ-1', 'GJ-2'], '空气质量查询')
    const product = story.world.registers['products']?.[offered.id]
    const release = story.world.registers['releases']?.[String(product?.['release'])]
    expect([product?.['supplies'], release?.['supplies'], release?.['digest']]).toEqual([['GJ-1', 'GJ-2'], ['GJ-1', 'GJ-2'], 'd'.repeat(64)])
    for (const [id, entry] of [['GJ-1', 'air-quality'], ['GJ-2', 'water-quality']] as const) {
      const supply = story.world.registers['supplies']?.[id]
      expect([supply?.['entry'], story.cases.get(String(supply?.['demand']))?.status]).toEqual([entry, 'concluded'])
    }
    expect(await findingsIn(story.told, law)).toEqual([])
    const changed = forged(story.told, (acts) => {
      for (const event of acts.at(-1)?.events ?? []) if (event.type === 'step-concluded') event.act = { date: legalDate('2026-07-14'), recorded: legalDate('2026-07-14') }
    })
    expect((await findingsIn(changed, law)).length).toBeGreaterThan(0)
  })

  test('cd26-26.2i: without a receipt for 2026-10-08 that day is sent again before 2026-10-09 goes, and the operator sees the gap until both receipts are in', () => {
    const { story, agreement } = begun()
    const send = (date: string, sequence: number, on = date) => ({ on, who: 'operator', procedure: 'log-delivery', links: { agreement }, contents: { 'log-day': { date, sequence, entries: 1200, sha256: 'e'.repeat(64) } } })
    story.refusesOpening(send('2026-10-09', 31, '2026-10-08'), 'log-day-must-be-over', 'cd26-26.2')
    story.refusesOpening({ ...send('2026-10-08', 31), who: 'manager' }, 'actor-must-hold-office', 'cd26-26.2')
    const eighth = story.open(send('2026-10-08', 31)).time('2026-10-09')
    expect([eighth.status, eighth.open, eighth.effects('notify').at(-1)]).toEqual(['missing', ['resend'], expect.objectContaining({ to: ['operator'], task: 'receipt' })])
    story.refusesOpening(send('2026-10-09', 32), 'missing-day-must-be-sent-first', 'cd26-26.2')
    eighth.act({ on: '2026-10-09', who: 'operator', task: 'resend', outcome: 'resent' })
    const ninth = story.open(send('2026-10-09', 32))
    const receive = (task: string) => ({ on: '2026-10-09', who: 'manager', task, outcome: 'received', contents: { 'log-receipt': `回执-${task}` } })
    expect([eighth.status, eighth.act(receive('receipt-again')).status, ninth.act(receive('receipt')).status]).toEqual(['resent', 'received', 'received'])
    expect(story.world.registers['log-deliveries']?.[eighth.id]).toMatchObject({ date: '2026-10-08', sequence: 31, sha256: 'e'.repeat(64) })
  })

  test('cd26-26.2h: the record of one resource runs from its supply over three products to every contract, and ends with the destruction', () => {
    const { story, agreement } = running()
    const products = ['产品甲', '产品乙', '产品丙'].map((name) => productOf(story, agreement, ['GJ-1'], name))
    for (const product of products) usedBy(story, product, 'user-1')
    const of = (register: string, field: string, value: string) => Object.values(story.world.registers[register] ?? {}).filter((one) => JSON.stringify(one[field]).includes(value))
    expect(of('supplies', 'entry', 'air-quality').map((one) => one['supplied-on'])).toEqual(['2026-07-10'])
    expect(of('releases', 'supplies', 'GJ-1')).toHaveLength(3)
    expect(of('products', 'sources', 'air-quality').map((one) => one['name'])).toEqual(['产品甲', '产品乙', '产品丙'])
    expect(of('subscriptions', 'agreement', agreement.id).map((one) => one['consumer'])).toEqual(['company-1', 'company-1', 'company-1'])
  })
})
