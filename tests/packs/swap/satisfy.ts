import { dateAfter } from '#core/calendar/length.ts'
import { addDays, isLegalDate } from '#core/calendar/legal-date.ts'
import { isObject } from '#core/json.ts'
import type { Json } from '#core/json.ts'
import type { Content } from '#core/pack/content-format.ts'
import type { Check, Comparison, Condition, Operand, Procedure, Target } from '#core/pack/procedure-format.ts'
import { matches } from '#core/procedure/check.ts'
import { conditionHolds } from '#core/procedure/condition.ts'
import { lengthIn } from '#core/procedure/figure.ts'
import { hashOfContent, resolve } from '#core/procedure/operand.ts'
import type { Scope } from '#core/procedure/operand.ts'
import { assign, declared, someValue } from './assign.ts'
import { minimalRow } from './minimal-value.ts'

const WHOLE = 100 // percent

/** Changes what the act gives (or what is faked around it) so that a check holds; false where it cannot. */
export function satisfyCheck(check: Check, scope: Scope, allowed: readonly string[]): boolean {
  switch (check.check) {
    case 'compare':
      return satisfy(check, scope, allowed, null)
    case 'each': {
      const rows = resolve(check.rows, scope)
      const content = declared(check.rows, scope, null)
      const columns = content?.type === 'table' ? content.columns : null
      return (Array.isArray(rows) ? rows : []).map((row) => {
        if (!isObject(row) || !matches(row, check.where)) return false
        const inRow = { ...scope, row }
        return conditionHolds(check.when, inRow) && satisfy(check, inRow, allowed, columns)
      }).some(Boolean)
    }
    case 'count':
      return assign(check.of, rowsFor(check.of, Number(resolve(check.right, scope)), scope), scope, allowed)
    case 'sum': {
      const parts = partsOf(resolve(check.right, scope), resolve(check.of, scope))
      return assign(check.of, parts, scope, allowed) || assign(check.right, totalOf(resolve(check.of, scope)), scope, allowed)
    }
    case 'portion': {
      const whole = Number(resolve(check.whole, scope) ?? WHOLE)
      const rows = resolve(check.rows, scope)
      return (Array.isArray(rows) ? rows : []).map((row) => isObject(row) && assign(check.part, (Number(resolve(check.share, { ...scope, row })) * whole) / WHOLE, { ...scope, row }, allowed)).some(Boolean)
    }
    case 'decision-carried':
      return ['members', 'present', 'votes-for'].map((key) => assign(`${check.decision}.${key}`, 9, scope, allowed)).some(Boolean)
        && ['votes-against', 'abstentions'].every((key) => assign(`${check.decision}.${key}`, 0, scope, allowed))
        && assign(`${check.decision}.text-hash`, hashOfContent(check.text, scope) ?? '', scope, allowed)
    case 'notice-ahead':
      return assign(check.date, dateAfter(scope.act.date, lengthIn(scope, check.figure), scope.law.calendar), scope, allowed)
    case 'window-before':
      return assign(check.end, dateAfter(scope.act.date, lengthIn(scope, check.figure), scope.law.calendar), scope, allowed)
    case 'term-within':
      return assign(check.end, later(resolve(check.start, scope)), scope, allowed) || assign(check.start, scope.act.date, scope, allowed)
    case 'date-within':
      return assign(check.date, resolve(check.from, scope) ?? scope.act.date, scope, allowed)
    case 'at-most-times':
    case 'different-person':
      return false
  }
}

/** A whole in as many parts as there are rows: one each, and the rest. */
function partsOf(whole: Json | undefined, rows: Json | undefined): Json {
  const total = typeof whole === 'number' ? whole : WHOLE
  const others = Math.max((Array.isArray(rows) ? rows.length : 1) - 1, 0)
  return [total - others, ...Array.from({ length: others }, () => 1)]
}

function totalOf(parts: Json | undefined): number {
  return Array.isArray(parts) ? parts.reduce<number>((total, one) => total + (typeof one === 'number' ? one : 0), 0) : 0
}

/** Makes the condition of a check not hold, so that the check does not apply. */
export function silence(when: Condition | undefined, scope: Scope, allowed: readonly string[]): boolean {
  if (when === undefined) return false
  const left = resolve(when.left, scope)
  if (when.is === 'present') return assign(when.left, null, scope, allowed)
  if (when.is === 'absent') return assign(when.left, someValue(when.left, scope, null), scope, allowed)
  return left !== undefined && assign(when.left, otherThan(left, when.left, scope, null), scope, allowed)
}

/** Makes a condition hold, or a comparison of a check. */
export function satisfy(rule: Condition | { left: Operand; is: Comparison; right?: Operand | undefined }, scope: Scope, allowed: readonly string[], columns: Readonly<Record<string, Content>> | null): boolean {
  const left = resolve(rule.left, scope)
  const right = rule.right === undefined ? undefined : resolve(rule.right, scope)
  if (right === undefined && rule.right !== undefined && left === undefined) return assign(rule.right, someValue(rule.right, scope, columns), scope, allowed)
  if (rule.is === 'present') return assign(rule.left, someValue(rule.left, scope, columns), scope, allowed)
  if (rule.is === 'absent') return assign(rule.left, null, scope, allowed)
  // A made-up record holds texts: where the content is a number, the record gives way.
  const typed = typeof rule.left === 'string' ? declared(rule.left, scope, columns) : undefined
  const fitting = typed?.type !== 'number' || typeof (Array.isArray(right) ? right[0] : right) === 'number' || left === undefined
  if (fitting && right !== undefined && right !== null && assign(rule.left, leftFor(rule.is, left, right, rule.left, scope, columns), scope, allowed)) return true
  return rule.right !== undefined && left !== undefined && left !== null && assign(rule.right, rightFor(rule.is, left), scope, allowed)
}

function leftFor(is: Comparison, left: Json | undefined, right: Json, operand: Operand, scope: Scope, columns: Readonly<Record<string, Content>> | null): Json {
  switch (is) {
    case 'less-than':
      return step(right, -1)
    case 'more-than':
      return step(right, 1)
    case 'not-equal':
    case 'not-subset-of':
      return otherThan(right, operand, scope, columns)
    case 'disjoint-from':
      return declaredList(operand, scope, columns) ? [otherThan(right, operand, scope, columns)] : otherThan(right, operand, scope, columns)
    case 'one-of':
      return Array.isArray(right) ? (right[0] ?? null) : right
    case 'subset-of':
      return Array.isArray(left) || (typeof operand === 'string' && operand.includes('[]')) || declaredList(operand, scope, columns) ? right : Array.isArray(right) ? (right[0] ?? null) : right
    default:
      return right
  }
}

function declaredList(operand: Operand, scope: Scope, columns: Readonly<Record<string, Content>> | null): boolean {
  const content = typeof operand === 'string' ? declared(operand, scope, columns) : undefined
  return content?.type === 'texts' || content?.type === 'references'
}

function rightFor(is: Comparison, left: Json): Json {
  if (is === 'less-than') return step(left, 1)
  if (is === 'more-than') return step(left, -1)
  if (is === 'one-of') return [left]
  if (is === 'not-equal' || is === 'disjoint-from') return '另一个值'
  return left
}

function step(value: Json, sign: 1 | -1): Json {
  if (typeof value === 'number') return value + sign
  return typeof value === 'string' && isLegalDate(value) ? addDays(value, sign) : value
}

function later(start: Json | undefined): Json {
  return typeof start === 'string' && isLegalDate(start) ? addDays(start, WHOLE) : null
}

function otherThan(value: Json, operand: Operand, scope: Scope, columns: Readonly<Record<string, Content>> | null): Json {
  if (typeof value === 'boolean') return !value
  const content = typeof operand === 'string' ? declared(operand, scope, columns) : undefined
  if (content?.type === 'number') return typeof value === 'number' ? value + 1 : 1
  if (content?.type === 'choice') return Object.keys(content.of).find((one) => (Array.isArray(value) ? !value.includes(one) : one !== value)) ?? null
  return '另一个值'
}

export function rowsFor(operand: string, count: number, scope: Scope): Json {
  const content = declared(operand, scope, null)
  const table = content?.type === 'table' ? content : null
  return Array.from({ length: operand.startsWith('fact.') ? count : Math.max(count, 1) }, (_, index) => (table === null ? `项-${index + 1}` : minimalRow(table.columns, scope.act.date, index)))
}

/** Gives an optional table one row, so that what is asked of every row is asked at all. */
export function addRow(operand: string, scope: Scope, allowed: readonly string[]): void {
  const rows = resolve(operand, scope)
  if (!Array.isArray(rows) || rows.length === 0) assign(operand, rowsFor(operand, 1, scope), scope, allowed)
}

/** Makes an outcome's target be taken: its condition holds, and its collection has a row. */
export function steer(target: Target, procedure: Procedure, scope: Scope, allowed: readonly string[]): void {
  if (target.when !== undefined && !conditionHolds(target.when, scope)) satisfy(target.when, scope, allowed, null)
  const collection = target.for_each === undefined ? undefined : procedure.collections[target.for_each]
  if (!collection) return
  let rows = resolve(collection.rows_of, scope)
  if (!Array.isArray(rows) || rows.length === 0) {
    assign(collection.rows_of, rowsFor(collection.rows_of, 1, scope), scope, allowed)
    rows = resolve(collection.rows_of, scope)
  }
  const content = declared(collection.rows_of, scope, null)
  const columns = content?.type === 'table' ? content.columns : null
  for (const row of Array.isArray(rows) ? rows : []) {
    if (!isObject(row)) continue
    const inRow = { ...scope, row }
    for (const [column, wanted] of Object.entries(collection.where ?? {})) row[column] = Array.isArray(wanted) ? (wanted[0] ?? null) : wanted
    if (collection.when !== undefined && !conditionHolds(collection.when, inRow)) satisfy(collection.when, inRow, allowed, columns)
    if (collection.group_by !== undefined && typeof resolve(collection.group_by, inRow) !== 'string') assign(collection.group_by, 'org-of-group', inRow, allowed)
  }
}
