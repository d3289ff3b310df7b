import type { CompiledPack } from '#core/pack/compiled-pack.ts'
import { isObject } from '#core/json.ts'
import type { Json } from '#core/json.ts'

/** A sentence that a rule cites but that does not stand, word for word, in its provision. */
export type FalseCitation = { place: string; provision: string; says: string }

/** Every citation of a pack whose provision does not exist or does not say the words. */
export function falseCitations(pack: CompiledPack): FalseCitation[] {
  const found: FalseCitation[] = []
  const look = (value: Json | undefined, place: string): void => {
    if (Array.isArray(value)) value.forEach((one, index) => look(one, `${place}[${index}]`))
    if (!isObject(value)) return
    const provision = value['provision'] ?? value['interpretation']
    const says = value['says']
    if (typeof provision === 'string' && typeof says === 'string') {
      const text = pack.provisions[provision]?.text.replace(/^（[一二三四五六七八九十]+）/, '')
      if (text === undefined || !text.includes(says)) found.push({ place, provision, says })
    }
    for (const [key, one] of Object.entries(value)) look(one, `${place}.${key}`)
  }
  const { provisions: _, ...rules } = pack
  look(JSON.parse(JSON.stringify(rules)) as Json, pack.manifest.pack) // plain JSON by construction
  return found
}
