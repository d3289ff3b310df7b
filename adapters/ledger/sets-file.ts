import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { encodeEntitySets } from '#core/disclosure-control/entity-sets.ts'
import type { EntitySets } from '#core/disclosure-control/entity-sets.ts'
import type { SetsKey } from '#adapters/ledger/open-sets.ts'
import { SealedWriter } from '#adapters/vault/seal/sealed-file.ts'
import { keyBytes } from '#adapters/vault/seal/suite.ts'
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

/** The key of a job's file. @throws MasterKeyError where it is gone, SealBroken where it is another's */
export async function keyOfSets(place: LedgerPlace, job: string, kept: KeptSets): Promise<SetsKey> {
  const unwrapped = await place.masterKey.unwrap(`ledger-${job}`, Buffer.from(kept.key, 'base64'))
  // Memory of its own, that can be handed to a thread.
  const key = new Uint8Array(unwrapped)
  unwrapped.fill(0)
  return { path: pathOf(place, job), purpose: purposeOf(job), key, count: kept.count }
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
