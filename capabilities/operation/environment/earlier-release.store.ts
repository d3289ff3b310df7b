import type { Transaction } from 'kysely'
import type { Tables } from '#adapters/postgres/tables.ts'
import { readJob } from './environment.store.ts'
import type { Job } from './environment.store.ts'

/** A result that left, with the case that let it out. */
export type Released = { job: Job; title: string; caseId: string; releasedOn: string }

/** The result that left last for the same agreement and scenario before a job was run; null where none did. */
export async function releaseBefore(tx: Transaction<Tables>, job: Job): Promise<Released | null> {
  const row = await tx.selectFrom('release').innerJoin('job', 'job.id', 'release.job')
    .select(['job.id as job', 'release.title', 'release.case_id', 'release.released_on'])
    .where('job.agreement', '=', job.agreement).where('job.scenario', '=', job.scenario).where('job.id', '<>', job.id)
    .where('job.started_at', '<', job.startedAt).orderBy('release.released_on', 'desc').orderBy('job.started_at', 'desc').limit(1).executeTakeFirst()
  const earlier = row === undefined ? null : await readJob(tx, row.job)
  return row === undefined || earlier === null ? null : { job: earlier, title: row.title, caseId: row.case_id, releasedOn: row.released_on }
}
