import { refuse } from '#core/decision/refusal.ts'
import type { Refusal } from '#core/decision/refusal.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import { sha256 } from '#adapters/evidence/node-hashes.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { countedAttempt } from './login.ts'
import type { LoginParts } from './login.ts'
import { hashPassword, PASSWORD_LENGTH_MIN, passwordMatches } from './passwords.ts'
import type { Person } from './persons.ts'
import { endOtherSessions } from './sessions.ts'

export type PasswordChange = { old: string; wanted: string; address: string; token: string }

/**
 * A person's own new password: at least 12 characters, not the last one, not the login, and only with the old one.
 * Wrong old passwords count towards the same lock as failed logins. Every other session of the person ends; allowed or
 * denied, it is a durable entry before it is answered. Null where it was done.
 * Codes: `old-password-must-match`, `login-must-not-be-locked`, `password-must-be-long-enough`, `password-must-be-another`,
 * `password-must-not-be-the-login`.
 */
export async function changePassword(parts: LoginParts, person: Person, change: PasswordChange): Promise<Refusal | null> {
  const refusal = await tryChange(parts, person, change)
  const today = await parts.clock.today(parts.db)
  await parts.committer.append({
    type: 'key-changed', legalDate: today, actor: person.id, onBehalfOf: person.organization.id, office: person.actor.offices[0] ?? 'none',
    action: 'change-password', object: { kind: 'person', id: person.id }, decision: refusal === null ? 'done' : 'deny', detail: refusal === null ? {} : { code: refusal.code },
  })
  return refusal
}

async function tryChange(parts: LoginParts, person: Person, { old, wanted, address, token }: PasswordChange): Promise<Refusal | null> {
  const now = parts.clock.now()
  const asSystem = <T>(work: (tx: Tx) => Promise<T>) => inTransaction(parts.db, { as: 'system' }, work, { isolation: 'read committed' })
  const { attempt, account } = await asSystem(async (tx) => {
    const found = await tx.selectFrom('person').innerJoin('credential', 'credential.person', 'person.id').select(['person.login', 'credential.password_hash']).where('person.id', '=', person.id).executeTakeFirstOrThrow()
    return { account: found, attempt: await countedAttempt(tx, Buffer.from(sha256.digest(Buffer.from(found.login, 'utf8'))), address, now) }
  })
  if (attempt === null) return refuse('login-must-not-be-locked', null, '口令输错次数过多，已暂停核对。', '请过一段时间后重试；忘记口令的，请联系安全管理员重置。')
  if (!(await passwordMatches(account.password_hash, old))) return refuse('old-password-must-match', null, '原口令不正确。', '请核对原口令后重新提交。')
  await asSystem((tx) => tx.updateTable('login_attempt').set({ succeeded: true }).where('id', '=', attempt).execute())
  const refusal = refusalOf(wanted, old, account.login)
  if (refusal !== null) return refusal
  const hash = await hashPassword(wanted)
  await asSystem(async (tx) => {
    await tx.updateTable('credential').set({ password_hash: hash, must_change: false, changed_at: now }).where('person', '=', person.id).execute()
    await endOtherSessions(tx, person.id, token)
  })
  return null
}

function refusalOf(wanted: string, old: string, login: string): Refusal | null {
  if ([...wanted].length < PASSWORD_LENGTH_MIN) return refuse('password-must-be-long-enough', null, `新口令不足${PASSWORD_LENGTH_MIN}个字符。`, '请使用较长而便于记忆的口令，例如几个不相干的词语。')
  if (wanted === old) return refuse('password-must-be-another', null, '新口令与原口令相同。', '请另设口令。')
  if (wanted.toLowerCase().includes(login)) return refuse('password-must-not-be-the-login', null, '新口令中含有本人账号。', '请另设不含账号的口令。')
  return null
}
