import { parse } from 'yaml'
import { z } from 'zod'
import { lineOfOffset, textOf } from './checkout.ts'
import type { Check, Checkout } from './checkout.ts'
import type { Finding } from './finding.ts'
import { isCode, isTest } from '#tools/house/source-tree.ts'
import type { TextFile } from '#tools/house/source-tree.ts'

/** Phrases and file names that we do not use, each with what to write instead. */
export const WORDS = 'tools/tidy/words.yaml'
/** Its last column lists the words to avoid; those in backticks are refused here. */
export const GLOSSARY = 'GLOSSARY.md'

const Words = z.strictObject({
  phrases: z.array(
    z.strictObject({
      pattern: z.string().min(1),
      /** Judge code only below these folders; all code where left out. */
      below: z.array(z.string()).optional(),
      /** Tests may use it. */
      not_in_tests: z.boolean().default(false),
      /** Where it looks: the whole text, or the text without its comments. */
      where: z.enum(['text', 'code']).default('text'),
      wrong: z.string().min(1),
      instead: z.string().min(1),
    }),
  ),
  file_names: z.array(
    z.strictObject({
      names: z.array(z.string()),
      /** `x-manager` is as empty as `manager`; `event-types` says more than `types`. */
      also_as_suffix: z.boolean().default(false),
      except: z.array(z.string()).default([]),
      instead: z.string(),
    }),
  ),
})

type Phrase = z.infer<typeof Words>['phrases'][number]

function readWords(checkout: Checkout): z.infer<typeof Words> {
  const text = textOf(checkout, WORDS)
  return text === undefined ? { phrases: [], file_names: [] } : Words.parse(parse(text))
}

/** Phrases that hide a fault: `as any`, a silenced checker, a clock in core. */
export const checkPhrases: Check = (checkout) => {
  const { phrases } = readWords(checkout)
  return checkout.code.flatMap((file) => {
    const withoutComments = blankOut(file.text, file.comments)
    return phrases.filter((phrase) => concerns(phrase, file.path)).flatMap((phrase) => phraseIn(phrase, file, withoutComments))
  })
}

/** This room quotes what it bans. */
const OWN_ROOM = 'tools/tidy/'

function concerns(phrase: Phrase, path: string): boolean {
  if (path.startsWith(OWN_ROOM)) return false
  if (phrase.not_in_tests && isTest(path)) return false
  return phrase.below === undefined || phrase.below.some((folder) => path.startsWith(folder))
}

function phraseIn(phrase: Phrase, file: TextFile, withoutComments: string): Finding[] {
  const text = phrase.where === 'code' ? withoutComments : file.text
  return [...text.matchAll(new RegExp(phrase.pattern, 'gu'))].map((match) => ({
    rule: 'banned-phrase',
    file: file.path,
    line: lineOfOffset(text, match.index),
    wrong: phrase.wrong,
    instead: phrase.instead,
  }))
}

/** The same text with spaces for every span, so that offsets stay what they are. */
export function blankOut(text: string, spans: readonly { start: number; end: number }[]): string {
  let blanked = ''
  let at = 0
  for (const { start, end } of spans) {
    blanked += text.slice(at, start) + text.slice(start, end).replace(/[^\n]/g, ' ')
    at = end
  }
  return blanked + text.slice(at)
}

/** File and folder names that say nothing of what is inside. */
export const checkFileNames: Check = (checkout) => {
  const { file_names } = readWords(checkout)
  return checkout.code.flatMap(({ path }) =>
    path.split('/').flatMap((part) => {
      const stem = part.replace(/\..*$/, '')
      const rule = file_names.find(
        ({ names, also_as_suffix, except }) =>
          names.some((name) => stem === name || (also_as_suffix && stem.endsWith(`-${name}`))) && !except.includes(stem),
      )
      return rule ? [{ rule: 'file-name', file: path, line: 1, wrong: `the name “${part}” says nothing of what is inside`, instead: rule.instead }] : []
    }),
  )
}

/** One concept, one word: the glossary's words to avoid, in any casing, in names and texts of the code. */
export const checkGlossary: Check = (checkout) => {
  const avoided = wordsToAvoid(textOf(checkout, GLOSSARY) ?? '')
  if (avoided.size === 0) return []
  const forms = [...avoided.keys()].map((word) => word.replaceAll('-', '[-_]?'))
  const pattern = new RegExp(`(?<![a-z])(${forms.join('|')})s?(?![a-z])`, 'giu')
  return checkout.files
    .filter((file) => isCode(file.path) && !file.path.startsWith(OWN_ROOM))
    .flatMap((file) =>
      [...spacedCamel(file.text).matchAll(pattern)].map((match) => ({
        rule: 'glossary',
        file: file.path,
        line: lineOfOffset(spacedCamel(file.text), match.index),
        wrong: `“${match[1]}” is a second word for a known thing`,
        instead: `\`${avoided.get(kebab(match[1] ?? '')) ?? ''}\` (see ${GLOSSARY})`,
      })),
    )
}

/** `sourceUnit` → `source-Unit`: one spelling for all casings. Adds no line. */
function spacedCamel(text: string): string {
  return text.replace(/([a-z])([A-Z])/g, '$1-$2')
}

function kebab(word: string): string {
  return word.toLowerCase().replaceAll('_', '-')
}

/**
 * Rows `| 中文 | identifier | meaning | avoid |`: each word in backticks in the last column, with the identifier to use.
 * A word without backticks is wrong only in this sense, which no tool can see.
 */
export function wordsToAvoid(glossary: string): Map<string, string> {
  const avoided = new Map<string, string>()
  for (const line of glossary.split('\n')) {
    const cells = line.split('|').map((cell) => cell.trim())
    const [, chinese, identifiers, , avoid] = cells
    const identifier = /`([^`]+)`/.exec(identifiers ?? '')?.[1]
    if (!chinese || !identifier || !avoid) continue
    for (const match of avoid.matchAll(/`([a-z-]+)`/g)) if (match[1]) avoided.set(match[1], identifier)
  }
  return avoided
}
