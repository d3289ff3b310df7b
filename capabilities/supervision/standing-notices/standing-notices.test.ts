import { readFileSync, readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { legalDate } from '#core/calendar/legal-date.ts'
import type { JsonObject } from '#core/json.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { freshDatabase, type FreshDatabase } from '#tests/support/database.ts'
import { noticeText, noticeTitle } from './notice-words.ts'
import type { News } from './notice-words.ts'
import { STANDING_KINDS } from './standing-kinds.ts'
import { tellOfStandings } from './standing-notices.effects.ts'

const EDITION = 'd'.repeat(64)
const DAY = '2026-11-18'

/** Each case with its title, who opened it, and who had a task in it. */
const CASES: readonly [string, string, string, string][] = [
  ['release-1', '月度统计', 'operator', 'provider'],
  ['product-1', '月度统计产品', 'operator', 'agency'],
  ['use-1', '配送安排', 'consumer', 'operator'],
  ['use-2', '已终止的使用', 'former-consumer', 'operator'],
  ['doubt-1', '出域结果存疑处置', 'provider', 'agency'],
]

let database: FreshDatabase
let law: CaseLaw
beforeAll(async () => {
  ;[database, law] = await Promise.all([freshDatabase(), lawOf('chengdu-2026')])
  const { pool } = database.owner
  await pool.query(`insert into pack_edition (digest, pack, version, compiled) values ($1, 'p', 1, '{}')`, [EDITION])
  for (const [id, title, opener, tasked] of CASES) {
    await pool.query(`insert into legal_case (id, number, title, procedure, capability, pack, pack_version, pack_digest, seq, status, opened, opened_by, over, parties, links)
      values ($1, $2, $3, 'x', 'x', 'p', 1, $4, 1, 'x', $5, $6, false, '{}', '{}')`, [id, `${id}号`, title, EDITION, DAY, opener])
    await pool.query(`insert into task (case_id, task, step, title, branch, office, organization, opened_on, provisional, open) values ($1, 't', 't', 't', '', 'x', $2, $3, false, false)`, [id, tasked, DAY])
  }
  await pool.query(`insert into job (id, agreement, organization, author, scenario, purpose, sql, status, tables, pack_digest) values ('job-1', 'a', 'operator', 'x', 'x', 'x', 'x', 'succeeded', '["supply-1"]', $1)`, [EDITION])
  await pool.query(`insert into release (id, job, agreement, organization, title, columns, row_count, digest, case_id, released_on) values ('release-1', 'job-1', 'a', 'operator', 'x', '[]', 1, 'x', 'release-1', $1)`, [DAY])
  await pool.query(`insert into register_record (register, key, version, record, from_date, current, case_id) values ('products', 'product-1', 1, '{"job": "job-1"}', $1, true, 'product-1')`, [DAY])
  for (const [kind, id, state, under] of [['release', 'release-1', 'suspended', null], ['product', 'product-1', 'granted', null], ['subscription', 'use-1', 'granted', 'product-1'], ['subscription', 'use-2', 'ended', 'product-1']]) {
    await pool.query(`insert into standing (kind, id, state, under, since, case_id) values ($1, $2, $3, $4, $5, $2)`, [kind, id, state, under, DAY])
    await pool.query(`insert into standing_change (kind, thing, state, since, case_id, handle) values ($1, $2, 'granted', $3, $2, 'first')`, [kind, id, DAY])
  }
})
afterAll(async () => { await database?.drop() })

/** Tells of one effect of an act of the provider; answers who was told what, by organisation. */
async function told(handle: string, args: JsonObject, kept: { state: string; procedures: string | null }): Promise<string[]> {
  return inTransaction(database.app.db, { as: 'system' }, async (tx) => {
    await tx.insertInto('standing_change').values({ kind: 'release', thing: 'release-1', state: kept.state, since: DAY, reason: '口径有误', provision: null, case_id: 'doubt-1', handle }).execute()
    if (kept.procedures !== null) await tx.insertInto('notice').values({ id: `n-${handle}`, organization: 'operator', office: 'operator', case_id: 'doubt-1', task: null, notice: kept.procedures, text: '口径有误', legal_date: DAY, received_by: null, received_at: null }).execute()
    const date = legalDate(DAY)
    await tellOfStandings({ tx, law, state: { id: 'doubt-1', number: '存疑〔2026〕1号', procedure: 'release-quarantine' }, act: { date, recorded: date }, organization: 'provider', intended: [{ handle, effect: 'standing.set', args, basis: { 'platform-default': '没有规定' } }] })
    const rows = await tx.selectFrom('notice').selectAll().orderBy('organization').execute()
    return rows.map((row) => `${row.organization} ${row.case_id} ${row.notice}：${row.text.split('\n').filter((line) => /口径/.test(line)).length}`)
  })
}

describe('a suspended result', () => {
  test('is told to all whom it touches and who did not do it themselves, once each, in their own case', async () => {
    expect(await told('open/0', { kind: 'release', id: 'release-1', to: 'suspended' }, { state: 'suspended', procedures: '出域结果存疑，暂停使用' })).toEqual([
      'agency product-1 产品暂停：1', 'consumer use-1 产品使用暂停：1', 'operator doubt-1 出域结果存疑，暂停使用：1',
    ])
  })
})

describe('every kind of thing that a pack suspends, revokes or restores', () => {
  test('has a word', () => {
    const folder = new URL('../../../packs/', import.meta.url)
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.includes('/procedures/'))
    const kinds = files.flatMap((path) => [...readFileSync(new URL(path, folder), 'utf8').matchAll(/standing\.set[^\n]*?kind: \{ value: ([a-z-]+) \}/g)].map(([, kind]) => kind ?? ''))
    expect(kinds.length).toBeGreaterThan(0)
    expect([...new Set(kinds)].filter((kind) => STANDING_KINDS[kind] === undefined)).toEqual([])
  })
})

describe('the words', () => {
  const news: News = {
    change: 'suspended', root: { kind: 'release', number: '出域〔2026〕1号', title: '月度统计' }, own: [{ kind: 'subscription', number: '使用〔2026〕1号', title: '配送安排' }],
    isDirect: false, on: legalDate(DAY), by: '市生态环境局', procedure: '出域结果存疑处置', number: '存疑〔2026〕2号', reason: '口径有误', basis: '条文未规定，按平台默认规则办理',
  }

  test('tell a consumer what was suspended, what of theirs follows, why, on what ground, and what to do', () => {
    expect(noticeTitle(news)).toBe('产品使用暂停')
    expect(noticeText(news).split('\n')).toEqual([
      '2026-11-18，市生态环境局在“出域结果存疑处置”（存疑〔2026〕2号）中暂停了出域结果“月度统计”（出域〔2026〕1号），贵单位所涉的“配送安排”（使用〔2026〕1号）随之暂停。',
      '原因：口径有误', '依据：条文未规定，按平台默认规则办理',
      '可以怎么办：暂停期间，调用不予答复，也不计次数；恢复后密钥和剩余次数照旧，不必重新申请。有疑问的，请向提供产品的单位询问。',
    ])
  })

  test('name five at most, and tell a change of a kind without words of its own', () => {
    const own = Array.from({ length: 6 }, (_, place) => ({ kind: 'tenant', number: `${place}号`, title: '某' }))
    expect(noticeText({ ...news, change: 'revoked', own, reason: null })).toContain('“某”（4号）等6项随之撤销。\n依据：')
    expect(noticeTitle({ ...news, change: 'restored', own })).toBe('租户恢复')
  })
})
