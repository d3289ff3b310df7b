import { dueDateOf } from '#core/calendar/due-date.ts'
import type { Json } from '#core/json.ts'
import type { Check, Comparison, Outcome, Procedure, Step } from '#core/pack/procedure-format.ts'
import { UnknownInPack } from '#core/procedure/case-law.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { decide } from '#core/procedure/decide.ts'
import type { Decision, DecisionInput } from '#core/procedure/decision-input.ts'
import { TaskCannotOpen } from '#core/procedure/task-opening.ts'
import { minimalValue } from './minimal-value.ts'
import type { Accepted, Walked } from './walker.ts'

/** One rule swapped in a copy of the pack, and what the engine says with and without it. */
export type Swap = { name: string; before: string; after: string }

/** The law with one procedure changed; the given law stays as it is. */
export function withProcedure(law: CaseLaw, id: string, change: (procedure: Procedure) => void): CaseLaw {
  const procedure = structuredClone(law.pack.procedures[id])
  if (!procedure) throw new Error(`no procedure ${id}`)
  change(procedure)
  return { ...law, pack: { ...law.pack, procedures: { ...law.pack.procedures, [id]: procedure } } }
}

function withFigure(law: CaseLaw, id: string, value: number): CaseLaw {
  const figure = law.pack.figures[id]
  if (!figure) throw new Error(`no figure ${id}`)
  return { ...law, pack: { ...law.pack, figures: { ...law.pack.figures, [id]: { ...figure, value } } } }
}

/** What the engine does with an act, as one comparable text: the refusal, or all events and due dates. */
export function answer(law: CaseLaw, act: Pick<Accepted, 'input'>, change: Partial<DecisionInput> = {}): string {
  try {
    return said(law, decide({ ...structuredClone({ ...act.input, law: undefined }), ...change, law }))
  } catch (error) {
    if (error instanceof TaskCannotOpen || error instanceof UnknownInPack) return `cannot: ${error.message}`
    throw error
  }
}

function said(law: CaseLaw, decision: Decision): string {
  if (!decision.accepted) return `refused ${decision.refusal.code}: ${decision.refusal.message}`
  const due = decision.state.tasks.map((task) => [task.id, task.clock === null ? null : dueDateOf(task.clock, law.calendar).due])
  return JSON.stringify([decision.events, due])
}

const OTHERS = ['government', 'registrar']

/** Another office than the one that acts now. */
function otherOffice(law: CaseLaw, office: string): string {
  return OTHERS.find((one) => one !== office && one in law.pack.offices) ?? 'government'
}

/** Every swap of a step: who acts, how long, what is required, what is checked. */
export function swapsOfStep(law: CaseLaw, procedure: Procedure, id: string, step: Step, walked: Walked): Swap[] {
  const opened = walked.opened.get(id)
  if (!opened) return []
  const edit = (change: (rule: Step) => void): CaseLaw => withProcedure(law, procedure.procedure, (copy) => {
    const rule = copy.steps[id]
    if (rule) change(rule)
  })
  const name = `${procedure.procedure}/${id}`
  const found: Swap[] = [{ name: `${name} actor`, before: answer(law, opened.by), after: answer(edit((rule) => { rule.by = otherOffice(law, rule.by) }), opened.by) }]
  if (step.due && 'within' in step.due) found.push(...limitSwaps(law, step.due.within, opened.by, opened.task, name))
  if (step.extension) found.push(...extensionSwaps(law, step.extension.cap, opened, name))
  for (const [key, outcome] of Object.entries(step.outcomes)) {
    const act = walked.accepted.get(`${id}.${key}`)
    if (!act) continue
    const editOutcome = (change: (rule: Outcome) => void): CaseLaw => edit((rule) => {
      const own = rule.outcomes[key]
      if (own) change(own)
    })
    if ((outcome.by ?? step.by) !== 'platform' && outcome.fires === undefined) {
      const after = answer(edit((rule) => {
        const own = rule.outcomes[key]
        if (own?.by !== undefined) own.by = otherOffice(law, own.by)
        else rule.by = otherOffice(law, rule.by)
      }), act)
      found.push({ name: `${name}/${key} actor`, before: answer(law, act), after })
    }
    found.push(...actSwaps(law, `${name}/${key}`, outcome, act, editOutcome))
  }
  return found
}

/** The swaps of an opening. */
export function swapsOfOpening(law: CaseLaw, procedure: Procedure, walked: Walked): Swap[] {
  const act = walked.accepted.get('open')
  if (!act) return []
  const edit = (change: (rule: Procedure['open']) => void): CaseLaw => withProcedure(law, procedure.procedure, (copy) => change(copy.open))
  const name = `${procedure.procedure}/open`
  const actor = { name: `${name} actor`, before: answer(law, act), after: answer(edit((rule) => { rule.by = otherOffice(law, rule.by) }), act) }
  return [actor, ...actSwaps(law, name, { ...procedure.open, fires: undefined }, act, edit)]
}

function limitSwaps(law: CaseLaw, figure: string, act: Accepted, task: string, name: string): Swap[] {
  const value = law.pack.figures[figure]?.value ?? 0
  return [value - 1, value + 1].map((other) => ({ name: `${name} limit ${other}`, before: dueOf(law, act, task), after: dueOf(withFigure(law, figure, other), act, task) }))
}

function dueOf(law: CaseLaw, act: Accepted, task: string): string {
  const decision = decide({ ...structuredClone({ ...act.input, law: undefined }), law })
  const event = decision.accepted ? decision.events.find((one) => one.type === 'task-opened' && one.task === task) : undefined
  return event?.type === 'task-opened' && event.clock !== null ? String(dueDateOf(event.clock, law.calendar).due) : 'no due date'
}

function extensionSwaps(law: CaseLaw, figure: string, opened: { by: Accepted; task: string }, name: string): Swap[] {
  const { state } = opened.by.decision
  const task = state.tasks.find((one) => one.id === opened.task)
  const value = law.pack.figures[figure]?.value ?? 0
  if (!task) return []
  const ask: Partial<DecisionInput> = { state, command: { type: 'ask-extension', task: task.id, days: value, reason: '情况复杂' }, actor: { person: 'person-asking', organization: task.organization, offices: [task.office] } }
  return [{ name: `${name} extension ${value - 1}`, before: answer(law, opened.by, ask), after: answer(withFigure(law, figure, value - 1), opened.by, ask) }]
}

type Requiring = { requires: string[]; checks: Check[] }

function actSwaps<T extends Requiring>(law: CaseLaw, name: string, outcome: Pick<Outcome, 'requires' | 'optional' | 'checks' | 'fires'>, act: Accepted, edit: (change: (rule: T | Outcome | Procedure['open']) => void) => CaseLaw): Swap[] {
  const found: Swap[] = []
  const before = answer(law, act)
  if (outcome.fires === undefined) {
    const added = Object.keys(law.pack.contents).find((key) => !outcome.requires.includes(key) && !outcome.optional.includes(key)) ?? ''
    found.push({ name: `${name} + ${added}`, before, after: answer(edit((rule) => { rule.requires.push(added) }), act) })
    for (const key of outcome.requires) {
      const without = withoutContent(act.input, key)
      found.push({ name: `${name} - ${key}`, before: answer(law, act, without), after: answer(edit((rule) => { rule.requires = rule.requires.filter((one) => one !== key) }), act, without) })
    }
  }
  for (const [index, check] of outcome.checks.entries()) {
    found.push(checkSwap(law, `${name} check ${index} ${check.code}`, check, act, (changed) => edit((rule) => {
      if (changed === null) rule.checks.splice(index, 1)
      else rule.checks[index] = changed
    })))
  }
  return found
}

function withoutContent(input: DecisionInput, key: string): Partial<DecisionInput> {
  const { command } = input
  if (command.type !== 'open' && command.type !== 'conclude') return {}
  const contents: Record<string, Json> = Object.fromEntries(Object.entries(command.contents).filter(([one]) => one !== key))
  return { command: { ...command, contents } }
}

/** Negates a check, or removes it where it is broken on purpose; the first way that shows is told. */
function checkSwap(law: CaseLaw, name: string, check: Check, act: Accepted, edit: (changed: Check | null) => CaseLaw): Swap {
  const before = answer(law, act)
  if (check.check === 'different-person') return personSwap(law, name, check.from, act, edit)
  if (check.check === 'at-most-times') return { name, before, after: answer(withFigure(law, check.figure, 0), act) }
  for (const loose of loosened(check)) {
    for (const changed of [...negated(law, loose), loose]) {
      const after = answer(edit(changed), act)
      if (after !== before) return { name, before, after }
    }
  }
  return { name, before, after: before }
}

function personSwap(law: CaseLaw, name: string, from: readonly string[], act: Accepted, edit: (changed: null) => CaseLaw): Swap {
  const { state, actor } = act.input
  const person = from.map((step) => (step === 'open' ? state?.opened_by.person : state?.conclusions.findLast((one) => one.step === step)?.person)).find((one) => one !== undefined)
  const same = { actor: { ...actor, person: person ?? actor.person } }
  return { name, before: answer(law, act, same), after: answer(edit(null), act, same) }
}

/** The check, then without what narrows it, so that a check that sleeps in this act can be seen, too. */
function loosened(check: Check): Check[] {
  const { when: _when, ...always } = check
  const found: Check[] = [check, always as Check] // `when` is optional in every check
  if (check.check === 'each') {
    const { where: _where, ...everywhere } = check
    found.push(everywhere, { ...everywhere, when: undefined })
  }
  return found
}

const OPPOSITE: Partial<Record<Comparison, Comparison>> = {
  equal: 'not-equal', 'not-equal': 'equal', 'at-most': 'more-than', 'at-least': 'less-than', 'less-than': 'at-least', 'more-than': 'at-most',
  present: 'absent', absent: 'present', 'subset-of': 'not-subset-of', 'not-subset-of': 'subset-of',
}
const NOWHERE = { value: ['没有这个值'] }

function negated(law: CaseLaw, check: Check): Check[] {
  switch (check.check) {
    case 'compare':
    case 'each': {
      const opposite = OPPOSITE[check.is]
      return [...(opposite === undefined ? [] : [{ ...check, is: opposite }]), { ...check, is: check.is === 'disjoint-from' ? 'includes' : check.is, right: check.is === 'disjoint-from' ? NOWHERE : check.is === 'present' || check.is === 'absent' ? undefined : NOWHERE }]
    }
    case 'sum':
    case 'count':
      return [{ ...check, is: OPPOSITE[check.is] ?? 'absent' }]
    case 'decision-carried': {
      const other = Object.entries(law.pack.contents).find(([key, content]) => key !== check.text && minimalValue(content, '2026-07-01') !== null)?.[0]
      return [{ ...check, text: other ?? check.text }]
    }
    case 'notice-ahead':
      return [{ ...check, date: 'act.date' }]
    case 'window-before':
      return [{ ...check, end: { value: '2020-01-01' } }]
    case 'term-within':
      return [{ ...check, start: check.end, end: check.start }]
    case 'date-within':
      return [{ ...check, from: { value: '2020-01-01' } }]
    case 'portion':
      return [{ ...check, whole: -1 }]
    case 'at-most-times':
    case 'different-person':
      return []
  }
}

