import { setTimeout as delay } from 'node:timers/promises'
import { sql } from '#adapters/postgres/kysely.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '#tests/support/database.ts'
import { inTransaction, type Reader } from './transaction.ts'

let database: FreshDatabase
beforeAll(async () => {
  database = await freshDatabase()
  await database.owner.pool.query(`
    create table note (id int primary key, organization text not null, text text not null);
    alter table note enable row level security;
    alter table note force row level security;
    create policy note_of_reader on note using (reader_is_system() or organization = reader_organization());
    grant select, insert, update on note to gongshu_app;
    insert into note values (1, 'bureau-a', 'a'), (2, 'bureau-b', 'b'), (3, 'system', 'an organization that calls itself system')`)
})
afterAll(async () => {
  await database.drop()
})

const SYSTEM: Reader = { as: 'system' }
const read = (reader: Reader) =>
  inTransaction(database.app.db, reader, async (transaction) => (await sql<{ id: number }>`select id from note order by id`.execute(transaction)).rows.map((row) => row.id))

describe('a transaction reads in somebody’s eyes', () => {
  test('the system sees all, an organization its own, a stranger nothing', async () => {
    expect(await read(SYSTEM)).toEqual([1, 2, 3])
    expect(await read({ as: 'actor', actorOrganization: 'bureau-a' })).toEqual([1])
    expect(await read({ as: 'actor', actorOrganization: 'bureau-z' })).toEqual([])
  })

  test('an organization that is called system is an organization', async () => {
    expect(await read({ as: 'actor', actorOrganization: 'system' })).toEqual([3])
    await expect(read({ as: 'actor', actorOrganization: '' })).rejects.toThrow('needs the organization')
  })

  test('outside a transaction, and after one on the same connection, nothing is seen', async () => {
    await Promise.all(Array.from({ length: 30 }, () => read(SYSTEM)))
    expect((await sql`select id from note`.execute(database.app.db)).rows).toEqual([])
  })

  test('an organization cannot write for another one', async () => {
    const write = inTransaction(database.app.db, { as: 'actor', actorOrganization: 'bureau-a' }, (transaction) => sql`insert into note values (9, 'bureau-b', 'x')`.execute(transaction))
    await expect(write).rejects.toMatchObject({ code: '42501' })
  })
})

describe('a transaction that PostgreSQL gives up is run again', () => {
  test('two that read what the other writes both come through, one after the other', async () => {
    await database.owner.pool.query(`insert into note values (10, 'counter', '0')`)
    let runs = 0
    const addOne = () =>
      inTransaction(database.app.db, SYSTEM, async (transaction) => {
        runs += 1
        const found = await sql<{ text: string }>`select text from note where id = 10`.execute(transaction)
        await delay(20)
        await sql`update note set text = ${String(Number(found.rows[0]?.text) + 1)} where id = 10`.execute(transaction)
      })
    await Promise.all([addOne(), addOne(), addOne()])
    const after = await database.owner.pool.query('select text from note where id = 10')
    expect(after.rows).toEqual([{ text: '3' }])
    expect(runs).toBeGreaterThan(3)
  })

  test.each([[0, 16, 16], [5_000, 17, Infinity]])('but not for ever: with %i ms of patience beyond sixteen attempts the error is passed on', async (patienceMs, least, most) => {
    let runs = 0
    const hopeless = inTransaction(database.app.db, SYSTEM, async (transaction) => {
      runs += 1
      await sql`do $$ begin raise serialization_failure; end $$`.execute(transaction)
    }, { patienceMs })
    await expect(hopeless).rejects.toMatchObject({ code: '40001' })
    expect(runs).toBeGreaterThanOrEqual(least)
    expect(runs).toBeLessThanOrEqual(most)
  })

  test('and any other error is passed on at once, with everything undone', async () => {
    let runs = 0
    const wrong = inTransaction(database.app.db, SYSTEM, async (transaction) => {
      runs += 1
      await sql`insert into note values (20, 'x', 'x')`.execute(transaction)
      throw new Error('changed my mind')
    })
    await expect(wrong).rejects.toThrow('changed my mind')
    expect(runs).toBe(1)
    expect((await database.owner.pool.query('select 1 from note where id = 20')).rows).toEqual([])
  })
})
