import type { Kysely } from 'kysely'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import { refuse } from '#core/decision/refusal.ts'
import type { Refusal } from '#core/decision/refusal.ts'
import { ruleFaults } from '#core/protection/protection-rules.ts'
import type { ProtectionRules } from '#core/protection/protection-rules.ts'
import type { Weighing, WeighWish } from '#core/protection/weigh-rules.ts'
import type { Committer } from '#adapters/evidence/committer.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { MeasureFailed, weighBehindWalls } from '#adapters/protection/measure-behind-walls.ts'
import { materialise } from '#adapters/vault/materialise.ts'
import { withPrivateDirectory } from '#adapters/vault/private-temporary.ts'
import type { Vault } from '#adapters/vault/vault.ts'
import { readVersion } from '#adapters/vault/versions.ts'
import type { VaultVersion } from '#adapters/vault/versions.ts'
import { sidesOf, tableOf } from './write-rules.job.ts'
import type { RuleAct } from './write-rules.job.ts'

export type WeighParts = { db: Kysely<Tables>; vault: Vault; committer: Committer; complain(error: unknown): void }
export type WeighAsked = { entry: string; rules: ProtectionRules; wish: WeighWish; sensitive: string | null }
export type WeighAnswer = { accepted: true; weighing: Weighing; sensitive: string | null; version: string; schema: TableSchema } | { accepted: false; refusal: Refusal }

/** unit: seconds, MiB; source: platform default, a person waits for the answer */
const LIMITS = { seconds: 60, threads: 2, memoryMb: 1024 }
/** unit: columns; source: more quasi-identifiers than that make every row its own class */
const QUASI_IDENTIFIERS_MAX = 8

/**
 * Weighs rules against the newest supplied version of their table, for agency or provider before they write them. Only
 * quasi-identifiers and one sensitive column are taken out of the vault, and only figures leave the walls around them.
 */
export async function weighRulesFor(parts: WeighParts, asked: WeighAsked, act: RuleAct): Promise<WeighAnswer> {
  const found = await inTransaction(parts.db, { as: 'system' }, async (tx) => {
    const table = await tableOf(tx, asked.entry, act)
    if ('refusal' in table) return table
    if ((await sidesOf(tx, table.provider, act)).length === 0) return { refusal: refuse('actor-must-be-concerned-organization', null, '保护规则由实施机构和该数据的提供单位制定。', '请由其办理。') }
    const [fault] = ruleFaults(asked.rules, table.schema)
    if (fault !== undefined && fault.code !== 'rules-must-say-something') return { refusal: refuse(fault.code, null, fault.message, fault.cure) }
    const row = await tx.selectFrom('register_record').select('record').where('register', '=', 'supplies').where('current', '=', true)
      .where((is) => is.and([is(is.ref('record', '->>').key('entry'), '=', asked.entry)])).orderBy('from_date', 'desc').orderBy('key', 'desc').limit(1).executeTakeFirst()
    const version = row?.record['version']
    if (typeof version !== 'string') return { refusal: refuse('table-must-be-supplied', null, '该数据还没有供给入库，不能试算；规则可以照常拟订。', '供给后再试算。') }
    return { version: await readVersion(tx, version) }
  })
  if ('refusal' in found) return { accepted: false, refusal: found.refusal }
  const { version } = found
  const columns = version.schema.columns.filter(({ role }) => role === 'quasi-identifier').slice(0, QUASI_IDENTIFIERS_MAX)
  const sensitive = version.schema.columns.find(({ name, role }) => (asked.sensitive === null ? role === 'sensitive' : name === asked.sensitive))?.name ?? null
  if (columns.length === 0) return { accepted: false, refusal: refuse('quasi-identifiers-must-be-declared', null, '表结构没有登记准标识字段，无从试算重识别风险。', '请由数据提供单位在表结构中登记。') }
  await parts.committer.append({
    type: 'data-access', legalDate: act.today, actor: act.actor.person, onBehalfOf: act.actor.organization, office: act.actor.offices[0] ?? 'platform', action: 'weigh-protection-rules',
    object: { kind: 'catalog-entry', id: asked.entry }, decision: 'allow', detail: { version: version.id, columns: columns.map(({ name }) => name), sensitive },
  })
  try {
    const weighing = await weigh(parts, version, asked, columns.map(({ name, type }) => ({ name, type })), sensitive)
    return { accepted: true, weighing, sensitive, version: version.id, schema: version.schema }
  } catch (error) {
    if (!(error instanceof MeasureFailed)) throw error
    parts.complain(error)
    return { accepted: false, refusal: refuse('rules-must-be-weighable', null, '试算没有完成：取值过多或者超过时限。', '请减少准标识字段，或者先用较粗的泛化再试。') }
  }
}

async function weigh(parts: WeighParts, version: VaultVersion, { rules, wish }: WeighAsked, quasiIdentifiers: Parameters<typeof weighBehindWalls>[1]['quasiIdentifiers'], sensitive: string | null): Promise<Weighing> {
  const names = [...quasiIdentifiers.map(({ name }) => name), ...(sensitive === null ? [] : [sensitive])]
  const rows = rules.rows.filter(({ column }) => version.schema.columns.some(({ name }) => name === column))
  return withPrivateDirectory(parts.vault.temporary, async (directory) => {
    const { path } = await materialise(parts.vault, version, { columns: [...new Set(names)], filter: rows }, directory, 'weighed.parquet')
    return weighBehindWalls(path, { quasiIdentifiers, sensitive, rules: rules.columns, wish }, LIMITS)
  })
}
