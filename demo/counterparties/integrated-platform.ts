/**
 * Reference counterparty: a small stand-in for a city's integrated government data platform, run as a process of its
 * own. It speaks the protocol of docs/ports/integrated-platform.md and keeps its state on disk.
 *
 *   node --import tsx demo/counterparties/integrated-platform.ts --port 0 --state <dir> --sources <file>
 *
 * `--sources` is a JSON file: data set name → path of the file in the provider's own system.
 */
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

type Provision = { id: string; number: string; dataset: string; file: string; sha256: string; bytes: number; received_at: string }
type Supply = { id: string; number: string; provision: string; receipt: { sha256: string; rows: number } | null }
type State = { provisions: Record<string, Provision>; supplies: Record<string, Supply>; numbers: number }

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' }, state: { type: 'string' }, sources: { type: 'string' } } })
if (values.state === undefined || values.sources === undefined) throw new Error('give --state <dir> and --sources <file>')
const stateFile = join(values.state, 'state.json')
mkdirSync(values.state, { recursive: true })
const sources = JSON.parse(readFileSync(values.sources, 'utf8')) as Record<string, string> // our own file
const state: State = existsSync(stateFile) ? (JSON.parse(readFileSync(stateFile, 'utf8')) as State) : { provisions: {}, supplies: {}, numbers: 0 } // written by save

function save(): void {
  writeFileSync(`${stateFile}.next`, JSON.stringify(state))
  renameSync(`${stateFile}.next`, stateFile)
}

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    if (!response.headersSent) send(response, 500, { error: error instanceof Error ? error.message : String(error) })
    else response.destroy()
  })
})
server.listen(Number(values.port), '127.0.0.1', () => {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  process.stdout.write(`listening ${address.port}\n`)
})
process.on('SIGTERM', () => server.close(() => process.exit(0)))
// The parent's end is ours: a stand-in must not outlive the story.
process.stdin.resume().on('end', () => process.exit(0))

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, version, kind, id, part] = (request.url ?? '').split('/')
  if (version !== 'v1') return send(response, 404, { error: 'unknown version' })
  if (request.method === 'PUT' && kind === 'provisions' && id) return provide(response, id, await body(request))
  if (request.method === 'GET' && kind === 'provisions' && id && part === 'file') return file(response, id)
  if (request.method === 'PUT' && kind === 'supplies' && id && part === undefined) return supply(response, id, await body(request))
  if (request.method === 'PUT' && kind === 'supplies' && id && part === 'receipt') return receive(response, id, await body(request))
  if (request.method === 'PUT' && kind === 'logs' && id) return send(response, 200, { id, received: true })
  return send(response, 404, { error: 'unknown place' })
}

/** A provider hands a data set over; the same id twice is the same provision. */
async function provide(response: ServerResponse, id: string, asked: Record<string, unknown>): Promise<void> {
  const known = state.provisions[id]
  if (known) return send(response, 200, shown(known))
  const dataset = String(asked['dataset'])
  const path = sources[dataset]
  if (path === undefined) return send(response, 422, { error: `提供单位系统中没有数据集“${dataset}”` })
  const { sha256, bytes } = await digestOf(path)
  state.numbers += 1
  const provision = { id, number: `YTH-${state.numbers}`, dataset, file: path, sha256, bytes, received_at: new Date().toISOString() }
  state.provisions[id] = provision
  save()
  send(response, 201, shown(provision))
}

function shown({ file: _file, ...rest }: Provision): Omit<Provision, 'file'> {
  return rest
}

async function file(response: ServerResponse, number: string): Promise<void> {
  const provision = Object.values(state.provisions).find((one) => one.number === number)
  if (!provision) return send(response, 404, { error: `没有编号为 ${number} 的归集数据` })
  const { size } = await stat(provision.file)
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': size, 'x-sha256': provision.sha256 })
  createReadStream(provision.file).pipe(response)
}

function supply(response: ServerResponse, id: string, asked: Record<string, unknown>): void {
  const provision = Object.values(state.provisions).find((one) => one.number === asked['provision'])
  if (!provision) return send(response, 422, { error: '供给必须指明已归集的数据' })
  let known = state.supplies[id]
  if (!known) {
    state.numbers += 1
    known = { id, number: `GJ-${state.numbers}`, provision: provision.number, receipt: null }
    state.supplies[id] = known
    save()
  }
  send(response, 200, { ...known, sha256: provision.sha256, dataset: provision.dataset })
}

function receive(response: ServerResponse, id: string, asked: Record<string, unknown>): void {
  const known = state.supplies[id]
  if (!known) return send(response, 404, { error: '没有这次供给' })
  known.receipt = { sha256: String(asked['sha256']), rows: Number(asked['rows']) }
  save()
  send(response, 200, { ...known, receipt_number: `HZ-${known.number}-${randomUUID().slice(0, 8)}` })
}

async function digestOf(path: string): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk as Buffer) // a binary stream gives buffers
    bytes += (chunk as Buffer).length
  }
  return { sha256: hash.digest('hex'), bytes }
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
