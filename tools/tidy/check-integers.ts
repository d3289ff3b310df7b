import { Visitor } from 'vite'
import { parse } from 'yaml'
import { z } from 'zod'
import { textOf } from './checkout.ts'
import type { Check, Checkout } from './checkout.ts'
import type { Finding } from './finding.ts'
import type { ParsedCode } from '#tools/house/parsed-code.ts'
import { isTest } from '#tools/house/source-tree.ts'

/** Where the integers that are not the law's are listed, each with its reason. */
export const REASONED_INTEGERS = 'tools/tidy/reasoned-integers.yaml'

const ReasonedIntegers = z.strictObject({
  integers: z.array(z.strictObject({ file: z.string().min(1), value: z.number(), reason: z.string().min(10) })),
})

const JUDGED = /^(core|capabilities)\//
const SAYS_UNIT_AND_SOURCE = /unit:[\s\S]*source:/
const CONSTANT_NAME = /^[A-Z][A-Z0-9_]*$/

/**
 * The law's figures live in packs. In core and capabilities every number above one must be a constant
 * (`const DAY_MS = …`) whose comment says `unit: …; source: …`, or stand in {@link REASONED_INTEGERS}.
 */
export const checkIntegers: Check = (checkout) => {
  const listed = readList(checkout)
  const used = new Set<string>()
  const findings = checkout.code
    .filter((file) => JUDGED.test(file.path) && !isTest(file.path))
    .flatMap((file) =>
      numbersAboveOne(file).filter((finding) => {
        const key = `${file.path} ${finding.value}`
        if (listed.has(key)) used.add(key)
        return !listed.has(key)
      }),
    )
    .map(({ value: _, ...finding }) => finding)
  return [...findings, ...staleRows(listed, used)]
}

function readList(checkout: Checkout): Map<string, string> {
  const text = textOf(checkout, REASONED_INTEGERS)
  const rows = text === undefined ? [] : ReasonedIntegers.parse(parse(text)).integers
  return new Map(rows.map((row) => [`${row.file} ${row.value}`, row.reason]))
}

function staleRows(listed: ReadonlyMap<string, string>, used: ReadonlySet<string>): Finding[] {
  return [...listed.keys()]
    .filter((key) => !used.has(key))
    .map((key) => ({
      rule: 'integer',
      file: REASONED_INTEGERS,
      line: 1,
      wrong: `the row "${key}" excuses a number that is no longer there`,
      instead: 'remove the row',
    }))
}

function numbersAboveOne(file: ParsedCode): (Finding & { value: number })[] {
  const reasoned = reasonedSpans(file)
  const findings: (Finding & { value: number })[] = []
  new Visitor({
    Literal(node) {
      if (typeof node.value !== 'number' && typeof node.value !== 'bigint') return
      const value = Number(node.value)
      if (value <= 1 || reasoned.some((span) => span.start <= node.start && node.end <= span.end)) return
      findings.push({
        rule: 'integer',
        file: file.path,
        line: file.lineAt(node.start),
        wrong: `the number ${node.raw ?? value} stands in code`,
        instead: `read it from the pack; or name it (const NAME_UNIT = …) under a comment "unit: …; source: …"; or give its reason in ${REASONED_INTEGERS}`,
        value,
      })
    },
  }).visit(file.program)
  return findings
}

/** Initialisers of UPPER_CASE constants with a comment that gives unit and source, on the line or right above. */
function reasonedSpans(file: ParsedCode): { start: number; end: number }[] {
  const spans: { start: number; end: number }[] = []
  new Visitor({
    VariableDeclaration(node) {
      if (node.kind !== 'const' || !isReasoned(file, node)) return
      for (const { id, init } of node.declarations) {
        if (init && id.type === 'Identifier' && CONSTANT_NAME.test(id.name)) spans.push(init)
      }
    },
  }).visit(file.program)
  return spans
}

function isReasoned(file: ParsedCode, node: { start: number; end: number }): boolean {
  const first = file.lineAt(node.start)
  const last = file.lineAt(node.end)
  return SAYS_UNIT_AND_SOURCE.test(commentsAround(file, first, last))
}

function commentsAround(file: ParsedCode, first: number, last: number): string {
  const texts: string[] = []
  let above = first
  for (const comment of file.comments.toReversed()) {
    const from = file.lineAt(comment.start)
    const to = file.lineAt(comment.end)
    if (from >= first && to <= last) texts.unshift(comment.value)
    else if (to === above - 1) {
      texts.unshift(comment.value)
      above = from
    }
  }
  return texts.join(' ')
}
