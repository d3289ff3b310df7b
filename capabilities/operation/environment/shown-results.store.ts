import type { Kysely, Transaction } from 'kysely'
import { thresholdNumber, type ThresholdValues } from '#core/disclosure-control/policy-from-pack.ts'
import type { KeptRelease } from '#adapters/ledger/compare-ledger.ts'
import { sql } from '#adapters/postgres/kysely.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { keptOf } from './release-ledger.store.ts'

/** Which results that were shown and did not leave are compared with. */
type ShownLimits = {
  /** unit: days; how long they count */
  days: number
  /** The last ones. */
  most: number
  /** unit: entities; how few must differ to be told */
  differ: number
}

/** Results of an organisation that passed, so that it has seen them, and did not leave; or those that a report says it was compared with, whatever came of them since. */
export type ShownTo = { organization: string } | { jobs: readonly string[] }

function limitsOf(thresholds: ThresholdValues): ShownLimits {
  return { days: thresholdNumber(thresholds, 'shown-days'), most: thresholdNumber(thresholds, 'shown-most'), differ: thresholdNumber(thresholds, 'shown-differ') }
}

/**
 * Results that were shown, the last first, as the ledger keeps whom they are about.
 * @param thresholds in effect: how long and how many results count, and how few must differ
 * @throws LedgerBroken; ThresholdMissing for a pack that has none of the thresholds
 */
export async function readShown(tx: Kysely<Tables> | Transaction<Tables>, to: ShownTo, thresholds: ThresholdValues): Promise<readonly KeptRelease[]> {
  if ('jobs' in to && to.jobs.length === 0) return []
  const { days, most, differ } = limitsOf(thresholds)
  const all = tx.selectFrom('job').innerJoin('job_entity_sets', 'job_entity_sets.job', 'job.id').select(['job.id', 'job_entity_sets.sets'])
  const asked = 'jobs' in to
    ? all.where('job.id', 'in', [...to.jobs])
    : all.where('job.organization', '=', to.organization).where('job.status', '=', 'succeeded').where('job.verdict', '=', 'pass')
      .where('job.ended_at', '>', sql<Date>`now() - make_interval(days => ${days}::int)`)
      .where(({ not, exists, selectFrom }) => not(exists(selectFrom('release').select('release.id').whereRef('release.job', '=', 'job.id'))))
  const rows = await asked.orderBy('job.ended_at', 'desc').orderBy('job.id').limit(most).execute()
  return rows.flatMap(({ id, sets }): KeptRelease[] => {
    const kept = keptOf(id, sets)
    return kept === null ? [] : [{ release: id, marks: [{ file: id, kept }], shown: differ }]
  })
}
