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
  const share = (part: number, whole: number): string => `${whole === 0 ? '—' : ((100 * part) / whole).toFixed(1)} %`
  return `${title}: recall ${figures.heldBack}/${figures.leaks} = ${share(figures.heldBack, figures.leaks)} (only reviewed ${figures.onlyReviewed}); `
    + `false block ${figures.falselyHeld}/${figures.legit} = ${share(figures.falselyHeld, figures.legit)}; review ${figures.reviewed}/${figures.legit} = ${share(figures.reviewed, figures.legit)}`
}
