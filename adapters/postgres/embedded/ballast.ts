import { randomFillSync } from 'node:crypto'
import { open, rename, rm, stat, statfs } from 'node:fs/promises'
import type { Layout } from './layout.ts'

const MEGABYTE = 1024 * 1024
/** Enough to let PostgreSQL finish its recovery on a disk that has run full. */
const BALLAST_BYTES = 64 * MEGABYTE
/** Below this the server cannot write its next WAL segment (16 MB) and the ballast is given up. */
const FULL_BYTES = 32 * MEGABYTE
/** The ballast is laid only where this much stays free beside it. */
const ROOM_BYTES = 256 * MEGABYTE

/** Lays 64 MB aside (random bytes, so that no file system compresses them away), where they are lacking and there is room. */
export async function layBallast(layout: Layout): Promise<void> {
  const size = await stat(layout.ballast).then((found) => found.size, () => 0)
  if (size === BALLAST_BYTES || (await freeBytes(layout)) < BALLAST_BYTES + ROOM_BYTES) return
  const making = `${layout.ballast}.${process.pid}`
  const file = await open(making, 'w', 0o600)
  try {
    const block = randomFillSync(Buffer.allocUnsafe(MEGABYTE))
    for (let written = 0; written < BALLAST_BYTES; written += MEGABYTE) await file.write(block)
  } finally {
    await file.close()
  }
  await rename(making, layout.ballast)
}

/** Gives the ballast up when the disk is full. Answers whether it did. */
export async function dropBallastIfFull(layout: Layout): Promise<boolean> {
  if ((await freeBytes(layout)) >= FULL_BYTES) return false
  await rm(layout.ballast, { force: true })
  return true
}

async function freeBytes(layout: Layout): Promise<number> {
  const found = await statfs(layout.dataDir)
  return found.bavail * found.bsize
}
