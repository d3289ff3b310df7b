import { randomUUID } from 'node:crypto'
import { sql } from '#adapters/postgres/kysely.ts'
import type { Transaction } from 'kysely'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { Refusal } from '#core/decision/refusal.ts'
import type { Actor } from '#core/procedure/case-state.ts'
import { budgetRefusal } from '#core/protection/differential-privacy.ts'
import type { PrivacyAccount } from '#core/protection/differential-privacy.ts'
import { addPending } from '#adapters/evidence/pending-entry.ts'
import type { Tables } from '#adapters/postgres/tables.ts'
import { rulesInForce } from './protection-rules.store.ts'
import type { RuleVersion } from './protection-rules.store.ts'

type Writing = Transaction<Tables>

/** What is to be spent: on which table, in which scenario of which agreement, how much, what for. */
export type Spending = BudgetOf & { milliEpsilon: number; purpose: string }
/** A budget belongs to a table and one scenario of an agreement, whichever of the operator's persons asks. */
export type BudgetOf = { entry: string; agreement: string; scenario: string }
export type SpendingAct = { actor: Actor; today: LegalDate; now: Date }
export type SpendingAnswer = { accepted: true; id: string; leftMilliEpsilon: number } | { accepted: false; refusal: Refusal }

/**
 * Enters a spending before the answer is computed, or refuses it where the budget does not suffice. Spending of one table is
 * entered one after the other, so that two answers at once cannot both have the last of it; a refusal, too, is an entry.
 */
export async function spendPrivacy(tx: Writing, spending: Spending, act: SpendingAct): Promise<SpendingAnswer> {
  const { entry, agreement, scenario, milliEpsilon, purpose } = spending
  if (!Number.isSafeInteger(milliEpsilon) || milliEpsilon < 1) throw new RangeError('a spending is a whole number of thousandths of epsilon, 1 or more')
  await sql`select pg_advisory_xact_lock(hashtextextended(${`privacy-ledger:${entry}`}, 0))`.execute(tx)
  const rules = await rulesInForce(tx, entry)
  const account = await accountOf(tx, rules, spending)
  const refusal = budgetRefusal(account, milliEpsilon)
  if (rules === null || refusal !== null) {
    if (refusal === null) throw new Error('a budget without rules in force was not refused')
    await enter(tx, spending, entry, 'deny', { code: refusal.code }, act)
    return { accepted: false, refusal }
  }
  const id = `privacy-spending-${randomUUID()}`
  await tx.insertInto('privacy_spending').values({
    id, entry, operator: act.actor.organization, rule: rules.id, milli_epsilon: milliEpsilon, purpose, agreement, scenario, spent_by: act.actor.person, spent_on: act.today,
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

async function enter(tx: Writing, { entry, milliEpsilon, purpose }: Spending, object: string, decision: 'allow' | 'deny', detail: Record<string, string | number>, { actor, today, now }: SpendingAct): Promise<void> {
  await addPending(tx, {
    type: 'decision', legalDate: today, actor: actor.person, onBehalfOf: actor.organization, office: 'operator', action: 'spend-privacy-budget', purpose,
    object: { kind: decision === 'allow' ? 'privacy-spending' : 'catalog-entry', id: object }, decision, detail: { entry, milli_epsilon: milliEpsilon, ...detail },
  }, now)
}
