import { countTries, mustBeLookedAt, shapeOfStatement } from '#core/disclosure-control/held-back-tries.ts'
import type { TriesLimits } from '#core/disclosure-control/held-back-tries.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import { organizationNames } from '#adapters/identity/organizations.ts'
import { personNames } from '#adapters/identity/persons.ts'
import { readJob } from '#capabilities/operation/environment/environment.store.ts'
import type { Job, JobEnd } from '#capabilities/operation/environment/environment.store.ts'
import { lastLook, triesOf, withheldEnds } from '#capabilities/operation/environment/held-back-tries.store.ts'
import type { KnownTry } from '#capabilities/operation/environment/held-back-tries.store.ts'
import { digestOfText } from '#capabilities/operation/environment/release-binding.store.ts'
import { maySeeJob } from '../job-readers.ts'
import type { JobView } from '../wire/environment.ts'
import type { TryRow, WorkspaceTries } from '../wire/held-back-tries.ts'

/** unit: jobs; source: more are not looked at one by one */
const SHOWN = 200

/** An organisation's tries as those see them who review what leaves; null where none of its jobs concerns them. */
export async function workspaceTries(tx: Tx, organization: string, limits: TriesLimits | null, who: { reader: string; mayLook: boolean }): Promise<WorkspaceTries | null> {
  if (limits === null || who.reader === organization) return null
  const [tries, waiting, look] = [await triesOf(tx, organization, limits.days), await withheldEnds(tx, organization), await lastLook(tx, organization)]
  const rows = await rowsOf(tx, tries, waiting, who.reader)
  if (rows.length === 0 && !who.mayLook) return null
  const shapes = [...new Set(tries.map(({ shape }) => shape))]
  const mostTried = shapes.map((shape) => countTries(tries, shape)).toSorted((one, other) => other.ofShape - one.ofShape)[0] ?? { answers: 0, ofShape: 0 }
  const organizations = await organizationNames(tx, new Set([organization]))
  const persons = await personNames(tx, new Set([...rows.map(({ author }) => author.id), ...(look === null ? [] : [look.by])]))
  return {
    organization: { id: organization, name: organizations.get(organization) ?? organization }, days: limits.days,
    answers: mostTried.answers, most: limits.most, of_one_shape: mostTried.ofShape, most_of_one_shape: limits.mostOfOneShape,
    reached: mustBeLookedAt(mostTried, limits), waiting: waiting.length,
    last_look: look === null ? null : { by: { id: look.by, name: persons.get(look.by) ?? look.by }, on: look.on, note: look.note }, may_look: who.mayLook,
    jobs: rows.map((row) => ({ ...row, author: { id: row.author.id, name: persons.get(row.author.id) ?? row.author.id } })),
  }
}

/** What an organisation was told lately, beside one of its jobs. */
export async function triesBeside(tx: Tx, job: Job, { days, most, mostOfOneShape }: TriesLimits): Promise<JobView['tries']> {
  const { answers, ofShape } = countTries(await triesOf(tx, job.organization, days), digestOfText(shapeOfStatement(job.sql)))
  return { days, answers, most, of_its_shape: ofShape, most_of_one_shape: mostOfOneShape }
}

async function rowsOf(tx: Tx, tries: readonly KnownTry[], waiting: readonly { job: string; end: JobEnd; at: Date }[], reader: string): Promise<TryRow[]> {
  const ends = new Map(waiting.map((one) => [one.job, one]))
  const known = new Map(tries.map((one) => [one.job, one]))
  const ids = [...waiting.map(({ job, at }) => ({ job, at })), ...tries.filter(({ job }) => !ends.has(job))].toSorted((one, other) => other.at.getTime() - one.at.getTime()).slice(0, SHOWN)
  const rows: TryRow[] = []
  for (const { job: id, at } of ids) {
    const job = await readJob(tx, id)
    if (job === null || !(await maySeeJob(tx, job, reader))) continue
    const made = known.get(id)
    rows.push({
      job: id, purpose: job.purpose, author: { id: job.author, name: job.author }, at: at.toISOString(), outcome: outcomeOf(job, ends.get(id)?.end ?? null),
      causes: [...(made?.causes ?? [])], same_shape: made === undefined ? 1 : tries.filter(({ shape }) => shape === made.shape).length, waiting: ends.has(id),
    })
  }
  return rows
}

function outcomeOf(job: Job, end: JobEnd | null): TryRow['outcome'] {
  const verdict = end === null ? job.verdict : end.status === 'succeeded' ? end.report.verdict : null
  return verdict === 'pass' || verdict === 'review' || verdict === 'block' ? verdict : 'failed'
}
