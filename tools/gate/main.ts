/**
 * Runs the leak benchmark: how many leaking jobs are held back, how many legitimate ones are not.
 *
 *   npm run bench:gate                  all jobs on all sizes
 *   npm run bench:gate -- --size small  one size
 *   npm run bench:gate -- --misses      names each job that was not judged as expected
 *   npm run bench:gate -- --only word   only mechanisms whose name holds the word
 */
import { parseArgs } from 'node:util'
import { disclosurePolicyOf } from '#core/disclosure-control/policy-from-pack.ts'
import { readPack } from '#adapters/packs/read-pack.ts'
import { readJobs, readTables } from './benchmark.ts'
import { asExpected, figuresLine, figuresOf } from './figures.ts'
import { openBench, type Judged } from './judge-jobs.ts'

const FOLDER = 'tests/leaks'
const THRESHOLDS = 'packs/national-authorization-2025'
const PROBE_BUDGET = 4
const PROBE_SHARE = 0.95

const { values } = parseArgs({ options: { size: { type: 'string' }, misses: { type: 'boolean', default: false }, only: { type: 'string', default: '' } } })
const print = (line: string): void => { process.stdout.write(`${line}\n`) }
const tables = readTables(FOLDER)
const jobs = readJobs(FOLDER).filter((job) => job.mechanism.includes(values.only))
const { policy, halves } = disclosurePolicyOf(readPack(THRESHOLDS).source.thresholds)
const mechanisms = (expected: string): number => new Set(jobs.filter((job) => job.expected === expected).map((job) => job.mechanism)).size
print(`${jobs.length} jobs: ${mechanisms('leak')} mechanisms of leaks, ${mechanisms('legit')} kinds of legitimate statistics`)

const all: Judged[] = []
for (const size of values.size === undefined ? Object.keys(tables.sizes) : [values.size]) {
  const bench = await openBench(tables, size, policy, halves)
  const judged: Judged[] = []
  for (const job of jobs) {
    const one = await bench.judge(job)
    judged.push(one)
    if (values.misses && (!asExpected(one) || (one.held === 'review' && job.expected === 'legit'))) print(`  ${size} ${job.expected}/${job.mechanism}: ${one.held} ${one.codes.join('; ').slice(0, 300)}\n      ${job.sql.trim()}`)
  }
  await bench.close()
  all.push(...judged)
  print(figuresLine(size, figuresOf(judged)))
}
print(figuresLine('all', figuresOf(all)))
const ran = all.filter(({ held, jobMs }) => held !== 'refused' && held !== 'failed' && jobMs > 0)
const within = ran.filter(({ jobMs, checkMs }) => checkMs <= PROBE_BUDGET * jobMs).length
print(`checks cost at most ${PROBE_BUDGET} times the job for ${((100 * within) / Math.max(1, ran.length)).toFixed(1)} % of ${ran.length} jobs (budget ${100 * PROBE_SHARE} %)`)
process.exit(0)
