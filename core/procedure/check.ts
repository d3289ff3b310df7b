import { dateAfter, dateAhead, lastDayOfTerm } from '../calendar/length.ts'
import { isLegalDate } from '../calendar/legal-date.ts'
import type { LegalDate } from '../calendar/legal-date.ts'
import { holds, missingFrom } from '../decision/compare.ts'
import { refuse } from '../decision/refusal.ts'
import type { Refusal } from '../decision/refusal.ts'
import { isObject } from '../json.ts'
import type { Json, JsonObject } from '../json.ts'
import type { Check } from '../pack/procedure-format.ts'
import { personsBehind } from './actor.ts'
import { messageOf } from './check-message.ts'
import { conditionHolds } from './condition.ts'
import { decisionFault } from './collective-decision.ts'
import { lengthIn } from './figure.ts'
import { figureIn, hashOfContent, resolve } from './operand.ts'
import type { Scope } from './operand.ts'

/** The first check that the act breaks, as a refusal with the check's own code and basis; null when all hold. */
export function firstBroken(checks: readonly Check[], scope: Scope): Refusal | null {
  for (const check of checks) {
    if (!asksEachRow(check) && !conditionHolds(check.when, scope)) continue
    const details = fault(check, scope)
    if (details !== null) return refuse(check.code, check.basis, messageOf(check, details, scope), check.cure, details)
  }
  return null
}

/** The condition of a check over rows is asked of every row. */
function asksEachRow(check: Check): boolean {
  return check.check === 'each' || (check.check === 'date-within' && check.rows !== undefined)
}

/** What breaks the check, as details for the refusal; null when it holds. */
function fault(check: Check, scope: Scope): JsonObject | null {
  switch (check.check) {
    case 'compare':
      return compareFault(check, scope)
    case 'each':
      return eachFault(check, scope)
    case 'sum':
      return countedFault(check, sumOf(listOf(resolve(check.of, scope))), scope)
    case 'count':
      return countedFault(check, listOf(resolve(check.of, scope)).length, scope)
    case 'portion':
      return portionFault(check, scope)
    case 'decision-carried':
      return carriedFault(check, scope)
    case 'notice-ahead':
      return noticeFault(check, scope)
    case 'window-before':
      return windowFault(check, scope)
    case 'term-within':
      return termFault(check, scope)
    case 'date-within':
      return withinFault(check, scope)
    case 'at-most-times':
      return timesFault(check, scope)
    case 'different-person':
      return personFault(check, scope)
  }
}

function compareFault(check: Extract<Check, { check: 'compare' }>, scope: Scope): JsonObject | null {
  const left = resolve(check.left, scope)
  const right = valueOf(check.right, scope)
  if (holds(left, check.is, right)) return null
  const missing = check.is === 'subset-of' ? missingFrom(left, right) : []
  return { found: left ?? null, wanted: right ?? null, ...(missing.length > 0 ? { missing } : {}) }
}

function eachFault(check: Extract<Check, { check: 'each' }>, scope: Scope): JsonObject | null {
  for (const [index, row] of listOf(resolve(check.rows, scope)).entries()) {
    if (!isObject(row) || !matches(row, check.where)) continue
    const inRow = { ...scope, row }
    if (!conditionHolds(check.when, inRow)) continue
    const left = resolve(check.left, inRow)
    const right = valueOf(check.right, inRow)
    if (!holds(left, check.is, right)) return { row: index + 1, name: nameOfRow(row), found: left ?? null, wanted: right ?? null }
  }
  return null
}

/** Whether a row has these values in its columns; a list means any of them. */
export function matches(row: JsonObject, where: Record<string, string | boolean | string[]> | undefined): boolean {
  return Object.entries(where ?? {}).every(([column, wanted]) => holds(row[column], Array.isArray(wanted) ? 'one-of' : 'equal', wanted))
}

function nameOfRow(row: JsonObject): Json {
  return row['name'] ?? row['title'] ?? row['entry'] ?? null
}

function countedFault(check: Extract<Check, { check: 'sum' | 'count' }>, found: number, scope: Scope): JsonObject | null {
  const wanted = resolve(check.right, scope)
  return holds(found, check.is, wanted) ? null : { found, wanted: wanted ?? null }
}

/** unit: cents of a yuan, as many as percent of a whole, so that yuan times percent are cents; source: the currency and the word percent */
const CENTS = 100

function portionFault(check: Extract<Check, { check: 'portion' }>, scope: Scope): JsonObject | null {
  const whole = resolve(check.whole, scope)
  for (const [index, row] of listOf(resolve(check.rows, scope)).entries()) {
    if (!isObject(row)) continue
    const [part, share] = [resolve(check.part, { ...scope, row }), resolve(check.share, { ...scope, row })]
    const isWhole = typeof whole === 'number' && typeof part === 'number' && typeof share === 'number'
    if (isWhole && Math.round(part * CENTS) === Math.round(whole * share)) continue
    return { row: index + 1, name: nameOfRow(row), found: part ?? null, wanted: isWhole ? Math.round(whole * share) / CENTS : null }
  }
  return null
}

function carriedFault(check: Extract<Check, { check: 'decision-carried' }>, scope: Scope): JsonObject | null {
  const decision = resolve(check.decision, scope)
  const quorum = figureIn(scope, check.quorum).value
  const majority = figureIn(scope, check.majority).value
  const reason = decisionFault(decision, hashOfContent(check.text, scope), quorum, majority)
  return reason === null ? null : { reason }
}

function noticeFault(check: Extract<Check, { check: 'notice-ahead' }>, scope: Scope): JsonObject | null {
  const date = dateOf(resolve(check.date, scope))
  if (date === null) return { reason: '未填写日期' }
  const earliest = dateAfter(scope.act.date, lengthIn(scope, check.figure), scope.law.calendar)
  return date >= earliest ? null : { found: date, earliest }
}

function windowFault(check: Extract<Check, { check: 'window-before' }>, scope: Scope): JsonObject | null {
  const end = dateOf(resolve(check.end, scope))
  if (end === null) return { reason: '没有届满日' }
  const opens = dateAhead(end, lengthIn(scope, check.figure), scope.law.calendar)
  return scope.act.date >= opens && scope.act.date <= end ? null : { end, found: scope.act.date, earliest: opens }
}

function termFault(check: Extract<Check, { check: 'term-within' }>, scope: Scope): JsonObject | null {
  const start = dateOf(resolve(check.start, scope))
  const end = dateOf(resolve(check.end, scope))
  if (start === null || end === null) return { reason: '起止日期不全' }
  if (end <= start) return { found: end, start }
  const latest = lastDayOfTerm(start, lengthIn(scope, check.figure))
  return end <= latest ? null : { found: end, latest }
}

function withinFault(check: Extract<Check, { check: 'date-within' }>, scope: Scope): JsonObject | null {
  if (check.rows === undefined) return lateIn(check, scope)
  for (const [index, row] of listOf(resolve(check.rows, scope)).entries()) {
    const inRow = isObject(row) ? { ...scope, row } : null
    if (inRow === null || !matches(inRow.row, check.where) || !conditionHolds(check.when, inRow)) continue
    const late = lateIn(check, inRow)
    if (late !== null) return { row: index + 1, name: nameOfRow(inRow.row), ...late }
  }
  return null
}

function lateIn(check: Extract<Check, { check: 'date-within' }>, scope: Scope): JsonObject | null {
  const from = dateOf(resolve(check.from, scope))
  const date = dateOf(resolve(check.date, scope))
  if (from === null || date === null) return { reason: '日期不全' }
  const latest = dateAfter(from, lengthIn(scope, check.figure, from), scope.law.calendar)
  return date <= latest ? null : { found: date, latest }
}

function timesFault(check: Extract<Check, { check: 'at-most-times' }>, scope: Scope): JsonObject | null {
  const [step = '', outcome = ''] = check.outcome.split('.')
  const times = (scope.state?.conclusions ?? []).filter((one) => one.step === step && one.outcome === outcome).length
  const most = figureIn(scope, check.figure).value
  return times < most ? null : { found: times, most }
}

function personFault(check: Extract<Check, { check: 'different-person' }>, scope: Scope): JsonObject | null {
  if (scope.state === null) return null
  for (const step of check.from) {
    const persons = step === 'open' ? personsBehind(scope.state.opened_by) : personsOf(step, scope)
    if (personsBehind(scope.actor).some((person) => persons.includes(person))) return { step }
  }
  return null
}

function personsOf(step: string, scope: Scope): string[] {
  return (scope.state?.conclusions ?? []).filter((one) => one.step === step && !one.voided).flatMap(personsBehind)
}

function valueOf(operand: Parameters<typeof resolve>[0] | undefined, scope: Scope): Json | undefined {
  return operand === undefined ? undefined : resolve(operand, scope)
}

function listOf(value: Json | undefined): Json[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}

function sumOf(values: Json[]): number {
  return values.reduce<number>((total, one) => total + (typeof one === 'number' ? one : Number.NaN), 0)
}

function dateOf(value: Json | undefined): LegalDate | null {
  return typeof value === 'string' && isLegalDate(value) ? value : null
}
