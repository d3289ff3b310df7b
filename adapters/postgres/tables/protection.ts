import type { Generated, JSONColumnType } from 'kysely'

/** One immutable version of a table's protection rules; in force once the other side has agreed. */
export type ProtectionRuleTable = {
  id: string
  entry: string
  version: number
  rules: JSONColumnType<object>
  digest: string
  proposed_by: string
  proposed_for: string
  proposed_in: string
  proposed_on: string
  agreed_by: string | null
  agreed_for: string | null
  agreed_in: string | null
  agreed_on: string | null
}

export type ScenarioKeyTable = { id: string; agreement: string; scenario: string; wrapped_key: Uint8Array; made_at: Generated<Date> }

export type PrivacySpendingTable = {
  id: string
  entry: string
  operator: string
  rule: string
  milli_epsilon: number
  purpose: string
  agreement: string
  scenario: string
  /** Migration 0067: what was asked; null for what was spent before questions were told apart. */
  question_digest: Generated<string | null>
  spent_by: string
  spent_on: string
  spent_at: Generated<Date>
}

/** What a spending was answered with. */
export type NoisyAnswerTable = {
  spending: string
  agreement: string
  scenario: string
  question_digest: string
  answer: JSONColumnType<object>
  answer_digest: string
  answered_at: Generated<Date>
}

/** The tables of migrations 0056, 0062 and 0067, by name. */
export type ProtectionTables = { protection_rule: ProtectionRuleTable; scenario_key: ScenarioKeyTable; privacy_spending: PrivacySpendingTable; noisy_answer: NoisyAnswerTable }
