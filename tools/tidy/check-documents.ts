import { lineOfOffset } from './checkout.ts'
import type { Check } from './checkout.ts'
import type { Finding } from './finding.ts'
import type { TextFile } from '#tools/house/source-tree.ts'

const ADR_NAME = /^docs\/adr\/(\d{4})-[a-z0-9-]+\.md$/
const ADR_SECTIONS = ['## Problem', '## Decision', '## Rejected', '## Consequences']

/** Every decision has one number, and says what was rejected and what follows. `0000` is the template. */
export const checkDecisionRecords: Check = ({ files }) => {
  const records = files.filter((file) => file.path.startsWith('docs/adr/') && file.path.endsWith('.md'))
  const seen = new Map<string, string>()
  return records.flatMap((file) => {
    const number = ADR_NAME.exec(file.path)?.[1]
    if (number === undefined) return [adr(file, 'the name has no number', 'docs/adr/NNNN-name-in-kebab-case.md')]
    const first = seen.get(number)
    seen.set(number, file.path)
    if (first !== undefined) return [adr(file, `the number ${number} belongs to ${first} already`, 'the next free number')]
    return ADR_SECTIONS.filter((section) => !file.text.includes(`\n${section}`)).map((section) =>
      adr(file, `the section “${section}” is missing`, 'the sections of docs/adr/0000-template.md'),
    )
  })
}

function adr(file: TextFile, wrong: string, instead: string): Finding {
  return { rule: 'adr', file: file.path, line: 1, wrong, instead }
}

/** Paths that exist on one machine, and hosts that only one network reaches. Written apart so that this file passes its own check. */
const ELSEWHERE = [
  { pattern: /(?<![\w.])\/(?:work|home|Users|root)\/[\w.-]+/g, wrong: 'a path of one machine', instead: 'a path relative to the root of the checkout' },
  { pattern: /\.\.\/shared\b/g, wrong: 'a folder outside the checkout', instead: 'a copy of what is needed, with its source, in the checkout' },
  { pattern: /"resolved": "https?:\/\/(?!registry\.npmjs\.org\/)[^"]+"/g, wrong: 'a package address of one network', instead: 'no address (npm finds it by name and hash)' },
]

/** A fresh clone on another machine must find everything. */
export const checkElsewhere: Check = ({ files }) =>
  files.flatMap((file) =>
    ELSEWHERE.flatMap(({ pattern, wrong, instead }) =>
      [...file.text.matchAll(pattern)].map((match) => ({
        rule: 'elsewhere',
        file: file.path,
        line: lineOfOffset(file.text, match.index),
        wrong: `“${match[0]}” is ${wrong}`,
        instead,
      })),
    ),
  )
