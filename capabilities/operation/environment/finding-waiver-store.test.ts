import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { legalDate } from '#core/calendar/legal-date.ts'
import type { JsonObject } from '#core/json.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { freshDatabase, type FreshDatabase } from '#tests/support/database.ts'
import { waiversFor } from './finding-waiver.store.ts'
import { digestOfText } from './release-binding.store.ts'

const SQL = 'select district, sum(income) from firms group by district'
const ASKED = { agreement: 'agreement-1', scenario: '产业分析', sql: SQL }

let database: FreshDatabase
beforeAll(async () => {
  database = await freshDatabase()
  const { pool } = database.owner
  await pool.query(`insert into pack_edition (digest, pack, version, compiled) values ($1, 'p', 1, '{}')`, ['d'.repeat(64)])
  await pool.query(`insert into legal_case (id, number, title, procedure, capability, pack, pack_version, pack_digest, seq, status, opened, opened_by, over, parties, links)
    values ('waiver-1', 'w', 'w', 'finding-waiver', 'environment', 'p', 1, $1, 1, 'granted', '2026-06-08', 'x', false, '{}', '{}')`, ['d'.repeat(64)])
  const record: JsonObject = { agreement: 'agreement-1', scenario: '产业分析', statement: digestOfText(SQL), findings: ['dominated-total'], reason: '总额已由统计部门公开', ends: '2026-12-31' }
  await pool.query(`insert into register_record (register, key, version, record, from_date, current, case_id) values ('finding-waivers', 'waiver-1', 1, $1, '2026-06-08', true, 'waiver-1')`, [JSON.stringify(record)])
  await pool.query(`insert into standing (kind, id, state, since, case_id) values ('finding-waiver', 'waiver-1', 'granted', '2026-06-08', 'waiver-1')`)
})
afterAll(async () => { await database?.drop() })

const found = (change: Partial<typeof ASKED> = {}, today = '2026-12-31') =>
  inTransaction(database.app.db, { as: 'system' }, async (tx) => (await waiversFor(tx, { ...ASKED, ...change }, legalDate(today))).map(({ id, findings }) => `${id} ${findings.join(' ')}`))

describe('a waiver', () => {
  test('holds on its last day for the very statement, agreement and scenario that it was granted for', async () => {
    expect(await found()).toEqual(['waiver-1 dominated-total'])
    for (const change of [{ sql: `${SQL} ` }, { agreement: 'agreement-2' }, { scenario: '选址' }]) expect(await found(change)).toEqual([])
  })

  test('holds no more on the day after, nor once it was ended', async () => {
    expect(await found({}, '2027-01-01')).toEqual([])
    await database.owner.pool.query("update standing set state = 'ended' where kind = 'finding-waiver'")
    expect(await found()).toEqual([])
  })
})
