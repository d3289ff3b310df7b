import { z } from 'zod'
import type { JobRequest } from '#adapters/sandbox/run-job.ts'

/** One part of a job and how long it took. */
export interface JobPart {
  readonly part: string
  readonly ms: number
}

/** Listens to what an engine answers and knows where the time of one job went. */
export interface TimedParts {
  note(frame: unknown): void
  parts(): readonly JobPart[]
}

const frameSchema = z.union([
  z.object({ statement: z.number(), rowCount: z.number() }),
  z.object({ counted: z.boolean() }),
  z.object({ probed: z.object({}) }),
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
  const finish = (part: string): void => {
    const at = now()
    parts.push({ part, ms: at - since })
    since = at
  }
  return {
    note: (frame) => {
      const read = frameSchema.safeParse(frame)
      if (!read.success) return
      if ('statement' in read.data) finish(names[read.data.statement] ?? 'a statement')
      else if ('counted' in read.data) since = now()
      else { finish('further runs'); ended = true }
    },
    parts: () => (ended ? parts : [...parts, { part: `${names[parts.length] ?? 'further runs'} (under way)`, ms: now() - since }]),
  }
}

/** A statement of the platform's by its place and its beginning. */
function platformPart(sql: string, position: number, all: readonly string[]): string {
  return `check ${position + 1} of ${all.length} (${sql.replaceAll(/\s+/g, ' ').slice(0, TOLD_OF_STATEMENT)})`
}
