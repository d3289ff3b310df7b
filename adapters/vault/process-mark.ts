/** A mark by which a process that lives is told from one that is gone, also where another was given its id. */
import { readFile } from 'node:fs/promises'

/** Fields of /proc/<pid>/stat after the parenthesised name: the first is the state, the 20th the start time in ticks. */
const startTimeField = 19
const gone = 'Z'

/** The mark of this process: its id and when it began. */
export async function ownMark(): Promise<string> {
  return `${process.pid}-${(await startTime(process.pid)) ?? 'unknown'}`
}

/** Whether the process that made the mark lives. Processes of another container cannot be seen, and count as gone. */
export async function livesBehind(mark: string): Promise<boolean> {
  const [pid = '', started = ''] = mark.split('-')
  return (await startTime(Number(pid))) === started
}

async function startTime(pid: number): Promise<string | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    // Ended and not yet waited for by its parent.
    return fields[0] === gone ? undefined : fields[startTimeField]
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))) throw error
    return pid > 0 && alive(pid) ? 'unknown' : undefined
  }
}

/** For systems without /proc. */
function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
