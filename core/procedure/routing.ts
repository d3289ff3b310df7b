import type { Procedure, Target } from '../pack/procedure-format.ts'
import type { CaseEvent } from './case-event.ts'
import { stepOf } from './case-law.ts'
import { branchKey } from './case-state.ts'
import type { Branch, CaseState } from './case-state.ts'
import { conditionHolds } from './condition.ts'
import { branchesOf } from './collection.ts'
import { evolve } from './evolve.ts'
import type { Scope } from './operand.ts'
import { openTask } from './task-opening.ts'

/** A history that grows while a decision is made: events so far, and the state after them. */
export type Draft = { state: CaseState; events: CaseEvent[] }

export function add(draft: Draft, event: CaseEvent): Draft {
  return { state: evolve(draft.state, event), events: [...draft.events, event] }
}

/** Closes the open tasks of the named steps and forgets what waits before their joins. */
export function cancel(start: Draft, steps: readonly string[]): Draft {
  let draft = start
  for (const other of draft.state.tasks.filter((one) => steps.includes(one.step))) {
    draft = add(draft, { type: 'task-closed', task: other.id, because: 'cancelled' })
  }
  for (const waiting of new Set(draft.state.tokens.map((one) => one.target).filter((target) => steps.includes(target)))) {
    draft = add(draft, { type: 'tokens-used', target: waiting, branch: [] })
  }
  return draft
}

/** Follows an outcome's targets: opens tasks, branches for each row, lays tokens at joins. */
export function follow(draft: Draft, procedure: Procedure, from: string, targets: readonly Target[], branch: Branch, scope: Scope, because: string): Draft {
  let next = draft
  for (const target of targets) {
    const seen = { ...scope, state: next.state, branch }
    if (!conditionHolds(target.when, seen)) continue
    const branches = target.for_each === undefined ? [branch] : branchesOf(procedure, target.for_each, seen).map((part) => [...branch, part])
    for (const at of branches) next = arrive(next, procedure, from, target.step, at, { ...scope, state: next.state }, because)
  }
  return next
}

function arrive(draft: Draft, procedure: Procedure, from: string, target: string, branch: Branch, scope: Scope, because: string): Draft {
  const step = stepOf(procedure, target)
  if (step.join === undefined) return add(draft, openTask(target, step, branch, scope, because))
  return add(draft, { type: 'token-laid', target, step: from, branch })
}

/** Opens every step whose join is complete now; run after each decision, until nothing more opens. */
export function settleJoins(draft: Draft, procedure: Procedure, scope: Scope, because: string): Draft {
  for (const [id, step] of Object.entries(procedure.steps)) {
    if (step.join === undefined) continue
    const at = completeAt(draft.state, id, step.join)
    if (at === null) continue
    const used = add(draft, { type: 'tokens-used', target: id, branch: at })
    const opened = add(used, openTask(id, step, at, { ...scope, state: used.state }, because))
    return settleJoins(opened, procedure, scope, because)
  }
  return draft
}

/** The branch in which a join has all its tokens; null while a companion is missing. */
function completeAt(state: CaseState, target: string, join: 'branches' | { all: string[] }): Branch | null {
  const tokens = state.tokens.filter((token) => token.target === target)
  if (tokens.length === 0) return null
  if (join === 'branches') {
    // The trunk goes on only when no branch has a task left.
    return state.tasks.some((task) => task.branch.length > 0) ? null : []
  }
  for (const token of tokens) {
    const here = tokens.filter((one) => branchKey(one.branch) === branchKey(token.branch))
    if (join.all.every((step) => here.some((one) => one.step === step))) return token.branch
  }
  return null
}
