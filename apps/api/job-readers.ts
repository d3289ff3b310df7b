import type { Tx } from '#adapters/cases/case-store.ts'
import type { Job } from '#capabilities/operation/environment/environment.store.ts'
import { suppliesOf } from '#capabilities/operation/environment/supplies.facts.ts'

/** Who may see a job: its own organisation, and who reviews what leaves: the parties of the agreement, and every provider whose data the job read. */
export async function maySeeJob(tx: Tx, job: Job, organization: string): Promise<boolean> {
  if (job.organization === organization) return true
  const party = await tx.selectFrom('case_party').select('case_id').where('case_id', '=', job.agreement).where('organization', '=', organization).executeTakeFirst()
  if (party !== undefined) return true
  const supplies = await suppliesOf(tx, { agreement: job.agreement })
  return supplies.some((supply) => job.supplies.includes(supply.id) && supply.provider === organization)
}
