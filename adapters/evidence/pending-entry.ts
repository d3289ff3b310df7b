import type { Transaction } from 'kysely'
import type { EvidenceDraft } from '#core/evidence/entry.ts'
import type { EvidenceTables } from '#adapters/postgres/tables/evidence.ts'
import { newEntry } from './new-entry.ts'

/**
 * Writes an entry inside the caller's transaction: it will be in the log if and only if the transaction commits.
 * After the commit the caller calls `poke()` and, where an answer depends on it, `waitFor(id)`.
 * @param salts of the commitments in the entry's detail, by field; 32 bytes each.
 * @returns the entry's id.
 * @throws EvidenceEntryError when the draft cannot be an entry; the transaction should then be rolled back.
 */
export async function addPending<Tables extends EvidenceTables>(
  transaction: Transaction<Tables>,
  draft: EvidenceDraft,
  now: Date,
  salts: Readonly<Record<string, Uint8Array>> = {},
): Promise<string> {
  const { id, bytes } = newEntry(draft, now)
  const evidence = transaction as unknown as Transaction<EvidenceTables> // Tables has them all; Kysely cannot see that through the type parameter
  await evidence.insertInto('evidence_pending').values({ entry_id: id, bytes: Buffer.from(bytes) }).execute()
  const rows = Object.entries(salts).map(([field, salt]) => ({ entry_id: id, field, salt: Buffer.from(salt) }))
  if (rows.length > 0) await evidence.insertInto('evidence_salt').values(rows).execute()
  return id
}
