import type { Json, JsonObject } from '#core/json.ts'
import { hashOf } from './case-law.ts'

/** A file as the platform records it. */
export function file(name: string): JsonObject {
  return { sha256: hashOf(name), name, size: 1024, media_type: 'application/pdf' }
}

/** A whole implementation plan on air quality and bus data; `change` replaces items. */
export function plan(change: JsonObject = {}): JsonObject {
  return {
    name: '成都市公共数据资源整体授权运营实施方案',
    necessity: { necessity: '提高公共数据资源开发利用水平，服务民生和产业发展。', feasibility: '数据、技术和市场条件具备，风险可控，方案可行。' },
    'operator-conditions': [
      { kind: 'capital', requirement: '注册资本不低于5000万元' },
      { kind: 'technology', requirement: '具有数据加工平台建设运营能力' },
      { kind: 'security', requirement: '运营系统通过网络安全等级保护三级测评' },
    ],
    mode: { kind: 'overall' },
    scope: '生态环境、交通运输领域的公共数据资源',
    resources: [
      { entry: 'air-quality', name: '空气质量监测数据', provider: 'environment-bureau', 'update-frequency': '每小时', quality: '完整率98%以上', 'holding-basis': '生态环境监测职责', origin: 'own' },
      { entry: 'bus-lines', name: '公交线路数据', provider: 'transport-bureau', 'update-frequency': '每月', quality: '完整率99%以上', 'holding-basis': '城市公共交通管理职责', origin: 'own' },
    ],
    term: { start: '2026-08-01', end: '2031-07-31' },
    implementation: {
      construction: '建设授权运营平台', 'technical-support': '依托市一体化政务大数据平台', 'evaluation-criteria': '按年度评估办法执行',
      'exit-mechanism': '期满或者违约的，依协议退出', 'asset-management': '按国有资产管理规定执行',
      milestones: [{ name: '平台上线', date: '2026-12-31', responsible: '市大数据中心' }, { name: '首批产品', date: '2027-06-30', responsible: '运营机构' }],
    },
    products: [{ name: '空气质量查询', class: 'public-benefit', form: '接口' }, { name: '出行环境指数', class: 'industry', form: '数据集' }],
    accounting: { 'cost-and-revenue': '单独核算成本和收入', distribution: '按贡献分配收益' },
    protection: { security: '分类分级保护', 'personal-information': '最小必要并去标识化', emergency: '按应急预案处置' },
    'rights-and-duties': { 'implementing-agency': '组织、指导和监督', operator: '治理、开发和提供服务', others: '依职责供数和配合' },
    supervision: { supervision: '依细则监督管理', assessment: '每年考核评价' },
    other: '无',
    benefits: { economic: [{ name: '数据产品收入', target: '每年2000万元', year: 2027 }], social: [{ name: '免费服务次数', target: '每年100万次', year: 2027 }] },
    ...change,
  }
}

/** A feasibility study with the five themes; `change` replaces items. */
export function study(change: JsonObject = {}): JsonObject {
  return {
    'life-cycle': { collection: '依职责收集', storage: '境内加密存储', processing: '专区内使用加工', transfer: '专线加密传输', provision: '产品审核后提供', destruction: '不可逆方式销毁' },
    demand: [{ name: '空气质量查询', sector: '生态环境', source: '2026年需求征集' }],
    market: { value: 12000, source: '行业协会年度报告', method: '同类城市类比测算', year: 2026 },
    results: [{ name: '数据产品', target: 20, unit: '个', year: 2027 }],
    risks: [{ name: '再识别风险', kind: 'privacy', level: 'high', measure: '发布前检验', owner: '运营机构' }, { name: '需求不足', kind: 'market', level: 'low' }],
    ...change,
  }
}

/** A collective decision on a text, carried by 7 of 8 present among 9 members. */
export function decision(text: Json, date: string, change: JsonObject = {}): JsonObject {
  return {
    meeting: '常务会议', number: '〔2026〕12号', date, members: 9, present: 8, 'votes-for': 7, 'votes-against': 1, abstentions: 0,
    minutes: file('会议纪要.pdf'), 'text-hash': hashOf(text), ...change,
  }
}

/** A fair-competition review that finds nothing in these conditions. */
export function fairReview(conditions: string[], finding = 'none'): JsonObject {
  return { clauses: conditions.map((name) => ({ name, finding })), conclusion: '未发现排除、限制竞争的内容', reviewed: '2026-07-01' }
}

export const PLAN_CONDITIONS = ['注册资本不低于5000万元', '具有数据加工平台建设运营能力', '运营系统通过网络安全等级保护三级测评']

export function documents(change: JsonObject = {}): JsonObject {
  return {
    name: '授权运营机构选定项目', method: 'open-tender', 'legal-ground': '《招标投标法》', conditions: PLAN_CONDITIONS,
    scoring: '综合评分法，满分100分', documents: file('招标文件.pdf'), ...change,
  }
}

export function notice(end: string, change: JsonObject = {}): JsonObject {
  return {
    end, 'agreement-text': file('协议征求意见稿.pdf'),
    consulted: [
      { name: '市生态环境局', role: 'data-provider' }, { name: '市发展改革委（市数据局）', role: 'data-authority' },
      { name: '市城市运行和政务服务办', role: 'public-data-manager' },
    ],
    ...change,
  }
}

export function bids(organizations: string[]): JsonObject[] {
  return organizations.map((organization) => ({ organization, name: organization, submitted: '2026-08-03', documents: file(`${organization}.pdf`) }))
}

export function scores(organizations: string[], change: JsonObject = {}): JsonObject[] {
  return organizations.map((organization) => ({ organization, name: organization, management: 'shown', technology: 'shown', total: 90, opinion: '符合要求', ...change }))
}

export function qualification(organization: string, change: JsonObject = {}): JsonObject {
  return {
    organization, 'management-capacity': file('管理.pdf'), 'technical-capacity': file('技术.pdf'), 'audited-accounts': file('审计报告.pdf'),
    insolvent: false, 'under-enforcement': false, dishonest: false, 'credit-source': '信用中国2026-08-05查询',
    'graded-protection': { certificate: '51010026001', grade: 'third', 'valid-until': '2027-07-31', report: file('测评报告.pdf') },
    'security-officer': '李安', 'security-rules': file('制度.pdf'), ...change,
  }
}

/** A whole operation agreement; `change` replaces items. */
export function agreement(change: JsonObject = {}): JsonObject {
  return {
    name: '成都市公共数据资源授权运营协议', operator: 'tianfu-data', activities: ['数据治理', '数据开发', '提供数据产品和技术服务'],
    scope: '生态环境、交通运输领域的公共数据资源',
    resources: [{ entry: 'air-quality', name: '空气质量监测数据', provider: 'environment-bureau' }, { entry: 'bus-lines', name: '公交线路数据', provider: 'transport-bureau' }],
    term: { start: '2026-08-20', end: '2029-08-19' },
    products: [{ name: '空气质量查询', class: 'public-benefit', 'technical-standard': '接口规范第一版', 'security-review': '发布前安全审核', 'compliance-review': '业务规范性审核' }],
    'supporting-platform': '市公共数据资源授权运营平台',
    ownership: { equipment: '软硬件设备归投资方所有', products: '公共数据产品权属依约定' },
    disclosure: '每半年披露授权运营情况', 'no-redevelopment': '运营机构不得直接或间接参与已交付产品和服务的再开发',
    accounting: { 'cost-and-revenue': '单独核算，按年报送', distribution: [{ party: '运营机构', share: 60 }, { party: '公共数据提供单位', share: 25 }, { party: '市财政', share: 15 }] },
    protection: { security: '分类分级保护', 'personal-information': '去标识化处理', monitoring: '全程风险监测', emergency: '按应急预案处置' },
    evaluation: { evaluation: '每年评价一次', 'renewal-or-exit': '期满前协商续约' },
    liability: '违约方承担违约责任', disputes: '协商不成的提交仲裁', 'change-and-termination': '依细则第二十五条', other: '无',
    ...change,
  }
}

export function signingCheck(date: string, change: JsonObject = {}): JsonObject {
  return { date, insolvent: false, 'under-enforcement': false, dishonest: false, source: '信用中国查询', ...change }
}
