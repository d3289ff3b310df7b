import { z } from 'zod'
import type { JobRequest } from '#adapters/sandbox/run-job.ts'

/** One part of a job and how long it took. */
export interface JobPart {
  readonly part: string
  readonly ms: number
}

/** Processor time of one job in the engine, in milliseconds; unlike a time by the clock it is hardly moved by what else runs. */
export interface ProcessorTime {
  readonly job: number
  /** Counting, sets for the ledger and further runs. */
  readonly checks: number
  /** The further runs of these. */
  readonly probes: number
}

/** Listens to what an engine answers and knows where the time of one job went. */
export interface TimedParts {
  note(frame: unknown): void
  parts(): readonly JobPart[]
  processor(): ProcessorTime
}

const frameSchema = z.union([
  z.object({ statement: z.number(), rowCount: z.number() }),
  z.object({ stated: z.boolean(), cpuMs: z.number() }),
  z.object({ counted: z.boolean(), cpuMs: z.number() }),
  z.object({ probed: z.object({}), cpuMs: z.number() }),
  z.object({ done: z.boolean() }),
])
/** Characters of a statement of the platform's that tell which one it is. */
const TOLD_OF_STATEMENT = 60

/** Times the parts of one job by the frames that end them. @param now milliseconds of a steady clock */
export function timedParts(request: Pick<JobRequest, 'statements' | 'platformStatements'>, now: () => number): TimedParts {
  const names = [...request.statements.map(() => 'the statement'), ...(request.platformStatements ?? []).map(platformPart)]
  const parts: JobPart[] = []
  let since = now()
  let ended = false
  const cpu = { stated: 0, counted: 0, last: 0 }
  const finish = (part: string): void => {
    const at = now()
    parts.push({ part, ms: at - since })
    since = at
  }
  return {
    note: (frame) => {
      const read = frameSchema.safeParse(frame)
      if (!read.success) return
      if ('cpuMs' in read.data) cpu.last = read.data.cpuMs
      if ('stated' in read.data) cpu.stated = read.data.cpuMs
      else if ('statement' in read.data) finish(names[read.data.statement] ?? 'a statement')
      else if ('counted' in read.data) { cpu.counted = read.data.cpuMs; since = now() }
      else { finish('further runs'); ended = true }
    },
    processor: () => ({ job: cpu.stated, checks: cpu.last - cpu.stated, probes: cpu.counted === 0 ? 0 : cpu.last - cpu.counted }),
    parts: () => (ended ? parts : [...parts, { part: `${names[parts.length] ?? 'further runs'} (under way)`, ms: now() - since }]),
  }
}

/** A statement of the platform's by its place and its beginning. */
function platformPart(sql: string, position: number, all: readonly string[]): string {
  return `check ${position + 1} of ${all.length} (${sql.replaceAll(/\s+/g, ' ').slice(0, TOLD_OF_STATEMENT)})`
}
