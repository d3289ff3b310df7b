import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { CHECKS, decodeEntitySets, encodeEntitySets, HEADER_BYTES, readPlaces } from '#core/disclosure-control/entity-sets.ts'
import type { EntitySets } from '#core/disclosure-control/entity-sets.ts'
import { SealedWriter } from '#adapters/vault/seal/sealed-file.ts'
import { newFrame, SealedRange } from '#adapters/vault/seal/sealed-range.ts'
import type { Frame } from '#adapters/vault/seal/sealed-range.ts'
import { keyBytes, SealBroken } from '#adapters/vault/seal/suite.ts'
import type { Vault } from '#adapters/vault/vault.ts'

/** The ledger's files lie in a folder of the vault's own directory, sealed as results are. */
export type LedgerPlace = Pick<Vault, 'dataDirectory' | 'masterKey' | 'suite'>

/** What is recorded of a job's sets beside their file: without it the file cannot be opened, and a lost file is noticed. */
export const keptSetsSchema = z.strictObject({
  count: z.int().positive(),
  /** SHA-256 of the sets before they were sealed. */
  digest: z.string(),
  /** The file's key under the master key, as base64. */
  key: z.string(),
  /** The engine whose hashes the marks are made of: those of another one cannot be compared. */
  engine: z.string(),
})
export type KeptSets = z.infer<typeof keptSetsSchema>

/** unit: file mode; source: only the platform's own account may enter */
const PRIVATE_DIRECTORY = 0o700

/** Writes the sets of a job to a sealed file, durably; null where there are none. */
export async function writeSets(place: LedgerPlace, job: string, sets: EntitySets, engine: string): Promise<KeptSets | null> {
  if (sets.count === 0) return null
  await mkdir(directoryOf(place), { recursive: true, mode: PRIVATE_DIRECTORY })
  const path = pathOf(place, job)
  await discardSets(place, job)
  const bytes = encodeEntitySets(sets)
  const key = randomBytes(keyBytes)
  const writer = await SealedWriter.create(`${path}.part`, place.suite, key, purposeOf(job), undefined, 'small')
  try {
    await writer.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    await writer.finish()
    const wrapped = await place.masterKey.wrap(`ledger-${job}`, key)
    await rename(`${path}.part`, path)
    return { count: sets.count, digest: createHash('sha256').update(bytes).digest('hex'), key: wrapped.toString('base64'), engine }
  } finally {
    key.fill(0)
    await writer.abandon()
  }
}

/** Removes the sets of a job that came to nothing. */
export async function discardSets(place: Pick<LedgerPlace, 'dataDirectory'>, job: string): Promise<void> {
  await rm(pathOf(place, job), { force: true })
  await rm(`${pathOf(place, job)}.part`, { force: true })
}

/** Where marks that were made anew lie: names of their own, so that what nobody recorded can be told from what a job keeps. */
const RENEWED = /^(renewed-[0-9a-f-]+)\.sets(\.part)?$/

/** Removes files of marks made anew that stand in no record: whoever made them was stopped. */
export async function discardUnnamed(place: Pick<LedgerPlace, 'dataDirectory' | 'masterKey'>, named: ReadonlySet<string>): Promise<void> {
  const directory = directoryOf(place)
  const found = existsSync(directory) ? await readdir(directory) : []
  const names = new Set(found.flatMap((file) => RENEWED.exec(file)?.slice(1, 2) ?? []))
  for (const name of names) {
    if (named.has(name)) continue
    await discardSets(place, name)
    await place.masterKey.destroy(`ledger-${name}`)
  }
}

/** All that it takes to open one file of the ledger. The key is whoever's who opens it, to be wiped after. */
export interface SetsKey {
  readonly path: string
  readonly purpose: string
  readonly key: Uint8Array
  readonly count: number
}

/** The key of a job's file. @throws MasterKeyError where it is gone, SealBroken where it is another's */
export async function keyOfSets(place: LedgerPlace, job: string, kept: KeptSets): Promise<SetsKey> {
  const unwrapped = await place.masterKey.unwrap(`ledger-${job}`, Buffer.from(kept.key, 'base64'))
  // Memory of its own, that can be handed to a thread.
  const key = new Uint8Array(unwrapped)
  unwrapped.fill(0)
  return { path: pathOf(place, job), purpose: purposeOf(job), key, count: kept.count }
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

function directoryOf(place: Pick<LedgerPlace, 'dataDirectory'>): string {
  return join(place.dataDirectory, 'ledger')
}

function pathOf(place: Pick<LedgerPlace, 'dataDirectory'>, job: string): string {
  return join(directoryOf(place), `${job}.sets`)
}

function purposeOf(job: string): string {
  return `release-ledger:${job}`
}
