import type { Kysely } from 'kysely'
import type { Refusal } from '#core/decision/refusal.ts'
import type { TriesLimits } from '#core/disclosure-control/held-back-tries.ts'
import type { Actor } from '#core/procedure/case-state.ts'
import type { LegalClock } from '#adapters/clock/legal-clock.ts'
import type { Committer } from '#adapters/evidence/committer.ts'
import { addPending } from '#adapters/evidence/pending-entry.ts'
import { LedgerBroken } from '#adapters/ledger/ledger-broken.ts'
import { discardSets, writeSets } from '#adapters/ledger/sets-file.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { jobFailure } from '#adapters/sandbox/job-failures.ts'
import type { JobQueue } from '#adapters/sandbox/job-queue.ts'
import { DEFAULT_JOB_LIMITS } from '#adapters/sandbox/limits.ts'
import { MaterialiseError } from '#adapters/vault/materialise-error.ts'
import type { Vault } from '#adapters/vault/vault.ts'
import type { CarriedOut } from './carry-out-job.job.ts'
import { endCounted } from './held-back-tries.job.ts'
import { abandonedJobs, endJob, isUnfinished, keepJobs, lockJob, markCancelling, readJob } from './environment.store.ts'
import type { JobEnd, JobStatus } from './environment.store.ts'
import type { ReleaseBinding } from './release-binding.ts'
import { digestOfJson, digestOfText } from './release-binding.store.ts'
import { discardResult, sealResult } from './sealed-results.store.ts'

export type EndParts = {
  db: Kysely<Tables>; vault: Vault; queue: JobQueue; committer: Committer; clock: LegalClock
  /** Signs a job's report with the platform's keys; absent where there are none. */
  signReport?: (job: string, report: unknown) => Promise<string>
}

/** unit: milliseconds; source: platform default. A process says this often that it holds its jobs, and looks for those that nobody holds. */
export const KEEP_EVERY_MS = 5_000
/** unit: milliseconds; source: platform default, some turns of the above. So long after its process fell silent, a job is given up. */
const ABANDONED_AFTER_MS = 30_000

/** A statement as it was run, under which law. */
export type Ran = { sql: string; pack: { id: string; digest: string } }

/** What an outcome means for the job; rows that may be shown are sealed here, and count for nothing until commitJob. */
export async function endOf(parts: Pick<EndParts, 'vault' | 'signReport'>, id: string, ran: Ran, carried: CarriedOut): Promise<JobEnd> {
  const { outcome } = carried
  if (outcome.kind === 'refused') return { status: 'failed', failure: { code: outcome.refusal.code, message: outcome.refusal.message, cure: outcome.refusal.cure }, elapsedMs: null }
  if (outcome.kind === 'failed') {
    const { code, message, cure, elapsedMs } = outcome.failure
    return { status: code === 'job-cancelled' ? 'cancelled' : 'failed', failure: { code, message, cure }, elapsedMs }
  }
  const { result, report, engineVersion, elapsedMs } = outcome
  const wrappedKey = report.verdict === 'block' ? null : await sealResult(parts.vault, id, result.rows)
  const sets = report.verdict === 'block' ? null : await writeSets(parts.vault, id, outcome.sets, engineVersion)
  const binding: ReleaseBinding = {
    v: 1, statement: digestOfText(ran.sql), inputs: [...carried.inputs], engine: engineVersion, limits: { memoryMb: DEFAULT_JOB_LIMITS.memoryMb, threads: DEFAULT_JOB_LIMITS.threads },
    pack: ran.pack, waivers: carried.waivers.map(({ id: waiver, ends }) => ({ id: waiver, ends })), ledger: { digest: sets?.digest ?? null }, policy: carried.policy, report: digestOfJson(report), result: { digest: result.digest, rows: result.rows.length, columns: result.columns.map(({ name }) => name) },
  }
  const reportNote = parts.signReport === undefined ? null : await parts.signReport(id, JSON.parse(JSON.stringify(report)))
  return { status: 'succeeded', report, reportNote, binding, columns: result.columns, rowCount: result.rows.length, digest: result.digest, engine: engineVersion, wrappedKey, elapsedMs: Math.round(elapsedMs), sets }
}

/** The end of a job whose process stopped before it had ended. */
const INTERRUPTED: JobEnd = {
  status: 'failed', failure: { code: 'job-interrupted', message: '运行作业的平台进程中断，作业没有完成。', cure: '请重新提交。' }, elapsedMs: null,
}

/** The end of a job that the platform could not carry out. What stood in the way is told where it is known. */
export function endOfFault(error: unknown): JobEnd {
  if (error instanceof LedgerBroken) {
    return {
      status: 'failed', elapsedMs: null,
      failure: { code: error.code, message: `出域台账中出域结果“${error.release}”的一项缺失或者被改动，无法与此前出域的结果比对，作业不予出具结果。`, cure: '请联系平台管理员，从备份恢复出域台账后重新提交。' },
    }
  }
  if (error instanceof MaterialiseError) return { status: 'failed', failure: { code: error.code, message: error.message, cure: error.cure }, elapsedMs: null }
  return { status: 'failed', failure: { code: 'environment-failed', message: '平台未能完成作业，数据未受影响。', cure: '请稍后重新提交；再次发生时请联系平台管理员。' }, elapsedMs: null }
}

/**
 * Ends a job: its state, its result and its entry become visible together or not at all. Who cancels and who commits meet
 * at the job's row: a job that was cancelled first keeps no result, however far it was.
 * @param end null for a job that was cancelled before it began
 * @param limits from how many answers on an end is kept aside; null where the end tells nothing of the data
 */
export async function commitJob(parts: EndParts, id: string, supplies: readonly string[], end: JobEnd | null, limits: TriesLimits | null = null): Promise<void> {
  try {
    const entry = await inTransaction(parts.db, { as: 'system' }, async (tx) => {
      const found = await lockJob(tx, id)
      if (found === null || !isUnfinished(found.status)) return null
      await tx.updateTable('job').set({ tables: JSON.stringify(supplies) }).where('id', '=', id).execute()
      const recorded = endAsRecorded(found.status, end)
      if (limits === null || recorded.status === 'cancelled') await endJob(tx, id, recorded)
      else await endCounted(tx, id, recorded, limits, { today: await parts.clock.today(tx), now: parts.clock.now() })
      return addEnded(parts, tx, id)
    })
    if (entry === null) return
    parts.committer.poke()
    await parts.committer.waitFor(entry)
  } finally {
    await discardUnless(parts, id)
  }
}

/** Rows that were sealed for a job whose record does not hold their key are waste. */
async function discardUnless(parts: EndParts, id: string): Promise<void> {
  const job = await inTransaction(parts.db, { as: 'system' }, (tx) => readJob(tx, id), { isolation: 'read committed' })
  if (job?.wrappedKey !== null || job.status === 'withheld') return
  await discardResult(parts.vault, id)
  await discardSets(parts.vault, id)
}

/** A person's cancellation stands in the record; a job that was stopped without one was stopped with its process. */
function endAsRecorded(status: JobStatus, end: JobEnd | null): JobEnd {
  if (status === 'cancelling') return cancelledEnd(end)
  return end === null || end.status === 'cancelled' ? INTERRUPTED : end
}

function cancelledEnd(end: JobEnd | null): JobEnd {
  const { code, message, cure } = jobFailure('job-cancelled', 0)
  return { status: 'cancelled', failure: { code, message, cure }, elapsedMs: end?.elapsedMs ?? null }
}

/** The entry of evidence that says how a job has ended, as far as it is told. */
export async function addEnded(parts: Pick<EndParts, 'clock'>, tx: Parameters<typeof readJob>[0] & Parameters<typeof endJob>[0], id: string): Promise<string> {
  const job = await readJob(tx, id)
  if (job === null) throw new Error(`job ${id} vanished`)
  return addPending(tx, {
    type: 'data-access', legalDate: await parts.clock.today(tx), actor: job.author, onBehalfOf: job.organization, office: 'operator', action: 'job-ended',
    object: { kind: 'job', id }, decision: 'done',
    // The digest of a few rows tells them to whoever tries all that they could be; what did not leave has none here.
    ...(job.digest === null || job.verdict === 'block' ? {} : { bodyHash: `sha256:${job.digest}` }),
    detail: { status: job.status, verdict: job.verdict, rows: job.verdict === 'block' ? null : job.rowCount, supplies: job.supplies, failure: job.failure?.code ?? null },
  }, parts.clock.now())
}

export type CancelAnswer = { cancelled: true } | { cancelled: false; refusal: Refusal }

const NO_SUCH_JOB: Refusal = { code: 'job-must-exist', provision: null, basis: null, message: '没有这项作业，或您无权操作。', cure: '请在本单位的作业列表中选择。' }
const HAS_ENDED: Refusal = { code: 'job-must-be-unfinished', provision: null, basis: null, message: '作业已经结束，不能取消。', cure: '结果不需要时，不申请出域即可。' }

/** Cancels a job of the actor's organisation that waits or runs, at whichever door; an entry says who did. */
export async function cancelJob(parts: EndParts, actor: Actor, id: string): Promise<CancelAnswer> {
  const answer = await inTransaction(parts.db, { as: 'system' }, async (tx): Promise<CancelAnswer> => {
    const found = await lockJob(tx, id)
    if (found === null || found.organization !== actor.organization) return { cancelled: false, refusal: NO_SUCH_JOB }
    if (!isUnfinished(found.status)) return { cancelled: false, refusal: HAS_ENDED }
    if (found.status === 'cancelling') return { cancelled: true }
    await markCancelling(tx, id, actor.person)
    await addPending(tx, {
      type: 'data-access', legalDate: await parts.clock.today(tx), actor: actor.person, onBehalfOf: actor.organization, office: 'operator', action: 'cancel-job',
      object: { kind: 'job', id }, decision: 'done', detail: {},
    }, parts.clock.now())
    return { cancelled: true }
  })
  if (answer.cancelled) {
    parts.committer.poke()
    // Elsewhere it is noticed by who holds it, within KEEP_EVERY_MS.
    parts.queue.cancel(id)
  }
  return answer
}

/** Says that this process holds its jobs, stops those that were cancelled at another door, and ends those that nobody holds. */
export async function keepAndRecover(parts: EndParts, abandonedAfterMs: number = ABANDONED_AFTER_MS): Promise<void> {
  const cancelled = await inTransaction(parts.db, { as: 'system' }, (tx) => keepJobs(tx, parts.queue.ids()), { isolation: 'read committed' })
  for (const id of cancelled) parts.queue.cancel(id)
  const held = new Set(parts.queue.ids())
  const entries: string[] = []
  const abandoned = await inTransaction(parts.db, { as: 'system' }, async (tx) => {
    const found = (await abandonedJobs(tx, abandonedAfterMs)).filter((job) => !held.has(job.id))
    for (const job of found) {
      await endJob(tx, job.id, endAsRecorded(job.status, null))
      entries.push(await addEnded(parts, tx, job.id))
    }
    return found
  }, { isolation: 'read committed' })
  for (const job of abandoned) {
    await discardResult(parts.vault, job.id)
    await discardSets(parts.vault, job.id)
  }
  if (entries.length > 0) parts.committer.poke()
}
