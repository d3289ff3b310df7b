import { ALLOWED_FUNCTIONS } from '#core/boundary/allowed-functions.ts'
import { DEFAULT_STATEMENT_LIMITS, type StatementPolicy } from '#core/boundary/statement-policy.ts'
import type { EntityTable } from '#core/disclosure-control/contributor-plan.ts'
import type { DisclosurePolicy } from '#core/disclosure-control/disclosure-policy.ts'
import { nearSets, type LedgerEntry } from '#core/disclosure-control/near-sets.ts'
import { entityLinks } from '#core/disclosure-control/probe-plan.ts'
import type { ColumnProfile } from '#core/disclosure-control/source-profile.ts'
import { runCheckedJob, type CheckedOutcome } from '#adapters/sandbox/checked-job.ts'
import type { JobFailureCode } from '#adapters/sandbox/job-failures.ts'
import { DEFAULT_JOB_LIMITS, type JobLimits } from '#adapters/sandbox/limits.ts'
import { openParseGate, type ParseGate } from '#adapters/sandbox/parse.ts'
import { profileColumns } from '#adapters/sandbox/source-profile.ts'
import type { JobPart, ProcessorTime } from './job-parts.ts'
import type { BenchmarkJob, BenchmarkTables } from './benchmark.ts'
import { openResidentEngine, type ResidentEngine } from './resident-engine.ts'

/** `out-of-time`: the clock ended it, or the engine's memory did, before anything judged it; neither held back by a check nor passed. */
export const heldStates = ['pass', 'review', 'block', 'refused', 'failed', 'out-of-time'] as const
export type Held = (typeof heldStates)[number]

export interface Judged {
  readonly job: BenchmarkJob
  readonly size: string
  readonly held: Held
  /** Codes that are not a pass. */
  readonly codes: readonly string[]
  /** Milliseconds of the statement itself until its last row is here, over tables that are loaded already; 0 where it did not run. */
  readonly jobMs: number
  /** Milliseconds of all that was run to check it: counts, sets for the ledger, repeat, constant-number run and halves. */
  readonly checkMs: number
  /** Milliseconds of these that the further runs took: repeat, constant-number run and halves. */
  readonly probeMs: number
  /** The same three in processor time of the engine. */
  readonly processor: ProcessorTime
  /** Milliseconds of all: earlier releases, parsing, job, checks, comparison and report. */
  readonly wholeMs: number
  /** The part that took the longest, and how long. */
  readonly longest: JobPart
}

/** What the jobs of one size are judged with. */
export interface Bench {
  readonly size: string
  readonly profiles: readonly ColumnProfile[]
  judge(job: BenchmarkJob): Promise<Judged>
  close(): Promise<void>
}

/** What the halves of the benchmark are drawn from; a platform draws a fresh one for each job. */
const SEED = 'gongshu-leaks-halves-1'

export interface BenchPolicy {
  readonly policy: DisclosurePolicy
  readonly halves: number
  /** Wall time of a statement; its checks have the multiple of it that they have on a platform. The platform's own where absent. */
  readonly seconds?: number
  /** Of a bench that is open already over the same tables; made anew where absent. */
  readonly profiles?: readonly ColumnProfile[]
}

/** Opens tables of one size, their profiles and the gate. */
export async function openBench(tables: BenchmarkTables, size: string, { policy, halves, seconds = DEFAULT_JOB_LIMITS.seconds, profiles: made }: BenchPolicy): Promise<Bench> {
  const gate = openParseGate()
  const entities = entityTables(tables)
  const engine = await openResidentEngine(tables, size, { seed: SEED, links: entityLinks(entities, [...entities.keys()]) })
  const columns = tables.tables.filter((table) => table.entity.kind !== 'none').flatMap((table) => table.columns
    .filter((column) => column.role !== 'ordinary')
    .map((column) => ({ table: table.name, column: column.name, role: column.role, numeric: column.type === 'decimal' || column.type === 'integer' })))
  const profiles = made ?? await profileColumns(engine, [], columns, policy.containment.rareFrequency, DEFAULT_JOB_LIMITS)
  if (profiles === null) throw new Error('the columns of the benchmark could not be profiled')
  return {
    size, profiles,
    judge: async (job) => {
      const since = performance.now()
      const known = { tables, entities, profiles, policy, halves, limits: { ...DEFAULT_JOB_LIMITS, seconds } }
      const before = await earlierReleases(job.after, (sql) => run(gate, engine, known, sql, []))
      const earlierMs = performance.now() - since
      if ('ended' in before) return { job, size, held: before.ended.held, codes: before.ended.codes.map((code) => `of an earlier release: ${code}`), ...NOT_RUN, wholeMs: earlierMs, longest: { part: 'earlier releases', ms: earlierMs } }
      const { earlier } = before
      const outcome = await run(gate, engine, known, job.sql, earlier)
      const { elapsedMs: jobMs, checksMs: checkMs, probesMs: probeMs } = outcome.kind === 'checked' ? outcome : { elapsedMs: 0, checksMs: 0, probesMs: 0 }
      const wholeMs = performance.now() - since
      const parts = outcome.kind === 'refused' ? [] : engine.parts()
      const inEngine = parts.reduce((sum, { ms }) => sum + ms, 0)
      const longest = [{ part: 'earlier releases', ms: earlierMs }, ...parts, { part: 'parsing, comparison and report', ms: wholeMs - earlierMs - inEngine }]
        .reduce((longer, one) => (one.ms > longer.ms ? one : longer))
      return { job, size, ...told(outcome), jobMs, checkMs, probeMs, processor: jobMs === 0 ? { job: 0, checks: 0, probes: 0 } : engine.processor(), wholeMs, longest }
    },
    close: async () => { await engine.close(); await gate.close() },
  }
}

const NOT_RUN: Pick<Judged, 'jobMs' | 'checkMs' | 'probeMs' | 'processor'> = { jobMs: 0, checkMs: 0, probeMs: 0, processor: { job: 0, checks: 0, probes: 0 } }

/** What left before; or how the first of them ended that can never leave, and with it the job that rests on it. */
async function earlierReleases(statements: readonly string[], runOne: (sql: string) => Promise<CheckedOutcome>): Promise<{ earlier: readonly LedgerEntry[] } | { ended: ReturnType<typeof told> }> {
  const earlier: LedgerEntry[] = []
  for (const sql of statements) {
    const outcome = await runOne(sql)
    if (outcome.kind !== 'checked') return { ended: told(outcome) }
    earlier.push({ release: `${earlier.length + 1}`, sets: outcome.sets })
  }
  return { earlier }
}

function entityTables({ tables }: BenchmarkTables): ReadonlyMap<string, EntityTable> {
  return new Map(tables.map((table): [string, EntityTable] => [table.name, { columns: table.columns.map((column) => column.name), entityKey: table.entity.key, kind: table.entity.kind }]))
}

interface Known {
  readonly tables: BenchmarkTables
  readonly entities: ReadonlyMap<string, EntityTable>
  readonly profiles: readonly ColumnProfile[]
  readonly policy: DisclosurePolicy
  readonly halves: number
  readonly limits: JobLimits
}

/** One job; where an earlier one broke the engine, a new engine is asked once more. */
async function run(gate: ParseGate, engine: ResidentEngine, known: Known, sql: string, earlier: readonly LedgerEntry[]): Promise<CheckedOutcome> {
  const outcome = await runOnce(gate, engine, known, sql, earlier)
  if (!isBroken(outcome)) return outcome
  await engine.renew()
  return runOnce(gate, engine, known, sql, earlier)
}

/** The engine's own word for an end after which it answers nothing any more. */
function isBroken(outcome: CheckedOutcome): boolean {
  return outcome.kind === 'failed' && /FATAL|INTERNAL/.test(outcome.failure.message)
}

function runOnce(gate: ParseGate, engine: ResidentEngine, known: Known, sql: string, earlier: readonly LedgerEntry[]): Promise<CheckedOutcome> {
  const statementPolicy: StatementPolicy = {
    tables: new Map(known.tables.tables.map((table) => [table.name, table.columns.map((column) => column.name)])),
    functions: ALLOWED_FUNCTIONS,
    limits: DEFAULT_STATEMENT_LIMITS,
  }
  return runCheckedJob(gate, engine, { sql, inputs: [], statementPolicy, tables: known.entities, profiles: known.profiles, disclosurePolicy: known.policy, limits: known.limits, ledger: { salt: 'benchmark', releases: earlier.map(({ release }) => release), compare: async (sets, minimum, engineVersion) => nearSets(sets, earlier, minimum, engineVersion) }, halves: known.halves, seed: SEED })
}

/** Ends that say nothing about what the job would have told. */
const UNJUDGED: ReadonlySet<string> = new Set<JobFailureCode>(['job-timeout', 'job-out-of-memory', 'worker-crashed', 'worker-misbehaved'])

function told(outcome: CheckedOutcome): { readonly held: Held; readonly codes: readonly string[] } {
  if (outcome.kind === 'refused') return { held: 'refused', codes: [`${outcome.refusal.code}: ${outcome.refusal.message}`] }
  if (outcome.kind === 'failed') return { held: isBroken(outcome) || UNJUDGED.has(outcome.failure.code) ? 'out-of-time' : 'failed', codes: [outcome.failure.code, outcome.failure.message] }
  const findings = outcome.report.sections.flatMap((section) => section.findings)
  return { held: outcome.report.verdict, codes: findings.filter((finding) => finding.verdict !== 'pass').map((finding) => `${finding.code}(${finding.verdict}) ${JSON.stringify(finding.evidence)}`) }
}
