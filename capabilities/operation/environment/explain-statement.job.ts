import { quotedIdentifier } from '#core/boundary/sql-text.ts'
import { judgeStatement, placeInText } from '#core/boundary/statement-gate.ts'
import type { Lineage, StatementRefusal } from '#core/boundary/statement-policy.ts'
import type { ColumnSchema } from '#core/boundary/table-schema.ts'
import type { Refusal } from '#core/decision/refusal.ts'
import type { Actor } from '#core/procedure/case-state.ts'
import type { PortableRefusal } from '#core/engine/portable-refusals.ts'
import { translateStatement } from '#core/engine/translate-statement.ts'
import { protectedColumn } from '#core/protection/protection-rules.ts'
import { DEFAULT_JOB_LIMITS } from '#adapters/sandbox/limits.ts'
import type { JobLimits } from '#adapters/sandbox/limits.ts'
import type { Sandbox } from '#adapters/sandbox/sandbox.ts'
import { bindStatement } from './bind-statement.job.ts'
import type { Parameters } from './bind-statement.job.ts'
import { mountable, statementPolicyOf } from './carry-out-job.job.ts'
import type { Mounted } from './carry-out-job.job.ts'
import { accessOf } from './run-job.job.ts'
import type { JobParts } from './run-job.job.ts'

export type StatementAsked = { actor: Actor; agreement: string; scenario: string; sql: string; parameters: Parameters }

/** What would become of a statement: refused with its place, or allowed with its lineage and the engine's plan. */
export type Explained =
  | { kind: 'refused'; refusal: StatementRefusal; place: { line: number; column: number } | null }
  | { kind: 'allowed'; sql: string; lineage: Lineage; plan: string | null; notPortable: PortableRefusal | null }
export type ExplainAnswer = { accepted: true; explained: Explained } | { accepted: false; refusal: Refusal }

/** unit: megabytes, seconds, bytes of a plan; source: platform default, planning over empty tables needs little */
const PLANNING: JobLimits = { ...DEFAULT_JOB_LIMITS, memoryMb: 256, seconds: 10, maxCellBytes: 200_000 }

/** unit: digits; source: the widest decimal that the engine plans for as a machine integer */
const DECIMAL_WIDTH = 18

/**
 * Judges a statement as a job would be judged, and lets the engine plan it over empty tables of the declared types: no
 * row of data is read for it, and nothing but the plan's shape comes back.
 */
export async function explainStatement(parts: JobParts, asked: StatementAsked): Promise<ExplainAnswer> {
  const access = await accessOf(parts, await parts.lawOfAgreement(asked.agreement), { ...asked, sql: null })
  if (!access.allowed) return { accepted: false, refusal: access.refusal }
  const bound = await bindStatement(parts.gate, asked.sql, asked.parameters)
  if (!bound.bound) return refused(bound.refusal, asked.sql)
  const mounted = await mountable(parts, access.supplies)
  const policy = statementPolicyOf(mounted)
  const parsed = bound.sql.length > policy.limits.statementLength ? null : await parts.gate.parse(bound.sql)
  if (parsed?.ok === false) return refused({ code: parsed.code, at: null, message: parsed.message, cure: '请简化语句后重新提交。' }, asked.sql)
  const judged = judgeStatement(parsed?.tree ?? null, bound.sql.length, policy)
  if (!judged.allow) return refused(judged.refusal, bound.sql === asked.sql ? asked.sql : null)
  const read = mounted.filter((one) => judged.lineage.tables.includes(one.table))
  const translation = translateStatement(parsed?.tree ?? null, mounted.map((one) => ({ name: one.table, columns: columnsOf(one) })))
  return { accepted: true, explained: { kind: 'allowed', sql: bound.sql, lineage: judged.lineage, plan: await planOf(parts.sandbox, bound.sql, read), notPortable: translation.portable ? null : translation.refusal } }
}

/** A place is told only where the text is the one that the person wrote. */
function refused(refusal: StatementRefusal, written: string | null): ExplainAnswer {
  const place = refusal.at === null || written === null ? null : placeInText(written, refusal.at)
  return { accepted: true, explained: { kind: 'refused', refusal, place } }
}

/** The engine's plan, or null where it could not be made: a statement may still fail on types when it is run. */
async function planOf(sandbox: Sandbox, sql: string, tables: readonly Mounted[]): Promise<string | null> {
  const empty = tables.map((mounted) => {
    const { table } = mounted
    return `CREATE TABLE ${quotedIdentifier(table)} (${columnsOf(mounted).map((column) => `${quotedIdentifier(column.name)} ${engineType(column)}`).join(', ')})`
  })
  const outcome = await sandbox.runJob({ inputs: [], statements: [], platformStatements: [...empty, `EXPLAIN ${sql}`], limits: PLANNING })
  const plan = outcome.ok ? outcome.results.at(-1)?.rows.at(-1)?.at(-1) : null
  return typeof plan === 'string' ? plan : null
}

/** The columns that a statement sees of a table, as its protection leaves them. */
function columnsOf({ version, fields, protection: { rules } }: Mounted): ColumnSchema[] {
  return fields.flatMap((field) => version.schema.columns.filter((column) => column.name === field).map((column) => protectedColumn(column, rules)))
}

function engineType(column: ColumnSchema): string {
  switch (column.type) {
    case 'integer': return 'BIGINT'
    case 'decimal': return `DECIMAL(${DECIMAL_WIDTH}, ${column.scale ?? 0})`
    case 'boolean': return 'BOOLEAN'
    case 'date': return 'DATE'
    case 'timestamp': return 'TIMESTAMP'
    case 'text': return 'VARCHAR'
  }
}
