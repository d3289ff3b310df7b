import type { Provision } from './provision-text.ts'
import { chineseNumeral } from './provision-text.ts'
import { ROLES } from './roles-and-capabilities.ts'
import { coverage, likeness } from './text-likeness.ts'

/** A sentence of the text that seems to make a rule, with the provision in which it stands. `says` is verbatim. */
export type Suggested = { provision: string; says: string }
export type SuggestedOffice = Suggested & { role: string | null; title: string; times: number }
export type SuggestedFigure = Suggested & { value: number; unit: 'working-day' | 'calendar-day' | 'month' | 'year' | 'percent' | 'count'; bound: 'at-most' | 'at-least' | 'in-advance' | null }
export type SuggestedTerm = Suggested & { title: string; means: string }
export type SuggestedList = { provision: string; title: string; items: (Suggested & { title: string; atom: string | null })[] }

/** The elements of the superior packs' lists, by which an item may be recognised. */
export type KnownAtom = { atom: string; says: string }

/** The provisions that hold the text themselves: the innermost places. */
function innermost(provisions: readonly Provision[]): Provision[] {
  return provisions.filter((one) => one.paragraph !== null && !provisions.some((other) => other.id.startsWith(`${one.id}.`)))
}

function sentences(text: string): string[] {
  return text.split(/(?<=[。；])/u).map((one) => one.trim()).filter((one) => one !== '')
}

/** unit: signs; source: names of offices in the five regulations */
const NAME = { shortest: 2, longest: 18 }
const SUBJECT = new RegExp(`(?:^|[，。；：、]|（[一二三四五六七八九十]+）|由|会同|向|报)([\\u4e00-\\u9fff（）]{${NAME.shortest},${NAME.longest}}?(?:部门|机构|政府|局|委员会|办公室|小组|中心|单位|主体|合伙人|厅|委))(?=负责|应当?|会同|牵头|组织|按照|依法|可以?|按|指导|对|、|，|和)`, 'gu')

/** Words of a sentence, not of an office's name. */
const NO_NAME = /[的是为将在以]|选择|指导|坚持|应当|明确|开展|提交|要求|负责|[（）]$/u

/** Who acts in the text: the subjects of its sentences, most often named first, each with the first sentence that names it. */
export function suggestedOffices(provisions: readonly Provision[]): SuggestedOffice[] {
  const found = new Map<string, SuggestedOffice>()
  for (const place of innermost(provisions)) {
    for (const sentence of sentences(place.text)) {
      for (const [, name = ''] of sentence.matchAll(SUBJECT)) {
        const title = name.replace(/^（[一二三四五六七八九十]+）/u, '').replace(/^(?:并|及|和|与|等|由|各类?|本|该)/u, '')
        if (NO_NAME.test(title)) continue
        const known = found.get(title)
        if (known) known.times += 1
        else found.set(title, { role: roleOf(title), title, times: 1, provision: place.id, says: sentence })
      }
    }
  }
  return [...found.values()].toSorted((a, b) => b.times - a.times)
}

function roleOf(title: string): string | null {
  return Object.entries(ROLES).find(([, name]) => title === name || title.endsWith(name))?.[0] ?? null
}

const FIGURE = /(提前|不少于|不低于|至少|不超过|最长不超过|不得超过)?\s*(\d+|[一二三四五六七八九十百]+)\s*(个?工作日|个月|个?自然日|年|日|天|%|次)(以?内|以上|之前|前)?/gu
const UNITS: Readonly<Record<string, SuggestedFigure['unit']>> = { 工作日: 'working-day', 个月: 'month', 自然日: 'calendar-day', 日: 'calendar-day', 天: 'calendar-day', 年: 'year', '%': 'percent', 次: 'count' }

/** Every number with a unit that is no date, with what the words around it say of its bound. */
export function suggestedFigures(provisions: readonly Provision[]): SuggestedFigure[] {
  return innermost(provisions).flatMap((place) => sentences(place.text).flatMap((says): SuggestedFigure[] =>
    [...says.matchAll(FIGURE)].flatMap((match): SuggestedFigure[] => {
      const [whole, before = '', number = '', word = '', after = ''] = match
      const value = /^\d+$/.test(number) ? Number(number) : chineseNumeral(number)
      const rest = says.slice(match.index + whole.length)
      const inDate = (word === '年' && (/^\d{1,2}\s*月/.test(rest) || String(number).length === YEAR_DIGITS)) || (word === '日' && /月\s*$/.test(says.slice(0, match.index)))
      const unit = UNITS[word.replace(/^个(?=工作日|自然日)/u, '')]
      if (value === null || unit === undefined || inDate || (before === '' && /[上每第]$/u.test(says.slice(0, match.index)))) return []
      return [{ provision: place.id, says, value, unit, bound: boundOf(before, after) }]
    })))
}

/** unit: digits; source: a year is written with four */
const YEAR_DIGITS = 4

function boundOf(before: string, after: string): SuggestedFigure['bound'] {
  if (before === '提前') return 'in-advance'
  if (/少于|低于|至少/u.test(before) || after === '以上') return 'at-least'
  return /超过/u.test(before) || /内|前/u.test(after) ? 'at-most' : null
}

const TERM = /^(?:（[一二三四五六七八九十]+）)?([\u4e00-\u9fff“”]{2,20})，?是指(.+?)[。；]?$/u

/** The terms that the text itself defines. */
export function suggestedTerms(provisions: readonly Provision[]): SuggestedTerm[] {
  return innermost(provisions).flatMap((place) => {
    const [, title, means] = TERM.exec(place.text) ?? []
    return title === undefined || means === undefined ? [] : [{ provision: place.id, says: place.text, title, means }]
  })
}

/** unit: items; source: fewer are a sentence in parts, not the contents of a document */
const LEAST_ITEMS = 3
/** unit: share of pairs of signs; source: items taken over from the national lists lie above it */
const SAME_ITEM = 0.6

/** Lists that say what a document must hold, item by item; an item of a superior list is recognised, nothing is concluded from it. */
export function suggestedLists(provisions: readonly Provision[], known: readonly KnownAtom[]): SuggestedList[] {
  return provisions.flatMap((list): SuggestedList[] => {
    if (list.paragraph === null) return []
    const depth = list.id.split('.').length
    const items = provisions.filter((one) => one.id.startsWith(`${list.id}.`) && one.id.split('.').length === depth + 1)
    const [opening = ''] = list.text.split('\n')
    if (items.length < LEAST_ITEMS || !/(?:包括|明确|载明|写明|列明).{0,12}：?$|(?:内容|材料|事项).{0,12}：$/u.test(opening)) return []
    return [{
      provision: list.id, title: opening.replace(/[：:]$/u, '').split(/[。；]/u).at(-1) ?? '',
      items: items.map((item) => {
        const says = item.text.split('\n')[0] ?? ''
        // An element worded at greater length holds the item whole; so does one worded alike.
        const best = known.map((one) => ({ ...one, alike: Math.max(likeness(one.says, says), coverage(says, one.says)) })).toSorted((a, b) => b.alike - a.alike)[0]
        return { provision: item.id, says, title: says.replace(/^（[一二三四五六七八九十]+）|^\d+[.．、]|[。；]$/gu, ''), atom: best !== undefined && best.alike >= SAME_ITEM ? best.atom : null }
      }),
    }]
  })
}
