import { expect, test } from 'vitest'
import { disclosurePolicyOf } from '#core/disclosure-control/policy-from-pack.ts'
import { readPack } from '#adapters/packs/read-pack.ts'
import { readJobs, readTables, type BenchmarkJob } from '#tools/gate/benchmark.ts'
import { asExpected, figuresOf } from '#tools/gate/figures.ts'
import { openBench, type Judged } from '#tools/gate/judge-jobs.ts'

/** One job of every so many mechanisms of a folder. */
function sampled(folder: string, every: number): readonly BenchmarkJob[] {
  return [...new Map(readJobs(folder, 'small').toReversed().map((job) => [`${job.expected}/${job.mechanism}`, job])).values()].filter((_, position) => position % every === 0)
}

/** On the smallest size; `npm run bench:gate` runs them all on all sizes. */
test('a sample of the leak benchmark: leaks are held back, statistics are not', async () => {
  const tables = readTables('tests/leaks/tables.yaml')
  const jobs = [...sampled('tests/leaks', 2), ...sampled('tests/leaks/held-out', 12), ...sampled('tests/leaks/held-out-second', 6)]
  const { policy } = disclosurePolicyOf(readPack('packs/national-authorization-2025').source.thresholds)
  const bench = await openBench(tables, 'small', { policy, halves: 0 })
  const judged: Judged[] = []
  for (const job of jobs) judged.push(await bench.judge(job))
  await bench.close()
  const figures = figuresOf(judged)
  const missed = judged.filter((one) => !asExpected(one)).map(({ job, held, codes }) => `${job.expected}/${job.mechanism}: ${held} ${codes.join(' ')}`)
  expect(figures.heldBack / figures.leaks, missed.join('\n')).toBeGreaterThanOrEqual(0.93)
  expect(figures.falselyHeld / figures.legit, missed.join('\n')).toBeLessThanOrEqual(0.03)
}, 300_000)

test('the benchmark has at least 300 jobs and 100 mechanisms on each side', () => {
  const jobs = readJobs('tests/leaks', 'small')
  for (const expected of ['leak', 'legit'] as const) {
    const own = jobs.filter((job) => job.expected === expected)
    expect(own.length).toBeGreaterThanOrEqual(300)
    expect(new Set(own.map((job) => job.mechanism)).size).toBeGreaterThanOrEqual(100)
  }
})
