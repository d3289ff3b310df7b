import { z } from 'zod'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { addPending } from '#adapters/evidence/pending-entry.ts'
import type { RouteFile } from '../app.ts'
import { unknownThing } from '../problem.ts'
import { personOf } from '../session-guard.ts'
import { systemView } from '../views/system.ts'
import { SystemView } from '../wire/administration.ts'
import { Id } from '../wire/names.ts'

const ById = z.strictObject({ id: Id })

/** How the platform itself is doing, and what an outside platform did not take: the system administrator's. */
export const systemRoutes: RouteFile = (app, parts) => {
  app.get('/api/administration/system', { config: { permission: 'system.read' }, schema: { response: { 200: SystemView } } }, () => systemView(parts))

  /** The message goes out again under the same id, so that the other side takes it once. */
  app.post('/api/administration/outbox/:id/retry', { config: { permission: 'outbox.retry' }, schema: { params: ById, response: { 200: z.strictObject({ waiting: z.literal(true) }) } } }, async (request) => {
    const person = personOf(request)
    const { id } = request.params
    const entry = await inTransaction(parts.db, { as: 'system' }, async (tx) => {
      const row = await tx.selectFrom('outbox').select(['id', 'case_id', 'port']).where('id', '=', id).where('state', '!=', 'done').forUpdate().executeTakeFirst()
      if (row === undefined) throw unknownThing('message-must-be-undelivered', '未送达的报文')
      const now = parts.clock.now()
      await tx.updateTable('outbox').set({ state: 'waiting', attempts: 0, next_at: now }).where('id', '=', id).execute()
      return addPending(tx, {
        type: 'decision', legalDate: await parts.clock.today(tx), actor: person.id, onBehalfOf: person.organization.id, office: 'system-administrator', action: 'retry-message',
        object: { kind: 'message', id }, decision: 'allow', detail: { case: row.case_id, port: row.port },
      }, now)
    })
    parts.evidence.poke()
    await parts.evidence.waitFor(entry)
    return { waiting: true as const }
  })
}
