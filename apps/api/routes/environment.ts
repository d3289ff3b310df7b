import { z } from 'zod'
import { organizationNames } from '#adapters/identity/organizations.ts'
import { personNames } from '#adapters/identity/persons.ts'
import { sandboxPosture } from '#adapters/sandbox/posture.ts'
import { readVersion } from '#adapters/vault/versions.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import { listJobs, readJob } from '#capabilities/operation/environment/environment.store.ts'
import type { Job } from '#capabilities/operation/environment/environment.store.ts'
import { runJob } from '#capabilities/operation/environment/run-job.job.ts'
import { openResult } from '#capabilities/operation/environment/sealed-results.store.ts'
import { suppliesOf } from '#capabilities/operation/environment/supplies.facts.ts'
import type { RouteFile } from '../app.ts'
import { readingAsSystem } from '../parts.ts'
import type { ApiParts } from '../parts.ts'
import { Refused, unknownThing } from '../problem.ts'
import { personOf } from '../session-guard.ts'
import { jobRow, jobView, tableView } from '../views/environment.ts'
import { EnvironmentView, JobBody, JobPage, JobView } from '../wire/environment.ts'
import { Id, PageQuery } from '../wire/names.ts'

/** The development environment: what may be used, jobs, and why an output was blocked. */
export const environmentRoutes: RouteFile = (app, parts) => {
  app.get('/api/environment', {
    config: { permission: 'environment.read' },
    schema: { operationId: 'readEnvironment', summary: '本单位可以使用的数据表（结构和合成样例）与隔离状况', response: { 200: EnvironmentView } },
    handler: async (request) => ({ tables: await tablesOf(parts, personOf(request).organization.id), posture: await postureView() }),
  })

  app.post('/api/environment/jobs', {
    config: { permission: 'environment.run' },
    schema: { operationId: 'runJob', summary: '在授权字段上运行一项作业，并对结果作自动检查', body: JobBody, response: { 201: JobView } },
    handler: async (request, reply) => {
      const person = personOf(request)
      const answer = await runJob(parts.operation.jobs, { actor: person.actor, ...request.body })
      if (!answer.accepted) throw new Refused(answer.refusal, answer.refusal.code === 'agreement-must-exist' ? 404 : 403, await parts.operation.jobs.lawOfAgreement(request.body.agreement))
      return reply.code(201).send(await viewOf(parts, answer.job.id, person.organization.id))
    },
  })

  app.get('/api/environment/jobs', {
    config: { permission: 'environment.read' },
    schema: { operationId: 'listJobs', summary: '本单位的作业，新的在前', querystring: z.strictObject(PageQuery), response: { 200: JobPage } },
    handler: async (request) => {
      const { cursor, limit } = request.query
      const organization = personOf(request).organization.id
      const jobs = await readingAsSystem(parts, (tx) => listJobs(tx, organization, { before: beforeOf(cursor), limit: limit + 1 }))
      const rows = jobs.slice(0, limit)
      const last = rows.at(-1)
      return { rows: rows.map(jobRow), next: jobs.length > limit && last ? `${last.startedAt.toISOString()}|${last.id}` : null }
    },
  })

  app.get('/api/environment/jobs/:id', {
    config: { permission: 'environment.read' },
    schema: { operationId: 'readJob', summary: '一项作业：检查结论、原因和修改办法', params: z.strictObject({ id: Id }), response: { 200: JobView } },
    handler: async (request) => viewOf(parts, request.params.id, personOf(request).organization.id),
  })
}

function beforeOf(cursor: string | undefined): { startedAt: string; id: string } | null {
  const [startedAt, id] = cursor?.split('|') ?? []
  return startedAt !== undefined && id !== undefined && !Number.isNaN(Date.parse(startedAt)) ? { startedAt, id } : null
}

/** The job as its own organisation, or a reviewer of the case that asks for its release, may see it. */
async function viewOf(parts: ApiParts, id: string, organization: string): Promise<JobView> {
  const found = await readingAsSystem(parts, async (tx) => {
    const job = await readJob(tx, id)
    if (job === null || !(job.organization === organization || (await reviews(tx, job, organization)))) return null
    return { job, author: (await personNames(tx, new Set([job.author]))).get(job.author) ?? job.author }
  })
  if (found === null) throw unknownThing('job-must-exist', '作业')
  const { job, author } = found
  const rows = job.wrappedKey === null ? null : await openResult(parts.operation.vault, job.id, job.wrappedKey)
  return jobView(job, author, rows)
}

/** Who reviews what leaves: the parties of the agreement, and the providers whose data the job read. */
async function reviews(tx: Tx, job: Job, organization: string): Promise<boolean> {
  const party = await tx.selectFrom('case_party').select('case_id').where('case_id', '=', job.agreement).where('organization', '=', organization).executeTakeFirst()
  if (party !== undefined) return true
  const supplies = await suppliesOf(tx, { agreement: job.agreement })
  return supplies.some((supply) => job.supplies.includes(supply.id) && supply.provider === organization)
}

async function tablesOf(parts: ApiParts, organization: string): Promise<z.infer<typeof EnvironmentView>['tables']> {
  return readingAsSystem(parts, async (tx) => {
    const supplies = await suppliesOf(tx, { operator: organization })
    const providers = await organizationNames(tx, new Set(supplies.map((supply) => supply.provider)))
    const entries = await tx.selectFrom('register_record').select(['key', 'record']).where('register', '=', 'catalog').where('current', '=', true).execute()
    const titles = new Map(entries.map((entry) => [entry.key, entry.record['title']]))
    return Promise.all(supplies.filter((supply) => supply.version !== '').map(async (supply) => {
      const title = titles.get(supply.entry)
      return tableView(supply, await readVersion(tx, supply.version), { entry: typeof title === 'string' ? title : supply.entry, provider: providers.get(supply.provider) ?? supply.provider })
    }))
  })
}

async function postureView(): Promise<z.infer<typeof EnvironmentView>['posture']> {
  const posture = await sandboxPosture()
  return [
    ...posture.inForce.map((text) => ({ title: '已生效', in_force: true, text })),
    ...posture.missing.map((text) => ({ title: '未具备', in_force: false, text })),
  ]
}

