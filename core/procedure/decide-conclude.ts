import { dueDateOf } from '../calendar/due-date.ts'
import { refuse } from '../decision/refusal.ts'
import type { Refusal } from '../decision/refusal.ts'
import type { Basis } from '../pack/basis.ts'
import type { Outcome, Procedure, Step } from '../pack/procedure-format.ts'
import { byOf, personsBehind } from './actor.ts'
import { officeTitle, procedureOf, stepOf } from './case-law.ts'
import type { CaseLaw } from './case-law.ts'
import { branchKey, contentIn, PLATFORM } from './case-state.ts'
import type { Act, Actor, CaseState, OpenTask } from './case-state.ts'
import type { CaseCommand, Decision, DecisionInput } from './decision-input.ts'
import { refused } from './decision-input.ts'
import { interestRefusal } from './declared-interests.ts'
import { recusalRefusal } from './decide-persons.ts'
import { intendedEffects } from './effects.ts'
import { outcomeRefusal } from './outcome-checks.ts'
import { partyOf } from './operand.ts'
import type { Scope } from './operand.ts'
import { add, cancel, follow, settleJoins } from './routing.ts'
import type { Draft } from './routing.ts'
import { hashesOf, scopeOf } from './scope.ts'

/** Concludes an open task with an outcome: who, when, contents, checks; then effects, next tasks, joins, status. */
export function decideConclude(input: DecisionInput, state: CaseState, command: Extract<CaseCommand, { type: 'conclude' }>): Decision {
  const { law, act } = input
  const procedure = procedureOf(law, state.procedure)
  const task = state.tasks.find((one) => one.id === command.task)
  if (!task) return refused(stepNotOpen(state, procedure, command.task))
  const step = stepOf(procedure, task.step)
  const outcome = step.outcomes[command.outcome]
  if (!outcome) return refused(outcomeUnknown(step, command.outcome))
  const basis = outcome.basis ?? step.basis
  const scope = scopeOf(input, state, task, command.contents)
  const refusal = mayConclude(input, procedure, task, outcome, scope) ?? interestRefusal(scope, outcome.by ?? step.by) ?? outcomeRefusal(outcome, basis, scope)
  if (refusal) return refused(refusal)

  let draft: Draft = { state, events: [] }
  draft = voidWhatChanged(draft, procedure, scope)
  draft = add(draft, {
    type: 'step-concluded',
    task: task.id,
    step: task.step,
    ...(step.seats === undefined ? {} : { seats: step.seats }),
    branch: task.branch,
    outcome: command.outcome,
    by: byOf(input.actor, outcome.by ?? step.by),
    act,
    contents: command.contents,
    hashes: hashesOf(law, command.contents),
    facts: input.facts,
    read: scope.read,
    overdue_days: overdueDays(law, task, act),
    basis,
  })
  draft = afterwards(draft, procedure, task, step, outcome, basis, scope)
  return { accepted: true, ...draft }
}

/** Why this actor cannot give this outcome now, whatever the contents: the reason on a disabled button. */
export function mayConclude(input: DecisionInput, procedure: Procedure, task: OpenTask, outcome: Outcome, scope: Scope): Refusal | null {
  const step = stepOf(procedure, task.step)
  const basis = outcome.basis ?? step.basis
  if (scope.state === null) throw new Error('a task belongs to a case')
  return (
    firesRefusal(outcome, input, task, basis) ??
    actorRefusal(input.law, task, step, outcome, scope) ??
    dateRefusal(task, input.act, basis) ??
    recusalRefusal(input.law, scope.state, input.actor, basis) ??
    seatRefusal(procedure, task.step, scope.state, input.actor)
  )
}

/** What follows an outcome: its effects, what it cancels, where it leads, the status it gives. */
export function afterwards(start: Draft, procedure: Procedure, task: OpenTask, step: Step, outcome: Outcome, basis: Basis, scope: Scope): Draft {
  let draft = start
  const because = `${step.title}：${outcome.title}`
  const later: Scope = { ...scope, state: draft.state }
  for (const effect of intendedEffects(outcome.effects, procedure, task.id, basis, later)) draft = add(draft, effect)
  draft = cancel(draft, outcome.cancels)
  if (outcome.status !== undefined && outcome.status !== draft.state.status) {
    draft = add(draft, { type: 'status-changed', status: outcome.status, date: scope.act.date, because })
  }
  draft = follow(draft, procedure, task.step, outcome.then, task.branch, { ...later, state: draft.state }, because)
  return settleJoins(draft, procedure, { ...later, state: draft.state }, because)
}

/** Working days by which the act is late; 0 in time, without a clock, or while the clock is suspended. */
export function overdueDays(law: CaseLaw, task: OpenTask, act: Act): number {
  if (task.clock === null) return 0
  const { due } = dueDateOf(task.clock, law.calendar)
  return due === null ? 0 : law.calendar.workingDaysPast(due, act.date)
}

/** A changed text voids the decisions and signatures bound to the old one. */
function voidWhatChanged(draft: Draft, procedure: Procedure, scope: Scope): Draft {
  let next = draft
  for (const [key, value] of Object.entries(scope.given)) {
    const old = contentIn(draft.state, key, scope.branch)
    if (!old || old.hash === scope.law.hashOf(value)) continue
    for (const one of next.state.conclusions) {
      if (one.voided || procedure.steps[one.step]?.bound_to !== key) continue
      next = add(next, { type: 'conclusion-voided', step: one.step, branch: one.branch, content: key })
    }
  }
  return next
}

function stepNotOpen(state: CaseState, procedure: Procedure, task: string): Refusal {
  const step = procedure.steps[task.replace(/[@#].*$/, '')]
  const open = state.tasks.map((one) => procedure.steps[one.step]?.title ?? one.step)
  const now = open.length === 0 ? '本事项已办结' : `当前待办环节为：${[...new Set(open)].join('、')}`
  return refuse('step-must-be-open', step?.basis ?? procedure.basis, `“${step?.title ?? task}”现在不能办理，${now}。`, '请按程序先办理当前环节。', { status: state.status })
}

function outcomeUnknown(step: Step, outcome: string): Refusal {
  const titles = Object.values(step.outcomes).map((one) => one.title)
  return refuse('outcome-must-be-provided', step.basis, `“${step.title}”没有“${outcome}”这一处理结果。`, `可选：${titles.join('、')}。`, { outcome })
}

function actorRefusal(law: CaseLaw, task: OpenTask, step: Step, outcome: Outcome, scope: Scope): Refusal | null {
  const office = outcome.by ?? step.by
  const title = officeTitle(law, office)
  const basis = outcome.basis ?? step.basis
  if (!scope.actor.offices.includes(office)) {
    return refuse('actor-must-hold-office', basis, `“${step.title}”应由${title}办理，您所在的岗位不能办理。`, `请由${title}办理。`, { office })
  }
  const concerned = outcome.by === undefined || outcome.by === step.by ? task.organization : partyOf(outcome.by, scope)
  if (scope.actor.organization !== concerned) {
    return refuse('actor-must-be-concerned-organization', basis, `“${step.title}”由本事项所涉的${title}办理，贵单位不是所涉单位。`, '请由所涉单位办理。', { office })
  }
  if (task.assignee !== null && !personsBehind(scope.actor).includes(task.assignee)) {
    return refuse('task-must-be-yours', basis, `“${step.title}”已交由本单位另一位同志办理。`, '请由经办人办理，或先转办。', {})
  }
  return null
}

function dateRefusal(task: OpenTask, act: Act, basis: Basis): Refusal | null {
  if (act.date > act.recorded) {
    return refuse('act-must-not-lie-ahead', basis, `办理日期${act.date}晚于今天（${act.recorded}）。`, '请填写已经发生的日期。', {})
  }
  if (act.date < task.opened_on) {
    return refuse('act-must-not-precede-task', basis, `办理日期${act.date}早于本环节开始之日${task.opened_on}。`, '请核对办理日期。', { opened_on: task.opened_on })
  }
  return null
}

/** Seats of one group are taken by different persons; the same seat may be taken again in a later round. */
function seatRefusal(procedure: Procedure, seat: string, state: CaseState, actor: Actor): Refusal | null {
  const step = stepOf(procedure, seat)
  if (step.seats === undefined) return null
  const taken = state.conclusions.find(
    (one) => !one.voided && one.step !== seat && personsBehind(one).some((person) => personsBehind(actor).includes(person)) && procedure.steps[one.step]?.seats === step.seats,
  )
  if (!taken) return null
  return refuse('seats-must-be-taken-by-different-persons', step.basis, `您已在“${procedure.steps[taken.step]?.title ?? taken.step}”中签署，不能再代另一方办理。`, '请由另一位同志办理。', { step: taken.step })
}

/** An outcome that fires by itself is the platform's; one of time only after the last day has ended. */
function firesRefusal(outcome: Outcome, input: DecisionInput, task: OpenTask, basis: Basis): Refusal | null {
  if (outcome.fires === undefined) return null
  if (input.actor.person !== PLATFORM.person) {
    return refuse('act-must-be-the-platforms', basis, `“${outcome.title}”由平台在条件具备时自动办理，任何人不能代为办理。`, '无需办理。', {})
  }
  if (outcome.fires !== 'elapsed' || task.clock === null) return null
  const { due } = dueDateOf(task.clock, input.law.calendar)
  if (due !== null && input.act.date > due) return null
  return refuse('period-must-have-ended', basis, `期限${due === null ? '已中止，尚未' : `至${due}`}届满，现在不能办理“${outcome.title}”。`, `请在期限届满之后办理。`, { due, branch: branchKey(task.branch) })
}
