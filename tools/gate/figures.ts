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
  /** Jobs of either side that the clock or the memory ended: counted as missed leaks and as falsely held. */
  readonly outOfTime: number
}

const HELD: ReadonlySet<Judged['held']> = new Set(['block', 'refused', 'failed'])

/** Whether a job was judged as the benchmark expects; a legitimate job that is reviewed is not held back. */
export function asExpected({ job, held }: Judged): boolean {
  return job.expected === 'leak' ? HELD.has(held) : held === 'pass' || held === 'review'
}

/** Counts of one size, or of all. */
export function figuresOf(judged: readonly Judged[]): GateFigures {
  const leaks = judged.filter(({ job }) => job.expected === 'leak')
  const legit = judged.filter(({ job }) => job.expected === 'legit')
  return {
    leaks: leaks.length,
    heldBack: leaks.filter(asExpected).length,
    onlyReviewed: leaks.filter(({ held }) => held === 'review').length,
    legit: legit.length,
    falselyHeld: legit.filter((one) => !asExpected(one)).length,
    reviewed: legit.filter(({ held }) => held === 'review').length,
    outOfTime: judged.filter(({ held }) => held === 'out-of-time').length,
  }
}

/** The figures in one line. */
export function figuresLine(title: string, figures: GateFigures): string {
  return `${title}: recall ${figures.heldBack}/${figures.leaks} = ${shareOf(figures.heldBack, figures.leaks)} (only reviewed ${figures.onlyReviewed}); `
    + `false block ${figures.falselyHeld}/${figures.legit} = ${shareOf(figures.falselyHeld, figures.legit)}; review ${figures.reviewed}/${figures.legit} = ${shareOf(figures.reviewed, figures.legit)}${figures.outOfTime === 0 ? '' : `; out of time ${figures.outOfTime}, counted as missed or falsely held`}`
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

/** Ends of jobs by kind, and by the code of a failure. */
export function endLines(judged: readonly Judged[]): readonly string[] {
  return (['leak', 'legit'] as const).flatMap((expected) => {
    const ends = judged.filter(({ job }) => job.expected === expected).map(({ held, codes }) => (held === 'failed' || held === 'out-of-time' ? `${held} (${codes[0] ?? ''})` : held))
    const counted = [...new Set(ends)].toSorted().map((end) => `${end} ${ends.filter((one) => one === end).length}`)
    return counted.length === 0 ? [] : [`${expected}: ${counted.join(', ')}`]
  })
}

/** A share in per cent. */
export function shareOf(part: number, whole: number): string {
  return `${whole === 0 ? '—' : ((100 * part) / whole).toFixed(1)} %`
}
