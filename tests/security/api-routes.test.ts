import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isAllowed, PERMISSIONS, permissionMatrix } from '#apps/api/permissions.ts'
import { ROUTE_FILES } from '#apps/api/routes.ts'
import { buildServer } from '#apps/api/server.ts'
import type { RegisteredRoute } from '#apps/api/server.ts'
import type { RouteFile } from '#apps/api/app.ts'
import type { TestServer } from '#tests/support/server.ts'
import { footprint, openTrial, said, startTrial } from './trial.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTrial()
})
afterAll(() => server?.stop())

/** A route's address with something in the place of each name. */
function address(route: RegisteredRoute): string {
  return route.url.replace(':sha256', '0'.repeat(64)).replace('/*', '/x').replaceAll(/:[a-z]+/g, '0190a8f0-0000-7000-8000-000000000000')
}

function asked(caller: TestServer['stranger'], route: RegisteredRoute) {
  return route.method === 'GET' ? caller.get(address(route)) : caller.send(route.method as 'POST' | 'PUT' | 'DELETE', address(route), route.method === 'DELETE' ? undefined : {}) // the methods that routes have
}

describe('every route', () => {
  test('asks strangers to sign in, but for those that the table opens to anybody', async () => {
    const before = await footprint(server)
    for (const route of server.server.registered) {
      if (PERMISSIONS[route.permission].who === 'anybody') continue
      expect(`${route.method} ${route.url} ${said(await asked(server.stranger, route))}`).toBe(`${route.method} ${route.url} 401 session-must-exist`)
    }
    expect(await footprint(server)).toBe(before)
  })

  test('refuses those whose office it is not for: administrators act in no case', async () => {
    for (const login of ['gl-xitong', 'gl-anquan', 'gl-shenji', 'yf-zeng', 'zx-liu']) {
      const caller = await server.session(login)
      const { offices } = (await caller.get<{ offices: { id: string }[] }>('/api/session')).body
      for (const route of server.server.registered) {
        if (isAllowed(route.permission, offices.map((one) => one.id))) continue
        expect(`${login} ${route.method} ${route.url} ${said(await asked(caller, route))}`).toBe(`${login} ${route.method} ${route.url} 403 permission-must-be-granted`)
      }
    }
  })

  test('that changes something refuses a session without its token', async () => {
    const caller = await server.session('yy-zhou')
    for (const route of server.server.registered) {
      if (route.method === 'GET' || route.permission === 'session.open' || route.permission === 'gateway.call' || !isAllowed(route.permission, ['operator'])) continue
      const answer = await caller.send(route.method as 'POST', address(route), {}, { 'x-csrf-token': 'none' }) // the methods that routes have
      expect(`${route.method} ${route.url} ${said(answer)}`).toBe(`${route.method} ${route.url} 403 csrf-token-must-match`)
    }
  })

  test('answers with headers that keep a browser safe, and lets nobody keep what is private', async () => {
    const answer = await (await server.session('yy-zhou')).get('/api/session')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'")
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect((await server.stranger.get('/')).status).toBe(200)
    expect((await server.stranger.get('/portal/anything')).status).toBe(200)
    expect(said(await server.stranger.get('/api/nothing-here'))).toBe('404 address-must-exist')
  })

  test('must name a row of the permission table, or the server is not built', async () => {
    const careless: RouteFile = (app) => {
      app.get('/api/careless', async () => 'everything')
    }
    const files = ROUTE_FILES as RouteFile[] // put back below; the list is read when a server is built
    files.push(careless)
    try {
      await expect(buildServer(server.platform)).rejects.toThrow('/api/careless declares no permission')
    } finally {
      files.pop()
    }
  })

  test('stands in the permission matrix that people read', async () => {
    await expect(permissionMatrix(server.server.registered)).toMatchFileSnapshot('../../docs/permissions.md')
  })

  test('stands in the contract, with schemas that resolve', async () => {
    const { body } = await server.stranger.get<{ openapi: string; paths: Record<string, object> }>('/api/openapi.json')
    expect(body.openapi).toBe('3.1.0')
    const shown = server.server.registered.filter((route) => route.permission !== 'pages.read' && route.permission !== 'contract.read')
    for (const { url, method } of shown) expect(body.paths[url.replaceAll(/:([a-z0-9]+)/g, '{$1}')]).toHaveProperty(method.toLowerCase())
  })
})

describe('another organisation’s', () => {
  test('case is answered like one that does not exist, to reading and to acting, and the try is entered', async () => {
    const [operator, other] = [await server.session('yy-zhou'), await server.session('jy-zheng')]
    const id = await openTrial(operator)
    expect((await operator.get(`/api/cases/${id}`)).status).toBe(200)
    const command = { type: 'withdraw', reason: '试一试' }
    const answers = [
      [await other.get(`/api/cases/${id}`), await other.get('/api/cases/case-that-is-not')],
      [await other.send('POST', `/api/cases/${id}/commands`, command), await other.send('POST', '/api/cases/case-that-is-not/commands', command)],
    ]
    for (const [theirs, nobodys] of answers) {
      expect(theirs && said(theirs)).toBe('404 case-must-exist')
      expect(nobodys?.body).toEqual(theirs?.body)
    }
    const { rows } = await server.database.owner.pool.query<{ bytes: Buffer }>("select bytes from evidence_entry where type = 'decision' and object_id = $1", [id])
    expect(rows.map((row) => JSON.parse(row.bytes.toString()).decision)).toEqual(['deny'])
    expect((await other.get<{ rows: unknown[] }>('/api/cases')).body.rows).toEqual([])
  })

  test('file, draft, notice and evidence entry are as if they were not', async () => {
    const [operator, other, reviewer] = [await server.session('yy-zhou'), await server.session('jy-zheng'), await server.session('zx-liu')]
    const { body: file } = await operator.upload('报告.pdf', '%PDF-1.7 trial')
    const { sha256 } = file
    expect((await operator.get(`/api/files/${sha256}`)).headers.get('content-disposition')).toBe(`attachment; filename*=UTF-8''${encodeURIComponent('报告.pdf')}`)
    expect(said(await other.get(`/api/files/${sha256}`))).toBe('404 file-must-exist')
    const opened = await operator.send<{ case_id: string; entries: string[] }>('POST', '/api/cases', {
      pack: 'trial-2026', procedure: 'trial-request',
      contents: { request: { name: '带附件', purpose: 'public', amount: 1, fields: ['a'], rows: [{ code: '1', starts: '2026-06-08', urgent: true }], report: file } },
    })
    const { case_id: id, entries } = opened.body
    expect((await reviewer.get(`/api/files/${sha256}?case=${id}`)).status).toBe(200)
    expect(said(await reviewer.get(`/api/files/${sha256}`))).toBe('404 file-must-exist')
    expect(said(await other.get(`/api/files/${sha256}?case=${id}`))).toBe('404 file-must-exist')
    expect((await reviewer.get(`/api/evidence/entries/${entries[0]}`)).status).toBe(200)
    expect(said(await other.get(`/api/evidence/entries/${entries[0]}`))).toBe('404 entry-must-exist')

    await operator.send('PUT', '/api/drafts/open', { body: { a: [1] } })
    expect((await operator.get('/api/drafts/open')).body).toMatchObject({ body: { a: [1] } })
    expect((await other.get('/api/drafts/open')).body).toEqual({ body: null, saved_at: null })

    const notice = (await reviewer.get<{ rows: { id: string }[] }>('/api/notices')).body.rows[0]?.id ?? ''
    expect(said(await other.send('POST', `/api/notices/${notice}/receipt`))).toBe('404 notice-must-exist')
    expect((await reviewer.send('POST', `/api/notices/${notice}/receipt`)).status).toBe(200)
  })

  test('file cannot be named in one’s own case by knowing its hash', async () => {
    const [operator, other] = [await server.session('yy-zhou'), await server.session('yt-han')]
    const { body: file } = await operator.upload('秘.txt', 'only ours')
    const contents = { request: { name: '借用', purpose: 'public', amount: 1, fields: ['a'], rows: [{ code: '1', starts: '2026-06-08', urgent: true }], report: file } }
    expect(said(await other.send('POST', '/api/cases', { pack: 'trial-2026', procedure: 'trial-request', contents }))).toBe('422 file-must-be-uploaded')
  })
})
