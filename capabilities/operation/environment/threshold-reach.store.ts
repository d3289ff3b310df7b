import type { Kysely, Transaction } from 'kysely'
import type { DisclosureReport } from '#core/disclosure-control/disclosure-report.ts'
import { effectiveThresholds, raisedSince } from '#core/disclosure-control/effective-thresholds.ts'
import type { EffectiveThreshold } from '#core/disclosure-control/effective-thresholds.ts'
import type { RecordedReport } from '#core/disclosure-control/report-record.ts'
import type { Threshold } from '#core/pack/pack-format.ts'
import { sql } from '#adapters/postgres/kysely.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import type { Job } from './environment.store.ts'
import { thresholdsOf } from './provider-thresholds.store.ts'
import { suppliesOf } from './supplies.facts.ts'

type Reading = Transaction<Tables> | Kysely<Tables>

/** How far the thresholds of an entry reach among jobs that have not left: waiting, running, and finished under laxer ones. */
export type ThresholdReach = { queued: number; running: number; outdated: number }

/** @param now the thresholds in effect for the entry's own data */
export async function reachOf(tx: Reading, entry: string, now: readonly EffectiveThreshold[]): Promise<ThresholdReach> {
  const supplies = (await suppliesOf(tx, {})).filter((supply) => supply.entry === entry)
  if (supplies.length === 0) return { queued: 0, running: 0, outdated: 0 }
  // An unfinished job names no tables yet: it is counted where it may read the entry.
  const unfinished = await tx.selectFrom('job').select(['status', sql<number>`count(*)::int`.as('jobs')]).where('status', 'in', ['queued', 'running'])
    .where(sql<boolean>`(agreement, scenario) in (${sql.join(supplies.map((one) => sql`(${one.agreement}, ${one.scenario})`))})`).groupBy('status').execute()
  const finished = await tx.selectFrom('job').leftJoin('release', 'release.job', 'job.id').select('job.report').where('release.id', 'is', null).where('job.verdict', 'in', ['pass', 'review'])
    .where(sql<boolean>`job.tables ?| ${supplies.map(({ id }) => id)}`).execute()
  const counted = (status: string): number => unfinished.find((row) => row.status === status)?.jobs ?? 0
  return { queued: counted('queued'), running: counted('running'), outdated: finished.filter((row) => raisedSince(judgedBy(row.report as DisclosureReport), now).length > 0).length } // written by endJob
}

/** The thresholds that the pack and the providers of what a job read have made stricter since it was judged. */
export async function raisedForJob(tx: Reading, job: Pick<Job, 'agreement' | 'supplies' | 'report'>, pack: Readonly<Record<string, Threshold>>): Promise<readonly EffectiveThreshold[]> {
  if (job.report === null) return []
  const entries = (await suppliesOf(tx, { agreement: job.agreement })).filter(({ id }) => job.supplies.includes(id)).map(({ entry }) => entry)
  return raisedSince(judgedBy(job.report), effectiveThresholds(pack, await thresholdsOf(tx, entries)))
}

/** The thresholds that a report names; none in one from before they were recorded. */
export function judgedBy(report: DisclosureReport): readonly EffectiveThreshold[] {
  return (report as Partial<RecordedReport>).thresholds ?? [] // a recorded report is a report with more
}
