import type { Kysely, Transaction } from 'kysely'
import { z } from 'zod'
import type { EntitySet, LedgerEntry } from '#core/disclosure-control/release-ledger.ts'
import type { Tables } from '#adapters/postgres/tables.ts'

const setsSchema = z.array(z.tuple([z.string(), z.int(), z.string(), z.string(), z.array(z.string())]))

/** Keeps whom a job's figures are about, so that later results can be compared with it once it is released. */
export async function keepEntitySets(tx: Transaction<Tables>, job: string, sets: readonly EntitySet[]): Promise<void> {
  if (sets.length === 0) return
  const kept = sets.map((set) => [set.kind, set.entities, String(set.sum), String(set.squares), set.smallest])
  await tx.insertInto('job_entity_sets').values({ job, sets: JSON.stringify(kept) }).execute()
}

/** The secret by which entities are hashed, and whom the figures of all releases are about, revoked ones too: they were seen. */
export async function readLedger(tx: Kysely<Tables> | Transaction<Tables>): Promise<{ readonly salt: string; readonly earlier: readonly LedgerEntry[] }> {
  const { salt } = await tx.selectFrom('ledger_salt').select('salt').executeTakeFirstOrThrow()
  const rows = await tx.selectFrom('release').innerJoin('job_entity_sets', 'job_entity_sets.job', 'release.job').select(['release.id', 'job_entity_sets.sets']).orderBy('release.id').execute()
  return {
    salt,
    earlier: rows.map((row) => ({
      release: row.id,
      sets: setsSchema.parse(row.sets).map(([kind, entities, sum, squares, smallest]) => ({ kind, entities, sum: BigInt(sum), squares: BigInt(squares), smallest })),
    })),
  }
}
