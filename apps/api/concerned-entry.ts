import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import type { Person } from '#adapters/identity/persons.ts'
import { suppliesOf } from '#capabilities/operation/environment/supplies.facts.ts'
import { sidesOf } from '#capabilities/operation/protection/write-rules.job.ts'

/** A catalog entry that somebody has to do with, and the edition of the pack under which it was entered. */
export type ConcernedEntry = { entry: string; title: string; provider: string; pack: { id: string; digest: string } }

/** The entry, where the person's organisation provides it, is the agency of its region, or uses its data under an agreement; else null. */
export async function concernedEntry(tx: Tx, entry: string, person: Person, today: LegalDate): Promise<ConcernedEntry | null> {
  const row = await tx.selectFrom('register_record').innerJoin('legal_case', 'legal_case.id', 'register_record.case_id').select(['record', 'pack', 'pack_digest'])
    .where('register', '=', 'catalog').where('key', '=', entry).where('current', '=', true).executeTakeFirst()
  const provider = row?.record['provider']
  if (row === undefined || typeof provider !== 'string') return null
  const concerned = (await sidesOf(tx, provider, { actor: person.actor, today })).length > 0
    || (await suppliesOf(tx, { operator: person.organization.id })).some((supply) => supply.entry === entry)
  const title = row.record['title']
  return concerned ? { entry, title: typeof title === 'string' ? title : entry, provider, pack: { id: row.pack, digest: row.pack_digest } } : null
}
