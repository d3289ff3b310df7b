import { readFileSync } from 'node:fs'

/** Whether the kernel knows the number, as PostgreSQL asks: also for a process of another account, also for a zombie. */
export function isTaken(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/**
 * Whether a process runs. A dead one whose parent has not yet taken note of its end (a zombie: usual in a container
 * whose first process collects no orphans) does not.
 */
export function isAlive(pid: number): boolean {
  return isTaken(pid) && !isZombie(pid)
}

/** Whether the kernel still keeps the number of a process that has ended. */
export function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The state follows the program's name, which stands in parentheses and may hold any character.
    return ['Z', 'X'].includes(stat.slice(stat.lastIndexOf(')') + 2).charAt(0))
  } catch {
    // No such entry: it has gone in between.
    return true
  }
}
