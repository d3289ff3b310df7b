import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { legalDate } from '#core/calendar/legal-date.ts'
import type { DisclosureReport } from '#core/disclosure-control/disclosure-report.ts'
import type { Verdict } from '#core/disclosure-control/finding.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { freshDatabase, type FreshDatabase } from '#tests/support/database.ts'
import { insertJob, listJobs, readJob, type JobEnd } from './environment.store.ts'
import { endCounted, lookAtTries } from './held-back-tries.job.ts'

const moment = { today: legalDate('2026-06-08'), now: new Date('2026-06-08T01:00:00Z') }
const limits = { days: 7, most: 4, mostOfOneShape: 2 }
const agency = { person: 'he', organization: 'agency', offices: ['implementing-agency'] }

let database: FreshDatabase
beforeAll(async () => {
  database = await freshDatabase()
  const { pool } = database.owner
  await pool.query(`insert into pack_edition (digest, pack, version, compiled) values ($1, 'p', 1, '{}')`, ['d'.repeat(64)])
  await pool.query(`insert into legal_case (id, number, title, procedure, capability, pack, pack_version, pack_digest, seq, status, opened, opened_by, over, parties, links)
    values ('agreement-1', 'a', 'a', 'operation-agreement', 'agreement', 'p', 1, $1, 1, 'in-force', '2026-06-01', 'x', false, '{"implementing-agency": "agency", "operator": "operator"}', '{}')`, ['d'.repeat(64)])
})
afterAll(async () => { await database?.drop() })
beforeEach(async () => { await database.owner.pool.query('truncate held_back_try, withheld_end, tries_looked, notice') })

const system = <T>(work: Parameters<typeof inTransaction<T>>[2]): Promise<T> => inTransaction(database.app.db, { as: 'system' }, work)
const failed: JobEnd = { status: 'failed', failure: { code: 'job-failed', message: '作业执行出错：Conversion Error', cure: '' }, elapsedMs: 1 }
const WRAPPED = Buffer.from('wrapped')

function judged(verdict: Verdict): JobEnd {
  const report: DisclosureReport = { verdict, summary: '', sections: [{ heading: 'direct-exposure', title: '', verdict, findings: [{ layer: 'entity-minimum', code: 'too-few-entities', heading: 'direct-exposure', verdict, evidence: {}, message: '', cure: '' }] }] }
  return { status: 'succeeded', report, reportNote: null, binding: {} as never, columns: [], rowCount: 3, digest: 'a'.repeat(64), engine: 'e', wrappedKey: verdict === 'block' ? null : WRAPPED, elapsedMs: 1, sets: null } // the binding is not read here
}

let made = 0
async function ended(sql: string, end: JobEnd): Promise<{ id: string; told: string }> {
  const id = `job-${made += 1}`
  await system(async (tx) => {
    await insertJob(tx, { id, agreement: 'agreement-1', organization: 'operator', author: 'wu', scenario: 's', purpose: 'p', sql, tables: [], packDigest: 'd' })
    await endCounted(tx, id, end, limits, moment)
  })
  return { id, told: await toldOf(id) }
}
const toldOf = async (id: string): Promise<string> => {
  const job = await system((tx) => readJob(tx, id))
  return `${job?.status} ${job?.verdict} ${job?.failure?.code ?? null} ${job?.rowCount} ${job?.wrappedKey === null ? 'no key' : 'key'}`
}
const look = (actor: typeof agency) => system((tx) => lookAtTries(tx, 'operator', '已核对', 7, { actor, ...moment }))
const notices = async (): Promise<string[]> => (await database.owner.pool.query<{ organization: string }>('select organization from notice order by organization')).rows.map(({ organization }) => organization)

test('of statements that differ in constants alone so many are told; then no end is, whether it passed or not, until the agency has looked', async () => {
  expect([(await ended('select 1', judged('block'))).told, (await ended('select 1', judged('block'))).told]).toEqual(['succeeded block null 3 no key', 'succeeded block null 3 no key'])
  expect(await notices()).toEqual([])
  expect((await ended('select 2', failed)).told).toBe('failed null job-failed null no key')
  expect(await notices()).toEqual(['agency', 'operator'])
  const [held, passed] = [await ended('select 3', judged('block')), await ended('select 4', judged('pass'))]
  expect([held.told, passed.told]).toEqual(['withheld null null null no key', 'withheld null null null no key'])
  expect(await system((tx) => listJobs(tx, 'operator', { before: null, limit: 9, filter: { verdict: 'pass' } }))).toEqual([])
  // Another statement is another question.
  expect((await ended('select a from b', judged('pass'))).told).toBe('succeeded pass null 3 key')

  expect(await look({ ...agency, offices: ['data-provider'] })).toMatchObject({ looked: false, refusal: { code: 'actor-must-be-concerned-organization' } })
  expect(await look({ ...agency, organization: 'another' })).toMatchObject({ looked: false })
  expect(await look({ ...agency, organization: 'operator' })).toMatchObject({ looked: false })
  expect(await look(agency)).toMatchObject({ looked: true, shown: [held.id, passed.id] })
  expect([await toldOf(held.id), await toldOf(passed.id)]).toEqual(['succeeded block null 3 no key', 'succeeded pass null 3 key'])
  expect((await ended('select 5', judged('block'))).told).toBe('succeeded block null 3 no key')
})

test('of all statements together so many are told', async () => {
  for (const sql of ['select a', 'select b', 'select c', 'select d']) expect((await ended(sql, judged('block'))).told).toBe('succeeded block null 3 no key')
  expect((await ended('select e', judged('review'))).told).toBe('withheld null null null no key')
  await database.owner.pool.query("update held_back_try set at = at - interval '8 days'")
  expect((await ended('select f', judged('review'))).told).toBe('succeeded review null 3 key')
})

test('a key that was destroyed while its job waited does not come back', async () => {
  for (const sql of ['select 1', 'select 2']) await ended(sql, judged('block'))
  const { id } = await ended('select 3', judged('pass'))
  await database.owner.pool.query('update job set wrapped_key = null where id = $1', [id])
  await look(agency)
  expect(await toldOf(id)).toBe('succeeded pass null 3 no key')
  expect(await look(agency)).toMatchObject({ looked: false, refusal: { code: 'tries-must-be-there' } })
})
