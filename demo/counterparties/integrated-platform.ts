/**
 * Reference counterparty: a small stand-in for a city's integrated government data platform, run as a process of its
 * own. It speaks the protocol of docs/ports/integrated-platform.md and keeps its state on disk.
 *
 *   node --import tsx demo/counterparties/integrated-platform.ts --port 0 --state <dir> --inbox <dir>
 *
 * Files that providers have handed over lie in the inbox (`PUT /v1/inbox/<name>` adds one); a provision names its file
 * by hash, and a supply hands out exactly that file.
 */
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { createGunzip } from 'node:zlib'
import { listenAlone } from './listen-alone.ts'

type Arrived = { name: string; path: string; sha256: string; rows: number; bytes: number }
type Provision = { id: string; number: string; sha256: string; rows: number; received_at: string }
type Supply = { id: string; number: string; sha256: string; receipt: { sha256: string; rows: number } | null }
type State = { provisions: Record<string, Provision>; supplies: Record<string, Supply>; numbers: number }

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' }, state: { type: 'string' }, inbox: { type: 'string' } } })
if (values.state === undefined || values.inbox === undefined) throw new Error('give --state <dir> and --inbox <dir>')
const inboxDirectory = values.inbox
const stateFile = join(values.state, 'state.json')
mkdirSync(values.state, { recursive: true })
const state: State = existsSync(stateFile) ? (JSON.parse(readFileSync(stateFile, 'utf8')) as State) : { provisions: {}, supplies: {}, numbers: 0 } // written by save

function save(): void {
  writeFileSync(`${stateFile}.next`, JSON.stringify(state))
  renameSync(`${stateFile}.next`, stateFile)
}

listenAlone(Number(values.port), (request, response) => {
  answer(request, response).catch((error: unknown) => {
    if (!response.headersSent) send(response, 500, { error: error instanceof Error ? error.message : String(error) })
    else response.destroy()
  })
})

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, version, kind, id, part] = (request.url ?? '').split('/')
  if (version !== 'v1') return send(response, 404, { error: 'unknown version' })
  const place = `${request.method} ${kind ?? ''}${id ? '/:id' : ''}${part ? `/${part}` : ''}`
  switch (place) {
    case 'GET inbox':
      return send(response, 200, { files: (await arrived()).map(({ path: _path, ...shown }) => shown) })
    case 'PUT inbox/:id':
      return upload(request, response, id ?? '')
    case 'PUT provisions/:id':
      return provide(response, id ?? '', await body(request))
    case 'PUT supplies/:id':
      return supply(response, id ?? '', await body(request))
    case 'GET supplies/:id/file':
      return file(response, id ?? '')
    case 'PUT supplies/:id/receipt':
      return receive(response, id ?? '', await body(request))
    case 'PUT logs/:id':
      return send(response, 200, { id, received: true })
    default:
      return send(response, 404, { error: 'unknown place' })
  }
}

const known = new Map<string, Arrived>()

/** What lies in the inbox, with digest and rows; each file is read once. */
async function arrived(): Promise<Arrived[]> {
  const names = readdirSync(inboxDirectory).filter((name) => /^[\w.-]+\.csv(\.gz)?$/.test(name)).toSorted()
  for (const name of names) if (!known.has(name)) known.set(name, await measured(name))
  return names.flatMap((name) => known.get(name) ?? [])
}

async function measured(name: string): Promise<Arrived> {
  const path = join(inboxDirectory, name)
  const hash = createHash('sha256')
  let bytes = 0
  const counted = createReadStream(path).on('data', (chunk) => {
    hash.update(chunk)
    bytes += chunk.length
  })
  let lines = 0
  for await (const chunk of name.endsWith('.gz') ? counted.pipe(createGunzip()) : counted) {
    for (const byte of chunk as Buffer) if (byte === LINE_FEED) lines += 1 // a binary stream gives buffers
  }
  return { name, path, sha256: hash.digest('hex'), rows: lines - 1, bytes }
}

const LINE_FEED = 0x0a

async function upload(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
  if (!/^[\w.-]+\.csv(\.gz)?$/.test(name)) return send(response, 422, { error: '文件名应为 *.csv 或 *.csv.gz' })
  await pipeline(request, createWriteStream(join(inboxDirectory, name)))
  known.delete(name)
  const found = (await arrived()).find((one) => one.name === name)
  send(response, 201, { name, sha256: found?.sha256, rows: found?.rows, bytes: found?.bytes })
}

/** A provider's provision is received where its file has arrived; the same id twice is the same provision. */
async function provide(response: ServerResponse, id: string, asked: Record<string, unknown>): Promise<void> {
  const before = state.provisions[id]
  if (before) return send(response, 200, before)
  const found = (await arrived()).find((one) => one.sha256 === asked['sha256'])
  if (!found) return send(response, 422, { error: '没有收到哈希值相符的文件，请提供单位核对后重新传输' })
  state.numbers += 1
  const provision = { id, number: `YTH-${state.numbers}`, sha256: found.sha256, rows: found.rows, received_at: new Date().toISOString() }
  state.provisions[id] = provision
  save()
  send(response, 201, provision)
}

async function supply(response: ServerResponse, id: string, asked: Record<string, unknown>): Promise<void> {
  const before = state.supplies[id]
  if (before) return send(response, 200, before)
  const found = (await arrived()).find((one) => one.sha256 === asked['sha256'])
  if (!found) return send(response, 422, { error: '供给必须指明已归集的数据' })
  state.numbers += 1
  const made = { id, number: `GJ-${state.numbers}`, sha256: found.sha256, receipt: null }
  state.supplies[id] = made
  save()
  send(response, 201, made)
}

async function file(response: ServerResponse, id: string): Promise<void> {
  const found = (await arrived()).find((one) => one.sha256 === state.supplies[id]?.sha256)
  if (!found) return send(response, 404, { error: '没有这次供给' })
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': found.bytes, 'x-sha256': found.sha256 })
  createReadStream(found.path).pipe(response)
}

function receive(response: ServerResponse, id: string, asked: Record<string, unknown>): void {
  const made = state.supplies[id]
  if (!made) return send(response, 404, { error: '没有这次供给' })
  made.receipt = { sha256: String(asked['sha256']), rows: Number(asked['rows']) }
  save()
  send(response, 200, made)
}

async function body(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer) // a binary stream gives buffers
  return JSON.parse(Buffer.concat(parts).toString('utf8') || '{}') as Record<string, unknown> // a stand-in trusts its caller
}

function send(response: ServerResponse, status: number, value: unknown): void {
  const bytes = Buffer.from(JSON.stringify(value))
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length })
  response.end(bytes)
}
