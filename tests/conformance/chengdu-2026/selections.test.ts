import { describe, expect, test as plain } from 'vitest'
import type { Json, JsonObject } from '#core/json.ts'
import { agreement, bids, documents, fairReview, notice, PLAN_CONDITIONS, qualification, scores, signingCheck } from '#tests/support/authorization-contents.ts'
import { agreementInForce, agreementToSign, award, planInForce, selectionBeforeAward, selectionConcluded } from '#tests/support/authorization-story.ts'
import { hashOf } from '#tests/support/case-law.ts'
import { CHENGDU } from '#tests/support/chengdu-cast.ts'
import type { StoryCase } from '#tests/support/story.ts'
import { accounted } from '#tests/support/accounted.ts'
import { fresh } from '#tests/support/chengdu-oversight-story.ts'

const test = accounted('selections', ['operator-selection'])

const story = () => fresh(CHENGDU)
const opening = (plan: StoryCase) => ({ on: '2026-07-13', who: 'drafter', procedure: 'operator-selection', links: { plan }, contents: { 'case-name': '运营机构选定' } })
const ready = (change: JsonObject = {}, on = '2026-07-13') => ({ on, who: 'drafter', task: 'prepare-documents', outcome: 'ready', contents: { 'selection-documents': documents(change) } })
const started = (end: string, change: JsonObject = {}) => ({ on: '2026-07-13', who: 'drafter', task: 'start-consultation', outcome: 'started', contents: { 'consultation-notice': notice(end, change) } })
const closed = (comments: Json[] = [], on = '2026-07-24') => ({ on, who: 'drafter', task: 'close-consultation', outcome: 'closed', contents: { consultation: { summary: '意见已汇总', comments } } })
const passed = (review: JsonObject = fairReview(PLAN_CONDITIONS), who = 'reviewer') => ({ on: '2026-07-27', who, task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': review } })
const published = { on: '2026-07-27', who: 'drafter', task: 'publish-documents', outcome: 'published' }
const preparing = () => {
  const told = story()
  return told.open(opening(planInForce(told)))
}
/** A selection by a method, as far as its documents are out. */
const bidding = (method = 'open-tender') => preparing().act(ready({ method })).act(started('2026-07-24')).act(closed()).act(passed()).act(published)
const received = (organizations: string[]) => ({ on: '2026-08-03', who: 'drafter', task: 'receive-bids', outcome: 'received', contents: { bids: bids(organizations) } })
const BIDDERS = ['tianfu-data', 'other-data', 'third-data']

describe('plan and documents', () => {
  test('cd26-13.1a: of three conditions in the plan, the tender of 2026-07-15 cannot make four; it can make fewer', () => {
    const refusal = preparing().refuses(ready({ conditions: [...PLAN_CONDITIONS, '员工不少于500人'] }, '2026-07-15'), 'conditions-must-be-within-plan', 'cd26-13.1')
    expect(refusal.message).toContain('员工不少于500人')
    expect(preparing().act(ready({ conditions: PLAN_CONDITIONS.slice(0, 1) }, '2026-07-15')).status).toBe('consulting')
    const told = story()
    told.refusesOpening({ on: '2026-07-13', who: 'drafter', procedure: 'operator-selection', contents: { 'case-name': '运营机构选定' } }, 'plan-must-be-approved', 'cd26-9.1')
  })

  test('cd26-13.1b: operator A “directly designated” on 2026-07-20 cannot be recorded; an invited tender with three bidders can', () => {
    preparing().refuses(ready({ method: 'direct-award' }, '2026-07-20'), 'content-must-be-typed', 'cd26-13.1')
    preparing().refuses(ready({ 'legal-ground': '' }, '2026-07-20'), 'content-must-be-present', 'cd26-13.1')
    expect(bidding('invited-tender').act(received(BIDDERS)).open).toEqual(['score'])
  })

  plain.each([['open-tender', 3], ['invited-tender', 3], ['negotiation', 2]])('cd26-13.1b: %s needs %i bidders', (method, least) => {
    bidding(method).refuses(received(BIDDERS.slice(0, least - 1)), 'bidders-must-be-enough', 'cd26-13.1')
    expect(bidding(method).act(received(BIDDERS.slice(0, least))).open).toEqual(['score'])
  })

  test('cd26-13.1b: too few bidders end the selection without an operator', () => {
    const failed = bidding().act({ on: '2026-08-03', who: 'drafter', task: 'receive-bids', outcome: 'failed', contents: { opinion: '只有一家投标' } })
    expect([failed.status, failed.open]).toEqual(['failed', []])
    const told = story()
    const none = selectionBeforeAward(told, planInForce(told)).act({ on: '2026-08-07', who: 'director', task: 'award', outcome: 'failed', contents: { opinion: '均不符合条件' } })
    expect([none.status, none.open]).toEqual(['failed', []])
  })

  test('cd26-13.1c: with nine comments of the round from 2026-07-13 to 07-24 and eight answers, nothing is published; the unanswered one is named', () => {
    const nine = (answer: string) => Array.from({ length: 9 }, (_, index) => ({ name: `意见${index + 1}`, from: '市交通局', comment: '请明确更新频率', answer: index === 5 ? answer : '已采纳' }))
    const round = preparing().act(ready()).act(started('2026-07-24'))
    expect(round.due('close-consultation')).toBe('2026-07-24')
    expect(round.refuses(closed(nine(''), '2026-07-27'), 'every-comment-must-be-answered', 'cd26-13.1').message).toContain('意见6')
    round.refuses(published, 'step-must-be-open', 'cd26-13.1')
    round.act(closed(nine('已明确'), '2026-07-27')).act(passed()).act(published)
    expect([round.status, round.effects('publish').map((one) => one['kind'])]).toEqual(['bidding', ['consultation', 'operator-selection']])
  })

  test('cd26-13.1c: the round lasts at least five working days, reaches providers and both offices, and ends on its last day', () => {
    const documented = preparing().act(ready())
    expect(documented.refuses(started('2026-07-19'), 'consultation-must-be-long-enough', null).details).toMatchObject({ earliest: '2026-07-20' })
    documented.refuses(started('2026-07-24', { consulted: [{ name: '市生态环境局', role: 'data-provider' }] }), 'all-sides-must-be-consulted', 'cd26-13.1')
    expect(documented.act(started('2026-07-20')).due('close-consultation')).toBe('2026-07-20')
    preparing().act(ready()).act(started('2026-07-24')).refuses(closed([], '2026-07-23'), 'consultation-must-have-ended', 'cd26-13.1')
  })
})

describe('the award', () => {
  const awarded = (winner: string, change: JsonObject = {}, who = 'director') => ({
    on: '2026-08-07', who, task: 'award', outcome: 'awarded', contents: { award: award(winner), 'operator-qualification': qualification(winner, change) },
  })
  const deciding = () => {
    const told = story()
    return selectionBeforeAward(told, planInForce(told))
  }
  /** A selection in which the first bidder scored differently from the others. */
  const scored = (change: JsonObject) => bidding().act(received(BIDDERS))
    .act({ on: '2026-08-05', who: 'scorer', task: 'score', outcome: 'scored', contents: { scores: [...scores(['tianfu-data'], change), ...scores(BIDDERS.slice(1))] } })

  test('cd26-14.1a: without evidence of technical or management capacity no one wins on 2026-08-07', () => {
    for (const capacity of ['technical-capacity', 'management-capacity']) deciding().refuses(awarded('tianfu-data', { [capacity]: null }), 'content-must-be-present', 'cd26-14.1')
    scored({ technology: 'not-shown' }).refuses(awarded('tianfu-data'), 'technical-capacity-must-be-shown', 'cd26-14.1')
    scored({ management: 'not-shown' }).refuses(awarded('tianfu-data'), 'management-capacity-must-be-shown', 'cd26-14.1')
    expect(scored({ technology: 'not-shown' }).act(awarded('other-data')).status).toBe('publicized')
  })

  test('cd26-14.1a: every bidder is rated, and only bidders', () => {
    const rate = (organizations: string[]) => ({ on: '2026-08-05', who: 'scorer', task: 'score', outcome: 'scored', contents: { scores: scores(organizations) } })
    const open = bidding().act(received(BIDDERS))
    open.refuses(rate(BIDDERS.slice(1)), 'every-bidder-must-be-scored', 'cd26-13.1')
    open.refuses(rate([...BIDDERS, 'nobody']), 'only-bidders-may-be-scored', 'cd26-13.1')
    expect(open.act(rate(BIDDERS)).open).toEqual(['award'])
  })

  test('cd26-14.1b: a winner of 2026-08-07 that entered insolvency on 08-14 is not signed with on 08-20; nor awarded while insolvent or under enforcement', () => {
    deciding().refuses(awarded('tianfu-data', { insolvent: true }), 'operator-must-not-be-insolvent', 'cd26-14.1')
    deciding().refuses(awarded('tianfu-data', { 'under-enforcement': true }), 'operator-must-not-be-under-enforcement', 'cd26-14.1')
    deciding().refuses(awarded('tianfu-data', { 'audited-accounts': null }), 'content-must-be-present', 'cd26-14.1')
    const told = story()
    const approved = planInForce(told)
    const signing = agreementToSign(told, approved, selectionConcluded(told, approved))
    const sign = (check: JsonObject) => ({ on: '2026-08-20', who: 'director', task: 'sign-agency', outcome: 'sign', contents: { 'agency-signature': { 'text-hash': hashOf(agreement()) }, 'signing-check': signingCheck('2026-08-20', check) } })
    signing.refuses(sign({ insolvent: true }), 'operator-must-not-be-insolvent', 'cd26-14.1')
    signing.refuses(sign({ 'under-enforcement': true }), 'operator-must-not-be-under-enforcement', 'cd26-14.1')
    signing.refuses(sign({ date: '2026-08-13' }), 'operator-must-be-rechecked-on-signing-day', 'cd26-14.1')
    expect(signing.act(sign({})).open).toEqual(['sign-operator'])
  })

  test('cd26-14.1c: listed as seriously dishonest on 2026-10-12, operator A is reviewed, and no new agreement with it goes on until the review clears it', () => {
    deciding().refuses(awarded('tianfu-data', { dishonest: true }), 'operator-must-be-creditworthy', 'cd26-14.1')
    const told = story()
    const { agreement: running, plan, selection } = agreementInForce(told)
    const finding = (listed: string, who = 'platform') => ({ on: '2026-10-12', who, procedure: 'operator-credit-review', links: { agreement: running }, contents: { 'credit-finding': { list: 'dishonest', 'listed-on': listed, source: '信用中国每日核对' } } })
    told.refusesOpening(finding('2026-10-13', 'drafter'), 'listing-must-have-happened', 'cd26-14.1')
    told.refusesOpening(finding('2026-10-12', 'operator'), 'actor-must-hold-office', 'cd26-14.1')
    const review = told.open(finding('2026-10-12'))
    expect([review.open, review.due('review'), review.state.tasks[0]?.organization, review.effects('notify').at(-1)]).toMatchObject([['review'], '2026-10-26', 'big-data-centre', { to: ['implementing-agency', 'data-authority'] }])
    const again = told.open({ on: '2026-10-13', who: 'drafter', procedure: 'operation-agreement', links: { plan, selection }, contents: { 'case-name': '另一份授权运营协议' } })
    const draft = (on: string) => ({ on, who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'operation-agreement': agreement() } })
    again.refuses(draft('2026-10-13'), 'operator-must-be-creditworthy', 'cd26-14.1')
    const opinion = (outcome: string) => ({ on: '2026-10-20', who: 'drafter', task: 'review', outcome, contents: { 'credit-opinion': '经核实的复核意见' } })
    review.refuses({ ...opinion('clear'), who: 'authority' }, 'actor-must-hold-office', 'cd26-14.1')
    review.act(opinion('clear'))
    expect([review.status, review.effects('notify').at(-1)]).toMatchObject(['cleared', { to: ['operator', 'data-authority'], notice: '信用复核结果：已排除' }])
    expect(again.act(draft('2026-10-20')).status).toBe('in-deliberation')
    const confirmed = told.open(finding('2026-10-12')).act(opinion('confirm'))
    expect([confirmed.status, told.world.standings['operator-credit/tianfu-data'], confirmed.effects('notify').at(-1)]).toMatchObject(['confirmed', 'suspended', { notice: '信用复核结果：情况属实' }])
  })

  test('cd26-14.1d: an assessment that expired on 2026-07-31 blocks the award of 08-07 and is named; the day of the award is still in time', () => {
    const protection = (until: string) => ({ 'graded-protection': { ...(qualification('tianfu-data')['graded-protection'] as JsonObject), 'valid-until': until } }) // a group of the sample
    expect(deciding().refuses(awarded('tianfu-data', protection('2026-07-31')), 'graded-protection-must-be-valid', 'cd26-14.1').message).toContain('等级保护测评有效期至2026-07-31')
    deciding().refuses(awarded('tianfu-data', protection('2026-08-06')), 'graded-protection-must-be-valid', 'cd26-14.1')
    for (const paper of ['security-officer', 'security-rules', 'graded-protection']) deciding().refuses(awarded('tianfu-data', { [paper]: '' }), 'content-must-be-present', 'cd26-14.1')
    expect(deciding().act(awarded('tianfu-data', protection('2026-08-07'))).status).toBe('publicized')
  })

  test('cd26-13.1b: nobody both scores and decides; the winner is a bidder, and what was checked is the winner', () => {
    deciding().refuses(awarded('tianfu-data', {}, 'scorer'), 'scorer-must-not-decide', 'cd26-13.1')
    deciding().refuses(awarded('nobody'), 'winner-must-be-a-bidder', 'cd26-13.1')
    deciding().refuses(awarded('tianfu-data', { organization: 'other-data' }), 'qualification-must-be-the-winners', 'cd26-14.1')
    expect(deciding().act(awarded('tianfu-data')).effects('publish').at(-1)).toMatchObject({ kind: 'selection-candidate', winner: '天府数据运营有限公司' })
  })

  test('cd26-13.1b: the winner is shown for three days; a dismissed objection lets them run anew, an upheld one goes back to the award', () => {
    const shown = deciding().act(awarded('tianfu-data'))
    expect(shown.due('publicize')).toBe('2026-08-10')
    shown.refuses({ on: '2026-08-10', who: 'drafter', task: 'record-result', outcome: 'recorded', contents: { 'selection-result': { number: '3号', date: '2026-08-10' } } }, 'step-must-be-open', 'cd26-13.1')
    expect(shown.time('2026-08-10').open).toEqual(['publicize'])
    expect(shown.time('2026-08-11').open).toEqual(['record-result'])
    const objected = () => deciding().act(awarded('tianfu-data')).act({ on: '2026-08-10', who: 'drafter', task: 'publicize', outcome: 'objection', contents: { objection: { from: '某投标人', text: '评分有误', date: '2026-08-10' } } })
    const handle = (outcome: string) => ({ on: '2026-08-12', who: 'reviewer', task: 'handle-objection', outcome, contents: { opinion: '经核实的处理意见' } })
    expect(objected().act(handle('dismissed')).due('publicize')).toBe('2026-08-15')
    expect(objected().act(handle('upheld')).open).toEqual(['award#2'])
    const told = story()
    const concluded = selectionConcluded(told, planInForce(told))
    expect([concluded.status, concluded.effects('publish').at(-1), concluded.effects('notify').at(-1)]).toMatchObject(['concluded', { winner: '天府数据运营有限公司', 'credit-code': '91510100MA6ABCDE0X', method: 'open-tender' }, { to: ['data-authority', 'public-data-manager'] }])
  })
})
