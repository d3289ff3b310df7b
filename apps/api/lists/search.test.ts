import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer } from '#tests/support/server.ts'
import type { Caller, TestServer } from '#tests/support/server.ts'
import { SEARCHED_MAX } from './breadth.ts'

const CASES = SEARCHED_MAX + 1
let server: TestServer
let agency: Caller
beforeAll(async () => {
  server = await startTestServer()
  agency = await server.session('zx-liu')
  const { pool } = server.database.owner
  // One case a day: the first is the oldest.
  await pool.query(`insert into legal_case (id, number, title, procedure, capability, pack, pack_version, pack_digest, seq, status, opened, opened_by, over, parties, links)
    select 'case-' || n, '方案〔2026〕' || n || '号', '授权运营方案' || n || '稿', 'implementation-plan', 'plans', pack, version, digest, 1, 'drafting', date '2020-01-01' + n, 'x', false, '{}', '{}'
      from generate_series(1, $1::int) n, (select * from pack_edition where pack = 'chengdu-2026') e`, [CASES])
  await pool.query("insert into case_party (organization, case_id, opened) select 'big-data-centre', id, opened from legal_case")
  await pool.query(`insert into task (case_id, task, step, title, branch, office, organization, opened_on, due, provisional, open)
    select id, 'draft', 'draft', '编制', '', 'implementing-agency', 'big-data-centre', opened, opened, false, true from legal_case where id in ('case-7', 'case-8')`)
})
afterAll(() => server?.stop())

async function found(caller: Caller, path: string): Promise<string[]> {
  return (await caller.get<{ rows: { number: string }[] }>(path)).body.rows.map((row) => row.number)
}
const cases = (q: string, caller = agency) => found(caller, `/api/cases?q=${encodeURIComponent(q)}`)

describe('a search', () => {
  test('for a number looks through all numbers by their beginning, however old', async () => {
    expect(await cases('方案〔2026〕1号')).toEqual(['方案〔2026〕1号'])
    expect(await cases('方案〔2026〕199')).toContain('方案〔2026〕1990号')
    expect(await cases('〔2026〕1号')).toEqual([])
  })

  test('for words looks at the newest 2,000 and no further', async () => {
    expect(await cases(`方案${CASES}`)).toEqual([`方案〔2026〕${CASES}号`])
    expect(await cases('运营方案2稿')).toContain('方案〔2026〕2号')
    expect(await cases('运营方案1稿')).not.toContain('方案〔2026〕1号')
    expect(await cases('100%')).toEqual([])
  })

  test('gives each hit once over all pages, the newest first', async () => {
    const seen: string[] = []
    let next: string | null = ''
    while (next !== null) {
      const page: { rows: { number: string }[]; next: string | null } = (await agency.get<{ rows: { number: string }[]; next: string | null }>(`/api/cases?q=${encodeURIComponent('运营方案12')}&limit=50${next === '' ? '' : `&cursor=${next}`}`)).body
      seen.push(...page.rows.map((row) => row.number))
      next = page.next
    }
    expect(seen).toHaveLength(111)
    expect(new Set(seen).size).toBe(111)
    expect(seen[0]).toBe('方案〔2026〕1299号')
  })

  test('finds nothing of another organisation’s, in no list', async () => {
    const other = await server.session('jyzx-shi')
    expect(await cases('方案', other)).toEqual([])
    expect(await cases('方案〔2026〕1号', other)).toEqual([])
    for (const scope of ['todo', 'overdue', 'copied', 'done']) {
      expect(await found(other, `/api/tasks?scope=${scope}&q=${encodeURIComponent('方案')}`)).toEqual([])
      expect(await found(other, `/api/tasks?scope=${scope}&procedure=implementation-plan`)).toEqual([])
    }
    expect(await found(agency, `/api/tasks?scope=overdue&q=${encodeURIComponent('方案7')}`)).toEqual(['方案〔2026〕7号'])
    expect(await found(agency, `/api/tasks?scope=todo&q=${encodeURIComponent('方案')}`)).toEqual(['方案〔2026〕7号', '方案〔2026〕8号'])
  })
})
