import { dueDateOf } from '#core/calendar/due-date.ts'
import { legalDate } from '#core/calendar/legal-date.ts'
import type { Refusal } from '#core/decision/refusal.ts'
import type { Json, JsonObject } from '#core/json.ts'
import type { FactRequest } from '#core/pack/procedure-format.ts'
import type { CaseEvent } from '#core/procedure/case-event.ts'
import { procedureOf, stepOf } from '#core/procedure/case-law.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { PLATFORM } from '#core/procedure/case-state.ts'
import type { Actor, CaseState, OpenTask } from '#core/procedure/case-state.ts'
import { decide } from '#core/procedure/decide.ts'
import type { CaseCommand, Decision, DecisionInput } from '#core/procedure/decision-input.ts'
import { replay } from '#core/procedure/evolve.ts'
import { resolve } from '#core/procedure/operand.ts'
import type { Scope } from '#core/procedure/operand.ts'
import { scopeOf } from '#core/procedure/scope.ts'
import { storyFact } from './story-facts.ts'
import type { StoryWorld } from './story-facts.ts'
import { storyBegun } from './story-watch.ts'

/** Who plays: persons by a short name, the holders of the fixed offices, and what is known of organisations. */
export type Cast = {
  persons: Record<string, { organization: string; offices: readonly string[] }>
  holders: Record<string, string>
  organizations?: Record<string, JsonObject>
}

/** One line of a story: on a date somebody does an act with contents. `recorded` defaults to the date. */
type Line = { on: string; who: string; recorded?: string; contents?: Record<string, Json>; facts?: Record<string, Json> }
export type Opening = Line & { procedure: string; links?: Record<string, StoryCase> }
/** `task` is a step's id, a task's id, or `step@branch`. */
export type StoryAct = Line & { task: string; outcome: string }

/** A story line that the law judged otherwise than the test expects. */
export class StoryBroken extends Error {
  override readonly name = 'StoryBroken'
}

/**
 * A pure runner of stories over `decide`: keeps cases, their events, and what their effects on registers, standings
 * and other cases would be, so that later facts see them. Every accepted act is also replayed from its events.
 */
export class Story {
  readonly law: CaseLaw
  readonly cast: Cast
  readonly cases = new Map<string, StoryCase>()
  readonly world: StoryWorld
  /** Every accepted act in the order in which it was taken in, across all cases. */
  readonly told: { caseId: string; events: readonly CaseEvent[] }[] = []

  constructor(law: CaseLaw, cast: Cast) {
    this.law = law
    this.cast = cast
    this.world = { registers: {}, standings: {}, organizations: cast.organizations ?? {} }
    storyBegun(this)
  }

  /** Opens a case; throws `StoryBroken` with the refusal where the law does not allow it. */
  open(line: Opening): StoryCase {
    const decision = this.tryOpen(line)
    if (!decision.accepted) throw new StoryBroken(`${line.on} ${line.procedure}: ${said(decision.refusal)}`)
    const opened = new StoryCase(this, decision.state.id)
    this.cases.set(opened.id, opened)
    opened.take(decision.events, line.on)
    return opened
  }

  /** The refusal of an opening, compared with the expected code and provision. */
  refusesOpening(line: Opening, code: string, provision: string | null): Refusal {
    return expected(this.tryOpen(line), `${line.on} ${line.procedure}`, code, provision)
  }

  private tryOpen(line: Opening): Decision {
    const procedure = procedureOf(this.law, line.procedure)
    const links = Object.fromEntries(Object.entries(line.links ?? {}).map(([name, linked]) => [name, linked.state]))
    const id = `${line.procedure}-${this.cases.size + 1}`
    const input = this.input(line, { type: 'open', procedure: line.procedure, links: Object.fromEntries(Object.entries(links).map(([name, linked]) => [name, linked.id])), contents: line.contents ?? {} }, null, links)
    const opening = { id, number: id, holders: this.cast.holders }
    const scope: Scope = {
      law: this.law, procedure: line.procedure, state: null, given: line.contents ?? {}, facts: {}, links,
      parties: { ...opening.holders, [procedure.open.by]: input.actor.organization }, actor: input.actor, act: input.act, branch: [], task: null, read: {},
    }
    return decide({ ...input, opening, facts: this.facts(procedure.open.facts, scope, line.facts) })
  }

  /** The input of a decision without its facts. */
  input(line: Line, command: CaseCommand, state: CaseState | null, links: Record<string, CaseState>): DecisionInput {
    const act = { date: legalDate(line.on), recorded: legalDate(line.recorded ?? line.on) }
    return { law: this.law, state, command, actor: this.actor(line.who), act, links, facts: {}, opening: null }
  }

  /** The facts that an outcome asks for: those of the line, else those of the story's world. */
  facts(requests: Record<string, FactRequest>, scope: Scope, given: Record<string, Json> = {}): Record<string, Json> {
    return Object.fromEntries(
      Object.entries(requests).map(([name, request]) => {
        const args = Object.fromEntries(Object.entries(request.with).map(([arg, operand]) => [arg, resolve(operand, scope) ?? null]))
        return [name, given[name] ?? storyFact(this.world, request.fact, args)]
      }),
    )
  }

  private actor(who: string): Actor {
    if (who === 'platform') return PLATFORM
    const person = this.cast.persons[who]
    if (!person) throw new StoryBroken(`nobody in the cast is called ${who}`)
    return { person: who, ...person }
  }
}

/** One case of a story. */
export class StoryCase {
  readonly story: Story
  readonly id: string
  readonly events: CaseEvent[] = []
  #state: CaseState | null = null

  constructor(story: Story, id: string) {
    this.story = story
    this.id = id
  }

  get state(): CaseState {
    if (this.#state === null) throw new StoryBroken(`${this.id} has no events`)
    return this.#state
  }

  get status(): string {
    return this.state.status
  }

  /** The open tasks' ids, sorted. */
  get open(): string[] {
    return this.state.tasks.map((task) => task.id).toSorted()
  }

  /** Concludes a task; throws `StoryBroken` with the refusal where the law does not allow it. */
  act(line: StoryAct): this {
    return this.accept(this.try(line), line.on, `${line.task} ${line.outcome}`)
  }

  /** The refusal of an act, compared with the expected code and provision; the case stays as it was. */
  refuses(line: StoryAct, code: string, provision: string | null): Refusal {
    return expected(this.try(line), `${line.on} ${line.task} ${line.outcome}`, code, provision)
  }

  /** Any other command, e.g. `ask-extension` or `withdraw`. */
  command(line: Line, command: CaseCommand): this {
    return this.accept(this.tryCommand(line, command), line.on, command.type)
  }

  /** The refusal of any other command. */
  refusesCommand(line: Line, command: CaseCommand, code: string, provision: string | null): Refusal {
    return expected(this.tryCommand(line, command), `${line.on} ${command.type}`, code, provision)
  }

  /** What time alone does on this day. */
  time(on: string): this {
    return this.command({ on, who: 'platform' }, { type: 'time-passed' })
  }

  /** The due date of an open task, or null where it has no clock. */
  due(task: string): string | null {
    const found = this.task(task)
    if (!found) throw new StoryBroken(`${this.id}: ${task} is not open; open: ${this.open.join(', ')}`)
    return found.clock === null ? null : dueDateOf(found.clock, this.story.law.calendar).due
  }

  /** Working days by which the last conclusion of a step was late. */
  lateness(step: string): number | undefined {
    return this.state.conclusions.findLast((one) => one.step === step)?.overdue_days
  }

  /** The arguments of the intended effects of one name, in order. */
  effects(name: string): JsonObject[] {
    return this.events.flatMap((event) => (event.type === 'effect-intended' && event.effect === name ? [event.args] : []))
  }

  /** Takes new events in, checks that they replay to one state, and lets their effects be seen by others. */
  take(events: readonly CaseEvent[], on: string): void {
    this.events.push(...events)
    if (events.length > 0) this.story.told.push({ caseId: this.id, events })
    this.#state = replay(this.events)
    for (const event of events) if (event.type === 'effect-intended') this.run(event.effect, event.args, on)
  }

  private accept(decision: Decision, on: string, what: string): this {
    if (!decision.accepted) throw new StoryBroken(`${on} ${this.id} ${what}: ${said(decision.refusal)}`)
    this.take(decision.events, on)
    return this
  }

  private try(line: StoryAct): Decision {
    const task = this.task(line.task)
    const command: CaseCommand = { type: 'conclude', task: task?.id ?? line.task, outcome: line.outcome, contents: line.contents ?? {} }
    const input = this.story.input(line, command, this.state, this.links())
    const outcome = task && stepOf(procedureOf(this.story.law, this.state.procedure), task.step).outcomes[line.outcome]
    if (!task || !outcome) return decide(input)
    const scope = scopeOf(input, this.state, task, line.contents ?? {})
    return decide({ ...input, facts: this.story.facts(outcome.facts, scope, line.facts) })
  }

  private tryCommand(line: Line, command: CaseCommand): Decision {
    const named = 'task' in command ? { ...command, task: this.task(command.task)?.id ?? command.task } : command
    return decide(this.story.input(line, named, this.state, this.links()))
  }

  private links(): Record<string, CaseState> {
    return Object.fromEntries(Object.entries(this.state.links).map(([name, id]) => [name, this.other(id).state]))
  }

  private other(id: string): StoryCase {
    const found = this.story.cases.get(id)
    if (!found) throw new StoryBroken(`no case ${id} in this story`)
    return found
  }

  private task(name: string): OpenTask | undefined {
    const exact = this.state.tasks.find((task) => task.id === name)
    return exact ?? this.state.tasks.find((task) => task.step === name || task.id.replace(/#\d+$/, '') === name)
  }

  private run(effect: string, args: JsonObject, on: string): void {
    const { registers, standings } = this.story.world
    if (effect === 'register.put') {
      const { register, key, ...fields } = args
      registers[String(register)] = { ...registers[String(register)], [String(key)]: { ...registers[String(register)]?.[String(key)], ...fields } }
    } else if (effect === 'register.end') {
      const record = registers[String(args['register'])]?.[String(args['key'])]
      if (record) record['ended'] = args['reason'] ?? true
    } else if (effect === 'standing.set') {
      standings[`${String(args['kind'])}/${String(args['id'])}`] = String(args['to'])
    } else if (effect === 'case.status') {
      this.other(String(args['case'])).command({ on, who: 'platform' }, { type: 'status-from-case', status: String(args['status']), because: this.state.number })
    } else if (effect === 'case.open') {
      this.story.open({ on, who: 'platform', procedure: String(args['procedure']), ...this.openedWith(args) })
    }
  }

  /** `link.<name>` and `content.<key>` arguments of the effect `case.open`. */
  private openedWith(args: JsonObject): { links: Record<string, StoryCase>; contents: Record<string, Json> } {
    const named = (prefix: string) => Object.entries(args).flatMap(([key, value]): [string, Json][] => (key.startsWith(prefix) ? [[key.slice(prefix.length), value]] : []))
    return {
      links: Object.fromEntries(named('link.').map(([key, id]) => [key, this.other(String(id))])),
      contents: Object.fromEntries(named('content.')),
    }
  }
}

function expected(decision: Decision, what: string, code: string, provision: string | null): Refusal {
  if (decision.accepted) throw new StoryBroken(`${what}: accepted, though ${code} (${provision}) was expected`)
  const { refusal } = decision
  if (refusal.code !== code || refusal.provision !== provision) {
    throw new StoryBroken(`${what}: expected ${code} (${provision}), got ${said(refusal)}`)
  }
  return refusal
}

function said(refusal: Refusal): string {
  return `${refusal.code} (${refusal.provision}) ${refusal.message} ${refusal.cure} ${JSON.stringify(refusal.details ?? {})}`
}
