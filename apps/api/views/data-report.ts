import { qualityDimensions, qualitySentence } from '#core/boundary/quality-rule.ts'
import { changesText, supplyModeTitles } from '#core/boundary/supply-mode.ts'
import { columnNamed } from '#core/boundary/table-schema.ts'
import type { ColumnSchema } from '#core/boundary/table-schema.ts'
import { percent } from '#core/boundary/content-kind.ts'
import { roleTitles, typeTitles } from '#core/boundary/column-words.ts'
import type { SealedProfile } from '#adapters/vault/ingest/table-profile.ts'
import type { VaultVersion } from '#adapters/vault/versions.ts'
import type { Sheet } from '#adapters/documents/xlsx-file.ts'
import type { DataReport } from '../wire/deliveries.ts'

type Beside = Pick<DataReport, 'history' | 'destruction'> & { entry: string | null; file: { format: string; encoding: string; bytes: number; sha256: string }; differences: readonly string[]; profile: SealedProfile | null }

/** Quality and profile of a version for those whom it concerns: counts, shares and outward-rounded ranges, never a value. */
export function dataReport(version: VaultVersion, { entry, file, differences, profile, history, destruction }: Beside): DataReport {
  const { schema, summary } = version
  const titleOf = (name: string): string => columnNamed(schema, name)?.title ?? name
  return {
    version: version.id, number: version.number, title: schema.title, entry, rows: version.rows, taken_in_at: version.createdAt.toISOString(), ...file,
    entities: summary.entities === undefined ? null : { kind: schema.entity.kind, count: summary.entities.count, exact: summary.entities.exact },
    differences: [...differences],
    mode: version.mode, base_number: history.find(({ version: id }) => id === version.id)?.base_number ?? null, changes: version.changes, history, destruction,
    columns: schema.columns.map((column) => {
      const found = summary.columns.find(({ name }) => name === column.name)
      const absent = found?.nulls ?? 0
      const ends = profile?.values.find(({ name }) => name === column.name)
      return {
        name: column.name, title: column.title, type: typeTitles[column.type], role: roleTitles[column.role], absent, absent_share: version.rows === 0 ? 0 : absent / version.rows,
        distinct: found?.distinct.count ?? 0, distinct_exact: found?.distinct.exact ?? true, range: ends === undefined ? null : rangeOf(column, ends.min, ends.max),
      }
    }),
    quality: [
      ...(summary.quality ?? []).map((finding) => ({
        dimension: qualityDimensions[finding.rule.dimension], text: qualitySentence(finding, titleOf), passed: finding.passed, violations: finding.violations,
        failures: (finding.failures ?? []).map(({ row, column, shape }) => ({ row, column: column.split('、').map(titleOf).join('、'), shape })),
      })),
      ...Object.entries(qualityDimensions).filter(([dimension]) => (summary.quality ?? []).every(({ rule }) => rule.dimension !== dimension))
        .map(([, title]) => ({ dimension: title, text: `${title}：没有登记规则，未核验。`, passed: true, violations: 0, failures: [] })),
    ],
  }
}

/**
 * Between which values a column lies, rounded outwards, so that the smallest and largest value themselves, which are often
 * those of one person alone, are not told. Only of ordinary columns; of what identifies or is sensitive nothing is said.
 */
export function rangeOf(column: Pick<ColumnSchema, 'type' | 'role'>, min: string | null, max: string | null): string | null {
  if (column.role !== 'ordinary' || min === null || max === null) return null
  if (column.type === 'date' || column.type === 'timestamp') return `${min.slice(0, YEAR_LENGTH)}年至${max.slice(0, YEAR_LENGTH)}年`
  if (column.type !== 'integer' && column.type !== 'decimal') return null
  const [low, high] = [Number(min), Number(max)]
  const step = 10 ** Math.floor(Math.log10(Math.max(Math.abs(low), Math.abs(high), 1)))
  return `${Math.floor(low / step) * step}至${Math.ceil(high / step) * step}之间`
}

const YEAR_LENGTH = 4

/** How a version came to be, in one phrase. */
export function madeText({ mode, base_number, changes }: Pick<DataReport, 'mode' | 'base_number' | 'changes'>): string {
  if (changes === null) return supplyModeTitles[mode]
  return `${supplyModeTitles[mode]}：在${base_number === null ? '上一版本' : `第 ${base_number} 版`}基础上${changesText(changes)}`
}

/** The report as sheets of a workbook; the first alone is what a CSV holds. */
export function reportSheets(report: DataReport): Sheet[] {
  const failures = report.quality.flatMap(({ dimension, failures: rows }) => rows.map(({ row, column, shape }) => [dimension, row, column, shape]))
  return [
    { name: '质量规则', header: ['维度', '结论', '不符的行数', '说明'], rows: report.quality.map(({ dimension, passed, violations, text }) => [dimension, passed ? '符合或者未核验' : '不符合', violations, text]) },
    { name: '不符的行', header: ['维度', '行号（不计表头）', '列', '值的样式（9为数字，a为字母，字为汉字）'], rows: failures },
    { name: '数据概况', header: ['字段', '名称', '类型', '作用', '没有值的行', '占比', '不同取值数', '范围（向外取整）'], rows: report.columns.map((one) => [one.name, one.title, one.type, one.role, one.absent, percent(one.absent, report.rows), one.distinct, one.range ?? '不显示']) },
    { name: '版本', header: ['项目', '内容'], rows: [['数据表', report.title], ['版本', report.number], ['行数', report.rows], ['文件 SHA-256', report.sha256], ['提供方式', madeText(report)], ...report.differences.map((text) => ['目录所载与实际内容不一致', text])] },
  ]
}
