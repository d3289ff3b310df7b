import { dateAfter, lastDayOfTerm } from '#core/calendar/length.ts'
import { addDays, isLegalDate } from '#core/calendar/legal-date.ts'
import { isObject } from '#core/json.ts'
import type { Json } from '#core/json.ts'
import type { Content } from '#core/pack/content-format.ts'
import type { Check, Operand } from '#core/pack/procedure-format.ts'
import { figureIn, resolve } from '#core/procedure/operand.ts'
import type { Scope } from '#core/procedure/operand.ts'
import { lengthIn } from '#core/procedure/figure.ts'
import { declared } from '#tests/packs/swap/assign.ts'
import { rowsFor } from '#tests/packs/swap/satisfy.ts'

/** A value tried in the place that an operand names; `edge`: one of the values right at a limit, which are all recorded. */
export type Candidate = { operand: Operand; value: Json; edge: boolean }

const ELSE = '另一个值'
const LONG_AGO = '2020-01-01'
const FAR_OFF = '2099-12-31'
const MANY = 999_999
const HUNDRED = 100 // members of a committee, so that percents are persons
const NO_HASH = 'f'.repeat(64)

/** What to try so that a check no longer holds, the likeliest first; the engine says which of it does. */
export function candidatesFor(check: Check, scope: Scope, columns: Readonly<Record<string, Content>> | null): Candidate[] {
  const edges = (operand: Operand, list: readonly Json[]) => list.map((value) => ({ operand, value, edge: true }))
  switch (check.check) {
    case 'compare':
    case 'each':
      return compared(check, scope, columns)
    case 'sum': {
      const parts = listOf(resolve(check.of, scope))
      const total = Number(resolve(check.right, scope))
      return [...edges(check.right, [total + 1, total - 1]), { operand: check.of, value: parts.map((one, index) => (index === 0 && typeof one === 'number' ? one + 1 : one)), edge: false }, { operand: check.of, value: parts.map((one, index) => (index === 0 && typeof one === 'number' ? one - 1 : one)), edge: false }]
    }
    case 'count': {
      const wanted = Number(resolve(check.right, scope))
      const members = listOf(resolve(check.of, scope))
      const many = (count: number): Json => Array.from({ length: Math.max(count, 0) }, (_, index) => renamed(members[index] ?? members[0] ?? (rowsFor(check.of, 1, scope) as Json[])[0] ?? `项-${index + 1}`, index, members.length)) // a list, as it is made
      return [...edges(check.of, [wanted - 1, wanted, wanted + 1].filter((one) => one >= 0).map(many)), ...values(check.right, [members.length + 1, members.length - 1])]
    }
    case 'portion':
      return values(check.part, [1, -1].map((by) => Number(resolve(check.part, scope)) + by))
    case 'decision-carried':
      return carried(check, scope)
    case 'notice-ahead': {
      const earliest = dateAfter(scope.act.date, lengthIn(scope, check.figure), scope.law.calendar)
      return [...edges(check.date, [addDays(earliest, -1), earliest]), ...values(check.date, [LONG_AGO, null])]
    }
    case 'window-before': {
      const first = dateAfter(scope.act.date, lengthIn(scope, check.figure), scope.law.calendar)
      return [...edges(check.end, [first, addDays(first, 1), addDays(scope.act.date, -1)]), ...values(check.end, [FAR_OFF, LONG_AGO])]
    }
    case 'term-within': {
      const start = resolve(check.start, scope)
      const last = typeof start === 'string' && isLegalDate(start) ? lastDayOfTerm(start, lengthIn(scope, check.figure)) : null
      return [...(last === null ? [] : edges(check.end, [addDays(last, 1), last])), ...values(check.end, [start ?? null, FAR_OFF]), ...values(check.start, [LONG_AGO, FAR_OFF])]
    }
    case 'date-within': {
      const from = resolve(check.from, scope)
      const last = typeof from === 'string' && isLegalDate(from) ? dateAfter(from, lengthIn(scope, check.figure, from), scope.law.calendar) : null
      return [...(last === null ? [] : edges(check.date, [addDays(last, 1), last])), ...values(check.date, [FAR_OFF, null]), ...values(check.from, [LONG_AGO])]
    }
    case 'at-most-times':
    case 'different-person':
      return []
  }
}

function compared(check: Extract<Check, { check: 'compare' | 'each' }>, scope: Scope, columns: Readonly<Record<string, Content>> | null): Candidate[] {
  const left = resolve(check.left, scope)
  const right = check.right === undefined ? undefined : resolve(check.right, scope)
  const limit = ['at-most', 'at-least', 'less-than', 'more-than'].includes(check.is)
  const near = limit ? around(right).map((value) => ({ operand: check.left, value, edge: true })) : []
  const kind = typeof check.left === 'string' ? declared(check.left, scope, columns) : undefined
  return [...near, ...values(check.left, pool(left, right, kind)), ...(check.right === undefined ? [] : values(check.right, [...around(left), ...pool(right, left, undefined)]))]
}

/** A number or a day, and those next to it. */
function around(value: Json | undefined): Json[] {
  if (typeof value === 'number') return [value + 1, value - 1, value]
  return typeof value === 'string' && isLegalDate(value) ? [addDays(value, 1), addDays(value, -1), value] : []
}

function pool(own: Json | undefined, other: Json | undefined, content: Content | undefined): Json[] {
  const found: Json[] = []
  if (typeof own === 'boolean') found.push(!own)
  if (typeof own === 'string' && own.length === NO_HASH.length) found.push(NO_HASH)
  if (content?.type === 'choice') found.push(...Object.keys(content.of))
  for (const one of [other, own]) {
    found.push(...around(one))
    if (Array.isArray(one)) found.push(one[0] ?? ELSE, one.slice(1), [...one, ELSE], one)
    else if (one !== undefined && one !== null) found.push(one, [one])
  }
  found.push(ELSE, [ELSE], null, 0, 1, MANY, -1, true, false, LONG_AGO, FAR_OFF, [])
  const seen = new Set<string>([JSON.stringify(own ?? null)])
  return found.filter((one) => !seen.has(JSON.stringify(one)) && seen.add(JSON.stringify(one)) !== undefined)
}

function carried(check: Extract<Check, { check: 'decision-carried' }>, scope: Scope): Candidate[] {
  const quorum = figureIn(scope, check.quorum).value
  const majority = figureIn(scope, check.majority).value
  const decision = resolve(check.decision, scope)
  const hash = (isObject(decision) ? decision['text-hash'] : null) ?? null
  const base = { ...(isObject(decision) ? decision : {}), members: HUNDRED, 'votes-against': 0, abstentions: 0, 'text-hash': hash }
  const sat = (present: number, against = 0): Json => ({ ...base, present, 'votes-for': present - against, 'votes-against': against })
  const lost = Math.ceil(HUNDRED - majority) // votes against, of a hundred present, that leave no majority
  const tried = [sat(Math.ceil(quorum) - 1), sat(Math.ceil(quorum)), sat(HUNDRED, lost), sat(HUNDRED, lost - 1), { ...base, present: HUNDRED, 'votes-for': HUNDRED - 1 }, { ...base, present: HUNDRED, 'votes-for': HUNDRED, 'text-hash': NO_HASH }]
  return tried.map((value) => ({ operand: check.decision, value, edge: true }))
}

function values(operand: Operand, list: readonly Json[]): Candidate[] {
  return list.map((value) => ({ operand, value, edge: false }))
}

function listOf(value: Json | undefined): Json[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}

/** A copy of a row that differs from the others in its texts, so that keys do not repeat. */
function renamed(row: Json, index: number, known: number): Json {
  if (index < known) return row
  if (typeof row === 'string') return `${row}-${index + 1}`
  if (!isObject(row)) return row
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, typeof value === 'string' && !isLegalDate(value) && value.length < HUNDRED && /^(id|key|name|no|entry|org|title|item)/.test(key) ? `${value}-${index + 1}` : structuredClone(value)]))
}
