/** Proofs by trying: that a sealed file does not open, and that no known value can be read in a directory. */
import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readSealed } from '#adapters/vault/seal/sealed-file.ts'
import { SealBroken, keyBytes } from '#adapters/vault/seal/suite.ts'

export type ReadOutcome = 'opened' | 'seal-broken' | 'file-absent'

/** One try to open a sealed file, with what key, and what came of it. */
export interface ReadAttempt {
  key: string
  outcome: ReadOutcome
}

/** Tries to open the first chunk of a sealed file with a key. */
export async function attemptToOpen(path: string, key: Buffer, purpose: string): Promise<ReadOutcome> {
  try {
    for await (const chunk of readSealed(path, key, purpose)) {
      chunk.fill(0)
      return 'opened'
    }
    return 'opened'
  } catch (error) {
    if (error instanceof SealBroken) return 'seal-broken'
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'file-absent'
    throw error
  }
}

/** Tries everything that lies within reach of whoever holds the data directory and the database but no master key. */
export async function attemptWithoutMasterKey(path: string, purpose: string, wrappedKey: Buffer | null): Promise<ReadAttempt[]> {
  const keys: [string, Buffer][] = [
    ['zero', Buffer.alloc(keyBytes)],
    ['random', randomBytes(keyBytes)],
  ]
  // The sealed data key is preceded by one suite byte.
  if (wrappedKey !== null) keys.push(['wrapped-key-bytes', wrappedKey.subarray(1, 1 + keyBytes)])
  const attempts: ReadAttempt[] = []
  for (const [name, key] of keys) attempts.push({ key: name, outcome: await attemptToOpen(path, key, purpose) })
  return attempts
}

/** Where a byte sequence was found. */
export interface Finding {
  path: string
  needle: string
}

/** Searches every byte of every file below `directory`, across block borders. Returns the findings, none if all is sealed. */
export async function findInDirectory(directory: string, needles: string[]): Promise<Finding[]> {
  const sought = needles.map((needle) => ({ needle, bytes: Buffer.from(needle) }))
  const overlap = Math.max(0, ...sought.map(({ bytes }) => bytes.length - 1))
  const found: Finding[] = []
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  for (const entry of entries.filter((candidate) => candidate.isFile())) {
    const path = join(entry.parentPath, entry.name)
    const hits = new Set<string>()
    let tail = Buffer.alloc(0)
    for await (const block of createReadStream(path)) {
      const window = Buffer.concat([tail, block])
      for (const { needle, bytes } of sought) if (window.includes(bytes)) hits.add(needle)
      tail = window.subarray(Math.max(0, window.length - overlap))
    }
    for (const needle of hits) found.push({ path, needle })
  }
  return found
}
