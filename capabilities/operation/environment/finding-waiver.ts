import { gravest } from '#core/disclosure-control/finding.ts'
import type { CheckLayer, Finding } from '#core/disclosure-control/finding.ts'
import type { DisclosureReport } from '#core/disclosure-control/disclosure-report.ts'

/** Findings that agency and providers let pass for one statement until a day, with the case in which they did. */
export type FindingWaiver = { id: string; findings: readonly string[]; reason: string; ends: string }

/**
 * Layers whose findings a pack may let be waived: how many stand behind a figure is a question of weight. Raw rows,
 * identifiers, values of the source and rows that follow single entities are none, whatever a pack lists.
 */
const WAIVABLE_LAYERS: ReadonlySet<CheckLayer> = new Set<CheckLayer>(['entity-minimum'])
/** Findings of those layers that say raw rows leave, and not how many stand behind a figure. */
const NEVER: ReadonlySet<string> = new Set(['microdata-route', 'too-few-entities', 'too-few-in-branch', 'one-contribution-stands-out'])

/** Codes of what blocks a result, as a case must name them to have them waived. */
export function blockingCodes(report: DisclosureReport | null): string[] {
  const blocking = (report?.sections ?? []).flatMap(({ findings }) => findings.filter(({ verdict }) => verdict === 'block'))
  return [...new Set(blocking.map((finding) => (mayBeWaived(finding) ? finding.code : `${finding.layer}/${finding.code}`)))]
}

function mayBeWaived({ layer, code }: Finding): boolean {
  return WAIVABLE_LAYERS.has(layer) && !NEVER.has(code)
}

/** The report with what was waived turned into a matter for the reviewers, each with case, reason and last day; and the waivers that did so. */
export function withWaivers(report: DisclosureReport, waivers: readonly FindingWaiver[]): { report: DisclosureReport; used: FindingWaiver[] } {
  const used = new Set<FindingWaiver>()
  const sections = report.sections.map((section) => {
    const findings = section.findings.map((finding): Finding => {
      const waiver = finding.verdict === 'block' && mayBeWaived(finding) ? waivers.find((one) => one.findings.includes(finding.code)) : undefined
      if (waiver === undefined) return finding
      used.add(waiver)
      return {
        ...finding, verdict: 'review', evidence: { ...finding.evidence, waiver: waiver.id, waivedUntil: waiver.ends },
        message: `${finding.message}（已依程序豁免至${waiver.ends}，理由：${waiver.reason}。请审查人核对理由是否成立。）`,
      }
    })
    return { ...section, findings, verdict: findings.length === 0 ? section.verdict : gravest(findings.map(({ verdict }) => verdict)) }
  })
  if (used.size === 0) return { report, used: [] }
  const verdict = gravest(sections.flatMap((section) => section.findings.map((finding) => finding.verdict)))
  const summary = verdict === 'block' ? report.summary : '自动检查的禁止结论已依程序豁免，请审查人逐项核对。'
  return { report: { ...report, sections, verdict, summary }, used: [...used] }
}
