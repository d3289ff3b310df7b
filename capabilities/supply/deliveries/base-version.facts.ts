import type { Kysely, Transaction } from 'kysely'
import { columnsOfRule } from '#core/boundary/quality-rule.ts'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { readVersion } from '#adapters/vault/versions.ts'
import type { VaultVersion } from '#adapters/vault/versions.ts'
import type { CataloguedTable } from './catalogued.facts.ts'

/** The newest version of a provider's table, and why it cannot be changed row by row; null where it can. */
export type BaseVersion = { version: VaultVersion; hindrance: string | null }

/** The version that an increment of this table would change: the newest, and no other. Null where the provider supplied none yet. */
export async function newestBase(tx: Transaction<Tables> | Kysely<Tables>, table: CataloguedTable, provider: string): Promise<BaseVersion | null> {
  const row = await tx.selectFrom('vault_version as v').innerJoin('vault_dataset as d', 'd.id', 'v.dataset_id').select('v.id')
    .where('d.name', '=', table.dataset).where('d.provider_organization', '=', provider).orderBy('v.number', 'desc').limit(1).executeTakeFirst()
  if (row === undefined) return null
  const version = await readVersion(tx, row.id)
  return { version, hindrance: hindranceOf(version, table) }
}

function hindranceOf({ state, number, schema }: VaultVersion, table: CataloguedTable): string | null {
  if (state !== 'active') return `上一版本（第 ${number} 版）已经销毁或者正在销毁，须提供完整的文件。`
  const agreed = new Set(table.columns.map(({ name }) => name))
  const isSame = schema.columns.length === agreed.size && schema.columns.every(({ name }) => agreed.has(name))
  return isSame ? null : `上一版本（第 ${number} 版）的列与本次同意提供的列不同，须提供完整的文件。`
}

/** The table as its version has it, under the headers of the new file, with what the catalog promises of the rows now. */
export function schemaOfDelta({ schema }: VaultVersion, table: CataloguedTable, headers: ReadonlyMap<string, string>): TableSchema {
  const { quality: _, ...rest } = schema
  const names = new Set(schema.columns.map(({ name }) => name))
  const quality = table.quality?.filter((rule) => columnsOfRule(rule).every((name) => names.has(name)))
  return {
    ...rest,
    columns: schema.columns.map((column) => ({ ...column, header: headers.get(column.name) ?? column.header ?? column.name })),
    ...(quality === undefined ? {} : { quality }),
  }
}
