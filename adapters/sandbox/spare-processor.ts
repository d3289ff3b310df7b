import { readFileSync } from 'node:fs'

/** unit: processors; source: with fewer there is none to spare */
const FEWEST = 2

/** The processors that a process may use. @param status what Linux says of it in /proc/<pid>/status */
export function allowedProcessors(status: string): readonly number[] {
  const [, list = ''] = /^Cpus_allowed_list:\s*([\d,-]+)$/m.exec(status) ?? []
  return list.split(',').filter((part) => part !== '').flatMap((part) => {
    const [from = 0, to = from] = part.split('-').map(Number)
    return Array.from({ length: to - from + 1 }, (_, offset) => from + offset)
  })
}

/**
 * The processors that jobs may use, as taskset lists them: all that the server may use but the first, which stays free for
 * it and its database. Giving way is not enough for them: a thread that computes keeps its processor for some milliseconds
 * after another has woken, at each of the half dozen hops of a call, whatever their weights are.
 * @returns null where there is none to spare
 */
export function processorsForJobs(allowed: readonly number[]): string | null {
  return allowed.length < FEWEST ? null : allowed.slice(1).join(',')
}

/** The same for this process; null also where the system tells nothing of it. */
export function ownProcessorsForJobs(): string | null {
  try {
    return processorsForJobs(allowedProcessors(readFileSync('/proc/self/status', 'utf8')))
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null
    throw error
  }
}
