import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CaseView } from '#apps/api/wire/case.ts'
import { launchBrowser } from '#tests/support/browser.ts'
import type { Caller, TestServer } from '#tests/support/server.ts'
import { openTrial, OPENING, said, startTrial } from './trial.ts'
import type { Accepted } from './trial.ts'

// One file without types, as it is handed to auditors.
const { verifyBundle }: { verifyBundle(path: string, options: { keys: readonly string[] }): { findings: unknown[]; entries: number } } = await import(new URL('../../apps/verifier/verify.mjs', import.meta.url).href)

let server: TestServer
beforeAll(async () => {
  server = await startTrial()
})
afterAll(() => server?.stop())

const PASS = (task: string, opinion = '情况属实，同意') => ({ type: 'conclude', task, outcome: 'pass', contents: { [task.replace('review', 'vote')]: { opinion } } })
const act = (caller: Caller, id: string, body: unknown, key?: string) => caller.send<Accepted>('POST', `/api/cases/${id}/commands`, body, key === undefined ? {} : { 'idempotency-key': key })
const seen = async (caller: Caller, id: string): Promise<CaseView> => (await caller.get<CaseView>(`/api/cases/${id}`)).body

describe('the same key', () => {
  test('with the same body is answered as before and done once', async () => {
    const operator = await server.session('yy-zhou')
    const headers = { 'idempotency-key': 'open-once-2026' }
    const [first, again] = [await operator.send<Accepted>('POST', '/api/cases', OPENING, headers), await operator.send<Accepted>('POST', '/api/cases', OPENING, headers)]
    expect([first.status, again.status]).toEqual([201, 201])
    expect(again.body).toEqual(first.body)
    const { rows } = await server.database.owner.pool.query('select id from legal_case')
    expect(rows).toHaveLength(1)
  })

  test('with another body is refused, and another person may use it', async () => {
    const [operator, colleague] = [await server.session('yy-zhou'), await server.session('yy-wu')]
    const headers = { 'idempotency-key': 'open-once-2026' }
    const other = { ...OPENING, contents: { request: { ...(OPENING['contents'] as { request: object }).request, name: '另一件' } } } // the trial's own body
    expect(said(await operator.send('POST', '/api/cases', other, headers))).toBe('409 idempotency-key-must-not-be-reused')
    expect((await colleague.send('POST', '/api/cases', other, headers)).status).toBe(201)
  })

  test('sent ten times at once is done once', async () => {
    const operator = await server.session('yy-zhou')
    const answers = await Promise.all(Array.from({ length: 10 }, () => operator.send<Accepted>('POST', '/api/cases', OPENING, { 'idempotency-key': 'ten-at-once-2026' })))
    expect(new Set(answers.map((one) => one.status))).toEqual(new Set([201]))
    expect(new Set(answers.map((one) => one.body.case_id)).size).toBe(1)
  })

  test('must be there', async () => {
    const operator = await server.session('yy-zhou')
    const answer = await fetch(`${server.url}/api/cases`, { method: 'POST', headers: { cookie: operator.cookie, 'x-csrf-token': operator.csrf, 'content-type': 'application/json' }, body: JSON.stringify(OPENING) })
    expect(answer.status).toBe(400)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    expect(await answer.json()).toMatchObject({ code: 'idempotency-key-must-be-present', cure: expect.stringContaining('UUID') })
  })
})

describe('two at once on one case', () => {
  test('only one concludes; the other hears that the step is no longer open', async () => {
    const id = await openTrial(await server.session('yy-zhou'))
    const reviewers = await Promise.all(['zx-liu', 'zx-sun', 'zx-gao'].map((login) => server.session(login)))
    const answers = await Promise.all(reviewers.map((one) => act(one, id, PASS('agency-review'))))
    expect(answers.map((one) => one.status).toSorted()).toEqual([200, 409, 409])
    const reviewer = reviewers[0]
    if (reviewer === undefined) throw new Error('three were signed in')
    expect((await seen(reviewer, id)).timeline.filter((item) => item.type === 'step-concluded')).toHaveLength(1)
  })

  test('who saw an older state is told so instead of overwriting', async () => {
    const id = await openTrial(await server.session('yy-zhou'))
    const [liu, zhang] = [await server.session('zx-liu'), await server.session('dsj-zhang')]
    const { seq } = await seen(liu, id)
    expect((await act(zhang, id, PASS('authority-review'))).status).toBe(200)
    expect(said(await act(liu, id, { ...PASS('agency-review'), expected_seq: seq }))).toBe('409 case-must-not-have-changed')
  })
})

describe('the law at the door', () => {
  test('answers who, when and what with their own status, the place in the text and the cure', async () => {
    const operator = await server.session('yy-zhou')
    const id = await openTrial(operator)
    const [liu, neighbour] = [await server.session('zx-liu'), await server.session('jyzx-shi')]
    expect(said(await act(operator, id, PASS('agency-review')))).toBe('403 actor-must-hold-office')
    expect(said(await act(neighbour, id, PASS('agency-review')))).toBe('404 case-must-exist')
    expect(said(await act(liu, id, { type: 'conclude', task: 'both', outcome: 'granted' }))).toBe('409 step-must-be-open')
    const missing = await act(liu, id, { type: 'conclude', task: 'agency-review', outcome: 'pass' })
    expect(missing.body).toMatchObject({ status: 422, code: 'content-must-be-present', provision: 'tr26-1.1', basis: { kind: 'provision', label: '《试用规则》第一条第一款' } })
    expect(said(await act(liu, id, { ...PASS('agency-review'), act_date: '2026-06-09' }))).toBe('422 act-must-not-lie-ahead')
    expect(said(await act(liu, id, { ...PASS('agency-review'), act_date: '2026-02-30' }))).toBe('400 date-must-exist')
    expect(said(await act(liu, id, { type: 'hand-over', task: 'agency-review', to: 'dsj-li', reason: '出差' }))).toBe('422 receiver-must-hold-office')
    expect((await act(liu, id, { type: 'hand-over', task: 'agency-review', to: 'zx-sun', reason: '出差' })).status).toBe(200)
    expect(said(await act(liu, id, PASS('agency-review')))).toBe('403 task-must-be-yours')
    expect(said(await neighbour.send('POST', '/api/cases', OPENING))).toBe('403 actor-must-hold-office')
  })

  test('shows each person what may be done, and why not', async () => {
    const operator = await server.session('yy-zhou')
    const id = await openTrial(operator)
    const [mine, theirs] = [await seen(await server.session('zx-liu'), id), await seen(operator, id)]
    const [task] = mine.tasks.filter((one) => one.step === 'agency-review')
    expect(task).toMatchObject({ mine: true, due: { date: '2026-06-15', provisional: false, overdue_days: 0 }, outcomes: [{ id: 'pass', enabled: true, form: [{ key: 'agency-vote', required: true }] }] })
    expect(task?.due?.derivation.join('；')).toContain('5个工作日')
    expect(theirs.tasks[0]).toMatchObject({ mine: false, outcomes: [{ enabled: false, disabled_reason: { code: 'actor-must-hold-office' } }] })
    expect([theirs.withdrawal.enabled, mine.withdrawal.enabled]).toEqual([true, false])
    expect(mine.law.map((one) => one.label)).toContain('《试用规则》第一条第一款')
    const openable = (await operator.get<{ rows: { enabled: boolean; form: unknown[] }[] }>('/api/openable')).body.rows
    expect(openable).toMatchObject([{ procedure: 'trial-request', enabled: true, form: [{ key: 'request' }] }])
  })
})

/** The ids of the entries in a bundle. */
function entriesIn(bundle: string): string[] {
  const lines = bundle.split('\n').filter((line) => line.startsWith('{"kind":"entry"')).map((line) => JSON.parse(line) as { bytes: string }) // as the bundle is written
  return lines.map(({ bytes }) => (JSON.parse(Buffer.from(bytes, 'base64').toString('utf8')) as { id: string }).id)
}

describe('blind reviewers', () => {
  test('do not see each other’s conclusion, contents or entry until both are in', async () => {
    const [operator, liu, zhang, li] = [await server.session('yy-zhou'), await server.session('zx-liu'), await server.session('dsj-zhang'), await server.session('dsj-li')]
    const id = await openTrial(operator)
    const vote = await act(liu, id, PASS('agency-review', '甲单位的秘密意见'))
    const entry = vote.body.entries[0] ?? ''
    for (const other of [zhang, li, operator]) {
      const text = JSON.stringify(await seen(other, id))
      expect(text).not.toContain('甲单位的秘密意见')
      expect(text).not.toContain('刘晓峰')
      expect(text).toContain('各评审人的意见全部提交后方可查看')
      expect(said(await other.get(`/api/evidence/entries/${entry}`))).toBe('404 entry-must-exist')
    }
    expect(JSON.stringify(await seen(liu, id))).toContain('甲单位的秘密意见')
    const sun = await server.session('zx-sun')
    expect(entriesIn((await sun.get<string>('/api/evidence/bundle')).body)).not.toContain(entry)
    expect(entriesIn((await (await server.session('gl-shenji')).get<string>('/api/evidence/bundle')).body)).toContain(entry)

    expect((await act(zhang, id, PASS('authority-review'))).status).toBe(200)
    for (const other of [zhang, li, operator]) {
      expect(JSON.stringify(await seen(other, id))).toContain('甲单位的秘密意见')
      expect((await other.get(`/api/evidence/entries/${entry}`)).status).toBe(200)
    }
  })
})

describe('the bundle', () => {
  test('holds every case with its events and verifies offline, for the agency as for the auditor', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'gongshu-bundle-'))
    try {
      for (const login of ['gl-shenji', 'zx-liu']) {
        const answer = await (await server.session(login)).get<string>('/api/evidence/bundle')
        expect(answer.headers.get('content-disposition')).toContain('attachment')
        const path = join(directory, `${login}.jsonl`)
        await writeFile(path, answer.body)
        const verified = verifyBundle(path, { keys: server.platform.keys.publicKeys })
        expect(verified.findings).toEqual([])
        expect(verified.entries).toBeGreaterThan(20)
      }
      expect(said(await (await server.session('yy-zhou')).get('/api/evidence/bundle'))).toBe('403 permission-must-be-granted')
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  })
})

describe('lists', () => {
  test('hold each task and case exactly once over all pages, by due date, for those whom they concern', async () => {
    const operator = await server.session('jy-xie')
    for (let count = 0; count < 7; count += 1) await openTrial(operator)
    const gao = await server.session('zx-gao')
    for (const path of ['/api/tasks?scope=todo&limit=3', '/api/cases?limit=3']) {
      const whole = (await gao.get<{ rows: { case_id?: string; id?: string; due?: string }[] }>(path.replace('limit=3', 'limit=200'))).body.rows
      const paged: typeof whole = []
      let next: string | null = ''
      while (next !== null) {
        const page: { rows: typeof whole; next: string | null } = (await gao.get<{ rows: typeof whole; next: string | null }>(`${path}${next === '' ? '' : `&cursor=${next}`}`)).body
        paged.push(...page.rows)
        next = page.next
      }
      expect(paged).toEqual(whole)
      expect(whole.length).toBeGreaterThan(7)
    }
    expect((await operator.get<{ rows: unknown[] }>('/api/cases?over=false')).body.rows).toHaveLength(7)
    expect((await operator.get<{ rows: unknown[] }>('/api/cases?q=道路')).body.rows).toHaveLength(7)
    expect((await operator.get<{ rows: unknown[] }>('/api/cases?q=%25')).body.rows).toHaveLength(0)
    expect((await (await server.session('zx-liu')).get<{ rows: unknown[] }>('/api/tasks?scope=done')).body.rows.length).toBeGreaterThan(0)
  })
})

describe('the city clock', () => {
  test('moves forward only, and what was due is late on the next working day and told', async () => {
    const operator = await server.session('yy-zhou')
    const id = await openTrial(operator)
    const zhang = await server.session('dsj-zhang')
    expect(said(await zhang.send('POST', '/api/clock/advance', { to: '2026-06-08' }))).toBe('409 clock-must-move-forward')
    expect((await zhang.send('POST', '/api/clock/advance', { to: '2026-06-15' })).status).toBe(200)
    expect((await seen(zhang, id)).timeline.some((item) => item.type === 'task-overdue')).toBe(false)
    expect((await zhang.send('POST', '/api/clock/advance', { to: '2026-06-16' })).body).toEqual({ today: '2026-06-16', mode: 'demonstration' })
    expect((await seen(zhang, id)).timeline.filter((item) => item.type === 'task-overdue')).toHaveLength(2)
    expect((await zhang.get<{ rows: unknown[] }>('/api/tasks?scope=overdue')).body.rows.length).toBeGreaterThan(0)
    await expect(server.database.owner.pool.query("update city_clock set today = '2026-06-01'")).rejects.toThrow('city-clock-moves-forward-only')
  })
})

describe('a real browser', () => {
  test('keeps the session’s cookie over http on loopback, out of reach of scripts', async () => {
    const browser = await launchBrowser()
    try {
      const page = await browser.newPage()
      await page.goto(server.url)
      const status = await page.evaluate(async (password) => {
        const headers = { 'content-type': 'application/json' }
        const signed = await fetch('/api/session', { method: 'POST', headers, body: JSON.stringify({ login: 'yf-zeng', password }) })
        return [signed.status, (await fetch('/api/session')).status, document.cookie]
      }, server.platform.config.demonstration?.password ?? '')
      expect(status).toEqual([200, 200, ''])
      expect(await page.context().cookies()).toMatchObject([{ name: '__Host-gongshu', httpOnly: true, secure: true, sameSite: 'Strict', path: '/' }])
    } finally {
      await browser.close()
    }
  })
})
