import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { Kysely } from 'kysely'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import type { LegalClock } from '#adapters/clock/legal-clock.ts'
import { PortRefused } from '#adapters/ports/port.ts'
import type { Ingested } from '#adapters/ports/integrated-platform.ts'
import type { PortMessage } from '#adapters/ports/port.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'
import { discardVersion, prepareVersion } from '#adapters/vault/ingest/prepare-version.ts'
import type { Vault } from '#adapters/vault/vault.ts'
import { recordVersion, registerDataset } from '#adapters/vault/versions.ts'

export type TakeInParts = { db: Kysely<Tables>; vault: Vault; clock: LegalClock; schemaOf(dataset: string): TableSchema | undefined }

/**
 * Takes a supplied file into the vault as a new immutable version of its data set. Nothing half ingested: a fault names
 * row and column and leaves no file, no key and no row. The same message again gives the version it made before.
 */
export async function takeIn(parts: TakeInParts, supply: { message: PortMessage; dataset: string; expectedSha256: string }, file: Readable): Promise<Ingested> {
  const schema = parts.schemaOf(supply.dataset)
  if (!schema) throw new PortRefused('table-schema-must-be-declared', `数据集“${supply.dataset}”没有登记表结构，不能接收。`)
  const provider = supply.message.payload['provider']
  if (typeof provider !== 'string') throw new PortRefused('port-message-must-be-whole', '报文缺少提供单位。')
  const datasetId = await datasetOf(parts, schema, provider)
  const prepared = await prepareVersion(parts.vault, { datasetId, schema, encoding: 'detect' }, file).catch((error: unknown) => {
    if (error instanceof IngestError) throw new PortRefused(error.code, error.message)
    throw error
  })
  if (prepared.result.source.sha256 !== supply.expectedSha256) {
    await discardVersion(parts.vault, prepared)
    throw new PortRefused('hashes-must-be-equal', '发送方与接收方的哈希值不一致，未予接收。')
  }
  const { version, today } = await inTransaction(parts.db, { as: 'system' }, async (tx) => ({ version: await recordVersion(tx, prepared), today: await parts.clock.today(tx) }))
  const { result } = prepared
  return { version: version.id, rows: result.summary.rows, sourceSha256: result.source.sha256, tableSha256: result.table.plainSha256, tableSm3: result.table.plainSm3, receivedOn: today }
}

/** The data set of a provider under its schema's name, registered at its first supply. */
async function datasetOf(parts: TakeInParts, schema: TableSchema, provider: string): Promise<string> {
  return inTransaction(parts.db, { as: 'system' }, async (tx) => {
    const known = await tx.selectFrom('vault_dataset').select('id').where('name', '=', schema.name).where('provider_organization', '=', provider).executeTakeFirst()
    if (known) return known.id
    const id = randomUUID()
    await registerDataset(tx, { id, name: schema.name, title: schema.title, providerOrganization: provider })
    return id
  })
}
