/** Entry of a thread that compares a new result with one earlier release after the other, so that the platform answers others meanwhile. */
import { parentPort, workerData } from 'node:worker_threads'
import { newResultOf } from '#core/disclosure-control/near-sets.ts'
import { compareFile } from '#adapters/ledger/compare-file.ts'
import type { ThreadAnswer, ThreadBegun, ThreadTask } from '#adapters/ledger/comparison-protocol.ts'
import { newLedgerMemory } from '#adapters/ledger/open-sets.ts'

const { fresh, minimum, releases } = workerData as ThreadBegun // only compare-ledger.ts starts it
const result = newResultOf(fresh, minimum, releases)
const memory = newLedgerMemory()

parentPort?.on('message', (task: ThreadTask) => parentPort?.postMessage(answerTo(task), []))

function answerTo({ at, release, sets, pooling }: ThreadTask): ThreadAnswer {
  try {
    return { at, compared: compareFile(result, release, sets, pooling, memory) }
  } catch (error) {
    return { at, broken: error instanceof Error ? error.message : 'it cannot be read' }
  }
}
