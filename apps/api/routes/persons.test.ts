import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TestServer } from '#tests/support/server.ts'
import { startTestServer } from '#tests/support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server?.stop())

type Persons = { rows: { id: string; name: string; offices: { id: string; title: string }[] }[] }
type Registers = { rows: { register: string; title: string; public: boolean; count: number }[] }

describe('colleagues', () => {
  test('are the active persons of one’s own organisation with the offices that it still holds', async () => {
    const caller = await server.session('zx-liu')
    const { rows } = (await caller.get<Persons>('/api/persons')).body
    expect(rows.map((row) => row.id).toSorted()).toEqual(['zx-gao', 'zx-liu', 'zx-sun', 'zx-tan'])
    expect(rows[0]?.offices).toEqual([{ id: 'implementing-agency', title: '市大数据中心' }])
    await server.database.owner.pool.query("update person set disabled_at = now() where id = 'zx-tan'")
    expect((await caller.get<Persons>('/api/persons')).body.rows.map((row) => row.id)).not.toContain('zx-tan')
    await server.database.owner.pool.query("update office_holding set until_date = '2026-06-07' where organization = 'source-intelligence'")
    const other = await server.session('jy-zheng')
    expect((await other.get('/api/persons')).status).toBe(403)
  })
})

describe('registers', () => {
  test('are listed by title with what one may read of each', async () => {
    const caller = await server.session('zx-liu')
    const { rows } = (await caller.get<Registers>('/api/registers')).body
    expect(rows).toContainEqual({ register: 'catalog', title: '公共数据资源目录', public: true, count: 0 })
    await server.database.owner.pool.query(`insert into legal_case (id, number, title, procedure, capability, pack, pack_version, pack_digest, seq, status, opened, opened_by, over, parties, links)
      select 'case-x', 'x', 'x', 'catalog-entry', 'catalog', pack, version, digest, 1, 'open', '2026-06-08', 'x', true, '{}', '{}' from pack_edition limit 1`)
    for (const register of ['catalog', 'supplies']) {
      await server.database.owner.pool.query('insert into register_record (register, key, version, record, from_date, current, case_id) values ($1, $2, 1, $3, $4, true, $5)', [register, 'one', '{}', '2026-06-08', 'case-x'])
    }
    const counts = new Map((await caller.get<Registers>('/api/registers')).body.rows.map((row) => [row.register, row.count]))
    expect([counts.get('catalog'), counts.get('supplies')]).toEqual([1, 0])
  })
})

describe('a key', () => {
  test('is refused by rule and provision where what was granted does not stand, and the try is entered', async () => {
    const { pool } = server.database.owner
    await pool.query(`insert into legal_case (id, number, title, procedure, capability, pack, pack_version, pack_digest, seq, status, opened, opened_by, over, parties, links)
      select 'case-k', 'k', 'k', 'product-service', 'services', pack, version, digest, 1, 'open', '2026-06-08', 'x', true, '{}', '{}' from pack_edition where pack = 'chengdu-2026'`)
    await pool.query(`insert into service_grant (subscription, product, consumer, scenario, purpose, ends, price, quota, case_id) values ('case-k', 'product-1', 'far-sail-logistics', '调度', '配送', '2027-01-01', '0', 10, 'case-k')`)
    const { rows: [consumer] } = await pool.query<{ organization: string }>("select organization from person where id = 'yf-zeng'")
    await pool.query('update service_grant set consumer = $1', [consumer?.organization])
    const caller = await server.session('yf-zeng')
    const { rows } = (await caller.get<{ rows: { key_refused: { code: string } | null }[] }>('/api/subscriptions')).body
    expect(rows[0]?.key_refused).toMatchObject({ code: 'agreement-must-stand', provision: 'cd26-21.1' })
    const refused = await caller.send<{ code: string; basis: { label: string } }>('POST', '/api/subscriptions/case-k/key')
    expect([refused.status, refused.body.code]).toEqual([403, 'agreement-must-stand'])
    expect(refused.body.basis.label).toContain('第二十一条')
    expect((await pool.query('select from service_key')).rowCount).toBe(0)
    const { rows: entries } = await pool.query<{ bytes: Buffer }>("select bytes from evidence_entry where type = 'key-changed' and object_id = 'case-k'")
    expect(entries.map((row) => JSON.parse(row.bytes.toString()).decision)).toEqual(['deny'])
  })
})
