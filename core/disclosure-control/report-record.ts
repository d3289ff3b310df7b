import type { DisclosureReport } from '#core/disclosure-control/disclosure-report.ts'
import type { EffectiveThreshold } from '#core/disclosure-control/effective-thresholds.ts'
import { entityTitle } from '#core/disclosure-control/re-execution.ts'
import type { EntityLinks, ProbeRun } from '#core/disclosure-control/probe-plan.ts'
import { layersOf, type LayerVerdict } from '#core/disclosure-control/report-layers.ts'

/** All that is needed to derive a report anew, beside the inputs and the earlier releases themselves. Digests are SHA-256 in hexadecimal. */
export interface ReportRecipe {
  readonly v: 1
  readonly statement: { readonly sql: string; readonly digest: string }
  /** The files that the worker read, by the tables' names. */
  readonly inputs: readonly { readonly table: string; readonly digest: string }[]
  readonly engine: string
  readonly limits: { readonly memoryMb: number; readonly threads: number }
  readonly probes: {
    readonly seed: string
    /** Whom each probe removes or replaces: a sentence for people, and the columns. */
    readonly rule: string
    readonly links: readonly EntityLinks[]
    readonly runs: readonly ProbeRun[]
  }
  /** The platform's own statements: their number and the digest of their texts. */
  readonly counting: { readonly statements: number; readonly digest: string }
  /** Earlier releases compared, by id; null where no ledger was kept. */
  readonly ledger: { readonly releases: readonly string[] } | null
  readonly result: { readonly digest: string; readonly rows: number }
}

/** A report as it is signed: the verdict of each layer, by which thresholds, and how to derive it anew. */
export interface RecordedReport extends DisclosureReport {
  readonly layers: readonly LayerVerdict[]
  readonly thresholds: readonly EffectiveThreshold[]
  readonly recipe: ReportRecipe
}

/** The report with what makes it a record; called last, when every finding stands. */
export function recordReport(report: DisclosureReport, thresholds: readonly EffectiveThreshold[], recipe: ReportRecipe): RecordedReport {
  return { ...report, layers: layersOf(report.sections.flatMap((section) => section.findings)), thresholds, recipe }
}

/** The rule by which a probe removes or replaces entities, for a reviewer. */
export function probeRule(links: readonly EntityLinks[]): string {
  if (links.length === 0) return '所用数据表未涉及个人或者企业，只作重复运行，不抽去、不替换主体。'
  const kinds = links.map(({ kind, tables }) => `${entityTitle(kind)}（${tables.map(({ table, key }) => `${table} 按 ${key.join('、')}`).join('；')}）`)
  return `依次按各表声明的主体种类抽去或者替换主体：${kinds.join('，')}。一个主体在各表中的全部行一并处理，其他表中与主体标识同名的字段视为指向该主体；该字段为空的行不属于任何主体，保持不动。抽去的一半由密钥种子决定，提交时无法预知；替换时行数、主体数不变，被替换者的任何取值都不保留。`
}

/** A place where two reports differ, by its path from the root. */
export interface ReportDifference {
  readonly path: string
  readonly stored: string
  readonly derived: string
}

/** Where two reports differ, leaf by leaf; nothing where they are the same to the letter. */
export function reportDifferences(stored: unknown, derived: unknown, path = '$'): readonly ReportDifference[] {
  if (isPlain(stored) && isPlain(derived)) {
    const keys = [...new Set([...Object.keys(stored), ...Object.keys(derived)])].toSorted()
    return keys.flatMap((key) => reportDifferences(stored[key], derived[key], `${path}.${key}`))
  }
  if (Array.isArray(stored) && Array.isArray(derived)) {
    const longest = Math.max(stored.length, derived.length)
    return Array.from({ length: longest }, (_, place) => place).flatMap((place) => reportDifferences(stored[place], derived[place], `${path}[${place}]`))
  }
  return Object.is(stored, derived) ? [] : [{ path, stored: told(stored), derived: told(derived) }]
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function told(value: unknown): string {
  return value === undefined ? '（无）' : JSON.stringify(value)
}
