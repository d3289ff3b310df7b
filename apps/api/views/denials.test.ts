import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DenialList } from '#apps/api/wire/case.ts'
import { startTestServer } from '#tests/support/server.ts'
import type { TestServer } from '#tests/support/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server?.stop())

const PLAN = { pack: 'chengdu-2026', procedure: 'implementation-plan', contents: { 'case-name': '空气质量授权运营' } }

describe('what was refused in a case', () => {
  test('is read by those who carry out and supervise, in words with the article and the entry; not by others', async () => {
    const [agency, authority, operator] = [await server.session('zx-liu'), await server.session('dsj-zhang'), await server.session('yy-zhou')]
    const { case_id: id } = (await agency.send<{ case_id: string }>('POST', '/api/cases', PLAN)).body
    const denials = async () => (await authority.get<DenialList>(`/api/cases/${id}/denials`)).body.rows
    expect(await denials()).toEqual([])
    const tried = await authority.send('POST', `/api/cases/${id}/commands`, { type: 'conclude', task: 'draft', outcome: 'ready', contents: {} })
    expect(tried.status).toBe(403)
    expect(await denials()).toMatchObject([{ person: '张书言', action: '办理：编制实施方案，送请指导', code: 'actor-must-hold-office', provision: expect.stringContaining('第十条') }])
    expect((await agency.get<DenialList>(`/api/cases/${id}/denials`)).body.rows).toHaveLength(1)
    expect((await operator.get(`/api/cases/${id}/denials`)).status).toBe(403)
    expect((await agency.get('/api/cases/case-none/denials')).status).toBe(404)
  })
})
