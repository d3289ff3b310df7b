import { execFile } from 'node:child_process'
import { X509Certificate, createPrivateKey } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer as createStore } from 'node:https'
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TLSSocket, createSecureContext } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** Made for this test, for the name `source.invalid` alone, and good for nothing else. */
const KEY = 'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgKKVODB3K/tsFEBrOi05DnQpVcjR+En/1d96yfMfIiuahRANCAASJR39WQnruR/sb9ghh65ObxH1wqzOhtyXaa2/VFPiLwisAF/dFsgFa5Tu6uYqfpbDCFpMnRvUlhH2GJhnEQ++9'
const CERTIFICATE =
  'MIIBpDCCAUqgAwIBAgIUERsSXmtxs7HWK6nCadygk/e6WNIwCgYIKoZIzj0EAwIwGTEXMBUGA1UEAwwOc291cmNlLmludmFsaWQwIBcNMjYxMTIyMTUzNTQ2WhgPMjEyNjEwMjkxNTM1NDZaMBkxFzAVBgNVBAMMDnNvdXJjZS5pbnZhbGlkMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEiUd/VkJ67kf7G/YIYeuTm8R9cKszobcl2mtv1RT4i8IrABf3RbIBWuU7urmKn6WwwhaTJ0b1JYR9hiYZxEPvvaNuMGwwHQYDVR0OBBYEFADRS3LqailIKiZClZOdbnbfz2MxMB8GA1UdIwQYMBaAFADRS3LqailIKiZClZOdbnbfz2MxMA8GA1UdEwEB/wQFMAMBAf8wGQYDVR0RBBIwEIIOc291cmNlLmludmFsaWQwCgYIKoZIzj0EAwIDSAAwRQIhAIMYPS49odxiQS1tl4g05mEZ1JFbqnuZ293PqeAZe18/AiAjRQVhyv4XmukfKTrpOxuBXgGGRY0+KPAc+4XLGB8UVQ=='
const certificate = new X509Certificate(Buffer.from(CERTIFICATE, 'base64')).toString()
const secured = { key: createPrivateKey({ key: Buffer.from(KEY, 'base64'), format: 'der', type: 'pkcs8' }).export({ format: 'pem', type: 'pkcs8' }), cert: certificate }
const program = fileURLToPath(new URL('./encrypted-source.program.ts', import.meta.url))

let folder = ''
const names = new Set<string>()
/** What a database was told after the encryption stood. */
let told = 0
const doors: Server[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gongshu-encrypted-'))
  await writeFile(join(folder, 'trusted.pem'), certificate)
  const store = createStore(secured, (_request, response) => void response.end('序号\n1\n'))
  store.on('secureConnection', (socket) => names.add(`store ${String(socket.servername)}`))
  // Answers PostgreSQL's request for encryption, and then only counts what it is told.
  const database = createServer((socket) => {
    socket.once('data', () => {
      socket.write('S')
      const inside = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(secured), SNICallback: (name, answer) => void (names.add(`database ${name}`), answer(null, createSecureContext(secured))) })
      inside.on('error', () => inside.destroy())
      inside.on('data', (bytes) => {
        told += bytes.length
        inside.destroy()
      })
    })
  })
  for (const door of [store, database]) {
    door.listen(0, '127.0.0.1')
    await once(door, 'listening')
    doors.push(door)
  }
})
afterAll(async () => {
  for (const door of doors) door.close()
  await rm(folder, { recursive: true })
})

/** What comes of a store and a database under a name, in a process that trusts the certificate or does not. */
async function reached(name: string, trusted: boolean): Promise<{ store: string; database: string }> {
  const ports = doors.map((door) => (door.address() as AddressInfo).port) // listening on TCP
  const env = { PATH: process.env['PATH'], ...(trusted ? { NODE_EXTRA_CA_CERTS: join(folder, 'trusted.pem') } : {}) }
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', program, name, ...ports.map(String)], { env })
  return JSON.parse(stdout) as { store: string; database: string } // printed by the program
}

test('an encrypted source is asked at the judged address under its own name, and only believed with a certificate for that name', async () => {
  expect((await reached('source.invalid', true)).store).toBe('序号\n1\n')
  expect([...names].toSorted()).toEqual(['database source.invalid', 'store source.invalid'])
  expect(told).toBeGreaterThan(0)
  told = 0
  const [stranger, other] = [await reached('source.invalid', false), await reached('other.invalid', true)]
  expect(stranger).toEqual({ store: 'source-unreachable DEPTH_ZERO_SELF_SIGNED_CERT', database: 'source-unreachable DEPTH_ZERO_SELF_SIGNED_CERT' })
  expect(other).toEqual({ store: 'source-unreachable ERR_TLS_CERT_ALTNAME_INVALID', database: 'source-unreachable ERR_TLS_CERT_ALTNAME_INVALID' })
  // Neither account nor name of the database was told to who could not show who it is.
  expect(told).toBe(0)
})
