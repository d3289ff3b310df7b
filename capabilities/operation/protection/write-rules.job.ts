import type { Transaction } from 'kysely'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import { refuse } from '#core/decision/refusal.ts'
import type { Refusal } from '#core/decision/refusal.ts'
import type { JsonObject } from '#core/json.ts'
import type { Actor } from '#core/procedure/case-state.ts'
import { ruleFaults } from '#core/protection/protection-rules.ts'
import type { ProtectionRules } from '#core/protection/protection-rules.ts'
import { addPending } from '#adapters/evidence/pending-entry.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { agreeToRules, insertRules, ruleVersion, ruleVersions } from './protection-rules.store.ts'
import type { RuleSide, RuleVersion } from './protection-rules.store.ts'

type Writing = Transaction<Tables>

export type RuleAct = { actor: Actor; today: LegalDate; now: Date; schemaOf(dataset: string): TableSchema | undefined }
export type RuleAnswer = { accepted: true; version: RuleVersion } | { accepted: false; refusal: Refusal }

/**
 * Writes the next version of a table's protection rules. The agency or the provider of the entry may; it comes into force
 * when the other side agrees. Each act is an entry in the evidence, in the same transaction.
 */
export async function proposeRules(tx: Writing, entry: string, rules: ProtectionRules, act: RuleAct): Promise<RuleAnswer> {
  const table = await tableOf(tx, entry, act)
  if ('refusal' in table) return { accepted: false, refusal: table.refusal }
  const [side] = await sidesOf(tx, table.provider, act)
  if (side === undefined) return { accepted: false, refusal: notConcerned() }
  const faults = ruleFaults(rules, table.schema)
  const [first] = faults
  if (first !== undefined) {
    const details = { faults: faults.map(({ code, message }) => ({ code, message })) }
    return { accepted: false, refusal: refuse(first.code, null, faults.map(({ message }) => message).join(''), first.cure, details) }
  }
  const version = await insertRules(tx, entry, rules, { person: act.actor.person, organization: act.actor.organization, side, on: act.today })
  await enter(tx, 'propose-protection-rules', version, side, act)
  return { accepted: true, version }
}

/** Puts the newest version into force; the other side does, by another person. */
export async function agreeRules(tx: Writing, id: string, act: RuleAct): Promise<RuleAnswer> {
  const version = await ruleVersion(tx, id)
  const table = version === null ? null : await tableOf(tx, version.entry, act)
  if (version === null || table === null || 'refusal' in table) return { accepted: false, refusal: no('protection-rules-must-exist', '没有这一保护规则，或者与贵单位无关。', '请从列表中选择。') }
  const sides = await sidesOf(tx, table.provider, act)
  if (sides.length === 0) return { accepted: false, refusal: notConcerned() }
  const side = sides.find((one) => one !== version.proposed.side)
  if (side === undefined || act.actor.person === version.proposed.person) {
    return { accepted: false, refusal: no('rules-must-be-agreed-by-the-other-side', '保护规则由实施机构会同数据提供单位制定，拟订的一方不能自行同意。', '请由另一方的人员办理。') }
  }
  if (version.agreed !== null) return { accepted: false, refusal: no('rules-must-await-agreement', `第${version.version}版已于${version.agreed.on}施行。`, '无需重复办理。') }
  const [newest] = await ruleVersions(tx, version.entry)
  if (newest?.id !== id) return { accepted: false, refusal: no('rules-must-be-the-newest', `已有更新的第${newest?.version ?? 0}版。`, '请办理最新一版。') }
  const hand = { person: act.actor.person, organization: act.actor.organization, side, on: act.today }
  await agreeToRules(tx, id, hand)
  await enter(tx, 'agree-to-protection-rules', version, side, act)
  return { accepted: true, version: { ...version, agreed: hand } }
}

/** The record of a catalog entry, or null where there is none. */
export async function entryOf(tx: Writing, entry: string): Promise<JsonObject | null> {
  const row = await tx.selectFrom('register_record').select('record').where('register', '=', 'catalog').where('key', '=', entry).where('current', '=', true).executeTakeFirst()
  return row?.record ?? null
}

/** The provider and the declared table of a catalog entry, or why rules cannot be written for it. */
export async function tableOf(tx: Writing, entry: string, act: RuleAct): Promise<{ provider: string; schema: TableSchema } | { refusal: Refusal }> {
  const record = await entryOf(tx, entry)
  if (record === null) return { refusal: no('catalog-entry-must-exist', '没有这一目录条目。', '请从目录中选择。') }
  const { dataset, provider } = record
  const schema = typeof dataset === 'string' ? act.schemaOf(dataset) : undefined
  if (schema === undefined || typeof provider !== 'string') return { refusal: no('table-schema-must-be-declared', '该目录条目没有登记表结构，不能逐字段制定规则。', '请先登记表结构。') }
  return { provider, schema }
}

/** The sides on which a person may act for an entry of this provider; an agency does so for providers of its own region only. */
export async function sidesOf(tx: Writing, provider: string, { actor, today }: Pick<RuleAct, 'actor' | 'today'>): Promise<RuleSide[]> {
  const sides: RuleSide[] = actor.offices.includes('data-provider') && actor.organization === provider ? ['data-provider'] : []
  if (!actor.offices.includes('implementing-agency')) return sides
  const shared = await tx.selectFrom('office_holding as agency').innerJoin('office_holding as provider', 'provider.region', 'agency.region')
    .select('agency.region')
    .where('agency.organization', '=', actor.organization).where('agency.office', '=', 'implementing-agency').where('agency.from_date', '<=', today)
    .where((is) => is.or([is('agency.until_date', 'is', null), is('agency.until_date', '>=', today)]))
    .where('provider.organization', '=', provider).where('provider.office', '=', 'data-provider')
    .limit(1).executeTakeFirst()
  return shared === undefined ? sides : [...sides, 'implementing-agency']
}

async function enter(tx: Writing, action: string, { id, entry, version, digest }: RuleVersion, side: RuleSide, { actor, today, now }: RuleAct): Promise<void> {
  await addPending(tx, {
    type: 'policy-changed', legalDate: today, actor: actor.person, onBehalfOf: actor.organization, office: side, action,
    object: { kind: 'protection-rule', id }, decision: 'done', bodyHash: `sha256:${digest}`, detail: { entry, version },
  }, now)
}

function notConcerned(): Refusal {
  return no('actor-must-be-concerned-organization', '保护规则由实施机构和该数据的提供单位制定。', '请由其办理。')
}

function no(code: string, message: string, cure: string): Refusal {
  return refuse(code, null, message, cure)
}
