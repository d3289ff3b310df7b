import { constants } from 'node:fs'
import { access, chmod, copyFile, link, lstat, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A table of a job: one Parquet file that holds the authorized columns and rows and nothing else. */
export interface JobInput {
  /** Name of the table in SQL. */
  readonly table: string
  readonly parquetPath: string
  /** Columns that the tenant's statements see, in this order; the others serve the platform's own counting. Absent: all. */
  readonly shown?: readonly string[]
}

/** The name says which process opened it, so that the next one knows what nobody uses any more. */
const PREFIX = 'gongshu-job-'
const MEMORY_DIRECTORY = '/dev/shm'
const PRIVATE_TO_WORKER = 0o711
const READ_ONLY_FOR_ALL = 0o444

/** A directory of its own for one child's inputs, in memory where the machine offers that. */
export async function openInputDirectory(parent: string | null): Promise<string> {
  const place = parent ?? await memoryOrTemporary()
  const directory = await mkdtemp(join(place, `${PREFIX}${process.pid}-`))
  // Other users may pass but not look; under the weaker postures the child is such a user.
  await chmod(directory, PRIVATE_TO_WORKER)
  return directory
}

async function memoryOrTemporary(): Promise<string> {
  try {
    await access(MEMORY_DIRECTORY, constants.W_OK)
    return MEMORY_DIRECTORY
  } catch (error) {
    if (error instanceof Error && 'code' in error) return tmpdir()
    throw error
  }
}

/** An input that is a link, a directory or a device. */
export class InputNotAFile extends Error {
  readonly code = 'not-a-file'
}

/** Puts the inputs into the directory, by link where one file system holds both, else by copy. Answers the file names. */
export async function placeInputs(directory: string, inputs: readonly JobInput[]): Promise<readonly string[]> {
  return Promise.all(inputs.map(async (input, position) => {
    const name = `${position}.parquet`
    const target = join(directory, name)
    // A link would be followed by the weaker postures and would dangle in the strong one.
    if (!(await lstat(input.parquetPath)).isFile()) throw new InputNotAFile(input.table)
    try {
      await link(input.parquetPath, target)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && (error.code === 'EXDEV' || error.code === 'EPERM'))) throw error
      await copyFile(input.parquetPath, target, constants.COPYFILE_EXCL)
      await chmod(target, READ_ONLY_FOR_ALL)
    }
    return name
  }))
}

/** Removes a child's inputs; called once the child is gone. */
export async function closeInputDirectory(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true })
}

/** Removes directories whose process is no more: a server that was killed could not clear up. */
export async function sweepInputDirectories(parent: string | null): Promise<void> {
  const place = parent ?? await memoryOrTemporary()
  for (const name of await readdir(place)) {
    const owner = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1]
    if (owner !== undefined && !isRunning(Number(owner))) await closeInputDirectory(join(place, name))
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // Another user's process exists as well; only "no such process" means that it is gone.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}
