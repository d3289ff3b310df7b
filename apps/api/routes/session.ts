import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { delegationsTo } from '#adapters/cases/delegations.ts'
import { signIn } from '#adapters/identity/login.ts'
import { changePassword } from '#adapters/identity/password-change.ts'
import { personNames } from '#adapters/identity/persons.ts'
import type { Person } from '#adapters/identity/persons.ts'
import { csrfTokenOf, endSession } from '#adapters/identity/sessions.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { RouteFile } from '../app.ts'
import { readingAsSystem } from '../parts.ts'
import type { ApiParts } from '../parts.ts'
import { Refused } from '../problem.ts'
import { clearSessionCookie, personOf, SESSION_COOKIE, setSessionCookie } from '../session-guard.ts'
import { titleOfOffice } from '../views/names.ts'
import { DemonstrationAccounts, LoginBody, PasswordBody, SessionView } from '../wire/session.ts'

/** unit: tries a minute from one address, beyond which not even the password is looked at */
const LOGINS_PER_MINUTE = 60

export const sessionRoutes: RouteFile = (app, parts) => {
  app.get('/api/session', { config: { permission: 'session.read' }, schema: { response: { 200: SessionView } } }, (request) =>
    sessionView(parts, personOf(request), request.cookies[SESSION_COOKIE] ?? ''))

  app.post('/api/session', {
    config: { permission: 'session.open', rateLimit: { max: LOGINS_PER_MINUTE, timeWindow: '1 minute' } },
    schema: { body: LoginBody, response: { 200: SessionView } },
  }, async (request, reply) => {
    const answer = await signIn({ db: parts.db, clock: parts.clock, committer: parts.evidence }, { ...request.body, address: request.ip, replaces: request.cookies[SESSION_COOKIE] })
    if (!answer.accepted) throw new Refused(answer.refusal)
    setSessionCookie(reply, answer.token)
    return sessionView(parts, answer.person, answer.token)
  })

  app.delete('/api/session', { config: { permission: 'session.close' }, schema: { response: { 204: z.undefined() } } }, async (request, reply: FastifyReply) => {
    const token = request.cookies[SESSION_COOKIE] ?? ''
    await inTransaction(parts.db, { as: 'system' }, (tx) => endSession(tx, token), { isolation: 'read committed' })
    clearSessionCookie(reply)
    return reply.code(204).send()
  })

  app.put('/api/session/password', {
    config: { permission: 'session.password', rateLimit: { max: LOGINS_PER_MINUTE, timeWindow: '1 minute' } },
    schema: { body: PasswordBody, response: { 204: z.undefined() } },
  }, async (request, reply) => {
    const change = { ...request.body, address: request.ip, token: request.cookies[SESSION_COOKIE] ?? '' }
    const refusal = await changePassword({ db: parts.db, clock: parts.clock, committer: parts.evidence }, personOf(request), change)
    if (refusal !== null) throw new Refused(refusal)
    return reply.code(204).send()
  })

  app.get('/api/demonstration', { config: { permission: 'demonstration.read' }, schema: { response: { 200: DemonstrationAccounts } } }, () => accounts(parts))
}

async function sessionView(parts: ApiParts, person: Person, token: string): Promise<SessionView> {
  const { today, running, names } = await readingAsSystem(parts, async (tx) => {
    const date = await parts.clock.today(tx)
    const delegations = await delegationsTo(tx, person.actor, date)
    return { today: date, running: delegations, names: await personNames(tx, delegations.map(({ principal }) => principal)) }
  })
  return {
    person: { id: person.id, name: person.name },
    organization: person.organization,
    offices: person.actor.offices.map((id) => ({ id, title: titleOfOffice(parts.packs, id) })),
    demonstration: parts.config.mode === 'demonstration',
    today,
    city: parts.city,
    csrf_token: csrfTokenOf(token),
    preview: parts.config.preview === true,
    acts_for: running.map(({ id, principal, office, until }) => ({ delegation: id, principal: { id: principal, name: names.get(principal) ?? principal }, office: { id: office, title: titleOfOffice(parts.packs, office) }, until })),
    must_change_password: person.mustChangePassword,
  }
}

async function accounts(parts: ApiParts): Promise<DemonstrationAccounts> {
  const { demonstration } = parts.config
  if (demonstration === null) return { demonstration: false, password: null, accounts: [] }
  const rows = await readingAsSystem(parts, async (tx) => ({
    persons: await tx.selectFrom('person').innerJoin('organization', 'organization.id', 'person.organization')
      .select(['person.id', 'person.login', 'person.name', 'organization.name as organization'])
      .where('person.demonstration', '=', true).where('person.disabled_at', 'is', null).orderBy('person.created_at').orderBy('person.login').execute(),
    offices: await tx.selectFrom('person_office').selectAll().orderBy('office').execute(),
  }))
  return {
    demonstration: true,
    password: demonstration.password,
    accounts: rows.persons.map(({ id, login, name, organization }) => ({
      login, name, organization,
      offices: rows.offices.filter((one) => one.person === id).map((one) => titleOfOffice(parts.packs, one.office)),
    })),
  }
}
