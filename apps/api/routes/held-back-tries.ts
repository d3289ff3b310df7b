import { z } from 'zod'
import { triesLimitsOf } from '#core/disclosure-control/held-back-tries.ts'
import type { TriesLimits } from '#core/disclosure-control/held-back-tries.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { addEnded } from '#capabilities/operation/environment/end-job.job.ts'
import { isConcerned, lookAtTries } from '#capabilities/operation/environment/held-back-tries.job.ts'
import { lastAgreement, triedOrganizations } from '#capabilities/operation/environment/held-back-tries.store.ts'
import type { RouteFile } from '../app.ts'
import { readingAsSystem } from '../parts.ts'
import type { ApiParts } from '../parts.ts'
import { Refused } from '../problem.ts'
import { personOf } from '../session-guard.ts'
import { workspaceTries } from '../views/held-back-tries.ts'
import { LookBody, TriesView } from '../wire/held-back-tries.ts'
import type { WorkspaceTries } from '../wire/held-back-tries.ts'
import { Id } from '../wire/names.ts'

/** What the jobs of each organisation were told of the data by being held back, and the person who looks at it. */
export const heldBackTriesRoutes: RouteFile = (app, parts) => {
  app.get('/api/environment/tries', {
    config: { permission: 'tries.read' },
    schema: { operationId: 'readHeldBackTries', summary: '各单位因数据本身被拦的作业：近日次数、原因、待查看的结论', response: { 200: TriesView } },
    handler: async (request) => {
      const person = personOf(request)
      const organizations = await readingAsSystem(parts, triedOrganizations)
      const limits = new Map(await Promise.all(organizations.map(async (one) => [one, await limitsFor(parts, one)] as const)))
      return readingAsSystem(parts, async (tx) => {
        const workspaces: WorkspaceTries[] = []
        for (const organization of organizations) {
          const found = await workspaceTries(tx, organization, limits.get(organization) ?? null, { reader: person.organization.id, mayLook: await isConcerned(tx, organization, person.actor) })
          if (found !== null) workspaces.push(found)
        }
        return { workspaces }
      })
    },
  })

  app.post('/api/environment/tries/:organization/look', {
    config: { permission: 'tries.look' },
    schema: { operationId: 'lookAtHeldBackTries', summary: '实施机构已查看一个单位被拦的作业：重新计数，并显示待查看的结论', params: z.strictObject({ organization: Id }), body: LookBody, response: { 200: z.strictObject({ shown: z.int() }) } },
    handler: async (request) => {
      const person = personOf(request)
      const { organization } = request.params
      const limits = await limitsFor(parts, organization)
      const shown = await inTransaction(parts.db, { as: 'system' }, async (tx) => {
        const answer = await lookAtTries(tx, organization, request.body.note, limits?.days ?? 0, { actor: person.actor, today: await parts.clock.today(tx), now: parts.clock.now() })
        if (!answer.looked) throw new Refused(answer.refusal, answer.refusal.code === 'tries-must-be-there' ? 409 : 403)
        for (const job of answer.shown) await addEnded(parts, tx, job)
        return answer.shown.length
      })
      parts.evidence.poke()
      return { shown }
    },
  })
}

/** The limits of the law under which the organisation's last counted job ran; null where it has none. */
export async function limitsFor(parts: ApiParts, organization: string): Promise<TriesLimits | null> {
  const agreement = await readingAsSystem(parts, (tx) => lastAgreement(tx, organization))
  const law = agreement === null ? null : await parts.operation.jobs.lawOfAgreement(agreement)
  return law === null ? null : triesLimitsOf(law.pack.thresholds)
}
