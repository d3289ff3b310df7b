import { execFile } from 'node:child_process'
import { X509Certificate, createPrivateKey } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer as createStore } from 'node:https'
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TLSSocket, createSecureContext } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createConnection } from 'mysql2'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { NO_MARIADB, startMariadb } from '#tests/support/mariadb.ts'
import type { Mariadb } from '#tests/support/mariadb.ts'

/** Made for this test, for the name `source.invalid` and the addresses of loopback, and good for nothing else. */
const KEY = 'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg1X5hgzBQajgXg3nFEMzecjt3g1I70PQ/g28q4xqP7M2hRANCAAQ1M6vkZWD0f26cHkgIbd8jVDZOmL4A4XA8QATHHqOHsOmi8VMh7VqleA8FKOpS4wpZJv9tsbpenn5i0CxoHi+u'
const CERTIFICATE =
  'MIIBvjCCAWSgAwIBAgIUZVCqjGR1atq1LiFFNDynE88iHE0wCgYIKoZIzj0EAwIwGTEXMBUGA1UEAwwOc291cmNlLmludmFsaWQwIBcNMjYxMTIyMTc0OTM3WhgPMjEyNjEwMjkxNzQ5MzdaMBkxFzAVBgNVBAMMDnNvdXJjZS5pbnZhbGlkMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAENTOr5GVg9H9unB5ICG3fI1Q2Tpi+AOFwPEAExx6jh7DpovFTIe1apXgPBSjqUuMKWSb/bbG6Xp5+YtAsaB4vrqOBhzCBhDAdBgNVHQ4EFgQUeEmraZvrQ0fasDSoT+rQX9y0lh8wHwYDVR0jBBgwFoAUeEmraZvrQ0fasDSoT+rQX9y0lh8wDwYDVR0TAQH/BAUwAwEB/zAxBgNVHREEKjAogg5zb3VyY2UuaW52YWxpZIcEfwAAAYcQAAAAAAAAAAAAAAAAAAAAATAKBggqhkjOPQQDAgNIADBFAiAjrthWrrYMS3hmQ52BwUO9/ebr3ROGVUG2DVKoUugFjAIhAIE9d3smAhW4Rx6KBeWGDNwmuhe2jY93OGc5abqlGAKG'
const certificate = new X509Certificate(Buffer.from(CERTIFICATE, 'base64')).toString()
const secured = { key: createPrivateKey({ key: Buffer.from(KEY, 'base64'), format: 'der', type: 'pkcs8' }).export({ format: 'pem', type: 'pkcs8' }), cert: certificate }
const program = fileURLToPath(new URL('./encrypted-source.program.ts', import.meta.url))

const TABLE = '序号\n1\n'
/** A client's request for encryption (MySQL's protocol, SSLRequest with its head). */
const MYSQL_REQUEST_BYTES = 36

let folder = ''
const names = new Set<string>()
/** What a database was told after the encryption stood. */
let told = 0
/** A store, and what begins as databases do and then only counts what it is told: the three that are asked. */
const doors: Server[] = []
let mariadb: Mariadb | undefined
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gongshu-encrypted-'))
  const [trusted, key] = [join(folder, 'trusted.pem'), join(folder, 'key.pem')]
  await writeFile(trusted, certificate)
  await writeFile(key, secured.key)
  mariadb = await startMariadb(await mkdtemp(join(folder, 'mariadb-')), { certificate: trusted, key })
  if (mariadb === undefined) process.stdout.write(`${NO_MARIADB}\n`)
  else await filled(mariadb)
  const store = createStore(secured, (_request, response) => void response.end(TABLE))
  store.on('secureConnection', (socket) => names.add(`store ${String(socket.servername)}`))
  const postgresql = createServer((socket) => {
    socket.once('data', () => {
      socket.write('S')
      encryptedFrom(socket, 'postgresql')
    })
  })
  const mysql = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.write(mysqlGreeting())
    // The client begins to encrypt right behind its request, without an answer: what follows is left for that.
    socket.once('readable', () => {
      socket.read(MYSQL_REQUEST_BYTES)
      encryptedFrom(socket, 'mysql')
    })
  })
  for (const door of [store, postgresql, mysql]) {
    door.listen(0, '127.0.0.1')
    await once(door, 'listening')
    doors.push(door)
  }
})
afterAll(async () => {
  for (const door of doors) door.close()
  await mariadb?.stop()
  await rm(folder, { recursive: true })
})

async function filled({ url }: Mariadb): Promise<void> {
  const connection = createConnection({ uri: url, multipleStatements: true })
  await new Promise<void>((resolve, reject) => connection.query('create database city; create table city.visits (`序号` bigint); insert into city.visits values (1)', (error) => (error === null ? resolve() : reject(error))))
  connection.destroy()
}

function encryptedFrom(socket: Socket, what: string): void {
  const inside = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(secured), SNICallback: (name, answer) => void (names.add(`${what} ${name}`), answer(null, createSecureContext(secured))) })
  inside.on('error', () => inside.destroy())
  inside.on('data', (bytes) => {
    told += bytes.length
    inside.destroy()
  })
}

/** A server's first packet, by which it offers encryption and accounts (MySQL's protocol, HandshakeV10). */
function mysqlGreeting(): Buffer {
  const flags = '088a2d0200080015' // what it can, the number of utf8mb4, its status, and how long the challenge is
  const body = Buffer.concat([Buffer.from('\n8.0.36\0'), Buffer.alloc(4), Buffer.from('challeng\0'), Buffer.from(flags, 'hex'), Buffer.alloc(10), Buffer.from('e of no use\0\0mysql_native_password\0')])
  return Buffer.concat([Buffer.from([body.length, 0, 0, 0]), body])
}

type Reached = { store: string; postgresql: string; mysql: string; mariadb: string }

/** What comes of a store and databases under each name, in a process that trusts the certificate or does not. */
async function reached(trusted: boolean, ...under: string[]): Promise<Reached[]> {
  const ports = [...doors.map((door) => (door.address() as AddressInfo).port), mariadb?.port ?? 1] // listening on TCP
  const env = { PATH: process.env['PATH'], ...(trusted ? { NODE_EXTRA_CA_CERTS: join(folder, 'trusted.pem') } : {}) }
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', program, ...ports.map(String), ...under], { env })
  return JSON.parse(stdout) as Reached[] // printed by the program
}

test('an encrypted source is asked at the judged address under its own name, and only believed with a certificate for that name', async () => {
  // An address is no name to be asked for, but the certificate is for it too.
  const right = ['source.invalid', '127.0.0.1']
  for (const { store, mariadb: table } of await reached(true, ...right)) expect([store, table]).toEqual([TABLE, mariadb === undefined ? expect.anything() : TABLE])
  expect([...names].toSorted()).toEqual(['mysql source.invalid', 'postgresql source.invalid', 'store false', 'store source.invalid'])
  expect(told).toBeGreaterThan(0)
  told = 0
  expect([await reached(false, ...right), await reached(true, 'other.invalid')].flat().map((one) => Object.values(one))).toEqual([
    refused('self-signed certificate'), refused('self-signed certificate'), refused("does not match certificate's altnames"),
  ])
  // Neither account nor name of the database was told to who could not show who it is.
  expect(told).toBe(0)
})

/** What all four say; where no MariaDB runs, nobody answers in its place. */
function refused(why: string): unknown[] {
  const said = `source-unreachable ${why}`
  return [said, said, said, mariadb === undefined ? 'source-unreachable' : said]
}
