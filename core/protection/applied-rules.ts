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

/** A table that a job read, with the rules in force for it and the keys that are pseudonyms without a rule. */
export interface ReadTable {
  readonly title: string
  readonly applied: AppliedRules | null
  /** Titles of the keys of entities that no rule names; empty where there are none. */
  readonly pseudonymKeys: readonly string[]
}

/** The report with one line for each table whose rules were applied before the job saw it, and one for the keys of its entities. */
export function withAppliedRules(report: DisclosureReport, tables: readonly ReadTable[]): DisclosureReport {
  const lines = tables.flatMap((table) => [...(table.applied === null ? [] : [findingOf(table.applied)]), ...keysFinding(table)])
  if (lines.length === 0) return report
  return { ...report, sections: report.sections.map((section) => (section.heading === 'beyond-agreement' ? { ...section, findings: [...section.findings, ...lines] } : section)) }
}

function keysFinding({ title, pseudonymKeys }: ReadTable): Finding[] {
  if (pseudonymKeys.length === 0) return []
  return [{
    layer: 'scope', code: 'entity-keys-pseudonymised', heading: 'beyond-agreement', verdict: 'pass', evidence: { keys: pseudonymKeys.join('、') },
    message: `“${title}”的${pseudonymKeys.join('、')}在作业读取之前已替换为本场景专用的假名，不能还原，也不能与其他场景关联。`, cure: '',
  }]
}

function findingOf({ title, entry, version, digest, rules }: AppliedRules): Finding {
  const columns = rules.columns.map(({ column, method }) => `${column}${methodTitles[method]}`)
  const done = [...columns, ...(rules.rows.length > 0 ? [`按${rules.rows.length}项条件筛选行`] : [])].join('，')
  return {
    layer: 'scope', code: 'protection-rules-applied', heading: 'beyond-agreement', verdict: 'pass', evidence: { entry, version, digest },
    message: `“${title}”在作业读取之前已按保护规则第${version}版处理：${done === '' ? '无逐字段处理' : done}。`, cure: '',
  }
}
