import type { EntitySets } from '#core/disclosure-control/entity-sets.ts'
import { isNoisyReport } from '#core/protection/noisy-report.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { newProbeSeed } from '#adapters/sandbox/checked-job.ts'
import { MasterKeyError } from '#adapters/vault/seal/master-key-port.ts'
import { SealBroken } from '#adapters/vault/seal/suite.ts'
import { VaultError } from '#adapters/vault/versions.ts'
import { judgedRun, statementPolicyOf } from './carry-out-job.job.ts'
import { readJob } from './environment.store.ts'
import { waiversNamed } from './finding-waiver.store.ts'
import { compared, fault, NOISE_IS_DRAWN_ONCE, obstacle, recordFaults, storedRows } from './rederive.job.ts'
import type { RederiveParts } from './rederive.job.ts'
import { mountedAgain, recordedReport } from './rederive-report.job.ts'
import type { RederivationFinding } from './rederivation.store.ts'
import type { BoundRelease } from './release-binding.store.ts'

/** Whom the figures of a release are about, made anew; null and why where it cannot be. */
export interface DerivedSets {
  readonly sets: EntitySets | null
  readonly findings: readonly RederivationFinding[]
}

/** Where a result differs in no more than these, its figures are about the same entities. */
const OF_THE_SAME_ENTITIES: ReadonlySet<string> = new Set(['order-must-be-determined', 'last-digits-must-be-determined'])

/**
 * Runs the statement of a release again over the versions that it is bound to, with the counting that describes whom its
 * figures are about. The sets count only where the record is the bound one and the same result came out, be it in another
 * order or but for last digits: then nothing was read, run or changed but what had been released.
 */
export async function deriveSets(parts: RederiveParts, release: BoundRelease, engine: string): Promise<DerivedSets> {
  const { binding } = release
  const none = (...findings: readonly RederivationFinding[]): DerivedSets => ({ sets: null, findings })
  const job = await inTransaction(parts.db, { as: 'system' }, (tx) => readJob(tx, release.job))
  const stored = job === null ? null : recordedReport(job)
  if (job === null || stored === null || binding === null) return none(obstacle('binding-must-be-kept', '这一结果出域时没有留下输入、语句和检查方法的绑定记录，无法重新得出。'))
  const record = recordFaults(release, binding, job)
  if (record.length > 0) return none(...record)
  if (isNoisyReport(stored)) return none(NOISE_IS_DRAWN_ONCE)
  try {
    const used = await inTransaction(parts.db, { as: 'system' }, (tx) => Promise.all(binding.inputs.map((input) => mountedAgain(tx, input))))
    const waivers = await inTransaction(parts.db, { as: 'system' }, (tx) => waiversNamed(tx, binding.waivers.map(({ id }) => id)))
    // Its own report stands; nothing of the new one is kept, so it is compared with no other release.
    const { outcome, inputs } = await judgedRun(parts, { sql: job.sql, policy: statementPolicyOf(used), used, thresholds: stored.thresholds, waivers, again: { seed: newProbeSeed(), releases: [] } }, { signal: new AbortController().signal, progress: () => undefined })
    if (outcome.kind !== 'checked') return none(obstacle('job-must-run-again', `重新运行没有完成：${outcome.kind === 'failed' ? outcome.failure.message : outcome.refusal.message}`))
    if (inputs.some((input, at) => input.contents !== binding.inputs[at]?.contents)) return none(fault('input-must-be-the-bound-one', '所用数据版本的摘要与出域时绑定的不同。'))
    if (outcome.engineVersion !== engine || outcome.sets.count === 0) return none(obstacle('marks-must-be-made', '重新运行没有得出比对标记。'))
    const findings = compared(release, binding, job, (await storedRows(parts, job)).rows, { result: outcome.result, engine, findings: [] })
    const differs = findings.some(({ kind, code }) => kind !== 'note' && !OF_THE_SAME_ENTITIES.has(code))
    return { sets: differs ? null : outcome.sets, findings }
  } catch (error) {
    if (error instanceof VaultError || (error instanceof MasterKeyError && error.code === 'version-key-destroyed')) return none(obstacle('input-version-destroyed', `所用的数据版本已经销毁或者正在销毁，不能重新得出：${error.message}`))
    if (error instanceof SealBroken) return none(fault('input-must-be-unchanged', `所用数据版本的密文被改动，不能打开：${error.message}`))
    throw error
  }
}
