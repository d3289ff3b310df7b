import { createHmac, randomBytes } from 'node:crypto'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import { sha256 } from '#adapters/evidence/node-hashes.ts'
import { activePerson } from './persons.ts'
import type { Person } from './persons.ts'

/** unit: ms; source: usual demand for level 3 systems (GB/T 22239-2019 8.1.4) is 10 to 30 minutes; ours is 15 */
export const SESSION_IDLE_MS = 900_000
/** unit: ms; source: OWASP ASVS 5.0 V7.3: an absolute lifetime; ours is 12 hours, one working day */
export const SESSION_ABSOLUTE_MS = 43_200_000
/** unit: bytes; source: ASVS asks for 128 bits of randomness; ours are 256 */
const TOKEN_BYTES = 32
/** How often a used session is written down again, ms: not each request is worth a write. */
const SEEN_AGAIN_MS = 60_000

const TOKEN_SHAPE = /^[A-Za-z0-9_-]{43}$/

/** Begins a session and answers its token, which is stored nowhere. A session that `replaces` names ends: it never outlives a login. */
export async function startSession(tx: Tx, person: string, now: Date, replaces: string | undefined): Promise<string> {
  if (replaces !== undefined) await endSession(tx, replaces)
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  await tx.insertInto('session').values({ token_sha256: digestOf(token), person, started_at: now, seen_at: now }).execute()
  return token
}

/** The person of a session that is still alive, or null. */
export async function personOfSession(tx: Tx, token: string, now: Date, today: LegalDate): Promise<Person | null> {
  if (!TOKEN_SHAPE.test(token)) return null
  const digest = digestOf(token)
  const session = await tx.selectFrom('session').select(['person', 'started_at', 'seen_at']).where('token_sha256', '=', digest).executeTakeFirst()
  if (session === undefined) return null
  const idle = now.getTime() - session.seen_at.getTime()
  const age = now.getTime() - session.started_at.getTime()
  if (idle > SESSION_IDLE_MS || age > SESSION_ABSOLUTE_MS) {
    await endSession(tx, token)
    return null
  }
  if (idle > SEEN_AGAIN_MS) await tx.updateTable('session').set({ seen_at: now }).where('token_sha256', '=', digest).execute()
  return activePerson(tx, session.person, today)
}

export async function endSession(tx: Tx, token: string): Promise<void> {
  await tx.deleteFrom('session').where('token_sha256', '=', digestOf(token)).execute()
}

/** Ends every session of a person but the one of this token. */
export async function endOtherSessions(tx: Tx, person: string, token: string): Promise<void> {
  await tx.deleteFrom('session').where('person', '=', person).where('token_sha256', '!=', digestOf(token)).execute()
}

/** The token that a page echoes with each change. It follows from the session's token and is stored nowhere either. */
export function csrfTokenOf(token: string): string {
  return createHmac('sha256', token).update('csrf').digest('base64url')
}

function digestOf(token: string): Buffer {
  return Buffer.from(sha256.digest(Buffer.from(token, 'utf8')))
}
