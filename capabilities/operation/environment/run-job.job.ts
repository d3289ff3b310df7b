import { randomUUID } from 'node:crypto'
import type { Refusal } from '#core/decision/refusal.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import type { Actor } from '#core/procedure/case-state.ts'
import { shortfallText } from '#core/protection/declared-protection.ts'
import type { LegalClock } from '#adapters/clock/legal-clock.ts'
import type { Committer } from '#adapters/evidence/committer.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import type { JobQueue } from '#adapters/sandbox/job-queue.ts'
import { mayUseEnvironment } from './access.ts'
import { carryOut, mountable, tablesRead } from './carry-out-job.job.ts'
import type { CarryOutParts, Mounted, UnderWay } from './carry-out-job.job.ts'
import { waiversFor } from './finding-waiver.store.ts'
import { commitJob, endOf, endOfFault } from './end-job.job.ts'
import type { EndParts } from './end-job.job.ts'
import { beginJob, insertJob, readJob } from './environment.store.ts'
import type { Job } from './environment.store.ts'
import { standingOf, suppliesOf } from './supplies.facts.ts'
import type { Supply } from './supplies.facts.ts'

export type JobParts = CarryOutParts & Pick<EndParts, 'signReport'> & {
  queue: JobQueue
  committer: Committer
  clock: LegalClock
  lawOfAgreement(agreement: string): Promise<CaseLaw | null>
  /** Told of faults of the platform itself, for its operator. */
  complain(error: unknown): void
}

/** `sql` as it is run: with the values of its parameters in it (bindStatement). `id`: given already, for the run of a schedule. */
export type JobAsked = { id?: string; actor: Actor; agreement: string; scenario: string; purpose: string; sql: string }
export type JobAnswer = { accepted: true; job: Job } | { accepted: false; refusal: Refusal }
export type JobSubmitted = { accepted: true; id: string; ended: Promise<void> } | { accepted: false; refusal: Refusal }

const MUST_WAIT: Refusal = {
  code: 'jobs-must-not-pile-up', provision: null, basis: null, message: '贵单位排队等待的作业已达上限。', cure: '请等待在排作业完成，或取消不再需要的作业后重新提交。',
}

/** Submits a job and waits for its end. */
export async function runJob(parts: JobParts, asked: JobAsked): Promise<JobAnswer> {
  const submitted = await submitJob(parts, asked)
  if (!submitted.accepted) return submitted
  await submitted.ended
  const job = await inTransaction(parts.db, { as: 'system' }, (tx) => readJob(tx, submitted.id))
  if (job === null) throw new Error(`job ${submitted.id} vanished`)
  return { accepted: true, job }
}

/**
 * Takes a tenant's SQL over the authorised columns of the supplies approved for the declared scenario into the queue.
 * Allowed only by the pack's table; the decision is durable before the job waits, and taken anew when its turn comes.
 */
export async function submitJob(parts: JobParts, asked: JobAsked): Promise<JobSubmitted> {
  const law = await parts.lawOfAgreement(asked.agreement)
  const id = asked.id ?? `job-${randomUUID()}`
  const access = await accessOf(parts, law, asked)
  if (!access.allowed) {
    await decided(parts, id, asked, access)
    return { accepted: false, refusal: access.refusal }
  }
  if (!parts.queue.hasRoom(asked.actor.organization)) return { accepted: false, refusal: MUST_WAIT }
  await decided(parts, id, asked, access)
  await inTransaction(parts.db, { as: 'system' }, (tx) => insertJob(tx, {
    id, agreement: asked.agreement, organization: asked.actor.organization, author: asked.actor.person, scenario: asked.scenario,
    purpose: asked.purpose, sql: asked.sql, tables: [], packDigest: access.law.ref.digest,
  }))
  const ended = parts.queue.submit({ id, tenant: asked.actor.organization, run: (signal, progress) => inTurn(parts, asked, id, law, { signal, progress }) })
  return { accepted: true, id, ended }
}

/** A job whose turn has come; whatever happens in it, it ends as a recorded state. */
async function inTurn(parts: JobParts, asked: JobAsked, id: string, law: CaseLaw | null, under: UnderWay): Promise<void> {
  try {
    const begun = await inTransaction(parts.db, { as: 'system' }, (tx) => beginJob(tx, id))
    if (!begun || under.signal.aborted) return await commitJob(parts, id, [], null)
    // It may have waited long: the authorization must still stand.
    const access = await accessOf(parts, law, asked)
    if (!access.allowed) {
      await decided(parts, id, asked, access)
      const { code, message, cure } = access.refusal
      return await commitJob(parts, id, [], { status: 'failed', failure: { code, message, cure }, elapsedMs: null })
    }
    const today = await parts.clock.today(parts.db)
    const waivers = await inTransaction(parts.db, { as: 'system' }, (tx) => waiversFor(tx, asked, today))
    const carried = await carryOut(parts, access.law, asked.sql, access.supplies, under, waivers)
    under.progress({ step: 'committing', done: 0, total: 0 })
    const { id: pack, digest } = access.law.ref
    await commitJob(parts, id, carried.supplies, await endOf(parts, id, { sql: asked.sql, pack: { id: pack, digest } }, carried), carried.outcome.kind === 'refused' ? null : carried.tries)
  } catch (error) {
    parts.complain(error)
    await commitJob(parts, id, [], endOfFault(error))
  }
}

async function decided(parts: JobParts, id: string, asked: JobAsked, access: Access): Promise<void> {
  const { provision, code } = access.allowed ? { provision: null, code: 'environment-access' } : access.refusal
  await parts.committer.append({
    type: 'data-access', legalDate: await parts.clock.today(parts.db), actor: asked.actor.person, onBehalfOf: asked.actor.organization, office: 'operator', action: 'run-job',
    object: { kind: 'job', id }, purpose: asked.purpose, decision: access.allowed ? 'allow' : 'deny', ...(provision === null ? {} : { provision }),
    detail: { code, agreement: asked.agreement, scenario: asked.scenario, supplies: access.supplies.map((supply) => supply.id) },
  })
}

type Access = { allowed: true; law: CaseLaw; supplies: Supply[] } | { allowed: false; supplies: Supply[]; refusal: Refusal }

/** Whether the actor may use the data of the agreement for the scenario now, by the pack's table, and which supplies those are. */
export async function accessOf(parts: JobParts, law: CaseLaw | null, asked: Pick<JobAsked, 'actor' | 'agreement' | 'scenario'> & { sql: string | null }): Promise<Access> {
  if (law === null) {
    return { allowed: false, supplies: [], refusal: { code: 'agreement-must-exist', provision: null, basis: null, message: '没有这一授权运营协议。', cure: '请选择贵单位现行的授权运营协议。' } }
  }
  const today = await parts.clock.today(parts.db)
  const all = await inTransaction(parts.db, { as: 'system' }, (tx) => suppliesOf(tx, { agreement: asked.agreement }))
  const approved = all.filter((supply) => supply.scenario === asked.scenario)
  const granted = approved.filter((supply) => supply.standing === 'granted')
  const read = asked.sql === null || granted.length === 0 ? [] : await tablesRead(parts.gate, asked.sql, await mountable(parts, granted))
  const unprotected = read.filter(({ protection }) => protection.shortfalls.length > 0)
  return inTransaction(parts.db, { as: 'system' }, async (tx): Promise<Access> => {
    const verdict = mayUseEnvironment(law, {
      agreement: await standingOf(tx, 'agreement', asked.agreement),
      own: all.every((supply) => supply.operator === asked.actor.organization),
      supplies: all.length,
      for_scenario: approved.length,
      granted: granted.length,
      user: await standingOf(tx, 'environment-user', asked.actor.person),
      unprotected: unprotected.reduce((sum, { protection }) => sum + protection.shortfalls.length, 0),
      today,
      ends: granted.map((supply) => supply.ends).filter((day) => day !== '').toSorted().at(-1) ?? null,
    })
    if (verdict.allow) return { allowed: true, law, supplies: granted }
    return { allowed: false, supplies: [], refusal: verdict.refusal.code === PROTECTION_CODE ? naming(verdict.refusal, unprotected) : verdict.refusal }
  })
}

/** The row of the pack's table that speaks of fields; the refusal names them. */
const PROTECTION_CODE = 'declared-protection-must-be-in-force'

function naming(refusal: Refusal, unprotected: readonly Mounted[]): Refusal {
  const fields = unprotected.map(({ version, protection }) => shortfallText(version.schema.title, protection.shortfalls)).join('；')
  return { ...refusal, message: `${refusal.message}涉及${fields}。`, details: { fields: unprotected.flatMap(({ table, protection }) => protection.shortfalls.map(({ column }) => `${table}.${column}`)) } }
}
