/** Writes the authorised part of a version for one job, and nothing else of it. */
import { join } from 'node:path'
import { rowFilterSchema } from '#core/boundary/row-filter.ts'
import { keptColumns, protectionRulesSchema } from '#core/protection/protection-rules.ts'
import { materialiseInChild } from '#adapters/vault/child/run-child.ts'
import type { Protection } from '#adapters/vault/materialise-protection.ts'
import type { MaterialiseResult } from '#adapters/vault/materialise-table.ts'
import { placeOf, withDataKey } from '#adapters/vault/read-version.ts'
import { filterClause, selectedColumns } from '#adapters/vault/selection.ts'
import type { Selection } from '#adapters/vault/selection.ts'
import { sealedTablePath } from '#adapters/vault/sealed-names.ts'
import type { Vault } from '#adapters/vault/vault.ts'
import type { VaultVersion } from '#adapters/vault/versions.ts'

/**
 * Writes `<jobDirectory>/<fileName>` as Parquet with exactly the selected columns and rows, as the protection rules leave
 * them: a job's worker never has a protected column as it was supplied. One process opens the sealed parts and holds the keys;
 * another, behind walls and without them, reads what the parts hold. Neither sees a tenant's SQL. The job directory is the
 * caller's: private, in memory where possible, and removed after the job, for the file is plaintext.
 * Throws `SelectionError`, `VaultError`, `SealBroken` or `MaterialiseError`, and leaves no file then.
 */
export async function materialise(
  vault: Vault,
  version: VaultVersion,
  selection: Selection,
  jobDirectory: string,
  fileName: string,
  protection: Protection | null = null,
): Promise<MaterialiseResult & { path: string }> {
  const filter = rowFilterSchema.parse(selection.filter)
  // Refused here already, before a process is started and a key unwrapped.
  const rules = protection === null ? null : protectionRulesSchema.parse(protection.rules)
  selectedColumns(version.schema, keptColumns(rules, selection.columns))
  filterClause(version.schema, [...filter, ...(rules?.rows ?? [])])
  if (!/^[a-z0-9][a-z0-9-]*\.parquet$/.test(fileName)) throw new TypeError('a job file is named like table-name.parquet')
  const path = join(jobDirectory, fileName)
  const result = await withDataKey(vault, version, (dataKey) =>
    materialiseInChild({
      schema: version.schema,
      versionId: version.id,
      dataKey,
      tablePath: sealedTablePath(placeOf(vault, version)),
      rows: version.rows,
      limits: vault.limits,
      columns: selection.columns,
      filter,
      protection,
      outputPath: path,
    }),
  )
  return { ...result, path }
}
