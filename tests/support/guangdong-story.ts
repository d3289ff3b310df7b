import type { Json, JsonObject } from '#core/json.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { agreement as anyAgreement, decision, file, plan as anyPlan, study } from './authorization-contents.ts'
import { hashOf, lawOf } from './case-law.ts'
import { Story } from './story.ts'
import type { Cast, StoryCase } from './story.ts'

/** The draft as a preview space runs it: nothing is opened under a draft, so the copy of the pack counts as in force there. */
export const previewLaw = (): Promise<CaseLaw> => lawOf('guangdong-2025-draft', (pack) => { pack.manifest.status = 'in-force' })

/** The offices of a province and some organisations around them. */
export const GUANGDONG: Cast = {
  holders: { government: 'provincial-government', 'leading-group': 'leading-group', 'data-authority': 'data-bureau', registrar: 'registration-centre', 'price-authority': 'reform-commission', 'financial-departments': 'finance-department' },
  persons: {
    governor: { organization: 'provincial-government', offices: ['government'] },
    bureau: { organization: 'data-bureau', offices: ['data-authority'] },
    agency: { organization: 'data-operation-office', offices: ['implementing-agency'] },
    director: { organization: 'data-operation-office', offices: ['implementing-agency'] },
    other: { organization: 'health-commission', offices: ['implementing-agency'] },
    hospital: { organization: 'provincial-hospital', offices: ['data-provider', 'registrant'] },
    school: { organization: 'a-school', offices: ['data-provider', 'registrant'] },
    operator: { organization: 'yue-data', offices: ['operator', 'registrant'] },
    expert: { organization: 'university', offices: ['expert-committee'] },
    leaders: { organization: 'leading-group', offices: ['leading-group'] },
  },
  organizations: { 'yue-data': { name: '粤数公司', 'credit-code': '91440000MA4ABCDE0X', 'legal-person': true } },
}

export const ENTRY: JsonObject = { code: 'visits', title: '门诊量', fields: ['station', 'hour'], 'update-frequency': '每月', operable: true, origin: 'own' }

/** An entry of the catalogue of authorised operation, listed on 2026-07-03. */
export function listed(story: Story, change: JsonObject = {}): StoryCase {
  return story.open({ on: '2026-07-01', who: 'hospital', procedure: 'catalog-entry', contents: { 'catalog-entry': { ...ENTRY, ...change } } })
    .act({ on: '2026-07-03', who: 'bureau', task: 'gather', outcome: 'list' })
}

export const plan = (change: JsonObject = {}): JsonObject => anyPlan({
  name: '广东省公共数据资源授权运营实施方案', term: { start: '2026-08-01', end: '2031-07-31' },
  resources: [{ entry: 'visits', name: '门诊量', provider: 'provincial-hospital', 'update-frequency': '每月', quality: '完整率98%以上', origin: 'own' }], ...change,
})
export const AGENCY: JsonObject = { agency: 'data-operation-office', number: '粤府函〔2026〕1号', document: file('确定文件.pdf') }

/** A plan before the government, opened on 2026-07-01. */
export function planInDeliberation(story: Story, level = 'province', more: Record<string, Json> = {}, links: Record<string, StoryCase> = {}): StoryCase {
  return story.open({ on: '2026-07-01', who: 'bureau', procedure: 'implementation-plan', links, contents: { 'plan-level': level, 'plan-agency': AGENCY, ...more } })
    .act({ on: '2026-07-06', who: 'agency', task: 'draft', outcome: 'ready', contents: { 'implementation-plan': plan(), 'feasibility-study': study() } })
}

/** A plan in force since 2026-07-10. */
export function planInForce(story: Story, level = 'province'): StoryCase {
  return planInDeliberation(story, level).act({ on: '2026-07-10', who: 'governor', task: 'deliberate', outcome: 'approve', contents: { 'government-decision': decision(plan(), '2026-07-10') } })
}

export const CALL: JsonObject = { method: 'open-tender', conditions: ['注册资本不低于5000万元'], closes: '2026-07-31', 'agreement-text': file('协议.pdf') }
export const CONSULTED: JsonObject[] = [
  { name: '省人民医院', role: 'data-provider', opinion: '建议明确更新频率', answer: '采纳' }, { name: '省数据主管部门', role: 'data-authority', opinion: '没有意见', answer: '无须采纳' },
]
export const applicant = (change: JsonObject = {}): JsonObject => ({ organization: 'yue-data', name: '粤数公司', applied: '2026-07-20', 'legal-person': true, clean: true, capable: true, 'security-officer': '陈安', protected: true, ...change })
export const SCORES: JsonObject[] = ['甲', '乙', '丙'].map((expert) => ({ expert, first: 'yue-data', opinion: '符合要求' }))

/** A selection that has qualified its applicants and waits for the experts (2026-07-13 to 2026-08-03). */
export function qualified(story: Story, approved: StoryCase, applicants: JsonObject[] = [applicant()]): StoryCase {
  return story.open({ on: '2026-07-13', who: 'agency', procedure: 'operator-selection', links: { plan: approved }, contents: { 'call-for-operators': CALL, consultation: CONSULTED } })
    .act({ on: '2026-08-03', who: 'agency', task: 'qualify', outcome: 'qualified', contents: { applicants, 'expert-panel': 'university' } })
}

/** The same with its candidate made public on 2026-08-10, chosen when 2026-08-16 begins. */
export function selected(story: Story, approved: StoryCase): StoryCase {
  return qualified(story, approved)
    .act({ on: '2026-08-06', who: 'expert', task: 'review', outcome: 'reviewed', contents: { 'expert-scores': SCORES } })
    .act({ on: '2026-08-10', who: 'director', task: 'name-candidate', outcome: 'named', contents: { candidate: { organization: 'yue-data', reason: '专家一致推荐' } } })
    .time('2026-08-16')
}

export const agreement = (change: JsonObject = {}): JsonObject => anyAgreement({ name: '广东省公共数据资源授权运营协议', operator: 'yue-data', resources: [{ entry: 'visits', name: '门诊量', provider: 'provincial-hospital' }], ...change })
export const signature = (): JsonObject => ({ 'text-hash': hashOf(agreement()), original: file('签署件.pdf') })

/** An agreement before its two signatures. */
export function toSign(story: Story, text: JsonObject = agreement()): StoryCase {
  const approved = planInForce(story)
  return story.open({ on: '2026-08-17', who: 'agency', procedure: 'operation-agreement', links: { plan: approved, selection: selected(story, approved) }, contents: { 'operation-agreement': text } })
    .act({ on: '2026-08-18', who: 'director', task: 'deliberate', outcome: 'approve', contents: { 'agency-decision': decision(text, '2026-08-18') } })
}

/** An agreement in force since 2026-08-20. */
export function inForce(story: Story): StoryCase {
  listed(story)
  return toSign(story)
    .act({ on: '2026-08-19', who: 'operator', task: 'sign-operator', outcome: 'sign', contents: { signature: signature() } })
    .act({ on: '2026-08-20', who: 'director', task: 'sign-agency', outcome: 'sign', contents: { signature: signature() } })
}

export const application = (change: JsonObject = {}): JsonObject => ({ scenario: '就医出行', purpose: '为就医出行提供参考', ends: '2027-12-31', items: [{ entry: 'visits', fields: ['station'] }], ...change })
export const REVIEWED: JsonObject = { reasonable: true, lawful: true, secure: true, opinion: '符合场景需要' }

/** A use of data granted on 2026-09-25. */
export function granted(story: Story, authorized: StoryCase): StoryCase {
  return story.open({ on: '2026-09-18', who: 'operator', procedure: 'data-demand', links: { agreement: authorized }, contents: { 'use-application': application() } })
    .act({ on: '2026-09-24', who: 'agency', task: 'review', outcome: 'grant', contents: { 'use-review': REVIEWED } })
}

export const product = (change: JsonObject = {}): JsonObject => ({ name: '就医出行指数', form: 'interface', scenario: '就医出行', sources: ['visits'], class: 'industry', price: 0.1, 'guided-price': 0.12, venue: '广州数据交易所', ...change })
export const ASSESSED: JsonObject = { 'within-use': true, 'sources-named': true, 'no-exposure': true, 'no-leak': true, 'no-export': true, 'no-other': true, opinion: '六项均无问题' }
