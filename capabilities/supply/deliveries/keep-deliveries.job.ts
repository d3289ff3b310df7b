import type { Kysely } from 'kysely'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { sweepUnrecorded } from '#adapters/vault/ingest/prepare-version.ts'
import { UploadError } from '#adapters/vault/uploads/upload-error.ts'
import type { Vault } from '#adapters/vault/vault.ts'
import { moved } from './delivery-desk.job.ts'
import type { DeliveryParts } from './delivery-desk.job.ts'
import { IDLE_UPLOAD_MS, UNCONFIRMED_MS } from './delivery-limits.ts'
import { UNFINISHED, deliveriesIn } from './delivery.store.ts'
import type { Delivery } from './delivery.store.ts'
import { workOn } from './work-on-delivery.job.ts'

/** unit: milliseconds; source: platform default. How often the platform looks after deliveries. */
export const KEEP_DELIVERIES_EVERY_MS = 60_000

/**
 * Takes up again what a stopped process left, once, at the start: a fetching that broke off is refused with its cause, a file
 * that arrived is looked at anew, one that was being taken in goes back to its confirmation. Each is an entry.
 */
export async function recoverDeliveries(parts: DeliveryParts): Promise<void> {
  const interrupted = { code: 'platform-was-stopped', message: '平台进程中断，处理没有完成，没有保留任何半成品。' }
  for (const delivery of await found(parts, ['receiving', 'received', 'looking', 'taking-in'])) {
    if (delivery.state === 'receiving' && delivery.source !== null) {
      await parts.uploads.remove(delivery.id)
      await moved(parts, delivery, ['receiving'], { state: 'refused', failure: { ...interrupted, cure: '请重新提取。' } }, { action: 'refuse-pull', by: 'platform', decision: 'deny', detail: { code: interrupted.code } })
    } else if (delivery.state === 'taking-in') {
      await moved(parts, delivery, ['taking-in'], { state: 'awaiting-confirmation', failure: { ...interrupted, cure: '文件仍在，请再次确认入库。' } }, { action: 'refuse-take-in', by: 'platform', decision: 'deny', detail: { code: interrupted.code } })
    } else if (delivery.state !== 'receiving') {
      void workOn(parts, delivery)
    }
  }
}

/** unit: milliseconds; source: platform default, longer than any take-in: files younger than this may belong to one under way, here or in another process. */
const SWEEP_GRACE_MS = 3_600_000

/** Looks after deliveries once: gives up what nobody goes on with, and removes what a killed take-in left in the vault. */
export async function keepDeliveries(parts: DeliveryParts, now: Date): Promise<void> {
  await expireDeliveries(parts, now)
  await sweepVersions(parts.db, parts.vault)
}

/**
 * Removes sealed files that no version owns. Read as the system: whoever sees no versions would take all files for left over.
 * Returns the ids removed.
 */
export async function sweepVersions(db: Kysely<Tables>, vault: Vault): Promise<string[]> {
  return inTransaction(db, { as: 'system' }, (tx) => sweepUnrecorded(vault, tx, SWEEP_GRACE_MS), { isolation: 'read committed' })
}

/**
 * Gives up what nobody goes on with: uploads without a piece for days, files that nobody confirmed for weeks. The file is
 * removed with its key, the cause stands in the delivery and in the evidence. Returns the ids.
 */
export async function expireDeliveries(parts: DeliveryParts, now: Date): Promise<string[]> {
  const given: string[] = []
  for (const delivery of await found(parts, ['receiving', 'received', 'awaiting-confirmation'])) {
    const [patience, message] = delivery.state === 'receiving' ? [IDLE_UPLOAD_MS, '上传中断后长时间没有续传，已收到的部分已经清除。'] : [UNCONFIRMED_MS, '文件长时间没有确认，已经清除。']
    if (parts.underway.has(delivery.id) || now.getTime() - (await lastTouched(parts, delivery)).getTime() < patience) continue
    const answer = await moved(parts, delivery, [delivery.state], { state: 'abandoned', failure: { code: 'delivery-expired', message, cure: '需要时请重新提供。' } }, { action: 'expire', by: 'platform', decision: 'done', detail: {} })
    if (!answer.accepted) continue
    await parts.uploads.remove(delivery.id)
    given.push(delivery.id)
  }
  // What a process left that was killed between the end of a delivery and the removal of its file, or between a file's announcement and its delivery.
  const kept = new Set((await found(parts, UNFINISHED)).map(({ id }) => id))
  await parts.uploads.expire(new Date(now.getTime() - SWEEP_GRACE_MS), kept)
  return given
}

async function found(parts: DeliveryParts, states: readonly Delivery['state'][]): Promise<Delivery[]> {
  return inTransaction(parts.db, { as: 'system' }, (tx) => deliveriesIn(tx, states), { isolation: 'read committed' })
}

async function lastTouched(parts: DeliveryParts, delivery: Delivery): Promise<Date> {
  if (delivery.state !== 'receiving') return delivery.changedAt
  try {
    return (await parts.uploads.progress(delivery.id, delivery.organization)).lastReceivedAt
  } catch (error) {
    if (error instanceof UploadError) return delivery.changedAt
    throw error
  }
}
