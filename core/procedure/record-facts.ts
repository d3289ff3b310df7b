import { isObject } from '../json.ts'
import type { Json, JsonObject } from '../json.ts'
import type { CaseState } from './case-state.ts'
import { contentIn } from './case-state.ts'

/** A register's current record as facts over many records tell it: its key as `id`, and its fields. */
export type KeyedRecord = { id: string; record: JsonObject }

/**
 * What the fact `register.matching` tells: the records whose field is one of the values, or, where the field is a list,
 * holds one of them; in the order of their keys, each with its key as `id`.
 */
export function matchingRecords(records: readonly KeyedRecord[], field: string, values: Json | undefined): JsonObject[] {
  const wanted = textsOf(values)
  return inOrder(records).filter(({ record }) => textsAt(record, field).some((one) => wanted.includes(one))).map(({ id, record }) => ({ ...record, id }))
}

/** unit: percent; source: the figure that an overlap is compared with is percent */
const PERCENT = 100

/**
 * What the fact `register.similar` tells: other records that share at least `percent` of the given values in a field
 * (`fields[].name` of a table), each with `id` and the shared `overlap` in whole percent, rounded down.
 */
export function similarRecords(records: readonly KeyedRecord[], key: string, field: string, values: Json | undefined, percent: number): JsonObject[] {
  const own = [...new Set(textsOf(values))]
  if (own.length === 0) return []
  return inOrder(records).flatMap(({ id, record }) => {
    const theirs = new Set(textsAt(record, field))
    const shared = own.filter((one) => theirs.has(one)).length
    const isAlike = id !== key && shared * PERCENT >= own.length * percent
    return isAlike ? [{ ...record, id, overlap: Math.floor((shared * PERCENT) / own.length) }] : []
  })
}

/** Which cases the fact `cases.matching` asks for; `path` is inside a content, e.g. `plan.name`. */
export type CasesAsked = { procedure: string; status: readonly string[] | null; path: string | null; values: readonly Json[]; link: string | null; to: string | null }

/** The question of `cases.matching` as its arguments put it; null where the procedure is not named. */
export function casesAsked(args: JsonObject): CasesAsked | null {
  const text = (name: string): string | null => (typeof args[name] === 'string' && args[name] !== '' ? args[name] : null)
  const procedure = text('procedure')
  if (procedure === null) return null
  return { procedure, status: args['status'] === undefined || args['status'] === null ? null : textsOf(args['status']), path: text('path'), values: listOf(args['values']), link: text('link'), to: text('to') }
}

/** What `cases.matching` tells of one case, or null where it does not match; the value found stands as `value`. */
export function matchingCase(state: CaseState, asked: CasesAsked): JsonObject | null {
  if (state.procedure !== asked.procedure || (asked.status !== null && !asked.status.includes(state.status))) return null
  if (asked.link !== null && state.links[asked.link] !== asked.to) return null
  const [key = '', ...path] = asked.path?.split('.') ?? []
  const found = asked.path === null ? [] : valuesAt(contentIn(state, key, [])?.value, path)
  const fits = asked.path === null || found.some((one) => asked.values.includes(one))
  if (!fits) return null
  const { id, number, status, opened } = state
  return { id, number, status, opened, opener: state.opened_by.organization, value: found[0] ?? null }
}

function inOrder(records: readonly KeyedRecord[]): KeyedRecord[] {
  return records.toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

function textsAt(record: JsonObject, field: string): string[] {
  return textsOf(valuesAt(record, field.split('.')))
}

/** Every value at a path; `name[]` runs over a list, and a list at the end counts by its members. */
function valuesAt(value: Json | undefined, path: readonly string[]): Json[] {
  const [head, ...rest] = path
  if (value === undefined || value === null) return []
  if (head === undefined) return listOf(value)
  const next = isObject(value) ? value[head.replace(/\[\]$/, '')] : undefined
  if (head.endsWith('[]')) return listOf(next).flatMap((one) => valuesAt(one, rest))
  return valuesAt(next, rest)
}

function textsOf(value: Json | undefined): string[] {
  return listOf(value).filter((one) => typeof one === 'string')
}

function listOf(value: Json | undefined): Json[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}
