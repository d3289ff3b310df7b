import type { Json } from '#core/json.ts'
import { isObject } from '#core/json.ts'
import type { Procedure } from '#core/pack/procedure-format.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { placeLabel } from './basis.ts'
import type { CaseView } from '../wire/case.ts'

/** The provisions that a procedure cites, with those of its contents and figures, in the order of the texts. */
export function lawBeside(law: CaseLaw, procedure: Procedure): CaseView['law'] {
  const cited = new Set<string>()
  const contents = new Set<string>()
  collect(procedure as unknown as Json, cited, contents) // a procedure is plain JSON
  for (const key of contents) {
    const content = law.pack.contents[key]
    if (content !== undefined) collect(content as unknown as Json, cited, new Set()) // a content is plain JSON
  }
  return Object.values(law.pack.provisions)
    .filter((provision) => cited.has(provision.id))
    .map((provision) => ({ provision: provision.id, label: placeLabel(provision.id, law), text: provision.text }))
}

function collect(value: Json, cited: Set<string>, contents: Set<string>): void {
  if (Array.isArray(value)) for (const one of value) collect(one, cited, contents)
  if (!isObject(value)) return
  for (const [key, inner] of Object.entries(value)) {
    if ((key === 'provision' || key === 'interpretation') && typeof inner === 'string') cited.add(inner)
    if ((key === 'requires' || key === 'optional') && Array.isArray(inner)) for (const id of inner) if (typeof id === 'string') contents.add(id)
    collect(inner, cited, contents)
  }
}
