/** An answer with noise as a result that may leave: its rows, and the report that its reviewers read (layer G9). */
import type { DisclosureReport } from '#core/disclosure-control/disclosure-report.ts'
import { gravest, headingTitles, reportHeadings } from '#core/disclosure-control/finding.ts'
import type { Finding } from '#core/disclosure-control/finding.ts'
import { layersOf } from '#core/disclosure-control/report-layers.ts'
import type { LayerVerdict } from '#core/disclosure-control/report-layers.ts'
import type { EffectiveThreshold } from '#core/disclosure-control/effective-thresholds.ts'
import type { RecordedReport, ReportRecipe } from '#core/disclosure-control/report-record.ts'
import type { TypedResult } from '#core/disclosure-control/typed-result.ts'
import type { NoisyAnswer } from './noisy-answer.ts'

/** The name of the figure in the rows of an answer: what is counted or added up. */
function figureName({ question: { column } }: NoisyAnswer): string {
  return column === null ? 'entities' : `${column}_total`
}

/** The rows of an answer: one for each declared group, its values and the noisy figure. */
export function noisyResult(answer: NoisyAnswer): TypedResult {
  return {
    columns: [...answer.question.groups.map((name) => ({ name, type: 'VARCHAR', kind: 'text' as const })), { name: figureName(answer), type: 'HUGEINT', kind: 'long' }],
    rows: answer.cells.map(({ groups, value }) => [...groups, value]),
  }
}

const NOT_ASKED = '不适用：结果是带噪声的统计，任何一个主体是否在数据中都不能从结果看出，由差分隐私（G9）保证，不依赖本项检查。'

/** What G9 replaces: checks of whose values and how many stand behind a figure. */
const REPLACED: ReadonlySet<LayerVerdict['id']> = new Set(['G2', 'G3', 'G4', 'G5', 'G6', 'G7'])

/** The report on an answer under the three headings. @param columns of the table that the figures are made of; @param shape findings on the form of the result */
export function noisyReport(answer: NoisyAnswer, columns: readonly string[], shape: readonly Finding[], thresholds: readonly EffectiveThreshold[], recipe: ReportRecipe): RecordedReport {
  const findings: readonly Finding[] = [scope(answer, columns), ...shape, answer.finding]
  const verdict = gravest(findings.map((finding) => finding.verdict))
  const sections: DisclosureReport['sections'] = reportHeadings.map((heading) => {
    const own = findings.filter((finding) => finding.heading === heading)
    return { heading, title: headingTitles[heading], verdict: gravest(own.map((finding) => finding.verdict)), findings: own }
  })
  const layers = layersOf(findings).map((layer) => (layer.verdict === null && REPLACED.has(layer.id) ? { ...layer, says: NOT_ASKED } : layer))
  return { verdict, summary: verdict === 'pass' ? '带噪声的统计，自动检查未发现问题，请审查人审查。' : '带噪声的统计，请按提示处理。', sections, layers, thresholds, recipe }
}

function scope({ table }: NoisyAnswer, columns: readonly string[]): Finding {
  return {
    layer: 'scope', code: 'within-authorization', heading: 'beyond-agreement', verdict: 'pass', evidence: { tables: table, columns: columns.join('、') },
    message: '统计只读取了授权范围内的数据表和字段，分组取值和每个主体计入的上下限由保护规则事先写明；用途是否符合约定场景，请审查人判断。', cure: '',
  }
}

/** Whether a report is about an answer with noise. */
export function isNoisyReport(report: DisclosureReport): boolean {
  return report.sections.some(({ findings }) => findings.some(({ layer }) => layer === 'noisy-statistics'))
}
