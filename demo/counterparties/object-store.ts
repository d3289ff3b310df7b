/**
 * Reference counterparty: a small stand-in for an S3-compatible object store, run as a process of its own. It serves the files
 * of one folder as the objects of one bucket, addressed by path, to whoever signs with its one account (Signature Version 4).
 *
 *   node --import tsx demo/counterparties/object-store.ts --port 0 --state <dir> --bucket <name> --user <id> --secret <key> [--break-after <bytes>]
 *
 * With `--break-after` an object whose name begins with `broken` is cut off after so many bytes, as a store does that fails.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { listenAlone } from './listen-alone.ts'

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' }, state: { type: 'string' }, bucket: { type: 'string' }, user: { type: 'string' }, secret: { type: 'string' }, 'break-after': { type: 'string' } } })
const { state: folder, bucket, user, secret } = values
if (folder === undefined || bucket === undefined || user === undefined || secret === undefined) throw new Error('give --state, --bucket, --user and --secret')
const account = { folder, bucket, user, secret }
const breakAfter = values['break-after'] === undefined ? null : Number(values['break-after'])

listenAlone(Number(values.port), answer)

function answer(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://store')
  if (request.method !== 'GET') return fault(response, 405, 'MethodNotAllowed')
  if (!isSigned(request, url)) return fault(response, 403, 'SignatureDoesNotMatch')
  const [, named = '', ...key] = url.pathname.split('/').map(decodeURIComponent)
  if (named !== account.bucket) return fault(response, 404, 'NoSuchBucket')
  if (key.length === 0 || key.join('') === '') return list(response)
  const path = join(account.folder, basename(key.join('/')))
  if (!existsSync(path)) return fault(response, 404, 'NoSuchKey')
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': statSync(path).size })
  if (breakAfter === null || !basename(path).startsWith('broken')) return void createReadStream(path).pipe(response)
  // Flushed first, then cut: who reads has the beginning and loses the rest.
  createReadStream(path, { end: breakAfter - 1 }).on('end', () => setImmediate(() => response.destroy())).pipe(response, { end: false })
}

function list(response: ServerResponse): void {
  const keys = readdirSync(account.folder).toSorted().map((name) => `<Contents><Key>${name.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</Key></Contents>`)
  response.writeHead(200, { 'content-type': 'application/xml' }).end(`<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><Name>${account.bucket}</Name>${keys.join('')}</ListBucketResult>`)
}

function fault(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' }).end(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code></Error>`)
}

/** The signature as the protocol defines it, reckoned here for itself. */
function isSigned(request: IncomingMessage, url: URL): boolean {
  const [, by, scope = '', signed = '', signature = ''] = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]{64})$/.exec(request.headers.authorization ?? '') ?? []
  if (by !== account.user) return false
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex')
  const headers = signed.split(';').map((name) => `${name}:${String(request.headers[name])}\n`).join('')
  const query = [...url.searchParams].map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).toSorted().join('&')
  const canonical = ['GET', url.pathname, query, headers, signed, request.headers['x-amz-content-sha256']].join('\n')
  const text = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, hash(canonical)].join('\n')
  const key = scope.split('/').reduce<Buffer>((from, part) => createHmac('sha256', from).update(part).digest(), Buffer.from(`AWS4${account.secret}`))
  return timingSafeEqual(createHmac('sha256', key).update(text).digest(), Buffer.from(signature, 'hex'))
}
