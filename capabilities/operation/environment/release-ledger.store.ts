import { mkdir, open, rename, rm } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Kysely, Transaction } from 'kysely'
import { z } from 'zod'
import { CHECKS, decodeEntitySets, encodeEntitySets, HEADER_BYTES, readPlaces } from '#core/disclosure-control/entity-sets.ts'
import type { EntitySets } from '#core/disclosure-control/entity-sets.ts'
import type { LedgerEntry } from '#core/disclosure-control/release-ledger.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import type { Vault } from '#adapters/vault/vault.ts'

/** The ledger's files lie in a folder of the vault's own directory. */
export type LedgerPlace = Pick<Vault, 'dataDirectory'>

/** unit: file mode; source: only the platform's own account may enter */
const PRIVATE_DIRECTORY = 0o700
/** unit: file mode; source: only the platform's own account may read */
const PRIVATE_FILE = 0o600

/** What the database remembers of a job's sets: how many lie in its file. Earlier forms of the ledger kept the sets themselves. */
const recordSchema = z.union([z.object({ count: z.int().nonnegative() }), z.array(z.unknown())])

/**
 * Keeps whom a job's figures are about in a file beside the vault, so that later results can be compared with it once it is
 * released. The digests are keyed by the ledger's salt, which lies in the database, and each is over many entities, so the
 * file alone tells of nobody. It counts for nothing until recordEntitySets. @returns the number of sets
 */
export async function keepEntitySets(vault: LedgerPlace, job: string, sets: EntitySets): Promise<number> {
  if (sets.count === 0) return 0
  await mkdir(directoryOf(vault), { recursive: true, mode: PRIVATE_DIRECTORY })
  const path = pathOf(vault, job)
  const file = await open(`${path}.part`, 'w', PRIVATE_FILE)
  try {
    await file.writeFile(encodeEntitySets(sets))
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.part`, path)
  return sets.count
}

/** Records in the job's own transaction that its sets are kept. */
export async function recordEntitySets(tx: Transaction<Tables>, job: string, count: number): Promise<void> {
  if (count > 0) await tx.insertInto('job_entity_sets').values({ job, sets: JSON.stringify({ count }) }).execute()
}

/** Removes the sets of a job that came to nothing. */
export async function discardEntitySets(vault: LedgerPlace, job: string): Promise<void> {
  await rm(pathOf(vault, job), { force: true })
  await rm(`${pathOf(vault, job)}.part`, { force: true })
}

/**
 * The secret by which entities are hashed, and whom the figures of all releases are about, revoked ones too: they were seen.
 * Releases are read one after the other while the caller compares; a file that is missing or cut short is an error, so
 * that nothing passes because its comparison was lost.
 */
export async function readLedger(tx: Kysely<Tables> | Transaction<Tables>, vault: LedgerPlace): Promise<{ readonly salt: string; readonly earlier: AsyncIterable<LedgerEntry> }> {
  const { salt } = await tx.selectFrom('ledger_salt').select('salt').executeTakeFirstOrThrow()
  const rows = await tx.selectFrom('release').innerJoin('job_entity_sets', 'job_entity_sets.job', 'release.job').select(['release.id', 'job_entity_sets.job', 'job_entity_sets.sets']).orderBy('release.id').execute()
  const kept = rows.flatMap(({ id, job, sets }) => {
    const record = recordSchema.parse(sets)
    return Array.isArray(record) ? [] : [{ release: id, job, count: record.count }]
  })
  return { salt, earlier: keptEntries(vault, kept) }
}

/** The kept sets of jobs, one after the other; a file is open only while it is compared. */
export async function* keptEntries(vault: LedgerPlace, kept: readonly { readonly release: string; readonly job: string; readonly count: number }[]): AsyncGenerator<LedgerEntry> {
  for (const { release, job, count } of kept) {
    const file = await open(pathOf(vault, job), 'r')
    try {
      const { checksAt, length } = readPlaces(await readExactly(file, 0, HEADER_BYTES))
      if ((await file.stat()).size !== length) throw new RangeError(`the ledger's file of release ${release} has another length than it says`)
      const sets = decodeEntitySets(await readExactly(file, 0, checksAt))
      if (sets.count !== count) throw new RangeError(`the ledger's file of release ${release} holds ${sets.count} sets instead of ${count}`)
      yield { release, sets, checksOf: (position) => readExactly(file, checksAt + position * CHECKS, CHECKS) }
    } finally {
      await file.close()
    }
  }
}

async function readExactly(file: FileHandle, from: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length)
  const { bytesRead } = await file.read(bytes, 0, length, from)
  if (bytesRead !== length) throw new RangeError('a file of the ledger ends too soon')
  return bytes
}

function directoryOf(vault: LedgerPlace): string {
  return join(vault.dataDirectory, 'ledger')
}

function pathOf(vault: LedgerPlace, job: string): string {
  return join(directoryOf(vault), `${job}.sets`)
}
