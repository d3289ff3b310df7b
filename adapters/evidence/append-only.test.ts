import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openHandle } from '#adapters/postgres/database.ts'
import type { Handle } from '#adapters/postgres/database.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { FreshDatabase } from '#tests/support/database.ts'
import { startCommitter } from './committer.ts'

const silent = { info: () => undefined, warn: () => undefined, error: console.error }
const INSUFFICIENT_PRIVILEGE = '42501'
const APPEND_ONLY = 'EV004'

let database: FreshDatabase
let app: Handle
beforeAll(async () => {
  database = await freshDatabase()
  app = openHandle({ ...database.connections.gongshu_app, options: `${database.connections.gongshu_app.options ?? ''} -c gongshu.reader=system` }, 3, silent)
  const committer = startCommitter({ pool: app.pool, log: silent, now: () => new Date() })
  await committer.append({ type: 'drill', legalDate: '2026-11-21', actor: 'platform', onBehalfOf: 'platform', office: 'platform', action: 'drill', object: { kind: 'platform', id: 'self' }, decision: 'done', detail: {} })
  await committer.stop()
})
afterAll(async () => {
  await app.db.destroy()
  await database.drop()
})

const tables = ['evidence_entry', 'evidence_node', 'evidence_head', 'evidence_checkpoint', 'evidence_pending', 'evidence_salt']
const firstColumn: Record<string, string> = { evidence_entry: 'seq', evidence_node: 'level', evidence_head: 'size', evidence_checkpoint: 'size', evidence_pending: 'bytes', evidence_salt: 'field' }

describe('the role of the app', () => {
  test.each(tables.flatMap((table) => [`update ${table} set ${firstColumn[table]} = ${firstColumn[table]}`, `delete from ${table}`, `truncate ${table}`]))('may not %s', async (statement) => {
    await expect(app.pool.query(statement)).rejects.toThrow(expect.objectContaining({ code: INSUFFICIENT_PRIVILEGE }))
  })

  test.each([
    `insert into evidence_entry (seq, entry_id, type, object_kind, object_id, bytes, leaf_sha256, leaf_sm3) select seq + 1, gen_random_uuid(), type, object_kind, object_id, bytes, leaf_sha256, leaf_sm3 from evidence_entry`,
    'alter table evidence_entry disable trigger all',
    'alter table evidence_entry disable row level security',
    'drop table evidence_entry',
    "set session_replication_role = 'replica'",
    'set role gongshu_owner',
  ])('may not %s', async (statement) => {
    await expect(app.pool.query(statement)).rejects.toThrow(expect.objectContaining({ code: INSUFFICIENT_PRIVILEGE }))
  })

  test('may append only at the end, only leaves that are the hash of their bytes, only pending entries as they were written', async () => {
    const call = (size: number, leaf: string, pending: string) =>
      app.pool.query(
        `select evidence_append(${size}, array[bytes], array[${leaf}], array[leaf_sm3], array[${pending}]::bigint[], '', '', leaf_sha256, leaf_sm3, '{}', '{}', '{}', '{}') from evidence_entry where seq = 0`,
      )
    await expect(call(0, 'leaf_sha256', 'null')).rejects.toThrow(expect.objectContaining({ code: 'EV001' }))
    await expect(call(1, 'leaf_sm3', 'null')).rejects.toThrow(expect.objectContaining({ code: 'EV002' }))
    await expect(call(1, 'leaf_sha256', 'null')).rejects.toThrow('evidence_entry_entry_id_key')
    const { rows } = await database.owner.pool.query('select size from evidence_head')
    expect(rows).toEqual([{ size: 1 }])
  })

  test('reads nothing unless it reads as the system', async () => {
    expect((await database.app.pool.query('select 1 from evidence_entry')).rowCount).toBe(0)
    expect((await app.pool.query('select 1 from evidence_entry')).rowCount).toBe(1)
    expect((await database.audit.pool.query('select 1 from evidence_entry')).rowCount).toBe(1)
    await expect(database.audit.pool.query('select 1 from evidence_salt')).rejects.toThrow(expect.objectContaining({ code: INSUFFICIENT_PRIVILEGE }))
  })

  test('may add a salt and have it forgotten, and that is all it can take away', async () => {
    const entry = '01936f2a-7c11-7abc-8def-001122334455'
    await app.pool.query('insert into evidence_salt (entry_id, field, salt) values ($1, $2, $3)', [entry, 'caller', Buffer.alloc(32, 1)])
    expect((await app.pool.query('select evidence_forget_salt($1, $2) as gone', [entry, 'caller'])).rows).toEqual([{ gone: true }])
    expect((await app.pool.query('select evidence_forget_salt($1, $2) as gone', [entry, 'caller'])).rows).toEqual([{ gone: false }])
  })
})

describe('the owner of the tables', () => {
  test.each(['evidence_entry', 'evidence_node', 'evidence_checkpoint', 'evidence_pending', 'evidence_head', 'evidence_salt'])('may not truncate %s', async (table) => {
    await expect(database.owner.pool.query(`truncate ${table}`)).rejects.toThrow(expect.objectContaining({ code: APPEND_ONLY }))
  })

  test('changes no row by accident: row security hides them from update and delete', async () => {
    expect((await database.owner.pool.query("update evidence_entry set type = 'x'")).rowCount).toBe(0)
    expect((await database.owner.pool.query('delete from evidence_entry')).rowCount).toBe(0)
    expect((await database.owner.pool.query('select type from evidence_entry')).rows).toEqual([{ type: 'drill' }])
  })
})
