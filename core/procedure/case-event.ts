import type { ClockEntry, ClockRecord } from '../calendar/clock.ts'
import type { LegalDate } from '../calendar/legal-date.ts'
import type { Basis } from '../pack/basis.ts'
import type { Json, JsonObject } from '../json.ts'
import type { ActingFor, Actor, Act, Branch, ExtensionAsked, PackRef } from './case-state.ts'

export type By = { person: string; organization: string; office: string; acting_for?: ActingFor }

/** What happened in a case. Events are past tense, few, never rewritten; new shapes get new readers. */
export type CaseEvent =
  | {
      type: 'case-opened'
      case: string
      number: string
      procedure: string
      pack: PackRef
      /** In the preview space: without effect on anything real. */
      preview?: true
      by: By
      act: Act
      parties: Record<string, string>
      links: Record<string, string>
      contents: Record<string, Json>
      hashes: Record<string, string>
      facts: Record<string, Json>
      /** Values read from linked cases and facts, so that the decision can be replayed. */
      read: JsonObject
      status: string
      basis: Basis
    }
  | {
      type: 'step-concluded'
      task: string
      step: string
      /** The group of seats that the step belongs to: what each seat gives stands beside what the others gave. */
      seats?: string
      branch: Branch
      outcome: string
      by: By
      act: Act
      contents: Record<string, Json>
      hashes: Record<string, string>
      facts: Record<string, Json>
      read: JsonObject
      overdue_days: number
      basis: Basis
    }
  | { type: 'status-changed'; status: string; date: LegalDate; because: string }
  | {
      type: 'task-opened'
      task: string
      step: string
      branch: Branch
      office: string
      organization: string
      on: LegalDate
      clock: ClockRecord | null
    }
  | { type: 'task-closed'; task: string; because: 'cancelled' | 'overdue' | 'withdrawn' | 'superseded' }
  | { type: 'token-laid'; target: string; step: string; branch: Branch }
  | { type: 'tokens-used'; target: string; branch: Branch }
  | { type: 'conclusion-voided'; step: string; branch: string; content: string }
  | { type: 'extension-asked'; task: string; asked: ExtensionAsked; by: By; act: Act; basis: Basis }
  | { type: 'extension-refused'; task: string; reason: string; by: By; act: Act; basis: Basis }
  | { type: 'clock-changed'; task: string; entry: ClockEntry; by: By; act: Act; basis: Basis }
  | { type: 'task-overdue'; task: string; on: LegalDate; overdue_days: number; told: string[]; basis: Basis }
  | { type: 'task-reminded'; task: string; on: LegalDate; ahead: string; due: LegalDate; told: string[]; basis: Basis }
  | { type: 'task-handed-over'; task: string; to: string | null; by: By; act: Act; reason: string }
  | { type: 'person-recused'; task: string; person: string; to: string | null; reason: string; by: By; act: Act; basis: Basis }
  | { type: 'case-withdrawn'; by: By; act: Act; reason: string; status: string; basis: Basis }
  /** An effect with its resolved arguments; `handle` names it for its completion and reversal. */
  | { type: 'effect-intended'; handle: string; effect: string; args: JsonObject; basis: Basis }
  | { type: 'effect-done'; handle: string; result: JsonObject; on: LegalDate }

export type { Actor }
