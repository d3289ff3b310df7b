/** Which version of the protection rules a job's tables went through, as the job's report tells it. */
import type { DisclosureReport } from '#core/disclosure-control/disclosure-report.ts'
import type { Finding } from '#core/disclosure-control/finding.ts'
import type { ColumnRule, ProtectionRules } from './protection-rules.ts'

export interface AppliedRules {
  /** Title of the table as people know it. */
  readonly title: string
  readonly entry: string
  readonly version: number
  /** SHA-256 of the canonical text of the rules. */
  readonly digest: string
  readonly rules: ProtectionRules
}

export const methodTitles: Readonly<Record<ColumnRule['method'], string>> = { remove: '删除', mask: '掩码', generalise: '泛化', pseudonym: '按场景假名化' }

/** The report with one line for each table whose rules were applied before the job saw it. */
export function withAppliedRules(report: DisclosureReport, applied: readonly AppliedRules[]): DisclosureReport {
  if (applied.length === 0) return report
  const lines = applied.map(findingOf)
  return { ...report, sections: report.sections.map((section) => (section.heading === 'beyond-agreement' ? { ...section, findings: [...section.findings, ...lines] } : section)) }
}

function findingOf({ title, entry, version, digest, rules }: AppliedRules): Finding {
  const columns = rules.columns.map(({ column, method }) => `${column}${methodTitles[method]}`)
  const done = [...columns, ...(rules.rows.length > 0 ? [`按${rules.rows.length}项条件筛选行`] : [])].join('，')
  return {
    layer: 'scope', code: 'protection-rules-applied', heading: 'beyond-agreement', verdict: 'pass', evidence: { entry, version, digest },
    message: `“${title}”在作业读取之前已按保护规则第${version}版处理：${done === '' ? '无逐字段处理' : done}。`, cure: '',
  }
}
