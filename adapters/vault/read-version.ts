/** Opening a sealed version: refuses one that is on its way into destruction, and hands the data key out for one task. */
import type { SealedProfile } from '#adapters/vault/ingest/table-profile.ts'
import { sealPurpose, sealedProfilePath } from '#adapters/vault/sealed-names.ts'
import type { VersionPlace } from '#adapters/vault/sealed-names.ts'
import { readSealed } from '#adapters/vault/seal/sealed-file.ts'
import { VaultError } from '#adapters/vault/versions.ts'
import type { VaultVersion } from '#adapters/vault/versions.ts'
import type { Vault } from '#adapters/vault/vault.ts'

/** Runs a task with the version's data key and wipes the key afterwards. Throws `version-not-active`. */
export async function withDataKey<T>(vault: Vault, version: VaultVersion, task: (dataKey: Buffer) => Promise<T>): Promise<T> {
  if (version.state !== 'active' || version.wrappedKey === null) {
    throw new VaultError('version-not-active', `数据版本（第 ${version.number} 版）已进入销毁程序，不能再使用。`)
  }
  const dataKey = await vault.masterKey.unwrap(version.id, version.wrappedKey)
  try {
    return await task(dataKey)
  } finally {
    dataKey.fill(0)
  }
}

/** The sealed profile: minima, maxima and fingerprints of rare values, for the output checks only. */
export async function readSealedProfile(vault: Vault, version: VaultVersion): Promise<SealedProfile> {
  return withDataKey(vault, version, async (dataKey) => {
    const chunks: Buffer[] = []
    for await (const chunk of readSealed(sealedProfilePath(placeOf(vault, version)), dataKey, sealPurpose('profile', version.id))) chunks.push(chunk)
    // Authenticated: written by `ingestTable` from this very type.
    return JSON.parse(Buffer.concat(chunks).toString()) as SealedProfile
  })
}

/** Where a version's files lie. */
export function placeOf(vault: Vault, version: Pick<VaultVersion, 'datasetId' | 'id'>): VersionPlace {
  return { dataDirectory: vault.dataDirectory, datasetId: version.datasetId, versionId: version.id }
}
