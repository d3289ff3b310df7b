import { z } from 'zod'
import { effectiveThresholds, stricterWay } from '#core/disclosure-control/effective-thresholds.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import { organizationNames } from '#adapters/identity/organizations.ts'
import { personNames } from '#adapters/identity/persons.ts'
import type { Person } from '#adapters/identity/persons.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { setThresholds, thresholdVersions } from '#capabilities/operation/environment/provider-thresholds.store.ts'
import { reachOf } from '#capabilities/operation/environment/threshold-reach.store.ts'
import type { RouteFile } from '../app.ts'
import { concernedEntry } from '../concerned-entry.ts'
import type { ConcernedEntry } from '../concerned-entry.ts'
import { readingAsSystem } from '../parts.ts'
import type { ApiParts } from '../parts.ts'
import { Refused, unknownThing } from '../problem.ts'
import { personOf } from '../session-guard.ts'
import { basisView } from '../views/basis.ts'
import { Id } from '../wire/names.ts'
import { ThresholdsBody, ThresholdsView } from '../wire/provider-thresholds.ts'

/** Stricter thresholds that a provider asks for of outputs made from its data. Each change is a version and an entry. */
export const providerThresholdRoutes: RouteFile = (app, parts) => {
  app.get('/api/environment/thresholds', {
    config: { permission: 'protection.read' },
    schema: { operationId: 'readProviderThresholds', summary: '一个目录条目的输出检查阈值：规则包的取值和依据、提供单位提出的更严取值、历次版本', querystring: z.strictObject({ entry: Id }), response: { 200: ThresholdsView } },
    handler: async (request) => readingAsSystem(parts, (tx) => viewFor(tx, parts, request.query.entry, personOf(request))),
  })

  app.post('/api/environment/thresholds', {
    config: { permission: 'protection.change' },
    schema: { operationId: 'setProviderThresholds', summary: '数据提供单位提出更严的输出检查阈值，写明理由，即日施行', body: ThresholdsBody, response: { 201: ThresholdsView } },
    handler: async (request, reply) => {
      const person = personOf(request)
      const view = await inTransaction(parts.db, { as: 'system' }, async (tx) => {
        const today = await parts.clock.today(tx)
        const found = await concernedEntry(tx, request.body.entry, person, today)
        if (found === null) throw unknownThing('catalog-entry-must-exist', '目录条目')
        const law = lawOf(parts, found)
        const answer = await setThresholds(tx, request.body, law.pack.thresholds, { actor: person.actor, today, now: parts.clock.now() })
        if (!answer.accepted) throw new Refused(answer.refusal, STATUS[answer.refusal.code] ?? CONTENTS_REFUSED, law)
        return viewOf(tx, found, law, person)
      })
      parts.evidence.poke()
      return reply.code(201).send(view)
    },
  })
}

const CONTENTS_REFUSED = 422
const STATUS: Readonly<Record<string, number>> = { 'catalog-entry-must-exist': 404, 'actor-must-be-concerned-organization': 403, 'thresholds-must-change': 409 }

/** @throws Problem 404 also for an entry that does not concern the asker. */
async function viewFor(tx: Tx, parts: ApiParts, entry: string, person: Person): Promise<ThresholdsView> {
  const found = await concernedEntry(tx, entry, person, await parts.clock.today(tx))
  if (found === null) throw unknownThing('catalog-entry-must-exist', '目录条目')
  return viewOf(tx, found, lawOf(parts, found), person)
}

/** The law under which the entry stands in the catalog. */
function lawOf(parts: ApiParts, { pack }: ConcernedEntry): CaseLaw {
  return parts.packs.lawOf(pack)
}

async function viewOf(tx: Tx, { entry, title, provider }: ConcernedEntry, law: CaseLaw, person: Person): Promise<ThresholdsView> {
  const versions = await thresholdVersions(tx, entry)
  const persons = await personNames(tx, new Set(versions.map(({ setBy }) => setBy)))
  const organizations = await organizationNames(tx, new Set([provider]))
  const own = versions[0]?.values ?? {}
  const { thresholds } = law.pack
  return {
    entry, title, provider: { id: provider, name: organizations.get(provider) ?? provider }, pack: law.pack.manifest.title,
    may_set: person.organization.id === provider && person.actor.offices.includes('data-provider'),
    thresholds: Object.entries(thresholds).flatMap(([id, threshold]) => {
      const stricter = stricterWay(id)
      return stricter === null ? [] : [{ id, title: threshold.title, stricter, pack: threshold.value, basis: basisView(threshold.basis, law), own: own[id] ?? null }]
    }),
    versions: versions.map(({ version, values, reason, setBy, setOn }) => ({ version, values: { ...values }, reason, set_by: { id: setBy, name: persons.get(setBy) ?? setBy }, set_on: setOn })),
    reach: await reachOf(tx, entry, effectiveThresholds(thresholds, versions.slice(0, 1))),
  }
}
