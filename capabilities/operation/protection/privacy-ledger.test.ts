import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { legalDate } from '#core/calendar/legal-date.ts'
import { privateCount } from '#core/protection/differential-privacy.ts'
import { protectionRulesSchema } from '#core/protection/protection-rules.ts'
import { uniformBelow } from '#adapters/protection/uniform-below.ts'
import { inTransaction } from '#adapters/postgres/transaction.ts'
import { freshDatabase } from '#tests/support/database.ts'
import type { FreshDatabase } from '#tests/support/database.ts'
import { privacyAccount, spendPrivacy, spendingsOf } from './privacy-ledger.store.ts'
import type { SpendingAnswer } from './privacy-ledger.store.ts'
import { agreeToRules, insertRules } from './protection-rules.store.ts'

const system = { as: 'system' } as const
let database: FreshDatabase
beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.drop())

async function grant(entry: string, milliEpsilon: number): Promise<void> {
  await inTransaction(database.app.db, system, async (tx) => {
    const rules = protectionRulesSchema.parse({ columns: [], privacyBudget: { milliEpsilon, bounds: {} } })
    const { id } = await insertRules(tx, entry, rules, { person: 'a', organization: 'agency', side: 'implementing-agency', on: '2026-06-08' })
    await agreeToRules(tx, id, { person: 'b', organization: 'police', side: 'data-provider', on: '2026-06-08' })
  })
}

let questions = 0
const spend = (entry: string, scenario: string, milliEpsilon: number, questionDigest = `question-${questions++}`): Promise<SpendingAnswer> =>
  inTransaction(database.app.db, system, (tx) => spendPrivacy(tx, { entry, agreement: 'agreement', scenario, milliEpsilon, purpose: '人口统计', questionDigest }, {
    actor: { person: 'yy-zhou', organization: 'operator', offices: ['operator'] }, today: legalDate('2026-06-09'), now: new Date('2026-06-09T00:00:00Z'),
  }))
const codeOf = (answer: SpendingAnswer): string => (answer.accepted ? `left ${answer.leftMilliEpsilon}` : answer.refusal.code)

describe('the ledger of a privacy budget', () => {
  test('holds what each scenario spent on each table, and refuses what goes beyond', async () => {
    expect(codeOf(await spend('persons', 'one', 1))).toBe('privacy-budget-must-be-granted')
    await grant('persons', 1000)
    expect([codeOf(await spend('persons', 'one', 600)), codeOf(await spend('persons', 'one', 401)), codeOf(await spend('persons', 'one', 400)), codeOf(await spend('persons', 'one', 1))])
      .toEqual(['left 400', 'privacy-budget-must-suffice', 'left 0', 'privacy-budget-must-suffice'])
    expect(codeOf(await spend('persons', 'two', 1000))).toBe('left 0')
    expect(codeOf(await spend('enterprises', 'one', 1))).toBe('privacy-budget-must-be-granted')
  })

  test('remembers across versions of the rules', async () => {
    await grant('persons', 1500)
    expect(codeOf(await spend('persons', 'one', 501))).toBe('privacy-budget-must-suffice')
    expect(codeOf(await spend('persons', 'one', 500))).toBe('left 0')
    expect(await inTransaction(database.app.db, system, (tx) => privacyAccount(tx, { entry: 'persons', agreement: 'agreement', scenario: 'one' }))).toEqual({ rules: { version: 2, milliEpsilon: 1500 }, spentMilliEpsilon: 1500 })
  })

  test('is not overdrawn by many answers at once', async () => {
    await grant('shared', 500)
    const answers = await Promise.all(Array.from({ length: 8 }, () => spend('shared', 'one', 100)))
    expect(answers.filter(({ accepted }) => accepted)).toHaveLength(5)
  })

  test('is paid once for one question, however often and at once it is asked, and in each scenario on its own', async () => {
    await grant('asked', 300)
    const answers = await Promise.all(Array.from({ length: 4 }, () => spend('asked', 'one', 200, 'the same')))
    expect(new Set(answers.map((answer) => (answer.accepted ? answer.id : ''))).size).toBe(1)
    expect([codeOf(await spend('asked', 'one', 200, 'the same')), codeOf(await spend('asked', 'one', 101, 'another')), codeOf(await spend('asked', 'two', 200, 'the same'))]).toEqual(['left 100', 'privacy-budget-must-suffice', 'left 100'])
    const told = await inTransaction(database.app.db, system, (tx) => spendingsOf(tx, 'asked'))
    expect(told.map(({ scenario, milliEpsilon, by, question }) => [scenario, milliEpsilon, by, question])).toEqual([['two', 200, 'yy-zhou', null], ['one', 200, 'yy-zhou', null]])
  })

  test('cannot be rewritten by the application, and every decision is entered', async () => {
    await expect(inTransaction(database.app.db, system, (tx) => tx.updateTable('privacy_spending').set({ milli_epsilon: 1 }).execute())).rejects.toThrow('permission denied')
    const { rows } = await database.owner.pool.query<{ bytes: Buffer }>('select bytes from evidence_pending')
    const decisions = rows.map(({ bytes }) => JSON.parse(bytes.toString()) as { action: string; decision: string }).filter(({ action }) => action === 'spend-privacy-budget') // entries as they wait
    expect(decisions.filter(({ decision }) => decision === 'allow')).toHaveLength(11)
    expect(decisions.filter(({ decision }) => decision === 'deny')).toHaveLength(9)
  })
})

test('noise from the operating system is uniform below its bound, also at the edges', () => {
  expect(uniformBelow(1n)).toBe(0n)
  const seen = new Set(Array.from({ length: 500 }, () => uniformBelow(3n)))
  expect([...seen].toSorted()).toEqual([0n, 1n, 2n])
  expect(uniformBelow(1n << 200n) < 1n << 200n).toBe(true)
  expect(typeof privateCount(10n, 100, uniformBelow)).toBe('bigint')
})
