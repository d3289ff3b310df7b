import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEFAULT_JOB_LIMITS } from '#adapters/sandbox/limits.ts'
import { openSandbox } from '#adapters/sandbox/sandbox.ts'
import type { Sandbox } from '#adapters/sandbox/sandbox.ts'
import { figureLine, percentile, timed } from './figure.ts'
import type { Print } from './figure.ts'

const RUNS = 10
const COLD_MS = 400
const WARM_MS = 30

/** A job in a process of its own, started for it or waiting for it, beside a bare child process that does nothing. */
export async function benchWorker(print: Print): Promise<void> {
  const staging = await mkdtemp(join(tmpdir(), 'gongshu-bench-'))
  try {
    const bare = await medianOf(async () => once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit'))
    const cold = openSandbox({ warm: 0, limits: DEFAULT_JOB_LIMITS, stagingDirectory: staging })
    await runJob(cold)
    const coldMs = await medianOf(() => runJob(cold))
    await cold.close()
    const warm = openSandbox({ warm: 1, limits: DEFAULT_JOB_LIMITS, stagingDirectory: staging })
    const warmMs: number[] = []
    for (let run = 0; run < RUNS; run += 1) {
      await warm.ready()
      warmMs.push(await timed(() => runJob(warm)))
    }
    await warm.close()
    print(figureLine({ name: 'isolated worker, cold', value: coldMs, unit: 'ms', reference: { what: 'bare child process', value: bare }, budget: { bound: COLD_MS, is: 'at-most' } }))
    print(figureLine({ name: 'isolated worker, warm', value: percentile(warmMs, 0.5), unit: 'ms', reference: { what: 'bare child process', value: bare }, budget: { bound: WARM_MS, is: 'at-most' } }))
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

async function runJob(sandbox: Sandbox): Promise<void> {
  const outcome = await sandbox.runJob({ inputs: [], statements: ['select 1 as one'], limits: DEFAULT_JOB_LIMITS })
  if (!outcome.ok) throw new Error(`the job failed: ${JSON.stringify(outcome)}`)
}

async function medianOf(work: () => Promise<unknown>): Promise<number> {
  const seen: number[] = []
  for (let run = 0; run < RUNS; run += 1) seen.push(await timed(work))
  return percentile(seen, 0.5)
}
