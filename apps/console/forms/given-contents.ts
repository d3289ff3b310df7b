import { isObject } from '#core/json.ts'
import type { Json, JsonObject } from '#core/json.ts'
import type { Content } from '#core/pack/content-format.ts'
import type { FormField } from '#apps/api/wire/case.ts'

/**
 * What is sent: the values that were given. Empty texts, untouched optional groups and empty rows are left out, so that
 * the server says “missing” rather than “wrong kind”; whether anything is missing is the server's to decide.
 */
export function givenContents(fields: readonly FormField[], values: JsonObject): JsonObject {
  const given: JsonObject = {}
  for (const { key, content, required } of fields) {
    const value = givenValue({ ...content, optional: !required }, values[key])
    if (value !== undefined) given[key] = value
  }
  return given
}

function givenValue(content: Content, value: Json | undefined): Json | undefined {
  if (content.type === 'group') return givenGroup(content.items, value, content.optional ?? false)
  if (content.type === 'table') return givenRows(content.columns, value, content.optional ?? false)
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string' && value.trim() === '') return undefined
  if (Array.isArray(value) && value.length === 0) return undefined
  if (isObject(value)) return givenObject(value)
  return value
}

function givenGroup(items: Record<string, Content>, value: Json | undefined, optional: boolean): JsonObject | undefined {
  const group = partsOf(items, value)
  return optional && !holdsSomething(group) ? undefined : group
}

function givenRows(columns: Record<string, Content>, value: Json | undefined, optional: boolean): Json | undefined {
  const rows = (Array.isArray(value) ? value : []).map((row) => partsOf(columns, row)).filter((row) => Object.keys(row).length > 0)
  return rows.length === 0 && optional ? undefined : rows
}

function partsOf(items: Record<string, Content>, value: Json | undefined): JsonObject {
  const parts: JsonObject = {}
  for (const [key, item] of Object.entries(items)) {
    const part = givenValue(item, isObject(value) ? value[key] : undefined)
    if (part !== undefined) parts[key] = part
  }
  return parts
}

/** Empty lists and groups hold nothing: a required table inside an optional group does not make the group given. */
function holdsSomething(value: Json): boolean {
  if (Array.isArray(value)) return value.some(holdsSomething)
  return isObject(value) ? Object.values(value).some(holdsSomething) : value !== null
}

/** A figure or a file: its set parts; undefined where nothing is set. */
function givenObject(value: JsonObject): JsonObject | undefined {
  const set = Object.entries(value).filter(([, part]) => part !== null && part !== '')
  return set.length === 0 ? undefined : Object.fromEntries(set)
}
