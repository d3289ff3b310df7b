import { randomUUID } from 'node:crypto'
import type { Transaction } from 'kysely'
import type { Refusal } from '#core/decision/refusal.ts'
import { nextOccurrence, type Recurrence } from '#core/calendar/recurrence.ts'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { WorkingCalendar } from '#core/calendar/working-calendar.ts'
import type { Actor } from '#core/procedure/case-state.ts'
import { addPending } from '#adapters/evidence/pending-entry.ts'
import { mayActAs } from '#adapters/identity/persons.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { bindStatement, type Parameters } from './bind-statement.job.ts'
import type { JobFailureView } from './environment.store.ts'
import { explainStatement } from './explain-statement.job.ts'
import { claimRun, countOpen, insertSchedule, jobExists, lockDue, lockSchedule, reclaimRun, setNext, setState, settleRun, type JobSchedule, type ScheduleState } from './job-schedule.store.ts'
import { submitJob, type JobParts } from './run-job.job.ts'

export type ScheduleParts = JobParts & { calendar: WorkingCalendar }
export type ScheduleAsked = { actor: Actor; agreement: string; scenario: string; purpose: string; sql: string; parameters: Parameters; recurrence: Recurrence; runsMost: number }
export type ScheduleAnswer = { accepted: true; id: string } | { accepted: false; refusal: Refusal }

/** A date parameter of this name is the day of the run, unless the person gave it a value. */
export const RUN_DAY = 'run_date'
/** unit: schedules of one organisation that are not over; source: platform default, no provision */
const OPEN_MOST = 50
/** unit: milliseconds; source: platform default. A run that came to nothing for so long is taken up again. */
const TAKEN_UP_AFTER_MS = 60_000
/** unit: milliseconds; source: platform default, a day is the finest that a schedule knows */
export const RUN_DUE_EVERY_MS = 5_000

const NO_SUCH_SCHEDULE: Refusal = { code: 'schedule-must-exist', provision: null, basis: null, message: '没有这项计划，或您无权操作。', cure: '请在本单位的计划列表中选择。' }
const TOO_MANY: Refusal = { code: 'schedules-must-not-pile-up', provision: null, basis: null, message: `贵单位未结束的计划已达 ${OPEN_MOST} 项。`, cure: '请先结束不再需要的计划。' }
const IS_OVER: Refusal = { code: 'schedule-must-be-open', provision: null, basis: null, message: '计划已经结束，不能再操作。', cure: '需要时请新建计划。' }
const AUTHOR_LEFT: JobFailureView = { code: 'author-must-hold-office', message: '设立计划的人员已不在岗，计划停止。', cure: '请由在岗人员重新设立计划。' }

/** Sets a job up to be repeated. Refused now for what a run would be refused for now; each run is judged anew. */
export async function openSchedule(parts: ScheduleParts, asked: ScheduleAsked): Promise<ScheduleAnswer> {
  const { actor, agreement, scenario, purpose, sql, parameters, recurrence, runsMost } = asked
  const today = await parts.clock.today(parts.db)
  const first = nextOccurrence(recurrence, today, parts.calendar)
  const explained = await explainStatement(parts, { actor, agreement, scenario, sql, parameters: onDay(sql, parameters, first.due) })
  if (!explained.accepted) return explained
  if (explained.explained.kind === 'refused') {
    const { code, message, cure } = explained.explained.refusal
    return { accepted: false, refusal: { code, provision: null, basis: null, message, cure } }
  }
  const id = `schedule-${randomUUID()}`
  const answer = await inTransaction(parts.db, { as: 'system' }, async (tx): Promise<ScheduleAnswer> => {
    if ((await countOpen(tx, actor.organization)) >= OPEN_MOST) return { accepted: false, refusal: TOO_MANY }
    await insertSchedule(tx, { id, agreement, organization: actor.organization, author: actor.person, scenario, purpose, sql, parameters, recurrence, runsMost }, first)
    await addPending(tx, {
      type: 'data-access', legalDate: today, actor: actor.person, onBehalfOf: actor.organization, office: 'operator', action: 'schedule-job', object: { kind: 'job-schedule', id }, purpose, decision: 'done',
      detail: { agreement, scenario, every: recurrence.every, on: recurrence.every === 'day' ? null : recurrence.on, working_days: recurrence.workingDays, runs_most: runsMost, first: first.runsOn },
    }, parts.clock.now())
    return { accepted: true, id }
  })
  parts.committer.poke()
  return answer
}

/** What a person may do to a schedule, the states from which, and the state it leads to. */
const CHANGES = {
  pause: { from: ['active'], to: 'paused' },
  resume: { from: ['paused', 'stopped'], to: 'active' },
  end: { from: ['active', 'paused', 'stopped'], to: 'ended' },
} as const satisfies Record<string, { from: readonly ScheduleState[]; to: ScheduleState }>
export type ScheduleChange = keyof typeof CHANGES

/** Pauses, resumes or ends a schedule of the actor's organisation. What was missed during a pause is not made up for. */
export async function changeSchedule(parts: ScheduleParts, actor: Actor, id: string, change: ScheduleChange): Promise<ScheduleAnswer> {
  const { from, to } = CHANGES[change]
  const answer = await inTransaction(parts.db, { as: 'system' }, async (tx): Promise<ScheduleAnswer> => {
    const schedule = await lockSchedule(tx, id, actor.organization)
    if (schedule === null) return { accepted: false, refusal: NO_SUCH_SCHEDULE }
    if (schedule.state === to) return { accepted: true, id }
    if (!from.some((state) => state === schedule.state)) return { accepted: false, refusal: IS_OVER }
    const today = await parts.clock.today(tx)
    if (change === 'resume') await setNext(tx, id, nextOccurrence(schedule.recurrence, today, parts.calendar))
    await setState(tx, id, to)
    await entry(parts, tx, schedule, { actor: actor.person, action: `${change}-schedule`, legalDate: today, detail: {} })
    return { accepted: true, id }
  })
  parts.committer.poke()
  return answer
}

/** Submits every run whose day has come, each an ordinary job of who set it up. @returns how many runs were taken up */
export async function runDueSchedules(parts: ScheduleParts): Promise<number> {
  let taken = 0
  for (let run = await takeUp(parts); run !== null; run = await takeUp(parts)) {
    await submitRun(parts, run)
    taken += 1
  }
  return taken
}

interface Run {
  readonly schedule: JobSchedule
  readonly job: string
  readonly dueOn: string
}

/** One run, counted and named before its job exists. Days that went by while the platform was away come to one run. */
function takeUp(parts: ScheduleParts): Promise<Run | null> {
  return inTransaction(parts.db, { as: 'system' }, async (tx): Promise<Run | null> => {
    const open = await reclaimRun(tx, TAKEN_UP_AFTER_MS)
    if (open !== null) return open
    const today = await parts.clock.today(tx)
    const schedule = await lockDue(tx, today)
    if (schedule === null) return null
    const job = `job-${randomUUID()}`
    await claimRun(tx, schedule, job)
    const latest = schedule.dueOn > today ? schedule.dueOn : today
    await setNext(tx, schedule.id, nextOccurrence(schedule.recurrence, latest as LegalDate, parts.calendar)) // a date of the table or today's
    return { schedule, job, dueOn: schedule.dueOn }
  })
}

async function submitRun(parts: ScheduleParts, { schedule, job, dueOn }: Run): Promise<void> {
  const { organization, author, agreement, scenario, purpose } = schedule
  if (await inTransaction(parts.db, { as: 'system' }, (tx) => jobExists(tx, job))) return settle(parts, schedule, job, null)
  if (!(await inTransaction(parts.db, { as: 'system' }, (tx) => mayActAs(tx, author, organization, 'operator')))) return settle(parts, schedule, job, AUTHOR_LEFT)
  const bound = await bindStatement(parts.gate, schedule.sql, onDay(schedule.sql, schedule.parameters, dueOn))
  if (!bound.bound) return settle(parts, schedule, job, bound.refusal)
  const answer = await submitJob(parts, { id: job, actor: { person: author, organization, offices: ['operator'] }, agreement, scenario, purpose, sql: bound.sql })
  if (answer.accepted) {
    // Whoever waits for it is told of a fault by the job's own state.
    answer.ended.catch(parts.complain)
    return settle(parts, schedule, job, null)
  }
  // A full queue is no verdict on the schedule: the run is taken up again.
  if (answer.refusal.code !== 'jobs-must-not-pile-up') await settle(parts, schedule, job, answer.refusal)
}

/** What became of a run; one that was refused stops its schedule, because the next would be refused as well. */
async function settle(parts: ScheduleParts, schedule: JobSchedule, job: string, refusal: Pick<JobFailureView, 'code' | 'message' | 'cure'> | null): Promise<void> {
  await inTransaction(parts.db, { as: 'system' }, async (tx) => {
    const reason = refusal === null ? null : { code: refusal.code, message: refusal.message, cure: refusal.cure }
    await settleRun(tx, job, reason)
    if (reason === null) return
    const now = await lockSchedule(tx, schedule.id, schedule.organization)
    if (now === null || now.state === 'ended' || now.state === 'paused') return
    await setState(tx, schedule.id, 'stopped', reason)
    await entry(parts, tx, schedule, { actor: 'platform', action: 'stop-schedule', legalDate: await parts.clock.today(tx), detail: { job, code: reason.code } })
  })
  parts.committer.poke()
}

async function entry(parts: ScheduleParts, tx: Transaction<Tables>, schedule: JobSchedule, act: { actor: string; action: string; legalDate: LegalDate; detail: Record<string, string> }): Promise<void> {
  await addPending(tx, {
    type: 'data-access', legalDate: act.legalDate, actor: act.actor, onBehalfOf: schedule.organization, office: act.actor === 'platform' ? 'platform' : 'operator', action: act.action,
    object: { kind: 'job-schedule', id: schedule.id }, purpose: schedule.purpose, decision: 'done', detail: { agreement: schedule.agreement, ...act.detail },
  }, parts.clock.now())
}

/** The day of the run as a parameter, where the statement names it and the person gave it no value of his own. */
function onDay(sql: string, parameters: Parameters, day: string): Parameters {
  return new RegExp(`\\$${RUN_DAY}\\b`).test(sql) && parameters[RUN_DAY] === undefined ? { ...parameters, [RUN_DAY]: { type: 'date', value: day } } : parameters
}
