/** Signs that divide or frame a sentence and carry no meaning of their own. */
const SIGNS = /[\s，。；：、？！“”‘’（）()《》〈〉【】—…·,.;:?!"']/gu

/** The bare signs of a sentence: what stays when punctuation and numbering are gone. */
export function bare(text: string): string {
  return text.replace(/^（[一二三四五六七八九十百]+）|^\d+[.．、]/u, '').replace(SIGNS, '')
}

/** unit: signs; source: two neighbouring signs are the shortest piece of Chinese that carries meaning */
const PIECE = 2

/** What was counted lately: texts are compared with many others, each time by the same pairs. */
const counted = new Map<string, ReadonlyMap<string, number>>()
/** unit: texts; source: more than the provisions of two regulations */
const KEPT = 4000

/** How often each pair of neighbouring signs occurs. */
function pieces(text: string): ReadonlyMap<string, number> {
  const known = counted.get(text)
  if (known) return known
  const found = new Map<string, number>()
  const signs = [...bare(text)]
  for (let at = 0; at + PIECE <= signs.length; at += 1) {
    const piece = signs.slice(at, at + PIECE).join('')
    found.set(piece, (found.get(piece) ?? 0) + 1)
  }
  if (counted.size >= KEPT) counted.clear()
  counted.set(text, found)
  return found
}

function shared(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): number {
  let sum = 0
  for (const [piece, times] of one) sum += Math.min(times, other.get(piece) ?? 0)
  return sum
}

function size(counts: ReadonlyMap<string, number>): number {
  let sum = 0
  for (const times of counts.values()) sum += times
  return sum
}

/** How alike two sentences are, from 0 to 1: the share of their pairs of signs that both have (Dice). */
export function likeness(one: string, other: string): number {
  if (bare(one) === bare(other)) return 1
  const [a, b] = [pieces(one), pieces(other)]
  const total = size(a) + size(b)
  const both = shared(a, b)
  return total === 0 ? 0 : (both + both) / total
}

/** How much of the first sentence stands in the second, from 0 to 1, wherever it stands there. */
export function coverage(part: string, whole: string): number {
  if (bare(part) !== '' && bare(whole).includes(bare(part))) return 1
  const own = pieces(part)
  const total = size(own)
  return total === 0 ? 0 : shared(own, pieces(whole)) / total
}
