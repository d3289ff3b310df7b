import { dueDateOf } from '#core/calendar/due-date.ts'
import { addDays, isLegalDate, legalDate } from '#core/calendar/legal-date.ts'
import type { LegalDate } from '#core/calendar/legal-date.ts'
import type { Json, JsonObject } from '#core/json.ts'
import type { Check, FactRequest, Outcome, Procedure, Target } from '#core/pack/procedure-format.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { PLATFORM } from '#core/procedure/case-state.ts'
import type { Actor, CaseState, OpenTask } from '#core/procedure/case-state.ts'
import { firstBroken } from '#core/procedure/check.ts'
import { decide } from '#core/procedure/decide.ts'
import type { Decision, DecisionInput } from '#core/procedure/decision-input.ts'
import { resolve } from '#core/procedure/operand.ts'
import type { Scope } from '#core/procedure/operand.ts'
import { TaskCannotOpen } from '#core/procedure/task-opening.ts'
import { UnknownInPack } from '#core/procedure/case-law.ts'
import { minimalValue, withDistinctKeys } from './minimal-value.ts'
import { addRow, satisfy, satisfyCheck, silence, steer } from './satisfy.ts'

/** One act that the law accepted, with all that it looked at: replayed under a changed law it shows the change. */
export type Accepted = { step: string; outcome: string; input: DecisionInput; decision: Extract<Decision, { accepted: true }> }
export type Walked = {
  /** How each step was opened: the act before it, and the task. */
  opened: Map<string, { by: Accepted; task: string }>
  /** The first accepted act for each `step.outcome`, and `open`. */
  accepted: Map<string, Accepted>
  /** Why an outcome was not accepted, as far as tried. */
  refused: Map<string, string>
}

const FIRST_DAY = legalDate('2026-07-01')
const STATES_LENGTH = 150
const REPAIRS_LENGTH = 60
const OVER_A_HOLIDAY_DAYS = 12 // so that a working day has passed, too

/** Walks a procedure under its law with made-up contents and facts, as far as they can be made to fit. */
export function walk(law: CaseLaw, procedure: Procedure): Walked {
  const walked: Walked = { opened: new Map(), accepted: new Map(), refused: new Map() }
  const seen = new Set<string>()
  const waiting: { state: CaseState; tag: string }[] = []
  const take = (act: Accepted, tag: string) => {
    const key = act.step === 'open' ? 'open' : `${act.step}.${act.outcome}`
    if (!walked.accepted.has(key)) walked.accepted.set(key, act)
    for (const event of act.decision.events) {
      // What the platform does in the same decision shows in its events.
      if (event.type === 'task-opened' && !walked.opened.has(event.step)) walked.opened.set(event.step, { by: act, task: event.task })
      if (event.type === 'step-concluded' && !walked.accepted.has(`${event.step}.${event.outcome}`)) walked.accepted.set(`${event.step}.${event.outcome}`, act)
    }
    const place = JSON.stringify([tag, act.decision.state.tasks.map((one) => [one.step, one.branch.map((part) => part.collection)]).toSorted(), act.decision.state.tokens.map((one) => [one.target, one.step])])
    if (seen.has(place)) return
    seen.add(place)
    waiting.push({ state: act.decision.state, tag })
  }
  for (const { target, tag } of ways(procedure, procedure.open)) {
    const found = tryAct(law, procedure, null, null, 'open', procedure.open, target)
    if ('decision' in found) take(found, tag)
    else walked.refused.set('open', found.reason)
  }
  for (let count = 0; count < STATES_LENGTH; count += 1) {
    const next = waiting.shift()
    if (!next) break
    for (const task of next.state.tasks) walkTask(law, procedure, next.state, task, walked, (act, tag) => take(act, tag === '' ? next.tag : tag))
  }
  return walked
}

/**
 * The ways in which an act is tried: as it comes, towards each of its conditional targets, and with rows for each
 * collection that is made of what it gives (its branches may open much later; `tag` keeps these runs apart).
 */
export function ways(procedure: Procedure, act: Pick<Outcome, 'then' | 'requires' | 'optional'>): { target: Target | undefined; tag: string }[] {
  const given = [...act.requires, ...act.optional]
  const made = Object.entries(procedure.collections).filter(([, { rows_of: rows }]) => given.some((key) => rows.startsWith(`content.${key}.`) || rows === `content.${key}`))
  return [
    { target: undefined, tag: '' },
    ...act.then.filter((one) => one.when !== undefined || one.for_each !== undefined).map((target) => ({ target, tag: '' })),
    ...made.map(([id]) => ({ target: { step: '', for_each: id }, tag: id })),
  ]
}

export function walkTask(law: CaseLaw, procedure: Procedure, state: CaseState, task: OpenTask, walked: Walked, take: (act: Accepted, tag: string) => void): void {
  for (const [name, outcome] of Object.entries(procedure.steps[task.step]?.outcomes ?? {})) {
    for (const { target, tag } of ways(procedure, outcome)) {
      const found = tryAct(law, procedure, state, task, name, outcome, target)
      if ('decision' in found) take(found, tag)
      else if (!walked.accepted.has(`${task.step}.${name}`)) walked.refused.set(`${task.step}.${name}`, found.reason)
    }
  }
  const late = dayAfterDue(law, task)
  if (late !== null) {
    const input: DecisionInput = { law, state, command: { type: 'time-passed' }, actor: PLATFORM, act: { date: addDays(late, OVER_A_HOLIDAY_DAYS), recorded: addDays(late, OVER_A_HOLIDAY_DAYS) }, links: fakeLinks(law, procedure), facts: {}, opening: null }
    const decision = decide(input)
    if (decision.accepted) take({ step: task.step, outcome: 'overdue', input, decision }, '')
  }
}

export function dayAfterDue(law: CaseLaw, task: OpenTask): LegalDate | null {
  const due = task.clock === null ? null : dueDateOf(task.clock, law.calendar).due
  return due === null ? null : addDays(due, 1)
}

export type Act = Pick<Outcome, 'requires' | 'optional' | 'facts' | 'checks'> & { fires?: Outcome['fires']; by?: string | undefined }

/** Gives an outcome (or the opening) minimal contents and repairs them check by check until the law accepts. `everyLink`: with the links, too, that it may lack. */
export function tryAct(law: CaseLaw, procedure: Procedure, state: CaseState | null, task: OpenTask | null, name: string, act: Act, target: Target | undefined, everyLink = false): Accepted | { reason: string } {
  const late = act.fires === 'elapsed' && task !== null ? dayAfterDue(law, task) : null
  const today = late ?? (state === null ? FIRST_DAY : (task?.opened_on ?? FIRST_DAY))
  const contents: Record<string, Json> = Object.fromEntries(act.requires.flatMap((key) => {
    const content = law.pack.contents[key]
    return content === undefined ? [] : [[key, minimalValue(content, today)]]
  }))
  const input = inputOf(law, procedure, state, task, name, act, contents, today, everyLink)
  const scope = scopeFor(input, procedure, task, contents)
  const allowed = [...act.requires, ...act.optional]
  for (const { from } of Object.values(procedure.parties)) if (state === null && resolve(from, scope) === undefined) satisfy({ left: from, is: 'present' }, scope, allowed, null)
  fillFacts(act.facts, scope)
  if (target !== undefined) steer(target, procedure, scope, allowed)
  for (const check of act.checks) if (check.check === 'each') addRow(check.rows, scope, allowed)
  let reason = ''
  for (let repair = 0; repair < REPAIRS_LENGTH; repair += 1) {
    fillFacts(act.facts, scope)
    if (target !== undefined && repair < REPAIRS_LENGTH / 2) steer(target, procedure, scope, allowed)
    for (const [key, value] of Object.entries(contents)) {
      const content = law.pack.contents[key]
      if (content) withDistinctKeys(content, value)
    }
    const decision = attempt({ ...input, facts: scope.facts })
    if (typeof decision === 'string') return { reason: decision }
    if (decision.accepted) return { step: task?.step ?? 'open', outcome: name, input: structuredClone({ ...input, law: undefined, facts: scope.facts }) as unknown as DecisionInput, decision } // the law holds functions; it is given back on replay
    reason = `${decision.refusal.code}：${decision.refusal.message}`
    const broken = act.checks.find((check) => firstBroken([check], scope) !== null)
    const date = broken === undefined ? null : dateWanted(broken, scope)
    if (date !== null) {
      scope.act = { date, recorded: date }
      input.act = scope.act
      continue
    }
    if (!broken || (!satisfyCheck(broken, scope, allowed) && !silence(broken.when, scope, allowed))) return { reason }
  }
  return { reason }
}

/** The later day on which a check about the day of the act will hold, or null where it is about something else. */
function dateWanted(check: Check, scope: Scope): LegalDate | null {
  if (check.check !== 'compare' || check.left !== 'act.date' || check.right === undefined) return null
  const bound = resolve(check.right, scope)
  const wanted = typeof bound === 'string' && isLegalDate(bound) ? (check.is === 'more-than' ? addDays(bound, 1) : bound) : null
  return wanted !== null && wanted > scope.act.date ? wanted : null
}

function attempt(input: DecisionInput): Decision | string {
  try {
    return decide(input)
  } catch (error) {
    if (error instanceof TaskCannotOpen || error instanceof UnknownInPack) return error.message
    throw error
  }
}

function inputOf(law: CaseLaw, procedure: Procedure, state: CaseState | null, task: OpenTask | null, name: string, act: Act, contents: Record<string, Json>, today: LegalDate, everyLink: boolean): DecisionInput {
  const links = fakeLinks(law, procedure, everyLink)
  const actor = actorFor(law, procedure, state, task, act)
  const when = { date: today, recorded: today }
  if (state === null || task === null) {
    const named = Object.fromEntries(Object.entries(links).map(([link, one]) => [link, one.id]))
    return { law, state: null, command: { type: 'open', procedure: procedure.procedure, links: named, contents }, actor, act: when, links, facts: {}, opening: { id: `case-${procedure.procedure}`, number: '1', holders: holdersOf(law) } }
  }
  return { law, state, command: { type: 'conclude', task: task.id, outcome: name, contents }, actor, act: when, links, facts: {}, opening: null }
}

export function holdersOf(law: CaseLaw): Record<string, string> {
  return Object.fromEntries(Object.entries(law.pack.offices).flatMap(([id, office]) => (office.holder === 'fixed' ? [[id, `org-${id}`]] : [])))
}

export function actorFor(law: CaseLaw, procedure: Procedure, state: CaseState | null, task: OpenTask | null, act: Act): Actor {
  const step = task === null ? undefined : procedure.steps[task.step]
  const office = act.by ?? step?.by ?? procedure.open.by
  if (office === 'platform') return PLATFORM
  const own = task !== null && (act.by === undefined || act.by === step?.by)
  const organization = own ? task.organization : (state?.parties[office] ?? holdersOf(law)[office] ?? `org-${office}`)
  return { person: `person-${task?.step ?? 'open'}`, organization, offices: [office] }
}

export function scopeFor(input: DecisionInput, procedure: Procedure, task: OpenTask | null, given: Record<string, Json>): Scope {
  const parties = input.state?.parties ?? { ...input.opening?.holders, ...Object.fromEntries(Object.values(procedure.links).flatMap((link) => link.same_party.map((role) => [role, `org-${role}`]))), [procedure.open.by]: input.actor.organization }
  return { law: input.law, procedure: procedure.procedure, state: input.state, given, facts: {}, links: input.links, parties, actor: input.actor, act: input.act, branch: task?.branch ?? [], task, read: {} }
}

/** Made-up facts of the declared shape; what is there already stays. */
export function fillFacts(requests: Record<string, FactRequest>, scope: Scope): void {
  for (const [name, request] of Object.entries(requests)) {
    const register = String(resolve(request.with['register'] ?? false, scope) ?? '')
    const record = (): JsonObject => Object.fromEntries(Object.keys(scope.law.pack.registers[register]?.fields ?? {}).map((field) => [field, `${field}-of-record`]))
    if (request.fact === 'register.records') {
      const keys = resolve(request.with['keys'] ?? false, scope)
      const known = (scope.facts[name] ?? {}) as JsonObject // made below
      for (const key of Array.isArray(keys) ? keys : [keys]) if (typeof key === 'string') known[key] ??= record()
      scope.facts[name] = known
    } else if (request.fact === 'register.record') scope.facts[name] ??= record()
    else if (request.fact === 'register.matching') scope.facts[name] ??= [{ id: 'record-1', ...record() }]
    else if (request.fact === 'organization.of') scope.facts[name] ??= { name: '试办单位', 'credit-code': '91510100MA6ABCDE0X', 'legal-person': true }
    else if (request.fact === 'standing.of') scope.facts[name] ??= 'granted'
    else if (request.fact === 'deliveries.of-agreement' || request.fact === 'exit.copies') scope.facts[name] ??= [{ id: 'supply-1', copy: 'copy-1' }]
    else if (['register.similar', 'cases.matching', 'disclosure.debt'].includes(request.fact)) scope.facts[name] ??= []
    else scope.facts[name] ??= {}
  }
}

/** Linked cases in the status that the link wants, with minimal contents on the trunk and the same parties. */
export function fakeLinks(law: CaseLaw, procedure: Procedure, everyLink = false): Record<string, CaseState> {
  const known = faked.get(procedure) ?? { law, links: new Map<boolean, Record<string, CaseState>>() }
  if (known.law !== law) known.links.clear()
  faked.set(procedure, { law, links: known.links })
  const links = known.links.get(everyLink) ?? makeLinks(law, procedure, everyLink)
  known.links.set(everyLink, links)
  return structuredClone(links)
}

/** The links of a procedure under the law that asked last; each act changes a copy of its own. */
const faked = new WeakMap<Procedure, { law: CaseLaw; links: Map<boolean, Record<string, CaseState>> }>()

function makeLinks(law: CaseLaw, procedure: Procedure, everyLink: boolean): Record<string, CaseState> {
  return Object.fromEntries(Object.entries(procedure.links).flatMap(([name, link]) => {
    const linked = law.pack.procedures[link.procedure]
    if (!linked || (link.optional && !everyLink)) return []
    const acts = [linked.open, ...Object.values(linked.steps).flatMap((step) => Object.values(step.outcomes))]
    const contents = Object.fromEntries([...new Set(acts.flatMap((act) => [...act.requires, ...act.optional]))].flatMap((key) => {
      const content = law.pack.contents[key]
      if (content === undefined) return []
      const value = minimalValue(content, FIRST_DAY)
      return [[key, { value, hash: law.hashOf(value), step: 'open', person: 'person-elsewhere', on: FIRST_DAY }]]
    }))
    const parties = Object.fromEntries(Object.keys(law.pack.offices).map((office) => [office, `org-${office}`]))
    const state: CaseState = {
      id: `case-${link.procedure}`, number: '1', procedure: link.procedure, pack: law.ref, seq: 1, status: link.status[0] ?? '', opened: FIRST_DAY,
      opened_by: { person: 'person-elsewhere', organization: `org-${linked.open.by}`, office: linked.open.by },
      parties, links: Object.fromEntries(Object.entries(linked.links).map(([other, one]) => [other, `case-${one.procedure}`])), contents, facts: {}, tasks: [], tokens: [], conclusions: [], recused: [],
    }
    return [[name, state]]
  }))
}
