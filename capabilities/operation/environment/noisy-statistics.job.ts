import { randomUUID } from 'node:crypto'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { Refusal } from '#core/decision/refusal.ts'
import { refuse } from '#core/decision/refusal.ts'
import type { Actor } from '#core/procedure/case-state.ts'
import { budgetRefusal } from '#core/protection/differential-privacy.ts'
import { effectiveThresholds } from '#core/disclosure-control/effective-thresholds.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { noisyAnswer } from '#core/protection/noisy-answer.ts'
import type { NoisyAnswer } from '#core/protection/noisy-answer.ts'
import { exactFiguresSql, noisyCells, questionRefusal } from '#core/protection/noisy-statistics.ts'
import type { NoisyQuestion, NoisyTerms } from '#core/protection/noisy-statistics.ts'
import { addPending } from '#adapters/evidence/pending-entry.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { uniformBelow } from '#adapters/protection/uniform-below.ts'
import type { QueuedWork } from '#adapters/sandbox/job-queue.ts'
import { DEFAULT_JOB_LIMITS } from '#adapters/sandbox/limits.ts'
import { withPrivateDirectory } from '#adapters/vault/private-temporary.ts'
import { digestOf, keepAnswer, knownAnswer, spendPrivacy } from '#capabilities/operation/protection/protection.facts.ts'
import type { KeptAnswer } from '#capabilities/operation/protection/protection.facts.ts'
import { mountable, placed } from './carry-out-job.job.ts'
import type { Mounted } from './carry-out-job.job.ts'
import { endJob, insertJob } from './environment.store.ts'
import { jobOfSpending, noisyJob, noisyJobEnd } from './noisy-job.store.ts'
import type { AnsweredFrom } from './noisy-job.store.ts'
import { thresholdsOf } from './provider-thresholds.store.ts'
import { accessOf } from './run-job.job.ts'
import type { JobParts } from './run-job.job.ts'

export type NoisyAsked = { actor: Actor; agreement: string; scenario: string; purpose: string; entry: string; question: NoisyQuestion }
/** `repeated`: the same question was answered before; the same answer is given again and nothing is spent. */
export type NoisyOutcome = { accepted: true; kept: KeptAnswer; repeated: boolean } | { accepted: false; refusal: Refusal }

/**
 * Answers a count or a sum with noise. The order is what protects: the pack's table decides, the question is judged by the
 * rules alone, the budget is spent and durable, and only then is a row read. What was spent stays spent when the answer fails,
 * for that very question and no other: asked again, it is answered without paying twice.
 */
export async function askNoisyStatistic(parts: JobParts, asked: NoisyAsked): Promise<NoisyOutcome> {
  const found = await allowedTable(parts, asked)
  if ('refusal' in found) return { accepted: false, refusal: found.refusal }
  const { mounted, terms, rules } = found
  const questionDigest = digestOf({ entry: asked.entry, version: mounted.version.id, rules: rules.digest, question: asked.question })
  const known = await inTransaction(parts.db, { as: 'system' }, (tx) => knownAnswer(tx, asked.agreement, asked.scenario, questionDigest))
  if (known !== null) return { accepted: true, kept: known, repeated: true }
  if (!parts.queue.hasRoom(asked.actor.organization)) return { accepted: false, refusal: refuse('jobs-must-not-pile-up', null, '贵单位排队等待的作业已达上限。', '请等待在排作业完成后重新提交；本次没有使用隐私预算。') }
  const today = await parts.clock.today(parts.db)
  const { entry, agreement, scenario, purpose, question } = asked
  const spent = await inTransaction(parts.db, { as: 'system' }, (tx) =>
    spendPrivacy(tx, { entry, agreement, scenario, purpose, milliEpsilon: question.milliEpsilon, questionDigest }, { actor: asked.actor, today, now: parts.clock.now() }))
  parts.committer.poke()
  if (!spent.accepted) return spent
  const exact = await exactFigures(parts, asked, mounted, terms)
  if (exact === null) return { accepted: false, refusal: refuse('noisy-statistic-failed', null, '统计没有完成；所用的隐私预算不退还。', '请稍后重新提交，再次发生时请联系平台管理员。') }
  const answer = noisyAnswer(question, terms, noisyCells(question, terms, exact.rows, uniformBelow), {
    entry, table: mounted.version.schema.title, version: mounted.version.id, rules, leftMilliEpsilon: spent.leftMilliEpsilon,
  })
  return kept(parts, asked, found, { spending: spent.id, questionDigest, answer, from: exact.from }, today).finally(() => parts.committer.poke())
}

type Answered = { spending: string; questionDigest: string; answer: NoisyAnswer; from: AnsweredFrom }

/** Keeps the answer and, beside it, the job under which it is reviewed and may leave; where another was quicker, that one is given. */
async function kept(parts: JobParts, asked: NoisyAsked, { law, mounted }: Allowed, { spending, questionDigest, answer, from }: Answered, today: LegalDate): Promise<NoisyOutcome> {
  const { entry, agreement, scenario, purpose, actor } = asked
  const job = jobOfSpending(spending)
  const thresholds = effectiveThresholds(law.pack.thresholds, await inTransaction(parts.db, { as: 'system' }, (tx) => thresholdsOf(tx, [entry])))
  return inTransaction(parts.db, { as: 'system' }, async (tx): Promise<NoisyOutcome> => {
    const digest = await keepAnswer(tx, { spending, agreement, scenario, questionDigest }, answer)
    const found = await knownAnswer(tx, agreement, scenario, questionDigest)
    if (found === null) throw new Error('a noisy answer was kept and cannot be found')
    if (digest === null) return { accepted: true, kept: found, repeated: true }
    await insertJob(tx, noisyJob(job, asked, from.sql, mounted.supply.id, law))
    await endJob(tx, job, await noisyJobEnd(parts, job, answer, from, law, thresholds))
    await addPending(tx, {
      type: 'data-access', legalDate: today, actor: actor.person, onBehalfOf: actor.organization, office: 'operator', action: 'noisy-statistic', purpose,
      object: { kind: 'privacy-spending', id: spending }, decision: 'done', bodyHash: `sha256:${digest}`, detail: { entry, agreement, scenario, milli_epsilon: asked.question.milliEpsilon, cells: answer.cells.length, job },
    }, parts.clock.now())
    return { accepted: true, kept: found, repeated: false }
  })
}

type Allowed = { law: CaseLaw; mounted: Mounted; terms: NoisyTerms; rules: { version: number; digest: string } }

/** The table and the terms under which the question may be asked of it, decided without a look at a row. */
async function allowedTable(parts: JobParts, asked: NoisyAsked): Promise<Allowed | { refusal: Refusal }> {
  const law = await parts.lawOfAgreement(asked.agreement)
  const first = await accessOf(parts, law, { ...asked, sql: null })
  if (!first.allowed) return denied(parts, asked, first.refusal)
  const mounted = (await mountable(parts, first.supplies)).find(({ supply }) => supply.entry === asked.entry)
  if (mounted === undefined) return denied(parts, asked, refuse('table-must-be-supplied', null, '本场景没有供给这一数据资源。', '请从列出的数据资源中选择。'))
  // Again with the table named, so that what its entry declares is held against its rules.
  const access = await accessOf(parts, law, { ...asked, sql: `SELECT count(*) FROM "${mounted.table}"` })
  if (!access.allowed) return denied(parts, asked, access.refusal)
  const { applied } = mounted.protection
  const terms = applied?.rules.privacyBudget
  if (applied === null || terms === undefined) return denied(parts, asked, budgetRefusal({ rules: null, spentMilliEpsilon: 0 }, asked.question.milliEpsilon) ?? UNKNOWN)
  const refusal = questionRefusal(asked.question, terms, mounted.version.schema) ?? suppliedRefusal(asked.question, mounted)
  if (refusal !== null) return { refusal }
  return { law: access.law, mounted, terms, rules: { version: applied.version, digest: applied.digest } }
}

const UNKNOWN = refuse('privacy-budget-must-be-granted', null, '不能作带噪声的统计。', '请联系实施机构。')

/** Unlike a job's, a question is asked of one table as its rules leave it; what they need must have been supplied. */
function suppliedRefusal({ column, groups }: NoisyQuestion, { fields, version, protection: { rules } }: Mounted): Refusal | null {
  if (rules.rows.some((condition) => !version.schema.columns.some((one) => one.name === condition.column))) {
    return refuse('protection-rules-must-fit-supply', null, `“${version.schema.title}”的保护规则不能用于本次供给的字段：缺少筛选行所需的字段。`, '请与实施机构和数据提供单位联系，调整保护规则或者供给的字段。')
  }
  const missing = [...groups, ...(column === null ? [] : [column])].filter((name) => !fields.includes(name))
  if (missing.length === 0) return null
  const titles = missing.map((name) => `“${version.schema.columns.find((one) => one.name === name)?.title ?? name}”`).join('、')
  return refuse('column-not-authorized', null, `字段${titles}没有获准供给本场景。`, '请只使用获准供给的字段。')
}

/** A refusal by the access table is an entry, as for jobs. */
async function denied(parts: JobParts, asked: NoisyAsked, refusal: Refusal): Promise<{ refusal: Refusal }> {
  await parts.committer.append({
    type: 'data-access', legalDate: await parts.clock.today(parts.db), actor: asked.actor.person, onBehalfOf: asked.actor.organization, office: 'operator', action: 'noisy-statistic', purpose: asked.purpose,
    object: { kind: 'catalog-entry', id: asked.entry }, decision: 'deny', ...(refusal.provision === null ? {} : { provision: refusal.provision }),
    detail: { code: refusal.code, agreement: asked.agreement, scenario: asked.scenario },
  })
  return { refusal }
}

/** The exact figures, computed behind the walls of a job in its turn, and what they were computed from; the figures go no further than the noise. Null when that failed. */
async function exactFigures(parts: JobParts, asked: NoisyAsked, mounted: Mounted, terms: NoisyTerms): Promise<{ rows: readonly (readonly unknown[])[]; from: AnsweredFrom } | null> {
  const { version, table, fields } = mounted
  const { key } = version.schema.entity
  const columns = version.schema.columns.map(({ name }) => name).filter((name) => key.includes(name) || (fields.includes(name) && (asked.question.groups.includes(name) || name === asked.question.column)))
  const sql = exactFiguresSql(asked.question, terms, table, key)
  let exact: { rows: readonly (readonly unknown[])[]; from: AnsweredFrom } | null = null
  const work: QueuedWork = {
    id: `noisy-statistic-${randomUUID()}`, tenant: asked.actor.organization,
    run: (signal) => withPrivateDirectory(parts.vault.temporary, async (directory) => {
      if (signal.aborted) return
      const { path, input } = await placed(parts, mounted, columns, directory)
      const outcome = await parts.sandbox.runJob({ inputs: [{ table, parquetPath: path, shown: [] }], statements: [], platformStatements: [sql], limits: DEFAULT_JOB_LIMITS, signal })
      if (!outcome.ok) return parts.complain(new Error(`a noisy statistic failed: ${outcome.code}`))
      const rows = outcome.results[0]?.rows
      if (rows !== undefined) exact = { rows, from: { sql, input, engine: outcome.engineVersion, elapsedMs: outcome.elapsedMs } }
    }),
  }
  try {
    await parts.queue.submit(work)
  } catch (error) {
    parts.complain(error)
    return null
  }
  return exact
}
