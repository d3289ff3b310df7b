import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readEntry } from '#core/evidence/entry.ts'
import type { AccountRow, EvidencePage, FirstPassword, SystemView } from '#apps/api/wire/administration.ts'
import type { SessionView } from '#apps/api/wire/session.ts'
import { signIn, startTestServer } from '#tests/support/server.ts'
import type { Answered, Caller, TestServer } from '#tests/support/server.ts'

let server: TestServer
let security: Caller
beforeAll(async () => {
  server = await startTestServer()
  security = await server.session('gl-anquan')
})
afterAll(() => server?.stop())

const said = ({ status, body }: Answered) => `${status} ${(body as { code?: string }).code ?? ''}`.trim() // a problem or an answer
const NEW_CLERK = { login: 'zx-new', name: '新来者', organization: 'big-data-centre', offices: ['implementing-agency'] }
const OWN = '不相干的词语十二个以上'

async function entries(person: string): Promise<string[]> {
  const { rows } = await server.database.owner.pool.query<{ bytes: Buffer }>("select bytes from evidence_entry where object_kind = 'person' and object_id = $1 order by seq", [person])
  return rows.map((row) => readEntry(row.bytes)).filter(({ type }) => type !== 'login').map(({ action, decision }) => `${action} ${decision}`)
}

async function added(): Promise<FirstPassword> {
  const answer = await security.send<FirstPassword>('POST', '/api/administration/persons', NEW_CLERK)
  expect(answer.status).toBe(201)
  return answer.body
}

describe('a person', () => {
  test('is added with a first password that opens nothing but choosing another', async () => {
    const { person, password } = await added()
    expect(password).toHaveLength(16)
    const clerk = await signIn(server.url, 'zx-new', password)
    expect((await clerk.get<SessionView>('/api/session')).body.must_change_password).toBe(true)
    for (const path of ['/api/tasks', '/api/cases', '/api/packs', '/api/persons']) expect(said(await clerk.get(path))).toBe('403 password-must-be-changed')
    const change = (old: string, wanted: string) => clerk.send('PUT', '/api/session/password', { old, wanted })
    expect(said(await change('not the old one', OWN))).toBe('422 old-password-must-match')
    expect(said(await change(password, '十一个字十一个字十一个'))).toBe('422 password-must-be-long-enough')
    expect(said(await change(password, password))).toBe('422 password-must-be-another')
    expect(said(await change(password, 'my-zx-new-word'))).toBe('422 password-must-not-be-the-login')
    const elsewhere = await signIn(server.url, 'zx-new', password)
    expect((await change(password, `${OWN}一`)).status).toBe(204)
    expect((await clerk.get('/api/tasks')).status).toBe(200)
    expect(said(await elsewhere.get('/api/session'))).toBe('401 session-must-exist')
    await expect(signIn(server.url, 'zx-new', password)).rejects.toThrow('login-must-match')
    expect(await entries(person)).toEqual(['rights-given done', 'change-password deny', 'change-password deny', 'change-password deny', 'change-password deny', 'change-password done'])
  })

  test('of twelve characters is long enough, and five wrong old passwords lock', async () => {
    const { body: { password } } = await security.send<FirstPassword>('POST', '/api/administration/persons', { ...NEW_CLERK, login: 'zx-lock' })
    const clerk = await signIn(server.url, 'zx-lock', password)
    expect((await clerk.send('PUT', '/api/session/password', { old: password, wanted: '十二个字十二个字十二个字' })).status).toBe(204)
    for (let tried = 0; tried < 5; tried += 1) expect(said(await clerk.send('PUT', '/api/session/password', { old: 'wrong', wanted: OWN }))).toBe('422 old-password-must-match')
    expect(said(await clerk.send('PUT', '/api/session/password', { old: '十二个字十二个字十二个字', wanted: OWN }))).toBe('429 login-must-not-be-locked')
  })

  test('loses and receives offices from the next request on, each an entry; only what the organisation holds', async () => {
    const put = (offices: string[], id = 'jy-xie') => security.send('PUT', `/api/administration/persons/${id}/offices`, { offices })
    const clerk = await server.session('jy-xie')
    expect((await put(['registrant'])).status).toBe(200)
    expect((await clerk.get<SessionView>('/api/session')).body.offices.map((one) => one.id)).toEqual(['registrant'])
    expect((await put(['registrant', 'operator'])).status).toBe(200)
    expect((await put(['registrant', 'operator'])).status).toBe(200)
    expect(await entries('jy-xie')).toEqual(['rights-given done', 'rights-taken done', 'rights-given done'])
    expect(said(await put(['implementing-agency']))).toBe('422 office-must-be-held-by-organization')
    expect(said(await put(['operator', 'system-administrator']))).toBe('422 administrator-must-hold-no-other-office')
    expect(said(await put([], 'nobody'))).toBe('404 person-must-exist')
    expect(said(await put(['audit-administrator'], 'gl-anquan'))).toBe('422 rights-must-be-given-by-another')
  })

  test('who is disabled is out at once, and may be let in again', async () => {
    const clerk = await server.session('pg-shen')
    const put = (active: boolean) => security.send('PUT', '/api/administration/persons/pg-shen/active', { active })
    expect((await put(false)).status).toBe(200)
    expect(said(await clerk.get('/api/session'))).toBe('401 session-must-exist')
    expect((await put(true)).status).toBe(200)
    const password = server.platform.config.demonstration?.password ?? ''
    expect((await signIn(server.url, 'pg-shen', password)).csrf).not.toBe('')
  })

  test('whose password is reset has to choose one again', async () => {
    const clerk = await server.session('aj-dong')
    const { body } = await security.send<FirstPassword>('POST', '/api/administration/persons/aj-dong/password')
    expect(said(await clerk.get('/api/session'))).toBe('401 session-must-exist')
    expect((await (await signIn(server.url, 'aj-dong', body.password)).get<SessionView>('/api/session')).body.must_change_password).toBe(true)
  })

  test('with a login that is taken or malformed, or of no organisation, is not added', async () => {
    const post = (change: object) => security.send('POST', '/api/administration/persons', { ...NEW_CLERK, login: 'zx-other', ...change })
    expect(said(await post({ login: 'zx-liu' }))).toBe('422 login-must-be-free')
    expect(said(await post({ login: 'X' }))).toBe('400 request-must-be-well-formed')
    expect(said(await post({ organization: 'nowhere' }))).toBe('422 organization-must-exist')
  })

  test('stands in the list once over all pages, and is found by name', async () => {
    const rows: AccountRow[] = []
    let next: string | null = ''
    while (next !== null) {
      const page: { rows: AccountRow[]; next: string | null } = (await security.get<{ rows: AccountRow[]; next: string | null }>(`/api/administration/persons?limit=7${next === '' ? '' : `&cursor=${next}`}`)).body
      rows.push(...page.rows)
      next = page.next
    }
    expect(new Set(rows.map((row) => row.id)).size).toBe(rows.length)
    expect(rows.length).toBeGreaterThan(30)
    const found = (await security.get<{ rows: AccountRow[] }>(`/api/administration/persons?q=${encodeURIComponent('刘晓峰')}`)).body.rows
    expect(found).toMatchObject([{ login: 'zx-liu', organization: { name: '蓉江市大数据中心' }, offices: [{ title: '市大数据中心' }], active: true }])
  })
})

describe('the system administrator', () => {
  test('sees versions, isolation, database role, disk and what was not delivered, and sends it again', async () => {
    const system = await server.session('gl-xitong')
    const { pool } = server.database.owner
    await pool.query(`insert into legal_case (id, number, title, procedure, capability, pack, pack_version, pack_digest, seq, status, opened, opened_by, over, parties, links)
      select 'case-o', '供给〔2026〕1号', 'x', 'data-demand', 'demands', pack, version, digest, 1, 'open', '2026-06-08', 'x', true, '{}', '{}' from pack_edition limit 1`)
    await pool.query(`insert into outbox (id, case_id, handle, port, action, payload, branch, state, attempts, last_error) values
      ('out-1', 'case-o', 'h1', 'registrar', 'file', '{}', '', 'failed', 1, 'port-must-be-configured：没有配置对外接口'), ('out-2', 'case-o', 'h2', 'registrar', 'file', '{}', '', 'done', 1, null)`)
    const view = (await system.get<SystemView>('/api/administration/system')).body
    expect(view.outbox).toMatchObject({ waiting: 0, failed: 1, rows: [{ id: 'out-1', number: '供给〔2026〕1号', last_error: 'port-must-be-configured：没有配置对外接口' }] })
    expect(view.database.find(({ title }) => title === '平台所用角色')?.text).toBe('gongshu_app（非超级用户，受行级安全约束）')
    expect(view.storage.map(({ title }) => title)).toContain('磁盘可用／总量')
    expect((await system.send('POST', '/api/administration/outbox/out-1/retry')).status).toBe(200)
    expect((await pool.query("select state, attempts from outbox where id = 'out-1'")).rows).toEqual([{ state: 'waiting', attempts: 0 }])
    expect(said(await system.send('POST', '/api/administration/outbox/out-2/retry'))).toBe('404 message-must-be-undelivered')
  })
})

describe('the audit administrator', () => {
  test('finds entries by person, object, kind and outcome, each once over all pages', async () => {
    const auditor = await server.session('gl-shenji')
    const search = async (query: string) => (await auditor.get<EvidencePage>(`/api/administration/evidence?${query}`)).body
    const byName = await search(`object=${encodeURIComponent('谢婷')}&type=role-changed`)
    expect(byName.rows.map(({ action }) => action)).toEqual(['授予岗位', '收回岗位', '授予岗位'])
    expect(byName).toMatchObject({ next: null, searched_from: 0 })
    expect(byName.rows[0]).toMatchObject({ type: { title: '岗位和权限变更' }, actor: { name: '钟锐' }, object: { kind: 'person', name: '谢婷' } })
    expect((await search('actor=zx-lock&decision=deny')).rows).toHaveLength(6)
    expect((await search('actor=nobody-at-all')).rows).toHaveLength(0)
    const seen: number[] = []
    let next: string | null = ''
    while (next !== null) {
      const page: EvidencePage = await search(`limit=5${next === '' ? '' : `&cursor=${next}`}`)
      seen.push(...page.rows.map((row) => row.seq))
      next = page.next
    }
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, index) => seen.length - 1 - index))
  })
})
