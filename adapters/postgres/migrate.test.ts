import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '#tests/support/database.ts'
import { MIGRATIONS, migrate, readMigrations } from './migrate.ts'

let database: FreshDatabase
let directory: string

/** A directory that begins with what the template has executed, so that the tests go on from there. */
async function copyExecuted(): Promise<void> {
  for (const migration of await readMigrations(MIGRATIONS)) await writeFile(join(directory, migration.name), migration.sql)
}

const PROTECTED = (table: string) => `create table ${table} (id int primary key);
alter table ${table} enable row level security;
alter table ${table} force row level security;\n`

const write = (name: string, sql: string) => writeFile(join(directory, name), sql)
const run = () => migrate(database.connections.gongshu_owner, directory)
const has = async (table: string) => (await database.owner.pool.query('select to_regclass($1) is not null as has', [table])).rows[0].has

beforeEach(async () => {
  database = await freshDatabase()
  directory = await mkdtemp(join(tmpdir(), 'gongshu-migrations-'))
  await copyExecuted()
})
afterEach(async () => {
  await database.drop()
  await rm(directory, { recursive: true })
})

describe('migrations', () => {
  test('run once, in order of their numbers, and are recorded', async () => {
    await write('9002-second.sql', 'insert into first_table values (2);')
    await write('9001-first.sql', `${PROTECTED('first_table')} create policy p on first_table using (reader_is_system());`)
    expect(await run()).toEqual(['9001-first.sql', '9002-second.sql'])
    expect(await run()).toEqual([])
    expect((await database.owner.pool.query('select id from first_table')).rows).toEqual([{ id: 2 }])
  })

  test('by two platforms that start at once run once', async () => {
    await write('9001-first.sql', PROTECTED('first_table'))
    const both = await Promise.all([run(), run()])
    expect(both.flat()).toEqual(['9001-first.sql'])
  })

  test('with an edited earlier file are refused, with its name; other line ends are no edit', async () => {
    await write('9001-first.sql', PROTECTED('first_table'))
    await run()
    await write('9001-first.sql', PROTECTED('first_table').replaceAll('\n', '\r\n'))
    expect(await run()).toEqual([])
    await write('9001-first.sql', `${PROTECTED('first_table')}-- a word\n`)
    await write('9002-second.sql', PROTECTED('second_table'))
    await expect(run()).rejects.toMatchObject({ code: 'migration-edited', message: expect.stringContaining('9001-first.sql') })
    expect(await has('second_table')).toBe(false)
  })

  test('with a missing or renamed earlier file are refused', async () => {
    await write('9001-first.sql', PROTECTED('first_table'))
    await run()
    await rm(join(directory, '9001-first.sql'))
    await expect(run()).rejects.toMatchObject({ code: 'migration-missing', message: expect.stringContaining('9001-first.sql') })
    await write('9001-renamed.sql', PROTECTED('first_table'))
    await expect(run()).rejects.toMatchObject({ code: 'migration-missing' })
  })

  test('with a file slipped in before an executed one are refused', async () => {
    await write('9005-fifth.sql', PROTECTED('fifth_table'))
    await run()
    await write('9004-late.sql', PROTECTED('late_table'))
    await expect(run()).rejects.toMatchObject({ code: 'migration-out-of-order', message: expect.stringContaining('9004-late.sql') })
  })

  test('with a wrong name or a number used twice are refused', async () => {
    await write('9001-first.sql', PROTECTED('a'))
    await write('9001-other.sql', PROTECTED('b'))
    await expect(run()).rejects.toMatchObject({ code: 'migration-misnamed', message: expect.stringContaining('9001-other.sql') })
    await rm(join(directory, '9001-other.sql'))
    await write('92-short.sql', PROTECTED('b'))
    await expect(run()).rejects.toMatchObject({ code: 'migration-misnamed', message: expect.stringContaining('92-short.sql') })
  })

  test('that fail leave nothing of that file, keep the earlier ones, and say the line', async () => {
    await write('9001-first.sql', PROTECTED('first_table'))
    await write('9002-second.sql', `${PROTECTED('second_table')}\nselect nonsense;\n`)
    await expect(run()).rejects.toMatchObject({ code: 'migration-failed', message: expect.stringContaining('9002-second.sql:5') })
    expect(await has('first_table')).toBe(true)
    expect(await has('second_table')).toBe(false)
    await write('9002-second.sql', PROTECTED('second_table'))
    expect(await run()).toEqual(['9002-second.sql'])
  })
})

describe('the platform’s own files', () => {
  test('never end their transaction themselves', async () => {
    for (const migration of await readMigrations(MIGRATIONS)) {
      const text = readFileSync(join(MIGRATIONS, migration.name), 'utf8').replaceAll(/--.*$/gm, '')
      expect(text, migration.name).not.toMatch(/^\s*(commit|rollback|begin)\s*;/im)
    }
  })
})
