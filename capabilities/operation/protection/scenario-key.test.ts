import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AppliedRules } from '#core/protection/applied-rules.ts'
import { tableSchema } from '#core/boundary/table-schema.ts'
import { protectionRulesSchema } from '#core/protection/protection-rules.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { MasterKeyError } from '#adapters/vault/seal/master-key-port.ts'
import type { MasterKeyPort } from '#adapters/vault/seal/master-key-port.ts'
import { openFileMasterKey } from '#adapters/vault/seal/file-master-key.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { FreshDatabase } from '#tests/support/database.ts'
import { appliedRulesOf, withProtection } from './protection.facts.ts'
import { agreeToRules, insertRules } from './protection-rules.store.ts'
import { scenarioKey } from './scenario-key.store.ts'

let database: FreshDatabase
let folder = ''
let masterKey: MasterKeyPort
beforeAll(async () => {
  database = await freshDatabase()
  folder = await mkdtemp(join(tmpdir(), 'gongshu-scenario-key-'))
  masterKey = await openFileMasterKey({ path: join(folder, 'key'), dataDirectory: join(folder, 'data'), suite: 'sm4-ctr-hmac-sm3', create: true })
})
afterAll(async () => {
  await database.drop()
  await rm(folder, { recursive: true })
})

const keyOf = async (agreement: string, scenario: string): Promise<string> => (await scenarioKey(database.app.db, masterKey, agreement, scenario)).toString('hex')

describe('the key of a scenario', () => {
  test('is one for each scenario of each agreement, also where several jobs ask first', async () => {
    const asked = await Promise.all(Array.from({ length: 4 }, () => keyOf('agreement-1', '商圈分析')))
    expect(new Set(asked).size).toBe(1)
    expect(await keyOf('agreement-1', '商圈分析')).toBe(asked[0])
    expect(await keyOf('agreement-1', '普惠金融')).not.toBe(asked[0])
    expect(await keyOf('agreement-2', '商圈分析')).not.toBe(asked[0])
    // Keys of those who came second were never used and are gone.
    expect(await readdir(join(folder, 'key.versions'))).toHaveLength(3)
  })

  test('ends with its destruction in the key ring', async () => {
    await keyOf('agreement-3', '一次性')
    const row = await inTransaction(database.app.db, { as: 'system' }, (tx) => tx.selectFrom('scenario_key').select('id').where('agreement', '=', 'agreement-3').executeTakeFirstOrThrow())
    await masterKey.destroy(row.id)
    await expect(keyOf('agreement-3', '一次性')).rejects.toThrow(MasterKeyError)
  })
})

describe('what is done to a table before a job sees it', () => {
  const hand = (side: 'implementing-agency' | 'data-provider', person: string) => ({ person, organization: side, side, on: '2026-06-08' })
  const rules = protectionRulesSchema.parse({ columns: [{ column: 'id', method: 'pseudonym' }] })
  const schema = tableSchema.parse({ name: 'persons', title: '人员', entity: { kind: 'person', key: ['id'] }, columns: [{ name: 'id', title: '证件号', type: 'text', nullable: false, role: 'entity-key' }] })
  const inForce = (): Promise<AppliedRules | null> => inTransaction(database.app.db, { as: 'system' }, (tx) => appliedRulesOf(tx, 'persons', '人员'))
  const parts = () => ({ db: database.app.db, masterKey })
  const use = { agreement: 'agreement-9', scenario: '商圈分析' }

  test('is nothing before both sides have agreed, then what they wrote, under the key of the scenario', async () => {
    expect(await inForce()).toBeNull()
    const version = await inTransaction(database.app.db, { as: 'system' }, (tx) => insertRules(tx, 'persons', rules, hand('implementing-agency', 'a')))
    expect(await inForce()).toBeNull()
    await inTransaction(database.app.db, { as: 'system' }, (tx) => agreeToRules(tx, version.id, hand('data-provider', 'b')))
    expect(await inForce()).toEqual({ title: '人员', entry: 'persons', version: 1, digest: version.digest, rules })
    const key = await withProtection(parts(), { rules, schema }, use, async (protection) => protection?.pseudonymKey?.toString('hex'))
    expect(key).toBe(await keyOf(use.agreement, use.scenario))
  })

  test('leaves no key behind in memory', async () => {
    const key = await withProtection(parts(), { rules, schema }, use, async (protection) => protection?.pseudonymKey ?? null)
    expect(key?.every((byte) => byte === 0)).toBe(true)
  })
})
