import type { Json } from '#core/json.ts'
import { textArg } from '#adapters/cases/capability-port.ts'
import type { FactReader } from '#adapters/cases/capability-port.ts'
import { readJob } from './environment.store.ts'
import { blockingCodes } from './finding-waiver.ts'
import { bindingOfJob, digestOfText } from './release-binding.store.ts'
import { suppliesOf } from './supplies.facts.ts'
import { raisedForJob } from './threshold-reach.store.ts'

/** Facts about the environment: a job with the verdict of its automatic checks, and whose data it read. */
export const ENVIRONMENT_FACTS: Readonly<Record<string, FactReader>> = {
  'environment.job': async (args, { tx }): Promise<Json> => {
    const job = await readJob(tx, textArg(args, 'job'))
    if (job === null) return null
    const supplies = (await suppliesOf(tx, { agreement: job.agreement })).filter((supply) => job.supplies.includes(supply.id))
    return {
      id: job.id,
      author: job.author,
      agreement: job.agreement,
      organization: job.organization,
      scenario: job.scenario,
      purpose: job.purpose,
      status: job.status,
      verdict: job.verdict,
      digest: job.digest,
      row_count: job.rowCount,
      columns: job.columns.map((column) => column.name),
      tables: supplies.map((supply) => supply.entry),
      supplies: supplies.map((supply) => supply.id),
      providers: [...new Set(supplies.map((supply) => supply.provider))],
      released: job.release !== null,
      statement: digestOfText(job.sql),
      /** What blocks it; a finding that no case may waive comes with its layer before it. */
      blocking: blockingCodes(job.report),
      ...(await waiverEnds(tx, job.id)),
      layers: (job.report?.sections ?? []).map((section) => ({ heading: section.heading, title: section.title, verdict: section.verdict })),
    }
  },
  'environment.raised-thresholds': async (args, { tx, law }): Promise<Json> => {
    const job = await readJob(tx, textArg(args, 'job'))
    const raised = job === null ? [] : await raisedForJob(tx, job, law.pack.thresholds)
    return raised.length === 0 ? null : raised.map(({ title }) => title)
  },
  'deliveries.of-agreement': async (args, { tx }): Promise<Json> =>
    (await suppliesOf(tx, { agreement: textArg(args, 'agreement') })).map((supply) => ({
      id: supply.id, entry: supply.entry, version: supply.version, provider: supply.provider, scenario: supply.scenario, standing: supply.standing,
    })),
}

/** The first day on which a waiver ends that the job's result rests on; nothing where it rests on none. */
async function waiverEnds(tx: Parameters<FactReader>[1]['tx'], job: string): Promise<{ 'waiver-ends'?: string }> {
  const first = (await bindingOfJob(tx, job))?.waivers.map(({ ends }) => ends).toSorted()[0]
  return first === undefined ? {} : { 'waiver-ends': first }
}

export { readJob } from './environment.store.ts'
export { openResult } from './sealed-results.store.ts'
