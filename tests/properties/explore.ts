import type { Procedure } from '#core/pack/procedure-format.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { branchKey } from '#core/procedure/case-state.ts'
import type { CaseState } from '#core/procedure/case-state.ts'
import { tryAct, walkTask, ways } from '#tests/packs/swap/walker.ts'
import type { Accepted, Walked } from '#tests/packs/swap/walker.ts'

/** What was found by walking every run of a procedure: its states by open tasks, and the ways between them. */
export type Explored = {
  procedure: string
  states: Map<string, CaseState>
  transitions: number
  /** States in which something is open and nothing leads out. */
  stuck: string[]
  /** States from which no way leads to the end. */
  endless: string[]
  /** States without a task whose case waits before a join, or whose status the procedure does not know. */
  unfinished: string[]
  /** False where there were more states than were asked for. */
  whole: boolean
}

/** The state of a case as far as its future goes: what is open, how often and how late, and what waits before joins. */
export function placeOf(state: CaseState): string {
  const open = state.tasks.map((task) => `${task.step}${branches(task.branch)}${task.overdue_fired ? '!' : ''}`).toSorted()
  const waiting = state.tokens.map((token) => `${token.step}>${token.target}${branches(token.branch)}`).toSorted()
  return `${open.join(' ')}|${waiting.join(' ')}`
}

const branches = (branch: CaseState['tasks'][number]['branch']) => (branch.length === 0 ? '' : `@${branchKey(branch)}`)

/**
 * Walks a procedure with the real engine and made-up contents, facts and linked cases: each open task with each of its
 * outcomes towards each of its targets, and time. States are told apart by their open tasks.
 *
 * @param limit states at most.
 */
export function explore(law: CaseLaw, procedure: Procedure, limit: number): Explored {
  const found: Explored = { procedure: procedure.procedure, states: new Map(), transitions: 0, stuck: [], endless: [], unfinished: [], whole: true }
  const back = new Map<string, Set<string>>()
  const waiting: { state: CaseState; tag: string }[] = []
  const walked: Walked = { opened: new Map(), accepted: new Map(), refused: new Map() }
  const take = (from: string | null, act: Accepted, tag: string) => {
    const { state } = act.decision
    const to = `${tag}|${placeOf(state)}`
    if (from !== null) {
      found.transitions += 1
      back.set(to, (back.get(to) ?? new Set()).add(from))
    }
    if (found.states.has(to)) return
    if (found.states.size >= limit) {
      found.whole = false
      return
    }
    found.states.set(to, state)
    waiting.push({ state, tag })
    if (state.tasks.length === 0 && (state.tokens.length > 0 || !(state.status in procedure.statuses))) found.unfinished.push(`${to} (${state.status})`)
  }
  for (const { target, tag } of ways(procedure, procedure.open)) {
    const opened = tryAct(law, procedure, null, null, 'open', procedure.open, target)
    if ('decision' in opened) take(null, opened, tag)
  }
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { state, tag } = next
    const from = `${tag}|${placeOf(state)}`
    let out = 0
    for (const task of state.tasks) {
      walkTask(law, procedure, state, task, walked, (act, way) => {
        out += 1
        take(from, act, way === '' ? tag : way)
      })
    }
    if (state.tasks.length > 0 && out === 0) found.stuck.push(from)
  }
  found.endless = endless(found, back)
  return found
}

/** The states from which no finished one can be reached; those at the rim of a walk cut short are left out. */
function endless({ states, whole }: Explored, back: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  if (!whole) return []
  const ending = new Set<string>()
  const waiting = [...states].flatMap(([key, state]) => (state.tasks.length === 0 ? [key] : []))
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    if (ending.has(key)) continue
    ending.add(key)
    waiting.push(...(back.get(key) ?? []))
  }
  return [...states.keys()].filter((key) => !ending.has(key))
}
