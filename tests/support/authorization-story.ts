import type { JsonObject } from '#core/json.ts'
import { agreement, bids, decision, documents, fairReview, file, notice, plan, PLAN_CONDITIONS, qualification, scores, signingCheck, study } from './authorization-contents.ts'
import { hashOf } from './case-law.ts'
import type { Story, StoryCase } from './story.ts'

/** A plan as far as it waits for the government's deliberation (2026-06-15 to 2026-07-06). */
export function planInDeliberation(story: Story, text: JsonObject = plan(), conditions = PLAN_CONDITIONS): StoryCase {
  return story
    .open({ on: '2026-06-15', who: 'drafter', procedure: 'implementation-plan', contents: { 'case-name': '整体授权运营实施方案' } })
    .act({ on: '2026-06-22', who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'implementation-plan': text, 'feasibility-study': study() } })
    .act({ on: '2026-06-24', who: 'manager', task: 'guide-public-data-manager', outcome: 'none' })
    .act({ on: '2026-06-26', who: 'authority', task: 'guide-data-authority', outcome: 'none' })
    .act({ on: '2026-06-29', who: 'drafter', task: 'finalize', outcome: 'final' })
    .act({ on: '2026-07-01', who: 'reviewer', task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': fairReview(conditions) } })
    .act({ on: '2026-07-06', who: 'authority', task: 'submit', outcome: 'submitted', contents: { submission: { number: '成发改〔2026〕8号', date: '2026-07-06', summary: '两部门均无指导意见，公平竞争审查通过。' } } })
}

/** A plan in force since `on`. */
export function planInForce(story: Story, text: JsonObject = plan(), on = '2026-07-10'): StoryCase {
  return planInDeliberation(story, text).act({ on, who: 'mayor', task: 'deliberate', outcome: 'approve', contents: { 'collective-decision': decision(text, on) } })
}

const BIDDERS = ['tianfu-data', 'other-data', 'third-data']

/** A selection as far as it waits for the award (2026-07-13 to 2026-08-05). */
export function selectionBeforeAward(story: Story, approved: StoryCase): StoryCase {
  return selectionWithBids(story, approved).act({ on: '2026-08-05', who: 'scorer', task: 'score', outcome: 'scored', contents: { scores: scores(BIDDERS) } })
}

/** A selection whose bids are in (2026-08-03). */
export function selectionWithBids(story: Story, approved: StoryCase): StoryCase {
  return story
    .open({ on: '2026-07-13', who: 'drafter', procedure: 'operator-selection', links: { plan: approved }, contents: { 'case-name': '运营机构选定' } })
    .act({ on: '2026-07-13', who: 'drafter', task: 'prepare-documents', outcome: 'ready', contents: { 'selection-documents': documents() } })
    .act({ on: '2026-07-13', who: 'drafter', task: 'start-consultation', outcome: 'started', contents: { 'consultation-notice': notice('2026-07-24') } })
    .act({ on: '2026-07-24', who: 'drafter', task: 'close-consultation', outcome: 'closed', contents: { consultation: { summary: '未收到意见' } } })
    .act({ on: '2026-07-27', who: 'reviewer', task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': fairReview(PLAN_CONDITIONS) } })
    .act({ on: '2026-07-27', who: 'drafter', task: 'publish-documents', outcome: 'published' })
    .act({ on: '2026-08-03', who: 'drafter', task: 'receive-bids', outcome: 'received', contents: { bids: bids(BIDDERS) } })
}

/** A selection concluded with the operator `tianfu-data` (until 2026-08-11). */
export function selectionConcluded(story: Story, approved: StoryCase): StoryCase {
  return selectionBeforeAward(story, approved)
    .act({ on: '2026-08-07', who: 'director', task: 'award', outcome: 'awarded', contents: { award: award('tianfu-data'), 'operator-qualification': qualification('tianfu-data') } })
    .time('2026-08-11')
    .act({ on: '2026-08-11', who: 'drafter', task: 'record-result', outcome: 'recorded', contents: { 'selection-result': { number: '公告〔2026〕3号', date: '2026-08-11' } } })
}

export function award(winner: string): JsonObject {
  return { winner, number: '成数中心〔2026〕5号', reason: '综合评分第一' }
}

/** An agreement whose text the agency's collective decision has approved, waiting for both signatures. */
export function agreementToSign(story: Story, approved: StoryCase, selected: StoryCase, text: JsonObject = agreement(), on = '2026-08-18'): StoryCase {
  return story
    .open({ on: '2026-08-12', who: 'drafter', procedure: 'operation-agreement', links: { plan: approved, selection: selected }, contents: { 'case-name': '授权运营协议' } })
    .act({ on: '2026-08-17', who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'operation-agreement': text } })
    .act({ on, who: 'director', task: 'deliberate', outcome: 'approve', contents: { 'agency-decision': decision(text, on) } })
}

/** Both sides sign on one day; the agreement is in force from then, or from its first day. */
export function signBoth(signing: StoryCase, on: string, text: JsonObject = agreement()): StoryCase {
  const signature = { 'text-hash': hashOf(text), original: file('协议.pdf') }
  return signing
    .act({ on, who: 'operator', task: 'sign-operator', outcome: 'sign', contents: { 'operator-signature': signature } })
    .act({ on, who: 'director', task: 'sign-agency', outcome: 'sign', contents: { 'agency-signature': signature, 'signing-check': signingCheck(on) } })
}

/** The whole way in one call: an agreement in force since 2026-08-20, with its plan and selection. */
export function agreementInForce(story: Story): { plan: StoryCase; selection: StoryCase; agreement: StoryCase } {
  const approved = planInForce(story)
  const selected = selectionConcluded(story, approved)
  return { plan: approved, selection: selected, agreement: signBoth(agreementToSign(story, approved, selected), '2026-08-20') }
}
