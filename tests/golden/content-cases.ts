import { isObject } from '#core/json.ts'
import type { Json, JsonObject } from '#core/json.ts'
import type { Content } from '#core/pack/content-format.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { PLATFORM } from '#core/procedure/case-state.ts'
import { outcomeRefusal } from '#core/procedure/outcome-checks.ts'
import { legalDate } from '#core/calendar/legal-date.ts'
import { minimalValue } from '#tests/packs/swap/minimal-value.ts'
import { refusalLine } from './answer.ts'

/** What a declared content accepts and refuses: whole, without each required part, on both sides of each bound. */
export type ContentCase = { content: string; name: string; value: Json; answer: string }

const TODAY = legalDate('2026-07-01')

/** What the engine says to a content given by itself, by the rule that an outcome asks for nothing else. */
export function answerToContent(law: CaseLaw, { content, value }: Pick<ContentCase, 'content' | 'value'>): string {
  const scope = { law, procedure: '', state: null, given: { [content]: value }, facts: {}, links: {}, parties: {}, actor: PLATFORM, act: { date: TODAY, recorded: TODAY }, branch: [], task: null, read: {} }
  const refusal = outcomeRefusal({ requires: [content], optional: [], checks: [], title: '' }, { 'platform-default': '内容' }, scope)
  return refusal === null ? '符合' : refusalLine(refusal)
}

export function contentCasesOf(law: CaseLaw, id: string): ContentCase[] {
  const content = law.pack.contents[id]
  if (content === undefined) throw new Error(`no content ${id}`)
  const whole = wholeValue(content)
  const say = (name: string, value: Json): ContentCase => ({ content: id, name, value, answer: answerToContent(law, { content: id, value }) })
  return [say('全部填写', whole), ...partsOf(content, [id], content.title).flatMap(({ name, path, part }) => [
    ...(part.optional === true || path.length === 1 ? [] : [say(`缺少${name}`, without(whole, path.slice(1)))]),
    ...boundsOf(part).map(([bound, value]) => say(`${name}${bound}`, replaced(whole, path.slice(1), value))),
  ])]
}

type Part = { name: string; path: string[]; part: Content }

/** A content and all that is declared inside it. */
function partsOf(content: Content, path: string[], name: string): Part[] {
  const below = content.type === 'group' ? content.items : content.type === 'table' ? content.columns : {}
  return [{ name, path, part: content }, ...Object.entries(below).flatMap(([id, part]) => partsOf(part, [...path, id], `${name}／${part.title}`))]
}

/** A value with every part filled in, also those that may be left out. */
function wholeValue(content: Content, index = 0): Json {
  const all = (items: Readonly<Record<string, Content>>, at: number): JsonObject => Object.fromEntries(Object.entries(items).map(([id, item]) => [id, wholeValue(item, at)]))
  if (content.type === 'group') return all(content.items, index)
  if (content.type === 'table') return Array.from({ length: Math.max(content.min_rows ?? 1, 1) }, (_, at) => keyed(content.key, all(content.columns, at), at))
  return minimalValue(content, TODAY, index)
}

/** Rows differ in their key. */
function keyed(key: string | undefined, row: JsonObject, at: number): JsonObject {
  if (key === undefined || at === 0 || typeof row[key] !== 'string') return row
  return { ...row, [key]: `${row[key]}${at + 1}` }
}

/** Values on a bound and just past it. */
function boundsOf(content: Content): [string, Json][] {
  const list = (count: number): Json => Array.from({ length: count }, (_, at) => `项-${at + 1}`)
  switch (content.type) {
    case 'number':
      return [...(content.min === undefined ? [] : [content.min, content.min - 1]), ...(content.max === undefined ? [] : [content.max, content.max + 1])].map((value) => [`＝${value}`, value])
    case 'text':
      return content.min === undefined ? [] : [content.min, content.min - 1].map((length) => [`共${length}个字`, '字'.repeat(length)])
    case 'table': {
      const least = content.min_rows ?? 1
      const rows = (count: number): Json => Array.from({ length: count }, (_, at) => keyed(content.key, wholeRow(content, at), at))
      return [least, least - 1].filter((count) => count >= 0).map((count) => [`共${count}行`, rows(count)])
    }
    case 'references':
    case 'texts':
      return [content.min ?? 1, (content.min ?? 1) - 1].map((count) => [`共${count}项`, list(count)])
    default:
      return []
  }
}

function wholeRow(content: Extract<Content, { type: 'table' }>, at: number): JsonObject {
  return Object.fromEntries(Object.entries(content.columns).map(([id, column]) => [id, wholeValue(column, at)]))
}

/** A copy in which every value at a path is taken away, in all rows of the tables on the way. */
function without(value: Json, path: readonly string[]): Json {
  return changed(value, path, undefined)
}

function replaced(value: Json, path: readonly string[], by: Json): Json {
  return path.length === 0 ? by : changed(value, path, by)
}

function changed(value: Json, [head, ...rest]: readonly string[], by: Json | undefined): Json {
  if (Array.isArray(value)) return value.map((row) => changed(row, head === undefined ? [] : [head, ...rest], by))
  if (!isObject(value) || head === undefined) return value
  if (rest.length > 0) return { ...value, [head]: changed(value[head] ?? null, rest, by) }
  const { [head]: _gone, ...others } = value
  return by === undefined ? others : { ...others, [head]: by }
}
