import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { listenAlone } from './listen-alone.ts'

export type Asked = Record<string, unknown>
/** What was taken in, as it is answered each time. */
export type Kept = { id: string; place: string; number: string; date: string; asked: Asked } & Record<string, unknown>

/** One outside platform: what it takes in where, what it asks for, and what else it answers. */
export type RecordKeeper = {
  /** Begins the numbers that it gives. */
  mark: string
  places: Record<string, {
    needs: readonly string[]
    /** Why it is not taken in; null where it is. */
    refuses?: (asked: Asked, kept: readonly Kept[]) => string | null
    answers?: (asked: Asked, made: { number: string; kept: readonly Kept[] }) => Record<string, unknown>
  }>
}

type State = { records: Record<string, Kept>; numbers: number }

/**
 * Serves one reference counterparty on loopback as the process that calls it, by the protocol of docs/ports: a record is
 * taken in by `PUT /v1/<place>/<id>`, the same id is always answered alike, `GET /v1/<place>` lists what is kept. The
 * state lies on disk.
 *
 *   node --import tsx demo/counterparties/<name>.ts --port 0 --state <dir>
 */
export function serveRecords(keeper: RecordKeeper): void {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '0' }, state: { type: 'string' } } })
  if (values.state === undefined) throw new Error('give --state <dir>')
  mkdirSync(values.state, { recursive: true })
  const file = join(values.state, 'state.json')
  const state: State = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as State) : { records: {}, numbers: 0 } // written below
  const save = () => {
    writeFileSync(`${file}.next`, JSON.stringify(state))
    renameSync(`${file}.next`, file)
  }
  listenAlone(Number(values.port), (request, response) => {
    answer(keeper, state, save, request, response).catch((error: unknown) => send(response, INTERNAL, { error: error instanceof Error ? error.message : String(error) }))
  })
}

const [OK, CREATED, MISSING, UNUSABLE, INTERNAL] = [200, 201, 404, 422, 500]

async function answer(keeper: RecordKeeper, state: State, save: () => void, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, version, place = '', id = ''] = (request.url ?? '').split('/')
  const rules = keeper.places[place]
  const kept = Object.values(state.records)
  if (version !== 'v1' || rules === undefined) return send(response, MISSING, { error: '没有这一接口' })
  if (request.method === 'GET') return send(response, OK, { records: kept.filter((one) => one.place === place) })
  if (request.method !== 'PUT' || id === '') return send(response, MISSING, { error: '没有这一接口' })
  const before = state.records[id]
  if (before !== undefined) return send(response, OK, before)
  const asked = await body(request)
  const missing = rules.needs.find((name) => typeof asked[name] !== 'string' || asked[name] === '')
  const refusal = missing === undefined ? (rules.refuses?.(asked, kept) ?? null) : `报文缺少“${missing}”`
  if (refusal !== null) return send(response, UNUSABLE, { error: refusal })
  state.numbers += 1
  const number = `${keeper.mark}-${state.numbers}`
  const made: Kept = { id, place, number, date: dateOf(asked), asked, ...rules.answers?.(asked, { number, kept }) }
  state.records[id] = made
  save()
  send(response, CREATED, made)
}

/** A stand-in has no calendar of its own: it stamps with the day on which the message says it was sent. */
function dateOf(asked: Asked): string {
  const day = asked['sent_on']
  return typeof day === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(day) ? day : new Date().toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' })
}

async function body(request: IncomingMessage): Promise<Asked> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer) // a binary stream gives buffers
  return JSON.parse(Buffer.concat(parts).toString('utf8') || '{}') as Asked // a stand-in trusts its caller
}

function send(response: ServerResponse, status: number, value: unknown): void {
  const bytes = Buffer.from(JSON.stringify(value))
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length })
  response.end(bytes)
}
