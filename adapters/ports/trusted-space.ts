/**
 * The wire of a trusted data space (docs/ports/trusted-space.md): a table sealed for the space alone goes out, a signed
 * receipt comes back. What is said here is checked by both sides; nothing here decides what may be sent.
 */
import { createCipheriv, createHash, createHmac, randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { sm2 } from 'sm-crypto-v2'
import { z } from 'zod'
import type { JsonObject } from '#core/json.ts'
import { PortRefused } from './port.ts'

/** A space as this city knows it: its keys came with its registration, never with a message. */
export const trustedSpaceSchema = z.strictObject({
  /** Its number, as providers name it when they consent. */
  space: z.string().min(1),
  address: z.url(),
  /** SM2 public keys in hexadecimal (GB/T 32918): what is sent is sealed for the one, receipts are signed by the other. */
  sealFor: z.string().regex(/^04[0-9a-f]{128}$/),
  signedBy: z.string().regex(/^04[0-9a-f]{128}$/),
})
export type TrustedSpace = z.infer<typeof trustedSpaceSchema>

export const spaceReceiptSchema = z.strictObject({
  id: z.string(),
  number: z.string().min(1),
  space: z.string(),
  rows: z.int().nonnegative(),
  sha256: z.string(),
  sm3: z.string(),
  received_at: z.iso.datetime(),
  signature: z.string(),
})
export type SpaceReceipt = z.infer<typeof spaceReceiptSchema>
const orderAnswerSchema = z.object({ receipt: spaceReceiptSchema.nullable() })

/** What is handed over: a plain file with its digests, and the conditions under which it goes. */
export type HandedOver = { path: string; rows: number; bytes: number; sha256: string; sm3: string }
/** A file sealed for one space. */
export type Sealed = { path: string; wrapped: string; iv: string; mac: string; sha256: string }

/** unit: bytes; source: SM4 (GB/T 32907) has keys and blocks of 128 bits, HMAC-SM3 a key of 256 */
const CIPHER_KEY_BYTES = 16
const IV_BYTES = 16
const MAC_KEY_BYTES = 32
/** C1C3C2, the order of GB/T 32918.4. */
const SM2_ORDER = 1
const TIMEOUT_MS = 30_000 // of one request without a file
const FILE_TIMEOUT_MS = 3_600_000 // of a file
const CLIENT_ERRORS = { from: 400, to: 500 } as const // HTTP: repeating the request does not help
const PRIVATE_FILE = 0o600

/** Seals a file for a space with a key of its own: SM4-CTR, HMAC-SM3 over iv and ciphertext, the keys wrapped by SM2. */
export async function sealFor(space: Pick<TrustedSpace, 'sealFor'>, plainPath: string, sealedPath: string): Promise<Sealed> {
  const keys = randomBytes(CIPHER_KEY_BYTES + MAC_KEY_BYTES)
  const iv = randomBytes(IV_BYTES)
  const [mac, sha256] = [createHmac('sm3', keys.subarray(CIPHER_KEY_BYTES)).update(iv), createHash('sha256')]
  const measured = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      mac.update(chunk)
      sha256.update(chunk)
      done(null, chunk)
    },
  })
  await pipeline(createReadStream(plainPath), createCipheriv('sm4-ctr', keys.subarray(0, CIPHER_KEY_BYTES), iv), measured, createWriteStream(sealedPath, { flags: 'wx', mode: PRIVATE_FILE }))
  const wrapped = sm2.doEncrypt(new Uint8Array(keys), space.sealFor, SM2_ORDER)
  keys.fill(0)
  return { path: sealedPath, wrapped, iv: iv.toString('hex'), mac: mac.digest('hex'), sha256: sha256.digest('hex') }
}

/** What a space signs of a receipt. */
export function receiptText({ id, number, space, rows, sha256, sm3, received_at: at }: Omit<SpaceReceipt, 'signature'>): string {
  return ['trusted-space-receipt/1', id, number, space, String(rows), sha256, sm3, at, ''].join('\n')
}

/** Announces a supply under its id; the receipt where the space has it already, whole. @throws PortRefused where the space says no. */
export async function announce(space: TrustedSpace, id: string, order: JsonObject): Promise<SpaceReceipt | null> {
  const answer = await request(space, `/v1/supplies/${id}`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(order), signal: AbortSignal.timeout(TIMEOUT_MS) })
  return read(orderAnswerSchema, answer).receipt
}

/** Sends the sealed file of an announced supply; the space answers with its receipt once it has opened and counted it. */
export async function sendFile(space: TrustedSpace, id: string, path: string): Promise<SpaceReceipt> {
  const body = Readable.toWeb(createReadStream(path)) as unknown as BodyInit // the same streams by two type libraries
  const answer = await request(space, `/v1/supplies/${id}/file`, { method: 'PUT', headers: { 'content-type': 'application/octet-stream', connection: 'close' }, body, duplex: 'half', signal: AbortSignal.timeout(FILE_TIMEOUT_MS) } as RequestInit) // `duplex` is missing from the type
  return read(spaceReceiptSchema, answer)
}

/** Asks the space to discard what came under an id whose receipt was wrong. */
export async function discard(space: TrustedSpace, id: string): Promise<void> {
  await request(space, `/v1/supplies/${id}`, { method: 'DELETE', signal: AbortSignal.timeout(TIMEOUT_MS) })
}

/** @throws PortRefused naming what of a receipt is not what was handed over, or that its signature is not the space's. */
export function checkReceipt(space: TrustedSpace, id: string, sent: HandedOver, receipt: SpaceReceipt): void {
  const wrong = [
    [receipt.id === id, '报文编号'], [receipt.space === space.space, '可信数据空间编号'], [receipt.rows === sent.rows, `行数（供给${sent.rows}行，回执${receipt.rows}行）`],
    [receipt.sha256 === sent.sha256, 'SHA-256 哈希值'], [receipt.sm3 === sent.sm3, 'SM3 哈希值'],
  ].flatMap(([right, name]) => (right === true ? [] : [String(name)]))
  if (wrong.length > 0) throw new PortRefused('receipt-must-match-supply', `可信数据空间的回执与所供给的数据不符：${wrong.join('、')}。`)
  if (!isSigned(space, receipt)) throw new PortRefused('receipt-must-be-signed-by-space', '可信数据空间的回执没有该空间的有效签名。')
}

function isSigned(space: TrustedSpace, receipt: SpaceReceipt): boolean {
  try {
    return sm2.doVerifySignature(receiptText(receipt), receipt.signature, space.signedBy, { hash: true })
  } catch (error) {
    // A signature that is none is answered by an error of its decoding.
    if (error instanceof Error) return false
    throw error
  }
}

async function request(space: TrustedSpace, place: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(`${space.address.replace(/\/$/, '')}${place}`, init)
  const answer: unknown = await response.json()
  if (response.status >= CLIENT_ERRORS.from && response.status < CLIENT_ERRORS.to) throw new PortRefused('outside-platform-refused', `可信数据空间未受理：${reasonIn(answer) ?? response.status}`)
  if (!response.ok) throw new Error(`可信数据空间出错（${response.status}）`)
  return answer
}

function reasonIn(answer: unknown): string | null {
  return typeof answer === 'object' && answer !== null && 'error' in answer ? String(answer.error) : null
}

function read<T>(schema: z.ZodType<T>, answer: unknown): T {
  const parsed = schema.safeParse(answer)
  if (!parsed.success) throw new PortRefused('port-message-must-be-whole', `可信数据空间的答复不完整：${parsed.error.issues.map(({ path }) => path.join('.')).join('、')}。`)
  return parsed.data
}
