import { domainOf, sampleRows } from '#core/boundary/sample-rows.ts'
import type { CaseLaw } from '#core/procedure/case-law.ts'
import { isNoisyReport } from '#core/protection/noisy-report.ts'
import { headingTitles } from '#core/disclosure-control/finding.ts'
import type { Cell, Row } from '#core/disclosure-control/typed-result.ts'
import type { QueuePlace } from '#adapters/sandbox/job-queue.ts'
import type { VaultVersion } from '#adapters/vault/versions.ts'
import type { JobLineage } from '#capabilities/operation/environment/job-lineage.job.ts'
import type { Job } from '#capabilities/operation/environment/environment.store.ts'
import { judgedBy } from '#capabilities/operation/environment/threshold-reach.store.ts'
import type { Supply } from '#capabilities/operation/environment/supplies.facts.ts'
import type { EnvironmentTable, JobRow, JobView } from '../wire/environment.ts'
import { awaitsReview } from './blocked-job.ts'
import { headingsBasis, keyViews, lineageViews, previousView, thresholdViews } from './job-report.ts'
import type { EarlierRelease } from './job-report.ts'

/** A table as an analyst sees it: schema and synthetic rows made from its declarations alone, never a real value. */
export function tableView(supply: Supply, version: VaultVersion, names: { entry: string; provider: string }): EnvironmentTable {
  const { schema } = version
  return {
    table: schema.name.replaceAll('-', '_'),
    entry: supply.entry,
    title: names.entry,
    provider: { id: supply.provider, name: names.provider },
    scenario: supply.scenario,
    agreement: supply.agreement,
    rows: version.rows,
    version: version.id,
    supplied_on: supply.suppliedOn,
    standing: supply.standing,
    entity: schema.entity.kind,
    entity_key: schema.entity.key,
    notice: schema.notice ?? null,
    columns: schema.columns.map((column) => ({
      name: column.name, title: column.title, type: column.type, role: column.role, category: column.category ?? null, grade: column.grade ?? null, unit: column.unit ?? null,
      nullable: column.nullable, authorized: supply.fields.includes(column.name), domain: domainView(schema, column.name),
    })),
    samples: sampleRows(schema, supply.fields),
  }
}

function domainView(schema: VaultVersion['schema'], column: string): EnvironmentTable['columns'][number]['domain'] {
  const { oneOf, from, to } = domainOf(schema, column)
  return { one_of: [...oneOf], from, to }
}

export function jobRow(job: Job, place: QueuePlace | null): JobRow {
  return { id: job.id, kind: kindOf(job), scenario: job.scenario, purpose: job.purpose, status: job.status, ...placeView(job, place), verdict: verdictOf(job.verdict), started_at: job.startedAt.toISOString(), row_count: job.verdict === 'block' || awaitsReview(job) ? null : job.rowCount, release: job.release }
}

function kindOf({ report }: Job): JobView['kind'] {
  return report !== null && isNoisyReport(report) ? 'noisy-statistic' : 'statement'
}

/** What stands beside a job for people: the law of its agreement, where its columns come from, what left before it. */
export type Beside = { law: CaseLaw | null; lineage: JobLineage | null; earlier: EarlierRelease | null; place: QueuePlace | null; /** Standing of its release; null where it was never released. */ standing: string | null }

/** A job with the report of its checks; rows only where they were sealed, that is where nothing blocks them. */
export function jobView(job: Job, author: string, rows: readonly Row[] | null, { law, lineage, earlier, place, standing }: Beside): JobView {
  const held = standing !== null && standing !== 'granted' && standing !== 'none' ? standing : null
  const layers = layerViews(job)
  return {
    id: job.id,
    agreement: job.agreement,
    scenario: job.scenario,
    purpose: job.purpose,
    kind: kindOf(job),
    sql: job.sql,
    author: { id: job.author, name: author },
    status: job.status,
    ...placeView(job, place),
    begun_at: job.begunAt?.toISOString() ?? null,
    ended_at: job.endedAt?.toISOString() ?? null,
    failure: job.failure,
    started_at: job.startedAt.toISOString(),
    elapsed_ms: job.elapsedMs,
    tables: job.supplies,
    verdict: verdictOf(job.verdict),
    summary: job.report?.summary ?? null,
    headings: (job.report?.sections ?? []).map(({ title, verdict, findings }) => ({ title, verdict: findings.length === 0 ? null : verdict })),
    headings_basis: headingsBasis(law),
    layers,
    entity_keys: keyViews(lineage),
    thresholds: thresholdViews(law, layers, job.report === null ? [] : judgedBy(job.report)),
    lineage: lineageViews(lineage),
    previous: previousView(job, rows, earlier, fewOf(law)),
    columns: job.columns.map((column) => ({ name: column.name, type: column.type })),
    row_count: job.rowCount,
    held,
    // While a doubt is examined, and after a revocation, nobody reaches the rows.
    rows: rows === null || held !== null ? null : rows.map((row) => row.map((cell: Cell) => cell)),
    digest: job.digest,
    release: job.release,
    tries: null,
  }
}

function layerViews(job: Job): JobView['layers'] {
  return (job.report?.sections ?? []).flatMap((section) => section.findings.map((finding) => ({
    layer: finding.layer, title: finding.code, heading: headingTitles[finding.heading], verdict: finding.verdict,
    explanation: finding.message, cure: finding.cure, evidence: { ...finding.evidence },
  })))
}

/** Where a job stands in this server's queue; nothing for one that has ended, though the queue may not have let go of it yet, or is held by another server. */
function placeView({ endedAt }: Job, place: QueuePlace | null): Pick<JobView, 'queue_position' | 'progress'> {
  return endedAt !== null ? { queue_position: null, progress: null } : { queue_position: place?.kind === 'queued' ? place.position : null, progress: place?.kind === 'running' ? place.progress : null }
}

function verdictOf(text: string | null): 'pass' | 'review' | 'block' | null {
  return text === 'pass' || text === 'review' || text === 'block' ? text : null
}

/** The entities that must stand behind a figure under a law; none known where the law is not. */
function fewOf(law: CaseLaw | null): number {
  const value = law?.pack.thresholds['cells-minimum-entities']?.value
  return typeof value === 'number' ? value : 0
}
