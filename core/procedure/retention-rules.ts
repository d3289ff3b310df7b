import { dateAfter } from '../calendar/length.ts'
import type { Length } from '../calendar/length.ts'
import type { LegalDate } from '../calendar/legal-date.ts'
import { retentionOf } from '../calendar/retention.ts'
import type { RetentionRule } from '../calendar/retention.ts'
import type { Basis } from '../pack/basis.ts'
import type { CaseEvent } from './case-event.ts'
import { figureOf, procedureOf } from './case-law.ts'
import type { CaseLaw } from './case-law.ts'

/** A rule of a pack that keeps something for so long, as a case started it. */
export type KeepingRule = RetentionRule & {
  /** The case that keeps, and its step. */
  caseId: string
  step: string
  title: string
  /** The last day on which it must be kept. */
  until: LegalDate
  basis: Basis
}

/** What is known of the keeping of one thing: every rule, the latest end of all, and whether the cases that keep it are over. */
export type Keeping = { rules: KeepingRule[]; until: LegalDate | null; prunableFrom: LegalDate | null; decidedBy: readonly string[]; disposed: boolean }

const LONG: ReadonlySet<string> = new Set(['month', 'year'])

/** The steps of a procedure that keep something: they wait, and their figure is a lower bound in months or years. */
export function keepingSteps(law: CaseLaw, procedure: string): ReadonlyMap<string, Length> {
  const found = new Map<string, Length>()
  for (const [id, step] of Object.entries(procedureOf(law, procedure).steps)) {
    if (step.kind !== 'wait' || step.due === undefined || !('within' in step.due)) continue
    const { bound, unit, value } = figureOf(law, step.due.within)
    if (bound === 'at-least' && LONG.has(unit)) found.set(id, { unit: unit as Length['unit'], amount: value }) // one of the two, as just looked
  }
  return found
}

/** The rules that a case's own steps have started. */
export function keepingRules(law: CaseLaw, caseId: string, procedure: string, events: readonly CaseEvent[]): KeepingRule[] {
  const steps = keepingSteps(law, procedure)
  return events.flatMap((event) => {
    if (event.type !== 'task-opened') return []
    const length = steps.get(event.step)
    const started = event.clock?.history.find((entry) => entry.kind === 'started')
    const step = procedureOf(law, procedure).steps[event.step]
    if (length === undefined || started === undefined || step === undefined) return []
    return [{ by: `${caseId}/${event.step}`, trigger: started.on, length, caseId, step: event.step, title: step.title, until: dateAfter(started.on, length, law.calendar), basis: step.basis }]
  })
}

/** The longest of all rules that keep one thing. */
export function keepingOf(law: CaseLaw, rules: readonly KeepingRule[], disposed: boolean): Keeping {
  return { rules: [...rules], ...retentionOf(rules, law.calendar), disposed }
}
