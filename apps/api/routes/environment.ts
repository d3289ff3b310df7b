import { z } from 'zod'
import { triesLimitsOf } from '#core/disclosure-control/held-back-tries.ts'
import { organizationNames } from '#adapters/identity/organizations.ts'
import { personNames } from '#adapters/identity/persons.ts'
import { sandboxPosture } from '#adapters/sandbox/posture.ts'
import { readVersion } from '#adapters/vault/versions.ts'
import { listJobs, readJob } from '#capabilities/operation/environment/environment.store.ts'
import type { Job } from '#capabilities/operation/environment/environment.store.ts'
import { bindStatement } from '#capabilities/operation/environment/bind-statement.job.ts'
import { cancelJob } from '#capabilities/operation/environment/end-job.job.ts'
import { runJob, submitJob } from '#capabilities/operation/environment/run-job.job.ts'
import { releaseBefore } from '#capabilities/operation/environment/earlier-release.store.ts'
import { lineageOfJob } from '#capabilities/operation/environment/job-lineage.job.ts'
import { openResult } from '#capabilities/operation/environment/sealed-results.store.ts'
import { readRelease } from '#capabilities/operation/environment/release-binding.store.ts'
import { standingOf, suppliesOf } from '#capabilities/operation/environment/supplies.facts.ts'
import type { RouteFile } from '../app.ts'
import { maySeeJob } from '../job-readers.ts'
import { readingAsSystem } from '../parts.ts'
import type { ApiParts } from '../parts.ts'
import { Refused, problemOf, unknownThing } from '../problem.ts'
import { personOf } from '../session-guard.ts'
import { standInLines } from '../views/system.ts'
import { awaitsReview, withoutMeasured } from '../views/blocked-job.ts'
import { jobRow, jobView, tableView } from '../views/environment.ts'
import { triesBeside } from '../views/held-back-tries.ts'
import { EnvironmentView, JobBody, JobPage, JobQuery, JobView } from '../wire/environment.ts'
import { Id } from '../wire/names.ts'

/** The development environment: what may be used, jobs, and why an output was blocked. */
export const environmentRoutes: RouteFile = (app, parts) => {
  app.get('/api/environment', {
    config: { permission: 'environment.read' },
    schema: { operationId: 'readEnvironment', summary: '本单位可以使用的数据表（结构和合成样例）与隔离状况', response: { 200: EnvironmentView } },
    handler: async (request) => ({ tables: await tablesOf(parts, personOf(request).organization.id), posture: await postureView(parts.config) }),
  })

  app.post('/api/environment/jobs', {
    config: { permission: 'environment.run' },
    schema: { operationId: 'runJob', summary: '在授权字段上运行一项作业，并对结果作自动检查', body: JobBody, response: { 201: JobView } },
    handler: async (request, reply) => {
      const person = personOf(request)
      const { background = false, parameters = {}, ...body } = request.body
      const bound = await bindStatement(parts.operation.jobs.gate, body.sql, parameters)
      if (!bound.bound) throw problemOf(422, bound.refusal.code, bound.refusal.message, bound.refusal.cure)
      const asked = { actor: person.actor, ...body, sql: bound.sql }
      const answer = background ? await submitJob(parts.operation.jobs, asked) : await runJob(parts.operation.jobs, asked)
      if (!answer.accepted) throw new Refused(answer.refusal, STATUS_OF_REFUSALS[answer.refusal.code] ?? 403, await parts.operation.jobs.lawOfAgreement(body.agreement))
      // Whoever does not wait for the end is told of a fault by the job's own state.
      if ('ended' in answer) answer.ended.catch(parts.operation.jobs.complain)
      return reply.code(201).send(await viewOf(parts, 'job' in answer ? answer.job.id : answer.id, person.organization.id))
    },
  })

  app.post('/api/environment/jobs/:id/cancel', {
    config: { permission: 'environment.run' },
    schema: { operationId: 'cancelJob', summary: '取消排队中或运行中的作业', params: z.strictObject({ id: Id }), response: { 200: JobView } },
    handler: async (request) => {
      const person = personOf(request)
      const answer = await cancelJob(parts.operation.jobs, person.actor, request.params.id)
      if (!answer.cancelled) throw new Refused(answer.refusal, answer.refusal.code === 'job-must-exist' ? 404 : 409)
      return viewOf(parts, request.params.id, person.organization.id)
    },
  })

  app.get('/api/environment/jobs', {
    config: { permission: 'environment.read' },
    schema: { operationId: 'listJobs', summary: '本单位的作业，新的在前，可按运行情况、检查结论、场景、计划和用语筛选', querystring: JobQuery, response: { 200: JobPage } },
    handler: async (request) => {
      const { cursor, limit, mine, words, ...filter } = request.query
      const { organization: { id: organization }, id: person } = personOf(request)
      const narrowed = { ...filter, ...(mine === 'true' ? { author: person } : {}), ...(words === undefined || words.trim() === '' ? {} : { words: words.trim() }) }
      const jobs = await readingAsSystem(parts, (tx) => listJobs(tx, organization, { before: beforeOf(cursor), limit: limit + 1, filter: narrowed }))
      const rows = jobs.slice(0, limit)
      const last = rows.at(-1)
      return { rows: rows.map((job) => jobRow(job, parts.operation.jobs.queue.placeOf(job.id))), next: jobs.length > limit && last ? `${last.startedAt.toISOString()}|${last.id}` : null }
    },
  })

  app.get('/api/environment/jobs/:id', {
    config: { permission: 'job.read' },
    schema: { operationId: 'readJob', summary: '一项作业：检查结论、原因和修改办法', params: z.strictObject({ id: Id }), response: { 200: JobView } },
    handler: async (request) => viewOf(parts, request.params.id, personOf(request).organization.id),
  })
}

const STATUS_OF_REFUSALS: Readonly<Record<string, number>> = { 'agreement-must-exist': 404, 'jobs-must-not-pile-up': 429 }

function beforeOf(cursor: string | undefined): { startedAt: string; id: string } | null {
  const [startedAt, id] = cursor?.split('|') ?? []
  return startedAt !== undefined && id !== undefined && !Number.isNaN(Date.parse(startedAt)) ? { startedAt, id } : null
}

/** The job as its own organisation, or a reviewer of the case that asks for its release, may see it. */
async function viewOf(parts: ApiParts, id: string, organization: string): Promise<JobView> {
  const found = await readingAsSystem(parts, async (tx) => {
    const job = await readJob(tx, id)
    if (job === null || !(await maySeeJob(tx, job, organization))) return null
    const before = await releaseBefore(tx, job)
    // What left before is told only to those who may see that job as well.
    const earlier = before !== null && (await maySeeJob(tx, before.job, organization)) ? before : null
    const release = job.release === null ? null : await readRelease(tx, job.release)
    return { job, earlier, standing: release === null ? null : await standingOf(tx, 'release', release.caseId), author: (await personNames(tx, new Set([job.author]))).get(job.author) ?? job.author }
  })
  if (found === null) throw unknownThing('job-must-exist', '作业')
  const { job, author, earlier, standing } = found
  const [rows, earlierRows, law, lineage] = await Promise.all([
    rowsOf(parts, job), earlier === null ? null : rowsOf(parts, earlier.job), parts.operation.jobs.lawOfAgreement(job.agreement), lineageOfJob({ db: parts.db, gate: parts.operation.jobs.gate }, job),
  ])
  const own = job.organization === organization
  const unread = own && awaitsReview(job)
  const view = jobView(job, author, unread ? null : rows, { standing, law, lineage, earlier: earlier === null ? null : { ...earlier, rows: earlierRows }, place: parts.operation.jobs.queue.placeOf(job.id) })
  if (!own) return { ...view, tries: law === null ? null : await readingAsSystem(parts, (tx) => triesBeside(tx, job, triesLimitsOf(law.pack.thresholds))) }
  return unread || job.verdict === 'block' || job.status === 'failed' ? withoutMeasured(view) : view
}

/** The rows of a sealed result; null where nothing was sealed. */
async function rowsOf(parts: ApiParts, job: Job) {
  return job.wrappedKey === null ? null : openResult(parts.operation.vault, job.id, job.wrappedKey)
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

async function postureView(config: ApiParts['config']): Promise<z.infer<typeof EnvironmentView>['posture']> {
  const posture = await sandboxPosture()
  return [
    ...posture.inForce.map((text) => ({ title: '已生效', in_force: true, text })),
    ...[...posture.missing, ...standInLines(config)].map((text) => ({ title: '未具备', in_force: false, text })),
  ]
}

