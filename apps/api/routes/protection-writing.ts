import { declaredFields, shortfallsOf } from '#core/protection/declared-protection.ts'
import { changesBetween, columnsUnderRules, describedRule } from '#core/protection/rules-view.ts'
import type { Weight } from '#core/protection/weigh-rules.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import { organizationNames } from '#adapters/identity/organizations.ts'
import type { Person } from '#adapters/identity/persons.ts'
import { thresholdsOf } from '#capabilities/operation/environment/provider-thresholds.store.ts'
import { ruleVersions } from '#capabilities/operation/protection/protection-rules.store.ts'
import { weighRulesFor } from '#capabilities/operation/protection/weigh-rules.job.ts'
import { entryOf, sidesOf, tableOf } from '#capabilities/operation/protection/write-rules.job.ts'
import type { RuleAct } from '#capabilities/operation/protection/write-rules.job.ts'
import type { RouteFile } from '../app.ts'
import { readingAsSystem } from '../parts.ts'
import type { ApiParts } from '../parts.ts'
import { Refused, unknownThing } from '../problem.ts'
import { personOf } from '../session-guard.ts'
import { ProtectedEntryList, ProtectionRulesBody, RulesLook, WeighBody, WeighView } from '../wire/protection.ts'
import type { ProtectedEntry } from '../wire/protection.ts'

/** What agency and provider need while they write rules: their tables, what the rules would do, and what they would cost. */
export const protectionWritingRoutes: RouteFile = (app, parts) => {
  app.get('/api/protection/entries', {
    config: { permission: 'protection.change' },
    schema: { operationId: 'listProtectedEntries', summary: '由本单位参与制定保护规则的数据，及其规则的施行情况', response: { 200: ProtectedEntryList } },
    handler: async (request) => readingAsSystem(parts, async (tx) => ({ rows: await entriesOf(tx, parts, personOf(request)) })),
  })

  app.post('/api/protection/look', {
    config: { permission: 'protection.change' },
    schema: { operationId: 'lookAtProtectionRules', summary: '所拟规则对各字段的处理、与施行版本的差异和分析人员将看到的样子（只用合成样例）', body: ProtectionRulesBody, response: { 200: RulesLook } },
    handler: async (request) => readingAsSystem(parts, async (tx) => {
      const { entry, rules } = request.body
      const act = await actOf(parts, tx, personOf(request))
      const table = await tableOf(tx, entry, act)
      if ('refusal' in table) throw new Refused(table.refusal, NOT_FOUND)
      if ((await sidesOf(tx, table.provider, act)).length === 0) throw unknownThing('catalog-entry-must-exist', '目录条目')
      const declared = declaredFields((await entryOf(tx, entry)) ?? undefined)
      const inForce = (await ruleVersions(tx, entry)).find(({ agreed }) => agreed !== null)
      const { schema } = table
      const titleOf = (name: string): string => schema.columns.find((column) => column.name === name)?.title ?? name
      return {
        title: schema.title, entity: schema.entity.kind, columns: columnsUnderRules(schema, declared, rules), changes: changesBetween(inForce?.rules ?? null, rules, titleOf),
        unprotected: shortfallsOf((declared ?? []).map(({ name }) => name).filter((name) => schema.columns.some((column) => column.name === name)), declared, rules, schema).map(({ title, wanted }) => `${title}（${wanted}）`),
      }
    }),
  })

  app.post('/api/protection/weighing', {
    config: { permission: 'protection.change' },
    schema: { operationId: 'weighProtectionRules', summary: '在隔离环境中试算所拟规则：处理前后的重识别风险、信息损失和损失最小的泛化方案', body: WeighBody, response: { 200: WeighView } },
    handler: async (request) => {
      const act = await readingAsSystem(parts, (tx) => actOf(parts, tx, personOf(request)))
      const { jobs, vault } = parts.operation
      const answer = await weighRulesFor({ db: parts.db, vault, committer: jobs.committer, complain: jobs.complain }, request.body, act)
      if (!answer.accepted) throw new Refused(answer.refusal, STATUS[answer.refusal.code] ?? CONTENTS_REFUSED)
      const { weighing: { rows, before, after, losses, suggestion }, schema } = answer
      const titleOf = (name: string): string => schema.columns.find((column) => column.name === name)?.title ?? name
      return {
        rows, version: answer.version, sensitive: answer.sensitive === null ? null : titleOf(answer.sensitive), before: weightView(before), after: weightView(after),
        losses: losses.map(({ column, share }) => ({ column, title: titleOf(column), share })),
        suggestion: suggestion.found
          ? { found: true, reason: null, loss: suggestion.loss, suppressed: suggestion.suppressed, columns: suggestion.steps.flatMap(({ column, step }) => (step.kind === 'as-is' ? [] : [{ column, title: titleOf(column), done: describedRule(step.rule), rule: { ...step.rule } }])) }
          : { found: false, reason: REASONS[suggestion.reason], loss: 0, suppressed: 0, columns: [] },
      }
    },
  })
}

const NOT_FOUND = 404
const CONTENTS_REFUSED = 422
const STATUS: Readonly<Record<string, number>> = { 'catalog-entry-must-exist': 404, 'actor-must-be-concerned-organization': 403, 'table-must-be-supplied': 409 }
const REASONS = { 'target-out-of-reach': '即使全部泛化也达不到目标', 'too-many-checks': '可选的泛化方案过多，没有试完' } as const

function weightView({ anonymity: { k, distinctL, t }, fulfilled, averageRisk, unique }: Weight) {
  return { k, l: distinctL, t, fulfilled, average_risk: averageRisk, unique }
}

async function actOf(parts: ApiParts, tx: Tx, person: Person): Promise<RuleAct> {
  return { actor: person.actor, today: await parts.clock.today(tx), now: parts.clock.now(), schemaOf: (dataset) => parts.operation.schemas.get(dataset) }
}

async function entriesOf(tx: Tx, parts: ApiParts, person: Person): Promise<ProtectedEntry[]> {
  const act = await actOf(parts, tx, person)
  const records = await tx.selectFrom('register_record').select(['key', 'record']).where('register', '=', 'catalog').where('current', '=', true).orderBy('key').execute()
  const thresholds = new Map((await thresholdsOf(tx, records.map(({ key }) => key))).map(({ entry, version }) => [entry, version]))
  const rows: ProtectedEntry[] = []
  const names = await organizationNames(tx, new Set(records.flatMap(({ record }) => (typeof record['provider'] === 'string' ? [record['provider']] : []))))
  for (const { key, record } of records) {
    const { provider, title } = record
    const sides = typeof provider === 'string' ? await sidesOf(tx, provider, act) : []
    if (typeof provider !== 'string' || sides.length === 0) continue
    const table = await tableOf(tx, key, act)
    const schema = 'refusal' in table ? null : table.schema
    const versions = await ruleVersions(tx, key)
    const inForce = versions.find(({ agreed }) => agreed !== null)
    const declared = declaredFields(record)
    const known = (declared ?? []).map(({ name }) => name).filter((name) => schema?.columns.some((column) => column.name === name))
    rows.push({
      entry: key, title: typeof title === 'string' ? title : (schema?.title ?? key), provider: { id: provider, name: names.get(provider) ?? provider }, sides, declared: schema !== null,
      in_force: inForce?.version ?? null, waiting: versions[0] !== undefined && versions[0].agreed === null ? versions[0].version : null,
      unprotected: schema === null ? [] : shortfallsOf(known, declared, inForce?.rules ?? null, schema).map(({ title: field }) => field),
      thresholds: thresholds.get(key) ?? null, milli_epsilon: inForce?.rules.privacyBudget?.milliEpsilon ?? null,
    })
  }
  return rows
}
