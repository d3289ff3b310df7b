import { createHash, randomBytes } from 'node:crypto'
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createSocket } from 'node:dgram'
import { createServer, type Server, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'

/** A machine with something to steal, something to spoil and somebody to call. */
export interface Scene {
  /** Stands in every secret; whoever holds it has got through. */
  readonly secret: string
  readonly directory: string
  /** Beside the scene: what an attempt needs to be made leaves no mark in it. */
  readonly aside: string
  readonly environment: Readonly<Record<string, string>>
  readonly persons: string
  readonly air: string
  /** Fills in the places of an attempt; `inside` names inputs and runtime as an isolated worker sees them. */
  fill(text: string, inside: boolean): string
  /** A digest over everything in the scene's directory, and how often somebody has called. */
  state(): Promise<{ readonly files: string; readonly visits: number }>
  close(): Promise<void>
}

const OTHERS_MAY_PASS = 0o755

/** Builds the scene in a directory of its own. */
export async function openScene(): Promise<Scene> {
  const secret = `secret-${randomBytes(9).toString('hex')}`
  const directory = await mkdtemp(join(tmpdir(), 'gongshu-escape-'))
  const aside = await mkdtemp(join(tmpdir(), 'gongshu-escape-aside-'))
  await chmod(directory, OTHERS_MAY_PASS)
  const at = (name: string): string => join(directory, name)
  for (const name of ['drop', 'home', 'tenant', 'dump']) await mkdir(at(name))
  await writeFile(at('secret.txt'), `${secret}\n`)
  await writeFile(at('secret.csv'), `name,number\n${secret},1\nother,2\n`)
  await writeFile(at('names.csv'), `${secret},number\na,1\nb,2\n`)
  await writeFile(at('secret.json'), `[{"name": "${secret}"}]\n`)
  await writeFile(at('secret.ndjson'), `{"name": "${secret}"}\n`)
  await writeFile(at('tenant/names.txt'), `${secret}\n`)
  await writeFile(at('victim.txt'), 'whole\n')
  await writeFile(at('dump/secret.csv'), `name,number\n${secret},1\n`)
  await writeFile(at('dump/schema.sql'), 'CREATE TABLE taken(name VARCHAR, number BIGINT);\n')
  await writeFile(at('dump/load.sql'), `COPY taken FROM 'secret.csv' (FORMAT csv, HEADER true);\n`)
  await writeTables(directory, secret)
  let visits = 0
  const count = (): void => { visits += 1 }
  const visitors = new Set<Socket>()
  const receive = (answer: string) => (socket: Socket): void => {
    count()
    visitors.add(socket)
    socket.on('error', () => socket.destroy())
    socket.end(answer)
  }
  const tcp = await listening(createServer(receive('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n')), 0)
  const unix = await listening(createServer(receive(`${secret}\n`)), at('door.sock'))
  const udp = createSocket('udp4', count)
  await new Promise<void>((resolve) => { udp.bind(0, '127.0.0.1', resolve) })
  const port = String((tcp.address() as AddressInfo).port) // a TCP server's address is an AddressInfo
  const places: Readonly<Record<string, string>> = {
    dir: directory, drop: at('drop'), tenant: at('tenant'), home: at('home'), port, udp: String(udp.address().port), sock: at('door.sock'),
    secret: secret, pid: String(process.pid), portbytes: Number(port).toString(16).padStart(4, '0'),
  }
  const runtime = join(import.meta.dirname, '../../node_modules')
  const outside = { ...places, input: at('persons.parquet'), inputs: directory, runtime }
  const inside = { ...places, input: '/inputs/0.parquet', inputs: '/inputs', runtime: '/runtime/node_modules' }
  return {
    secret, directory, aside, persons: at('persons.parquet'), air: at('air.parquet'),
    environment: { SCENE_SECRET: secret, HOME: at('home'), PATH: '/usr/bin:/bin' },
    fill: (text, isInside) => {
      const named: Readonly<Record<string, string>> = isInside ? inside : outside
      return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => named[name] ?? whole)
    },
    state: async () => ({ files: await digestOf(directory), visits }),
    close: async () => {
      // A visitor who never hangs up would keep the door open.
      for (const socket of visitors) socket.destroy()
      await Promise.all([tcp, unix].map((server) => new Promise((resolve) => { server.close(resolve) })))
      await new Promise<void>((resolve) => { udp.close(resolve) })
      await rm(directory, { recursive: true, force: true })
      await rm(aside, { recursive: true, force: true })
    },
  }
}

/** The inputs of a job, with a column that statements may not see, and another tenant's data beside them. */
async function writeTables(directory: string, secret: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const to = (name: string): string => `'${join(directory, name)}'`
  await connection.run(`COPY (SELECT '${secret}' || i AS person_key, '区' || i % 5 AS district, i AS income FROM range(500) t(i)) TO ${to('persons.parquet')} (FORMAT parquet, COMPRESSION uncompressed)`)
  await connection.run(`COPY (SELECT '${secret}' AS station_key, i AS day, i % 7 AS pm25 FROM range(500) t(i)) TO ${to('air.parquet')} (FORMAT parquet, COMPRESSION uncompressed)`)
  await connection.run(`COPY (SELECT '${secret}' AS "name", '${secret}' AS "${secret}" FROM range(3)) TO ${to('tenant/other.parquet')} (FORMAT parquet, COMPRESSION uncompressed, KV_METADATA {note: '${secret}'})`)
  await connection.run(`ATTACH ${to('tenant/other.duckdb')} AS other`)
  await connection.run(`CREATE TABLE other."names_${secret}" AS SELECT '${secret}' AS "column_${secret}"`)
  await connection.run(`COMMENT ON TABLE other."names_${secret}" IS '${secret}'`)
  await connection.run(`CREATE VIEW other."view_${secret}" AS SELECT 1 AS one`)
  await connection.run(`CREATE MACRO other."macro_${secret}"(x) AS x || '${secret}'`)
  await connection.run(`CREATE SEQUENCE other."sequence_${secret}"`)
  await connection.run(`CREATE TYPE other."type_${secret}" AS ENUM ('${secret}')`)
  await connection.run(`CREATE INDEX "index_${secret}" ON other."names_${secret}"("column_${secret}")`)
  await connection.run('DETACH other')
  connection.closeSync()
  instance.closeSync()
}

function listening(server: Server, where: number | string): Promise<Server> {
  return new Promise((resolve) => { server.listen(typeof where === 'string' ? { path: where } : { port: where, host: '127.0.0.1' }, () => resolve(server)) })
}

async function digestOf(directory: string): Promise<string> {
  const hash = createHash('sha256')
  for (const entry of (await readdir(directory, { recursive: true })).toSorted()) {
    const path = join(directory, entry)
    const found = await lstat(path)
    hash.update(`${entry} ${found.mode} ${found.uid} ${found.size}\n`)
    if (found.isFile()) hash.update(await readFile(path))
  }
  return hash.digest('hex')
}
