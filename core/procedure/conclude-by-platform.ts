import { PLATFORM } from './case-state.ts'
import type { OpenTask } from './case-state.ts'
import { procedureOf, stepOf } from './case-law.ts'
import { firstBroken } from './check.ts'
import { afterwards } from './decide-conclude.ts'
import type { Decision, DecisionInput } from './decision-input.ts'
import { add } from './routing.ts'
import type { Draft } from './routing.ts'
import { scopeOf } from './scope.ts'

const BY_PLATFORM = { person: PLATFORM.person, organization: PLATFORM.organization, office: 'platform' }

/** Concludes a task with an outcome that nobody has to decide, and what follows from it. */
export function concludeByPlatform(draft: Draft, task: OpenTask, id: string, input: DecisionInput): Draft {
  const procedure = procedureOf(input.law, draft.state.procedure)
  const step = stepOf(procedure, task.step)
  const outcome = step.outcomes[id]
  if (!outcome) throw new Error(`step ${task.step} has no outcome ${id}`)
  const scope = scopeOf({ ...input, actor: PLATFORM }, draft.state, task, {})
  const basis = outcome.basis ?? step.basis
  const next = add(draft, {
    type: 'step-concluded', task: task.id, step: task.step, ...(step.seats === undefined ? {} : { seats: step.seats }), branch: task.branch, outcome: id,
    by: BY_PLATFORM, act: input.act, contents: {}, hashes: {}, facts: {}, read: scope.read, overdue_days: 0, basis,
  })
  return afterwards(next, procedure, task, step, outcome, basis, scope)
}

/**
 * What follows a decision by itself: outcomes that fire at once, until none is left, and the status of a case
 * whose last task has closed. A withdrawn case keeps the status of its withdrawal.
 */
export function settle(input: DecisionInput, decision: Decision): Decision {
  if (!decision.accepted || input.command.type === 'withdraw') return decision
  let draft: Draft = { state: decision.state, events: decision.events }
  for (let next = firingNow(draft, input); next !== null; next = firingNow(draft, input)) {
    draft = concludeByPlatform(draft, next.task, next.outcome, input)
  }
  const { over, title } = procedureOf(input.law, draft.state.procedure)
  const closedNow = draft.state.tasks.length === 0 && (input.state === null || input.state.tasks.length > 0)
  // An outcome that names a status of its own has said how the case ended.
  const named = draft.events.some((event) => event.type === 'status-changed')
  if (closedNow && over !== undefined && !named && draft.state.status !== over) {
    draft = add(draft, { type: 'status-changed', status: over, date: input.act.date, because: `${title}的各环节均已办结` })
  }
  return { accepted: true, ...draft }
}

/** The first open task with an outcome that fires at once and whose checks hold. */
function firingNow(draft: Draft, input: DecisionInput): { task: OpenTask; outcome: string } | null {
  const procedure = procedureOf(input.law, draft.state.procedure)
  for (const task of draft.state.tasks) {
    const step = stepOf(procedure, task.step)
    for (const [id, outcome] of Object.entries(step.outcomes)) {
      if (outcome.fires !== 'at-once') continue
      const scope = scopeOf({ ...input, actor: PLATFORM }, draft.state, task, {})
      if (firstBroken(outcome.checks, scope) === null) return { task, outcome: id }
    }
  }
  return null
}
