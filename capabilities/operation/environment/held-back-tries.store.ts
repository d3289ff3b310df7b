import type { Kysely, Transaction } from 'kysely'
import { causesOfFailure, causesOfReport, shapeOfStatement } from '#core/disclosure-control/held-back-tries.ts'
import type { HeldBackTry } from '#core/disclosure-control/held-back-tries.ts'
import { sql } from '#adapters/postgres/kysely.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { endJob } from './environment.store.ts'
import type { JobEnd } from './environment.store.ts'
import { digestOfText } from './release-binding.store.ts'

type Writing = Transaction<Tables>
type Reading = Transaction<Tables> | Kysely<Tables>

/** A try as people look at it, the newest first. */
export type KnownTry = HeldBackTry & { job: string; at: Date }

/** When somebody last looked at the tries of an organisation, and what was said of them. */
export type LookedAt = { by: string; for: string; note: string; on: string; at: Date; tries: number }

/** What a job's end told of the data; null where it told nothing. */
export function tryOf(statement: string, end: JobEnd): HeldBackTry | null {
  const causes = end.status === 'succeeded' ? causesOfReport(end.report) : end.status === 'failed' ? causesOfFailure(end.failure) : []
  return causes.length === 0 ? null : { statement: digestOfText(statement), shape: digestOfText(shapeOfStatement(statement)), causes }
}

/** From here on ends of an organisation's jobs are counted one after another, until the transaction ends. */
export async function lockTries(tx: Writing, organization: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`held-back-tries:${organization}`}, 0))`.execute(tx)
}

export async function recordTry(tx: Writing, job: string, organization: string, made: HeldBackTry): Promise<void> {
  await tx.insertInto('held_back_try').values({ job, organization, statement: made.statement, shape: made.shape, causes: JSON.stringify(made.causes) }).execute()
}

/** The tries of so many days that nobody has looked at yet. */
export async function triesOf(tx: Reading, organization: string, days: number): Promise<KnownTry[]> {
  const rows = await tx.selectFrom('held_back_try').selectAll().where('organization', '=', organization)
    .where(sql<boolean>`at > clock_timestamp() - make_interval(days => ${days}) and at > coalesce((select max(at) from tries_looked looked where looked.organization = held_back_try.organization), '-infinity')`)
    .orderBy('at', 'desc').orderBy('job').execute()
  return rows.map(({ job, statement, shape, causes, at }) => ({ job, statement, shape, causes: causes as string[], at })) // written by recordTry
}

/** Organisations that were counted or whose jobs wait for a person. */
export async function triedOrganizations(tx: Reading): Promise<string[]> {
  const rows = await tx.selectFrom('held_back_try').select('organization').union(tx.selectFrom('withheld_end').select('organization')).execute()
  return rows.map(({ organization }) => organization).toSorted()
}

/** The agreement of an organisation's last job; null where it had none. */
export async function lastAgreement(tx: Reading, organization: string): Promise<string | null> {
  const row = await tx.selectFrom('job').select('agreement').where('organization', '=', organization).orderBy('started_at', 'desc').executeTakeFirst()
  return row?.agreement ?? null
}

export async function lastLook(tx: Reading, organization: string): Promise<LookedAt | null> {
  const row = await tx.selectFrom('tries_looked').selectAll().where('organization', '=', organization).orderBy('at', 'desc').executeTakeFirst()
  return row === undefined ? null : { by: row.looked_by, for: row.looked_for, note: row.note, on: row.legal_date, at: row.at, tries: row.tries }
}

/** Keeps a job's end aside: of it the job itself shows nothing but that it waits. The key of its rows stays with the job, where it is destroyed with all others. */
export async function withholdEnd(tx: Writing, job: string, organization: string, end: JobEnd): Promise<void> {
  const key = end.status === 'succeeded' ? end.wrappedKey : null
  await tx.insertInto('withheld_end').values({ job, organization, ended: JSON.stringify({ ...end, ...(end.status === 'succeeded' ? { wrappedKey: null } : {}) }) }).execute()
  await tx.updateTable('job').set({ status: 'withheld', wrapped_key: key, ended_at: sql`clock_timestamp()` }).where('id', '=', job).execute()
}

/** The ends that wait for a person, the oldest first. */
export async function withheldEnds(tx: Reading, organization: string): Promise<{ job: string; end: JobEnd; at: Date }[]> {
  const rows = await tx.selectFrom('withheld_end').selectAll().where('organization', '=', organization).orderBy('at').orderBy('job').execute()
  return rows.map(({ job, ended, at }) => ({ job, end: ended as JobEnd, at })) // written by withholdEnd
}

/** Ends the jobs whose end was kept aside as they had ended; answers which. */
export async function showWithheld(tx: Writing, organization: string): Promise<string[]> {
  const waiting = await withheldEnds(tx, organization)
  for (const { job, end } of waiting) {
    const row = await tx.selectFrom('job').select(['wrapped_key', 'ended_at']).where('id', '=', job).executeTakeFirstOrThrow()
    const key = row.wrapped_key === null ? null : Buffer.from(row.wrapped_key)
    await endJob(tx, job, end.status === 'succeeded' ? { ...end, wrappedKey: key } : end)
    // It ended when it ended, and was shown now.
    await tx.updateTable('job').set({ ended_at: row.ended_at }).where('id', '=', job).execute()
    await tx.deleteFrom('withheld_end').where('job', '=', job).execute()
  }
  return waiting.map(({ job }) => job)
}
