/** What a thread needs to open files of the ledger; it loads nothing else, so that threads start soon. */
import { CHECKS, decodeEntitySets, HEADER_BYTES, readPlaces } from '#core/disclosure-control/entity-sets.ts'
import type { EntitySets } from '#core/disclosure-control/entity-sets.ts'
import { newFrame, SealedRange } from '#adapters/vault/seal/sealed-range.ts'
import type { Frame } from '#adapters/vault/seal/sealed-range.ts'
import { SealBroken } from '#adapters/vault/seal/suite.ts'

/** All that it takes to open one file of the ledger. The key is whoever's who opens it, to be wiped after. */
export interface SetsKey {
  readonly path: string
  readonly purpose: string
  readonly key: Uint8Array
  readonly count: number
}

/** Sets without their checks, and the checks of one of them. */
export interface LedgerFile {
  readonly sets: EntitySets
  checksOf(position: number): Uint8Array
  close(): void
}

/** Memory that is used for one file after the other: a ledger of many releases needs no more than the largest of them. */
export interface LedgerMemory {
  readonly frame: Frame
  plain: Uint8Array
}

export function newLedgerMemory(): LedgerMemory {
  return { frame: newFrame(), plain: new Uint8Array(0) }
}

/**
 * Opens a file and reads its marks into the memory, where they hold until it is used again; the checks are read one by one
 * where they are needed. The key is wiped.
 * @throws SealBroken for a changed or shortened file or one of another job, a file error where it is gone
 */
export function openSets(sets: SetsKey, memory: LedgerMemory): LedgerFile {
  const file = opened(sets, memory.frame)
  try {
    const { count, checksAt, length } = readPlaces(file.read(0, Math.min(HEADER_BYTES, file.bytes)))
    if (length !== file.bytes || count !== sets.count) throw new SealBroken(`it holds ${count} sets in ${file.bytes} bytes instead of ${sets.count} sets`)
    if (memory.plain.length < checksAt) memory.plain = new Uint8Array(checksAt)
    const plain = memory.plain.subarray(0, checksAt)
    file.readInto(plain, 0)
    return { sets: decodeEntitySets(plain), checksOf: (position) => file.read(checksAt + position * CHECKS, checksAt + (position + 1) * CHECKS), close: () => file.close() }
  } catch (error) {
    file.close()
    throw error
  }
}

function opened({ path, purpose, key }: SetsKey, frame: Frame): SealedRange {
  try {
    return SealedRange.open(path, Buffer.from(key.buffer, key.byteOffset, key.byteLength), purpose, frame)
  } finally {
    key.fill(0)
  }
}
