import type { Condition, Outcome, Procedure, Target } from '#core/pack/procedure-format.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { branchKey } from '#core/procedure/case-state.ts'
import type { CaseState, OpenTask } from '#core/procedure/case-state.ts'
import { tryAct, walkTask, ways } from '#tests/packs/swap/walker.ts'
import type { Accepted, Walked } from '#tests/packs/swap/walker.ts'
import { answerOf } from './answer.ts'

/** The acts of a procedure that the law accepts, as far as made-up contents reach, each with what it looked at. */
export type Acts = {
  /** For `open` and each `step.outcome` the acts that differ in what they cause, the plainest first. */
  done: Map<string, Accepted[]>
  /** For each step the first state in which it is open. */
  opened: Map<string, { state: CaseState; task: OpenTask }>
}

const STATES = 150 // of one procedure, told apart by their open tasks
const VARIANTS = 6 // acts kept for one outcome

/** Walks a procedure: each open task with each outcome towards each target, with and without what conditions ask for. */
export function actsOf(law: CaseLaw, procedure: Procedure, seeds: readonly Accepted[] = []): Acts {
  const acts: Acts = { done: new Map(), opened: new Map() }
  const seen = new Set<string>()
  const shapes = new Set<string>()
  const waiting: { state: CaseState; tag: string }[] = []
  const note = (key: string, act: Accepted) => {
    const shape = `${key} ${shapeOf(law, act)}`
    if (shapes.has(shape)) return
    shapes.add(shape)
    const known = acts.done.get(key) ?? []
    if (known.length < VARIANTS) acts.done.set(key, [...known, act])
  }
  const take = (act: Accepted, tag: string) => {
    const own = act.step === 'open' ? 'open' : `${act.step}.${act.outcome}`
    if (act.outcome !== 'overdue') note(own, act)
    // What the platform concludes by itself in the same decision.
    for (const event of act.decision.events) if (event.type === 'step-concluded' && `${event.step}.${event.outcome}` !== own) note(`${event.step}.${event.outcome}`, act)
    const { state } = act.decision
    for (const task of state.tasks) if (!acts.opened.has(task.step)) acts.opened.set(task.step, { state, task })
    const place = JSON.stringify([tag, state.tasks.map((one) => [one.step, one.branch.map((part) => part.collection)]).toSorted(), state.tokens.map((one) => [one.target, one.step])])
    if (seen.has(place)) return
    seen.add(place)
    waiting.push({ state, tag })
  }
  openings(law, procedure, take)
  walkOn(law, procedure, waiting, take)
  for (const seed of seeds) take(seed, 'story')
  walkOn(law, procedure, waiting, take)
  return acts
}

function openings(law: CaseLaw, procedure: Procedure, take: (act: Accepted, tag: string) => void): void {
  for (const everyLink of hasOptionalLinks(procedure) ? [false, true] : [false]) {
    for (const { target, tag } of waysWithConditions(procedure, procedure.open)) {
      const found = tryAct(law, procedure, null, null, 'open', procedure.open, target, everyLink)
      if ('decision' in found) take(found, everyLink ? `${tag}+` : tag)
    }
  }
}

function walkOn(law: CaseLaw, procedure: Procedure, waiting: { state: CaseState; tag: string }[], take: (act: Accepted, tag: string) => void): void {
  const walked: Walked = { opened: new Map(), accepted: new Map(), refused: new Map() }
  for (let count = 0; count < STATES; count += 1) {
    const next = waiting.shift()
    if (!next) return
    const { state, tag } = next
    for (const task of state.tasks) {
      walkTask(law, procedure, state, task, walked, (act, way) => take(act, way === '' ? tag : way))
      if (tag === 'story') continue
      for (const [name, outcome] of Object.entries(procedure.steps[task.step]?.outcomes ?? {})) {
        for (const { target } of conditional(outcome)) {
          const found = tryAct(law, procedure, state, task, name, outcome, target, tag.endsWith('+'))
          if ('decision' in found) take(found, tag)
        }
        if (!tag.endsWith('+')) continue
        const found = tryAct(law, procedure, state, task, name, outcome, undefined, true)
        if ('decision' in found) take(found, tag)
      }
    }
  }
}

const hasOptionalLinks = (procedure: Procedure) => Object.values(procedure.links).some((link) => link.optional)

function waysWithConditions(procedure: Procedure, act: Procedure['open']): { target: Target | undefined; tag: string }[] {
  return [...ways(procedure, act), ...conditional(act)]
}

/** One way for each condition of an effect or check, so that it is seen holding. */
function conditional(act: Pick<Outcome, 'effects' | 'checks'>): { target: Target; tag: string }[] {
  const conditions = [...act.effects, ...act.checks].flatMap((one): Condition[] => (one.when === undefined || ('check' in one && one.check === 'each') ? [] : [one.when]))
  const loops = act.effects.flatMap((one) => (one.for_each === undefined ? [] : [{ target: { step: '', for_each: one.for_each }, tag: '' }]))
  const distinct = new Map(conditions.map((when) => [JSON.stringify(when), when]))
  return [...loops, ...[...distinct.values()].map((when) => ({ target: { step: '', when }, tag: '' }))]
}

/** What an act causes, without dates, names and values. */
function shapeOf(law: CaseLaw, { input, decision }: Accepted): string {
  const words = decision.events.map((event) => {
    if (event.type === 'task-opened') return `${event.step}@${branchKey(event.branch).replaceAll(/=[^/]*/g, '')}`
    if (event.type === 'effect-intended') return `${event.handle.split('/').at(-1) ?? ''}`
    if (event.type === 'step-concluded') return `${event.step}.${event.outcome}`
    return event.type === 'status-changed' ? event.status : event.type
  })
  return words.length === 0 ? answerOf(law, input).join() : [...new Set(words)].join()
}
