import { createHash, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import type { AddressInfo, NetConnectOpts, Server as NetServer } from 'node:net'
import { createServer as createNetServer, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import mysql from 'mysql2'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tableSchema } from '#core/boundary/table-schema.ts'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'
import { openMysqlTable } from '#adapters/vault/sources/mysql-source.ts'
import { openStoredObject } from '#adapters/vault/sources/object-source.ts'
import { counted, heard } from '#adapters/vault/sources/pull-error.ts'
import { openPostgresTable } from '#adapters/vault/sources/postgres-source.ts'
import type { DatabaseTable } from '#adapters/vault/sources/postgres-source.ts'
import { databaseColumns, testBucket } from '#adapters/vault/sources/source-columns.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { FreshDatabase } from '#tests/support/database.ts'
import { NO_MARIADB, startMariadb } from '#tests/support/mariadb.ts'

const schema = tableSchema.parse({
  name: 'visits',
  title: '就诊',
  entity: { kind: 'none' },
  columns: [
    { name: 'no', header: '序号', title: '序号', type: 'integer', nullable: false },
    { name: 'place', title: '地点', type: 'text', nullable: true },
    { name: 'insured', title: '参保', type: 'boolean', nullable: true },
    { name: 'at_time', title: '时间', type: 'timestamp', nullable: true },
  ],
})

async function textOf(stream: Readable): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of stream) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces).toString()
}

async function refusalOf(work: Promise<unknown>): Promise<IngestError> {
  const outcome: unknown = await work.catch((error: unknown) => error)
  if (!(outcome instanceof IngestError)) throw new Error('it was not refused', { cause: outcome })
  return outcome
}

/** Passes a connection on until so many bytes have come back, then cuts it. */
async function cutAfter(bytes: number, target: NetConnectOpts): Promise<NetServer> {
  const proxy = createNetServer((near) => {
    const far = connect(target)
    let passed = 0
    far.on('data', (piece) => {
      passed += piece.length
      if (passed > bytes) {
        near.destroy()
        far.destroy()
      } else near.write(piece)
    })
    near.on('data', (piece) => far.write(piece))
    for (const [one, other] of [[near, far], [far, near]] as const) one.on('close', () => other.destroy()).on('error', () => other.destroy())
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  return proxy
}

const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port // listening on TCP

/** A name that no resolver knows: whoever asks for it again gets nowhere (RFC 6761). */
const MOVED = 'source.invalid'

describe('a table of a PostgreSQL database', () => {
  let database: FreshDatabase
  beforeAll(async () => {
    database = await freshDatabase()
    await database.owner.pool.query(`create schema "源"`)
    await database.owner.pool.query(
      `create table "源".visits as select i as "序号", case when i % 3 = 0 then null else '锦江"区,' || i end as place, i % 2 = 0 as insured, timestamptz '2026-01-31 00:00:00+00' as at_time, 'secret' as other from generate_series(1, 20000) i`,
    )
  })
  afterAll(() => database.drop())

  const source = (url: string, table = 'visits'): DatabaseTable => ({ url, address: '127.0.0.1', namespace: '源', table })

  test('comes as CSV with the declared columns and wall time, and nothing else', async () => {
    const text = await textOf(await openPostgresTable(source(database.url), schema))
    const lines = text.split('\n')
    expect(lines.slice(0, 3)).toEqual(['序号,place,insured,at_time', '1,"锦江""区,1",false,2026-01-31 08:00:00+08', '2,"锦江""区,2",true,2026-01-31 08:00:00+08'])
    expect(lines).toHaveLength(20_002)
    expect(text).not.toContain('secret')
  })

  test('is read at the address that was judged, whatever its name stands for by now', async () => {
    const { host, port, user, password, database: name } = new Client(database.url)
    const through = await cutAfter(Number.MAX_SAFE_INTEGER, host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port })
    const account = `${encodeURIComponent(user ?? '')}:${encodeURIComponent(password ?? '')}`
    const moved = source(`postgres://${account}@${MOVED}:${portOf(through)}/${name ?? ''}`)
    expect((await textOf(await openPostgresTable(moved, schema))).split('\n')).toHaveLength(20_002)
    expect(await databaseColumns('postgresql', moved, moved)).toContain('place')
    through.close()
  })

  test('that is not there, or whose server is not there, is refused without the password', async () => {
    expect(await refusalOf(openPostgresTable(source(database.url, 'absent'), schema))).toMatchObject({ code: 'source-unreachable' })
    const refused = await refusalOf(openPostgresTable(source('postgres://a:hidden@127.0.0.1:1/x'), schema))
    expect(refused.code).toBe('source-unreachable')
    expect(refused.message).not.toContain('hidden')
  })

  test('that breaks off in the middle ends in an error that says how far it came', async () => {
    const { host, port, user, password, database: name } = new Client(database.url)
    const proxy = await cutAfter(300_000, host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port })
    const account = `${encodeURIComponent(user ?? '')}:${encodeURIComponent(password ?? '')}`
    const refused = await refusalOf(openPostgresTable(source(`postgres://${account}@127.0.0.1:${portOf(proxy)}/${name ?? ''}`), schema).then(textOf))
    expect(refused.code).toBe('source-interrupted')
    expect(refused.byteOffset).toBeGreaterThan(0)
    proxy.close()
  })
})

describe('a table of a MySQL database', () => {
  let folder = ''
  let server: Awaited<ReturnType<typeof startMariadb>>
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gongshu-mariadb-'))
    server = await startMariadb(folder)
    if (server === undefined) {
      process.stdout.write(`${NO_MARIADB}\n`)
      return
    }
    const connection = mysql.createConnection(server.url)
    const ask = (sql: string): Promise<void> => new Promise((resolve, reject) => connection.query(sql, (error) => (error === null ? resolve() : reject(error))))
    await ask('create database `源` character set utf8mb4')
    await ask('use `源`')
    await ask('create table `源`.visits (`序号` bigint, place varchar(80), insured boolean, at_time timestamp null, other varchar(9))')
    await ask(`set time_zone = '+00:00'`)
    await ask(`insert into \`源\`.visits select seq, if(seq % 3 = 0, null, concat('锦江"区,', seq)), seq % 2 = 0, '2026-01-31 00:00:00', 'secret' from seq_1_to_20000`)
    connection.destroy()
  })
  afterAll(async () => {
    await server?.stop()
    await rm(folder, { recursive: true })
  })

  const source = (url: string, table = 'visits'): DatabaseTable => ({ url, address: '127.0.0.1', namespace: '源', table })

  test('comes as CSV with the declared columns and wall time, and nothing else', async ({ skip }) => {
    if (server === undefined) return skip(NO_MARIADB)
    const text = await textOf(await openMysqlTable(source(server.url), schema))
    const lines = text.split('\n')
    expect(lines.slice(0, 3)).toEqual(['序号,place,insured,at_time', '1,"锦江""区,1",0,2026-01-31 08:00:00', '2,"锦江""区,2",1,2026-01-31 08:00:00'])
    expect(lines).toHaveLength(20_002)
    expect(text).not.toContain('secret')
  })

  test('is read at the address that was judged, whatever its name stands for by now', async ({ skip }) => {
    if (server === undefined) return skip(NO_MARIADB)
    const moved = { ...source(`mysql://root@${MOVED}:${server.port}`) }
    expect((await textOf(await openMysqlTable(moved, schema))).split('\n')).toHaveLength(20_002)
    expect(await databaseColumns('mysql', moved, moved)).toContain('place')
  })

  test('that is not there, or breaks off in the middle, is refused', async ({ skip }) => {
    if (server === undefined) return skip(NO_MARIADB)
    expect(await refusalOf(openMysqlTable(source(server.url, 'absent'), schema))).toMatchObject({ code: 'source-unreachable' })
    const proxy = await cutAfter(300_000, { host: '127.0.0.1', port: server.port })
    const refused = await refusalOf(openMysqlTable(source(`mysql://root@127.0.0.1:${portOf(proxy)}`), schema).then(textOf))
    expect(refused.code).toBe('source-interrupted')
    proxy.close()
  })
})

describe('an object of an S3-compatible store', () => {
  const account = { region: 'cn-test', accessKeyId: 'AKID', secretAccessKey: 'hidden' }
  const content = Buffer.from('序号,place\n1,甲\n'.repeat(5_000))
  let store: Server
  beforeAll(async () => {
    store = createServer((request, response) => {
      if (!rightlySigned(request)) return void response.writeHead(403).end()
      if (request.url === '/city/moved.csv') return void response.writeHead(302, { location: '/city/a.csv' }).end()
      if (request.url === '/city/absent.csv') return void response.writeHead(404).end()
      response.writeHead(200, { 'content-length': content.length })
      if (request.url === '/city/cut.csv') return void response.write(content.subarray(0, 20_000), () => setTimeout(() => response.destroy().once('close', () => setTimeout(() => store.emit('broken'), 20)), 20))
      return void response.end(content)
    })
    store.listen(0, '127.0.0.1')
    await once(store, 'listening')
  })
  afterAll(() => store.close())

  /** The signature as the protocol defines it (Signature Version 4), computed here for itself. */
  function rightlySigned(request: IncomingMessage): boolean {
    const [, credential = '', signed = '', signature = ''] = /^AWS4-HMAC-SHA256 Credential=AKID\/(\S+), SignedHeaders=(\S+), Signature=(\S+)$/.exec(request.headers.authorization ?? '') ?? []
    const hash = (text: string): string => createHash('sha256').update(text).digest('hex')
    const headers = signed.split(';').map((name) => `${name}:${String(request.headers[name])}\n`).join('')
    const canonical = ['GET', request.url, '', headers, signed, request.headers['x-amz-content-sha256']].join('\n')
    const text = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], credential, hash(canonical)].join('\n')
    const key = credential.split('/').reduce<Buffer>((secret, part) => createHmac('sha256', secret).update(part).digest(), Buffer.from(`AWS4${account.secretAccessKey}`))
    return createHmac('sha256', key).update(text).digest('hex') === signature
  }

  const object = (key: string, more: object = {}): Parameters<typeof openStoredObject>[0] => ({ endpoint: `http://127.0.0.1:${portOf(store)}`, address: '127.0.0.1', bucket: 'city', key, ...account, ...more })

  test('comes as it lies, also under a Chinese name', async () => {
    expect(await textOf(await openStoredObject(object('2026/就诊 表.csv')))).toBe(content.toString())
  })

  test('is read at the address that was judged, whatever its name stands for by now; a redirect is not followed', async () => {
    const endpoint = `http://${MOVED}:${portOf(store)}`
    expect(await textOf(await openStoredObject(object('a.csv', { endpoint })))).toBe(content.toString())
    // This store of ours knows no listing; its own refusal shows that it was reached.
    await expect(testBucket(object('', { endpoint }))).rejects.toThrow('403')
    expect((await refusalOf(openStoredObject(object('moved.csv')))).message).toContain('302')
  })

  test('is refused with the cause: absent, a wrong key, no store, cut in the middle', async () => {
    const absent = await refusalOf(openStoredObject(object('absent.csv')))
    expect(absent).toMatchObject({ code: 'source-unreachable' })
    expect(absent.message).toContain('404')
    expect(await refusalOf(openStoredObject(object('a.csv', { secretAccessKey: 'other' })))).toMatchObject({ code: 'source-unreachable' })
    expect(await refusalOf(openStoredObject(object('a.csv', { endpoint: 'http://127.0.0.1:1' })))).toMatchObject({ code: 'source-unreachable' })
    const cut = await refusalOf(openStoredObject(object('cut.csv')).then(textOf))
    expect(cut).toMatchObject({ code: 'source-interrupted' })
    expect(cut.byteOffset).toBeLessThan(content.length)
  })

  test('that only tells of its error and stays open, or says nothing any more, is broken off too', async () => {
    const told = heard(new Readable({ read: () => undefined }))
    told.emit('error', new Error('connection lost'))
    expect(await refusalOf(textOf(Readable.from(counted('x', told))))).toMatchObject({ code: 'source-interrupted', byteOffset: 0 })
    const silent = new Readable({ read: () => undefined })
    silent.push('ab')
    expect(await refusalOf(textOf(Readable.from(counted('x', silent, 30))))).toMatchObject({ code: 'source-interrupted', byteOffset: 2 })
  })

  test('that breaks before anybody reads it is refused to the one who reads it later', async () => {
    const stream = await openStoredObject(object('cut.csv'))
    await once(store, 'broken')
    expect(await refusalOf(textOf(stream))).toMatchObject({ code: 'source-interrupted' })
  })
})
