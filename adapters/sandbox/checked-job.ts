import { randomBytes } from 'node:crypto'
import { judgeStatement } from '#core/boundary/statement-gate.ts'
import type { Lineage, StatementPolicy, StatementRefusal } from '#core/boundary/statement-policy.ts'
import { fold } from '#core/boundary/statement-tree.ts'
import { cellTableSql, type PartTexts } from '#core/disclosure-control/contributor-sql.ts'
import { planContributors, type CellTable, type ContributorPlan, type EntityTable } from '#core/disclosure-control/contributor-plan.ts'
import type { DisclosurePolicy } from '#core/disclosure-control/disclosure-policy.ts'
import { reportDisclosure, type DisclosureReport } from '#core/disclosure-control/disclosure-report.ts'
import { entitySetsOf, NO_SETS, type EntitySets } from '#core/disclosure-control/entity-sets.ts'
import { entitySetsSql, type KnownEntities } from '#core/disclosure-control/entity-sets-sql.ts'
import { nearSets, type LedgerEntry } from '#core/disclosure-control/release-ledger.ts'
import type { ProbeRuns } from '#core/disclosure-control/re-execution.ts'
import type { ColumnProfile } from '#core/disclosure-control/source-profile.ts'
import type { JobFailure } from '#adapters/sandbox/job-failures.ts'
import type { DigestedResult } from '#adapters/sandbox/job-frames.ts'
import type { JobInput } from '#adapters/sandbox/job-inputs.ts'
import type { JobLimits } from '#adapters/sandbox/limits.ts'
import type { ParseGate } from '#adapters/sandbox/parse.ts'
import type { JobOutcome } from '#adapters/sandbox/run-job.ts'
import { sketchHash } from '#adapters/sandbox/sketch-hash.ts'
import type { Sandbox } from '#adapters/sandbox/sandbox.ts'

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
  /** The secret that hashes entities for the ledger, and what was released before; absent where no ledger is kept. */
  readonly ledger?: { readonly salt: string; readonly earlier: AsyncIterable<LedgerEntry> | Iterable<LedgerEntry> }
  /** Runs on random halves of the entities, and one repeat; 0 makes neither. */
  readonly halves: number
  readonly signal?: AbortSignal
}

export type CheckedOutcome =
  | { readonly kind: 'refused'; readonly refusal: StatementRefusal }
  | { readonly kind: 'failed'; readonly failure: JobFailure }
  | { readonly kind: 'checked'; readonly result: DigestedResult; readonly lineage: Lineage; readonly report: DisclosureReport; readonly sets: EntitySets; readonly engineVersion: string; readonly elapsedMs: number }

/** Gate, job, counting queries and probes in one: what an output needs before a reviewer sees it. */
export async function runCheckedJob(gate: ParseGate, sandbox: Sandbox, job: CheckedJob): Promise<CheckedOutcome> {
  if (job.sql.length > job.statementPolicy.limits.statementLength) return gateAnswer(null, job)
  const parsed = await gate.parse(job.sql)
  if (!parsed.ok) return { kind: 'refused', refusal: { code: parsed.code, at: null, message: parsed.message, cure: '请简化语句后重新提交。' } }
  const judged = judgeStatement(parsed.tree, job.sql.length, job.statementPolicy)
  if (!judged.allow) return { kind: 'refused', refusal: judged.refusal }
  const plan = planContributors(parsed.tree, job.tables, job.disclosurePolicy.cells.minimumEntities)
  const counting = await countingStatements(gate, plan, job)
  const { outcome, counted } = await runWithCounts(sandbox, job, counting)
  if (!outcome.ok) return { kind: 'failed', failure: outcome }
  const [result, ...platform] = outcome.results
  const planned = plan.kind === 'cells' ? plan : plan.kind === 'microdata' ? plan.classes : null
  const counts = planned === null ? [] : platform.slice(planned.tables.length, planned.tables.length + planned.finals.length)
  const sets = planned !== null && counted ? entitySets(planned.tables, platform.slice(planned.tables.length + planned.finals.length)) : NO_SETS
  const ledger = job.ledger === undefined ? null : await nearSets(sets, job.ledger.earlier, job.disclosurePolicy.cells.minimumEntities)
  if (result === undefined) throw new Error('a job of one statement answered with no result')
  const probes = job.halves > 0 ? await probe(sandbox, job) : null
  const report = reportDisclosure({ lineage: judged.lineage, result, plan, counts: counted ? counts : null, profiles: job.profiles, hashOf: sketchHash, ledger, probes }, job.disclosurePolicy)
  return { kind: 'checked', result, lineage: judged.lineage, report, sets, engineVersion: outcome.engineVersion, elapsedMs: outcome.elapsedMs }
}

/** Whom the figures are about, as the worker described them; each part of each table answered one statement. */
function entitySets(tables: readonly CellTable[], answers: readonly DigestedResult[]): EntitySets {
  const kinds = tables.filter((table) => table.shown).flatMap((table) => table.parts.map((part) => part.kind))
  return entitySetsOf(answers.flatMap((answer, position) => answer.rows.map((row) => ({ kind: `${kinds[position] ?? ''}${String(row[0])}`, entities: Number(row[1]), digests: String(row[2]) }))))
}

function gateAnswer(tree: unknown, job: CheckedJob): CheckedOutcome {
  const answer = judgeStatement(tree, job.sql.length, job.statementPolicy)
  if (answer.allow) throw new Error('a statement beyond the length limit was allowed')
  return { kind: 'refused', refusal: answer.refusal }
}

/** Statements that count the entities behind each cell, the last of them one for each final query; null when one could not be derived. */
async function countingStatements(gate: ParseGate, plan: ContributorPlan, job: CheckedJob): Promise<readonly string[] | null> {
  const counted = plan.kind === 'cells' ? plan : plan.kind === 'microdata' ? plan.classes : null
  if (counted === null) return []
  const rendered = async (node: object | null): Promise<string | null | undefined> => {
    if (node === null) return null
    const answer = await gate.render(statementOf(node))
    return answer.ok ? answer.sql : undefined
  }
  const statements: string[] = []
  const sets: string[] = []
  for (const table of counted.tables) {
    const texts: PartTexts[] = []
    for (const part of table.parts) {
      const inner = await rendered(part.inner)
      const values = await Promise.all(part.values.map(rendered))
      if (typeof inner !== 'string' || values.includes(undefined)) return null
      texts.push({ inner, values: values.map((value) => value ?? null) })
    }
    statements.push(cellTableSql(table, texts, job.disclosurePolicy.cells))
    const kept = await rendered(table.kept)
    if (kept === undefined) return null
    for (const [position, part] of table.parts.entries()) {
      if (job.ledger !== undefined && table.shown) sets.push(entitySetsSql(table, part, texts[position]?.inner ?? '', kept, job.ledger.salt, knownEntities(job.tables, part.kind)))
    }
  }
  for (const node of counted.finals) {
    const final = await rendered(node)
    if (typeof final !== 'string') return null
    statements.push(final)
  }
  return [...statements, ...sets]
}

/** Runs the statement and its counts on the same loaded inputs; where that fails, the statement alone, to tell whose failure it is. */
async function runWithCounts(sandbox: Sandbox, job: CheckedJob, counting: readonly string[] | null): Promise<{ readonly outcome: JobOutcome; readonly counted: boolean }> {
  const request = { inputs: job.inputs, limits: job.limits, ...(job.signal === undefined ? {} : { signal: job.signal }) }
  const together = await sandbox.runJob({ ...request, statements: [job.sql], platformStatements: counting ?? [] })
  if (together.ok || counting === null || counting.length === 0 || together.code === 'job-cancelled') return { outcome: together, counted: counting !== null }
  return { outcome: await sandbox.runJob({ ...request, statements: [job.sql] }), counted: false }
}

/** The tables that know each entity of a kind also in other uses; none where one of them does not. */
function knownEntities(tables: CheckedJob['tables'], kind: string): readonly KnownEntities[] {
  const ofKind = [...tables].filter(([name, table]) => table.entityKey.length > 0 && (table.kind ?? fold(name)) === kind)
  const known = ofKind.flatMap(([table, { entityKey, ledgerColumn }]) => (ledgerColumn === undefined ? [] : [{ table, key: entityKey, ledgerColumn }]))
  return known.length === ofKind.length ? known : []
}

function statementOf(node: object): object {
  return { error: false, statements: [{ node, named_param_map: [] }] }
}

async function probe(sandbox: Sandbox, job: CheckedJob): Promise<ProbeRuns> {
  const run = async (inputs: readonly JobInput[]): Promise<DigestedResult | null> => {
    const outcome = await sandbox.runJob({ inputs, statements: [job.sql], limits: job.limits })
    return outcome.ok ? (outcome.results[0] ?? null) : null
  }
  const repeat = await run(job.inputs)
  const halves: DigestedResult[] = []
  // Without entities there is nothing to leave out.
  const wanted = [...job.tables.values()].some((table) => table.entityKey.length > 0) ? job.halves : 0
  for (let count = 0; count < wanted; count += 1) {
    const seed = randomBytes(16).toString('hex')
    const half = await run(job.inputs.map((input) => {
      const key = job.tables.get(input.table)?.entityKey ?? []
      return key.length === 0 ? input : { ...input, half: { key, seed, side: 0 } }
    }))
    if (half !== null) halves.push(half)
  }
  return { repeat, halves }
}
