import { z } from 'zod'
import type { TableSchema } from '#core/boundary/table-schema.ts'
import { readVersion } from '#adapters/vault/versions.ts'
import { suppliesOf } from '#capabilities/operation/environment/supplies.facts.ts'
import type { Supply } from '#capabilities/operation/environment/supplies.facts.ts'
import { answersOf } from '#capabilities/operation/protection/noisy-answers.store.ts'
import type { KeptAnswer } from '#capabilities/operation/protection/noisy-answers.store.ts'
import { jobOfSpending } from '#capabilities/operation/environment/noisy-job.store.ts'
import { askNoisyStatistic } from '#capabilities/operation/environment/noisy-statistics.job.ts'
import { privacyAccount } from '#capabilities/operation/protection/privacy-ledger.store.ts'
import { tableProtectionOf } from '#capabilities/operation/protection/protection.facts.ts'
import type { Tx } from '#adapters/cases/case-store.ts'
import type { RouteFile } from '../app.ts'
import { readingAsSystem } from '../parts.ts'
import { Refused } from '../problem.ts'
import { personOf } from '../session-guard.ts'
import { figureTitle, titleOf } from '../views/noisy-question.ts'
import { Id, ShortText } from '../wire/names.ts'
import { NoisyAnswerView, NoisyStatisticBody, NoisyStatistics } from '../wire/noisy-statistics.ts'
import type { NoisyTable } from '../wire/noisy-statistics.ts'

/** unit: answers; source: what a page shows of the past */
const ANSWERS_SHOWN = 50

/** Counts and sums with noise: what may be asked, what is left of the budget, and the answers. */
export const noisyStatisticRoutes: RouteFile = (app, parts) => {
  app.get('/api/environment/noisy-statistics', {
    config: { permission: 'environment.run' },
    schema: { operationId: 'listNoisyStatistics', summary: '一个应用场景可以作的带噪声统计、剩余隐私预算和已有答复', querystring: z.strictObject({ agreement: Id, scenario: ShortText.min(1) }), response: { 200: NoisyStatistics } },
    handler: async (request) => readingAsSystem(parts, async (tx) => {
      const { agreement, scenario } = request.query
      const own = (await suppliesOf(tx, { agreement, operator: personOf(request).organization.id })).filter((supply) => supply.scenario === scenario && supply.version !== '')
      if (own.length === 0) return { tables: [], answers: [] }
      const read = await Promise.all(own.map(async (supply) => ({ supply, schema: (await readVersion(tx, supply.version)).schema })))
      const tables = await Promise.all(read.map(({ supply, schema }) => tableOf(tx, supply, schema)))
      const schemas = new Map(read.map(({ supply, schema }) => [supply.entry, schema]))
      return { tables: tables.filter((table) => table !== null), answers: (await answersOf(tx, agreement, scenario, ANSWERS_SHOWN)).map((kept) => answerView(kept, schemas.get(kept.answer.entry), false)) }
    }),
  })

  app.post('/api/environment/noisy-statistics', {
    config: { permission: 'environment.run' },
    schema: { operationId: 'askNoisyStatistic', summary: '作一次带噪声的计数或者合计，先记隐私预算，后作答复', body: NoisyStatisticBody, response: { 201: NoisyAnswerView } },
    handler: async (request, reply) => {
      const { milli_epsilon: milliEpsilon, statistic, column, groups, ...asked } = request.body
      const answer = await askNoisyStatistic(parts.operation.jobs, { ...asked, actor: personOf(request).actor, question: { statistic, column, groups, milliEpsilon } })
      if (!answer.accepted) throw new Refused(answer.refusal, STATUS[answer.refusal.code] ?? REFUSED, await parts.operation.jobs.lawOfAgreement(asked.agreement))
      const schema = await readingAsSystem(parts, async (tx) => (await readVersion(tx, answer.kept.answer.version)).schema)
      return reply.code(201).send(answerView(answer.kept, schema, answer.repeated))
    },
  })
}

const REFUSED = 403
const STATUS: Readonly<Record<string, number>> = {
  'agreement-must-exist': 404, 'table-must-be-supplied': 404, 'jobs-must-not-pile-up': 429, 'noisy-statistic-failed': 503, 'privacy-budget-must-suffice': 409, 'privacy-budget-must-be-granted': 409,
  'table-must-be-about-entities': 422, 'contribution-must-be-bounded': 422, 'count-must-name-no-column': 422, 'group-domain-must-be-declared': 422, 'groups-must-be-few': 422, 'answer-must-be-small': 422,
}

/** What may be asked of a supplied table; null where its rules grant no budget. */
async function tableOf(tx: Tx, supply: Supply, schema: TableSchema): Promise<NoisyTable | null> {
  const { applied, fields } = await tableProtectionOf(tx, schema, supply)
  const terms = applied?.rules.privacyBudget
  if (applied === null || terms === undefined || schema.entity.kind === 'none') return null
  const { spentMilliEpsilon } = await privacyAccount(tx, supply)
  const titled = <T>(of: Readonly<Record<string, T>>) => Object.entries(of).filter(([name]) => fields.includes(name)).map(([name, value]) => ({ name, title: titleOf(schema, name), value }))
  return {
    entry: supply.entry, title: schema.title, rules_version: applied.version,
    budget: { milli_epsilon: terms.milliEpsilon, spent: spentMilliEpsilon, left: Math.max(0, terms.milliEpsilon - spentMilliEpsilon) },
    groups: titled(terms.domains).map(({ name, title, value }) => ({ name, title, values: value })),
    sums: titled(terms.bounds).map(({ name, title, value }) => ({ name, title, ...value })),
    groups_per_entity: terms.groupsPerEntity,
  }
}

function answerView({ spending, answer, answeredAt }: KeptAnswer, schema: TableSchema | undefined, repeated: boolean): NoisyAnswerView {
  const { question, finding } = answer
  return {
    id: spending, job: jobOfSpending(spending), entry: answer.entry, table: answer.table,
    question: { statistic: question.statistic, column: question.column, groups: [...question.groups], milli_epsilon: question.milliEpsilon },
    group_titles: question.groups.map((name) => titleOf(schema, name)),
    figure_title: figureTitle(question, schema),
    cells: answer.cells.map(({ groups, value }) => ({ groups: [...groups], value })), margin: answer.margin, rules: answer.rules,
    layer: { layer: finding.layer, verdict: finding.verdict, message: finding.message, evidence: { ...finding.evidence } },
    answered_at: answeredAt.toISOString(), repeated,
  }
}
