import type { Json, JsonObject } from '#core/json.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { agreement as anyAgreement, bids, decision, documents, fairReview, file, notice, plan as anyPlan, qualification, scores, study } from './authorization-contents.ts'
import { award, signBoth } from './authorization-story.ts'
import { lawOf } from './case-law.ts'
import { CHENGDU } from './chengdu-cast.ts'
import { Story } from './story.ts'
import type { Cast, StoryCase } from './story.ts'

/** The draft as a preview space runs it: nothing is opened under a draft, so the copy of the pack counts as in force there. */
export const previewLaw = (): Promise<CaseLaw> => lawOf('sichuan-2025-draft', (pack) => { pack.manifest.status = 'in-force' })

/** The cast of a province with two cities. */
export const SICHUAN: Cast = {
  ...CHENGDU,
  holders: { ...CHENGDU.holders, supervisor: 'communications-administration' },
  persons: {
    ...CHENGDU.persons,
    province: { organization: 'provincial-bureau', offices: ['superior-data-authority'] },
    deyang: { organization: 'deyang-government', offices: ['city-government'] },
    communications: { organization: 'communications-administration', offices: ['supervisor'] },
    operator: { organization: 'tianfu-data', offices: ['operator', 'registrant'] },
    consumer: { organization: 'travel-company', offices: ['consumer'] },
    'operator-as-consumer': { organization: 'tianfu-data', offices: ['consumer'] },
  },
}

const law = await previewLaw()

/** A story in the preview of the draft. */
export const story = (): Story => new Story(law, SICHUAN)

/** What the platform told about lateness. */
export const late = (one: StoryCase): JsonObject[] => one.effects('notify').filter((told) => told['notice'] === '逾期提示')

const CONDITIONS: JsonObject[] = ['capital', 'management', 'technology', 'service', 'security'].map((kind) => ({ kind, requirement: `具备${kind}条件` }))

export const plan = (change: JsonObject = {}): JsonObject => anyPlan({ name: '四川省公共数据资源整体授权运营实施方案', 'operator-conditions': CONDITIONS, term: { start: '2026-08-01', end: '2031-12-31' }, ...change })
export const agreement = (change: JsonObject = {}): JsonObject => anyAgreement({ name: '四川省公共数据资源授权运营协议', ...change })

export const opened = (story: Story): StoryCase => story.open({ on: '2026-07-01', who: 'drafter', procedure: 'implementation-plan', contents: { 'case-name': '整体授权运营实施方案' } })
export const ready = (change: JsonObject = {}, argued: JsonObject = {}) => ({
  on: '2026-07-02', who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'implementation-plan': plan(change), 'feasibility-study': study(argued) },
})

export function planInDeliberation(story: Story): StoryCase {
  const conditions = CONDITIONS.map((one) => String(one['requirement']))
  return opened(story)
    .act(ready())
    .act({ on: '2026-07-03', who: 'authority', task: 'guide-data-authority', outcome: 'none' })
    .act({ on: '2026-07-06', who: 'drafter', task: 'finalize', outcome: 'final' })
    .act({ on: '2026-07-07', who: 'reviewer', task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': fairReview(conditions) } })
    .act({ on: '2026-07-08', who: 'authority', task: 'submit', outcome: 'submitted', contents: { submission: { number: '川数〔2026〕8号', date: '2026-07-08', summary: '无指导意见，公平竞争审查通过。' } } })
}

export const planInForce = (story: Story, on = '2026-07-10'): StoryCase =>
  planInDeliberation(story).act({ on, who: 'mayor', task: 'deliberate', outcome: 'approve', contents: { 'collective-decision': decision(plan(), on) } })

/** A selection as far as it waits for the award. */
export function selectionScored(story: Story, approved: StoryCase): StoryCase {
  const bidders = ['tianfu-data', 'other-data', 'third-data']
  const conditions = CONDITIONS.map((one) => String(one['requirement']))
  const consulted: Json = [{ name: '省生态环境厅', role: 'data-provider' }, { name: '省数据局', role: 'data-authority' }]
  return story.open({ on: '2026-07-13', who: 'drafter', procedure: 'operator-selection', links: { plan: approved }, contents: { 'case-name': '运营机构选定' } })
    .act({ on: '2026-07-13', who: 'drafter', task: 'prepare-documents', outcome: 'ready', contents: { 'selection-documents': documents({ conditions }) } })
    .act({ on: '2026-07-13', who: 'drafter', task: 'start-consultation', outcome: 'started', contents: { 'consultation-notice': notice('2026-07-24', { consulted }) } })
    .act({ on: '2026-07-24', who: 'drafter', task: 'close-consultation', outcome: 'closed', contents: { consultation: { summary: '未收到意见' } } })
    .act({ on: '2026-07-27', who: 'reviewer', task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': fairReview(conditions) } })
    .act({ on: '2026-07-27', who: 'drafter', task: 'publish-documents', outcome: 'published' })
    .act({ on: '2026-08-03', who: 'drafter', task: 'receive-bids', outcome: 'received', contents: { bids: bids(bidders) } })
    .act({ on: '2026-08-05', who: 'scorer', task: 'score', outcome: 'scored', contents: { scores: scores(bidders) } })
}

export function selectionConcluded(story: Story, approved: StoryCase): StoryCase {
  return selectionScored(story, approved)
    .act({ on: '2026-08-07', who: 'director', task: 'award', outcome: 'awarded', contents: { award: award('tianfu-data'), 'operator-qualification': qualification('tianfu-data') } })
    .time('2026-08-11')
    .act({ on: '2026-08-11', who: 'drafter', task: 'record-result', outcome: 'recorded', contents: { 'selection-result': { number: '公告〔2026〕3号', date: '2026-08-11' } } })
}

export const drafting = (story: Story, approved = planInForce(story)): StoryCase =>
  story.open({ on: '2026-08-12', who: 'drafter', procedure: 'operation-agreement', links: { plan: approved, selection: selectionConcluded(story, approved) }, contents: { 'case-name': '授权运营协议' } })

export const text = (change: JsonObject = {}) => ({ on: '2026-08-17', who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'operation-agreement': agreement(change) } })

export const signing = (story: Story): StoryCase =>
  drafting(story).act(text()).act({ on: '2026-08-18', who: 'director', task: 'deliberate', outcome: 'approve', contents: { 'agency-decision': decision(agreement(), '2026-08-18') } })

/** An agreement in force since 2026-08-20. */
export const inForce = (story: Story, on = '2026-08-20'): StoryCase => signBoth(signing(story), on, agreement())

export { decision, file }
