import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '#tests/support/database.ts'
import { withClient } from './prepare.ts'
import { findGaps } from './protection.ts'

let database: FreshDatabase
beforeEach(async () => {
  database = await freshDatabase()
})
afterEach(async () => {
  await database.drop()
})

async function gapsAfter(sql: string): Promise<string[]> {
  await database.owner.pool.query(sql)
  return (await withClient(database.connections.gongshu_owner, findGaps)).map((gap) => gap.cure)
}

const PROTECTED = 'create table t (id int, secret text); alter table t enable row level security; alter table t force row level security;'

describe('every table is under row-level security and nothing is granted to PUBLIC', () => {
  test('in the platform’s own schema', async () => {
    expect(await gapsAfter('select 1')).toEqual([])
  })

  test('a table without it, or not forced upon its owner, is found; with both it is not', async () => {
    expect(await gapsAfter('create table t (id int)')).toEqual(['alter table public.t enable row level security;', 'alter table public.t force row level security;'])
    expect(await gapsAfter('alter table t enable row level security')).toEqual(['alter table public.t force row level security;'])
    expect(await gapsAfter('alter table t force row level security')).toEqual([])
  })

  test('a partition is a table too', async () => {
    const parent = 'create table p (id int) partition by range (id); alter table p enable row level security; alter table p force row level security;'
    expect(await gapsAfter(`${parent} create table p1 partition of p for values from (0) to (9)`)).toHaveLength(2)
  })

  test.each([
    ['a table', 'grant select on t to public', 'revoke all on public.t from public;'],
    ['a column', 'grant select (secret) on t to public', 'revoke all (secret) on public.t from public;'],
    ['a function', 'create function f() returns int language sql return 1; grant execute on function f() to public', 'revoke all on function f() from public;'],
    ['the schema', 'grant usage on schema public to public', 'revoke all on schema public from public;'],
    ['a view that reads as its owner', 'create view v as select * from t', 'alter view public.v set (security_invoker = true);'],
    ['a materialized view', 'create materialized view m as select * from t', 'drop materialized view public.m;'],
  ])('%s open to everybody is found', async (_, sql, cure) => {
    expect(await gapsAfter(`${PROTECTED} ${sql}`)).toEqual([cure])
  })

  test('a new function is executable by nobody unless granted; a view that reads as its reader is no gap', async () => {
    expect(await gapsAfter(`${PROTECTED} create function f() returns int language sql return 1; create view v with (security_invoker = true) as select * from t`)).toEqual([])
  })
})
