import { ALLOWED_FUNCTIONS } from '#core/boundary/allowed-functions.ts'
import { judgeStatement } from '#core/boundary/statement-gate.ts'
import { DEFAULT_STATEMENT_LIMITS } from '#core/boundary/statement-policy.ts'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import { readVersion } from '#adapters/vault/versions.ts'
import type { ApiParts } from '../parts.ts'

type Job = { id: string; sql: string; supplies: readonly string[] }
type Parts = Pick<ApiParts, 'operation'>

/** A released statement never changes, nor do the versions it read: each is looked at once. */
const known = new WeakMap<ApiParts['operation'], Map<string, ReadonlyMap<string, string>>>()

/**
 * What the columns of a job's result are called, by the declared schemas of the tables it read: a source column that
 * kept its name has its title, one that was computed is told by what it was computed from. A column of neither is left
 * out, and so is every column where the statement can no longer be parsed.
 */
export async function columnTitles(parts: Parts, tx: Tx, job: Job): Promise<ReadonlyMap<string, string>> {
  const kept = known.get(parts.operation) ?? new Map<string, ReadonlyMap<string, string>>()
  known.set(parts.operation, kept)
  const made = kept.get(job.id) ?? (await titlesOf(parts, await schemasOf(tx, job.supplies), job.sql))
  kept.set(job.id, made)
  return made
}

async function schemasOf(tx: Tx, supplies: readonly string[]): Promise<TableSchema[]> {
  if (supplies.length === 0) return []
  const rows = await tx.selectFrom('register_record').select(['key', 'record']).where('register', '=', 'supplies').where('key', 'in', [...supplies]).orderBy('version').execute()
  const versions = new Map(rows.flatMap(({ key, record }) => (typeof record['version'] === 'string' ? [[key, record['version']] as const] : [])))
  return Promise.all([...versions.values()].map(async (version) => (await readVersion(tx, version)).schema))
}

async function titlesOf({ operation }: Parts, schemas: readonly TableSchema[], sql: string): Promise<ReadonlyMap<string, string>> {
  const tables = new Map(schemas.map((schema) => [schema.name.replaceAll('-', '_'), schema.columns.map((column) => column.name)]))
  const parsed = await operation.jobs.gate.parse(sql)
  const judged = parsed.ok ? judgeStatement(parsed.tree, sql.length, { tables, functions: ALLOWED_FUNCTIONS, limits: DEFAULT_STATEMENT_LIMITS }) : null
  if (judged === null || !judged.allow) return new Map()
  const titles = new Map(schemas.flatMap((schema) => schema.columns.map((column) => [`${schema.name.replaceAll('-', '_')}.${column.name}`, column.title] as const)))
  return new Map(judged.lineage.outputs.flatMap(({ name, sources }) => {
    const from = [...new Set(sources.flatMap(({ table, column }) => titles.get(`${table}.${column}`) ?? []))]
    const [first] = sources
    if (first === undefined || from.length === 0) return []
    return [[name, sources.length === 1 && first.column === name ? from.join('、') : `由${from.join('、')}得出`] as const]
  }))
}
