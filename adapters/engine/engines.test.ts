import { createServer, type Server } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BOOLEAN, INTEGER, TEXT } from '#core/engine/portable-type.ts'
import type { PortableStatement } from '#core/engine/translate-statement.ts'
import { clickHouseEngine } from '#adapters/engine/clickhouse-engine.ts'
import { duckDbEngine } from '#adapters/engine/duckdb-engine.ts'
import type { EngineInput, EngineRequest } from '#adapters/engine/engine.ts'
import { DEFAULT_JOB_LIMITS } from '#adapters/sandbox/limits.ts'
import { openSandbox } from '#adapters/sandbox/sandbox.ts'

const STATEMENT: PortableStatement = {
  sql: { duckdb: 'SELECT id AS c1, name AS c2, id > 1 AS c3 FROM person ORDER BY c1', clickhouse: 'SELECT id AS c1' },
  columns: [{ name: 'id', type: INTEGER }, { name: 'name', type: TEXT }, { name: 'more', type: BOOLEAN }],
}
let folder: string
let input: EngineInput
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gongshu-engine-'))
  const parquetPath = join(folder, 'person.parquet')
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  await connection.run(`COPY (SELECT * FROM (VALUES (1::BIGINT, '王伟'), (2, NULL)) t(id, name)) TO '${parquetPath}' (FORMAT parquet)`)
  input = { table: 'person', parquetPath, columns: [{ name: 'id', type: 'integer' }, { name: 'name', type: 'text' }] }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function request(more: Partial<EngineRequest> = {}): EngineRequest {
  return { statement: STATEMENT, inputs: [input], limits: DEFAULT_JOB_LIMITS, ...more }
}

describe('the reference engine', () => {
  test('runs a portable statement in the sandbox and answers in canonical form', async () => {
    const sandbox = openSandbox({ warm: 0, limits: DEFAULT_JOB_LIMITS, stagingDirectory: folder })
    try {
      const outcome = await duckDbEngine(sandbox).run(request())
      expect(outcome).toMatchObject({ ok: true, result: { columns: [{ kind: 'long' }, { kind: 'text' }, { kind: 'boolean' }], rows: [['1', '王伟', false], ['2', null, true]] } })
      const wrong = await duckDbEngine(sandbox).run(request({ statement: { ...STATEMENT, columns: STATEMENT.columns.slice(1) } }))
      expect(wrong).toMatchObject({ ok: false, code: 'worker-misbehaved' })
    } finally {
      await sandbox.close()
    }
  })
})

interface Asked {
  readonly parameters: URLSearchParams
  readonly body: Buffer
}

/** A server that answers the adapter's questions in the words of ClickHouse's HTTP interface; `answer` is what the statement gets. */
async function servedBy(answer: (asked: Asked) => { status: number; headers?: Record<string, string>; body: string } | 'silence', use: (url: string, asked: Asked[]) => Promise<void>): Promise<void> {
  const asked: Asked[] = []
  const server: Server = createServer((incoming, response) => {
    const body: Buffer[] = []
    incoming.on('data', (part: Buffer) => body.push(part))
    incoming.on('end', () => {
      const one = { parameters: new URL(incoming.url ?? '/', 'http://localhost').searchParams, body: Buffer.concat(body) }
      asked.push(one)
      if (one.parameters.get('readonly') !== '1') { response.end(one.parameters.get('query')?.includes('version') === true ? '26.7\n' : ''); return }
      const said = answer(one)
      if (said === 'silence') return
      response.writeHead(said.status, said.headers)
      response.end(said.body)
    })
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked) // listens on a port
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => { server.close(resolve) })
  }
}

const engineAt = (url: string) => clickHouseEngine({ url, user: 'job', password: 'secret' })
/** Whatever came of it, the last question drops the database that the first one made. */
function expectDropped(asked: readonly Asked[]): void {
  const made = /^CREATE DATABASE (\w+)$/.exec(asked[0]?.parameters.get('query') ?? '')?.[1]
  expect(made).toMatch(/^gongshu_job_[0-9a-f]{32}$/)
  expect(asked.at(-1)?.parameters.get('query')).toBe(`DROP DATABASE IF EXISTS ${made} SYNC`)
}

describe('the scale-out engine', () => {
  test('loads the inputs into a database of its own, reads only and within the limits, and leaves nothing', async () => {
    await servedBy(() => ({ status: 200, body: '["1","王伟",false]\n["2",null,true]\n' }), async (url, asked) => {
      const outcome = await engineAt(url).run(request())
      expect(outcome).toMatchObject({ ok: true, engineVersion: 'ClickHouse 26.7', result: { rows: [['1', '王伟', false], ['2', null, true]] } })
      expect(asked[1]?.parameters.get('query')).toBe('CREATE TABLE `person` (`id` Nullable(Int64), `name` Nullable(String)) ENGINE = MergeTree ORDER BY tuple()')
      expect(asked[2]?.body.subarray(0, 4).toString('latin1')).toBe('PAR1')
      const run = asked.find(({ parameters }) => parameters.get('readonly') === '1')
      expect(run?.body.toString('utf8')).toBe('SELECT id AS c1 FORMAT JSONCompactEachRow')
      expect(Object.fromEntries(run?.parameters ?? [])).toMatchObject({ max_execution_time: '60', max_memory_usage: String(1024 ** 3), max_threads: '2', join_use_nulls: '1', wait_end_of_query: '1' })
      expectDropped(asked)
    })
  })
  test.each([['159', 'job-timeout'], ['241', 'job-out-of-memory'], ['396', 'result-too-large'], ['395', 'job-failed']])('error %s is told as %s, without the engine\'s own words', async (number, code) => {
    await servedBy(() => ({ status: 500, headers: { 'X-ClickHouse-Exception-Code': number }, body: 'Cannot parse 王伟' }), async (url, asked) => {
      const outcome = await engineAt(url).run(request())
      expect(outcome).toMatchObject({ ok: false, code })
      expect(JSON.stringify(outcome)).not.toContain('王伟')
      expectDropped(asked)
    })
  })
  test('an answer that is no result of the statement is thrown away', async () => {
    for (const body of ['["1","a"]\n', '["x","a",true]\n', 'not json\n', '{"a":1}\n']) {
      await servedBy(() => ({ status: 200, body }), async (url) => {
        expect(await engineAt(url).run(request())).toMatchObject({ ok: false, code: 'worker-misbehaved' })
      })
    }
    await servedBy(() => ({ status: 200, body: '["1","a",true]\n'.repeat(100) }), async (url) => {
      expect(await engineAt(url).run(request({ limits: { ...DEFAULT_JOB_LIMITS, maxBytes: 50 } }))).toMatchObject({ ok: false, code: 'result-too-large' })
    })
  })
  test('a job that is cancelled ends at once and leaves no database; a server that is away is no crash of ours', async () => {
    const stop = new AbortController()
    await servedBy(() => { stop.abort(); return 'silence' }, async (url, asked) => {
      expect(await engineAt(url).run(request({ signal: stop.signal }))).toMatchObject({ ok: false, code: 'job-cancelled' })
      expectDropped(asked)
    })
    const warned = new Promise<Error>((resolve) => { process.once('warning', resolve) })
    expect(await engineAt('http://127.0.0.1:1').run(request())).toMatchObject({ ok: false, code: 'worker-crashed' })
    expect((await warned).message).toContain('could not be dropped')
  })
})
