import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { integratedPlatformPort } from '#adapters/ports/integrated-platform.ts'

const FILE = Buffer.alloc(60_000, 'a')
const IDLE_MS = 200

let outside: Server
let address = ''

beforeAll(async () => {
  outside = createServer((request, response) => {
    if (request.url?.endsWith('/file')) response.writeHead(200, { 'content-length': FILE.length }).end(FILE)
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ number: 'GJ-1', sha256: 'a'.repeat(64) }))
  })
  outside.keepAliveTimeout = IDLE_MS
  await new Promise<void>((listening) => outside.listen(0, '127.0.0.1', listening))
  const at = outside.address()
  if (at === null || typeof at === 'string') throw new Error('no port')
  address = `http://127.0.0.1:${at.port}`
})
afterAll(() => outside?.close())

test('a file whose reader begins long after it was sent arrives whole', async () => {
  const port = integratedPlatformPort(address, async (_message, sha256, file) => {
    await delay(IDLE_MS * 10) // a process that takes it in is slow to start on a busy machine
    let bytes = 0
    for await (const chunk of file) bytes += (chunk as Buffer).length // a stream of bytes
    return { version: 'v', rows: bytes, sourceSha256: sha256, tableSm3: 'b'.repeat(64) }
  })
  const receipt = await port.send({ id: 'out-1', caseId: 'case-1', action: 'supply', payload: {} })
  expect(receipt?.contents['supply-receipt']).toMatchObject({ rows: FILE.length })
})
