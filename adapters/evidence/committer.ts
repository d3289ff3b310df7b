import { setImmediate as endOfTurn, setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { EvidenceDraft } from '#core/evidence/entry.ts'
import type { StorageLog } from '#adapters/postgres/storage-error.ts'
import { EvidenceError } from './evidence-error.ts'
import { openLogConnection } from './log-connection.ts'
import type { BatchEntry, LogConnection, Place } from './log-connection.ts'
import { newEntry } from './new-entry.ts'
import type { NewEntry } from './new-entry.ts'
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
  /** Enters an entry that is written already; else like `append`. */
  enter(entry: NewEntry): Promise<Place>
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
  const loop = new CommitterLoop(options)
  const { now, queueLimit = QUEUE_LIMIT, sweepMs = SWEEP_MS } = options
  const sweep = setInterval(() => loop.poke(), sweepMs)
  const running = loop.run()
  const enter = async (entry: NewEntry) => {
    if (loop.stopping) throw new EvidenceError('evidence-stopped', '存证日志正在停止，本条未写入')
    if (loop.waiting.count >= queueLimit) throw new EvidenceError('evidence-overloaded', `等待写入的存证已达 ${queueLimit} 条，本条未写入，请稍后重试`)
    const entered = loop.waiting.add(entry)
    loop.wake()
    return entered
  }
  return {
    append: async (draft) => enter(newEntry(draft, now())),
    enter,
    poke: () => loop.poke(),
    waitFor: (id) => {
      const entered = loop.waiting.ask(id)
      loop.poke()
      return entered
    },
    stop: async () => {
      loop.stopping = true
      clearInterval(sweep)
      loop.poke()
      await running
      loop.close()
    },
  }
}

/** What runs behind a committer: one round after the other over one connection. */
class CommitterLoop {
  readonly waiting: WaitingEntries
  stopping = false
  /** Ends the pause in which there was nothing to do. */
  wake: () => void = () => undefined
  readonly #options: CommitterOptions
  readonly #patienceMs: number
  #connection: LogConnection | undefined
  /** The batch under way; after an error its outcome is unknown until the next connection has looked. */
  #inDoubt: BatchEntry[] = []
  #lookForPending = true
  #retryMs = 0

  constructor(options: CommitterOptions) {
    this.#options = options
    this.#patienceMs = options.patienceMs ?? PATIENCE_MS
    this.waiting = new WaitingEntries(this.#patienceMs)
  }

  poke(): void {
    this.#lookForPending = true
    this.wake()
  }

  async run(): Promise<void> {
    for (;;) {
      if (this.#hasWork()) {
        if (await this.#tryRound()) continue
        if (this.stopping && this.waiting.count === 0) return
        await sleep(this.#retryMs)
        continue
      }
      if (this.stopping) return
      await new Promise<void>((resolve) => {
        this.wake = resolve
      })
      // Those who hand over an entry in the same turn of the event loop go with the first, instead of waiting for it.
      await endOfTurn()
    }
  }

  close(): void {
    this.waiting.close()
    this.#connection?.close(false)
    this.#connection = undefined
  }

  #hasWork(): boolean {
    return this.#lookForPending || this.#inDoubt.length > 0 || this.waiting.count > 0
  }

  async #tryRound(): Promise<boolean> {
    try {
      await this.#round()
      this.#retryMs = 0
      return true
    } catch (error) {
      this.#connection?.close(true)
      this.#connection = undefined
      this.#lookForPending = true
      this.#retryMs = Math.min(LAST_RETRY_MS, Math.max(FIRST_RETRY_MS, this.#retryMs + this.#retryMs))
      const reason = error instanceof Error ? error.message : String(error)
      this.#options.log.warn(`存证日志写入失败，${this.#retryMs} 毫秒后重试（${this.#inDoubt.length} 条结果待核对）：${reason}`)
      return false
    }
  }

  async #round(): Promise<void> {
    this.#connection ??= await this.#reopen()
    const connection = this.#connection
    const asked = this.waiting.unanswered()
    const pending = this.#lookForPending ? await connection.readPending(PENDING_LIMIT) : []
    this.#lookForPending = pending.length === PENDING_LIMIT
    this.#inDoubt = [...pending, ...this.waiting.take(BATCH_LIMIT - pending.length)]
    if (this.#inDoubt.length > 0) {
      const places = await connection.append(this.#inDoubt)
      this.#inDoubt = []
      this.waiting.entered(places)
    }
    await this.#answer(connection, asked)
  }

  /** A new connection, after the outcome of the last batch is known. */
  async #reopen(): Promise<LogConnection> {
    const batch = this.#inDoubt
    const opened = await openLogConnection(this.#options.pool, batch.map(({ id }) => id), this.#patienceMs)
    const committed = new Set(opened.committed.map(({ id }) => id))
    this.waiting.entered(opened.committed)
    // Pending ones are read again from their table.
    this.waiting.putBack(batch.filter(({ id, pendingId }) => pendingId === undefined && !committed.has(id)))
    this.#inDoubt = []
    this.#lookForPending = true
    return opened.connection
  }

  /** Looks for entries that somebody waits for and this committer did not itself enter since. */
  async #answer(connection: LogConnection, asked: readonly string[]): Promise<void> {
    const open = asked.filter((id) => this.waiting.isAsked(id))
    if (open.length === 0) return
    const { places, pending } = await connection.find(open)
    this.waiting.entered(places)
    if (pending.size > 0) this.#lookForPending = true
    this.waiting.unknown(open.filter((id) => !pending.has(id)))
  }
}
