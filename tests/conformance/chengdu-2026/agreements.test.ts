import { describe, expect, test as plain } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { agreement, decision, plan, signingCheck } from '#tests/support/authorization-contents.ts'
import { agreementInForce, agreementToSign, planInDeliberation, planInForce, selectionBeforeAward, selectionConcluded, signBoth } from '#tests/support/authorization-story.ts'
import { hashOf } from '#tests/support/case-law.ts'
import { CHENGDU } from '#tests/support/chengdu-cast.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { demand, item } from '#tests/support/supply-contents.ts'
import { accounted } from '#tests/support/accounted.ts'
import { fresh } from '#tests/support/chengdu-oversight-story.ts'

const test = accounted('agreements', ['operation-agreement'])

const story = () => fresh(CHENGDU)
const opening = (approved: StoryCase, selected: StoryCase) => ({ on: '2026-08-12', who: 'drafter', procedure: 'operation-agreement', links: { plan: approved, selection: selected }, contents: { 'case-name': '授权运营协议' } })
const ready = (change: JsonObject = {}, on = '2026-08-17') => ({ on, who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'operation-agreement': agreement(change) } })

function drafting(text: JsonObject = plan()): StoryCase {
  const told = story()
  const approved = planInForce(told, text)
  return told.open(opening(approved, selectionConcluded(told, approved)))
}

function signing(text: JsonObject = agreement(), on = '2026-08-18'): StoryCase {
  const told = story()
  const approved = planInForce(told)
  return agreementToSign(told, approved, selectionConcluded(told, approved), text, on)
}

const refusesText = (change: JsonObject, code: string, provision: string) => drafting().refuses(ready(change), code, provision)
const signedOn = (text: JsonObject) => ({ 'text-hash': hashOf(text) })
const byAgency = (on: string, text = agreement(), check: JsonObject = {}, who = 'director') => ({
  on, who, task: 'sign-agency', outcome: 'sign', contents: { 'agency-signature': signedOn(text), 'signing-check': signingCheck(on, check) },
})
const byOperator = (on: string, text = agreement(), who = 'operator') => ({ on, who, task: 'sign-operator', outcome: 'sign', contents: { 'operator-signature': signedOn(text) } })

describe('the fixed chain', () => {
  test('cd26-9.1: a plan in deliberation on 2026-07-08 lets no tender begin, and no agreement begins without a concluded selection', () => {
    const told = story()
    const pending = planInDeliberation(told)
    const tender = (under: StoryCase, on: string, who = 'drafter') => ({ on, who, procedure: 'operator-selection', links: { plan: under }, contents: { 'case-name': '运营机构选定' } })
    expect(told.refusesOpening(tender(pending, '2026-07-08'), 'plan-must-be-approved', 'cd26-9.1').details).toMatchObject({ status: 'in-deliberation' })
    const approved = planInForce(told)
    told.refusesOpening(opening(approved, selectionBeforeAward(told, approved)), 'selection-must-be-concluded', 'cd26-9.1')
    const selected = selectionConcluded(told, approved)
    told.refusesOpening(opening(pending, selected), 'plan-must-be-approved', 'cd26-9.1')
    told.refusesOpening(opening(planInForce(told), selected), 'selection-must-rest-on-this-plan', 'cd26-13.1')
    told.refusesOpening({ ...opening(approved, selected), who: 'operator' }, 'actor-must-hold-office', 'cd26-15.1')
    expect(told.open(opening(approved, selected)).status).toBe('drafting')
  })
})

describe('what an agreement must hold', () => {
  plain.each([
    ['resources', 'na25-14.1.1'], ['term', 'na25-14.1.2'], ['products', 'na25-14.1.3'], ['supporting-platform', 'na25-14.1.4'], ['ownership', 'na25-14.1.5'],
    ['disclosure', 'na25-14.1.6'], ['no-redevelopment', 'na25-14.1.6'], ['accounting', 'na25-14.1.7'], ['protection', 'na25-14.1.8'], ['evaluation', 'na25-14.1.9'],
    ['liability', 'na25-14.1.10'], ['disputes', 'na25-14.1.11'], ['change-and-termination', 'na25-14.1.12'], ['other', 'na25-14.1.13'],
  ])('cd26-16.1: put to deliberation on 2026-08-17 without “%s”, it is refused with the number of the item: %s', (key, provision) => {
    refusesText({ [key]: null }, 'content-must-be-present', provision)
  })

  test('cd26-16.1: its term is five years at most, longer only with a reason', () => {
    const long = plan({ term: { start: '2026-08-01', end: '2036-07-31' } })
    const until = (end: string, because?: string) => ready({ term: { start: '2026-08-20', end, ...(because === undefined ? {} : { 'longer-because': because }) } })
    expect(drafting(long).act(until('2031-08-19')).status).toBe('in-deliberation')
    expect(drafting(long).refuses(until('2031-08-20'), 'term-must-not-exceed-limit', 'na25-14.1.2').details).toMatchObject({ latest: '2031-08-19' })
    expect(drafting(long).act(until('2031-08-20', '基础设施投资回收期较长，确需延长')).status).toBe('in-deliberation')
    drafting(long).refuses(until('2026-08-20', '基础设施投资回收期较长，确需延长'), 'term-must-run-forward', 'na25-14.1.2')
  })

  test('cd26-16.1: its term lies within the plan’s on both sides, and its shares sum to one hundred', () => {
    const term = (start: string, end: string) => ready({ term: { start, end } })
    drafting().refuses(term('2026-07-31', '2029-07-30'), 'term-must-be-within-plan', 'cd26-12.1')
    drafting().refuses(term('2026-09-01', '2031-08-01'), 'term-must-be-within-plan', 'cd26-12.1')
    expect(drafting().act(term('2026-08-01', '2031-07-31')).status).toBe('in-deliberation')
    const shares = (last: number) => ({ accounting: { 'cost-and-revenue': '单独核算', distribution: [{ party: '甲', share: 60 }, { party: '乙', share: 25 }, { party: '丙', share: last }] } })
    expect(refusesText(shares(10), 'shares-must-sum-to-whole', 'cd26-23.1').message).toContain('95')
    refusesText(shares(16), 'shares-must-sum-to-whole', 'cd26-23.1')
    expect(drafting().act(ready(shares(15))).status).toBe('in-deliberation')
  })

  test('cd26-5.1a: of a plan that lists 120 resources, the agreement of 2026-08-03 takes as many or fewer, never a 121st', () => {
    const like = plan()['resources'] as JsonObject[] // a table of the sample
    const listed = (count: number) => Array.from({ length: count }, (_, index) => ({ entry: `resource-${index + 1}`, name: `资源${index + 1}`, provider: 'transport-bureau' }))
    const over = plan({ resources: listed(120).map((one) => ({ ...like[0], ...one })) })
    const refusal = drafting(over).refuses(ready({ resources: listed(121) }), 'resources-must-be-within-plan', 'cd26-5.1')
    expect(refusal.details).toMatchObject({ missing: ['resource-121'] })
    expect(drafting(over).act(ready({ resources: listed(120) })).status).toBe('in-deliberation')
  })
})

describe('the agency’s collective decision', () => {
  const approve = (change: JsonObject = {}, who = 'director') => ({ on: '2026-08-18', who, task: 'deliberate', outcome: 'approve', contents: { 'agency-decision': decision(agreement(), '2026-08-18', change) } })

  test('cd26-15.1a: approved on 2026-08-18 and then edited, the text cannot be signed on 08-20', () => {
    const open = signing()
    open.refuses(byOperator('2026-08-20', agreement({ other: '另有约定' })), 'signature-must-be-on-the-approved-text', 'cd26-15.1')
    open.refuses(byAgency('2026-08-20', agreement({ other: '另有约定' })), 'signature-must-be-on-the-approved-text', 'cd26-15.1')
    expect(signBoth(open, '2026-08-20').status).toBe('in-force')
  })

  test('cd26-15.1a: the decision is on exactly this text, carried, of the day, and recorded by another than its author', () => {
    const drafted = drafting().act(ready())
    drafted.refuses(approve({}, 'drafter'), 'decider-must-not-be-author', null)
    drafted.refuses(approve({ 'text-hash': hashOf(agreement({ other: '另有约定' })) }), 'decision-must-carry', 'cd26-15.1')
    drafted.refuses(approve({ 'votes-for': 4, 'votes-against': 4 }), 'decision-must-carry', 'cd26-15.1')
    drafted.refuses(approve({ date: '2026-08-17' }), 'decision-must-bear-the-date-of-the-act', 'cd26-15.1')
    drafted.refuses(byAgency('2026-08-18'), 'step-must-be-open', 'cd26-15.1')
    expect(drafted.act(approve()).open).toEqual(['sign-agency', 'sign-operator'])
    const rejected = drafting().act(ready()).act({ on: '2026-08-18', who: 'director', task: 'deliberate', outcome: 'reject', contents: { opinion: '条件尚不成熟' } })
    expect([rejected.status, rejected.open]).toEqual(['rejected', []])
  })

  test('cd26-15.1a: a return for change voids decision and signature; the new text is decided on and signed anew', () => {
    const changed = agreement({ other: '增加数据质量条款' })
    const open = signing().act(byAgency('2026-08-20'))
      .act({ on: '2026-08-20', who: 'operator', task: 'sign-operator', outcome: 'return-for-change', contents: { opinion: '请增加数据质量条款' } })
    expect([open.status, open.open]).toEqual(['returned', ['revise']])
    open.act({ on: '2026-08-21', who: 'drafter', task: 'revise', outcome: 'revised', contents: { 'operation-agreement': changed } })
    const bound = open.state.conclusions.filter((one) => ['deliberate', 'sign-agency', 'sign-operator'].includes(one.step))
    expect(bound.every((one) => one.voided)).toBe(true)
    open.refuses({ on: '2026-08-24', who: 'director', task: 'deliberate', outcome: 'approve', contents: { 'agency-decision': decision(agreement(), '2026-08-24') } }, 'decision-must-carry', 'cd26-15.1')
    open.act({ on: '2026-08-24', who: 'director', task: 'deliberate', outcome: 'approve', contents: { 'agency-decision': decision(changed, '2026-08-24') } })
    open.refuses(byAgency('2026-08-25'), 'signature-must-be-on-the-approved-text', 'cd26-15.1')
    open.act(byOperator('2026-08-25', changed))
    expect(open.status).toBe('signing')
    expect(open.act(byAgency('2026-08-25', changed)).status).toBe('in-force')
  })
})

describe('signing', () => {
  test('cd26-15.1b: operator A won on 2026-08-07; an agreement with company B on 08-20 is refused, and nobody signs before the decision', () => {
    expect(drafting().refuses(ready({ operator: 'other-data' }, '2026-08-20'), 'counterparty-must-be-the-winner', 'cd26-15.1').details).toMatchObject({ found: 'other-data', wanted: 'tianfu-data' })
    const open = signing()
    open.refuses(byOperator('2026-08-17'), 'act-must-not-precede-task', 'cd26-15.1')
    open.refuses(byOperator('2026-08-20', agreement(), 'stranger'), 'actor-must-be-concerned-organization', 'cd26-15.1')
    open.act(byOperator('2026-08-20'))
    expect([open.status, open.open]).toEqual(['signing', ['sign-agency']])
    open.act(byAgency('2026-08-20'))
    expect([open.status, open.open]).toEqual(['in-force', ['file-agreement', 'publish-authorization']])
  })

  test('cd26-15.1b: it takes effect at once where the term has begun; else on its first day, by time alone', () => {
    const later = agreement({ term: { start: '2026-09-01', end: '2029-08-31' } })
    const signed = signBoth(signing(later), '2026-08-20', later)
    expect([signed.status, signed.open, signed.story.world.standings[`agreement/${signed.id}`]]).toEqual(['signed', ['file-agreement', 'take-effect'], undefined])
    expect(signed.time('2026-08-31').status).toBe('signed')
    expect(signed.time('2026-09-01').status).toBe('in-force')
    expect(signed.effects('notify').at(-1)).toMatchObject({ to: ['operator', 'data-authority', 'public-data-manager'], notice: '授权运营协议生效' })
    expect(signed.story.world.standings[`agreement/${signed.id}`]).toBe('granted')
  })

  test('cd26-15.1b: in force it grants, and writes who may do what with which data until when', () => {
    const { agreement: signed, plan: approved } = agreementInForce(story())
    expect(signed.effects('standing.set')).toMatchObject([{ kind: 'agreement', id: signed.id, to: 'granted', under: approved.id }])
    expect(signed.story.world.registers['authorizations']?.[signed.id]).toEqual({
      agreement: '成都市公共数据资源授权运营协议', operator: 'tianfu-data', 'operator-name': '天府数据运营有限公司', 'credit-code': '91510100MA6ABCDE0X',
      'selection-method': 'open-tender', 'agreement-date': '2026-08-20', mode: 'overall', activities: ['数据治理', '数据开发', '提供数据产品和技术服务'],
      scope: '生态环境、交通运输领域的公共数据资源', resources: ['air-quality', 'bus-lines'], start: '2026-08-20', end: '2029-08-19',
    })
    const published = (address: string) => ({ on: '2026-08-24', who: 'drafter', task: 'publish-authorization', outcome: 'published', contents: { 'publication-record': { address, date: '2026-08-24' } } })
    expect(signed.due('publish-authorization')).toBe('2026-08-27')
    signed.refuses(published(''), 'content-must-be-present', 'cd26-30.1')
    expect(signed.act(published('https://www.example.cn/gk/1')).effects('publish').at(-1)).toMatchObject({ kind: 'authorization', operator: '天府数据运营有限公司' })
  })
})

describe('while it runs', () => {
  const items = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `事项${index + 1}`, kind: 'report', due: '2026-10-30' }))
  const track = (running: StoryCase, rows: JsonObject[]) => ({ on: '2026-09-01', who: 'drafter', procedure: 'agreement-tracking', links: { agreement: running }, contents: { 'tracked-items': rows } })

  test('cd26-15.2c: of 14 items due by 2026-10-30 one is broken on 11-02; the data authority sees 13 and 1, and its question is a task with a due date', () => {
    const told = story()
    const { agreement: running } = agreementInForce(told)
    told.refusesOpening(track(running, [{ name: '总结报告', kind: 'report', due: '2029-08-20' }]), 'item-must-fall-within-term', 'cd26-15.2')
    const tracked = told.open(track(running, items(14)))
    const done = (name: string) => ({ on: '2026-10-30', who: 'operator', task: `fulfil@items=${name}`, outcome: 'done', contents: { 'tracking-report': '已经按期完成' } })
    for (let one = 1; one <= 13; one += 1) tracked.act(done(`事项${one}`))
    tracked.time('2026-10-30')
    expect(tracked.effects('notify')).toEqual([])
    tracked.time('2026-11-02')
    expect([tracked.state.conclusions.filter((one) => one.step === 'fulfil').length, tracked.open]).toEqual([13, ['fulfil@items=事项14', 'watch']])
    expect(tracked.effects('notify').map((one) => [one['to'], one['notice']])).toContainEqual([['data-authority', 'implementing-agency'], '逾期提示'])
    const ask = (due: string, who = 'authority') => ({ on: '2026-11-02', who, task: 'watch', outcome: 'ask', contents: { 'tracking-question': { item: '事项14', question: '为何没有按期完成', due } } })
    tracked.refuses(ask('2026-11-09', 'drafter'), 'actor-must-hold-office', 'cd26-15.2')
    tracked.refuses(ask('2026-11-02'), 'answer-must-be-due-later', null)
    tracked.act(ask('2026-11-09'))
    expect(tracked.due('answer')).toBe('2026-11-09')
    tracked.refuses({ on: '2026-11-04', who: 'stranger', task: 'answer', outcome: 'answered', contents: { 'tracking-answer': '设备到货延迟' } }, 'actor-must-be-concerned-organization', 'cd26-15.2')
    tracked.act({ on: '2026-11-04', who: 'operator', task: 'answer', outcome: 'answered', contents: { 'tracking-answer': '设备到货延迟' } })
    expect(tracked.effects('notify').at(-1)).toMatchObject({ to: ['data-authority'], text: '设备到货延迟' })
    tracked.act({ on: '2026-11-05', who: 'authority', task: 'watch', outcome: 'close', contents: { opinion: '转入年度评估' } })
    expect([tracked.status, tracked.open]).toEqual(['closed', []])
    const pending = signing()
    pending.story.refusesOpening(track(pending, items(1)), 'tracked-agreement-must-be-in-force', 'cd26-15.2')
  })

  test('cd26-17.1: company B entered as new holder on 2026-10-12 without both approvals is refused, and B’s accounts get no access', () => {
    const told = story()
    const { agreement: running } = agreementInForce(told)
    const apply = (who: string) => ({ on: '2026-10-12', who, procedure: 'authorization-transfer', links: { agreement: running }, contents: { 'transfer-application': { holder: 'other-data', cause: 'merger', reason: '公司合并' } } })
    told.refusesOpening(apply('stranger'), 'party-must-be-the-same', 'cd26-17.1')
    const asked = told.open(apply('operator'))
    const enter = (holder: string) => ({ on: '2026-10-12', who: 'operator', task: 'enter-holder', outcome: 'entered', contents: { 'new-holder': holder } })
    asked.refuses(enter('other-data'), 'step-must-be-open', 'cd26-17.1')
    asked.act({ on: '2026-10-12', who: 'director', task: 'approve-agency', outcome: 'approve', contents: { opinion: '同意转移' } })
    asked.refuses(enter('other-data'), 'step-must-be-open', 'cd26-17.1')
    told.refusesOpening({ on: '2026-10-12', who: 'stranger', procedure: 'data-demand', links: { agreement: running }, contents: { demand: demand([item('air-quality')]) } }, 'party-must-be-the-same', 'cd26-20.1')
    asked.refuses({ on: '2026-10-12', who: 'manager', task: 'approve-data-authority', outcome: 'approve', contents: { opinion: '同意转移' } }, 'actor-must-hold-office', 'cd26-17.1')
    asked.act({ on: '2026-10-13', who: 'authority', task: 'approve-data-authority', outcome: 'approve', contents: { opinion: '同意转移' } })
    asked.refuses({ ...enter('third-data'), on: '2026-10-13' }, 'holder-must-be-the-approved', 'cd26-17.1')
    asked.act({ ...enter('other-data'), on: '2026-10-13' })
    expect([asked.status, told.world.registers['authorizations']?.[running.id]?.['transferred-to'], asked.effects('notify').at(-1)]).toMatchObject(['approved', 'other-data', { to: ['implementing-agency', 'data-authority', 'public-data-manager'] }])
    for (const [who, task] of [['director', 'approve-agency'], ['authority', 'approve-data-authority']] as const) {
      const refused = told.open(apply('operator')).act({ on: '2026-10-12', who, task, outcome: 'refuse', contents: { opinion: '受让单位不具备条件' } })
      expect([refused.status, refused.open, refused.effects('notify').at(-1)]).toMatchObject(['refused', [], { to: ['operator'], notice: '授权转移、转让不予批准' }])
    }
  })
})
