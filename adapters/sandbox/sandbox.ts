import { jobFailure } from '#adapters/sandbox/job-failures.ts'
import { sweepInputDirectories } from '#adapters/sandbox/job-inputs.ts'
import type { JobLimits } from '#adapters/sandbox/limits.ts'
import { runOnWorker, startWorker, type JobOutcome, type JobRequest, type ReadyWorker } from '#adapters/sandbox/run-job.ts'

export interface SandboxOptions {
  /** Workers kept started, each for one job; 0 starts one for each job. */
  readonly warm: number
  /** Limits of the warm workers; a job that needs more memory, time or threads gets a worker of its own. */
  readonly limits: JobLimits
  /** Where input files are placed for the workers; null chooses memory where the machine has such a place. */
  readonly stagingDirectory: string | null
  /** Whether jobs leave one processor free, for a server that has other users. */
  readonly sparesProcessor?: boolean
}

/** Runs jobs, each in a process of its own that serves no second one. */
export interface Sandbox {
  runJob(request: JobRequest): Promise<JobOutcome>
  /** Resolves when the warm workers are there, for start-up and measurements. */
  ready(): Promise<void>
  /** Ends the waiting workers; jobs under way end by their own limits. */
  close(): Promise<void>
}

/** Opens a sandbox and begins to warm its workers. */
export function openSandbox(options: SandboxOptions): Sandbox {
  const waiting: Promise<ReadyWorker | null>[] = []
  let open = true
  const start = (limits: JobLimits): Promise<ReadyWorker | null> => startWorker(limits, options.stagingDirectory, null, options.sparesProcessor)
  const refill = (): void => {
    if (!open) return
    while (waiting.length < options.warm) waiting.push(start(options.limits))
  }
  const takeWorker = async (limits: JobLimits): Promise<ReadyWorker | null> => {
    const warm = fits(limits, options.limits) ? waiting.shift() : undefined
    const worker = warm === undefined ? null : await warm
    // A warm worker may have been killed while it waited; the job then starts its own rather than failing.
    if (worker !== null && !(await hasEnded(worker))) return worker
    return start(limits)
  }
  // What a killed server left behind holds plaintext; it goes before the first job.
  const swept = sweepInputDirectories(options.stagingDirectory)
  refill()
  return {
    runJob: async (request) => {
      await swept
      const worker = await takeWorker(request.limits)
      if (worker === null) return jobFailure('worker-crashed', 0)
      const outcome = await runOnWorker(worker, request)
      refill()
      return outcome
    },
    ready: async () => { await swept; await Promise.all(waiting) },
    close: async () => {
      open = false
      await swept
      for (const worker of await Promise.all(waiting.splice(0))) {
        worker?.child.kill()
        await worker?.gone
      }
    },
  }
}

function fits(job: JobLimits, pool: JobLimits): boolean {
  return job.memoryMb <= pool.memoryMb && job.seconds <= pool.seconds && job.threads <= pool.threads && job.maxBytes <= pool.maxBytes
}

function hasEnded(worker: ReadyWorker): Promise<boolean> {
  return Promise.race([worker.child.ended.then(() => true), new Promise<boolean>((resolve) => { setImmediate(() => resolve(false)) })])
}
