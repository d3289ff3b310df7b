import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import { leftOut } from '#tests/support/demanded-contents.ts'
import type { Story } from '#tests/support/story.ts'

const listSchema = z.array(z.string())
const read = new Map<string, ReadonlySet<string>>()

/** Where a regulation's list of what a story gives of its own accord stands. */
export const voluntaryFile = (pack: string): string => `tests/support/voluntary/${pack}.yaml`

/** The contents, parts of documents and links that a regulation leaves to those who act, as its list has them. */
export function voluntaryIn(pack: string): ReadonlySet<string> {
  const known = read.get(pack)
  if (known) return known
  const path = voluntaryFile(pack)
  const list = new Set(existsSync(path) ? listSchema.parse(parse(readFileSync(path, 'utf8')) ?? []) : [])
  read.set(pack, list)
  return list
}

/**
 * The rule for every story: whatever is given in it is demanded, unless the list of its regulation says that it is
 * voluntary; and what the list names is not demanded. One line for each place where this does not hold.
 *
 * @param look the places asked for; a place already found right need not be asked for again.
 */
export function wronglyDemanded(stories: Iterable<Story>, look: (pack: string, place: string) => boolean): string[] {
  const wrong: string[] = []
  for (const story of stories) {
    const pack = story.law.ref.id
    const voluntary = voluntaryIn(pack)
    for (const [place, demanded] of leftOut(story, (one) => look(pack, one))) {
      if (demanded && voluntary.has(place)) wrong.push(`${pack}: “${place}” is demanded, though ${voluntaryFile(pack)} calls it voluntary: take the line away`)
      if (!demanded && !voluntary.has(place)) wrong.push(`${pack}: “${place}” may be left out: require it in the pack, or, where the text leaves it open, add the line “- ${place}” to ${voluntaryFile(pack)}`)
    }
  }
  return [...new Set(wrong)]
}
