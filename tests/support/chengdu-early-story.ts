import type { Json, JsonObject } from '#core/json.ts'
import { agreement, bids, decision, documents, fairReview, notice, plan, PLAN_CONDITIONS, qualification, scores, study } from './authorization-contents.ts'
import { award, signBoth } from './authorization-story.ts'
import type { Story, StoryCase } from './story.ts'
import { CHECKLIST, decided, demand, item, platformReceipt, provision, supplyReceipt } from './supply-contents.ts'
import { listed, readied } from './supply-story.ts'

/** An authorization at the shortest pace: in force on 2026-07-01, for demands of July 2026. */

const TERM = { start: '2026-07-01', end: '2031-06-30' }

/** Rows of a plan's or an agreement's resources. */
export const rowsFor = (codes: Record<string, string>): JsonObject[] =>
  Object.entries(codes).map(([entry, provider]) => ({ entry, name: `资源${entry}`, provider, 'update-frequency': '每日', quality: '完整率98%以上', 'holding-basis': '履行法定职责', origin: 'own' }))

/** A plan over these resources (code → provider), approved on 2026-06-10. */
export function earlyPlan(story: Story, codes: Record<string, string>, change: JsonObject = {}): StoryCase {
  const text = plan({ term: TERM, resources: rowsFor(codes), ...change })
  return story
    .open({ on: '2026-06-08', who: 'drafter', procedure: 'implementation-plan', contents: { 'case-name': '整体授权运营实施方案' } })
    .act({ on: '2026-06-08', who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'implementation-plan': text, 'feasibility-study': study() } })
    .act({ on: '2026-06-08', who: 'manager', task: 'guide-public-data-manager', outcome: 'none' })
    .act({ on: '2026-06-08', who: 'authority', task: 'guide-data-authority', outcome: 'none' })
    .act({ on: '2026-06-09', who: 'drafter', task: 'finalize', outcome: 'final' })
    .act({ on: '2026-06-09', who: 'reviewer', task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': fairReview(PLAN_CONDITIONS) } })
    .act({ on: '2026-06-09', who: 'authority', task: 'submit', outcome: 'submitted', contents: { submission: { number: '成发改〔2026〕5号', date: '2026-06-09', summary: '两部门均无指导意见，公平竞争审查通过。' } } })
    .act({ on: '2026-06-10', who: 'mayor', task: 'deliberate', outcome: 'approve', contents: { 'collective-decision': decision(text, '2026-06-10') } })
}

/** The selection on an early plan, concluded on 2026-06-26 with `tianfu-data`. */
export function earlySelection(story: Story, approved: StoryCase): StoryCase {
  const bidders = ['tianfu-data', 'other-data', 'third-data']
  return story
    .open({ on: '2026-06-10', who: 'drafter', procedure: 'operator-selection', links: { plan: approved }, contents: { 'case-name': '运营机构选定' } })
    .act({ on: '2026-06-10', who: 'drafter', task: 'prepare-documents', outcome: 'ready', contents: { 'selection-documents': documents() } })
    .act({ on: '2026-06-10', who: 'drafter', task: 'start-consultation', outcome: 'started', contents: { 'consultation-notice': notice('2026-06-17') } })
    .act({ on: '2026-06-17', who: 'drafter', task: 'close-consultation', outcome: 'closed', contents: { consultation: { summary: '未收到意见' } } })
    .act({ on: '2026-06-17', who: 'reviewer', task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': fairReview(PLAN_CONDITIONS) } })
    .act({ on: '2026-06-17', who: 'drafter', task: 'publish-documents', outcome: 'published' })
    .act({ on: '2026-06-22', who: 'drafter', task: 'receive-bids', outcome: 'received', contents: { bids: bids(bidders) } })
    .act({ on: '2026-06-22', who: 'scorer', task: 'score', outcome: 'scored', contents: { scores: scores(bidders) } })
    .act({ on: '2026-06-22', who: 'director', task: 'award', outcome: 'awarded', contents: { award: award('tianfu-data'), 'operator-qualification': qualification('tianfu-data') } })
    .time('2026-06-26')
    .act({ on: '2026-06-26', who: 'drafter', task: 'record-result', outcome: 'recorded', contents: { 'selection-result': { number: '公告〔2026〕1号', date: '2026-06-26' } } })
}

/** An agreement over these resources, signed on 2026-06-30 and in force from 2026-07-01; `change` replaces items of its text. */
export function earlyAgreement(story: Story, codes: Record<string, string>, change: JsonObject = {}): StoryCase {
  const approved = earlyPlan(story, codes)
  const resources = rowsFor(codes).map(({ entry, name, provider }) => ({ entry: entry ?? '', name: name ?? '', provider: provider ?? '' }))
  const text = agreement({ term: { start: '2026-07-01', end: '2029-06-30' }, resources, ...change })
  const signing = story
    .open({ on: '2026-06-26', who: 'drafter', procedure: 'operation-agreement', links: { plan: approved, selection: earlySelection(story, approved) }, contents: { 'case-name': '授权运营协议' } })
    .act({ on: '2026-06-26', who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'operation-agreement': text } })
    .act({ on: '2026-06-29', who: 'director', task: 'deliberate', outcome: 'approve', contents: { 'agency-decision': decision(text, '2026-06-29') } })
  return readied(story, signBoth(signing, '2026-06-30', text).time('2026-07-01'), '2026-07-01')
}

/** The catalogue's entries of these providers, listed on 2026-06-30: code → who submits it. */
export function earlyEntries(story: Story, entries: Record<string, string>, change: JsonObject = {}): void {
  for (const [code, who] of Object.entries(entries)) listed(story, code, who, change, {}, '2026-06-29')
}

/** A demand of July over these items, under an early agreement over four resources of two providers. */
export function earlyDemand(story: Story, on: string, items: Json[] = [item('air-quality')]): { agreement: StoryCase; demand: StoryCase } {
  const agreed = earlyAgreement(story, { 'air-quality': 'environment-bureau', 'water-quality': 'environment-bureau', 'bus-lines': 'transport-bureau', 'house-prices': 'housing-bureau' })
  earlyEntries(story, { 'air-quality': 'environment', 'water-quality': 'environment', 'bus-lines': 'transport', 'house-prices': 'housing' })
  return { agreement: agreed, demand: story.open({ on, who: 'operator', procedure: 'data-demand', links: { agreement: agreed }, contents: { demand: demand(items, { scenario: EARLY_SCENARIO }) } }) }
}

export const EARLY_SCENARIO: JsonObject = { name: '空气质量服务', purpose: '为公众出行提供空气质量参考', users: '全市企业和公众', benefit: '减少重污染天气健康影响', ends: '2028-12-31' }

export const passed = (on: string) => ({ on, who: 'drafter', task: 'formal-review', outcome: 'pass', contents: { 'formal-checklist': CHECKLIST } })

/** Every item of a provider decided in one act. */
export const decidedBy = (who: string, on: string, rows: Json[]) => ({ on, who, task: 'provider-review', outcome: 'decided', contents: { 'review-decisions': rows } })

/** A demand of 2026-07-06 over air quality, supplied on 2026-07-28 with the receipt GJ-1. */
export function earlySupply(story: Story): { agreement: StoryCase; demand: StoryCase } {
  const opened = earlyDemand(story, '2026-07-06')
  opened.demand
    .act(passed('2026-07-10'))
    .act(decidedBy('environment', '2026-07-20', [decided('air-quality')]))
    .act({ on: '2026-07-27', who: 'environment', task: 'provision', outcome: 'delivered', contents: { provision: provision() } })
    .act({ on: '2026-07-28', who: 'platform', task: 'provision-receipt', outcome: 'received', contents: { 'platform-receipt': platformReceipt() } })
    .act({ on: '2026-07-28', who: 'manager', task: 'supply', outcome: 'send' })
    .act({ on: '2026-07-28', who: 'platform', task: 'supply-receipt', outcome: 'received', contents: { 'supply-receipt': supplyReceipt('GJ-1') } })
  return opened
}
