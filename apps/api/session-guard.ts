import type { FastifyReply, FastifyRequest } from 'fastify'
import { timingSafeEqual } from 'node:crypto'
import { csrfTokenOf, personOfSession } from '#adapters/identity/sessions.ts'
import type { Person } from '#adapters/identity/persons.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { isAllowed } from './permissions.ts'
import type { Permission } from './permissions.ts'
import { problemOf } from './problem.ts'
import type { ApiParts } from './parts.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Which row of the permission table guards this route; a route without one refuses to boot. */
    permission?: Permission
  }
  interface FastifyRequest {
    /** Who is signed in; null where nobody is. */
    person: Person | null
  }
}

/** Browsers take the prefix as a promise: set over a secure connection or loopback, for this host and its root only. */
export const SESSION_COOKIE = '__Host-gongshu'
const COOKIE = { path: '/', secure: true, httpOnly: true, sameSite: 'strict' } as const

export function setSessionCookie(reply: FastifyReply, token: string): void {
  void reply.setCookie(SESSION_COOKIE, token, COOKIE)
}

export function clearSessionCookie(reply: FastifyReply): void {
  void reply.clearCookie(SESSION_COOKIE, COOKIE)
}

/** The signed-in person of a route whose permission asks for one. */
export function personOf(request: FastifyRequest): Person {
  if (request.person === null) throw notSignedIn()
  return request.person
}

const READING = new Set(['GET', 'HEAD', 'OPTIONS'])

/** What a first password opens: the pages, and the way to choose another. */
const WITH_FIRST_PASSWORD: ReadonlySet<Permission> = new Set(['pages.read', 'contract.read', 'public.read', 'session.open', 'session.read', 'session.close', 'session.password', 'demonstration.read', 'gateway.call'])

/** Before the body is read: who asks, may this person come through this door, and does the request come from our page. */
export async function guard(parts: ApiParts, request: FastifyRequest): Promise<void> {
  const permission = request.routeOptions.config.permission
  if (permission === undefined) return // an unknown address: answered 404 by its own handler
  const changes = !READING.has(request.method)
  if (changes) refuseForeignSite(request)
  const token = request.cookies[SESSION_COOKIE]
  request.person = token === undefined ? null : await signedIn(parts, token)
  if (request.person?.mustChangePassword === true && !WITH_FIRST_PASSWORD.has(permission)) {
    throw problemOf(403, 'password-must-be-changed', '初始口令只能用于设定本人口令。', '请先设定本人口令，再办理其他事项。')
  }
  if (isAllowed(permission, request.person?.actor.offices ?? null)) {
    if (changes && token !== undefined && request.person !== null && permission !== 'session.open') refuseWithoutCsrf(request, token)
    return
  }
  if (request.person === null) throw notSignedIn()
  await enterDenial(parts, request.person, permission)
  throw problemOf(403, 'permission-must-be-granted', '您所在的岗位不能进行这一操作。', '确需办理的，请联系本单位有相应岗位的同志。', { permission })
}

async function signedIn(parts: ApiParts, token: string): Promise<Person | null> {
  return inTransaction(parts.db, { as: 'system' }, async (tx) => personOfSession(tx, token, parts.clock.now(), await parts.clock.today(tx)), { isolation: 'read committed' })
}

/** A browser says from where a request comes; a page of another site may not change anything here (ASVS 5.0 V3.5). */
function refuseForeignSite(request: FastifyRequest): void {
  const site = request.headers['sec-fetch-site']
  const origin = request.headers.origin
  const foreign = site === undefined ? origin !== undefined && hostOf(origin) !== request.headers.host : site !== 'same-origin'
  if (foreign) throw problemOf(403, 'request-must-come-from-this-site', '请求来自其他网站，平台不予受理。', '请从平台的网页上办理。')
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null
}

function refuseWithoutCsrf(request: FastifyRequest, token: string): void {
  const given = request.headers['x-csrf-token']
  const wanted = Buffer.from(csrfTokenOf(token))
  const offered = Buffer.from(typeof given === 'string' ? given : '')
  if (offered.length === wanted.length && timingSafeEqual(offered, wanted)) return
  throw problemOf(403, 'csrf-token-must-match', '页面的安全标识缺失或已失效。', '请刷新页面后重试，已填写的内容仍在草稿中。')
}

function notSignedIn() {
  return problemOf(401, 'session-must-exist', '尚未登录，或者登录已失效。', '请重新登录。')
}

async function enterDenial(parts: ApiParts, person: Person, permission: Permission): Promise<void> {
  await parts.evidence.append({
    type: 'decision', legalDate: await readToday(parts), actor: person.id, onBehalfOf: person.organization.id, office: person.actor.offices[0] ?? 'none',
    action: permission, object: { kind: 'permission', id: permission }, decision: 'deny', detail: { code: 'permission-must-be-granted' },
  })
}

function readToday(parts: ApiParts) {
  return inTransaction(parts.db, { as: 'system' }, (tx) => parts.clock.today(tx), { isolation: 'read committed' })
}
