import { z } from 'zod'
import type { JsonObject } from '#core/json.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { RouteFile } from '../app.ts'
import { readingAsSystem } from '../parts.ts'
import { personOf } from '../session-guard.ts'
import { DraftBody, DraftView } from '../wire/case.ts'
import { Id } from '../wire/names.ts'

const ByKey = z.strictObject({ key: Id })
const READ_COMMITTED = { isolation: 'read committed' } as const

/** Forms that are not yet sent, each person's own. */
export const draftRoutes: RouteFile = (app, parts) => {
  app.get('/api/drafts/:key', { config: { permission: 'drafts.own' }, schema: { params: ByKey, response: { 200: DraftView } } }, async (request) => {
    const row = await readingAsSystem(parts, (tx) => tx.selectFrom('draft').select(['body', 'saved_at']).where('person', '=', personOf(request).id).where('key', '=', request.params.key).executeTakeFirst())
    return { body: row?.body ?? null, saved_at: row?.saved_at.toISOString() ?? null }
  })

  app.put('/api/drafts/:key', { config: { permission: 'drafts.own' }, schema: { params: ByKey, body: DraftBody, response: { 200: DraftView } } }, async (request) => {
    const body = request.body.body as JsonObject // checked to be JSON by the schema
    const saved = parts.clock.now()
    await inTransaction(parts.db, { as: 'system' }, (tx) =>
      tx.insertInto('draft').values({ person: personOf(request).id, key: request.params.key, body: JSON.stringify(body) as unknown as JsonObject, saved_at: saved }) // the driver would write a list as an array of PostgreSQL
        .onConflict((conflict) => conflict.columns(['person', 'key']).doUpdateSet({ body: (set) => set.ref('excluded.body'), saved_at: saved })).execute(), READ_COMMITTED)
    return { body, saved_at: saved.toISOString() }
  })

  app.delete('/api/drafts/:key', { config: { permission: 'drafts.own' }, schema: { params: ByKey, response: { 204: z.undefined() } } }, async (request, reply) => {
    await inTransaction(parts.db, { as: 'system' }, (tx) => tx.deleteFrom('draft').where('person', '=', personOf(request).id).where('key', '=', request.params.key).execute(), READ_COMMITTED)
    return reply.code(204).send()
  })
}
