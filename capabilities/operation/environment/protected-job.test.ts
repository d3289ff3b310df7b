import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tableSchema } from '#core/boundary/table-schema.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { protectionRulesSchema } from '#core/protection/protection-rules.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { DEFAULT_JOB_LIMITS } from '#adapters/sandbox/limits.ts'
import { openParseGate } from '#adapters/sandbox/parse.ts'
import type { ParseGate } from '#adapters/sandbox/parse.ts'
import { openSandbox } from '#adapters/sandbox/sandbox.ts'
import type { Sandbox } from '#adapters/sandbox/sandbox.ts'
import { prepareVersion } from '#adapters/vault/ingest/prepare-version.ts'
import type { Vault } from '#adapters/vault/vault.ts'
import { recordVersion, registerDataset } from '#adapters/vault/versions.ts'
import { agreeToRules, insertRules } from '#capabilities/operation/protection/protection-rules.store.ts'
import { lawOf } from '#tests/support/case-law.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { FreshDatabase } from '#tests/support/database.ts'
import { openTestVault } from '#tests/support/vault.ts'
import { carryOut } from './carry-out-job.job.ts'
import type { CarriedOut } from './carry-out-job.job.ts'
import type { Supply } from './supplies.facts.ts'

const system = { as: 'system' } as const
const schema = tableSchema.parse({
  name: 'people', title: '人员', entity: { kind: 'person', key: ['id'] },
  columns: [
    { name: 'id', title: '证件号', type: 'text', nullable: false, role: 'entity-key' },
    { name: 'name', title: '姓名', type: 'text', nullable: false, role: 'sensitive' },
    { name: 'born', title: '出生年', type: 'integer', nullable: false, role: 'quasi-identifier' },
  ],
})
/** unit: persons; source: ten for each year of two decades, so that groups of ten years pass the checks and single years need not */
const PERSONS = 200

let database: FreshDatabase
let folder = ''
let vault: Vault
let gate: ParseGate
let sandbox: Sandbox
let supply: Supply
let law: CaseLaw

beforeAll(async () => {
  database = await freshDatabase()
  folder = await mkdtemp(join(tmpdir(), 'gongshu-protected-job-'))
  vault = await openTestVault(join(folder, 'data'))
  gate = openParseGate()
  sandbox = openSandbox({ warm: 0, limits: DEFAULT_JOB_LIMITS, stagingDirectory: null })
  // Probes on halves are shown elsewhere; here they would only cost their time.
  law = await lawOf('chengdu-2026', (pack) => {
    const halves = pack.thresholds['probe-halves']
    if (halves !== undefined) halves.value = 0
  })
  const datasetId = randomUUID()
  const rows = Array.from({ length: PERSONS }, (_, at) => `5101041980${String(at).padStart(8, '0')},姓名${at},${1980 + (at % 20)}\n`)
  const prepared = await prepareVersion(vault, { datasetId, schema, encoding: 'detect' }, Readable.from(['id,name,born\n', ...rows], { objectMode: false }))
  const version = await inTransaction(database.app.db, system, async (tx) => {
    await registerDataset(tx, { id: datasetId, name: schema.name, title: schema.title, providerOrganization: 'police' })
    return recordVersion(tx, prepared)
  })
  await catalogued({ name: 'remove', born: 'generalise' })
  supply = { id: 'supply-1', entry: 'entry-1', version: version.id, agreement: 'agreement-1', operator: 'operator', provider: 'police', scenario: '人口分析', fields: ['id', 'name', 'born'], standing: 'granted', suppliedOn: '2026-06-08', ends: '' }
})
afterAll(async () => {
  await sandbox?.close()
  await gate?.close()
  await database?.drop()
  await rm(folder, { recursive: true, force: true })
  await rm(vault.temporary.root, { recursive: true, force: true })
})

const run = (sql: string, changes: Partial<Supply> = {}): Promise<CarriedOut> =>
  carryOut({ db: database.app.db, vault, gate, sandbox }, law, sql, [{ ...supply, ...changes }], { signal: new AbortController().signal, progress: () => undefined })

/** What the catalog entry declares; the key of the persons is usable but not visible. */
async function catalogued(protections: Readonly<Record<string, string>>): Promise<void> {
  const { pool } = database.owner
  await pool.query(`insert into pack_edition (digest, pack, version, compiled) values ($1, 'p', 1, '{}') on conflict do nothing`, ['d'.repeat(64)])
  await pool.query(`insert into legal_case (id, number, title, procedure, capability, pack, pack_version, pack_digest, seq, status, opened, opened_by, over, parties, links)
    values ('case-c', 'c', 'c', 'catalog-entry', 'catalog', 'p', 1, $1, 1, 'open', '2026-06-08', 'x', true, '{}', '{}') on conflict do nothing`, ['d'.repeat(64)])
  await pool.query(`update register_record set current = false where register = 'catalog'`)
  const fields = Object.entries({ id: 'compute', ...protections }).map(([name, protection]) => ({ name, sensitive: 'personal', protection }))
  await pool.query(`insert into register_record (register, key, version, record, from_date, current, case_id)
    select 'catalog', 'entry-1', count(*) + 1, $1, '2026-06-08', true, 'case-c' from register_record`, [JSON.stringify({ fields })])
}

async function putInForce(rules: object): Promise<string> {
  return inTransaction(database.app.db, system, async (tx) => {
    const version = await insertRules(tx, 'entry-1', protectionRulesSchema.parse(rules), { person: 'a', organization: 'agency', side: 'implementing-agency', on: '2026-06-08' })
    await agreeToRules(tx, version.id, { person: 'b', organization: 'police', side: 'data-provider', on: '2026-06-09' })
    return version.digest
  })
}

describe('a job over a table with protection rules', () => {
  const sql = 'SELECT born, count(DISTINCT id) AS n FROM people GROUP BY born ORDER BY born'

  test('is refused while a field that the entry declares protected has no rule in force, and names it', async () => {
    const { outcome } = await run(sql)
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { code: 'declared-protection-must-be-in-force', message: expect.stringContaining('姓名（删除）、出生年（泛化）') } })
    // Usable but not visible: without a rule the key is a pseudonym of the scenario, and nothing else is changed.
    const born = await run(sql, { fields: ['id'] })
    expect(born.outcome).toMatchObject({ kind: 'refused', refusal: { code: 'column-not-authorized' } })
    const { outcome: keys } = await run('SELECT count(DISTINCT id) AS n FROM people', { fields: ['id'] })
    if (keys.kind !== 'checked') throw new Error(JSON.stringify(keys))
    expect([keys.result.rows, keys.report.sections.flatMap(({ findings }) => findings).filter(({ code }) => code === 'entity-keys-pseudonymised').length]).toEqual([[[String(PERSONS)]], 1])
  })

  test('reads decades under the rules; its report names the version', async () => {
    const digest = await putInForce({ columns: [{ column: 'id', method: 'pseudonym' }, { column: 'name', method: 'remove' }, { column: 'born', method: 'generalise', generalisation: { by: 'interval', width: 10 } }] })
    const { outcome } = await run(sql)
    if (outcome.kind !== 'checked') throw new Error(JSON.stringify(outcome))
    expect(outcome.result.rows.map(([born, n]) => [Number(born), Number(n)])).toEqual([[1980, 100], [1990, 100]])
    const findings = outcome.report.sections.flatMap((section) => section.findings)
    expect(findings.find(({ code }) => code === 'protection-rules-applied')).toMatchObject({ verdict: 'pass', evidence: { entry: 'entry-1', version: 1, digest } })
  })

  test('cannot name a removed column, and sees no identity number: pseudonyms differ between scenarios', async () => {
    expect((await run('SELECT name FROM people')).outcome).toMatchObject({ kind: 'refused' })
    const idsOf = async (scenario: string): Promise<Set<string>> => {
      const { outcome } = await run('SELECT id FROM people', { scenario })
      if (outcome.kind !== 'checked') throw new Error(JSON.stringify(outcome))
      return new Set(outcome.result.rows.map(([id]) => String(id)))
    }
    const [one, other] = [await idsOf('人口分析'), await idsOf('交通分析')]
    expect([one.size, [...one].some((id) => id.startsWith('510104'))]).toEqual([PERSONS, false])
    expect([...one].filter((id) => other.has(id))).toEqual([])
  })

  test('is about the same persons in every scenario, as far as the ledger of releases can tell', async () => {
    const setsOf = async (scenario: string) => {
      const { outcome } = await run(sql, { scenario })
      if (outcome.kind !== 'checked') throw new Error(JSON.stringify(outcome))
      return outcome.sets
    }
    const [one, other] = [await setsOf('人口分析'), await setsOf('交通分析')]
    expect(other).toEqual(one)
    expect(JSON.stringify(one, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))).toContain('person')
  })

  test('is refused where the rules choose rows by a column that was not supplied', async () => {
    await catalogued({ name: 'consent', born: 'aggregate' })
    await putInForce({ columns: [], rows: [{ column: 'died', from: '2000' }] })
    expect((await run('SELECT count(*) FROM people')).outcome).toMatchObject({ kind: 'refused', refusal: { code: 'protection-rules-must-fit-supply' } })
  })
})
