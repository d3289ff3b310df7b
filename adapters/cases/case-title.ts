import { isObject } from '#core/json.ts'
import type { JsonObject } from '#core/json.ts'
import type { Content, GroupContent } from '#core/pack/content-format.ts'
import type { Procedure } from '#core/pack/procedure-format.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { procedureOf } from '#core/procedure/case-law.ts'
import type { CaseState } from '#core/procedure/case-state.ts'

/** unit: characters; a title is one line of a list, the whole text stands in the case */
const TITLE_LENGTH_MAX = 100
/** The items by which a content is called, the best first; a purpose is better than nothing. */
const NAMING_ITEMS = ['name', 'title'] as const
const PURPOSE = 'purpose'
const NAMING_CONTENT = /(^|-)(name|title)$/

/**
 * What people call a case, of its state as it stands: the name in the first group content of the opening and of the
 * steps it leads to, in the order of the procedure; else a text that was given as the case's name; else the procedure's
 * title with what tells this case from the next: the linked case's title, or the dates it was opened for.
 * What later steps name (an objector, a notice) is not the case's name; personal data never are.
 * @param linked title of the first case that this one is linked with, or null.
 */
export function caseTitle(law: CaseLaw, state: CaseState, linked: string | null): string {
  const procedure = procedureOf(law, state.procedure)
  const given = namingContents(procedure).flatMap((key) => {
    const [content, value] = [law.pack.contents[key], state.contents[key]?.value]
    return content === undefined || value === undefined || content.personal === true ? [] : [{ key, content, value }]
  })
  for (const { content, value } of given) {
    const name = content.type === 'group' && isObject(value) ? nameIn(content, value) : null
    if (name !== null) return cut(name)
  }
  for (const { key, content, value } of given) {
    if (content.type === 'text' && NAMING_CONTENT.test(key) && typeof value === 'string' && value.trim() !== '') return cut(value)
  }
  if (linked !== null) return cut(`${procedure.title}：${linked}`)
  const dates = given.flatMap(({ content, value }) => (content.type === 'date' && typeof value === 'string' ? [value] : []))
  return dates.length === 0 ? procedure.title : cut(`${procedure.title}（${dates.join('至')}）`)
}

/** The contents of the opening and of the steps that it leads to, in the order of the procedure, each once. */
function namingContents({ open, steps }: Procedure): string[] {
  // What is said from a seat may still be hidden from others.
  const first = open.then.flatMap(({ step }) => (steps[step]?.seats === undefined ? Object.values(steps[step]?.outcomes ?? {}) : []))
  return [...new Set([open, ...first].flatMap(({ requires, optional }) => [...requires, ...optional]))]
}

function nameIn({ items }: GroupContent, value: JsonObject): string | null {
  for (const key of NAMING_ITEMS) {
    const name = textOf(items[key], value[key])
    if (name !== null) return name
  }
  for (const [key, item] of Object.entries(items)) {
    const inner = value[key]
    const name = item.type === 'group' && isObject(inner) ? nameIn(item, inner) : null
    if (name !== null) return name
  }
  return textOf(items[PURPOSE], value[PURPOSE])
}

function textOf(item: Content | undefined, value: JsonObject[string] | undefined): string | null {
  return item?.type === 'text' && item.personal !== true && typeof value === 'string' && value.trim() !== '' ? value : null
}

function cut(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ')
  return line.length > TITLE_LENGTH_MAX ? `${line.slice(0, TITLE_LENGTH_MAX - 1)}…` : line
}
