import { sql } from '#adapters/postgres/kysely.ts'
import type { Kysely } from 'kysely'
import { refuse } from '#core/decision/refusal.ts'
import type { Refusal } from '#core/decision/refusal.ts'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import type { LegalClock } from '#adapters/clock/legal-clock.ts'
import type { Committer } from '#adapters/evidence/committer.ts'
import { sha256 } from '#adapters/evidence/node-hashes.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { checkAgainstNobody, passwordMatches } from './passwords.ts'
import { activePerson } from './persons.ts'
import type { Person } from './persons.ts'
import { startSession } from './sessions.ts'

/** unit: failed tries in a row; source: usual demand for level 3 systems (GB/T 22239-2019 8.1.4), lock after 5 */
export const LOGIN_FAILURES_MAX = 5
/** unit: failed tries from one address; source: our own: an office behind one address has several clerks */
export const ADDRESS_FAILURES_MAX = 50
/** unit: ms; source: the same demand, usually 10 to 30 minutes; ours is 30 */
export const LOCK_MS = 1_800_000

export type LoginParts = { db: Kysely<Tables>; clock: LegalClock; committer: Committer }
export type LoginRequest = { login: string; password: string; address: string; replaces?: string | undefined }
export type LoginAnswer = { accepted: true; person: Person; token: string } | { accepted: false; refusal: Refusal }

/**
 * One try to sign in. Allowed or denied, it is a durable entry before it is answered, and the answer does not tell
 * whether the login exists. Codes: `login-must-match`, `login-must-not-be-locked`.
 */
export async function signIn(parts: LoginParts, request: LoginRequest): Promise<LoginAnswer> {
  const now = parts.clock.now()
  const asked = Buffer.from(sha256.digest(Buffer.from(request.login, 'utf8')))
  const asSystem = <T>(work: (tx: Tx) => Promise<T>) => inTransaction(parts.db, { as: 'system' }, work, { isolation: 'read committed' })
  const seen = await asSystem(async (tx) => ({
    today: await parts.clock.today(tx),
    attempt: await countedAttempt(tx, asked, request.address, now),
    account: await accountOf(tx, request.login),
  }))
  const { attempt, account, today } = seen
  if (attempt === null) return denied(parts.committer, seen, 'login-must-not-be-locked')
  const matches = account === undefined ? await checkAgainstNobody(request.password) : await passwordMatches(account.password_hash, request.password)
  const person = matches && account !== undefined ? await asSystem((tx) => activePerson(tx, account.id, today)) : null
  if (person === null) return denied(parts.committer, seen, 'login-must-match')
  await enter(parts.committer, today, { person: person.id, organization: person.organization.id, office: person.actor.offices[0] }, 'allow', 'signed-in')
  const token = await asSystem(async (tx) => {
    await tx.updateTable('login_attempt').set({ succeeded: true }).where('id', '=', attempt).execute()
    return startSession(tx, person.id, now, request.replaces)
  })
  return { accepted: true, person, token }
}

type Account = { id: string; organization: string; password_hash: string }

async function denied(committer: Committer, { today, account }: { today: LegalDate; account: Account | undefined }, code: string): Promise<LoginAnswer> {
  await enter(committer, today, { person: account?.id ?? 'anonymous', organization: account?.organization ?? 'anonymous', office: undefined }, 'deny', code)
  const refusal = code === 'login-must-match'
    ? refuse(code, null, '账号或口令不正确。', '请核对账号和口令后重新登录。')
    : refuse(code, null, '登录失败次数过多，已暂停登录。', `请在${LOCK_MS / MINUTE_MS}分钟后重试；忘记口令的，请联系系统管理员。`)
  return { accepted: false, refusal }
}

const MINUTE_MS = 60_000

async function accountOf(tx: Tx, login: string): Promise<Account | undefined> {
  return tx.selectFrom('person').innerJoin('credential', 'credential.person', 'person.id')
    .select(['person.id', 'person.organization', 'credential.password_hash'])
    .where('person.login', '=', login).executeTakeFirst()
}

/**
 * Counts this try as a failure before the password is looked at, so that many at once cannot slip past the lock; a
 * success is marked afterwards. Null while locked: such a try does not count again, else nobody would get out.
 */
export async function countedAttempt(tx: Tx, asked: Buffer, address: string, now: Date): Promise<number | null> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`login\n${asked.toString('hex')}`}, 0))`.execute(tx)
  const since = new Date(now.getTime() - LOCK_MS)
  const ofLogin = await tx.selectFrom('login_attempt').select('succeeded')
    .where('login_sha256', '=', asked).where('at', '>', since).orderBy('at', 'desc').orderBy('id', 'desc').limit(LOGIN_FAILURES_MAX).execute()
  if (ofLogin.length === LOGIN_FAILURES_MAX && ofLogin.every((one) => !one.succeeded)) return null
  const ofAddress = await tx.selectFrom('login_attempt').select('id')
    .where('address', '=', address).where('succeeded', '=', false).where('at', '>', since).limit(ADDRESS_FAILURES_MAX).execute()
  if (ofAddress.length === ADDRESS_FAILURES_MAX) return null
  const { id } = await tx.insertInto('login_attempt').values({ login_sha256: asked, address, succeeded: false, at: now }).returning('id').executeTakeFirstOrThrow()
  return id
}

type Who = { person: string; organization: string; office: string | undefined }

async function enter(committer: Committer, legalDate: LegalDate, who: Who, decision: 'allow' | 'deny', code: string): Promise<void> {
  await committer.append({
    type: 'login', legalDate, actor: who.person, onBehalfOf: who.organization, office: who.office ?? 'none', action: 'sign-in',
    object: { kind: 'person', id: who.person }, decision, detail: { code },
  })
}
