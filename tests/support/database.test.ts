import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sql } from '#adapters/postgres/kysely.ts'
import { Client } from 'pg'
import { freshDatabase, type FreshDatabase } from './database.ts'

describe('a fresh database', () => {
  let one: FreshDatabase
  let other: FreshDatabase
  beforeAll(async () => {
    ;[one, other] = await Promise.all([freshDatabase(), freshDatabase()])
  })
  afterAll(async () => {
    await Promise.all([one.drop(), other.drop()])
  })

  test('is migrated', async () => {
    const rows = await one.app.db.selectFrom('schema_migration').select(['number', 'name']).orderBy('number').execute()
    expect(rows[0]).toEqual({ number: 0, name: '0000-ground.sql' })
  })

  test('is separate from another one', async () => {
    await one.owner.pool.query('create table only_here (id int)')
    const there = await other.owner.pool.query(`select to_regclass('only_here') as table`)
    expect(there.rows).toEqual([{ table: null }])
  })

  test('is reached by its URL', async () => {
    const client = new Client({ connectionString: one.url })
    await client.connect()
    const answer = await client.query<{ n: number }>('select 1 as n')
    await client.end()
    expect(answer.rows).toEqual([{ n: 1 }])
  })

  test('that was used through its pool only leaves no connection behind', async () => {
    const brief = await freshDatabase()
    const name = (await brief.app.pool.query<{ name: string }>('select current_database() as name')).rows[0]?.name
    await brief.close()
    const left = async () => (await one.owner.pool.query('select 1 from pg_stat_activity where datname = $1', [name])).rows
    await expect.poll(left).toEqual([])
    await brief.drop()
  })

  test('lets neither the app nor the auditors change the schema', async () => {
    await expect(one.app.pool.query('create table theirs (id int)')).rejects.toMatchObject({ code: '42501' })
    await expect(one.audit.pool.query('create table theirs (id int)')).rejects.toMatchObject({ code: '42501' })
    await expect(one.app.pool.query('create temporary table theirs (id int)')).rejects.toMatchObject({ code: '42501' })
  })

  test('answers days as days and large integers as numbers, and no number that would be wrong', async () => {
    const row = await sql<{ day: string; seq: number }>`select date '2026-09-15' as day, 9007199254740991 as seq`.execute(one.app.db)
    expect(row.rows).toEqual([{ day: '2026-09-15', seq: Number.MAX_SAFE_INTEGER }])
    await expect(sql`select 9007199254740992 as seq`.execute(one.app.db)).rejects.toThrow('exceeds 2^53')
  })
})
