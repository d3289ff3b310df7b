import { z } from 'zod'
import { refuse } from '#core/decision/refusal.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import { ADMINISTRATORS, isAdministratorRole } from '#adapters/identity/administrators.ts'
import { listOrganizations, officesHeld, organizationNames } from '#adapters/identity/organizations.ts'
import { firstPassword, hashPassword } from '#adapters/identity/passwords.ts'
import type { Person } from '#adapters/identity/persons.ts'
import { addPerson, setActive, setFirstPassword, setOffices } from '#adapters/identity/register.ts'
import type { RegisterAct } from '#adapters/identity/register.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { RouteFile } from '../app.ts'
import { paged, readCursor } from '../cursor.ts'
import { readingAsSystem } from '../parts.ts'
import type { ApiParts } from '../parts.ts'
import { problemOf, Refused, unknownThing } from '../problem.ts'
import { personOf } from '../session-guard.ts'
import { titleOfOffice } from '../views/names.ts'
import { AccountBody, AccountPage, AccountQuery, ActiveBody, FirstPassword, GrantableList, OfficesBody } from '../wire/administration.ts'
import { Id } from '../wire/names.ts'

const ADMINISTER = { permission: 'persons.administer' } as const
const ById = z.strictObject({ id: Id })
const Done = z.strictObject({ done: z.literal(true) })
const Position = z.tuple([z.string(), z.string()])

/** Persons and what they may act as: the security administrator's. Every change is an entry before it is answered. */
export const personAdministrationRoutes: RouteFile = (app, parts) => {
  app.get('/api/administration/persons', { config: ADMINISTER, schema: { querystring: AccountQuery, response: { 200: AccountPage } } }, (request) => listAccounts(parts, request.query))

  app.get('/api/administration/offices', { config: ADMINISTER, schema: { response: { 200: GrantableList } } }, async () => {
    const found = await readingAsSystem(parts, async (tx) => listOrganizations(tx, await parts.clock.today(tx)))
    return { rows: found.map(({ id, name, offices }) => ({ organization: { id, name }, offices: [...offices, ...Object.keys(ADMINISTRATORS)].map((office) => ({ id: office, title: titleOfOffice(parts.packs, office) })) })) }
  })

  app.post('/api/administration/persons', { config: ADMINISTER, schema: { body: AccountBody, response: { 201: FirstPassword } } }, async (request, reply) => {
    const { login, name, organization, offices } = request.body
    const password = firstPassword()
    const hash = await hashPassword(password)
    const id = await changing(parts, personOf(request), async (tx, act) => {
      const taken = await tx.selectFrom('person').select('id').where('login', '=', login).executeTakeFirst()
      if (taken !== undefined) throw problemOf(422, 'login-must-be-free', '该账号已被使用。', '请换一个账号。')
      await refuseUngrantable(tx, organization, offices, act)
      return addPerson(tx, { login, name: name.trim(), organization, offices, password_hash: hash, mustChangePassword: true, demonstration: parts.config.mode === 'demonstration' }, act)
    })
    return reply.code(201).send({ person: id, login, password })
  })

  app.put('/api/administration/persons/:id/offices', { config: ADMINISTER, schema: { params: ById, body: OfficesBody, response: { 200: Done } } }, async (request) => {
    await changing(parts, personOf(request), async (tx, act) => {
      const target = await targetOf(tx, request.params.id, act)
      await refuseUngrantable(tx, target.organization, request.body.offices, act)
      await setOffices(tx, target.id, [...new Set(request.body.offices)], act)
    })
    return { done: true as const }
  })

  app.put('/api/administration/persons/:id/active', { config: ADMINISTER, schema: { params: ById, body: ActiveBody, response: { 200: Done } } }, async (request) => {
    await changing(parts, personOf(request), async (tx, act) => setActive(tx, (await targetOf(tx, request.params.id, act)).id, request.body.active, act))
    return { done: true as const }
  })

  app.post('/api/administration/persons/:id/password', { config: ADMINISTER, schema: { params: ById, response: { 201: FirstPassword } } }, async (request, reply) => {
    const password = firstPassword()
    const hash = await hashPassword(password)
    const target = await changing(parts, personOf(request), async (tx, act) => {
      const found = await targetOf(tx, request.params.id, act)
      await setFirstPassword(tx, found.id, hash, act)
      return found
    })
    return reply.code(201).send({ person: target.id, login: target.login, password })
  })
}

/** One change of the register in a transaction of its own; answered when its entries are durable. */
async function changing<T>(parts: ApiParts, { id, organization }: Person, work: (tx: Tx, act: RegisterAct) => Promise<T>): Promise<T> {
  let entries: string[] = []
  const answer = await inTransaction(parts.db, { as: 'system' }, async (tx) => {
    entries = [] // a transaction that was given up left none
    return work(tx, { person: id, organization: organization.id, today: await parts.clock.today(tx), now: parts.clock.now(), entered: (entry) => entries.push(entry) })
  })
  parts.evidence.poke()
  await Promise.all(entries.map((entry) => parts.evidence.waitFor(entry)))
  return answer
}

type Target = { id: string; login: string; organization: string }

/** Whose rights are changed. Nobody changes their own: two administrators are two persons. */
async function targetOf(tx: Tx, id: string, act: RegisterAct): Promise<Target> {
  const found = await tx.selectFrom('person').select(['id', 'login', 'organization']).where('id', '=', id).forUpdate().executeTakeFirst()
  if (found === undefined) throw unknownThing('person-must-exist', '人员')
  if (found.id === act.person) throw problemOf(422, 'rights-must-be-given-by-another', '不能变更本人的岗位、状态或者口令。', '请由另一位安全管理员办理；修改本人口令，请用页面右上角的“修改口令”。')
  return found
}

/** A person acts as offices that the organisation holds today, or as one administrator and nothing else. */
async function refuseUngrantable(tx: Tx, organization: string, offices: readonly string[], act: RegisterAct): Promise<void> {
  const there = await tx.selectFrom('organization').select('id').where('id', '=', organization).executeTakeFirst()
  if (there === undefined) throw new Refused(refuse('organization-must-exist', null, '没有这一单位。', '请从单位名录中选择。'))
  const held = (await officesHeld(tx, [organization], act.today)).get(organization) ?? []
  const foreign = offices.filter((office) => !held.includes(office) && !isAdministratorRole(office))
  if (foreign.length > 0) throw new Refused(refuse('office-must-be-held-by-organization', null, '该单位今天不担任所选岗位。', '请在该单位担任的岗位中选择。', { offices: foreign }))
  if (offices.some(isAdministratorRole) && new Set(offices).size > 1) {
    throw new Refused(refuse('administrator-must-hold-no-other-office', null, '管理员不能兼任其他岗位。', '请只选择一个管理员岗位，或者只选择业务岗位。'))
  }
}

async function listAccounts(parts: ApiParts, query: z.output<typeof AccountQuery>): Promise<z.infer<typeof AccountPage>> {
  const after = readCursor(query.cursor, Position)
  return readingAsSystem(parts, async (tx) => {
    let asked = tx.selectFrom('person as p').leftJoin('credential as c', 'c.person', 'p.id')
      .select(['p.id', 'p.login', 'p.name', 'p.organization', 'p.disabled_at', 'c.must_change']).orderBy('p.organization').orderBy('p.id').limit(query.limit + 1)
    if (query.organization !== undefined) asked = asked.where('p.organization', '=', query.organization)
    if (query.q !== undefined && query.q !== '') {
      const like = `%${query.q.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`
      asked = asked.where((where) => where.or([where('p.name', 'like', like), where('p.login', 'like', like)]))
    }
    if (after !== null) asked = asked.where((where) => where.or([where('p.organization', '>', after[0]), where.and([where('p.organization', '=', after[0]), where('p.id', '>', after[1])])]))
    const { rows, next } = paged(await asked.execute(), query.limit, (row) => [row.organization, row.id])
    const names = await organizationNames(tx, rows.map((row) => row.organization))
    const offices = rows.length === 0 ? [] : await tx.selectFrom('person_office').selectAll().where('person', 'in', rows.map((row) => row.id)).orderBy('office').execute()
    return {
      next,
      rows: rows.map((row) => ({
        id: row.id, login: row.login, name: row.name, organization: { id: row.organization, name: names.get(row.organization) ?? row.organization },
        offices: offices.filter((one) => one.person === row.id).map(({ office }) => ({ id: office, title: titleOfOffice(parts.packs, office) })),
        active: row.disabled_at === null, must_change_password: row.must_change === true,
      })),
    }
  })
}
