import { ALLOWED_FUNCTIONS } from '#core/boundary/allowed-functions.ts'
import { DEFAULT_STATEMENT_LIMITS, type StatementPolicy } from '#core/boundary/statement-policy.ts'
import type { EntityTable } from '#core/disclosure-control/contributor-plan.ts'
import type { DisclosurePolicy } from '#core/disclosure-control/disclosure-policy.ts'
import { entityLinks } from '#core/disclosure-control/probe-plan.ts'
import type { LedgerEntry } from '#core/disclosure-control/release-ledger.ts'
import type { ColumnProfile } from '#core/disclosure-control/source-profile.ts'
import { runCheckedJob, type CheckedOutcome } from '#adapters/sandbox/checked-job.ts'
import { DEFAULT_JOB_LIMITS } from '#adapters/sandbox/limits.ts'
import { openParseGate, type ParseGate } from '#adapters/sandbox/parse.ts'
import { profileColumns } from '#adapters/sandbox/source-profile.ts'
import type { BenchmarkJob, BenchmarkTables } from './benchmark.ts'
import { openResidentEngine, type ResidentEngine } from './resident-engine.ts'

export type Held = 'pass' | 'review' | 'block' | 'refused' | 'failed'

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
}

/** What the jobs of one size are judged with. */
export interface Bench {
  readonly size: string
  judge(job: BenchmarkJob): Promise<Judged>
  close(): Promise<void>
}

/** What the halves of the benchmark are drawn from; a platform draws a fresh one for each job. */
const SEED = 'gongshu-leaks-halves-1'

/** Opens tables of one size, their profiles and the gate. */
export async function openBench(tables: BenchmarkTables, size: string, policy: DisclosurePolicy, halves: number): Promise<Bench> {
  const gate = openParseGate()
  const entities = entityTables(tables)
  const engine = await openResidentEngine(tables, size, { seed: SEED, links: entityLinks(entities, [...entities.keys()]) })
  const columns = tables.tables.filter((table) => table.entity.kind !== 'none').flatMap((table) => table.columns
    .filter((column) => column.role !== 'ordinary')
    .map((column) => ({ table: table.name, column: column.name, role: column.role, numeric: column.type === 'decimal' || column.type === 'integer' })))
  const profiles = await profileColumns(engine, [], columns, policy.containment.rareFrequency, DEFAULT_JOB_LIMITS)
  if (profiles === null) throw new Error('the columns of the benchmark could not be profiled')
  return {
    size,
    judge: async (job) => {
      const known = { tables, entities, profiles, policy, halves }
      const earlier: LedgerEntry[] = []
      for (const sql of job.after) {
        const before = await run(gate, engine, known, sql, [])
        if (before.kind === 'checked') earlier.push({ release: `${earlier.length + 1}`, sets: before.sets })
      }
      const outcome = await run(gate, engine, known, job.sql, earlier)
      const { elapsedMs: jobMs, checksMs: checkMs, probesMs: probeMs } = outcome.kind === 'checked' ? outcome : { elapsedMs: 0, checksMs: 0, probesMs: 0 }
      return { job, size, ...told(outcome), jobMs, checkMs, probeMs }
    },
    close: async () => { await engine.close(); await gate.close() },
  }
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
}

function run(gate: ParseGate, engine: ResidentEngine, known: Known, sql: string, earlier: readonly LedgerEntry[]): Promise<CheckedOutcome> {
  const statementPolicy: StatementPolicy = {
    tables: new Map(known.tables.tables.map((table) => [table.name, table.columns.map((column) => column.name)])),
    functions: ALLOWED_FUNCTIONS,
    limits: DEFAULT_STATEMENT_LIMITS,
  }
  return runCheckedJob(gate, engine, { sql, inputs: [], statementPolicy, tables: known.entities, profiles: known.profiles, disclosurePolicy: known.policy, limits: DEFAULT_JOB_LIMITS, ledger: { salt: 'benchmark', earlier }, halves: known.halves, seed: SEED })
}

function told(outcome: CheckedOutcome): { readonly held: Held; readonly codes: readonly string[] } {
  if (outcome.kind === 'refused') return { held: 'refused', codes: [`${outcome.refusal.code}: ${outcome.refusal.message}`] }
  if (outcome.kind === 'failed') return { held: 'failed', codes: [outcome.failure.code, outcome.failure.message] }
  const findings = outcome.report.sections.flatMap((section) => section.findings)
  return { held: outcome.report.verdict, codes: findings.filter((finding) => finding.verdict !== 'pass').map((finding) => `${finding.code}(${finding.verdict}) ${JSON.stringify(finding.evidence)}`) }
}
