import { createHash } from 'node:crypto'
import type { Kysely, Transaction } from 'kysely'
import type { NoisyAnswer } from '#core/protection/noisy-answer.ts'
import { canonicalJson } from '#core/evidence/canonical-json.ts'
import type { Tables } from '#adapters/postgres/tables.ts'

export type KeptAnswer = { spending: string; answer: NoisyAnswer; answeredAt: Date }

/** SHA-256 of a value's canonical text, in hexadecimal. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex')
}

/** The answers that a scenario of an agreement got, the newest first. */
export async function answersOf(tx: Kysely<Tables> | Transaction<Tables>, agreement: string, scenario: string, most: number): Promise<KeptAnswer[]> {
  const rows = await tx.selectFrom('noisy_answer').select(['spending', 'answer', 'answered_at']).where('agreement', '=', agreement).where('scenario', '=', scenario).orderBy('answered_at', 'desc').limit(most).execute()
  return rows.map((row) => ({ spending: row.spending, answer: row.answer as NoisyAnswer, answeredAt: row.answered_at })) // written by keepAnswer alone
}

/** The answer to the same question over the same rows under the same rules, or null. */
export async function knownAnswer(tx: Kysely<Tables> | Transaction<Tables>, agreement: string, scenario: string, questionDigest: string): Promise<KeptAnswer | null> {
  const row = await tx.selectFrom('noisy_answer').select(['spending', 'answer', 'answered_at']).where('agreement', '=', agreement).where('scenario', '=', scenario).where('question_digest', '=', questionDigest).executeTakeFirst()
  return row === undefined ? null : { spending: row.spending, answer: row.answer as NoisyAnswer, answeredAt: row.answered_at } // written by keepAnswer alone
}

/** Keeps an answer with its spending. @returns its digest, or null where another answer to the question was quicker */
export async function keepAnswer(tx: Transaction<Tables>, of: { spending: string; agreement: string; scenario: string; questionDigest: string }, answer: NoisyAnswer): Promise<string | null> {
  const digest = digestOf(answer)
  const kept = await tx.insertInto('noisy_answer').values({
    spending: of.spending, agreement: of.agreement, scenario: of.scenario, question_digest: of.questionDigest, answer: canonicalJson(answer), answer_digest: digest,
  }).onConflict((conflict) => conflict.doNothing()).returning('spending').executeTakeFirst()
  return kept === undefined ? null : digest
}
