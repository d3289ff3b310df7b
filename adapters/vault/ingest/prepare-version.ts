/** From a supplied file to a sealed version that is ready to be recorded, and back to nothing if it is not. */
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { sql } from '#adapters/postgres/kysely.ts'
import type { Kysely } from 'kysely'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import type { SupplyMode } from '#core/boundary/supply-mode.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { ingestInChild } from '#adapters/vault/child/run-child.ts'
import type { DeclaredEncoding } from '#adapters/vault/ingest/decode-lines.ts'
import { deltaSchema, refuseOtherSchema } from '#adapters/vault/ingest/delta-request.ts'
import type { DeltaRequest } from '#adapters/vault/ingest/delta-request.ts'
import type { ExpectedSource, IngestResult, SealedBase } from '#adapters/vault/ingest/ingest-table.ts'
import { withPrivateDirectory } from '#adapters/vault/private-temporary.ts'
import { placeOf, withDataKey } from '#adapters/vault/read-version.ts'
import { datasetDirectory, sealedFilesOf, sealedProfilePath, sealedStagePath, sealedTablePath, vaultDirectory } from '#adapters/vault/sealed-names.ts'
import type { VersionPlace } from '#adapters/vault/sealed-names.ts'
import { overwriteAndUnlink, syncDirectory } from '#adapters/vault/seal/durable-files.ts'
import { keyBytes } from '#adapters/vault/seal/suite.ts'
import type { Suite } from '#adapters/vault/seal/suite.ts'
import type { Vault } from '#adapters/vault/vault.ts'
import type { VaultVersion } from '#adapters/vault/versions.ts'

export interface SuppliedFile {
  datasetId: string
  schema: TableSchema
  encoding: DeclaredEncoding
  expected?: ExpectedSource
  /** ISO date of the supply; the machine's own date at Asia/Shanghai where the caller has no better one. */
  suppliedOn?: string
  /** The version before and how the file changes it; absent: the file stands for itself. */
  delta?: DeltaRequest & { base: VaultVersion }
  /** Ends the processes that work on it; what they made is removed. */
  stop?: AbortSignal
}

/** Sealed files on disk and a wrapped key; not a version before it is recorded. */
export interface PreparedVersion {
  versionId: string
  datasetId: string
  schema: TableSchema
  suite: Suite
  masterKeyId: string
  wrappedKey: Buffer
  result: IngestResult
  mode: SupplyMode
  /** Id of the version before, for a delta. */
  baseVersion: string | null
}

const privateDirectory = 0o700

/**
 * Ingests `source` in a child process, as a table of its own or as a change of the version before; either way the new version
 * is whole and under its own key. Throws `IngestError`, `version-not-active` for a base that is being destroyed, and then
 * nothing is left: no file, no key, no row.
 */
export async function prepareVersion(vault: Vault, file: SuppliedFile, source: Readable): Promise<PreparedVersion> {
  const { delta } = file
  if (delta !== undefined) refuseUnusableBase(file.datasetId, file.schema, delta)
  const versionId = randomUUID()
  const dataKey = randomBytes(keyBytes)
  const place: VersionPlace = { dataDirectory: vault.dataDirectory, datasetId: file.datasetId, versionId }
  const folder = datasetDirectory(vault.dataDirectory, file.datasetId)
  await mkdir(folder, { recursive: true, mode: privateDirectory })
  try {
    const result = await withPrivateDirectory(vault.temporary, (directory) =>
      withBase(vault, delta?.base, (base) => ingestInChild(
        {
          schema: file.schema,
          encoding: file.encoding,
          limits: vault.limits,
          expected: file.expected ?? {},
          suppliedOn: file.suppliedOn ?? todayInShanghai(),
          suite: vault.suite,
          versionId,
          dataKey,
          tablePath: sealedTablePath(place),
          profilePath: sealedProfilePath(place),
          stagePath: sealedStagePath(place),
          directory,
          ...(delta === undefined ? {} : { delta: { mode: delta.mode, key: delta.key } }),
          ...base,
        },
        source,
        file.stop,
      )),
    )
    await syncDirectory(folder)
    await syncDirectory(vaultDirectory(vault.dataDirectory))
    const wrappedKey = await vault.masterKey.wrap(versionId, dataKey)
    return { versionId, datasetId: file.datasetId, schema: file.schema, suite: vault.suite, masterKeyId: vault.masterKey.id, wrappedKey, result, mode: delta?.mode ?? 'full', baseVersion: delta?.base.id ?? null }
  } catch (error) {
    await removeVersionFiles(vault, place)
    throw error
  } finally {
    dataKey.fill(0)
  }
}

/** Before a byte is read: the base must be of this data set, of the same schema, and the key a key of it. */
function refuseUnusableBase(datasetId: string, schema: TableSchema, delta: DeltaRequest & { base: VaultVersion }): void {
  if (delta.base.datasetId !== datasetId) throw new TypeError('the base is a version of another data set')
  refuseOtherSchema(delta.base.schema, schema)
  deltaSchema(schema, delta)
}

/** Runs a task with what opens the version before, whose key is wiped afterwards. */
async function withBase<T>(vault: Vault, base: VaultVersion | undefined, task: (base: { base?: SealedBase }) => Promise<T>): Promise<T> {
  if (base === undefined) return task({})
  return withDataKey(vault, base, (dataKey) => task({ base: { tablePath: sealedTablePath(placeOf(vault, base)), versionId: base.id, dataKey } }))
}

function todayInShanghai(): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date())
}

/** Undoes a preparation that is not going to be recorded. */
export async function discardVersion(vault: Vault, prepared: Pick<PreparedVersion, 'datasetId' | 'versionId'>): Promise<void> {
  await removeVersionFiles(vault, { dataDirectory: vault.dataDirectory, datasetId: prepared.datasetId, versionId: prepared.versionId })
}

/** Removes key and sealed files of a version from the disk; what is already gone is fine. */
export async function removeVersionFiles(vault: Vault, place: VersionPlace): Promise<void> {
  await vault.masterKey.destroy(place.versionId)
  for (const path of await sealedFilesOf(place)) await overwriteAndUnlink(path)
}

/**
 * Removes sealed files that no version owns: what a process killed between sealing and recording left behind.
 * Files younger than `graceMs` may belong to an ingest that is under way and stay. `db` must read as the system.
 * Returns the ids removed.
 */
export async function sweepUnrecorded(vault: Vault, db: Kysely<Tables>, graceMs: number): Promise<string[]> {
  // Another reader sees no version at all, and every file would look like one that no version owns.
  const reader = await sql<{ system: boolean }>`select reader_is_system() as system`.execute(db)
  if (reader.rows[0]?.system !== true) throw new Error('only the system may sweep the vault')
  const root = vaultDirectory(vault.dataDirectory)
  const removed: string[] = []
  for (const datasetId of await readdir(root)) {
    for (const versionId of await versionIdsIn(join(root, datasetId), graceMs)) {
      const row = await db.selectFrom('vault_version').select('id').where('id', '=', versionId).executeTakeFirst()
      if (row !== undefined) continue
      await removeVersionFiles(vault, { dataDirectory: vault.dataDirectory, datasetId, versionId })
      removed.push(versionId)
    }
  }
  return removed
}

async function versionIdsIn(folder: string, graceMs: number): Promise<Set<string>> {
  const ids = new Set<string>()
  for (const name of await readdir(folder)) {
    const { mtimeMs } = await stat(join(folder, name))
    const id = name.split('.')[0]
    if (id !== undefined && name.endsWith('.sealed') && Date.now() - mtimeMs >= graceMs) ids.add(id)
  }
  return ids
}
