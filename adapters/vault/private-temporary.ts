/**
 * Where plaintext may be while work is done: a private directory for each task, in memory where the system offers it,
 * removed when the task ends, and swept at the next start if the process was killed.
 */
import { createHash, randomBytes } from 'node:crypto'
import { access, constants, mkdir, readdir, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { livesBehind, ownMark } from '#adapters/vault/process-mark.ts'

const memoryFileSystem = '/dev/shm'
const privateDirectory = 0o700

export interface PrivateTemporary {
  /** Directory of this data directory's tasks. */
  readonly root: string
  /** False: the directory lies on a disk, where removed plaintext may survive in free blocks. The posture page must say so. */
  readonly inMemory: boolean
}

/** Prepares the directory for a data directory; two installations on one machine never share it. */
export async function openPrivateTemporary(dataDirectory: string): Promise<PrivateTemporary> {
  const inMemory = await writable(memoryFileSystem)
  const name = createHash('sha256').update(await realpath(dataDirectory)).digest('hex').slice(0, 16)
  const user = process.getuid?.() ?? 0
  const root = join(inMemory ? memoryFileSystem : tmpdir(), `gongshu-vault-${user}-${name}`)
  await mkdir(root, { recursive: true, mode: privateDirectory })
  return { root, inMemory }
}

/** Runs a task with a fresh directory of its own and removes that directory, however the task ends. */
export async function withPrivateDirectory<T>(temporary: PrivateTemporary, task: (directory: string) => Promise<T>): Promise<T> {
  const directory = join(temporary.root, `${await ownMark()}-${randomBytes(8).toString('hex')}`)
  await mkdir(directory, { mode: privateDirectory })
  try {
    return await task(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Removes what killed processes left behind; directories of living processes stay. Returns the names removed. */
export async function sweepPrivateTemporary(temporary: PrivateTemporary): Promise<string[]> {
  const swept: string[] = []
  for (const name of await readdir(temporary.root)) {
    if (await livesBehind(name)) continue
    await rm(join(temporary.root, name), { recursive: true, force: true })
    swept.push(name)
  }
  return swept
}

async function writable(directory: string): Promise<boolean> {
  try {
    await access(directory, constants.W_OK)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false
    throw error
  }
}
