import { createHash, randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Transaction } from 'kysely'
import { entityDisagreement, proposeTable, withContents, withFit } from '#core/boundary/column-proposal.ts'
import type { ProposedColumn, TableProposal } from '#core/boundary/column-proposal.ts'
import { columnsOfRule } from '#core/boundary/quality-rule.ts'
import { tableSchema } from '#core/boundary/table-schema.ts'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import { canonicalJson } from '#core/evidence/canonical-json.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { IngestError, storageFull } from '#adapters/vault/ingest/ingest-error.ts'
import { discardVersion, prepareVersion } from '#adapters/vault/ingest/prepare-version.ts'
import type { PreparedVersion } from '#adapters/vault/ingest/prepare-version.ts'
import { confirmSchema, proposeSchema } from '#adapters/vault/schema-proposal.ts'
import { UploadError } from '#adapters/vault/uploads/upload-error.ts'
import { recordVersion, registerDataset } from '#adapters/vault/versions.ts'
import { SourceRefused, openSource } from './reach-source.job.ts'
import { readSource } from './source.store.ts'
import { cataloguedTable } from './catalogued.facts.ts'
import type { CataloguedTable } from './catalogued.facts.ts'
import { enterDelivery, moved } from './delivery-desk.job.ts'
import type { DeliveryParts, Progress } from './delivery-desk.job.ts'
import { changeDelivery } from './delivery.store.ts'
import type { Delivery, DeliveryFailure, DeliveryLook } from './delivery.store.ts'

/** Carries a delivery on as far as it goes without a person: fetched, looked at, taken in. Never rejects; what failed stands in the delivery. */
export async function workOn(parts: DeliveryParts, delivery: Delivery): Promise<void> {
  if (parts.progress.has(delivery.id)) return
  try {
    if (delivery.state === 'receiving' && delivery.source !== null) await pull(parts, delivery)
    else if (delivery.state === 'received' || delivery.state === 'looking') await look(parts, delivery)
    else if (delivery.state === 'taking-in') await takeInConfirmed(parts, delivery)
  } catch (error) {
    parts.complain(error)
  } finally {
    parts.progress.delete(delivery.id)
  }
}

/** What the provider is told; null for a fault of the platform's own. */
function failureOf(error: unknown): DeliveryFailure | null {
  if (error instanceof SourceRefused) return { code: error.refusal.code, message: error.refusal.message, cure: error.refusal.cure }
  const known = error instanceof IngestError ? error : storageFull(error)
  if (known !== undefined) return { code: known.code, message: known.message, cure: known.cure, ...(known.row === undefined ? {} : { row: known.row }), ...(known.column === undefined ? {} : { column: known.column }) }
  if (error instanceof UploadError) return { code: error.code, message: error.message, cure: '请重试；仍不成功的，请联系平台管理员。' }
  return null
}

const FAULT: DeliveryFailure = { code: 'platform-must-not-fail', message: '平台未能处理这一文件，没有保留任何半成品。', cure: '请稍后重试；再次发生时请联系平台管理员。' }

/** Ends an attempt: the cause stands in the delivery and in the evidence. What a new attempt needs stays, all else is removed. */
async function failed(parts: DeliveryParts, delivery: Delivery, from: Delivery['state'], to: Delivery['state'], action: string, error: unknown): Promise<void> {
  const failure = failureOf(error) ?? FAULT
  if (failure === FAULT) parts.complain(error)
  await moved(parts, delivery, [from], { state: to, failure }, { action, by: 'platform', decision: 'deny', detail: { code: failure.code, ...(failure.row === undefined ? {} : { row: failure.row }) } })
  if (to === 'refused') await parts.uploads.remove(delivery.id)
}

async function catalogued(parts: DeliveryParts, delivery: Delivery): Promise<CataloguedTable> {
  const table = await inTransaction(parts.db, { as: 'system' }, (tx) => cataloguedTable(tx, delivery.entry, delivery.fields, parts.schemaOf), { isolation: 'read committed' })
  if (table === null) throw new IngestError('header-unexpected', '目录中已没有这一条目，不能核对字段。', {})
  return table
}

function reporting(parts: DeliveryParts, id: string, progress: Progress): Progress {
  parts.progress.set(id, progress)
  return progress
}

/** Fetches the file from its source. A source that breaks off leaves nothing; it can be tried again as a new delivery. */
async function pull(parts: DeliveryParts, delivery: Delivery): Promise<void> {
  const progress = reporting(parts, delivery.id, { step: 'pulling', done: 0, total: null })
  let received: Delivery
  try {
    const table = await catalogued(parts, delivery)
    const source = await inTransaction(parts.db, { as: 'system' }, (tx) => readSource(tx, delivery.source ?? '', delivery.organization), { isolation: 'read committed' })
    if (source === null || delivery.place === null) throw new IngestError('source-unreachable', '数据源已经停用。', {})
    const stream = await openSource(parts, source, delivery.place, table.columns)
    const { bytes } = await parts.uploads.fill(delivery.id, delivery.organization, delivery.name, stream, (done) => {
      progress.done = done
    })
    const answer = await moved(parts, delivery, ['receiving'], { state: 'received', bytes }, { action: 'finish-pull', by: 'platform', decision: 'done', detail: { bytes } })
    if (!answer.accepted) return await parts.uploads.remove(delivery.id)
    received = answer.delivery
  } catch (error) {
    return failed(parts, delivery, 'receiving', 'refused', 'refuse-pull', error)
  }
  await look(parts, received)
}

/** Looks at the file: what it is, what is proposed, and how the whole of it fits. Nothing is taken in before it is confirmed. */
async function look(parts: DeliveryParts, delivery: Delivery): Promise<void> {
  const progress = reporting(parts, delivery.id, { step: 'looking', done: 0, total: delivery.bytes })
  if (delivery.state === 'received') await inTransaction(parts.db, { as: 'system' }, (tx) => changeDelivery(tx, delivery.id, ['received'], { state: 'looking' }))
  try {
    const table = await catalogued(parts, delivery)
    const seen = await proposeSchema(parts.vault, await parts.uploads.read(delivery.id, delivery.organization))
    const catalogue = table.columns.length === 0 ? null : table.columns
    const proposal = proposeTable(seen.columns, catalogue, table.entity?.kind ?? null)
    refuseColumns(proposal)
    const fit = await confirmSchema(parts.vault, await counted(parts, delivery, progress), { schema: proposedTable(table, proposal) })
    const fitted = withFit(proposeTable(withContents(seen.columns, proposal, fit.columns), catalogue, table.entity?.kind ?? null), fit.columns)
    const { format, encoding, encodingDetected, rows, whole, warnings } = seen
    const found: DeliveryLook = { format, encoding, encodingDetected, rows, whole, total: fit.rows, warnings: [...warnings, ...entityDisagreement(table.entity?.kind ?? null, fitted)], proposal: fitted }
    await moved(parts, delivery, ['received', 'looking'], { state: 'awaiting-confirmation', look: found, failure: null }, {
      action: 'propose-columns', by: 'platform', decision: 'done', detail: { columns: fitted.columns.length, disagreements: fitted.columns.reduce((count, column) => count + column.disagreements.length, 0) },
    })
  } catch (error) {
    // What may go well at the next try keeps its file.
    const passing = failureOf(error) === null || (error instanceof IngestError && PASSING.has(error.code))
    await failed(parts, delivery, 'looking', passing ? 'received' : 'refused', 'refuse-file', error)
  }
}

/** Faults of the platform or its disk, not of the file. */
const PASSING: ReadonlySet<string> = new Set(['storage-full', 'ingest-worker-died'])
/** Faults that another type, another marker or an optional column would mend: the provider changes the confirmation, the file stays. */
const OF_SCHEMA: ReadonlySet<string> = new Set(['value-missing', 'value-wrong-type', 'value-out-of-range'])

/** The whole file, counted on its way. */
async function counted(parts: DeliveryParts, delivery: Delivery, progress: Progress): Promise<Readable> {
  const stream = await parts.uploads.read(delivery.id, delivery.organization)
  async function* passing(): AsyncGenerator<Buffer> {
    for await (const bytes of stream) {
      const plain = Buffer.from(bytes)
      progress.done += plain.length
      yield plain
    }
  }
  return Readable.from(passing(), { objectMode: false })
}

/** A file that has other columns than those that were agreed to is not what was to be provided. */
function refuseColumns({ surplus, lacking, columns }: TableProposal): void {
  if (surplus.length > 0) throw new IngestError('header-unexpected', `文件中有未经同意提供的列：${surplus.slice(0, COLUMNS_SHOWN).join('、')}。文件没有接收，已经清除。`, { row: 0, column: surplus[0] ?? '' })
  if (lacking.length > 0) throw new IngestError('header-unexpected', `文件缺少同意提供的列：${lacking.slice(0, COLUMNS_SHOWN).join('、')}。文件没有接收，已经清除。`, { row: 0, column: lacking[0] ?? '' })
  if (columns.length === 0) throw new IngestError('source-empty', '文件中没有可以提供的列。', { row: 0 })
}

/** unit: columns named in a refusal; source: platform default */
const COLUMNS_SHOWN = 10

/** What is proposed, as a schema; optional throughout, for what is missing is to be counted and not refused. */
function proposedTable(table: CataloguedTable, proposal: TableProposal): TableSchema {
  return tableSchema.parse({ name: table.dataset, title: table.title, entity: { kind: 'none' }, columns: proposal.columns.map((column) => ({ ...schemaColumn(column), role: 'ordinary' })) })
}

/** A proposed column as a schema has it. */
export function schemaColumn({ name, header, title, type, scale, nullable, missing, role, category, grade, unit }: ProposedColumn): TableSchema['columns'][number] {
  return {
    name, ...(header === name ? {} : { header }), title, type, ...(scale === undefined ? {} : { scale }), nullable, missing, role,
    ...(category === undefined ? {} : { category }), ...(grade === undefined ? {} : { grade }), ...(unit === undefined ? {} : { unit }),
  }
}

/** Takes the confirmed file in as a new version; the file's own copy is removed with its key when the version stands. */
async function takeInConfirmed(parts: DeliveryParts, delivery: Delivery): Promise<void> {
  const progress = reporting(parts, delivery.id, { step: 'taking-in', done: 0, total: delivery.bytes })
  const { confirmed } = delivery
  if (confirmed === null) throw new Error(`delivery ${delivery.id} is to be taken in without a confirmation`)
  let prepared: PreparedVersion | undefined
  try {
    const datasetId = await inTransaction(parts.db, { as: 'system' }, (tx) => datasetOf(tx, confirmed.schema, delivery.organization))
    const suppliedOn = await inTransaction(parts.db, { as: 'system' }, (tx) => parts.clock.today(tx), { isolation: 'read committed' })
    prepared = await prepareVersion(parts.vault, { datasetId, schema: confirmed.schema, encoding: 'detect', suppliedOn }, await counted(parts, delivery, progress))
    await record(parts, delivery, prepared)
  } catch (error) {
    if (prepared !== undefined) await discardVersion(parts.vault, prepared)
    const known = failureOf(error)
    const again = known === null || (error instanceof IngestError && (PASSING.has(error.code) || OF_SCHEMA.has(error.code)))
    return failed(parts, delivery, 'taking-in', again ? 'awaiting-confirmation' : 'refused', 'refuse-take-in', error)
  }
  await parts.uploads.remove(delivery.id)
}

/** The version and the delivery's end become visible together. */
async function record(parts: DeliveryParts, delivery: Delivery, prepared: PreparedVersion): Promise<void> {
  await inTransaction(parts.db, { as: 'system' }, async (tx) => {
    const version = await recordVersion(tx, prepared)
    const changed = await changeDelivery(tx, delivery.id, ['taking-in'], { state: 'taken-in', version: version.id, takenInAt: parts.clock.now(), failure: null })
    if (changed === null) throw new Error(`delivery ${delivery.id} changed while it was taken in`)
    const { result } = prepared
    await enterDelivery(tx, parts, changed, 'take-in', 'platform', 'done', { version: version.id, rows: result.summary.rows }, `sha256:${result.source.sha256}`)
  })
  parts.committer.poke()
}

/** The data set of a provider under its schema's name, registered at its first delivery. Another provider's name is refused. */
async function datasetOf(tx: Transaction<Tables>, schema: TableSchema, provider: string): Promise<string> {
  const known = await tx.selectFrom('vault_dataset').select(['id', 'provider_organization']).where('name', '=', schema.name).executeTakeFirst()
  if (known !== undefined && known.provider_organization !== provider) throw new IngestError('header-unexpected', `数据表标识“${schema.name}”已由其他单位使用。`, {})
  if (known !== undefined) return known.id
  const id = randomUUID()
  await registerDataset(tx, { id, name: schema.name, title: schema.title, providerOrganization: provider })
  return id
}

/** The schema that a provider confirmed, with what the catalog promises of the rows. @throws ZodError where it contradicts itself */
export function confirmedSchema(table: CataloguedTable, columns: readonly ProposedColumn[], entity: TableSchema['entity']): TableSchema {
  const names = new Set(columns.map(({ name }) => name))
  const quality = table.quality?.filter((rule) => columnsOfRule(rule).every((name) => names.has(name)))
  return tableSchema.parse({
    name: table.dataset, title: table.title, ...(table.notice === undefined ? {} : { notice: table.notice }), entity, columns: columns.map(schemaColumn), ...(quality === undefined ? {} : { quality }),
  })
}

/** SHA-256 of a schema's canonical text: what the confirmation's entry is bound to. */
export function schemaDigest(schema: TableSchema): string {
  return createHash('sha256').update(canonicalJson(JSON.parse(JSON.stringify(schema)))).digest('hex')
}
