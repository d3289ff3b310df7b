import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isObject } from '#core/json.ts'
import type { Json } from '#core/json.ts'
import type { Caller, TestServer } from '#tests/support/server.ts'
import { footprint, openTrial, OPENING, startTrial } from './trial.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTrial()
})
afterAll(() => server?.stop())

const MEGABYTE = 'x'.repeat(1_048_576)
const WRONG: readonly [string, Json][] = [['null', null], ['a number', -1.5], ['an object', { a: { b: 1 } }], ['an array', [[], {}]], ['a megabyte', MEGABYTE]]
const EVIL: readonly [string, Json][] = [['a zero character', 'a\u0000b'], ['half a character', '\ud800'], ['sql', "'; drop table person; --"], ['another kind of number', 1e308]]

/** Every copy of a body in which one leaf or branch is replaced; the name says which. */
function* spoiled(body: Json, values: readonly [string, Json][], place = '$'): Generator<[string, Json]> {
  for (const [name, value] of values) if (place !== '$') yield [`${place} as ${name}`, value]
  if (Array.isArray(body)) {
    for (const [index, item] of body.entries()) for (const [name, copy] of spoiled(item, values, `${place}[${index}]`)) yield [name, body.with(index, copy)]
  } else if (isObject(body)) {
    for (const [key, item] of Object.entries(body)) for (const [name, copy] of spoiled(item, values, `${place}.${key}`)) yield [name, { ...body, [key]: copy }]
    if (place === '$') yield [`${place} with a stray key`, { ...body, stray: 1 }]
  }
}

/** Sends every spoiled body; each must be refused with a named 4xx, and nothing may have changed at the end. */
async function refusesAll(caller: Caller, method: 'POST' | 'PUT', path: string, body: Json, values: readonly [string, Json][] = [...WRONG, ...EVIL]): Promise<number> {
  const before = await footprint(server)
  let tried = 0
  for (const [name, copy] of spoiled(body, values)) {
    const answer = await caller.send<{ code?: string }>(method, path, copy)
    tried += 1
    expect(answer.status, `${method} ${path} ${name} ${JSON.stringify(answer.body).slice(0, 300)}`).toBeGreaterThanOrEqual(400)
    expect(answer.status, `${method} ${path} ${name}`).toBeLessThan(500)
    expect(answer.body.code, `${method} ${path} ${name}`).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/)
  }
  expect(await footprint(server), `${method} ${path}`).toBe(before)
  return tried
}

describe('a spoiled body', () => {
  test('signs nobody in', async () => {
    await refusesAll(server.stranger, 'POST', '/api/session', { login: 'yy-zhou', password: 'wrong' })
  })

  test('opens no case, wherever it is spoiled', async () => {
    const tried = await refusesAll(await server.session('yy-zhou'), 'POST', '/api/cases', { ...OPENING, act_date: '2026-06-08' }, WRONG)
    expect(tried).toBeGreaterThan(70)
  })

  test('with characters that nothing can store is refused, with any other text it is just a text', async () => {
    const caller = await server.session('yy-zhou')
    const before = await footprint(server)
    for (const [name, copy] of spoiled(OPENING, EVIL.slice(0, 2))) {
      const answer = await caller.send<{ code: string }>('POST', '/api/cases', copy)
      expect(`${answer.status} ${name}`).toBe(`400 ${name}`)
    }
    expect(await footprint(server)).toBe(before)
  })

  test('concludes nothing and withdraws nothing', async () => {
    const id = await openTrial(await server.session('yy-zhou'))
    const reviewer = await server.session('zx-liu')
    const path = `/api/cases/${id}/commands`
    await refusesAll(reviewer, 'POST', path, { type: 'conclude', task: 'agency-review', outcome: 'pass', contents: { 'agency-vote': { opinion: '同意' } }, act_date: '2026-06-08', expected_seq: 1 }, WRONG)
    await refusesAll(reviewer, 'POST', path, { type: 'ask-extension', task: 'agency-review', days: 2, reason: '忙' })
    await refusesAll(reviewer, 'POST', path, { type: 'answer-extension', task: 'agency-review', grant: true, reason: '可' })
    await refusesAll(reviewer, 'POST', path, { type: 'hand-over', task: 'agency-review', to: 'zx-sun', reason: '出差' }, WRONG.slice(1)) // null hands it back to the office
    await refusesAll(await server.session('yy-zhou'), 'POST', path, { type: 'withdraw', reason: '改' }, WRONG)
  })

  test('moves no clock', async () => {
    await refusesAll(await server.session('yy-zhou'), 'POST', '/api/clock/advance', { to: '2026-06-01' })
    for (const to of ['2026-02-30', '2026-13-01', '1800-01-01', '9999-99-99']) expect((await (await server.session('yy-zhou')).send('POST', '/api/clock/advance', { to })).status).toBe(400)
  })

  test('makes no draft of what is no object', async () => {
    await refusesAll(await server.session('yy-zhou'), 'PUT', '/api/drafts/d', { body: 1 }, [['null', null], ['a number', 2], ['an array', []], ['a megabyte', MEGABYTE]])
  })

  test('that is no JSON, too deep, of another type or with a prototype’s key is named as such', async () => {
    const caller = await server.session('yy-zhou')
    const statuses: number[] = []
    for (const body of ['{', 'null', '[]', '"a"', '', `{"pack":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, '{"__proto__":{"a":1}}', '{"contents":{"constructor":{}}}', '{"act_date":1e999}']) {
      statuses.push((await caller.send('POST', '/api/cases', body, { 'content-type': 'application/json' })).status)
    }
    expect(new Set(statuses)).toEqual(new Set([400]))
    expect((await caller.send('POST', '/api/cases', 'pack=1', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415)
    expect((await caller.send('POST', '/api/cases', 'pack', { 'content-type': 'text/plain' })).status).toBe(415)
    expect((await caller.send('POST', '/api/files', {})).status).toBe(415)
  })
})

describe('a spoiled address', () => {
  test('is never answered 5xx', async () => {
    const caller = await server.session('zx-liu')
    const values = ['%00', '%ff', '%F0%9F%92%A9', "'%20or%201=1", '../../etc/passwd', 'x'.repeat(5_000), '1e309', '-1', '99999999999999999999', '%7B%7D']
    const places = [
      '/api/cases/@', '/api/files/@', '/api/drafts/@', '/api/packs/@', '/api/packs/@/schemas', '/api/registers/@', '/api/evidence/entries/@', '/api/environment/jobs/@', '/api/products/@', '/@', '/portal/@',
      ...['cursor', 'limit', 'q', 'procedure', 'status', 'over', 'stray'].map((name) => `/api/cases?${name}=@`),
      ...['scope', 'cursor', 'limit', 'q', 'procedure', 'due_before'].map((name) => `/api/tasks?${name}=@`),
      ...['todo', 'done', 'copied', 'overdue'].map((scope) => `/api/tasks?scope=${scope}&cursor=@`),
      '/api/notices?cursor=@', '/api/registers/none?cursor=@', '/api/organizations?office=@', '/api/evidence/bundle?from=@', '/api/evidence/bundle?to=@', '/api/environment/jobs?cursor=@',
    ]
    const cursors = [['9999-99-99', 'a', 'b'], [null, '', ''], ['2026-01-01', "'"], [{}, []], ['a\u0000b']].map((key) => Buffer.from(JSON.stringify(key)).toString('base64url'))
    for (const place of places) {
      for (const value of [...values, ...(place.includes('cursor') ? cursors : [])]) {
        const answer = await caller.get(place.replace('@', value))
        expect(answer.status, `${place} ${value.slice(0, 40)} ${JSON.stringify(answer.body).slice(0, 200)}`).toBeLessThan(500)
      }
    }
  })

  test('and a spoiled key of a command are refused by name', async () => {
    const caller = await server.session('yy-zhou')
    for (const key of ['', 'short', 'x'.repeat(201), 'with a space in it']) {
      expect((await caller.send<{ code: string }>('POST', '/api/cases', OPENING, { 'idempotency-key': key })).body.code).toBe('idempotency-key-must-be-present')
    }
  })
})
