import { everythingKept } from '#adapters/cases/retention.ts'
import type { RouteFile } from '../app.ts'
import { readingAs } from '../parts.ts'
import { personOf } from '../session-guard.ts'
import { keepingView } from '../views/keeping.ts'
import { RetentionList } from '../wire/retention.ts'

/** What cases keep, how long, and what may be disposed of: a list, for nothing is ever disposed of by the platform itself. */
export const retentionRoutes: RouteFile = (app, parts) => {
  app.get('/api/retention', { config: { permission: 'retention.read' }, schema: { operationId: 'listRetention', summary: '留存期限和到期可处置的记录', response: { 200: RetentionList } } }, (request) =>
    readingAs(parts, personOf(request), async (tx) => {
      const today = await parts.clock.today(tx)
      const kept = await everythingKept(tx, parts.packs)
      const ids = kept.map(({ subject }) => subject)
      const cases = ids.length === 0 ? [] : await tx.selectFrom('legal_case').select(['id', 'number', 'title', 'pack', 'pack_digest']).where('id', 'in', ids).execute()
      const rows = kept.flatMap(({ subject, keeping }) => {
        const one = cases.find(({ id }) => id === subject)
        return one === undefined ? [] : [{ subject: { id: one.id, number: one.number, title: one.title }, keeping: keepingView(keeping, parts.packs.lawOf({ id: one.pack, digest: one.pack_digest }), today) }]
      })
      return { rows: rows.toSorted((a, b) => ((a.keeping.until ?? '') < (b.keeping.until ?? '') ? -1 : 1)) }
    }))
}
