import { setTimeout as sleep } from 'node:timers/promises'
import { drawDocuments } from '#adapters/documents/draw-documents.ts'
import type { DrawingParts } from '#adapters/documents/draw-documents.ts'
import { sendWaiting } from './outbox.ts'
import type { OutboxParts } from './outbox.ts'

/** How often is looked when nothing was waiting, ms: an index probe, so that receipts and documents come promptly. */
const IDLE_MS = 250
const AFTER_FAILURE_MS = 2_000

export type Loop = { stop(): Promise<void> }

/** Sends what waits to outside platforms until it is stopped; a message under way is finished first. */
export function startOutboxLoop(parts: OutboxParts): Loop {
  return startLoop(() => sendWaiting(parts), (error) => parts.log.warn({ error }, 'outbox could not be read; it is tried again'))
}

/** Draws the files of issued documents until it is stopped; a document under way is finished first. */
export function startDrawingLoop(parts: DrawingParts): Loop {
  return startLoop(() => drawDocuments(parts), (error) => parts.log.warn({ error }, 'documents could not be read; they are tried again'))
}

function startLoop(work: () => Promise<unknown>, tell: (error: string) => void): Loop {
  const ending = new AbortController()
  const round = async () => {
    while (!ending.signal.aborted) {
      const pause = await work().then(() => IDLE_MS, (error: unknown) => {
        tell(error instanceof Error ? error.message : String(error))
        return AFTER_FAILURE_MS
      })
      await sleep(pause, undefined, { signal: ending.signal }).catch((error: unknown) => {
        if (!ending.signal.aborted) throw error
      })
    }
  }
  const running = round()
  return {
    stop: async () => {
      ending.abort()
      await running
    },
  }
}
