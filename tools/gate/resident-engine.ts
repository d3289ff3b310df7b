import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import type { EntityLinks } from '#core/disclosure-control/probe-plan.ts'
import { spawnChild, type SandboxChild } from '#adapters/sandbox/child-process.ts'
import { DEFAULT_JOB_LIMITS } from '#adapters/sandbox/limits.ts'
import { superviseJob } from '#adapters/sandbox/run-job.ts'
import type { Sandbox } from '#adapters/sandbox/sandbox.ts'
import { BenchmarkRefused, type BenchmarkTables } from './benchmark.ts'
import { timedParts, type JobPart, type ProcessorTime, type TimedParts } from './job-parts.ts'

/** Bytes of one frame, as for the worker. */
const FRAME_BYTES = 1024 * 1024
/** unit: milliseconds; source: building the largest tables took a tenth of it */
const LOADING_PATIENCE_MS = 600_000

/**
 * A process that keeps the benchmark's tables and answers jobs with the worker's own engine code, further runs included.
 * The statements are our own benchmark's, so isolation is not what is measured here.
 */
export interface ResidentEngine extends Sandbox {
  /** Milliseconds that building and loading the tables took, masks of the entities included. */
  readonly loadMs: number
  /** Where the time of the last job went, in order; what was under way when it ended is the last. */
  parts(): readonly JobPart[]
  /** What the last job took of the processors. */
  processor(): ProcessorTime
  /** Ends the process, whatever state its engine is in; the next job has a new one. */
  renew(): Promise<void>
}

/** Builds the tables of one size and answers jobs over them until it is closed; one that dies is started anew for the next job. */
export async function openResidentEngine(tables: BenchmarkTables, size: string, probes: { readonly seed: string; readonly links: readonly EntityLinks[] }): Promise<ResidentEngine> {
  const rows = tables.sizes[size]
  if (rows === undefined) throw new RangeError(`the tables have no size ${size}: there are ${Object.keys(tables.sizes).join(', ')}`)
  const sources = tables.tables.map((table) => ({ table: table.name, source: filled(table.sql, tables.seed, table.name, rows) }))
  const start = async (): Promise<{ readonly child: SandboxChild; readonly version: string }> => {
    const script = fileURLToPath(new URL('resident-child.mjs', import.meta.url))
    const child = spawnChild({ command: process.execPath, args: ['--no-warnings', script], inputsSeenAt: '', workSeenAt: '', filter: null }, FRAME_BYTES)
    const version = await answered(child, 'engineVersion')
    child.send({ load: { limits: DEFAULT_JOB_LIMITS, tables: sources, probes } })
    await answered(child, 'loaded')
    return { child, version }
  }
  const since = performance.now()
  let running = await start()
  const loadMs = performance.now() - since
  let dead = false
  const watch = (child: SandboxChild): void => { void child.ended.finally(() => { dead = true }) }
  watch(running.child)
  let timed: TimedParts | null = null
  return {
    loadMs,
    parts: () => timed?.parts() ?? [],
    processor: () => timed?.processor() ?? { job: 0, checks: 0, probes: 0 },
    ready: async () => undefined,
    renew: async () => { dead = true; running.child.kill(); await running.child.ended },
    close: async () => { running.child.kill(); await running.child.ended },
    runJob: async (request) => {
      if (dead) {
        running = await start()
        dead = false
        watch(running.child)
      }
      const started = performance.now()
      const { probes: asked } = request
      running.child.send({ job: {
        statements: request.statements, platformStatements: request.platformStatements ?? [], limits: request.limits,
        probes: asked === undefined ? null : { seed: probes.seed, plain: asked.plain, links: asked.links, tables: asked.tables },
      } })
      const { child } = running
      const timing = timedParts(request, () => performance.now())
      timed = timing
      const listened: SandboxChild = { ...child, listen: (onFrame) => child.listen((frame) => { timing.note(frame); onFrame(frame) }) }
      return superviseJob(listened, running.version, request, () => performance.now() - started)
    },
  }
}

function answered(child: SandboxChild, word: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => { child.kill(); reject(new Error(`the resident engine did not answer with ${word}`)) }, LOADING_PATIENCE_MS)
    child.listen((frame) => {
      clearTimeout(timer)
      if (typeof frame === 'object' && frame !== null && word in frame) resolve(String((frame as Readonly<Record<string, unknown>>)[word])) // just seen to be there
      else reject(new BenchmarkRefused(`the tables cannot be made: ${subjectOf(frame)}`))
    })
    void child.ended.then(({ complaint }) => reject(new Error(`the resident engine ended: ${complaint}`)))
  })
}

function subjectOf(frame: unknown): string {
  return typeof frame === 'object' && frame !== null && 'subject' in frame ? String(frame.subject) : JSON.stringify(frame)
}

/** The seed, the table and the column go into each drawn number; n(x) is the number of rows of that kind. */
function filled(sql: string, seed: string, table: string, rows: Readonly<Record<string, number>>): string {
  return sql
    .replaceAll(/\bh\('([^']+)'\)/g, (_, name: string) => `CAST(md5_number_lower('${seed}:${table}:${name}:' || CAST(i AS VARCHAR)) >> 1 AS BIGINT)`)
    .replaceAll(/\bn\((\w+)\)/g, (place, kind: string) => {
      const count = rows[kind]
      if (count === undefined) throw new BenchmarkRefused(`table ${table} asks for ${place}, but the size has only ${Object.keys(rows).join(', ')}`)
      return String(count)
    })
}
