import type { Kysely } from 'kysely'
import { ALLOWED_FUNCTIONS } from '#core/boundary/allowed-functions.ts'
import { judgeStatement } from '#core/boundary/statement-gate.ts'
import { DEFAULT_STATEMENT_LIMITS } from '#core/boundary/statement-policy.ts'
import type { StatementPolicy } from '#core/boundary/statement-policy.ts'
import type { ColumnSchema } from '#core/boundary/table-schema.ts'
import type { EntityTable } from '#core/disclosure-control/contributor-plan.ts'
import { effectiveThresholds, valuesInEffect } from '#core/disclosure-control/effective-thresholds.ts'
import type { EffectiveThreshold } from '#core/disclosure-control/effective-thresholds.ts'
import { disclosurePolicyOf } from '#core/disclosure-control/policy-from-pack.ts'
import { triesLimitsOf } from '#core/disclosure-control/held-back-tries.ts'
import type { TriesLimits } from '#core/disclosure-control/held-back-tries.ts'
import { recordReport } from '#core/disclosure-control/report-record.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { withAppliedRules } from '#core/protection/applied-rules.ts'
import type { AppliedRules } from '#core/protection/applied-rules.ts'
import { shortfallText } from '#core/protection/declared-protection.ts'
import { protectedColumn } from '#core/protection/protection-rules.ts'
import { compareLedger } from '#adapters/ledger/compare-ledger.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { newProbeSeed, runCheckedJob } from '#adapters/sandbox/checked-job.ts'
import type { CheckedOutcome, JobLedger } from '#adapters/sandbox/checked-job.ts'
import { jobFailure } from '#adapters/sandbox/job-failures.ts'
import type { JobInput } from '#adapters/sandbox/job-inputs.ts'
import type { JobProgress } from '#adapters/sandbox/job-queue.ts'
import { DEFAULT_JOB_LIMITS } from '#adapters/sandbox/limits.ts'
import type { ParseGate } from '#adapters/sandbox/parse.ts'
import type { Sandbox } from '#adapters/sandbox/sandbox.ts'
import { profileColumns } from '#adapters/sandbox/source-profile.ts'
import type { ColumnToProfile } from '#adapters/sandbox/source-profile.ts'
import { materialise } from '#adapters/vault/materialise.ts'
import { ENTITY_HASH_COLUMN } from '#adapters/vault/materialise-protection.ts'
import { withPrivateDirectory } from '#adapters/vault/private-temporary.ts'
import type { Vault } from '#adapters/vault/vault.ts'
import { readVersion } from '#adapters/vault/versions.ts'
import { keptProfiles } from '#adapters/vault/kept-profiles.ts'
import type { VaultVersion } from '#adapters/vault/versions.ts'
import { tableProtectionOf, withProtection } from '#capabilities/operation/protection/protection.facts.ts'
import type { TableProtection } from '#capabilities/operation/protection/protection.facts.ts'
import { withWaivers } from './finding-waiver.ts'
import type { FindingWaiver } from './finding-waiver.ts'
import type { BoundInput } from './release-binding.ts'
import { contentsOfVersion, digestOfJson } from './release-binding.store.ts'
import { thresholdsOf } from './provider-thresholds.store.ts'
import { readLedger } from './release-ledger.store.ts'
import { readShown } from './shown-results.store.ts'
import type { Supply } from './supplies.facts.ts'

export type CarryOutParts = { db: Kysely<Tables>; vault: Vault; gate: ParseGate; sandbox: Sandbox }
/** How a job under way is told to stop, and tells how far it is. */
export type UnderWay = { signal: AbortSignal; progress(progress: JobProgress): void }
/** `inputs`: what was materialised for it, in the order of the tables; `policy`: digest of the thresholds that it was judged by; `tries`: how many answers may be had; `waivers`: those that let a finding pass. */
export type CarriedOut = { supplies: readonly string[]; outcome: CheckedOutcome; inputs: readonly BoundInput[]; policy: string; tries: TriesLimits; waivers: readonly FindingWaiver[] }

/** A supply with the version that holds its rows, the name that SQL uses for it, the fields that SQL sees of it, and what protects them. */
export type Mounted = { supply: Supply; version: VaultVersion; table: string; fields: readonly string[]; protection: TableProtection }

/**
 * Materialises the authorised columns of the tables that the statement reads, runs it and checks its result.
 * Reads and computes only: what is kept of it is for the caller to commit.
 */
export async function carryOut(parts: CarryOutParts, law: CaseLaw, sql: string, supplies: readonly Supply[], under: UnderWay, waivers: readonly FindingWaiver[] = []): Promise<CarriedOut> {
  under.progress({ step: 'preparing', done: 0, total: 0 })
  const mounted = await mountable(parts, supplies)
  const policy = statementPolicyOf(mounted)
  const used = await tablesRead(parts.gate, sql, mounted)
  const own = await inTransaction(parts.db, { as: 'system' }, (tx) => thresholdsOf(tx, used.map((one) => one.supply.entry)))
  const thresholds = effectiveThresholds(law.pack.thresholds, own)
  const tries = triesLimitsOf(valuesInEffect(thresholds))
  const run = await judgedRun(parts, { sql, policy, used, thresholds, waivers, again: null }, under)
  return { supplies: used.map((one) => one.supply.id), policy: digestOfJson(thresholds), tries, ...run }
}

/** What a run is made of. `again`: what a second derivation takes from the first instead of drawing or reading it anew. */
export type RunOf = {
  sql: string; policy: StatementPolicy; used: readonly Mounted[]; thresholds: readonly EffectiveThreshold[]; waivers: readonly FindingWaiver[]
  again: { seed: string; releases: readonly string[] | null } | null
}

/** Runs the statement over its tables and makes the whole report of it, as it is kept and signed. */
export async function judgedRun(parts: CarryOutParts, of: RunOf, under: UnderWay): Promise<Pick<CarriedOut, 'outcome' | 'inputs' | 'waivers'>> {
  const inputs: BoundInput[] = []
  const outcome = await withPrivateDirectory(parts.vault.temporary, (directory) => runIn(parts, of, directory, under, inputs))
  if (outcome.kind !== 'checked') return { outcome, inputs, waivers: [] }
  const waived = withWaivers(outcome.report, of.waivers)
  const report = recordReport(waived.report, of.thresholds, { ...outcome.recipe, inputs: inputs.map(({ table, file }) => ({ table, digest: file })) })
  return { outcome: { ...outcome, report }, inputs, waivers: waived.used }
}

/** What a statement may touch: the fields of the mounted tables as SQL sees them. */
export function statementPolicyOf(mounted: readonly Mounted[]): StatementPolicy {
  return { tables: new Map(mounted.map((one) => [one.table, one.fields])), functions: ALLOWED_FUNCTIONS, limits: DEFAULT_STATEMENT_LIMITS }
}

/** The tables that the statement reads; a statement that the gate refuses reads none, and the refusal comes from the run itself. */
export async function tablesRead(gate: ParseGate, sql: string, mounted: readonly Mounted[]): Promise<Mounted[]> {
  const policy = statementPolicyOf(mounted)
  if (sql.length > policy.limits.statementLength) return []
  const parsed = await gate.parse(sql)
  if (!parsed.ok) return []
  const judged = judgeStatement(parsed.tree, sql.length, policy)
  return judged.allow ? mounted.filter((one) => judged.lineage.tables.includes(one.table)) : []
}

async function runIn(parts: CarryOutParts, { sql, policy, used, thresholds, again }: RunOf, directory: string, under: UnderWay, bound: BoundInput[]): Promise<CheckedOutcome> {
  const inputs: JobInput[] = []
  const tables = new Map<string, EntityTable>()
  const profiled: ColumnToProfile[] = []
  for (const one of used) {
    const { version, table, fields, protection: { applied, rules, shortfalls } } = one
    if (under.signal.aborted) return { kind: 'failed', failure: jobFailure('job-cancelled', 0) }
    // The access table has refused it already; nothing reaches a worker by a way that forgot to ask.
    if (shortfalls.length > 0) return notProtected(shortfallText(version.schema.title, shortfalls))
    if (applied !== null && !fits(applied, version, fields)) return doesNotFit(applied)
    const { entity } = version.schema
    const columns = mountedColumns(version, fields).map((column) => protectedColumn(column, rules))
    const { path, input } = await placed(parts, one, columns.map((column) => column.name), directory)
    bound.push(input)
    inputs.push({ table, parquetPath: path, shown: fields })
    tables.set(table, { columns: columns.map((column) => column.name), entityKey: entity.key, kind: entity.kind, ...(entity.kind === 'none' ? {} : { ledgerColumn: ENTITY_HASH_COLUMN }) })
    if (entity.kind === 'none') continue
    for (const column of columns) {
      if (column.role !== 'ordinary') profiled.push({ table, column: column.name, role: column.role, numeric: NUMERIC.has(column.type) })
    }
  }
  const { policy: disclosurePolicy, halves } = disclosurePolicyOf(valuesInEffect(thresholds))
  const sandbox = telling(parts.sandbox, under)
  const { rareFrequency } = disclosurePolicy.containment
  const ofVersions = used.map(({ version, table }, place) => ({ version, table, file: bound[place]?.file ?? '' }))
  const profiles = await keptProfiles(parts.vault, ofVersions, (asked) => [rareFrequency, profiled.filter(({ table }) => table === asked)], (lacking) =>
    profileColumns(sandbox, inputs.filter(({ table }) => lacking.has(table)), profiled.filter(({ table }) => lacking.has(table)), rareFrequency, DEFAULT_JOB_LIMITS))
  const { salt, kept } = await inTransaction(parts.db, { as: 'system' }, (tx) => readLedger(tx))
  const compared = again === null ? kept : kept.filter(({ release }) => again.releases?.includes(release) === true)
  const shownTo = again === null ? { organization: used[0]?.supply.operator ?? '' } : { jobs: again.releases?.filter((id) => !compared.some(({ release }) => release === id)) ?? [] }
  const earlier = [...compared, ...await inTransaction(parts.db, { as: 'system' }, (tx) => readShown(tx, shownTo, valuesInEffect(thresholds)))]
  const ledger: JobLedger = { salt, releases: earlier.map(({ release }) => release), compare: (sets, minimum, engine) => compareLedger(parts.vault, earlier, sets, minimum, engine) }
  const outcome = await runCheckedJob(parts.gate, sandbox, { sql, inputs, statementPolicy: policy, tables, profiles, disclosurePolicy, limits: DEFAULT_JOB_LIMITS, ledger, halves, seed: again?.seed ?? newProbeSeed(), signal: under.signal, onStated: () => under.progress({ step: 'checking', done: STEPS - 1, total: STEPS }) })
  return withRulesNamed(withoutHiddenColumns(outcome), used)
}

function notProtected(fields: string): CheckedOutcome {
  return {
    kind: 'refused',
    refusal: {
      code: 'declared-protection-must-be-in-force', at: null, message: `目录载明的保护方式没有施行中的保护规则予以落实：${fields}。`,
      cure: '请与实施机构和数据提供单位联系，制定并施行保护规则后重新提交。',
    },
  }
}

/** Writes a table for the worker, and says what was written from what. */
export async function placed(parts: Pick<CarryOutParts, 'db' | 'vault'>, { supply, version, table, fields, protection: { applied, rules } }: Mounted, columns: string[], directory: string): Promise<{ path: string; input: BoundInput }> {
  const made = await withProtection({ db: parts.db, masterKey: parts.vault.masterKey }, { rules, schema: version.schema }, supply, (protection) =>
    materialise(parts.vault, version, { columns, filter: [] }, directory, `${version.schema.name}.parquet`, protection))
  const contents = await inTransaction(parts.db, { as: 'system' }, (tx) => contentsOfVersion(tx, version.id))
  return {
    path: made.path,
    input: {
      supply: supply.id, entry: supply.entry, table, version: version.id, contents, agreement: supply.agreement, scenario: supply.scenario, fields: [...fields], columns,
      protection: { version: applied?.version ?? null, digest: applied?.digest ?? null, rules }, file: made.sha256, rows: made.rows,
    },
  }
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

function withRulesNamed(outcome: CheckedOutcome, used: readonly Mounted[]): CheckedOutcome {
  if (outcome.kind !== 'checked') return outcome
  const tables = used.map(({ version: { schema }, protection: { applied } }) => {
    const ruled = applied?.rules.columns.map(({ column }) => column) ?? []
    return { title: schema.title, applied, pseudonymKeys: schema.columns.filter(({ name }) => schema.entity.key.includes(name) && !ruled.includes(name)).map(({ title }) => title) }
  })
  return { ...outcome, report: withAppliedRules(outcome.report, tables) }
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
      const protection = await tableProtectionOf(tx, version.schema, supply)
      mounted.push({ supply, version, table: version.schema.name.replaceAll('-', '_'), fields: protection.fields, protection })
    }
    return mounted
  })
}

/** What a person sees a job go through. unit: steps; source: the profile of the columns, the statement itself, its checks */
const STEPS = 3

/** The sandbox, with every run of this job ended by its signal and told: the profile, then the statement with its checks. */
function telling(sandbox: Sandbox, { signal, progress }: UnderWay): Sandbox {
  let done = 0
  return {
    ...sandbox,
    runJob: async (request) => {
      progress({ step: 'running', done: Math.min(done, STEPS - 1), total: STEPS })
      done += 1
      return sandbox.runJob({ ...request, signal })
    },
  }
}
