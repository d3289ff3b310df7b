import { startClock } from '../calendar/clock.ts'
import type { ClockRecord, ClockSpec } from '../calendar/clock.ts'
import { isLegalDate } from '../calendar/legal-date.ts'
import type { LegalDate } from '../calendar/legal-date.ts'
import { basisKind, provisionOf } from '../pack/basis.ts'
import type { Basis } from '../pack/basis.ts'
import type { Figure } from '../pack/pack-format.ts'
import type { Step } from '../pack/procedure-format.ts'
import type { CaseEvent } from './case-event.ts'
import { figureOf } from './case-law.ts'
import { branchKey } from './case-state.ts'
import type { Branch } from './case-state.ts'
import { partyOf, resolve } from './operand.ts'
import type { Scope } from './operand.ts'

/** Raised where a rule that passed `pack-check` cannot name who or when: the case lacks what the pack relies on. */
export class TaskCannotOpen extends Error {
  override readonly name = 'TaskCannotOpen'
}

/** The event that opens a step's task in a branch: who must act, and until when. */
export function openTask(id: string, step: Step, branch: Branch, scope: Scope, because: string): CaseEvent {
  const seen: Scope = { ...scope, branch, task: null }
  const task = taskId(seen, id, branch)
  return {
    type: 'task-opened',
    task,
    step: id,
    branch,
    office: step.by,
    organization: organizationOf(id, step, seen),
    on: scope.act.date,
    clock: clockOf(task, step, seen, because),
  }
}

/** `formal-review`, `review@providers=org-1`, and `formal-review#2` for the second round. */
function taskId(scope: Scope, step: string, branch: Branch): string {
  const place = branch.length === 0 ? step : `${step}@${branchKey(branch)}`
  const before = (scope.state?.conclusions ?? []).filter((one) => one.step === step && one.branch === branchKey(branch)).length
  const open = (scope.state?.tasks ?? []).filter((one) => one.step === step && branchKey(one.branch) === branchKey(branch)).length
  const round = before + open
  return round === 0 ? place : `${place}#${round + 1}`
}

function organizationOf(id: string, step: Step, scope: Scope): string {
  if (step.by === 'platform') return 'platform'
  const named = step.organization === undefined ? partyOf(step.by, scope) : resolve(step.organization, scope)
  if (typeof named !== 'string') throw new TaskCannotOpen(`step ${id}: nobody holds the office ${step.by} in this case`)
  return named
}

function clockOf(task: string, step: Step, scope: Scope, because: string): ClockRecord | null {
  const due = step.due
  if (due === undefined) return null
  if ('on' in due) {
    const date = dateOf(resolve(due.on, scope))
    if (date === null) throw new TaskCannotOpen(`step ${task}: ${String(due.on)} names no date`)
    return startClock({ id: task, unit: 'date', date, basis: clockBasis(due.basis) }, scope.act.date, because)
  }
  const from = due.from === 'task.opened' ? scope.act.date : dateOf(resolve(due.from, scope))
  if (from === null) throw new TaskCannotOpen(`step ${task}: ${String(due.from)} names no date`)
  return startClock(specOf(task, figureOf(scope.law, due.within)), from, because)
}

function specOf(id: string, figure: Figure): ClockSpec {
  const { unit, value } = figure
  if (unit !== 'working-day' && unit !== 'calendar-day' && unit !== 'month' && unit !== 'year') {
    throw new TaskCannotOpen(`clock ${id}: a figure of unit ${unit} is no length of time`)
  }
  return { id, unit, amount: value, basis: clockBasis(figure.basis) }
}

function clockBasis(basis: Basis): ClockSpec['basis'] {
  const provision = provisionOf(basis)
  const says = 'says' in basis ? basis.says : Object.values(basis).join('')
  return { kind: basisKind(basis), says, ...(provision === null ? {} : { provision }) }
}

function dateOf(value: unknown): LegalDate | null {
  return typeof value === 'string' && isLegalDate(value) ? value : null
}
