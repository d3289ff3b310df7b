import { EvidenceError } from './evidence-error.ts'
import type { BatchEntry, Place } from './log-connection.ts'
import type { NewEntry } from './new-entry.ts'

type Caller = { readonly resolve: (place: Place) => void; readonly reject: (error: EvidenceError) => void; readonly until: number }

/** How often callers whose patience is at its end are looked for, ms. */
const LOOK_MS = 250

/** Entries that wait to be sequenced, and the callers who wait for them: each is answered once, at the latest when its time is over. */
export class WaitingEntries {
  readonly #patienceMs: number
  readonly #callers = new Map<string, Caller[]>()
  /** Ids in `#callers` whose entry this process did not hand over itself. */
  readonly #asked = new Set<string>()
  readonly #clock: NodeJS.Timeout
  #queue: NewEntry[] = []

  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs
    this.#clock = setInterval(() => this.#expire(), LOOK_MS)
    this.#clock.unref()
  }

  /** How many are not answered yet: queued, under way, or asked for. */
  get count(): number {
    return this.#callers.size
  }

  /** Queues an entry. The promise settles when it is durable or its time is over. */
  add(entry: NewEntry): Promise<Place> {
    this.#queue.push(entry)
    return this.#wait(entry.id)
  }

  /** Waits for an entry that was written elsewhere. */
  ask(id: string): Promise<Place> {
    this.#asked.add(id)
    return this.#wait(id)
  }

  isAsked(id: string): boolean {
    return this.#asked.has(id)
  }

  unanswered(): string[] {
    return [...this.#asked]
  }

  /** Takes the oldest entries out of the queue. */
  take(limit: number): BatchEntry[] {
    return this.#queue.splice(0, limit)
  }

  /** Puts entries of a failed batch back at the front, except those whose callers have been refused meanwhile. */
  putBack(entries: readonly BatchEntry[]): void {
    this.#queue = [...entries.filter(({ id }) => this.#callers.has(id)), ...this.#queue]
  }

  /** Answers the callers of entries that are durable now. */
  entered(places: readonly Place[]): void {
    for (const place of places) this.#settle(place.id, ({ resolve }) => resolve(place))
  }

  /** Refuses the callers of entries that are neither in the log nor pending. */
  unknown(ids: readonly string[]): void {
    for (const id of ids) {
      const error = new EvidenceError('evidence-entry-unknown', `存证 ${id} 既不在日志中，也不在待写入之列；waitFor 应在事务提交之后调用`)
      this.#settle(id, ({ reject }) => reject(error))
    }
  }

  /** Refuses whoever still waits. */
  close(): void {
    clearInterval(this.#clock)
    this.#queue = []
    const error = new EvidenceError('evidence-stopped', '存证日志已停止，本条是否写入不明')
    for (const id of this.#callers.keys()) this.#settle(id, ({ reject }) => reject(error))
  }

  #wait(id: string): Promise<Place> {
    return new Promise((resolve, reject) => {
      const caller = { resolve, reject, until: performance.now() + this.#patienceMs }
      this.#callers.set(id, [...(this.#callers.get(id) ?? []), caller])
    })
  }

  #settle(id: string, answer: (caller: Caller) => void): void {
    const callers = this.#callers.get(id) ?? []
    this.#callers.delete(id)
    this.#asked.delete(id)
    for (const caller of callers) answer(caller)
  }

  #expire(): void {
    const now = performance.now()
    const late = new Set<string>()
    for (const [id, callers] of this.#callers) if (callers.some(({ until }) => until <= now)) late.add(id)
    if (late.size === 0) return
    // What has not been sent yet is not entered any more; what is under way may be, and no answer depends on it.
    this.#queue = this.#queue.filter(({ id }) => !late.has(id))
    const error = new EvidenceError('evidence-unavailable', `存证在 ${this.#patienceMs} 毫秒内未能落盘，是否写入不明，不得放行`)
    for (const id of late) this.#settle(id, ({ reject }) => reject(error))
  }
}
