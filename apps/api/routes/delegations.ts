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
    const { organization } = personOf(request)
    return readingAsSystem(parts, async (tx) => {
      const rows = await delegationsOf(tx, organization.id, await parts.clock.today(tx))
      const names = await personNames(tx, rows.flatMap(({ principal, deputy }) => [principal, deputy]))
      const named = (id: string) => ({ id, name: names.get(id) ?? id })
      return {
        rows: rows.map((row) => ({
          id: row.id, principal: named(row.principal), deputy: named(row.deputy), office: { id: row.office, title: titleOfOffice(parts.packs, row.office) },
          from: row.from_date, until: row.until_date, reason: row.reason, ended_on: row.ended_on,
        })),
      }
    })
  })

  app.post('/api/delegations', { config: { permission: 'delegations.change' }, schema: { body: DelegationBody, response: { 201: DelegationDone } } }, async (request, reply) => {
    const { from, until, ...one } = request.body
    const dated = { ...one, from: legalDate(from), until: legalDate(until) }
    return reply.code(201).send(await changed(parts, personOf(request), (tx, act) => makeDelegation(tx, dated, act)))
  })

  app.post('/api/delegations/:id/end', { config: { permission: 'delegations.change' }, schema: { params: ById, response: { 200: DelegationDone } } }, async (request) =>
    changed(parts, personOf(request), (tx, act) => endDelegation(tx, request.params.id, act)))
}

async function changed(parts: ApiParts, person: Person, change: (tx: Tx, act: DelegationAct) => Promise<DelegationAnswer>): Promise<{ id: string; entry: string }> {
  const answer = await inTransaction(parts.db, { as: 'system' }, async (tx) => change(tx, { actor: person.actor, today: await parts.clock.today(tx), now: parts.clock.now() }))
  if (!answer.accepted) throw new Refused(answer.refusal)
  parts.evidence.poke()
  await parts.evidence.waitFor(answer.entry)
  return { id: answer.id, entry: answer.entry }
}
