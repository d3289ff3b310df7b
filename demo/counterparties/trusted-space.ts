/**
 * Reference counterparty: a small stand-in for a city's trusted data space, run as a process of its own. It speaks the
 * protocol of docs/ports/trusted-space.md, opens what is sealed for it, counts and digests it for itself, and signs receipts.
 *
 *   node --import tsx demo/counterparties/trusted-space.ts --port 0 --state <dir> [--space <number>]
 *
 * Its keys lie in the state folder; `GET /v1/space` names its number and public keys, which the city registers by hand.
 * `PUT /v1/fault/<rows|digest|signature|none>` makes it answer wrong receipts, for the stories in which that happens.
 */
import { createDecipheriv, createHash, createHmac } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { sm2 } from 'sm-crypto-v2'
import { listenAlone } from './listen-alone.ts'

type Order = { case: string; space: string; row_count: number; sha256: string; sm3: string; seal: { wrapped: string; iv: string; mac: string } }
type Receipt = { id: string; number: string; space: string; rows: number; sha256: string; sm3: string; received_at: string; signature: string }
type Supply = { id: string; order: Order; receipt: Receipt | null; files: number }
type Keys = { privateKey: string; publicKey: string }
type State = { supplies: Record<string, Supply>; numbers: number; seal: Keys; sign: Keys }

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' }, state: { type: 'string' }, space: { type: 'string', default: '城市可信数据空间1号' } } })
let fault = 'none'
if (values.state === undefined) throw new Error('give --state <dir>')
const directory = values.state
const stateFile = join(directory, 'state.json')
mkdirSync(directory, { recursive: true })
const state: State = existsSync(stateFile) ? (JSON.parse(readFileSync(stateFile, 'utf8')) as State) : { supplies: {}, numbers: 0, seal: sm2.generateKeyPairHex(), sign: sm2.generateKeyPairHex() } // written by save
const CIPHER_KEY_BYTES = 16
const [OK, CREATED, MISSING, CONFLICT, UNUSABLE, INTERNAL] = [200, 201, 404, 409, 422, 500]
const C1C3C2 = 1
save()

function save(): void {
  writeFileSync(`${stateFile}.next`, JSON.stringify(state))
  renameSync(`${stateFile}.next`, stateFile)
}

listenAlone(Number(values.port), (request, response) => {
  answer(request, response).catch((error: unknown) => {
    if (!response.headersSent) send(response, INTERNAL, { error: error instanceof Error ? error.message : String(error) })
    else response.destroy()
  })
})

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, version, kind, id = '', part] = (request.url ?? '').split('/')
  if (version !== 'v1') return send(response, MISSING, { error: '没有这一接口' })
  const known = state.supplies[id]
  switch (`${request.method} ${kind ?? ''}${id === '' ? '' : '/:id'}${part === undefined ? '' : `/${part}`}`) {
    case 'GET space':
      return send(response, OK, { space: values.space, sealFor: state.seal.publicKey, signedBy: state.sign.publicKey })
    case 'PUT fault/:id':
      fault = id
      return send(response, OK, { fault })
    case 'GET supplies':
      return send(response, OK, { supplies: Object.values(state.supplies).map((one) => ({ id: one.id, case: one.order.case, files: one.files, receipt: one.receipt })) })
    case 'PUT supplies/:id':
      return announced(response, id, (await body(request)) as Order) // a stand-in trusts its caller
    case 'PUT supplies/:id/file':
      return known === undefined ? send(response, MISSING, { error: '没有这次供给' }) : received(request, response, known)
    case 'DELETE supplies/:id':
      if (known !== undefined) rmSync(plainPath(id), { force: true })
      delete state.supplies[id]
      save()
      return send(response, OK, { discarded: id })
    default:
      return send(response, MISSING, { error: '没有这一接口' })
  }
}

/** The same id is the same supply: what is here whole is answered with its receipt; another table under it is refused. */
function announced(response: ServerResponse, id: string, order: Order): void {
  if (order.space !== values.space) return send(response, UNUSABLE, { error: `本空间为“${values.space}”` })
  const before = state.supplies[id]
  if (before !== undefined && before.order.sha256 !== order.sha256) return send(response, CONFLICT, { error: '同一编号下的数据不同' })
  if (before?.receipt) return send(response, OK, { receipt: before.receipt })
  state.supplies[id] = { id, order, receipt: null, files: before?.files ?? 0 }
  save()
  send(response, CREATED, { receipt: null })
}

async function received(request: IncomingMessage, response: ServerResponse, supply: Supply): Promise<void> {
  if (supply.receipt !== null) return send(response, OK, supply.receipt)
  const { order } = supply
  const sealedPath = join(directory, `${supply.id}.sealed`)
  await pipeline(request, createWriteStream(sealedPath))
  const keys = Buffer.from(sm2.doDecrypt(order.seal.wrapped, state.seal.privateKey, C1C3C2, { output: 'array' }))
  const iv = Buffer.from(order.seal.iv, 'hex')
  const mac = createHmac('sm3', keys.subarray(CIPHER_KEY_BYTES)).update(iv)
  for await (const chunk of createReadStream(sealedPath)) mac.update(chunk as Buffer) // a binary stream gives buffers
  if (mac.digest('hex') !== order.seal.mac) return send(response, UNUSABLE, { error: '密文校验码不符' })
  const [sha256, sm3] = [createHash('sha256'), createHash('sm3')]
  const opened = createReadStream(sealedPath).pipe(createDecipheriv('sm4-ctr', keys.subarray(0, CIPHER_KEY_BYTES), iv))
  opened.on('data', (chunk: Buffer) => {
    sha256.update(chunk)
    sm3.update(chunk)
  })
  await pipeline(opened, createWriteStream(plainPath(supply.id)))
  rmSync(sealedPath, { force: true })
  const digests = { sha256: sha256.digest('hex'), sm3: sm3.digest('hex') }
  if (digests.sha256 !== order.sha256 || digests.sm3 !== order.sm3) return send(response, UNUSABLE, { error: '明文哈希值不符' })
  state.numbers += 1
  supply.files += 1
  supply.receipt = receiptFor(supply, { ...digests, rows: await rowsIn(plainPath(supply.id)) })
  save()
  send(response, CREATED, supply.receipt)
}

function receiptFor({ id }: Supply, found: { rows: number; sha256: string; sm3: string }): Receipt {
  const rows = found.rows + (fault === 'rows' ? 1 : 0)
  const sm3 = fault === 'digest' ? '0'.repeat(found.sm3.length) : found.sm3
  const receipt = { id, number: `KX-${state.numbers}`, space: values.space, rows, sha256: found.sha256, sm3, received_at: new Date().toISOString() }
  const text = ['trusted-space-receipt/1', receipt.id, receipt.number, receipt.space, String(receipt.rows), receipt.sha256, receipt.sm3, receipt.received_at, ''].join('\n')
  const signer = fault === 'signature' ? sm2.generateKeyPairHex() : state.sign
  return { ...receipt, signature: sm2.doSignature(text, signer.privateKey, { hash: true }) }
}

/** Counted here, from what was opened here: the count of the sender is only compared with it. */
async function rowsIn(path: string): Promise<number> {
  // Loaded with the first file, so that the process answers at once.
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const counted = await connection.runAndReadAll(`select count(*) from read_parquet('${path.replaceAll("'", "''")}')`)
  connection.closeSync()
  instance.closeSync()
  return Number(counted.value(0, 0))
}

function plainPath(id: string): string {
  return join(directory, `${id}.parquet`)
}

async function body(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer) // a binary stream gives buffers
  return JSON.parse(Buffer.concat(parts).toString('utf8') || '{}')
}

function send(response: ServerResponse, status: number, value: unknown): void {
  const bytes = Buffer.from(JSON.stringify(value))
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length })
  response.end(bytes)
}
