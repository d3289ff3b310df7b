import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { isObject } from '#core/json.ts'
import type { Json, JsonObject } from '#core/json.ts'

export type Contents = Record<string, Json>

/** What the placeholders of a chapter's contents are replaced with. */
export type Filling = {
  /** A word of the story by its path, such as `operator.name`; undefined where there is none. */
  word(path: string): Json | undefined
  /** The date `count` working days after today, or before it where negative. */
  day(count: number): string
  /** Uploads a document of this name. */
  file(name: string): Promise<Json>
  /** The hash of a text that stands in the case. */
  hash(content: string): Json
}

/** A chapter's contents as officials would write them: `contents/<chapter>.yaml`, by the name used there. */
export class ChapterContents {
  readonly #chapter: string
  readonly #texts: JsonObject

  constructor(chapter: string) {
    this.#chapter = chapter
    this.#texts = parse(readFileSync(new URL(`./contents/${chapter}.yaml`, import.meta.url), 'utf8'), { merge: true }) as JsonObject // our own file
  }

  /** The named contents with their placeholders; `{ 'agency-decision': 'decision-lost' }` gives a content another text of the file. */
  take(...names: (string | Record<string, string>)[]): Contents {
    const wanted = names.flatMap((name) => (typeof name === 'string' ? [[name, name] as const] : Object.entries(name)))
    return Object.fromEntries(wanted.map(([id, key]) => [id, this.#text(key)]))
  }

  #text(key: string): Json {
    const found = this.#texts[key]
    if (found === undefined) throw new Error(`contents/${this.#chapter}.yaml has no “${key}”`)
    return found
  }
}

/** The same contents with one item set: `changed(c, 'operation-agreement.term.end', '2032-01-01')`. The original stays. */
export function changed(contents: Contents, path: string, value: Json): Contents {
  const copy = structuredClone(contents)
  const [last = '', ...parents] = path.split('.').toReversed()
  let at: Json = copy
  for (const key of parents.toReversed()) at = isObject(at) ? (at[key] ?? null) : null
  if (!isObject(at)) throw new Error(`no group at ${path}`)
  at[last] = value
  return copy
}

/**
 * Replaces placeholders: the whole text `$word` by the word's value, `<word>` within a text, and the groups
 * `{ $day: 5 }`, `{ $file: 名称 }`, `{ $hash: content }`.
 */
export async function filled(value: Json, filling: Filling): Promise<Json> {
  if (typeof value === 'string') return filledText(value, filling)
  if (Array.isArray(value)) return Promise.all(value.map((one) => filled(one, filling)))
  if (!isObject(value)) return value
  const [only, argument] = Object.entries(value)[0] ?? ['', null]
  if (only === '$day') return filling.day(Number(argument))
  if (only === '$file') return filling.file(String(await filled(argument, filling)))
  if (only === '$hash') return filling.hash(String(argument))
  const entries = await Promise.all(Object.entries(value).map(async ([key, one]) => [key, await filled(one, filling)] as const))
  return Object.fromEntries(entries)
}

function filledText(text: string, filling: Filling): Json {
  const whole = /^\$([a-z][\w.-]*)$/.exec(text)
  if (whole?.[1] !== undefined) return wordOf(filling, whole[1])
  return text.replaceAll(/<([a-z][\w.-]*)>/g, (_all, path: string) => String(wordOf(filling, path)))
}

function wordOf(filling: Filling, path: string): Json {
  const found = filling.word(path)
  if (found === undefined) throw new Error(`the story has no word “${path}”`)
  return found
}
