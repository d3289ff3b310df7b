import { Worker } from 'node:worker_threads'
import type { EntitySets } from '#core/disclosure-control/entity-sets.ts'
import { gathering, isOfAnother, newResultOf } from '#core/disclosure-control/near-sets.ts'
import type { Gathering, LedgerComparison, NewResult, ReleaseCompared } from '#core/disclosure-control/near-sets.ts'
import { compareFile } from '#adapters/ledger/compare-file.ts'
import type { ThreadAnswer, ThreadBegun, ThreadTask } from '#adapters/ledger/comparison-protocol.ts'
import { LedgerBroken } from '#adapters/ledger/ledger-broken.ts'
import { keyOfSets, newLedgerMemory } from '#adapters/ledger/sets-file.ts'
import type { KeptSets, LedgerPlace, SetsKey } from '#adapters/ledger/sets-file.ts'
import { programPath } from '#adapters/vault/child/programs.ts'

/** What was kept of one earlier release's sets. */
export interface KeptRelease {
  readonly release: string
  readonly job: string
  readonly kept: KeptSets
}

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
export async function compareLedger(place: LedgerPlace, kept: readonly KeptRelease[], fresh: EntitySets, minimum: number, engine: string, threads = threadsFor(kept)): Promise<LedgerComparison> {
  const incomparable = kept.filter((one) => isOfAnother(engine, one.kept))
  const comparable = kept.filter((one) => !isOfAnother(engine, one.kept))
  const result = newResultOf(fresh, minimum)
  const gathered = gathering(result)
  if (threads === 0) await inThisThread(place, comparable, result, gathered)
  else await inThreads(place, comparable, { fresh, minimum }, gathered, Math.min(threads, comparable.length))
  return gathered.conclude(incomparable.map(({ release }) => release))
}

function threadsFor(kept: readonly KeptRelease[]): number {
  return kept.reduce((sets, one) => sets + one.kept.count + SETS_OF_A_FILE, 0) > SETS_BY_ONE ? THREADS : 0
}

async function inThisThread(place: LedgerPlace, kept: readonly KeptRelease[], result: NewResult, gathered: Gathering): Promise<void> {
  const memory = newLedgerMemory()
  for (const one of kept) {
    // Others get their turn before each file.
    const sets = await keyOf(place, one)
    try {
      gathered.add(compareFile(result, one.release, sets, !gathered.isFull(), memory))
    } catch (error) {
      throw broken(one, error)
    }
  }
}

async function keyOf(place: LedgerPlace, one: KeptRelease): Promise<SetsKey> {
  try {
    return await keyOfSets(place, one.job, one.kept)
  } catch (error) {
    throw broken(one, error)
  }
}

function broken({ release }: KeptRelease, error: unknown): LedgerBroken {
  return new LedgerBroken(release, error instanceof Error ? error.message : 'it cannot be read', { cause: error })
}

/** Answers are put together in the releases' order, however they come. */
async function inThreads(place: LedgerPlace, kept: readonly KeptRelease[], begun: ThreadBegun, gathered: Gathering, threads: number): Promise<void> {
  const answers = new Map<number, ReleaseCompared>()
  let [next, done] = [0, 0]
  const path = await programPath('ledger')
  const workers = Array.from({ length: threads }, () => new Worker(path, { workerData: begun }))
  /** One of several that each thread has under way, until no release is left. */
  const oneAfterTheOther = async (thread: Thread): Promise<void> => {
    while (next < kept.length) {
      const at = next
      next += 1
      const one = kept[at]
      if (one === undefined) return
      const sets = await keyOf(place, one)
      const answer = await thread.ask({ at, release: one.release, sets, pooling: !gathered.isFull() })
      if ('broken' in answer) throw new LedgerBroken(one.release, answer.broken)
      answers.set(at, answer.compared)
      for (let ready = answers.get(done); ready !== undefined; ready = answers.get(done)) {
        gathered.add(ready)
        answers.delete(done)
        done += 1
      }
    }
  }
  try {
    await Promise.all(workers.map(threadOf).flatMap((thread) => Array.from({ length: AHEAD }, () => oneAfterTheOther(thread))))
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
