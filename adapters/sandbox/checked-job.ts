import { createHash, randomBytes } from 'node:crypto'
import { judgeStatement } from '#core/boundary/statement-gate.ts'
import type { Lineage, StatementPolicy, StatementRefusal } from '#core/boundary/statement-policy.ts'
import { plainStatement } from '#core/boundary/plain-statement.ts'
import { fold } from '#core/boundary/statement-tree.ts'
import { cellTableSql, type PartTexts } from '#core/disclosure-control/contributor-sql.ts'
import { planContributors, type CellTable, type ContributorPlan, type EntityTable } from '#core/disclosure-control/contributor-plan.ts'
import type { DisclosurePolicy } from '#core/disclosure-control/disclosure-policy.ts'
import { isAccounted, reportDisclosure, type DisclosureReport } from '#core/disclosure-control/disclosure-report.ts'
import { entitySetsOf, NO_SETS, SEVERAL_MARK, type EntitySets } from '#core/disclosure-control/entity-sets.ts'
import { entitySetsSql, type KnownEntities } from '#core/disclosure-control/entity-sets-sql.ts'
import { supportMarks } from '#core/disclosure-control/figure-support.ts'
import { nearSets, type LedgerEntry } from '#core/disclosure-control/release-ledger.ts'
import { entityLinks, probeRuns, type ProbeRun } from '#core/disclosure-control/probe-plan.ts'
import { probeRule, type ReportRecipe } from '#core/disclosure-control/report-record.ts'
import type { ColumnProfile } from '#core/disclosure-control/source-profile.ts'
import { auditSuppression, type SuppressionAudit } from '#core/disclosure-control/suppression-audit.ts'
import { isAudited, readTableCells, tableCellsSql } from '#core/disclosure-control/suppression-audit-sql.ts'
import { fixedResult } from '#adapters/sandbox/fixed-result.ts'
import type { JobFailure } from '#adapters/sandbox/job-failures.ts'
import type { DigestedResult } from '#adapters/sandbox/job-frames.ts'
import type { JobInput } from '#adapters/sandbox/job-inputs.ts'
import type { JobLimits } from '#adapters/sandbox/limits.ts'
import type { ParseGate } from '#adapters/sandbox/parse.ts'
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
  /** Runs on random halves of the entities; the repeat and the constant-number run are made whatever this is. */
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
  const plan = planContributors(plainStatement(parsed.tree, job.statementPolicy.tables), job.tables, job.disclosurePolicy.cells.minimumEntities)
  const counting = await countingStatements(gate, plan, job)
  const planned = plan.kind === 'cells' ? plan : plan.kind === 'microdata' ? plan.classes : null
  const countsIn = (answers: readonly DigestedResult[]): readonly DigestedResult[] => (planned === null ? [] : answers.slice(planned.tables.length, planned.tables.length + planned.finals.length))
  const links = entityLinks(job.tables, judged.lineage.tables)
  let runs: readonly ProbeRun[] = []
  const outcome = await sandbox.runJob({
    inputs: job.inputs, limits: job.limits, statements: [job.sql], platformStatements: counting ?? [],
    ...(job.signal === undefined ? {} : { signal: job.signal }), ...(job.onStated === undefined ? {} : { onStated: job.onStated }),
    probes: {
      seed: job.seed, links, tables: [...job.tables.keys()].filter((name) => judged.lineage.tables.some((table) => fold(table) === fold(name))),
      choose: (answers) => {
        const accounted = isAccounted(plan, answers === null || counting === null ? null : countsIn(answers), job.disclosurePolicy.cells)
        runs = probeRuns(links, job.halves, accounted)
        return runs
      },
    },
  })
  if (!outcome.ok) return { kind: 'failed', failure: outcome }
  const [came, ...platform] = outcome.results
  if (came === undefined) throw new Error('a job of one statement answered with no result')
  const result = fixedResult(parsed.tree, came)
  const counted = counting !== null && !outcome.platformFailed
  const described = planned === null || !counted ? [] : platform.slice(planned.tables.length + planned.finals.length)
  const audited = planned?.tables.filter(isAudited) ?? []
  const sets = planned !== null && counted ? entitySets(planned.tables, described.slice(0, described.length - audited.length)) : NO_SETS
  const suppression = audits(audited, described.slice(described.length - audited.length), job.disclosurePolicy.cells)
  const compared: string[] = []
  const ledger = job.ledger === undefined ? null : await nearSets(sets, noting(job.ledger.earlier, compared), job.disclosurePolicy.cells.minimumEntities, outcome.engineVersion)
  const probes = outcome.probes === null ? null : { runs, links, outcome: outcome.probes }
  const report = reportDisclosure({ lineage: judged.lineage, result, plan, counts: counted ? countsIn(platform) : null, profiles: job.profiles, hashOf: sketchHash, suppression, ledger, probes }, job.disclosurePolicy)
  const { engineVersion, elapsedMs, checksMs, probesMs } = outcome
  const recipe: Omit<ReportRecipe, 'inputs'> = {
    v: 1, statement: { sql: job.sql, digest: sha256(job.sql) }, engine: engineVersion, limits: { memoryMb: job.limits.memoryMb, threads: job.limits.threads },
    probes: { seed: job.seed, rule: probeRule(links), links, runs }, counting: { statements: counting?.length ?? 0, digest: sha256((counting ?? []).join('\n;\n')) },
    ledger: ledger === null ? null : { releases: compared }, result: { digest: result.digest, rows: result.rows.length },
  }
  return { kind: 'checked', result, lineage: judged.lineage, report, sets, engineVersion, elapsedMs, checksMs, probesMs, recipe }
}

/** The earlier releases as they are read, their names noted. */
async function* noting(earlier: AsyncIterable<LedgerEntry> | Iterable<LedgerEntry>, names: string[]): AsyncGenerator<LedgerEntry> {
  for await (const entry of earlier) {
    names.push(entry.release)
    yield entry
  }
}

/** Whom the figures are about, as the worker described them; each part of each table answered one statement. */
function entitySets(tables: readonly CellTable[], answers: readonly DigestedResult[]): EntitySets {
  const parts = tables.filter((table) => table.shown).flatMap((table) => table.parts.map((part) => ({ kind: part.kind, measures: table.measures })))
  return entitySetsOf(answers.flatMap((answer, position) => answer.rows.map((row) => ({ origin: position, kind: kindOf(parts[position], String(row[0])), entities: Number(row[1]), digests: String(row[2]) }))))
}

/** The kind of entity of a set, with what its figures say of it and what the worker found of its rows. */
function kindOf(part: { readonly kind: string; readonly measures: CellTable['measures'] } | undefined, found: string): string {
  return part === undefined ? found : `${part.kind}${supportMarks(part.measures, part.kind, found.includes(SEVERAL_MARK))}${found}`
}

/** What was left out of the tables with totals; null where one of them could not be read. */
function audits(tables: readonly CellTable[], answers: readonly DigestedResult[], policy: DisclosurePolicy['cells']): readonly SuppressionAudit[] | null {
  const cells = tables.map((table, position) => { const answer = answers[position]; return answer === undefined ? null : readTableCells(table, answer.rows) })
  return cells.some((one) => one === null) ? null : cells.flatMap((one) => (one === null ? [] : [auditSuppression(one, policy.othersToLargest, policy.minimumEntities)]))
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
  const tables: string[] = []
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
    if (isAudited(table) && kept !== null) tables.push(tableCellsSql(table, texts.map(({ inner }) => inner), kept))
    for (const [position, part] of table.parts.entries()) {
      if (job.ledger !== undefined && table.shown) sets.push(entitySetsSql(table, part, texts[position]?.inner ?? '', kept, job.ledger.salt, knownEntities(job.tables, part.kind)))
    }
  }
  for (const node of counted.finals) {
    const final = await rendered(node)
    if (typeof final !== 'string') return null
    statements.push(final)
  }
  return [...statements, ...sets, ...tables]
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
