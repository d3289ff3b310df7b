import { randomUUID } from 'node:crypto'
import { sql } from '#adapters/postgres/kysely.ts'
import type { Transaction } from 'kysely'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { Refusal } from '#core/decision/refusal.ts'
import type { Actor } from '#core/procedure/case-state.ts'
import { budgetRefusal } from '#core/protection/differential-privacy.ts'
import type { PrivacyAccount } from '#core/protection/differential-privacy.ts'
import type { NoisyAnswer } from '#core/protection/noisy-answer.ts'
import type { NoisyQuestion } from '#core/protection/noisy-statistics.ts'
import { addPending } from '#adapters/evidence/pending-entry.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { rulesInForce } from './protection-rules.store.ts'
import type { RuleVersion } from './protection-rules.store.ts'

type Writing = Transaction<Tables>

/** What is to be spent: on which table, in which scenario of which agreement, how much, what for. */
export type Spending = BudgetOf & { milliEpsilon: number; purpose: string; /** SHA-256 of the question, the rules and the version of the table. */ questionDigest: string }
/** A budget belongs to a table and one scenario of an agreement, whichever of the operator's persons asks. */
export type BudgetOf = { entry: string; agreement: string; scenario: string }
export type SpendingAct = { actor: Actor; today: LegalDate; now: Date }
export type SpendingAnswer = { accepted: true; id: string; leftMilliEpsilon: number } | { accepted: false; refusal: Refusal }

/**
 * Enters a spending before the answer is computed, or refuses it where the budget does not suffice. Spending of one table is
 * entered one after the other, so that two answers at once cannot both have the last of it; a refusal, too, is an entry. One
 * question is paid for once: while its answer is on the way, or after a run that failed, what was spent on it holds.
 */
export async function spendPrivacy(tx: Writing, spending: Spending, act: SpendingAct): Promise<SpendingAnswer> {
  const { entry, agreement, scenario, milliEpsilon, purpose, questionDigest } = spending
  if (!Number.isSafeInteger(milliEpsilon) || milliEpsilon < 1) throw new RangeError('a spending is a whole number of thousandths of epsilon, 1 or more')
  await sql`select pg_advisory_xact_lock(hashtextextended(${`privacy-ledger:${entry}`}, 0))`.execute(tx)
  const rules = await rulesInForce(tx, entry)
  const account = await accountOf(tx, rules, spending)
  const paid = await tx.selectFrom('privacy_spending').select('id').where('agreement', '=', agreement).where('scenario', '=', scenario).where('question_digest', '=', questionDigest).executeTakeFirst()
  if (paid !== undefined) return { accepted: true, id: paid.id, leftMilliEpsilon: (account.rules?.milliEpsilon ?? 0) - account.spentMilliEpsilon }
  const refusal = budgetRefusal(account, milliEpsilon, await grantorsOf(tx, entry))
  if (rules === null || refusal !== null) {
    if (refusal === null) throw new Error('a budget without rules in force was not refused')
    await enter(tx, spending, entry, 'deny', { code: refusal.code }, act)
    return { accepted: false, refusal }
  }
  const id = `privacy-spending-${randomUUID()}`
  await tx.insertInto('privacy_spending').values({
    id, entry, operator: act.actor.organization, rule: rules.id, milli_epsilon: milliEpsilon, purpose, agreement, scenario, question_digest: questionDigest, spent_by: act.actor.person, spent_on: act.today,
  }).execute()
  await enter(tx, spending, id, 'allow', { rules: rules.version }, act)
  return { accepted: true, id, leftMilliEpsilon: (account.rules?.milliEpsilon ?? 0) - account.spentMilliEpsilon - milliEpsilon }
}

/** What a scenario may spend on a table and has spent, over all versions of its rules. */
export async function privacyAccount(tx: Writing, of: BudgetOf): Promise<PrivacyAccount> {
  return accountOf(tx, await rulesInForce(tx, of.entry), of)
}

async function accountOf(tx: Writing, rules: RuleVersion | null, { entry, agreement, scenario }: BudgetOf): Promise<PrivacyAccount> {
  const budget = rules?.rules.privacyBudget
  const { spent } = await tx.selectFrom('privacy_spending').select(sql<string>`coalesce(sum(milli_epsilon), 0)`.as('spent')).where('entry', '=', entry).where('agreement', '=', agreement).where('scenario', '=', scenario).executeTakeFirstOrThrow()
  return { rules: rules === null || budget === undefined ? null : { version: rules.version, milliEpsilon: budget.milliEpsilon }, spentMilliEpsilon: Number(spent) }
}

/** What was spent on a table, the newest first, with the question where it has been answered. */
export async function spendingsOf(tx: Writing, entry: string): Promise<PastSpending[]> {
  const rows = await tx.selectFrom('privacy_spending as s').leftJoin('noisy_answer as a', 'a.spending', 's.id')
    .select(['s.id', 's.agreement', 's.scenario', 's.operator', 's.milli_epsilon', 's.purpose', 's.spent_by', 's.spent_on', 'a.answer'])
    .where('s.entry', '=', entry).orderBy('s.spent_at', 'desc').orderBy('s.id').execute()
  return rows.map((row) => ({
    id: row.id, agreement: row.agreement, scenario: row.scenario, operator: row.operator, milliEpsilon: row.milli_epsilon, purpose: row.purpose, by: row.spent_by, on: row.spent_on,
    question: row.answer === null ? null : (row.answer as NoisyAnswer).question, // written by keepAnswer alone
  }))
}

export type PastSpending = Omit<BudgetOf, 'entry'> & { id: string; operator: string; milliEpsilon: number; purpose: string; by: string; on: string; /** null where no answer came of it. */ question: NoisyQuestion | null }

/** Who may grant more: the rules are written by the provider together with the agency of its city. */
async function grantorsOf(tx: Writing, entry: string): Promise<string | undefined> {
  const row = await tx.selectFrom('register_record').innerJoin('organization', (join) => join.on(sql<boolean>`organization.id = register_record.record ->> 'provider'`)).select('organization.name')
    .where('register', '=', 'catalog').where('key', '=', entry).where('current', '=', true).executeTakeFirst()
  return row === undefined ? undefined : `实施机构会同数据提供单位（${row.name}）`
}

async function enter(tx: Writing, { entry, milliEpsilon, purpose }: Spending, object: string, decision: 'allow' | 'deny', detail: Record<string, string | number>, { actor, today, now }: SpendingAct): Promise<void> {
  await addPending(tx, {
    type: 'decision', legalDate: today, actor: actor.person, onBehalfOf: actor.organization, office: 'operator', action: 'spend-privacy-budget', purpose,
    object: { kind: decision === 'allow' ? 'privacy-spending' : 'catalog-entry', id: object }, decision, detail: { entry, milli_epsilon: milliEpsilon, ...detail },
  }, now)
}
