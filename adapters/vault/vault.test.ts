import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { freshDatabase } from '#tests/support/database.ts'
import type { FreshDatabase } from '#tests/support/database.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { readDeclaredSchema } from '#adapters/vault/declared-schema.ts'
import { carryOutDestruction, destructionFailpoints, intendDestruction, pendingDestructions } from '#adapters/vault/destroy.ts'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'
import { discardVersion, prepareVersion, sweepUnrecorded } from '#adapters/vault/ingest/prepare-version.ts'
import { fingerprint, unpackFingerprints } from '#adapters/vault/ingest/value-sketch.ts'
import { materialise } from '#adapters/vault/materialise.ts'
import { attemptWithoutMasterKey, findInDirectory } from '#adapters/vault/proof.ts'
import { placeOf, readSealedProfile } from '#adapters/vault/read-version.ts'
import { sealPurpose, sealedTablePath } from '#adapters/vault/sealed-names.ts'
import type { Vault } from '#adapters/vault/vault.ts'
import { readVersion, recordVersion, registerDataset, versionsOf } from '#adapters/vault/versions.ts'
import type { VaultVersion } from '#adapters/vault/versions.ts'
import { openTestVault } from '#tests/support/vault.ts'
import { personsCount, personsCsv, personsSeed } from '../../demo/persons/generate.ts'

const demo = (path: string): string => fileURLToPath(new URL(`../../demo/${path}`, import.meta.url))
const airFile = demo('data/chengdu-air-quality-2010-2015.csv.gz')
const system = { as: 'system' } as const

let database: FreshDatabase
let folder = ''
let vault: Vault
let persons: string[]
let air: VaultVersion
let people: VaultVersion

beforeAll(async () => {
  database = await freshDatabase()
  folder = await mkdtemp(join(tmpdir(), 'gongshu-vault-test-'))
  vault = await openTestVault(join(folder, 'data'))
  persons = [...personsCsv(personsSeed, personsCount, parse(await readFile(demo('persons/vocabulary.yaml'), 'utf8')))]
  air = await supply('data/chengdu-air-quality.yaml', 'bureau', createReadStream(airFile))
  people = await supply('persons/schema.yaml', 'health', Readable.from(persons, { objectMode: false }))
})
afterAll(async () => {
  await database.drop()
  await rm(folder, { recursive: true })
  await rm(vault.temporary.root, { recursive: true })
})

/** Registers a dataset and records its first version. */
async function supply(schemaPath: string, provider: string, source: Readable): Promise<VaultVersion> {
  const schema = await readDeclaredSchema(demo(schemaPath))
  const datasetId = randomUUID()
  const name = `${schema.name}-${datasetId}`
  const prepared = await prepareVersion(vault, { datasetId, schema, encoding: 'detect' }, source)
  return inTransaction(database.app.db, system, async (transaction) => {
    await registerDataset(transaction, { id: datasetId, name, title: schema.title, providerOrganization: provider })
    return recordVersion(transaction, prepared)
  })
}

async function jobDirectory(): Promise<string> {
  return mkdtemp(join(folder, 'job-'))
}

async function query(path: string, sql: string): Promise<unknown[][]> {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  // Reads what the vault wrote with the engine that the worker uses.
  return (await connection.runAndReadAll(sql.replace('$file', `'${path}'`))).getRowsJson() as unknown[][]
}

describe('a version', () => {
  test('says what it holds without holding a value of it', async () => {
    expect(air).toMatchObject({ number: 1, rows: 52_584, state: 'active', providerOrganization: 'bureau' })
    expect(people.summary.entities).toEqual({ count: 20_000, exact: true })
    const row = await database.owner.db.selectFrom('vault_version').selectAll().where('id', '=', people.id).executeTakeFirstOrThrow()
    const shown = JSON.stringify({ ...row, wrapped_key: null })
    const [name = '', idNumber = '', , , , , income = ''] = (persons[1] ?? '').split(',')
    expect([idNumber.length, income]).toEqual([18, expect.stringMatching(/^\d+\.\d\d$/)])
    // Code lists stand there because they were declared, whatever the rows hold.
    for (const value of [name, idNumber, income]) expect(shown).not.toContain(value)
  })

  test('keeps fingerprints of the rare values of entity columns, sealed', async () => {
    const profile = await readSealedProfile(vault, people)
    const rareOf = (name: string): Set<bigint> => unpackFingerprints(profile.values.find((column) => column.name === name)?.rare?.forms.raw ?? '')
    const [, idNumber = ''] = (persons[1] ?? '').split(',')
    expect(rareOf('id_number').has(fingerprint(profile.salt, idNumber))).toBe(true)
    expect(rareOf('id_number').size).toBe(20_000)
    expect(rareOf('diagnosis').has(fingerprint(profile.salt, '高血压'))).toBe(false)
    expect(profile.values.find((column) => column.name === 'mark')?.rare).toBeUndefined()
    const airProfile = await readSealedProfile(vault, air)
    expect(airProfile.values.every((column) => column.rare === undefined)).toBe(true)
    expect(airProfile.values.find((column) => column.name === 'temp')).toMatchObject({ min: '-3', max: '38' })
  })

  test('cannot be changed by the application, and its key is not shown to the auditor', async () => {
    const change = (column: string): Promise<unknown> =>
      inTransaction(database.app.db, system, (transaction) =>
        transaction.updateTable('vault_version').set({ [column]: 1 }).where('id', '=', air.id).execute(),
      )
    await expect(change('row_count')).rejects.toThrow('permission denied')
    await expect(database.owner.pool.query(`update vault_version set row_count = 1 where id = $1`, [air.id])).rejects.toThrow('immutable')
    await expect(database.owner.pool.query(`update vault_version set state = 'destroyed', wrapped_key = null where id = $1`, [air.id])).rejects.toThrow(
      'not from active to destroyed',
    )
    await expect(database.audit.pool.query('select wrapped_key from vault_version')).rejects.toThrow('permission denied')
    expect((await database.audit.pool.query('select id from vault_version')).rowCount).toBeGreaterThan(0)
  })

  test('is seen by its provider and by no other organisation', async () => {
    const seenBy = (actorOrganization: string): Promise<VaultVersion[]> =>
      inTransaction(database.app.db, { as: 'actor', actorOrganization }, (transaction) => versionsOf(transaction, air.datasetId))
    expect((await seenBy('bureau')).map((version) => version.id)).toEqual([air.id])
    expect(await seenBy('health')).toEqual([])
  })

  test('is followed by the next number, and its files go if it is never recorded', async () => {
    const schema = air.schema
    const file = { datasetId: air.datasetId, schema, encoding: 'utf-8' as const }
    const second = await prepareVersion(vault, file, createReadStream(airFile))
    const recorded = await inTransaction(database.app.db, system, (transaction) => recordVersion(transaction, second))
    expect(recorded.number).toBe(2)
    const discarded = await prepareVersion(vault, file, createReadStream(airFile))
    await discardVersion(vault, discarded)
    const orphan = await prepareVersion(vault, file, createReadStream(airFile))
    const sweep = (graceMs: number): Promise<string[]> => inTransaction(database.app.db, system, (transaction) => sweepUnrecorded(vault, transaction, graceMs))
    expect(await sweep(3_600_000)).toEqual([])
    expect(await sweep(0)).toEqual([orphan.versionId])
    const names = await readdir(join(vault.dataDirectory, 'vault', air.datasetId))
    expect(names.sort()).toEqual([air.id, recorded.id].flatMap((id) => [`${id}.profile.sealed`, `${id}.sealed`]).sort())
  })

  test('of a refused file leaves nothing: no file, no key, no row, no plaintext', async () => {
    const datasetId = randomUUID()
    const source = Readable.from(['a,b\n1,x\n'], { objectMode: false })
    await expect(prepareVersion(vault, { datasetId, schema: air.schema, encoding: 'detect' }, source)).rejects.toMatchObject({ code: 'header-unexpected' })
    expect(await readdir(join(vault.dataDirectory, 'vault', datasetId))).toEqual([])
    expect(await readdir(vault.temporary.root)).toEqual([])
  })

  test('is not made from a source that breaks off at the end of a row', async () => {
    function* broken(): Generator<string> {
      yield persons.slice(0, 5_000).join('')
      throw new Error('connection lost')
    }
    const outcome = prepareVersion(vault, { datasetId: randomUUID(), schema: people.schema, encoding: 'utf-8' }, Readable.from(broken(), { objectMode: false }))
    await expect(outcome).rejects.toBeInstanceOf(IngestError)
    await expect(outcome).rejects.toMatchObject({ code: 'source-interrupted' })
  })

  test('is not made when the child process is killed, and its plaintext is gone', async () => {
    const datasetId = randomUUID()
    async function* slow(): AsyncGenerator<string> {
      yield persons.slice(0, 10_000).join('')
      while ((await readdir(vault.temporary.root)).length === 0) await delay(10)
      const children = await readFile(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
      for (const pid of children.trim().split(' ')) {
        const command = await readFile(`/proc/${pid}/cmdline`, 'utf8')
        if (command.includes('/gongshu/main-')) process.kill(Number(pid), 'SIGKILL')
      }
      for (;;) {
        await delay(10)
        yield persons[1] ?? ''
      }
    }
    const outcome = prepareVersion(vault, { datasetId, schema: people.schema, encoding: 'utf-8' }, Readable.from(slow(), { objectMode: false }))
    await expect(outcome).rejects.toMatchObject({ code: 'ingest-worker-died' })
    expect(await readdir(join(vault.dataDirectory, 'vault', datasetId))).toEqual([])
    expect(await readdir(vault.temporary.root)).toEqual([])
  })

  test('is refused early without reading the rest of an endless source', async () => {
    let read = 0
    function* endless(): Generator<string> {
      for (;;) {
        read += 1
        yield 'wrong,header\n'.repeat(1_000)
      }
    }
    const outcome = prepareVersion(vault, { datasetId: randomUUID(), schema: people.schema, encoding: 'utf-8' }, Readable.from(endless(), { objectMode: false }))
    await expect(outcome).rejects.toMatchObject({ code: 'header-unexpected' })
    expect(read).toBeLessThan(1_000)
  })
})

describe('materialisation', () => {
  test('writes the authorised columns and rows and nothing else', async () => {
    const directory = await jobDirectory()
    const selection = { columns: ['district', 'diagnosis'], filter: [{ column: 'birth_year', from: '1950', to: '1959' }, { column: 'sex', equals: '女' }] }
    const written = await materialise(vault, people, selection, directory, 'persons.parquet')
    const expected = persons.slice(1).filter((line) => line.split(',')[4] === '女' && line.split(',')[3]?.startsWith('195'))
    expect(written.rows).toBe(expected.length)
    expect(written.rows).toBeGreaterThan(1_000)
    expect(await query(written.path, 'select distinct name from parquet_schema($file) where type is not null')).toHaveLength(2)
    expect(await findInDirectory(directory, [(persons[1] ?? '').split(',')[1] ?? ''])).toEqual([])
    const counted = await query(written.path, `select count(*)::int from $file where diagnosis = '高血压'`)
    expect(counted).toEqual([[expected.filter((line) => line.includes('高血压')).length]])
    const again = await materialise(vault, people, selection, directory, 'again.parquet')
    expect(again.sha256).toBe(written.sha256)
  })

  test('keeps types and missing values', async () => {
    const written = await materialise(vault, air, { columns: ['pm25', 'humi', 'cbwd'], filter: [] }, await jobDirectory(), 'air.parquet')
    const [row] = await query(written.path, `select count(*)::int, count(pm25)::int, typeof(any_value(humi)), avg(pm25)::decimal(9,3)::varchar from $file`)
    expect(row).toEqual([52_584, 52_584 - 23_684, 'DECIMAL(18,2)', expect.stringMatching(/^\d+\.\d{3}$/)])
  })

  test('takes a value with quotes and SQL in it as a value', async () => {
    const filter = [{ column: 'cbwd', equals: `' OR '1'='1` }]
    expect((await materialise(vault, air, { columns: ['no'], filter }, await jobDirectory(), 'none.parquet')).rows).toBe(0)
    const oneOf = [{ column: 'cbwd', oneOf: ['NW', `"); DROP TABLE part; --`] }]
    expect((await materialise(vault, air, { columns: ['no'], filter: oneOf }, await jobDirectory(), 'some.parquet')).rows).toBeGreaterThan(100)
  })

  test.each([
    ['a column that is not declared', { columns: ['secret'], filter: [] }, 'column-unknown'],
    ['SQL in place of a column', { columns: ['no" FROM x; --'], filter: [] }, 'column-unknown'],
    ['no column', { columns: [], filter: [] }, 'columns-empty'],
    ['a column twice', { columns: ['no', 'no'], filter: [] }, 'column-repeated'],
    ['a filter on no column', { columns: ['no'], filter: [{ column: 'x', equals: '1' }] }, 'column-unknown'],
    ['a filter value of another type', { columns: ['no'], filter: [{ column: 'year', from: 'two' }] }, 'filter-value-wrong-type'],
    ['a range that is empty', { columns: ['no'], filter: [{ column: 'year', from: '2015', to: '2014' }] }, 'filter-range-empty'],
  ])('refuses %s and leaves no file', async (_story, selection, code) => {
    const directory = await jobDirectory()
    await expect(materialise(vault, air, selection, directory, 'air.parquet')).rejects.toMatchObject({ code })
    expect(await readdir(directory)).toEqual([])
  })

  test('writes over nothing that lies in the job directory', async () => {
    const directory = await jobDirectory()
    await writeFile(join(directory, 'air.parquet'), 'mine')
    await expect(materialise(vault, air, { columns: ['no'], filter: [] }, directory, 'air.parquet')).rejects.toThrow('EEXIST')
    expect(await readFile(join(directory, 'air.parquet'), 'utf8')).toBe('mine')
  })
})

describe('the data directory, copied away', () => {
  test('shows no plaintext in any byte, while the search would find it', async () => {
    const copy = join(folder, 'copy')
    await cp(vault.dataDirectory, copy, { recursive: true })
    const [name = '', idNumber = '', , , , , income = ''] = (persons[1] ?? '').split(',')
    const needles = [idNumber, name, income, '高血压', '锦江区', 'PM_US', 'cbwd', 'PAR1', Buffer.from(idNumber).toString('base64').slice(0, 20)]
    expect(await findInDirectory(copy, needles)).toEqual([])
    await writeFile(join(copy, 'leak'), `${'x'.repeat(65_530)}${idNumber}`)
    expect(await findInDirectory(copy, needles)).toMatchObject([{ needle: idNumber }])
  })

  test('cannot be read without the master key', async () => {
    const attempts = await attemptWithoutMasterKey(sealedTablePath(placeOf(vault, people)), sealPurpose('table', people.id), people.wrappedKey)
    expect(attempts.map((attempt) => attempt.outcome)).toEqual(['seal-broken', 'seal-broken', 'seal-broken'])
    const stranger = await openTestVault(join(folder, 'stranger'))
    await cp(vault.dataDirectory, stranger.dataDirectory, { recursive: true })
    await expect(materialise(stranger, people, { columns: ['district'], filter: [] }, await jobDirectory(), 'x.parquet')).rejects.toMatchObject({
      code: 'version-key-destroyed',
    })
    await rm(stranger.temporary.root, { recursive: true })
  })
})

describe('destruction', () => {
  const order = { orderedBy: 'case:exit-1', ground: 'chengdu-2026#25' }

  async function intended(): Promise<VaultVersion> {
    const version = await supply('persons/schema.yaml', 'health', Readable.from(persons.slice(0, 1_000), { objectMode: false }))
    await inTransaction(database.app.db, system, (transaction) => intendDestruction(transaction, [version.id], order))
    return version
  }
  const stateOf = async (version: VaultVersion): Promise<VaultVersion> => inTransaction(database.app.db, system, (transaction) => readVersion(transaction, version.id))
  const pending = (): Promise<string[]> => inTransaction(database.app.db, system, pendingDestructions)

  test('closes the version with the intention and opens it no more', async () => {
    const version = await intended()
    expect(await pending()).toContain(version.id)
    const selection = { columns: ['district'], filter: [] }
    await expect(materialise(vault, await stateOf(version), selection, await jobDirectory(), 'x.parquet')).rejects.toMatchObject({ code: 'version-not-active' })
    await carryOutDestruction(vault, database.app.db, version.id)
    expect(await pending()).not.toContain(version.id)
  })

  test('leaves nothing that opens: not with the master key, not from a copy made before', async () => {
    const version = await intended()
    const copy = join(folder, 'copy-before-destruction')
    await cp(vault.dataDirectory, copy, { recursive: true })
    let recordedAlongside = ''
    const proof = await carryOutDestruction(vault, database.app.db, version.id, {
      alongside: async (_transaction, destroyed) => {
        recordedAlongside = destroyed.id
      },
    })
    expect(recordedAlongside).toBe(version.id)
    expect(proof).toEqual({
      unwrapping: 'version-key-destroyed',
      attempts: ['zero', 'random', 'wrapped-key-bytes'].map((key) => ({ key, outcome: 'seal-broken' })),
      filesAbsent: true,
    })
    const after = await stateOf(version)
    expect(after).toMatchObject({ state: 'destroyed', wrappedKey: null })
    // The thief holds the copy from before, the wrapped key from an old backup of the database, and the master key.
    const thief = { ...vault, dataDirectory: copy }
    const stolen = { ...version, state: 'active' } as const
    await expect(materialise(thief, stolen, { columns: ['district'], filter: [] }, await jobDirectory(), 'x.parquet')).rejects.toMatchObject({
      code: 'version-key-destroyed',
    })
    const { rows } = await database.owner.pool.query('select done_at, proof from vault_key_destruction where version_id = $1', [version.id])
    expect(rows[0]).toMatchObject({ proof, done_at: expect.any(Date) })
    await expect(database.owner.pool.query('update vault_key_destruction set proof = null, done_at = null')).rejects.toThrow('recorded once')
  })

  test('takes with it no version that was made of the one destroyed, each having a key of its own', async () => {
    const first = await supply('persons/schema.yaml', 'health', Readable.from(persons.slice(0, 1_000), { objectMode: false }))
    const { datasetId, schema } = first
    const [header = '', line = ''] = persons
    const changed = header + line
    const asDelta = (base: VaultVersion): ReturnType<typeof prepareVersion> =>
      prepareVersion(vault, { datasetId, schema, encoding: 'utf-8', delta: { mode: 'upsert', key: ['id_number'], base } }, Readable.from([changed], { objectMode: false }))
    const prepared = await asDelta(first)
    const second = await inTransaction(database.app.db, system, (transaction) => recordVersion(transaction, prepared))
    expect(second).toMatchObject({ number: 2, rows: first.rows, mode: 'upsert', baseVersion: first.id, changes: { rows: 1, added: 0, replaced: 1, removed: 0 } })
    const late = await asDelta(first)
    await expect(inTransaction(database.app.db, system, (transaction) => recordVersion(transaction, late))).rejects.toMatchObject({ code: 'base-not-newest' })
    await discardVersion(vault, late)
    await inTransaction(database.app.db, system, (transaction) => intendDestruction(transaction, [first.id], order))
    await carryOutDestruction(vault, database.app.db, first.id)
    await expect(asDelta(await stateOf(first))).rejects.toMatchObject({ code: 'version-not-active' })
    expect((await materialise(vault, second, { columns: ['district'], filter: [] }, await jobDirectory(), 'second.parquet')).rows).toBe(first.rows)
  })

  test('needs an intention, and happens once', async () => {
    await expect(carryOutDestruction(vault, database.app.db, air.id)).rejects.toMatchObject({ code: 'destruction-not-intended' })
    const version = await intended()
    expect(await carryOutDestruction(vault, database.app.db, version.id)).toBeDefined()
    expect(await carryOutDestruction(vault, database.app.db, version.id)).toBeUndefined()
  })

  test.each(destructionFailpoints)('killed at %s, is finished by the next start', async (failpoint) => {
    const version = await intended()
    const program = spawn(process.execPath, ['--import', 'tsx', fileURLToPath(new URL('./destroy.crash.ts', import.meta.url))], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      env: { ...process.env, CRASH: JSON.stringify({ url: database.url, dataDirectory: vault.dataDirectory, versionId: version.id, failpoint }) },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    expect(await once(program, 'exit')).toEqual([null, 'SIGKILL'])
    const done = failpoint === 'done-recorded'
    expect((await pending()).includes(version.id)).toBe(!done)
    expect((await stateOf(version)).state).toBe(done ? 'destroyed' : 'destroying')
    const proof = await carryOutDestruction(vault, database.app.db, version.id)
    if (!done) expect(proof?.attempts.some((attempt) => attempt.outcome === 'opened')).toBe(false)
    expect(await stateOf(version)).toMatchObject({ state: 'destroyed', wrappedKey: null })
    expect(await readdir(join(vault.dataDirectory, 'vault', version.datasetId))).toEqual([])
  })
})
