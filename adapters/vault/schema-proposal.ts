/** What a supplied file seems to be, for the provider to confirm, and how the whole of it fits what was confirmed. Nothing of the file is kept. */
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { tableSchema } from '#core/boundary/table-schema.ts'
import type { EntityKind, TableSchema } from '#core/boundary/table-schema.ts'
import { lookInChild } from '#adapters/vault/child/run-child.ts'
import type { DeclaredEncoding } from '#adapters/vault/ingest/decode-lines.ts'
import type { Looked, Question } from '#adapters/vault/ingest/look-at-table.ts'
import type { SchemaProposal } from '#adapters/vault/ingest/sample-table.ts'
import type { SchemaFit } from '#adapters/vault/ingest/schema-fit.ts'
import { withPrivateDirectory } from '#adapters/vault/private-temporary.ts'
import { datasetDirectory, sealedStagePath } from '#adapters/vault/sealed-names.ts'
import { keyBytes } from '#adapters/vault/seal/suite.ts'
import type { Vault } from '#adapters/vault/vault.ts'

const privateDirectory = 0o700

/**
 * Proposes a schema from the first rows and destroys the rest of the source unread. A pure proposal: types, dates, decimal
 * places, missing markers and encoding with the share of values that fit and the first row that does not.
 * Throws `IngestError` where the file cannot be read as a table.
 */
export async function proposeSchema(vault: Vault, source: Readable, options: { encoding?: DeclaredEncoding; stop?: AbortSignal } = {}): Promise<SchemaProposal> {
  const looked = await look(vault, { propose: { encoding: options.encoding ?? 'detect', limits: vault.limits } }, source, options.stop)
  if (!('proposal' in looked)) throw new Error('the child answered another question')
  return looked.proposal
}

/** Measures the whole file against a schema and refuses no value. Throws `IngestError` where it is no such table at all. */
export async function confirmSchema(vault: Vault, source: Readable, file: { schema: TableSchema; encoding?: DeclaredEncoding; stop?: AbortSignal }): Promise<SchemaFit> {
  const looked = await look(vault, { fit: { schema: file.schema, encoding: file.encoding ?? 'detect', limits: vault.limits } }, source, file.stop)
  if (!('fit' in looked)) throw new Error('the child answered another question')
  return looked.fit
}

/** A proposal as a schema, with what only a person can say of the table. Throws a `ZodError` where it contradicts itself. */
export function proposedSchema(proposal: Pick<SchemaProposal, 'columns'>, table: { name: string; title: string; entity: { kind: EntityKind; key: string[] } }): TableSchema {
  const columns = proposal.columns.map(({ name, header, title, type, scale, nullable, missing }) => ({
    name,
    ...(header === name ? {} : { header }),
    title,
    type,
    ...(scale === undefined ? {} : { scale }),
    nullable: nullable && !table.entity.key.includes(name),
    missing,
    ...(table.entity.key.includes(name) ? { role: 'entity-key' } : {}),
  }))
  return tableSchema.parse({ ...table, columns })
}

/** The file may have to be read out of order; it then lies sealed under a key that ends with this call. */
async function look(vault: Vault, question: Question, source: Readable, stop: AbortSignal | undefined): Promise<Looked> {
  const id = randomUUID()
  const folder = datasetDirectory(vault.dataDirectory, id)
  const dataKey = randomBytes(keyBytes)
  await mkdir(folder, { recursive: true, mode: privateDirectory })
  try {
    const stagePath = sealedStagePath({ dataDirectory: vault.dataDirectory, datasetId: id, versionId: id })
    return await withPrivateDirectory(vault.temporary, (directory) => lookInChild({ question, stagePath, suite: vault.suite, versionId: id, dataKey, directory }, source, stop))
  } finally {
    dataKey.fill(0)
    await rm(folder, { recursive: true, force: true })
  }
}
