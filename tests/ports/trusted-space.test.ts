import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { readEntry } from '#core/evidence/entry.ts'
import type { Json, JsonObject } from '#core/json.ts'
import { PortRefused } from '#adapters/ports/port.ts'
import type { Port } from '#adapters/ports/port.ts'
import { trustedSpaceSchema } from '#adapters/ports/trusted-space.ts'
import type { TrustedSpace } from '#adapters/ports/trusted-space.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { masterKeyPathBeside } from '#adapters/vault/seal/file-master-key.ts'
import type { CaseView } from '#apps/api/wire/case.ts'
import { startRecordKeeper } from '#apps/cli/counterparty.ts'
import type { Counterparty } from '#apps/cli/counterparty.ts'
import { sendWaiting } from '#apps/worker/outbox.ts'
import { openPorts } from '#apps/worker/ports.ts'
import { takeIn } from '#capabilities/supply/deliveries/take-in.job.ts'
import { startTestServer } from '#tests/support/server.ts'
import type { TestServer } from '#tests/support/server.ts'

// Only ends what hangs: processes start as fast as the machine lets them.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 })

const [PROVIDER, ENTRY, SUPPLY, DAY, SPACE] = ['market-bureau', 'persons-register', 'GJ-1', '2026-06-08', '城市可信数据空间1号']
const FIELDS = ['id_number', 'district', 'birth_year']
const APPROVED = ['district', 'birth_year']
const PROGRAM = fileURLToPath(new URL('./trusted-space.program.ts', import.meta.url))

let server: TestServer
let outside: Counterparty
let space: TrustedSpace
let folder = ''
let caseId = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gongshu-space-'))
  ;[server, outside] = await Promise.all([startTestServer(), startRecordKeeper('demo/counterparties/trusted-space.ts', join(folder, 'space'))])
  const { space: number, ...keys } = (await asked('space')) as Record<string, string> // the stand-in's own answer
  space = trustedSpaceSchema.parse({ space: number, address: outside.address, ...keys })
})
afterAll(async () => {
  await outside?.stop()
  await server?.stop()
  await rm(folder, { recursive: true, force: true })
})

const system = { as: 'system' } as const
async function asked(place: string, method = 'GET'): Promise<Json> {
  return (await (await fetch(`${outside.address}/v1/${place}`, { method })).json()) as Json // the stand-in speaks JSON
}
const kept = async () => ((await asked('supplies')) as { supplies: { id: string; files: number; receipt: { rows: number } | null }[] }).supplies // what it says of itself

function ports(): Readonly<Record<string, Port>> {
  return openPorts(server.platform, { integratedPlatform: null, records: {}, trustedSpace: space }, () => undefined)
}

/** A table of twelve persons in the vault, catalogued and supplied to an operator; only two of its columns will be let go. */
async function supplied(agreement: string): Promise<void> {
  const { platform } = server
  const put = (register: string, key: string, record: JsonObject) => inTransaction(platform.db, system, (tx) =>
    tx.insertInto('register_record').values({ register, key, version: 1, record, from_date: DAY, current: true, case_id: agreement }).execute())
  await put('catalog', ENTRY, { title: '人员登记表', dataset: 'synthetic-persons', provider: PROVIDER })
  const csv = ['居民身份证号,区,出生年', ...Array.from({ length: 12 }, (_, at) => `5101041980${String(at).padStart(8, '0')},${at % 2 === 0 ? '锦江区' : '青羊区'},${1970 + at}`)].join('\n')
  const taking = { db: platform.db, vault: platform.operation.vault, schemaOf: (name: string) => platform.operation.schemas.get(name) }
  const { version } = await takeIn(taking, { id: 'supply', caseId: agreement, action: 'supply', payload: { entry: ENTRY, fields: FIELDS } }, createHash('sha256').update(csv).digest('hex'), Readable.from([Buffer.from(csv)]))
  await put('supplies', SUPPLY, { entry: ENTRY, version, agreement, operator: 'river-data-group', provider: PROVIDER, scenario: '融合', fields: FIELDS })
  await standing('granted', agreement)
}

async function standing(state: string, agreement = caseId): Promise<void> {
  await inTransaction(server.platform.db, system, (tx) => tx.insertInto('standing').values({ kind: 'supply', id: SUPPLY, state, under: null, since: DAY, reason: null, provision: null, case_id: agreement })
    .onConflict((conflict) => conflict.columns(['kind', 'id']).doUpdateSet({ state })).execute())
}

async function act(login: string, id: string, task: string, outcome: string, contents: JsonObject): Promise<void> {
  const answer = await (await server.session(login)).send('POST', `/api/cases/${id}/commands`, { type: 'conclude', task, outcome, contents })
  expect([answer.status, answer.body]).toMatchObject([200, {}])
}

const view = async (id: string): Promise<CaseView> => (await (await server.session('czb-wang')).get<CaseView>(`/api/cases/${id}`)).body

/** Entries about a supply, in the order in which they were made. */
async function entries(id: string): Promise<string[]> {
  await server.platform.evidence.append({ type: 'data-access', legalDate: DAY, actor: 'platform', onBehalfOf: 'platform', office: 'platform', action: 'look', object: { kind: 'job', id: 'none' }, decision: 'done', detail: {} })
  const { rows } = await server.database.owner.pool.query<{ bytes: Buffer }>("select bytes from evidence_entry where object_kind = 'space-supply' and object_id = $1 order by seq", [id])
  return rows.map((row) => readEntry(row.bytes)).map(({ action, decision, detail }) => `${action} ${decision} ${String(detail['receipt'] ?? detail['code'])}`)
}

/** Runs a worker in a process of its own that dies where it is told to. */
async function killedAt(failpoint: string): Promise<void> {
  const { config, operation } = server.platform
  const dataDirectory = operation.vault.dataDirectory
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, GONGSHU_FAILPOINT: failpoint, WORKER: JSON.stringify({ url: server.database.url, dataDirectory, masterKeyPath: config.masterKeyPath ?? masterKeyPathBeside(dataDirectory), space }) },
  })
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
}

describe('raw data go to the trusted data space', () => {
  test('with the provider’s consent, by a worker that is killed before the first byte, one after the receipt and one that resumes: once, with one receipt and one entry', async () => {
    const plan = await (await server.session('zx-liu')).send<{ case_id: string }>('POST', '/api/cases', { pack: 'chengdu-2026', procedure: 'implementation-plan', contents: { 'case-name': '融合利用' } })
    await supplied(plan.body.case_id)
    const opened = await (await server.session('qh-cao')).send<{ case_id: string }>('POST', '/api/cases', {
      pack: 'chengdu-2026', procedure: 'raw-data-application',
      contents: { 'raw-data-application': { entry: ENTRY, fields: FIELDS, space: SPACE, necessity: '需逐条匹配物流订单，汇总结果不能满足' }, 'other-sources': [{ source: '物流订单', holder: '某物流公司' }] },
    })
    expect(opened.status).toBe(201)
    caseId = opened.body.case_id
    const policy = { fields: APPROVED, purpose: '订单与人口匹配', users: '研发组三人', count: 100, ends: '2026-12-31' }
    await act('sjj-he', caseId, 'review', 'approve', { 'raw-data-policy': policy, 'raw-data-rows': [{ field: 'birth_year', from: '1972', to: '1979' }] })
    await act('czb-wang', caseId, 'supply', 'send', { 'raw-data-supply': { supply: SUPPLY } })
    // The space knows that something comes, and has none of it.
    await killedAt('space.announced')
    expect((await kept()).map(({ files, receipt }) => [files, receipt?.rows])).toEqual([[0, undefined]])
    await killedAt('space.received')
    // The space has it and has signed; the platform knows nothing of it yet.
    const [there] = await kept()
    expect([there?.files, there?.receipt?.rows, (await view(caseId)).status.id]).toEqual([1, 8, 'sending'])
    const worker = { db: server.platform.db, office: server.platform.cases, ports: ports(), log: { warn: () => undefined }, failpoint: () => undefined }
    expect(await sendWaiting(worker)).toBe(1)
    const { status, contents } = await view(caseId)
    expect([status.id, contents.find(({ key }) => key === 'raw-data-receipt')?.value]).toMatchObject(['supplied', { number: 'KX-1', rows: 8, source: `${SPACE}（接口回执，签名已核验）` }])
    expect((await kept()).map(({ id, files }) => [id, files])).toEqual([[there?.id, 1]])
    expect(await entries(there?.id ?? '')).toEqual(['supply-to-trusted-space done KX-1'])
    const { rows } = await server.database.owner.pool.query("select record from register_record where register = 'trusted-space-supplies' and key = $1", [caseId])
    expect(rows).toMatchObject([{ record: { space: SPACE, entry: ENTRY, provider: PROVIDER, fields: APPROVED, receipt: 'KX-1', rows: 8, ends: '2026-12-31' } }])
  })
})

/** A supply as the case's effect writes it, for what may happen on the way. */
async function consented(id: string, change: JsonObject = {}): Promise<() => Promise<unknown>> {
  const { rows: [version] } = await server.database.owner.pool.query<{ version: string }>("select record->>'version' as version from register_record where register = 'supplies' and key = $1", [SUPPLY])
  await inTransaction(server.platform.db, system, (tx) => tx.insertInto('space_supply').values({
    id, case_id: caseId, space: SPACE, entry: ENTRY, supply: SUPPLY, version: version?.version ?? '', provider: PROVIDER, fields: JSON.stringify(APPROVED), row_filter: '[]', purpose: '匹配', users: '三人', uses: 1,
    ends: '2026-12-31', approved_on: DAY, ...change,
  }).execute())
  return () => ports()['trusted-space']?.send({ id, caseId, action: 'supply', payload: {} }) ?? Promise.resolve(null)
}
const refusalOf = (send: () => Promise<unknown>) => send().then(() => 'sent', (error: unknown) => (error instanceof PortRefused ? error.code : 'tried again'))
const stateOf = async (id: string) => (await server.database.owner.pool.query<{ state: string; refusal: string | null }>('select state, refusal from space_supply where id = $1', [id])).rows[0]

describe('through that door', () => {
  test.each(['rows', 'digest', 'signature'])('a receipt with wrong %s is refused, shown and entered, and the space discards what it got', async (fault) => {
    await asked(`fault/${fault}`, 'PUT')
    const send = await consented(`out-${fault}`)
    const code = fault === 'signature' ? 'receipt-must-be-signed-by-space' : 'receipt-must-match-supply'
    expect(await refusalOf(send)).toBe(code)
    await asked('fault/none', 'PUT')
    expect([(await stateOf(`out-${fault}`))?.state, (await stateOf(`out-${fault}`))?.refusal]).toEqual(['refused', expect.stringContaining(code)])
    expect(await entries(`out-${fault}`)).toEqual([`supply-to-trusted-space deny ${code}`])
    expect((await kept()).map(({ id }) => id)).not.toContain(`out-${fault}`)
  })

  test('nothing goes without a consented supply of its own: not a message of another hand, for another case, or to another space', async () => {
    const port = ports()['trusted-space']
    expect(await refusalOf(() => port?.send({ id: 'out-forged', caseId, action: 'supply', payload: { entry: ENTRY } }) ?? Promise.resolve())).toBe('supply-must-be-consented')
    await consented('out-other-case')
    expect(await refusalOf(() => port?.send({ id: 'out-other-case', caseId: 'another', action: 'supply', payload: {} }) ?? Promise.resolve())).toBe('supply-must-be-consented')
    expect(await refusalOf(await consented('out-other-space', { space: '他市可信数据空间' }))).toBe('space-must-be-the-approved')
    expect(await refusalOf(await consented('out-late', { ends: '2026-06-07' }))).toBe('approval-must-not-have-ended')
    expect((await kept()).length).toBe(1)
  })

  test('a supply that was suspended meanwhile stays, and goes when it is resumed; a space that is down is tried again', async () => {
    const send = await consented('out-suspended')
    await standing('suspended')
    expect([await refusalOf(send), await entries('out-suspended')]).toEqual(['supply-must-stand', ['supply-to-trusted-space deny supply-must-stand']])
    await standing('granted')
    const { address } = space
    space = { ...space, address: 'http://127.0.0.1:1' }
    expect(await refusalOf(send)).toBe('tried again')
    space = { ...space, address }
    expect(await send()).toMatchObject({ outcome: 'received', contents: { 'raw-data-receipt': { rows: 12 } } })
    expect(await send()).toMatchObject({ outcome: 'received' })
    expect((await kept()).find(({ id }) => id === 'out-suspended')?.files).toBe(1)
  })
})
