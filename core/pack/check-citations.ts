import type { CompiledPack } from './compiled-pack.ts'
import { wrong } from './check-finding.ts'
import type { RuleFinding, RulePath } from './check-finding.ts'

const SECTIONS = ['manifest', 'terms', 'offices', 'figures', 'contents', 'procedures', 'registers', 'policies', 'duties', 'thresholds', 'documents', 'deviations'] as const

/**
 * Every provision that a rule cites exists in the pack's texts, and every sentence it quotes stands there verbatim;
 * so does the sentence that an interpretation reads.
 */
export function checkCitations(pack: CompiledPack): RuleFinding[] {
  return SECTIONS.flatMap((section) => citationsBelow(pack, pack[section], [section]))
}

function citationsBelow(pack: CompiledPack, value: unknown, path: RulePath): RuleFinding[] {
  if (Array.isArray(value)) return value.flatMap((one, index) => citationsBelow(pack, one, [...path, index]))
  if (typeof value !== 'object' || value === null) return []
  const found = Object.entries(value).flatMap(([key, one]) => citationsBelow(pack, one, [...path, key]))
  const { provision, interpretation, says } = value as Record<string, unknown> // an object without a known shape
  const cited = typeof provision === 'string' ? provision : interpretation
  if (typeof cited !== 'string' || typeof says !== 'string') return found
  return [...citationFault(pack, cited, says, path), ...found]
}

function citationFault(pack: CompiledPack, cited: string, says: string, path: RulePath): RuleFinding[] {
  const place = pack.provisions[cited]
  if (!place) {
    const known = Object.entries(pack.texts).map(([prefix, { title }]) => `${prefix}（《${title}》）`)
    return [wrong(path, 'provision-must-exist', `所引条款 ${cited} 在文本中不存在。`, `请核对条、款、项；可引的文本：${known.join('、')}。`)]
  }
  if (place.text.includes(says)) return []
  return [wrong([...path, 'says'], 'sentence-must-stand-in-provision', `“${says}”不是 ${cited} 的原文。`, `请照录原文：${place.text.replaceAll('\n', '')}`)]
}

/** Content atoms name a place of a text, `na25-14.1.6/redevelopment`; a deviation names one, too. */
export function checkAtomPlaces(pack: CompiledPack): RuleFinding[] {
  return [...atomsBelow(pack, pack.contents, ['contents']), ...atomsBelow(pack, pack.deviations, ['deviations'])]
}

function atomsBelow(pack: CompiledPack, value: unknown, path: RulePath): RuleFinding[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, one]: [string, unknown]) => {
    const at = [...path, Array.isArray(value) ? Number(key) : key]
    if (key !== 'atom' || typeof one !== 'string') return atomsBelow(pack, one, at)
    const [provision = ''] = one.split('/')
    if (pack.provisions[provision]) return []
    return [wrong(at, 'atom-must-name-a-provision', `要素 ${one} 所指的条款 ${provision} 在文本中不存在。`, '请写成“条款编号”或者“条款编号/要素名”。')]
  })
}
