import { legalDate } from '#core/calendar/legal-date.ts'
import type { CaseEvent } from '#core/procedure/case-event.ts'
import { evolve, replay } from '#core/procedure/evolve.ts'
import { newEntry } from '#adapters/evidence/new-entry.ts'
import { appendEvents, encodeEvent, project } from '#adapters/cases/case-store.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Platform } from '#apps/api/platform.ts'

const DAY = legalDate('2026-06-08')

/** The case that is there from the beginning: as the pack opens it, at a status of its own choice, with what follows. */
export type PlacedCase = {
  id: string; number: string; procedure: string; status: string; parties: Record<string, string>
  by: { person: string; organization: string; office: string }; basis: { provision: string; says: string }
  contents?: Extract<CaseEvent, { type: 'case-opened' }>['contents']; then?: readonly CaseEvent[]
}

/**
 * Puts a case of the pack `chengdu-2026` where a story needs it. The chain that leads there is another story's; here its
 * events stand from the beginning. `beside` is done in the same transaction.
 */
export async function placeCase(platform: Platform, placed: PlacedCase, beside?: (tx: Tx) => Promise<unknown>): Promise<void> {
  const law = platform.packs.current('chengdu-2026')
  if (law === undefined) throw new Error('no pack chengdu-2026')
  const { id, number, procedure, status, parties, by, basis, contents = {}, then = [] } = placed
  const opened: CaseEvent = { type: 'case-opened', case: id, number, procedure, pack: law.ref, by, act: { date: DAY, recorded: DAY }, parties, links: {}, contents, hashes: {}, facts: {}, read: {}, status, basis }
  const events = [opened, ...then]
  await inTransaction(platform.db, { as: 'system' }, async (tx) => {
    const state = then.reduce(evolve, replay([opened]))
    await project(tx, law, null, state, events)
    const stored = events.map((event) => ({ event, ...encodeEvent(event), entryId: newEntry({ type: 'case-step', legalDate: DAY, actor: by.person, onBehalfOf: by.organization, office: by.office, action: event.type, object: { kind: 'case', id }, decision: 'done', detail: {} }, new Date()).id }))
    await appendEvents(tx, state, 0, stored, by.person)
    await beside?.(tx)
  })
}
