import type { Outcome, Procedure, Step, Target } from './procedure-format.ts'

/** A step open in a branch; `branch` is the list of collections on the way to it, one row each. */
export type Place = { step: string; branch: readonly string[] }

/** What can happen in a procedure, found by walking its net with one row in each collection. */
export type ProcedureRuns = {
  /** Steps that can be opened, with the branches in which they can be. */
  branches: ReadonlyMap<string, readonly (readonly string[])[]>
  /** `step` → steps that can have concluded before it, itself where it can come again. */
  before: ReadonlyMap<string, ReadonlySet<string>>
  /** Joins at which a run of the case can end waiting, with a step that laid its token. */
  stuck: ReadonlyMap<string, string>
  /** Steps that can be open twice at once in the same branch. */
  doubled: ReadonlySet<string>
  /** False where the net was too large to walk whole. */
  whole: boolean
}

type Token = { target: string; from: string; branch: readonly string[] }
type Marking = { open: readonly (Place & { late: boolean })[]; tokens: readonly Token[] }

// enough for every net of a procedure that people can read; a larger one is walked in part
const MARKINGS_LENGTH = 20_000
const BRANCH_DEPTH = 4 // nested collections; deeper ones repeat themselves

/** Walks every run of a procedure's net: which steps open, in which branches, after which others, where it stops. */
export function runsOf(procedure: Procedure): ProcedureRuns {
  const walk = new NetWalk(procedure)
  return walk.run()
}

class NetWalk {
  readonly #procedure: Procedure
  readonly #branches = new Map<string, (readonly string[])[]>()
  readonly #next = new Map<string, Set<string>>()
  readonly #together = new Map<string, Set<string>>()
  readonly #stuck = new Map<string, string>()
  readonly #doubled = new Set<string>()

  constructor(procedure: Procedure) {
    this.#procedure = procedure
  }

  run(): ProcedureRuns {
    const waiting = this.#arrive({ open: [], tokens: [] }, 'open', this.#procedure.open.then, [])
    const seen = new Set<string>()
    while (waiting.length > 0 && seen.size < MARKINGS_LENGTH) {
      const marking = waiting.pop()
      if (marking === undefined) break
      const key = JSON.stringify(marking)
      if (seen.has(key)) continue
      seen.add(key)
      this.#note(marking)
      waiting.push(...this.#successors(marking))
    }
    return { branches: this.#branches, before: this.#before(), stuck: this.#stuck, doubled: this.#doubled, whole: waiting.length === 0 }
  }

  #note(marking: Marking): void {
    for (const { step, branch } of marking.open) {
      const known = this.#branches.get(step) ?? []
      if (!known.some((one) => one.join('/') === branch.join('/'))) this.#branches.set(step, [...known, branch])
      for (const other of marking.open) if (other.step !== step) add(this.#together, step, other.step)
    }
    const [token] = marking.tokens
    if (marking.open.length === 0 && token !== undefined) this.#stuck.set(token.target, token.from)
  }

  #successors(marking: Marking): Marking[] {
    return marking.open.flatMap((place, index) => {
      const step = this.#procedure.steps[place.step]
      if (!step) return []
      const others = marking.open.filter((_, other) => other !== index)
      const concluded = Object.values(step.outcomes).flatMap((outcome) => this.#conclude({ open: others, tokens: marking.tokens }, place, outcome))
      return [...concluded, ...this.#overdue(marking, others, place, step)]
    })
  }

  #conclude(marking: Marking, place: Place, outcome: Outcome): Marking[] {
    const cancelled = {
      open: marking.open.filter((one) => !outcome.cancels.includes(one.step)),
      tokens: marking.tokens.filter((one) => !outcome.cancels.includes(one.target)),
    }
    return this.#arrive(cancelled, place.step, outcome.then, place.branch)
  }

  #overdue(marking: Marking, others: Marking['open'], place: Marking['open'][number], step: Step): Marking[] {
    if (step.overdue === undefined || step.due === undefined || place.late) return []
    const { cancels } = step.overdue
    const kept = others.filter((one) => !cancels.includes(one.step))
    const open = step.overdue.closes ? kept : [...kept, { ...place, late: true }]
    const tokens = marking.tokens.filter((one) => !cancels.includes(one.target))
    const before = new Set(this.#doubled)
    const found = this.#arrive({ open, tokens }, place.step, step.overdue.then, place.branch)
    // What lateness opens may be open from an earlier round: each round is late for itself.
    for (const doubled of this.#doubled) if (!before.has(doubled)) this.#doubled.delete(doubled)
    return found
  }

  /** The markings after these targets: each conditional target is taken or not, but something is taken. */
  #arrive(marking: Marking, from: string, targets: readonly Target[], branch: readonly string[]): Marking[] {
    let found: { marking: Marking; taken: readonly Target[] }[] = [{ marking, taken: [] }]
    for (const target of targets) {
      add(this.#next, from, target.step)
      found = found.flatMap((one) => {
        if (one.taken.some((other) => exclude(other.when, target.when))) return [one]
        const gone = { marking: this.#at(one.marking, from, target, branch), taken: [...one.taken, target] }
        return target.when === undefined ? [gone] : [gone, one]
      })
    }
    const moved = targets.length === 0 ? found : found.filter((one) => one.taken.length > 0)
    return moved.map((one) => sorted(this.#settle(one.marking)))
  }

  #at(marking: Marking, from: string, target: Target, branch: readonly string[]): Marking {
    const step = this.#procedure.steps[target.step]
    if (!step) return marking
    const at = target.for_each === undefined ? branch : [...branch, target.for_each].slice(0, BRANCH_DEPTH)
    if (step.join === undefined) return this.#open(marking, target.step, at)
    const laid = { target: target.step, from, branch: at }
    return marking.tokens.some((one) => JSON.stringify(one) === JSON.stringify(laid)) ? marking : { ...marking, tokens: [...marking.tokens, laid] }
  }

  #settle(marking: Marking): Marking {
    for (const [id, step] of Object.entries(this.#procedure.steps)) {
      const at = step.join === undefined ? null : completeAt(marking, id, step.join)
      if (at === null) continue
      const tokens = marking.tokens.filter((one) => one.target !== id || !one.branch.join('/').startsWith(at.join('/')))
      return this.#settle(this.#open({ open: marking.open, tokens }, id, at))
    }
    return marking
  }

  /** Opens a step; a second task of it in the same branch is noted and not followed, so that the walk ends. */
  #open(marking: Marking, step: string, branch: readonly string[]): Marking {
    if (marking.open.some((one) => one.step === step && one.branch.join('/') === branch.join('/'))) {
      this.#doubled.add(step)
      return marking
    }
    return { ...marking, open: [...marking.open, { step, branch, late: false }] }
  }

  #before(): Map<string, Set<string>> {
    const before = new Map<string, Set<string>>()
    for (const from of ['open', ...Object.keys(this.#procedure.steps)]) {
      for (const later of reachable(this.#next, from)) add(before, later, from)
    }
    for (const [step, others] of this.#together) for (const other of others) add(before, step, other)
    return before
  }
}

/** Whether two conditions can never hold together: one value cannot equal two, nor be both there and not there. */
function exclude(a: Target['when'], b: Target['when']): boolean {
  if (a === undefined || b === undefined || JSON.stringify(a.left) !== JSON.stringify(b.left)) return false
  const same = JSON.stringify(a.right) === JSON.stringify(b.right)
  const kinds = [a.is, b.is].toSorted().join(' ')
  if (kinds === 'equal equal') return !same && isLiteral(a.right) && isLiteral(b.right)
  return kinds === 'absent present' || (same && (kinds === 'equal not-equal' || kinds === 'less-than more-than' || kinds === 'at-least less-than' || kinds === 'at-most more-than'))
}

function isLiteral(operand: NonNullable<Target['when']>['right']): boolean {
  return operand !== undefined && typeof operand !== 'string'
}

function completeAt(marking: Marking, id: string, join: NonNullable<Step['join']>): readonly string[] | null {
  const tokens = marking.tokens.filter((one) => one.target === id)
  if (tokens.length === 0) return null
  if (join === 'branches') return marking.open.some((one) => one.branch.length > 0) ? null : []
  const here = tokens.find((token) => join.all.every((step) => tokens.some((one) => one.from === step && one.branch.join('/') === token.branch.join('/'))))
  return here?.branch ?? null
}

function sorted(marking: Marking): Marking {
  const byText = <T>(list: readonly T[]): T[] => list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  return { open: byText(marking.open), tokens: byText(marking.tokens) }
}

function reachable(next: ReadonlyMap<string, ReadonlySet<string>>, from: string): Set<string> {
  const found = new Set<string>()
  const waiting = [...(next.get(from) ?? [])]
  for (let step = waiting.pop(); step !== undefined; step = waiting.pop()) {
    if (found.has(step)) continue
    found.add(step)
    waiting.push(...(next.get(step) ?? []))
  }
  return found
}

function add(map: Map<string, Set<string>>, key: string, value: string): void {
  const known = map.get(key)
  if (known) known.add(value)
  else map.set(key, new Set([value]))
}
