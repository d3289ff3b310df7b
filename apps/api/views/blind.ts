import type { CaseEvent } from '#core/procedure/case-event.ts'
import { branchKey } from '#core/procedure/case-state.ts'
import type { Procedure } from '#core/pack/procedure-format.ts'

/** The seat group whose reviewers do not see each other's conclusion until all are in. */
export const BLIND_SEATS = 'blind-reviewers'

/** What one person must not see yet: numbers of events, and places of contents. */
export type Blind = { concluded: ReadonlySet<number>; followed: ReadonlySet<number>; contents: ReadonlySet<string> }

export const NOTHING_BLIND: Blind = { concluded: new Set(), followed: new Set(), contents: new Set() }

/**
 * The conclusions in blind seats that this person may not see: those of others, as long as a seat of the group is
 * still open; with their contents, and with the events that followed from them.
 */
export function blindFor(events: readonly { seq: number; event: CaseEvent }[], procedure: Procedure, person: string): Blind {
  const isSeat = (step: string) => procedure.steps[step]?.seats === BLIND_SEATS
  const open = new Set<string>()
  let held: { seq: number; event: Extract<CaseEvent, { type: 'step-concluded' }>; followed: number[] }[] = []
  let last: (typeof held)[number] | null = null
  for (const { seq, event } of events) {
    if ('by' in event) last = null
    if (event.type === 'task-opened' && isSeat(event.step)) open.add(event.task)
    if (event.type === 'task-closed') open.delete(event.task)
    if (event.type === 'step-concluded' && isSeat(event.step)) {
      open.delete(event.task)
      last = { seq, event, followed: [] }
      held.push(last)
    } else if (last !== null) last.followed.push(seq)
    if (open.size === 0) held = []
  }
  const others = held.filter(({ event }) => event.by.person !== person)
  return {
    concluded: new Set(others.map(({ seq }) => seq)),
    followed: new Set(others.flatMap(({ followed }) => followed)),
    contents: new Set(others.flatMap(({ event }) => Object.keys(event.contents).map((key) => (event.branch.length === 0 ? key : `${key}@${branchKey(event.branch)}`)))),
  }
}
