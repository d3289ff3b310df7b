import { writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * Of the scheduler's scale from -20 to 19: where both want the same processor, a worker gets a third of the server's share.
 * Less would let a job starve on a machine that is busy for long, and end at its time limit without having run.
 */
export const GIVING_WAY = 5
/** Without privileges the kernel takes one such order each tenth of a second, from all of us. */
const AGAIN_MS = 150
const TRIES = 4

/**
 * Lets the session of a process give way. Linux shares the processors between sessions first and looks at a process's own
 * niceness only within one ("autogroup"), so that for a child, which has a session of its own, `nice` alone does nothing.
 * @returns whether the kernel took it; false where it does not share by sessions, or the process is gone: there `nice` is enough
 */
export async function giveWay(pid: number): Promise<boolean> {
  for (let left = TRIES; left > 0; left -= 1) {
    try {
      await writeFile(`/proc/${pid}/autogroup`, String(GIVING_WAY), { flag: 'r+' })
      return true
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error
      if (error.code !== 'EAGAIN') return false
      await delay(AGAIN_MS)
    }
  }
  return false
}
