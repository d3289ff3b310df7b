import { isObject } from '../json.ts'
import type { Json } from '../json.ts'
import type { Comparison } from '../pack/procedure-format.ts'

/**
 * Compares two values of a rule. Unknown is never true, except for `absent`: a missing side makes every
 * other comparison false, so that a rule over a value nobody gave refuses.
 */
export function holds(left: Json | undefined, is: Comparison, right: Json | undefined): boolean {
  if (is === 'present') return isPresent(left)
  if (is === 'absent') return !isPresent(left)
  if (left === undefined || left === null || right === undefined || right === null) return false
  switch (is) {
    case 'equal':
      return same(left, right)
    case 'not-equal':
      return !same(left, right)
    case 'at-most':
      return order(left, right, (sign) => sign <= 0)
    case 'at-least':
      return order(left, right, (sign) => sign >= 0)
    case 'less-than':
      return order(left, right, (sign) => sign < 0)
    case 'more-than':
      return order(left, right, (sign) => sign > 0)
    case 'one-of':
      return listOf(right).some((one) => same(left, one))
    case 'subset-of':
      return listOf(left).every((one) => listOf(right).some((other) => same(one, other)))
    case 'not-subset-of':
      return !listOf(left).every((one) => listOf(right).some((other) => same(one, other)))
    case 'disjoint-from':
      return !listOf(left).some((one) => listOf(right).some((other) => same(one, other)))
    case 'includes':
      return listOf(right).every((one) => listOf(left).some((other) => same(one, other)))
  }
}

/** What of `left` is not in `right`: named in the refusal of a broken `subset-of`. */
export function missingFrom(left: Json | undefined, right: Json | undefined): Json[] {
  if (left === undefined || left === null) return []
  const allowed = right === undefined || right === null ? [] : listOf(right)
  return listOf(left).filter((one) => !allowed.some((other) => same(one, other)))
}

export function isPresent(value: Json | undefined): boolean {
  if (value === undefined || value === null) return false
  if (typeof value === 'string') return value.trim() !== ''
  if (Array.isArray(value)) return value.length > 0
  if (isObject(value)) return Object.keys(value).length > 0
  return true
}

function listOf(value: Json): Json[] {
  return Array.isArray(value) ? value : [value]
}

function same(a: Json, b: Json): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((one, i) => same(one, b[i] ?? null))
  }
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a)
    return keys.length === Object.keys(b).length && keys.every((key) => key in b && same(a[key] ?? null, b[key] ?? null))
  }
  return false
}

/** Numbers by size, dates and texts by their order; mixed kinds never hold. */
function order(a: Json, b: Json, verdict: (sign: number) => boolean): boolean {
  if (typeof a === 'number' && typeof b === 'number') return verdict(a - b)
  if (typeof a === 'string' && typeof b === 'string') return verdict(a < b ? -1 : a > b ? 1 : 0)
  return false
}
