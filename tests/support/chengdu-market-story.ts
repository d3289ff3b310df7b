import type { JsonObject } from '#core/json.ts'
import { file } from './authorization-contents.ts'
import { VERIFIED } from './offering-contents.ts'
import type { Story, StoryCase } from './story.ts'

/** Developers and what they make of delivered products, as they would fill it in. */

export function statement(change: JsonObject = {}): JsonObject {
  return { laws: ['中华人民共和国数据安全法', '中华人民共和国个人信息保护法'], standards: ['公共数据产品接口规范'], 'signed-by': '周敏', ...change }
}

/** A developer whose identity was verified on a day. */
export function registeredDeveloper(story: Story, who: string, on: string): StoryCase {
  return story
    .open({ on, who, procedure: 'developer-registration', contents: { 'developer-application': { name: `开发主体${who}`, kind: 'legal-person', code: '91510100MA6VWX', document: file('营业执照.pdf') } } })
    .act({ on, who: 'drafter', task: 'identity-review', outcome: 'verify', contents: { 'identity-check': VERIFIED } })
}

export function redeveloped(source: string, change: JsonObject = {}): JsonObject {
  return { name: '出行空气指数', source, description: '融合路况的空气指数', price: 9800, 'price-unit': 'month', personal: false, ...change }
}
