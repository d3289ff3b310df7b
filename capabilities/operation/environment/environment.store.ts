import { sql } from '#adapters/postgres/kysely.ts'
import type { Kysely, Selectable, Transaction } from 'kysely'
import type { DisclosureReport } from '#core/disclosure-control/disclosure-report.ts'
import type { ResultColumn } from '#core/disclosure-control/typed-result.ts'
import type { KeptSets } from '#adapters/ledger/sets-file.ts'
import type { JobTable } from '#adapters/postgres/tables/environment.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import type { ReleaseBinding } from './release-binding.ts'
import { recordEntitySets } from './release-ledger.store.ts'

/** unit: milliseconds; source: the metric system */
const MILLISECONDS_PER_SECOND = 1000

type Writing = Transaction<Tables>
type Reading = Transaction<Tables> | Kysely<Tables>

/** What somebody asked of the environment: the same from the moment it is handed in. */
type AskedOf = Pick<Selectable<JobTable>, 'id' | 'agreement' | 'organization' | 'author' | 'scenario' | 'purpose' | 'sql'>

export type NewJob = AskedOf & { tables: string[]; packDigest: string }

export type JobFailureView = { code: string; message: string; cure: string }

/** `withheld`: it has ended, and a person must look at the tries of its organisation before anything is told of its end. */
export type JobStatus = 'queued' | 'running' | 'cancelling' | 'succeeded' | 'failed' | 'cancelled' | 'withheld'

/** States in which a job has not ended. */
const UNFINISHED: readonly JobStatus[] = ['queued', 'running', 'cancelling']

export type Job = AskedOf & {
  status: JobStatus
  failure: JobFailureView | null
  /** Register keys of the supplies that the statement read. */
  supplies: string[]
  verdict: string | null
  report: DisclosureReport | null
  /** The platform's signatures over the report, as a note. */
  reportNote: string | null
  columns: ResultColumn[]
  rowCount: number | null
  digest: string | null
  wrappedKey: Buffer | null
  startedAt: Date
  begunAt: Date | null
  endedAt: Date | null
  elapsedMs: number | null
  release: string | null
}

export async function insertJob(tx: Writing, job: NewJob): Promise<void> {
  await tx.insertInto('job').values({
    ...askedOf(job), status: 'queued', failure: null, tables: JSON.stringify(job.tables), verdict: null, report: null, columns: null, row_count: null, digest: null,
    engine: null, pack_digest: job.packDigest, wrapped_key: null, elapsed_ms: null,
  }).execute()
}

export type JobEnd =
  | { status: 'failed' | 'cancelled'; failure: JobFailureView; elapsedMs: number | null }
  | { status: 'succeeded'; report: DisclosureReport; reportNote: string | null; binding: ReleaseBinding; columns: readonly ResultColumn[]; rowCount: number; digest: string; engine: string; wrappedKey: Buffer | null; elapsedMs: number; sets: KeptSets | null }

export async function endJob(tx: Writing, id: string, end: JobEnd): Promise<void> {
  const set = end.status !== 'succeeded'
    ? { status: end.status, failure: JSON.stringify(end.failure), elapsed_ms: end.elapsedMs }
    : {
        status: 'succeeded', verdict: end.report.verdict, report: JSON.stringify(end.report), report_note: end.reportNote, columns: JSON.stringify(end.columns), row_count: end.rowCount,
        digest: end.digest, engine: end.engine, binding: JSON.stringify(end.binding), wrapped_key: end.wrappedKey, elapsed_ms: end.elapsedMs,
      }
  await tx.updateTable('job').set({ ...set, ended_at: sql`clock_timestamp()` }).where('id', '=', id).execute()
  if (end.status === 'succeeded') await recordEntitySets(tx, id, end.sets)
}

/** The state of a job, locked until the transaction ends: who ends it and who cancels it meet here. */
export async function lockJob(tx: Writing, id: string): Promise<{ status: JobStatus; organization: string } | null> {
  const row = await tx.selectFrom('job').select(['status', 'organization']).where('id', '=', id).forUpdate().executeTakeFirst()
  return row === undefined ? null : { status: row.status as JobStatus, organization: row.organization } // checked by the table
}

export function isUnfinished(status: JobStatus): boolean {
  return UNFINISHED.includes(status)
}

/** @returns false when it was cancelled while it waited */
export async function beginJob(tx: Writing, id: string): Promise<boolean> {
  const begun = await tx.updateTable('job').set({ status: 'running', begun_at: sql`clock_timestamp()` }).where('id', '=', id).where('status', '=', 'queued').returning('id').executeTakeFirst()
  return begun !== undefined
}

export async function markCancelling(tx: Writing, id: string, person: string): Promise<void> {
  await tx.updateTable('job').set({ status: 'cancelling', cancelled_by: person }).where('id', '=', id).execute()
}

/** Says that jobs are still held by a living process; answers those of them that somebody cancelled, perhaps at another door. */
export async function keepJobs(tx: Writing, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const rows = await tx.updateTable('job').set({ seen_at: sql`clock_timestamp()` }).where('id', 'in', [...ids]).where('status', 'in', [...UNFINISHED]).returning(['id', 'status']).execute()
  return rows.filter((row) => row.status === 'cancelling').map((row) => row.id)
}

/** Unfinished jobs that no process has spoken for since so many milliseconds, locked. */
export async function abandonedJobs(tx: Writing, sinceMs: number): Promise<{ id: string; organization: string; author: string; status: JobStatus }[]> {
  const rows = await tx.selectFrom('job').select(['id', 'organization', 'author', 'status']).where('status', 'in', [...UNFINISHED])
    .where(sql<boolean>`seen_at < clock_timestamp() - make_interval(secs => ${sinceMs / MILLISECONDS_PER_SECOND})`).forUpdate().skipLocked().execute()
  return rows.map((row) => ({ ...row, status: row.status as JobStatus })) // checked by the table
}

/** One job with its release, or null where there is none or the reader may not see it. */
export async function readJob(tx: Reading, id: string): Promise<Job | null> {
  const row = await tx.selectFrom('job').leftJoin('release', 'release.job', 'job.id').selectAll('job').select('release.id as release').where('job.id', '=', id).executeTakeFirst()
  return row === undefined ? null : jobOf(row)
}

/** What a list of jobs is narrowed to; absent: no matter. */
export type JobFilter = Partial<Record<'status' | 'verdict' | 'scenario' | 'author' | 'schedule' | 'words', string | undefined>>

/** An organisation's jobs, newest first, keyset-paged by start and id. */
export async function listJobs(tx: Reading, organization: string, page: { before: { startedAt: string; id: string } | null; limit: number; filter?: JobFilter }): Promise<Job[]> {
  let query = tx.selectFrom('job').leftJoin('release', 'release.job', 'job.id').selectAll('job').select('release.id as release').where('job.organization', '=', organization)
  const { before, filter = {} } = page
  const { status, verdict, scenario, author, schedule, words } = filter
  if (status !== undefined) query = query.where('job.status', '=', status)
  if (verdict !== undefined) query = query.where('job.verdict', '=', verdict)
  if (scenario !== undefined) query = query.where('job.scenario', '=', scenario)
  if (author !== undefined) query = query.where('job.author', '=', author)
  if (schedule !== undefined) query = query.where('job.id', 'in', (nested) => nested.selectFrom('job_schedule_run').select('job').where('schedule', '=', schedule))
  // Words stand for themselves: position knows no wildcards.
  if (words !== undefined) query = query.where(sql<boolean>`(position(lower(${words}) in lower(job.purpose)) > 0 or position(lower(${words}) in lower(job.sql)) > 0)`)
  if (before !== null) query = query.where(sql<boolean>`(job.started_at, job.id) < (${before.startedAt}::timestamptz, ${before.id})`)
  const rows = await query.orderBy('job.started_at', 'desc').orderBy('job.id', 'desc').limit(page.limit).execute()
  return rows.map(jobOf)
}

function askedOf(from: AskedOf): AskedOf {
  const { id, agreement, organization, author, scenario, purpose, sql: statement } = from
  return { id, agreement, organization, author, scenario, purpose, sql: statement }
}

function jobOf(row: Selectable<JobTable> & { release: string | null }): Job {
  return {
    ...askedOf(row), status: row.status as Job['status'], // checked by the table
    failure: row.failure as JobFailureView | null, // written by endJob
    supplies: row.tables as string[], // written by insertJob
    verdict: row.verdict, report: row.report as DisclosureReport | null, reportNote: row.report_note, columns: (row.columns ?? []) as ResultColumn[], // written by endJob
    rowCount: row.row_count, digest: row.digest,
    // Of an end that is kept aside not even the key is to be had.
    wrappedKey: row.wrapped_key === null || row.status === 'withheld' ? null : Buffer.from(row.wrapped_key),
    startedAt: row.started_at, begunAt: row.begun_at, endedAt: row.ended_at, elapsedMs: row.elapsed_ms, release: row.release,
  }
}
