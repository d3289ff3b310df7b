import type { Kysely } from 'kysely'
import type { CompiledPack } from '#core/pack/compiled-pack.ts'
import type { LegalClock } from '#adapters/clock/legal-clock.ts'
import type { EvidenceLog } from '#adapters/evidence/evidence-log.ts'
import { addPending } from '#adapters/evidence/pending-entry.ts'
import type { PackLibrary } from '#adapters/packs/pack-library.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Tables } from '#adapters/postgres/tables.ts'

type EditionParts = { db: Kysely<Tables>; packs: PackLibrary; clock: LegalClock; evidence: EvidenceLog }

/**
 * Keeps every edition of a pack under which anything may have been decided: those on record come into the library,
 * those in the library that are new are recorded, each with an entry that is durable before the platform serves.
 */
export async function keepEditions({ db, packs, clock, evidence }: EditionParts): Promise<void> {
  const entries = await inTransaction(db, { as: 'system' }, async (tx) => {
    const stored = await tx.selectFrom('pack_edition').select(['digest', 'compiled']).execute()
    for (const { digest, compiled } of stored) packs.admitStored(digest, compiled as CompiledPack) // its digest is checked
    const known = new Set(stored.map((one) => one.digest))
    const today = await clock.today(tx)
    const made: string[] = []
    for (const { ref, pack } of packs.all.filter((law) => !known.has(law.ref.digest))) {
      await tx.insertInto('pack_edition').values({ digest: ref.digest, pack: ref.id, version: ref.version, compiled: JSON.stringify(pack) }).execute()
      made.push(await addPending(tx, {
        type: 'pack-changed', legalDate: today, actor: 'platform', onBehalfOf: 'platform', office: 'platform', action: 'load-pack',
        object: { kind: 'pack', id: ref.id }, decision: 'done', pack: { id: ref.id, version: String(ref.version), digest: `sha256:${ref.digest}` }, detail: {},
      }, clock.now()))
    }
    return made
  })
  evidence.poke()
  await Promise.all(entries.map((id) => evidence.waitFor(id)))
}
