import { randomUUID } from 'node:crypto'
import type { Transaction } from 'kysely'
import { countTries, mustBeLookedAt, shapeOfStatement } from '#core/disclosure-control/held-back-tries.ts'
import type { TriesLimits } from '#core/disclosure-control/held-back-tries.ts'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { Refusal } from '#core/decision/refusal.ts'
import type { Actor } from '#core/procedure/case-state.ts'
import { addPending } from '#adapters/evidence/pending-entry.ts'
import { sql } from '#adapters/postgres/kysely.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { endJob, readJob } from './environment.store.ts'
import type { JobEnd } from './environment.store.ts'
import { lockTries, recordTry, showWithheld, triesOf, tryOf, withholdEnd } from './held-back-tries.store.ts'
import { digestOfText } from './release-binding.store.ts'

/** When something is done: on which legal day, at which moment. */
export type Moment = { today: LegalDate; now: Date }

const AGENCY = 'implementing-agency'
const NOTICE = 'held-back-tries'

/**
 * Ends a job and counts what its end tells of the data. Where the organisation has had as many such answers as the limits
 * allow, the end is kept aside, whatever it is: that a job passed would be an answer as well.
 */
export async function endCounted(tx: Transaction<Tables>, id: string, end: JobEnd, limits: TriesLimits, moment: Moment): Promise<void> {
  const job = await readJob(tx, id)
  if (job === null) throw new Error(`job ${id} vanished`)
  const { organization, agreement } = job
  await lockTries(tx, organization)
  const shape = digestOfText(shapeOfStatement(job.sql))
  const before = await triesOf(tx, organization, limits.days)
  const isClosed = mustBeLookedAt(countTries(before, shape), limits)
  const made = tryOf(job.sql, end)
  if (made !== null) await recordTry(tx, id, organization, made)
  if (isClosed) return withholdEnd(tx, id, organization, end)
  await endJob(tx, id, end)
  const after = countTries(made === null ? before : [...before, made], shape)
  if (mustBeLookedAt(after, limits)) await tellPassed(tx, { id, organization, agreement }, { ...after, ...limits }, moment)
}

/** The entry and the notices that say that an organisation's tries have reached a limit. */
async function tellPassed(tx: Transaction<Tables>, job: { id: string; organization: string; agreement: string }, counted: TriesLimits & { answers: number; ofShape: number }, { today, now }: Moment): Promise<void> {
  await addPending(tx, {
    type: 'data-access', legalDate: today, actor: 'platform', onBehalfOf: 'platform', office: 'platform', action: 'tries-reached-limit',
    object: { kind: 'organization', id: job.organization }, decision: 'done', detail: { job: job.id, ...counted },
  }, now)
  const agencies = await agenciesOf(tx, [job.agreement])
  const text = `近${counted.days}天内因数据本身被拦的作业已达上限（共 ${counted.answers} 次，其中同一写法只改常数的 ${counted.ofShape} 次）。此后作业照常运行，检查结论待实施机构查看后显示。`
  // An agreement that is no case reaches no one; on a platform every one is.
  for (const { organization, office } of agencies.flatMap((agency) => [{ organization: agency, office: AGENCY }, { organization: job.organization, office: 'operator' }])) {
    await tx.insertInto('notice').values({ id: `notice-${randomUUID()}`, organization, office, case_id: job.agreement, task: null, notice: NOTICE, text, legal_date: today, received_by: null, received_at: null }).execute()
  }
}

export type LookAnswer = { looked: true; entry: string; shown: readonly string[] } | { looked: false; refusal: Refusal }

const NOT_CONCERNED: Refusal = { code: 'actor-must-be-concerned-organization', provision: null, basis: null, message: '被拦作业由其授权运营协议的实施机构查看。', cure: '请由该实施机构办理。' }
const NOTHING_TO_LOOK_AT: Refusal = { code: 'tries-must-be-there', provision: null, basis: null, message: '该单位没有待查看的被拦作业。', cure: '无需办理。' }

/**
 * A person of an implementing agency has looked at an organisation's tries: they are counted anew, and what was kept aside is
 * shown. Both and their entry stand or fall together.
 */
export async function lookAtTries(tx: Transaction<Tables>, organization: string, note: string, days: number, act: { actor: Actor } & Moment): Promise<LookAnswer> {
  const { actor, today, now } = act
  await lockTries(tx, organization)
  if (!(await isConcerned(tx, organization, actor))) return { looked: false, refusal: NOT_CONCERNED }
  const tries = await triesOf(tx, organization, days)
  const shown = await showWithheld(tx, organization)
  if (tries.length === 0 && shown.length === 0) return { looked: false, refusal: NOTHING_TO_LOOK_AT }
  const entry = await addPending(tx, {
    type: 'data-access', legalDate: today, actor: actor.person, onBehalfOf: actor.organization, office: AGENCY, action: 'look-at-tries',
    object: { kind: 'organization', id: organization }, decision: 'done', detail: { note, tries: tries.map(({ job }) => job), shown },
  }, now)
  await tx.insertInto('tries_looked').values({
    id: randomUUID(), organization, looked_by: actor.person, looked_for: actor.organization, note, tries: tries.length, shown: shown.length, legal_date: today, entry,
  }).execute()
  return { looked: true, entry, shown }
}

/** Whether the actor's organisation is the implementing agency of an agreement under which that organisation's jobs ran. */
export async function isConcerned(tx: Transaction<Tables>, organization: string, actor: Actor): Promise<boolean> {
  if (!actor.offices.includes(AGENCY) || actor.organization === organization) return false
  const jobs = await tx.selectFrom('job').select('agreement').distinct().where('organization', '=', organization).execute()
  return (await agenciesOf(tx, jobs.map(({ agreement }) => agreement))).includes(actor.organization)
}

/** The implementing agencies of agreements, each once. */
async function agenciesOf(tx: Transaction<Tables>, agreements: readonly string[]): Promise<string[]> {
  if (agreements.length === 0) return []
  const rows = await tx.selectFrom('legal_case').select(sql<string | null>`parties ->> ${AGENCY}`.as('agency')).where('id', 'in', [...agreements]).execute()
  return [...new Set(rows.flatMap(({ agency }) => (agency === null ? [] : [agency])))]
}
