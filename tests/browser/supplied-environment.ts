import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import type { JsonObject } from '#core/json.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { takeIn } from '#capabilities/supply/deliveries/take-in.job.ts'
import { placeCase } from '#tools/crash/placed-case.ts'
import { startTestServer } from '#tests/support/server.ts'
import type { TestServer } from '#tests/support/server.ts'
import { personsCsv, personsSeed } from '../../demo/persons/generate.ts'

export const SCENARIO = '健康服务分析'
const OPERATOR = 'river-data-group'
const AGENCY = 'big-data-centre'
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
    return { server, agreement: await supplyEnvironment(server) }
  } catch (error) {
    await server.stop()
    throw error
  }
}

/** Puts the agreement, the table and its supply into a fresh city. @returns the id of the agreement's case */
export async function supplyEnvironment({ platform }: Pick<TestServer, 'platform'>): Promise<string> {
  const agreement = 'case-agreement-on-health'
  await placeCase(platform, {
    id: agreement, number: '运营协议〔2026〕1号', procedure: 'operation-agreement', status: 'in-force', parties: { operator: OPERATOR, 'implementing-agency': AGENCY }, contents: { 'case-name': '健康数据授权运营' },
    by: { person: 'zx-liu', organization: AGENCY, office: 'implementing-agency' }, basis: { provision: 'cd26-15.1', says: '实施机构与依法选定的运营机构签订公共数据资源授权运营协议' },
  })
  const put = (register: string, key: string, record: JsonObject) => inTransaction(platform.db, { as: 'system' }, (tx) =>
    tx.insertInto('register_record').values({ register, key, version: 1, record, from_date: DAY, current: true, case_id: agreement }).execute())
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
  return agreement
}

/** The synthetic register of persons with the approved columns alone, under the headers of its declared schema. */
async function suppliedCsv(): Promise<string> {
  const words = parse(await readFile(fileURLToPath(new URL('../../demo/persons/vocabulary.yaml', import.meta.url)), 'utf8'))
  const rows = [...personsCsv(personsSeed, PERSONS, words)].map((line) => line.trimEnd().split(','))
  const wanted = ['居民身份证号', '区', '出生年', '性别', '职业', '月收入', '确诊病种'].map((header) => rows[0]?.indexOf(header) ?? -1)
  return rows.map((row) => wanted.map((at) => row[at] ?? '').join(',')).join('\n')
}
