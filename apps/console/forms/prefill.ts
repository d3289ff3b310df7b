import type { Json, JsonObject } from '#core/json.ts'
import type { Content } from '#core/pack/content-format.ts'
import type { FormField, OpenableView } from '#apps/api/wire/case.ts'
import { below, withValueAt } from './path.ts'
import type { Path } from './path.ts'

/** What a link into a form brings along, e.g. `{ job: '…' }` from the page of a job. */
export type Brought = Record<string, Json | undefined>

/** The values a form starts with: what stands in the case, and on top what the link brought, at the item of that name. */
export function startingValues(fields: readonly FormField[], brought: Brought = {}): JsonObject {
  let values: JsonObject = {}
  for (const { key, value } of fields) if (value !== null) values = { ...values, [key]: value }
  for (const [name, given] of Object.entries(brought)) {
    if (given === undefined) continue
    const place = fields.map(({ key, content }) => placeNamed(content, key, key, name, given)).find((path) => path !== null)
    if (place) values = withValueAt(values, place, given)
  }
  return values
}

function placeNamed(content: Content, key: string, path: Path, name: string, given: Json): Path | null {
  if (content.type === 'group') {
    for (const [inner, item] of Object.entries(content.items)) {
      const found = placeNamed(item, inner, below(path, inner), name, given)
      if (found !== null) return found
    }
    return null
  }
  const isNamed = key === name || (content.type === 'reference' && (content.to === name || content.to === `${name}s`))
  return isNamed && takes(content, given) ? path : null
}

function takes({ type }: Content, given: Json): boolean {
  if (typeof given === 'number') return type === 'number'
  return Array.isArray(given) ? type === 'texts' : type === 'text' || type === 'reference'
}

/** The cases that a link of the form starts with: what the address brought, or the only candidate where one is required. */
export function startingLinks(links: OpenableView['links'], brought: Brought = {}): Record<string, string> {
  const chosen: Record<string, string> = {}
  for (const { name, optional, candidates } of links) {
    const named = candidates.find(({ case_id }) => case_id === brought[name])
    const [only, ...others] = candidates
    if (named) chosen[name] = named.case_id
    else if (!optional && only && others.length === 0) chosen[name] = only.case_id
  }
  return chosen
}
