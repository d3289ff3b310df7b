import type { JsonObject } from '#core/json.ts'
import { file } from './authorization-contents.ts'
import type { StoryCase } from './story.ts'

/** Contents of registration, as registrants and the registrar would fill them in. */

export function materials(change: JsonObject = {}): JsonObject {
  return {
    'registrant-profile': '市生态环境局，11510100MB1234567X，联系人李华', 'lawful-source': '履行环境空气质量监测职责产生', resource: '2010年至2015年逐小时监测数据', product: '尚未形成产品和服务',
    scenario: '空气质量服务', 'risk-assessment': '不含个人信息，风险等级低', 'data-name': '成都市空气质量监测数据', summary: '各监测点位逐小时浓度', ...change,
  }
}

export function businessReview(change: JsonObject = {}): JsonObject {
  return { reviewer: '王敏', 'reviewed-on': '2026-09-15', conclusion: 'passed', truthful: true, ...change }
}

export function deposit(change: JsonObject = {}): JsonObject {
  return { digest: 'a'.repeat(64), 'deposited-on': '2026-09-15', place: '登记平台存证系统，凭证CZ-1', ...change }
}

export const application = (change: Record<string, JsonObject> = {}) => ({ 'registration-materials': materials(), 'business-review': businessReview(), 'evidence-deposit': deposit(), ...change })

export const OPINION: JsonObject = { complete: true, consistent: true, opinion: '材料齐全一致' }
export const NOTICE: JsonObject = { 'registrant-name': '市生态环境局', type: 'first', 'data-name': '成都市空气质量监测数据', summary: '各监测点位逐小时浓度' }
export const OBJECTION: JsonObject = { name: '张三', identity: '证件尾号1234', 'received-on': '2026-11-26', content: '该数据集的持有单位有误', evidence: file('异议证据.pdf') }
export const REEXAMINED: JsonObject = { facts: '经查，持有单位为市生态环境局', reason: '登记信息与事实相符' }

/** From the application to a running publicity period: accepted on 10-27, reviewed and published on 11-24. */
export function toPublicity(registration: StoryCase, who: string, appliedOn = '2026-10-22'): StoryCase {
  return registration
    .act({ on: appliedOn, who, task: 'apply', outcome: 'submit', contents: application() })
    .act({ on: '2026-10-27', who: 'registrar', task: 'acceptance', outcome: 'accept' })
    .act({ on: '2026-11-24', who: 'registrar', task: 'formal-review', outcome: 'pass', contents: { 'review-opinion': OPINION } })
    .act({ on: '2026-11-24', who: 'registrar', task: 'publicise', outcome: 'published', contents: { 'publicity-notice': NOTICE } })
}

export const code = (until: string, change: JsonObject = {}): JsonObject => ({ code: 'GGSJ-510100-000001', 'valid-until': until, ...change })

/** A registration with its code, issued on 2026-12-10 and valid until `until`. */
export function registered(registration: StoryCase, who: string, until = '2029-12-09'): StoryCase {
  return toPublicity(registration, who)
    .time('2026-12-09')
    .act({ on: '2026-12-10', who: 'registrar', task: 'coding', outcome: 'issued', contents: { 'registration-code': code(until) } })
}
