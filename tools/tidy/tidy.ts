import { parse } from 'yaml'
import { z } from 'zod'
import { checkBarrels, checkCasts, checkDeadComments } from './check-code.ts'
import { checkDecisionRecords, checkElsewhere } from './check-documents.ts'
import { checkFileLength, checkFunctionLength } from './check-length.ts'
import { checkIntegers } from './check-integers.ts'
import { checkPlaces } from './check-places.ts'
import { checkDeadFiles } from './check-reach.ts'
import { checkFileNames, checkGlossary, checkPhrases } from './check-words.ts'
import { textOf } from './checkout.ts'
import type { Check, Checkout } from './checkout.ts'
import type { Finding } from './finding.ts'

const CHECKS: readonly Check[] = [
  checkPlaces,
  checkIntegers,
  checkFileLength,
  checkFunctionLength,
  checkPhrases,
  checkFileNames,
  checkGlossary,
  checkBarrels,
  checkCasts,
  checkDeadComments,
  checkDeadFiles,
  checkDecisionRecords,
  checkElsewhere,
]

/** What tidy forgives. */
export const EXCEPTIONS = 'tools/tidy/exceptions.yaml'

const Exceptions = z.strictObject({
  ceiling: z.number().int().nonnegative(),
  exceptions: z.array(z.strictObject({ rule: z.string().min(1), file: z.string().min(1), reason: z.string().min(10) })),
})

/**
 * All findings of all checks, without what {@link EXCEPTIONS} forgives, by file and line.
 * A list of exceptions that differs from its ceiling, or forgives what is not there, is itself a finding.
 * Throws a ZodError where a list of tools/tidy has another shape than its schema.
 */
export function tidy(checkout: Checkout): Finding[] {
  const found = CHECKS.flatMap((check) => check(checkout))
  const text = textOf(checkout, EXCEPTIONS)
  const { ceiling, exceptions } = text === undefined ? { ceiling: 0, exceptions: [] } : Exceptions.parse(parse(text))
  const forgiven = (finding: Finding): boolean => exceptions.some((e) => e.rule === finding.rule && e.file === finding.file)
  const stale = exceptions.filter((e) => !found.some((finding) => finding.rule === e.rule && finding.file === e.file))
  return [
    ...found.filter((finding) => !forgiven(finding)),
    ...stale.map((e) => exception(`${e.rule} in ${e.file} is forgiven and no longer there`, 'remove the row and lower the ceiling')),
    ...ceilingFindings(ceiling, exceptions.length),
  ].toSorted((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1))
}

function ceilingFindings(ceiling: number, count: number): Finding[] {
  if (count > ceiling) return [exception(`${count} exceptions stand under a ceiling of ${ceiling}`, 'mend one; the list may only shrink')]
  if (count < ceiling) return [exception(`the ceiling ${ceiling} is higher than the ${count} exceptions left`, `lower it to ${count}`)]
  return []
}

function exception(wrong: string, instead: string): Finding {
  return { rule: 'exceptions', file: EXCEPTIONS, line: 1, wrong, instead }
}
