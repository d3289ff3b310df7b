import { activePersons } from '#adapters/identity/persons.ts'
import type { RouteFile } from '../app.ts'
import { readingAsSystem } from '../parts.ts'
import { personOf } from '../session-guard.ts'
import { titleOfOffice } from '../views/names.ts'
import { PersonList } from '../wire/persons.ts'

/** The colleagues of the signed-in person: to whom a task may be handed, who may be named in a form. */
export const personRoutes: RouteFile = (app, parts) => {
  app.get('/api/persons', { config: { permission: 'persons.read' }, schema: { response: { 200: PersonList } } }, async (request) => {
    const { organization } = personOf(request)
    const found = await readingAsSystem(parts, async (tx) => activePersons(tx, organization.id, await parts.clock.today(tx)))
    return { rows: found.map(({ id, name, actor }) => ({ id, name, offices: actor.offices.map((office) => ({ id: office, title: titleOfOffice(parts.packs, office) })) })) }
  })
}
