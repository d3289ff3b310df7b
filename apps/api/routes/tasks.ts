import { z } from 'zod'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { addPending } from '#adapters/evidence/pending-entry.ts'
import { personActing } from '../acting-for.ts'
import type { RouteFile } from '../app.ts'
import { listNotices } from '../lists/notices.ts'
import { listTasks } from '../lists/tasks.ts'
import { unknownThing } from '../problem.ts'
import { personOf } from '../session-guard.ts'
import { Id, PageQuery } from '../wire/names.ts'
import { NoticePage, TaskPage, TaskQuery } from '../wire/task.ts'

const ById = z.strictObject({ id: Id })

export const taskRoutes: RouteFile = (app, parts) => {
  app.get('/api/tasks', { config: { permission: 'tasks.read' }, schema: { querystring: TaskQuery, response: { 200: TaskPage } } }, async (request) =>
    listTasks(parts, await personActing(parts, personOf(request), request.query.acting_for), request.query))

  app.get('/api/notices', { config: { permission: 'notices.read' }, schema: { querystring: z.strictObject(PageQuery), response: { 200: NoticePage } } }, (request) => listNotices(parts, personOf(request), request.query))

  /** A receipt is an act: who received what is entered. A second receipt changes nothing. */
  app.post('/api/notices/:id/receipt', { config: { permission: 'notices.receive' }, schema: { params: ById, response: { 200: z.strictObject({ received: z.literal(true) }) } } }, async (request) => {
    const person = personOf(request)
    const { id } = request.params
    const entry = await inTransaction(parts.db, { as: 'system' }, async (tx) => {
      const row = await tx.selectFrom('notice').select(['case_id', 'received_at', 'office']).where('id', '=', id).where('organization', '=', person.organization.id).forUpdate().executeTakeFirst()
      if (row === undefined) throw unknownThing('notice-must-exist', '告知')
      if (row.received_at !== null) return null
      const now = parts.clock.now()
      await tx.updateTable('notice').set({ received_by: person.id, received_at: now }).where('id', '=', id).execute()
      return addPending(tx, {
        type: 'delivery', legalDate: await parts.clock.today(tx), actor: person.id, onBehalfOf: person.organization.id, office: row.office, action: 'notice-received',
        object: { kind: 'notice', id }, decision: 'done', detail: { case: row.case_id },
      }, now)
    })
    if (entry !== null) {
      parts.evidence.poke()
      await parts.evidence.waitFor(entry)
    }
    return { received: true as const }
  })
}
