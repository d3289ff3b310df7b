import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JsonObject } from '#core/json.ts'
import { openCaseOffice } from '#adapters/cases/case-office.ts'
import type { Accepted, Answer, CaseOffice } from '#adapters/cases/case-office.ts'
import type { OtherCommand } from '#adapters/cases/case-acts.ts'
import { sha256 } from '#adapters/evidence/node-hashes.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Actor } from '#core/procedure/case-state.ts'
import { plan, study } from '#tests/support/authorization-contents.ts'
import { ACTORS, openScene } from './platform-scene.ts'
import type { PlatformScene } from './platform-scene.ts'

const PACK = 'chengdu-2026'
let scene: PlatformScene
let office: CaseOffice
beforeAll(async () => {
  scene = await openScene()
  office = scene.platform.cases
})
afterAll(() => scene.close())

const READY: OtherCommand = { type: 'conclude', task: 'draft', outcome: 'ready', contents: { 'implementation-plan': plan(), 'feasibility-study': study() } }

const CATALOG_ENTRY: JsonObject = {
  code: 'MB-001', title: '空气质量监测数据', holder: '市生态环境局', duty: '生态环境监测职责', dataset: 'air-quality', category: '生态环境', grade: '2', 'graded-by': '杨青',
  entity: 'none', personal: false, 'update-frequency': 'hourly', quality: '完整率98%以上', origin: 'own', open: false, description: '逐小时监测数据',
  fields: [{ name: 'pm25', title: '细颗粒物', type: 'decimal', category: '生态环境', grade: '2', sensitive: 'none' }],
}
const RISKS = { 'state-secret': false, 'core-data': false, 'important-data': false, 'public-safety': false, 'social-stability': false, 'signed-by': '杨青' }

function openPlan(key: string, { actor = ACTORS.drafter, name = '整体授权运营实施方案' }: { actor?: Actor; name?: string } = {}): Promise<Answer> {
  return office.open(PACK, { type: 'open', procedure: 'implementation-plan', links: {}, contents: { 'case-name': name } }, { actor, idempotencyKey: key })
}

async function opened(): Promise<Accepted> {
  return accepted(await openPlan(randomUUID()))
}

function accepted(answer: Answer): Accepted {
  if (!answer.accepted) throw new Error(`${answer.refusal.code} ${answer.refusal.message}`)
  return answer
}

function codeOf(answer: Answer): string {
  return answer.accepted ? 'accepted' : answer.refusal.code
}

/** How many rows each table of the case side and the evidence has: what a refusal must leave as it was. */
async function counts(): Promise<Record<string, number>> {
  const tables = ['legal_case', 'case_event', 'case_party', 'task', 'case_number', 'command_key', 'notice', 'publication', 'register_record', 'standing', 'outbox', 'evidence_pending', 'evidence_entry']
  const found: Record<string, number> = {}
  for (const table of tables) found[table] = Number((await scene.database.owner.pool.query<{ n: string }>(`select count(*) as n from ${table}`)).rows[0]?.n)
  return found
}

async function entriesOf(ids: readonly string[]): Promise<JsonObject[]> {
  const { rows } = await scene.database.owner.pool.query<{ bytes: Buffer }>('select bytes from evidence_entry where entry_id = any($1::uuid[]) order by seq', [ids])
  return rows.map((row) => JSON.parse(row.bytes.toString('utf8')) as JsonObject) // written by the committer
}

describe('an accepted step', () => {
  test('is there with its events, its open tasks, and one sequenced entry for each event that names its bytes', async () => {
    const { caseId } = await opened()
    const step = accepted(await office.act(caseId, READY, { actor: ACTORS.drafter, idempotencyKey: randomUUID() }))
    expect(step).toMatchObject({ caseId, status: 'under-guidance' })

    const pool = scene.database.owner.pool
    const events = await pool.query<{ seq: number; type: string; bytes: Buffer; sha256: Buffer; entry_id: string }>('select seq, type, bytes, sha256, entry_id from case_event where case_id = $1 order by seq', [caseId])
    expect(events.rows.map((row) => row.type)).toEqual(['case-opened', 'task-opened', 'step-concluded', 'status-changed', 'task-opened', 'task-opened'])
    expect(events.rows.map((row) => row.seq)).toEqual([1, 2, 3, 4, 5, 6])
    for (const row of events.rows) expect(Buffer.from(sha256.digest(row.bytes)).equals(row.sha256)).toBe(true)

    const entries = await entriesOf(events.rows.map((row) => row.entry_id))
    expect(entries.map((entry) => entry['bodyHash'])).toEqual(events.rows.map((row) => `sha256:${row.sha256.toString('hex')}`))
    expect(entries.map((entry) => entry['object'])).toEqual(events.rows.map((row) => ({ kind: 'case', id: caseId, seq: row.seq })))
    // The answer came after the entries were durable: nothing of this step is still pending.
    const pending = await pool.query('select 1 from evidence_pending where entry_id = any($1::uuid[])', [step.entries])
    expect(pending.rows).toEqual([])

    const tasks = await pool.query('select step, office, organization, open, closed_by from task where case_id = $1 order by open, step', [caseId])
    expect(tasks.rows).toEqual([
      { step: 'draft', office: 'implementing-agency', organization: 'big-data-centre', open: false, closed_by: 'zx-liu' },
      { step: 'guide-data-authority', office: 'data-authority', organization: 'data-bureau', open: true, closed_by: null },
      { step: 'guide-public-data-manager', office: 'public-data-manager', organization: 'city-operations-office', open: true, closed_by: null },
    ])
  })

  test('asked again with the same key and body is answered as before, and nothing is done twice', async () => {
    const key = randomUUID()
    const first = await openPlan(key)
    const before = await counts()
    expect(await openPlan(key)).toEqual(first)
    expect(await counts()).toEqual(before)
  })

  test('asked several times at once with one key is done once', async () => {
    const before = await counts()
    const key = randomUUID()
    const answers = await Promise.all([openPlan(key), openPlan(key), openPlan(key), openPlan(key)])
    expect(new Set(answers.map((answer) => accepted(answer).caseId)).size).toBe(1)
    expect((await counts())['legal_case']).toBe((before['legal_case'] ?? 0) + 1)
  })

  test('is another one under the same key of another person', async () => {
    const key = randomUUID()
    const [one, other] = [accepted(await openPlan(key)), accepted(await openPlan(key, { actor: ACTORS.colleague }))]
    expect(other.caseId).not.toBe(one.caseId)
  })
})

describe('a refusal', () => {
  test('of a key that comes with another body says so and changes nothing', async () => {
    const key = randomUUID()
    await openPlan(key)
    const before = await counts()
    expect(codeOf(await openPlan(key, { name: '另一个实施方案' }))).toBe('idempotency-key-must-not-be-reused')
    expect(await counts()).toEqual(before)
  })

  test('changes nothing but the log: one entry says who was denied what by which rule', async () => {
    const { caseId } = await opened()
    const before = await counts()
    const answer = await office.act(caseId, READY, { actor: ACTORS.manager, idempotencyKey: randomUUID() })
    expect(codeOf(answer)).toBe('actor-must-hold-office')
    expect(await counts()).toEqual({ ...before, evidence_entry: (before['evidence_entry'] ?? 0) + 1 })
    const { rows } = await scene.database.owner.pool.query<{ bytes: Buffer }>('select bytes from evidence_entry order by seq desc limit 1')
    expect(JSON.parse(String(rows[0]?.bytes))).toMatchObject({
      type: 'decision', decision: 'deny', actor: 'czb-wang', onBehalfOf: 'city-operations-office', action: 'conclude/draft/ready',
      object: { kind: 'case', id: caseId }, detail: { code: 'actor-must-hold-office' }, provision: 'cd26-10.1',
    })
  })

  test('leaves its key free: the same key serves once the fault is mended', async () => {
    const { caseId } = await opened()
    const key = randomUUID()
    const empty = { ...READY, contents: {} }
    expect(codeOf(await office.act(caseId, empty, { actor: ACTORS.drafter, idempotencyKey: key }))).toBe('content-must-be-present')
    expect(codeOf(await office.act(caseId, READY, { actor: ACTORS.drafter, idempotencyKey: key }))).toBe('accepted')
  })

  test('meets a page that is out of date instead of overwriting what came between', async () => {
    const { caseId, seq } = await opened()
    accepted(await office.act(caseId, READY, { actor: ACTORS.drafter, idempotencyKey: randomUUID(), expectedSeq: seq }))
    const late: OtherCommand = { type: 'conclude', task: 'guide-data-authority', outcome: 'none', contents: {} }
    expect(codeOf(await office.act(caseId, late, { actor: ACTORS.authority, idempotencyKey: randomUUID(), expectedSeq: seq }))).toBe('case-must-not-have-changed')
  })

  test('takes no number: the next opening continues without a gap', async () => {
    const first = await opened()
    expect(codeOf(await openPlan(randomUUID(), { actor: ACTORS.manager }))).toBe('actor-must-hold-office')
    const second = await opened()
    const numberOf = (one: Accepted) => Number(/(\d+)号$/.exec(one.number)?.[1])
    expect(numberOf(second)).toBe(numberOf(first) + 1)
  })
})

describe('a fact that cannot be read because its key was not given', () => {
  const provider: Actor = { person: 'hbj-yang', organization: 'environment-bureau', offices: ['data-provider'] }
  const report = (entry: JsonObject) =>
    office.open(PACK, { type: 'open', procedure: 'catalog-entry', links: {}, contents: { 'catalog-entry': entry, 'risk-statement': RISKS } }, { actor: provider, idempotencyKey: randomUUID() })

  test.each([
    ['is left out', { ...CATALOG_ENTRY, code: '' }],
    ['is a number', { ...CATALOG_ENTRY, code: 5 }],
    ['is a list', { ...CATALOG_ENTRY, code: [] }],
  ])('is unknown, and the content that %s is refused', async (_how, entry) => {
    expect(codeOf(await report(entry))).toMatch(/^content-must-/)
  })

  test('is read where the key is given', async () => {
    expect(codeOf(await report({ ...CATALOG_ENTRY, code: 'MB-002' }))).toBe('accepted')
  })
})

describe('two commands at once on one task', () => {
  test('end with one accepted and one refused by code, in every round', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { caseId } = await opened()
      const answers = await Promise.all([ACTORS.drafter, ACTORS.colleague].map((actor) => office.act(caseId, READY, { actor, idempotencyKey: randomUUID() })))
      expect(answers.map(codeOf).toSorted()).toEqual(['accepted', 'step-must-be-open'])
      const { rows } = await scene.database.owner.pool.query(`select 1 from case_event where case_id = $1 and type = 'step-concluded'`, [caseId])
      expect(rows).toHaveLength(1)
    }
  })

  test('that open cases of one kind get a number each, however many there are', async () => {
    const officers = 16
    const answers = await Promise.all(Array.from({ length: officers }, async () => [await opened(), await opened()]))
    const numbers = answers.flat().map((one) => Number(/(\d+)号$/.exec(one.number)?.[1])).toSorted((a, b) => a - b)
    expect(new Set(numbers).size).toBe(2 * officers)
    expect((numbers.at(-1) ?? 0) - (numbers[0] ?? 0)).toBe(2 * officers - 1)
  })

  test('on two tasks of one case are both accepted', async () => {
    const { caseId } = await opened()
    accepted(await office.act(caseId, READY, { actor: ACTORS.drafter, idempotencyKey: randomUUID() }))
    const none = (task: string): OtherCommand => ({ type: 'conclude', task, outcome: 'none', contents: {} })
    const answers = await Promise.all([
      office.act(caseId, none('guide-data-authority'), { actor: ACTORS.authority, idempotencyKey: randomUUID() }),
      office.act(caseId, none('guide-public-data-manager'), { actor: ACTORS.manager, idempotencyKey: randomUUID() }),
    ])
    expect(answers.map(codeOf)).toEqual(['accepted', 'accepted'])
    const { rows } = await scene.database.owner.pool.query(`select step from task where case_id = $1 and open`, [caseId])
    expect(rows).toEqual([{ step: 'finalize' }])
  })
})

describe('a step whose effect fails', () => {
  const notice: OtherCommand = { type: 'conclude', task: 'confirmation', outcome: 'return', contents: { 'catalog-opinion': '请补充字段说明后重新报送。' } }

  test('is rolled back whole: no event, no entry, no task changed, no key remembered', async () => {
    const { platform } = scene
    const caseId = await openedCatalogEntry()
    const before = await counts()
    const without = openCaseOffice({ ...platform, committer: platform.evidence, failpoint: () => undefined, offered: { ...platform.offered, effects: {} } })
    const key = randomUUID()
    await expect(without.act(caseId, notice, { actor: ACTORS.manager, idempotencyKey: key })).rejects.toThrow('no capability offers the effect notify')
    expect(await counts()).toEqual(before)
    // With the effect offered, the same key does it.
    expect(codeOf(await office.act(caseId, notice, { actor: ACTORS.manager, idempotencyKey: key }))).toBe('accepted')
    expect((await counts())['notice']).toBe((before['notice'] ?? 0) + 1)
  })

  async function openedCatalogEntry(): Promise<string> {
    const provider = { person: 'hbj-yang', organization: 'environment-bureau', offices: ['data-provider', 'sharing-provider', 'sector-authority'] }
    const contents = { 'catalog-entry': CATALOG_ENTRY, 'risk-statement': RISKS }
    return accepted(await office.open(PACK, { type: 'open', procedure: 'catalog-entry', links: {}, contents }, { actor: provider, idempotencyKey: randomUUID() })).caseId
  }
})


describe('the database itself', () => {
  test('shows a case to its parties and to nobody else', async () => {
    const { caseId } = await opened()
    const seenBy = (organization: string) =>
      inTransaction(scene.platform.db, { as: 'actor', actorOrganization: organization }, async (tx) => ({
        cases: (await tx.selectFrom('legal_case').select('id').where('id', '=', caseId).execute()).length,
        events: (await tx.selectFrom('case_event').select('seq').where('case_id', '=', caseId).execute()).length,
        tasks: (await tx.selectFrom('task').select('task').where('case_id', '=', caseId).execute()).length,
      }))
    expect(await seenBy('big-data-centre')).toEqual({ cases: 1, events: 2, tasks: 1 })
    expect(await seenBy('neighbour-big-data-centre')).toEqual({ cases: 0, events: 0, tasks: 0 })
  })

  test('shows nothing to a connection that does not say for whom it reads', async () => {
    await opened()
    const { rows } = await scene.database.app.pool.query('select id from legal_case')
    expect(rows).toEqual([])
  })

  test.each([
    ['update', `update case_event set type = 'nothing'`],
    ['delete', 'delete from case_event'],
    ['empty', 'truncate case_event'],
    ['drop the guard of', 'alter table case_event disable trigger all'],
  ])('does not let the application %s events', async (_what, statement) => {
    const { caseId } = await opened()
    const client = await scene.database.app.pool.connect()
    try {
      await client.query('begin')
      await client.query(`set local gongshu.reader = 'system'`)
      await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' })
      await client.query('rollback')
    } finally {
      client.release()
    }
    const { rows } = await scene.database.owner.pool.query('select 1 from case_event where case_id = $1', [caseId])
    expect(rows).toHaveLength(2)
  })

  test('stops even the owner of the tables from rewriting an event', async () => {
    const { caseId } = await opened()
    await expect(scene.database.owner.pool.query(`update case_event set type = 'nothing' where case_id = $1`, [caseId])).rejects.toMatchObject({ code: 'CE001' })
    await expect(scene.database.owner.pool.query('delete from case_event where case_id = $1', [caseId])).rejects.toMatchObject({ code: 'CE001' })
  })
})
