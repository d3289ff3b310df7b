/** What other capabilities may know of protection: the rules in force for a table, and what they make of a supply. */
import type { Kysely, Transaction } from 'kysely'
import type { AppliedRules } from '#core/protection/applied-rules.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import type { Protection } from '#adapters/vault/materialise-protection.ts'
import type { MasterKeyPort } from '#adapters/vault/seal/master-key-port.ts'
import { rulesInForce } from './protection-rules.store.ts'
import { scenarioKey } from './scenario-key.store.ts'

/** The rules in force for a table, as a job's report names them; null where agency and provider agreed on none. */
export async function appliedRulesOf(tx: Kysely<Tables> | Transaction<Tables>, entry: string, title: string): Promise<AppliedRules | null> {
  const found = await rulesInForce(tx, entry)
  return found === null ? null : { title, entry, version: found.version, digest: found.digest, rules: found.rules }
}

/** Runs a task with what must be done to a table in one scenario, and wipes the scenario's key afterwards. */
export async function withProtection<T>(
  parts: { db: Kysely<Tables>; masterKey: MasterKeyPort },
  applied: AppliedRules | null,
  use: { agreement: string; scenario: string },
  task: (protection: Protection | null) => Promise<T>,
): Promise<T> {
  if (applied === null) return task(null)
  const needsKey = applied.rules.columns.some(({ method }) => method === 'pseudonym')
  const pseudonymKey = needsKey ? await scenarioKey(parts.db, parts.masterKey, use.agreement, use.scenario) : null
  try {
    return await task({ rules: applied.rules, pseudonymKey })
  } finally {
    pseudonymKey?.fill(0)
  }
}
