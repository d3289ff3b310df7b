/** What a check says: it may leave, a person must look, or it must not leave. */
export type Verdict = 'pass' | 'review' | 'block'

/** The three headings under which a release is reviewed, after the local provision on review of outputs. */
export const reportHeadings = ['beyond-agreement', 'direct-exposure', 'other-risk'] as const
export type ReportHeading = (typeof reportHeadings)[number]
export const headingTitles: Readonly<Record<ReportHeading, string>> = {
  'beyond-agreement': '超出授权协议使用',
  'direct-exposure': '原始数据、敏感数据、个人隐私直接暴露',
  'other-risk': '其他风险',
}

/** The layers of checks, from the shape of a result to its behaviour when the job is run again. */
export type CheckLayer = 'scope' | 'typed-output' | 'personal-identifiers' | 'value-containment' | 'numeric-shape' | 'entity-minimum' | 're-execution' | 'release-ledger' | 'noisy-statistics'

export interface Finding {
  readonly layer: CheckLayer
  /** Stable kebab-case name of the rule. */
  readonly code: string
  readonly heading: ReportHeading
  readonly verdict: Verdict
  /** Figures and names on which the verdict rests; never a value of a row that is not in the output already. */
  readonly evidence: Readonly<Record<string, string | number>>
  /** For a reviewer who is no statistician, and for the analyst who wants to change the query. */
  readonly message: string
  readonly cure: string
}

const SEVERITY: readonly Verdict[] = ['pass', 'review', 'block']

/** The gravest of the verdicts; nothing examined is no pass, so an empty list is a review. */
export function gravest(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.length === 0) return 'review'
  return SEVERITY[Math.max(...verdicts.map((verdict) => SEVERITY.indexOf(verdict)))] ?? 'block'
}
