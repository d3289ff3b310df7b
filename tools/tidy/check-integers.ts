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
  integers: z.array(z.strictObject({ file: z.string().min(1), values: z.array(z.number()).min(1), reason: z.string().min(10) })),
})

const JUDGED = /^(core|capabilities)\//
const SAYS_UNIT_AND_SOURCE = /unit:[\s\S]*source:/

/** unit: characters; source: a comment shorter than this names the thing again and gives no reason */
const REASON_CHARACTERS_MIN = 20

/** Technical units. Days, months and years are missing on purpose: they are how the law counts, and need a source. */
const TECHNICAL_UNIT =
  /(^|_)(ms|milliseconds|bytes|bits|characters|chars|digits|scale|length|rows|columns|cells|levels?|depth|prefix|version)(_|$)/

/** Law counts time in these; a constant named after them must cite its source. */
const LEGAL_UNIT = /(^|_)(working|days?|weeks?|months?|quarters?|years?)(_|$)/

/**
 * The law's figures live in packs. In core and capabilities every number above one must be
 * - a constant of the module under a comment that says `unit: …; source: …`; or
 * - a constant whose name carries a technical unit (`SALT_BYTES`, `columnsMax`), under a comment that says why; or
 * - a row of {@link REASONED_INTEGERS}.
 */
export const checkIntegers: Check = (checkout) => {
  const listed = readList(checkout)
  const used = new Set<string>()
  const findings = checkout.code
    .filter((file) => JUDGED.test(file.path) && !isTest(file.path))
    .flatMap((file) => {
      const numbers = numbersAboveOne(file)
      for (const { value } of numbers) used.add(`${file.path} ${value}`)
      return findingsByLine(file, numbers.filter(({ value }) => !listed.has(`${file.path} ${value}`)))
    })
  return [...findings, ...staleRows(listed, used)]
}

function readList(checkout: Checkout): Set<string> {
  const text = textOf(checkout, REASONED_INTEGERS)
  const rows = text === undefined ? [] : ReasonedIntegers.parse(parse(text)).integers
  return new Set(rows.flatMap((row) => row.values.map((value) => `${row.file} ${value}`)))
}

function staleRows(listed: ReadonlySet<string>, used: ReadonlySet<string>): Finding[] {
  return [...listed]
    .filter((key) => !used.has(key))
    .map((key) => ({
      rule: 'integer',
      file: REASONED_INTEGERS,
      line: 1,
      wrong: `the row "${key}" excuses a number that is no longer there`,
      instead: 'remove the row',
    }))
}

interface NumberInCode {
  readonly value: number
  readonly raw: string
  readonly line: number
}

function numbersAboveOne(file: ParsedCode): NumberInCode[] {
  const reasoned = reasonedSpans(file)
  const numbers: NumberInCode[] = []
  new Visitor({
    Literal(node) {
      if (typeof node.value !== 'number' && typeof node.value !== 'bigint') return
      if (node.value <= 1 || reasoned.some((span) => span.start <= node.start && node.end <= span.end)) return
      numbers.push({ value: Number(node.value), raw: file.text.slice(node.start, node.end), line: file.lineAt(node.start) })
    },
  }).visit(file.program)
  return numbers
}

function findingsByLine(file: ParsedCode, numbers: readonly NumberInCode[]): Finding[] {
  return [...new Set(numbers.map(({ line }) => line))].map((line) => ({
    rule: 'integer',
    file: file.path,
    line,
    wrong: `bare number in code: ${numbers.filter((n) => n.line === line).map((n) => n.raw).join(', ')}`,
    instead: `read it from the pack; or name it (const NAME_UNIT = …) under a comment "unit: …; source: …"; or give its reason in ${REASONED_INTEGERS}`,
  }))
}

/** Initialisers of the module's constants that give unit and reason, in the comment or in name and comment. */
function reasonedSpans(file: ParsedCode): { start: number; end: number }[] {
  return file.program.body.flatMap((statement) => {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
    if (declaration?.type !== 'VariableDeclaration' || declaration.kind !== 'const') return []
    const comment = commentsAround(file, file.lineAt(statement.start), file.lineAt(statement.end))
    return declaration.declarations.flatMap(({ id, init }) => (init && id.type === 'Identifier' && isReasoned(id.name, comment) ? [init] : []))
  })
}

function isReasoned(name: string, comment: string): boolean {
  if (SAYS_UNIT_AND_SOURCE.test(comment)) return true
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()
  return TECHNICAL_UNIT.test(words) && !LEGAL_UNIT.test(words) && comment.trim().length >= REASON_CHARACTERS_MIN
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
