import { describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { Story } from '#tests/support/story.ts'
import { agreement, award, bids, decision, plan, qualification, scores, signingCheck } from '#tests/support/xian-contents.ts'
import { PLAN_REVIEW, SCENARIOS, XIAN, draftConsulted, inForce, last, late, planInForce, planUnderReview, selectionScored, signature, signing } from '#tests/support/xian-story.ts'

const law = await lawOf('xian-2025')
const story = () => new Story(law, XIAN)

describe('both sides of the edges of the selection', () => {
  const scored = () => {
    const told = story()
    return selectionScored(told, planInForce(told), draftConsulted(told))
  }
  const choose = (winner: string, change: JsonObject = {}, who = 'director') => ({ on: '2026-05-08', who, task: 'award', outcome: 'awarded', contents: { award: award(winner), 'operator-qualification': qualification('qin-data', change) } })

  test('the winner bid, is qualified that day, and is chosen by somebody who did not score', () => {
    const open = scored()
    open.refuses(choose('qin-data', {}, 'scorer'), 'scorer-must-not-decide', 'xa25-21.1')
    open.refuses(choose('stranger-data'), 'winner-must-be-a-bidder', 'xa25-21.1')
    open.refuses(choose('other-data'), 'qualification-must-be-the-winners', 'na25-12.2')
    for (const [flag, code] of [['insolvent', 'operator-must-not-be-insolvent'], ['under-enforcement', 'operator-must-not-be-under-enforcement'], ['dishonest', 'operator-must-be-creditworthy']]) open.refuses(choose('qin-data', { [flag ?? '']: true }), code ?? '', 'na25-12.2')
    const graded = qualification('qin-data')['graded-protection'] as JsonObject // a group of the sample
    open.refuses(choose('qin-data', { 'graded-protection': { ...graded, 'valid-until': '2026-05-07' } }), 'graded-protection-must-be-valid', 'na25-12.2')
    open.act(choose('qin-data', { 'graded-protection': { ...graded, 'valid-until': '2026-05-08' } }))
    expect([open.effects('publish').at(-1), open.due('publicize')]).toMatchObject([{ kind: 'selection-candidate', winner: '秦数据运营有限公司' }, '2026-05-11'])
    open.refuses({ on: '2026-05-11', who: 'platform', task: 'publicize', outcome: 'ended' }, 'period-must-have-ended', null)
    expect(open.time('2026-05-12').open).toEqual(['record-result'])
  })

  test('everybody who bid, and nobody else, is scored; capacities are shown', () => {
    const told = story()
    const open = told.open({ on: '2026-04-17', who: 'drafter', procedure: 'operator-selection', links: { plan: planInForce(told), draft: draftConsulted(told) }, contents: { 'case-name': '运营机构选定' } })
    expect(open.status).toBe('preparing')
    const bidders = ['qin-data', 'other-data', 'third-data']
    const waiting = scored()
    const again = (organizations: string[], change: JsonObject = {}) => ({ on: '2026-05-07', who: 'scorer', task: 'score', outcome: 'scored', contents: { scores: scores(organizations, change) } })
    waiting.refuses(again(bidders), 'step-must-be-open', 'na25-12.2')
    expect(bids(bidders)).toHaveLength(3)
  })
})

describe('both sides of the edges of plan and agreement', () => {
  test('an unreasonable demand list keeps a plan back; the province’s receipt does not lie ahead', () => {
    planUnderReview(story()).refuses({ on: '2026-03-05', who: 'authority', task: 'review', outcome: 'pass', contents: { 'scenario-review': SCENARIOS, 'plan-review': { ...PLAN_REVIEW, 'demand-list-reasonable': false } } }, 'demand-list-must-be-reasonable', 'xa25-9.1.4')
    const approved = planInForce(story())
    const filed = (date: string) => ({ on: '2026-04-13', who: 'authority', task: 'file-with-province', outcome: 'filed', contents: { 'filing-receipt': { number: '陕数备1号', date } } })
    expect(approved.due('file-with-province')).toBe('2026-04-13')
    approved.refuses(filed('2026-04-14'), 'receipt-must-not-lie-ahead', null)
    approved.act(filed('2026-04-13'))
    expect([approved.lateness('file-with-province'), approved.effects('notify').at(0), approved.effects('publish').at(0)]).toMatchObject([0, { to: ['implementing-agency'] }, { kind: 'implementation-plan', approved: '2026-03-27', mode: 'overall' }])
    const agreed = inForce(story())
    agreed.refuses({ ...filed('2026-05-30'), on: '2026-05-29' }, 'receipt-must-not-lie-ahead', null)
    expect(agreed.due('file-with-province')).toBe('2026-05-29')
  })

  test('the operator is looked at again on the day of signing', () => {
    const sign = (change: JsonObject = {}, on = '2026-05-15') => ({ on, who: 'director', task: 'sign-agency', outcome: 'sign', contents: { 'agency-signature': signature(), 'signing-check': { ...signingCheck('2026-05-15'), ...change } } })
    const open = signing(story())
    open.refuses(sign({}, '2026-05-18'), 'operator-must-be-rechecked-on-signing-day', 'na25-12.2')
    open.refuses(sign({ insolvent: true }), 'operator-must-not-be-insolvent', 'na25-12.2')
    open.refuses(sign({ 'under-enforcement': true }), 'operator-must-not-be-under-enforcement', 'na25-12.2')
    open.refuses(sign({ dishonest: true }), 'operator-must-be-creditworthy', 'na25-12.2')
    open.refuses({ ...sign(), contents: { 'agency-signature': signature(agreement({ other: '另有约定' })), 'signing-check': signingCheck('2026-05-15') } }, 'signature-must-be-on-the-approved-text', 'xa25-22.1')
    expect(open.act(sign()).open).toEqual(['sign-operator'])
  })

  test('an agreement lies within the term of its plan', () => {
    const told = story()
    planInForce(told, plan({ term: { start: '2026-05-01', end: '2030-12-31' } }))
    const ready = (start: string, end: string) => ({ on: '2026-03-30', who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'operation-agreement': agreement({ operator: null, term: { start, end } }) } })
    const draft = last(told, 'agreement-draft')
    draft.refuses(ready('2026-04-30', '2030-12-31'), 'term-must-be-within-plan', 'xa25-18.2')
    draft.refuses(ready('2026-05-01', '2031-01-01'), 'term-must-be-within-plan', 'xa25-18.2')
    draft.refuses(ready('2026-05-01', '2026-05-01'), 'term-must-run-forward', 'xa25-20.1.2')
    expect(draft.act(ready('2026-05-01', '2030-12-31')).status).toBe('consulting')
  })

  test('a collective decision needs its quorum and its majority', () => {
    const told = story()
    const open = signing(told)
    expect(open.status).toBe('signing')
    const decide = (change: JsonObject) => ({ on: '2026-05-27', who: 'director', task: 'deliberate', outcome: 'approve', contents: { 'agency-decision': decision(agreement({ other: '另有约定' }), '2026-05-27', change) } })
    open.act({ on: '2026-05-26', who: 'operator', task: 'sign-operator', outcome: 'return-for-change', contents: { opinion: '请修改其他事项' } }).act({ on: '2026-05-26', who: 'drafter', task: 'revise', outcome: 'revised', contents: { 'operation-agreement': agreement({ other: '另有约定' }) } })
    open.refuses(decide({ members: 9, present: 5, 'votes-for': 5, 'votes-against': 0 }), 'decision-must-carry', 'xa25-22.1')
    open.refuses(decide({ members: 9, present: 8, 'votes-for': 4, 'votes-against': 4 }), 'decision-must-carry', 'xa25-22.1')
    expect([open.act(decide({ members: 9, present: 6, 'votes-for': 4, 'votes-against': 2 })).open, late(open)]).toEqual([['sign-agency', 'sign-operator#2'], []])
  })
})
