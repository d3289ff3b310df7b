import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { BenchmarkJob } from './benchmark.ts'
import { heldStates, type Judged } from './judge-jobs.ts'

const lineSchema = z.strictObject({
  id: z.string(), size: z.string(), expected: z.enum(['leak', 'legit']), mechanism: z.string(), held: z.enum(heldStates), codes: z.array(z.string()),
  jobMs: z.number(), checkMs: z.number(), probeMs: z.number(), wholeMs: z.number(), processor: z.strictObject({ job: z.number(), checks: z.number(), probes: z.number() }), longest: z.strictObject({ part: z.string(), ms: z.number() }),
})

/** A folder that keeps each judgement as it is made, so that a run that was stopped goes on where it was. */
export interface ResultsFolder {
  /** The judgement of a job that an earlier run made. */
  known(size: string, job: BenchmarkJob): Judged | undefined
  note(one: Judged): void
  /** The figures of the run, beside the judgements. */
  conclude(figures: object): void
}

/** Opens a folder of results, made where it is missing; without a folder nothing is kept. @throws ZodError for a line that is no judgement */
export function openResults(folder: string | undefined): ResultsFolder {
  if (folder === undefined) return { known: () => undefined, note: () => undefined, conclude: () => undefined }
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'jobs.jsonl')
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter((line) => line !== '') : []
  const kept = new Map(lines.map((line) => { const read = lineSchema.parse(JSON.parse(line)); return [read.id, read] }))
  return {
    known: (size, job) => {
      const line = kept.get(job.id)
      return line === undefined ? undefined : { job, size, held: line.held, codes: line.codes, jobMs: line.jobMs, checkMs: line.checkMs, probeMs: line.probeMs, processor: line.processor, wholeMs: line.wholeMs, longest: line.longest }
    },
    note: ({ job, ...judged }) => appendFileSync(file, `${JSON.stringify({ id: job.id, expected: job.expected, mechanism: job.mechanism, ...judged })}\n`),
    conclude: (figures) => writeFileSync(join(folder, 'figures.json'), `${JSON.stringify(figures, null, 2)}\n`),
  }
}
