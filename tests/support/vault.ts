import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import type { ProfileSummary } from '#adapters/vault/ingest/table-profile.ts'
import { masterKeyPathBeside, openFileMasterKey } from '#adapters/vault/seal/file-master-key.ts'
import type { Suite } from '#adapters/vault/seal/suite.ts'
import { openVault } from '#adapters/vault/vault.ts'
import type { Vault } from '#adapters/vault/vault.ts'
import type { VaultVersion } from '#adapters/vault/versions.ts'

/** A vault in a data directory, which is made where it is not there, under a master key beside it. */
export async function openTestVault(dataDirectory: string, suite: Suite = 'sm4-ctr-hmac-sm3'): Promise<Vault> {
  await mkdir(dataDirectory, { recursive: true })
  const masterKey = await openFileMasterKey({ path: masterKeyPathBeside(dataDirectory), dataDirectory, suite, create: true })
  return openVault({ dataDirectory, masterKey, suite })
}

/** A vault in a folder of its own, and what removes both. */
export async function vaultOfItsOwn(suite?: Suite): Promise<{ folder: string; vault: Vault; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'gongshu-vault-test-'))
  const vault = await openTestVault(join(folder, 'data'), suite)
  const remove = async (): Promise<void> => {
    await rm(folder, { recursive: true })
    await rm(vault.temporary.root, { recursive: true, force: true })
  }
  return { folder, vault, remove }
}

/** A version as the database would give it back, of what was sealed without a database. */
export function firstVersion(sealed: { versionId: string; datasetId: string; schema: TableSchema; wrappedKey: Buffer; summary: ProfileSummary }): VaultVersion {
  const { versionId: id, datasetId, schema, wrappedKey, summary } = sealed
  return { id, datasetId, number: 1, providerOrganization: 'bureau', schema, summary, rows: summary.rows, state: 'active', wrappedKey, mode: 'full', baseVersion: null, changes: null, createdAt: new Date(0) }
}
