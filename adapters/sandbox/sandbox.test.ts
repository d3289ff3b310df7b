import { mkdtemp, mkdir, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { expect, test } from 'vitest'
import { childCommand } from '#adapters/sandbox/child-command.ts'
import { jobFrameReader } from '#adapters/sandbox/job-frames.ts'
import { DEFAULT_JOB_LIMITS, prlimitArguments } from '#adapters/sandbox/limits.ts'
import { describePosture, sandboxPosture } from '#adapters/sandbox/posture.ts'
import { openSandbox } from '#adapters/sandbox/sandbox.ts'
import { writeSyntheticTables } from '#tests/security/synthetic-tables.ts'

const limits = { ...DEFAULT_JOB_LIMITS, memoryMb: 256, seconds: 5 }

test('the posture says what is in force and what is missing', async () => {
  const posture = await sandboxPosture()
  expect(posture.inForce.length).toBeGreaterThan(0)
  expect(describePosture('plain').missing.join()).toContain('bubblewrap')
  expect(describePosture('bubblewrap').missing).toEqual(['未启用系统调用过滤（seccomp）'])
  expect(describePosture('bubblewrap-filtered').missing).toEqual([])
  if (posture.mode !== 'bubblewrap-filtered') console.warn(`posture on this machine: ${posture.mode}; missing: ${posture.missing.join('；')}`)
})

test('the strong command line gives a child no shell, no network, no capability and no environment', () => {
  const { args } = childCommand('bubblewrap', { script: 'job-child.mjs', inputDirectory: '/x' }, limits)
  expect(args.filter((word) => word === '--tmpfs')).toEqual([])
  for (const word of ['--unshare-all', '--unshare-user', '--disable-userns', '--die-with-parent', '--clearenv', '--cap-drop', '--remount-ro']) expect(args).toContain(word)
  expect(args.filter((word) => word === '--bind' || word === '--dev-bind')).toEqual([])
  expect(prlimitArguments(limits)).toContain('--core=0')
})

test('a warm worker answers faster than a cold one, serves one job, and is replaced', async () => {
  const staging = await mkdtemp(join(tmpdir(), 'gongshu-sandbox-'))
  const warm = openSandbox({ warm: 1, limits, stagingDirectory: staging })
  await warm.ready()
  const time = async (): Promise<number> => {
    const started = performance.now()
    expect(await warm.runJob({ inputs: [], statements: ['select 42 as x'], limits })).toMatchObject({ ok: true, results: [{ rows: [[42]] }] })
    return performance.now() - started
  }
  const first = await time()
  await warm.ready()
  const second = await time()
  console.info(`warm job ${Math.round(first)} ms and ${Math.round(second)} ms`)
  await warm.close()
  expect(await readdir(staging)).toEqual([])
  await rm(staging, { recursive: true })
})

test('a column that only the platform counts by cannot be reached by another name or place', async () => {
  const tables = await writeSyntheticTables()
  const sandbox = openSandbox({ warm: 0, limits, stagingDirectory: null })
  const inputs = [{ table: 'persons', parquetPath: tables.persons, shown: ['income', 'district'] }]
  const outcome = await sandbox.runJob({ inputs, limits, statements: ['select a from (select * from persons) as t(a, b) order by a limit 1'], platformStatements: ['select count(distinct person_id) from persons'] })
  expect(outcome).toMatchObject({ ok: true, results: [{ columns: [{ type: 'DECIMAL(12,2)' }] }, { rows: [['6000']] }] })
  expect(await sandbox.runJob({ inputs, limits, statements: ['select person_id from persons'] })).toMatchObject({ ok: false, code: 'job-failed' })
  await sandbox.close()
  await tables.remove()
})

test('inputs left behind by a killed server are swept, those of a living one stay', async () => {
  const staging = await mkdtemp(join(tmpdir(), 'gongshu-sandbox-'))
  const gone = 4_194_304 + 1 // above the largest process id of Linux
  await mkdir(join(staging, `gongshu-job-${gone}-abc`))
  await mkdir(join(staging, `gongshu-job-${process.pid}-abc`))
  const sandbox = openSandbox({ warm: 0, limits, stagingDirectory: staging })
  await sandbox.ready()
  expect(await readdir(staging)).toEqual([`gongshu-job-${process.pid}-abc`])
  await sandbox.close()
  await rm(staging, { recursive: true })
})

test('frames that break the agreement end a job, whoever sent them', () => {
  const columns = [{ name: 'x', type: 'INTEGER', kind: 'integer' }]
  const after = (...frames: unknown[]): string => {
    const read = jobFrameReader({ statements: 1, platformStatements: 0, probed: false }, { ...limits, maxRows: 2 })
    const news = frames.map(read).at(-1)
    return news?.kind === 'failed' ? news.code : (news?.kind ?? 'nothing')
  }
  expect(after({ statement: 0, columns }, { rows: [[1]] }, { rowCount: 1 }, { done: true })).toBe('done')
  expect(after({ done: true })).toBe('worker-misbehaved')
  expect(after({ rows: [[1]] })).toBe('worker-misbehaved')
  expect(after({ columns }, { rows: [['1']] })).toBe('worker-misbehaved')
  expect(after({ columns }, { rows: [[1, 2]] })).toBe('worker-misbehaved')
  expect(after({ columns }, { rows: [[1]] }, { rowCount: 2 })).toBe('worker-misbehaved')
  expect(after({ columns }, { rows: [[1], [2], [3]] })).toBe('result-too-large')
  expect(after({ columns: [{ name: 'x', type: 'x', kind: 'html' }] })).toBe('worker-misbehaved')
  expect(after({ failed: 'toString' })).toBe('worker-misbehaved')
  expect(after({ columns: [{ name: 'x', type: 'VARCHAR', kind: 'text' }] }, { rows: [['x'.repeat(limits.maxCellBytes)]] })).toBe('going-on')
  expect(after({ columns: [{ name: 'x', type: 'VARCHAR', kind: 'text' }] }, { rows: [['x'.repeat(limits.maxCellBytes + 1)]] })).toBe('result-cell-too-large')
  expect(after({ columns: [] })).toBe('worker-misbehaved')
  expect(after({ columns }, { rows: [] })).toBe('worker-misbehaved')
  expect(after('hello')).toBe('worker-misbehaved')
})
