import { randomUUID } from 'node:crypto'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { tableSchema } from '#core/boundary/table-schema.ts'
import type { RecordedReport } from '#core/disclosure-control/report-record.ts'
import { readEntry } from '#core/evidence/entry.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { intendDestruction } from '#adapters/vault/destroy.ts'
import { prepareVersion } from '#adapters/vault/ingest/prepare-version.ts'
import { recordVersion, registerDataset } from '#adapters/vault/versions.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { FreshDatabase } from '#tests/support/database.ts'
import { openRederiveParts } from '#tests/support/rederive-parts.ts'
import { carryOut } from './carry-out-job.job.ts'
import { endOf } from './end-job.job.ts'
import { endJob, insertJob, readJob } from './environment.store.ts'
import { rederive } from './rederive.job.ts'
import { rederiveReport } from './rederive-report.job.ts'
import type { Rederivation, RederiveParts } from './rederive.job.ts'
import { bindingOfJob, digestOfJson, readRelease } from './release-binding.store.ts'
import { openResult, sealResult } from './sealed-results.store.ts'
import type { Supply } from './supplies.facts.ts'

const system = { as: 'system' } as const
const schema = tableSchema.parse({
  name: 'readings', title: '监测读数', entity: { kind: 'none', key: [] },
  columns: [
    { name: 'station', title: '站点', type: 'text', nullable: false, role: 'ordinary' },
    { name: 'value', title: '读数', type: 'integer', nullable: false, role: 'ordinary' },
  ],
})
const SQL = 'SELECT station, count(*) AS n, sum(value) AS total FROM readings GROUP BY station'
const JOB = 'job-of-release'
const RELEASE = 'release-of-readings'
const REVIEWER = { person: 'sun', organization: 'agency', office: 'implementing-agency' }

let database: FreshDatabase
let folder = ''
let parts: RederiveParts
let version = ''
const undo: (() => Promise<void>)[] = []

beforeAll(async () => {
  database = await freshDatabase()
  folder = await mkdtemp(join(tmpdir(), 'gongshu-rederive-'))
  parts = await openRederiveParts(database, folder, 0)
  const datasetId = randomUUID()
  const rows = Array.from({ length: 300 }, (_, at) => `S${at % 3},${at}\n`)
  const prepared = await prepareVersion(parts.vault, { datasetId, schema, encoding: 'detect' }, Readable.from(['station,value\n', ...rows], { objectMode: false }))
  version = (await inTransaction(parts.db, system, async (tx) => {
    await registerDataset(tx, { id: datasetId, name: schema.name, title: schema.title, providerOrganization: 'environment' })
    return recordVersion(tx, prepared)
  })).id
  await catalogued()
  await letOut()
})
afterAll(async () => {
  await parts?.sandbox.close()
  await parts?.gate.close()
  await database?.drop()
  await rm(folder, { recursive: true, force: true })
  if (parts !== undefined) await rm(parts.vault.temporary.root, { recursive: true, force: true })
})
beforeEach(async () => {
  for (const back of undo.splice(0)) await back()
})

/** The catalog entry of the table: fields that are nobody's. */
async function catalogued(): Promise<void> {
  const { pool } = database.owner
  await pool.query(`insert into pack_edition (digest, pack, version, compiled) values ($1, 'p', 1, '{}')`, ['d'.repeat(64)])
  await pool.query(`insert into legal_case (id, number, title, procedure, capability, pack, pack_version, pack_digest, seq, status, opened, opened_by, over, parties, links)
    values ('case-c', 'c', 'c', 'catalog-entry', 'catalog', 'p', 1, $1, 1, 'open', '2026-06-08', 'x', true, '{}', '{}')`, ['d'.repeat(64)])
  const fields = ['station', 'value'].map((name) => ({ name, sensitive: 'none' }))
  await pool.query(`insert into register_record (register, key, version, record, from_date, current, case_id) values ('catalog', 'entry-1', 1, $1, '2026-06-08', true, 'case-c')`, [JSON.stringify({ fields })])
}

/** A real job, checked and sealed as any, and its release as the effect of the case writes it. */
async function letOut(): Promise<void> {
  const law = await lawOf('chengdu-2026')
  const supply: Supply = { id: 'supply-1', entry: 'entry-1', version, agreement: 'agreement-1', operator: 'operator', provider: 'environment', scenario: '空气质量', fields: ['station', 'value'], standing: 'granted', suppliedOn: '2026-06-08', ends: '' }
  const carried = await carryOut(parts, law, SQL, [supply], { signal: new AbortController().signal, progress: () => undefined })
  const end = await endOf(parts, JOB, { sql: SQL, pack: { id: law.ref.id, digest: law.ref.digest } }, carried)
  if (end.status !== 'succeeded') throw new Error(JSON.stringify(end))
  await inTransaction(parts.db, system, async (tx) => {
    await insertJob(tx, { id: JOB, agreement: 'agreement-1', organization: 'operator', author: 'analyst', scenario: '空气质量', purpose: '各站合计', sql: SQL, tables: ['supply-1'], packDigest: law.ref.digest })
    await endJob(tx, JOB, end)
    const binding = await bindingOfJob(tx, JOB)
    await tx.insertInto('release').values({
      id: RELEASE, job: JOB, agreement: 'agreement-1', organization: 'operator', title: '各站合计', columns: '[]', row_count: end.rowCount, digest: end.digest, case_id: 'case-1', released_on: '2026-11-20',
      binding: JSON.stringify(binding), binding_digest: digestOfJson(binding),
    }).execute()
  })
}

async function derivedAnew(): Promise<Rederivation> {
  const release = await inTransaction(parts.db, system, (tx) => readRelease(tx, RELEASE))
  if (release === null) throw new Error('the release vanished')
  return rederive(parts, release, REVIEWER)
}
const codes = ({ findings }: Rederivation): string[] => findings.map(({ code }) => code)
const sealedPath = (): string => join(parts.vault.dataDirectory, 'results', `${JOB}.sealed`)

/** Turns over one byte of a file and puts it back before the next story. */
async function spoil(path: string, at: number): Promise<void> {
  const turn = async (): Promise<void> => {
    const file = await open(path, 'r+')
    const byte = Buffer.alloc(1)
    await file.read(byte, 0, 1, at)
    await file.write(Buffer.from([(byte[0] ?? 0) ^ 1]), 0, 1, at)
    await file.close()
  }
  await turn()
  undo.push(turn)
}

describe('the report of a job', () => {
  test('comes out to the letter by its own recipe; a stored one that was changed is told leaf by leaf', async () => {
    const job = await inTransaction(parts.db, system, (tx) => readJob(tx, JOB))
    if (job?.report === null || job?.report === undefined) throw new Error('the job has no report')
    expect(await rederiveReport(parts, job)).toEqual({ outcome: 'identical' })
    const changed = { ...job, report: { ...job.report, summary: '没有问题。' } }
    expect(await rederiveReport(parts, changed)).toEqual({ outcome: 'differs', differences: [{ path: '$.summary', stored: '"没有问题。"', derived: JSON.stringify(job.report.summary) }] })
  })

  test('names every layer, whose thresholds it was judged by, and how to derive it', async () => {
    const job = await inTransaction(parts.db, system, (tx) => readJob(tx, JOB))
    const report = job?.report as RecordedReport // as judgedRun recorded it
    expect(report.layers.map(({ id, verdict }) => `${id} ${verdict ?? '不适用'}`)).toEqual(['G0 pass', 'G1 pass', 'G2 pass', 'G3 pass', 'G4 不适用', 'G5 pass', 'G6 pass', 'G7 pass', 'G8 不适用', 'G9 不适用'])
    expect(report.thresholds.find(({ id }) => id === 'cells-minimum-entities')).toMatchObject({ value: 10, source: { kind: 'platform-default' } })
    expect(report.recipe).toMatchObject({ statement: { sql: SQL }, probes: { links: [], runs: [{ kind: 'repeat' }] }, inputs: [{ digest: expect.stringMatching(/^[0-9a-f]{64}$/) }] })
    expect(report.recipe.probes.seed).toMatch(/^[0-9a-f]{32}$/)
  })
})

describe('a released output that is derived anew', () => {
  test('comes out byte for byte in a worker of its own; the answer is kept, and its entry names release, digest and binding', async () => {
    const made = await derivedAnew()
    expect([made.outcome, codes(made)]).toEqual(['identical', []])
    const pending = await database.owner.pool.query<{ bytes: Buffer }>('select bytes from evidence_pending where entry_id = $1', [made.entry])
    const entry = readEntry(pending.rows[0]?.bytes ?? Buffer.alloc(0))
    const release = await inTransaction(parts.db, system, (tx) => readRelease(tx, RELEASE))
    expect(entry).toMatchObject({ type: 'release', action: 're-derive', decision: 'allow', actor: 'sun', object: { id: RELEASE }, bodyHash: `sha256:${release?.digest ?? ''}`, detail: { outcome: 'identical', binding: `sha256:${release?.bindingDigest ?? ''}` } })
  })

  test('is found out where one byte of the sealed rows was turned', async () => {
    await spoil(sealedPath(), 60)
    const made = await derivedAnew()
    expect([made.outcome, codes(made)]).toEqual(['differs', ['stored-result-must-be-unchanged']])
  })

  test('is found out where somebody with all keys sealed another figure: row and column are named, no value is', async () => {
    const job = await inTransaction(parts.db, system, (tx) => readJob(tx, JOB))
    if (job === null || job.wrappedKey === null) throw new Error('no sealed rows')
    const rows = await openResult(parts.vault, JOB, job.wrappedKey)
    const store = (id: string, key: Buffer) => inTransaction(parts.db, system, (tx) => tx.updateTable('job').set({ id, wrapped_key: key }).where('id', '=', JOB).execute())
    await rm(sealedPath())
    await parts.vault.masterKey.destroy(`result-${JOB}`)
    // Whoever forges has a master key of their own making: it stands in for the one that was used.
    const forging = { ...parts, vault: { ...parts.vault, masterKey: { ...parts.vault.masterKey, id: 'forged', wrap: async (_id: string, key: Buffer) => Buffer.from(key), unwrap: async (_id: string, key: Buffer) => Buffer.from(key), destroy: async () => undefined } } }
    await store(JOB, await sealResult(forging.vault, JOB, rows.map((row, at) => (at === 1 ? [row[0] ?? null, row[1] ?? null, '9'] : row))))
    const release = await inTransaction(parts.db, system, (tx) => readRelease(tx, RELEASE))
    if (release === null) throw new Error('the release vanished')
    const real = parts.vault.masterKey
    const reading = { ...forging.vault, masterKey: { ...forging.vault.masterKey, unwrap: async (id: string, key: Buffer) => (id.startsWith('result-') ? Buffer.from(key) : real.unwrap(id, key)) } }
    const made = await rederive({ ...parts, vault: reading }, release, REVIEWER)
    expect([made.outcome, codes(made)]).toEqual(['differs', ['stored-result-must-be-unchanged']])
    expect(made.findings[0]?.message).toContain('第 2 行“total”')
    expect(made.findings[0]?.message).not.toContain('9”')
  })

  test('is found out where statement or report were changed on record', async () => {
    await database.owner.pool.query(`update job set sql = sql || ' -- ' where id = $1`, [JOB])
    undo.push(async () => { await database.owner.pool.query('update job set sql = $2 where id = $1', [JOB, SQL]) })
    expect(codes(await derivedAnew())).toContain('statement-must-be-the-bound-one')
  })

  test('cannot be derived where the key of an input is destroyed: it says so plainly, and blames nobody', async () => {
    await inTransaction(parts.db, system, (tx) => intendDestruction(tx, [version], { orderedBy: 'case-2', ground: '退出' }))
    const made = await derivedAnew()
    expect(made.findings.find(({ code }) => code === 'input-version-destroyed')?.message).toContain('已经销毁或者正在销毁，不能重新得出')
  })
})
