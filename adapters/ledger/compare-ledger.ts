import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { EntitySets } from '#core/disclosure-control/entity-sets.ts'
import { gathering, newResultOf } from '#core/disclosure-control/near-sets.ts'
import type { Gathering, LedgerComparison, ReleaseCompared } from '#core/disclosure-control/near-sets.ts'
import { compareFile } from '#adapters/ledger/compare-file.ts'
import type { ThreadAnswer, ThreadBegun, ThreadTask } from '#adapters/ledger/comparison-protocol.ts'
import { LedgerBroken } from '#adapters/ledger/ledger-broken.ts'
import { newLedgerMemory } from '#adapters/ledger/open-sets.ts'
import type { SetsKey } from '#adapters/ledger/open-sets.ts'
import { keyOfSets } from '#adapters/ledger/sets-file.ts'
import type { KeptSets, LedgerPlace } from '#adapters/ledger/sets-file.ts'
import { programPath } from '#adapters/vault/child/programs.ts'

/** What was kept of one earlier release's sets. */
export interface KeptRelease {
  readonly release: string
  /** Its marks, for one version of the engine or several; of those for one version the last ones count. */
  readonly marks: readonly KeptMarks[]
  /** It did not leave, but its organisation has seen it: differences of at most so many entities are told. Where there are no marks for the engine, it is passed over. */
  readonly shown?: number
  /** It was decided that it is not compared where there are no marks for the engine. */
  readonly setAside?: boolean
}

export interface KeptMarks {
  /** The file's name in the ledger. */
  readonly file: string
  readonly kept: KeptSets
}

/** The marks of a release for an engine; undefined where there are none. */
export function marksFor({ marks }: KeptRelease, engine: string): KeptMarks | undefined {
  return marks.findLast(({ kept }) => kept.engine === engine)
}

type Comparable = KeptMarks & Pick<KeptRelease, 'release' | 'shown'>

/** unit: threads; source: the platform's smallest machine has two cores */
const THREADS = 2
/** unit: tasks; source: the next one waits at a thread while it compares */
const AHEAD = 2
/** unit: sets; source: measured: about the time that a file takes beside its sets */
const SETS_OF_A_FILE = 2_000
/** unit: sets; source: measured: what is compared about as quickly as threads start */
const SETS_BY_ONE = 500_000

/**
 * Compares a new result with all that was released before, a large ledger in threads of its own. Whatever number of them,
 * the answer is the same. @throws LedgerBroken where a file is missing or changed
 */
export async function compareLedger(place: LedgerPlace, kept: readonly KeptRelease[], fresh: EntitySets, minimum: number, engine: string, threads?: number): Promise<LedgerComparison> {
  const comparable = kept.flatMap((one): Comparable[] => {
    const marks = marksFor(one, engine)
    return marks === undefined ? [] : [{ release: one.release, ...marks, ...(one.shown === undefined ? {} : { shown: one.shown }) }]
  })
  const without = kept.filter((one) => one.shown === undefined && marksFor(one, engine) === undefined)
  const number = Math.min(threads ?? threadsFor(comparable), comparable.length)
  const begun = { fresh, minimum, releases: comparable.filter(({ shown }) => shown === undefined).length }
  const gathered = number === 0 ? await inThisThread(place, comparable, begun) : await inThreads(place, comparable, begun, number)
  const named = (setAside: boolean): string[] => without.filter((one) => (one.setAside === true) === setAside).map(({ release }) => release)
  return gathered.conclude(named(false), named(true))
}

function threadsFor(kept: readonly Comparable[]): number {
  return kept.reduce((sets, one) => sets + one.kept.count + SETS_OF_A_FILE, 0) > SETS_BY_ONE ? THREADS : 0
}

async function inThisThread(place: LedgerPlace, kept: readonly Comparable[], { fresh, minimum, releases }: ThreadBegun): Promise<Gathering> {
  const result = newResultOf(fresh, minimum, releases)
  const gathered = gathering(result)
  const memory = newLedgerMemory()
  for (const one of kept) {
    // Others get their turn before each file.
    await setImmediate()
    const sets = await keyOf(place, one)
    try {
      put(gathered, one, compareFile(result, one.release, sets, one.shown === undefined && !gathered.isFull(), memory))
    } catch (error) {
      throw broken(one, error)
    }
  }
  return gathered
}

function put(gathered: Gathering, { shown }: Comparable, compared: ReleaseCompared): void {
  if (shown === undefined) gathered.add(compared)
  else gathered.addShown(compared, shown)
}

async function keyOf(place: LedgerPlace, one: Comparable): Promise<SetsKey> {
  try {
    return await keyOfSets(place, one.file, one.kept)
  } catch (error) {
    throw broken(one, error)
  }
}

function broken({ release }: Comparable, error: unknown): LedgerBroken {
  return new LedgerBroken(release, error instanceof Error ? error.message : 'it cannot be read', { cause: error })
}

/** Answers are put together in the releases' order, however they come. */
async function inThreads(place: LedgerPlace, kept: readonly Comparable[], begun: ThreadBegun, threads: number): Promise<Gathering> {
  const answers = new Map<number, () => void>()
  let [next, done, pooling] = [0, 0, true]
  const path = await programPath('ledger')
  const workers = Array.from({ length: threads }, () => new Worker(path, { workerData: begun }))
  // The new result is compared with itself here, while the threads start with what they were first asked.
  const own = setImmediate().then(() => gathering(newResultOf(begun.fresh, begun.minimum, begun.releases)))
  /** One of several that each thread has under way, until no release is left. */
  const oneAfterTheOther = async (thread: Thread): Promise<void> => {
    while (next < kept.length) {
      const at = next
      next += 1
      const one = kept[at]
      if (one === undefined) return
      const sets = await keyOf(place, one)
      const answer = await thread.ask({ at, release: one.release, sets, pooling: pooling && one.shown === undefined })
      if ('broken' in answer) throw new LedgerBroken(one.release, answer.broken)
      const gathered = await own
      answers.set(at, () => put(gathered, one, answer.compared))
      for (let ready = answers.get(done); ready !== undefined; ready = answers.get(done)) {
        ready()
        answers.delete(done)
        done += 1
      }
      pooling = !gathered.isFull()
    }
  }
  try {
    await Promise.all([own, ...workers.map(threadOf).flatMap((thread) => Array.from({ length: AHEAD }, () => oneAfterTheOther(thread)))])
    return await own
  } finally {
    next = kept.length
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

interface Thread {
  ask(task: ThreadTask): Promise<ThreadAnswer>
}

/** A thread that ends before it has answered fails whoever waits for it. */
function threadOf(worker: Worker): Thread {
  const waiting = new Map<number, { resolve(answer: ThreadAnswer): void; reject(error: unknown): void }>()
  let ended: { error: unknown } | undefined
  const fail = (error: unknown): void => {
    ended ??= { error }
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  worker.on('message', (answer: ThreadAnswer) => {
    waiting.get(answer.at)?.resolve(answer)
    waiting.delete(answer.at)
  })
  worker.on('error', fail)
  worker.on('exit', () => fail(new Error('a thread of the comparison ended before it had answered')))
  return {
    ask: (task) => new Promise((resolve, reject) => {
      if (ended !== undefined) return reject(ended.error)
      waiting.set(task.at, { resolve, reject })
      worker.postMessage(task, [task.sets.key.buffer as ArrayBuffer]) // memory of its own, made by keyOfSets
    }),
  }
}
