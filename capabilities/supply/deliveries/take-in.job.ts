import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { Kysely } from 'kysely'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import { columnsOfRule } from '#core/boundary/quality-rule.ts'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import { PortRefused } from '#adapters/ports/port.ts'
import type { Ingested } from '#adapters/ports/integrated-platform.ts'
import type { PortMessage } from '#adapters/ports/port.ts'
import { addPending } from '#adapters/evidence/pending-entry.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { IngestError } from '#adapters/vault/ingest/ingest-error.ts'
import { discardVersion, prepareVersion } from '#adapters/vault/ingest/prepare-version.ts'
import type { PreparedVersion } from '#adapters/vault/ingest/prepare-version.ts'
import type { Vault } from '#adapters/vault/vault.ts'
import { recordVersion, registerDataset } from '#adapters/vault/versions.ts'
import { undeclaredContent } from './undeclared-content.ts'

export type TakeInParts = { db: Kysely<Tables>; vault: Vault; schemaOf(dataset: string): TableSchema | undefined; /** The legal date, for the rule of timeliness. */ today?: () => Promise<LegalDate>; /** The instant of an entry; without it and `today` nothing is entered. */ now?: () => Date }

/**
 * Takes a supplied file into the vault as a new immutable version of its data set, with the approved fields and no
 * others. Nothing half ingested: a fault names row and column and leaves no file, no key and no row.
 */
export async function takeIn(parts: TakeInParts, message: PortMessage, expectedSha256: string, file: Readable): Promise<Ingested> {
  try {
    return await takenIn(parts, message, expectedSha256, file)
  } catch (error) {
    await enterRefusal(parts, message, error)
    throw error
  }
}

/** A file that was not taken in is an entry with its cause, whoever sent it. */
async function enterRefusal(parts: TakeInParts, message: PortMessage, error: unknown): Promise<void> {
  const code = error instanceof PortRefused || error instanceof IngestError ? error.code : 'platform-must-not-fail'
  if (parts.today === undefined || parts.now === undefined) return
  const [today, now] = [await parts.today(), parts.now()]
  await inTransaction(parts.db, { as: 'system' }, (tx) => addPending(tx, {
    type: 'delivery', legalDate: today, actor: 'platform', onBehalfOf: 'platform', office: 'platform', action: 'refuse-take-in',
    object: { kind: 'port-message', id: message.id }, decision: 'deny', detail: { case: message.caseId, code },
  }, now))
}

async function takenIn(parts: TakeInParts, message: PortMessage, expectedSha256: string, file: Readable): Promise<Ingested> {
  const { schema, provider } = await declaredTable(parts, message)
  const datasetId = await datasetOf(parts, schema, provider)
  const prepared = await prepareVersion(parts.vault, { datasetId, schema, encoding: 'detect', ...(parts.today === undefined ? {} : { suppliedOn: await parts.today() }) }, file).catch((error: unknown) => {
    if (error instanceof IngestError && !PASSING.has(error.code)) throw new PortRefused(error.code, error.message)
    throw error
  })
  const refusal = refusalOf(prepared, expectedSha256)
  if (refusal !== null) {
    await discardVersion(parts.vault, prepared)
    throw refusal
  }
  const version = await inTransaction(parts.db, { as: 'system' }, (tx) => recordVersion(tx, prepared))
  const { result } = prepared
  return { version: version.id, rows: result.summary.rows, sourceSha256: result.source.sha256, tableSm3: result.table.plainSm3 }
}

/** Another file than was announced; or content that identifies somebody in a column that is declared ordinary, which an uploaded file may have only with its provider's reason. */
function refusalOf({ result, schema }: PreparedVersion, expectedSha256: string): PortRefused | null {
  if (result.source.sha256 !== expectedSha256) return new PortRefused('hashes-must-be-equal', '发送方与接收方的哈希值不一致，未予接收。')
  const found = undeclaredContent(schema, result.contents)
  return found === null ? null : new PortRefused('departure-must-have-reason', `${found}请由提供单位变更登记的数据结构，或者在“数据提供”中上传文件、逐列确认并说明理由。`)
}

/** What may go well at the next try says nothing of the file: the outbox sends it again. */
const PASSING: ReadonlySet<string> = new Set(['source-interrupted', 'source-unreachable', 'storage-full', 'ingest-worker-died'])

/** The table's declared schema, cut to the approved fields: a file with any other column is refused at its header. */
async function declaredTable(parts: TakeInParts, message: PortMessage): Promise<{ schema: TableSchema; provider: string }> {
  const { entry, fields } = message.payload
  if (typeof entry !== 'string' || !Array.isArray(fields)) throw new PortRefused('port-message-must-be-whole', '报文缺少目录条目或字段。')
  const record = await inTransaction(parts.db, { as: 'system' }, (tx) =>
    tx.selectFrom('register_record').select('record').where('register', '=', 'catalog').where('key', '=', entry).where('current', '=', true).executeTakeFirst())
  const dataset = record?.record['dataset']
  const provider = record?.record['provider']
  const whole = typeof dataset === 'string' ? parts.schemaOf(dataset) : undefined
  if (!whole || typeof provider !== 'string') throw new PortRefused('table-schema-must-be-declared', `目录条目“${entry}”没有登记表结构，不能接收。`)
  const columns = whole.columns.filter((column) => fields.includes(column.name))
  const keyless = whole.entity.key.find((key) => !columns.some((column) => column.name === key))
  if (keyless !== undefined) {
    throw new PortRefused('entity-key-must-be-supplied', `“${whole.title}”描述的是人员或企业，缺少主体标识字段“${keyless}”，无法核对输出背后的主体数，不能接收。`)
  }
  // A rule about a field that is not supplied cannot be checked here; the provider's own check covers it.
  const quality = whole.quality?.filter((rule) => columnsOfRule(rule).every((name) => columns.some((column) => column.name === name)))
  return { schema: { ...whole, columns, ...(quality === undefined ? {} : { quality }) }, provider }
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
