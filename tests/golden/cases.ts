import { dueDateOf } from '#core/calendar/due-date.ts'
import { addDays } from '#core/calendar/legal-date.ts'
import type { Json } from '#core/json.ts'
import type { Outcome, Procedure } from '#core/pack/procedure-format.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { PLATFORM } from '#core/procedure/case-state.ts'
import type { Actor, CaseState, OpenTask } from '#core/procedure/case-state.ts'
import { decide } from '#core/procedure/decide.ts'
import type { DecisionInput } from '#core/procedure/decision-input.ts'
import { withProcedure } from '#tests/packs/swap/swaps.ts'
import { fakeLinks, holdersOf } from '#tests/packs/swap/walker.ts'
import type { Accepted } from '#tests/packs/swap/walker.ts'
import { actsOf } from './acts.ts'
import { answerOf } from './answer.ts'
import type { GoldenCase, Part } from './case.ts'
import { NO_SEEDS } from './seeds.ts'
import type { Seeds } from './seeds.ts'
import { triedAround } from './trip.ts'

type Input = GoldenCase['input']
const ELSEWHERE = 'org-elsewhere'

/** Every golden case of a procedure, in a fixed order. `untripped` names the checks for which nothing was found. */
export function casesOf(law: CaseLaw, procedure: Procedure, seeds: Seeds = NO_SEEDS): { cases: GoldenCase[]; untripped: string[]; unreached: string[] } {
  const acts = actsOf(law, procedure, seeds.done)
  const cases: GoldenCase[] = []
  const untripped: string[] = []
  const say = (act: string, part: Part, name: string, input: Input, answer: string[] = answerOf(law, input)) => {
    cases.push({ procedure: procedure.procedure, act, part, name, input, answer })
  }
  const places = [{ key: 'open', step: null, rule: procedure.open as Outcome }, ...Object.entries(procedure.steps).flatMap(([id, step]) => Object.entries(step.outcomes).map(([name, rule]) => ({ key: `${id}.${name}`, step, rule })))] // an opening is read as an outcome
  for (const { key, step, rule } of places) {
    const done = acts.done.get(key) ?? []
    const [plainest] = done
    for (const [index, act] of done.entries()) say(key, 'properly', done.length === 1 ? '' : `情形${index + 1}`, act.input)
    if (plainest === undefined) continue
    const office = key === 'open' ? procedure.open.by : (rule.by ?? step?.by ?? '')
    for (const other of others(law, procedure, office)) say(key, 'others', other, { ...plainest.input, actor: actorOf(plainest.input, other, law) })
    if (office !== 'platform') say(key, 'others', '同岗位的其他单位', { ...plainest.input, actor: { ...plainest.input.actor, organization: ELSEWHERE } })
    for (const content of rule.requires) {
      const act = done.find(({ input }) => 'contents' in input.command && content in input.command.contents)
      if (act !== undefined) say(key, 'without', content, leftOut(act.input, content))
    }
    if (key === 'open') linkCases(law, procedure, done, say)
    untripped.push(...checkCases(law, procedure, key, rule, done, seeds, say))
  }
  for (const [id, { state, task }] of acts.opened) timeCases(law, procedure, id, state, task, acts.done, say)
  return { cases, untripped, unreached: places.filter(({ key }) => !acts.done.has(key)).map(({ key }) => `${procedure.procedure}/${key}`) }
}

type Say = (act: string, part: Part, name: string, input: Input, answer?: string[]) => void

/** The offices that have a part in the procedure, without one; a superior one where there are few. */
function others(law: CaseLaw, procedure: Procedure, office: string): string[] {
  const steps = Object.values(procedure.steps)
  const all = [procedure.open.by, ...(procedure.open.also_by ?? []), ...steps.map((step) => step.by), ...steps.flatMap((step) => [step.extension?.granted_by ?? '', ...Object.values(step.outcomes).map((one) => one.by ?? '')]), 'government', 'data-authority']
  return [...new Set(all)].filter((one) => one !== office && one !== 'platform' && one in law.pack.offices).toSorted()
}

function actorOf(input: Input, office: string, law: CaseLaw): Actor {
  return { person: `person-of-${office}`, organization: input.state?.parties[office] ?? holdersOf(law)[office] ?? `org-${office}`, offices: [office] }
}

function leftOut(input: Input, key: string): Input {
  const { command } = input
  if (!('contents' in command)) return input
  const contents: Record<string, Json> = Object.fromEntries(Object.entries(command.contents).filter(([one]) => one !== key))
  return { ...input, command: { ...command, contents } }
}

/** Each link left out, in another status, or of another organisation. */
function linkCases(law: CaseLaw, procedure: Procedure, done: readonly Accepted[], say: Say): void {
  for (const [name, link] of Object.entries(procedure.links)) {
    // A link that no accepted act has is added to the plainest: it is looked at before all else.
    const act = done.find(({ input }) => input.links[name] !== undefined) ?? done[0]
    const linked = act?.input.links[name] ?? fakeLinks(law, procedure, true)[name]
    if (act === undefined || linked === undefined) continue
    const { command } = act.input
    const but = (links: DecisionInput['links']): Input => ({ ...act.input, links, ...(command.type === 'open' ? { command: { ...command, links: Object.fromEntries(Object.entries(links).map(([one, { id }]) => [one, id])) } } : {}) })
    say('open', 'links', `${name} 未关联`, but(Object.fromEntries(Object.entries(act.input.links).filter(([one]) => one !== name))))
    say('open', 'links', `${name} 处于其他状态`, but({ ...act.input.links, [name]: { ...linked, status: 'another-status' } }))
    for (const role of link.same_party) say('open', 'links', `${name} 的${role}为其他单位`, but({ ...act.input.links, [name]: { ...linked, parties: { ...linked.parties, [role]: ELSEWHERE } } }))
  }
}

/** For each check an input that it alone refuses, and both sides of its limit. */
function checkCases(law: CaseLaw, procedure: Procedure, key: string, rule: Outcome, done: readonly Accepted[], seeds: Seeds, say: Say): string[] {
  return rule.checks.flatMap((check, index) => {
    const without = withoutCheck(law, procedure.procedure, key, index)
    for (const act of done) {
      const { edges, tripped } = triedAround(law, procedure, rule, act, index, without)
      if (tripped === null) continue
      const shown = edges.includes(tripped) ? edges : [...edges, tripped]
      for (const tried of shown) say(key, 'checks', `${check.code}：${tried.name}`, bare(tried.attempt.input), tried.answer)
      return []
    }
    const told = seeds.refused.find((one) => one.act === key && one.check === index)
    if (told === undefined || answerOf(law, told.input).join() === answerOf(without, told.input).join()) return [`${procedure.procedure}/${key} ${index + 1} ${check.code}`]
    say(key, 'checks', `${check.code}：场景中的一次办理`, told.input)
    return []
  })
}

/** The law in which one check of an act is not there. */
export function withoutCheck(law: CaseLaw, procedure: string, act: string, index: number): CaseLaw {
  return withProcedure(law, procedure, (copy) => {
    const [step = '', outcome = ''] = act.split('.')
    const own = act === 'open' ? copy.open : copy.steps[step]?.outcomes[outcome]
    own?.checks.splice(index, 1)
  })
}

/** The input without its law. */
function bare({ law: _law, ...input }: DecisionInput): Input {
  return input
}

/** On the due date and on the working day after it: what time does, and an act that comes late; an extension asked and answered. */
function timeCases(law: CaseLaw, procedure: Procedure, id: string, state: CaseState, task: OpenTask, done: ReadonlyMap<string, Accepted[]>, say: Say): void {
  const step = procedure.steps[id]
  const due = task.clock === null ? null : dueDateOf(task.clock, law.calendar).due
  if (due === null || step === undefined) return
  const after = law.calendar.addWorkingDays(due, 1).date
  const links = fakeLinks(law, procedure)
  const passed = (date: typeof due): Input => ({ state, command: { type: 'time-passed' }, actor: PLATFORM, act: { date, recorded: date }, links, facts: {}, opening: null })
  say(id, 'times', `到期日（${due}）`, passed(due))
  say(id, 'times', `次一工作日（${after}）`, passed(after))
  if (step.reminders !== undefined) for (let date = task.opened_on; date < due; date = addDays(date, 1)) {
    if (answerOf(law, passed(date))[0] === '没有变化') continue
    say(id, 'times', `到期前（${date}）`, passed(date))
    say(id, 'times', `到期前（${addDays(date, -1)}）`, passed(addDays(date, -1)))
    break
  }
  const act = Object.entries(step.outcomes).flatMap(([name, one]) => (one.fires === undefined ? (done.get(`${id}.${name}`) ?? []) : [])).find(({ input }) => input.command.type === 'conclude' && input.command.task === task.id)
  if (act !== undefined) for (const date of [due, after]) say(id, 'times', `${act.outcome} 于${date}办理`, { ...act.input, act: { date, recorded: date } })
  if (step.extension !== undefined) extensionCases(law, procedure, id, state, task, step.extension, links, say)
}

function extensionCases(law: CaseLaw, procedure: Procedure, id: string, state: CaseState, task: OpenTask, extension: NonNullable<Procedure['steps'][string]['extension']>, links: DecisionInput['links'], say: Say): void {
  const cap = law.pack.figures[extension.cap]?.value ?? 0
  const on = { date: task.opened_on, recorded: task.opened_on }
  const ask = (days: number): Input => ({ state, command: { type: 'ask-extension', task: task.id, days, reason: '情况复杂' }, actor: { person: 'person-asking', organization: task.organization, offices: [task.office] }, act: on, links, facts: {}, opening: null })
  say(id, 'extension', `申请延长${cap}日`, ask(cap))
  say(id, 'extension', `申请延长${cap + 1}日`, ask(cap + 1))
  const asked = decide({ ...ask(cap), law })
  if (!asked.accepted) return
  const answer = (office: string): Input => ({ ...ask(cap), state: asked.state, command: { type: 'answer-extension', task: task.id, grant: true, reason: '同意' }, actor: actorOf(ask(cap), office, law) })
  say(id, 'extension', `${extension.granted_by}同意`, answer(extension.granted_by))
  for (const office of others(law, procedure, extension.granted_by)) say(id, 'extension', `${office}同意`, answer(office))
}
