import type { Kysely, Transaction } from 'kysely'
import { z } from 'zod'
import type { LedgerEntry } from '#core/disclosure-control/release-ledger.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { keptSetsSchema, newLedgerMemory, openSets } from './ledger-file.store.ts'
import type { KeptSets, LedgerPlace } from './ledger-file.store.ts'
import { releaseBindingSchema } from './release-binding.ts'

/** Records in the job's own transaction that its sets are kept. */
export async function recordEntitySets(tx: Transaction<Tables>, job: string, kept: KeptSets | null): Promise<void> {
  if (kept !== null) await tx.insertInto('job_entity_sets').values({ job, sets: JSON.stringify(kept) }).execute()
}

/** What was kept of one earlier release's sets; null where it is about nobody. */
export interface KeptRelease {
  readonly release: string
  readonly job: string
  readonly kept: KeptSets
}

/** A part of the ledger is missing or changed: nothing is compared, so that nothing passes because its comparison was lost. */
export class LedgerBroken extends Error {
  override readonly name = 'LedgerBroken'
  readonly code = 'release-ledger-must-be-whole'
  readonly release: string
  constructor(release: string, reason: string, options?: ErrorOptions) {
    super(`the ledger of releases is not whole: ${release}: ${reason}`, options)
    this.release = release
  }
}

/** Earlier forms of the ledger kept other things in the record, and a result that is about nobody has none. */
const recordSchema = z.union([keptSetsSchema, z.looseObject({}), z.array(z.unknown())]).nullable()

/**
 * The secret by which entities are hashed, and whom the figures of all releases are about, revoked ones too: they were seen.
 * Releases are read one after the other while the caller compares. @throws LedgerBroken, also while reading
 */
export async function readLedger(tx: Kysely<Tables> | Transaction<Tables>, vault: LedgerPlace): Promise<{ readonly salt: string; readonly earlier: AsyncIterable<LedgerEntry> }> {
  const { salt } = await tx.selectFrom('ledger_salt').select('salt').executeTakeFirstOrThrow()
  const rows = await tx.selectFrom('release').leftJoin('job_entity_sets', 'job_entity_sets.job', 'release.job')
    .select(['release.id', 'release.job', 'release.binding', 'job_entity_sets.sets']).orderBy('release.id').execute()
  const kept = rows.flatMap(({ id, job, binding, sets }): KeptRelease[] => {
    const record = keptOf(id, sets)
    const bound = binding === null ? undefined : releaseBindingSchema.parse(binding).ledger
    if (bound !== undefined && bound.digest !== (record?.digest ?? null)) throw new LedgerBroken(id, 'its record is not the one that the release was bound to')
    return record === null ? [] : [{ release: id, job, kept: record }]
  })
  return { salt, earlier: keptEntries(vault, kept) }
}

function keptOf(release: string, sets: unknown): KeptSets | null {
  const record = recordSchema.parse(sets ?? null)
  if (record === null) return null
  const kept = keptSetsSchema.safeParse(record)
  if (!kept.success) throw new LedgerBroken(release, 'it was kept in an earlier form that cannot be compared')
  return kept.data
}

/** The kept sets of releases, one after the other; a file is open, and what was read of it holds, only until the next is asked for. */
export async function* keptEntries(vault: LedgerPlace, releases: readonly KeptRelease[]): AsyncGenerator<LedgerEntry> {
  const memory = newLedgerMemory()
  for (const { release, job, kept } of releases) {
    const file = await openSets(vault, job, kept, memory).catch((error: unknown) => { throw new LedgerBroken(release, error instanceof Error ? error.message : 'it cannot be opened', { cause: error }) })
    try {
      yield { release, engine: kept.engine, sets: file.sets, checksOf: (position) => checksOf(release, file.checksOf(position)) }
    } finally {
      await file.close()
    }
  }
}

async function checksOf(release: string, checks: Promise<Uint8Array>): Promise<Uint8Array> {
  try {
    return await checks
  } catch (error) {
    throw new LedgerBroken(release, error instanceof Error ? error.message : 'its checks cannot be read', { cause: error })
  }
}
