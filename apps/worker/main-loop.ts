import { setTimeout as sleep } from 'node:timers/promises'
import { sendWaiting } from './outbox.ts'
import type { OutboxParts } from './outbox.ts'

/** How often the outbox is looked into when nothing was waiting, ms: an index probe, so that receipts come promptly. */
const IDLE_MS = 250
const AFTER_FAILURE_MS = 2_000

/** Sends what waits to outside platforms until it is stopped; a message under way is finished first. */
export function startOutboxLoop(parts: OutboxParts): { stop(): Promise<void> } {
  const ending = new AbortController()
  const work = async () => {
    while (!ending.signal.aborted) {
      const pause = await sendWaiting(parts).then(() => IDLE_MS, (error: unknown) => {
        parts.log.warn({ error: error instanceof Error ? error.message : String(error) }, 'outbox could not be read; it is tried again')
        return AFTER_FAILURE_MS
      })
      await sleep(pause, undefined, { signal: ending.signal }).catch((error: unknown) => {
        if (!ending.signal.aborted) throw error
      })
    }
  }
  const running = work()
  return {
    stop: async () => {
      ending.abort()
      await running
    },
  }
}
