import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import { ALLOWED_FUNCTIONS } from '#core/boundary/allowed-functions.ts'
import { judgeStatement } from '#core/boundary/statement-gate.ts'
import { DEFAULT_STATEMENT_LIMITS } from '#core/boundary/statement-policy.ts'
import type { StatementPolicy } from '#core/boundary/statement-policy.ts'
import type { Refusal } from '#core/decision/refusal.ts'
import type { EntityTable } from '#core/disclosure-control/contributor-plan.ts'
import { disclosurePolicyOf } from '#core/disclosure-control/policy-from-pack.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import type { Actor } from '#core/procedure/case-state.ts'
import type { LegalClock } from '#adapters/clock/legal-clock.ts'
import type { Committer } from '#adapters/evidence/committer.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import type { ColumnSchema } from '#core/boundary/table-schema.ts'
import { runCheckedJob } from '#adapters/sandbox/checked-job.ts'
import type { CheckedOutcome } from '#adapters/sandbox/checked-job.ts'
import { DEFAULT_JOB_LIMITS } from '#adapters/sandbox/limits.ts'
import type { ParseGate } from '#adapters/sandbox/parse.ts'
import type { Sandbox } from '#adapters/sandbox/sandbox.ts'
import type { JobInput } from '#adapters/sandbox/job-inputs.ts'
import { profileColumns } from '#adapters/sandbox/source-profile.ts'
import type { ColumnToProfile } from '#adapters/sandbox/source-profile.ts'
import { materialise } from '#adapters/vault/materialise.ts'
import { withPrivateDirectory } from '#adapters/vault/private-temporary.ts'
import type { Vault } from '#adapters/vault/vault.ts'
import { readVersion } from '#adapters/vault/versions.ts'
import type { VaultVersion } from '#adapters/vault/versions.ts'
import { mayUseEnvironment } from './access.ts'
import { endJob, insertJob, readJob } from './environment.store.ts'
import type { Job } from './environment.store.ts'
import { sealResult } from './sealed-results.store.ts'
import { standingOf, suppliesOf } from './supplies.facts.ts'
import type { Supply } from './supplies.facts.ts'

export type JobParts = {
  db: Kysely<Tables>
  vault: Vault
  gate: ParseGate
  sandbox: Sandbox
  committer: Committer
  clock: LegalClock
  lawOfAgreement(agreement: string): Promise<CaseLaw | null>
}

export type JobAsked = { actor: Actor; agreement: string; scenario: string; purpose: string; sql: string }
export type JobAnswer = { accepted: true; job: Job } | { accepted: false; refusal: Refusal }

/** A supply with the version that holds its rows, the name that SQL uses for it, and the fields that SQL sees of it. */
type Mounted = { supply: Supply; version: VaultVersion; table: string; fields: readonly string[] }

/**
 * Runs a tenant's SQL over the authorised columns of the supplies approved for the declared scenario, in a separate
 * locked process, and checks the result. Allowed only by the pack's table; the decision is durable before a byte is read.
 */
export async function runJob(parts: JobParts, asked: JobAsked): Promise<JobAnswer> {
  const law = await parts.lawOfAgreement(asked.agreement)
  const today = await parts.clock.today(parts.db)
  const access = await accessOf(parts, law, asked, today)
  const id = `job-${randomUUID()}`
  const decision = (allow: boolean, provision: string | null, code: string) => parts.committer.append({
    type: 'data-access', legalDate: today, actor: asked.actor.person, onBehalfOf: asked.actor.organization, office: 'operator', action: 'run-job',
    object: { kind: 'job', id }, purpose: asked.purpose, decision: allow ? 'allow' : 'deny', ...(provision === null ? {} : { provision }),
    detail: { code, agreement: asked.agreement, scenario: asked.scenario, supplies: access.supplies.map((supply) => supply.id) },
  })
  if (!access.allowed) {
    await decision(false, access.refusal.provision, access.refusal.code)
    return { accepted: false, refusal: access.refusal }
  }
  await decision(true, null, 'environment-access')
  await inTransaction(parts.db, { as: 'system' }, (tx) => insertJob(tx, {
    id, agreement: asked.agreement, organization: asked.actor.organization, author: asked.actor.person, scenario: asked.scenario,
    purpose: asked.purpose, sql: asked.sql, tables: [], packDigest: access.law.ref.digest,
  }))
  await carryOut(parts, access.law, id, asked.sql, access.supplies)
  const job = await inTransaction(parts.db, { as: 'system' }, (tx) => readJob(tx, id))
  if (job === null) throw new Error(`job ${id} vanished`)
  await parts.committer.append({
    type: 'data-access', legalDate: today, actor: asked.actor.person, onBehalfOf: asked.actor.organization, office: 'operator', action: 'job-ended',
    object: { kind: 'job', id }, decision: 'done', ...(job.digest === null ? {} : { bodyHash: `sha256:${job.digest}` }),
    detail: { status: job.status, verdict: job.verdict, rows: job.rowCount, supplies: job.supplies, failure: job.failure?.code ?? null },
  })
  return { accepted: true, job }
}

type Access = { allowed: true; law: CaseLaw; supplies: Supply[] } | { allowed: false; supplies: Supply[]; refusal: Refusal }

async function accessOf(parts: JobParts, law: CaseLaw | null, asked: JobAsked, today: string): Promise<Access> {
  if (law === null) {
    return { allowed: false, supplies: [], refusal: { code: 'agreement-must-exist', provision: null, basis: null, message: '没有这一授权运营协议。', cure: '请选择贵单位现行的授权运营协议。' } }
  }
  return inTransaction(parts.db, { as: 'system' }, async (tx): Promise<Access> => {
    const all = await suppliesOf(tx, { agreement: asked.agreement })
    const approved = all.filter((supply) => supply.scenario === asked.scenario)
    const granted = approved.filter((supply) => supply.standing === 'granted')
    const verdict = mayUseEnvironment(law, {
      agreement: await standingOf(tx, 'agreement', asked.agreement),
      own: all.every((supply) => supply.operator === asked.actor.organization),
      supplies: all.length,
      for_scenario: approved.length,
      granted: granted.length,
      user: await standingOf(tx, 'environment-user', asked.actor.person),
      today,
      ends: granted.map((supply) => supply.ends).filter((day) => day !== '').toSorted().at(-1) ?? null,
    })
    return verdict.allow ? { allowed: true, law, supplies: granted } : { allowed: false, supplies: [], refusal: verdict.refusal }
  })
}

async function carryOut(parts: JobParts, law: CaseLaw, id: string, sql: string, supplies: readonly Supply[]): Promise<void> {
  const mounted = await mountable(parts, supplies)
  const policy: StatementPolicy = {
    tables: new Map(mounted.map((one) => [one.table, one.fields])),
    functions: ALLOWED_FUNCTIONS,
    limits: DEFAULT_STATEMENT_LIMITS,
  }
  const read = await tablesRead(parts.gate, sql, policy)
  const used = mounted.filter((one) => read.includes(one.table))
  const outcome = await withPrivateDirectory(parts.vault.temporary, (directory) => runIn(parts, law, sql, policy, used, directory))
  await record(parts, id, used, outcome)
}

/** Which tables the statement reads; a statement that the gate refuses reads none, and the refusal comes from the run itself. */
async function tablesRead(gate: ParseGate, sql: string, policy: StatementPolicy): Promise<readonly string[]> {
  if (sql.length > policy.limits.statementLength) return []
  const parsed = await gate.parse(sql)
  if (!parsed.ok) return []
  const judged = judgeStatement(parsed.tree, sql.length, policy)
  return judged.allow ? judged.lineage.tables : []
}

async function runIn(parts: JobParts, law: CaseLaw, sql: string, policy: StatementPolicy, used: readonly Mounted[], directory: string): Promise<CheckedOutcome> {
  const inputs: JobInput[] = []
  const tables = new Map<string, EntityTable>()
  const profiled: ColumnToProfile[] = []
  for (const { version, table, fields } of used) {
    const columns = mountedColumns(version, fields)
    const { path } = await materialise(parts.vault, version, { columns: columns.map((column) => column.name), filter: [] }, directory, `${version.schema.name}.parquet`)
    inputs.push({ table, parquetPath: path, shown: fields })
    tables.set(table, { columns: columns.map((column) => column.name), entityKey: version.schema.entity.key })
    if (version.schema.entity.kind === 'none') continue
    for (const column of columns) {
      if (column.role !== 'ordinary') profiled.push({ table, column: column.name, role: column.role, numeric: NUMERIC.has(column.type) })
    }
  }
  const { policy: disclosurePolicy, halves } = disclosurePolicyOf(law.pack.thresholds)
  const profiles = await profileColumns(parts.sandbox, inputs, profiled, disclosurePolicy.containment.rareFrequency, DEFAULT_JOB_LIMITS)
  const outcome = await runCheckedJob(parts.gate, parts.sandbox, { sql, inputs, statementPolicy: policy, tables, profiles, disclosurePolicy, limits: DEFAULT_JOB_LIMITS, halves })
  return withoutHiddenColumns(outcome)
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

async function mountable(parts: JobParts, supplies: readonly Supply[]): Promise<Mounted[]> {
  return inTransaction(parts.db, { as: 'system' }, async (tx) => {
    const mounted: Mounted[] = []
    for (const supply of supplies) {
      const version = await readVersion(tx, supply.version)
      // The gate and the worker must see the same columns in the same order: lineage knows them by their places.
      const fields = supply.fields.filter((field) => version.schema.columns.some((column) => column.name === field))
      mounted.push({ supply, version, table: version.schema.name.replaceAll('-', '_'), fields })
    }
    return mounted
  })
}

async function record(parts: JobParts, id: string, used: readonly Mounted[], outcome: CheckedOutcome): Promise<void> {
  const supplies = JSON.stringify(used.map((one) => one.supply.id))
  const wrappedKey = outcome.kind === 'checked' && outcome.report.verdict !== 'block' ? await sealResult(parts.vault, id, outcome.result.rows) : null
  await inTransaction(parts.db, { as: 'system' }, async (tx) => {
    await tx.updateTable('job').set({ tables: supplies }).where('id', '=', id).execute()
    if (outcome.kind === 'refused') {
      await endJob(tx, id, { status: 'failed', failure: { code: outcome.refusal.code, message: outcome.refusal.message, cure: outcome.refusal.cure }, elapsedMs: null })
    } else if (outcome.kind === 'failed') {
      const { code, message, cure, elapsedMs } = outcome.failure
      await endJob(tx, id, { status: 'failed', failure: { code, message, cure }, elapsedMs })
    } else {
      const { result, report, engineVersion, elapsedMs } = outcome
      await endJob(tx, id, { status: 'succeeded', report, columns: result.columns, rowCount: result.rows.length, digest: result.digest, engine: engineVersion, wrappedKey, elapsedMs: Math.round(elapsedMs) })
    }
  })
}
