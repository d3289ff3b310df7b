/**
 * Runs the leak benchmark: how many leaking jobs are held back, how many legitimate ones are not, and what the checks cost.
 *
 *   npm run bench:gate                            all jobs on all sizes
 *   npm run bench:gate -- --size small            one size
 *   npm run bench:gate -- --misses                names each job that was not judged as expected
 *   npm run bench:gate -- --mechanisms            what held each mechanism back
 *   npm run bench:gate -- --only word             only mechanisms whose name holds the word
 *   npm run bench:gate -- --jobs <folder>         jobs of one's own, in leak/*.yaml and legit/*.yaml (may be given several times)
 *   npm run bench:gate -- --tables <file>         tables of one's own instead of tests/leaks/tables.yaml
 *   npm run bench:gate -- --processes 1           one engine instead of two at a time, for measuring the cost of the checks
 */
import { parseArgs } from 'node:util'
import { disclosurePolicyOf } from '#core/disclosure-control/policy-from-pack.ts'
import { readPack } from '#adapters/packs/read-pack.ts'
import { readJobs, readTables, type BenchmarkJob } from './benchmark.ts'
import { asExpected, costLines, figuresLine, figuresOf, mechanismLines } from './figures.ts'
import { openBench, type Bench, type Judged } from './judge-jobs.ts'

const FOLDER = 'tests/leaks'
const THRESHOLDS = 'packs/national-authorization-2025'
const MILLISECONDS_PER_SECOND = 1000

const { values } = parseArgs({ options: {
  size: { type: 'string' }, misses: { type: 'boolean', default: false }, mechanisms: { type: 'boolean', default: false }, only: { type: 'string', default: '' },
  jobs: { type: 'string', multiple: true, default: [FOLDER] }, tables: { type: 'string', default: `${FOLDER}/tables.yaml` }, processes: { type: 'string', default: '2' },
} })
const print = (line: string): void => { process.stdout.write(`${line}\n`) }
const tables = readTables(values.tables)
const jobs = values.jobs.flatMap(readJobs).filter((job) => job.mechanism.includes(values.only))
const { policy, halves } = disclosurePolicyOf(readPack(THRESHOLDS).source.thresholds)
const mechanisms = (expected: string): number => new Set(jobs.filter((job) => job.expected === expected).map((job) => job.mechanism)).size
print(`${jobs.length} jobs: ${mechanisms('leak')} mechanisms of leaks, ${mechanisms('legit')} kinds of legitimate statistics`)

const all: Judged[] = []
for (const size of values.size === undefined ? Object.keys(tables.sizes) : [values.size]) {
  const since = performance.now()
  const judged = await judgeAll(size)
  all.push(...judged)
  print(figuresLine(size, figuresOf(judged)))
  for (const line of costLines(judged)) print(`  ${line}`)
  print(`  ${((performance.now() - since) / MILLISECONDS_PER_SECOND).toFixed(0)} s`)
}
print(figuresLine('all', figuresOf(all)))
for (const line of costLines(all)) print(`  ${line}`)
if (values.mechanisms) for (const line of mechanismLines(all)) print(line)
process.exit(0)

/** Jobs of one size, shared between the processes; each takes the next when it is free. */
async function judgeAll(size: string): Promise<readonly Judged[]> {
  const waiting = [...jobs]
  const judged: Judged[] = []
  const serve = async (bench: Bench): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      const one = await bench.judge(job)
      judged.push(one)
      tell(one, job)
    }
    await bench.close()
  }
  const benches = await Promise.all(Array.from({ length: Math.max(1, Number(values.processes)) }, () => openBench(tables, size, policy, halves)))
  await Promise.all(benches.map(serve))
  return judged
}

function tell(one: Judged, job: BenchmarkJob): void {
  if (!values.misses || (asExpected(one) && (one.held !== 'review' || job.expected !== 'legit'))) return
  print(`  ${one.size} ${job.expected}/${job.mechanism}: ${one.held} ${one.codes.join('; ').slice(0, 300)}\n      ${job.sql.trim()}`)
}
