import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import type { JsonObject } from '#core/json.ts'
import { PortRefused } from './port.ts'
import type { Port, PortMessage, PortReceipt } from './port.ts'

/** What has arrived, after it was ingested: for the receipt that both sides keep. */
export type Ingested = { version: string; rows: number; sourceSha256: string; tableSm3: string }

/** Takes a supplied file into the vault. @throws PortRefused where the file is not what was declared. */
export type TakeIn = (message: PortMessage, expectedSha256: string, file: Readable) => Promise<Ingested>

const TIMEOUT_MS = 30_000 // of one request without a file

/**
 * The city's integrated government data platform (docs/ports/integrated-platform.md). `receive` asks whether a
 * provider's provision has arrived there; `supply` and `supply-open` take the data over into the operation platform,
 * compare both sides' hashes, and answer with what arrived.
 */
export function integratedPlatformPort(address: string, takeIn: TakeIn): Port {
  return {
    send: async (message) => {
      if (message.action === 'receive') return receive(address, message)
      if (message.action === 'supply' || message.action === 'supply-open') return supply(address, message, takeIn)
      throw new PortRefused('port-action-must-be-known', `一体化平台接口没有“${message.action}”这一操作。`)
    },
  }
}

async function receive(address: string, message: PortMessage): Promise<PortReceipt> {
  const answer = await put(`${address}/v1/provisions/${message.id}`, message.payload)
  return {
    outcome: 'received',
    contents: {
      'platform-receipt': { number: textOf(answer, 'number'), rows: numberOf(answer, 'rows'), sha256: textOf(answer, 'sha256'), 'received-at': textOf(answer, 'received_at') },
    },
  }
}

async function supply(address: string, message: PortMessage, takeIn: TakeIn): Promise<PortReceipt> {
  const order = await put(`${address}/v1/supplies/${message.id}`, message.payload)
  const sent = textOf(order, 'sha256')
  // Kept alive, the connection of a file that arrived whole is closed as idle while a busy machine still reads it, and counts as broken off.
  const response = await fetch(`${address}/v1/supplies/${message.id}/file`, { headers: { connection: 'close' } })
  if (!response.ok || response.body === null) throw new Error(`一体化平台没有交出文件（${response.status}）`)
  const arrived = await takeIn(message, sent, Readable.fromWeb(response.body as ReadableStream)) // the same streams by two type libraries
  await put(`${address}/v1/supplies/${message.id}/receipt`, { sha256: arrived.sourceSha256, rows: arrived.rows })
  return {
    outcome: 'received',
    contents: {
      'supply-receipt': {
        number: textOf(order, 'number'), rows: arrived.rows, sha256: arrived.sourceSha256, sm3: arrived.tableSm3,
        'received-at': new Date().toISOString(), version: arrived.version,
      },
    },
  }
}

async function put(url: string, body: JsonObject): Promise<JsonObject> {
  const response = await fetch(url, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), signal: AbortSignal.timeout(TIMEOUT_MS) })
  const answer = (await response.json()) as JsonObject // the port's documented answer
  if (response.status >= 400 && response.status < 500) throw new PortRefused('outside-platform-refused', `一体化平台未受理：${String(answer['error'] ?? response.status)}`)
  if (!response.ok) throw new Error(`一体化平台出错（${response.status}）`)
  return answer
}

function textOf(value: JsonObject, key: string): string {
  const found = value[key]
  if (typeof found !== 'string' || found === '') throw new PortRefused('port-message-must-be-whole', `报文缺少“${key}”。`)
  return found
}

function numberOf(value: JsonObject, key: string): number {
  const found = value[key]
  if (typeof found !== 'number') throw new PortRefused('port-message-must-be-whole', `报文缺少数值“${key}”。`)
  return found
}
