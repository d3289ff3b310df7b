import { randomUUID } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import { readEntry } from '#core/evidence/entry.ts'
import { protectionRulesSchema } from '#core/protection/protection-rules.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { readDeclaredSchema } from '#adapters/vault/declared-schema.ts'
import { prepareVersion } from '#adapters/vault/ingest/prepare-version.ts'
import { recordVersion, registerDataset } from '#adapters/vault/versions.ts'
import { agreeToRules, insertRules } from '#capabilities/operation/protection/protection-rules.store.ts'
import { keepAndRecover } from '#capabilities/operation/environment/end-job.job.ts'
import { runDueSchedules } from '#capabilities/operation/environment/job-schedule.job.ts'
import type { JobRow, JobView } from '#apps/api/wire/environment.ts'
import type { NoisyAnswerView, NoisyStatistics } from '#apps/api/wire/noisy-statistics.ts'
import type { SchedulesView, ScheduleView } from '#apps/api/wire/schedules.ts'
import type { ExplainView, LanguageView } from '#apps/api/wire/workspace.ts'
import { startTestServer, type Caller, type TestServer } from '#tests/support/server.ts'
import { personsCsv } from '../../demo/persons/generate.ts'

// Only ends what hangs: jobs give way to whatever else the machine does.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 })

const PERSONS = 400
const SEED = 20_261_122
const AGREEMENT = 'jobs-agreement'
const SCENARIO = '检验场景'
const OPERATOR = 'river-data-group'
const QUICK = 'select district, count(*) as n from synthetic_persons group by district order by district'
/** Ends by nobody's patience but its limit of time. */
const ENDLESS = 'select count(*) from synthetic_persons a, synthetic_persons b, synthetic_persons c, synthetic_persons d where a.birth_year + b.birth_year + c.birth_year + d.birth_year < 0'

let server: TestServer
let operator: Caller
const demo = (path: string): string => fileURLToPath(new URL(`../../demo/${path}`, import.meta.url))

beforeAll(async () => {
  server = await startTestServer()
  operator = await server.session('yy-zhou')
  await supply()
})
afterAll(() => server?.stop())

/** An agreement with one supply that has arrived, straight into the registers. */
async function supply(): Promise<void> {
  const { db, operation } = server.platform
  const schema = await readDeclaredSchema(demo('persons/schema.yaml'))
  const rows = [...personsCsv(SEED, PERSONS, parse(await readFile(demo('persons/vocabulary.yaml'), 'utf8')))]
  const datasetId = randomUUID()
  const prepared = await prepareVersion(operation.vault, { datasetId, schema, encoding: 'detect' }, Readable.from(rows, { objectMode: false }))
  const version = await inTransaction(db, { as: 'system' }, async (tx) => {
    await registerDataset(tx, { id: datasetId, name: schema.name, title: schema.title, providerOrganization: 'health-commission' })
    return recordVersion(tx, prepared)
  })
  const { pool } = server.database.owner
  await pool.query(`insert into legal_case (id, number, title, procedure, capability, pack, pack_version, pack_digest, seq, status, opened, opened_by, over, parties, links)
    select $1, $1, '检验协议', 'agreement', 'agreements', pack, version, digest, 1, 'standing', '2026-06-08', 'zx-liu', false, '[]', '{}' from pack_edition where pack = 'chengdu-2026'`, [AGREEMENT])
  const catalog = JSON.stringify({ title: schema.title, provider: 'health-commission', dataset: schema.name, fields: ['district', 'birth_year', 'sex'].map((name) => ({ name, sensitive: 'personal', protection: 'aggregate' })) })
  await pool.query(`insert into register_record (register, key, version, record, from_date, current, case_id) values ('catalog', 'persons', 1, $1, '2026-06-08', true, $2)`, [catalog, AGREEMENT])
  const record = JSON.stringify({ entry: 'persons', version: version.id, agreement: AGREEMENT, operator: OPERATOR, provider: 'health-commission', scenario: SCENARIO, fields: ['district', 'birth_year', 'sex'], ends: '' })
  await pool.query(`insert into register_record (register, key, version, record, from_date, current, case_id) values ('supplies', 'jobs-supply', 1, $1, '2026-06-08', true, $2)`, [record, AGREEMENT])
  for (const [kind, id] of [['agreement', AGREEMENT], ['supply', 'jobs-supply']]) {
    await pool.query(`insert into standing (kind, id, state, since, case_id) values ($1, $2, 'granted', '2026-06-08', $3)`, [kind, id, AGREEMENT])
  }
}

const asked = (sql: string, background = true) => ({ agreement: AGREEMENT, scenario: SCENARIO, purpose: '检验', sql, background })

async function submit(sql: string): Promise<JobView> {
  const answer = await operator.send<JobView>('POST', '/api/environment/jobs', asked(sql))
  expect(answer.status).toBe(201)
  return answer.body
}
const read = async (id: string): Promise<JobView> => (await operator.get<JobView>(`/api/environment/jobs/${id}`)).body
const isOver = (job: JobView): boolean => ['succeeded', 'failed', 'cancelled'].includes(job.status)

/** The job as soon as it is as wanted; the limit only ends what hangs. */
async function when(id: string, wanted: (job: JobView) => boolean): Promise<JobView> {
  for (let look = 0; look < 20_000; look += 1) {
    const job = await read(id)
    if (wanted(job)) return job
    if (isOver(job)) throw new Error(`the job ended as ${job.status} ${job.failure?.code ?? ''}`)
    await delay(20)
  }
  throw new Error(`the job never was as wanted: ${JSON.stringify(await read(id))}`)
}

async function entriesOf(id: string): Promise<string[]> {
  await server.platform.evidence.append({ type: 'data-access', legalDate: '2026-11-22', actor: 'yy-zhou', onBehalfOf: OPERATOR, office: 'operator', action: 'look', object: { kind: 'job', id: 'none' }, decision: 'done', detail: {} })
  const { rows } = await server.database.owner.pool.query<{ bytes: Buffer }>("select bytes from evidence_entry where object_kind = 'job' and object_id = $1 order by seq", [id])
  return rows.map((row) => readEntry(row.bytes)).map((entry) => [entry.action, entry.decision, entry.action === 'job-ended' ? String(entry.detail['status']) : ''].join(' ').trim())
}
const sealed = (id: string): boolean => {
  try {
    return readdirSync(join(server.platform.operation.vault.dataDirectory, 'results')).includes(`${id}.sealed`)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
}

describe('a job', () => {
  test('waits, runs and ends; each state can be seen, and the entries are whole', async () => {
    const job = await submit(QUICK)
    expect(['queued', 'running']).toContain(job.status)
    const ended = await when(job.id, isOver)
    // What was held back is not told to those who asked for it, not even how many rows it had.
    const rows: unknown = ended.verdict === 'pass' ? expect.any(Number) : null
    expect([ended.status, ended.row_count, ended.progress, ended.queue_position, ended.begun_at === null, ended.ended_at === null]).toEqual(['succeeded', rows, null, null, false, false])
    expect(sealed(job.id)).toBe(ended.verdict !== 'block')
    expect(await entriesOf(job.id)).toEqual(['run-job allow', 'job-ended done succeeded'])
  })

  test('that waits is cancelled at once; the one that runs is interrupted', async () => {
    const running = await Promise.all([submit(ENDLESS), submit(ENDLESS)])
    for (const job of running) await when(job.id, (one) => one.progress?.step === 'running')
    const waiting = await submit(QUICK)
    expect([waiting.status, waiting.queue_position]).toEqual(['queued', 1])
    for (const job of [waiting, ...running]) expect((await operator.send('POST', `/api/environment/jobs/${job.id}/cancel`, {})).status).toBe(200)
    for (const job of [waiting, ...running]) {
      const ended = await when(job.id, isOver)
      expect([ended.status, ended.failure?.code, ended.row_count, sealed(job.id)]).toEqual(['cancelled', 'job-cancelled', null, false])
      expect(await entriesOf(job.id)).toEqual(['run-job allow', 'cancel-job done', 'job-ended done cancelled'])
    }
  })

  test('that is cancelled while it commits leaves nothing half visible', async () => {
    const job = await submit(QUICK)
    // The cancellation has the row; the commit comes to it second and must give way.
    const holder = await server.database.owner.pool.connect()
    try {
      await when(job.id, (one) => one.status === 'running')
      await holder.query('begin')
      await holder.query('select 1 from job where id = $1 for update', [job.id])
      const cancelling = operator.send('POST', `/api/environment/jobs/${job.id}/cancel`, {})
      await when(job.id, (one) => one.progress?.step === 'committing')
      await holder.query('commit')
      expect((await cancelling).status).toBe(200)
    } finally {
      holder.release()
    }
    const ended = await when(job.id, isOver)
    expect([ended.status, ended.row_count, ended.digest, ended.verdict, sealed(job.id)]).toEqual(['cancelled', null, null, null, false])
    expect(await entriesOf(job.id)).toEqual(['run-job allow', 'cancel-job done', 'job-ended done cancelled'])
  })

  test('that has ended cannot be cancelled, nor can another organisation cancel one', async () => {
    const job = await submit(QUICK)
    await when(job.id, isOver)
    expect(await operator.send('POST', `/api/environment/jobs/${job.id}/cancel`, {})).toMatchObject({ status: 409, body: { code: 'job-must-be-unfinished' } })
    const other = await server.session('zx-liu')
    expect((await other.send('POST', `/api/environment/jobs/${job.id}/cancel`, {})).status).toBeGreaterThanOrEqual(403)
  })

  test('whose worker dies by a signal fails, and the next one runs', async () => {
    const job = await submit(ENDLESS)
    await when(job.id, (one) => one.progress?.step === 'running')
    for (let killed = 0; !isOver(await read(job.id)); killed += 1) {
      if (killed > 1_000) throw new Error('the job outlived its workers')
      for (const pid of workers()) kill(pid)
      await delay(20)
    }
    const ended = await read(job.id)
    expect([ended.status, ended.failure?.code, sealed(job.id)]).toEqual(['failed', 'worker-crashed', false])
    expect(await entriesOf(job.id)).toEqual(['run-job allow', 'job-ended done failed'])
    expect((await when((await submit(QUICK)).id, isOver)).status).toBe('succeeded')
  })

  test('loses its right while it waits, and is refused when its turn comes', async () => {
    const running = await Promise.all([submit(ENDLESS), submit(ENDLESS)])
    for (const job of running) await when(job.id, (one) => one.status === 'running')
    const waiting = await submit(QUICK)
    const standing = (state: string) => server.database.owner.pool.query(`update standing set state = $1 where kind = 'agreement' and id = $2`, [state, AGREEMENT])
    await standing('suspended')
    for (const job of running) await operator.send('POST', `/api/environment/jobs/${job.id}/cancel`, {})
    expect(await when(waiting.id, isOver)).toMatchObject({ status: 'failed', failure: { code: 'agreement-must-stand' } })
    expect(await entriesOf(waiting.id)).toEqual(['run-job allow', 'run-job deny', 'job-ended done failed'])
    await standing('granted')
    for (const job of running) await when(job.id, isOver)
  })

  test('whose process is gone is ended by the next one, a held one is left alone', async () => {
    const { pool } = server.database.owner
    const copy = (id: string, seen: string) => pool.query(`insert into job (id, agreement, organization, author, scenario, purpose, sql, status, tables, pack_digest, seen_at)
      values ($1, $2, $3, 'yy-zhou', $4, '检验', 'select 1', 'running', '[]', 'none', ${seen})`, [id, AGREEMENT, OPERATOR, SCENARIO])
    await copy('job-orphan', "clock_timestamp() - interval '1 hour'")
    await copy('job-elsewhere', 'clock_timestamp()')
    await keepAndRecover(server.platform.operation.jobs)
    expect(await read('job-orphan')).toMatchObject({ status: 'failed', failure: { code: 'job-interrupted' } })
    expect((await read('job-elsewhere')).status).toBe('running')
    expect(await entriesOf('job-orphan')).toEqual(['job-ended done failed'])
  })
})

describe('before a job', () => {
  const explain = (sql: string, parameters = {}) => operator.send<ExplainView>('POST', '/api/environment/explain', { agreement: AGREEMENT, scenario: SCENARIO, sql, parameters })

  test('a statement is explained: lineage and plan, and no row is read', async () => {
    const { status, body } = await explain('select district, avg(birth_year) as a from synthetic_persons where sex = $sex group by district', { sex: { type: 'text', value: '女' } })
    expect(status).toBe(200)
    expect(body).toMatchObject({ allowed: true, refusal: null, tables: ['synthetic_persons'], outputs: [{ name: 'district', sources: [{ table: 'synthetic_persons', column: 'district' }] }, { name: 'a', sources: [{ table: 'synthetic_persons', column: 'birth_year' }] }] })
    expect(body.sql).toContain("'女'")
    expect(body.plan).toContain('GROUP')
    expect(body.portable).toEqual({ yes: true, reason: null })
    expect((await explain('select district, mode(sex) as m from synthetic_persons group by district')).body.portable).toMatchObject({ yes: false, reason: { code: 'result-depends-on-order' } })
  })
  test('a refusal names its place; what is not authorised cannot be explained', async () => {
    expect((await explain('select district,\n  id_number from synthetic_persons')).body).toMatchObject({ allowed: false, refusal: { code: 'column-not-authorized', line: 2, column: 3 }, plan: null })
    expect((await explain("select * from read_csv('/etc/passwd')")).body.refusal?.code).toBe('table-function-refused')
    expect((await explain('select $a')).body.refusal?.code).toBe('parameter-missing')
    expect((await operator.send('POST', '/api/environment/explain', { agreement: 'none', scenario: SCENARIO, sql: 'select 1' })).status).toBe(404)
    expect((await operator.send('POST', '/api/environment/explain', { agreement: AGREEMENT, scenario: '别的场景', sql: 'select 1' })).status).toBe(403)
  })
  test('values of parameters are written into what is run and recorded', async () => {
    const send = (parameters: object) => operator.send<JobView>('POST', '/api/environment/jobs', { ...asked('select district, count(*) as n from synthetic_persons where birth_year >= $from group by district'), parameters })
    const { body } = await send({ from: { type: 'integer', value: '1900' } })
    expect((await when(body.id, isOver)).sql).toContain("'1900'")
    expect(await send({})).toMatchObject({ status: 422, body: { code: 'parameter-missing' } })
  })
  test('the editor is told the language that the gate knows', async () => {
    const { body } = await operator.get<LanguageView>('/api/environment/language')
    expect(body.functions).toContainEqual({ name: 'median', kind: 'aggregate', purpose: '分位数（结果须经输出审查）' })
    expect(body.functions.map((one) => one.name)).not.toContain('read_csv')
    expect(body.keywords).toContain('GROUP BY')
  })
})

describe('statistics with noise', () => {
  const DISTRICTS = ['锦江区', '青羊区', '武侯区', '天府新区']
  const ask = (body: object) => operator.send<NoisyAnswerView & { code: string }>('POST', '/api/environment/noisy-statistics', {
    agreement: AGREEMENT, scenario: SCENARIO, purpose: '检验', entry: 'persons', statistic: 'count', groups: ['district'], milli_epsilon: 300, ...body,
  })
  const terms = async () => (await operator.get<NoisyStatistics>(`/api/environment/noisy-statistics?agreement=${AGREEMENT}&scenario=${encodeURIComponent(SCENARIO)}`)).body

  test('are refused before agency and provider grant a budget; then spend it before they answer, and nobody overdraws it', async () => {
    expect([(await ask({})).body.code, (await terms()).tables]).toEqual(['privacy-budget-must-be-granted', []])
    await inTransaction(server.platform.db, { as: 'system' }, async (tx) => {
      const rules = protectionRulesSchema.parse({ columns: [], privacyBudget: { milliEpsilon: 1000, bounds: { birth_year: { least: 1930, most: 2010 } }, domains: { district: DISTRICTS } } })
      const { id } = await insertRules(tx, 'persons', rules, { person: 'a', organization: 'city-data', side: 'implementing-agency', on: '2026-06-08' })
      await agreeToRules(tx, id, { person: 'b', organization: 'health-commission', side: 'data-provider', on: '2026-06-08' })
    })
    expect((await terms()).tables).toMatchObject([{ entry: 'persons', budget: { milli_epsilon: 1000, spent: 0, left: 1000 }, groups: [{ name: 'district', values: DISTRICTS }], sums: [{ name: 'birth_year', least: 1930, most: 2010 }] }])
    expect((await ask({ groups: ['sex'] })).body.code).toBe('group-domain-must-be-declared')
    // Six different questions at once, of which the budget holds three: 300, 300 and 300 of 1,000.
    const questions = [['district'], []].flatMap((groups) => [{ groups, statistic: 'count' }, { groups, statistic: 'sum', column: 'birth_year' }])
    const answers = await Promise.all([...questions, { groups: [], milli_epsilon: 301 }, { groups: ['district'], milli_epsilon: 299 }].map((question) => ask(question)))
    const answered = answers.filter(({ status }) => status === 201).map(({ body }) => body)
    expect([answered.length, new Set(answers.filter(({ status }) => status !== 201).map(({ status, body }) => `${status} ${body.code}`))]).toEqual([3, new Set(['409 privacy-budget-must-suffice'])])
    const { tables: [table], answers: kept } = await terms()
    expect([table?.budget.spent, kept.length]).toEqual([answered.reduce((sum, { question }) => sum + question.milli_epsilon, 0), 3])
    for (const { cells, question, layer } of answered) {
      expect(cells.length).toBe(question.groups.length === 0 ? 1 : DISTRICTS.length)
      expect(layer).toMatchObject({ layer: 'noisy-statistics', verdict: 'pass', evidence: { milli_epsilon: question.milli_epsilon } })
    }
    // The same question again costs nothing and brings the same noise.
    const [first] = answered
    const again = await ask({ ...first?.question })
    expect([again.status, again.body.repeated, again.body.cells, (await terms()).tables[0]?.budget.spent]).toEqual([201, true, first?.cells, table?.budget.spent])
  })

  test('are not answered for another organisation', async () => {
    const other = await server.session('sjj-he')
    expect((await other.send<{ code: string }>('POST', '/api/environment/noisy-statistics', { agreement: AGREEMENT, scenario: SCENARIO, purpose: '检验', entry: 'persons', statistic: 'count', milli_epsilon: 1 })).body.code).toBe('permission-must-be-granted')
  })
})

describe('a schedule', () => {
  const SQL = 'select district, count(*) as n from synthetic_persons where birth_year < year($run_date) group by district order by district'
  const open = (body: object = {}) => operator.send<SchedulesView & { code: string }>('POST', '/api/environment/schedules', { agreement: AGREEMENT, scenario: SCENARIO, purpose: '按日统计', sql: SQL, recurrence: { every: 'day', working_days: false }, runs_most: 2, ...body })
  const list = async () => (await operator.get<SchedulesView>('/api/environment/schedules')).body.schedules
  const change = (id: string, what: string) => operator.send<SchedulesView & { code: string }>('POST', `/api/environment/schedules/${id}/${what}`, {})
  const one = async (id: string) => (await list()).find((schedule) => schedule.id === id)
  const advance = async () => {
    const { today } = (await operator.get<{ today: string }>('/api/clock')).body
    const to = new Date(Date.parse(`${today}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)
    expect((await operator.send('POST', '/api/clock/advance', { to })).status).toBe(200)
    await allTakenUp()
    return to
  }
  /** The server takes up runs by itself as well; until both are through, a run may be counted and not yet submitted. */
  const allTakenUp = async () => {
    await runDueSchedules(server.platform.operation.jobs)
    await expect.poll(async () => (await server.database.owner.pool.query("select 1 from job_schedule_run where state = 'claimed'")).rowCount).toBe(0)
  }
  /** The entries about a schedule, by what was done. */
  const actionsOf = async (id: string) => {
    await server.platform.evidence.append({ type: 'data-access', legalDate: '2026-11-22', actor: 'yy-zhou', onBehalfOf: OPERATOR, office: 'operator', action: 'look', object: { kind: 'job', id: 'none' }, decision: 'done', detail: {} })
    const { rows } = await server.database.owner.pool.query<{ bytes: Buffer }>("select bytes from evidence_entry where object_kind = 'job-schedule' and object_id = $1 order by seq", [id])
    return rows.map((row) => readEntry(row.bytes)).map((entry) => `${entry.actor} ${entry.action}`)
  }

  test('runs on its day as an ordinary job with its own entries, and finishes after its last run', async () => {
    const { status, body } = await open()
    expect(status).toBe(201)
    const { id } = body.schedules[0] as ScheduleView // just opened
    expect(await one(id)).toMatchObject({ state: 'active', runs_done: 0, runs: [], author: { id: 'yy-zhou' } })
    const day = await advance()
    const after = await one(id)
    expect(after).toMatchObject({ state: 'active', runs_done: 1, runs: [{ due_on: day, refusal: null }] })
    const job = await when(after?.runs[0]?.job ?? '', isOver)
    expect(job).toMatchObject({ status: 'succeeded', purpose: '按日统计', verdict: expect.any(String) })
    expect(job.sql).toContain(`'${day}'`)
    expect(await entriesOf(job.id)).toEqual(['run-job allow', 'job-ended done succeeded'])
    // The same day again makes no second run.
    expect(await runDueSchedules(server.platform.operation.jobs)).toBe(0)
    await advance()
    expect(await one(id)).toMatchObject({ state: 'finished', runs_done: 2, next_on: null })
    await advance()
    expect(await one(id)).toMatchObject({ runs_done: 2 })
    expect(await actionsOf(id)).toEqual(['yy-zhou schedule-job'])
    const { rows } = (await operator.get<{ rows: JobRow[] }>(`/api/environment/jobs?schedule=${id}`)).body
    expect(rows.map(({ purpose }) => purpose)).toEqual(['按日统计', '按日统计'])
  })

  test('is refused at once for what a run would be refused for', async () => {
    expect(await open({ sql: 'select id_number from synthetic_persons' })).toMatchObject({ status: 422, body: { code: 'column-not-authorized' } })
    expect(await open({ sql: 'select district from synthetic_persons where birth_year > $least' })).toMatchObject({ status: 422, body: { code: 'parameter-missing' } })
    expect((await open({ agreement: 'none' })).status).toBe(404)
    expect((await open({ scenario: '别的场景' })).status).toBe(403)
    expect((await open({ recurrence: { every: 'week', on: 8, working_days: true } })).status).toBe(400)
  })

  test('is paused and resumed by a person, stopped by the platform when its agreement no longer stands, and ended', async () => {
    const { id } = (await open({ runs_most: 100 })).body.schedules[0] as ScheduleView // just opened
    expect((await change(id, 'pause')).status).toBe(200)
    await advance()
    expect(await one(id)).toMatchObject({ state: 'paused', runs_done: 0, next_on: null })
    expect((await change(id, 'resume')).status).toBe(200)
    await server.database.owner.pool.query(`update standing set state = 'suspended' where kind = 'agreement' and id = $1`, [AGREEMENT])
    try {
      await advance()
      expect(await one(id)).toMatchObject({ state: 'stopped', runs_done: 1, stopped: { code: 'agreement-must-stand' }, runs: [{ job: null, refusal: { code: 'agreement-must-stand' } }] })
    } finally {
      await server.database.owner.pool.query(`update standing set state = 'granted' where kind = 'agreement' and id = $1`, [AGREEMENT])
    }
    await advance()
    expect(await one(id)).toMatchObject({ state: 'stopped', runs_done: 1 })
    expect((await change(id, 'end')).status).toBe(200)
    expect(await change(id, 'resume')).toMatchObject({ status: 409, body: { code: 'schedule-must-be-open' } })
    expect(await actionsOf(id)).toEqual(['yy-zhou schedule-job', 'yy-zhou pause-schedule', 'yy-zhou resume-schedule', 'platform stop-schedule', 'yy-zhou end-schedule'])
    const other = await server.session('zx-liu')
    expect((await other.send('POST', `/api/environment/schedules/${id}/end`, {})).status).toBeGreaterThanOrEqual(403)
  })

  test('whose process died between counting a run and submitting it makes that run once', async () => {
    const { id } = (await open({ runs_most: 100 })).body.schedules[0] as ScheduleView // just opened
    const { pool } = server.database.owner
    await pool.query("insert into job_schedule_run (schedule, due_on, job, state, claimed_at) values ($1, '2026-01-02', 'job-interrupted-run', 'claimed', clock_timestamp() - interval '1 hour')", [id])
    await allTakenUp()
    expect((await when('job-interrupted-run', isOver)).status).toBe('succeeded')
    await pool.query("update job_schedule_run set state = 'claimed', claimed_at = clock_timestamp() - interval '1 hour' where job = 'job-interrupted-run'")
    await allTakenUp()
    expect(await entriesOf('job-interrupted-run')).toEqual(['run-job allow', 'job-ended done succeeded'])
    expect((await one(id))?.runs[0]).toEqual({ due_on: '2026-01-02', job: 'job-interrupted-run', refusal: null })
    await change(id, 'end')
  })

  test('a list of jobs is narrowed by state, verdict, words and whose they are; words stand for themselves', async () => {
    const jobs = async (query: string) => (await operator.get<{ rows: JobRow[] }>(`/api/environment/jobs?limit=200&${query}`)).body.rows
    const all = await jobs('')
    expect((await jobs('status=succeeded')).length).toBe(all.filter(({ status }) => status === 'succeeded').length)
    expect((await jobs('verdict=pass')).every(({ verdict }) => verdict === 'pass')).toBe(true)
    expect((await jobs(`words=${encodeURIComponent('按日')}`)).every(({ purpose }) => purpose === '按日统计')).toBe(true)
    expect(await jobs(`words=${encodeURIComponent('%')}`)).toEqual([])
    expect((await jobs('mine=true')).length).toBe(all.length)
    expect((await operator.get('/api/environment/jobs?status=wrong')).status).toBe(400)
  })
})

/** The processes in which this test's server runs jobs: children of this process that were started for the worker's script. */
function workers(): number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      const [, after = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')
      return Number(after.split(' ')[1]) === process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('job-child.mjs')
    } catch (error) {
      if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return false
      throw error
    }
  })
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
