import { readFile } from 'node:fs/promises'

/** unit: ms; the kernel counts the time of processes in ticks of a hundredth of a second (Linux, USER_HZ) */
const TICK_MS = 10
/** Places of utime and stime in /proc/<pid>/stat, counted behind the name of the program (proc(5), fields 14 and 15). */
const USER_PLACE = 11
const SYSTEM_PLACE = 12

/**
 * The processor time that these processes have used since they began, ms, all their threads together; null where the
 * system does not tell it (it is read from /proc). Unlike a latency it is hardly moved by what else the machine does.
 */
export async function cpuMs(pids: readonly number[]): Promise<number | null> {
  const each = await Promise.all(pids.map(cpuOf))
  return each.reduce((sum, one) => (sum === null || one === null ? null : sum + one), 0)
}

async function cpuOf(pid: number): Promise<number | null> {
  let stat: string
  try {
    stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return process.platform === 'linux' ? 0 : null
    throw error
  }
  const fields = stat.slice(stat.lastIndexOf(')') + ') '.length).split(' ')
  return (Number(fields[USER_PLACE]) + Number(fields[SYSTEM_PLACE])) * TICK_MS
}
