import { z } from 'zod'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import { organizationNames } from '#adapters/identity/organizations.ts'
import { personNames } from '#adapters/identity/persons.ts'
import type { Person } from '#adapters/identity/persons.ts'
import { suppliesOf } from '#capabilities/operation/environment/supplies.facts.ts'
import { spendingsOf } from '#capabilities/operation/protection/privacy-ledger.store.ts'
import type { PastSpending } from '#capabilities/operation/protection/privacy-ledger.store.ts'
import { rulesInForce } from '#capabilities/operation/protection/protection-rules.store.ts'
import { tableOf } from '#capabilities/operation/protection/write-rules.job.ts'
import type { RouteFile } from '../app.ts'
import { concernedEntry } from '../concerned-entry.ts'
import { readingAsSystem } from '../parts.ts'
import { unknownThing } from '../problem.ts'
import { personOf } from '../session-guard.ts'
import { questionText } from '../views/noisy-question.ts'
import { Id } from '../wire/names.ts'
import { PrivacyBudgetView } from '../wire/privacy-budgets.ts'

/** The privacy budget of a table: what is granted, what is left, what it was spent on. */
export const privacyBudgetRoutes: RouteFile = (app, parts) => {
  app.get('/api/protection/budget', {
    config: { permission: 'protection.read' },
    schema: { operationId: 'readPrivacyBudget', summary: '一个目录条目的隐私预算：保护规则给出多少、各应用场景用了多少、用在哪些问题上', querystring: z.strictObject({ entry: Id }), response: { 200: PrivacyBudgetView } },
    handler: async (request) => readingAsSystem(parts, async (tx) => {
      const person = personOf(request)
      const today = await parts.clock.today(tx)
      const found = await concernedEntry(tx, request.query.entry, person, today)
      if (found === null) throw unknownThing('catalog-entry-must-exist', '目录条目')
      const { entry, title, provider } = found
      const rules = await rulesInForce(tx, entry)
      const granted = rules?.rules.privacyBudget === undefined ? null : { version: rules.version, milli_epsilon: rules.rules.privacyBudget.milliEpsilon }
      const table = await tableOf(tx, entry, { actor: person.actor, today, now: parts.clock.now(), schemaOf: (dataset) => parts.operation.schemas.get(dataset) })
      const schema = 'refusal' in table ? undefined : table.schema
      const names = await organizationNames(tx, new Set([provider]))
      return { entry, title, provider: { id: provider, name: names.get(provider) ?? provider }, granted, scenarios: await scenariosOf(tx, entry, person, granted?.milli_epsilon ?? 0, schema) }
    }),
  })
}

/** Each scenario that was supplied or has spent; an operator sees its own alone. */
async function scenariosOf(tx: Tx, entry: string, person: Person, granted: number, schema: TableSchema | undefined): Promise<PrivacyBudgetView['scenarios']> {
  const spent = await spendingsOf(tx, entry)
  const supplied = (await suppliesOf(tx, {})).filter((supply) => supply.entry === entry)
  const uses = new Map([...supplied, ...spent].map(({ agreement, scenario, operator }) => [`${agreement}|${scenario}`, { agreement, scenario, operator }]))
  const writes = person.actor.offices.some((office) => office === 'data-provider' || office === 'implementing-agency')
  const seen = [...uses.values()].filter(({ agreement, operator }) => agreement !== '' && (writes || operator === person.organization.id))
  const operators = await organizationNames(tx, new Set(seen.map(({ operator }) => operator)))
  const persons = await personNames(tx, new Set(spent.map(({ by }) => by)))
  return seen.map(({ agreement, scenario, operator }) => {
    const own = spent.filter((one) => one.agreement === agreement && one.scenario === scenario)
    const sum = own.reduce((total, { milliEpsilon }) => total + milliEpsilon, 0)
    return {
      agreement, scenario, operator: { id: operator, name: operators.get(operator) ?? operator }, spent: sum, left: Math.max(0, granted - sum),
      spendings: own.map((one) => spendingView(one, persons.get(one.by) ?? one.by, schema)),
    }
  })
}

function spendingView({ id, on, by, purpose, milliEpsilon, question }: PastSpending, name: string, schema: TableSchema | undefined): PrivacyBudgetView['scenarios'][number]['spendings'][number] {
  return { id, on, by: { id: by, name }, purpose, milli_epsilon: milliEpsilon, question: question === null ? null : questionText(question, schema) }
}
