import type { Basis } from './basis.ts'
import type { CompiledPack } from './compiled-pack.ts'
import type { Figure } from './pack-format.ts'
import type { Outcome, Procedure, Step } from './procedure-format.ts'

/** One step on the way, with the longest time that it may lawfully take. Days are working days. */
export type WayStep = {
  step: string
  title: string
  office: string
  /** Working days of the step's own limit; 0 where it has none in working days. */
  days: number
  /** Working days that it adds to the way: less than its limit where that runs from an earlier step or the opening. */
  added: number
  /** From what the limit runs: the step before, the opening, or another step by its id. */
  from: string
  figure: string | null
  basis: Basis
  /** Working days by which the limit may be extended, and on what that rests. */
  extension: { days: number; figure: string; basis: Basis } | null
  /** What is not counted in working days: another unit, a date of the agreement, or no limit at all. */
  note: 'other-unit' | 'agreed-date' | 'fixed-date' | 'no-limit' | 'at-once' | null
  /** The figure where it is in another unit. */
  other: Figure | null
}

/** A return (for a supplement, for another review) that makes steps run again: what is gone through once more. */
export type WayBack = { from: string; outcome: string; title: string; steps: WayStep[]; times: number; basis: Basis; days: number }

/** The longest lawful way from asking for data to having them, in one procedure. */
export type WorstCase = { procedure: string; title: string; steps: WayStep[]; backs: WayBack[]; days: number; extensions: number; returns: number }

/** Where data arrive: the register that every pack keeps of what was supplied. */
const SUPPLIES = 'supplies'
/** Who asks for data: what others open (an update, a repair) is no demand. */
const ASKING = new Set(['operator', 'developer'])
/** A limit runs from the end of the step before, or from the opening of the case. */
const BEFORE = 'task.opened'
const OPENING = 'case.opened'

/** For each procedure by which data are asked for and supplied: the critical path of its steps, and what extensions and returns add. */
export function worstCases(pack: CompiledPack): WorstCase[] {
  return Object.values(pack.procedures).flatMap((procedure): WorstCase[] => {
    const goals = new Set(Object.entries(procedure.steps).flatMap(([id, step]) => (Object.values(step.outcomes).some(supplies) ? [id] : [])))
    if (goals.size === 0 || ![procedure.open.by, ...(procedure.open.also_by ?? [])].some((office) => ASKING.has(office))) return []
    const way = longestWay(procedure, pack, goals)
    if (way === null) return []
    const bare = timed(procedure, pack, way, false)
    const whole = timed(procedure, pack, way, true)
    const backs = waysBack(procedure, pack, way, whole)
    return [{
      procedure: procedure.procedure, title: procedure.title, steps: bare.steps, backs, days: bare.now,
      extensions: whole.now - bare.now, returns: backs.reduce((sum, back) => sum + back.days * back.times, 0),
    }]
  })
}

/** How far the way has come: working days since the opening, and when each step was concluded. */
type Time = { now: number; done: ReadonlyMap<string, number> }
const START: Time = { now: 0, done: new Map() }

/** The steps one after another, each taking as long as its limit allows; a limit that runs from earlier adds only what is left of it. */
function timed(procedure: Procedure, pack: CompiledPack, way: readonly string[], extended: boolean, start: Time = START): Time & { steps: WayStep[] } {
  let { now } = start
  const done = new Map(start.done)
  const steps = way.map((id): WayStep => {
    const step = wayStep(pack, id, stepOf(procedure, id))
    const origin = step.from === OPENING ? 0 : (done.get(step.from) ?? now)
    const limit = step.days + (extended ? (step.extension?.days ?? 0) : 0)
    const added = Math.max(0, origin + limit - now)
    now += added
    done.set(id, now)
    return { ...step, added }
  })
  return { now, done, steps }
}

function supplies(outcome: Outcome): boolean {
  return outcome.effects.some(({ effect, with: args }) => effect === 'register.put' && typeof args['register'] === 'object' && args['register'].value === SUPPLIES)
}

function stepOf(procedure: Procedure, id: string): Step {
  const step = procedure.steps[id]
  if (!step) throw new Error(`procedure ${procedure.procedure} has no step ${id}`)
  return step
}

/** The simple path from the opening to a goal that may take longest, extensions included; of equal ones the one with more steps. */
function longestWay(procedure: Procedure, pack: CompiledPack, goals: ReadonlySet<string>): readonly string[] | null {
  let best: { way: readonly string[]; days: number } = { way: [], days: -1 }
  const go = (id: string, way: readonly string[]): void => {
    if (way.includes(id)) return
    const here = [...way, id]
    const days = goals.has(id) ? timed(procedure, pack, here, true).now : -1
    if (days > best.days || (days === best.days && here.length > best.way.length)) best = { way: here, days }
    for (const next of followers(procedure, id)) go(next, here)
  }
  for (const target of procedure.open.then) go(target.step, [])
  return best.days < 0 ? null : best.way
}

function followers(procedure: Procedure, id: string): string[] {
  return [...new Set(Object.values(stepOf(procedure, id).outcomes).flatMap((outcome) => outcome.then.map((target) => target.step)))]
}

function wayStep(pack: CompiledPack, id: string, step: Step): WayStep {
  const told = { step: id, title: step.title, office: step.by, added: 0, from: originOf(step), extension: extensionOf(pack, step) }
  const { due } = step
  if (due === undefined) {
    const atOnce = Object.values(step.outcomes).some((outcome) => outcome.fires === 'at-once')
    return { ...told, days: 0, figure: null, basis: step.basis, note: atOnce ? 'at-once' : 'no-limit', other: null }
  }
  if ('on' in due) return { ...told, days: 0, figure: null, basis: due.basis, note: 'agreed-date', other: null }
  if ('month_day' in due) return { ...told, days: 0, figure: null, basis: due.basis, note: 'fixed-date', other: null }
  const name = 'within' in due ? due.within : due.ahead
  const figure = pack.figures[name]
  if (figure === undefined) throw new Error(`step ${id} has a limit ${name} that is no figure`)
  if ('ahead' in due) return { ...told, days: 0, figure: name, basis: figure.basis, note: 'agreed-date', other: null }
  const working = figure.unit === 'working-day'
  return { ...told, days: working ? figure.value : 0, figure: name, basis: figure.basis, note: working ? null : 'other-unit', other: working ? null : figure }
}

/** The step (or the opening) from whose date the limit runs; any other date is taken as the end of the step before. */
function originOf({ due }: Step): string {
  if (due === undefined || !('within' in due) || typeof due.from !== 'string') return BEFORE
  return due.from === OPENING ? OPENING : (/^step\.([^.]+)\.date$/.exec(due.from)?.[1] ?? BEFORE)
}

function extensionOf(pack: CompiledPack, step: Step): WayStep['extension'] {
  if (step.extension === undefined) return null
  const cap = pack.figures[step.extension.cap]
  return cap?.unit === 'working-day' ? { days: cap.value, figure: step.extension.cap, basis: step.extension.basis } : null
}

/** Every outcome of a step on the way that leads back to the same or an earlier step of it, perhaps over steps beside the way. */
function waysBack(procedure: Procedure, pack: CompiledPack, way: readonly string[], time: Time): WayBack[] {
  return way.flatMap((from, at) => Object.entries(stepOf(procedure, from).outcomes).flatMap(([outcome, one]): WayBack[] => {
    const until = { now: time.done.get(from) ?? 0, done: time.done }
    const detours = one.then.flatMap((target) => detoursFrom(procedure, target.step, way, []))
      .filter(({ back }) => way.indexOf(back) <= at)
      .map(({ beside, back }) => timed(procedure, pack, [...beside, ...way.slice(way.indexOf(back), at + 1)], false, until))
    const worst = detours.toSorted((a, b) => b.now - a.now)[0]
    if (worst === undefined) return []
    return [{ from, outcome, title: one.title, steps: worst.steps, days: worst.now - until.now, times: timesOf(pack, one), basis: one.basis ?? stepOf(procedure, from).basis }]
  }))
}

/** The ways over steps that are not on the path, each up to the first step that is. */
function detoursFrom(procedure: Procedure, id: string, way: readonly string[], beside: readonly string[]): { beside: readonly string[]; back: string }[] {
  if (way.includes(id)) return [{ beside, back: id }]
  if (beside.includes(id)) return []
  return followers(procedure, id).flatMap((next) => detoursFrom(procedure, next, way, [...beside, id]))
}

/** How often the outcome may be chosen: the figure of its guard, else once. */
function timesOf(pack: CompiledPack, outcome: Outcome): number {
  const guard = outcome.checks.find((check) => check.check === 'at-most-times')
  return guard === undefined ? 1 : (pack.figures[guard.figure]?.value ?? 1)
}
