import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer } from '#tests/support/server.ts'
import type { Answered, Caller, TestServer } from '#tests/support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ packsDir: fileURLToPath(new URL('../../../tests/security/packs', import.meta.url)) })
})
afterAll(() => server?.stop())

const REQUEST = { name: '道路通行分析', purpose: 'public', amount: 3, fields: ['time', 'road'], rows: [{ code: 'a-1', starts: '2026-06-08', urgent: false }] }
const DELEGATION = { principal: 'zx-liu', deputy: 'zx-sun', offices: ['implementing-agency'], from: '2026-06-08', until: '2026-06-10', reason: '出差' }
type Made = { rows: { id: string; entry: string }[] }
const said = (answer: Answered) => `${answer.status} ${(answer.body as { code?: string }).code ?? ''}` // a problem has a code, anything else has none
const opened = async () => (await (await server.session('yy-zhou')).send<{ case_id: string }>('POST', '/api/cases', { pack: 'trial-2026', procedure: 'trial-request', contents: { request: REQUEST } })).body.case_id
const act = (caller: Caller, id: string, body: object) => caller.send<{ entries: string[] }>('POST', `/api/cases/${id}/commands`, body)
const PASS = { type: 'conclude', task: 'agency-review', outcome: 'pass', contents: { 'agency-vote': { opinion: '情况属实，同意' } } }

describe('a delegation', () => {
  test('lets a colleague act in another’s name from its first to its last day, and is an entry of its own', async () => {
    const [liu, sun] = [await server.session('zx-liu'), await server.session('zx-sun')]
    const id = await opened()
    expect((await act(liu, id, { type: 'hand-over', task: 'agency-review', to: 'zx-liu', reason: '由我承办' })).status).toBe(200)
    expect(said(await act(sun, id, PASS))).toMatch(/ task-must-be-yours$/)
    expect(said(await act(sun, id, { ...PASS, acting_for: 'zx-liu' }))).toMatch(/ delegation-must-be-on-record$/)
    const made = await liu.send<Made>('POST', '/api/delegations', DELEGATION)
    expect(made.status).toBe(201)
    const done = await act(sun, id, { ...PASS, acting_for: 'zx-liu' })
    expect(done.status).toBe(200)
    const { rows } = await server.database.owner.pool.query<{ bytes: Buffer }>("select bytes from case_event where case_id = $1 and type = 'step-concluded'", [id])
    expect(JSON.parse(String(rows[0]?.bytes)).by).toEqual({ person: 'zx-sun', organization: 'big-data-centre', office: 'implementing-agency', acting_for: { person: 'zx-liu', delegation: made.body.rows[0]?.id } })
    const entries = await server.database.owner.pool.query<{ bytes: Buffer }>("select bytes from evidence_entry where type = 'delegation-made' and object_id = $1", [made.body.rows[0]?.id])
    expect(entries.rows.map((row) => JSON.parse(String(row.bytes)).detail)).toEqual([{ principal: 'zx-liu', deputy: 'zx-sun', from: '2026-06-08', until: '2026-06-10' }])
    expect((await sun.get<{ rows: { principal: { name: string } }[] }>('/api/delegations')).body.rows.map((row) => row.principal.name)).toEqual(['刘晓峰'])
  })

  test('shows the deputy, in the principal’s name, what the principal could do, and nothing else of anybody', async () => {
    const [liu, tan] = [await server.session('zx-liu'), await server.session('zx-tan')]
    const id = await opened()
    await act(liu, id, { type: 'hand-over', task: 'agency-review', to: 'zx-liu', reason: '由我承办' })
    const made = (await liu.send<Made>('POST', '/api/delegations', { ...DELEGATION, deputy: 'zx-tan' })).body.rows[0]?.id ?? ''
    const mine = async (query: string) => (await tan.get<{ tasks: { mine: boolean; outcomes: { enabled: boolean }[] }[] }>(`/api/cases/${id}${query}`)).body.tasks[0]
    const listed = async (query: string) => (await tan.get<{ rows: { case_id: string }[] }>(`/api/tasks?scope=todo${query}`)).body.rows.some((row) => row.case_id === id)
    expect([(await mine(''))?.mine, await listed('')]).toEqual([false, false])
    for (const name of ['zx-liu', made]) expect([(await mine(`?acting_for=${name}`))?.mine, await listed(`&acting_for=${name}`)]).toEqual([true, true])
    expect(said(await tan.get(`/api/cases/${id}?acting_for=zx-sun`))).toBe('422 delegation-must-be-on-record')
    expect((await tan.get<{ acts_for: { principal: { name: string } }[] }>('/api/session')).body.acts_for.map((one) => one.principal.name)).toEqual(['刘晓峰'])
  })

  test('ends early, and nobody acts under it on a later day; on its own last day it still holds', async () => {
    const [liu, gao] = [await server.session('zx-liu'), await server.session('zx-gao')]
    const made = await liu.send<Made>('POST', '/api/delegations', { ...DELEGATION, deputy: 'zx-gao', until: '2026-06-30' })
    expect((await gao.send('POST', `/api/delegations/${made.body.rows[0]?.id}/end`)).status).toBe(200)
    expect(said(await gao.send('POST', `/api/delegations/${made.body.rows[0]?.id}/end`))).toMatch(/ delegation-must-be-running$/)
    const id = await opened()
    expect((await act(gao, id, { ...PASS, acting_for: 'zx-liu' })).status).toBe(200)
    await server.database.owner.pool.query("update city_clock set today = '2026-06-09'")
    expect(said(await act(gao, await opened(), { ...PASS, acting_for: 'zx-liu' }))).toMatch(/ delegation-must-be-on-record$/)
  })

  test.each([
    ['of oneself', { deputy: 'zx-liu' }, 'deputy-must-be-another'],
    ['to a stranger', { deputy: 'yy-wu' }, 'deputy-must-be-a-colleague'],
    ['of an office that the principal does not hold', { offices: ['implementing-agency', 'data-authority'] }, 'principal-must-hold-office'],
    ['that ends before it begins', { from: '2026-06-11' }, 'delegation-must-have-an-end'],
    ['without a reason', { reason: ' ' }, 'content-must-be-present'],
  ])('%s is refused', async (_, change, code) => {
    expect(said(await (await server.session('zx-liu')).send('POST', '/api/delegations', { ...DELEGATION, ...change }))).toMatch(new RegExp(` ${code}$`))
  })

  test('is not made from outside the organisation', async () => {
    expect(said(await (await server.session('dsj-zhang')).send('POST', '/api/delegations', DELEGATION))).toMatch(/ actor-must-hold-office$/)
  })
})

describe('the preview space', () => {
  test('is off unless it is switched on', async () => {
    const answer = await (await server.session('yy-zhou')).send('POST', '/api/cases', { pack: 'trial-2026', procedure: 'trial-request', contents: { request: REQUEST }, preview: true })
    expect(said(answer)).toMatch(/ preview-must-be-switched-on$/)
  })
})

describe('recusal and transfer', () => {
  test('pass the task to a colleague who holds the office, and to nobody else', async () => {
    const liu = await server.session('zx-liu')
    const id = await opened()
    expect(said(await act(liu, id, { type: 'recuse', task: 'agency-review', person: 'zx-liu', to: 'yy-wu', reason: '近亲属任职' }))).toBe('422 receiver-must-hold-office')
    expect((await act(liu, id, { type: 'recuse', task: 'agency-review', person: 'zx-liu', to: 'zx-tan', reason: '近亲属任职' })).status).toBe(200)
    expect(said(await act(liu, id, PASS))).toMatch(/ (task-must-be-yours|person-must-not-be-recused)$/)
    expect((await act(await server.session('zx-tan'), id, PASS)).status).toBe(200)
  })
})

test('what offices owe the public is public', async () => {
  const { body } = await server.stranger.get<{ disclosure_debt: unknown[] }>('/api/public/portal')
  expect(body.disclosure_debt).toEqual([])
})
