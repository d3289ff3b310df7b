import { z } from 'zod'
import { organizationNames } from '#adapters/identity/organizations.ts'
import { personNames } from '#adapters/identity/persons.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import type { Person } from '#adapters/identity/persons.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { ruleVersions } from '#capabilities/operation/protection/protection-rules.store.ts'
import type { RuleHand, RuleVersion } from '#capabilities/operation/protection/protection-rules.store.ts'
import { agreeRules, proposeRules } from '#capabilities/operation/protection/write-rules.job.ts'
import type { RuleAct, RuleAnswer } from '#capabilities/operation/protection/write-rules.job.ts'
import type { RouteFile } from '../app.ts'
import { concernedEntry } from '../concerned-entry.ts'
import { readingAsSystem } from '../parts.ts'
import type { ApiParts } from '../parts.ts'
import { Refused, unknownThing } from '../problem.ts'
import { personOf } from '../session-guard.ts'
import { Id } from '../wire/names.ts'
import { ProtectionRuleList, ProtectionRulesBody, ProtectionRuleView } from '../wire/protection.ts'

/** Protection rules of a table: what was agreed, a new version, the other side's consent. Each change is an entry. */
export const protectionRoutes: RouteFile = (app, parts) => {
  app.get('/api/protection/rules', {
    config: { permission: 'protection.read' },
    schema: { operationId: 'listProtectionRules', summary: '一个目录条目的保护规则，新的在前', querystring: z.strictObject({ entry: Id }), response: { 200: ProtectionRuleList } },
    handler: async (request) => readingAsSystem(parts, async (tx) => {
      const { entry } = request.query
      const versions = await ruleVersions(tx, entry)
      if ((await concernedEntry(tx, entry, personOf(request), await parts.clock.today(tx))) === null) throw unknownThing('catalog-entry-must-exist', '目录条目')
      return { rows: await views(tx, versions, versions.find(({ agreed }) => agreed !== null)?.id) }
    }),
  })

  app.post('/api/protection/rules', {
    config: { permission: 'protection.change' },
    schema: { operationId: 'proposeProtectionRules', summary: '拟订保护规则的新版本，待另一方同意后施行', body: ProtectionRulesBody, response: { 201: ProtectionRuleView } },
    handler: async (request, reply) => {
      const { entry, rules } = request.body
      return reply.code(201).send(await changed(parts, personOf(request), (tx, act) => proposeRules(tx, entry, rules, act)))
    },
  })

  app.post('/api/protection/rules/:id/agreement', {
    config: { permission: 'protection.change' },
    schema: { operationId: 'agreeToProtectionRules', summary: '同意另一方拟订的保护规则，即日施行', params: z.strictObject({ id: Id }), response: { 200: ProtectionRuleView } },
    handler: async (request) => changed(parts, personOf(request), (tx, act) => agreeRules(tx, request.params.id, act)),
  })
}

const STATUS: Readonly<Record<string, number>> = {
  'catalog-entry-must-exist': 404,
  'protection-rules-must-exist': 404,
  'actor-must-be-concerned-organization': 403,
  'rules-must-be-agreed-by-the-other-side': 403,
  'rules-must-await-agreement': 409,
  'rules-must-be-the-newest': 409,
}
const CONTENTS_REFUSED = 422

async function changed(parts: ApiParts, person: Person, change: (tx: Tx, act: RuleAct) => Promise<RuleAnswer>): Promise<ProtectionRuleView> {
  return inTransaction(parts.db, { as: 'system' }, async (tx) => {
    const act = { actor: person.actor, today: await parts.clock.today(tx), now: parts.clock.now(), schemaOf: (dataset: string) => parts.operation.schemas.get(dataset) }
    const answer = await change(tx, act)
    if (!answer.accepted) throw new Refused(answer.refusal, STATUS[answer.refusal.code] ?? CONTENTS_REFUSED)
    const [view] = await views(tx, [answer.version], answer.version.agreed === null ? undefined : answer.version.id)
    if (view === undefined) throw new Error('a version of protection rules has no view')
    return view
  })
}

async function views(tx: Tx, versions: readonly RuleVersion[], inForce: string | undefined): Promise<ProtectionRuleView[]> {
  const hands = versions.flatMap(({ proposed, agreed }) => (agreed === null ? [proposed] : [proposed, agreed]))
  const persons = await personNames(tx, new Set(hands.map(({ person }) => person)))
  const organizations = await organizationNames(tx, new Set(hands.map(({ organization }) => organization)))
  const hand = ({ person, organization, side, on }: RuleHand) => ({
    person: { id: person, name: persons.get(person) ?? person }, organization: { id: organization, name: organizations.get(organization) ?? organization }, side, on,
  })
  return versions.map(({ id, entry, version, rules, digest, proposed, agreed }) => ({
    id, entry, version, rules, digest, proposed: hand(proposed), agreed: agreed === null ? null : hand(agreed), in_force: id === inForce,
  }))
}
