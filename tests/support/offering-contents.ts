import type { Json, JsonObject } from '#core/json.ts'
import { file } from './authorization-contents.ts'
import type { Story, StoryCase } from './story.ts'

/** Contents and steps from a job's result to a product in use. */

export function releaseRequest(change: JsonObject = {}): JsonObject {
  return { job: 'job-1', title: '逐日空气质量统计', purpose: '形成公众出行参考产品', recipients: '经核验的使用方', method: 'aggregate', 'method-note': '按站点和日期汇总平均值', ...change }
}

/** The fact `environment.job` of a job of these stories; `analyst` wrote it. */
export function job(agreement: string, change: JsonObject = {}): JsonObject {
  return {
    id: 'job-1', author: 'analyst', agreement, scenario: '空气质量服务', status: 'succeeded', verdict: 'pass', digest: 'd'.repeat(64),
    tables: ['air-quality', 'bus-lines'], supplies: ['GJ-1', 'GJ-2'], providers: ['environment-bureau', 'transport-bureau'], layers: [], ...change,
  }
}

export function vote(change: JsonObject = {}): JsonObject {
  return {
    'beyond-agreement': 'no', 'beyond-agreement-note': '在协议场景内', 'direct-exposure': 'no', 'direct-exposure-note': '仅为汇总值', 'other-risk': 'no', 'other-risk-note': '未发现其他风险',
    opinion: '同意出域，结果为汇总统计', ...change,
  }
}

export const requested = (story: Story, agreement: StoryCase, facts: Record<string, Json> = {}, on = '2026-10-12'): StoryCase =>
  story.open({
    on, who: 'operator', procedure: 'output-release', links: { agreement },
    contents: { 'release-request': releaseRequest() }, facts: { job: job(agreement.id), ...facts },
  })

/** A release that the agency and both providers let out on a day. */
export function released(story: Story, agreement: StoryCase, on = '2026-10-12'): StoryCase {
  return requested(story, agreement, {}, on)
    .act({ on, who: 'reviewer', task: 'agency-review', outcome: 'pass', contents: { 'release-vote': vote() } })
    .act({ on, who: 'environment', task: 'provider-review@providers=environment-bureau', outcome: 'pass', contents: { 'release-vote': vote() } })
    .act({ on, who: 'transport', task: 'provider-review@providers=transport-bureau', outcome: 'pass', contents: { 'release-vote': vote() } })
}

export function product(change: JsonObject = {}): JsonObject {
  return {
    name: '空气质量查询', description: '按站点和日期查询空气质量', kind: 'query-interface', scenario: '空气质量服务', fields: ['station', 'day', 'pm25'],
    'price-class': 'industry', price: 1.2, 'price-unit': 'call', terms: '经核验的使用方均可申请', visibility: 'all-verified', contact: '028-12345678', personal: false, raw: false, ...change,
  }
}

export function priceDecision(change: JsonObject = {}): JsonObject {
  return { why: '弥补治理成本', number: '成发改价〔2026〕10号', authority: '市发展改革委', ceiling: 1.2, 'valid-until': '2026-12-31', ...change }
}

export const REVIEWED: JsonObject = { security: 'passed', 'security-note': '无安全风险', conformity: 'passed', 'conformity-note': '符合业务规范' }

/** A product on the list since a day; `change` replaces items of it, `priced` of its price decision. */
export function offered(story: Story, agreement: StoryCase, on = '2026-10-12', change: JsonObject = {}, priced: JsonObject = {}): StoryCase {
  return story
    .open({ on, who: 'operator', procedure: 'product', links: { release: released(story, agreement, on), agreement }, contents: { product: product(change), 'price-decision': priceDecision(priced) } })
    .act({ on, who: 'reviewer', task: 'review', outcome: 'publish', contents: { 'product-review': REVIEWED } })
}

export function application(of: string, change: JsonObject = {}): JsonObject {
  return { product: of, scenario: '空气质量服务', purpose: '出行应用展示空气质量', use: 'own', 'purpose-class': 'industry', tie: 'none', quota: 10000, ends: '2027-10-12', ...change }
}

export const PROOF: JsonObject = { name: '蓉城出行科技有限公司', 'credit-code': '91510100MA6QRTTU3W', document: file('营业执照.pdf'), contact: '赵敏' }
export const VERIFIED: JsonObject = { verified: true, method: 'registry', note: '与登记信息一致' }
