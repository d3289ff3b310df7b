/** A SELECT with its groups, taken apart at the words that stand outside of brackets and quotation marks. */
export type StatementParts = {
  /** What stands before SELECT: a WITH, or nothing. */
  lead: string
  items: readonly string[]
  from: string
  where: string | null
  /** As they are written, `all` among them; none where the statement has one row only. */
  groups: readonly string[]
  having: string | null
  /** ORDER BY and what follows. */
  tail: string
}

const CLAUSES = /^(?:select|from|where|group\s+by|having|order\s+by|limit|offset)\b/iu
/** What makes of a statement another kind than one SELECT with its groups. */
const OTHERS = /^(?:distinct|union|intersect|except|qualify|window|pivot|unpivot|rollup|cube|grouping\s+sets|using\s+sample|tablesample)\b/iu
const ORDER = ['select', 'from', 'where', 'group by', 'having', 'tail'] as const
type Clause = (typeof ORDER)[number]

/** Takes one SELECT apart; null where the text is of another kind, or has comments or several statements. */
export function partsOf(sql: string): StatementParts | null {
  const text = sql.trim().replace(/;\s*$/u, '')
  const places = clausesOf(text)
  if (places === null) return null
  const found = new Map<Clause, string>()
  let last = -1
  for (const [at, { word, start, end }] of places.entries()) {
    const clause: Clause = word === 'order by' || word === 'limit' || word === 'offset' ? 'tail' : word
    const until = places[at + 1]?.start ?? text.length
    const order = ORDER.indexOf(clause)
    if (order < last || (order === last && clause !== 'tail')) return null
    last = order
    found.set(clause, clause === 'tail' ? `${found.get('tail') ?? ''} ${text.slice(start, until)}`.trim() : text.slice(end, until).trim())
  }
  const [items, from] = [found.get('select'), found.get('from')]
  if (items === undefined || from === undefined) return null
  const groups = found.get('group by')
  return {
    lead: text.slice(0, places[0]?.start ?? 0).trim(), items: listed(items), from, where: found.get('where') ?? null,
    groups: groups === undefined ? [] : listed(groups), having: found.get('having') ?? null, tail: found.get('tail') ?? '',
  }
}

type Place = { word: Exclude<Clause, 'tail'> | 'order by' | 'limit' | 'offset'; start: number; end: number }

function clausesOf(text: string): Place[] | null {
  const places: Place[] = []
  for (const start of outside(text) ?? []) {
    if (/[\p{L}\p{N}_.]/u.test(text[start - 1] ?? ' ')) continue
    const rest = text.slice(start)
    if (OTHERS.test(rest) || rest.startsWith('--') || rest.startsWith('/*') || rest.startsWith(';')) return null
    const found = CLAUSES.exec(rest)?.[0]
    // In a WITH the word stands in brackets; FROM may also stand in `is distinct from`, which has DISTINCT before it.
    if (found !== undefined) places.push({ word: found.toLowerCase().replaceAll(/\s+/gu, ' ') as Place['word'], start, end: start + found.length }) // the pattern's own words
  }
  return outside(text) === null ? null : places
}

/** The parts of a list divided by commas outside of brackets. */
export function listed(text: string): string[] {
  const commas = (outside(text) ?? []).filter((at) => text[at] === ',')
  return [...commas, text.length].map((at, place) => text.slice(place === 0 ? 0 : (commas[place - 1] ?? 0) + 1, at).trim())
}

/** The conditions that AND joins outside of brackets; the whole where an OR stands there too. */
export function conjuncts(condition: string): string[] {
  const places = (outside(condition) ?? []).filter((at) => !/[\p{L}\p{N}_.]/u.test(condition[at - 1] ?? ' '))
  const isWord = (at: number, word: RegExp): boolean => word.test(condition.slice(at))
  if (places.some((at) => isWord(at, /^(?:or|between)\b/iu))) return [condition.trim()]
  const ands = places.filter((at) => isWord(at, /^and\b/iu))
  return [...ands, condition.length].map((at, place) => condition.slice(place === 0 ? 0 : (ands[place - 1] ?? 0) + 'and'.length, at).trim())
}

/** What stands between an opening bracket and the one that closes it. */
export function bracketed(text: string, opening: number): string | null {
  let depth = 0
  for (const [at, sign] of [...text].entries()) {
    if (at < opening) continue
    if (sign === '(') depth += 1
    if (sign === ')') depth -= 1
    if (depth === 0) return text.slice(opening + 1, at).trim()
  }
  return null
}

/** Places outside of brackets and quotation marks; null where these are not closed. */
function outside(text: string): number[] | null {
  const places: number[] = []
  let [depth, quote] = [0, '']
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at)
    if (quote !== '') quote = sign === quote ? '' : quote
    else if (sign === "'" || sign === '"') quote = sign
    else if ('([{'.includes(sign)) depth += 1
    else if (')]}'.includes(sign)) depth -= 1
    else if (depth === 0) places.push(at)
  }
  return depth === 0 && quote === '' ? places : null
}
