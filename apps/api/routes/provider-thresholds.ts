import { z } from 'zod'
import type { Threshold } from '#core/pack/pack-format.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { setThresholds, thresholdsOf } from '#capabilities/operation/environment/provider-thresholds.store.ts'
import type { RouteFile } from '../app.ts'
import { readingAsSystem } from '../parts.ts'
import { Refused, unknownThing } from '../problem.ts'
import { personOf } from '../session-guard.ts'
import { Id } from '../wire/names.ts'

const Values = z.record(z.string().regex(/^[a-z][a-z0-9-]*$/), z.union([z.number(), z.enum(['pass', 'review', 'block'])]))
const View = z.strictObject({ entry: z.string(), provider: z.string(), version: z.int(), values: Values })

/** Stricter thresholds that a provider asks for of outputs made from its data. Each change is a version and an entry. */
export const providerThresholdRoutes: RouteFile = (app, parts) => {
  app.get('/api/environment/thresholds', {
    config: { permission: 'protection.read' },
    schema: { operationId: 'readProviderThresholds', summary: '数据提供单位对输出检查提出的更严阈值，现行版本', querystring: z.strictObject({ entry: Id }), response: { 200: View } },
    handler: async (request) => {
      const [found] = await readingAsSystem(parts, (tx) => thresholdsOf(tx, [request.query.entry]))
      if (found === undefined) throw unknownThing('provider-thresholds-must-exist', '提供单位的阈值')
      return { ...found, values: { ...found.values } }
    },
  })

  app.post('/api/environment/thresholds', {
    config: { permission: 'protection.change' },
    schema: { operationId: 'setProviderThresholds', summary: '数据提供单位提出更严的输出检查阈值，即日对新作业施行', body: z.strictObject({ entry: Id, values: Values }), response: { 201: View } },
    handler: async (request, reply) => {
      const { actor } = personOf(request)
      const now = parts.clock.now()
      const answer = await inTransaction(parts.db, { as: 'system' }, async (tx) => setThresholds(tx, request.body, thresholdsOfPacks(parts.packs.all.map((law) => law.pack.thresholds)), { actor, today: await parts.clock.today(tx), now }))
      if (!answer.accepted) throw new Refused(answer.refusal, answer.refusal.code === 'catalog-entry-must-exist' ? 404 : 403)
      parts.evidence.poke()
      return reply.code(201).send({ ...answer.thresholds, values: { ...answer.thresholds.values } })
    },
  })
}

/** The thresholds of all packs under their ids; packs inherit them, so that any pack's is as good as another's to check against. */
function thresholdsOfPacks(all: readonly Readonly<Record<string, Threshold>>[]): Readonly<Record<string, Threshold>> {
  return Object.assign({}, ...all) as Record<string, Threshold> // a union of records of thresholds
}
