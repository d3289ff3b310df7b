import type { Lineage } from '#core/boundary/statement-policy.ts'
import type { ContributorPlan } from '#core/disclosure-control/contributor-plan.ts'
import type { DisclosurePolicy } from '#core/disclosure-control/disclosure-policy.ts'
import { checkEntityMinimum, type CellCounts } from '#core/disclosure-control/entity-minimum.ts'
import { gravest, headingTitles, reportHeadings, type Finding, type ReportHeading, type Verdict } from '#core/disclosure-control/finding.ts'
import { checkMicrodata, rolesOf } from '#core/disclosure-control/microdata-anonymity.ts'
import { checkNumericShape } from '#core/disclosure-control/numeric-shape.ts'
import { checkPersonalIdentifiers } from '#core/disclosure-control/personal-identifiers.ts'
import { checkReExecution, type ProbeRuns } from '#core/disclosure-control/re-execution.ts'
import type { LedgerComparison } from '#core/disclosure-control/near-sets.ts'
import { checkReleaseLedger } from '#core/disclosure-control/release-ledger.ts'
import type { ColumnProfile, SketchHash } from '#core/disclosure-control/source-profile.ts'
import { checkTypedOutput } from '#core/disclosure-control/typed-output.ts'
import type { TypedResult } from '#core/disclosure-control/typed-result.ts'
import { checkSuppression, type SuppressionAudit } from '#core/disclosure-control/suppression-audit.ts'
import { unnested } from '#core/disclosure-control/unnested.ts'
import { checkValueContainment } from '#core/disclosure-control/value-containment.ts'

/** Everything that the automatic checks look at; gathered by the caller, so that the same facts give the same report. */
export interface DisclosureFacts {
  readonly lineage: Lineage
  readonly result: TypedResult
  readonly plan: ContributorPlan
  /** null when the counting queries failed. */
  readonly counts: CellCounts | null
  /** Profiles of the columns with a role; null when they could not be made. */
  readonly profiles: readonly ColumnProfile[] | null
  /** The hash that the profiles were sketched with. */
  readonly hashOf: SketchHash
  /** What totals tell of the cells that were left out beside them; null where that could not be computed. */
  readonly suppression: readonly SuppressionAudit[] | null
  /** Figures that differ by few entities, in the result itself and from what was released before; null where no ledger is kept. */
  readonly ledger: LedgerComparison | null
  /** null where the statement was not run again. */
  readonly probes: ProbeRuns | null
}

export interface ReportSection {
  readonly heading: ReportHeading
  readonly title: string
  readonly verdict: Verdict
  readonly findings: readonly Finding[]
}

export interface DisclosureReport {
  readonly verdict: Verdict
  /** One Chinese sentence above the sections. */
  readonly summary: string
  readonly sections: readonly ReportSection[]
}

const SUMMARIES: Readonly<Record<Verdict, string>> = {
  pass: '自动检查未发现问题，请审查人审查。',
  review: '自动检查发现需要人工判断的事项，请审查人逐项核对。',
  block: '自动检查发现不得输出的情形，请按提示修改后重新提交。',
}

/** The report on one result. Pure: the same facts and policy give the same report, to the letter. */
export function reportDisclosure(facts: DisclosureFacts, policy: DisclosurePolicy): DisclosureReport {
  const entities = checkEntityMinimum(facts.plan, facts.counts, policy.cells)
  const accounted = isAccounted(facts.plan, facts.counts, policy.cells)
  const profiles = facts.profiles?.filter((profile) => facts.lineage.tables.includes(profile.table)) ?? null
  const result = unnested(facts.result)
  const findings: readonly Finding[] = [
    scopeFinding(facts.lineage),
    ...checkTypedOutput(facts.result, policy.output),
    ...rawRows(facts.plan, result.rows.length, policy.output.rawRows),
    ...(profiles === null ? [] : checkNumericShape(result, profiles, policy.shape, accounted)),
    ...checkPersonalIdentifiers(result, policy.identifiers, accounted),
    ...(profiles === null ? [PROFILES_MISSING] : checkValueContainment(result, profiles, facts.hashOf, policy.containment, accounted)),
    ...entities,
    ...(facts.plan.kind === 'microdata' && facts.plan.reason === 'row-level' && result.rows.length > 0 ? checkMicrodata(facts.result, rolesOf(facts.lineage, facts.profiles ?? []), policy.microdata) : []),
    ...checkSuppression(facts.suppression, policy.cells.othersToLargest),
    ...(facts.ledger === null ? [] : checkReleaseLedger(facts.ledger, policy.cells.minimumEntities)),
    ...(facts.probes === null ? [] : checkReExecution(facts.probes.outcome.runs[0]?.rows ?? result.rows.length, facts.probes, policy.probes, accounted)),
  ]
  const verdict = gravest(findings.map((finding) => finding.verdict))
  const sections = reportHeadings.map((heading) => {
    const own = findings.filter((finding) => finding.heading === heading)
    return { heading, title: headingTitles[heading], verdict: gravest(own.map((finding) => finding.verdict)), findings: own }
  })
  return { verdict, summary: SUMMARIES[verdict], sections }
}

/** Whether many entities were counted behind every value that leaves: a value that equals a rare one then does so by chance. */
export function isAccounted(plan: ContributorPlan, counts: CellCounts | null, policy: DisclosurePolicy['cells']): boolean {
  return checkEntityMinimum(plan, counts, policy).every((finding) => finding.verdict !== 'block')
}

/** The gate refuses what is out of scope before it runs; the report repeats what was read, for the reviewer to compare. */
function scopeFinding(lineage: Lineage): Finding {
  const columns = lineage.reads.map((source) => `${source.table}.${source.column}`).join('、')
  return {
    layer: 'scope', code: 'within-authorization', heading: 'beyond-agreement', verdict: 'pass',
    evidence: { tables: lineage.tables.join('、'), columns },
    message: '语句只读取了授权范围内的数据表和字段；用途是否符合约定场景，请审查人判断。', cure: '',
  }
}

/** Supplied rows one by one, or bent row by row, are raw data whoever they are about; a handful of them is for people to judge. */
function rawRows(plan: ContributorPlan, rows: number, most: number): readonly Finding[] {
  if (plan.kind !== 'no-entities' || !plan.raw || rows < most) return []
  return [{
    layer: 'scope', code: 'raw-rows', heading: 'direct-exposure', verdict: 'block', evidence: { rows, limit: most },
    message: `结果逐条输出了 ${rows} 条原始记录（或逐条换算的记录）。原始数据不得导出开发利用环境，不论是否涉及个人、企业。`,
    cure: '请改为按时间、区域等分组汇总。',
  }]
}

const PROFILES_MISSING: Finding = {
  layer: 'value-containment', code: 'sources-not-profiled', heading: 'direct-exposure', verdict: 'block', evidence: {},
  message: '未能取得源数据的罕见取值特征，无法比对。', cure: '请重新提交；再次发生时请联系平台管理员。',
}
