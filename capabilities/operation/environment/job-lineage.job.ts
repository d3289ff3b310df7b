import type { Kysely } from 'kysely'
import { ALLOWED_FUNCTIONS } from '#core/boundary/allowed-functions.ts'
import { judgeStatement } from '#core/boundary/statement-gate.ts'
import { DEFAULT_STATEMENT_LIMITS } from '#core/boundary/statement-policy.ts'
import type { Lineage } from '#core/boundary/statement-policy.ts'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import type { ParseGate } from '#adapters/sandbox/parse.ts'
import { readVersion } from '#adapters/vault/versions.ts'
import type { Job } from './environment.store.ts'
import { suppliesOf } from './supplies.facts.ts'

/** Where a job's columns come from, with the declared schemas of the tables that it read. */
export type JobLineage = { lineage: Lineage; schemas: ReadonlyMap<string, TableSchema> }

/**
 * Reads a job's statement once more for people: which column of the result is computed from which columns of the sources.
 * Null where the statement was refused, or where its supplies are no longer there: then nobody can say.
 */
export async function lineageOfJob(parts: { db: Kysely<Tables>; gate: ParseGate }, job: Pick<Job, 'sql' | 'agreement' | 'supplies'>): Promise<JobLineage | null> {
  if (job.supplies.length === 0 || job.sql.length > DEFAULT_STATEMENT_LIMITS.statementLength) return null
  const mounted = await inTransaction(parts.db, { as: 'system' }, async (tx) => {
    const supplies = (await suppliesOf(tx, { agreement: job.agreement })).filter((supply) => job.supplies.includes(supply.id))
    return Promise.all(supplies.map(async (supply) => ({ fields: supply.fields, schema: (await readVersion(tx, supply.version)).schema })))
  })
  if (mounted.length < job.supplies.length) return null
  const schemas = new Map(mounted.map(({ schema }) => [schema.name.replaceAll('-', '_'), schema]))
  const parsed = await parts.gate.parse(job.sql)
  if (!parsed.ok) return null
  const tables = new Map(mounted.map(({ schema, fields }) => [schema.name.replaceAll('-', '_'), fields]))
  const judged = judgeStatement(parsed.tree, job.sql.length, { tables, functions: ALLOWED_FUNCTIONS, limits: DEFAULT_STATEMENT_LIMITS })
  return judged.allow ? { lineage: judged.lineage, schemas } : null
}
