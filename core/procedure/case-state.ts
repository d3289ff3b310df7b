import type { ClockRecord } from '../calendar/clock.ts'
import type { LegalDate } from '../calendar/legal-date.ts'
import type { Json, JsonObject } from '../json.ts'

/** For whom a person acts within the dates of a recorded delegation. */
export type ActingFor = { person: string; delegation: string }

/** Who acts: a natural person in an organisation, with the offices held there (or delegated); or the platform itself. */
export type Actor = { person: string; organization: string; offices: readonly string[]; acting_for?: ActingFor }

export const PLATFORM: Actor = { person: 'platform', organization: 'platform', offices: ['platform'] }

/** When: the date of the act and the date of its recording (officials enter Friday's meeting on Monday). */
export type Act = { date: LegalDate; recorded: LegalDate }

/** One row of a collection that a branch runs for; nested branches are in order. */
export type BranchPart = { collection: string; key: string; rows: JsonObject[] }
export type Branch = BranchPart[]

/** The branch as one word: `providers=org-1/items=entry-2`; empty for the trunk. */
export function branchKey(branch: Branch): string {
  return branch.map((part) => `${part.collection}=${part.key}`).join('/')
}

export type PackRef = { id: string; version: number; digest: string }

export type ExtensionAsked = { days: number; reason: string; on: LegalDate; by: string }

export type OpenTask = {
  id: string
  step: string
  branch: Branch
  /** Office and concerned organisation that must act. */
  office: string
  organization: string
  opened_on: LegalDate
  clock: ClockRecord | null
  extension_asked: ExtensionAsked | null
  overdue_fired: boolean
  /** Of which due dates, how far ahead (a figure's id), the task has been told. */
  reminded: { ahead: string; due: LegalDate }[]
  /** The officer to whom the task was handed; null: anyone of the office. */
  assignee: string | null
}

export type Conclusion = {
  task: string
  step: string
  branch: string
  outcome: string
  person: string
  organization: string
  office: string
  acting_for?: ActingFor
  date: LegalDate
  recorded: LegalDate
  overdue_days: number
  voided: boolean
}

/** A token of the workflow net: `step` has concluded towards `target`, waiting there for its companions. */
export type Token = { target: string; step: string; branch: Branch }

/** A content as it stands; `beside` are those that other seats of the same group gave under the same name. */
export type RecordedContent = { value: Json; hash: string; step: string; person: string; on: LegalDate; seats?: string; beside?: RecordedContent[] }

export type CaseState = {
  id: string
  number: string
  procedure: string
  pack: PackRef
  /** A case of the preview space: its effects reach nothing real. */
  preview?: true
  seq: number
  status: string
  opened: LegalDate
  opened_by: { person: string; organization: string; office: string; acting_for?: ActingFor }
  parties: Record<string, string>
  links: Record<string, string>
  /** `key` for the trunk, `key@branch` inside a branch. */
  contents: Record<string, RecordedContent>
  facts: Record<string, Json>
  tasks: OpenTask[]
  tokens: Token[]
  conclusions: Conclusion[]
  /** Persons who have withdrawn from the case because of an interest. */
  recused: string[]
}

/** A case is over when no task is open; its status says how it ended. */
export function isOver(state: CaseState): boolean {
  return state.tasks.length === 0
}

/** A content as seen from inside a branch: the branch's own first, then its parents', then the trunk's. */
export function contentIn(state: CaseState, key: string, branch: Branch): RecordedContent | undefined {
  for (let depth = branch.length; depth > 0; depth -= 1) {
    const found = state.contents[`${key}@${branchKey(branch.slice(0, depth))}`]
    if (found) return found
  }
  return state.contents[key]
}

/** A content as a certain step gave it, seen from a branch; undefined where another than a seat beside it has replaced it. */
export function contentOfStep(state: CaseState, step: string, key: string, branch: Branch): RecordedContent | undefined {
  const found = contentIn(state, key, branch)
  return found === undefined || found.step === step ? found : found.beside?.find((one) => one.step === step)
}

/** The last valid conclusion of a step, seen from a branch: its own first, then any on the way to the trunk. */
export function lastConclusion(state: CaseState, step: string, branch: Branch): Conclusion | undefined {
  for (let depth = branch.length; depth >= 0; depth -= 1) {
    const key = branchKey(branch.slice(0, depth))
    const found = state.conclusions.findLast((one) => one.step === step && one.branch === key && !one.voided)
    if (found) return found
  }
  return undefined
}
