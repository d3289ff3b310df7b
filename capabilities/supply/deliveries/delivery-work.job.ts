import { Readable } from 'node:stream'
import type { TableProposal } from '#core/boundary/column-proposal.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { IngestError, storageFull } from '#adapters/vault/ingest/ingest-error.ts'
import { UploadError } from '#adapters/vault/uploads/upload-error.ts'
import { VaultError } from '#adapters/vault/versions.ts'
import { cataloguedTable } from './catalogued.facts.ts'
import type { CataloguedTable } from './catalogued.facts.ts'
import { DeliveryStopped, moved } from './delivery-desk.job.ts'
import type { DeliveryParts, Progress } from './delivery-desk.job.ts'
import type { Delivery, DeliveryFailure } from './delivery.store.ts'
import { SourceRefused } from './reach-source.job.ts'

/** A file that is not taken in for what was found in it. */
export class DeliveryRefused extends Error {
  readonly failure: DeliveryFailure
  constructor(failure: DeliveryFailure) {
    super(failure.message)
    this.name = 'DeliveryRefused'
    this.failure = failure
  }
}

/** What the provider is told; null for a fault of the platform's own. */
export function failureOf(error: unknown): DeliveryFailure | null {
  if (error instanceof DeliveryRefused) return error.failure
  if (error instanceof SourceRefused) return { code: error.refusal.code, message: error.refusal.message, cure: error.refusal.cure }
  if (error instanceof VaultError) return { code: error.code, message: error.message, cure: '请点击“再次核对”，看清按最新版本计算的变化后再确认。' }
  const known = error instanceof IngestError ? error : storageFull(error)
  if (known !== undefined) return { code: known.code, message: known.message, cure: known.cure, ...(known.row === undefined ? {} : { row: known.row }), ...(known.column === undefined ? {} : { column: known.column }) }
  if (error instanceof UploadError) return { code: error.code, message: error.message, cure: '请重试；仍不成功的，请联系平台管理员。' }
  return null
}

const FAULT: DeliveryFailure = { code: 'platform-must-not-fail', message: '平台未能处理这一文件，没有保留任何半成品。', cure: '请稍后重试；再次发生时请联系平台管理员。' }

/** Ends an attempt: the cause stands in the delivery and in the evidence. What a new attempt needs stays, all else is removed. */
export async function failed(parts: DeliveryParts, delivery: Delivery, from: Delivery['state'], to: Delivery['state'], action: string, error: unknown): Promise<void> {
  // Given up meanwhile: its state says so, and whoever gave it up had it cleared.
  if (error instanceof DeliveryStopped || stopOf(parts, delivery).stop?.aborted === true) return
  const failure = failureOf(error) ?? FAULT
  if (failure === FAULT) parts.complain(error)
  await moved(parts, delivery, [from], { state: to, failure }, { action, by: 'platform', decision: 'deny', detail: { code: failure.code, ...(failure.row === undefined ? {} : { row: failure.row }) } })
  if (to === 'refused') await parts.uploads.remove(delivery.id)
}

export async function catalogued(parts: DeliveryParts, delivery: Delivery): Promise<CataloguedTable> {
  const table = await inTransaction(parts.db, { as: 'system' }, (tx) => cataloguedTable(tx, delivery.entry, delivery.fields, parts.schemaOf), { isolation: 'read committed' })
  if (table === null) throw new IngestError('header-unexpected', '目录中已没有这一条目，不能核对字段。', {})
  return table
}

export function reporting(parts: DeliveryParts, id: string, progress: Progress): Progress {
  const work = parts.underway.get(id)
  if (work !== undefined) work.progress = progress
  return progress
}

/** What ends the processes that work on a delivery. */
export function stopOf(parts: Pick<DeliveryParts, 'underway'>, { id }: Pick<Delivery, 'id'>): { stop?: AbortSignal } {
  const work = parts.underway.get(id)
  return work === undefined ? {} : { stop: work.stop.signal }
}

/** The whole file, counted on its way. */
export async function counted(parts: DeliveryParts, delivery: Delivery, progress: Progress): Promise<Readable> {
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

/** Faults of the platform or its disk, not of the file. */
export const PASSING: ReadonlySet<string> = new Set(['storage-full', 'ingest-worker-died'])

/** A file that has other columns than those that were agreed to is not what was to be provided. */
export function refuseColumns({ surplus, lacking, columns }: TableProposal): void {
  if (surplus.length > 0) throw new IngestError('header-unexpected', `文件中有未经同意提供的列：${surplus.slice(0, COLUMNS_SHOWN).join('、')}。文件没有接收，已经清除。`, { row: 0, column: surplus[0] ?? '' })
  if (lacking.length > 0) throw new IngestError('header-unexpected', `文件缺少同意提供的列：${lacking.slice(0, COLUMNS_SHOWN).join('、')}。文件没有接收，已经清除。`, { row: 0, column: lacking[0] ?? '' })
  if (columns.length === 0) throw new IngestError('source-empty', '文件中没有可以提供的列。', { row: 0 })
}

/** unit: columns named in a refusal; source: platform default */
const COLUMNS_SHOWN = 10
