import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openEvidenceLog } from '#adapters/evidence/evidence-log.ts'
import { openSigningKeys } from '#adapters/evidence/signing-keys.ts'
import type { JsonObject } from '#core/json.ts'
import { hashOf } from '#tests/support/case-law.ts'
import { lateTold, released, service, story, supplied, use } from '#tests/support/chengdu-2020-story.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { FreshDatabase } from '#tests/support/database.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A user's agreement in force since 2026-05-15, with the story of its data behind it. */
function inUse() {
  const told = story()
  const list = supplied(told)
  const offered = released(told)
  const text = use()
  const sign = (who: string, task: string) => ({ on: '2026-05-15', who, task, outcome: 'sign', contents: { 'use-signature': { 'text-hash': hashOf(text) } } })
  const order = told.open({ on: '2026-05-15', who: 'user', procedure: 'use-agreement', contents: { 'use-application': { service: offered.id, kind: 'organization', activity: 'research', purpose: '信用评价研究', amount: 1000, lawful: true } } })
    .act({ on: '2026-05-15', who: 'operator', task: 'draft', outcome: 'ready', contents: { 'use-agreement': text, 'feedback-to': '2026-06-30' } })
    .act(sign('operator', 'sign-operator')).act(sign('user', 'sign-user'))
  return { told, list, offered, order }
}
const call = (on: string, calls: number) => ({ on, who: 'user', task: 'call', outcome: 'called', contents: { 'use-call': { form: 'check', calls } } })

describe('one record from the department to the user', () => {
  test('cd20-7.1d cd20-17.1a: an order is traced back to service, steps, supply, opinion and department, and the supply forward to its orders, without a gap', () => {
    const { told, offered, order } = inUse()
    const of = (register: string, key: unknown): JsonObject => told.world.registers[register]?.[String(key)] ?? {}
    const made = of('services', of('uses', order.id)['service'])
    expect(made).toMatchObject({ supplies: ['GJ-1'], steps: ['CL-1', 'CL-2'], sources: ['buses'] })
    expect(of('processings', 'CL-2')).toMatchObject({ inputs: ['GJ-1'], person: 'engineer' })
    expect(of('supplies', 'GJ-1')).toMatchObject({ entry: 'buses', provider: 'transport-bureau', demand: '2026-01号', 'supplied-on': '2026-05-13' })
    expect(of('opinions', 'buses')).toMatchObject({ provider: 'transport-bureau', scenario: '企业信用评价参考' })
    const forward = Object.entries(told.world.registers['uses'] ?? {}).filter(([, one]) => one['service'] === offered.id).map(([key]) => key)
    expect(forward).toEqual([order.id])
    const gap = (change: JsonObject) => ({ on: '2026-05-16', who: 'engineer', procedure: 'service', contents: { service: service(change) } })
    told.refusesOpening(gap({ supplies: ['GJ-9'] }), 'service-must-be-traceable', 'cd20-7.1')
    told.refusesOpening(gap({ steps: ['CL-1', 'CL-7'] }), 'service-must-be-traceable', 'cd20-7.1')
  })

  test('cd20-17.1b: opened on 2026-05-18, the record of a supply holds its service, calls and users', () => {
    const { told, order } = inUse()
    order.act(call('2026-05-16', 300)).act(call('2026-05-18', 20))
    const calls = Object.values(told.world.registers['calls'] ?? {})
    expect(calls).toMatchObject([{ user: 'travel-company', supplies: ['GJ-1'], calls: 300, 'called-on': '2026-05-16' }, { user: 'travel-company', calls: 20, 'called-on': '2026-05-18' }])
    expect(told.world.registers['uses']?.[order.id]).toMatchObject({ user: 'travel-company', activity: 'research', 'signed-on': '2026-05-15' })
  })

  test('cd20-17.1c: without a receipt for 2026-04-08 the run of 2026-04-09 sends that day again before any other', () => {
    const told = story()
    const log = told.open({ on: '2026-04-01', who: 'operator', procedure: 'log-delivery' })
    const day = (of: string, sequence: number) => ({ day: of, sequence, lines: 1000, sha256: hashOf(of) })
    const send = (on: string, of: string, sequence: number) => ({ on, who: 'operator', task: 'send', outcome: 'sent', contents: { 'log-day': day(of, sequence) } })
    log.act(send('2026-04-08', '2026-04-08', 98))
    log.refuses(send('2026-04-09', '2026-04-09', 99), 'step-must-be-open', 'cd20-17.1')
    const again = (of: string) => ({ on: '2026-04-09', who: 'operator', task: 'receive', outcome: 'resend', contents: { 'log-resent': { day: of, sha256: hashOf(of) } } })
    log.refuses(again('2026-04-09'), 'missing-day-must-be-sent-first', 'cd20-17.1')
    log.act(again('2026-04-08'))
    const receive = (of: string) => ({ on: '2026-04-09', who: 'centre', task: 'receive', outcome: 'received', contents: { 'log-receipt': { number: 'HZ-98', sha256: hashOf(of) } } })
    log.refuses(receive('2026-04-07'), 'receipt-must-be-of-the-same-log', null)
    log.act(receive('2026-04-08')).act(send('2026-04-09', '2026-04-09', 99))
    expect(told.world.registers['log-days']?.['2026-04-08']).toMatchObject({ sequence: 98, lines: 1000, receipt: 'HZ-98' })
  })

  test('cd20-17.1d: a question of the Transport Bureau of 2026-04-10 is the operator’s task until 2026-04-24', () => {
    const asked = story().open({ on: '2026-04-10', who: 'transport', procedure: 'use-question', contents: { 'use-question': { operator: 'city-data', question: '四月调用情况' } } })
    expect([asked.due('answer'), asked.state.tasks[0]?.organization]).toEqual(['2026-04-24', 'city-data'])
    expect(asked.act({ on: '2026-04-24', who: 'operator', task: 'answer', outcome: 'done', contents: { 'use-answer': '共调用一万次' } }).status).toBe('closed')
  })

  test('cd20-15.2b: a research report without source note is not registered on 2026-05-18', () => {
    const { order } = inUse()
    const result = (change: JsonObject) => ({ on: '2026-05-18', who: 'user', task: 'result', outcome: 'registered', contents: { 'use-result': { kind: 'report', name: '研究报告', 'source-noted': true, place: '封底', ...change } } })
    order.refuses(result({ 'source-noted': false }), 'result-must-name-its-source', 'cd20-15.2')
    order.refuses(result({ place: '' }), 'source-note-must-have-a-place', 'cd20-15.2')
    expect(order.act(result({})).lateness('result')).toBe(0)
  })

  test('cd20-15.2c: feedback for the quarter ending 2026-06-30 is overdue from 2026-07-15, and the operator sees it', () => {
    const { order } = inUse()
    expect(order.due('feedback')).toBe('2026-07-14')
    expect(lateTold(order.time('2026-07-14'))).toEqual([])
    expect(lateTold(order.time('2026-07-15'))).toMatchObject([{ step: 'feedback', told: ['operator'] }])
    order.act({ on: '2026-07-15', who: 'user', task: 'feedback', outcome: 'given', contents: { 'use-feedback': '用于研究，效果良好', 'feedback-to': '2026-09-30' } })
    expect([order.lateness('feedback'), order.due('feedback')]).toEqual([1, '2026-10-20'])
  })
})

describe('the log', () => {
  const silent = { info: () => undefined, warn: () => undefined, error: console.error }
  let directory: string
  let database: FreshDatabase
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'calls-log-'))
    database = await freshDatabase()
  })
  afterAll(async () => {
    await database.drop()
    rmSync(directory, { recursive: true })
  })

  test('cd20-7.1i: 1,000 calls of 2026-04-08 are 1,000 complete lines, and none can be changed', async () => {
    const keys = await openSigningKeys(directory, 'city.example/evidence')
    const log = await openEvidenceLog({ connection: database.connections.gongshu_app, keys, log: silent, now: () => new Date(), checkpointMs: 600_000 })
    await Promise.all(Array.from({ length: 1000 }, (_one, index) => log.append({
      type: 'decision', legalDate: '2026-04-08', actor: 'user', onBehalfOf: 'travel-company', office: 'developer', action: 'call', object: { kind: 'service', id: `credit-check-${index}` }, decision: 'allow', detail: { purpose: '信用评价研究' },
    })))
    await log.stop()
    const { rows } = await database.owner.pool.query('select bytes from evidence_entry order by seq')
    expect(rows).toHaveLength(1000)
    for (const row of [rows[0], rows[999]]) {
      expect(JSON.parse(row.bytes.toString())).toMatchObject({ actor: 'user', action: 'call', legalDate: '2026-04-08', decision: 'allow', onBehalfOf: 'travel-company' })
    }
    await expect(database.app.pool.query("update evidence_entry set type = 'x'")).rejects.toThrow(expect.objectContaining({ code: '42501' }))
    await expect(database.app.pool.query('delete from evidence_entry')).rejects.toThrow(expect.objectContaining({ code: '42501' }))
    expect((await database.owner.pool.query("update evidence_entry set type = 'x'")).rowCount).toBe(0)
  })
})
