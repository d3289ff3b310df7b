import type { Json, JsonObject } from '#core/json.ts'
import { agreement as anyAgreement, decision, documents as anyDocuments, fairReview, file, plan as anyPlan, qualification, scores, signingCheck, study as anyStudy, bids } from './authorization-contents.ts'
import { award } from './authorization-story.ts'
import { releaseRequest } from './offering-contents.ts'
import { SOURCE_HASH, decided as anyDecided, demand, entry as anyEntry, item, provision, platformReceipt as receipt, risk as anyRisk, scenario, supplyReceipt } from './supply-contents.ts'

/** Contents as an official of Xi'an would fill them in: those of any city with what this text asks for besides. */

export { award, bids, decision, fairReview, file, provision, qualification, receipt, releaseRequest, scores, signingCheck, supplyReceipt }

export const SHARES: Json = [{ party: '运营机构', share: 60 }, { party: '数据提供单位', share: 25 }, { party: '市财政', share: 15 }]
const KINDS = ['operator', 'data-provider', 'other']

export const shares = (...of: number[]): Json => ['运营机构', '数据提供单位', '市财政'].map((party, index) => ({ party, kind: KINDS[index] ?? 'other', share: of[index] ?? 0, ground: '资金和数据' }))
export const CONDITIONS: JsonObject[] = ['capital', 'management', 'technology', 'service', 'security'].map((kind) => ({ kind, requirement: kind === 'capital' ? '注册资本不低于1000万元' : `具备${kind}条件` }))
export const ASSESSED: JsonObject[] = ['regularity', 'performance', 'security', 'results'].map((one) => ({ item: one, standard: '达到年度目标' }))
export const GROUNDS = ['policy', 'uncorrected', 'restricted', 'incident', 'unqualified-twice', 'other-unlawful']

const RESOURCES: Json = [['parking', 'parking-centre'], ['metro', 'metro-company']].map(([code = '', provider = '']) => ({
  entry: code, name: `资源${code}`, provider, 'update-frequency': '每日', quality: '完整率98%以上', 'holding-basis': '依法履职', origin: 'own',
}))

export function plan(change: JsonObject = {}): JsonObject {
  const text = anyPlan()
  return {
    ...text, name: '西安市公共数据资源整体授权运营实施方案', 'operator-conditions': CONDITIONS, resources: RESOURCES, term: { start: '2026-04-01', end: '2031-12-31' },
    accounting: { 'cost-and-revenue': '单独列支、独立核算', distribution: '按投入和贡献分配', shares: shares(60, 25, 15) },
    supervision: { supervision: '依细则监督管理', assessment: '每年考核评价', assessed: ASSESSED }, ...change,
  }
}

export function study(change: JsonObject = {}): JsonObject {
  return {
    ...anyStudy(), scenarios: [{ name: '停车引导', purpose: '缓解停车难', users: '市民', entries: ['parking'] }],
    distribution: [{ party: '运营机构', share: 60, opinion: '合理' }, { party: '数据提供单位', share: 25, opinion: '合理' }, { party: '市财政', share: 15, opinion: '合理' }], conclusion: 'feasible', ...change,
  }
}

export function agreement(change: JsonObject = {}): JsonObject {
  const { operator: _operator, ...text } = anyAgreement()
  const whole: JsonObject = {
    ...text, name: '西安市公共数据资源授权运营协议', operator: 'qin-data', resources: [{ entry: 'parking', name: '停车数据', provider: 'parking-centre' }, { entry: 'metro', name: '地铁数据', provider: 'metro-company' }],
    term: { start: '2026-05-18', end: '2031-05-17' }, 'supporting-platform': 'unified', 'disclosure-months': 12,
    ownership: { equipment: '软硬件设备归投资方所有', products: '公共数据产品权属依约定', 'after-term': '期满后归市数据局所有' },
    accounting: { 'cost-and-revenue': '单独列支、独立核算', distribution: SHARES },
    evaluation: { evaluation: '每年评价一次', 'renewal-or-exit': '期满按程序重新选择', 'automatic-renewal': false },
    'time-to-correct': '收到要求后15日内', 'dispute-way': 'arbitration', 'termination-grounds': GROUNDS.map((ground) => ({ ground })), ...change,
  }
  return Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== null))
}

export const documents = (change: JsonObject = {}): JsonObject => anyDocuments({ conditions: ['注册资本不低于1000万元'], ...change })
export const entry = (code: string, change: JsonObject = {}): JsonObject => anyEntry(code, { 'provider-kind': 'institution', scheme: '交通行业分类分级方案第二版', ...change })
export const CATALOGUED: JsonObject = { 'provider-kind': 'utility', 'supply-decision': '董事会2026年第3号决议' }
export const risk = (change: JsonObject = {}): JsonObject => anyRisk({ 'commercial-secret': false, ...change })
export const demandItem = (code: string, change: JsonObject = {}): JsonObject => item(code, { area: '西安市', ...change })
export const decided = (code: string, change: JsonObject = {}): JsonObject => anyDecided(code, change)
export { demand, scenario, SOURCE_HASH }

export const VOTES: JsonObject = {
  'beyond-agreement': 'no', 'beyond-agreement-note': '在协议场景内', 'direct-exposure': 'no', 'direct-exposure-note': '仅为汇总值', 'other-risk': 'no', 'other-risk-note': '未发现其他风险', opinion: '同意，结果为汇总统计',
}

export const job = (under: string, change: JsonObject = {}): JsonObject => ({
  id: 'job-1', author: 'analyst', agreement: under, scenario: '停车引导', status: 'succeeded', verdict: 'pass', digest: 'd'.repeat(64), tables: ['parking', 'metro'], supplies: ['GJ-1'],
  providers: ['parking-centre', 'metro-company'], layers: [], ...change,
})

export const product = (change: JsonObject = {}): JsonObject => ({
  name: '停车指数', description: '按区域和时段发布停车指数', kind: 'query-interface', scenario: '停车引导', fields: ['district', 'hour', 'index'], 'price-class': 'industry', price: 0, 'price-unit': 'free', 'price-policy': '免费',
  need: '帮助市民找到车位', terms: '经审核的使用主体均可申请', visibility: 'all-verified', contact: '029-12345678', personal: false, raw: false, answerable: '王强', ...change,
})
