/**
 * Destruction of versions in two phases, because destroying a key is no database transaction: the intention is committed
 * first, then key and files go, then it is recorded that they are gone and how that was proven. A crash anywhere in
 * between leaves an intention, and carrying it out again finishes it.
 */
import { stat } from 'node:fs/promises'
import { sql } from '#adapters/postgres/kysely.ts'
import type { Kysely, Transaction } from 'kysely'
import type { Tables } from '#adapters/postgres/tables.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { attemptWithoutMasterKey } from '#adapters/vault/proof.ts'
import type { ReadAttempt } from '#adapters/vault/proof.ts'
import { placeOf } from '#adapters/vault/read-version.ts'
import { sealPurpose, sealedFilesOf, sealedProfilePath, sealedTablePath } from '#adapters/vault/sealed-names.ts'
import { overwriteAndUnlink } from '#adapters/vault/seal/durable-files.ts'
import { MasterKeyError } from '#adapters/vault/seal/master-key-port.ts'
import type { Vault } from '#adapters/vault/vault.ts'
import { VaultError, readVersion } from '#adapters/vault/versions.ts'
import type { VaultVersion } from '#adapters/vault/versions.ts'

/** Who ordered the destruction and on what ground, as references to acts; no person's name. */
export interface DestructionOrder {
  orderedBy: string
  ground: string
}

/** What was tried after the key was gone. */
export interface DestructionProof {
  /** The master key itself, with the wrapped key from the database, no longer gives a data key. */
  unwrapping: 'version-key-destroyed' | 'wrapped-key-gone'
  /** Tries on the sealed rows, before they were removed. */
  attempts: ReadAttempt[]
  /** Neither sealed file exists any more. */
  filesAbsent: true
}

/** Called at named places, so that tests can kill the process there. */
export type Failpoint = (name: DestructionFailpoint) => void | Promise<void>
export const destructionFailpoints = ['destruction-begun', 'key-destroyed', 'table-removed', 'files-removed', 'done-recorded'] as const
export type DestructionFailpoint = (typeof destructionFailpoints)[number]

/**
 * First phase, inside the caller's transaction: the versions can no longer be opened from its commit on.
 * A version already on its way is left as it is. Throws `version-unknown`.
 */
export async function intendDestruction(transaction: Transaction<Tables>, versionIds: string[], order: DestructionOrder): Promise<void> {
  for (const id of versionIds) {
    const version = await readVersion(transaction, id)
    if (version.state !== 'active') continue
    await transaction.updateTable('vault_version').set({ state: 'destroying' }).where('id', '=', id).execute()
    await transaction
      .insertInto('vault_key_destruction')
      .values({ version_id: id, provider_organization: version.providerOrganization, ordered_by: order.orderedBy, ground: order.ground })
      .execute()
  }
}

/** Versions whose destruction was intended and not yet recorded as done; asked at every start. */
export async function pendingDestructions(db: Kysely<Tables>): Promise<string[]> {
  const rows = await db.selectFrom('vault_key_destruction').select('version_id').where('done_at', 'is', null).orderBy('intended_at').execute()
  return rows.map((row) => row.version_id)
}

export interface CarryOutOptions {
  failpoint?: Failpoint
  /** Runs in the transaction that records the destruction as done, for the entry of evidence. */
  alongside?: (transaction: Transaction<Tables>, version: VaultVersion, proof: DestructionProof) => Promise<void>
}

/**
 * Second phase: destroys the version's key, proves by trying that the sealed rows no longer open, overwrites and removes
 * the files, and records it. Idempotent; returns undefined when it was recorded before.
 * Throws `destruction-not-intended`, and `destruction-not-proven` if anything still opened.
 */
export async function carryOutDestruction(
  vault: Vault,
  db: Kysely<Tables>,
  versionId: string,
  options: CarryOutOptions = {},
): Promise<DestructionProof | undefined> {
  const failpoint: Failpoint = options.failpoint ?? (() => undefined)
  const version = await inTransaction(db, { as: 'system' }, (transaction) => readVersion(transaction, versionId))
  if (version.state === 'destroyed') return undefined
  if (version.state === 'active') throw new VaultError('destruction-not-intended', '销毁须先作出决定并登记，方可执行。')
  await failpoint('destruction-begun')
  await vault.masterKey.destroy(version.id)
  await failpoint('key-destroyed')
  const proof = await proveDestroyed(vault, version)
  const place = placeOf(vault, version)
  await overwriteAndUnlink(sealedTablePath(place))
  await failpoint('table-removed')
  await overwriteAndUnlink(sealedProfilePath(place))
  for (const path of await sealedFilesOf(place)) await overwriteAndUnlink(path)
  await refusePresent([sealedTablePath(place), sealedProfilePath(place), ...(await sealedFilesOf(place))])
  await failpoint('files-removed')
  await recordDone(db, version, proof, options.alongside)
  await failpoint('done-recorded')
  return proof
}

async function proveDestroyed(vault: Vault, version: VaultVersion): Promise<DestructionProof> {
  const attempts = await attemptWithoutMasterKey(sealedTablePath(placeOf(vault, version)), sealPurpose('table', version.id), version.wrappedKey)
  if (attempts.some((attempt) => attempt.outcome === 'opened')) throw notProven('密文仍可打开')
  return { unwrapping: await unwrappingFails(vault, version), attempts, filesAbsent: true }
}

async function unwrappingFails(vault: Vault, version: VaultVersion): Promise<DestructionProof['unwrapping']> {
  if (version.wrappedKey === null) return 'wrapped-key-gone'
  try {
    const dataKey = await vault.masterKey.unwrap(version.id, version.wrappedKey)
    dataKey.fill(0)
  } catch (error) {
    if (error instanceof MasterKeyError && error.code === 'version-key-destroyed') return 'version-key-destroyed'
    throw error
  }
  throw notProven('数据密钥仍可解封')
}

async function refusePresent(paths: string[]): Promise<void> {
  for (const path of paths) {
    try {
      await stat(path)
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') continue
      throw error
    }
    throw notProven('密文文件仍存在')
  }
}

function notProven(finding: string): VaultError {
  return new VaultError('destruction-not-proven', `销毁未能证明：${finding}。请检查密钥存储后重新执行。`)
}

async function recordDone(db: Kysely<Tables>, version: VaultVersion, proof: DestructionProof, alongside: CarryOutOptions['alongside']): Promise<void> {
  await inTransaction(db, { as: 'system' }, async (transaction) => {
    const current = await readVersion(transaction, version.id)
    // Another process may have finished the same destruction meanwhile.
    if (current.state === 'destroyed') return
    await transaction.updateTable('vault_version').set({ state: 'destroyed', wrapped_key: null }).where('id', '=', version.id).execute()
    await transaction
      .updateTable('vault_key_destruction')
      .set({ done_at: sql<Date>`now()`, proof: JSON.stringify(proof) })
      .where('version_id', '=', version.id)
      .execute()
    await alongside?.(transaction, version, proof)
  })
}
