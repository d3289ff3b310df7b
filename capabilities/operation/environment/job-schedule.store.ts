import { sql } from '#adapters/postgres/kysely.ts'
import type { Kysely, Selectable, Transaction } from 'kysely'
import type { ParameterValue } from '#core/boundary/statement-parameters.ts'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { Occurrence, Recurrence } from '#core/calendar/recurrence.ts'
import type { JobScheduleTable } from '#adapters/postgres/tables/schedules.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import type { JobFailureView } from './environment.store.ts'

type Writing = Transaction<Tables>
type Reading = Transaction<Tables> | Kysely<Tables>

/** `paused`: by a person; `stopped`: by the platform, with the reason; `finished`: all runs made; `ended`: by a person, for good. */
export type ScheduleState = 'active' | 'paused' | 'stopped' | 'finished' | 'ended'

export type JobSchedule = {
  id: string
  agreement: string
  organization: string
  author: string
  scenario: string
  purpose: string
  sql: string
  parameters: Readonly<Record<string, ParameterValue>>
  recurrence: Recurrence
  runsMost: number
  runsDone: number
  state: ScheduleState
  stopped: JobFailureView | null
  dueOn: string
  runsOn: string
  madeAt: Date
}

export type ScheduleRun = { schedule: string; dueOn: string; job: string; state: 'claimed' | 'submitted' | 'refused'; refusal: JobFailureView | null }

export type NewSchedule = Omit<JobSchedule, 'runsDone' | 'state' | 'stopped' | 'dueOn' | 'runsOn' | 'madeAt'>

export async function insertSchedule(tx: Writing, schedule: NewSchedule, first: Occurrence): Promise<void> {
  const { id, agreement, organization, author, scenario, purpose, recurrence } = schedule
  await tx.insertInto('job_schedule').values({
    id, agreement, organization, author, scenario, purpose, sql: schedule.sql, parameters: JSON.stringify(schedule.parameters), every: recurrence.every,
    on_day: recurrence.every === 'day' ? null : recurrence.on, working_days: recurrence.workingDays, runs_most: schedule.runsMost, state: 'active', stopped: null,
    due_on: first.due, runs_on: first.runsOn,
  }).execute()
}

/** The schedules of an organisation that are not over, and how many runs they may still make. */
export async function countOpen(tx: Reading, organization: string): Promise<number> {
  const row = await tx.selectFrom('job_schedule').select((one) => one.fn.countAll<string>().as('n')).where('organization', '=', organization).where('state', 'in', ['active', 'paused', 'stopped']).executeTakeFirst()
  return Number(row?.n ?? 0)
}

/** An organisation's schedules, newest first, each with its last runs. */
export async function listSchedules(tx: Reading, organization: string, runs: number): Promise<{ schedule: JobSchedule; runs: ScheduleRun[] }[]> {
  const rows = await tx.selectFrom('job_schedule').selectAll().where('organization', '=', organization).orderBy('made_at', 'desc').orderBy('id').limit(LISTED).execute()
  return Promise.all(rows.map(async (row) => {
    const last = await tx.selectFrom('job_schedule_run').selectAll().where('schedule', '=', row.id).orderBy('due_on', 'desc').limit(runs).execute()
    return { schedule: scheduleOf(row), runs: last.map((run) => ({ schedule: run.schedule, dueOn: run.due_on, job: run.job, state: run.state as ScheduleRun['state'], refusal: run.refusal as JobFailureView | null })) } // checked by the table, written below
  }))
}
/** unit: schedules; source: platform default, more than an organisation may have open */
const LISTED = 200

/** A schedule of the organisation, locked until the transaction ends; null where it has none of that id. */
export async function lockSchedule(tx: Writing, id: string, organization: string): Promise<JobSchedule | null> {
  const row = await tx.selectFrom('job_schedule').selectAll().where('id', '=', id).where('organization', '=', organization).forUpdate().executeTakeFirst()
  return row === undefined ? null : scheduleOf(row)
}

export async function setState(tx: Writing, id: string, state: ScheduleState, stopped: JobFailureView | null = null): Promise<void> {
  await tx.updateTable('job_schedule').set({ state, stopped: stopped === null ? null : JSON.stringify(stopped) }).where('id', '=', id).execute()
}

export async function setNext(tx: Writing, id: string, next: Occurrence): Promise<void> {
  await tx.updateTable('job_schedule').set({ due_on: next.due, runs_on: next.runsOn }).where('id', '=', id).execute()
}

/** A schedule whose day has come, locked, passed by where another process has it; null where none has. */
export async function lockDue(tx: Writing, today: LegalDate): Promise<JobSchedule | null> {
  const row = await tx.selectFrom('job_schedule').selectAll().where('state', '=', 'active').where('runs_on', '<=', today).orderBy('runs_on').orderBy('id').limit(1).forUpdate().skipLocked().executeTakeFirst()
  return row === undefined ? null : scheduleOf(row)
}

/** Counts a run under the id that its job will have. */
export async function claimRun(tx: Writing, schedule: JobSchedule, job: string): Promise<void> {
  await tx.insertInto('job_schedule_run').values({ schedule: schedule.id, due_on: schedule.dueOn, job, state: 'claimed', refusal: null }).execute()
  const done = schedule.runsDone + 1
  await tx.updateTable('job_schedule').set({ runs_done: done, ...(done >= schedule.runsMost ? { state: 'finished' } : {}) }).where('id', '=', schedule.id).execute()
}

/** A run that was claimed longer ago than so many milliseconds and came to nothing yet; it is claimed anew. */
export async function reclaimRun(tx: Writing, sinceMs: number): Promise<{ schedule: JobSchedule; job: string; dueOn: string } | null> {
  const run = await tx.selectFrom('job_schedule_run').select(['schedule', 'due_on', 'job']).where('state', '=', 'claimed')
    .where(sql<boolean>`claimed_at < clock_timestamp() - make_interval(secs => ${sinceMs / MILLISECONDS_PER_SECOND})`).orderBy('claimed_at').limit(1).forUpdate().skipLocked().executeTakeFirst()
  if (run === undefined) return null
  await tx.updateTable('job_schedule_run').set({ claimed_at: sql<Date>`clock_timestamp()` }).where('job', '=', run.job).execute()
  const row = await tx.selectFrom('job_schedule').selectAll().where('id', '=', run.schedule).executeTakeFirstOrThrow()
  return { schedule: scheduleOf(row), job: run.job, dueOn: run.due_on }
}
/** unit: milliseconds; source: the metric system */
const MILLISECONDS_PER_SECOND = 1000

export async function settleRun(tx: Writing, job: string, refusal: JobFailureView | null): Promise<void> {
  await tx.updateTable('job_schedule_run').set({ state: refusal === null ? 'submitted' : 'refused', refusal: refusal === null ? null : JSON.stringify(refusal) }).where('job', '=', job).execute()
}

export async function jobExists(tx: Reading, id: string): Promise<boolean> {
  return (await tx.selectFrom('job').select('id').where('id', '=', id).executeTakeFirst()) !== undefined
}

function scheduleOf(row: Selectable<JobScheduleTable>): JobSchedule {
  const every = row.every as Recurrence['every'] // checked by the table
  return {
    id: row.id, agreement: row.agreement, organization: row.organization, author: row.author, scenario: row.scenario, purpose: row.purpose, sql: row.sql,
    parameters: row.parameters as JobSchedule['parameters'], // written by insertSchedule
    recurrence: every === 'day' ? { every, workingDays: row.working_days } : { every, on: row.on_day ?? 1, workingDays: row.working_days },
    runsMost: row.runs_most, runsDone: row.runs_done, state: row.state as ScheduleState, // checked by the table
    stopped: row.stopped as JobFailureView | null, // written by setState
    dueOn: row.due_on, runsOn: row.runs_on, madeAt: row.made_at,
  }
}
