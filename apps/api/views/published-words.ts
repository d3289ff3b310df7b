import { isObject } from '#core/json.ts'
import type { Json, JsonObject } from '#core/json.ts'
import type { Content } from '#core/pack/content-format.ts'
import type { Effect, Operand } from '#core/pack/procedure-format.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'

/** What ids are called: organisations, entries of the catalogue; an id that is none of them stays as it is. */
export type NameOf = (id: string) => string

/** How a pack words what it makes public: each field of a publication or a register by the content that it is taken from. */
export type PublishedWords = {
  /** The present value of one field as people read it. */
  field(source: string, name: string, value: Json, nameOf: NameOf): Json
  /** A whole body with the pack's own titles; numbers of cases and records, which tell nobody anything, are left out. */
  body(source: string, body: JsonObject, nameOf: NameOf): JsonObject
}

type Sources = Map<string, Map<string, Operand>>

const CONTENT_PATH = /^(?:link\.[a-z0-9-]+\.)?content\.(.+)$/
const RECORD_ID = /^(?:case|link\.[a-z0-9-]+)\.id$/
const CASE_ID = /^case-[0-9a-f-]{36}$/
/** Between the items of a list that was written as one text. */
const LISTED = '、'
const known = new WeakMap<CaseLaw, PublishedWords>()

/**
 * The words of a pack, made once: `source` is `publish/<kind>` or `register.put/<register>`, as the effects of its
 * procedures have it. A field without a content has the title of any content's item, or of a register's field, by that name.
 */
export function publishedWords(law: CaseLaw): PublishedWords {
  const made = known.get(law) ?? makeWords(law)
  known.set(law, made)
  return made
}

function makeWords(law: CaseLaw): PublishedWords {
  const sources = sourcesOf(law)
  const spoken = spokenOf(law)
  const contentOf = (source: string, name: string) => contentAt(law, sources.get(source)?.get(name))
  const titleOf = (source: string, name: string) => contentOf(source, name)?.title ?? spoken.titles.get(name) ?? name
  const told = (content: Content | undefined, value: Json, nameOf: NameOf): Json => tell(content, value, nameOf, spoken)
  return {
    field: (source, name, value, nameOf) => told(contentOf(source, name), value, nameOf),
    body: (source, body, nameOf) => {
      const shown = inOrder(body, [...(sources.get(source)?.keys() ?? [])]).filter(([name, value]) => !isRecordId(sources.get(source)?.get(name)) && !isCaseId(value))
      return Object.fromEntries(shown.map(([name, value]) => [titleOf(source, name), told(contentOf(source, name), value, nameOf)]))
    },
  }
}

/** A JSON column forgets the order of its keys: they stand again as they are declared, others after them. */
function inOrder(value: JsonObject, declared: readonly string[]): [string, Json][] {
  const place = (key: string) => (declared.includes(key) ? declared.indexOf(key) : declared.length)
  return Object.entries(value).toSorted(([a], [b]) => place(a) - place(b))
}

/** The platform's own number of a case: it tells nobody anything. */
function isCaseId(value: Json): boolean {
  return typeof value === 'string' && CASE_ID.test(value)
}

function isRecordId(operand: Operand | undefined): boolean {
  return typeof operand === 'string' && RECORD_ID.test(operand)
}

/** Every publication and register record that a procedure makes, field by field. */
function sourcesOf(law: CaseLaw): Sources {
  const sources: Sources = new Map()
  for (const procedure of Object.values(law.pack.procedures)) {
    const outcomes = [procedure.open, ...Object.values(procedure.steps).flatMap((step) => Object.values(step.outcomes))]
    for (const effect of outcomes.flatMap((outcome) => outcome.effects)) {
      const name = sourceName(effect)
      if (name === null) continue
      const fields = sources.get(name) ?? new Map<string, Operand>()
      for (const [field, operand] of Object.entries(effect.with)) if (contentAt(law, operand) !== undefined || !fields.has(field)) fields.set(field, operand)
      sources.set(name, fields)
    }
  }
  return sources
}

function sourceName({ effect, with: args }: Effect): string | null {
  const named = effect === 'publish' ? args['kind'] : effect === 'register.put' ? args['register'] : undefined
  return typeof named === 'object' && typeof named.value === 'string' ? `${effect}/${named.value}` : null
}

/** The content to which a path leads, e.g. `link.plan.content.implementation-plan.mode.kind`. */
function contentAt(law: CaseLaw, operand: Operand | undefined): Content | undefined {
  const path = typeof operand === 'string' ? CONTENT_PATH.exec(operand)?.[1] : undefined
  const [first = '', ...rest] = path?.replaceAll('[]', '').split('.') ?? []
  return rest.reduce<Content | undefined>((found, key) => (found?.type === 'group' ? found.items[key] : found?.type === 'table' ? found.columns[key] : undefined), law.pack.contents[first])
}

type Spoken = { titles: ReadonlyMap<string, string>; choices: ReadonlyMap<string, string | null> }

/** What any register or content of the pack calls an item, and what a choice means that has one meaning in the whole pack. */
function spokenOf({ pack }: CaseLaw): Spoken {
  const titles = new Map<string, string>()
  const choices = new Map<string, string | null>()
  const grouped = new Set<string>()
  const learn = (key: string, content: Content): void => {
    const isGroup = content.type === 'group' || content.type === 'table'
    // What names one value says more of a value than what heads a group.
    if (!titles.has(key) || (!isGroup && grouped.delete(key))) titles.set(key, content.title)
    if (isGroup && titles.get(key) === content.title) grouped.add(key)
    if (content.type === 'choice') for (const [choice, title] of Object.entries(content.of)) choices.set(choice, choices.has(choice) && choices.get(choice) !== title ? null : title)
    const inner = content.type === 'group' ? content.items : content.type === 'table' ? content.columns : {}
    for (const [name, item] of Object.entries(inner)) learn(name, item)
  }
  for (const [key, content] of Object.entries(pack.contents)) learn(key, content)
  for (const register of Object.values(pack.registers)) for (const [field, { title }] of Object.entries(register.fields)) if (!titles.has(field)) titles.set(field, title)
  return { titles, choices }
}

function tell(content: Content | undefined, value: Json, nameOf: NameOf, spoken: Spoken): Json {
  if (Array.isArray(value)) return value.map((one) => (content?.type === 'table' && isObject(one) ? items(content.columns, one, nameOf, spoken) : tell(content, one, nameOf, spoken)))
  if (isObject(value)) return content?.type === 'figure' ? figure(content.unit, value) : items(content?.type === 'group' ? content.items : {}, value, nameOf, spoken)
  if (typeof value === 'boolean') return value ? '是' : '否'
  if (typeof value === 'number') return content?.type === 'number' && content.unit !== undefined ? `${value}${content.unit}` : value
  if (typeof value !== 'string') return value
  if (content?.type === 'choice') return content.of[value] ?? value
  return value.split(LISTED).map((one) => spoken.choices.get(one) ?? nameOf(one)).join(LISTED)
}

function items(contents: Readonly<Record<string, Content>>, value: JsonObject, nameOf: NameOf, spoken: Spoken): JsonObject {
  return Object.fromEntries(inOrder(value, Object.keys(contents)).filter(([, one]) => !isCaseId(one)).map(([key, one]) => [contents[key]?.title ?? spoken.titles.get(key) ?? key, tell(contents[key], one, nameOf, spoken)]))
}

function figure(unit: string, { value, source }: JsonObject): string {
  return `${String(value)}${unit}${typeof source === 'string' ? `（来源：${source}）` : ''}`
}
