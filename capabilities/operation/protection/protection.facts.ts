/** What other capabilities may know of protection: the rules in force for a table, and what they make of a supply. */
import type { Kysely, Transaction } from 'kysely'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import type { AppliedRules } from '#core/protection/applied-rules.ts'
import { declaredFields, hiddenKeys, registeredFields, shortfallsOf, withPseudonymKeys } from '#core/protection/declared-protection.ts'
import type { Shortfall } from '#core/protection/declared-protection.ts'
import { keptColumns } from '#core/protection/protection-rules.ts'
import type { ProtectionRules } from '#core/protection/protection-rules.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import type { Protection } from '#adapters/vault/materialise-protection.ts'
import type { MasterKeyPort } from '#adapters/vault/seal/master-key-port.ts'
import { ruleVersions, rulesInForce } from './protection-rules.store.ts'
import { scenarioKey } from './scenario-key.store.ts'

/** The register in which a city keeps the rules that agency and provider agreed on in a case of their own, by catalog entry. */
const AGREED_RULES = 'protection-rules'

type Reading = Kysely<Tables> | Transaction<Tables>

/** What protects a supplied table in one use. */
export type TableProtection = {
  /** The rules in force, as a job's report names them; null where agency and provider agreed on none. */
  applied: AppliedRules | null
  /** What is done to the columns: the rules in force, and a pseudonym for each key of entities. */
  rules: ProtectionRules
  /** The supplied fields that statements see. */
  fields: string[]
  /** Supplied fields whose declared protection no rule carries out; with any of them the table may not be read. */
  shortfalls: Shortfall[]
}

/** The rules in force for a table, as a job's report names them; null where agency and provider agreed on none. */
export async function appliedRulesOf(tx: Reading, entry: string, title: string): Promise<AppliedRules | null> {
  const found = await rulesInForce(tx, entry)
  return found === null ? null : { title, entry, version: found.version, digest: found.digest, rules: found.rules }
}

/** One version of the rules of an entry, as a report names it; null where there is none of that number. */
export async function rulesOfVersion(tx: Reading, entry: string, title: string, version: number): Promise<AppliedRules | null> {
  const found = (await ruleVersions(tx, entry)).find((one) => one.version === version)
  return found === undefined ? null : { title, entry, version: found.version, digest: found.digest, rules: found.rules }
}

/** What protects the supplied fields of a table: its rules in force, held against what its catalog entry declares. */
export async function tableProtectionOf(tx: Reading, schema: TableSchema, supply: { entry: string; fields: readonly string[] }): Promise<TableProtection> {
  const rows = await tx.selectFrom('register_record').select(['register', 'record']).where('register', 'in', ['catalog', AGREED_RULES]).where('key', '=', supply.entry).where('current', '=', true).execute()
  const recordIn = (register: string) => rows.find((row) => row.register === register)?.record
  const declared = declaredFields(recordIn('catalog'))
  const applied = await appliedRulesOf(tx, supply.entry, schema.title)
  const supplied = supply.fields.filter((field) => schema.columns.some((column) => column.name === field))
  const hidden = hiddenKeys(declared, schema)
  const fields = keptColumns(applied?.rules ?? null, supplied).filter((field) => !hidden.includes(field))
  return { applied, rules: withPseudonymKeys(applied?.rules ?? null, schema), fields, shortfalls: shortfallsOf(supplied, declared, applied?.rules ?? null, schema, registeredFields(recordIn(AGREED_RULES))) }
}

/** Runs a task with what must be done to a table in one scenario, and wipes the scenario's key afterwards. */
export async function withProtection<T>(
  parts: { db: Kysely<Tables>; masterKey: MasterKeyPort },
  { rules, schema }: { rules: ProtectionRules; schema: TableSchema },
  use: { agreement: string; scenario: string },
  task: (protection: Protection) => Promise<T>,
): Promise<T> {
  const { kind, key } = schema.entity
  const entityHash = kind === 'none' ? {} : { entityHash: { secret: await ledgerSecret(parts.db), kind, key } }
  const needsKey = rules.columns.some(({ method }) => method === 'pseudonym')
  const pseudonymKey = needsKey ? await scenarioKey(parts.db, parts.masterKey, use.agreement, use.scenario) : null
  try {
    return await task({ rules, pseudonymKey, ...entityHash })
  } finally {
    pseudonymKey?.fill(0)
  }
}

/** The secret by which the ledger of releases hashes entities. */
async function ledgerSecret(db: Kysely<Tables>): Promise<string> {
  return inTransaction(db, { as: 'system' }, async (tx) => (await tx.selectFrom('ledger_salt').select('salt').executeTakeFirstOrThrow()).salt)
}

// What the environment needs to answer with noise: the ledger of budgets, and the answers that were given.
export { digestOf, keepAnswer, knownAnswer } from './noisy-answers.store.ts'
export type { KeptAnswer } from './noisy-answers.store.ts'
export { spendPrivacy } from './privacy-ledger.store.ts'
