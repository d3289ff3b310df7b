import { startClock } from '../calendar/clock.ts'
import type { ClockRecord, ClockSpec } from '../calendar/clock.ts'
import { dateAhead } from '../calendar/length.ts'
import { addYears, isLegalDate, legalDate, yearOf } from '../calendar/legal-date.ts'
import type { LegalDate } from '../calendar/legal-date.ts'
import { refuse } from '../decision/refusal.ts'
import { basisKind, provisionOf } from '../pack/basis.ts'
import type { Basis } from '../pack/basis.ts'
import type { Operand, Step } from '../pack/procedure-format.ts'
import type { CaseEvent } from './case-event.ts'
import { officeTitle } from './case-law.ts'
import { branchKey } from './case-state.ts'
import type { Branch } from './case-state.ts'
import { lengthOf } from './figure.ts'
import { figureIn, partyOf, resolve } from './operand.ts'
import type { Scope } from './operand.ts'
import { RefusedByCase } from './refused-by-case.ts'

/** Raised where the case lacks what names who acts next, or until when; the act that would open the step is refused. */
export class TaskCannotOpen extends RefusedByCase {
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
  if (typeof named !== 'string') {
    const title = officeTitle(scope.law, step.by)
    throw new TaskCannotOpen(refuse('office-must-have-a-holder', step.basis, `本事项没有确定由哪个单位作为${title}办理“${step.title}”。`, `请先确定${title}，或者核对所指的记录是否存在。`, { step: id, office: step.by }))
  }
  return named
}

function clockOf(task: string, step: Step, scope: Scope, because: string): ClockRecord | null {
  const { due } = step
  if (due === undefined) return null
  const opened = scope.act.date
  const dated = (operand: Operand): LegalDate => {
    const date = operand === 'task.opened' ? opened : dateOf(resolve(operand, scope))
    if (date === null) throw new TaskCannotOpen(refuse('due-date-must-be-set', step.basis, `“${step.title}”的期限没有确定的日期，不能开启。`, '请先填写确定期限的日期。', { step: task }))
    return date
  }
  const onDate = (date: LegalDate, basis: Basis) => startClock({ id: task, unit: 'date', date, basis: clockBasis(basis) }, opened, because)
  if ('on' in due) return onDate(dated(due.on), due.basis)
  if ('month_day' in due) return onDate(nextMonthDay(due.month_day, dated(due.from)), due.basis)
  if ('ahead' in due) {
    const end = dated(due.of)
    const figure = figureIn(scope, due.ahead)
    return onDate(dateAhead(end, lengthOf(figure, due.ahead), scope.law.calendar), figure.basis)
  }
  const from = dated(due.from)
  const figure = figureIn(scope, due.within, from)
  const spec: ClockSpec = { id: task, ...lengthOf(figure, due.within), basis: clockBasis(figure.basis) }
  return startClock({ ...spec, ...specialLength(due.unless, scope) }, from, because)
}

/** What a special rule on record says instead of the figure, and on which provision; nothing where there is none. */
function specialLength(unless: { amount: Operand; provision: Operand } | undefined, scope: Scope): { amount: number; basis: ClockSpec['basis'] } | null {
  if (unless === undefined) return null
  const amount = resolve(unless.amount, scope)
  const provision = resolve(unless.provision, scope)
  if (typeof amount !== 'number' || !Number.isSafeInteger(amount) || amount < 1 || typeof provision !== 'string') return null
  return { amount, basis: { kind: 'order', says: provision } }
}

/** The first day of this name (`03-31`) on or after a date. */
export function nextMonthDay(monthDay: string, from: LegalDate): LegalDate {
  const inYear = legalDate(`${yearOf(from)}-${monthDay}`)
  return inYear >= from ? inYear : addYears(inYear, 1)
}

function clockBasis(basis: Basis): ClockSpec['basis'] {
  const provision = provisionOf(basis)
  const says = 'says' in basis ? basis.says : Object.values(basis).join('')
  return { kind: basisKind(basis), says, ...(provision === null ? {} : { provision }) }
}

function dateOf(value: unknown): LegalDate | null {
  return typeof value === 'string' && isLegalDate(value) ? value : null
}
