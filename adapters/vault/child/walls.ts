/** The walls around the reading part on this machine: the strongest that work here, the same as around a job. */
import { chmod, chown } from 'node:fs/promises'
import { childCommand } from '#adapters/sandbox/child-command.ts'
import type { IsolationMode } from '#adapters/sandbox/child-command.ts'
import { closeInputDirectory, openInputDirectory } from '#adapters/sandbox/job-inputs.ts'
import { sandboxPosture } from '#adapters/sandbox/posture.ts'
import type { Walls } from '#adapters/vault/child/behind-walls.ts'
import { programPath } from '#adapters/vault/child/programs.ts'
import type { IngestLimits } from '#adapters/vault/ingest/ingest-limits.ts'

const onlyOwner = 0o700
/** uid and gid of "nobody" on Linux, whom the weaker isolation makes of the reader. */
const nobody = 65_534
/** One that decodes, one for the engine. */
const threads = 2

/**
 * Runs a task with walls around a reader that may use what `limits` say.
 * @param wanted a mode to use instead of the strongest that works here, for tests of the weaker ones
 */
export async function withWalls<T>(limits: IngestLimits, task: (walls: Walls) => Promise<T>, wanted: IsolationMode | null = null): Promise<T> {
  const mode = wanted ?? (await sandboxPosture()).mode
  const script = await programPath('reader')
  const inBubble = mode === 'bubblewrap' || mode === 'bubblewrap-filtered'
  // Under bubblewrap the workplace is memory that nobody outside sees and that is gone with the process.
  const directory = inBubble ? '' : await openInputDirectory(null)
  try {
    if (!inBubble) await chmod(directory, onlyOwner)
    if (mode === 'unshare-setpriv' && process.getuid?.() === 0) await chown(directory, nobody, nobody)
    const { memoryMb, heapMb, workBytesMax, secondsMax, textBytesMax } = limits
    const paths = { script, inputDirectory: null, workplace: { directory, bytes: workBytesMax }, givesWay: true }
    // A Parquet file stands in the workplace with its own length, though only a run of its row groups is there.
    const command = childCommand(mode, paths, { memoryMb, heapMb, seconds: secondsMax, threads, fileBytes: textBytesMax })
    return await task({ command, secondsMax })
  } finally {
    if (!inBubble) await closeInputDirectory(directory)
  }
}
