import type { Json, JsonObject } from '#core/json.ts'
import { hashOf } from './case-law.ts'
import { NOTICE, OPINION, application, code } from './registration-contents.ts'
import {
  CATALOGUED, VOTES, agreement, award, bids, decided, decision, demand, demandItem, documents, entry, fairReview, file, job, plan, product, provision, qualification, receipt, releaseRequest, risk, scores, signingCheck, study, supplyReceipt,
} from './xian-contents.ts'
import type { Cast, Story, StoryCase } from './story.ts'

/** The offices of Xi'an: the city data bureau is data authority and implementing agency of the overall authorization. */
export const XIAN: Cast = {
  holders: {
    government: 'city-government', 'data-authority': 'data-bureau', 'superior-data-authority': 'provincial-bureau', registrar: 'registration-centre',
    'price-authority': 'development-commission', supervisor: 'cyberspace-office', 'market-supervisor': 'market-bureau',
  },
  persons: {
    mayor: { organization: 'city-government', offices: ['government'] },
    authority: { organization: 'data-bureau', offices: ['data-authority'] },
    drafter: { organization: 'data-bureau', offices: ['implementing-agency', 'data-authority'] },
    reviewer: { organization: 'data-bureau', offices: ['implementing-agency', 'data-authority'] },
    director: { organization: 'data-bureau', offices: ['implementing-agency'] },
    scorer: { organization: 'data-bureau', offices: ['implementing-agency'] },
    health: { organization: 'health-commission', offices: ['sector-authority', 'implementing-agency'] },
    traffic: { organization: 'transport-bureau', offices: ['sector-authority'] },
    zone: { organization: 'high-tech-committee', offices: ['zone-committee'] },
    district: { organization: 'yanta-data-bureau', offices: ['district-data-authority'] },
    'district-mayor': { organization: 'changan-government', offices: ['district-government'] },
    parking: { organization: 'parking-centre', offices: ['data-provider', 'registrant'] },
    metro: { organization: 'metro-company', offices: ['data-provider', 'registrant'] },
    operator: { organization: 'qin-data', offices: ['operator', 'registrant'] },
    stranger: { organization: 'other-data', offices: ['operator'] },
    registrar: { organization: 'registration-centre', offices: ['registrar'] },
    pricing: { organization: 'development-commission', offices: ['price-authority'] },
    cyberspace: { organization: 'cyberspace-office', offices: ['supervisor'] },
    consumer: { organization: 'travel-company', offices: ['consumer', 'developer'] },
    'other-consumer': { organization: 'city-bank', offices: ['consumer'] },
    education: { organization: 'education-bureau', offices: ['sector-authority'] },
    hospital: { organization: 'first-hospital', offices: ['data-provider', 'registrant'] },
    'other-district': { organization: 'beilin-data-bureau', offices: ['district-data-authority'] },
    police: { organization: 'police-bureau', offices: ['security-department'] },
    secrecy: { organization: 'cipher-bureau', offices: ['security-department'] },
    'state-security': { organization: 'security-bureau', offices: ['security-department'] },
    communications: { organization: 'communications-bureau', offices: ['security-department'] },
    culture: { organization: 'culture-bureau', offices: ['sector-authority'] },
    housing: { organization: 'housing-bureau', offices: ['sector-authority'] },
    water: { organization: 'water-bureau', offices: ['sector-authority'] },
    market: { organization: 'market-bureau', offices: ['market-supervisor'] },
    customs: { organization: 'customs-office', offices: ['central-unit'] },
    citizen: { organization: 'citizen-p', offices: ['data-subject'] },
    'second-operator': { organization: 'third-data', offices: ['operator'] },
    'operator-as-consumer': { organization: 'qin-data', offices: ['consumer'] },
  },
  organizations: {
    'qin-data': { name: '秦数据运营有限公司', 'credit-code': '91610100MA6ABCDE0X', 'legal-person': true },
    'other-data': { name: '长安数据有限公司', 'credit-code': '91610100MA6FGHJK1Y', 'legal-person': true },
    'third-data': { name: '某信息合伙企业', 'credit-code': '91610100MA6LMNPQ2W', 'legal-person': false },
  },
}

/** What the platform told about lateness. */
export const late = (one: StoryCase): JsonObject[] => one.effects('notify').filter((told) => told['notice'] === '逾期提示')

export const determination = (change: JsonObject = {}): JsonObject => ({ level: 'city', mode: 'overall', agency: 'data-bureau', ...change })
export const determined = (date: string): JsonObject => ({ meeting: '市政府常务会议', number: '市政函〔2026〕3号', date, document: file('批复.pdf') })

/** The overall authorization, determined by the city government on 2026-01-12. */
export function modeDetermined(story: Story): StoryCase {
  return story.open({ on: '2026-01-06', who: 'authority', procedure: 'mode-determination', contents: { determination: determination() } })
    .act({ on: '2026-01-07', who: 'authority', task: 'city-agency', outcome: 'checked' })
    .act({ on: '2026-01-12', who: 'mayor', task: 'decide', outcome: 'approve', contents: { 'determination-decision': determined('2026-01-12') } })
}

/** A plan opened on 2026-01-15. */
export const planOpened = (story: Story): StoryCase =>
  story.open({ on: '2026-01-15', who: 'drafter', procedure: 'implementation-plan', links: { determination: modeDetermined(story) }, contents: { 'case-name': '整体授权实施方案' } })

/** A plan opened on 2026-01-15 and finished by its author on 2026-01-28. */
export function planFinished(story: Story, text: JsonObject = plan()): StoryCase {
  return planOpened(story)
    .act({ on: '2026-01-22', who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'implementation-plan': text } })
    .act({ on: '2026-01-26', who: 'authority', task: 'guide-data-authority', outcome: 'none' })
    .act({ on: '2026-01-28', who: 'drafter', task: 'finalize', outcome: 'final' })
}

export const GROUP: JsonObject[] = [
  { name: '市交通运输局', capacity: 'regulator', interest: '无' }, { name: '市停车管理中心', capacity: 'data-provider', interest: '无' }, { name: '张教授', capacity: 'expert', interest: '无' },
]

export function planUnderStudy(story: Story, text: JsonObject = plan()): StoryCase {
  return planFinished(story, text).act({ on: '2026-01-30', who: 'authority', task: 'form-working-group', outcome: 'formed', contents: { 'working-group': GROUP } })
}

export const SCENARIOS: Json = [{ name: '停车引导', finding: 'feasible', reason: '数据和需求具备' }]
export const PLAN_REVIEW: JsonObject = { 'demand-list-reasonable': true, opinion: '清单与场景相符' }

export function planUnderReview(story: Story, text: JsonObject = plan()): StoryCase {
  return planUnderStudy(story, text).act({ on: '2026-03-02', who: 'authority', task: 'study', outcome: 'feasible', contents: { 'feasibility-study': study() } })
}

export function planToSubmit(story: Story, text: JsonObject = plan()): StoryCase {
  const conditions = (text['operator-conditions'] as JsonObject[]).map((one) => String(one['requirement'])) // a table of the sample
  return planUnderReview(story, text)
    .act({ on: '2026-03-05', who: 'authority', task: 'review', outcome: 'pass', contents: { 'scenario-review': SCENARIOS, 'plan-review': PLAN_REVIEW } })
    .act({ on: '2026-03-06', who: 'reviewer', task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': fairReview(conditions) } })
}

export function planInDeliberation(story: Story, text: JsonObject = plan()): StoryCase {
  return planToSubmit(story, text)
    .act({ on: '2026-03-09', who: 'authority', task: 'submit', outcome: 'submitted', contents: { submission: { number: '市数字〔2026〕8号', date: '2026-03-09', summary: '审核通过，公平竞争审查通过。' } } })
}

/** A plan in force since 2026-03-27; the platform has opened the draft agreement. */
export function planInForce(story: Story, text: JsonObject = plan(), on = '2026-03-27'): StoryCase {
  return planInDeliberation(story, text).act({ on, who: 'mayor', task: 'deliberate', outcome: 'approve', contents: { 'collective-decision': decision(text, on) } })
}

export function last(story: Story, procedure: string): StoryCase {
  const found = [...story.cases.values()].findLast((one) => one.state.procedure === procedure)
  if (!found) throw new Error(`the story has no case of ${procedure}`)
  return found
}

export const CONSULTED: Json = [{ name: '市停车管理中心', role: 'data-provider' }, { name: '市交通运输局', role: 'sector-authority' }, { name: '市数据局', role: 'data-authority' }]

/** The draft agreement consulted on until 2026-04-16. */
export function draftConsulted(story: Story, text: JsonObject = agreement({ operator: null })): StoryCase {
  return last(story, 'agreement-draft')
    .act({ on: '2026-03-30', who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'operation-agreement': text } })
    .act({ on: '2026-04-01', who: 'drafter', task: 'start-consultation', outcome: 'started', contents: { 'consultation-notice': { end: '2026-04-16', 'agreement-text': file('草案.pdf'), consulted: CONSULTED } } })
    .act({ on: '2026-04-17', who: 'drafter', task: 'close-consultation', outcome: 'closed', contents: { consultation: { summary: '未收到意见' } } })
}

/** A selection as far as it waits for the award. */
export function selectionScored(story: Story, planned: StoryCase, draft: StoryCase): StoryCase {
  const bidders = ['qin-data', 'other-data', 'third-data']
  return story.open({ on: '2026-04-17', who: 'drafter', procedure: 'operator-selection', links: { plan: planned, draft }, contents: { 'case-name': '运营机构选定' } })
    .act({ on: '2026-04-20', who: 'drafter', task: 'prepare-documents', outcome: 'ready', contents: { 'selection-documents': documents() } })
    .act({ on: '2026-04-20', who: 'reviewer', task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': fairReview(['注册资本不低于1000万元']) } })
    .act({ on: '2026-04-20', who: 'drafter', task: 'publish-documents', outcome: 'published' })
    .act({ on: '2026-05-06', who: 'drafter', task: 'receive-bids', outcome: 'received', contents: { bids: bids(bidders) } })
    .act({ on: '2026-05-07', who: 'scorer', task: 'score', outcome: 'scored', contents: { scores: scores(bidders) } })
}

export function selectionConcluded(story: Story, planned: StoryCase, draft: StoryCase): StoryCase {
  return selectionScored(story, planned, draft)
    .act({ on: '2026-05-08', who: 'director', task: 'award', outcome: 'awarded', contents: { award: award('qin-data'), 'operator-qualification': qualification('qin-data') } })
    .time('2026-05-12')
    .act({ on: '2026-05-12', who: 'drafter', task: 'record-result', outcome: 'recorded', contents: { 'selection-result': { number: '公告〔2026〕3号', date: '2026-05-12' } } })
}

/** The way to an agreement whose text waits for both signatures; `change` replaces items of the text. */
export function signing(story: Story, more: Record<string, Json> = {}, change: JsonObject = {}): StoryCase {
  const planned = planInForce(story)
  const draft = draftConsulted(story, agreement({ ...change, operator: null }))
  const selection = selectionConcluded(story, planned, draft)
  return story.open({ on: '2026-05-12', who: 'drafter', procedure: 'operation-agreement', links: { plan: planned, draft, selection }, contents: { 'case-name': '授权运营协议', ...more } })
    .act({ on: '2026-05-12', who: 'drafter', task: 'draft', outcome: 'ready', contents: { 'operation-agreement': agreement(change) } })
    .act({ on: '2026-05-14', who: 'director', task: 'deliberate', outcome: 'approve', contents: { 'agency-decision': decision(agreement(change), '2026-05-14') } })
}

export const signature = (text: JsonObject = agreement()): JsonObject => ({ 'text-hash': hashOf(text), original: file('协议.pdf') })

export function signedBy(open: StoryCase, on = '2026-05-15', change: JsonObject = {}): StoryCase {
  const signed = signature(agreement(change))
  return open
    .act({ on, who: 'operator', task: 'sign-operator', outcome: 'sign', contents: { 'operator-signature': signed } })
    .act({ on, who: 'director', task: 'sign-agency', outcome: 'sign', contents: { 'agency-signature': signed, 'signing-check': signingCheck(on) } })
}

/** An agreement over parking and metro data in force from 2026-05-18 to 2031-05-17. */
export const inForce = (story: Story, change: JsonObject = {}): StoryCase => signedBy(signing(story, {}, change), '2026-05-15', change).time('2026-05-18')

export function listed(story: Story, key: string, who: string, change: JsonObject = {}, more: Record<string, Json> = {}): StoryCase {
  return story.open({ on: '2026-06-01', who, procedure: 'catalog-entry', contents: { 'catalog-entry': entry(key, change), 'risk-statement': risk(), ...more } })
    .act({ on: '2026-06-02', who: 'authority', task: 'confirmation', outcome: 'confirm', contents: { 'catalog-opinion': '符合目录规范' } })
}

/** Both resources catalogued and a demand over them received on a day. */
export function demanded(story: Story, on: string, under = inForce(story)): StoryCase {
  listed(story, 'parking', 'parking')
  listed(story, 'metro', 'metro', CATALOGUED)
  return story.open({ on, who: 'operator', procedure: 'data-demand', links: { agreement: under }, contents: { demand: demand([demandItem('parking'), demandItem('metro')]) } })
}

export const FINDING: JsonObject = { necessary: true, smallest: true, fits: true, opinion: '同意' }

/** `parking` supplied with the receipt GJ-1. */
export function supplied(story: Story): StoryCase {
  const place = 'providers=parking-centre/approved-items=parking'
  return demanded(story, '2026-09-18')
    .act({ on: '2026-09-21', who: 'parking', task: 'provider-review@providers=parking-centre', outcome: 'decided', contents: { 'review-decisions': [decided('parking')] } })
    .act({ on: '2026-09-22', who: 'authority', task: 'authority-review@providers=parking-centre', outcome: 'approve', contents: { 'authority-finding': FINDING } })
    .act({ on: '2026-09-23', who: 'parking', task: `provision@${place}`, outcome: 'delivered', contents: { provision: provision(), 'first-batch-check': '校核无误' } })
    .act({ on: '2026-09-23', who: 'platform', task: `provision-receipt@${place}`, outcome: 'received', contents: { 'platform-receipt': receipt() } })
    .act({ on: '2026-09-24', who: 'drafter', task: `supply@${place}`, outcome: 'send' })
    .act({ on: '2026-09-24', who: 'platform', task: `supply-receipt@${place}`, outcome: 'received', contents: { 'supply-receipt': supplyReceipt('GJ-1') } })
}

export function released(story: Story, under: StoryCase): StoryCase {
  const vote = { 'release-vote': VOTES }
  return story.open({ on: '2026-09-14', who: 'operator', procedure: 'output-release', links: { agreement: under }, contents: { 'release-request': releaseRequest() }, facts: { job: job(under.id) } })
    .act({ on: '2026-09-15', who: 'reviewer', task: 'agency-review', outcome: 'pass', contents: vote })
    .act({ on: '2026-09-15', who: 'parking', task: 'provider-review@providers=parking-centre', outcome: 'pass', contents: vote })
    .act({ on: '2026-09-15', who: 'metro', task: 'provider-review@providers=metro-company', outcome: 'pass', contents: vote })
}

/** A product handed in for review on a day. */
export function handedIn(story: Story, on: string, change: JsonObject = {}, under = inForce(story)): StoryCase {
  return story.open({ on, who: 'operator', procedure: 'product', links: { release: released(story, under), agreement: under }, contents: { product: product(change) } })
}

export function reviewed(submitted: StoryCase, on: string): StoryCase {
  const vote = { 'product-vote': VOTES }
  return submitted
    .act({ on, who: 'reviewer', task: 'agency-review', outcome: 'pass', contents: vote })
    .act({ on, who: 'parking', task: 'provider-review@providers=parking-centre', outcome: 'pass', contents: vote })
    .act({ on, who: 'metro', task: 'provider-review@providers=metro-company', outcome: 'pass', contents: vote })
}

/** The registration of the reviewed product with its code of 2026-12-10. */
export const productRegistered = (story: Story): StoryCase =>
  last(story, 'registration')
    .act({ on: '2026-10-22', who: 'operator', task: 'apply-product', outcome: 'submit', contents: application() })
    .act({ on: '2026-10-27', who: 'registrar', task: 'acceptance', outcome: 'accept' })
    .act({ on: '2026-11-24', who: 'registrar', task: 'formal-review', outcome: 'pass', contents: { 'review-opinion': OPINION } })
    .act({ on: '2026-11-24', who: 'registrar', task: 'publicise', outcome: 'published', contents: { 'publicity-notice': NOTICE } })
    .time('2026-12-09')
    .act({ on: '2026-12-10', who: 'registrar', task: 'coding', outcome: 'issued', contents: { 'registration-code': code('2029-12-09') } })

/** A product published on the node on 2026-12-14. */
export function published(story: Story, change: JsonObject = {}): StoryCase {
  const open = reviewed(handedIn(story, '2026-09-17', change), '2026-09-18')
  productRegistered(story)
  return open.act({ on: '2026-12-11', who: 'operator', task: 'publish', outcome: 'send' })
    .act({ on: '2026-12-14', who: 'platform', task: 'node-receipt', outcome: 'received', contents: { 'node-receipt': { number: 'XA-1', 'published-on': '2026-12-14' } } })
}
