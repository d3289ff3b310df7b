import { mkdtemp, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { entitySetsOf } from '#core/disclosure-control/entity-sets.ts'
import { nearSets } from '#core/disclosure-control/release-ledger.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { freshDatabase, type FreshDatabase } from '#tests/support/database.ts'
import { range, setOf } from '#tests/support/entity-sets.ts'
import { insertJob } from './environment.store.ts'
import { discardEntitySets, keepEntitySets, readLedger, recordEntitySets } from './release-ledger.store.ts'

let database: FreshDatabase
let directory: string
beforeAll(async () => {
  database = await freshDatabase()
  directory = await mkdtemp(join(tmpdir(), 'gongshu-ledger-'))
})
afterAll(async () => {
  await database?.drop()
  await rm(directory, { recursive: true, force: true })
})

const place = () => ({ dataDirectory: directory })
const persons = (count: number) => entitySetsOf([setOf(range(0, count))])
const ledgerNow = () => inTransaction(database.app.db, { as: 'system' }, (tx) => readLedger(tx, place()))

test('what was released is compared with; what was only computed is not', async () => {
  const counts = [await keepEntitySets(place(), 'job-released', persons(100)), await keepEntitySets(place(), 'job-kept', persons(50))]
  await inTransaction(database.app.db, { as: 'system' }, async (tx) => {
    for (const [position, id] of ['job-released', 'job-kept'].entries()) {
      await insertJob(tx, { id, agreement: 'a', organization: 'operator', author: 'analyst', scenario: 's', purpose: 'p', sql: 'select 1', tables: [], packDigest: 'd' })
      await recordEntitySets(tx, id, counts[position] ?? 0)
    }
    await tx.insertInto('release').values({ id: 'release-1', job: 'job-released', agreement: 'a', organization: 'operator', title: 't', columns: '[]', row_count: 1, digest: 'd', case_id: 'c', released_on: '2026-11-01' }).execute()
  })
  const compare = async (count: number) => nearSets(persons(count), (await ledgerNow()).earlier, 10)
  expect(await compare(99)).toEqual({ near: [{ release: 'release-1', entities: 99, differ: 1, rowsOnly: false }], compared: 1 })
  expect(await compare(49)).toEqual({ near: [], compared: 1 })
  expect((await ledgerNow()).salt.length).toBeGreaterThan(32)
})

test('a lost or shortened file of the ledger is an error, never a comparison that finds nothing', async () => {
  const read = async () => nearSets(persons(99), (await ledgerNow()).earlier, 10)
  await truncate(join(directory, 'ledger', 'job-released.sets'), 60)
  await expect(read()).rejects.toThrow('another length')
  await discardEntitySets(place(), 'job-released')
  await expect(read()).rejects.toThrow('ENOENT')
})

test('nobody but the system reads the ledger or its salt', async () => {
  const read = inTransaction(database.app.db, { as: 'actor', actorOrganization: 'operator' }, async (tx) => ({
    salts: await tx.selectFrom('ledger_salt').selectAll().execute(), sets: await tx.selectFrom('job_entity_sets').selectAll().execute(),
  }))
  expect(await read).toEqual({ salts: [], sets: [] })
})
