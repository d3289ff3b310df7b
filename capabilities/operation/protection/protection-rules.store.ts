import { createHash, randomUUID } from 'node:crypto'
import type { Kysely, Selectable, Transaction } from 'kysely'
import { canonicalJson } from '#core/evidence/canonical-json.ts'
import { protectionRulesSchema } from '#core/protection/protection-rules.ts'
import type { ProtectionRules } from '#core/protection/protection-rules.ts'
import type { ProtectionRuleTable } from '#adapters/postgres/tables/protection.ts'
import type { Tables } from '#adapters/postgres/tables.ts'

type Reading = Transaction<Tables> | Kysely<Tables>
type Writing = Transaction<Tables>

/** The two sides that write rules together. */
export const ruleSides = ['implementing-agency', 'data-provider'] as const
export type RuleSide = (typeof ruleSides)[number]

/** Who put their name to a version, for whom, on which side, on which day. */
export type RuleHand = { person: string; organization: string; side: RuleSide; on: string }

export type RuleVersion = {
  id: string
  entry: string
  version: number
  rules: ProtectionRules
  digest: string
  proposed: RuleHand
  /** null until the other side agrees; only then the version is in force. */
  agreed: RuleHand | null
}

/** Records the next version of an entry's rules, not yet in force. */
export async function insertRules(tx: Writing, entry: string, rules: ProtectionRules, hand: RuleHand): Promise<RuleVersion> {
  const last = await tx.selectFrom('protection_rule').select('version').where('entry', '=', entry).orderBy('version', 'desc').limit(1).executeTakeFirst()
  const text = canonicalJson(rules)
  const row = await tx.insertInto('protection_rule').values({
    id: `protection-rule-${randomUUID()}`, entry, version: (last?.version ?? 0) + 1, rules: text, digest: createHash('sha256').update(text).digest('hex'),
    proposed_by: hand.person, proposed_for: hand.organization, proposed_in: hand.side, proposed_on: hand.on, agreed_by: null, agreed_for: null, agreed_in: null, agreed_on: null,
  }).returningAll().executeTakeFirstOrThrow()
  return versionOf(row)
}

/** Puts a version into force. */
export async function agreeToRules(tx: Writing, id: string, hand: RuleHand): Promise<void> {
  await tx.updateTable('protection_rule').set({ agreed_by: hand.person, agreed_for: hand.organization, agreed_in: hand.side, agreed_on: hand.on }).where('id', '=', id).execute()
}

/** All versions of an entry's rules, the newest first. */
export async function ruleVersions(tx: Reading, entry: string): Promise<RuleVersion[]> {
  return (await tx.selectFrom('protection_rule').selectAll().where('entry', '=', entry).orderBy('version', 'desc').execute()).map(versionOf)
}

export async function ruleVersion(tx: Reading, id: string): Promise<RuleVersion | null> {
  const row = await tx.selectFrom('protection_rule').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? null : versionOf(row)
}

/** The newest version that both sides have agreed on; null where there is none. */
export async function rulesInForce(tx: Reading, entry: string): Promise<RuleVersion | null> {
  const row = await tx.selectFrom('protection_rule').selectAll().where('entry', '=', entry).where('agreed_on', 'is not', null).orderBy('version', 'desc').limit(1).executeTakeFirst()
  return row === undefined ? null : versionOf(row)
}

function versionOf(row: Selectable<ProtectionRuleTable>): RuleVersion {
  const { agreed_by: person, agreed_for: organization, agreed_in: side, agreed_on: on } = row
  return {
    id: row.id, entry: row.entry, version: row.version, rules: protectionRulesSchema.parse(row.rules), digest: row.digest,
    proposed: { person: row.proposed_by, organization: row.proposed_for, side: row.proposed_in as RuleSide, on: row.proposed_on }, // checked by the table
    agreed: person === null || organization === null || side === null || on === null ? null : { person, organization, side: side as RuleSide, on }, // checked by the table
  }
}
