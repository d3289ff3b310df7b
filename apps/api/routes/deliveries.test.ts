import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readdir, utimes, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { tableSchema } from '#core/boundary/table-schema.ts'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import { legalDate } from '#core/calendar/legal-date.ts'
import { startRecordKeeper } from '#apps/cli/counterparty.ts'
import type { Counterparty } from '#apps/cli/counterparty.ts'
import { openPorts } from '#apps/worker/ports.ts'
import { datasetDirectory, vaultDirectory } from '#adapters/vault/sealed-names.ts'
import { expireDeliveries, recoverDeliveries, sweepVersions } from '#capabilities/supply/deliveries/keep-deliveries.job.ts'
import { takeIn } from '#capabilities/supply/deliveries/take-in.job.ts'
import { openDelivery } from '#tools/crash/delivery-case.ts'
import { startTestServer } from '#tests/support/server.ts'
import type { Caller, TestServer } from '#tests/support/server.ts'
import type { ConfirmationBody, DataReport, DeliveryView, OpeningView, SourceView, TestView, UploadBody } from '../wire/deliveries.ts'

const FIELDS = ['phone', 'area', 'amount']
const RECORD = { title: '居民用水登记', entity: 'none', fields: [{ name: 'phone', title: '联系方式', type: 'text' }, { name: 'area', title: '所在区', type: 'text' }, { name: 'amount', title: '月用水量', type: 'integer' }, { name: 'note', title: '备注', type: 'text' }] }
const ROWS = Array.from({ length: 3_000 }, (_, index) => `138${String(index).padStart(8, '0')},锦江区,${index % 40}.5`)
const CSV = Buffer.from(`联系方式,所在区,月用水量\n${ROWS.join('\n')}\n`)
const PIECE = 40_000
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
const FINGERPRINT = sha256(Buffer.from('first and last'))

let server: TestServer
let yang: Caller
let step: { caseId: string; task: string }
beforeAll(async () => {
  server = await startTestServer()
  step = await openDelivery(server.platform, { id: 'water', provider: 'environment-bureau', entry: 'water', record: RECORD, fields: FIELDS })
  yang = await server.session('hbj-yang')
})
afterAll(() => server?.stop())

type Problem = { code: string; details?: { received?: number } }
const begin = (who: Caller, bytes = CSV.length, at = step) => who.send<DeliveryView & Problem>('POST', '/api/deliveries', { case_id: at.caseId, task: at.task, name: '用水.csv', bytes, fingerprint: FINGERPRINT })
const read = async (id: string) => (await yang.get<DeliveryView>(`/api/deliveries/${id}`)).body
const put = async (who: Caller, id: string, offset: number, bytes: Buffer, hash = sha256(bytes)) => {
  const response = await fetch(`${server.url}/api/deliveries/${id}/pieces/${offset}`, { method: 'PUT', headers: { cookie: who.cookie, 'x-csrf-token': who.csrf, 'content-type': 'application/octet-stream', 'x-piece-sha256': hash }, body: Uint8Array.from(bytes) })
  return { status: response.status, body: (await response.json()) as Problem & { received: number } } // a wire schema or a problem
}

/** Sends half of a piece under the length of the whole, then cuts the connection. */
async function cut(id: string, offset: number, bytes: Buffer): Promise<void> {
  const { hostname, port } = new URL(server.url)
  const headers = { cookie: yang.cookie, 'x-csrf-token': yang.csrf, 'content-type': 'application/octet-stream', 'content-length': bytes.length, 'x-piece-sha256': sha256(bytes) }
  const sending = httpRequest({ hostname, port, path: `/api/deliveries/${id}/pieces/${offset}`, method: 'PUT', headers })
  const ended = new Promise((resolve) => sending.on('error', resolve).on('close', resolve))
  await new Promise<void>((resolve) => sending.write(bytes.subarray(0, bytes.length / 2), () => resolve()))
  sending.destroy()
  await ended
}

async function uploadAll(id: string, from = 0): Promise<void> {
  for (let at = from; at < CSV.length; at += PIECE) expect((await put(yang, id, at, CSV.subarray(at, at + PIECE))).status).toBe(200)
  expect((await yang.send('POST', `/api/deliveries/${id}/finish`, {})).status).toBe(200)
}

const settled = (id: string, ...states: string[]): Promise<DeliveryView> => vi.waitFor(async () => {
  const view = await read(id)
  expect(states, JSON.stringify(view.failure)).toContain(view.state)
  return view
}, { timeout: 110_000, interval: 50 })

/** What was proposed, confirmed as it stands but for `change`. */
function confirmation(view: DeliveryView, change: Record<string, Partial<ConfirmationBody['columns'][number]>> = {}): ConfirmationBody {
  if (view.look === null) throw new Error('nothing was proposed')
  return {
    entity: view.look.entity,
    columns: view.look.columns.map(({ name, title, type, scale, nullable, missing, role, category }) => ({ name, title, type, scale, nullable, missing, role, category, reason: null, ...change[name] })),
  }
}

const entries = async (id: string): Promise<string[]> => {
  const { rows } = await server.database.owner.pool.query<{ bytes: Buffer }>('select bytes from evidence_entry where object_id = $1 union all select bytes from evidence_pending where bytes::text like $2', [id, `%${Buffer.from(id).toString('hex')}%`])
  const found = rows.map(({ bytes }) => JSON.parse(bytes.toString()) as { at: string; action: string; decision: string; detail: { code?: string } }) // entries as the log holds them
  return [...new Set(found.toSorted((one, other) => one.at.localeCompare(other.at)).map(({ action, decision, detail }) => `${action} ${decision}${detail.code === undefined ? '' : ` ${detail.code}`}`))]
}

/** Sealed files of the vault: a table and a profile for each version. */
const sealedFiles = async (): Promise<number> => (await readdir(vaultDirectory(server.platform.operation.vault.dataDirectory), { recursive: true })).filter((name) => name.endsWith('.sealed')).length

/** Nothing of the file lies outside the vault any more; the removal follows the state by a moment. */
const gone = (id: string): Promise<void> => vi.waitFor(async () => {
  await expect(server.platform.operation.deliveries.uploads.progress(id, 'environment-bureau')).rejects.toMatchObject({ code: 'upload-must-exist' })
}, { timeout: 110_000, interval: 50 })

describe('a file uploaded in pieces', () => {
  test('survives a cut connection, is confirmed column by column, taken in with its digest, and answers for the port', async () => {
    const { body: openings } = await yang.get<{ rows: OpeningView[] }>('/api/deliveries/openings')
    expect(openings.rows.map(({ entry, fields, provided }) => [entry, fields.map(({ title }) => title), provided])).toEqual([['water', ['联系方式', '所在区', '月用水量'], null]])
    const { status, body: { id } } = await begin(yang)
    expect(status).toBe(201)
    expect((await put(yang, id, 0, CSV.subarray(0, PIECE))).body.received).toBe(PIECE)
    await cut(id, PIECE, CSV.subarray(PIECE, 2 * PIECE))
    await vi.waitFor(async () => expect((await put(yang, id, 0, Buffer.from('x'))).body.code).toBe('piece-must-begin-at-offset'), { timeout: 20_000 })
    expect(await read(id)).toMatchObject({ state: 'receiving', received: PIECE })
    // The server may still hold the piece that was cut off.
    await vi.waitFor(async () => expect((await put(yang, id, PIECE, CSV.subarray(PIECE, 2 * PIECE), sha256(Buffer.from('other')))).body.code).toBe('piece-hash-must-match'), { timeout: 20_000 })
    expect((await yang.send<Problem>('POST', `/api/deliveries/${id}/finish`, {})).body.code).toBe('upload-must-be-complete')
    await uploadAll(id, PIECE)

    const seen = await settled(id, 'awaiting-confirmation')
    expect(seen.look?.columns.map(({ name, role, identifying }) => [name, role, identifying])).toEqual([['phone', 'quasi-identifier', true], ['area', 'ordinary', false], ['amount', 'ordinary', false]])
    expect(seen.look?.columns[0]?.reasons[0]).toContain('100% 的取值')
    expect(seen.look?.columns[2]?.disagreements).toContain('目录登记的类型是整数，内容看来是小数。')
    const confirm = (body: object) => yang.send<DeliveryView & Problem>('POST', `/api/deliveries/${id}/confirmation`, body)
    expect((await confirm(confirmation(seen, { phone: { role: 'ordinary' } }))).body.code).toBe('departure-must-have-reason')
    expect((await confirm({ ...confirmation(seen), columns: confirmation(seen).columns.slice(1) })).body.code).toBe('every-column-must-be-confirmed')
    // As proposed the catalog's type stands, which the values break: nothing is taken in, the file stays, and the type can be changed.
    expect((await confirm(confirmation(seen))).status).toBe(200)
    const refused = await settled(id, 'awaiting-confirmation')
    expect(refused.failure).toMatchObject({ code: 'value-wrong-type', row: 1 })
    expect((await server.database.owner.pool.query('select id from vault_version')).rowCount).toBe(0)
    expect((await confirm(confirmation(refused, { amount: { type: 'decimal', scale: 1 } }))).status).toBe(200)

    const done = await settled(id, 'taken-in')
    expect(done.confirmed?.differences).toEqual(['“月用水量”：目录登记为整数，确认为小数。'])
    const { body: report } = await yang.get<DataReport>(`/api/data-versions/${done.version}/report`)
    expect([report.rows, report.sha256, report.columns.map(({ range }) => range)]).toEqual([3_000, sha256(CSV), [null, null, '0至40之间']])
    expect((await server.session('zx-liu').then((liu) => liu.get<Problem>(`/api/data-versions/${done.version}/report`))).body.code).toBe('version-must-exist')
    const xlsx = await fetch(`${server.url}/api/data-versions/${done.version}/report/xlsx`, { headers: { cookie: yang.cookie } })
    expect(Buffer.from(await xlsx.arrayBuffer()).subarray(0, 2).toString()).toBe('PK')
    const port = openPorts(server.platform, { integratedPlatform: null, records: {} }, () => undefined)['integrated-platform']
    const message = (action: string, hash = sha256(CSV)) => ({ id: 'm', caseId: step.caseId, action, payload: { entry: 'water', sha256: hash } })
    expect(await port?.send(message('receive'))).toMatchObject({ outcome: 'received', contents: { 'platform-receipt': { rows: 3_000, sha256: sha256(CSV) } } })
    expect(await port?.send(message('supply'))).toMatchObject({ contents: { 'supply-receipt': { version: done.version } } })
    await expect(port?.send(message('supply', FINGERPRINT))).rejects.toMatchObject({ code: 'port-must-be-configured' })
    await gone(id)
    expect(await entries(id)).toEqual(['begin-upload done', 'finish-upload done', 'propose-columns done', 'confirm-columns done', 'refuse-take-in deny value-wrong-type', 'take-in done'])
  })

  test('stays in the vault when the platform sweeps what is old and unrecorded, and only that is removed', async () => {
    const { vault } = server.platform.operation
    const { rows: [version] } = await server.database.owner.pool.query<{ id: string; dataset_id: string }>('select id, dataset_id from vault_version')
    const folder = datasetDirectory(vault.dataDirectory, version?.dataset_id ?? '')
    const left = '0190a8f0-0000-7000-8000-000000000000'
    await writeFile(join(folder, `${left}.sealed`), 'left over')
    const old = new Date(Date.now() - 2 * 3_600_000)
    for (const name of await readdir(folder)) await utimes(join(folder, name), old, old)
    expect(await sweepVersions(server.platform.db, vault)).toEqual([left])
    expect((await yang.get(`/api/data-versions/${version?.id}/report`)).status).toBe(200)
    expect((await readdir(folder)).filter((name) => name.startsWith(left))).toEqual([])
  })

  test('is taken up again as far as it was, with an entry, where the platform was stopped in the middle', async () => {
    const { deliveries } = server.platform.operation
    const [{ body: pulled }, { body: confirmed }] = [await begin(yang), await begin(yang)]
    const source = (await server.database.owner.pool.query<{ id: string }>("insert into data_source (id, organization, kind, title, host, port, settings, sealed_account, wrapped_key, registered_by, registered_on) values (gen_random_uuid(), 'environment-bureau', 's3', 'x', 'x', 1, '{}', '', '', 'x', '2026-06-08') returning id")).rows[0]?.id
    await server.database.owner.pool.query('update delivery set source = $2 where id = $1', [pulled.id, source])
    await server.database.owner.pool.query("update delivery set state = 'taking-in', confirmed = '{\"schema\":{},\"differences\":[],\"reasons\":{}}', confirmed_by = 'hbj-yang', confirmed_on = '2026-06-08' where id = $1", [confirmed.id])
    await recoverDeliveries(deliveries)
    expect([(await read(pulled.id)).failure?.code, (await read(confirmed.id)).state]).toEqual(['platform-was-stopped', 'awaiting-confirmation'])
    await gone(pulled.id)
    expect([(await entries(pulled.id)).at(-1), (await entries(confirmed.id)).at(-1)]).toEqual(['refuse-pull deny platform-was-stopped', 'refuse-take-in deny platform-was-stopped'])
    await yang.send('POST', `/api/deliveries/${confirmed.id}/abandon`, {})
  })

  test('given up while it is read ends whoever reads it, and leaves neither file nor version', async () => {
    const { deliveries } = server.platform.operation
    const before = (await server.database.owner.pool.query('select id from vault_version')).rowCount
    const { body: { id } } = await begin(yang)
    await uploadAll(id)
    await settled(id, 'awaiting-confirmation')
    const seen = await read(id)
    await yang.send('POST', `/api/deliveries/${id}/confirmation`, confirmation(seen, { amount: { type: 'decimal', scale: 1 } }))
    expect((await yang.send<DeliveryView>('POST', `/api/deliveries/${id}/abandon`, {})).body.state).toBe('abandoned')
    await vi.waitFor(() => expect(deliveries.underway.has(id)).toBe(false), { timeout: 110_000, interval: 20 })
    await gone(id)
    expect([await sealedFiles(), (await server.database.owner.pool.query('select id from vault_version')).rowCount]).toEqual([2 * (before ?? 0), before])
    expect([(await read(id)).state, (await entries(id)).at(-1)]).toEqual(['abandoned', 'abandon done'])
    expect((await yang.send<Problem>('POST', `/api/deliveries/${id}/abandon`, {})).body.code).toBe('delivery-must-not-have-changed')
  })

  test('is refused with its cause where it is no such table, and nothing of it stays', async () => {
    const bytes = Buffer.from('联系方式,所在区,月用水量,工资\n13800000000,锦江区,1,2\n')
    const { body: { id } } = await begin(yang, bytes.length)
    await put(yang, id, 0, bytes)
    await yang.send('POST', `/api/deliveries/${id}/finish`, {})
    const { failure } = await settled(id, 'refused')
    expect(failure).toMatchObject({ code: 'header-unexpected', column: '工资' })
    await gone(id)
    expect((await entries(id)).at(-1)).toBe('refuse-file deny header-unexpected')
  })

  test('is its own provider’s, for an open step, within its quota; given up or forgotten, it is removed', async () => {
    expect((await begin(await server.session('sjj-he'))).body.code).toBe('delivery-step-must-be-open')
    expect((await begin(yang, CSV.length, { ...step, task: 'another' })).body.code).toBe('delivery-step-must-be-open')
    expect((await begin(yang, 17 * 1024 ** 3)).body.code).toBe('upload-size-must-be-within-limit')
    const [{ body: given }, { body: forgotten }] = [await begin(yang), await begin(yang)]
    await put(yang, forgotten.id, 0, CSV.subarray(0, PIECE))
    const other = await server.session('sjj-he')
    expect([(await other.get(`/api/deliveries/${given.id}`)).status, (await put(other, given.id, 0, CSV)).status]).toEqual([404, 404])
    expect((await yang.send<DeliveryView>('POST', `/api/deliveries/${given.id}/abandon`, {})).body.state).toBe('abandoned')
    expect((await put(yang, given.id, 0, CSV.subarray(0, PIECE))).body.code).toBe('delivery-must-be-receiving')
    const { deliveries } = server.platform.operation
    expect(await expireDeliveries(deliveries, new Date())).toEqual([])
    const inFourDays = new Date(Date.now() + 4 * 86_400_000)
    expect(await expireDeliveries(deliveries, inFourDays)).toEqual([forgotten.id])
    expect(await read(forgotten.id)).toMatchObject({ state: 'abandoned', failure: { code: 'delivery-expired' } })
    expect([await entries(given.id), await entries(forgotten.id)]).toEqual([['begin-upload done', 'abandon done'], ['begin-upload done', 'expire done']])
  })
})

/** The database on a TCP port of loopback; cut off after so many bytes have come back. */
async function behindPort(url: string, bytes: number): Promise<{ server: Server; port: number }> {
  const { host, port } = new Client(url)
  const door = createServer((near) => {
    const far = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host)
    let passed = 0
    far.on('data', (piece) => {
      passed += piece.length
      if (passed <= bytes) return void near.write(piece)
      near.destroy()
      far.destroy()
    })
    near.on('data', (piece) => far.write(piece))
    for (const [one, another] of [[near, far], [far, near]] as const) one.on('close', () => another.destroy()).on('error', () => another.destroy())
  }).listen(0, '127.0.0.1')
  await once(door, 'listening')
  return { server: door, port: (door.address() as AddressInfo).port } // listening on TCP
}

describe('an increment', () => {
  const upload = async (delta: UploadBody['delta'], text: string): Promise<string> => {
    const bytes = Buffer.from(text)
    const { body } = await yang.send<DeliveryView>('POST', '/api/deliveries', { case_id: step.caseId, task: step.task, name: '增量.csv', bytes: bytes.length, fingerprint: FINGERPRINT, delta })
    await put(yang, body.id, 0, bytes)
    await yang.send('POST', `/api/deliveries/${body.id}/finish`, {})
    return body.id
  }
  const confirm = (id: string, { change }: DeliveryView, more: object = {}) => yang.send<DeliveryView & Problem>('POST', `/api/deliveries/${id}/changes`, { base: change?.base, changes: { ...change?.changes, ...more } })

  test('shows what it will change before it is final, is confirmed as shown, and stands in the history; one that another overtook is reckoned anew', async () => {
    const { body: openings } = await yang.get<{ rows: OpeningView[] }>('/api/deliveries/openings')
    expect(openings.rows[0]?.base).toMatchObject({ number: 1, rows: 3_000, hindrance: null })
    expect((await yang.send<Problem>('POST', '/api/deliveries', { case_id: step.caseId, task: step.task, name: 'a', bytes: 1, fingerprint: FINGERPRINT, delta: { mode: 'delete', key: [] } })).body.code).toBe('delta-key-undeclared')
    const [changing, adding] = [await upload({ mode: 'upsert', key: ['phone'] }, '联系方式,所在区,月用水量\n13800000001,青羊区,9.5\n13900000000,锦江区,1\n'), await upload({ mode: 'append', key: ['phone'] }, '月用水量,所在区,联系方式\n2,锦江区,13900000001\n')]
    const seen = await settled(changing, 'awaiting-confirmation')
    expect([seen.mode, seen.key, seen.change]).toMatchObject(['upsert', ['联系方式'], { base_number: 1, base_rows: 3_000, changes: { rows: 2, added: 1, replaced: 1, removed: 0 } }])
    const overtaken = await settled(adding, 'awaiting-confirmation')
    expect((await confirm(changing, seen, { replaced: 2 })).body.code).toBe('changes-must-be-as-shown')
    expect((await yang.send<Problem>('POST', `/api/deliveries/${changing}/confirmation`, confirmation(seen))).body.code).toBe('delivery-must-await-confirmation')
    await confirm(changing, seen)
    const { version } = await settled(changing, 'taken-in')
    await confirm(adding, overtaken)
    expect((await settled(adding, 'received')).failure).toMatchObject({ code: 'base-not-newest' })
    await yang.send('POST', `/api/deliveries/${adding}/retry`, {})
    expect((await settled(adding, 'awaiting-confirmation')).change).toMatchObject({ base_number: 2, changes: { rows: 1, added: 1 } })
    const { body: report } = await yang.get<DataReport>(`/api/data-versions/${version}/report`)
    expect([report.rows, report.mode, report.history.map(({ number, mode, base_number, changes }) => [number, mode, base_number, changes?.replaced])]).toEqual([3_001, 'upsert', [[2, 'upsert', 1, 1], [1, 'full', null, undefined]]])
    expect(await entries(changing)).toEqual(['begin-upload done', 'finish-upload done', 'propose-changes done', 'confirm-changes done', 'take-in done'])
    expect((await entries(adding)).at(-1)).toBe('refuse-take-in deny base-not-newest')
  })

  test('that names a row which is not there is refused with row and column, and nothing of it stays', async () => {
    const { failure } = await settled(await upload({ mode: 'delete', key: ['phone'] }, '联系方式\n13800000001\n13700000000\n'), 'refused')
    expect(failure).toMatchObject({ code: 'delta-key-unknown', row: 2, column: '联系方式' })
    expect((await server.database.owner.pool.query('select id from vault_version')).rowCount).toBe(2)
  })
})

describe('a file that the integrated platform supplies', () => {
  test('is looked into as an uploaded one: what identifies somebody may not come in a column that is declared ordinary', async () => {
    await server.database.owner.pool.query("insert into register_record (register, key, version, record, from_date, current, case_id) values ('catalog', 'meters', 1, $1, '2026-06-08', true, $2)", [{ dataset: 'meters', provider: 'environment-bureau' }, step.caseId])
    const schema = (role: string): TableSchema => tableSchema.parse({ name: 'meters', title: '水表', entity: { kind: 'none' }, columns: [{ name: 'phone', header: '联系方式', title: '联系方式', type: 'text', nullable: false, role }] })
    const file = Buffer.from(`联系方式\n${ROWS.map((row) => row.split(',')[0]).join('\n')}\n`)
    const { db, operation: { vault }, clock } = server.platform
    const taken = (role: string) => takeIn({ db, vault, schemaOf: () => schema(role), today: async () => legalDate('2026-06-08'), now: () => clock.now() }, { id: `supply-${role}`, caseId: step.caseId, action: 'supply', payload: { entry: 'meters', fields: ['phone'] } }, sha256(file), Readable.from([file]))
    const versions = async (): Promise<number | null> => (await server.database.owner.pool.query("select v.id from vault_version v join vault_dataset d on d.id = v.dataset_id where d.name = 'meters'")).rowCount
    await expect(taken('ordinary')).rejects.toThrow('“联系方式”列登记为一般列，均匀抽查的 3000 个值中 100% 看来是手机号码')
    expect([await versions(), await entries('supply-ordinary')]).toEqual([0, ['refuse-take-in deny departure-must-have-reason']])
    expect(await taken('quasi-identifier')).toMatchObject({ rows: 3_000 })
    expect(await versions()).toBe(1)
  })
})

describe('data fetched from a source', () => {
  let store: Counterparty
  let folder = ''
  const doors: Server[] = []
  beforeAll(async () => {
    folder = join(server.platform.temporaryDir, 'objects')
    store = await startRecordKeeper('demo/counterparties/object-store.ts', folder, ['--bucket', 'city', '--user', 'AKID', '--secret', 'hidden', '--break-after', '20000'])
    await writeFile(join(folder, '用水.csv'), CSV)
    await writeFile(join(folder, 'broken.csv'), CSV)
    await server.database.owner.pool.query("create table water as select '138' || lpad(i::text, 8, '0') as phone, '锦江区' as area, i % 40 as amount, 'secret' as other from generate_series(1, 5000) i; alter table water enable row level security; alter table water force row level security; create policy all_read on water using (true)")
  })
  afterAll(async () => {
    await store?.stop()
    for (const door of doors) door.close()
  })

  const allow = async (port: number) => (await server.session('gl-xitong')).send('POST', '/api/administration/source-hosts', { host: '127.0.0.1', port })
  const register = (body: object) => yang.send<SourceView & Problem>('POST', '/api/sources', body)
  const pull = async (source: string, place: object) => (await yang.send<DeliveryView & Problem>('POST', '/api/deliveries/pulls', { case_id: step.caseId, task: step.task, source, place })).body
  const object = () => ({ kind: 's3', title: '市云存储', host: '127.0.0.1', port: Number(new URL(store.address).port), settings: { scheme: 'http', region: 'cn', bucket: 'city' }, account: { user: 'AKID', password: 'hidden' } })

  test('comes only from a host that the system administrator listed; its account is sealed and never shown again', async () => {
    expect((await register(object())).body.code).toBe('source-host-must-be-allowed')
    expect((await yang.send<Problem>('POST', '/api/administration/source-hosts', { host: 'a', port: 1 })).body.code).toBe('permission-must-be-granted')
    expect((await allow(object().port)).status).toBe(200)
    const { status, body } = await register(object())
    expect([status, JSON.stringify(body).includes('hidden')]).toEqual([201, false])
    const { rows } = await server.database.owner.pool.query<{ row: string }>('select row_to_json(s)::text as row from data_source s')
    expect(rows.some(({ row }) => row.includes('hidden') || row.includes(Buffer.from('hidden').toString('hex')))).toBe(false)
    expect((await yang.send<TestView>('POST', `/api/sources/${body.id}/test`, {})).status).toBe(200)
    expect((await (await server.session('sjj-he')).send('POST', `/api/sources/${body.id}/test`, {})).status).toBe(404)

    const broken = await settled((await pull(body.id, { key: 'broken.csv' })).id, 'refused')
    expect(broken.failure).toMatchObject({ code: 'source-interrupted' })
    await gone(broken.id)
    expect(await entries(broken.id)).toEqual(['begin-pull done', 'refuse-pull deny source-interrupted'])
    const whole = await settled((await pull(body.id, { key: '用水.csv' })).id, 'awaiting-confirmation')
    expect([whole.bytes, whole.look?.columns.length]).toEqual([CSV.length, 3])
    expect((await yang.send('POST', `/api/sources/${body.id}/end`, {})).status).toBe(200)
    expect((await pull(body.id, { key: '用水.csv' })).code).toBe('source-must-exist')
  })

  test('of a database is the agreed columns alone; a connection that breaks leaves nothing, and the next try succeeds', async () => {
    const { user = '', password = '', database = '' } = new Client(server.database.url)
    const sourceBehind = async (bytes: number): Promise<string> => {
      const door = await behindPort(server.database.url, bytes)
      doors.push(door.server)
      await allow(door.port)
      return (await register({ kind: 'postgresql', title: `库${bytes}`, host: '127.0.0.1', port: door.port, settings: { database, encrypted: false }, account: { user, password: password ?? '' } })).body.id
    }
    const [broken, sound] = [await sourceBehind(60_000), await sourceBehind(Number.MAX_SAFE_INTEGER)]
    const place = { namespace: 'public', table: 'water' }
    const { body } = await yang.send<TestView>('POST', `/api/sources/${sound}/test`, {})
    expect(body.tables).toContainEqual(place)
    expect((await settled((await pull(broken, place)).id, 'refused')).failure).toMatchObject({ code: 'source-interrupted' })
    expect((await settled((await pull(sound, { ...place, table: 'absent' })).id, 'refused')).failure).toMatchObject({ code: 'source-unreachable' })
    const seen = await settled((await pull(sound, place)).id, 'awaiting-confirmation')
    expect(seen.look?.columns.map(({ header, title }) => [header, title])).toEqual([['phone', '联系方式'], ['area', '所在区'], ['amount', '月用水量']])
    await yang.send('POST', `/api/deliveries/${seen.id}/confirmation`, confirmation(seen))
    expect((await settled(seen.id, 'taken-in')).version).not.toBeNull()
  })
})
