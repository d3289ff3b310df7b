import { randomBytes, randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { keyBytes } from '#adapters/vault/seal/suite.ts'
import type { MasterKeyPort } from '#adapters/vault/seal/master-key-port.ts'

/**
 * The key under which one scenario of an agreement sees its pseudonyms; made at first use, wrapped by the key ring. Two
 * scenarios have two keys, so nobody can tell that two pseudonyms are one person. The caller wipes the key after use.
 */
export async function scenarioKey(db: Kysely<Tables>, masterKey: MasterKeyPort, agreement: string, scenario: string): Promise<Buffer> {
  const known = await readKey(db, agreement, scenario)
  if (known !== null) return masterKey.unwrap(known.id, known.wrapped)
  const id = `scenario-key-${randomUUID()}`
  const key = randomBytes(keyBytes)
  const wrapped = await masterKey.wrap(id, key)
  const mine = await inTransaction(db, { as: 'system' }, (tx) =>
    tx.insertInto('scenario_key').values({ id, agreement, scenario, wrapped_key: wrapped }).onConflict((conflict) => conflict.columns(['agreement', 'scenario']).doNothing()).returning('id').executeTakeFirst())
  if (mine !== undefined) return key
  // Another job of the same scenario was quicker: its key counts, this one was never used.
  key.fill(0)
  await masterKey.destroy(id)
  const first = await readKey(db, agreement, scenario)
  if (first === null) throw new Error(`the key of scenario ${scenario} under ${agreement} vanished`)
  return masterKey.unwrap(first.id, first.wrapped)
}

async function readKey(db: Kysely<Tables>, agreement: string, scenario: string): Promise<{ id: string; wrapped: Buffer } | null> {
  const row = await inTransaction(db, { as: 'system' }, (tx) => tx.selectFrom('scenario_key').select(['id', 'wrapped_key']).where('agreement', '=', agreement).where('scenario', '=', scenario).executeTakeFirst())
  return row === undefined ? null : { id: row.id, wrapped: Buffer.from(row.wrapped_key) }
}
