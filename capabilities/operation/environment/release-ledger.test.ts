import { mkdtemp, open, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { entitySetsOf } from '#core/disclosure-control/entity-sets.ts'
import { compareLedger } from '#adapters/ledger/compare-ledger.ts'
import { discardSets, writeSets } from '#adapters/ledger/sets-file.ts'
import type { LedgerPlace } from '#adapters/ledger/sets-file.ts'
import { sql } from '#adapters/postgres/kysely.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { masterKeyPathBeside, openFileMasterKey } from '#adapters/vault/seal/file-master-key.ts'
import { freshDatabase, type FreshDatabase } from '#tests/support/database.ts'
import { range, setOf } from '#tests/support/entity-sets.ts'
import { insertJob } from './environment.store.ts'
import { readLedger, recordEntitySets } from './release-ledger.store.ts'
import { readShown } from './shown-results.store.ts'

let database: FreshDatabase
let directory: string
let place: LedgerPlace
beforeAll(async () => {
  database = await freshDatabase()
  directory = await mkdtemp(join(tmpdir(), 'gongshu-ledger-'))
  const dataDirectory = join(directory, 'data')
  place = { dataDirectory, suite: 'aes-256-gcm', masterKey: await openFileMasterKey({ path: masterKeyPathBeside(dataDirectory), dataDirectory, suite: 'aes-256-gcm', create: true }) }
})
afterAll(async () => {
  await database?.drop()
  await rm(directory, { recursive: true, force: true })
})

const pathOf = (job: string) => join(directory, 'data', 'ledger', `${job}.sets`)
const persons = (count: number) => entitySetsOf([setOf(range(0, count))])
const ledgerNow = () => inTransaction(database.app.db, { as: 'system' }, readLedger)
const compare = async (count: number) => compareLedger(place, (await ledgerNow()).kept, persons(count), 10, 'v1')

test('what was released is compared with; what was only computed is not', async () => {
  const kept = [await writeSets(place, 'job-released', persons(100), 'v1'), await writeSets(place, 'job-kept', persons(50), 'v1')]
  await inTransaction(database.app.db, { as: 'system' }, async (tx) => {
    for (const [position, id] of ['job-released', 'job-kept'].entries()) {
      await insertJob(tx, { id, agreement: 'a', organization: 'operator', author: 'analyst', scenario: 's', purpose: 'p', sql: 'select 1', tables: [], packDigest: 'd' })
      await recordEntitySets(tx, id, kept[position] ?? null)
    }
    await tx.insertInto('release').values({ id: 'release-1', job: 'job-released', agreement: 'a', organization: 'operator', title: 't', columns: '[]', row_count: 1, digest: 'd', case_id: 'c', released_on: '2026-11-01' }).execute()
  })
  expect(await compare(99)).toEqual({ near: [{ release: 'release-1', entities: 99, differ: 1, rowsOnly: false }], compared: 1 })
  expect(await compare(49)).toEqual({ near: [], compared: 1 })
  expect((await ledgerNow()).salt.length).toBeGreaterThan(32)
})

test('what the own organisation was shown within some days and did not leave counts, as many of them as are said', async () => {
  const shown = (organization: string, days = 90, most = 300) => inTransaction(database.app.db, { as: 'system' }, (tx) =>
    readShown(tx, { organization }, { 'shown-days': { value: days }, 'shown-most': { value: most }, 'shown-differ': { value: 2 } }))
  const ended = (id: string, verdict: string, days: number) => inTransaction(database.owner.db, { as: 'system' }, (tx) =>
    tx.updateTable('job').set({ status: 'succeeded', verdict, ended_at: sql`now() - make_interval(days => ${days}::int)` }).where('id', '=', id).execute())
  expect(await shown('operator')).toEqual([])
  await ended('job-released', 'pass', 1)
  await ended('job-kept', 'review', 1)
  expect(await shown('operator')).toEqual([])
  await ended('job-kept', 'pass', 1)
  expect(await shown('operator')).toMatchObject([{ release: 'job-kept', shown: 2 }])
  expect([await shown('another'), await shown('operator', 90, 0)]).toEqual([[], []])
  const kept = [...(await ledgerNow()).kept, ...await shown('operator')]
  const against = (count: number) => compareLedger(place, kept, persons(count), 10, 'v1')
  expect(await against(49)).toMatchObject({ near: [{ release: 'job-kept', differ: 1, shown: true }], compared: 1, shown: 1 })
  expect(await against(50)).toMatchObject({ near: [], compared: 1, shown: 1 })
  expect(await compareLedger(place, kept, persons(49), 10, 'v2')).toMatchObject({ near: [], incomparable: ['release-1'] })
  await ended('job-kept', 'pass', 91)
  expect(await shown('operator')).toEqual([])
  // A report that was made before is compared with it again.
  const again = await inTransaction(database.app.db, { as: 'system' }, (tx) => readShown(tx, { jobs: ['job-kept'] }, { 'shown-days': { value: 90 }, 'shown-most': { value: 300 }, 'shown-differ': { value: 2 } }))
  expect(again).toMatchObject([{ release: 'job-kept' }])
  await expect(inTransaction(database.app.db, { as: 'system' }, (tx) => readShown(tx, { organization: 'operator' }, {}))).rejects.toThrow('shown-days')
})

test('the file tells nothing without its key', async () => {
  const bytes = await readFile(pathOf('job-released'))
  expect(bytes.includes('person')).toBe(false)
  expect(bytes.subarray(0, 4).toString()).toBe('GSV2')
})

test('a changed, shortened, exchanged or lost file of the ledger is an error that names the release, never a comparison that finds nothing', async () => {
  const read = () => compare(99)
  const whole = await readFile(pathOf('job-released'))
  const broken = { code: 'release-ledger-must-be-whole', release: 'release-1' }
  const file = await open(pathOf('job-released'), 'r+')
  await file.write(Buffer.from([(whole[60] ?? 0) ^ 1]), 0, 1, 60)
  await file.close()
  await expect(read()).rejects.toMatchObject(broken)
  await writeFile(pathOf('job-released'), whole)
  await truncate(pathOf('job-released'), whole.length - 1)
  await expect(read()).rejects.toMatchObject(broken)
  await writeFile(pathOf('job-released'), await readFile(pathOf('job-kept')))
  await expect(read()).rejects.toMatchObject(broken)
  await discardSets(place, 'job-released')
  await expect(read()).rejects.toMatchObject(broken)
  await writeFile(pathOf('job-released'), whole)
  expect(await read()).toMatchObject({ compared: 1 })
})

test('a record that is gone, or is not the one that the release was bound to, is an error as well', async () => {
  const bindTo = async (digest: string) => inTransaction(database.owner.db, { as: 'system' }, (tx) => tx.updateTable('release').set({ binding: sql`${JSON.stringify(bindingTo(digest))}::jsonb` }).execute())
  const kept = await inTransaction(database.app.db, { as: 'system' }, (tx) => tx.selectFrom('job_entity_sets').select('sets').where('job', '=', 'job-released').executeTakeFirstOrThrow())
  const { digest } = kept.sets as { digest: string } // written by the first story
  await bindTo(digest)
  expect(await compare(99)).toMatchObject({ compared: 1 })
  await bindTo('0'.repeat(64))
  await expect(ledgerNow()).rejects.toMatchObject({ code: 'release-ledger-must-be-whole', release: 'release-1' })
  await bindTo(digest)
  await inTransaction(database.owner.db, { as: 'system' }, (tx) => tx.deleteFrom('job_entity_sets').execute())
  await expect(ledgerNow()).rejects.toMatchObject({ code: 'release-ledger-must-be-whole', release: 'release-1' })
})

const hash = 'd'.repeat(64)
const bindingTo = (digest: string) => ({
  v: 1, statement: hash, inputs: [], engine: 'v1', limits: { memoryMb: 1, threads: 1 }, pack: { id: 'p', digest: 'd' }, ledger: { digest }, policy: hash, report: hash,
  result: { digest: hash, rows: 1, columns: [] },
})

test('nobody but the system reads the ledger or its salt', async () => {
  const read = inTransaction(database.app.db, { as: 'actor', actorOrganization: 'operator' }, async (tx) => ({
    salts: await tx.selectFrom('ledger_salt').selectAll().execute(), sets: await tx.selectFrom('job_entity_sets').selectAll().execute(),
  }))
  expect(await read).toEqual({ salts: [], sets: [] })
})
