import { afterAll, beforeAll, expect, test } from 'vitest'
import { nearSets, type EntitySet } from '#core/disclosure-control/release-ledger.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { freshDatabase, type FreshDatabase } from '#tests/support/database.ts'
import { insertJob } from './environment.store.ts'
import { keepEntitySets, readLedger } from './release-ledger.store.ts'

let database: FreshDatabase
beforeAll(async () => { database = await freshDatabase() })
afterAll(async () => { await database?.drop() })

/** Persons 1 to `last`, with their own numbers for hashes. */
function persons(last: number): EntitySet {
  const hashes = Array.from({ length: last }, (_, position) => BigInt(position + 1))
  return { kind: 'person', entities: last, sum: hashes.reduce((sum, hash) => sum + hash, 0n), squares: hashes.reduce((sum, hash) => sum + hash * hash, 0n), smallest: hashes.slice(0, 16).map(String) }
}

test('what was released is compared with; what was only computed is not', async () => {
  const ledger = await inTransaction(database.app.db, { as: 'system' }, async (tx) => {
    for (const id of ['job-released', 'job-kept']) {
      await insertJob(tx, { id, agreement: 'a', organization: 'operator', author: 'analyst', scenario: 's', purpose: 'p', sql: 'select 1', tables: [], packDigest: 'd' })
    }
    await keepEntitySets(tx, 'job-released', [persons(100)])
    await keepEntitySets(tx, 'job-kept', [persons(50)])
    await tx.insertInto('release').values({ id: 'release-1', job: 'job-released', agreement: 'a', organization: 'operator', title: 't', columns: '[]', row_count: 1, digest: 'd', case_id: 'c', released_on: '2026-11-01' }).execute()
    return readLedger(tx)
  })
  expect(ledger.earlier).toEqual([{ release: 'release-1', sets: [persons(100)] }])
  expect(nearSets([persons(99)], ledger.earlier, 10)).toEqual([{ release: 'release-1', entities: 99, differ: 1 }])
  expect(nearSets([persons(49)], ledger.earlier, 10)).toEqual([])
  expect(ledger.salt.length).toBeGreaterThan(32)
})

test('nobody but the system reads the ledger or its salt', async () => {
  const read = inTransaction(database.app.db, { as: 'actor', actorOrganization: 'operator' }, async (tx) => ({
    salts: await tx.selectFrom('ledger_salt').selectAll().execute(), sets: await tx.selectFrom('job_entity_sets').selectAll().execute(),
  }))
  expect(await read).toEqual({ salts: [], sets: [] })
})
