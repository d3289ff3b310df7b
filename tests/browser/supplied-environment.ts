import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import type { JsonObject } from '#core/json.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { takeIn } from '#capabilities/supply/deliveries/take-in.job.ts'
import { startTestServer } from '#tests/support/server.ts'
import type { TestServer } from '#tests/support/server.ts'
import { personsCsv, personsSeed } from '../../demo/persons/generate.ts'

export const SCENARIO = '健康服务分析'
const OPERATOR = 'river-data-group'
const PROVIDER = 'market-bureau'
const ENTRY = 'persons-register'
const FIELDS = ['id_number', 'district', 'birth_year', 'sex', 'occupation', 'monthly_income', 'diagnosis']
const PERSONS = 3_000
const DAY = '2026-06-08'

export type SuppliedEnvironment = { server: TestServer; agreement: string }

/**
 * A city in which an operator may use a table about synthetic persons. The cases that lead there (plan, selection,
 * agreement, demand) are the chain's story; here their results stand in the registers from the beginning.
 */
export async function startSuppliedEnvironment(): Promise<SuppliedEnvironment> {
  const server = await startTestServer()
  try {
    const { platform } = server
    const plan = { pack: 'chengdu-2026', procedure: 'implementation-plan', contents: { 'case-name': '健康数据授权运营' } }
    const opened = await (await server.session('zx-liu')).send<{ case_id: string }>('POST', '/api/cases', plan)
    if (opened.status !== 201) throw new Error(JSON.stringify(opened.body))
    const agreement = opened.body.case_id
    const put = (register: string, key: string, record: JsonObject) => inTransaction(platform.db, { as: 'system' }, (tx) =>
      tx.insertInto('register_record').values({ register, key, version: 1, record, from_date: DAY, current: true, case_id: agreement }).execute())
    await inTransaction(platform.db, { as: 'system' }, (tx) => tx.insertInto('case_party').values({ case_id: agreement, organization: OPERATOR, opened: DAY }).execute())
    await put('catalog', ENTRY, {
      title: '人员健康与收入登记表', dataset: 'synthetic-persons', provider: PROVIDER,
      fields: FIELDS.map((name) => ({ name, sensitive: 'personal', protection: name === 'id_number' ? 'compute' : 'aggregate' })),
    })
    const csv = await suppliedCsv()
    const schemas = platform.operation.schemas
    const message = { id: 'supply-of-persons', caseId: agreement, action: 'supply', payload: { entry: ENTRY, fields: FIELDS } }
    const { version } = await takeIn({ db: platform.db, vault: platform.operation.vault, schemaOf: (name) => schemas.get(name) }, message, createHash('sha256').update(csv).digest('hex'), Readable.from([Buffer.from(csv)]))
    await put('supplies', 'supply-of-persons', { entry: ENTRY, version, agreement, operator: OPERATOR, provider: PROVIDER, scenario: SCENARIO, fields: FIELDS })
    await inTransaction(platform.db, { as: 'system' }, (tx) => tx.insertInto('standing').values([['agreement', agreement], ['supply', 'supply-of-persons']].map(([kind = '', id = '']) => (
      { kind, id, state: 'granted' as const, under: null, since: DAY, reason: null, provision: null, case_id: agreement }))).execute())
    return { server, agreement }
  } catch (error) {
    await server.stop()
    throw error
  }
}

/** The synthetic register of persons with the approved columns alone, under the headers of its declared schema. */
async function suppliedCsv(): Promise<string> {
  const words = parse(await readFile(fileURLToPath(new URL('../../demo/persons/vocabulary.yaml', import.meta.url)), 'utf8'))
  const rows = [...personsCsv(personsSeed, PERSONS, words)].map((line) => line.trimEnd().split(','))
  const wanted = ['居民身份证号', '区', '出生年', '性别', '职业', '月收入', '确诊病种'].map((header) => rows[0]?.indexOf(header) ?? -1)
  return rows.map((row) => wanted.map((at) => row[at] ?? '').join(',')).join('\n')
}
