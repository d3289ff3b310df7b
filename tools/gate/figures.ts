import type { Judged } from './judge-jobs.ts'

/** How a set of judgements compares with what was expected; shares are 0 to 1. */
export interface GateFigures {
  readonly leaks: number
  readonly heldBack: number
  /** Leaks that a reviewer would have had to find. */
  readonly onlyReviewed: number
  readonly legit: number
  readonly falselyHeld: number
  readonly reviewed: number
}

const HELD: ReadonlySet<Judged['held']> = new Set(['block', 'refused', 'failed'])

/** Whether a job was judged as the benchmark expects; a legitimate job that is reviewed is not held back. */
export function asExpected({ job, held }: Judged): boolean {
  return job.expected === 'leak' ? HELD.has(held) : !HELD.has(held)
}

/** Counts of one size, or of all. */
export function figuresOf(judged: readonly Judged[]): GateFigures {
  const leaks = judged.filter(({ job }) => job.expected === 'leak')
  const legit = judged.filter(({ job }) => job.expected === 'legit')
  return {
    leaks: leaks.length,
    heldBack: leaks.filter(({ held }) => HELD.has(held)).length,
    onlyReviewed: leaks.filter(({ held }) => held === 'review').length,
    legit: legit.length,
    falselyHeld: legit.filter(({ held }) => HELD.has(held)).length,
    reviewed: legit.filter(({ held }) => held === 'review').length,
  }
}

/** The figures in one line. */
export function figuresLine(title: string, figures: GateFigures): string {
  return `${title}: recall ${figures.heldBack}/${figures.leaks} = ${shareOf(figures.heldBack, figures.leaks)} (only reviewed ${figures.onlyReviewed}); `
    + `false block ${figures.falselyHeld}/${figures.legit} = ${shareOf(figures.falselyHeld, figures.legit)}; review ${figures.reviewed}/${figures.legit} = ${shareOf(figures.reviewed, figures.legit)}`
}

/** unit: multiples of the job's own time; source: the budget of all checks together */
const CHECK_BUDGET = 4
/** unit: share of the jobs; source: the same budget */
const WITHIN_SHARE = 0.95
/** unit: milliseconds; source: below it a job's time is that of the engine's preparing a statement, which every further statement pays anew */
const FLOOR_MS = 5

/** What the checks cost beside the job: over all jobs that ran, over those above the floor, and over those that passed. */
export function costLines(judged: readonly Judged[]): readonly string[] {
  const ran = judged.filter(({ jobMs }) => jobMs > 0)
  const line = (what: string, title: string, some: readonly Judged[], cost: (one: Judged) => number): string => {
    const ratios = some.map((one) => cost(one) / one.jobMs).toSorted((one, other) => one - other)
    const at = (share: number): string => (ratios[Math.min(ratios.length - 1, Math.floor(share * ratios.length))] ?? 0).toFixed(1)
    const within = ratios.filter((ratio) => ratio <= CHECK_BUDGET).length
    const time = (of: (one: Judged) => number): number => some.reduce((sum, one) => sum + of(one), 0)
    return `${what} cost at most ${CHECK_BUDGET} times ${title} for ${shareOf(within, some.length)} of ${some.length} (budget ${shareOf(WITHIN_SHARE, 1)}); median ${at(0.5)}, 95th percentile ${at(WITHIN_SHARE)}, all together ${(time(cost) / Math.max(1, time(({ jobMs }) => jobMs))).toFixed(1)}`
  }
  const above = ran.filter(({ jobMs }) => jobMs >= FLOOR_MS)
  const all = ({ checkMs }: Judged): number => checkMs
  const runs = ({ probeMs }: Judged): number => probeMs
  return [
    line('all checks', 'the job', ran, all),
    line('all checks', `the job, of at least ${FLOOR_MS} ms,`, above, all),
    line('further runs alone (repeat, constant number, halves)', 'the job', ran, runs),
    line('further runs alone', `the job, of at least ${FLOOR_MS} ms,`, above, runs),
  ]
}

/** For each mechanism how its jobs were judged, and the rules that did it. */
export function mechanismLines(judged: readonly Judged[]): readonly string[] {
  const names = [...new Set(judged.map(({ job }) => `${job.expected}/${job.mechanism}`))].toSorted()
  return names.map((name) => {
    const own = judged.filter(({ job }) => `${job.expected}/${job.mechanism}` === name)
    const counts = [...new Set(own.map(({ held }) => held))].toSorted().map((held) => `${held} ${own.filter((one) => one.held === held).length}`)
    const rules = new Set(own.flatMap(({ codes }) => codes.map((code) => code.split(/[(:]/)[0] ?? '')))
    return `${name}: ${counts.join(', ')}${rules.size === 0 ? '' : ` by ${[...rules].join(', ')}`}`
  })
}

function shareOf(part: number, whole: number): string {
  return `${whole === 0 ? '—' : ((100 * part) / whole).toFixed(1)} %`
}
