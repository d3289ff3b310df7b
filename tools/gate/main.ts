/**
 * Runs the leak benchmark: how many leaking jobs are held back, how many legitimate ones are not, and what the checks cost.
 *
 *   npm run bench:gate                            all known jobs on all sizes
 *   npm run bench:gate -- --size small            one size (may be given several times)
 *   npm run bench:gate -- --misses                names each job that was not judged as expected
 *   npm run bench:gate -- --mechanisms            what held each mechanism back
 *   npm run bench:gate -- --slowest 20            the jobs that took the longest, and the part that took the time
 *   npm run bench:gate -- --only word             only mechanisms whose name holds the word
 *   npm run bench:gate -- --part 1/8              a slice: each eighth job
 *   npm run bench:gate -- --results <folder>      keeps each judgement and the figures there; a run that was stopped goes on
 *   npm run bench:gate -- --seconds 20            wall time of a statement, instead of a platform's; its checks have four times as long
 *   npm run bench:gate -- --jobs <folder>         jobs of one's own, in leak/*.yaml and legit/*.yaml (may be given several times)
 *   npm run bench:gate -- --tables <file>         tables of one's own instead of tests/leaks/tables.yaml
 *   npm run bench:gate -- --processes 1           one engine instead of two at a time, for measuring the cost of the checks
 */
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { disclosurePolicyOf } from '#core/disclosure-control/policy-from-pack.ts'
import { readPack } from '#adapters/packs/read-pack.ts'
import { DEFAULT_JOB_LIMITS } from '#adapters/sandbox/limits.ts'
import { BenchmarkRefused, readJobs, readTables } from './benchmark.ts'
import { costLines, costsOf, costTable, slowestLines } from './costs.ts'
import { asExpected, endLines, figuresLine, figuresOf, mechanismLines } from './figures.ts'
import { openBench, type Bench, type Judged } from './judge-jobs.ts'
import { openResults } from './results-folder.ts'
import { partOf, readPart, runJobs } from './run-jobs.ts'

const FOLDER = 'tests/leaks'
/** Jobs that the gate has seen; sets that are held out are judged with --jobs. */
const KNOWN_JOBS = [FOLDER, `${FOLDER}/held-out`, `${FOLDER}/held-out-second`]
const THRESHOLDS = 'packs/national-authorization-2025'
const MILLISECONDS_PER_SECOND = 1000

const OPTIONS = {
  size: { type: 'string', multiple: true }, misses: { type: 'boolean', default: false }, mechanisms: { type: 'boolean', default: false }, slowest: { type: 'string', default: '0' },
  only: { type: 'string', default: '' }, part: { type: 'string', default: '1/1' }, results: { type: 'string' }, seconds: { type: 'string', default: `${DEFAULT_JOB_LIMITS.seconds}` },
  jobs: { type: 'string', multiple: true, default: KNOWN_JOBS }, tables: { type: 'string', default: `${FOLDER}/tables.yaml` }, processes: { type: 'string', default: '2' },
} as const // the parser takes its types from the words
const WRONG_USE = 2
const print = (line: string): void => { process.stdout.write(`${line}\n`) }
const tell = (line: string): void => { process.stderr.write(`${line}\n`) }
const { values } = readOptions()
const { policy, halves } = disclosurePolicyOf(readPack(THRESHOLDS).source.thresholds)
const { tables, sizes, part } = taken(() => {
  const read = readTables(values.tables)
  const asked = values.size ?? Object.keys(read.sizes)
  const strange = asked.filter((size) => read.sizes[size] === undefined)
  if (strange.length > 0) throw new BenchmarkRefused(`${values.tables} has no size ${strange.join(', ')}; it has ${Object.keys(read.sizes).join(', ')}`)
  for (const size of asked) for (const folder of values.jobs) readJobs(folder, size) // before the first table is made
  return { tables: read, sizes: asked, part: readPart(values.part) }
})
const results = openResults(values.results)
const bySize = new Map<string, readonly Judged[]>()
for (const size of sizes) bySize.set(size, await judgeAll(size).catch(endWithReason))
const all = [...bySize.values()].flat()
if (bySize.size > 1) {
  printFigures('all', all)
  for (const line of costTable(bySize)) print(line)
}
for (const line of slowestLines(all, Number(values.slowest))) print(`  ${line}`)
if (values.mechanisms) for (const line of mechanismLines(all)) print(line)
results.conclude({ part: values.part, only: values.only, jobs: values.jobs, sizes: Object.fromEntries([...bySize].map(([size, judged]) => [size, { ...figuresOf(judged), costs: costsOf(judged) }])) })
process.exit(0)

function readOptions() {
  try {
    return parseArgs({ options: OPTIONS })
  } catch (error) {
    tell(`${error instanceof Error ? error.message : String(error)}\nThe options are: ${Object.keys(OPTIONS).map((name) => `--${name}`).join(' ')}; what each does stands in tests/leaks/README.md.`)
    process.exit(WRONG_USE)
  }
}

/** What a person's files and options say, or an end that names what is wrong with them. */
function taken<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    return endWithReason(error)
  }
}

function endWithReason(error: unknown): never {
  if (!(error instanceof BenchmarkRefused || error instanceof RangeError)) throw error
  tell(error.message)
  process.exit(WRONG_USE)
}

/** Jobs of one size, but for those that an earlier run with the same folder of results has judged. */
async function judgeAll(size: string): Promise<readonly Judged[]> {
  const since = performance.now()
  const jobs = partOf(values.jobs.flatMap((folder) => readJobs(folder, size)).filter((job) => job.mechanism.includes(values.only)), part)
  const mechanisms = (expected: string): number => new Set(jobs.filter((job) => job.expected === expected).map((job) => job.mechanism)).size
  const known = jobs.flatMap((job) => results.known(size, job) ?? [])
  const open = jobs.filter((job) => results.known(size, job) === undefined)
  print(`${size}: ${jobs.length} jobs: ${mechanisms('leak')} mechanisms of leaks, ${mechanisms('legit')} kinds of legitimate statistics${known.length === 0 ? '' : `; ${known.length} were judged before`}`)
  for (const one of known) tellOf(one)
  const processes = Math.min(open.length, Math.max(1, Number(values.processes)))
  const benches = await openBenches(size, processes)
  const judged = await runJobs(open, benches, (one) => { results.note(one); tellOf(one) }, (line) => tell(`${size}: ${line}`))
  await Promise.all(benches.map((bench) => bench.close()))
  printFigures(size, [...known, ...judged])
  print(`  ${((performance.now() - since) / MILLISECONDS_PER_SECOND).toFixed(0)} s with ${processes} engines, load of the machine at the end ${(loadavg()[0] ?? 0).toFixed(1)}`)
  return [...known, ...judged]
}

/** Engines over the same tables; the profiles of the columns are made by the first. */
async function openBenches(size: string, processes: number): Promise<readonly Bench[]> {
  if (processes === 0) return []
  const asked = { policy, halves, seconds: Number(values.seconds) }
  const first = await openBench(tables, size, asked)
  return [first, ...await Promise.all(Array.from({ length: processes - 1 }, () => openBench(tables, size, { ...asked, profiles: first.profiles })))]
}

function printFigures(title: string, judged: readonly Judged[]): void {
  print(figuresLine(title, figuresOf(judged)))
  for (const line of [...endLines(judged), ...costLines(judged)]) print(`  ${line}`)
}

/** Names a job that was not judged as expected, or that a person would have to look at. */
function tellOf(one: Judged): void {
  if (!values.misses || (asExpected(one) && one.held !== 'review')) return
  print(`  ${one.size} ${one.job.expected}/${one.job.mechanism}: ${one.held} ${one.codes.join('; ').slice(0, 300)}\n      ${one.job.sql.trim()}`)
}
