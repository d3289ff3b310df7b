import type { BenchmarkJob } from './benchmark.ts'
import type { Bench, Judged } from './judge-jobs.ts'

/** unit: milliseconds; source: a person who watches wants to see that it goes on */
const TELL_EVERY_MS = 15_000
const MILLISECONDS_PER_SECOND = 1000

/** One slice of several, the first being 1. */
export interface Part {
  readonly number: number
  readonly of: number
}

/** A slice as 3/8. @throws RangeError when it is none */
export function readPart(text: string): Part {
  const [, number, of] = /^(\d+)\/(\d+)$/.exec(text) ?? []
  const part = { number: Number(number), of: Number(of) }
  if (!(part.number >= 1 && part.number <= part.of)) throw new RangeError(`--part takes a slice such as 1/8, not ${text}`)
  return part
}

/** The jobs of a slice: every so many, so that each slice has some of every kind. */
export function partOf<Job>(jobs: readonly Job[], { number, of }: Part): readonly Job[] {
  return jobs.filter((_, position) => position % of === number - 1)
}

/**
 * Judges jobs on several engines at once; each takes the next job when it is free. Every quarter of a minute it tells how
 * many are done and which one has been under way the longest.
 */
export async function runJobs(jobs: readonly BenchmarkJob[], benches: readonly Bench[], note: (one: Judged) => void, tell: (line: string) => void): Promise<readonly Judged[]> {
  const waiting = [...jobs]
  const judged: Judged[] = []
  const underWay = new Map<BenchmarkJob, number>()
  const timer = setInterval(() => {
    const [oldest] = [...underWay].toSorted(([, one], [, other]) => one - other)
    const slowest = oldest === undefined ? '' : `; under way ${((performance.now() - oldest[1]) / MILLISECONDS_PER_SECOND).toFixed(1)} s: ${oldest[0].expected}/${oldest[0].mechanism}`
    tell(`${judged.length} of ${jobs.length} jobs${slowest}`)
  }, TELL_EVERY_MS)
  const serve = async (bench: Bench): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      underWay.set(job, performance.now())
      const one = await bench.judge(job)
      underWay.delete(job)
      judged.push(one)
      note(one)
    }
  }
  try {
    await Promise.all(benches.map(serve))
    return judged
  } finally {
    clearInterval(timer)
  }
}
