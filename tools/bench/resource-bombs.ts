import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { parse } from 'yaml'
import { z } from 'zod'
import { childCommand } from '#adapters/sandbox/child-command.ts'
import { spawnChild } from '#adapters/sandbox/child-process.ts'
import { DEFAULT_JOB_LIMITS, KILL_GRACE_MS, type JobLimits } from '#adapters/sandbox/limits.ts'
import { sandboxPosture } from '#adapters/sandbox/posture.ts'
import { runOnWorker, startWorker, type ReadyWorker } from '#adapters/sandbox/run-job.ts'
import { ownProcessorsForJobs } from '#adapters/sandbox/spare-processor.ts'
import { BenchCity } from './bench-city.ts'
import { loadOf } from './child-process.ts'
import { figureLine, percentile } from './figure.ts'
import type { Print } from './figure.ts'
import type { LoadOrders } from './load-generator.ts'
import { PREPARED_CALL, prepareProduct } from './prepared-product.ts'

const Bomb = z.strictObject({ id: z.string(), sql: z.string().optional(), js: z.string().optional(), reasons: z.array(z.string()).min(1) })
export type Bomb = z.infer<typeof Bomb>

/** Small enough that a bomb has no time to be mistaken for work. */
const LIMITS: JobLimits = { ...DEFAULT_JOB_LIMITS, memoryMb: 512, seconds: 2, maxRows: 10_000, maxBytes: 1_000_000, maxCellBytes: 100 }
const FRAME_BYTES = 1024 * 1024
/** Between the kill and the parent's notice of it, on a machine that is loaded on purpose. */
const NOTICE_MS = 500
const NANOSECONDS_PER_MS = 1e6
const AT_ONCE = 2
const PAIRS = 5
const RATE = 200
const CONNECTIONS = 32
const BASELINE_SECONDS = 8
const LOAD_SLICE_SECONDS = 4
const BUDGET = { p99Ms: 50, timesBaseline: 2 }

/** How a bomb ended. */
export interface Defused {
  readonly bomb: Bomb
  readonly reason: string
  readonly elapsedMs: number
  /** What is wrong with that end; null where it ended as it should. */
  readonly fault: string | null
}

export async function readBombs(): Promise<readonly Bomb[]> {
  return z.array(Bomb).parse(parse(await readFile(new URL('./bombs.yaml', import.meta.url), 'utf8')))
}

/** Sets a bomb off in an isolated worker as a platform starts them, with the gate switched off. */
export async function setOff(bomb: Bomb): Promise<Defused> {
  const worker = bomb.js === undefined ? await startWorker(LIMITS, null, null, true) : await hostileWorker(bomb.js)
  if (worker === null) throw new Error('no worker could be started')
  const outcome = await runOnWorker(worker, { inputs: [], statements: [bomb.sql ?? 'select 1'], limits: LIMITS })
  const reason = outcome.ok ? 'succeeded' : outcome.code
  const latest = LIMITS.seconds * 1000 + KILL_GRACE_MS + NOTICE_MS
  const fault = !bomb.reasons.includes(reason) ? `ended as ${reason}` : outcome.elapsedMs > latest ? `ended after ${outcome.elapsedMs} ms` : null
  return { bomb, reason, elapsedMs: outcome.elapsedMs, fault }
}

/** A worker whose code is the bomb's, behind the same isolation. */
async function hostileWorker(js: string): Promise<ReadyWorker> {
  const { mode } = await sandboxPosture()
  const directory = await mkdtemp(join(tmpdir(), 'gongshu-bomb-'))
  const from = childCommand(mode, { script: 'probe-child.mjs', inputDirectory: directory, givesWay: true, processors: ownProcessorsForJobs() }, LIMITS)
  const script = `const raw = (b) => new Promise((r) => process.stdout.write(b, () => r()))
    const say = (f) => { const b = Buffer.from(JSON.stringify(f)); const h = Buffer.alloc(4); h.writeUInt32BE(b.length); return raw(Buffer.concat([h, b])) }
    process.stdin.once('data', async () => { ${js} })
    await say({ ready: true, engineVersion: 'bomb' })`
  const child = spawnChild({ ...from, args: [...from.args.slice(0, -1), '--input-type=module', '--eval', script] }, FRAME_BYTES)
  await new Promise((resolve) => { child.listen(resolve); void child.ended.then(resolve) })
  return { child, directory, engineVersion: 'bomb', gone: child.ended.then(() => rm(directory, { recursive: true, force: true })) }
}

/** All bombs in five groups, each while other users call the server; p99 beside the same load without bombs just before. */
export async function benchBombs(print: Print): Promise<void> {
  const bombs = await readBombs()
  const city = await BenchCity.open()
  try {
    await city.start()
    await prepareProduct(city)
    const server = await city.start()
    const orders: LoadOrders = { host: '127.0.0.1', port: Number(new URL(server.url).port), ...PREPARED_CALL, connections: CONNECTIONS, seconds: BASELINE_SECONDS, rate: RATE }
    await loadOf(orders)
    const ends: Defused[] = []
    const pairs: { baseline: number; bombed: number }[] = []
    let longestPause = 0
    for (let pair = 0; pair < PAIRS; pair += 1) {
      const group = bombs.filter((_bomb, position) => position % PAIRS === pair)
      const baseline = (await loadOf(orders)).p99
      // One of its own for each pair: what lies between two of them is no pause.
      const pauses = monitorEventLoopDelay({ resolution: 5 })
      pauses.enable()
      const { bombed, defused } = await underBombs(group, orders)
      pauses.disable()
      longestPause = Math.max(longestPause, pauses.max / NANOSECONDS_PER_MS)
      ends.push(...defused)
      pairs.push({ baseline, bombed })
      print(`pair ${pair + 1}: ${group.length} bombs, p99 ${baseline.toFixed(1)} ms without, ${bombed.toFixed(1)} ms with them`)
    }
    tell(print, ends, pairs, longestPause)
  } finally {
    await city.close()
  }
}

async function underBombs(group: readonly Bomb[], orders: LoadOrders): Promise<{ bombed: number; defused: readonly Defused[] }> {
  const left = [...group]
  const defused: Defused[] = []
  const hand = async (): Promise<void> => {
    for (let bomb = left.shift(); bomb !== undefined; bomb = left.shift()) defused.push(await setOff(bomb))
  }
  const state = { over: false }
  const all = Promise.all(Array.from({ length: AT_ONCE }, hand)).finally(() => { state.over = true })
  const seen: number[] = []
  while (!state.over) seen.push((await loadOf({ ...orders, seconds: LOAD_SLICE_SECONDS })).p99)
  await all
  return { bombed: percentile(seen, 0.5), defused }
}

function tell(print: Print, ends: readonly Defused[], pairs: readonly { baseline: number; bombed: number }[], pause: number): void {
  for (const { bomb, fault } of ends.filter((end) => end.fault !== null)) print(`NOT DEFUSED: ${bomb.id} ${fault}; allowed are ${bomb.reasons.join(', ')}`)
  const reasons = new Map<string, number>()
  for (const { reason } of ends) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  print(`${ends.length} bombs, ${ends.filter((end) => end.fault === null).length} ended as failed jobs with a named reason within ${LIMITS.seconds} + ${KILL_GRACE_MS / 1000} s; the latest after ${Math.max(...ends.map((end) => end.elapsedMs))} ms`)
  print(`  ${[...reasons].map(([reason, count]) => `${reason} ${count}`).join(', ')}; the longest pause of the process that watches over them: ${pause.toFixed(0)} ms`)
  const middle = (values: readonly number[]): number => percentile(values, 0.5)
  const baseline = middle(pairs.map((pair) => pair.baseline))
  const bombed = middle(pairs.map((pair) => pair.bombed))
  const times = middle(pairs.map((pair) => pair.bombed / pair.baseline))
  print(figureLine({ name: `p99 of other users at ${RATE}/s under bombs, median of ${PAIRS} pairs`, value: bombed, unit: 'ms', reference: { what: 'without bombs', value: baseline }, budget: { bound: BUDGET.p99Ms, is: 'at-most' } }))
  print(`median ratio of the pairs ${times.toFixed(2)}; budget ≤ ${BUDGET.timesBaseline}: ${times <= BUDGET.timesBaseline ? 'within' : 'MISSED'}`)
}
