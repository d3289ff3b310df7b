import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { BenchmarkRefused, readJobs, type BenchmarkJob } from './benchmark.ts'
import { costTable } from './costs.ts'
import { figuresOf } from './figures.ts'
import type { Judged } from './judge-jobs.ts'
import { openResults } from './results-folder.ts'
import { partOf, readPart, runJobs } from './run-jobs.ts'

const folder = mkdtempSync(join(tmpdir(), 'gate-jobs-'))
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

const job = (id: string, expected: 'leak' | 'legit' = 'leak'): BenchmarkJob => ({ id, position: 0, expected, mechanism: id, why: '', sql: 'select 1', after: [] })
const judged = (id: string, held: Judged['held'], more: Partial<Judged> = {}): Judged =>
  ({ job: job(id), size: 'small', held, codes: [], jobMs: 10, checkMs: 30, probeMs: 20, processor: { job: 10, checks: 30, probes: 20 }, wholeMs: 50, longest: { part: 'further runs', ms: 20 }, ...more })

describe('slices', () => {
  test('each job is in exactly one of the slices', () => {
    const jobs = Array.from({ length: 10 }, (_, position) => position)
    const slices = [1, 2, 3].map((number) => partOf(jobs, readPart(`${number}/3`)))
    expect(slices.flat().toSorted((one, other) => one - other)).toEqual(jobs)
  })

  test.each(['0/3', '4/3', '3', 'a/b'])('%s is no slice', (text) => {
    expect(() => readPart(text)).toThrow(RangeError)
  })
})

describe('words by size', () => {
  test('a row asks for other few on each size, and a size without a word is told', () => {
    mkdirSync(join(folder, 'leak'))
    writeFileSync(join(folder, 'leak', 'jobs.yaml'), "- { mechanism: few, why: 'few', sql: 'select count(*) from t where a > ${n} and b = ${b}', vary: { n: ['${few}', 7], b: [1] }, bySize: { few: { small: 3, large: 30 } } }\n")
    const statements = (size: string): readonly string[] => readJobs(folder, size).map(({ sql }) => sql)
    expect(statements('small')).toEqual(['select count(*) from t where a > 3 and b = 1', 'select count(*) from t where a > 7 and b = 1'])
    expect(statements('large')[0]).toBe('select count(*) from t where a > 30 and b = 1')
    expect(() => readJobs(folder, 'medium')).toThrow(BenchmarkRefused)
    expect(readJobs(folder, 'small')[1]?.id).not.toBe(readJobs(folder, 'large')[1]?.id)
  })
})

describe('a run that was stopped', () => {
  test('goes on with the jobs that have no judgement yet', async () => {
    const place = join(folder, 'results')
    const jobs = [job('one'), job('two'), job('three')]
    const [first, ...later] = jobs
    const before = openResults(place)
    if (first !== undefined) before.note(judged(first.id, 'block'))
    const after = openResults(place)
    expect(after.known('small', job('one'))).toMatchObject({ held: 'block', longest: { part: 'further runs' } })
    const open = jobs.filter((one) => after.known('small', one) === undefined)
    expect(open).toEqual(later)
    const bench = { size: 'small', profiles: [], judge: async (one: BenchmarkJob) => judged(one.id, 'pass'), close: async () => undefined }
    const made = await runJobs(open, [bench, bench], after.note, () => undefined)
    expect(made.map((one) => one.job.id).toSorted()).toEqual(['three', 'two'])
    expect(jobs.every((one) => openResults(place).known('small', one) !== undefined)).toBe(true)
  })
})

describe('figures', () => {
  test('what the clock ended is neither a leak held back nor a statistic let through', () => {
    const some = [judged('a', 'out-of-time'), judged('b', 'failed'), judged('c', 'out-of-time', { job: job('c', 'legit') }), judged('d', 'review', { job: job('d', 'legit') })]
    expect(figuresOf(some)).toEqual({ leaks: 2, heldBack: 1, onlyReviewed: 0, legit: 2, falselyHeld: 1, reviewed: 1, outOfTime: 2 })
  })

  test('costs are compared over the jobs that ran on every size', () => {
    const small = [judged('a', 'block'), judged('b', 'pass', { jobMs: 0 })]
    const large = [judged('a', 'block', { jobMs: 100 }), judged('b', 'pass')]
    const [, , ofSmall, ofLarge] = costTable(new Map([['small', small], ['large', large]]))
    expect(ofSmall).toContain('| small | 1 | 10.0 ms | 100.0 % | 3.0 |')
    expect(ofLarge).toContain('| large | 1 | 100.0 ms | 100.0 % | 0.3 |')
  })
})
