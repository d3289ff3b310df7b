import type { CaseEvent } from './case-event.ts'
import type { Branch, CaseState } from './case-state.ts'

/** What the platform notes for itself: the deadline told, the effect carried out. Nobody decides on it. */
const NOTED_BY_PLATFORM: ReadonlySet<CaseEvent['type']> = new Set(['task-overdue', 'task-reminded', 'effect-intended', 'effect-done'])

/**
 * Whether what a person saw of a task is out of date: something happened since that bears on it. What happened on a
 * branch apart (another provider's item, the receipt for it) does not, nor what the platform notes for itself; anything
 * else does, so that nobody decides on a text that was meanwhile changed. `since` are the case's events after the ones
 * that the person saw, `all` the case's events from the first.
 */
export function isOutOfDate(state: CaseState, taskId: string, since: readonly CaseEvent[], all: readonly CaseEvent[]): boolean {
  const task = state.tasks.find((one) => one.id === taskId)
  if (task === undefined) return since.length > 0
  const opened = new Map(all.flatMap((event) => (event.type === 'task-opened' ? [[event.task, event.branch] as const] : [])))
  return since.some((event) => {
    if (NOTED_BY_PLATFORM.has(event.type)) return false
    const branch = branchOf(event, opened)
    return branch === null || !areApart(branch, task.branch)
  })
}

/** The branch that an event belongs to; null where it is the whole case's. */
function branchOf(event: CaseEvent, opened: ReadonlyMap<string, Branch>): Branch | null {
  switch (event.type) {
    case 'step-concluded':
    case 'task-opened':
    case 'token-laid':
    case 'tokens-used':
      return event.branch
    case 'task-closed':
    case 'extension-asked':
    case 'extension-refused':
    case 'clock-changed':
    case 'task-handed-over':
    case 'person-recused':
      return opened.get(event.task) ?? null
    default:
      return null
  }
}

/** Apart are branches that part somewhere: neither leads to the other. */
function areApart(one: Branch, other: Branch): boolean {
  const shared = Math.min(one.length, other.length)
  for (let index = 0; index < shared; index += 1) {
    const [left, right] = [one[index], other[index]]
    if (left?.collection !== right?.collection || left?.key !== right?.key) return true
  }
  return false
}
