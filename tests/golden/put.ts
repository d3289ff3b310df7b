import type { Json } from '#core/json.ts'
import { isObject } from '#core/json.ts'
import { isLegalDate } from '#core/calendar/legal-date.ts'
import type { Operand, Outcome, Procedure } from '#core/pack/procedure-format.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { contentIn } from '#core/procedure/case-state.ts'
import type { DecisionInput } from '#core/procedure/decision-input.ts'
import type { Scope } from '#core/procedure/operand.ts'
import { assign } from '#tests/packs/swap/assign.ts'
import { scopeFor } from '#tests/packs/swap/walker.ts'
import type { Accepted } from '#tests/packs/swap/walker.ts'

/** A copy of an accepted act that may be changed: what the scope shows is the very input. */
export type Attempt = { input: DecisionInput; scope: Scope; allowed: readonly string[] }

export function attemptOf(law: CaseLaw, procedure: Procedure, act: Pick<Outcome, 'requires' | 'optional'>, { input: kept }: Pick<Accepted, 'input'>): Attempt {
  const input: DecisionInput = { ...structuredClone({ ...kept, law: undefined }), law }
  const { command, state } = input
  const given = 'contents' in command ? command.contents : {}
  const task = command.type === 'conclude' ? (state?.tasks.find((one) => one.id === command.task) ?? null) : null
  const scope = scopeFor(input, procedure, task, given)
  scope.facts = input.facts
  return { input, scope, allowed: [...act.requires, ...act.optional, ...Object.keys(given)] }
}

/** Writes a value where an operand reads it: into what is given, or into what the case, its links and the registers hold already. */
export function put(operand: Operand | undefined, value: Json, attempt: Attempt, scope: Scope = attempt.scope): boolean {
  if (typeof operand !== 'string') return false
  const { input, allowed } = attempt
  const [root = '', first = '', second = '', ...rest] = operand.split('.')
  switch (root) {
    case 'act':
      return putAct(first, value, input)
    case 'party':
      return input.state !== null && putField(input.state.parties, first, value)
    case 'case':
      return input.state !== null && putField(input.state, first, value)
    case 'step':
      return second === 'content' ? putRecorded(`content.${[first, ...rest].slice(1).join('.')}`, value, attempt, scope) : (input.state?.conclusions ?? []).filter((one) => one.step === first).map((one) => putField(one, second, value)).some(Boolean)
    case 'branch':
      return (scope.task?.branch ?? []).filter((part) => part.collection === first).flatMap((part) => part.rows).map((row) => putField(row, second, value)).some(Boolean)
    case 'link':
      if (second === 'party' && input.links[first] !== undefined) return putField(input.links[first].parties, rest[0] ?? '', value)
      return assign(operand, value, scope, allowed)
    case 'content':
      return allowed.includes(first.replace(/\[\]$/, '')) ? putGiven(operand, value, attempt, scope) : putRecorded(operand, value, attempt, scope)
    case 'fact':
      return assign(operand, value, scope, allowed)
    default:
      return assign(operand, value, scope, allowed)
  }
}

/** A content that is taken away is not there at all. */
function putGiven(operand: string, value: Json, { allowed }: Attempt, scope: Scope): boolean {
  const [, key = '', ...path] = operand.split('.')
  if (value === null && path.length === 0) {
    delete scope.given[key]
    return true
  }
  return assign(operand, value, scope, allowed)
}

/** What stands in the case already, as an earlier step gave it. */
function putRecorded(operand: string, value: Json, { input }: Attempt, scope: Scope): boolean {
  const key = (operand.split('.')[1] ?? '').replace(/\[\]$/, '')
  const recorded = input.state === null ? undefined : contentIn(input.state, key, scope.branch)
  if (recorded === undefined) return false
  const given = { [key]: structuredClone(recorded.value) }
  if (!assign(operand, value, { ...scope, given }, [key])) return false
  const changed = given[key] ?? null
  Object.assign(recorded, { value: changed, hash: scope.law.hashOf(changed) })
  return true
}

function putAct(field: string, value: Json, input: DecisionInput): boolean {
  if (field === 'person' && typeof value === 'string') {
    input.actor = { ...input.actor, person: value }
    return true
  }
  if ((field !== 'date' && field !== 'recorded') || typeof value !== 'string' || !isLegalDate(value)) return false
  Object.assign(input.act, { date: value, recorded: value })
  return true
}

function putField(holder: object, field: string, value: Json): boolean {
  const fields = holder as Record<string, Json> // plain data of a case
  if (field === '') return false
  if (value === null || isObject(value)) delete fields[field]
  else fields[field] = value
  return true
}
