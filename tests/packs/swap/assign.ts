import { isObject } from '#core/json.ts'
import type { Json, JsonObject } from '#core/json.ts'
import type { Content } from '#core/pack/content-format.ts'
import { insideContent } from '#core/pack/content-path.ts'
import type { Operand } from '#core/pack/procedure-format.ts'
import { resolve } from '#core/procedure/operand.ts'
import type { Scope } from '#core/procedure/operand.ts'
import { minimalRow, minimalValue } from './minimal-value.ts'

/** Writes a value where an operand reads it: into the act's contents, its facts, a linked case or the row at hand. */
export function assign(operand: Operand | undefined, value: Json, scope: Scope, allowed: readonly string[]): boolean {
  if (typeof operand !== 'string') return false
  const [root = '', ...path] = operand.split('.')
  if (root === 'content') return assignContent(path, value, scope, allowed)
  if (root === 'fact') return write(scope.facts, path, value, scope)
  if (root === 'row' && scope.row !== undefined) return write(scope.row, path, value, scope)
  if (root === 'link') return assignLink(path, value, scope)
  if (root === 'hash') return false
  return false
}

function assignContent(path: string[], value: Json, scope: Scope, allowed: readonly string[]): boolean {
  const key = (path[0] ?? '').replace(/\[\]$/, '')
  const content = scope.law.pack.contents[key]
  if (!content || !allowed.includes(key)) return false
  scope.given[key] ??= minimalValue(content, scope.act.date)
  const rows = scope.given[key]
  if (content.type === 'table' && path.length > 1 && Array.isArray(rows) && rows.length === 0) scope.given[key] = minimalValue({ ...content, min_rows: 1 }, scope.act.date)
  addMissing(content, scope.given[key], path.slice(1), scope.act.date)
  return write(scope.given, path, value, scope)
}

/** Optional groups and tables on the way are filled in with what they require. */
function addMissing(content: Content, value: Json | undefined, [head, ...rest]: string[], today: string): void {
  if (head === undefined || content.type !== 'group' || !isObject(value)) return
  const name = head.replace(/\[\]$/, '')
  const item = content.items[name]
  if (!item || (rest.length === 0 && !head.endsWith('[]'))) return
  const there = value[name]
  if (there === undefined || there === null || (Array.isArray(there) && there.length === 0)) value[name] = minimalValue(item.type === 'table' ? { ...item, min_rows: item.min_rows ?? 1 } : item, today)
  addMissing(item, value[name], rest, today)
}

function assignLink([name = '', field = '', ...path]: string[], value: Json, scope: Scope): boolean {
  const linked = scope.links[name]
  if (!linked) return false
  if (field === 'status' && typeof value === 'string') {
    linked.status = value
    return true
  }
  if (field === 'fact') return write(linked.facts, path, value, scope)
  if (field !== 'content') return false
  const values: JsonObject = Object.fromEntries(Object.entries(linked.contents).map(([key, one]) => [key, one.value]))
  if (!write(values, path, value, scope)) return false
  for (const [key, one] of Object.entries(values)) {
    const recorded = linked.contents[key]
    if (recorded) linked.contents[key] = { ...recorded, value: one, hash: scope.law.hashOf(one) }
  }
  return true
}

/** Follows the tokens of a path and writes at its end; a list written over the members of a table makes one row for each. */
function write(holder: Json | undefined, [head, ...rest]: string[], value: Json, scope: Scope): boolean {
  if (head === undefined || holder === undefined || holder === null) return false
  if (head === '[]') {
    const members = isObject(holder) ? Object.values(holder) : Array.isArray(holder) ? holder : []
    return members.map((one, index) => write(one, rest, spread(value, index), scope)).some(Boolean)
  }
  if (head.startsWith('@')) return writeLookedUp(holder, head, rest, value, scope)
  if (!isObject(holder)) return false
  const many = head.endsWith('[]')
  const name = many ? head.slice(0, -'[]'.length) : head
  if (rest.length === 0) {
    holder[name] = many && !Array.isArray(value) ? [value] : value
    return true
  }
  if (!many) {
    holder[name] ??= {}
    makeRow(holder, name, rest[0] ?? '', scope)
    return write(holder[name], rest, value, scope)
  }
  const rows = Array.isArray(holder[name]) ? holder[name] : []
  const wanted = Array.isArray(value) ? value : [value]
  const template = rows[0] ?? {}
  holder[name] = wanted.map((_, index) => rows[index] ?? structuredClone(template))
  return wanted.length === 0 || holder[name].map((one, index) => write(one, rest, wanted[index] ?? null, scope)).some(Boolean)
}

/** A list that a path looks into by a column gets the row that it looks for. */
function makeRow(holder: JsonObject, name: string, lookup: string, scope: Scope): void {
  const [column = '', operand] = lookup.startsWith('@') ? lookup.slice(1).split('=') : []
  const wanted = operand === undefined ? undefined : resolve(operand.replaceAll(':', '.'), scope)
  if (wanted === undefined) return
  const rows = Array.isArray(holder[name]) ? holder[name] : []
  if (!rows.some((one) => isObject(one) && one[column] === wanted)) holder[name] = [...rows, { [column]: wanted }]
}

function writeLookedUp(holder: Json, head: string, rest: string[], value: Json, scope: Scope): boolean {
  const [column = '', operand] = head.slice(1).split('=')
  if (operand !== undefined) {
    const wanted = resolve(operand.replaceAll(':', '.'), scope)
    const row = (Array.isArray(holder) ? holder : []).find((one) => isObject(one) && one[column] === wanted)
    return row === undefined ? false : write(row, rest, value, scope)
  }
  const key = resolve(column.replaceAll(':', '.'), scope)
  if (typeof key !== 'string' || !isObject(holder)) return false
  holder[key] ??= {}
  return rest.length === 0 ? ((holder[key] = value), true) : write(holder[key], rest, value, scope)
}

function spread(value: Json, index: number): Json {
  return Array.isArray(value) && value.length > 0 ? (value[index % value.length] ?? null) : value
}

/** A value for what an operand names, by its declared type; a plain text where the pack declares none. */
export function someValue(operand: Operand, scope: Scope, columns: Readonly<Record<string, Content>> | null): Json {
  const content = typeof operand === 'string' ? declared(operand, scope, columns) : undefined
  if (content === undefined) return '试填'
  return content.type === 'group' ? minimalRow(content.items, scope.act.date) : minimalValue(content, scope.act.date)
}

/** The declared content that an operand names, or undefined. */
export function declared(operand: string, scope: Scope, columns: Readonly<Record<string, Content>> | null): Content | undefined {
  const [root = '', first = '', ...rest] = operand.split('.')
  if (root === 'row') return columns?.[first]
  const path = root === 'link' ? rest.slice(1) : [first, ...rest]
  if (root !== 'content' && !(root === 'link' && rest[0] === 'content')) return undefined
  const [key = '', ...inside] = path
  const content = scope.law.pack.contents[key.replace(/\[\]$/, '')]
  if (!content) return undefined
  const found = insideContent(content, key.endsWith('[]') ? ['[]', ...inside] : inside)
  return 'content' in found ? found.content : undefined
}
