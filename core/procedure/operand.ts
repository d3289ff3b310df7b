import { dueDateOf } from '../calendar/due-date.ts'
import type { LegalDate } from '../calendar/legal-date.ts'
import { holds } from '../decision/compare.ts'
import { isObject } from '../json.ts'
import type { Json, JsonObject } from '../json.ts'
import type { Figure } from '../pack/pack-format.ts'
import type { Operand } from '../pack/procedure-format.ts'
import type { CaseLaw } from './case-law.ts'
import { figureOf } from './case-law.ts'
import { contentIn, contentOfStep, lastConclusion } from './case-state.ts'
import type { Act, Actor, Branch, CaseState, OpenTask } from './case-state.ts'

/** All that an operand may name, as seen by one act. */
export type Scope = {
  law: CaseLaw
  procedure: string
  /** Null while the case is being opened. */
  state: CaseState | null
  given: Record<string, Json>
  facts: Record<string, Json>
  links: Record<string, CaseState>
  parties: Record<string, string>
  actor: Actor
  act: Act
  branch: Branch
  task: OpenTask | null
  row?: JsonObject
  /** Collects every value read from outside the case (`link.…`, `fact.…`), for replay. */
  read: JsonObject
}

/** The value that an operand names, or undefined where nobody gave one. */
export function resolve(operand: Operand, scope: Scope): Json | undefined {
  if (typeof operand === 'number' || typeof operand === 'boolean') return operand
  if (typeof operand === 'object') return operand.value
  const [root = '', ...path] = operand.split('.')
  const reader = READERS[root]
  if (!reader) throw new Error(`operand ${operand}: ${root} is not a root this engine knows`)
  const value = reader(path, scope)
  if ((root === 'link' || root === 'fact') && value !== undefined) scope.read[operand] = value
  return value
}

/**
 * A figure as it governs this act: the first variant whose dates and condition fit, else the figure itself.
 * @param on the day that decides which rule was in force: the trigger of a clock, else the day of the act.
 */
export function figureIn(scope: Scope, id: string, on: LegalDate = scope.act.date): Figure {
  const figure = figureOf(scope.law, id)
  const variant = figure.variants?.find((one) => (one.from === undefined || on >= one.from) && (one.until === undefined || on <= one.until) && (one.when === undefined || holds(resolve(one.when.left, scope), one.when.is, one.when.right === undefined ? undefined : resolve(one.when.right, scope))))
  if (variant === undefined) return figure
  return { ...figure, value: variant.value, unit: variant.unit ?? figure.unit, basis: variant.basis }
}

/** The roots an operand may begin with; `pack-check` refuses any other. */
export const OPERAND_ROOTS = [
  'content', 'link', 'figure', 'fact', 'party', 'branch', 'hash', 'step', 'seats', 'act', 'row', 'case', 'task',
] as const

type Reader = (path: string[], scope: Scope) => Json | undefined

const READERS: Record<string, Reader> = {
  content: (path, scope) => contentValue(path, scope),
  link: (path, scope) => linkValue(path, scope),
  figure: ([id = ''], scope) => figureIn(scope, id).value,
  fact: ([first = '', ...rest], scope) => {
    const name = first.replace(/\[\]$/, '')
    return walk(scope.facts[name] ?? scope.state?.facts[name], first === name ? rest : ['[]', ...rest], scope)
  },
  party: ([role = ''], scope) => partyOf(role, scope),
  branch: (path, scope) => branchValue(path, scope),
  hash: ([key = ''], scope) => hashOfContent(key, scope),
  step: ([step = '', field = '', ...rest], scope) => (field === 'content' ? contentOfStepValue(step, rest, scope) : stepValue(step, field, scope)),
  seats: ([group = ''], scope) => seatOutcomes(group, scope),
  act: ([field = ''], scope) =>
    ({ date: scope.act.date, recorded: scope.act.recorded, person: scope.actor.person, organization: scope.actor.organization })[field],
  row: (path, scope) => walk(scope.row, path, scope),
  case: ([field = ''], scope) => (scope.state === null ? openingValue(field, scope) : caseValue(field, scope.state)),
  task: ([field = ''], scope) => taskValue(field, scope),
}

/** What is known of a case while it is being opened. */
function openingValue(field: string, { act, actor }: Scope): Json | undefined {
  if (field === 'opened') return act.date
  return field === 'opener' ? actor.organization : undefined
}

function caseValue(field: string, state: CaseState): Json | undefined {
  if (field === 'opener') return state.opened_by.organization
  if (field === 'id' || field === 'number' || field === 'opened' || field === 'status') return state[field]
  return undefined
}

/** How those in the seats of one group have decided: the last valid outcome of each seat, of each branch where a seat is in branches. */
function seatOutcomes(group: string, { law, procedure, state }: Scope): Json | undefined {
  const steps = law.pack.procedures[procedure]?.steps ?? {}
  const last = new Map<string, string>()
  for (const one of state?.conclusions ?? []) if (!one.voided && steps[one.step]?.seats === group) last.set(`${one.step}@${one.branch}`, one.outcome)
  return [...last.values()]
}

/** `task.opened`, `task.due` (its present due date), `task.id`. */
function taskValue(field: string, scope: Scope): Json | undefined {
  const { task, law, act } = scope
  if (field === 'opened') return task?.opened_on ?? act.date
  if (field === 'due') return task?.clock ? (dueDateOf(task.clock, law.calendar).due ?? undefined) : undefined
  return task?.id
}

function contentValue([key = '', ...rest]: string[], scope: Scope): Json | undefined {
  const name = key.replace(/\[\]$/, '')
  const value = scope.given[name] ?? (scope.state ? contentIn(scope.state, name, scope.branch)?.value : undefined)
  return walk(value, key.endsWith('[]') ? ['[]', ...rest] : rest, scope)
}

/** The hash of a content's present text: the one given with this act, else the one on record. */
export function hashOfContent(key: string, scope: Scope): string | undefined {
  const given = scope.given[key]
  if (given !== undefined) return scope.law.hashOf(given)
  return scope.state ? contentIn(scope.state, key, scope.branch)?.hash : undefined
}

function linkValue([name = '', field = '', ...rest]: string[], scope: Scope): Json | undefined {
  const linked = scope.links[name]
  if (!linked) return undefined
  if (field === 'id' || field === 'status' || field === 'procedure' || field === 'number') return linked[field]
  if (field === 'party') return linked.parties[rest[0] ?? '']
  if (field === 'link') return linked.links[rest[0] ?? '']
  if (field === 'fact') {
    const [first = '', ...inside] = rest
    const key = first.replace(/\[\]$/, '')
    return walk(linked.facts[key], first === key ? inside : ['[]', ...inside], scope)
  }
  if (field === 'hash') return contentIn(linked, rest[0] ?? '', [])?.hash
  if (field === 'step') {
    const conclusion = lastConclusion(linked, rest[0] ?? '', [])
    return (conclusion as Record<string, Json> | undefined)?.[rest[1] ?? ''] // a conclusion is plain JSON
  }
  if (field !== 'content') return undefined
  const [key = '', ...inside] = rest
  const plain = key.replace(/\[\]$/, '')
  return walk(contentIn(linked, plain, [])?.value, key.endsWith('[]') ? ['[]', ...inside] : inside, scope)
}

/** The organisation in a role: the case's party, or the operand by which the procedure names it. */
export function partyOf(role: string, scope: Scope): string | undefined {
  const bound = scope.state?.parties[role] ?? scope.parties[role]
  if (bound !== undefined) return bound
  const declared = scope.law.pack.procedures[scope.procedure]?.parties[role]
  if (!declared) return undefined
  const value = resolve(declared.from, scope)
  return typeof value === 'string' ? value : undefined
}

function branchValue([collection = '', field, ...rest]: string[], scope: Scope): Json | undefined {
  const part = scope.branch.findLast((one) => one.collection === collection)
  if (!part) return undefined
  if (field === undefined || field === 'key') return part.key
  if (field === 'rows[]') return walk(part.rows, ['[]', ...rest], scope)
  if (field === 'rows') return part.rows
  return walk(part.rows[0], [field, ...rest], scope)
}

/** `step.sign-agency.content.signature.date`: what that very step gave, also where other seats gave the same content. */
function contentOfStepValue(step: string, [key = '', ...rest]: string[], scope: Scope): Json | undefined {
  const name = key.replace(/\[\]$/, '')
  const found = scope.state === null ? undefined : contentOfStep(scope.state, step, name, scope.branch)
  return walk(found?.value, key === name ? rest : ['[]', ...rest], scope)
}

function stepValue(step: string, field: string, scope: Scope): Json | undefined {
  if (scope.state === null) return undefined
  const conclusion = lastConclusion(scope.state, step, scope.branch)
  return conclusion === undefined ? undefined : (conclusion as Record<string, Json>)[field] // plain JSON
}

/**
 * Follows a path. `name[]` maps over a list, `[]` over the members of a list or of an object by key;
 * `@row:entry` looks up by the value of another operand, `@entry=row:entry` finds the row of a list by a column.
 */
function walk(value: Json | undefined, path: string[], scope: Scope): Json | undefined {
  const [head, ...rest] = path
  if (head === undefined || value === undefined) return value
  if (head === '[]') {
    const members = isObject(value) ? Object.values(value) : value
    return Array.isArray(members) ? members.flatMap((one) => listed(walk(one, rest, scope))) : undefined
  }
  if (head.startsWith('@') && head.includes('=')) {
    const [column = '', operand = ''] = head.slice(1).split('=')
    const wanted = resolve(operand.replaceAll(':', '.'), scope)
    const rows = Array.isArray(value) ? value : []
    return walk(rows.find((one) => isObject(one) && wanted !== undefined && one[column] === wanted), rest, scope)
  }
  if (head.startsWith('@')) {
    const key = resolve(head.slice(1).replaceAll(':', '.'), scope)
    return typeof key === 'string' && isObject(value) ? walk(value[key], rest, scope) : undefined
  }
  const many = head.endsWith('[]')
  const name = many ? head.slice(0, -'[]'.length) : head
  const next = isObject(value) ? value[name] : undefined
  return walk(next, many ? ['[]', ...rest] : rest, scope)
}

function listed(value: Json | undefined): Json[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}
