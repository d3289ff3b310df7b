import { z } from 'zod'
import { organizationNames } from '#adapters/identity/organizations.ts'
import { personNames } from '#adapters/identity/persons.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import { readJob } from '#capabilities/operation/environment/environment.store.ts'
import { rederive } from '#capabilities/operation/environment/rederive.job.ts'
import { rederivationsOf } from '#capabilities/operation/environment/rederivation.store.ts'
import type { RecordedRederivation } from '#capabilities/operation/environment/rederivation.store.ts'
import type { ReleaseBinding } from '#capabilities/operation/environment/release-binding.ts'
import { readRelease } from '#capabilities/operation/environment/release-binding.store.ts'
import type { BoundRelease } from '#capabilities/operation/environment/release-binding.store.ts'
import { standingOf } from '#capabilities/operation/environment/supplies.facts.ts'
import type { RouteFile } from '../app.ts'
import { maySeeJob } from '../job-readers.ts'
import { readingAsSystem } from '../parts.ts'
import type { ApiParts } from '../parts.ts'
import { unknownThing } from '../problem.ts'
import { personOf } from '../session-guard.ts'
import { Id } from '../wire/names.ts'
import { ReleaseView } from '../wire/release.ts'

const RELEASE = z.strictObject({ id: Id })
const REVIEWERS = ['implementing-agency', 'data-provider']

/** Released outputs: what each is bound to, and whether it comes out again byte for byte. */
export const releaseRoutes: RouteFile = (app, parts) => {
  app.get('/api/environment/releases/:id', {
    config: { permission: 'releases.read' },
    schema: { operationId: 'readRelease', summary: '一项出域结果的绑定记录和历次复核', params: RELEASE, response: { 200: ReleaseView } },
    handler: async (request) => {
      const release = await visible(parts, request.params.id, personOf(request).organization.id)
      return readingAsSystem(parts, (tx) => viewOf(tx, release))
    },
  })

  app.post('/api/environment/releases/:id/rederivations', {
    config: { permission: 'releases.rederive' },
    schema: { operationId: 'rederiveRelease', summary: '由所绑定的输入在独立进程中重新得出结果，与出域的逐字节比对', params: RELEASE, response: { 201: ReleaseView } },
    handler: async (request, reply) => {
      const { actor, organization } = personOf(request)
      const release = await visible(parts, request.params.id, organization.id)
      await rederive(parts.operation.jobs, release, { person: actor.person, organization: organization.id, office: actor.offices.find((office) => REVIEWERS.includes(office)) ?? 'implementing-agency' })
      return reply.code(201).send(await readingAsSystem(parts, (tx) => viewOf(tx, release)))
    },
  })
}

/** @throws Problem 404 also for a release that is none of the asker's: that it exists is not theirs to know. */
async function visible(parts: ApiParts, id: string, organization: string): Promise<BoundRelease> {
  const found = await readingAsSystem(parts, async (tx) => {
    const release = await readRelease(tx, id)
    const job = release === null ? null : await readJob(tx, release.job)
    return job !== null && (await maySeeJob(tx, job, organization)) ? release : null
  })
  if (found === null) throw unknownThing('release-must-exist', '出域结果')
  return found
}

async function viewOf(tx: Tx, release: BoundRelease): Promise<ReleaseView> {
  const made = await rederivationsOf(tx, release.id)
  const [persons, organizations] = await Promise.all([personNames(tx, new Set(made.map(({ by }) => by))), organizationNames(tx, new Set(made.map(({ organization }) => organization)))])
  return {
    id: release.id, case_id: release.caseId, job: release.job, title: release.title, released_on: release.releasedOn, standing: await standingOf(tx, 'release', release.caseId),
    digest: release.digest, binding_digest: release.bindingDigest, bound: release.binding === null ? [] : boundTo(release.binding),
    rederivations: made.map((one) => ({
      id: one.id, outcome: one.outcome, summary: summaryOf(one), findings: one.findings, on: one.on, entry: one.entry,
      by: { id: one.by, name: persons.get(one.by) ?? one.by }, organization: { id: one.organization, name: organizations.get(one.organization) ?? one.organization },
    })),
  }
}

const SUMMARIES: Readonly<Record<RecordedRederivation['outcome'], string>> = {
  identical: '由所绑定的输入重新得出，与出域的结果逐字节相同。',
  differs: '与出域时的记录不符，见所列各项。',
  impossible: '现在不能重新得出，原因见所列各项。',
}

function summaryOf({ outcome }: RecordedRederivation): string {
  return SUMMARIES[outcome]
}

/** What the binding names, in the order in which a result comes about. */
function boundTo(binding: ReleaseBinding): ReleaseView['bound'] {
  return [
    ...binding.inputs.flatMap(({ table, version, contents, protection }) => [
      { title: '数据版本', name: `${table}（${version}）`, digest: contents },
      ...(protection.digest === null ? [] : [{ title: '保护规则', name: `${table}，第 ${protection.version ?? '—'} 版`, digest: protection.digest }]),
    ]),
    { title: '语句（含参数）', name: '', digest: binding.statement },
    { title: '计算引擎', name: binding.engine, digest: null },
    { title: '规则包', name: binding.pack.id, digest: binding.pack.digest },
    { title: '检查阈值', name: '', digest: binding.policy },
    { title: '检查报告', name: '', digest: binding.report },
    { title: '结果', name: `${binding.result.rows} 行，${binding.result.columns.length} 个字段`, digest: binding.result.digest },
  ]
}
