import { parse } from 'yaml'
import { z } from 'zod'
import { lineOfOffset, textOf } from './checkout.ts'
import type { Check, Checkout } from './checkout.ts'
import type { Finding } from './finding.ts'
import { isCode, isTest } from '#tools/house/source-tree.ts'
import type { TextFile } from '#tools/house/source-tree.ts'

/** The places that no pack names yet. */
export const PLACES = 'tools/tidy/places.yaml'

const Places = z.strictObject({
  places: z.array(z.string().min(1)),
  pack_files: z.array(z.string().min(1)),
})

/** A body with a name of its own, as against a role: 数据局、办公室 belong to a city, 实施机构 to every city. */
const OFFICE = /^[\p{Script=Han}]{2,24}(?:局|委|委员会|办|办公室|厅|中心)$/u

/**
 * The law is data: no city and no office by name in TypeScript outside packs, demo and tests.
 * The names come from a base list and from what the packs themselves call their offices.
 */
export const checkPlaces: Check = (checkout) => {
  const text = textOf(checkout, PLACES)
  if (text === undefined) return []
  const base = Places.parse(parse(text))
  const words = [...base.places, ...officesOfPacks(checkout, base.pack_files)].toSorted((a, b) => b.length - a.length)
  const pattern = new RegExp(words.map(asPattern).join('|'), 'giu')
  return checkout.files
    .filter((file) => isCode(file.path) && !isTest(file.path) && !/^(packs|demo)\//.test(file.path))
    .flatMap((file) => namesIn(file, pattern))
}

/** Latin names must not be part of a longer word; a capital or a digit may follow, as in `cityRules` or `city2025`. */
function asPattern(word: string): string {
  return /^[a-z' -]+$/.test(word) ? `(?<![a-z])${word}(?![a-z]{3})` : word
}

/** Proper names of bodies anywhere in the files in which packs say who holds an office. */
function officesOfPacks(checkout: Checkout, names: readonly string[]): Set<string> {
  const offices = new Set<string>()
  for (const file of checkout.files) {
    if (!file.path.startsWith('packs/') || !names.some((name) => file.path.endsWith(`/${name}`))) continue
    for (const match of file.text.matchAll(/[\p{Script=Han}]+/gu)) if (OFFICE.test(match[0])) offices.add(match[0])
  }
  return offices
}

function namesIn(file: TextFile, pattern: RegExp): Finding[] {
  return [...file.text.matchAll(pattern)].map((match) => ({
    rule: 'place-in-code',
    file: file.path,
    line: lineOfOffset(file.text, match.index),
    wrong: `“${match[0]}” is a place or an office by name`,
    instead: 'let the pack (or demo/) say it and read it from there; in a comment, cite the provision id',
  }))
}
