import type { Json, JsonObject } from '#core/json.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { agreement as anyAgreement, bids, decision, documents, fairReview, file, notice, plan as anyPlan, qualification, scores, study } from './authorization-contents.ts'
import { award, signBoth } from './authorization-story.ts'
import { lawOf } from './case-law.ts'
import { CHENGDU } from './chengdu-cast.ts'
import { offered } from './offering-contents.ts'
import { Story } from './story.ts'
import type { Cast, StoryCase } from './story.ts'
import { CHECKLIST, decided, demand, entry, item, platformReceipt, provision, risk } from './supply-contents.ts'

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
    mianyang: { organization: 'mianyang-government', offices: ['city-government'] },
    'mianyang-agency': { organization: 'mianyang-data-centre', offices: ['city-agency'] },
    jiangyou: { organization: 'jiangyou-government', offices: ['district-government'] },
    citizen: { organization: 'a-citizen', offices: ['public'] },
    'redeveloper-one': { organization: 'app-company', offices: ['consumer', 'developer'] },
    'redeveloper-two': { organization: 'map-company', offices: ['consumer', 'developer'] },
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

export const opened = (told: Story): StoryCase => told.open({ on: '2026-07-01', who: 'drafter', procedure: 'implementation-plan', contents: { 'case-name': '整体授权运营实施方案' } })
export const ready = (change: JsonObject = {}, argued: JsonObject = {}) => ({
  on: '2026-07-02', who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'implementation-plan': plan(change), 'feasibility-study': study(argued) },
})

export function planInDeliberation(told: Story, change: JsonObject = {}): StoryCase {
  const conditions = CONDITIONS.map((one) => String(one['requirement']))
  return opened(told)
    .act(ready(change))
    .act({ on: '2026-07-03', who: 'authority', task: 'guide-data-authority', outcome: 'none' })
    .act({ on: '2026-07-06', who: 'drafter', task: 'finalize', outcome: 'final' })
    .act({ on: '2026-07-07', who: 'reviewer', task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': fairReview(conditions) } })
    .act({ on: '2026-07-08', who: 'authority', task: 'submit', outcome: 'submitted', contents: { submission: { number: '川数〔2026〕8号', date: '2026-07-08', summary: '无指导意见，公平竞争审查通过。' } } })
}

export const planInForce = (told: Story, on = '2026-07-10', change: JsonObject = {}): StoryCase =>
  planInDeliberation(told, change).act({ on, who: 'mayor', task: 'deliberate', outcome: 'approve', contents: { 'collective-decision': decision(plan(change), on) } })

/** A selection as far as it waits for the award. */
export function selectionScored(told: Story, approved: StoryCase, { year = '2026' } = {}): StoryCase {
  const bidders = ['tianfu-data', 'other-data', 'third-data']
  const conditions = CONDITIONS.map((one) => String(one['requirement']))
  const consulted: Json = [{ name: '省生态环境厅', role: 'data-provider' }, { name: '省数据局', role: 'data-authority' }]
  return told.open({ on: `${year}-07-13`, who: 'drafter', procedure: 'operator-selection', links: { plan: approved }, contents: { 'case-name': '运营机构选定' } })
    .act({ on: `${year}-07-13`, who: 'drafter', task: 'prepare-documents', outcome: 'ready', contents: { 'selection-documents': documents({ conditions }) } })
    .act({ on: `${year}-07-13`, who: 'drafter', task: 'start-consultation', outcome: 'started', contents: { 'consultation-notice': notice(`${year}-07-24`, { consulted }) } })
    .act({ on: `${year}-07-24`, who: 'drafter', task: 'close-consultation', outcome: 'closed', contents: { consultation: { summary: '未收到意见' } } })
    .act({ on: `${year}-07-27`, who: 'reviewer', task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': fairReview(conditions) } })
    .act({ on: `${year}-07-27`, who: 'drafter', task: 'publish-documents', outcome: 'published' })
    .act({ on: `${year}-08-03`, who: 'drafter', task: 'receive-bids', outcome: 'received', contents: { bids: bids(bidders) } })
    .act({ on: `${year}-08-05`, who: 'scorer', task: 'score', outcome: 'scored', contents: { scores: scores(bidders) } })
}

export function selectionConcluded(told: Story, approved: StoryCase): StoryCase {
  return selectionScored(told, approved)
    .act({ on: '2026-08-07', who: 'director', task: 'award', outcome: 'awarded', contents: { award: award('tianfu-data'), 'operator-qualification': qualification('tianfu-data') } })
    .time('2026-08-11')
    .act({ on: '2026-08-11', who: 'drafter', task: 'record-result', outcome: 'recorded', contents: { 'selection-result': { number: '公告〔2026〕3号', date: '2026-08-11' } } })
}

export const drafting = (told: Story, approved = planInForce(told)): StoryCase =>
  told.open({ on: '2026-08-12', who: 'drafter', procedure: 'operation-agreement', links: { plan: approved, selection: selectionConcluded(told, approved) }, contents: { 'case-name': '授权运营协议' } })

export const text = (change: JsonObject = {}) => ({ on: '2026-08-17', who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'operation-agreement': agreement(change) } })

export const signing = (told: Story): StoryCase =>
  drafting(told).act(text()).act({ on: '2026-08-18', who: 'director', task: 'deliberate', outcome: 'approve', contents: { 'agency-decision': decision(agreement(), '2026-08-18') } })

/** An agreement under a plan that is in force already. */
export const inForceOn = (told: Story, approved: StoryCase): StoryCase =>
  signBoth(drafting(told, approved).act(text()).act({ on: '2026-08-18', who: 'director', task: 'deliberate', outcome: 'approve', contents: { 'agency-decision': decision(agreement(), '2026-08-18') } }), '2026-08-20', agreement())

/** An agreement in force since 2026-08-20. */
export const inForce = (told: Story, on = '2026-08-20'): StoryCase => signBoth(signing(told), on, agreement())

/** Mianyang's agency, determined on 2026-07-06. */
export function mianyangDetermined(told: Story): StoryCase {
  const determination = { agency: '绵阳市大数据中心', organization: 'mianyang-data-centre', mode: 'overall', number: '绵府函〔2026〕3号', date: '2026-07-06', document: file('批复.pdf') }
  return told.open({ on: '2026-07-06', who: 'mianyang', procedure: 'agency-determination', contents: { determination } })
}

export function cityFile(change: JsonObject = {}, on = '2026-07-06', who = 'mianyang-agency') {
  const contents = { 'city-authorization': { name: '绵阳市公共数据资源授权运营', city: 'mianyang-government', grantor: '绵阳市人民政府', 'grantor-kind': 'city', ...change } }
  return { on, who, procedure: 'city-authorization', contents }
}

/** Air quality listed in the catalogue and demanded under an agreement, as far as the agency may supply it. */
export function readyToSupply(told: Story, under: StoryCase, on = { demanded: '2026-08-24', reviewed: '2026-08-27', decided: '2026-08-31', provided: '2026-09-04' }, change: JsonObject = {}, more: Record<string, Json> = {}): StoryCase {
  told.open({ on: '2026-07-08', who: 'environment', procedure: 'catalog-entry', contents: { 'catalog-entry': entry('air-quality', change), 'risk-statement': risk(), ...more } })
    .act({ on: '2026-07-10', who: 'authority', task: 'confirmation', outcome: 'confirm', contents: { 'catalog-opinion': '符合目录规范' } })
  return told.open({ on: on.demanded, who: 'operator', procedure: 'data-demand', links: { agreement: under }, contents: { demand: demand([item('air-quality')]) } })
    .act({ on: on.reviewed, who: 'drafter', task: 'formal-review', outcome: 'pass', contents: { 'formal-checklist': CHECKLIST } })
    .act({ on: on.decided, who: 'environment', task: 'provider-review', outcome: 'decided', contents: { 'review-decisions': [decided('air-quality')] } })
    .act({ on: on.provided, who: 'environment', task: 'provision', outcome: 'delivered', contents: { provision: provision() } })
    .act({ on: on.provided, who: 'platform', task: 'provision-receipt', outcome: 'received', contents: { 'platform-receipt': platformReceipt() } })
}

export const officer = (on = '2026-09-07') => ({ on, who: 'operator', procedure: 'security-officer', contents: { 'security-officer': { name: '陈刚', statement: file('责任书.pdf') } } })

/** The consumer and the operator with their responsibilities signed. */
export function signed(told: Story, under: StoryCase): StoryCase {
  const sign = (who: string, task: string) => ({ on: '2026-10-12', who, task, outcome: 'signed', contents: { 'responsibility-statement': file('责任书.pdf') } })
  return told.open({ on: '2026-10-12', who: 'drafter', procedure: 'responsibility-signing', links: { agreement: under }, contents: { 'responsible-parties': { operator: 'tianfu-data', users: [{ user: 'travel-company' }] } } })
    .act(sign('operator', 'sign-operator')).act(sign('consumer', 'sign-user@users=travel-company'))
}

/** A product of the agreement first delivered on 2026-10-19. */
export function delivered(told: Story, under: StoryCase): StoryCase {
  return offered(told, under).act({ on: '2026-10-19', who: 'operator', task: 'first-delivery', outcome: 'delivered', contents: { 'first-delivery': { recipient: '某公司', evidence: 'JF-1' } } })
}

export { decision, file }
