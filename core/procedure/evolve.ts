import { applyClockEntry } from '../calendar/clock.ts'
import type { CaseEvent } from './case-event.ts'
import { branchKey } from './case-state.ts'
import type { Branch, CaseState, OpenTask, RecordedContent } from './case-state.ts'

/** Raised when stored events do not make a case: a programmer's or a disk's error, never the applicant's. */
export class BrokenHistory extends Error {
  override readonly name = 'BrokenHistory'
}

/** Rebuilds a case from its events. */
export function replay(events: readonly CaseEvent[]): CaseState {
  const [first, ...rest] = events
  if (first === undefined || first.type !== 'case-opened') throw new BrokenHistory('the first event of a case is its opening')
  return rest.reduce(evolve, openedState(first))
}

/** The case after its opening event. */
export function openedState(event: Extract<CaseEvent, { type: 'case-opened' }>): CaseState {
  const state: CaseState = {
    id: event.case,
    number: event.number,
    procedure: event.procedure,
    pack: event.pack,
    ...(event.preview === true ? { preview: event.preview } : {}),
    seq: 1,
    status: event.status,
    opened: event.act.date,
    opened_by: event.by,
    parties: event.parties,
    links: event.links,
    contents: {},
    facts: event.facts,
    tasks: [],
    tokens: [],
    conclusions: [],
    recused: [],
  }
  return record(state, event, { step: 'open', branch: [] })
}

/** The case after one more event; the given state is not changed. */
export function evolve(state: CaseState, event: CaseEvent): CaseState {
  return { ...apply(state, event), seq: state.seq + 1 }
}

function apply(state: CaseState, event: CaseEvent): CaseState {
  switch (event.type) {
    case 'case-opened':
      throw new BrokenHistory('a case is opened once')
    case 'step-concluded':
      return concluded(state, event)
    case 'status-changed':
      return { ...state, status: event.status }
    case 'task-opened':
      return { ...state, tasks: [...state.tasks, openedTask(event)] }
    case 'task-closed':
      return { ...state, tasks: state.tasks.filter((task) => task.id !== event.task) }
    case 'token-laid':
      return { ...state, tokens: [...state.tokens, { target: event.target, step: event.step, branch: event.branch }] }
    case 'tokens-used':
      return { ...state, tokens: state.tokens.filter((token) => !usedBy(token, event.target, event.branch)) }
    case 'conclusion-voided':
      return voided(state, event.step, event.branch)
    case 'extension-asked':
      return changeTask(state, event.task, (task) => ({ ...task, extension_asked: event.asked }))
    case 'extension-refused':
      return changeTask(state, event.task, (task) => ({ ...task, extension_asked: null }))
    case 'clock-changed':
      return changeTask(state, event.task, (task) => {
        if (task.clock === null) throw new BrokenHistory(`task ${task.id} has no clock to change`)
        const change = applyClockEntry(task.clock, event.entry)
        if (!change.ok) throw new BrokenHistory(`task ${task.id}: ${change.refusal.says}`)
        return { ...task, extension_asked: null, clock: change.clock }
      })
    case 'task-overdue':
      return changeTask(state, event.task, (task) => ({ ...task, overdue_fired: true }))
    case 'task-reminded':
      return changeTask(state, event.task, (task) => ({ ...task, reminded: [...task.reminded, { ahead: event.ahead, due: event.due }] }))
    case 'task-handed-over':
      return changeTask(state, event.task, (task) => ({ ...task, assignee: event.to }))
    case 'person-recused':
      return recused(state, event.task, event.person, event.to)
    case 'case-withdrawn':
      return { ...state, status: event.status, tasks: [], tokens: [] }
    case 'effect-intended':
    case 'effect-done':
      return state
  }
}

function concluded(state: CaseState, event: Extract<CaseEvent, { type: 'step-concluded' }>): CaseState {
  const key = branchKey(event.branch)
  const next: CaseState = {
    ...state,
    tasks: state.tasks.filter((task) => task.id !== event.task),
    facts: { ...state.facts, ...event.facts },
    conclusions: [
      ...state.conclusions,
      {
        task: event.task,
        step: event.step,
        branch: key,
        outcome: event.outcome,
        person: event.by.person,
        organization: event.by.organization,
        office: event.by.office,
        ...(event.by.acting_for === undefined ? {} : { acting_for: event.by.acting_for }),
        date: event.act.date,
        recorded: event.act.recorded,
        overdue_days: event.overdue_days,
        voided: false,
      },
    ],
  }
  return record(next, event, event)
}

type Given = Pick<Extract<CaseEvent, { type: 'case-opened' }>, 'contents' | 'hashes' | 'by' | 'act'>

function record(state: CaseState, { contents: given, hashes, by, act }: Given, place: { step: string; branch: Branch; seats?: string | undefined }): CaseState {
  const at = branchKey(place.branch)
  const contents = { ...state.contents }
  for (const [key, value] of Object.entries(given)) {
    const where = at === '' ? key : `${key}@${at}`
    const one: RecordedContent = { value, hash: hashes[key] ?? '', step: place.step, person: by.person, on: act.date }
    contents[where] = place.seats === undefined ? one : besideOthers(one, place.seats, contents[where])
  }
  return { ...state, contents }
}

/** What one seat gives stands beside what the other seats of its group gave under the same name. */
function besideOthers(one: RecordedContent, seats: string, before: RecordedContent | undefined): RecordedContent {
  const { beside = [], ...last } = before?.seats === seats ? before : { beside: [] }
  const others = [...('step' in last ? [last] : []), ...beside].filter(({ step }) => step !== one.step)
  return { ...one, seats, ...(others.length === 0 ? {} : { beside: others }) }
}

function openedTask(event: Extract<CaseEvent, { type: 'task-opened' }>): OpenTask {
  return {
    id: event.task,
    step: event.step,
    branch: event.branch,
    office: event.office,
    organization: event.organization,
    opened_on: event.on,
    clock: event.clock,
    extension_asked: null,
    overdue_fired: false,
    reminded: [],
    assignee: null,
  }
}

function usedBy(token: { target: string; branch: Branch }, target: string, branch: Branch): boolean {
  if (token.target !== target) return false
  const [inside, around] = [branchKey(token.branch), branchKey(branch)]
  return around === '' || inside === around || inside.startsWith(`${around}/`)
}

function voided(state: CaseState, step: string, branch: string): CaseState {
  return {
    ...state,
    conclusions: state.conclusions.map((one) =>
      one.step === step && one.branch === branch ? { ...one, voided: true } : one,
    ),
    tokens: state.tokens.filter((token) => !(token.step === step && branchKey(token.branch) === branch)),
  }
}

/** The task goes to another; nothing else of the case stays with the person. */
function recused(state: CaseState, task: string, person: string, to: string | null): CaseState {
  const tasks = state.tasks.map((one) => (one.id === task ? { ...one, assignee: to } : one.assignee === person ? { ...one, assignee: null } : one))
  return { ...state, tasks, recused: [...state.recused, person] }
}

function changeTask(state: CaseState, id: string, change: (task: OpenTask) => OpenTask): CaseState {
  if (!state.tasks.some((task) => task.id === id)) throw new BrokenHistory(`task ${id} is not open`)
  return { ...state, tasks: state.tasks.map((task) => (task.id === id ? change(task) : task)) }
}
