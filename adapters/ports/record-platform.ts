import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { Json, JsonObject } from '#core/json.ts'
import { PortRefused } from './port.ts'
import type { Port, PortReceipt } from './port.ts'

/** What an action leaves on the outside platform, and what its receipt gives back. */
type RecordAction = {
  /** Place of the outside platform: `PUT /v1/<place>/<message id>`. */
  place: string
  /** The content in which the receipt stands, with the answer's field for each of its items. */
  content: string
  items: Readonly<Record<string, 'number' | 'date' | 'address' | 'source' | 'listed'>>
}

/** An outside platform that takes records and answers each with a number and a date. */
export type RecordPlatform = { title: string; actions: Readonly<Record<string, RecordAction>> }

const PUBLISHED = { number: 'number', 'published-on': 'date', address: 'address' } as const
const NODE = { number: 'number', 'published-on': 'date' } as const
const REGISTRAR = { content: 'registrar-receipt', items: { number: 'number', 'received-on': 'date' } } as const
const CREDIT = { content: 'credit-receipt', items: { number: 'number', 'entered-on': 'date' } } as const

/** The outside platforms of this kind by the name that packs use; each is documented in docs/ports. */
export const RECORD_PLATFORMS = {
  'credit-list': {
    title: '公共信用信息平台',
    actions: {
      check: { place: 'checks', content: 'credit-extract', items: { number: 'number', listed: 'listed', 'as-of': 'date', source: 'source' } },
      report: { place: 'reports', ...CREDIT },
      remove: { place: 'removals', ...CREDIT },
    },
  },
  registrar: {
    title: '公共数据资源登记平台',
    actions: { apply: { place: 'applications', ...REGISTRAR }, change: { place: 'changes', ...REGISTRAR }, renew: { place: 'renewals', ...REGISTRAR }, cancel: { place: 'cancellations', ...REGISTRAR } },
  },
  procurement: {
    title: '政府采购和公共资源交易平台',
    actions: { publish: { place: 'notices', content: 'procurement-receipt', items: PUBLISHED }, result: { place: 'results', content: 'procurement-receipt', items: PUBLISHED } },
  },
  'information-column': {
    title: '政府信息公开专栏',
    actions: { publish: { place: 'publications', content: 'column-receipt', items: PUBLISHED }, withdraw: { place: 'withdrawals', content: 'column-receipt', items: PUBLISHED } },
  },
  'national-node': {
    title: '国家数据流通利用基础设施节点',
    actions: { publish: { place: 'listings', content: 'node-receipt', items: NODE }, withdraw: { place: 'withdrawals', content: 'node-receipt', items: NODE } },
  },
} as const satisfies Record<string, RecordPlatform>

export type RecordPlatformName = keyof typeof RECORD_PLATFORMS

const TIMEOUT_MS = 30_000
const CLIENT_ERRORS = { from: 400, to: 500 } as const // HTTP: repeating the request does not help

/**
 * A port to an outside platform that takes records (docs/ports/credit-list.md and its neighbours). The message goes out
 * with the legal day of its sending; the receipt concludes the waiting step as `received`.
 *
 * @param today the legal day in the city.
 * @throws PortRefused where the platform says no, or its answer lacks something; any other error is tried again.
 */
export function recordPlatformPort({ title, actions }: RecordPlatform, address: string, today: () => Promise<LegalDate>): Port {
  return {
    send: async (message): Promise<PortReceipt> => {
      const action = actions[message.action]
      if (action === undefined) throw new PortRefused('port-action-must-be-known', `${title}接口没有“${message.action}”这一操作。`)
      const answer = await put(title, `${address}/v1/${action.place}/${message.id}`, { ...message.payload, case: message.caseId, sent_on: await today() })
      const items = Object.entries(action.items).map(([item, field]) => [item, itemOf(title, answer, field)])
      return { outcome: 'received', contents: { [action.content]: Object.fromEntries(items) } }
    },
  }
}

async function put(title: string, url: string, body: JsonObject): Promise<JsonObject> {
  const response = await fetch(url, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), signal: AbortSignal.timeout(TIMEOUT_MS) })
  const answer = (await response.json()) as JsonObject // the port's documented answer; each field is checked below
  if (response.status >= CLIENT_ERRORS.from && response.status < CLIENT_ERRORS.to) throw new PortRefused('outside-platform-refused', `${title}未受理：${String(answer['error'] ?? response.status)}`)
  if (!response.ok) throw new Error(`${title}出错（${response.status}）`)
  return answer
}

function itemOf(title: string, answer: JsonObject, field: string): Json {
  const found = answer[field]
  const isWhole = field === 'listed' ? typeof found === 'boolean' : typeof found === 'string' && found !== ''
  if (found === undefined || !isWhole) throw new PortRefused('port-message-must-be-whole', `${title}的答复缺少“${field}”。`)
  return found
}
