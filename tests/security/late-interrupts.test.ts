import { performance } from 'node:perf_hooks'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { judgeStatement } from '#core/boundary/statement-gate.ts'
import { KILL_GRACE_MS, type JobLimits } from '#adapters/sandbox/limits.ts'
import { openParseGate, type ParseGate } from '#adapters/sandbox/parse.ts'
import { openSandbox, type Sandbox } from '#adapters/sandbox/sandbox.ts'
import { LIMITS, STATEMENT_POLICY, writeSyntheticTables, type SyntheticTables } from '#tests/security/synthetic-tables.ts'

const SECONDS = 2
/** Between the kill and the parent's notice of it, on a machine that others load as well. */
const NOTICE_MS = 500
const limits: JobLimits = { ...LIMITS, seconds: SECONDS, maxRows: 1000, maxBytes: 100_000, maxCellBytes: 100 }
let tables: SyntheticTables
let gate: ParseGate
let sandbox: Sandbox

beforeAll(async () => {
  tables = await writeSyntheticTables()
  gate = openParseGate()
  sandbox = openSandbox({ warm: 1, limits, stagingDirectory: null })
})
afterAll(async () => {
  await sandbox.close()
  await gate.close()
  await tables.remove()
})

/** Runs a statement past the gate, and the longest time that this process did not answer meanwhile. */
async function run(sql: string) {
  let longestPause = 0
  let last = performance.now()
  const pulse = setInterval(() => { longestPause = Math.max(longestPause, performance.now() - last); last = performance.now() }, 10)
  const outcome = await sandbox.runJob({ inputs: [{ table: 'persons', parquetPath: tables.persons }], statements: [sql], limits })
  clearInterval(pulse)
  return { outcome, longestPause }
}

const BOMBS: readonly (readonly [string, string, readonly string[]])[] = [
  ['a count without end', 'select count(*) from range(1000000000000)', ['job-timeout']],
  ['a cross join', 'select count(*) from persons a, persons b, persons c where a.income + b.income + c.income < 0', ['job-timeout']],
  ['a recursion without end', 'with recursive r as (select 1 as x union all select x + 1 from r) select max(x) from r', ['job-timeout', 'job-out-of-memory']],
  ['a text of four gigabytes', "select length(repeat('x', 4000000000))", ['job-out-of-memory', 'job-failed', 'worker-crashed']],
  ['the interrupt that came 18 s late', "select levenshtein(repeat('ab', 50000), repeat('ba', 50000))", ['job-timeout']],
  ['the nesting that kills the engine', "select json_structure(repeat('[', 100000) || repeat(']', 100000))", ['worker-crashed']],
  ['the log that aborts the engine', "call enable_logging(storage = 'file', storage_config = {'path': '/nowhere'})", ['job-failed', 'worker-crashed']],
  ['a list that grows', 'select length(list(a.phone)) from persons a, persons b, persons c', ['job-timeout', 'job-out-of-memory']],
  ['a sort beyond memory', 'select a.phone from persons a, persons b order by hash(a.phone || b.phone)', ['job-timeout', 'job-out-of-memory']],
]

describe('a bomb ends as a failed job, within its limit plus two seconds', () => {
  test.each(BOMBS)('%s', async (_story, sql, codes) => {
    const { outcome, longestPause } = await run(sql)
    if (outcome.ok) throw new Error('the bomb did not go off')
    expect(codes).toContain(outcome.code)
    expect(outcome.elapsedMs).toBeLessThanOrEqual(SECONDS * 1000 + KILL_GRACE_MS + NOTICE_MS)
    expect(longestPause).toBeLessThan(NOTICE_MS)
  })

  test('and the gate refuses those that harm the engine itself; joins, lists, long texts and recursions over constants only the limits can bound', async () => {
    const harmful = BOMBS.filter(([story]) => story.startsWith('the nesting that') || story.startsWith('the log that'))
    expect(harmful).toHaveLength(2)
    for (const [, sql] of harmful) {
      const parsed = await gate.parse(sql)
      expect([sql, parsed.ok && judgeStatement(parsed.tree, sql.length, STATEMENT_POLICY).allow]).toEqual([sql, false])
    }
  })

  test('the next job runs as if nothing had been', async () => {
    expect((await run('select count(*) from persons')).outcome).toMatchObject({ ok: true, results: [{ rows: [['6000']] }] })
  })
})

describe('what a result may be, on both sides of the edge', () => {
  test('rows', async () => {
    expect((await run('select 1 from range(1000)')).outcome.ok).toBe(true)
    expect((await run('select 1 from range(1001)')).outcome).toMatchObject({ ok: false, code: 'result-too-large' })
  })
  test('bytes of one value', async () => {
    expect((await run("select repeat('汉', 33) || 'x'")).outcome.ok).toBe(true)
    expect((await run("select repeat('汉', 33) || 'xy'")).outcome).toMatchObject({ ok: false, code: 'result-cell-too-large' })
  })
  test('bytes in all', async () => {
    expect((await run("select repeat('x', 90) from range(1000)")).outcome.ok).toBe(true)
    expect((await run("select repeat('x', 98) from range(1000)")).outcome).toMatchObject({ ok: false, code: 'result-too-large' })
  })
  test('a container leaves as JSON, for every check to take apart, and is one value: longer than a value may be, it is refused', async () => {
    const { outcome } = await run("select {'a': 1} as a, map {'b': 2} as b, [3] as c")
    expect(outcome).toMatchObject({ ok: true, results: [{ columns: [{ kind: 'nested' }, { kind: 'nested' }, { kind: 'nested' }], rows: [['{"a":1}', '[{"key":"b","value":2}]', '[3]']] }] })
    expect((await run('select list(i % 10) from range(40) r(i)')).outcome).toMatchObject({ ok: false, code: 'result-cell-too-large' })
  })
  test.each(["select 'x'::blob", "select ['x'::blob]", "select {'a': 'x'::blob}", 'select [[[[[1]]]]]', "select '[1]'::json::variant"])('nothing binary, and nothing nested too deep: %s', async (sql) => {
    const { outcome } = await run(sql)
    expect(['result-type-refused', 'job-failed']).toContain(outcome.ok ? 'let through' : outcome.code)
  })
})

test('a caller who gives up ends the job', async () => {
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 300)
  const outcome = await sandbox.runJob({ inputs: [], statements: ['select count(*) from range(1000000000000)'], limits, signal: stop.signal })
  expect(outcome).toMatchObject({ ok: false, code: 'job-cancelled' })
})

test('a parser that hangs or dies is replaced, and the question answered with a refusal', async () => {
  const impatient = openParseGate(1)
  expect(await impatient.parse('select 1')).toMatchObject({ ok: false })
  await impatient.close()
  expect(await gate.parse(`select ${'('.repeat(200_000)}1${')'.repeat(200_000)}`)).toBeDefined()
  expect(await gate.parse('select 1')).toMatchObject({ ok: true })
})
