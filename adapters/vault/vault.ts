/** The vault: sealed, immutable, versioned tables below the data directory, under keys that lie outside it. */
import { mkdir } from 'node:fs/promises'
import { defaultIngestLimits } from '#adapters/vault/ingest/ingest-limits.ts'
import type { IngestLimits } from '#adapters/vault/ingest/ingest-limits.ts'
import { openPrivateTemporary, sweepPrivateTemporary } from '#adapters/vault/private-temporary.ts'
import type { PrivateTemporary } from '#adapters/vault/private-temporary.ts'
import { vaultDirectory } from '#adapters/vault/sealed-names.ts'
import type { MasterKeyPort } from '#adapters/vault/seal/master-key-port.ts'
import type { Suite } from '#adapters/vault/seal/suite.ts'

export interface VaultOptions {
  dataDirectory: string
  masterKey: MasterKeyPort
  /** How new versions are sealed; existing ones keep theirs. */
  suite: Suite
  limits?: IngestLimits
}

export interface Vault {
  readonly dataDirectory: string
  readonly masterKey: MasterKeyPort
  readonly suite: Suite
  readonly limits: IngestLimits
  /** Where plaintext may be while work is done; `inMemory` belongs on the posture page. */
  readonly temporary: PrivateTemporary
}

const privateDirectory = 0o700

/** Opens the vault and removes plaintext that a killed process left in the private temporary directory. */
export async function openVault(options: VaultOptions): Promise<Vault> {
  await mkdir(vaultDirectory(options.dataDirectory), { recursive: true, mode: privateDirectory })
  const temporary = await openPrivateTemporary(options.dataDirectory)
  await sweepPrivateTemporary(temporary)
  const { dataDirectory, masterKey, suite } = options
  return { dataDirectory, masterKey, suite, limits: options.limits ?? defaultIngestLimits, temporary }
}
