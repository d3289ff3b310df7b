import { randomBytes, randomUUID } from 'node:crypto'
import type { Transaction } from 'kysely'
import { sha256 } from '#adapters/evidence/node-hashes.ts'
import type { Tables } from '#adapters/postgres/tables.ts'

const KEY_BYTES = 32 // 256 bits: not to be guessed
const HINT_LENGTH = 4 // characters shown later, to tell keys apart

/** The hash under which a key is kept; the key itself is shown once and never stored. */
export function hashOfKey(key: string): Buffer {
  return Buffer.from(sha256.digest(Buffer.from(key, 'utf8')))
}

/** Makes a new key for a subscription and revokes its earlier ones: rotation is one act. */
export async function rotateKey(tx: Transaction<Tables>, subscription: string, consumer: string, person: string, now: Date): Promise<string> {
  await tx.updateTable('service_key').set({ revoked_at: now }).where('subscription', '=', subscription).where('revoked_at', 'is', null).execute()
  const key = `gs_${randomBytes(KEY_BYTES).toString('base64url')}`
  await tx.insertInto('service_key').values({
    id: `key-${randomUUID()}`, subscription, consumer, key_sha256: hashOfKey(key), hint: key.slice(-HINT_LENGTH), made_by: person, revoked_at: null,
  }).execute()
  return key
}
