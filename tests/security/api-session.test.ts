import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { disablePerson } from '#adapters/identity/persons.ts'
import { LOCK_MS, LOGIN_FAILURES_MAX } from '#adapters/identity/login.ts'
import { SESSION_ABSOLUTE_MS, SESSION_IDLE_MS } from '#adapters/identity/sessions.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { readConfig } from '#apps/api/config.ts'
import { startServer } from '#apps/api/main.ts'
import { silent } from '#tests/support/cluster.ts'
import { signIn } from '#tests/support/server.ts'
import type { TestServer } from '#tests/support/server.ts'
import { OPENING, said, startTrial } from './trial.ts'

let server: TestServer
let password: string
let ahead = 0
beforeAll(async () => {
  server = await startTrial({ now: () => new Date(Date.now() + ahead) })
  password = server.platform.config.demonstration?.password ?? ''
})
afterAll(() => server?.stop())

const login = (name: string, word = password, headers = {}) => server.stranger.send('POST', '/api/session', { login: name, password: word }, headers)

async function loginEntries(): Promise<{ actor: string; decision: string; detail: { code: string } }[]> {
  const { rows } = await server.database.owner.pool.query<{ bytes: Buffer }>("select bytes from evidence_entry where type = 'login' order by seq")
  return rows.map((row) => JSON.parse(row.bytes.toString('utf8')))
}

describe('signing in', () => {
  test('gives a cookie that scripts cannot read and other sites never send, and a new token each time', async () => {
    const first = await login('dsj-zhang')
    const again = await login('dsj-zhang', password, { cookie: first.headers.getSetCookie()[0]?.split(';')[0] ?? '' })
    const cookie = first.headers.getSetCookie()[0] ?? ''
    expect(cookie).toMatch(/^__Host-gongshu=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/)
    expect(again.headers.getSetCookie()[0]).not.toBe(cookie)
    const old = await server.stranger.get('/api/session', { cookie: cookie.split(';')[0] ?? '' })
    expect(said(old)).toBe('401 session-must-exist')
  })

  test('answers an unknown login like a wrong password, and enters both before answering', async () => {
    const before = (await loginEntries()).length
    const [wrong, unknown] = [await login('dsj-li', 'not the password'), await login('nobody-here', 'not the password')]
    expect([said(wrong), said(unknown)]).toEqual(['401 login-must-match', '401 login-must-match'])
    expect(wrong.body).toEqual(unknown.body)
    const entered = (await loginEntries()).slice(before)
    expect(entered.map((one) => [one.actor, one.decision])).toEqual([['dsj-li', 'deny'], ['anonymous', 'deny']])
  })

  test('the fifth failure in a row locks, also for the right password, and the lock ends after its time', async () => {
    for (let tried = 1; tried <= LOGIN_FAILURES_MAX; tried += 1) expect(said(await login('hbj-xu', 'wrong wrong wrong'))).toBe('401 login-must-match')
    expect(said(await login('hbj-xu'))).toBe('429 login-must-not-be-locked')
    ahead += LOCK_MS + 1_000
    expect((await login('hbj-xu')).status).toBe(200)
  })

  test('four failures and a success begin the count anew', async () => {
    for (let round = 0; round < 2; round += 1) {
      for (let tried = 1; tried < LOGIN_FAILURES_MAX; tried += 1) await login('sjj-he', 'wrong wrong wrong')
      expect((await login('sjj-he')).status).toBe(200)
    }
  })

  test('many tries at once do not slip past the lock', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => login('jtj-ma', 'wrong wrong wrong')))
    expect(answers.filter((one) => one.status === 401)).toHaveLength(LOGIN_FAILURES_MAX)
    expect(answers.filter((one) => one.status === 429)).toHaveLength(12 - LOGIN_FAILURES_MAX)
  })
})

describe('a session', () => {
  test('ends when idle for too long, and lives on when used in between', async () => {
    const [used, idle] = [await signIn(server.url, 'czb-wang', password), await signIn(server.url, 'czb-zhao', password)]
    ahead += SESSION_IDLE_MS - 60_000
    expect((await used.get('/api/session')).status).toBe(200)
    ahead += 120_000
    expect((await used.get('/api/session')).status).toBe(200)
    expect(said(await idle.get('/api/session'))).toBe('401 session-must-exist')
  })

  test('ends after its longest life however busy it is', async () => {
    const caller = await signIn(server.url, 'czb-wang', password)
    const step = SESSION_IDLE_MS - 60_000
    for (let passed = step; passed <= SESSION_ABSOLUTE_MS; passed += step) {
      ahead += step
      expect((await caller.get('/api/session')).status).toBe(200)
    }
    ahead += step
    expect((await caller.get('/api/session')).status).toBe(401)
  })

  test('ends on signing out, and at once when the person is disabled', async () => {
    const leaving = await signIn(server.url, 'pg-shen', password)
    expect((await leaving.send('DELETE', '/api/session')).status).toBe(204)
    expect((await leaving.get('/api/session')).status).toBe(401)
    const disabled = await signIn(server.url, 'pg-lu', password)
    await inTransaction(server.database.app.db, { as: 'system' }, (tx) => disablePerson(tx, 'pg-lu', new Date()))
    expect((await disabled.get('/api/session')).status).toBe(401)
    expect(said(await login('pg-lu'))).toBe('401 login-must-match')
  })

  test('loses an office in the moment in which the organisation loses it', async () => {
    const caller = await signIn(server.url, 'jy-zheng', password)
    expect((await caller.get<{ offices: { id: string }[] }>('/api/session')).body.offices.map((one) => one.id)).toContain('operator')
    await server.database.owner.pool.query("update office_holding set until_date = '2026-06-07' where organization = 'source-intelligence'")
    expect((await caller.get<{ offices: unknown[] }>('/api/session')).body.offices).toHaveLength(0)
    expect(said(await caller.send('POST', '/api/cases', OPENING))).toBe('403 permission-must-be-granted')
  })

  test('changes nothing without the page’s token, with another’s, or from another site', async () => {
    const [caller, other] = [await signIn(server.url, 'yy-zhou', password), await signIn(server.url, 'yy-wu', password)]
    expect(said(await caller.send('POST', '/api/cases', OPENING, { 'x-csrf-token': '' }))).toBe('403 csrf-token-must-match')
    expect(said(await caller.send('POST', '/api/cases', OPENING, { 'x-csrf-token': other.csrf }))).toBe('403 csrf-token-must-match')
    for (const site of ['cross-site', 'same-site', 'none']) {
      expect(said(await caller.send('POST', '/api/cases', OPENING, { 'sec-fetch-site': site }))).toBe('403 request-must-come-from-this-site')
    }
    expect(said(await caller.send('POST', '/api/cases', OPENING, { origin: 'http://elsewhere.example' }))).toBe('403 request-must-come-from-this-site')
    expect(said(await login('yy-lin', password, { 'sec-fetch-site': 'cross-site' }))).toBe('403 request-must-come-from-this-site')
    expect((await caller.send('POST', '/api/cases', OPENING, { 'sec-fetch-site': 'same-origin' })).status).toBe(201)
  })
})

describe('the register of persons', () => {
  test('refuses an administrator who holds anything else, in both orders', async () => {
    const { pool } = server.database.owner
    await expect(pool.query("insert into person_office values ('gl-shenji', 'implementing-agency')")).rejects.toThrow('administrator-must-hold-no-other-office')
    await expect(pool.query("insert into person_office values ('zx-liu', 'system-administrator')")).rejects.toThrow('administrator-must-hold-no-other-office')
  })

  test('refuses a second holder of an office that has one, until the first has laid it down', async () => {
    const { pool } = server.database.owner
    const second = (from: string) => pool.query("insert into office_holding (organization, office, region, fixed, decision_number, decided_on, from_date) values ('neighbour-big-data-centre', 'implementing-agency', '510100', true, '文', '2026-06-01', $1)", [from])
    await expect(second('2026-06-09')).rejects.toThrow('office-must-have-one-holder')
    await pool.query("update office_holding set until_date = '2026-12-31' where organization = 'big-data-centre' and office = 'implementing-agency'")
    await expect(second('2026-12-31')).rejects.toThrow('office-must-have-one-holder')
    await second('2027-01-01')
  })
})

describe('production', () => {
  const production = { GONGSHU_MODE: 'production', GONGSHU_CITY: '某市', GONGSHU_REGION: '000000', GONGSHU_EVIDENCE_ORIGIN: 'data.example/evidence' }

  test('refuses the demonstration’s settings and missing ones of its own', () => {
    expect(() => readConfig({ ...production, GONGSHU_DEMONSTRATION_PASSWORD: 'x' })).toThrow('GONGSHU_DEMONSTRATION_PASSWORD')
    expect(() => readConfig({ ...production, GONGSHU_CITY: '' })).toThrow('GONGSHU_CITY')
    expect(() => readConfig({ ...production, GONGSHU_EVIDENCE_ORIGIN: 'gongshu.localhost/evidence' })).toThrow('GONGSHU_EVIDENCE_ORIGIN')
    expect(() => readConfig({ GONGSHU_HOST: '0.0.0.0' })).toThrow('只能在本机提供服务')
    expect(readConfig(production).demonstration).toBeNull()
  })

  test('refuses a database in which the demonstration was played', async () => {
    const { dataDir, packsDir } = server.platform.config
    const config = { ...readConfig({ ...production, GONGSHU_DATA: `${dataDir}-production`, GONGSHU_PORT: '0' }), packsDir }
    await expect(startServer(config, { log: silent, database: server.database })).rejects.toThrow('演示')
  })
})
