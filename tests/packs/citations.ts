import type { CompiledPack } from '#core/pack/compiled-pack.ts'

/** A sentence that a rule cites and that does not stand in its provision, with the place of the rule. */
export type WrongCitation = { at: string; provision: string; says: string }

/** Every `provision` or `interpretation` below a value whose `says` is not verbatim in the text of that provision. */
export function wrongCitations(pack: CompiledPack, value: unknown, at = ''): WrongCitation[] {
  if (Array.isArray(value)) return value.flatMap((one, index) => wrongCitations(pack, one, `${at}[${index}]`))
  if (typeof value !== 'object' || value === null) return []
  const entries = Object.entries(value)
  const found = entries.flatMap(([key, one]) => wrongCitations(pack, one, `${at}/${key}`))
  const { says } = value as { says?: unknown } // a basis among other objects
  const cited = entries.find(([key]) => key === 'provision' || key === 'interpretation')?.[1]
  if (typeof says !== 'string' || typeof cited !== 'string') return found
  const text = pack.provisions[cited]?.text ?? ''
  return text.includes(says) ? found : [...found, { at, provision: cited, says }]
}
