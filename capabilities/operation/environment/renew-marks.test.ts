import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tableSchema } from '#core/boundary/table-schema.ts'
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
import type { CarriedOut } from './carry-out-job.job.ts'
import { endOf } from './end-job.job.ts'
import { endJob, insertJob } from './environment.store.ts'
import type { RederiveParts } from './rederive.job.ts'
import { bindingOfJob, digestOfJson } from './release-binding.store.ts'
import { decideMarks, ledgerStanding, renewMarks } from './renew-marks.job.ts'
import type { Renewal } from './renew-marks.job.ts'
import type { Supply } from './supplies.facts.ts'

const system = { as: 'system' } as const
const UNDER_WAY = { signal: new AbortController().signal, progress: () => undefined }
const WHOLE = 'SELECT sex, count(*) AS n FROM residents GROUP BY sex'
const OLDER = 'SELECT count(*) AS n FROM residents WHERE age >= 30'
const ALL_BUT_ONE = 'SELECT count(*) AS n FROM residents WHERE age >= 30 AND age < 129'
const schema = (name: string) => tableSchema.parse({
  name, title: '居民', entity: { kind: 'person', key: ['id'] },
  columns: [
    { name: 'id', title: '编号', type: 'text', nullable: false, role: 'entity-key' },
    { name: 'sex', title: '性别', type: 'text', nullable: false, role: 'ordinary' },
    { name: 'age', title: '年龄', type: 'integer', nullable: false, role: 'ordinary' },
  ],
})

let database: FreshDatabase
let folder = ''
let parts: RederiveParts
let law: Awaited<ReturnType<typeof lawOf>>
const versions: string[] = []

beforeAll(async () => {
  database = await freshDatabase()
  folder = await mkdtemp(join(tmpdir(), 'gongshu-marks-'))
  parts = await openRederiveParts(database, folder, 1)
  law = await lawOf('chengdu-2026')
  const { pool } = database.owner
  await pool.query(`insert into pack_edition (digest, pack, version, compiled) values ($1, 'p', 1, '{}')`, ['d'.repeat(64)])
  await pool.query(`insert into legal_case (id, number, title, procedure, capability, pack, pack_version, pack_digest, seq, status, opened, opened_by, over, parties, links)
    values ('case-c', 'c', 'c', 'catalog-entry', 'catalog', 'p', 1, $1, 1, 'open', '2026-06-08', 'x', true, '{}', '{}')`, ['d'.repeat(64)])
  for (const place of [1, 2]) await supplied(place)
  await letOut('release-a', WHOLE, 1)
  await letOut('release-b', OLDER, 1)
  await letOut('release-c', WHOLE, 2)
})
afterAll(async () => {
  await parts?.sandbox.close()
  await parts?.gate.close()
  await database?.drop()
  await rm(folder, { recursive: true, force: true })
  if (parts !== undefined) await rm(parts.vault.temporary.root, { recursive: true, force: true })
})

async function supplied(place: number): Promise<void> {
  const datasetId = randomUUID()
  const rows = Array.from({ length: 600 }, (_, at) => `P${at},${at % 2 === 0 ? '男' : '女'},${at < 599 ? at % 100 : 129}\n`)
  const prepared = await prepareVersion(parts.vault, { datasetId, schema: schema('residents'), encoding: 'detect' }, Readable.from(['id,sex,age\n', ...rows], { objectMode: false }))
  versions.push((await inTransaction(parts.db, system, async (tx) => {
    await registerDataset(tx, { id: datasetId, name: `residents-${place}`, title: '居民', providerOrganization: 'statistics' })
    return recordVersion(tx, prepared)
  })).id)
  const fields = ['sex', 'age'].map((name) => ({ name, sensitive: 'none' }))
  await database.owner.pool.query(`insert into register_record (register, key, version, record, from_date, current, case_id) values ('catalog', $2, 1, $1, '2026-06-08', true, 'case-c')`, [JSON.stringify({ fields }), `entry-${place}`])
}

function run(sql: string, place: number): Promise<CarriedOut> {
  const supply: Supply = { id: `supply-${place}`, entry: `entry-${place}`, version: versions[place - 1] ?? '', agreement: 'agreement-1', operator: 'operator', provider: 'statistics', scenario: '人口', fields: ['sex', 'age'], standing: 'granted', suppliedOn: '2026-06-08', ends: '' }
  return carryOut(parts, law, sql, [supply], UNDER_WAY)
}

/** A real job and its release, as the effect of the case writes it. */
async function letOut(id: string, sql: string, place: number): Promise<void> {
  const job = `job-of-${id}`
  const end = await endOf(parts, job, { sql, pack: { id: law.ref.id, digest: law.ref.digest } }, await run(sql, place))
  if (end.status !== 'succeeded' || end.sets === null) throw new Error(JSON.stringify(end))
  await inTransaction(parts.db, system, async (tx) => {
    await insertJob(tx, { id: job, agreement: 'agreement-1', organization: 'operator', author: 'analyst', scenario: '人口', purpose: '人数', sql, tables: [], packDigest: law.ref.digest })
    await endJob(tx, job, end)
    const binding = await bindingOfJob(tx, job)
    await tx.insertInto('release').values({
      id, job, agreement: 'agreement-1', organization: 'operator', title: '人数', columns: '[]', row_count: end.rowCount, digest: end.digest, case_id: `case-${id}`, released_on: '2026-11-20',
      binding: JSON.stringify(binding), binding_digest: digestOfJson(binding),
    }).execute()
  })
}

async function codesOf(sql: string): Promise<string[]> {
  const { outcome } = await run(sql, 1)
  if (outcome.kind !== 'checked') throw new Error(JSON.stringify(outcome))
  return outcome.report.sections.flatMap(({ findings }) => findings).filter(({ layer }) => layer === 'release-ledger').map(({ code }) => code)
}

async function renewed(upTo = Number.POSITIVE_INFINITY): Promise<Renewal[]> {
  const made: Renewal[] = []
  for await (const one of renewMarks(parts, await ledgerStanding(parts))) if (made.push(one) >= upTo) break
  return made
}

const told = async () => {
  const { current, setAside, lacking } = await ledgerStanding(parts)
  return { current, setAside, lacking: lacking.map(({ release }) => release) }
}

test('after a change of the engine nothing leaves, marks are made anew release by release, and what cannot be is for an authority to decide', async () => {
  expect(await told()).toEqual({ current: ['release-a', 'release-b', 'release-c'], setAside: [], lacking: [] })

  // The marks of all three are those of an engine that is no longer there.
  await inTransaction(database.owner.db, system, (tx) => tx.updateTable('job_entity_sets').set((is) => ({ sets: is.fn('jsonb_set', ['sets', is.val('{engine}'), is.val('"v0"')]) })).execute())
  expect(await codesOf(ALL_BUT_ONE)).toEqual(['earlier-not-comparable'])
  expect(await told()).toEqual({ current: [], setAside: [], lacking: ['release-a', 'release-b', 'release-c'] })

  // Whoever makes them anew is stopped after the first, in the middle of a file of the second.
  expect(await renewed(1)).toMatchObject([{ release: 'release-a', outcome: 'renewed', same: true, findings: [] }])
  const left = join(parts.vault.dataDirectory, 'ledger', `renewed-${randomUUID()}.sets.part`)
  await writeFile(left, 'cut off')
  expect((await told()).lacking).toEqual(['release-b', 'release-c'])

  // An input of the third is destroyed meanwhile.
  await inTransaction(parts.db, system, (tx) => intendDestruction(tx, [versions[1] ?? ''], { orderedBy: 'case-2', ground: '退出' }))
  const rest = await renewed()
  expect(rest).toMatchObject([{ release: 'release-b', outcome: 'renewed', same: true }, { release: 'release-c', outcome: 'impossible', findings: [{ code: 'input-version-destroyed' }] }])
  expect(existsSync(left)).toBe(false)
  expect((await readdir(join(parts.vault.dataDirectory, 'ledger'))).filter((name) => name.startsWith('renewed-'))).toHaveLength(2)

  // What an authority may decide, and what not.
  const decision = { how: 'set-aside', decidedBy: '市数据局', document: '数函〔2026〕8号' } as const
  expect(await decideMarks(parts, 'release-a', decision)).toMatchObject({ recorded: false, code: 'release-must-lack-marks' })
  expect(await decideMarks(parts, 'release-c', decision)).toMatchObject({ recorded: true })
  expect(await told()).toEqual({ current: ['release-a', 'release-b'], setAside: ['release-c'], lacking: [] })
  expect(await codesOf(ALL_BUT_ONE)).toEqual(['earlier-set-aside', 'differs-from-earlier-by-few'])

  // Former marks may go on counting: all that were made anew came out to the bit.
  await inTransaction(database.owner.db, system, (tx) => tx.deleteFrom('renewed_marks').where('how', '=', 'set-aside').execute())
  expect(await decideMarks(parts, 'release-c', { ...decision, how: 'kept' })).toMatchObject({ recorded: true })
  expect(await told()).toEqual({ current: ['release-a', 'release-b', 'release-c'], setAside: [], lacking: [] })

  const pending = await database.owner.pool.query<{ bytes: Buffer }>('select bytes from evidence_pending')
  const entries = pending.rows.map(({ bytes }) => readEntry(bytes)).filter(({ type }) => type === 'release')
  expect(entries.map(({ action, decision: answer, object }) => `${object?.id} ${action} ${answer}`).toSorted()).toEqual([
    'release-a renew-marks done', 'release-b renew-marks done', 'release-c keep-marks done', 'release-c renew-marks deny', 'release-c set-aside-earlier-release done',
  ])
})
