import { shareOf } from './figures.ts'
import type { Judged } from './judge-jobs.ts'

/** unit: multiples of the job's own time; source: the budget of all checks together */
const CHECK_BUDGET = 4
/** unit: share of the jobs; source: the same budget */
const WITHIN_SHARE = 0.95
/** unit: milliseconds; source: below it a job's time is that of the engine's preparing a statement, which every further statement pays anew */
const FLOOR_MS = 5

const MILLISECONDS_PER_SECOND = 1000
const MEDIAN = 0.5

/** How often the time of a part of the checks beside that of its job stays within the budget; multiples of the job's time. */
export interface Cost {
  readonly jobs: number
  readonly within: number
  readonly median: number
  readonly high: number
  /** Time of all checks of all jobs beside the time of all jobs. */
  readonly together: number
}

/** What some part of the checks costs beside the jobs that ran, in the time in which both are told. */
export function costOf(judged: readonly Judged[], part: (one: Judged) => number, job: (one: Judged) => number = ({ jobMs }) => jobMs): Cost {
  const ran = judged.filter((one) => job(one) > 0)
  const ratios = ran.map((one) => part(one) / job(one)).toSorted((one, other) => one - other)
  const at = (share: number): number => ratios[Math.min(ratios.length - 1, Math.floor(share * ratios.length))] ?? 0
  const time = (of: (one: Judged) => number): number => ran.reduce((sum, one) => sum + of(one), 0)
  return { jobs: ran.length, within: ratios.filter((ratio) => ratio <= CHECK_BUDGET).length, median: at(MEDIAN), high: at(WITHIN_SHARE), together: time(part) / Math.max(1, time(job)) }
}

const allChecks = ({ checkMs }: Judged): number => checkMs
const furtherRuns = ({ probeMs }: Judged): number => probeMs
const byProcessor = (judged: readonly Judged[], part: 'checks' | 'probes'): Cost => costOf(judged, ({ processor }) => processor[part], ({ processor }) => processor.job)
const atLeastFloor = (judged: readonly Judged[]): readonly Judged[] => judged.filter(({ jobMs }) => jobMs >= FLOOR_MS)

/** What the checks cost beside the job: over all jobs that ran, and over those above the floor. */
export function costLines(judged: readonly Judged[]): readonly string[] {
  const line = (what: string, title: string, cost: Cost): string =>
    `${what} cost at most ${CHECK_BUDGET} times ${title} for ${shareOf(cost.within, cost.jobs)} of ${cost.jobs} (budget ${shareOf(WITHIN_SHARE, 1)}); median ${cost.median.toFixed(1)}, 95th percentile ${cost.high.toFixed(1)}, all together ${cost.together.toFixed(1)}`
  const costs = costsOf(judged)
  return [
    line('all checks', 'the job', costs.checks),
    line('all checks', `the job, of at least ${FLOOR_MS} ms,`, costs.checksAboveFloor),
    line('further runs alone (repeat, constant number, halves)', 'the job', costs.furtherRuns),
    line('further runs alone', `the job, of at least ${FLOOR_MS} ms,`, costs.furtherRunsAboveFloor),
    line('by processor time, all checks', 'the job', costs.checksByProcessor),
    line('by processor time, further runs alone', 'the job', costs.furtherRunsByProcessor),
  ]
}

/** The costs of one size, for machines. */
export function costsOf(judged: readonly Judged[]): { readonly checks: Cost; readonly checksAboveFloor: Cost; readonly furtherRuns: Cost; readonly furtherRunsAboveFloor: Cost; readonly checksByProcessor: Cost; readonly furtherRunsByProcessor: Cost } {
  const above = atLeastFloor(judged)
  return { checks: costOf(judged, allChecks), checksAboveFloor: costOf(above, allChecks), furtherRuns: costOf(judged, furtherRuns), furtherRunsAboveFloor: costOf(above, furtherRuns), checksByProcessor: byProcessor(judged, 'checks'), furtherRunsByProcessor: byProcessor(judged, 'probes') }
}

/** How the costs change as the tables grow: one line for each size, over the jobs that ran on every one of them. */
export function costTable(bySize: ReadonlyMap<string, readonly Judged[]>): readonly string[] {
  const nameOf = ({ job }: Judged): string => `${job.expected}/${job.mechanism}/${job.position}`
  const ran = [...bySize.values()].map((judged) => new Set(judged.filter(({ jobMs }) => jobMs > 0).map(nameOf)))
  const rows = [...bySize].map(([size, judged]) => {
    const common = judged.filter((one) => ran.every((names) => names.has(nameOf(one))))
    const times = common.map(({ jobMs }) => jobMs).toSorted((one, other) => one - other)
    const costs = [allChecks, furtherRuns].map((part) => costOf(common, part))
    const figures = costs.flatMap(({ within, jobs, median, high, together }) => [shareOf(within, jobs), median.toFixed(1), high.toFixed(1), together.toFixed(1)])
    return [size, `${common.length}`, `${(times[Math.floor(times.length * MEDIAN)] ?? 0).toFixed(1)} ms`, ...figures]
  })
  const head = ['size', 'jobs', 'median job', `checks <= ${CHECK_BUDGET}`, 'median', '95 %', 'together', `runs <= ${CHECK_BUDGET}`, 'median', '95 %', 'together']
  return [head, ...rows].map((row) => `| ${row.join(' | ')} |`).toSpliced(1, 0, `|${'---|'.repeat(head.length)}`)
}

/** The jobs that took the longest, and the part of each that took the time. */
export function slowestLines(judged: readonly Judged[], howMany: number): readonly string[] {
  const seconds = (ms: number): string => `${(ms / MILLISECONDS_PER_SECOND).toFixed(2)} s`
  return judged.toSorted((one, other) => other.wholeMs - one.wholeMs).slice(0, howMany).map(({ job, size, held, jobMs, checkMs, probeMs, wholeMs, longest }) =>
    `${seconds(wholeMs)} ${size} ${job.expected}/${job.mechanism}: ${held}; statement ${seconds(jobMs)}, counts ${seconds(checkMs - probeMs)}, further runs ${seconds(probeMs)}; longest ${seconds(longest.ms)} ${longest.part}`)
}
