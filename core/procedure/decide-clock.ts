import { applyClockEntry } from '../calendar/clock.ts'
import type { ClockEntry } from '../calendar/clock.ts'
import { suspensionsOf } from '../calendar/suspensions.ts'
import { refuse } from '../decision/refusal.ts'
import type { CaseState, OpenTask } from './case-state.ts'
import { PLATFORM } from './case-state.ts'
import type { CaseCommand, Decision, DecisionInput } from './decision-input.ts'
import { refused } from './decision-input.ts'
import { add } from './routing.ts'
import type { Draft } from './routing.ts'

type FromCase = Extract<CaseCommand, { type: 'clock-from-case' }>

/**
 * Another case (a dispute, an objection) suspends or resumes the clocks of the open tasks of this one: of one step, or
 * of all. A suspension may reach back; a clock that the case has suspended already, or never did, stays as it is.
 */
export function decideClockFromCase({ act }: DecisionInput, state: CaseState, command: FromCase): Decision {
  const by = { person: PLATFORM.person, organization: PLATFORM.organization, office: 'platform' }
  let draft: Draft = { state, events: [] }
  for (const task of clocksTouched(state, command)) {
    const entry = entryOf(command)
    const change = task.clock === null ? null : applyClockEntry(task.clock, entry)
    if (change === null) continue
    if (!change.ok) return refused(refuse(change.refusal.code, command.basis, change.refusal.says, change.refusal.cure, { ...change.refusal.figures }))
    draft = add(draft, { type: 'clock-changed', task: task.id, entry, by, act, basis: command.basis })
  }
  return { accepted: true, ...draft }
}

function clocksTouched(state: CaseState, { change, step, by }: FromCase): OpenTask[] {
  return state.tasks.filter((task) => {
    if (task.clock === null || (step !== null && task.step !== step)) return false
    const isSuspended = suspensionsOf(task.clock).some((one) => one.by === by && one.until === null)
    return isSuspended === (change === 'resume')
  })
}

function entryOf({ change, on, by, because }: FromCase): ClockEntry {
  return change === 'suspend' ? { kind: 'suspended', from: on, by, because } : { kind: 'resumed', on, by }
}
