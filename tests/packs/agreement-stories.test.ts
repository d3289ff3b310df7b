import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { agreement, decision, file, plan, signingCheck } from '#tests/support/authorization-contents.ts'
import { agreementInForce, agreementToSign, planInForce, selectionBeforeAward, selectionConcluded, signBoth } from '#tests/support/authorization-story.ts'
import { hashOf, lawOf } from '#tests/support/case-law.ts'
import { CHENGDU } from '#tests/support/chengdu-cast.ts'
import { Story } from '#tests/support/story.ts'
import type { StoryCase } from '#tests/support/story.ts'

const law = await lawOf('chengdu-2026')
const story = () => new Story(law, CHENGDU)
const opening = (approved: StoryCase, selected: StoryCase) => ({ on: '2026-08-12', who: 'drafter', procedure: 'operation-agreement', links: { plan: approved, selection: selected }, contents: { 'case-name': '授权运营协议' } })
const ready = (change: JsonObject = {}) => ({ on: '2026-08-17', who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'operation-agreement': agreement(change) } })

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

describe('when an agreement may begin', () => {
  test('after plan and selection, on the plan that the selection rests on', () => {
    const told = story()
    const approved = planInForce(told)
    told.refusesOpening(opening(approved, selectionBeforeAward(told, approved)), 'selection-must-be-concluded', 'cd26-9.1')
    const selected = selectionConcluded(told, approved)
    told.refusesOpening(opening(planInForce(told), selected), 'selection-must-rest-on-this-plan', 'cd26-13.1')
    told.refusesOpening({ ...opening(approved, selected), who: 'operator' }, 'actor-must-hold-office', 'cd26-15.1')
    expect(told.open(opening(approved, selected)).status).toBe('drafting')
  })
})

describe('what an agreement must hold', () => {
  test.each([
    ['resources', 'na25-14.1.1'], ['term', 'na25-14.1.2'], ['products', 'na25-14.1.3'], ['supporting-platform', 'na25-14.1.4'], ['ownership', 'na25-14.1.5'],
    ['disclosure', 'na25-14.1.6'], ['no-redevelopment', 'na25-14.1.6'], ['accounting', 'na25-14.1.7'], ['protection', 'na25-14.1.8'], ['evaluation', 'na25-14.1.9'],
    ['liability', 'na25-14.1.10'], ['disputes', 'na25-14.1.11'], ['change-and-termination', 'na25-14.1.12'], ['other', 'na25-14.1.13'],
  ])('without “%s” it is refused with the number of the item: %s', (key, provision) => {
    refusesText({ [key]: null }, 'content-must-be-present', provision)
  })

  test('its other side is the winner, a legal person', () => {
    refusesText({ operator: 'other-data' }, 'counterparty-must-be-the-winner', 'cd26-15.1')
    const partnership = { operator: { name: '某合伙企业', 'legal-person': false } }
    drafting().refuses({ ...ready(), facts: partnership }, 'operator-must-be-a-legal-person', 'cd26-3.1.4')
    expect(drafting().act(ready()).status).toBe('in-deliberation')
  })

  test('its resources are the plan’s or fewer', () => {
    const [first] = agreement()['resources'] as JsonObject[] // a table of the sample
    const refusal = refusesText({ resources: [first ?? {}, { entry: 'metro-flows', name: '地铁客流', provider: 'transport-bureau' }] }, 'resources-must-be-within-plan', 'cd26-5.1')
    expect(refusal.message).toContain('metro-flows')
    expect(drafting().act(ready({ resources: [first ?? {}] })).status).toBe('in-deliberation')
  })

  test('its shares sum to one hundred', () => {
    const shares = (last: number) => ({ accounting: { 'cost-and-revenue': '单独核算', distribution: [{ party: '甲', share: 60 }, { party: '乙', share: 25 }, { party: '丙', share: last }] } })
    expect(refusesText(shares(10), 'shares-must-sum-to-whole', 'cd26-23.1').message).toContain('95')
    refusesText(shares(16), 'shares-must-sum-to-whole', 'cd26-23.1')
    expect(drafting().act(ready(shares(15))).status).toBe('in-deliberation')
  })

  test('its term is five years at most, longer only with a reason', () => {
    const long = plan({ term: { start: '2026-08-01', end: '2036-07-31' } })
    const until = (end: string, because?: string) => ready({ term: { start: '2026-08-20', end, ...(because === undefined ? {} : { 'longer-because': because }) } })
    expect(drafting(long).act(until('2031-08-19')).status).toBe('in-deliberation')
    expect(drafting(long).refuses(until('2031-08-20'), 'term-must-not-exceed-limit', 'na25-14.1.2').details).toMatchObject({ latest: '2031-08-19' })
    expect(drafting(long).act(until('2031-08-20', '基础设施投资回收期较长，确需延长')).status).toBe('in-deliberation')
    drafting(long).refuses(until('2026-08-20', '基础设施投资回收期较长，确需延长'), 'term-must-run-forward', 'na25-14.1.2')
  })

  test('its term lies within the plan’s on both sides', () => {
    const term = (start: string, end: string) => ready({ term: { start, end } })
    drafting().refuses(term('2026-07-31', '2029-07-30'), 'term-must-be-within-plan', 'cd26-12.1')
    drafting().refuses(term('2026-09-01', '2031-08-01'), 'term-must-be-within-plan', 'cd26-12.1')
    expect(drafting().act(term('2026-08-01', '2031-07-31')).status).toBe('in-deliberation')
  })
})

describe('the agency’s collective decision', () => {
  const approve = (change: JsonObject = {}, who = 'director') => ({ on: '2026-08-18', who, task: 'deliberate', outcome: 'approve', contents: { 'agency-decision': decision(agreement(), '2026-08-18', change) } })

  test('is on exactly this text, carried, and recorded by another than its author', () => {
    const drafted = drafting().act(ready())
    drafted.refuses(approve({}, 'drafter'), 'decider-must-not-be-author', null)
    drafted.refuses(approve({ 'text-hash': hashOf(agreement({ other: '另有约定' })) }), 'decision-must-carry', 'cd26-15.1')
    drafted.refuses(approve({ 'votes-for': 4, 'votes-against': 4 }), 'decision-must-carry', 'cd26-15.1')
    drafted.refuses(byAgency('2026-08-18'), 'step-must-be-open', 'cd26-15.1')
    expect(drafted.act(approve()).open).toEqual(['sign-agency', 'sign-operator'])
  })
})

describe('signing', () => {
  test('needs both sides, different persons, on the approved text, not before the decision', () => {
    const open = signing()
    open.refuses(byOperator('2026-08-17'), 'act-must-not-precede-task', 'cd26-15.1')
    open.refuses(byOperator('2026-08-20', agreement({ other: '另有约定' })), 'signature-must-be-on-the-approved-text', 'cd26-15.1')
    open.refuses(byOperator('2026-08-20', agreement(), 'stranger'), 'actor-must-be-concerned-organization', 'cd26-15.1')
    open.act(byOperator('2026-08-20'))
    expect([open.status, open.open]).toEqual(['signing', ['sign-agency']])
    open.act(byAgency('2026-08-20'))
    expect([open.status, open.open]).toEqual(['in-force', ['file-agreement', 'publish-authorization']])
  })

  test('one person in both organisations takes one seat only', () => {
    const both = { ...CHENGDU, persons: { ...CHENGDU.persons, director: { organization: 'big-data-centre', offices: ['implementing-agency'] } } }
    const told = new Story(law, both)
    const approved = planInForce(told)
    const open = agreementToSign(told, approved, selectionConcluded(told, approved)).act(byAgency('2026-08-20'))
    both.persons.director = { organization: 'tianfu-data', offices: ['operator'] }
    open.refuses(byOperator('2026-08-20', agreement(), 'director'), 'seats-must-be-taken-by-different-persons', 'cd26-15.1')
    expect(open.act(byOperator('2026-08-20')).status).toBe('in-force')
  })

  test('the operator’s standing is checked again on the very day', () => {
    const open = signing()
    open.refuses(byAgency('2026-08-20', agreement(), { date: '2026-08-19' }), 'operator-must-be-rechecked-on-signing-day', 'cd26-14.1')
    open.refuses(byAgency('2026-08-20', agreement(), { insolvent: true }), 'operator-must-not-be-insolvent', 'cd26-14.1')
    open.refuses(byAgency('2026-08-20', agreement(), { dishonest: true }), 'operator-must-be-creditworthy', 'cd26-14.1')
    expect(open.act(byAgency('2026-08-20')).open).toEqual(['sign-operator'])
  })

  test('a return for change voids decision and signature; the new text is decided on and signed anew', () => {
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

describe('taking effect', () => {
  test('at once where the term has begun; else on its first day, by time alone', () => {
    const later = agreement({ term: { start: '2026-09-01', end: '2029-08-31' } })
    const signed = signBoth(signing(later), '2026-08-20', later)
    expect([signed.status, signed.open, signed.story.world.standings[`agreement/${signed.id}`]]).toEqual(['signed', ['file-agreement', 'take-effect'], undefined])
    expect(signed.time('2026-08-31').status).toBe('signed')
    expect(signed.time('2026-09-01').status).toBe('in-force')
    expect(signed.story.world.standings[`agreement/${signed.id}`]).toBe('granted')
  })

  test('grants, and writes who may do what with which data until when', () => {
    const { agreement: signed, plan: approved } = agreementInForce(story())
    expect(signed.story.world.standings[`agreement/${signed.id}`]).toBe('granted')
    expect(signed.effects('standing.set')).toMatchObject([{ kind: 'agreement', id: signed.id, to: 'granted', under: approved.id }])
    expect(signed.story.world.registers['authorizations']?.[signed.id]).toEqual({
      agreement: '成都市公共数据资源授权运营协议', operator: 'tianfu-data', 'operator-name': '天府数据运营有限公司', 'credit-code': '91510100MA6ABCDE0X',
      'selection-method': 'open-tender', 'agreement-date': '2026-08-20', mode: 'overall', activities: ['数据治理', '数据开发', '提供数据产品和技术服务'],
      scope: '生态环境、交通运输领域的公共数据资源', resources: ['air-quality', 'bus-lines'], start: '2026-08-20', end: '2029-08-19',
    })
    const fields = law.pack.registers['authorizations']?.fields ?? {}
    expect(Object.keys(signed.story.world.registers['authorizations']?.[signed.id] ?? {}).filter((field) => !(field in fields))).toEqual([])
  })

  test('its end comes from another case as a status', () => {
    const { agreement: signed } = agreementInForce(story())
    signed.command({ on: '2026-12-01', who: 'platform' }, { type: 'status-from-case', status: 'ended', because: '退出程序' })
    expect(signed.status).toBe('ended')
    expect(Object.keys(law.pack.procedures['operation-agreement']?.statuses ?? {})).toContain('ended')
  })

  test('is made public with an address within the days of the pack', () => {
    const { agreement: signed } = agreementInForce(story())
    const published = (address: string) => ({ on: '2026-08-24', who: 'drafter', task: 'publish-authorization', outcome: 'published', contents: { 'publication-record': { address, date: '2026-08-24' } } })
    expect(signed.due('publish-authorization')).toBe('2026-08-27')
    signed.refuses(published(''), 'content-must-be-present', 'cd26-30.1')
    expect(signed.act(published('https://www.example.cn/gk/1')).effects('publish').at(-1)).toMatchObject({ kind: 'authorization', operator: '天府数据运营有限公司' })
  })
})

describe('filing', () => {
  const filed = (on: string) => ({ on, who: 'drafter', task: 'file-agreement', outcome: 'sent', contents: { 'agreement-filing': { number: '成数中心〔2026〕9号', date: on, agreement: file('协议.pdf') } } })
  const confirm = (on: string) => ({ on, who: 'authority', task: 'confirm-filing', outcome: 'confirm', contents: { 'filing-confirmation': { number: '成数备〔2026〕2号', date: on } } })

  test('signed on 2026-09-22, in time on 2026-10-13 and late, but accepted, on 2026-10-14', () => {
    const signed = () => signBoth(signing(), '2026-09-22')
    expect(signed().due('file-agreement')).toBe('2026-10-13')
    expect(signed().act(filed('2026-10-13')).lateness('file-agreement')).toBe(0)
    const late = signed().time('2026-10-14')
    expect(late.effects('notify').filter((one) => one['task'] === 'file-agreement').at(-1)).toMatchObject({ to: ['data-authority'], notice: '逾期提示' })
    expect(late.act(filed('2026-10-14')).lateness('file-agreement')).toBe(1)
  })

  test('the day of signing is that of the later signature', () => {
    const signed = signing().act(byOperator('2026-09-21')).act(byAgency('2026-09-22'))
    expect(signed.due('file-agreement')).toBe('2026-10-13')
  })

  test('is confirmed by the data authority with a number, and goes on to the province in a time set by the pack', () => {
    const sent = signBoth(signing(), '2026-09-22').act(filed('2026-09-24'))
    sent.refuses({ ...confirm('2026-09-28'), who: 'manager' }, 'actor-must-hold-office', 'cd26-15.2')
    sent.refuses({ ...confirm('2026-09-28'), contents: { 'filing-confirmation': { number: '', date: '2026-09-28' } } }, 'content-must-be-present', 'cd26-15.2')
    expect(sent.act(confirm('2026-09-28')).due('file-with-province')).toBe('2026-10-16')
    expect(sent.state.tasks.find((task) => task.step === 'file-with-province')?.clock?.basis.kind).toBe('platform-default')
    const receipt = (on: string) => ({ on, who: 'authority', task: 'file-with-province', outcome: 'filed', contents: { 'filing-receipt': { number: '川数备77号', date: on } } })
    expect(sent.act(receipt('2026-10-19')).lateness('file-with-province')).toBe(1)
    expect([sent.status, sent.open]).toEqual(['in-force', ['publish-authorization']])
  })

  test('what is returned is sent again', () => {
    const sent = signBoth(signing(), '2026-09-22').act(filed('2026-09-24'))
      .act({ on: '2026-09-28', who: 'authority', task: 'confirm-filing', outcome: 'return-for-change', contents: { opinion: '请补充附件' } })
    sent.act({ ...filed('2026-09-29'), task: 'send-again' })
    expect(sent.act(confirm('2026-09-30')).open).toEqual(['file-with-province', 'publish-authorization'])
  })
})
