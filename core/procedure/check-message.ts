import { isObject } from '../json.ts'
import type { Json, JsonObject } from '../json.ts'
import { insideContent } from '../pack/content-path.ts'
import type { Check } from '../pack/procedure-format.ts'
import type { Scope } from './operand.ts'

/** The message of a broken check with what was found, in words that a person reads. */
export function messageOf(check: Check, details: JsonObject, scope: Scope): string {
  return withNames(check.message, inWords(check, details, scope))
}

const COMPARED = ['found', 'wanted', 'missing'] as const

/** What was found and wanted, where it is an option of a choice, by the option's title: people never read its id. */
function inWords(check: Check, details: JsonObject, scope: Scope): JsonObject {
  if ((check.check !== 'compare' && check.check !== 'each') || typeof check.left !== 'string') return details
  const of = optionsOf(check.check === 'each' && check.left.startsWith('row.') ? `${check.rows}.[].${check.left.slice('row.'.length)}` : check.left, scope)
  if (of === null) return details
  const word = (value: Json | undefined): Json => (Array.isArray(value) ? value.map(word) : typeof value === 'string' ? (of[value] ?? value) : (value ?? null))
  return { ...details, ...Object.fromEntries(COMPARED.filter((name) => name in details).map((name) => [name, word(details[name])])) }
}

/** The options of the choice that an operand names, or null where it names something else. */
function optionsOf(operand: string, scope: Scope): Readonly<Record<string, string>> | null {
  const [, path] = /^(?:link\.[^.]+\.)?content\.(.+)$/.exec(operand) ?? []
  const [key = '', ...inside] = (path ?? '').split('.').flatMap((part) => (part !== '[]' && part.endsWith('[]') ? [part.slice(0, -'[]'.length), '[]'] : [part]))
  const content = scope.law.pack.contents[key]
  const found = content === undefined ? null : insideContent(content, inside)
  return found !== null && 'content' in found && found.content?.type === 'choice' ? found.content.of : null
}

/** Puts what was found into the message where it asks for it: `{found}`, `{wanted}`, `{missing}`, `{name}`, `{reason}`… */
function withNames(message: string, details: JsonObject): string {
  return message.replaceAll(/\{(\w+)\}/g, (_, name: string) => shown(details[name]))
}

function shown(value: Json | undefined): string {
  if (value === undefined || value === null) return '（空）'
  if (Array.isArray(value)) return value.map(shown).join('、')
  return isObject(value) ? JSON.stringify(value) : String(value)
}
