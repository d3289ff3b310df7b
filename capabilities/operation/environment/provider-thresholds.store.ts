import { createHash } from 'node:crypto'
import type { Kysely, Selectable, Transaction } from 'kysely'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import { refuse } from '#core/decision/refusal.ts'
import type { Refusal } from '#core/decision/refusal.ts'
import { thresholdFaults } from '#core/disclosure-control/effective-thresholds.ts'
import type { ProviderThresholds } from '#core/disclosure-control/effective-thresholds.ts'
import { canonicalJson } from '#core/evidence/canonical-json.ts'
import type { Threshold } from '#core/pack/pack-format.ts'
import type { Actor } from '#core/procedure/case-state.ts'
import { addPending } from '#adapters/evidence/pending-entry.ts'
import { sql } from '#adapters/postgres/kysely.ts'
import type { ProviderThresholdTable } from '#adapters/postgres/tables/environment.ts'
import type { Tables } from '#adapters/postgres/tables.ts'

type Reading = Transaction<Tables> | Kysely<Tables>

/** A version as its history tells it: who asked for what, when and why. */
export type ThresholdVersion = ProviderThresholds & { reason: string; setBy: string; setOn: string }

/** What the providers of these catalog entries ask for beyond the pack, the newest version of each; entries without any are left out. */
export async function thresholdsOf(tx: Reading, entries: readonly string[]): Promise<ProviderThresholds[]> {
  if (entries.length === 0) return []
  const rows = await tx.selectFrom('provider_threshold').distinctOn('entry').selectAll().where('entry', 'in', [...entries]).orderBy('entry').orderBy('version', 'desc').execute()
  return rows.map(ofRow)
}

/** One version of an entry's thresholds, as a report names it; null where there is none. */
export async function thresholdsOfVersion(tx: Reading, entry: string, version: number): Promise<ProviderThresholds | null> {
  const row = await tx.selectFrom('provider_threshold').selectAll().where('entry', '=', entry).where('version', '=', version).executeTakeFirst()
  return row === undefined ? null : ofRow(row)
}

/** All versions of an entry's thresholds, the newest first. */
export async function thresholdVersions(tx: Reading, entry: string): Promise<ThresholdVersion[]> {
  const rows = await tx.selectFrom('provider_threshold').selectAll().where('entry', '=', entry).orderBy('version', 'desc').execute()
  return rows.map((row) => ({ ...ofRow(row), reason: row.reason, setBy: row.set_by, setOn: row.set_on }))
}

function ofRow(row: Selectable<ProviderThresholdTable>): ProviderThresholds {
  return { provider: row.provider, entry: row.entry, version: row.version, values: row.thresholds as ProviderThresholds['values'] } // written by setThresholds alone
}

/** The organisation that provides a catalog entry, or null where there is no such entry. */
async function providerOf(tx: Reading, entry: string): Promise<string | null> {
  const row = await tx.selectFrom('register_record').select('record').where('register', '=', 'catalog').where('key', '=', entry).where('current', '=', true).executeTakeFirst()
  const provider = row?.record['provider']
  return typeof provider === 'string' ? provider : null
}

export type ThresholdsAnswer = { accepted: true; thresholds: ProviderThresholds } | { accepted: false; refusal: Refusal }

/**
 * Sets what the provider of a catalog entry asks for of outputs made from it, as the next version; jobs whose turn comes from
 * now on are judged by it. Stricter than the pack or as strict, never laxer; a refusal rests on the basis of the pack's own
 * threshold. The act is an entry in the evidence, in the same transaction.
 */
export async function setThresholds(tx: Transaction<Tables>, asked: { entry: string; values: ProviderThresholds['values']; reason: string }, pack: Readonly<Record<string, Threshold>>, act: { actor: Actor; today: LegalDate; now: Date }): Promise<ThresholdsAnswer> {
  const { entry, values, reason } = asked
  const { actor, today, now } = act
  const provider = await providerOf(tx, entry)
  if (provider === null) return no('catalog-entry-must-exist', '没有这一目录条目。', '请从目录中选择。')
  if (actor.organization !== provider || !actor.offices.includes('data-provider')) return no('actor-must-be-concerned-organization', '输出检查的阈值由该数据的提供单位提出。', '请由其办理。')
  const faults = thresholdFaults(pack, values)
  const [first] = faults
  if (first !== undefined) {
    const details = { faults: faults.map(({ id, code, message }) => ({ id, code, message })) }
    return { accepted: false, refusal: refuse(first.code, pack[first.id]?.basis ?? null, faults.map(({ message }) => message).join(''), '请对照规则包现行阈值修改，提供单位只能定得更严。', details) }
  }
  await sql`select pg_advisory_xact_lock(hashtextextended(${`provider-threshold:${entry}`}, 0))`.execute(tx)
  const [before] = await thresholdsOf(tx, [entry])
  if (canonicalJson(before?.values ?? {}) === canonicalJson(values)) return no('thresholds-must-change', '所填阈值与施行中的相同。', '没有需要修改的，无需办理。')
  const thresholds: ProviderThresholds = { provider, entry, version: (before?.version ?? 0) + 1, values }
  await tx.insertInto('provider_threshold').values({ entry, version: thresholds.version, provider, thresholds: JSON.stringify(values), reason, set_by: actor.person, set_on: today }).execute()
  await addPending(tx, {
    type: 'policy-changed', legalDate: today, actor: actor.person, onBehalfOf: actor.organization, office: 'data-provider', action: 'set-output-thresholds',
    object: { kind: 'catalog-entry', id: entry }, decision: 'done', bodyHash: `sha256:${createHash('sha256').update(canonicalJson(values)).digest('hex')}`, detail: { entry, version: thresholds.version, reason },
  }, now)
  return { accepted: true, thresholds }
}

function no(code: string, message: string, cure: string): ThresholdsAnswer {
  return { accepted: false, refusal: refuse(code, null, message, cure) }
}
