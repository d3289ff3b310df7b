/**
 * Prints the figures of the design's budgets, each beside a reference measured in the same run.
 *
 *   npm run bench                 everything
 *   npm run bench service         one of: start, service, evidence, due-dates, ingest, disclosure, ledger, worker, bombs, packs, lists, memory
 *   npm run bench ingest -- --full the file of 50 million rows instead of one million
 *   npm run bench ingest -- --upload 10GB  a file of that size through the doors of a real server, killed in the middle
 *   npm run bench ingest -- --bad 1GB [--kind ragged]  bad files of that size through the same doors, of every kind or of those named
 *   npm run bench disclosure -- --full 50 million rows instead of five
 *   npm run bench ledger -- --full  earlier releases of 50,000 cells instead of 5,000
 *   npm run bench lists -- --full the lists with a million cases instead of a hundred thousand
 */
import { parseArgs } from 'node:util'
import type { BenchOptions, Print } from './figure.ts'

type Bench = (print: Print, options: BenchOptions) => Promise<void>

/** Loaded only when asked for: what one bench loads would weigh on another's memory and start. */
const BENCHES: Readonly<Record<string, () => Promise<Bench>>> = {
  start: async () => (await import('./first-start.ts')).benchStart,
  service: async () => (await import('./service-calls.ts')).benchServiceCalls,
  evidence: async () => (await import('./evidence-append.ts')).benchEvidence,
  'due-dates': async () => (await import('./due-dates.ts')).benchDueDates,
  ingest: async () => (await import('./ingest.ts')).benchIngest,
  disclosure: async () => (await import('./disclosure-report.ts')).benchDisclosure,
  ledger: async () => (await import('./release-ledger.ts')).benchLedger,
  worker: async () => (await import('./isolated-worker.ts')).benchWorker,
  bombs: async () => (await import('./resource-bombs.ts')).benchBombs,
  packs: async () => (await import('./pack-load.ts')).benchPacks,
  lists: async () => (await import('./console-lists.ts')).benchLists,
  memory: async () => (await import('./idle-memory.ts')).benchMemory,
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { full: { type: 'boolean', default: false }, upload: { type: 'string' }, bad: { type: 'string' }, kind: { type: 'string', multiple: true, default: [] } } })
const sizes = { ...(values.upload === undefined ? {} : { upload: bytesOf(values.upload) }), ...(values.bad === undefined ? {} : { bad: bytesOf(values.bad) }) }
const print: Print = (line) => {
  process.stdout.write(`${line}\n`)
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
const unknown = positionals.filter((name) => !Object.hasOwn(BENCHES, name))
if (unknown.length > 0) {
  print(`no bench is called ${unknown.join(', ')}; there are: ${Object.keys(BENCHES).join(', ')}`)
  process.exit(2)
}
for (const [name, load] of Object.entries(BENCHES)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  print(`— ${name}`)
  await (await load())(print, { full: values.full, ...sizes, kinds: values.kind })
}
process.exit(0)

/** `10GB`, `200MB`: decimal, as disks are sold. */
function bytesOf(text: string): number {
  const [, number, unit] = /^(\d+)(MB|GB)$/.exec(text) ?? []
  if (number === undefined) throw new RangeError(`a size is written as 10GB or 200MB, not ${text}`)
  return Number(number) * (unit === 'GB' ? 1_000_000_000 : 1_000_000)
}
