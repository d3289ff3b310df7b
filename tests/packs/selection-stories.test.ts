import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { bids, documents, fairReview, notice, PLAN_CONDITIONS, qualification, scores } from '#tests/support/authorization-contents.ts'
import { award, planInDeliberation, planInForce, selectionBeforeAward, selectionConcluded } from '#tests/support/authorization-story.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { CHENGDU } from '#tests/support/chengdu-cast.ts'
import { Story } from '#tests/support/story.ts'
import type { StoryCase } from '#tests/support/story.ts'

const law = await lawOf('chengdu-2026')
const story = () => new Story(law, CHENGDU)
const opening = (plan: StoryCase) => ({ on: '2026-07-13', who: 'drafter', procedure: 'operator-selection', links: { plan }, contents: { 'case-name': '运营机构选定' } })
const ready = (change: JsonObject = {}) => ({ on: '2026-07-13', who: 'drafter', task: 'prepare-documents', outcome: 'ready', contents: { 'selection-documents': documents(change) } })
const preparing = () => {
  const told = story()
  return told.open(opening(planInForce(told)))
}

describe('when a selection may begin', () => {
  test('only on a plan that the government has approved, by the implementing agency', () => {
    const told = story()
    const pending = planInDeliberation(told)
    told.refusesOpening({ ...opening(pending), on: '2026-07-08' }, 'plan-must-be-approved', 'cd26-9.1')
    told.refusesOpening({ on: '2026-07-13', who: 'drafter', procedure: 'operator-selection', contents: { 'case-name': '运营机构选定' } }, 'plan-must-be-approved', 'cd26-9.1')
    const approved = planInForce(told)
    told.refusesOpening({ ...opening(approved), who: 'elsewhere', on: '2026-07-16' }, 'actor-must-be-concerned-organization', 'cd26-7.3')
    expect(told.open(opening(approved)).status).toBe('preparing')
  })
})

describe('the documents', () => {
  test('ask nothing that the plan does not ask', () => {
    const refusal = preparing().refuses(ready({ conditions: [...PLAN_CONDITIONS, '员工不少于500人'] }), 'conditions-must-be-within-plan', 'cd26-13.1')
    expect(refusal.message).toContain('员工不少于500人')
    expect(preparing().act(ready({ conditions: PLAN_CONDITIONS.slice(0, 1) })).status).toBe('consulting')
  })

  test('direct award is not a method; an invited tender is', () => {
    preparing().refuses(ready({ method: 'direct-award' }), 'content-must-be-typed', 'cd26-13.1')
    expect(preparing().act(ready({ method: 'invited-tender' })).status).toBe('consulting')
  })
})

describe('the round on the agreement’s text', () => {
  const started = (end: string, change: JsonObject = {}) => ({ on: '2026-07-13', who: 'drafter', task: 'start-consultation', outcome: 'started', contents: { 'consultation-notice': notice(end, change) } })
  const closed = (answer: string, on = '2026-07-24') => ({
    on, who: 'drafter', task: 'close-consultation', outcome: 'closed',
    contents: { consultation: { summary: '收到意见2条', comments: [{ name: '意见1', from: '市生态环境局', comment: '补充更新频率', answer: '采纳' }, { name: '意见2', from: '市交通局', comment: '明确费用', answer }] } },
  })

  test('lasts at least five working days and reaches providers and both offices', () => {
    const documented = preparing().act(ready())
    expect(documented.refuses(started('2026-07-19'), 'consultation-must-be-long-enough', null).details).toMatchObject({ earliest: '2026-07-20' })
    documented.refuses(started('2026-07-24', { consulted: [{ name: '市生态环境局', role: 'data-provider' }] }), 'all-sides-must-be-consulted', 'cd26-13.1')
    expect(documented.act(started('2026-07-20')).due('close-consultation')).toBe('2026-07-20')
  })

  test('ends on its last day, with every comment answered', () => {
    const round = preparing().act(ready()).act(started('2026-07-24'))
    round.refuses(closed('已明确', '2026-07-23'), 'consultation-must-have-ended', 'cd26-13.1')
    expect(round.refuses(closed(''), 'every-comment-must-be-answered', 'cd26-13.1').message).toContain('意见2')
    expect(round.act(closed('已明确')).open).toEqual(['review-fair-competition'])
  })

  test('documents are published only after a fair-competition review by another person', () => {
    const round = preparing().act(ready()).act(started('2026-07-24')).act(closed('已明确'))
    const passed = (review: JsonObject, who = 'reviewer') => ({ on: '2026-07-27', who, task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': review } })
    round.refuses({ on: '2026-07-27', who: 'drafter', task: 'publish-documents', outcome: 'published' }, 'step-must-be-open', 'cd26-13.1')
    round.refuses(passed(fairReview(PLAN_CONDITIONS), 'drafter'), 'reviewer-must-not-be-author', null)
    round.refuses(passed(fairReview(PLAN_CONDITIONS.slice(1))), 'every-condition-must-be-reviewed', 'cd26-6.1')
    round.refuses(passed(fairReview(PLAN_CONDITIONS, 'local-registration')), 'competition-must-not-be-restricted', 'cd26-6.1')
    expect(round.act(passed(fairReview(PLAN_CONDITIONS))).open).toEqual(['publish-documents'])
  })
})

describe('bidders', () => {
  /** A selection by a method as far as the bids. */
  const bidding = (method: string) => preparing().act(ready({ method }))
    .act({ on: '2026-07-13', who: 'drafter', task: 'start-consultation', outcome: 'started', contents: { 'consultation-notice': notice('2026-07-24') } })
    .act({ on: '2026-07-24', who: 'drafter', task: 'close-consultation', outcome: 'closed', contents: { consultation: { summary: '未收到意见' } } })
    .act({ on: '2026-07-27', who: 'reviewer', task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': fairReview(PLAN_CONDITIONS) } })
    .act({ on: '2026-07-27', who: 'drafter', task: 'publish-documents', outcome: 'published' })
  const received = (organizations: string[]) => ({ on: '2026-08-03', who: 'drafter', task: 'receive-bids', outcome: 'received', contents: { bids: bids(organizations) } })

  test.each([['open-tender', 3], ['invited-tender', 3], ['negotiation', 2]])('%s needs %i', (method, least) => {
    const organizations = ['tianfu-data', 'other-data', 'third-data']
    bidding(method).refuses(received(organizations.slice(0, least - 1)), 'bidders-must-be-enough', 'cd26-13.1')
    expect(bidding(method).act(received(organizations.slice(0, least))).open).toEqual(['score'])
  })

  test('too few end the selection without an operator', () => {
    const failed = bidding('open-tender').act({ on: '2026-08-03', who: 'drafter', task: 'receive-bids', outcome: 'failed', contents: { opinion: '只有一家投标' } })
    expect([failed.status, failed.open]).toEqual(['failed', []])
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

  test('nobody both scores and decides', () => {
    deciding().refuses(awarded('tianfu-data', {}, 'scorer'), 'scorer-must-not-decide', 'cd26-13.1')
    expect(deciding().act(awarded('tianfu-data')).status).toBe('publicized')
  })

  test('goes to a bidder that is a legal person', () => {
    deciding().refuses(awarded('nobody'), 'winner-must-be-a-bidder', 'cd26-13.1')
    deciding().refuses(awarded('third-data'), 'operator-must-be-a-legal-person', 'cd26-3.1.4')
    expect(deciding().act(awarded('other-data')).status).toBe('publicized')
  })

  test.each([
    [{ insolvent: true }, 'operator-must-not-be-insolvent'],
    [{ 'under-enforcement': true }, 'operator-must-not-be-under-enforcement'],
    [{ dishonest: true }, 'operator-must-be-creditworthy'],
    [{ organization: 'other-data' }, 'qualification-must-be-the-winners'],
    [{ 'technical-capacity': null }, 'content-must-be-present'],
    [{ 'audited-accounts': null }, 'content-must-be-present'],
    [{ 'security-officer': '' }, 'content-must-be-present'],
  ])('article 14 bars %j', (change, code) => {
    deciding().refuses(awarded('tianfu-data', change), code, 'cd26-14.1')
  })

  test('graded protection is valid on the day of the award, and not the day after its end', () => {
    const protection = (until: string) => ({ 'graded-protection': { ...(qualification('tianfu-data')['graded-protection'] as JsonObject), 'valid-until': until } }) // a group of the sample
    expect(deciding().refuses(awarded('tianfu-data', protection('2026-08-06')), 'graded-protection-must-be-valid', 'cd26-14.1').message).toContain('2026-08-06')
    expect(deciding().act(awarded('tianfu-data', protection('2026-08-07'))).status).toBe('publicized')
  })

  test('a winner whose technical capacity was not shown is refused, also where others showed theirs', () => {
    const told = story()
    const scoring = selectionBeforeAward(told, planInForce(told))
    scoring.act(awarded('tianfu-data')).act({ on: '2026-08-10', who: 'reviewer', task: 'publicize', outcome: 'objection', contents: { objection: { from: '某投标人', text: '评分有误', date: '2026-08-10' } } })
    expect(scoring.open).toEqual(['handle-objection'])
    const again = scored({ technology: 'not-shown' })
    again.refuses(awarded('tianfu-data'), 'technical-capacity-must-be-shown', 'cd26-14.1')
    expect(again.act(awarded('other-data')).status).toBe('publicized')
  })

  /** A selection in which the first bidder scored differently from the others. */
  function scored(change: JsonObject): StoryCase {
    const told = story()
    const bidders = ['tianfu-data', 'other-data', 'third-data']
    return told.open(opening(planInForce(told))).act(ready())
      .act({ on: '2026-07-13', who: 'drafter', task: 'start-consultation', outcome: 'started', contents: { 'consultation-notice': notice('2026-07-24') } })
      .act({ on: '2026-07-24', who: 'drafter', task: 'close-consultation', outcome: 'closed', contents: { consultation: { summary: '未收到意见' } } })
      .act({ on: '2026-07-27', who: 'reviewer', task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': fairReview(PLAN_CONDITIONS) } })
      .act({ on: '2026-07-27', who: 'drafter', task: 'publish-documents', outcome: 'published' })
      .act({ on: '2026-08-03', who: 'drafter', task: 'receive-bids', outcome: 'received', contents: { bids: bids(bidders) } })
      .act({ on: '2026-08-05', who: 'scorer', task: 'score', outcome: 'scored', contents: { scores: [...scores(['tianfu-data'], change), ...scores(bidders.slice(1))] } })
  }
})

describe('publicity', () => {
  test('runs three days, and the result is recorded only after them', () => {
    const told = story()
    const shown = selectionBeforeAward(told, planInForce(told))
      .act({ on: '2026-08-07', who: 'director', task: 'award', outcome: 'awarded', contents: { award: award('tianfu-data'), 'operator-qualification': qualification('tianfu-data') } })
    expect(shown.due('publicize')).toBe('2026-08-10')
    shown.refuses({ on: '2026-08-10', who: 'drafter', task: 'record-result', outcome: 'recorded', contents: { 'selection-result': { number: '3号', date: '2026-08-10' } } }, 'step-must-be-open', 'cd26-13.1')
    expect(shown.time('2026-08-10').open).toEqual(['publicize'])
    expect(shown.time('2026-08-11').open).toEqual(['record-result'])
  })

  test('a dismissed objection lets the days run anew; a concluded selection names its winner to the public', () => {
    const told = story()
    const approved = planInForce(told)
    const concluded = selectionConcluded(told, approved)
    expect([concluded.status, concluded.effects('publish').at(-1)]).toMatchObject(['concluded', { winner: '天府数据运营有限公司', 'credit-code': '91510100MA6ABCDE0X' }])
    const objected = selectionBeforeAward(told, approved)
      .act({ on: '2026-08-07', who: 'director', task: 'award', outcome: 'awarded', contents: { award: award('tianfu-data'), 'operator-qualification': qualification('tianfu-data') } })
      .act({ on: '2026-08-10', who: 'drafter', task: 'publicize', outcome: 'objection', contents: { objection: { from: '某投标人', text: '评分有误', date: '2026-08-10' } } })
      .act({ on: '2026-08-12', who: 'reviewer', task: 'handle-objection', outcome: 'dismissed', contents: { opinion: '异议不成立' } })
    expect(objected.due('publicize')).toBe('2026-08-15')
  })
})
