import { reportDifferences } from '#core/disclosure-control/report-record.ts'
import type { RecordedReport, ReportDifference } from '#core/disclosure-control/report-record.ts'
import { isNoisyReport } from '#core/protection/noisy-report.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { VaultError, readVersion } from '#adapters/vault/versions.ts'
import { MasterKeyError } from '#adapters/vault/seal/master-key-port.ts'
import { rulesOfVersion } from '#capabilities/operation/protection/protection.facts.ts'
import { judgedRun, statementPolicyOf } from './carry-out-job.job.ts'
import type { CarryOutParts, Mounted } from './carry-out-job.job.ts'
import type { Job } from './environment.store.ts'
import { waiversNamed } from './finding-waiver.store.ts'
import type { BoundInput } from './release-binding.ts'
import { bindingOfJob } from './release-binding.store.ts'

export type RederivedReport =
  | { outcome: 'identical' }
  | { outcome: 'differs'; differences: readonly ReportDifference[] }
  | { outcome: 'impossible'; message: string }

/**
 * Derives the report of a stored job anew by its own recipe: the same statement over the same versions under the same
 * rules and thresholds, the same halves, compared with the same earlier releases. Says where the two differ, leaf by leaf.
 */
export async function rederiveReport(parts: CarryOutParts, job: Job): Promise<RederivedReport> {
  const binding = await inTransaction(parts.db, { as: 'system' }, (tx) => bindingOfJob(tx, job.id))
  const stored = recordedReport(job)
  if (stored === null || binding === null) return { outcome: 'impossible', message: '这一作业没有留下可以重新得出的检查报告（作业未完成，或者完成于报告附有重现方法之前）。' }
  if (isNoisyReport(stored)) return { outcome: 'impossible', message: '这一作业是带噪声的统计，噪声只产生一次，报告不重新得出；可以核对的是报告的签名和所存结果的摘要。' }
  try {
    const used = await inTransaction(parts.db, { as: 'system' }, (tx) => Promise.all(binding.inputs.map((input) => mountedAgain(tx, input))))
    const waivers = await inTransaction(parts.db, { as: 'system' }, (tx) => waiversNamed(tx, binding.waivers.map(({ id }) => id)))
    const { outcome } = await judgedRun(parts, {
      sql: job.sql, policy: statementPolicyOf(used), used, thresholds: stored.thresholds, waivers,
      again: { seed: stored.recipe.probes.seed, releases: stored.recipe.ledger?.releases ?? null },
    }, { signal: new AbortController().signal, progress: () => undefined })
    if (outcome.kind !== 'checked') return { outcome: 'impossible', message: outcome.kind === 'failed' ? outcome.failure.message : outcome.refusal.message }
    const differences = reportDifferences(stored, JSON.parse(JSON.stringify(outcome.report)))
    return differences.length === 0 ? { outcome: 'identical' } : { outcome: 'differs', differences }
  } catch (error) {
    if (error instanceof VaultError || error instanceof MasterKeyError) return { outcome: 'impossible', message: `作业所用的数据版本已不能读取：${error.message}` }
    throw error
  }
}

/** The report of a job as it was recorded; null for one from before reports told how they were made. */
export function recordedReport(job: Job): RecordedReport | null {
  const report = job.report as Partial<RecordedReport> | null // written by endJob from a recorded report
  return report?.recipe === undefined || report.thresholds === undefined ? null : (report as RecordedReport) // both parts are there
}

type Tx = Parameters<typeof readVersion>[0] & Parameters<typeof rulesOfVersion>[0]

/** A table as it was mounted then: its version, its fields, and what was done to them. */
export async function mountedAgain(tx: Tx, input: BoundInput): Promise<Mounted> {
  const version = await readVersion(tx, input.version)
  const applied = input.protection.version === null ? null : await rulesOfVersion(tx, input.entry, version.schema.title, input.protection.version)
  return {
    // Who was supplied for how long does not matter to what comes out.
    supply: { id: input.supply, entry: input.entry, version: input.version, agreement: input.agreement, operator: '', provider: '', scenario: input.scenario, fields: input.fields, standing: 'granted', suppliedOn: '', ends: '' },
    version, table: input.table, fields: input.fields, protection: { applied, rules: input.protection.rules, fields: input.fields, shortfalls: [] },
  }
}
