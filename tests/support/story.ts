import { PREVIEW_MARK, caseNumber } from '#adapters/cases/case-number.ts'
import { dueDateOf } from '#core/calendar/due-date.ts'
import { legalDate, yearOf } from '#core/calendar/legal-date.ts'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { Refusal } from '#core/decision/refusal.ts'
import type { Json, JsonObject } from '#core/json.ts'
import type { Basis } from '#core/pack/basis.ts'
import type { FactRequest } from '#core/pack/procedure-format.ts'
import type { CaseEvent } from '#core/procedure/case-event.ts'
import { procedureOf, stepOf } from '#core/procedure/case-law.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { PLATFORM } from '#core/procedure/case-state.ts'
import type { Actor, CaseState, OpenTask } from '#core/procedure/case-state.ts'
import { factsAsked } from '#core/procedure/declared-interests.ts'
import { decide } from '#core/procedure/decide.ts'
import { disclosureDebts } from '#core/procedure/disclosure-debt.ts'
import { openingOffice } from '#core/procedure/decide-open.ts'
import type { CaseCommand, Decision, DecisionInput } from '#core/procedure/decision-input.ts'
import { replay } from '#core/procedure/evolve.ts'
import { partyOf, resolve } from '#core/procedure/operand.ts'
import type { Scope } from '#core/procedure/operand.ts'
import { scopeOf } from '#core/procedure/scope.ts'
import { organizationsOf } from './story-cast.ts'
import type { Cast } from './story-cast.ts'
import { storyFact } from './story-facts.ts'
import { storyTouched } from './story-watch.ts'
import { changeWorld, emptyWorld, needed, openedWith } from './story-world.ts'
import type { StoryWorld } from './story-world.ts'

export type { Cast } from './story-cast.ts'

/** One line of a story: on a date somebody does an act with contents. `recorded` defaults to the date. */
type Line = { on: string; who: string; /** For whom, under a delegation of this person. */ actingFor?: string; recorded?: string; contents?: Record<string, Json>; facts?: Record<string, Json> }
export type Opening = Line & { /** In the preview space. */ preview?: boolean; procedure: string; links?: Record<string, StoryCase> }
/** `task` is a step's id, a task's id, or `step@branch`. */
export type StoryAct = Line & { task: string; outcome: string }

/** What a line of a story asked and what it was answered, so that the story can be told again to the platform itself. */
export type Turn = {
  line: Line
  command: CaseCommand
  /** The case acted on; for an opening the new one, or null where it was refused. */
  caseId: string | null
  refusal: Refusal | null
  /** How many events each case of the story had after the turn. */
  seqs: Readonly<Record<string, number>>
}

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
  /** Who holds the offices that the law gives to one holder. */
  readonly holders: Readonly<Record<string, string>>
  /** What was asked and answered, in order; what the platform itself does in consequence is not a turn. */
  readonly turns: Turn[] = []
  /** Every accepted act in the order in which it was taken in, across all cases. */
  readonly told: { caseId: string; events: readonly CaseEvent[] }[] = []

  constructor(law: CaseLaw, cast: Cast) {
    this.law = law
    this.cast = cast
    this.world = emptyWorld(organizationsOf(cast, law))
    this.holders = Object.fromEntries(Object.entries(cast.holders).filter(([office]) => law.pack.offices[office]?.holder === 'fixed'))
  }

  /** Opens a case; throws `StoryBroken` with the refusal where the law does not allow it. */
  open(line: Opening): StoryCase {
    const decision = this.tryOpen(line)
    const [command, caseId] = [commandOf(line), decision.accepted ? decision.state.id : null]
    return this.turn({ line, command, caseId, decision }, () => {
      if (!decision.accepted) throw new StoryBroken(`${line.on} ${line.procedure}: ${said(decision.refusal)}`)
      const opened = new StoryCase(this, decision.state.id)
      this.cases.set(opened.id, opened)
      opened.take(decision.events, line.recorded ?? line.on)
      return opened
    })
  }

  /** The refusal of an opening, compared with the expected code and provision. */
  refusesOpening(line: Opening, code: string, provision: string | null): Refusal {
    const decision = this.tryOpen(line)
    return this.turn({ line, command: commandOf(line), caseId: null, decision }, () => expected(decision, `${line.on} ${line.procedure}`, code, provision))
  }

  #inside = false

  /** Does what follows from a decision and notes it as one turn, together with all that it leads to in other cases. */
  turn<T>({ decision, ...asked }: Omit<Turn, 'refusal' | 'seqs'> & { decision: Decision }, follow: () => T): T {
    if (this.#inside) return follow()
    storyTouched(this)
    this.#inside = true
    try {
      return follow()
    } finally {
      this.#inside = false
      const seqs = Object.fromEntries([...this.cases].map(([id, one]) => [id, one.events.length]))
      this.turns.push({ ...structuredClone({ ...asked, line: { ...asked.line, links: undefined } }), refusal: decision.accepted ? null : decision.refusal, seqs })
    }
  }

  private tryOpen(line: Opening): Decision {
    const procedure = procedureOf(this.law, line.procedure)
    const links = Object.fromEntries(Object.entries(line.links ?? {}).map(([name, linked]) => [name, linked.state]))
    const input = this.input(line, commandOf(line), null, links)
    const opening = { id: `${line.procedure}-${this.cases.size + 1}`, number: this.nextNumber(`${line.preview === true ? PREVIEW_MARK : ''}${procedure.mark}`, input.act.date), holders: this.holders }
    const scope: Scope = {
      law: this.law, procedure: line.procedure, state: null, given: line.contents ?? {}, facts: {}, links,
      parties: { ...opening.holders, [openingOffice(procedure, input.actor)]: input.actor.organization }, actor: input.actor, act: input.act, branch: [], task: null, read: {},
    }
    return this.judge({ ...input, opening, facts: this.facts(procedure.open.facts, scope, line.facts) })
  }

  /** Every question that a story asks of the engine goes this way. */
  judge(input: DecisionInput): Decision {
    return decide(input)
  }

  /** The input of a decision without its facts. */
  input(line: Line, command: CaseCommand, state: CaseState | null, links: Record<string, CaseState>): DecisionInput {
    const act = { date: legalDate(line.on), recorded: legalDate(line.recorded ?? line.on) }
    return { law: this.law, state, command, actor: this.actor(line.who, line.actingFor), act, links, facts: {}, opening: null }
  }

  /** The facts that an outcome asks for, in order: those of the line, else those of the story's world. A later one may name an earlier one. */
  facts(requests: Record<string, FactRequest>, scope: Scope, given: Record<string, Json> = {}): Record<string, Json> {
    const facts: Record<string, Json> = {}
    for (const [name, request] of Object.entries(requests)) {
      const args = Object.fromEntries(Object.entries(request.with).map(([arg, operand]) => [arg, resolve(operand, { ...scope, facts: { ...scope.facts, ...facts } }) ?? null]))
      if (request.fact === 'office.holder' && given[name] === undefined) {
        facts[name] = this.cast.holders[`${String(args['office'])}@${String(args['region'])}`] ?? null
        continue
      }
      if (request.fact === 'disclosure.debt' && given[name] === undefined) {
        facts[name] = disclosureDebts([...this.cases.values()].map(({ state }) => ({ law: this.law, state })), scope.act.recorded)
        continue
      }
      facts[name] = given[name] ?? storyFact(this.world, request.fact, args, [...this.cases.values()].map((one) => one.state).filter(({ id }) => id !== scope.state?.id))
    }
    return facts
  }

  /** The next number under a mark in a year, as the platform gives them. */
  private nextNumber(mark: string, on: LegalDate): string {
    const numbers = new Set([...this.cases.values()].map(({ state }) => state.number))
    let n = 1
    while (numbers.has(caseNumber(mark, yearOf(on), n))) n += 1
    return caseNumber(mark, yearOf(on), n)
  }

  private actor(who: string, principal?: string): Actor {
    if (who === 'platform') return PLATFORM
    const person = this.cast.persons[who]
    const offices = this.cast.persons[principal ?? who]?.offices
    if (!person || !offices) throw new StoryBroken(`nobody in the cast is called ${principal ?? who}`)
    const acting = principal === undefined ? {} : { acting_for: { person: principal, delegation: `delegation-${principal}-${who}` } }
    return { person: who, ...person, offices, ...acting }
  }
}

/** Effects that a preview has, too: they change cases of the preview only. */
const PREVIEWED = new Set(['case.open', 'case.status', 'clock.suspend', 'clock.resume'])

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
    return this.accept(line, this.concluding(line), this.try(line), `${line.task} ${line.outcome}`)
  }

  /** The refusal of an act, compared with the expected code and provision; the case stays as it was. */
  refuses(line: StoryAct, code: string, provision: string | null): Refusal {
    return this.refused(line, this.concluding(line), this.try(line), `${line.task} ${line.outcome}`, code, provision)
  }

  /** Any other command, e.g. `ask-extension` or `withdraw`. */
  command(line: Line, command: CaseCommand): this {
    const named = this.named(command)
    return this.accept(line, named, this.tryCommand(line, named), command.type)
  }

  /** The refusal of any other command. */
  refusesCommand(line: Line, command: CaseCommand, code: string, provision: string | null): Refusal {
    const named = this.named(command)
    return this.refused(line, named, this.tryCommand(line, named), command.type, code, provision)
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
  take(events: readonly CaseEvent[], recorded: string): void {
    this.events.push(...events)
    if (events.length > 0) this.story.told.push({ caseId: this.id, events })
    this.#state = replay(this.events)
    const opened = events.find((event) => 'act' in event)
    const on = opened !== undefined && 'act' in opened ? opened.act.date : recorded
    for (const event of events) if (event.type === 'effect-intended' && (this.state.preview !== true || PREVIEWED.has(event.effect))) this.run(event.effect, event.args, { on, recorded, basis: event.basis })
  }

  private accept(line: Line, command: CaseCommand, decision: Decision, what: string): this {
    return this.story.turn({ line, command, caseId: this.id, decision }, () => {
      if (!decision.accepted) throw new StoryBroken(`${line.on} ${this.id} ${what}: ${said(decision.refusal)}`)
      this.take(decision.events, line.recorded ?? line.on)
      return this
    })
  }

  private refused(line: Line, command: CaseCommand, decision: Decision, what: string, code: string, provision: string | null): Refusal {
    return this.story.turn({ line, command, caseId: this.id, decision }, () => expected(decision, `${line.on} ${what}`, code, provision))
  }

  private concluding(line: StoryAct): Extract<CaseCommand, { type: 'conclude' }> {
    return { type: 'conclude', task: this.task(line.task)?.id ?? line.task, outcome: line.outcome, contents: line.contents ?? {} }
  }

  private named(command: CaseCommand): CaseCommand {
    return 'task' in command ? { ...command, task: this.task(command.task)?.id ?? command.task } : command
  }

  private try(line: StoryAct): Decision {
    const task = this.task(line.task)
    const input = this.story.input(line, this.concluding(line), this.state, this.links())
    const outcome = task && stepOf(procedureOf(this.story.law, this.state.procedure), task.step).outcomes[line.outcome]
    if (!task || !outcome) return this.story.judge(input)
    const scope = scopeOf(input, this.state, task, line.contents ?? {})
    return this.story.judge({ ...input, facts: this.story.facts(factsAsked(this.story.law, outcome.facts, outcome.by ?? stepOf(procedureOf(this.story.law, this.state.procedure), task.step).by, input.actor), scope, line.facts) })
  }

  private tryCommand(line: Line, command: CaseCommand): Decision {
    return this.story.judge(this.story.input(line, command, this.state, this.links()))
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

  private run(effect: string, args: JsonObject, { on, recorded, basis }: { on: string; recorded: string; basis: Basis }): void {
    const asPlatform = { on: recorded, who: 'platform' }
    if (changeWorld(this.story.world, effect, args, on)) return
    if (effect === 'notify') this.mustReach(args['to'])
    else if (effect === 'case.status') this.other(needed(args, 'case')).command(asPlatform, { type: 'status-from-case', status: needed(args, 'status'), because: this.id })
    else if (effect === 'clock.suspend' || effect === 'clock.resume') {
      const change = effect === 'clock.suspend' ? 'suspend' : 'resume'
      const day = args[change === 'suspend' ? 'from' : 'on']
      const because = typeof args['reason'] === 'string' ? args['reason'] : `因${procedureOf(this.story.law, this.state.procedure).title}（${this.state.number}）`
      for (const id of Array.isArray(args['case']) ? args['case'] : [args['case']]) {
        this.other(String(id)).command(asPlatform, { type: 'clock-from-case', change, on: legalDate(typeof day === 'string' ? day : on), step: typeof args['step'] === 'string' ? args['step'] : null, by: this.id, because, basis })
      }
    } else if (effect === 'case.open') {
      const { links, contents } = openedWith(args)
      const linked = Object.fromEntries(Object.entries(links).map(([name, id]) => [name, this.other(id)]))
      this.story.open({ ...asPlatform, procedure: needed(args, 'procedure'), links: linked, contents, ...(this.state.preview === true ? { preview: true } : {}) })
    }
  }

  /** A notice to an office that nobody holds in this case reaches no one: the platform refuses the whole step. */
  private mustReach(to: Json | undefined): void {
    const { state, story } = this
    const scope: Scope = { law: story.law, procedure: state.procedure, state, given: {}, facts: {}, links: this.links(), parties: state.parties, actor: PLATFORM, act: { date: state.opened, recorded: state.opened }, branch: [], task: null, read: {} }
    for (const office of Array.isArray(to) ? to : [to]) {
      if (typeof office === 'string' && partyOf(office, scope) === undefined) throw new StoryBroken(`nobody holds the office ${office} in ${this.id}: the notice reaches no one`)
    }
  }
}

/** What an opening asks of the platform. */
function commandOf({ procedure, links = {}, contents = {}, preview = false }: Opening): Extract<CaseCommand, { type: 'open' }> {
  return { type: 'open', procedure, links: Object.fromEntries(Object.entries(links).map(([name, linked]) => [name, linked.id])), contents, ...(preview ? { preview } : {}) }
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
