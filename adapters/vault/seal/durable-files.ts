/** File operations that must have happened when they return. */
import { randomFillSync } from 'node:crypto'
import { open, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'

const overwriteBytes = 1024 * 1024

/** Makes names created or removed in a directory durable. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

/**
 * Overwrites a file once with random bytes, then removes it, both durably. A file already gone is fine.
 * On solid-state disks and copying file systems old blocks may survive; what counts is that their key is gone.
 */
export async function overwriteAndUnlink(path: string): Promise<void> {
  await unlessAbsent(async () => {
    await overwrite(path)
    await unlink(path)
  })
  // Also when the file was gone already: a crash may have come between its removal and this.
  await unlessAbsent(() => syncDirectory(dirname(path)))
}

async function unlessAbsent(task: () => Promise<void>): Promise<void> {
  try {
    await task()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}

async function overwrite(path: string): Promise<void> {
  const { size } = await stat(path)
  const file = await open(path, 'r+')
  try {
    for (let at = 0; at < size; at += overwriteBytes) {
      await file.write(randomFillSync(Buffer.alloc(Math.min(overwriteBytes, size - at))), 0, undefined, at)
    }
    await file.sync()
  } finally {
    await file.close()
  }
}
