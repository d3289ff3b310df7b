import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startTestServer } from '#tests/support/server.ts'
import type { TestServer } from '#tests/support/server.ts'
import type { ProtectionRuleList, ProtectionRuleView } from '../wire/protection.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  const { pool } = server.database.owner
  await pool.query(`insert into legal_case (id, number, title, procedure, capability, pack, pack_version, pack_digest, seq, status, opened, opened_by, over, parties, links)
    select 'case-p', 'p', 'p', 'catalog-entry', 'catalog', pack, version, digest, 1, 'open', '2026-06-08', 'x', true, '{}', '{}' from pack_edition limit 1`)
  for (const [key, record] of [['air', { dataset: 'chengdu-air-quality', provider: 'environment-bureau' }], ['paper', { provider: 'environment-bureau' }]] as const) {
    await pool.query("insert into register_record (register, key, version, record, from_date, current, case_id) values ('catalog', $1, 1, $2, '2026-06-08', true, 'case-p')", [key, JSON.stringify(record)])
  }
})
afterAll(() => server?.stop())

type Problem = { code: string; message: string }
const rules = { columns: [{ column: 'year', method: 'generalise', generalisation: { by: 'interval', width: 5 } }], rows: [] }
const propose = async (login: string, body: unknown) => (await server.session(login)).send<ProtectionRuleView & Problem>('POST', '/api/protection/rules', body)
const agree = async (login: string, id: string) => (await server.session(login)).send<ProtectionRuleView & Problem>('POST', `/api/protection/rules/${id}/agreement`, {})
const list = async (login: string) => (await server.session(login)).get<ProtectionRuleList & Problem>('/api/protection/rules?entry=air')

describe('protection rules', () => {
  test('are written by one side and come into force when another person of the other side agrees', async () => {
    const first = await propose('zx-liu', { entry: 'air', rules })
    expect([first.status, first.body.version, first.body.in_force, first.body.proposed.side]).toEqual([201, 1, false, 'implementing-agency'])
    expect((await agree('zx-sun', first.body.id)).body.code).toBe('rules-must-be-agreed-by-the-other-side')
    expect((await agree('sjj-he', first.body.id)).body.code).toBe('actor-must-be-concerned-organization')
    expect((await list('hbj-yang')).body.rows.map(({ in_force: inForce }) => inForce)).toEqual([false])
    const agreed = await agree('hbj-yang', first.body.id)
    expect([agreed.status, agreed.body.in_force, agreed.body.agreed?.organization.id]).toEqual([200, true, 'environment-bureau'])
    expect((await agree('hbj-xu', first.body.id)).body.code).toBe('rules-must-await-agreement')
  })

  test('stay in force until a newer version is agreed on, and an overtaken draft cannot be', async () => {
    const second = await propose('hbj-xu', { entry: 'air', rules })
    const third = await propose('hbj-xu', { entry: 'air', rules: { ...rules, rows: [{ column: 'year', from: '2012' }] } })
    expect([second.body.version, third.body.version]).toEqual([2, 3])
    expect((await agree('zx-liu', second.body.id)).body.code).toBe('rules-must-be-the-newest')
    expect((await list('zx-liu')).body.rows.map(({ version, in_force: inForce }) => [version, inForce])).toEqual([[3, false], [2, false], [1, true]])
    expect((await agree('zx-liu', third.body.id)).status).toBe(200)
    expect((await list('zx-liu')).body.rows.map(({ version, in_force: inForce }) => [version, inForce])).toEqual([[3, true], [2, false], [1, false]])
  })

  test.each([
    ['of an unknown entry', 'zx-liu', { entry: 'nothing', rules }, 404, 'catalog-entry-must-exist'],
    ['of an entry without a declared table', 'zx-liu', { entry: 'paper', rules }, 422, 'table-schema-must-be-declared'],
    ['by a provider of other data', 'sjj-he', { entry: 'air', rules }, 403, 'actor-must-be-concerned-organization'],
    ['by the agency of another city', 'jyzx-shi', { entry: 'air', rules }, 403, 'actor-must-be-concerned-organization'],
    ['by an operator', 'yy-zhou', { entry: 'air', rules }, 403, 'permission-must-be-granted'],
    ['for a column that is not there', 'zx-liu', { entry: 'air', rules: { columns: [{ column: 'salary', method: 'remove' }] } }, 422, 'column-must-exist'],
    ['that say nothing', 'zx-liu', { entry: 'air', rules: { columns: [] } }, 422, 'rules-must-say-something'],
    ['by an unknown method', 'zx-liu', { entry: 'air', rules: { columns: [{ column: 'year', method: 'encrypt' }] } }, 400, 'request-must-be-well-formed'],
  ])('%s are refused and change nothing', async (_story, login, body, status, code) => {
    const before = (await server.database.owner.pool.query('select id from protection_rule')).rowCount
    const answer = await propose(login, body)
    expect([answer.status, answer.body.code]).toEqual([status, code])
    expect((await server.database.owner.pool.query('select id from protection_rule')).rowCount).toBe(before)
  })

  test('are seen by those whom they concern', async () => {
    expect((await list('sjj-he')).body.code).toBe('catalog-entry-must-exist')
    expect((await list('yy-zhou')).status).toBe(404)
  })

  test('are entered, each act with the digest of the text, and no version can be rewritten', async () => {
    const { pool } = server.database.owner
    // The committer takes up what the acts' transactions left.
    const { rows } = await vi.waitFor(async () => {
      const found = await pool.query<{ bytes: Buffer }>("select bytes from evidence_entry where object_kind = 'protection-rule' order by seq")
      expect(found.rowCount).toBe(5)
      return found
    }, { timeout: 30_000, interval: 50 })
    const entries = rows.map(({ bytes }) => JSON.parse(bytes.toString()) as { action: string; detail: { version: number }; bodyHash: string }) // entries as the log holds them
    expect(entries.map(({ action, detail }) => `${action} ${detail.version}`)).toEqual([
      'propose-protection-rules 1', 'agree-to-protection-rules 1', 'propose-protection-rules 2', 'propose-protection-rules 3', 'agree-to-protection-rules 3',
    ])
    const { rows: [stored] } = await pool.query<{ digest: string }>('select digest from protection_rule where version = 1')
    expect(entries[0]?.bodyHash).toBe(`sha256:${stored?.digest}`)
    await expect(pool.query("update protection_rule set rules = '{}' where version = 3")).rejects.toThrow('immutable')
  })
})
