import { statfs } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import type { Kysely, Transaction } from 'kysely'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import { refuse } from '#core/decision/refusal.ts'
import type { Refusal } from '#core/decision/refusal.ts'
import type { JsonObject } from '#core/json.ts'
import type { Actor } from '#core/procedure/case-state.ts'
import type { LegalClock } from '#adapters/clock/legal-clock.ts'
import type { Committer } from '#adapters/evidence/committer.ts'
import { addPending } from '#adapters/evidence/pending-entry.ts'
import type { PackLibrary } from '#adapters/packs/pack-library.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { deltaSchema } from '#adapters/vault/ingest/delta-request.ts'
import type { DeltaRequest } from '#adapters/vault/ingest/delta-request.ts'
import { IngestError, storageFull } from '#adapters/vault/ingest/ingest-error.ts'
import { UploadError } from '#adapters/vault/uploads/upload-error.ts'
import type { UploadStore } from '#adapters/vault/uploads/upload-store.ts'
import type { Vault } from '#adapters/vault/vault.ts'
import { newestBase } from './base-version.facts.ts'
import { cataloguedTable } from './catalogued.facts.ts'
import { readSource } from './source.store.ts'
import { DISK_RESERVE_BYTES, UNFINISHED_BYTES_MAX, UNFINISHED_MAX } from './delivery-limits.ts'
import { UNFINISHED, changeDelivery, insertDelivery, readDelivery, unfinishedOf } from './delivery.store.ts'
import type { Delivery, DeliveryChange, SourcePlace } from './delivery.store.ts'
import { openingsOf } from './openings.facts.ts'
import type { Opening } from './openings.facts.ts'

/** What works on files in the background says here how far it is; lost with the process, and then begun anew. */
export type Progress = { step: 'pulling' | 'looking' | 'taking-in'; done: number; total: number | null }

/** A delivery that this process works on: how far it is, and what ends the work. */
export type Underway = { progress: Progress | null; readonly stop: AbortController }

export type DeliveryParts = {
  db: Kysely<Tables>
  vault: Vault
  uploads: UploadStore
  packs: PackLibrary
  clock: LegalClock
  committer: Committer
  /** Whether the platform's own machine may be a source. */
  demonstration: boolean
  schemaOf(dataset: string): TableSchema | undefined
  /** Deliveries that this process works on, by id. */
  underway: Map<string, Underway>
  complain(error: unknown): void
}

export type DeliveryAnswer = { accepted: true; delivery: Delivery } | { accepted: false; refusal: Refusal }

/** An act at a delivery that is not accepted; nothing was changed. */
export function refused(code: string, message: string, cure: string): { accepted: false; refusal: Refusal } {
  return { accepted: false, refusal: refuse(code, null, message, cure) }
}

/** A delivery as its own organisation sees it. */
export function deliveryUnknown(): { accepted: false; refusal: Refusal } {
  return refused('delivery-must-exist', '没有这一次数据提供，或者与贵单位无关。', '请从列表进入。')
}

/** Announces a file for an open step of a case. Nothing is written for a file that could not be kept. */
export async function beginUpload(parts: DeliveryParts, actor: Actor, asked: { caseId: string; task: string; name: string; bytes: number; fingerprint: string; delta: DeltaRequest | null }): Promise<DeliveryAnswer> {
  const room = await roomFor(parts, actor, asked, asked.bytes)
  if ('refusal' in room) return { accepted: false, refusal: room.refusal }
  let id: string
  try {
    ({ id } = await parts.uploads.begin(actor.organization, asked.name, asked.bytes))
  } catch (error) {
    if (error instanceof UploadError) return refused(error.code, error.message, '请拆分后分批提供，或者联系平台管理员调整上限。')
    throw error
  }
  return begun(parts, actor, { id, ...asked, opening: room.opening, source: null, place: null, state: 'receiving' })
}

/** Announces that a table or object of a registered source is to be fetched; the fetching itself is the caller's next step. */
export async function beginPull(parts: DeliveryParts, actor: Actor, asked: { caseId: string; task: string; source: string; place: SourcePlace; id: string; delta: DeltaRequest | null }): Promise<DeliveryAnswer> {
  const room = await roomFor(parts, actor, asked, 0)
  if ('refusal' in room) return { accepted: false, refusal: room.refusal }
  const source = await inTransaction(parts.db, { as: 'system' }, (tx) => readSource(tx, asked.source, actor.organization), { isolation: 'read committed' })
  if (source === null) return refused('source-must-exist', '没有这一数据源，或者已经停用。', '请从本单位登记的数据源中选择。')
  if ('key' in asked.place !== (source.kind === 's3')) return refused('place-must-fit-source', '所填位置与数据源的种类不符。', '数据库请选择表，对象存储请填写对象名称。')
  const name = 'key' in asked.place ? asked.place.key : `${asked.place.namespace}.${asked.place.table}`
  return begun(parts, actor, { ...asked, name, bytes: null, fingerprint: null, opening: room.opening, state: 'receiving' })
}

type Begun = { id: string; caseId: string; task: string; name: string; bytes: number | null; fingerprint: string | null; delta: DeltaRequest | null; opening: Opening; source: string | null; place: SourcePlace | null; state: 'receiving' }

async function begun(parts: DeliveryParts, actor: Actor, one: Begun): Promise<DeliveryAnswer> {
  try {
    const delivery = await inTransaction(parts.db, { as: 'system' }, async (tx) => {
      const { entry, fields } = one.opening
      const made = await insertDelivery(tx, { ...one, entry, fields, organization: actor.organization, begunBy: actor.person })
      await enterDelivery(tx, parts, made, one.source === null ? 'begin-upload' : 'begin-pull', actor.person, 'done', { ...(one.bytes === null ? {} : { bytes: one.bytes }), ...(one.source === null ? {} : { source: one.source }), ...(one.delta === null ? {} : { mode: one.delta.mode, key: one.delta.key }) })
      return made
    })
    parts.committer.poke()
    return { accepted: true, delivery }
  } catch (error) {
    await parts.uploads.remove(one.id)
    throw error
  }
}

/** The step for which data may be provided, if there is room for so many bytes more. */
async function roomFor(parts: DeliveryParts, actor: Actor, asked: { caseId: string; task: string; delta: DeltaRequest | null }, bytes: number): Promise<{ opening: Opening } | { refusal: Refusal }> {
  const { opening, unfinished, unfit } = await inTransaction(parts.db, { as: 'system' }, async (tx) => {
    const openings = await openingsOf(tx, parts.packs, actor, await parts.clock.today(tx))
    const found = openings.find((one) => one.caseId === asked.caseId && one.task === asked.task)
    return { opening: found, unfinished: await unfinishedOf(tx, actor.organization), unfit: found === undefined || asked.delta === null ? null : await unfitDelta(parts, tx, actor, found, asked.delta) }
  })
  if (opening === undefined) return refused('delivery-step-must-be-open', '现在没有由贵单位办理的这一数据提供环节。', '请从“数据提供”页面选择待提供的数据。')
  if (unfit !== null) return unfit
  if (unfinished.count >= UNFINISHED_MAX) return refused('deliveries-must-not-pile-up', `贵单位有 ${unfinished.count} 次提供尚未完成，达到 ${UNFINISHED_MAX} 次的上限。`, '请先完成或者放弃其中的几次。')
  if (unfinished.bytes + bytes > UNFINISHED_BYTES_MAX) return refused('upload-quota-must-suffice', `贵单位尚未完成的上传加上本次，超过 ${UNFINISHED_BYTES_MAX} 字节的限额。`, '请先完成或者放弃已有的上传。')
  const { bavail, bsize } = await statfs(parts.vault.dataDirectory)
  if (bavail * bsize < bytes + DISK_RESERVE_BYTES) return refused('storage-must-suffice', '平台的存储空间不足，暂不能接收这一文件。', '请联系平台管理员扩充存储空间后再提供。')
  return { opening }
}

/** Why an increment cannot be delivered so, before a byte of it is sent. */
async function unfitDelta(parts: DeliveryParts, tx: Transaction<Tables>, { organization }: Actor, { entry, fields }: Opening, delta: DeltaRequest): Promise<{ refusal: Refusal } | null> {
  const table = await cataloguedTable(tx, entry, fields, parts.schemaOf)
  const base = table === null ? null : await newestBase(tx, table, organization)
  if (base === null) return refused('delta-base-must-exist', '还没有入库的版本，不能增量提供。', '首次请提供完整的文件。')
  if (base.hindrance !== null) return refused('delta-base-must-fit', base.hindrance, '请选择“完整文件”。')
  try {
    deltaSchema(base.version.schema, delta)
    return null
  } catch (error) {
    if (error instanceof IngestError) return refused(error.code, error.message, error.cure)
    throw error
  }
}

/** Takes one piece. @throws UploadError with the place from which to go on; `storage-full` is a refusal. */
export async function appendPiece(parts: DeliveryParts, actor: Actor, id: string, piece: { offset: number; sha256: string; source: Readable }): Promise<{ accepted: true; received: number; bytes: number } | { accepted: false; refusal: Refusal }> {
  const delivery = await ownDelivery(parts, actor, id)
  if (delivery === null) return deliveryUnknown()
  if (delivery.state !== 'receiving' || delivery.source !== null) return refused('delivery-must-be-receiving', '这一次提供已不在接收文件。', '请刷新页面查看其状态。')
  try {
    const { received, bytes } = await parts.uploads.append(id, actor.organization, piece)
    return { accepted: true, received, bytes }
  } catch (error) {
    const full = storageFull(error)
    if (full !== undefined) return refused('storage-must-suffice', '平台的存储空间不足，这一段没有保存，已保存的部分仍在。', '请联系平台管理员扩充存储空间，随后从中断处续传。')
    throw error
  }
}

/** Ends the receiving of a file that arrived whole. The caller has it looked at next. */
export async function finishUpload(parts: DeliveryParts, actor: Actor, id: string): Promise<DeliveryAnswer> {
  const delivery = await ownDelivery(parts, actor, id)
  if (delivery === null) return deliveryUnknown()
  if (delivery.state !== 'receiving' || delivery.source !== null) return { accepted: true, delivery }
  const { received, bytes } = await parts.uploads.progress(id, actor.organization)
  if (received < bytes) return refused('upload-must-be-complete', `文件共 ${bytes} 字节，已收到 ${received} 字节，尚未传完。`, '请从中断处续传。')
  return moved(parts, delivery, ['receiving'], { state: 'received' }, { action: 'finish-upload', by: actor.person, decision: 'done', detail: { bytes } })
}

/** Gives a delivery up, also while it is worked on: whatever reads it ends, and what lies of it is removed with its key. What was taken in already stays. */
export async function abandonDelivery(parts: DeliveryParts, actor: Actor, id: string): Promise<DeliveryAnswer> {
  const delivery = await ownDelivery(parts, actor, id)
  if (delivery === null) return deliveryUnknown()
  const failure = { code: 'delivery-abandoned', message: '提供单位放弃了这一次提供，文件已清除。', cure: '需要时请重新提供。' }
  // The state decides: once it is changed nothing that is under way can be recorded any more.
  const answer = await moved(parts, delivery, UNFINISHED, { state: 'abandoned', failure }, { action: 'abandon', by: actor.person, decision: 'done', detail: parts.underway.has(id) ? { during: delivery.state } : {} })
  if (!answer.accepted) return answer
  parts.underway.get(id)?.stop.abort(new DeliveryStopped())
  await parts.uploads.remove(id)
  return answer
}

/** Why work on a delivery ended that was given up; its state says so already, and nobody need be told. */
export class DeliveryStopped extends Error {}

/** The delivery of the actor's organisation; null for one that is not there or another's. */
export async function ownDelivery(parts: Pick<DeliveryParts, 'db'>, actor: Actor, id: string): Promise<Delivery | null> {
  const delivery = await inTransaction(parts.db, { as: 'system' }, (tx) => readDelivery(tx, id), { isolation: 'read committed' })
  return delivery?.organization === actor.organization ? delivery : null
}

/** What a change of a delivery states in the evidence. */
export type DeliveryEntry = { action: string; by: string; decision: 'done' | 'deny'; detail: JsonObject; bodyHash?: string }

/** Changes a delivery and enters it, both or neither. Refused where another act was faster. */
export async function moved(parts: DeliveryParts, delivery: Pick<Delivery, 'id'>, from: readonly Delivery['state'][], change: DeliveryChange, entry: DeliveryEntry): Promise<DeliveryAnswer> {
  const changed = await inTransaction(parts.db, { as: 'system' }, async (tx) => {
    const next = await changeDelivery(tx, delivery.id, from, change)
    if (next !== null) await enterDelivery(tx, parts, next, entry.action, entry.by, entry.decision, entry.detail, entry.bodyHash)
    return next
  })
  if (changed === null) return refused('delivery-must-not-have-changed', '这一次提供的状态已经改变，本次操作没有生效。', '请刷新页面后重试。')
  parts.committer.poke()
  return { accepted: true, delivery: changed }
}

/** One entry about a delivery. Names of files and tables stay out of it: they may say too much. */
export async function enterDelivery(tx: Transaction<Tables>, parts: Pick<DeliveryParts, 'clock'>, delivery: Delivery, action: string, by: string, decision: 'done' | 'deny', detail: JsonObject, bodyHash?: string): Promise<void> {
  await addPending(tx, {
    type: 'delivery', legalDate: await parts.clock.today(tx), actor: by, onBehalfOf: delivery.organization, office: by === 'platform' ? 'platform' : 'data-provider', action,
    object: { kind: 'delivery', id: delivery.id }, decision, ...(bodyHash === undefined ? {} : { bodyHash }), detail: { case: delivery.caseId, entry: delivery.entry, ...detail },
  }, parts.clock.now())
}

/** Whether anything of the delivery's file may still lie outside the vault. */
export function isUnfinished(delivery: Pick<Delivery, 'state'>): boolean {
  return UNFINISHED.includes(delivery.state)
}
