import { createHash, randomBytes } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { judgeStatement } from '#core/boundary/statement-gate.ts'
import type { Lineage, StatementPolicy, StatementRefusal } from '#core/boundary/statement-policy.ts'
import { plainStatement, tieless } from '#core/boundary/plain-statement.ts'
import { fold } from '#core/boundary/statement-tree.ts'
import { planContributors, type EntityTable } from '#core/disclosure-control/contributor-plan.ts'
import type { DisclosurePolicy } from '#core/disclosure-control/disclosure-policy.ts'
import { isAccounted, reportDisclosure, type DisclosureReport } from '#core/disclosure-control/disclosure-report.ts'
import { NO_SETS, type EntitySets } from '#core/disclosure-control/entity-sets.ts'
import type { LedgerComparison } from '#core/disclosure-control/near-sets.ts'
import { entityLinks, type ProbeRun } from '#core/disclosure-control/probe-plan.ts'
import { nextRuns } from '#core/disclosure-control/re-execution.ts'
import { probeRule, type ReportRecipe } from '#core/disclosure-control/report-record.ts'
import type { ColumnProfile } from '#core/disclosure-control/source-profile.ts'
import { auditsIn, countingStatements, countsIn, leftIn, setsIn } from '#adapters/sandbox/counting-statements.ts'
import { fixedResult } from '#adapters/sandbox/fixed-result.ts'
import type { JobFailure } from '#adapters/sandbox/job-failures.ts'
import type { DigestedResult } from '#adapters/sandbox/job-frames.ts'
import type { JobInput } from '#adapters/sandbox/job-inputs.ts'
import type { JobLimits } from '#adapters/sandbox/limits.ts'
import type { ParseGate } from '#adapters/sandbox/parse.ts'
import { sketchHash } from '#adapters/sandbox/sketch-hash.ts'
import type { Sandbox } from '#adapters/sandbox/sandbox.ts'

/** The secret that hashes entities for the ledger, what was released before, and how a new result's sets are compared with it. */
export interface JobLedger {
  readonly salt: string
  readonly releases: readonly string[]
  compare(sets: EntitySets, minimum: number, engineVersion: string): Promise<LedgerComparison>
}

export interface CheckedJob {
  readonly sql: string
  readonly inputs: readonly JobInput[]
  readonly statementPolicy: StatementPolicy
  /** By SQL name, for every input. */
  readonly tables: ReadonlyMap<string, EntityTable>
  /** From profileColumns, made once for each version of the inputs; null when that failed, which blocks. */
  readonly profiles: readonly ColumnProfile[] | null
  readonly disclosurePolicy: DisclosurePolicy
  readonly limits: JobLimits
  /** Absent where no ledger is kept. */
  readonly ledger?: JobLedger
  /** Runs on random halves of the entities, where the repeat and the constant-number run, which are always made, leave a question open. */
  readonly halves: number
  /** From which the halves are drawn, in hexadecimal: fresh and unknown before the job, and kept with its report. */
  readonly seed: string
  readonly signal?: AbortSignal
  /** Called when the statement has answered and its checks begin. */
  readonly onStated?: () => void
}

export type CheckedOutcome =
  | { readonly kind: 'refused'; readonly refusal: StatementRefusal }
  | { readonly kind: 'failed'; readonly failure: JobFailure }
  | { readonly kind: 'checked'; readonly result: DigestedResult; readonly lineage: Lineage; readonly report: DisclosureReport; readonly sets: EntitySets; readonly engineVersion: string; readonly elapsedMs: number; readonly checksMs: number; readonly probesMs: number; readonly recipe: Omit<ReportRecipe, 'inputs'> }

/** unit: bytes; source: nobody tries 128 bits */
const SEED_BYTES = 16

/** A fresh seed for the halves of one job. */
export function newProbeSeed(): string {
  return randomBytes(SEED_BYTES).toString('hex')
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Gate, job, counting queries and probes in one: what an output needs before a reviewer sees it. */
export async function runCheckedJob(gate: ParseGate, sandbox: Sandbox, job: CheckedJob): Promise<CheckedOutcome> {
  if (job.sql.length > job.statementPolicy.limits.statementLength) return gateAnswer(null, job)
  const parsed = await gate.parse(job.sql)
  if (!parsed.ok) return { kind: 'refused', refusal: { code: parsed.code, at: null, message: parsed.message, cure: '请简化语句后重新提交。' } }
  const judged = judgeStatement(parsed.tree, job.sql.length, job.statementPolicy)
  if (!judged.allow) return { kind: 'refused', refusal: judged.refusal }
  const { cells } = job.disclosurePolicy
  const asked = await inFixedOrderOf(gate, parsed.tree, job)
  const tree = plainStatement(asked.tree, job.statementPolicy.tables)
  const rendered = isDeepStrictEqual(tree, asked.tree) ? null : await gate.render(tree)
  if (rendered?.ok === false) return { kind: 'refused', refusal: { code: rendered.code, at: null, message: rendered.message, cure: '请简化语句后重新提交。' } }
  const plain = rendered?.sql ?? null
  const plan = planContributors(tree, job.tables, cells.minimumEntities)
  const counting = await countingStatements(gate, plan, { tables: job.tables, policy: cells, salt: job.ledger?.salt ?? null })
  const links = entityLinks(job.tables, judged.lineage.tables)
  const runs: ProbeRun[] = []
  const outcome = await sandbox.runJob({
    inputs: job.inputs, limits: job.limits, statements: [asked.sql], platformStatements: counting?.statements ?? [],
    ...(job.signal === undefined ? {} : { signal: job.signal }), ...(job.onStated === undefined ? {} : { onStated: job.onStated }),
    probes: {
      seed: job.seed, plain, links, tables: [...job.tables.keys()].filter((name) => judged.lineage.tables.some((table) => fold(table) === fold(name))),
      next: (made, answers) => {
        const accounted = isAccounted(plan, answers === null || counting === null ? null : countsIn(counting, answers), cells)
        const more = nextRuns(made === null ? null : { runs, outcome: made }, links, accounted, job.disclosurePolicy.probes, job.halves)
        runs.push(...more)
        return more
      },
    },
  })
  if (!outcome.ok) return { kind: 'failed', failure: outcome }
  const [came, ...platform] = outcome.results
  if (came === undefined) throw new Error('a job of one statement answered with no result')
  const result = fixedResult(asked.tree, came)
  const counted = outcome.platformFailed ? null : counting
  const sets = counted === null ? NO_SETS : setsIn(counted, platform)
  const suppression = counted === null ? null : auditsIn(counted, platform, cells)
  const compared = job.ledger === undefined ? null : await job.ledger.compare(sets, cells.minimumEntities, outcome.engineVersion)
  const ledger = compared === null || counted === null ? compared : { ...compared, near: [...compared.near, ...leftIn(counted, platform, cells.minimumEntities)] }
  const probes = outcome.probes === null ? null : { runs, links, otherForm: plain !== null, outcome: outcome.probes }
  const report = reportDisclosure({ lineage: judged.lineage, result, plan, counts: counted === null ? null : countsIn(counted, platform), profiles: job.profiles, hashOf: sketchHash, suppression, ledger, probes }, job.disclosurePolicy)
  const { engineVersion, elapsedMs, checksMs, probesMs } = outcome
  const recipe: Omit<ReportRecipe, 'inputs'> = {
    v: 1, statement: { sql: job.sql, digest: sha256(job.sql) }, engine: engineVersion, limits: { memoryMb: job.limits.memoryMb, threads: job.limits.threads },
    probes: { seed: job.seed, rule: probeRule(links), links, runs }, counting: { statements: counting?.statements.length ?? 0, digest: sha256((counting?.statements ?? []).join('\n;\n')) },
    ledger: job.ledger === undefined ? null : { releases: job.ledger.releases }, result: { digest: result.digest, rows: result.rows.length },
  }
  return { kind: 'checked', result, lineage: judged.lineage, report, sets, engineVersion, elapsedMs, checksMs, probesMs, recipe }
}

/** The statement that is run: where it takes only the first rows, with an order that leaves none of them open. */
async function inFixedOrderOf(gate: ParseGate, parsed: unknown, job: CheckedJob): Promise<{ readonly tree: unknown; readonly sql: string }> {
  const tree = tieless(parsed, job.statementPolicy.tables)
  const written = isDeepStrictEqual(tree, parsed) ? null : await gate.render(tree)
  return written?.ok === true ? { tree, sql: written.sql } : { tree: parsed, sql: job.sql }
}

function gateAnswer(tree: unknown, job: CheckedJob): CheckedOutcome {
  const answer = judgeStatement(tree, job.sql.length, job.statementPolicy)
  if (answer.allow) throw new Error('a statement beyond the length limit was allowed')
  return { kind: 'refused', refusal: answer.refusal }
}
