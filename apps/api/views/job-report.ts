import { changedCells } from '#core/disclosure-control/changed-cells.ts'
import { compareResults } from '#core/disclosure-control/compare-results.ts'
import { compareStatements } from '#core/disclosure-control/compare-statements.ts'
import type { EffectiveThreshold } from '#core/disclosure-control/effective-thresholds.ts'
import type { Row } from '#core/disclosure-control/typed-result.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import type { Job } from '#capabilities/operation/environment/environment.store.ts'
import type { JobLineage } from '#capabilities/operation/environment/job-lineage.job.ts'
import type { JobView, PreviousRelease, ThresholdView } from '../wire/environment.ts'
import { basisView } from './basis.ts'

/** Which thresholds of a pack a layer judges by: those whose ids begin so. A layer that is not here has none to show. */
const THRESHOLDS: Readonly<Record<string, readonly string[]>> = {
  scope: ['output-'], 'typed-output': ['output-'], 'personal-identifiers': ['identifier-'], 'value-containment': ['containment-'], 'numeric-shape': ['shape-'], 'entity-minimum': ['cells-', 'microdata-'], 're-execution': ['probe-'], 'release-ledger': ['cells-'],
}
const VERDICTS: Readonly<Record<string, string>> = { pass: '不作处理', review: '转人工审核', block: '不得出域' }

/** The thresholds of the layers that say something about a job, each as it was judged by, with the source that it rests on: the pack, or a provider who asked for more. */
export function thresholdViews(law: CaseLaw | null, layers: JobView['layers'], judged: readonly EffectiveThreshold[]): ThresholdView[] {
  if (law === null) return []
  const inEffect = new Map(judged.map((one) => [one.id, one]))
  return [...new Set(layers.map(({ layer }) => layer))].flatMap((layer) => {
    const prefixes = THRESHOLDS[layer] ?? [`${layer}-`]
    return Object.entries(law.pack.thresholds).filter(([id]) => prefixes.some((prefix) => id.startsWith(prefix)))
      .map(([id, { title, value: ofPack, basis }]) => {
        const { value, source } = inEffect.get(id) ?? { value: ofPack, source: null }
        return { layer, id, title, value: VERDICTS[value] ?? String(value), basis: basisView(basis, law), provider: source?.kind === 'provider' ? { entry: source.entry, version: source.version } : null }
      })
  })
}

/** On what a law rests the three headings under which outputs are looked at; null where it asks for no such vote. */
export function headingsBasis(law: CaseLaw | null): JobView['headings_basis'] {
  const basis = law?.pack.contents['release-vote']?.basis
  return law === null || basis === undefined ? null : basisView(basis, law)
}

/** What names an entity in each table that a job read. */
export function keyViews(found: JobLineage | null): JobView['entity_keys'] {
  return [...(found?.schemas ?? [])].flatMap(([table, { entity }]) => (entity.kind === 'none' ? [] : [{ table, columns: [...entity.key] }]))
}

/** Each column of the result with the columns that it is computed from, by the titles of their declared schemas. */
export function lineageViews(found: JobLineage | null): JobView['lineage'] {
  if (found === null) return []
  return found.lineage.outputs.map(({ name, sources }) => ({
    output: name,
    sources: sources.map(({ table, column }) => {
      const declared = found.schemas.get(table)?.columns.find((one) => one.name === column)
      return { table, column, title: declared?.title ?? column, role: declared?.role ?? 'ordinary' }
    }),
  }))
}

/** What left last for the same agreement and scenario. */
export type EarlierRelease = { job: Job; title: string; caseId: string; releasedOn: string; rows: readonly Row[] | null }

/** @param few entities that must stand behind a figure */
export function previousView(job: Job, rows: readonly Row[] | null, earlier: EarlierRelease | null, few: number): PreviousRelease | null {
  if (earlier === null) return null
  const names = (one: Job) => one.columns.map((column) => column.name)
  const { columnsAdded, columnsRemoved, rows: counted } = compareResults({ columns: names(earlier.job), rows: earlier.rows }, { columns: names(job), rows })
  return {
    title: earlier.title, job: earlier.job.id, case_id: earlier.caseId, released_on: earlier.releasedOn, row_count: earlier.job.rowCount ?? 0,
    columns_added: columnsAdded, columns_removed: columnsRemoved, rows: counted,
    cells: changedCells({ columns: earlier.job.columns, rows: earlier.rows }, { columns: job.columns, rows }, few)?.map(({ byFew, ...one }) => ({ ...one, by_few: byFew })) ?? null, few,
    sql: compareStatements(earlier.job.sql, job.sql),
  }
}
