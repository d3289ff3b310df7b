import type { RouteFile } from '../app.ts'
import { readingAsSystem } from '../parts.ts'
import { governingLaws } from '../views/governing-laws.ts'
import { portalRecords } from '../views/portal.ts'
import { PortalView } from '../wire/public.ts'

/** What anybody may read. Authorizations, products and use come from the capabilities that publish them. */
export const publicRoutes: RouteFile = (app, parts) => {
  app.get('/api/public/portal', { config: { permission: 'public.read' }, schema: { response: { 200: PortalView } } }, () =>
    readingAsSystem(parts, async (tx) => {
      const today = await parts.clock.today(tx)
      return {
        city: parts.city,
        demonstration: parts.config.mode === 'demonstration',
        today,
        rules: governingLaws(parts.packs).map(({ pack: { manifest } }) => ({ pack: manifest.pack, title: manifest.title, document_number: manifest.document_number })),
        ...(await portalRecords(tx, parts.packs, today)),
      }
    }))
}
