import type { Kysely, Transaction } from 'kysely'
import { z } from 'zod'
import type { KeptMarks, KeptRelease } from '#adapters/ledger/compare-ledger.ts'
import { LedgerBroken } from '#adapters/ledger/ledger-broken.ts'
import { keptSetsSchema } from '#adapters/ledger/sets-file.ts'
import type { KeptSets } from '#adapters/ledger/sets-file.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { releaseBindingSchema } from './release-binding.ts'

/** Records in the job's own transaction that its sets are kept. */
export async function recordEntitySets(tx: Transaction<Tables>, job: string, kept: KeptSets | null): Promise<void> {
  if (kept !== null) await tx.insertInto('job_entity_sets').values({ job, sets: JSON.stringify(kept) }).execute()
}

/** Earlier forms of the ledger kept other things in the record, and a result that is about nobody has none. */
const recordSchema = z.union([keptSetsSchema, z.looseObject({}), z.array(z.unknown())]).nullable()

/**
 * The secret by which entities are hashed, and where it is kept whom the figures of all releases are about, revoked ones
 * too: they were seen. @throws LedgerBroken
 */
export async function readLedger(tx: Kysely<Tables> | Transaction<Tables>): Promise<{ readonly salt: string; readonly kept: readonly KeptRelease[] }> {
  const { salt } = await tx.selectFrom('ledger_salt').select('salt').executeTakeFirstOrThrow()
  const renewed = await renewedMarks(tx)
  const rows = await tx.selectFrom('release').leftJoin('job_entity_sets', 'job_entity_sets.job', 'release.job')
    .select(['release.id', 'release.job', 'release.binding', 'job_entity_sets.sets']).orderBy('release.id').execute()
  const kept = rows.flatMap(({ id, job, binding, sets }): KeptRelease[] => {
    const record = keptOf(id, sets)
    const bound = binding === null ? undefined : releaseBindingSchema.parse(binding).ledger
    if (bound !== undefined && bound.digest !== (record?.digest ?? null)) throw new LedgerBroken(id, 'its record is not the one that the release was bound to')
    const { marks = [], setAside = false } = renewed.get(id) ?? {}
    return record === null ? [] : [{ release: id, marks: [{ file: job, kept: record }, ...marks], setAside }]
  })
  return { salt, kept }
}

/** By release what was made anew or decided since it left, in that order. */
async function renewedMarks(tx: Kysely<Tables> | Transaction<Tables>): Promise<ReadonlyMap<string, { readonly marks: KeptMarks[]; readonly setAside: boolean }>> {
  const rows = await tx.selectFrom('renewed_marks').select(['release', 'sets', 'file']).orderBy('at').orderBy('id').execute()
  const byRelease = new Map<string, { marks: KeptMarks[]; setAside: boolean }>()
  for (const { release, sets, file } of rows) {
    const one = byRelease.get(release) ?? { marks: [], setAside: false }
    byRelease.set(release, one)
    const kept = keptOf(release, sets)
    if (kept !== null && file !== null) one.marks.push({ file, kept })
    else one.setAside = true
  }
  return byRelease
}

/** The record of whom a result is about; null where it is about nobody. @throws LedgerBroken for one in an earlier form */
export function keptOf(release: string, sets: unknown): KeptSets | null {
  const record = recordSchema.parse(sets ?? null)
  if (record === null) return null
  const kept = keptSetsSchema.safeParse(record)
  if (!kept.success) throw new LedgerBroken(release, 'it was kept in an earlier form that cannot be compared')
  return kept.data
}
