import { z } from 'zod'
import { listOrganizations } from '#adapters/identity/organizations.ts'
import type { RouteFile } from '../app.ts'
import { readingAsSystem } from '../parts.ts'
import { ShortText } from '../wire/names.ts'
import { OrganizationList } from '../wire/rules.ts'

const Query = z.strictObject({ office: ShortText.optional() })

/** Organisations for pickers, all or those that hold an office. */
export const organizationRoutes: RouteFile = (app, parts) => {
  app.get('/api/organizations', { config: { permission: 'organizations.read' }, schema: { querystring: Query, response: { 200: OrganizationList } } }, async (request) => {
    const found = await readingAsSystem(parts, async (tx) => listOrganizations(tx, await parts.clock.today(tx), request.query.office))
    return { rows: found.map(({ id, name, credit_code: creditCode, offices }) => ({ id, name, credit_code: creditCode, offices })) }
  })
}
