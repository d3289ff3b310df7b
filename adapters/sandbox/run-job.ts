import { performance } from 'node:perf_hooks'
import type { EntityLinks, ProbeOutcome, ProbeRun } from '#core/disclosure-control/probe-plan.ts'
import { startChild, type SandboxChild } from '#adapters/sandbox/child-process.ts'
import { failureOfEnd, jobFailure, type JobFailure, type JobFailureCode } from '#adapters/sandbox/job-failures.ts'
import { jobFrameReader, type DigestedResult } from '#adapters/sandbox/job-frames.ts'
import { closeInputDirectory, openInputDirectory, placeInputs, type JobInput } from '#adapters/sandbox/job-inputs.ts'
import { KILL_GRACE_MS, type JobLimits } from '#adapters/sandbox/limits.ts'
import type { IsolationMode } from '#adapters/sandbox/child-command.ts'
import { sandboxPosture } from '#adapters/sandbox/posture.ts'
import { ownProcessorsForJobs } from '#adapters/sandbox/spare-processor.ts'

export interface JobRequest {
  readonly inputs: readonly JobInput[]
  /** Run one after the other on the same loaded inputs; the statement gate has judged the tenant's own before. */
  readonly statements: readonly string[]
  /** Run after them over all columns of the inputs, also those that the tenant's statements do not see. */
  readonly platformStatements?: readonly string[]
  readonly limits: JobLimits
  readonly signal?: AbortSignal
  /** Runs the first statement again, in the same worker over the same loaded inputs; the platform's statements may then fail without the job. */
  readonly probes?: ProbeRequest
  /** Called when the statements have answered and the platform's own work begins. */
  readonly onStated?: () => void
}

export interface ProbeRequest {
  /** Decides which entities fall on which side; nobody can know it before the job. */
  readonly seed: string
  /** The form in which the first statement was judged, where that is another: the repeat runs it, so that a difference shows; null where it is the same. */
  readonly plain: string | null
  readonly links: readonly EntityLinks[]
  /** Tables that the statement reads, as the inputs name them. */
  readonly tables: readonly string[]
  /**
   * Which runs to make next, once the platform's statements have answered; asked again after each round until it names none.
   * @param made all runs made so far; null before the first
   * @param counts what the platform's statements answered; null where they failed
   */
  next(made: ProbeOutcome | null, counts: readonly DigestedResult[] | null): readonly ProbeRun[]
}

export interface JobSuccess {
  readonly ok: true
  /** One for each statement in order, the platform's own last. */
  readonly results: readonly DigestedResult[]
  readonly engineVersion: string
  /** Whether the platform's statements failed; the results are then those of the job's own statements alone. */
  readonly platformFailed: boolean
  /** What further runs gave; null where none were asked for. */
  readonly probes: ProbeOutcome | null
  /** Milliseconds from the hand-over of the job to its last row. */
  readonly elapsedMs: number
  /** Milliseconds from there to the end of the platform's statements and further runs. */
  readonly checksMs: number
  /** Milliseconds of these that the further runs took. */
  readonly probesMs: number
}

export type JobOutcome = JobSuccess | JobFailure

/** A child that has started its engine and waits for its one job. */
export interface ReadyWorker {
  readonly child: SandboxChild
  readonly directory: string
  readonly engineVersion: string
  /** Resolves when the process has ended and its input files are removed. */
  readonly gone: Promise<void>
}

/** unit: multiples of a job's own time; source: what its checks may cost (statements of the platform and further runs together) */
const CHECKS_TIME = 4
/** Start-up on a busy machine; the budget is 400 ms, this is where waiting stops making sense. */
const START_PATIENCE_MS = 60_000
/**
 * Bytes of one frame. Reading one is the longest that a worker can keep this process from other work, so it is small; the
 * child sends frames a quarter as long, and longer ones only for a single long row.
 */
const FRAME_BYTES = 1024 * 1024

/**
 * Starts a worker and waits until its engine answers.
 * @param stagingDirectory where input files are placed for it; null chooses memory where there is such a place
 * @param wanted an isolation mode to use instead of the strongest that works here, for tests of the weaker ones
 * @param sparesProcessor whether it leaves one processor free for the server, see spare-processor.ts
 * @returns null when no child could be started
 */
export async function startWorker(limits: JobLimits, stagingDirectory: string | null, wanted: IsolationMode | null = null, sparesProcessor = false): Promise<ReadyWorker | null> {
  const mode = wanted ?? (await sandboxPosture()).mode
  const directory = await openInputDirectory(stagingDirectory)
  const child = startChild({ mode, paths: { script: 'job-child.mjs', inputDirectory: directory, givesWay: true, processors: sparesProcessor ? ownProcessorsForJobs() : null }, limits: { ...limits, seconds: limits.seconds * (1 + CHECKS_TIME) }, maxFrameBytes: FRAME_BYTES })
  const gone = child.ended.then(() => closeInputDirectory(directory))
  const engineVersion = await new Promise<string | null>((resolve) => {
    const timer = setTimeout(() => { child.kill(); resolve(null) }, START_PATIENCE_MS)
    const finish = (version: string | null): void => { clearTimeout(timer); resolve(version) }
    child.listen((frame) => finish(readVersion(frame)))
    void child.ended.then(() => finish(null))
  })
  if (engineVersion !== null) return { child, directory, engineVersion, gone }
  child.kill()
  await gone
  return null
}

function readVersion(frame: unknown): string | null {
  if (typeof frame !== 'object' || frame === null || !('engineVersion' in frame)) return null
  return typeof frame.engineVersion === 'string' ? frame.engineVersion : null
}

/**
 * Runs one job on a ready worker and ends the worker, whatever happens.
 * At the limit the engine is interrupted; two seconds later the process is killed. Never throws for what a statement does.
 */
export async function runOnWorker(worker: ReadyWorker, request: JobRequest): Promise<JobOutcome> {
  const started = performance.now()
  const elapsed = (): number => performance.now() - started
  try {
    let names: readonly string[]
    try {
      names = await placeInputs(worker.directory, request.inputs)
    } catch (error) {
      if (error instanceof Error && 'code' in error) return jobFailure('input-unreadable', Math.round(elapsed()), request.inputs.map((input) => input.table).join('、'))
      throw error
    }
    const inputs = request.inputs.map((input, position) => ({
      table: input.table,
      path: `${worker.child.inputsSeenAt}/${names[position] ?? ''}`,
      shown: input.shown ?? null,
    }))
    const { probes } = request
    worker.child.send({ job: {
      inputs, statements: request.statements, platformStatements: request.platformStatements ?? [], limits: request.limits,
      probes: probes === undefined ? null : { seed: probes.seed, plain: probes.plain, links: probes.links, tables: probes.tables },
    } })
    return await superviseJob(worker.child, worker.engineVersion, request, elapsed)
  } finally {
    worker.child.kill()
    await worker.gone
  }
}

/** Reads what a child answers to a job that it has been sent, and ends the job at its limits. @param elapsed milliseconds since it was sent */
export function superviseJob(child: SandboxChild, engineVersion: string, request: JobRequest, elapsed: () => number): Promise<JobOutcome> {
  const read = jobFrameReader({ statements: request.statements.length, platformStatements: request.platformStatements?.length ?? 0, probed: request.probes !== undefined }, request.limits)
  return new Promise((resolve) => {
    let ending: JobFailureCode | null = null
    let kill: NodeJS.Timeout | null = null
    let statedAt: number | null = null
    let counted: { readonly results: readonly DigestedResult[]; readonly platformFailed: boolean; readonly at: number } | null = null
    let asked = 0
    let finished = false
    const end = (code: JobFailureCode): void => {
      if (ending !== null) return
      ending = code
      child.send({ interrupt: true })
      kill = setTimeout(() => child.kill(), KILL_GRACE_MS)
    }
    let limit = setTimeout(() => end('job-timeout'), request.limits.seconds * 1000)
    const onAbort = (): void => end('job-cancelled')
    request.signal?.addEventListener('abort', onAbort, { once: true })
    if (request.signal?.aborted === true) onAbort()
    const finish = (outcome: JobOutcome): void => {
      finished = true
      clearTimeout(limit)
      if (kill !== null) clearTimeout(kill)
      request.signal?.removeEventListener('abort', onAbort)
      resolve(outcome)
    }
    const stated = (): void => {
      if (statedAt !== null || ending !== null) return
      statedAt = elapsed()
      clearTimeout(limit)
      limit = setTimeout(() => end('job-timeout'), request.limits.seconds * 1000 * CHECKS_TIME)
      request.onStated?.()
    }
    child.listen((frame) => {
      const news = finished ? null : read(frame)
      if (news === null || news.kind === 'going-on') return
      if (news.kind === 'stated') return stated()
      if (news.kind === 'failed' || ending !== null) {
        const own = news.kind === 'failed' && news.code !== 'interrupted' ? news.code : 'worker-misbehaved'
        return finish(jobFailure(ending ?? own, Math.round(elapsed()), ending === null && news.kind === 'failed' ? news.subject : ''))
      }
      if (news.kind === 'counted') counted = { ...news, at: elapsed() }
      const made = news.kind === 'probed' ? news.probes : null
      if (made !== null && made.runs.length !== asked) return finish(jobFailure('worker-misbehaved', Math.round(elapsed()), ''))
      if (counted !== null) {
        const runs = request.probes?.next(made, counted.platformFailed ? null : counted.results.slice(request.statements.length)) ?? []
        asked += runs.length
        if (runs.length > 0) return child.send({ runs })
      }
      const now = elapsed()
      const { results, platformFailed } = counted ?? { results: news.kind === 'done' ? news.results : [], platformFailed: false }
      finish({ ok: true, results, platformFailed, probes: made, engineVersion, elapsedMs: statedAt ?? now, checksMs: now - (statedAt ?? now), probesMs: counted === null ? 0 : now - counted.at })
    })
    void child.ended.then((childEnd) => finish(jobFailure(ending ?? failureOfEnd(childEnd), Math.round(elapsed()))))
  })
}
