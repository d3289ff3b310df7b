import { inTransaction } from '#adapters/postgres/transaction.ts'
import { UploadError } from '#adapters/vault/uploads/upload-error.ts'
import { moved } from './delivery-desk.job.ts'
import type { DeliveryParts } from './delivery-desk.job.ts'
import { IDLE_UPLOAD_MS, UNCONFIRMED_MS } from './delivery-limits.ts'
import { deliveriesIn } from './delivery.store.ts'
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

/**
 * Gives up what nobody goes on with: uploads without a piece for days, files that nobody confirmed for weeks. The file is
 * removed with its key, the cause stands in the delivery and in the evidence. Returns the ids.
 */
export async function expireDeliveries(parts: DeliveryParts, now: Date): Promise<string[]> {
  const given: string[] = []
  for (const delivery of await found(parts, ['receiving', 'received', 'awaiting-confirmation'])) {
    const [patience, message] = delivery.state === 'receiving' ? [IDLE_UPLOAD_MS, '上传中断后长时间没有续传，已收到的部分已经清除。'] : [UNCONFIRMED_MS, '文件长时间没有确认，已经清除。']
    if (parts.progress.has(delivery.id) || now.getTime() - (await lastTouched(parts, delivery)).getTime() < patience) continue
    const answer = await moved(parts, delivery, [delivery.state], { state: 'abandoned', failure: { code: 'delivery-expired', message, cure: '需要时请重新提供。' } }, { action: 'expire', by: 'platform', decision: 'done', detail: {} })
    if (!answer.accepted) continue
    await parts.uploads.remove(delivery.id)
    given.push(delivery.id)
  }
  // Uploads without a delivery: what a process left that was killed between announcing the one and recording the other.
  await parts.uploads.expire(new Date(now.getTime() - UNCONFIRMED_MS - IDLE_UPLOAD_MS))
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
