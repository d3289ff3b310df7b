import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readEntry } from '#core/evidence/entry.ts'
import { sealResult } from '#capabilities/operation/environment/sealed-results.store.ts'
import { startTestServer } from '#tests/support/server.ts'
import type { Answered, TestServer } from '#tests/support/server.ts'

/** What a call was answered with: rows and what is left, or the refusal. */
type CallBody = { evidence: string; quota_left: number; rows: unknown[]; code: string; details: { evidence: string } }
type Product = { name: string; quota: number; opens?: boolean }

const CALLERS = 24
let server: TestServer
let caseId: string

beforeAll(async () => {
  server = await startTestServer()
  const officer = await server.session('zx-liu')
  const opened = await officer.send<{ case_id: string }>('POST', '/api/cases', { pack: 'chengdu-2026', procedure: 'implementation-plan', links: {}, contents: { 'case-name': '服务调用' } })
  caseId = opened.body.case_id
})
afterAll(() => server.stop())

const sql = async (text: string, values: unknown[] = []) => (await server.database.owner.pool.query(text, values)).rows

/** A product with ten released rows, granted to a consumer with a key; where it does not open, its sealed rows are gone. */
async function offer({ name, quota, opens = true }: Product): Promise<void> {
  const wrapped = await sealResult(server.platform.operation.vault, name, Array.from({ length: 10 }, (_, index) => [`row-${index}`]))
  const columns = JSON.stringify([{ name: 'name', type: 'VARCHAR' }])
  await sql(`insert into job (id, agreement, organization, author, scenario, purpose, sql, status, tables, columns, row_count, digest, pack_digest, wrapped_key)
    values ($1, $2, 'o', 'a', 's', 'p', 'select', 'succeeded', '[]', $3, 10, 'none', 'none', $4)`, [name, caseId, columns, opens ? wrapped : null])
  await sql(`insert into release (id, job, agreement, organization, title, columns, row_count, digest, case_id, released_on)
    values ($1, $1, $2, 'o', 't', $3, 10, 'none', $2, '2026-06-08')`, [name, caseId, columns])
  await sql(`insert into register_record (register, key, version, record, from_date, current, case_id) values ('products', $1, 1, $2, '2026-06-08', true, $3)`,
    [name, JSON.stringify({ name, kind: 'query-interface', fields: ['name'], job: name }), caseId])
  for (const [kind, id] of [['product', name], ['subscription', name], ['agreement', caseId], ['release', caseId]]) {
    await sql(`insert into standing (kind, id, state, since, case_id) values ($1, $2, 'granted', '2026-06-08', $3) on conflict do nothing`, [kind, id, caseId])
  }
  await sql(`insert into service_grant (subscription, product, consumer, scenario, purpose, ends, price, quota, case_id)
    values ($1, $1, 'far-sail-logistics', '新风', '室内空气', '2031-06-07', 0, $2, $3)`, [name, quota, caseId])
  await sql(`insert into service_key (id, subscription, consumer, key_sha256, hint, made_by) values ($1, $2, 'far-sail-logistics', $3, 'kkkk', 'yf-zeng')`,
    [`key-${name}`, name, createHash('sha256').update(`gs_${name}`).digest()])
}

function call(name: string, body: object = { scenario: '新风', fields: ['name'], where: [{ field: 'name', is: 'equal', value: 'row-7' }], limit: 1 }): Promise<Answered<CallBody>> {
  return server.stranger.send<CallBody>('POST', `/gateway/v1/products/${name}/query`, body, { authorization: `Bearer gs_${name}` })
}

const used = async (name: string): Promise<number> => Number((await sql('select used from service_grant where subscription = $1', [name]))[0]?.used)

describe('calls at once', () => {
  test('are each answered with an entry of their own, durable and read back, before the answer leaves', async () => {
    await offer({ name: 'many', quota: 1_000 })
    const answers = await Promise.all(Array.from({ length: CALLERS }, async () => {
      const answered = await call('many')
      const [stored] = await sql('select bytes from evidence_entry where entry_id = $1', [answered.body.evidence])
      return { answered, entry: readEntry(stored?.bytes) }
    }))
    expect(answers.map(({ answered }) => answered.status)).toEqual(Array.from({ length: CALLERS }, () => 200))
    expect(answers[0]?.answered.body.rows).toEqual([['row-7']])
    const left = answers.map(({ answered }) => answered.body.quota_left).toSorted((a, b) => b - a)
    expect(left).toEqual(Array.from({ length: CALLERS }, (_, index) => 999 - index))
    for (const { answered, entry } of answers) {
      expect(entry).toMatchObject({ decision: 'allow', actor: 'key-many', onBehalfOf: 'far-sail-logistics', purpose: '室内空气', provision: 'cd26-7.6', detail: { rows: 1, left: answered.body.quota_left } })
    }
    expect(await used('many')).toBe(CALLERS)
  })

  test('beyond the quota are refused, as many as are beyond it, each with its entry', async () => {
    await offer({ name: 'few', quota: 5 })
    const answers = await Promise.all(Array.from({ length: CALLERS }, () => call('few')))
    expect(answers.filter((one) => one.status === 200)).toHaveLength(5)
    const refused = answers.filter((one) => one.status === 429 || one.status === 403)
    expect(refused).toHaveLength(CALLERS - 5)
    for (const { body } of refused) {
      expect(body.code).toBe('quota-must-not-be-exceeded')
      expect(await sql('select entry_id from evidence_entry where entry_id = $1', [body.details.evidence])).toHaveLength(1)
    }
    expect(await used('few')).toBe(5)
  })

  test('of another scenario, an unknown field or an unknown key are refused beside those that are answered', async () => {
    const other = { scenario: '选址', fields: ['name'], where: [], limit: 1 }
    const field = { scenario: '新风', fields: ['name'], where: [{ field: 'age', is: 'equal', value: 1 }], limit: 1 }
    const answers = await Promise.all([call('many'), call('many', other), call('many', field), call('nobodys'), call('many')])
    expect(answers.map((one) => one.status)).toEqual([200, 403, 403, 401, 200])
    expect(answers.map((one) => one.body.code)).toEqual([undefined, 'scenario-must-be-the-granted', 'fields-must-be-the-products', 'key-must-be-known', undefined])
  })

  test('of a product whose rows are gone fail alone', async () => {
    await offer({ name: 'gone', quota: 10, opens: false })
    const answers = await Promise.all([call('many'), call('gone'), call('many')])
    expect(answers.map((one) => one.status)).toEqual([200, 500, 200])
    expect(await used('gone')).toBe(0)
  })
})

describe('a released output in doubt', () => {
  test('serves nobody from the moment it is held, revoked, or past the last day of its waiver, and again when the doubt is lifted', async () => {
    await offer({ name: 'doubted', quota: 10 })
    const standing = (state: string) => sql("update standing set state = $1 where kind = 'release' and id = $2", [state, caseId])
    const said = async () => { const { status, body } = await call('doubted'); return `${status} ${body.code ?? ''}` }
    expect(await said()).toBe('200 ')
    for (const state of ['suspended', 'revoked', 'ended']) {
      await standing(state)
      expect(await said()).toBe('403 release-must-stand')
    }
    await standing('granted')
    const until = (day: string | null) => sql('update release set usable_until = $1 where id = $2', [day, 'doubted'])
    await until('2026-06-07')
    expect(await said()).toBe('403 release-must-stand')
    await until('2026-06-08')
    expect(await said()).toBe('200 ')
  })
})

describe('a suspension', () => {
  test('is in force for every call that begins after it is committed, while many others are under way', async () => {
    await offer({ name: 'watched', quota: 100_000 })
    const seen = { suspended: false, served: 0, after: [] as number[] } // statuses of calls that began after the commit
    const caller = async () => {
      while (seen.after.length < CALLERS) {
        const begunAfter = seen.suspended
        const { status } = await call('watched')
        if (begunAfter) seen.after.push(status)
        else if (status === 200) seen.served += 1
      }
    }
    const suspend = async () => {
      while (seen.served < CALLERS) await call('watched')
      await sql(`update standing set state = 'suspended' where kind = 'subscription' and id = 'watched'`)
      seen.suspended = true
    }
    await Promise.all([suspend(), ...Array.from({ length: CALLERS }, caller)])
    expect([...new Set(seen.after)]).toEqual([403])
    await sql(`update standing set state = 'granted' where kind = 'subscription' and id = 'watched'`)
    expect((await call('watched')).status).toBe(200)
  })

  test('of the key, the product, the agreement or a supply is in force as well', async () => {
    await offer({ name: 'each', quota: 100 })
    const codeAfter = async (text: string): Promise<string> => {
      await sql(text)
      return (await call('each')).body.code
    }
    await sql(`insert into standing (kind, id, state, since, case_id) values ('supply', 'supply-each', 'granted', '2026-06-08', $1)`, [caseId])
    await sql(`update job set tables = '["supply-each"]' where id = 'each'`)
    expect((await call('each')).status).toBe(200)
    expect(await codeAfter(`update standing set state = 'suspended' where kind = 'supply' and id = 'supply-each'`)).toBe('supply-must-not-be-suspended')
    expect(await codeAfter(`update standing set state = 'granted' where kind = 'supply' and id = 'supply-each'`)).toBeUndefined()
    expect(await codeAfter(`update standing set state = 'suspended' where kind = 'product' and id = 'each'`)).toBe('product-must-be-on-offer')
    expect(await codeAfter(`update service_key set revoked_at = clock_timestamp() where id = 'key-each'`)).toBe('key-must-not-be-revoked')
    expect(await codeAfter(`update standing set state = 'revoked' where kind = 'agreement' and id = '${caseId}'`)).toBe('access-must-not-be-revoked')
  })
})

test('answers of the gateway and pages bear the headers of a safe browser', async () => {
  for (const answered of [await call('nobodys'), await server.stranger.get('/api/session'), await server.stranger.get('/nowhere')]) {
    expect(answered.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(answered.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answered.headers.get('referrer-policy')).toBe('no-referrer')
    expect(answered.headers.getSetCookie()).toEqual([])
  }
})
