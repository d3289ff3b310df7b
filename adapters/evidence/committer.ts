import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { EvidenceDraft } from '#core/evidence/entry.ts'
import type { StorageLog } from '#adapters/postgres/storage-error.ts'
import { EvidenceError } from './evidence-error.ts'
import { openLogConnection } from './log-connection.ts'
import type { BatchEntry, LogConnection, Place } from './log-connection.ts'
import { newEntry } from './new-entry.ts'
import { WaitingEntries } from './waiting-entries.ts'

export type CommitterOptions = {
  readonly pool: Pool
  readonly log: StorageLog
  readonly now: () => Date
  /** Longest time an entry may wait to become durable before its caller is refused, ms. */
  readonly patienceMs?: number
  /** How often pending entries are looked for that nobody poked about, ms. */
  readonly sweepMs?: number
  /** How many entries may wait at once before further ones are refused. */
  readonly queueLimit?: number
}

/** Grows the log. Several may run over one database: each batch is fenced by the size it expects. */
export type Committer = {
  /** Enters the draft; resolves only when it is durably committed. @throws EvidenceEntryError, EvidenceError. */
  append(draft: EvidenceDraft): Promise<Place>
  /** Tells that a transaction with pending entries has committed. */
  poke(): void
  /** Resolves when the entry that addPending wrote is durably in the log. Call it after the commit. @throws EvidenceError. */
  waitFor(id: string): Promise<Place>
  /** Enters what is waiting, then stops; further entries are refused with `evidence-stopped`. */
  stop(): Promise<void>
}

const BATCH_LIMIT = 1_000
/** Pending entries leave this much room in a batch for those that callers are waiting for. */
const PENDING_LIMIT = 500
const PATIENCE_MS = 10_000
const SWEEP_MS = 1_000
const QUEUE_LIMIT = 50_000
const FIRST_RETRY_MS = 20
const LAST_RETRY_MS = 1_000

/**
 * Starts the committer: natural batching without linger. While one statement is under way new entries collect;
 * at its end all that wait, at most 1,000, go out in the next.
 */
export function startCommitter(options: CommitterOptions): Committer {
  const { pool, log, now, patienceMs = PATIENCE_MS, sweepMs = SWEEP_MS, queueLimit = QUEUE_LIMIT } = options
  const waiting = new WaitingEntries(patienceMs)
  let connection: LogConnection | undefined
  let inDoubt: BatchEntry[] = []
  let lookForPending = true
  let stopping = false
  let retryMs = 0
  let wake: () => void = () => undefined

  const poke = () => {
    lookForPending = true
    wake()
  }
  const hasWork = () => lookForPending || inDoubt.length > 0 || waiting.count > 0
  const sweep = setInterval(poke, sweepMs)
  const running = run()

  async function run(): Promise<void> {
    for (;;) {
      if (!hasWork()) {
        if (stopping) return
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        continue
      }
      try {
        await round()
        retryMs = 0
      } catch (error) {
        connection?.close(true)
        connection = undefined
        lookForPending = true
        retryMs = Math.min(LAST_RETRY_MS, Math.max(FIRST_RETRY_MS, retryMs + retryMs))
        log.warn(`存证日志写入失败，${retryMs} 毫秒后重试（${inDoubt.length} 条结果待核对）：${reasonOf(error)}`)
        if (stopping && waiting.count === 0) return
        await sleep(retryMs)
      }
    }
  }

  async function round(): Promise<void> {
    connection ??= await reopen()
    const asked = waiting.unanswered()
    const pending = lookForPending ? await connection.readPending(PENDING_LIMIT) : []
    lookForPending = pending.length === PENDING_LIMIT
    inDoubt = [...pending, ...waiting.take(BATCH_LIMIT - pending.length)]
    if (inDoubt.length > 0) {
      const places = await connection.append(inDoubt)
      inDoubt = []
      waiting.entered(places)
    }
    await answer(connection, asked)
  }

  /** A new connection, after the outcome of the last batch is known. */
  async function reopen(): Promise<LogConnection> {
    const opened = await openLogConnection(pool, inDoubt.map(({ id }) => id), patienceMs)
    const committed = new Set(opened.committed.map(({ id }) => id))
    waiting.entered(opened.committed)
    // Pending ones are read again from their table.
    waiting.putBack(inDoubt.filter(({ id, pendingId }) => pendingId === undefined && !committed.has(id)))
    inDoubt = []
    lookForPending = true
    return opened.connection
  }

  /** Looks for entries that somebody waits for and this committer did not itself enter since. */
  async function answer(over: LogConnection, asked: readonly string[]): Promise<void> {
    const open = asked.filter((id) => waiting.isAsked(id))
    if (open.length === 0) return
    const { places, pending } = await over.find(open)
    waiting.entered(places)
    if (pending.size > 0) lookForPending = true
    waiting.unknown(open.filter((id) => !pending.has(id)))
  }

  return {
    append: async (draft) => {
      if (stopping) throw new EvidenceError('evidence-stopped', '存证日志正在停止，本条未写入')
      if (waiting.count >= queueLimit) throw new EvidenceError('evidence-overloaded', `等待写入的存证已达 ${queueLimit} 条，本条未写入，请稍后重试`)
      const entered = waiting.add(newEntry(draft, now()))
      wake()
      return entered
    },
    poke,
    waitFor: (id) => {
      const entered = waiting.ask(id)
      poke()
      return entered
    },
    stop: async () => {
      stopping = true
      clearInterval(sweep)
      poke()
      await running
      waiting.close()
      connection?.close(false)
      connection = undefined
    },
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
