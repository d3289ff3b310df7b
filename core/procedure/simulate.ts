import { dueDateOf } from '../calendar/due-date.ts'
import type { LegalDate } from '../calendar/legal-date.ts'
import type { CompiledPack } from '../pack/compiled-pack.ts'
import type { Procedure } from '../pack/procedure-format.ts'
import type { CaseEvent } from './case-event.ts'
import type { CaseLaw } from './case-law.ts'
import { PLATFORM, branchKey } from './case-state.ts'
import type { Actor, CaseState, OpenTask } from './case-state.ts'
import { decide } from './decide.ts'
import type { CaseCommand, Decision, DecisionInput } from './decision-input.ts'
import { replay } from './evolve.ts'
import { fitContent } from './fit-content.ts'

/** One case as it happened: its events in order. */
export type History = { caseId: string; events: readonly CaseEvent[] }

/**
 * What another pack would have said of an act: done late (`late`), without a content that it asks for (`missing`), with
 * one that it does not know (`unknown`), against a check (`refused`), by another office (`office`); or it has no such
 * procedure, step or outcome (`no-rule`), or the step was not open (`not-open`); `left` is what would still be open.
 */
export type SimulationFinding = {
  kind: 'late' | 'missing' | 'unknown' | 'refused' | 'office' | 'no-rule' | 'not-open' | 'left'
  caseId: string
  date: LegalDate
  /** Title of the step in the other pack, else its id. */
  step: string
  code: string | null
  provision: string | null
  text: string
}

type Opened = Extract<CaseEvent, { type: 'case-opened' }>
type Concluded = Extract<CaseEvent, { type: 'step-concluded' }>

/**
 * Replays a history's acts on their own dates under another law and lists what would be late, missing or refused. After
 * each finding the broken rule alone is set aside, so that the rest of the history is judged too. Pure.
 */
export function simulate(histories: readonly History[], law: CaseLaw): SimulationFinding[] {
  const holders = holdersOf(histories, law.pack)
  return histories.flatMap((history) => new Simulation(history, histories, law, holders).run())
}

class Simulation {
  readonly #history: History
  readonly #others: readonly History[]
  readonly #holders: Record<string, string>
  /** A copy of the law in which rules are set aside one by one. */
  readonly #law: CaseLaw
  readonly #findings: SimulationFinding[] = []
  #state: CaseState | null = null
  /** Whether the present act lacks contents that the other pack asks for. */
  #missingNow = false

  constructor(history: History, others: readonly History[], law: CaseLaw, holders: Record<string, string>) {
    this.#history = history
    this.#others = others
    this.#holders = holders
    const pack = structuredClone(law.pack)
    // The question is what the rules would have said, not whether they were in force then.
    pack.manifest = { ...pack.manifest, status: 'in-force', in_force: '1900-01-01' }
    delete pack.manifest.last_day
    this.#law = { ...law, pack }
  }

  run(): SimulationFinding[] {
    for (const event of this.#history.events) {
      if (event.type === 'case-opened') this.#open(event)
      else if (event.type === 'step-concluded') this.#conclude(event)
      else if (event.type === 'case-withdrawn') this.#take({ type: 'withdraw', reason: event.reason }, event, { person: event.by.person, organization: event.by.organization, offices: [event.by.office] })
    }
    this.#listLeft()
    return this.#findings
  }

  #open(event: Opened): void {
    const procedure = this.#law.pack.procedures[event.procedure]
    if (!procedure) return this.#note('no-rule', event.act.date, event.procedure, `没有程序“${event.procedure}”`)
    const contents = this.#fitted(event, procedure, { ...procedure.open, step: `发起：${procedure.open.title}` })
    const byPlatform = event.by.person === PLATFORM.person
    const offices = [procedure.open.by, ...(procedure.open.also_by ?? [])]
    if (!byPlatform && !offices.includes(event.by.office)) this.#note('office', event.act.date, procedure.open.title, `由${this.#title(event.by.office)}发起，应由${offices.map((one) => this.#title(one)).join('、')}发起`)
    this.#take({ type: 'open', procedure: event.procedure, links: event.links, contents }, event, byPlatform ? PLATFORM : this.#acting(event, offices))
  }

  #conclude(event: Concluded): void {
    const state = this.#state
    if (state === null) return
    const procedure = this.#law.pack.procedures[state.procedure]
    const step = procedure?.steps[event.step]
    const outcome = step?.outcomes[event.outcome]
    if (!procedure || !step || !outcome) return this.#note('no-rule', event.act.date, step?.title ?? event.step, `没有环节“${event.step}”的结果“${event.outcome}”`)
    if (outcome.fires !== undefined) return this.#time(event.act.date)
    this.#time(event.act.date)
    const task = this.#taskFor(event)
    if (!task) return this.#note('not-open', event.act.date, step.title, '此时该环节没有开启')
    const contents = this.#fitted(event, procedure, { ...outcome, step: step.title })
    const office = outcome.by ?? step.by
    if (event.by.office !== office && event.by.person !== PLATFORM.person) this.#note('office', event.act.date, step.title, `由${this.#title(event.by.office)}办理，应由${this.#title(office)}办理`)
    const actor = office === 'platform' ? PLATFORM : { person: event.by.person, organization: outcome.by === undefined ? task.organization : (state.parties[office] ?? event.by.organization), offices: [office] }
    this.#take({ type: 'conclude', task: task.id, outcome: event.outcome, contents }, event, actor)
    const done = this.#state?.conclusions.findLast((one) => one.task === task.id)
    if (done !== undefined && done.overdue_days > 0) this.#note('late', event.act.date, step.title, `应于${dueOf(task, this.#law)}前办结，逾期${done.overdue_days}日（原规则包下逾期${event.overdue_days}日）`)
  }

  /** Puts a command to the engine; each refusal is noted and its rule set aside, until the act passes or nothing can be set aside. */
  #take(command: CaseCommand, event: { act: Opened['act']; facts?: Opened['facts'] }, actor: Actor): void {
    for (;;) {
      const decision = this.#decided(command, event, actor)
      if (decision.accepted) {
        this.#state = decision.state
        return
      }
      const { code, provision, message, details } = decision.refusal
      const place = command.type === 'conclude' ? (this.#state?.tasks.find((task) => task.id === command.task)?.step ?? '') : 'open'
      // A check on what is already told to be missing says nothing more.
      const echo = details?.['found'] === null && this.#missingNow
      if (!echo) this.#note('refused', event.act.date, this.#stepTitle(place), message, code, provision)
      if (!this.#setAside(code, place, command)) return
    }
  }

  #decided(command: CaseCommand, { act, facts }: { act: Opened['act']; facts?: Opened['facts'] }, actor: Actor): Decision {
    const links = this.#linked(command.type === 'open' ? command.links : (this.#state?.links ?? {}), act.date)
    const input: DecisionInput = {
      law: this.#law, state: this.#state, command, actor, act, links, facts: facts ?? {},
      opening: command.type === 'open' ? { id: this.#history.caseId, number: this.#history.caseId, holders: this.#holders } : null,
    }
    return decide(input)
  }

  /** Drops the check of this code, or the link or bond that refused, from the copy of the law. */
  #setAside(code: string, place: string, command: CaseCommand): boolean {
    const procedure = this.#law.pack.procedures[command.type === 'open' ? command.procedure : (this.#state?.procedure ?? '')]
    if (!procedure) return false
    const outcome = place === 'open' ? procedure.open : command.type === 'conclude' ? procedure.steps[place]?.outcomes[command.outcome] : undefined
    const kept = outcome?.checks.filter((check) => check.code !== code)
    if (outcome && kept && kept.length < outcome.checks.length) {
      outcome.checks = kept
      return true
    }
    const link = Object.entries(procedure.links).find(([, one]) => one.code === code || code === 'party-must-be-the-same')
    if (!link) return false
    delete procedure.links[link[0]]
    return true
  }

  /** The act's contents as the other pack declares them; what it lacks and what it does not know is noted. */
  #fitted(event: Opened | Concluded, procedure: Procedure, { requires, optional, step }: { requires: readonly string[]; optional: readonly string[]; step: string }): Opened['contents'] {
    const { contents } = this.#law.pack
    const asked = [...requires, ...optional]
    this.#missingNow = false
    for (const key of Object.keys(event.contents)) if (!asked.includes(key)) this.#note('unknown', event.act.date, step, `不收“${contents[key]?.title ?? key}”`)
    return Object.fromEntries(asked.flatMap((key) => {
      const content = contents[key]
      if (!content || (!requires.includes(key) && event.contents[key] === undefined)) return []
      const fitted = fitContent(content, event.contents[key], '', procedure.basis)
      contents[key] = fitted.content
      this.#missingNow ||= fitted.misfits.some((one) => one.kind !== 'unknown')
      for (const { kind, place, provision } of fitted.misfits) this.#note(kind === 'unknown' ? 'unknown' : 'missing', event.act.date, step, kind === 'unknown' ? `不收“${place}”` : kind === 'missing' ? `缺少“${place}”` : `“${place}”不是所要求的类型`, null, provision)
      return fitted.value === undefined ? [] : [[key, fitted.value]]
    }))
  }

  #time(date: LegalDate): void {
    if (this.#state === null) return
    const decision = this.#decided({ type: 'time-passed' }, { act: { date, recorded: date } }, PLATFORM)
    if (decision.accepted) this.#state = decision.state
  }

  /** The open task that answers the event: of the same branch, else of the same organisation, else the only one of its step. */
  #taskFor(event: Concluded): OpenTask | undefined {
    const open = this.#state?.tasks.filter((task) => task.step === event.step) ?? []
    return open.find((task) => branchKey(task.branch) === branchKey(event.branch)) ?? open.find((task) => task.organization === event.by.organization) ?? open[0]
  }

  /** Linked cases as they stood on a day, under their own law. */
  #linked(links: Readonly<Record<string, string>>, on: LegalDate): Record<string, CaseState> {
    return Object.fromEntries(Object.entries(links).flatMap(([name, id]) => {
      const events = this.#others.find((one) => one.caseId === id)?.events ?? []
      const later = events.findIndex((event) => (dateOf(event) ?? on) > on)
      const until = later < 0 ? events : events.slice(0, later)
      return until.length === 0 ? [] : [[name, replay(until)]]
    }))
  }

  #listLeft(): void {
    const last = this.#history.events.flatMap((event) => dateOf(event) ?? []).toSorted().at(-1)
    if (this.#state === null || last === undefined) return
    for (const task of this.#state.tasks) {
      const due = dueOf(task, this.#law)
      this.#note('left', last, this.#stepTitle(task.step), `仍待${this.#title(task.office)}办理${due === null ? '' : `，应于${due}前办结${due < last ? '，已逾期' : ''}`}`)
    }
  }

  /** Who opens: as it was; where the office is another one, the same person for the organisation that holds it. */
  #acting(event: Opened, offices: readonly string[]): Actor {
    if (offices.includes(event.by.office)) return { person: event.by.person, organization: event.by.organization, offices: [event.by.office] }
    const office = offices[0] ?? event.by.office
    return { person: event.by.person, organization: this.#holders[office] ?? event.by.organization, offices: [office] }
  }

  #title(office: string): string {
    return this.#law.pack.offices[office]?.title ?? office
  }

  #stepTitle(step: string): string {
    const opening = this.#history.events[0]
    const procedure = this.#law.pack.procedures[this.#state?.procedure ?? (opening?.type === 'case-opened' ? opening.procedure : '')]
    return (step === 'open' ? procedure?.open.title : procedure?.steps[step]?.title) ?? step
  }

  #note(kind: SimulationFinding['kind'], date: LegalDate, step: string, text: string, code: string | null = null, provision: string | null = null): void {
    this.#findings.push({ kind, caseId: this.#history.caseId, date, step, code, provision, text })
  }
}

function dueOf(task: OpenTask, law: CaseLaw): LegalDate | null {
  return task.clock === null ? null : dueDateOf(task.clock, law.calendar).due
}

function dateOf(event: CaseEvent): LegalDate | undefined {
  if ('act' in event) return event.act.date
  if ('on' in event) return event.on
  return 'date' in event ? event.date : undefined
}

/** Who held each office with one holder, as the histories show; an office that none of them names is held by a stand-in of its own name. */
function holdersOf(histories: readonly History[], pack: CompiledPack): Record<string, string> {
  const seen: Record<string, string> = {}
  for (const { events } of histories) for (const event of events) if (event.type === 'case-opened') Object.assign(seen, event.parties)
  return Object.fromEntries(Object.entries(pack.offices).flatMap(([office, { holder }]) => (holder === 'fixed' ? [[office, seen[office] ?? office]] : [])))
}
