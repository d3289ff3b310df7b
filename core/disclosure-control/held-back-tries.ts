import type { DisclosureReport } from '#core/disclosure-control/disclosure-report.ts'
import { thresholdNumber, type ThresholdValues } from '#core/disclosure-control/policy-from-pack.ts'

/** From how many answers to questions about the data an organisation's jobs are shown only after a person has looked. */
export interface TriesLimits {
  /** unit: days; how long an answer counts */
  readonly days: number
  /** Answers of all statements together. */
  readonly most: number
  /** Answers of statements that differ in their constants alone, as those do that halve an interval. */
  readonly mostOfOneShape: number
}

/** One job that was held back: which statement, of which shape, and how many rules it was told of. */
export interface HeldBackTry {
  readonly statement: string
  readonly shape: string
  readonly causes: readonly string[]
}

/** What has been counted of an organisation, and of one shape among its statements. */
export interface TriesCount {
  readonly answers: number
  readonly ofShape: number
}

/** The limits of a pack, or of a provider who asks for stricter ones. @throws ThresholdMissing for a pack that has none */
export function triesLimitsOf(thresholds: ThresholdValues): TriesLimits {
  return { days: thresholdNumber(thresholds, 'tries-days'), most: thresholdNumber(thresholds, 'tries-most'), mostOfOneShape: thresholdNumber(thresholds, 'tries-of-one-shape') }
}

/** Findings that follow from the statement alone, whatever stands in the tables: they answer no question about the data. */
export function isOfStatement({ code, evidence }: { readonly code: string; readonly evidence: Readonly<Record<string, unknown>> }): boolean {
  return code === 'within-authorization' || code === 'too-many-columns' || (code === 'microdata-route' && evidence['decided'] === DECIDED_BY_STATEMENT)
}

/** The value of `decided` in the evidence of a finding that no data can change. */
export const DECIDED_BY_STATEMENT = 'statement'

/**
 * The rules that a held-back result is told to have broken and that depend on the data: each is the answer to one question.
 * None where the statement would be held back over any data: then nothing else is told of it.
 */
export function causesOfReport(report: DisclosureReport): readonly string[] {
  const blocking = report.sections.flatMap(({ findings }) => findings.filter(({ verdict }) => verdict === 'block'))
  return blocking.some(isOfStatement) ? [] : [...new Set(blocking.map(({ code }) => code))].toSorted()
}

/** Ends without a result that some data bring about and other data do not. */
const BY_DATA: ReadonlySet<string> = new Set(['job-timeout', 'job-out-of-memory', 'worker-crashed', 'worker-misbehaved', 'result-too-large', 'result-cell-too-large', 'job-failed'])
/** What the engine calls errors that it finds before it has read a row. */
const BEFORE_ROWS = /：(?:Binder|Catalog|Parser|Permission) Error/u

/** The code of a failure that depends on the data; none for one that the statement or the platform alone brought about. */
export function causesOfFailure({ code, message }: { readonly code: string; readonly message: string }): readonly string[] {
  return BY_DATA.has(code) && !BEFORE_ROWS.test(message) ? [code] : []
}

const COMMENTS = /--[^\n]*|\/\*[\s\S]*?\*\//gu
const CONSTANTS = /'(?:[^']|'')*'|\b\d[\w.]*|\.\d[\w.]*/gu

/** A statement without comments, constants, case and spacing: one that is asked again with other numbers has the same. */
export function shapeOfStatement(sql: string): string {
  return sql.replaceAll(COMMENTS, ' ').replaceAll(CONSTANTS, '?').toLowerCase().replaceAll(/\s+/gu, ' ').replaceAll(/\s*([^\w\s"])\s*/gu, '$1').trim()
}

/** The answers so far: a statement that was handed in again tells nothing new, unless it broke another rule. */
export function countTries(tries: readonly HeldBackTry[], shape: string): TriesCount {
  const answers = (of: readonly HeldBackTry[]): number => new Set(of.flatMap(({ statement, causes }) => causes.map((cause) => `${statement} ${cause}`))).size
  return { answers: answers(tries), ofShape: answers(tries.filter((one) => one.shape === shape)) }
}

/** Whether the next end of a statement of that shape is kept aside until a person has looked. */
export function mustBeLookedAt({ answers, ofShape }: TriesCount, limits: TriesLimits): boolean {
  return answers >= limits.most || ofShape >= limits.mostOfOneShape
}
