import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { openFileMasterKey } from '#adapters/vault/seal/file-master-key.ts'
import { openVault } from '#adapters/vault/vault.ts'
import { sealResult } from '#capabilities/operation/environment/sealed-results.store.ts'
import { Official } from '#tools/crash/city-desk.ts'
import { DRILL } from '#tools/crash/drill-packs.ts'
import type { BenchCity } from './bench-city.ts'

const KEY = `gs_${'k'.repeat(43)}`
const SUBSCRIPTION = 'bench-subscription'
const PRODUCT = 'bench-product'
const JOB = 'bench-job'
const SUITE = 'aes-256-gcm'
const TEXT_LENGTH = 800 // with the metering beside it an answer is about 1 KB

/** A call that the prepared product answers. */
export const PREPARED_CALL = {
  path: `/gateway/v1/products/${PRODUCT}/query`,
  headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
  body: JSON.stringify({ scenario: '基准场景', fields: ['name', 'text'], where: [{ field: 'name', is: 'equal', value: 'row-7' }], limit: 1 }),
}

/** A product with one released table, a granted subscription and its key, straight into the tables of a running server, which is stopped for it. */
export async function prepareProduct(city: BenchCity): Promise<void> {
  const officer = await Official.signIn(city.desk, 'zx-liu')
  const { case_id: caseId } = await officer.command('/api/cases', 'bench-open-plan', { pack: DRILL.pack, procedure: 'implementation-plan', links: {}, contents: { 'case-name': '基准测试' } })
  await city.stop()
  const vaultDir = join(city.dataDir, 'vault')
  const masterKey = await openFileMasterKey({ path: `${city.dataDir}.master-key`, dataDirectory: vaultDir, suite: SUITE, create: false })
  const vault = await openVault({ dataDirectory: vaultDir, masterKey, suite: SUITE })
  const rows = Array.from({ length: 1_000 }, (_, index) => [`row-${index}`, 'x'.repeat(TEXT_LENGTH)])
  const wrapped = await sealResult(vault, JOB, rows)
  const columns = JSON.stringify([{ name: 'name', type: 'VARCHAR' }, { name: 'text', type: 'VARCHAR' }])
  const record = JSON.stringify({ name: '基准产品', kind: 'query-interface', fields: ['name', 'text'], job: JOB })
  await city.asSuperuser(async (client) => {
    await client.query(`insert into job (id, agreement, organization, author, scenario, purpose, sql, status, tables, columns, row_count, digest, pack_digest, wrapped_key)
      values ($1, $2, 'river-data-group', 'yy-zhou', '基准场景', '基准测试', 'select', 'succeeded', '[]', $3, $4, 'none', 'none', $5)`, [JOB, caseId, columns, rows.length, wrapped])
    await client.query(`insert into release (id, job, agreement, organization, title, columns, row_count, digest, case_id, released_on)
      values ('bench-release', $1, $2, 'river-data-group', '基准结果', $3, $4, 'none', $2, '2026-06-08')`, [JOB, caseId, columns, rows.length])
    await client.query(`insert into register_record (register, key, version, record, from_date, current, case_id) values ('products', $1, 1, $2, '2026-06-08', true, $3)`, [PRODUCT, record, caseId])
    for (const [kind, id] of [['product', PRODUCT], ['subscription', SUBSCRIPTION], ['agreement', caseId], ['release', caseId]]) {
      await client.query(`insert into standing (kind, id, state, since, case_id) values ($1, $2, 'granted', '2026-06-08', $3)`, [kind, id, caseId])
    }
    await client.query(`insert into service_grant (subscription, product, consumer, scenario, purpose, ends, price, quota, case_id)
      values ($1, $2, 'far-sail-logistics', '基准场景', '基准测试', '2031-06-07', 0, 100000000, $3)`, [SUBSCRIPTION, PRODUCT, caseId])
    await client.query(`insert into service_key (id, subscription, consumer, key_sha256, hint, made_by) values ('bench-key', $1, 'far-sail-logistics', $2, 'kkkk', 'yf-zeng')`,
      [SUBSCRIPTION, createHash('sha256').update(KEY).digest()])
  })
}
