import type { Json, JsonObject } from '#core/json.ts'
import { agreement, bids, decision, documents, fairReview, file, plan, PLAN_CONDITIONS, study } from './authorization-contents.ts'
import { hashOf } from './case-law.ts'
import type { Cast, Story, StoryCase } from './story.ts'
import { entry, field } from './supply-contents.ts'

/** The offices of Zhaoqing and some organisations around them. The implementing agency is named by each plan. */
export const ZHAOQING: Cast = {
  holders: {
    government: 'city-government',
    'data-authority': 'data-bureau',
    registrar: 'registration-centre',
    'price-authority': 'reform-bureau',
    'financial-departments': 'finance-bureau',
  },
  persons: {
    mayor: { organization: 'city-government', offices: ['government'] },
    planner: { organization: 'data-bureau', offices: ['data-authority'] },
    checker: { organization: 'data-bureau', offices: ['data-authority'] },
    agency: { organization: 'health-commission', offices: ['implementing-agency'] },
    director: { organization: 'health-commission', offices: ['implementing-agency', 'sector-authority'] },
    scorer: { organization: 'health-commission', offices: ['implementing-agency'] },
    elsewhere: { organization: 'transport-bureau', offices: ['implementing-agency', 'sector-authority'] },
    joint: { organization: 'medical-security', offices: ['sector-authority'] },
    hospital: { organization: 'first-hospital', offices: ['data-provider', 'registrant'] },
    buses: { organization: 'bus-station', offices: ['data-provider', 'registrant'] },
    operator: { organization: 'xijiang-data', offices: ['operator', 'registrant'] },
    manager: { organization: 'xijiang-data', offices: ['operator'] },
    stranger: { organization: 'other-data', offices: ['operator'] },
    developer: { organization: 'dinghu-software', offices: ['developer'] },
    consumer: { organization: 'insurer', offices: ['consumer'] },
    subject: { organization: 'ceramics-works', offices: ['data-subject'] },
    cyberspace: { organization: 'cyberspace-office', offices: ['supervisor'] },
    police: { organization: 'police', offices: ['supervisor'] },
    auditor: { organization: 'audit-bureau', offices: ['supervisor'] },
    finance: { organization: 'finance-bureau', offices: ['financial-departments'] },
    county: { organization: 'guangning', offices: ['district-government'] },
    waterworks: { organization: 'waterworks', offices: ['utility'] },
    citizen: { organization: 'citizens', offices: ['public'] },
    registrar: { organization: 'registration-centre', offices: ['registrar'] },
  },
  organizations: {
    'xijiang-data': { name: '西江数据有限公司', 'credit-code': '91441200MA4ABCDE0X', 'legal-person': true, offices: ['operator', 'registrant'] },
    'data-bureau': { name: '肇庆市政务服务和数据管理局', 'legal-person': true, offices: ['data-authority'] },
    'health-commission': { name: '肇庆市卫生健康局', 'legal-person': true, offices: ['implementing-agency', 'sector-authority'] },
    'other-data': { name: '端州数据有限公司', 'credit-code': '91441200MA4FGHJK1Y', 'legal-person': true },
    partnership: { name: '星湖信息合伙企业', 'credit-code': '91441200MA4LMNPQ2W', 'legal-person': false },
  },
}

export function determination(change: JsonObject = {}): JsonObject {
  return { agency: 'health-commission', number: '肇府函〔2026〕6号', date: '2026-02-27', mode: 'overall', scope: '卫生健康领域', document: file('确定实施机构.pdf'), ...change }
}

/** An entry of the catalogue as Zhaoqing asks for it, on a subject that nobody is. */
export function zqEntry(code: string, change: JsonObject = {}): JsonObject {
  return { ...entry(code), openness: 'conditional', secret: false, 'entity-set-by': '罗工', ...change }
}

export const ZQ_RISK: JsonObject = { 'core-data': false, 'important-data': false, 'signed-by': '罗工' }

/** Lists an entry of the catalogue, by default on 2026-03-04. */
export function zqListed(story: Story, code: string, who = 'hospital', change: JsonObject = {}, more: Record<string, Json> = {}, on = '2026-03-04'): StoryCase {
  return story
    .open({ on, who, procedure: 'catalog-entry', contents: { 'catalog-entry': zqEntry(code, change), 'risk-statement': ZQ_RISK, ...more } })
    .act({ on, who: 'checker', task: 'confirmation', outcome: 'confirm', contents: { 'catalog-opinion': '符合目录规范' } })
}

const resource = (entryCode: string, provider: string, change: JsonObject = {}): JsonObject => ({
  entry: entryCode, name: `资源${entryCode}`, provider, 'update-frequency': '每月', quality: '完整率98%以上', 'holding-basis': '法定职责', origin: 'own', ...change,
})

/** The plan of the story: visits and wards of the hospital, lines of the bus station. */
export function zqPlan(change: JsonObject = {}): JsonObject {
  return plan({
    name: '肇庆市公共数据资源整体授权运营实施方案', term: { start: '2026-05-01', end: '2029-04-30' },
    resources: [resource('visits', 'first-hospital'), resource('wards', 'first-hospital'), resource('bus-lines', 'bus-station')], ...change,
  })
}

/** The same with one row changed. */
export function zqPlanWith(row: JsonObject): JsonObject {
  return zqPlan({ resources: [resource('visits', 'first-hospital', row)] })
}

export function zqCatalogue(story: Story): void {
  zqListed(story, 'visits')
  zqListed(story, 'wards')
  zqListed(story, 'bus-lines', 'buses')
}

/** A plan opened on 2026-03-02 whose sections are handed out. */
export function planDrafting(story: Story): StoryCase {
  return story
    .open({ on: '2026-03-02', who: 'planner', procedure: 'implementation-plan', contents: { 'case-name': '整体授权运营实施方案', 'agency-determination': determination() } })
    .act({ on: '2026-03-02', who: 'planner', task: 'allocate', outcome: 'allocated', contents: { allocation: { 'agency-due': '2026-03-16', sections: [{ provider: 'first-hospital', name: '数据资源目录', due: '2026-03-16' }, { provider: 'bus-station', name: '数据质量情况', due: '2026-03-16' }] } } })
}

export const SAFE: JsonObject = { result: 'passed', 'important-data': false, 'national-security': '不涉及', secrets: '已脱敏处理', 'valid-until': '2027-03-31' }

export function planReviewed(story: Story, text: JsonObject = zqPlan()): StoryCase {
  return planDrafting(story)
    .act({ on: '2026-04-02', who: 'planner', task: 'draft', outcome: 'ready', contents: { 'implementation-plan': text, 'feasibility-study': study() } })
    .act({ on: '2026-04-03', who: 'agency', task: 'review-security', outcome: 'passed', contents: { 'security-review': SAFE } })
    .act({ on: '2026-04-07', who: 'checker', task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': fairReview(PLAN_CONDITIONS) } })
    .act({ on: '2026-04-08', who: 'planner', task: 'submit', outcome: 'submitted', contents: { submission: { number: '肇政数〔2026〕3号', date: '2026-04-08', summary: '安全审查和公平竞争审查均已通过。' } } })
}

/** A plan in force since 2026-04-16. */
export function zqPlanInForce(story: Story, text: JsonObject = zqPlan()): StoryCase {
  return planReviewed(story, text).act({ on: '2026-04-16', who: 'mayor', task: 'deliberate', outcome: 'approve', contents: { 'collective-decision': decision(text, '2026-04-16') } })
}

export function zqDocuments(change: JsonObject = {}): JsonObject {
  return documents({ term: { start: '2026-05-22', end: '2028-12-31' }, ...change })
}

export function zqNotice(end: string): JsonObject {
  return { end, 'agreement-text': file('协议.pdf'), consulted: [{ name: '市第一人民医院', role: 'data-provider' }, { name: '市卫生健康局', role: 'sector-authority' }, { name: '市政务和数据局', role: 'data-authority' }] }
}

export function zqScores(organizations: string[]): JsonObject[] {
  return organizations.map((organization) => ({ organization, name: organization, total: 90, opinion: '符合要求' }))
}

/** What article 13 asks of an operator, shown and found in order. */
export function zqQualification(change: JsonObject = {}): JsonObject {
  return {
    organization: 'xijiang-data', 'audited-accounts': file('审计报告.pdf'), business: 'shown', listed: false, 'representative-listed': false, 'credit-source': '信用中国2026-05-08查询',
    penalties: false, declaration: file('声明.pdf'), 'organization-extract': file('法人.pdf'), 'representative-extract': file('法定代表人.pdf'),
    technology: 'shown', team: 'shown', premises: 'shown', 'capability-proof': file('能力.pdf'), network: 'shown', computing: 'shown', security: 'shown', 'facilities-proof': file('设施.pdf'), ...change,
  }
}

/** A selection as far as it waits for the award (2026-04-20 to 2026-05-09). */
export function zqSelectionToAward(story: Story, approved: StoryCase, bidders = ['xijiang-data', 'other-data', 'partnership']): StoryCase {
  return story
    .open({ on: '2026-04-20', who: 'agency', procedure: 'operator-selection', links: { plan: approved }, contents: { 'case-name': '运营机构选定' } })
    .act({ on: '2026-04-20', who: 'agency', task: 'prepare-documents', outcome: 'ready', contents: { 'selection-documents': zqDocuments() } })
    .act({ on: '2026-04-20', who: 'agency', task: 'start-consultation', outcome: 'started', contents: { 'consultation-notice': zqNotice('2026-05-07') } })
    .act({ on: '2026-05-07', who: 'agency', task: 'close-consultation', outcome: 'closed', contents: { consultation: { summary: '未收到意见' } } })
    .act({ on: '2026-05-07', who: 'director', task: 'review-fair-competition', outcome: 'passed', contents: { 'fair-competition-review': fairReview(PLAN_CONDITIONS) } })
    .act({ on: '2026-05-07', who: 'agency', task: 'publish-documents', outcome: 'published' })
    .act({ on: '2026-05-08', who: 'agency', task: 'receive-bids', outcome: 'received', contents: { bids: bids(bidders) } })
    .act({ on: '2026-05-09', who: 'scorer', task: 'score', outcome: 'scored', contents: { scores: zqScores(bidders) } })
}

export function zqAward(winner = 'xijiang-data', change: JsonObject = {}): Record<string, Json> {
  return { award: { winner, number: '肇卫〔2026〕5号', reason: '综合评分第一' }, 'operator-qualification': zqQualification({ organization: winner, ...change }) }
}

export function zqSelection(story: Story, approved: StoryCase): StoryCase {
  return zqSelectionToAward(story, approved)
    .act({ on: '2026-05-11', who: 'director', task: 'award', outcome: 'awarded', contents: zqAward() })
    .time('2026-05-15')
    .act({ on: '2026-05-15', who: 'agency', task: 'record-result', outcome: 'recorded', contents: { 'selection-result': { number: '公告〔2026〕3号', date: '2026-05-15' } } })
}

export function zqAgreement(change: JsonObject = {}): JsonObject {
  const rows = ['visits', 'wards', 'bus-lines'].map((code) => ({ entry: code, name: `资源${code}`, provider: code === 'bus-lines' ? 'bus-station' : 'first-hospital' }))
  return agreement({ name: '肇庆市公共数据资源授权运营协议', operator: 'xijiang-data', resources: rows, term: { start: '2026-05-22', end: '2028-12-31' }, ...change })
}

export const ALONE: JsonObject = { mode: 'alone' }

/** An agreement drafted on 2026-05-20 and decided on by the agency on 2026-05-22. */
export function zqAgreementToSign(story: Story, text: JsonObject = zqAgreement(), parties: JsonObject = ALONE): StoryCase {
  zqCatalogue(story)
  const approved = zqPlanInForce(story)
  const selected = zqSelection(story, approved)
  return story
    .open({ on: '2026-05-20', who: 'agency', procedure: 'operation-agreement', links: { plan: approved, selection: selected }, contents: { 'case-name': '授权运营协议' } })
    .act({ on: '2026-05-20', who: 'agency', task: 'draft', outcome: 'ready', contents: { 'operation-agreement': text, 'signing-parties': parties } })
    .act({ on: '2026-05-22', who: 'director', task: 'deliberate', outcome: 'approve', contents: { 'agency-decision': decision(text, '2026-05-22') } })
}

export function zqSigningCheck(date: string, change: JsonObject = {}): JsonObject {
  return { date, listed: false, 'representative-listed': false, penalties: false, source: '信用中国查询', ...change }
}

export function zqSignature(text: JsonObject): JsonObject {
  return { 'text-hash': hashOf(text), original: file('签署件.pdf') }
}

/** An agreement in force since 2026-05-22. */
export function zqAgreementInForce(story: Story, text: JsonObject = zqAgreement()): StoryCase {
  return zqAgreementToSign(story, text)
    .act({ on: '2026-05-22', who: 'operator', task: 'sign-operator', outcome: 'sign', contents: { 'operator-signature': zqSignature(text) } })
    .act({ on: '2026-05-22', who: 'director', task: 'sign-agency', outcome: 'sign', contents: { 'agency-signature': zqSignature(text), 'signing-check': zqSigningCheck('2026-05-22') } })
}

export function zqScenario(change: JsonObject = {}): JsonObject {
  return { name: '健康出行服务', purpose: '为就医出行提供参考', benefit: '缩短就医等候时间', items: [{ entry: 'visits', fields: ['station', 'hour'] }, { entry: 'bus-lines', fields: ['station'] }], 'personal-or-secret': false, ends: '2027-12-31', ...change }
}

export function zqScenarioText(change: JsonObject = {}): JsonObject {
  return {
    name: '健康出行服务', purpose: '为就医出行提供参考', items: [{ entry: 'visits', fields: ['station', 'hour'] }, { entry: 'bus-lines', fields: ['station'] }], ends: '2026-12-31', 'other-use': '立即停止并承担责任',
    responsibility: { operator: '平台安全', developer: '开发经营环节安全', incidents: '发现后一小时内通报' }, ...change,
  }
}

export const ASSESSED: JsonObject = { risk: 'low', measures: '最小必要并脱敏', conformity: 'passed', 'important-data': false }
export const DECIDED: JsonObject = { necessity: '群众需要', data: '最小必要', benefit: '公益优先' }
export const APPLICANTS: JsonObject[] = ['dinghu-software', 'second', 'third', 'fourth'].map((organization, index) => ({ organization, name: organization, score: 90 - index, reason: '综合评分', affiliated: false }))

/** A scenario as far as its agreement waits for both signatures (2026-05-25 to 2026-05-28). */
export function zqScenarioToSign(story: Story, authorized: StoryCase, text: JsonObject = zqScenarioText()): StoryCase {
  return story
    .open({ on: '2026-05-25', who: 'operator', procedure: 'scenario-authorization', links: { agreement: authorized }, contents: { 'scenario-application': zqScenario() } })
    .act({ on: '2026-05-25', who: 'agency', task: 'review', outcome: 'passed', contents: { 'scenario-assessment': ASSESSED } })
    .act({ on: '2026-05-25', who: 'manager', task: 'decide', outcome: 'approve', contents: { 'scenario-decision': DECIDED } })
    .act({ on: '2026-05-25', who: 'operator', task: 'call', outcome: 'published', contents: { 'developer-call': { criteria: '技术和安全能力', closes: '2026-05-27' } } })
    .act({ on: '2026-05-27', who: 'manager', task: 'choose', outcome: 'chosen', contents: { 'developer-applicants': APPLICANTS, 'developer-award': { developer: 'dinghu-software', reason: '得分第一' } } })
    .act({ on: '2026-05-27', who: 'operator', task: 'draft', outcome: 'ready', contents: { 'scenario-agreement': text } })
}

export const COMMITTED: JsonObject = { officer: '陈安', accepted: true }

/** A scenario in force since 2026-05-28, with the developer dinghu-software. */
export function zqScenarioInForce(story: Story, authorized: StoryCase): StoryCase {
  const text = zqScenarioText()
  return zqScenarioToSign(story, authorized)
    .act({ on: '2026-05-28', who: 'operator', task: 'sign-operator', outcome: 'sign', contents: { 'scenario-signature': zqSignature(text) } })
    .act({ on: '2026-05-28', who: 'developer', task: 'sign-developer', outcome: 'sign', contents: { 'scenario-signature': zqSignature(text), 'security-commitment': COMMITTED } })
}

export function zqDemand(change: JsonObject = {}): JsonObject {
  const item = (code: string, fields: string[]) => ({ entry: code, fields, mode: 'batch', 'time-span': '2024年至2025年', area: '肇庆市' })
  return { purpose: '为就医出行提供参考', ends: '2026-12-31', items: [item('visits', ['station', 'hour']), item('bus-lines', ['station'])], ...change }
}

export function zqService(change: JsonObject = {}): JsonObject {
  const item = (code: string, provider: string, fields: string[], processedBy: string) => ({ entry: code, provider, fields, mode: 'batch', 'first-delivery': '2026-07-22', frequency: '每月', 'processed-by': processedBy, completeness: 98 })
  return { name: '开发利用服务协议', purpose: '为就医出行提供参考', ends: '2026-12-31', liability: '各自承担本环节责任', items: [item('visits', 'first-hospital', ['station', 'hour'], 'operator'), item('bus-lines', 'bus-station', ['station'], 'data-provider')], ...change }
}

export const DESK: JsonObject = { coordinator: '罗工', deputy: '黎工', unit: '信息科' }

/** Every data source that was asked for its coordinator names one. */
export function zqDesksNamed(story: Story, on: string): void {
  for (const desk of [...story.cases.values()].filter((one) => one.state.procedure === 'data-desk' && one.status === 'asked')) {
    const found = Object.entries(story.cast.persons).find(([, person]) => person.organization === desk.state.contents['desk-provider']?.value)
    if (!found) throw new Error(`nobody acts for the data source of ${desk.id}`)
    desk.act({ on, who: found[0], task: 'name', outcome: 'named', contents: { 'data-desk': DESK } })
  }
}

/** A demand received on 2026-06-22. */
export function zqDemanded(story: Story): { agreement: StoryCase; scenario: StoryCase; demand: StoryCase } {
  const authorized = zqAgreementInForce(story)
  const scenario = zqScenarioInForce(story, authorized)
  zqDesksNamed(story, '2026-06-01')
  return { agreement: authorized, scenario, demand: story.open({ on: '2026-06-22', who: 'operator', procedure: 'data-demand', links: { agreement: authorized, scenario }, contents: { demand: zqDemand() } }) }
}

const approving = { outcome: 'approve', contents: { 'demand-finding': '符合场景需要，同意' } }

/** The same, approved by the agency and both data sources, its service agreement ready for the four signatures. */
export function zqToSignService(story: Story): ReturnType<typeof zqDemanded> {
  const opened = zqDemanded(story)
  opened.demand
    .act({ on: '2026-06-30', who: 'agency', task: 'agency-review', ...approving })
    .act({ on: '2026-06-30', who: 'hospital', task: 'provider-review@providers=first-hospital', ...approving })
    .act({ on: '2026-07-06', who: 'buses', task: 'provider-review@providers=bus-station', ...approving })
    .act({ on: '2026-07-06', who: 'agency', task: 'draft-service-agreement', outcome: 'ready', contents: { 'service-agreement': zqService() } })
  return opened
}

/** The same, signed by all; data are to come by 2026-07-22. */
export function zqSupplying(story: Story): ReturnType<typeof zqDemanded> {
  const opened = zqToSignService(story)
  const sign = { outcome: 'sign', contents: { 'service-signature': zqSignature(zqService()) } }
  opened.demand
    .act({ on: '2026-07-06', who: 'director', task: 'sign-agency', ...sign })
    .act({ on: '2026-07-06', who: 'operator', task: 'sign-operator', ...sign })
    .act({ on: '2026-07-06', who: 'hospital', task: 'sign-provider@providers=first-hospital', ...sign })
    .act({ on: '2026-07-06', who: 'buses', task: 'sign-provider@providers=bus-station', ...sign })
    .act({ on: '2026-07-08', who: 'developer', task: 'sign-developer', ...sign })
  return opened
}

export const RAW = 'a'.repeat(64) // the SHA-256 of what the data source delivered
export const PROCESSED = 'c'.repeat(64) // the SHA-256 of what came out of the processing

export function zqProvision(change: JsonObject = {}): JsonObject {
  return { fields: ['station', 'hour'], rows: 1000, completeness: 99, protection: 'masked', sha256: RAW, ...change }
}

/** The visits of the hospital, supplied to the operation-service platform on 2026-07-24 with the receipt GJ-1. */
export function zqSupplied(story: Story): ReturnType<typeof zqDemanded> {
  const opened = zqSupplying(story)
  opened.demand
    .act({ on: '2026-07-22', who: 'hospital', task: 'provision@items=visits', outcome: 'delivered', contents: { provision: zqProvision() } })
    .act({ on: '2026-07-22', who: 'platform', task: 'provision-receipt@items=visits', outcome: 'received', contents: { 'platform-receipt': { number: 'ZW-1', rows: 1000, sha256: RAW, 'received-at': '2026-07-22T10:00:00+08:00' } } })
    .act({ on: '2026-07-24', who: 'operator', task: 'process-operator@items=visits', outcome: 'processed', contents: { 'processing-record': { rule: '去标识后按日汇总', 'input-sha256': RAW, sha256: PROCESSED, rows: 300 } } })
    .act({ on: '2026-07-24', who: 'platform', task: 'supply-receipt@items=visits', outcome: 'received', contents: { 'supply-receipt': { number: 'GJ-1', rows: 300, sha256: PROCESSED, 'received-at': '2026-07-24T10:00:00+08:00', version: 'v1' } } })
  return opened
}

export const PERSONAL_FIELDS: Json[] = [field('station'), field('hour'), field('phone', { sensitive: 'personal', protection: 'mask' })]
