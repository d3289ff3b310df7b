import type { Json } from '../json.ts'
import type { Refusal } from '../decision/refusal.ts'
import type { LegalDate } from '../calendar/legal-date.ts'
import type { Basis } from '../pack/basis.ts'
import type { CaseEvent } from './case-event.ts'
import type { CaseLaw } from './case-law.ts'
import type { Act, Actor, CaseState } from './case-state.ts'

/** What an office asks of the engine. Everything a pack declares is an `open` or a `conclude`. */
export type CaseCommand =
  /** `preview`: in the preview space, apart from everything real. */
  | { type: 'open'; procedure: string; links: Record<string, string>; contents: Record<string, Json>; preview?: boolean }
  | { type: 'conclude'; task: string; outcome: string; contents: Record<string, Json> }
  | { type: 'ask-extension'; task: string; days: number; reason: string }
  | { type: 'answer-extension'; task: string; grant: boolean; reason: string }
  | { type: 'hand-over'; task: string; to: string | null; reason: string }
  /** The case goes to another officer of the office; a person with an interest leaves it. */
  | { type: 'transfer'; to: string; reason: string }
  | { type: 'recuse'; task: string; person: string; to: string | null; reason: string }
  | { type: 'withdraw'; reason: string }
  /** The platform's own acts: time has passed, an effect is done, another case has an effect here. */
  | { type: 'time-passed' }
  | { type: 'effect-done'; handle: string; result: Record<string, Json> }
  | { type: 'status-from-case'; status: string; because: string }
  | { type: 'clock-from-case'; change: 'suspend' | 'resume'; on: LegalDate; step: string | null; by: string; because: string; basis: Basis }

/** All that a decision may look at. Pure: facts and linked cases were read before, in the same transaction. */
export type DecisionInput = {
  law: CaseLaw
  /** Null for an opening. */
  state: CaseState | null
  command: CaseCommand
  actor: Actor
  act: Act
  links: Record<string, CaseState>
  facts: Record<string, Json>
  /** For an opening: the new case's id and number, and who holds each fixed office. */
  opening: { id: string; number: string; holders: Record<string, string> } | null
}

export type Decision = { accepted: true; events: CaseEvent[]; state: CaseState } | { accepted: false; refusal: Refusal }

export function refused(refusal: Refusal): Decision {
  return { accepted: false, refusal }
}
