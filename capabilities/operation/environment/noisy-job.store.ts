import { canonicalJson } from '#core/evidence/canonical-json.ts'
import { checkTypedOutput } from '#core/disclosure-control/typed-output.ts'
import { disclosurePolicyOf } from '#core/disclosure-control/policy-from-pack.ts'
import { valuesInEffect } from '#core/disclosure-control/effective-thresholds.ts'
import type { EffectiveThreshold } from '#core/disclosure-control/effective-thresholds.ts'
import type { NoisyAnswer } from '#core/protection/noisy-answer.ts'
import { noisyReport, noisyResult } from '#core/protection/noisy-report.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { digestOfResult } from '#adapters/sandbox/fixed-result.ts'
import { DEFAULT_JOB_LIMITS } from '#adapters/sandbox/limits.ts'
import type { Vault } from '#adapters/vault/vault.ts'
import type { JobEnd, NewJob } from './environment.store.ts'
import type { BoundInput } from './release-binding.ts'
import { digestOfJson, digestOfText } from './release-binding.store.ts'
import { sealResult } from './sealed-results.store.ts'

/** An answer and what it was computed from: the statement of the exact figures, its one table, the engine. */
export type AnsweredFrom = { sql: string; input: BoundInput; engine: string; elapsedMs: number }

type NoisyJobParts = { vault: Vault; signReport?: (job: string, report: unknown) => Promise<string> }

/** The job under whose id an answer is kept, reviewed and released: named by what was spent on it, so that it is one. */
export function jobOfSpending(spending: string): string {
  return spending.replace(/^privacy-spending-/, 'job-')
}

/**
 * An answer with noise as the end of a job: its rows sealed, its report with layer G9 signed, bound to inputs, statement,
 * rules and thresholds like any other result, so that it leaves through the same review. It names no entity to the ledger of
 * releases: what the noise hides, no difference brings back.
 */
export async function noisyJobEnd(parts: NoisyJobParts, job: string, answer: NoisyAnswer, from: AnsweredFrom, law: CaseLaw, thresholds: readonly EffectiveThreshold[]): Promise<JobEnd> {
  const { sql, input, engine, elapsedMs } = from
  const result = noisyResult(answer)
  const digest = digestOfResult(result.columns, result.rows)
  const limits = { memoryMb: DEFAULT_JOB_LIMITS.memoryMb, threads: DEFAULT_JOB_LIMITS.threads }
  const statement = digestOfText(sql)
  const report = noisyReport(answer, input.columns, checkTypedOutput(result, disclosurePolicyOf(valuesInEffect(thresholds)).policy.output), thresholds, {
    v: 1, statement: { sql, digest: statement }, inputs: [{ table: input.table, digest: input.file }], engine, limits,
    probes: { seed: '', rule: '不适用：噪声只加一次，不作重复运行，以免多用隐私预算。', links: [], runs: [] }, counting: { statements: 1, digest: statement }, ledger: null, result: { digest, rows: result.rows.length },
  })
  const binding = {
    v: 1 as const, statement, inputs: [input], engine, limits, pack: { id: law.ref.id, digest: law.ref.digest }, waivers: [], ledger: { digest: null }, policy: digestOfJson(thresholds), report: digestOfJson(report),
    result: { digest, rows: result.rows.length, columns: result.columns.map(({ name }) => name) },
  }
  const wrappedKey = await sealResult(parts.vault, job, result.rows)
  const reportNote = parts.signReport === undefined ? null : await parts.signReport(job, JSON.parse(canonicalJson(report)))
  return { status: 'succeeded', report, reportNote, binding, columns: result.columns, rowCount: result.rows.length, digest, engine, wrappedKey, elapsedMs: Math.round(elapsedMs), sets: null }
}

/** The job's own record, as if it had been handed in: who asked, under what, what for. */
export function noisyJob(id: string, asked: { agreement: string; scenario: string; purpose: string; actor: { person: string; organization: string } }, sql: string, supply: string, law: CaseLaw): NewJob {
  const { agreement, scenario, purpose, actor } = asked
  return { id, agreement, organization: actor.organization, author: actor.person, scenario, purpose, sql, tables: [supply], packDigest: law.ref.digest }
}
