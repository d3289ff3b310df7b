import { sql } from '#adapters/postgres/kysely.ts'
import { canonicalBytes } from '#core/evidence/canonical-json.ts'
import type { Json } from '#core/json.ts'
import { refuse } from '#core/decision/refusal.ts'
import type { Refusal } from '#core/decision/refusal.ts'
import { sha256 } from '#adapters/evidence/node-hashes.ts'
import type { Tx } from './case-store.ts'

export type RepeatedCommand<T> = { repeated: true; response: T } | { repeated: false } | { repeated: 'other-body'; refusal: Refusal }

/**
 * Whether this person asked this already. The same key with the same body is answered as before; with another body it
 * is refused. Two at once wait for each other: the lock is on the key.
 */
export async function recallCommand<T>(tx: Tx, person: string, key: string, body: Json): Promise<RepeatedCommand<T>> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${person}\n${key}`}, 0))`.execute(tx)
  const found = await tx.selectFrom('command_key').select(['body_sha256', 'response']).where('person', '=', person).where('key', '=', key).executeTakeFirst()
  if (!found) return { repeated: false }
  if (Buffer.from(found.body_sha256).equals(Buffer.from(bodyDigest(body)))) return { repeated: true, response: found.response as T } // written by rememberCommand
  return {
    repeated: 'other-body',
    refusal: refuse('idempotency-key-must-not-be-reused', null, '同一请求标识已用于另一项内容不同的操作。', '请为新的操作换用新的请求标识。', { key }),
  }
}

export async function rememberCommand(tx: Tx, person: string, key: string, body: Json, response: Json): Promise<void> {
  await tx.insertInto('command_key').values({ person, key, body_sha256: Buffer.from(bodyDigest(body)), response: JSON.stringify(response) }).execute()
}

function bodyDigest(body: Json): Uint8Array {
  return sha256.digest(canonicalBytes(body))
}
