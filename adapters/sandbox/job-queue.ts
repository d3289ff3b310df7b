import { availableParallelism, totalmem } from 'node:os'
import { ADDRESS_SPACE_BASE_MB, type JobLimits } from '#adapters/sandbox/limits.ts'

/** How far a job is: which of its parts is under way, and how many of how many are done. */
export interface JobProgress {
  readonly step: 'preparing' | 'running' | 'checking' | 'committing'
  readonly done: number
  readonly total: number
}

export type QueuePlace =
  /** `position` counts from 1: how many begin up to and with this one, as things stand. */
  | { readonly kind: 'queued'; readonly position: number }
  | { readonly kind: 'running'; readonly progress: JobProgress | null }

export interface QueuedWork {
  readonly id: string
  /** Tenants share the machine alike, however many jobs each of them has waiting. */
  readonly tenant: string
  /** Called once, in its turn; at once and with an aborted signal when the job is cancelled while it waits. */
  run(signal: AbortSignal, progress: (progress: JobProgress) => void): Promise<void>
}

/** Takes turns between tenants and bounds how many jobs run at once. */
export interface JobQueue {
  /** Whether the tenant may add another job. */
  hasRoom(tenant: string): boolean
  /** Resolves when the job has run; passes on what `run` throws. */
  submit(work: QueuedWork): Promise<void>
  /** Aborts a job that waits or runs here. @returns false when it does neither */
  cancel(id: string): boolean
  placeOf(id: string): QueuePlace | null
  /** The jobs that wait or run here. */
  ids(): readonly string[]
  /** Aborts everything and waits until all have ended. */
  close(): Promise<void>
}

export interface QueueOptions {
  readonly atOnce: number
  readonly waitingPerTenant: number
}

const BYTES_PER_MB = 1024 * 1024
/** Of the memory: the rest is for the server, its database and the files that the kernel keeps at hand. */
const SHARE_OF_MEMORY = 0.5
/** A long job of one tenant never stands in everybody's way. */
const AT_ONCE_MINIMUM = 2
const WAITING_PER_TENANT = 20

/** As many jobs at once as the machine has processors and memory for, two at least. */
export function queueOptionsFor(limits: JobLimits, processors: number = availableParallelism(), memoryBytes: number = totalmem()): QueueOptions {
  const byProcessors = Math.floor(processors / limits.threads)
  const byMemory = Math.floor((memoryBytes * SHARE_OF_MEMORY) / ((limits.memoryMb + ADDRESS_SPACE_BASE_MB) * BYTES_PER_MB))
  return { atOnce: Math.max(AT_ONCE_MINIMUM, Math.min(byProcessors, byMemory)), waitingPerTenant: WAITING_PER_TENANT }
}

interface Entry {
  readonly work: QueuedWork
  readonly stop: AbortController
  readonly ended: Promise<void>
  readonly begin: () => void
  progress: JobProgress | null
}

/** Opens a queue that holds its jobs in this process; what must survive it is the caller's to record. */
export function openJobQueue(options: QueueOptions): JobQueue {
  const waiting: Entry[] = []
  const running = new Map<string, Entry>()
  /** When each tenant last had its turn, as a count of turns; who waited longest goes first. */
  const lastTurn = new Map<string, number>()
  let turns = 0
  const fillSlots = (): void => {
    while (running.size < options.atOnce) {
      const [next] = inOrder(waiting, [...running.values()], lastTurn)
      if (next === undefined) return
      waiting.splice(waiting.indexOf(next), 1)
      turns += 1
      lastTurn.set(next.work.tenant, turns)
      start(next)
    }
  }
  const start = (entry: Entry): void => {
    running.set(entry.work.id, entry)
    entry.begin()
    // Also after a fault, which whoever submitted the job is told.
    const free = (): void => {
      running.delete(entry.work.id)
      fillSlots()
    }
    entry.ended.then(free, free)
  }
  return {
    hasRoom: (tenant) => waiting.filter((entry) => entry.work.tenant === tenant).length < options.waitingPerTenant,
    submit: (work) => {
      const entry = newEntry(work)
      waiting.push(entry)
      fillSlots()
      return entry.ended
    },
    cancel: (id) => {
      const under = running.get(id)
      const at = waiting.findIndex((entry) => entry.work.id === id)
      const entry = under ?? waiting[at]
      if (entry === undefined) return false
      entry.stop.abort()
      if (under === undefined) {
        // It ends at once and takes nobody's place.
        waiting.splice(at, 1)
        entry.begin()
      }
      return true
    },
    placeOf: (id) => {
      const entry = running.get(id)
      if (entry !== undefined) return { kind: 'running', progress: entry.progress }
      const position = inOrder(waiting, [...running.values()], lastTurn).findIndex((one) => one.work.id === id)
      return position < 0 ? null : { kind: 'queued', position: position + 1 }
    },
    ids: () => [...running.keys(), ...waiting.map((entry) => entry.work.id)],
    close: async () => {
      const all = [...waiting.splice(0), ...running.values()]
      for (const entry of all) {
        entry.stop.abort()
        entry.begin()
      }
      await Promise.allSettled(all.map((entry) => entry.ended))
    },
  }
}

function newEntry(work: QueuedWork): Entry {
  const stop = new AbortController()
  let begin = (): void => undefined
  const mayBegin = new Promise<void>((resolve) => { begin = resolve })
  const entry: Entry = {
    work, stop, begin: () => begin(), progress: null,
    ended: mayBegin.then(() => work.run(stop.signal, (progress) => { entry.progress = progress })),
  }
  return entry
}

/** Who begins next, and after that, if nothing ended: the tenant with the fewest jobs under way, then who waited longest for a turn. */
function inOrder(waiting: readonly Entry[], running: readonly Entry[], lastTurn: ReadonlyMap<string, number>): readonly Entry[] {
  const underWay = new Map<string, number>()
  const count = (tenant: string): number => underWay.get(tenant) ?? 0
  for (const entry of running) underWay.set(entry.work.tenant, count(entry.work.tenant) + 1)
  const left = [...waiting]
  const order: Entry[] = []
  while (left.length > 0) {
    let best = left[0]
    for (const entry of left) {
      if (best === undefined) break
      const [one, other] = [entry.work.tenant, best.work.tenant]
      const fewer = count(one) - count(other)
      if (fewer < 0 || (fewer === 0 && (lastTurn.get(one) ?? 0) < (lastTurn.get(other) ?? 0))) best = entry
    }
    if (best === undefined) break
    order.push(best)
    left.splice(left.indexOf(best), 1)
    underWay.set(best.work.tenant, count(best.work.tenant) + 1)
  }
  return order
}
