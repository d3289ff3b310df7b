import type { Json, JsonObject } from '#core/json.ts'
import { file } from './authorization-contents.ts'

/** Contents of the procedures from the catalogue to the supply, as an official would fill them in. */

export const SOURCE_HASH = 'a'.repeat(64) // the SHA-256 of the supplied file in these stories

export function field(name: string, change: JsonObject = {}): JsonObject {
  return { name, title: `字段${name}`, type: 'decimal', category: '监测数据', grade: '2', sensitive: 'none', ...change }
}

export function entry(code: string, change: JsonObject = {}): JsonObject {
  return {
    code, title: `资源${code}`, holder: '市生态环境局', duty: '环境空气质量监测与信息发布', dataset: code.replaceAll('-', '_'), category: '生态环境', grade: '2', 'graded-by': '王敏',
    entity: 'none', personal: false, 'update-frequency': 'hourly', quality: '完整率百分之九十八', origin: 'own', open: false, description: '各监测点位逐小时浓度',
    fields: [field('station'), field('hour'), field('pm25')], ...change,
  }
}

export function risk(change: JsonObject = {}): JsonObject {
  return { 'state-secret': false, 'core-data': false, 'important-data': false, 'public-safety': false, 'social-stability': false, 'signed-by': '李华', ...change }
}

export function item(entryCode: string, change: JsonObject = {}): JsonObject {
  return { entry: entryCode, fields: ['station', 'hour', 'pm25'], mode: 'batch', 'time-span': '2010年至2015年', area: '成都市', 'update-frequency': '一次性', ...change }
}

export function scenario(change: JsonObject = {}): JsonObject {
  return { name: '空气质量服务', purpose: '为公众出行提供空气质量参考', users: '全市企业和公众', benefit: '减少重污染天气健康影响', ends: '2028-12-31', ...change }
}

export function demand(items: Json[], change: JsonObject = {}): JsonObject {
  return { 'market-demand': '多家企业提出空气质量数据需求', scenario: scenario(), items, ...change }
}

export const CHECKLIST: JsonObject = { complete: true, agreement: true, catalogue: true, consent: true, opinion: '符合形式要求' }

/** A provider's decision on one item; `approve` unless changed. */
export function decided(entryCode: string, change: JsonObject = {}): JsonObject {
  return {
    entry: entryCode, decision: 'approve', fields: ['station', 'hour', 'pm25'], mode: 'batch', 'provide-by': 'batch-table',
    'data-result': 'suitable', 'data-note': '属履职数据', 'mode-result': 'suitable', 'mode-note': '环境内使用', 'scenario-result': 'suitable', 'scenario-note': '与场景相符',
    'basis-kind': 'law', 'basis-title': '中华人民共和国数据安全法', 'basis-article': '第四十二条', ...change,
  }
}

/** A refusal with everything that article 20.5 asks for. */
export function refusedItem(entryCode: string, change: JsonObject = {}): JsonObject {
  const row = decided(entryCode, { decision: 'refuse', reason: 'security', explanation: '涉及重点设施位置，不宜提供', 'basis-article': '第二十一条', ...change })
  for (const key of ['fields', 'mode', 'provide-by']) delete row[key]
  return row
}

export function provision(change: JsonObject = {}): JsonObject {
  return { 'provide-by': 'batch-table', fields: ['station', 'hour', 'pm25'], rows: 1000, sha256: SOURCE_HASH, ...change }
}

export function platformReceipt(change: JsonObject = {}): JsonObject {
  return { number: 'YTH-1', rows: 1000, sha256: SOURCE_HASH, 'received-at': '2026-09-21T10:00:00+08:00', ...change }
}

export function supplyReceipt(number: string, change: JsonObject = {}): JsonObject {
  return { number, rows: 1000, sha256: SOURCE_HASH, sm3: 'b'.repeat(64), 'received-at': '2026-10-12T10:00:00+08:00', version: 'v1', ...change }
}

export const MANUAL: JsonObject = { number: '纸质回执3号', date: '2026-09-21', source: '市一体化政务大数据平台运维单位' }

export const CONSENT: JsonObject = { provider: '省公安厅', purpose: '用于空气质量服务场景', 'valid-until': '2027-12-31', document: file('同意书.pdf') }
