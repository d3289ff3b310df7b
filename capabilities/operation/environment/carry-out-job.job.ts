import type { Kysely } from 'kysely'
import { ALLOWED_FUNCTIONS } from '#core/boundary/allowed-functions.ts'
import { judgeStatement } from '#core/boundary/statement-gate.ts'
import { DEFAULT_STATEMENT_LIMITS } from '#core/boundary/statement-policy.ts'
import type { StatementPolicy } from '#core/boundary/statement-policy.ts'
import type { ColumnSchema } from '#core/boundary/table-schema.ts'
import type { EntityTable } from '#core/disclosure-control/contributor-plan.ts'
import { disclosurePolicyOf } from '#core/disclosure-control/policy-from-pack.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { withAppliedRules } from '#core/protection/applied-rules.ts'
import type { AppliedRules } from '#core/protection/applied-rules.ts'
import { keptColumns } from '#core/protection/protection-rules.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { runCheckedJob } from '#adapters/sandbox/checked-job.ts'
import type { CheckedOutcome } from '#adapters/sandbox/checked-job.ts'
import { jobFailure } from '#adapters/sandbox/job-failures.ts'
import type { JobInput } from '#adapters/sandbox/job-inputs.ts'
import type { JobProgress } from '#adapters/sandbox/job-queue.ts'
import { DEFAULT_JOB_LIMITS } from '#adapters/sandbox/limits.ts'
import type { ParseGate } from '#adapters/sandbox/parse.ts'
import type { Sandbox } from '#adapters/sandbox/sandbox.ts'
import { profileColumns } from '#adapters/sandbox/source-profile.ts'
import type { ColumnToProfile } from '#adapters/sandbox/source-profile.ts'
import { materialise } from '#adapters/vault/materialise.ts'
import { withPrivateDirectory } from '#adapters/vault/private-temporary.ts'
import type { Vault } from '#adapters/vault/vault.ts'
import { readVersion } from '#adapters/vault/versions.ts'
import type { VaultVersion } from '#adapters/vault/versions.ts'
import { appliedRulesOf, withProtection } from '#capabilities/operation/protection/protection.facts.ts'
import { readLedger } from './release-ledger.store.ts'
import type { Supply } from './supplies.facts.ts'

export type CarryOutParts = { db: Kysely<Tables>; vault: Vault; gate: ParseGate; sandbox: Sandbox }
/** How a job under way is told to stop, and tells how far it is. */
export type UnderWay = { signal: AbortSignal; progress(progress: JobProgress): void }
export type CarriedOut = { supplies: readonly string[]; outcome: CheckedOutcome }

/** A supply with the version that holds its rows, the name that SQL uses for it, the fields that SQL sees of it, and the rules for them. */
export type Mounted = { supply: Supply; version: VaultVersion; table: string; fields: readonly string[]; applied: AppliedRules | null }

/**
 * Materialises the authorised columns of the tables that the statement reads, runs it and checks its result.
 * Reads and computes only: what is kept of it is for the caller to commit.
 */
export async function carryOut(parts: CarryOutParts, law: CaseLaw, sql: string, supplies: readonly Supply[], under: UnderWay): Promise<CarriedOut> {
  under.progress({ step: 'preparing', done: 0, total: 0 })
  const mounted = await mountable(parts, supplies)
  const policy = statementPolicyOf(mounted)
  const read = await tablesRead(parts.gate, sql, policy)
  const used = mounted.filter((one) => read.includes(one.table))
  const outcome = await withPrivateDirectory(parts.vault.temporary, (directory) => runIn(parts, law, sql, policy, used, directory, under))
  return { supplies: used.map((one) => one.supply.id), outcome }
}

/** What a statement may touch: the fields of the mounted tables as SQL sees them. */
export function statementPolicyOf(mounted: readonly Mounted[]): StatementPolicy {
  return { tables: new Map(mounted.map((one) => [one.table, one.fields])), functions: ALLOWED_FUNCTIONS, limits: DEFAULT_STATEMENT_LIMITS }
}

/** Which tables the statement reads; a statement that the gate refuses reads none, and the refusal comes from the run itself. */
async function tablesRead(gate: ParseGate, sql: string, policy: StatementPolicy): Promise<readonly string[]> {
  if (sql.length > policy.limits.statementLength) return []
  const parsed = await gate.parse(sql)
  if (!parsed.ok) return []
  const judged = judgeStatement(parsed.tree, sql.length, policy)
  return judged.allow ? judged.lineage.tables : []
}

async function runIn(parts: CarryOutParts, law: CaseLaw, sql: string, policy: StatementPolicy, used: readonly Mounted[], directory: string, under: UnderWay): Promise<CheckedOutcome> {
  const inputs: JobInput[] = []
  const tables = new Map<string, EntityTable>()
  const profiled: ColumnToProfile[] = []
  for (const { supply, version, table, fields, applied } of used) {
    if (under.signal.aborted) return { kind: 'failed', failure: jobFailure('job-cancelled', 0) }
    if (applied !== null && !fits(applied, version, fields)) return doesNotFit(applied)
    const columns = mountedColumns(version, fields)
    const selection = { columns: columns.map((column) => column.name), filter: [] }
    const { path } = await withProtection({ db: parts.db, masterKey: parts.vault.masterKey }, applied, supply, (protection) =>
      materialise(parts.vault, version, selection, directory, `${version.schema.name}.parquet`, protection))
    inputs.push({ table, parquetPath: path, shown: fields })
    tables.set(table, { columns: columns.map((column) => column.name), entityKey: version.schema.entity.key, kind: version.schema.entity.kind })
    if (version.schema.entity.kind === 'none') continue
    for (const column of columns) {
      if (column.role !== 'ordinary') profiled.push({ table, column: column.name, role: column.role, numeric: NUMERIC.has(column.type) })
    }
  }
  const { policy: disclosurePolicy, halves } = disclosurePolicyOf(law.pack.thresholds)
  const sandbox = telling(parts.sandbox, under, halves)
  const profiles = await profileColumns(sandbox, inputs, profiled, disclosurePolicy.containment.rareFrequency, DEFAULT_JOB_LIMITS)
  const ledger = await inTransaction(parts.db, { as: 'system' }, readLedger)
  const outcome = await runCheckedJob(parts.gate, sandbox, { sql, inputs, statementPolicy: policy, tables, profiles, disclosurePolicy, limits: DEFAULT_JOB_LIMITS, ledger, halves, signal: under.signal })
  return withRulesNamed(withoutHiddenColumns(outcome), used.flatMap(({ applied }) => (applied === null ? [] : [applied])))
}

/** Rules can be applied where a column is left to read, and every column that chooses the rows has been supplied. */
function fits(applied: AppliedRules, version: VaultVersion, fields: readonly string[]): boolean {
  return fields.length > 0 && applied.rules.rows.every((condition) => version.schema.columns.some((column) => column.name === condition.column))
}

function doesNotFit({ title, version }: AppliedRules): CheckedOutcome {
  return {
    kind: 'refused',
    refusal: {
      code: 'protection-rules-must-fit-supply', at: null, message: `“${title}”的保护规则第${version}版不能用于本次供给的字段：没有留下可用字段，或者缺少筛选行所需的字段。`,
      cure: '请与实施机构和数据提供单位联系，调整保护规则或者供给的字段。',
    },
  }
}

function withRulesNamed(outcome: CheckedOutcome, applied: readonly AppliedRules[]): CheckedOutcome {
  return outcome.kind === 'checked' ? { ...outcome, report: withAppliedRules(outcome.report, applied) } : outcome
}

const NUMERIC: ReadonlySet<string> = new Set(['integer', 'decimal'])

/**
 * The authorised columns, and the entity key also where it is not among them: without it nobody could count whose data
 * stand behind a figure. The statement gate knows only the authorised columns, so no statement can name the key.
 */
function mountedColumns(version: VaultVersion, fields: readonly string[]): ColumnSchema[] {
  return version.schema.columns.filter((column) => fields.includes(column.name) || version.schema.entity.key.includes(column.name))
}

/** Statements see a view without the hidden key; should a result still have other columns than the gate foresaw, it is thrown away. */
function withoutHiddenColumns(outcome: CheckedOutcome): CheckedOutcome {
  if (outcome.kind !== 'checked' || outcome.result.columns.length === outcome.lineage.outputs.length) return outcome
  return {
    kind: 'refused',
    refusal: { code: 'columns-must-be-named', at: null, message: '“*”会带出未获授权的字段，结果已丢弃。', cure: '请逐一写出需要的字段名。' },
  }
}

/** The supplies as tables of SQL, with their versions and the rules that protect them. */
export async function mountable(parts: CarryOutParts, supplies: readonly Supply[]): Promise<Mounted[]> {
  return inTransaction(parts.db, { as: 'system' }, async (tx) => {
    const mounted: Mounted[] = []
    for (const supply of supplies) {
      const version = await readVersion(tx, supply.version)
      // The gate and the worker must see the same columns in the same order: lineage knows them by their places.
      const applied = await appliedRulesOf(tx, supply.entry, version.schema.title)
      const fields = keptColumns(applied?.rules ?? null, supply.fields).filter((field) => version.schema.columns.some((column) => column.name === field))
      mounted.push({ supply, version, table: version.schema.name.replaceAll('-', '_'), fields, applied })
    }
    return mounted
  })
}

/** Runs before the probes. unit: runs; source: the profile of the columns, and the statement itself */
const RUNS_BEFORE_PROBES = 2

/** The sandbox, with every run of this job ended by its signal and counted: profile, statement, repeat and halves. */
function telling(sandbox: Sandbox, { signal, progress }: UnderWay, halves: number): Sandbox {
  const total = RUNS_BEFORE_PROBES + (halves > 0 ? halves + 1 : 0)
  let done = 0
  return {
    ...sandbox,
    runJob: async (request) => {
      progress({ step: done < RUNS_BEFORE_PROBES ? 'running' : 'checking', done: Math.min(done, total), total })
      done += 1
      return sandbox.runJob({ ...request, signal })
    },
  }
}
