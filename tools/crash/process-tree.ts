import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isAlive } from '#adapters/postgres/embedded/process-state.ts'

const GONE_MS = 10_000
const LOOK_MS = 10

/** The process and all its descendants, as the kernel lists them now. */
export async function treeOf(root: number): Promise<number[]> {
  const children = new Map<number, number[]>()
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const parent = await parentOf(Number(name))
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), Number(name)])
  }
  const found = [root]
  for (const pid of found) found.push(...(children.get(pid) ?? []))
  return found
}

/** Kills every process at once, the youngest last, and waits until none of them runs. @throws Error when one does not go. */
export async function killAll(pids: readonly number[]): Promise<void> {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch (error) {
      // It ended by itself in between.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
    }
  }
  const end = performance.now() + GONE_MS
  while (pids.some(isAlive)) {
    if (performance.now() > end) throw new Error(`processes did not end: ${pids.filter(isAlive).join(', ')}`)
    await delay(LOOK_MS)
  }
}

/** The database server that the data directory names and its processes; none where it is not running. */
export async function databaseTree(dataDir: string): Promise<number[]> {
  const text = await readFile(join(dataDir, 'database', 'cluster', 'postmaster.pid'), 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  })
  const pid = Number.parseInt(text, 10)
  return Number.isInteger(pid) && isAlive(pid) ? treeOf(pid) : []
}

async function parentOf(pid: number): Promise<number | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return null // it has ended since the directory was read
  }
}
