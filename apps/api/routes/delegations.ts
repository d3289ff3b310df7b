import { z } from 'zod'
import { legalDate } from '#core/calendar/legal-date.ts'
import { delegationsOf, endDelegation, makeDelegation } from '#adapters/cases/delegations.ts'
import type { DelegationAct, DelegationAnswer } from '#adapters/cases/delegations.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import { personNames } from '#adapters/identity/persons.ts'
import type { Person } from '#adapters/identity/persons.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { RouteFile } from '../app.ts'
import { readingAsSystem } from '../parts.ts'
import type { ApiParts } from '../parts.ts'
import { Refused } from '../problem.ts'
import { personOf } from '../session-guard.ts'

import { titleOfOffice } from '../views/names.ts'
import { DelegationBody, DelegationDone, DelegationList } from '../wire/delegations.ts'
import { Id } from '../wire/names.ts'

const ById = z.strictObject({ id: Id })

/** Who acts for whom inside an organisation: the list, a new delegation, its early end. Each change is an entry. */
export const delegationRoutes: RouteFile = (app, parts) => {
  app.get('/api/delegations', { config: { permission: 'delegations.read' }, schema: { response: { 200: DelegationList } } }, async (request) => {
    const { organization, id: reader, actor } = personOf(request)
    return readingAsSystem(parts, async (tx) => {
      const rows = await delegationsOf(tx, organization.id, await parts.clock.today(tx))
      const names = await personNames(tx, rows.flatMap(({ principal, deputy }) => [principal, deputy]))
      const named = (id: string) => ({ id, name: names.get(id) ?? id })
      return {
        rows: rows.map((row) => ({
          id: row.id, principal: named(row.principal), deputy: named(row.deputy), office: { id: row.office, title: titleOfOffice(parts.packs, row.office) },
          from: row.from_date, until: row.until_date, reason: row.reason, ended_on: row.ended_on,
          may_end: row.ended_on === null && ([row.principal, row.deputy].includes(reader) || actor.offices.includes(row.office)),
        })),
      }
    })
  })

  app.post('/api/delegations', { config: { permission: 'delegations.change' }, schema: { body: DelegationBody, response: { 201: DelegationDone } } }, async (request, reply) => {
    const { from, until, offices, ...one } = request.body
    const dated = { ...one, from: legalDate(from), until: legalDate(until) }
    return reply.code(201).send(await changed(parts, personOf(request), [...new Set(offices)].map((office) => (tx, act) => makeDelegation(tx, { ...dated, office }, act))))
  })

  app.post('/api/delegations/:id/end', { config: { permission: 'delegations.change' }, schema: { params: ById, response: { 200: DelegationDone } } }, async (request) =>
    changed(parts, personOf(request), [(tx, act) => endDelegation(tx, request.params.id, act)]))
}

type Change = (tx: Tx, act: DelegationAct) => Promise<DelegationAnswer>

/** All changes in one transaction, or none: the first refusal takes the others back. */
async function changed(parts: ApiParts, person: Person, changes: readonly Change[]): Promise<DelegationDone> {
  const rows = await inTransaction(parts.db, { as: 'system' }, async (tx) => {
    const act = { actor: person.actor, today: await parts.clock.today(tx), now: parts.clock.now() }
    const done: DelegationDone['rows'] = []
    for (const change of changes) {
      // oxlint-disable-next-line no-await-in-loop -- one transaction does one thing after the other
      const answer = await change(tx, act)
      if (!answer.accepted) throw new Refused(answer.refusal)
      done.push({ id: answer.id, entry: answer.entry })
    }
    return done
  })
  parts.evidence.poke()
  await Promise.all(rows.map(({ entry }) => parts.evidence.waitFor(entry)))
  return { rows }
}
