import { dueDateOf, standingOf } from '../calendar/due-date.ts'
import { procedureOf, stepOf } from './case-law.ts'
import type { CaseState, OpenTask } from './case-state.ts'
import { concludeByPlatform } from './conclude-by-platform.ts'
import type { Decision, DecisionInput } from './decision-input.ts'
import { add, cancel, follow, settleJoins } from './routing.ts'
import type { Draft } from './routing.ts'
import { reminderOn } from './reminders.ts'
import { scopeOf } from './scope.ts'

/**
 * What time alone does, once for each task: a reminder on its day; after the last day has ended an outcome that fires by itself, or lateness
 * told to the offices that the pack names, and the steps that open then. Nothing is decided by silence.
 */
export function decideTimePassed(input: DecisionInput, state: CaseState): Decision {
  const { law, act } = input
  let draft: Draft = { state, events: [] }
  for (const task of state.tasks) {
    if (task.clock === null || !draft.state.tasks.some((one) => one.id === task.id)) continue
    const { due } = dueDateOf(task.clock, law.calendar)
    if (due === null) continue
    if (act.date <= due) {
      draft = remind(draft, task, input)
      continue
    }
    draft = elapsed(draft, task, input) ?? overdue(draft, task, input)
  }
  return { accepted: true, ...draft }
}

function remind(draft: Draft, task: OpenTask, { law, act }: DecisionInput): Draft {
  const procedure = procedureOf(law, draft.state.procedure)
  const found = reminderOn(law, procedure, task, act.date)
  if (found === null) return draft
  const { reminder: { ahead, tell, notice, basis }, due } = found
  const next = add(draft, { type: 'task-reminded', task: task.id, on: act.date, ahead, due, told: tell, basis })
  return add(next, {
    type: 'effect-intended', handle: `${task.id}/reminder-${ahead}-${due}`, effect: 'notify', basis,
    args: { to: tell, notice: notice ?? '到期提醒', task: task.id, text: `“${stepOf(procedure, task.step).title}”将于${due}到期，请及时办理` },
  })
}

function elapsed(draft: Draft, task: OpenTask, input: DecisionInput): Draft | null {
  const step = stepOf(procedureOf(input.law, draft.state.procedure), task.step)
  const found = Object.entries(step.outcomes).find(([, outcome]) => outcome.fires === 'elapsed')
  return found === undefined ? null : concludeByPlatform(draft, task, found[0], input)
}

function overdue(draft: Draft, task: OpenTask, input: DecisionInput): Draft {
  if (task.overdue_fired || task.clock === null) return draft
  const { law, act } = input
  const { due } = dueDateOf(task.clock, law.calendar)
  if (due === null) return draft
  // A clock of working days is late on the first working day after the due date, not on the weekend in between;
  // a date that an order sets, or a clock of calendar days, is late on the very next day.
  const { late: days, unit } = standingOf(task.clock, law.calendar, act.date)
  if (days === 0) return draft
  const procedure = procedureOf(law, draft.state.procedure)
  const step = stepOf(procedure, task.step)
  const told = step.overdue?.tell ?? law.pack.manifest.escalation?.to ?? []
  const basis = step.overdue?.basis ?? law.pack.manifest.escalation?.basis ?? step.basis
  let next = add(draft, { type: 'task-overdue', task: task.id, on: act.date, overdue_days: days, told, basis })
  next = add(next, {
    type: 'effect-intended', handle: `${task.id}/overdue`, effect: 'notify', basis,
    args: { to: told, notice: '逾期提示', task: task.id, text: `“${step.title}”应于${due}前办结，已逾期${days}${unit === 'working-day' ? '个工作日' : '日'}` },
  })
  if (step.overdue === undefined) return next
  if (step.overdue.closes) next = add(next, { type: 'task-closed', task: task.id, because: 'overdue' })
  next = cancel(next, step.overdue.cancels)
  if (step.overdue.status !== undefined) {
    next = add(next, { type: 'status-changed', status: step.overdue.status, date: act.date, because: `${step.title}逾期` })
  }
  const scope = { ...scopeOf(input, next.state, task, {}), task: null }
  next = follow(next, procedure, task.step, step.overdue.then, task.branch, scope, `${step.title}逾期`)
  return settleJoins(next, procedure, { ...scope, state: next.state }, `${step.title}逾期`)
}
