import type { Kysely } from 'kysely'
import { legalDate } from '#core/calendar/legal-date.ts'
import type { CaseEvent } from '#core/procedure/case-event.ts'
import { evolve, replay } from '#core/procedure/evolve.ts'
import { newEntry } from '#adapters/evidence/new-entry.ts'
import { appendEvents, encodeEvent, project } from '#adapters/cases/case-store.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import type { PackLibrary } from '#adapters/packs/pack-library.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { DRILL } from './drill-packs.ts'

const DAY = legalDate('2026-06-08')

/** Where a case is put: the database, and the packs that govern it. */
export type CasePlace = { packs: PackLibrary; db: Kysely<Tables> }

/** The case that is there from the beginning: as the pack opens it, at a status of its own choice, with what follows. */
export type PlacedCase = {
  id: string; number: string; procedure: string; status: string; parties: Record<string, string>
  by: { person: string; organization: string; office: string }; basis: { provision: string; says: string }
  contents?: Extract<CaseEvent, { type: 'case-opened' }>['contents']; then?: readonly CaseEvent[]
}

/**
 * Puts a case of the drill's pack where a story needs it. The chain that leads there is another story's; here its
 * events stand from the beginning. `beside` is done in the same transaction.
 */
export async function placeCase(place: CasePlace, placed: PlacedCase, beside?: (tx: Tx) => Promise<unknown>): Promise<void> {
  const law = place.packs.current(DRILL.pack)
  if (law === undefined) throw new Error(`no pack ${DRILL.pack}`)
  const { id, number, procedure, status, parties, by, basis, contents = {}, then = [] } = placed
  const opened: CaseEvent = { type: 'case-opened', case: id, number, procedure, pack: law.ref, by, act: { date: DAY, recorded: DAY }, parties, links: {}, contents, hashes: {}, facts: {}, read: {}, status, basis }
  const events = [opened, ...then]
  await inTransaction(place.db, { as: 'system' }, async (tx) => {
    const state = then.reduce(evolve, replay([opened]))
    await project(tx, law, null, state, events)
    const stored = events.map((event) => ({ event, ...encodeEvent(event), entryId: newEntry({ type: 'case-step', legalDate: DAY, actor: by.person, onBehalfOf: by.organization, office: by.office, action: event.type, object: { kind: 'case', id }, decision: 'done', detail: {} }, new Date()).id }))
    await appendEvents(tx, state, 0, stored, by.person)
    await beside?.(tx)
  })
}
