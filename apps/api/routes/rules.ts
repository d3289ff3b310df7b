import { z } from 'zod'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import type { RouteFile } from '../app.ts'
import { unknownThing } from '../problem.ts'
import { contentSchemas } from '../views/content-schema.ts'
import { packRow, packView } from '../views/pack.ts'
import { provisionView } from '../views/provision.ts'
import { personOf } from '../session-guard.ts'
import { Id } from '../wire/names.ts'
import { ProvisionView } from '../wire/provision.ts'
import { PackList, PackView } from '../wire/rules.ts'

const ById = z.strictObject({ id: Id })
const ByProvision = z.strictObject({ id: Id, provision: Id })

/** The law as this platform reads it. */
export const ruleRoutes: RouteFile = (app, parts) => {
  const { packs } = parts
  const law = (id: string): CaseLaw => {
    const found = packs.current(id)
    if (found === undefined) throw unknownThing('pack-must-be-loaded', '规则包')
    return found
  }
  app.get('/api/packs', { config: { permission: 'rules.read' }, schema: { response: { 200: PackList } } }, async () => ({ rows: packs.all.map(packRow) }))
  app.get('/api/packs/:id', { config: { permission: 'rules.read' }, schema: { params: ById, response: { 200: PackView } } }, async (request) => packView(law(request.params.id)))
  app.get('/api/packs/:id/provisions/:provision', { config: { permission: 'rules.read' }, schema: { params: ByProvision, response: { 200: ProvisionView } } }, async (request) => {
    const view = await provisionView(parts, personOf(request), law(request.params.id), request.params.provision)
    if (view === null) throw unknownThing('provision-must-exist', '条款')
    return view
  })
  app.get('/api/packs/:id/schemas', { config: { permission: 'rules.read' }, schema: { params: ById, response: { 200: z.record(z.string(), z.json()) } } }, async (request) => contentSchemas(law(request.params.id).pack))
}
