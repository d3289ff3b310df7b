import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { giveWay, GIVING_WAY } from '#adapters/sandbox/give-way.ts'
import { DEFAULT_JOB_LIMITS } from '#adapters/sandbox/limits.ts'
import { startWorker } from '#adapters/sandbox/run-job.ts'
import { allowedProcessors } from '#adapters/sandbox/spare-processor.ts'

/** A line of /proc, or null where this kernel has none or the process is gone. */
function line(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null
    throw error
  }
}

/** The processes whose command line names a directory, and all that came of them. */
function processesAt(directory: string): readonly string[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((pid) => ({ pid, parent: line(`/proc/${pid}/stat`)?.split(') ').at(-1)?.split(' ')[1] ?? '' }))
  const found = new Set(all.filter(({ pid }) => line(`/proc/${pid}/cmdline`)?.includes(directory) === true).map(({ pid }) => pid))
  for (let before = -1; before !== found.size;) {
    before = found.size
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid)
  }
  return [...found]
}

const sharesBySession = line('/proc/sys/kernel/sched_autogroup_enabled')?.trim() === '1'

test.skipIf(!sharesBySession)('the whole worker, also the process behind its walls, gives way as a session, and leaves a processor', async () => {
  const worker = await startWorker(DEFAULT_JOB_LIMITS, tmpdir(), null, true)
  if (worker === null) throw new Error('no worker could be started')
  try {
    const mine = processesAt(worker.directory)
    expect(mine.length).toBeGreaterThan(0)
    await expect.poll(() => mine.map((pid) => line(`/proc/${pid}/autogroup`)?.trim().split(' ').at(-1))).toEqual(mine.map(() => String(GIVING_WAY)))
    const all = allowedProcessors(line('/proc/self/status') ?? '')
    expect(mine.map((pid) => allowedProcessors(line(`/proc/${pid}/status`) ?? ''))).toEqual(mine.map(() => (all.length > 1 ? all.slice(1) : all)))
  } finally {
    worker.child.kill()
    await worker.gone
  }
})

test('a process that is gone gives way to nobody', async () => {
  expect(await giveWay(4_194_305)).toBe(false)
})
if (!sharesBySession) process.stdout.write('SKIPPED: this kernel does not share processors by sessions, so there is nothing to give way in.\n')
