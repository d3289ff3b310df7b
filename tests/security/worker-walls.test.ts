import { createHash } from 'node:crypto'
import { readdir, readFile, symlink } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { judgeStatement } from '#core/boundary/statement-gate.ts'
import type { IsolationMode } from '#adapters/sandbox/child-command.ts'
import { openParseGate, type ParseGate } from '#adapters/sandbox/parse.ts'
import { runOnWorker, startWorker, type JobOutcome } from '#adapters/sandbox/run-job.ts'
import { LIMITS, STATEMENT_POLICY, writeSyntheticTables, type SyntheticTables } from '#tests/security/synthetic-tables.ts'

let tables: SyntheticTables
let gate: ParseGate
let server: Server
let visits = 0
let address = ''

beforeAll(async () => {
  tables = await writeSyntheticTables()
  gate = openParseGate()
  server = createServer((_request, response) => { visits += 1; response.end('x') })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  address = `127.0.0.1:${(server.address() as AddressInfo).port}` // a TCP server's address is an AddressInfo
})
afterAll(async () => {
  await gate.close()
  await new Promise((resolve) => { server.close(resolve) })
  await tables.remove()
})

/** Straight to a worker, past the statement gate: what is tested here are the walls behind it. */
async function pastTheGate(sql: string, mode: IsolationMode | null = null): Promise<JobOutcome> {
  const worker = await startWorker(LIMITS, tables.directory, mode)
  if (worker === null) throw new Error('no worker could be started')
  return runOnWorker(worker, { inputs: [{ table: 'persons', parquetPath: tables.persons }], statements: [sql], limits: LIMITS })
}
async function throughTheGate(sql: string): Promise<boolean> {
  const parsed = await gate.parse(sql)
  return parsed.ok && judgeStatement(parsed.tree, sql.length, STATEMENT_POLICY).allow
}
const digestOf = async (path: string): Promise<string> => createHash('sha256').update(await readFile(path)).digest('hex')

const CHANNELS: readonly (readonly [string, string])[] = [
  ['a file in the temporary directory', "copy persons to '/tmp/taken.csv'"],
  ['a write-ahead file beside an input', "copy persons to '/inputs/0.parquet.wal'"],
  ['the raw bytes of an input', "select octet_length(content) from read_blob('/inputs/0.parquet')"],
  ['an input attached for writing', "attach '/inputs/0.parquet' as rw"],
  ['a log file', "call enable_logging(storage = 'file', storage_config = {'path': '/tmp'})"],
]
const OTHERS: readonly (readonly [string, string])[] = [
  ['the password file', "select * from read_text('/etc/passwd')"],
  ['the password file as a table', "select * from '/etc/passwd'"],
  ['the environment', "select * from read_text('/proc/self/environ')"],
  ['the command line of the first process', "select * from read_text('/proc/1/cmdline')"],
  ['a listing', "select * from glob('/**')"],
  ['the standard output', "copy persons to '/dev/stdout'"],
  ['an extension', 'install httpfs'],
  ['a library', "load '/tmp/x.duckdb_extension'"],
  ['more memory', "set memory_limit = '20GB'"],
  ['an unlocked engine', 'set lock_configuration = false'],
  ['external access', 'set enable_external_access = true'],
  ['a database dump', "export database '/tmp/dump'"],
  ['another statement behind', "select 1; copy persons to '/tmp/x'"],
]

describe.each([['the isolated worker', null], ['the worker without isolation', 'limits-only']] as const)('%s', (_story, mode) => {
  test.each([...CHANNELS, ...OTHERS])('does not give %s', async (_name, sql) => {
    const before = await digestOf(tables.persons)
    const outcome = await pastTheGate(sql, mode)
    expect(outcome.ok).toBe(false)
    expect(await digestOf(tables.persons)).toBe(before)
    // Nothing was written beside the inputs, and the worker's own directory is gone with it.
    expect((await readdir(tables.directory)).toSorted()).toEqual(['air.parquet', 'persons.parquet'])
  })

  test('does not reach the network', async () => {
    const outcome = await pastTheGate(`select * from read_csv('http://${address}/x')`, mode)
    expect(outcome.ok).toBe(false)
    expect(visits).toBe(0)
  })

  test('still does an honest job, with types, digest and engine version', async () => {
    const sql = "select sex, count(*) as n, date '2024-02-29' as d, 1.50 as m, cast('nan' as double) as x from persons group by sex order by sex"
    const [first, second] = [await pastTheGate(sql, mode), await pastTheGate(sql, mode)]
    if (!first.ok || !second.ok) throw new Error('an honest job failed')
    expect(first.results[0]?.columns.map((column) => column.kind)).toEqual(['text', 'long', 'date', 'decimal', 'double'])
    expect(first.results[0]?.rows).toEqual([['女', '3000', '2024-02-29', '1.50', 'NaN'], ['男', '3000', '2024-02-29', '1.50', 'NaN']])
    expect(first.results[0]?.digest).toBe(second.results[0]?.digest)
    expect(first.engineVersion).toMatch(/^v\d/)
  })
})

test('none of these statements passes the gate', async () => {
  for (const [, sql] of [...CHANNELS, ...OTHERS]) expect([sql, await throughTheGate(sql)]).toEqual([sql, false])
})

test('values of rows do not leave in an error message', async () => {
  const outcome = await pastTheGate('select cast(person_id || phone as integer) from persons')
  if (outcome.ok) throw new Error('the conversion should have failed')
  expect(outcome.code).toBe('job-failed')
  expect(`${outcome.message}${outcome.cure}`).not.toMatch(/\d{6}/)
})

test('a link in place of an input is refused', async () => {
  const target = join(tables.directory, 'link.parquet')
  await symlink(tables.persons, target)
  const worker = await startWorker(LIMITS, null)
  if (worker === null) throw new Error('no worker could be started')
  const outcome = await runOnWorker(worker, { inputs: [{ table: 'persons', parquetPath: target }], statements: ['select 1'], limits: LIMITS })
  expect(outcome).toMatchObject({ ok: false, code: 'input-unreadable' })
})
