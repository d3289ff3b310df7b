import type { Provision } from './provision-text.ts'
import { bare, coverage, likeness } from './text-likeness.ts'

/** An article of one text beside the article of the other that says the same, and the sentences that only one has. */
export type ArticlePair = {
  here: Provision
  there: Provision
  /** From 0 to 1. */
  likeness: number
  onlyHere: Provision[]
  onlyThere: Provision[]
}

/** A list (a paragraph with items) of one text beside the other's, and the requirements of its items that the other lacks. */
export type ListPair = { here: Provision; there: Provision; missing: Missing[] }

/** A requirement of an item that no item of the other list holds: `says` is verbatim, `near` the item nearest to it. */
export type Missing = { provision: Provision; says: string; near: Provision | null; covered: number }

export type TextComparison = {
  pairs: ArticlePair[]
  onlyHere: Provision[]
  onlyThere: Provision[]
  lists: ListPair[]
}

/** unit: share of pairs of signs; source: below it articles of the five regulations on other matters meet by chance */
const SAME_MATTER = 0.3
/** unit: share of pairs of signs; source: reworded sentences of the five regulations lie above it */
const SAME_SENTENCE = 0.5
/** unit: share of a requirement's pairs of signs; source: requirements that the lists of the five regulations word otherwise lie above it */
const HELD = 0.45
/** unit: items; source: two sentences that begin with a number are no list of contents yet */
const LEAST_ITEMS = 5
/** unit: items that have a like one in the other list; source: lists of contents taken from one another agree in most items */
const SAME_LIST = 0.5

/** Two texts by provision: which article answers which, what only one of them says, and what a list of contents lacks. */
export function compareTexts(here: readonly Provision[], there: readonly Provision[]): TextComparison {
  const [articlesHere, articlesThere] = [articlesOf(here), articlesOf(there)]
  const taken = new Set<Provision>()
  const pairs = nearest(articlesHere, articlesThere).flatMap(([own, other, alike]): ArticlePair[] => {
    if (taken.has(own) || taken.has(other)) return []
    taken.add(own)
    taken.add(other)
    const [sentencesHere, sentencesThere] = [partsOf(own, here), partsOf(other, there)]
    return [{ here: own, there: other, likeness: alike, onlyHere: without(sentencesHere, sentencesThere), onlyThere: without(sentencesThere, sentencesHere) }]
  })
  return {
    pairs: pairs.toSorted((a, b) => a.here.article - b.here.article),
    onlyHere: articlesHere.filter((one) => !taken.has(one)),
    onlyThere: articlesThere.filter((one) => !taken.has(one)),
    lists: compareLists(here, there),
  }
}

/** Every list of contents that both texts have, with what each item of the first asks and no item of the second does. */
export function compareLists(here: readonly Provision[], there: readonly Provision[]): ListPair[] {
  const others = listsOf(there)
  return listsOf(here).flatMap(({ list, items }): ListPair[] => {
    const found = others.map((other) => ({ ...other, agreeing: agreement(items, other.items) })).toSorted((a, b) => b.agreeing - a.agreeing)[0]
    if (!found || found.agreeing < SAME_LIST) return []
    const missing = items.flatMap((item) => requirementsOf(item.text).flatMap((says): Missing[] => lacking(item, says, found.items)))
    return [{ here: list, there: found.list, missing }]
  })
}

/** The requirements of an item: its parts between commas and semicolons; parts too short to stand alone stay with the one before. */
export function requirementsOf(text: string): string[] {
  const parts = text.replace(/^（[一二三四五六七八九十百]+）|^\d+[.．、]/u, '').split(/[，；。]/u).map((part) => part.trim()).filter((part) => part !== '')
  return parts.reduce<string[]>((found, part) => {
    const last = found.at(-1)
    if (last !== undefined && (bare(part).length < SHORTEST || /^(包括|应当?包括|以及|及|或者?|如|即)/u.test(part))) return [...found.slice(0, -1), `${last}，${part}`]
    return [...found, part]
  }, [])
}

/** unit: signs; source: 违约责任 and 争议解决 are the shortest requirements of the national list */
const SHORTEST = 4

function lacking(provision: Provision, says: string, items: readonly Provision[]): Missing[] {
  const covered = items.map((near) => ({ near, covered: coverage(says, near.text) })).toSorted((a, b) => b.covered - a.covered)[0]
  const best = covered?.covered ?? 0
  return best >= HELD ? [] : [{ provision, says, near: best > 0 ? (covered?.near ?? null) : null, covered: best }]
}

function agreement(items: readonly Provision[], others: readonly Provision[]): number {
  const agreeing = items.filter((item) => others.some((other) => likeness(item.text, other.text) >= SAME_SENTENCE || coverage(other.text, item.text) === 1))
  return agreeing.length / Math.max(items.length, 1)
}

/** Paragraphs (or items) under which enough numbered places stand. */
function listsOf(provisions: readonly Provision[]): { list: Provision; items: Provision[] }[] {
  return provisions.flatMap((list) => {
    if (list.paragraph === null) return []
    const items = provisions.filter((one) => one.id.startsWith(`${list.id}.`) && one.id.split('.').length === list.id.split('.').length + 1)
    return items.length >= LEAST_ITEMS ? [{ list, items }] : []
  })
}

function articlesOf(provisions: readonly Provision[]): Provision[] {
  return provisions.filter((one) => one.paragraph === null)
}

/** The paragraphs of an article without those under which items stand, and the items. */
function partsOf(article: Provision, provisions: readonly Provision[]): Provision[] {
  const below = provisions.filter((one) => one.paragraph !== null && one.article === article.article)
  return below.filter((one) => !below.some((other) => other.id.startsWith(`${one.id}.`)))
}

function without(sentences: readonly Provision[], others: readonly Provision[]): Provision[] {
  return sentences.filter((one) => !others.some((other) => likeness(one.text, other.text) >= SAME_SENTENCE))
}

/** Every pair of articles on one matter, the most alike first. */
function nearest(here: readonly Provision[], there: readonly Provision[]): [Provision, Provision, number][] {
  const all = here.flatMap((own) => there.map((other) => ({ own, other, alike: likeness(own.text, other.text) })))
  return all.filter(({ alike }) => alike >= SAME_MATTER).toSorted((a, b) => b.alike - a.alike).map(({ own, other, alike }) => [own, other, alike])
}
